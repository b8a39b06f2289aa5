//! Endpoints. Invariants:
//!
//! - What is accepted is an origin and nothing more: https, or http to this machine; it is read again alike; its host
//!   is the one that was typed.
//! - The metadata service's is http, to this machine or its link.
//! - A proxy has a known scheme and a host.
//! - A wrong one that is quoted shows no user name, no password, no query and no fragment.

use std::net::IpAddr;

use reqwest::Url;

use super::input::SECRET;
use crate::config::proxy;
use crate::endpoint::{Endpoint, without_userinfo};

/// An endpoint, or the URL of a proxy.
pub fn endpoint(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if text.to_ascii_lowercase().contains("xn--") {
        // A debug assertion of `idna` asks for tables that `idna_adapter` leaves out (see Cargo.toml) where such a label
        // stands for right-to-left signs. A release has no such assertion, and takes the label as it is.
        return;
    }
    if let Ok(endpoint) = Endpoint::parse(&text) {
        is_an_origin(&endpoint);
        assert!(endpoint.is_https() || is_loopback(&endpoint), "{text}");
        assert_eq!(Endpoint::parse(endpoint.as_str()).as_ref(), Ok(&endpoint));
        let (scheme, authority) = text.strip_suffix('/').unwrap_or(&text).split_once("://").unwrap();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().unwrap()),
            _ => (authority, if scheme == "https" { 443 } else { 80 }),
        };
        assert_eq!(endpoint.port(), port);
        let shown = url(&endpoint).host_str().unwrap().to_owned();
        // Addresses have many spellings, and one meaning.
        if !is_address(&shown) {
            assert_eq!(shown, host.to_ascii_lowercase());
        }
    }
    if let Ok(endpoint) = Endpoint::parse_metadata(&text) {
        is_an_origin(&endpoint);
        assert!(endpoint.is_never_proxied() && (!endpoint.is_https() || is_loopback(&endpoint)), "{text}");
    }
    if let Some(url) = proxy::parse(&text) {
        assert!(["http", "https", "socks4", "socks4a", "socks5", "socks5h"].contains(&url.scheme()));
        assert!(url.host_str().is_some_and(|host| !host.is_empty()) && !text.contains(char::is_whitespace));
        assert_eq!(proxy::secrets(&url).is_empty(), url.password().is_none());
    }
    if let Some(shown) = without_userinfo(&text) {
        assert!(shown.chars().count() <= 101);
        let before = |ends: &[&str]| ends.iter().filter_map(|end| text.rfind(end)).max();
        let is_user = text.rfind(SECRET).is_some_and(|at| before(&["@", "%40"]).is_some_and(|end| at < end));
        let host_at = before(&["@", "%40"]).unwrap_or_default();
        let query_at = text[host_at..].find(['?', '#']).map(|at| at + host_at);
        let is_query = query_at.zip(text.find(SECRET)).is_some_and(|(query, at)| query < at);
        assert!(!(is_user || is_query) || !shown.contains(SECRET), "{shown}");
    }
}

fn is_an_origin(endpoint: &Endpoint) {
    let url = url(endpoint);
    assert!(url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none());
    assert_eq!((url.path(), endpoint.as_str().contains('@')), ("/", false));
    assert_eq!(endpoint.as_str(), format!("{}://{}", url.scheme(), endpoint.host()));
}

fn is_loopback(endpoint: &Endpoint) -> bool {
    let url = url(endpoint);
    let host = url.host_str().unwrap();
    host == "localhost" || address(host).is_some_and(|ip| ip.is_loopback())
}

fn url(endpoint: &Endpoint) -> Url {
    Url::parse(endpoint.as_str()).unwrap()
}

fn is_address(host: &str) -> bool {
    address(host).is_some()
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}
