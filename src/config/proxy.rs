//! The proxy for an endpoint, by the usual variables. Decided here and nowhere else: the HTTP library ignores a proxy
//! that it can't parse, and knows neither `*.example.com` nor `host:port` in `NO_PROXY`.

use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::config::variable;
use crate::context::Context;
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind};

/// Variables, each in the order of its names. That for https counts first; http is used to this machine only, and never
/// through a proxy.
pub(crate) const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
pub(crate) const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];
pub(crate) const EXEMPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The variable that decides, and the proxy in it; `None` where the endpoint is reached without one. An error never
/// repeats the URL, which may hold a password.
pub(crate) fn of(context: &Context, endpoint: &Endpoint) -> Result<Option<(&'static str, Url)>, Error> {
    if endpoint.is_never_proxied() {
        return Ok(None);
    }
    let Some((name, text)) = first(context, HTTPS.into_iter().chain(ALL))? else { return Ok(None) };
    if first(context, EXEMPTIONS)?.is_some_and(|(_, list)| is_exempt(endpoint, list)) {
        return Ok(None);
    }
    let url = parse(text).ok_or_else(|| {
        Error::new(Kind::ConfigInvalid, format!("{name} does not hold the URL of a proxy")).hint(
            "its form is http://[user:password@]host[:port], or socks5h://…; in the password @ is %40, / is %2F, # is %23",
        )
    })?;
    Ok(Some((name, url)))
}

/// The first variable that is set.
fn first(
    context: &Context,
    names: impl IntoIterator<Item = &'static str>,
) -> Result<Option<(&'static str, &str)>, Error> {
    for name in names {
        if let Some(text) = variable(context, name)? {
            return Ok(Some((name, text)));
        }
    }
    Ok(None)
}

pub(crate) fn parse(text: &str) -> Option<Url> {
    let (scheme, rest) = match text.split_once("://") {
        // As desktops set it for a SOCKS 5 proxy that also resolves names.
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("socks") => ("socks5h", rest),
        Some(whole) => whole,
        // A host alone means http, as in other tools.
        None => ("http", text),
    };
    // The parser would pass over white space and further slashes, and must not see other host names than ASCII: see
    // `idna_adapter` in Cargo.toml.
    let known = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().filter(|host| host.is_ascii() && !host.contains('%')).unwrap_or_default();
    if !known.contains(&scheme.to_ascii_lowercase().as_str()) || host.is_empty() || text.contains(char::is_whitespace) {
        return None;
    }
    let url = Url::parse(&format!("{scheme}://{rest}")).ok()?;
    let named = url.host_str().is_some_and(|host| !host.is_empty());
    // A `/` or `#` in a password would make another host of it.
    let split = [Some(url.path()), url.query(), url.fragment()].into_iter().flatten().any(|part| part.contains('@'));
    (named && !split).then_some(url)
}

/// By the library's rules (`*`, domains with their subdomains, addresses, networks), and two more forms of curl and Go:
/// `*.example.com` and `host:port`.
fn is_exempt(endpoint: &Endpoint, list: &str) -> bool {
    let port = endpoint.port();
    let hosts: Vec<&str> = list.split([',', ' ', '\t', '\n']).filter_map(|entry| host_of(entry, port)).collect();
    // The library's own `*` does not include addresses.
    if hosts.contains(&"*") {
        return true;
    }
    let matcher = Matcher::builder().https("http://proxy").no(hosts.join(",")).build();
    endpoint.as_str().parse().is_ok_and(|uri| matcher.intercept(&uri).is_none())
}

/// The entry without its port; `None` where that is not the endpoint's port.
fn host_of(entry: &str, port: u16) -> Option<&str> {
    let (host, own_port) = match entry.rsplit_once(':') {
        Some((host, own_port)) if !host.contains(':') || host.ends_with(']') => (host, Some(own_port)),
        _ => (entry, None),
    };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let host = if host.starts_with("*.") { host.trim_start_matches('*') } else { host };
    (!host.is_empty() && own_port.is_none_or(|own| own.parse() == Ok(port))).then_some(host)
}

/// The secrets of a proxy's URL: the password, alone and with its user, as it is sent.
pub(crate) fn secrets(url: &Url) -> Vec<String> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let Some(password) = url.password() else { return Vec::new() };
    vec![decoded(password), format!("{}:{}", decoded(url.username()), decoded(password))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_a_secret() {
        let secrets = |text: &str| super::secrets(&parse(text).unwrap());
        assert_eq!(secrets("http://u%40d:p%C3%A4ss%2F@h:1"), ["p\u{e4}ss/", "u@d:p\u{e4}ss/"]);
        assert_eq!(secrets("u:secret@h:1"), ["secret", "u:secret"]);
        assert!(secrets("http://u@h").is_empty() && secrets("h:1").is_empty());
    }

    #[test]
    fn what_is_a_proxy() {
        for (good, url) in [
            ("http://127.0.0.1:3128", "http://127.0.0.1:3128/"),
            ("proxy:3128", "http://proxy:3128/"),
            ("proxy", "http://proxy/"),
            ("http://u:p@h:1", "http://u:p@h:1/"),
            ("http://u:p%40%2F@h:1/", "http://u:p%40%2F@h:1/"),
            ("u:p@h:1", "http://u:p@h:1/"),
            ("https://h", "https://h/"),
            ("socks5://h:1", "socks5://h:1"),
            ("socks://u:p@h:1/", "socks5h://u:p@h:1/"),
            ("SOCKS://h:1", "socks5h://h:1"),
            ("HTTP://h:1", "http://h:1/"),
        ] {
            assert_eq!(parse(good).map(String::from).as_deref(), Some(url), "{good}");
        }
        for bad in [
            "http://h:x",
            "http://h:99999",
            "ftp://h:1",
            "http:// h",
            "://",
            "http://",
            "socks5://",
            "http://u:1/w@h:2",
            "http://u:1#w@h:2",
            "http://u:1?w@h:2",
            "http://AÄ",
            "http://AÄ/@h",
            "http://A%C3%84",
            "https:AÄ://h",
            "/AÄ",
            "http:///h",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn whom_no_proxy_exempts() {
        let exempt = |endpoint, list| is_exempt(&Endpoint::parse(endpoint).unwrap(), list);
        let cph = "https://cph.example.com";
        for list in [
            "*",
            "example.com",
            ".example.com",
            "*.example.com",
            "cph.example.com",
            "CPH.Example.COM",
            "other, cph.example.com",
            "other cph.example.com",
            "cph.example.com:443",
            "*.example.com:443",
            "*:443",
        ] {
            assert!(exempt(cph, list), "{list}");
        }
        for list in [
            "",
            ",",
            "ample.com",
            "*ample.com",
            "x.cph.example.com",
            "*.cph.example.org",
            "cph.example.com:8443",
            "cph.example.com:",
            "cph.example.com:x",
            "*.",
            ":443",
        ] {
            assert!(!exempt(cph, list), "{list}");
        }
        for (endpoint, list, expected) in [
            ("https://cph.example.com:8443", "cph.example.com:8443", true),
            ("https://cph.example.com:8443", "cph.example.com:443", false),
            ("https://cph.example.com:8443", "cph.example.com", true),
            ("https://10.1.2.3", "10.0.0.0/8", true),
            ("https://10.1.2.3", "10.1.2.3:443", true),
            ("https://11.1.2.3", "10.0.0.0/8", false),
            ("https://11.1.2.3", "*", true),
            ("https://[2001:db8::1]", "2001:db8::1", true),
            ("https://[2001:db8::1]", "[2001:db8::1]", true),
            ("https://[2001:db8::1]", "[2001:db8::1]:443", true),
            ("https://[2001:db8::1]", "[2001:db8::1]:444", false),
            ("https://[2001:db8::1]", "2001:db8::/32", true),
        ] {
            assert_eq!(exempt(endpoint, list), expected, "{endpoint} {list}");
        }
    }
}
