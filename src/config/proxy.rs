//! The proxy variables, looked at before the HTTP library does: it takes a proxy that it can't read for none, or for
//! another one. Which of them counts, and what they exempt, is the library's business.

use reqwest::Url;

use crate::config::variable;
use crate::context::Context;
use crate::error::{Error, Kind};

/// In the order in which they count for https; http is spoken to this machine only, and never through a proxy.
const NAMES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The variable that names a proxy for https, where one is set.
///
/// # Errors
/// It holds no proxy's URL; its value is never repeated, a password may stand in it.
pub fn variable_set(context: &Context) -> Result<Option<&'static str>, Error> {
    for name in NAMES {
        let Some(text) = variable(context, name)? else { continue };
        if !is_proxy(text) {
            return Err(Error::new(Kind::ConfigInvalid, format!("{name} holds no proxy's URL"))
                .hint("its form is http://[user:password@]host[:port], or socks5://…"));
        }
        return Ok(Some(name));
    }
    Ok(None)
}

fn is_proxy(text: &str) -> bool {
    // A host alone is one by http, as everywhere.
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let known = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
    Url::parse(&whole)
        .is_ok_and(|url| known.contains(&url.scheme()) && url.host_str().is_some_and(|host| !host.is_empty()))
        && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_proxy() {
        for good in ["http://127.0.0.1:3128", "proxy:3128", "proxy", "http://u:p@h:1", "socks5://h:1", "https://h"] {
            assert!(is_proxy(good), "{good}");
        }
        for bad in ["http://h:x", "http://h:99999", "ftp://h:1", "http:// h", "://", "http://"] {
            assert!(!is_proxy(bad), "{bad}");
        }
    }
}
