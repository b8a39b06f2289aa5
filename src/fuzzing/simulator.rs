//! Requests to the simulator, one after the other. Invariants:
//!
//! - Without a loopback `Host` every request is refused with 421.
//! - CPH answers a request with a 2xx only for a token that was issued or a right signature; a login only for the right
//!   password.
//! - A response has one request id, headers that can be sent, and, where it says so, one JSON document.

use hyper::Uri;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderValue;
use serde_json::Value;

use crate::api::sign;
use crate::simulator::cloud::Cloud;
use crate::simulator::http::{IncomingRequest, OutgoingResponse};
use crate::simulator::{ACCESS_KEY, PASSWORD, SECRET_KEY};

/// The simulator keeps tokens for a day, and answers at most 10,000 items at once.
const LARGEST: usize = 16 << 20;

/// Requests that the byte 0xff separates: method and target, header lines, an empty line, the body. A header `sign`
/// is replaced by a right signature, `at` by so many seconds.
pub fn simulator(data: &[u8]) {
    let mut now: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    let mut cloud = Cloud::default();
    for request in data.split(|byte| *byte == 0xff).take(20) {
        let Some((mut request, is_signed)) = parse(request) else { continue };
        let seconds = request.header("at").and_then(|seconds| seconds.parse::<u32>().ok()).unwrap_or_default();
        now = now.saturating_add(SignedDuration::from_secs(seconds.into())).unwrap_or(now);
        if is_signed {
            sign(&mut request, now);
        }
        if let Some(response) = cloud.answer(&request, now) {
            check(&request, &response, is_signed);
        }
    }
}

fn parse(bytes: &[u8]) -> Option<(IncomingRequest, bool)> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let (method, target) = lines.next()?.split_once(' ')?;
    let target: Uri = target.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let is_signed = headers.iter().any(|(name, _)| name == "sign");
    let request = IncomingRequest {
        method: method.to_owned(),
        path: target.path().to_owned(),
        query: target.query().unwrap_or_default().to_owned(),
        headers,
        body: body.as_bytes().to_vec(),
    };
    Some((request, is_signed))
}

fn sign(request: &mut IncomingRequest, now: Timestamp) {
    let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    request.headers.retain(|(name, _)| name != "authorization" && name != sign::DATE_HEADER);
    let query: Vec<_> = request.query_pairs().collect();
    let query: Vec<(&str, &str)> = query.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let headers = [(sign::DATE_HEADER, date.as_str())];
    let IncomingRequest { method, path, body, .. } = &*request;
    let signed = sign::Request { method, path, query: &query, headers: &headers, body };
    let authorization = sign::authorization(ACCESS_KEY, SECRET_KEY, &date, &signed);
    request.headers.push(("authorization".to_owned(), authorization));
    request.headers.push((sign::DATE_HEADER.to_owned(), date));
}

fn check(request: &IncomingRequest, response: &OutgoingResponse, is_signed: bool) {
    assert!((200..600).contains(&response.status), "{response:?}");
    assert!(response.body.len() < LARGEST);
    let values = |name: &str| response.headers.iter().filter(|(own, _)| *own == name).collect::<Vec<_>>();
    assert_eq!(values("x-request-id").len(), 1);
    assert!(response.headers.iter().all(|(_, value)| HeaderValue::from_str(value).is_ok()), "{response:?}");
    if values("content-type").iter().any(|(_, value)| value.starts_with("application/json")) {
        serde_json::from_str::<Value>(&response.body).unwrap_or_else(|reason| panic!("{reason}: {response:?}"));
    }
    let hosts: Vec<&str> = request.header_values("host").collect();
    let is_here = |host: &&str| {
        ["127.", "localhost", "[::", "[0"].iter().any(|start| host.to_ascii_lowercase().starts_with(start))
    };
    if hosts.is_empty() || !hosts.iter().all(is_here) {
        assert_eq!(response.status, 421, "{request:?}");
    }
    let is_success = (200..300).contains(&response.status);
    if is_success && ["/v1/", "/v2/"].iter().any(|start| request.path.starts_with(start)) {
        let token = request.header("x-auth-token").is_some_and(|token| token.starts_with("SIMULATOR-TOKEN-"));
        let authorization = request.header("authorization").is_some_and(|value| value.contains("Signature="));
        assert!(token || is_signed || authorization, "{request:?}");
    }
    if response.status == 201 {
        let body = String::from_utf8_lossy(&request.body);
        assert!(request.path == "/v3/auth/tokens" && (body.contains(PASSWORD) || body.contains('\\')), "{request:?}");
        assert_eq!(values("x-subject-token").len(), 1);
    }
}
