//! The one origin that a credential may be sent to, checked before anything is sent. A leaf.

use std::net::IpAddr;

use reqwest::Url;

/// Of all regions, and of the European ones (official SDK's README).
const HUAWEI_DOMAINS: [&str; 2] = [".myhuaweicloud.com", ".myhuaweicloud.eu"];

/// `scheme://host[:port]`: https, or http to this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint(Url);

impl Endpoint {
    /// Parses an endpoint; one slash at its end is allowed. The error says what is wrong and never quotes the text: see
    /// [`without_userinfo`].
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "must be scheme://host[:port] and nothing more";
        let text = text.strip_suffix('/').unwrap_or(text);
        // An allow-list first: URL parsers silently repair `\`, tabs, `%2e` and the like, which may change the host.
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._:/[]".contains(c);
        if !text.chars().all(plain) {
            return Err(FORM);
        }
        let (scheme, rest) = text.split_once("://").ok_or(FORM)?;
        if rest.is_empty() || rest.contains('/') || rest.ends_with(':') {
            return Err(FORM);
        }
        if scheme != "https" && scheme != "http" {
            return Err("must begin with https:// (http:// only for this machine)");
        }
        let endpoint = Self(Url::parse(text).map_err(|_| FORM)?);
        if endpoint.0.scheme() == "http" && !endpoint.is_loopback() {
            return Err("must be https://; http:// is only for loopback (127.0.0.1, ::1, localhost)");
        }
        Ok(endpoint)
    }

    /// Parses the address of an ECS's metadata service: http, loopback or link-local. Errors as in [`Endpoint::parse`].
    pub(crate) fn parse_metadata(text: &str) -> Result<Self, &'static str> {
        let text = text.strip_suffix('/').unwrap_or(text);
        if let Ok(endpoint) = Self::parse(text)
            && endpoint.is_loopback()
        {
            return Ok(endpoint);
        }
        let rest = text.strip_prefix("http://").unwrap_or_default();
        let plain = |c: char| c.is_ascii_hexdigit() || ".:[]".contains(c);
        let is_address = !rest.is_empty() && rest.chars().all(plain);
        let url = is_address.then(|| Url::parse(text).ok()).flatten().map(Self);
        url.filter(Self::is_link_local).ok_or("must be http://address[:port], loopback or link-local (169.254.0.0/16)")
    }

    fn ip(&self) -> Option<IpAddr> {
        let host = self.0.host_str().unwrap_or_default();
        host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    fn is_link_local(&self) -> bool {
        match self.ip() {
            Some(IpAddr::V4(ip)) => ip.is_link_local(),
            Some(IpAddr::V6(ip)) => ip.is_unicast_link_local(),
            None => false,
        }
    }

    /// Loopback or link-local: never reached through a proxy.
    pub(crate) fn is_never_proxied(&self) -> bool {
        self.is_loopback() || self.is_link_local()
    }

    pub(crate) fn is_loopback(&self) -> bool {
        self.0.host_str() == Some("localhost") || self.ip().is_some_and(|ip| ip.is_loopback())
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Where the IAM endpoint may be derived from the region.
    pub(crate) fn is_huawei_or_loopback(&self) -> bool {
        self.is_loopback() || self.before_huawei_domain().is_some()
    }

    /// The region in a Huawei Cloud host's name, `service.REGION.myhuaweicloud.com`.
    pub(crate) fn huawei_region(&self) -> Option<&str> {
        self.before_huawei_domain()?.rsplit_once('.').map(|(_, region)| region)
    }

    /// What is before the domain in the name of a Huawei Cloud host.
    fn before_huawei_domain(&self) -> Option<&str> {
        let host = self.0.host_str()?;
        HUAWEI_DOMAINS.iter().find_map(|domain| host.strip_suffix(domain))
    }

    /// The `Host` header: the host, and the port unless it is the scheme's default.
    pub(crate) fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Also where it is the scheme's default.
    pub(crate) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// The URL of a resource here. `path` and `query` are percent-encoded, and stay as they are.
    pub(crate) fn at(&self, path: &str, query: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        url
    }

    /// `scheme://host[:port]`, without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }
}

/// A wrong endpoint as messages may quote it: without user name, password, query and fragment, and cut. `None` where it
/// may be a secret in the wrong variable.
pub(crate) fn without_userinfo(text: &str) -> Option<String> {
    const LONGEST: usize = 100;
    // A text that is not a URL is quoted where it looks like a host, or is shorter than any token or key.
    const LONGEST_HOST: usize = 64;
    const LONGEST_WORD: usize = 11;
    const CUT: &str = "…";
    let text = text.replace("%40", "@");
    // The last `@` of all: a password may hold `/`, `?`, `#` and even `://`.
    let (before, rest) = text.rsplit_once('@').unwrap_or(("", &text));
    let scheme = match before.split_once("://") {
        Some((scheme, _)) if scheme.bytes().all(|c| c.is_ascii_alphabetic()) => format!("{scheme}://{CUT}@"),
        _ if before.is_empty() => String::new(),
        _ => format!("{CUT}@"),
    };
    let mut parts = rest.splitn(2, ['?', '#']);
    let mut shown = scheme + parts.next().unwrap_or_default();
    shown.push_str(if parts.next().is_some() { CUT } else { "" });
    let length = shown.chars().count();
    let longest = match shown.contains("://") {
        true => return Some(shown.chars().take(LONGEST).chain(CUT.chars().filter(|_| length > LONGEST)).collect()),
        false if shown.contains(['.', ':']) => LONGEST_HOST,
        false => LONGEST_WORD,
    };
    (1..=longest).contains(&length).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_holds_no_secret() {
        for (text, shown) in [
            ("https://host/v1", "https://host/v1"),
            ("cph.example", "cph.example"),
            ("https://user:pw@host", "https://…@host"),
            ("user:pw@host", "…@host"),
            ("user:pw://x@host", "…@host"),
            ("user://pw@host", "user://…@host"),
            ("https://user:p/w@x@host:1/", "https://…@host:1/"),
            ("https://user:pw%40host", "https://…@host"),
            ("https://host/?token=pw", "https://host/…"),
            ("https://host#pw", "https://host…"),
            ("not a host", "not a host"),
        ] {
            assert_eq!(without_userinfo(text).as_deref(), Some(shown), "{text}");
        }
        for secret in ["", "Qm9vdHN0cmFwIG5vdA", &"eyJhbGciOi.".repeat(9)] {
            assert_eq!(without_userinfo(secret), None, "{secret}");
        }
        let long = without_userinfo(&format!("https://{}", "x".repeat(1000))).unwrap();
        assert_eq!(long.chars().count(), 101);
    }

    #[test]
    fn takes_origins_only() {
        for good in [
            "https://cph.cn-north-4.myhuaweicloud.com",
            "https://cph.example:8443",
            "http://127.0.0.1:1",
            "http://127.8.9.1",
            "http://[::1]:80",
            "http://localhost:3",
            "http://localhost:3/",
            "https://cph.example/",
        ] {
            assert!(Endpoint::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "cph.example",
            "https://",
            "https:///x",
            "ftp://127.0.0.1",
            "http://cph.example",
            "http://127.0.0.1@elsewhere",
            "http://localhost.elsewhere",
            "http://127.0.0.1.elsewhere",
            "http://10.0.0.1",
            "https://user:pw@host",
            "https://host//",
            "https:///",
            "/",
            "https://host:",
            "https://host:/",
            "https://host/v1",
            "https://host?x",
            "https://host#x",
            "https://host\\@x",
            "https://ho st",
            "https://host\n",
            "https://h%6fst",
            "https://host:99999",
            "HTTP://127.0.0.1.",
            "http://169.254.169.254",
        ] {
            assert!(Endpoint::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn whose_iam_is_known() {
        for (text, known) in [
            ("https://cph.cn-north-4.myhuaweicloud.com", true),
            ("https://cph.eu-west-101.myhuaweicloud.eu", true),
            ("http://127.0.0.1:1", true),
            ("http://localhost", true),
            ("https://cph.example", false),
            ("https://myhuaweicloud.com.example", false),
            ("https://xmyhuaweicloud.com", false),
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().is_huawei_or_loopback(), known, "{text}");
        }
    }

    #[test]
    fn metadata_is_on_this_machine_or_its_link() {
        for good in ["http://169.254.169.254", "http://169.254.169.254/", "http://127.0.0.1:99/", "http://[fe80::1]"] {
            assert!(Endpoint::parse_metadata(good).is_ok_and(|endpoint| endpoint.is_never_proxied()), "{good}");
        }
        for bad in [
            "http://10.0.0.1",
            "http://8.8.8.8",
            "https://169.254.169.254",
            "http://169.254.169.254/x",
            "http://a",
            "http://AÄ",
        ] {
            assert!(Endpoint::parse_metadata(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_huawei_host_names_its_region() {
        for (text, region) in [
            ("https://cph.cn-north-4.myhuaweicloud.com", Some("cn-north-4")),
            ("https://iam.eu-west-101.myhuaweicloud.eu:8443", Some("eu-west-101")),
            ("https://a.b.r-1.MyHuaweiCloud.com", Some("r-1")),
            ("https://iam.myhuaweicloud.com", None),
            ("https://myhuaweicloud.com", None),
            ("https://cph.r-1.myhuaweicloud.com.evil.example", None),
            ("https://cph.r-1.xmyhuaweicloud.com", None),
            ("http://127.0.0.1:1", None),
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().huawei_region(), region, "{text}");
        }
    }

    #[test]
    fn a_resource_is_sent_as_it_is_signed() {
        for origin in ["https://cph.example", "https://cph.example:8443", "http://127.0.0.1:1", "http://[::1]:80"] {
            for (path, query) in [
                ("/v1/0123/cloud-phone/jobs/job-1_x", ""),
                ("/v1/0123/cloud-phone/jobs", "limit=100&offset=0&request_id=a%2Fb"),
                ("/v3/projects", "name=cn-north-4_%E4%BA%91%20x~%2B"),
            ] {
                let text = format!("{origin}{path}{}{query}", if query.is_empty() { "" } else { "?" });
                let url = Endpoint::parse(origin).unwrap().at(path, query);
                assert_eq!(url.as_str(), text.replace("]:80/", "]/"));
                assert_eq!(url, Url::parse(&text).unwrap());
            }
        }
    }

    #[test]
    fn host_keeps_an_unusual_port() {
        let host = |text| Endpoint::parse(text).unwrap().host();
        assert_eq!(host("https://a.example:443"), "a.example");
        assert_eq!(host("http://127.0.0.1:8080"), "127.0.0.1:8080");
        assert_eq!(host("http://[::1]:8080"), "[::1]:8080");
    }
}
