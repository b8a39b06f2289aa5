//! SDK-HMAC-SHA256, the request signature of Huawei Cloud's API gateway.
//!
//! PURE: bytes in, text out. It must not know clocks, sockets, settings or who calls it: the client
//! signs with it, the simulator verifies with it. Source: "API Request Signing Guide" (devg-apisign,
//! page api-sign-algorithm-002); held equal to the official Python SDK by `tests/data/signing-vectors.json`.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use ring::{digest, hmac};

/// The name of the algorithm, as it begins the `Authorization` header.
pub const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// The header that carries the signing time, `YYYYMMDDTHHMMSSZ` in UTC; the only one the gateway insists on.
pub const DATE_HEADER: &str = "x-sdk-date";

/// Header by which a caller replaces the body's hash (the SDK does so for bodies that are not JSON).
const CONTENT_HASH_HEADER: &str = "x-sdk-content-sha256";

/// RFC 3986's unreserved characters stay, everything else is `%XX` in upper case.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is signed of one request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Method in any case; it is signed in upper case.
    pub method: &'a str,
    /// Path as it goes over the wire, percent-encoded or not, without the query.
    pub path: &'a str,
    /// Decoded query pairs in any order.
    pub query: &'a [(&'a str, &'a str)],
    /// The headers to sign, names in any case. Names with an underscore are skipped, as gateways drop them.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, empty for a GET.
    pub body: &'a [u8],
}

/// A request in the one form that both sides hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical {
    /// Six parts, separated by line feeds.
    pub text: String,
    /// Lower-case names, sorted, joined by `;`: what the `Authorization` header must repeat.
    pub signed_headers: String,
}

impl Request<'_> {
    /// The canonical form of this request.
    pub fn canonical(&self) -> Canonical {
        let mut headers: Vec<(String, &str)> = self
            .headers
            .iter()
            .filter(|(name, _)| !name.contains('_'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
            .collect();
        headers.sort();
        let signed_headers = headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");

        let mut text = format!(
            "{}\n{}\n{}\n",
            self.method.to_ascii_uppercase(),
            canonical_path(self.path),
            canonical_query(self.query)
        );
        for (name, value) in &headers {
            let _ = writeln!(text, "{name}:{value}");
        }
        let declared = headers.iter().find(|(name, _)| name == CONTENT_HASH_HEADER).map(|(_, value)| *value);
        let hash = match declared {
            // The SDK leaves the hash of nothing in place for an empty body.
            Some(declared) if !self.body.is_empty() => declared.to_owned(),
            _ => hex_sha256(self.body),
        };
        let _ = write!(text, "\n{signed_headers}\n{hash}");
        Canonical { text, signed_headers }
    }
}

/// Sorted and percent-encoded, `key=value` joined by `&`: the form that is signed, and fit to be sent.
pub fn canonical_query(query: &[(&str, &str)]) -> String {
    let mut pairs = query.to_vec();
    pairs.sort_unstable();
    let encoded = pairs.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value)));
    encoded.collect::<Vec<_>>().join("&")
}

/// The value of the `Authorization` header for `request`, signed at `date` (`YYYYMMDDTHHMMSSZ`).
///
/// `request.headers` must hold [`DATE_HEADER`] with the same `date`.
pub fn authorization(access_key: &str, secret_key: &str, date: &str, request: &Request<'_>) -> String {
    let canonical = request.canonical();
    let signature = signature(secret_key, date, &canonical.text);
    format!("{ALGORITHM} Access={access_key}, SignedHeaders={}, Signature={signature}", canonical.signed_headers)
}

/// The signature of a canonical request, in lower-case hex.
pub fn signature(secret_key: &str, date: &str, canonical_text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret_key.as_bytes());
    hex(hmac::sign(&key, string_to_sign(date, canonical_text).as_bytes()).as_ref())
}

/// What the secret key signs: algorithm, date and the hash of the canonical request, a line each.
pub fn string_to_sign(date: &str, canonical_text: &str) -> String {
    format!("{ALGORITHM}\n{date}\n{}", hex_sha256(canonical_text.as_bytes()))
}

/// The path is unquoted once and quoted again, segment by segment, and always ends in `/` (in this form
/// only, never on the wire). `%2F` therefore signs as a real slash; dot segments stay.
fn canonical_path(path: &str) -> String {
    let plain = percent_decode_str(path).decode_utf8_lossy();
    let mut canonical = plain.split('/').map(encode).collect::<Vec<_>>().join("/");
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    canonical
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// SHA-256 in lower-case hex.
pub fn hex_sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let mut text = String::with_capacity(bytes.len() * 2);
    text.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_every_vector_of_the_official_sdk() {
        let file = include_str!("../../tests/data/signing-vectors.json");
        let file: serde_json::Value = serde_json::from_str(file).unwrap();
        let vectors = file["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), 27, "the whole file is tested");
        for vector in vectors {
            let text = |key: &str| vector[key].as_str().unwrap();
            let query = pairs(&vector["query"]);
            let query: Vec<_> = query.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            let sent = vector["headers_sent"].as_object().unwrap();
            // The Go vector signs fewer headers than it sends; everywhere else the two sets are one.
            let signed: Vec<_> = text("signed_headers").split(';').collect();
            let headers: Vec<_> = sent
                .iter()
                .filter(|(name, _)| name.contains('_') || signed.contains(&name.to_ascii_lowercase().as_str()))
                .map(|(name, value)| (name.as_str(), utf8_of_wire(value.as_str().unwrap())))
                .collect();
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let request = Request {
                method: text("method"),
                path: text("path"),
                query: &query,
                headers: &headers,
                body: text("body").as_bytes(),
            };
            let canonical = request.canonical();
            assert_eq!(canonical.text, text("canonical_request"), "{}", text("name"));
            assert_eq!(string_to_sign(text("date"), &canonical.text), text("string_to_sign"), "{}", text("name"));
            let authorization = authorization(text("ak"), text("sk"), text("date"), &request);
            assert_eq!(authorization, text("authorization"), "{}", text("name"));
        }
    }

    /// The vectors write a header's bytes as Latin-1 characters, one a byte; what is signed is their UTF-8 text.
    fn utf8_of_wire(latin1: &str) -> String {
        String::from_utf8(latin1.chars().map(|byte| u8::try_from(u32::from(byte)).unwrap()).collect()).unwrap()
    }

    /// The vectors' queries as the SDK takes them: lists are repeated keys, booleans are words.
    fn pairs(query: &serde_json::Value) -> Vec<(String, String)> {
        let word = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut pairs = Vec::new();
        for pair in query.as_array().unwrap() {
            let key = pair[0].as_str().unwrap();
            match pair[1].as_array() {
                Some(list) => pairs.extend(list.iter().map(|value| (key.to_owned(), word(value)))),
                None => pairs.push((key.to_owned(), word(&pair[1]))),
            }
        }
        pairs
    }

    #[test]
    fn the_secret_key_changes_the_signature_and_nothing_else() {
        let request = Request {
            method: "GET",
            path: "/v1/x",
            query: &[],
            headers: &[(DATE_HEADER, "20261021T081530Z")],
            body: b"",
        };
        let one = authorization("AK", "one", "20261021T081530Z", &request);
        let two = authorization("AK", "two", "20261021T081530Z", &request);
        assert_eq!(one.rsplit_once('=').unwrap().0, two.rsplit_once('=').unwrap().0);
        assert_ne!(one, two);
    }
}
