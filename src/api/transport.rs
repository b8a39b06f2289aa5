//! One HTTP exchange, and nothing more: no retry, no redirect, no compression, no cookie, no second origin.
//!
//! The only file that knows the HTTP library. It must not know jobs, credentials or settings.

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Method;
use reqwest::blocking::{Client, ClientBuilder, Response};
use reqwest::header::HeaderMap;

use crate::api::answer::Answer;
use crate::api::complaint::needs_no_body;
use crate::api::tls;
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind};

/// Connecting may take so long, whatever time is left for the rest.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A page of 100 jobs with full texts is below 300 kB; a larger answer than this is an attack or a mistake.
const LONGEST_BODY: u64 = 5 << 19;

/// Where the certificates of trusted authorities are, if a variable says so.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// `SSL_CERT_FILE`: one PEM bundle.
    pub file: Option<PathBuf>,
    /// `SSL_CERT_DIR`: a folder of PEM files.
    pub dir: Option<PathBuf>,
}

/// One request as it goes out.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// Method, upper case.
    pub method: &'static str,
    /// Whole URL.
    pub url: &'a str,
    /// Headers; secrets among them are marked sensitive.
    pub headers: HeaderMap,
    /// Body; empty is none.
    pub body: &'a [u8],
}

/// Connections to one origin.
#[derive(Debug, Clone)]
pub struct Transport {
    client: Client,
}

impl Transport {
    /// A client for `endpoint` alone. Proxies come from the environment, and never for loopback.
    ///
    /// # Errors
    /// When no trusted certificate can be read (https only).
    pub fn new(endpoint: &Endpoint, trust: &Trust) -> Result<Self, Error> {
        let mut builder: ClientBuilder = Client::builder()
            .user_agent(concat!("cph/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .timeout(None)
            .connect_timeout(CONNECT_TIMEOUT);
        if let Some(config) = tls::config(endpoint.is_https(), trust)? {
            builder = builder.tls_backend_preconfigured(config);
        }
        if endpoint.is_never_proxied() {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|reason| Error::new(Kind::Io, format!("the HTTP client can't start: {}", innermost(&reason))))?;
        Ok(Self { client })
    }

    /// Sends a request and reads its answer within `timeout`, the whole body included.
    ///
    /// # Errors
    /// No whole answer; `retryable` says whether another attempt makes sense. The message names no object yet.
    pub fn send(&self, request: Outgoing<'_>, timeout: Duration) -> Result<Answer, Error> {
        let method = Method::from_bytes(request.method.as_bytes()).unwrap_or_default();
        let mut builder = self.client.request(method, request.url).headers(request.headers).timeout(timeout);
        if !request.body.is_empty() {
            builder = builder.body(request.body.to_vec());
        }
        let sent = builder.send();
        let response = sent.map_err(|reason| trouble(&reason, timeout))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = match body(response, timeout) {
            Ok(body) => body,
            Err(error) if needs_no_body(status, error.kind == Kind::BadAnswer) => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(Answer { status, headers, body })
    }
}

fn body(response: Response, timeout: Duration) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    if response.content_length().is_some_and(|length| length > LONGEST_BODY) {
        return Err(too_long());
    }
    let read = response.take(LONGEST_BODY + 1).read_to_end(&mut body);
    if let Err(reason) = read {
        return Err(match reason.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>()) {
            Some(reason) => trouble(reason, timeout),
            None => Error::new(Kind::Unreachable, format!("the answer broke off ({reason})")).retryable(true),
        });
    }
    if body.len() as u64 > LONGEST_BODY {
        return Err(too_long());
    }
    Ok(body)
}

fn too_long() -> Error {
    Error::new(Kind::BadAnswer, format!("an answer of more than {} kB, not read to its end", LONGEST_BODY >> 10))
}

/// What kept a whole answer from coming, by the types in the chain of causes, never by their texts.
fn trouble(reason: &reqwest::Error, timeout: Duration) -> Error {
    if let Some(tls) = cause::<rustls::Error>(reason) {
        return tls::trouble(tls);
    }
    if reason.is_timeout() {
        let what = if reason.is_connect() { "no connection" } else { "no whole answer" };
        let seconds = timeout.as_secs_f64().min(if reason.is_connect() { 10.0 } else { f64::MAX });
        return Error::new(Kind::HttpTimeout, format!("{what} within {seconds:.0} s")).retryable(true);
    }
    if let Some(http) = cause::<hyper::Error>(reason)
        && (http.is_parse() || http.is_parse_too_large())
    {
        return Error::new(Kind::BadAnswer, format!("an answer that is not HTTP ({})", innermost(http)));
    }
    let what = if reason.is_connect() { "no connection" } else { "the connection broke before the answer was whole" };
    Error::new(Kind::Unreachable, format!("{what} ({})", innermost(reason))).retryable(true)
}

fn cause<'e, E: std::error::Error + 'static>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        // An io::Error hides the error it was made of from `source`, but not from `get_ref`.
        let inside = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match inside {
            Some(inside) => Some(inside),
            None => error.source(),
        };
    }
    None
}

/// The last cause of the chain: the one that says something ("Connection refused"), and holds no URL.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}
