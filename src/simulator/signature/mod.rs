//! Checks an SDK-HMAC-SHA256 signature from the verifier's side: the request as received, the known keys.
//!
//! PURE. It must not know paths or jobs. The error texts are those of the real gateway where they are known (pages
//! `api-sign-0001` and `ocr_01_0063`, java-v3 #44).

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

use super::{
    ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, error_response::ErrorResponse,
    http::IncomingRequest,
};
use crate::api::sign;

/// How far the signer's clock may be off, both ways.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(15);

/// Of `X-Sdk-Date`, always in UTC.
const DATE_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// A temporary key needs its security token.
struct KnownKey {
    access: &'static str,
    secret: &'static str,
    security_token: Option<&'static str>,
}

const KEYS: [KnownKey; 2] = [
    KnownKey { access: ACCESS_KEY, secret: SECRET_KEY, security_token: None },
    KnownKey { access: TEMPORARY_ACCESS_KEY, secret: TEMPORARY_SECRET_KEY, security_token: Some(SECURITY_TOKEN) },
];

/// The parts of an `Authorization` header of this algorithm.
struct AuthorizationHeader<'a> {
    access_key: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

/// Returns the access key that signed `request`.
pub(super) fn verify(
    authorization: &str,
    request: &IncomingRequest,
    now: Timestamp,
) -> Result<&'static str, ErrorResponse> {
    let header =
        parse(authorization).ok_or_else(|| ErrorResponse::unauthenticated("authorization header is malformed"))?;
    let Some(key) = KEYS.iter().find(|key| key.access == header.access_key) else {
        let detail = format!("Get secretKey failed,ak:{},err:ak not exist", header.access_key);
        return Err(ErrorResponse::unauthenticated(detail));
    };
    // Whether the gateway wants the token among the signed headers is not documented; the SDKs sign it.
    if request.header("x-security-token") != key.security_token {
        return Err(ErrorResponse::unauthenticated("x-security-token does not belong to this access key"));
    }
    let date =
        request.header(sign::DATE_HEADER).ok_or_else(|| ErrorResponse::unauthenticated("x-sdk-date not found"))?;
    check_clock(date, now)?;
    let names: Vec<&str> = header.signed_headers.split(';').collect();
    // The signing guide requires this one; without it a signature could be replayed for ever.
    if !names.contains(&sign::DATE_HEADER) {
        return Err(ErrorResponse::unauthenticated("verify aksk signature fail, x-sdk-date is not a signed header"));
    }

    let query: Vec<_> = request.query_pairs().collect();
    let query: Vec<(&str, &str)> = query.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    // A name that was signed but not sent has no value here, and so the signatures differ.
    let headers: Vec<(&str, &str)> =
        names.iter().map(|name| (*name, request.header(name).unwrap_or_default())).collect();
    let signed = sign::Request {
        method: &request.method,
        path: &request.path,
        query: &query,
        headers: &headers,
        body: &request.body,
    };
    let canonical = signed.canonical();
    let same_headers = canonical.signed_headers == header.signed_headers;
    if same_headers && sign::signature(key.secret, date, &canonical.text) == header.signature {
        return Ok(key.access);
    }
    let shown = canonical.text.replace('\n', "|");
    Err(ErrorResponse::unauthenticated(format!("verify aksk signature fail, canonicalRequest:{shown}")))
}

fn parse(authorization: &str) -> Option<AuthorizationHeader<'_>> {
    let rest = authorization.strip_prefix(sign::ALGORITHM)?;
    let mut parts = rest.strip_prefix(' ')?.split(',').map(str::trim);
    let access_key = parts.next()?.strip_prefix("Access=")?;
    let signed_headers = parts.next()?.strip_prefix("SignedHeaders=")?;
    let signature = parts.next()?.strip_prefix("Signature=")?;
    parts.next().is_none().then_some(AuthorizationHeader { access_key, signed_headers, signature })
}

fn check_clock(date: &str, now: Timestamp) -> Result<(), ErrorResponse> {
    let signed = timestamp(date).ok_or_else(|| ErrorResponse::unauthenticated("x-sdk-date is malformed"))?;
    if now.duration_since(signed).abs() <= TOLERANCE {
        return Ok(());
    }
    let server = now.strftime(DATE_FORMAT);
    let detail = format!("calc aksk signature fail:signature expired, signature time:{date},server time:{server}");
    Err(ErrorResponse::unauthenticated(detail))
}

fn timestamp(date: &str) -> Option<Timestamp> {
    // strptime would also accept shorter numbers.
    if date.len() != "YYYYMMDDTHHMMSSZ".len() {
        return None;
    }
    TimeZone::UTC.to_timestamp(DateTime::strptime(DATE_FORMAT, date).ok()?).ok()
}

#[cfg(test)]
mod tests;
