//! The checks before each call: is the request meant for this machine, and who sends it?
//!
//! PURE. It must not know jobs or passwords. It accepts the made-up credentials only and really checks them, so that
//! a client that it accepts sends what the real gateway wants.

use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::Timestamp;

use super::{
    error_response::ErrorResponse,
    http::IncomingRequest,
    signature,
    tokens::{Scope, Tokens},
};
use crate::api::sign;

/// Who sent a request: the credential is all that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caller {
    Token(String, Scope),
    /// The access key of a signature; its user may use any project of the account.
    Key(&'static str),
}

/// Headers that may be sent once only: of two values, two readers could each use another one.
const ONCE: [&str; 9] = [
    "host",
    "authorization",
    "content-type",
    "x-auth-token",
    "x-metadata-token",
    "x-metadata-token-ttl-seconds",
    "x-project-id",
    "x-sdk-date",
    "x-security-token",
];

/// Refuses what was not sent to a loopback name: a web page must not reach the simulator through a name of its
/// own that resolves to 127.0.0.1.
pub(super) fn check_host_and_headers(request: &IncomingRequest) -> Result<(), ErrorResponse> {
    let mut hosts = request.header_values("host").peekable();
    if hosts.peek().is_none() || !hosts.all(is_loopback) {
        return Err(ErrorResponse::gateway(
            421,
            "APIGW.0101",
            "The simulator answers to 127.0.0.1, [::1] and localhost only.",
        ));
    }
    match ONCE.iter().find(|name| request.header_values(name).count() > 1) {
        Some(name) => {
            Err(ErrorResponse::gateway(400, "APIGW.0201", format!("Bad request: {name} was sent more than once")))
        }
        None => Ok(()),
    }
}

/// One token or one signature.
pub(super) fn identify(request: &IncomingRequest, tokens: &Tokens, now: Timestamp) -> Result<Caller, ErrorResponse> {
    let authorization = request.header("authorization").filter(|value| value.starts_with(sign::ALGORITHM));
    match (request.header("x-auth-token"), authorization) {
        (Some(_), Some(_)) => Err(ErrorResponse::unauthenticated("both x-auth-token and a signature were sent")),
        (Some(token), None) => Ok(Caller::Token(token.to_owned(), tokens.check(token, now)?)),
        (None, Some(authorization)) => Ok(Caller::Key(signature::verify(authorization, request, now)?)),
        (None, None) => Err(ErrorResponse::unauthenticated("x-auth-token not found")),
    }
}

/// Refuses a project in the header that is not the one in the path.
pub(super) fn check_project(request: &IncomingRequest, path_project: &str) -> Result<(), ErrorResponse> {
    match request.header("x-project-id") {
        Some(project) if project != path_project => Err(ErrorResponse::gateway(
            403,
            "APIGW.0310",
            "The project in X-Project-Id is not the project in the path.",
        )),
        _ => Ok(()),
    }
}

/// IAM checks tokens itself and has its own error format; signatures are always checked by the gateway.
pub(super) fn identify_for_iam(
    request: &IncomingRequest,
    tokens: &Tokens,
    now: Timestamp,
) -> Result<Caller, ErrorResponse> {
    identify(request, tokens, now).map_err(|error| match request.header("authorization") {
        Some(value) if value.starts_with(sign::ALGORITHM) => error,
        _ => ErrorResponse::iam(401, "Unauthorized", "The X-Auth-Token is invalid!"),
    })
}

/// `host` with or without a port.
fn is_loopback(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host, ""),
    };
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(v6) => v6.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback()),
        None => {
            name.eq_ignore_ascii_case("localhost")
                || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ACCESS_KEY, PROJECT_ID, SECRET_KEY, TOKEN};
    use super::*;

    fn request(headers: &[(&str, &str)]) -> IncomingRequest {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        IncomingRequest {
            method: "GET".into(),
            path: "/v1/x".into(),
            headers: headers.collect(),
            ..IncomingRequest::default()
        }
    }

    #[test]
    fn only_loopback_names_are_accepted() {
        for good in ["127.0.0.1", "127.0.0.1:80", "127.9.9.9:1", "localhost", "LocalHost:65535", "[::1]", "[::1]:80"] {
            assert_eq!(check_host_and_headers(&request(&[("host", good)])), Ok(()), "{good}");
        }
        let bad = [
            "",
            "evil.example",
            "localhost.evil.example:80",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "[::2]:80",
            "::1",
            "127.0.0.1@evil.example",
            "127.0.0.1:80@evil.example",
            "localhost:x",
            "0.0.0.0",
            "[127.0.0.1]",
            "localhost.",
        ];
        for bad in bad {
            assert_eq!(check_host_and_headers(&request(&[("host", bad)])).unwrap_err().status, 421, "{bad}");
        }
        assert_eq!(check_host_and_headers(&request(&[])).unwrap_err().status, 421, "no Host at all");
        let two = request(&[("host", "127.0.0.1"), ("host", "evil.example")]);
        assert_eq!(check_host_and_headers(&two).unwrap_err().status, 421);
    }

    #[test]
    fn some_headers_are_accepted_once_only() {
        for name in ONCE {
            let twice = request(&[("host", "localhost"), (name, "localhost"), (name, "localhost")]);
            let error = check_host_and_headers(&twice).unwrap_err();
            assert_eq!((error.status, error.code), (400, "APIGW.0201"), "{name}");
        }
    }

    #[test]
    fn one_token_or_one_signature() {
        let now = "2026-01-15T08:00:00Z".parse().unwrap();
        let date = ("x-sdk-date", "20260115T080000Z");
        let signed = sign::Request { method: "GET", path: "/v1/x", query: &[], headers: &[date], body: b"" };
        let authorization = sign::authorization(ACCESS_KEY, SECRET_KEY, date.1, &signed);
        let signature = ("authorization", authorization.as_str());
        let mut tokens = Tokens::default();
        let (issued, _) = tokens.issue(Scope::Domain, now);
        let summary = |headers: &[(&str, &str)]| {
            let request = request(headers);
            let caller = identify(&request, &tokens, now)
                .and_then(|caller| check_project(&request, PROJECT_ID).map(|()| caller));
            match caller {
                Ok(Caller::Token(token, scope)) => format!("token {} {scope:?}", &token[..24]),
                Ok(Caller::Key(key)) => format!("key {key}"),
                Err(error) => format!("{} {} {}", error.status, error.code, error.text.rsplit(": ").next().unwrap()),
            }
        };
        assert_eq!(summary(&[("x-auth-token", TOKEN)]), "token SIMULATOR-TOKEN-not-a-se Project");
        assert_eq!(summary(&[("x-auth-token", &issued)]), "token SIMULATOR-TOKEN-00000001 Domain");
        assert_eq!(
            summary(&[("x-auth-token", TOKEN), ("x-project-id", PROJECT_ID)]),
            "token SIMULATOR-TOKEN-not-a-se Project"
        );
        assert_eq!(summary(&[date, signature]), format!("key {ACCESS_KEY}"));
        assert_eq!(summary(&[]), "401 APIGW.0301 x-auth-token not found");
        assert_eq!(summary(&[("authorization", "Bearer x")]), "401 APIGW.0301 x-auth-token not found");
        assert_eq!(summary(&[("x-auth-token", "x")]), "401 APIGW.0301 decrypt token fail");
        let both = [date, signature, ("x-auth-token", TOKEN)];
        assert_eq!(summary(&both), "401 APIGW.0301 both x-auth-token and a signature were sent");
        let other = ("x-project-id", "00000000000000000000000000000000");
        assert!(summary(&[("x-auth-token", TOKEN), other]).starts_with("403 APIGW.0310"));
        assert!(summary(&[date, signature, other]).starts_with("403 APIGW.0310"));
        let iam = |headers: &[(&str, &str)]| identify_for_iam(&request(headers), &tokens, now).map_err(|it| it.code);
        assert_eq!(iam(&[date, signature]), Ok(Caller::Key(ACCESS_KEY)));
        assert_eq!(iam(&[("x-auth-token", "x")]), Err("Unauthorized"));
        assert_eq!(iam(&[]), Err("Unauthorized"));
        assert_eq!(iam(&[signature]), Err("APIGW.0301"));
    }
}
