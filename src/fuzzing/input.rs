//! How an input becomes texts, or an HTTP response. Inputs are as readable as they can be: they are kept in the
//! repository.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::api::response::HttpResponse;

/// A secret that an input may hold anywhere; no message may show 12 characters of it.
pub(super) const SECRET: &str = "hunter2-correct-horse-battery";

/// Texts that the byte 0xff separates, which no UTF-8 text has. What is missing is empty; the last one takes the rest.
pub(super) fn texts<const N: usize>(data: &[u8]) -> [String; N] {
    let mut parts = data.splitn(N, |byte| *byte == 0xff);
    std::array::from_fn(|_| String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned())
}

/// A status, header lines and, behind an empty line, the body; without a status all of it is the body of a 200.
pub(super) fn response(data: &[u8]) -> HttpResponse {
    let plain = || HttpResponse::new(200, HeaderMap::new(), data.to_vec());
    let head_end = data.windows(2).position(|two| two == b"\n\n").unwrap_or(data.len());
    let (head, body) = data.split_at(head_end);
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = lines.next().and_then(|line| std::str::from_utf8(line).ok()?.parse().ok());
    let Some(status) = status.filter(|status| (200..600).contains(status)) else { return plain() };
    let mut headers = HeaderMap::new();
    for line in lines {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(&line[..colon]);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii())) {
            headers.append(name, value);
        }
    }
    HttpResponse::new(status, headers, body.get(2..).unwrap_or_default().to_vec())
}

/// Fails where the text shows a part of [`SECRET`].
pub(super) fn shows_no_secret(text: &str) {
    assert!(!holds_secret(text), "a secret in {text}");
}

/// Whether 12 characters of [`SECRET`] are in it.
pub(super) fn holds_secret(text: &str) -> bool {
    SECRET.as_bytes().windows(12).any(|window| text.contains(std::str::from_utf8(window).unwrap()))
}

/// The bytes before the first 0xff, and those behind it.
pub(super) fn two_parts(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|byte| *byte == 0xff).unwrap_or(data.len());
    (&data[..end], data.get(end + 1..).unwrap_or_default())
}
