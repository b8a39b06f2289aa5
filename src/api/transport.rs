//! One HTTP exchange, and nothing more: no retry, no redirect, no compression, no cookie, no second origin.
//!
//! The only file that knows the HTTP library. It must not know jobs, credentials or settings.

use std::io::Read as _;
use std::mem::ManuallyDrop;
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

/// The longest that connecting may take: name, TCP, proxy and TLS together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

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

/// How long one attempt may take.
#[derive(Debug, Clone, Copy)]
pub struct Time {
    /// What is left of everything around it: a look, `--timeout`.
    pub left: Duration,
    /// Its own limit, which messages name.
    pub limit: Duration,
}

impl Time {
    fn until(self) -> Duration {
        self.left.min(self.limit)
    }

    /// Not for the pauses between attempts, which are taken from the time of their look: they leave the third attempt
    /// 8 s of its 10 s or more.
    fn is_cut(self) -> bool {
        self.left * 4 < self.limit * 3
    }
}

/// Connections to one origin.
#[derive(Debug, Clone)]
pub struct Transport {
    /// Never dropped: that would wait for the library's thread, and so for every name look-up under way, and a name
    /// server that is silent keeps one for minutes. The process ends without them.
    client: ManuallyDrop<Client>,
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
        Ok(Self { client: ManuallyDrop::new(client) })
    }

    /// Sends a request and reads its answer within `time`, the whole body included.
    ///
    /// # Errors
    /// No whole answer; `retryable` says whether another attempt makes sense. The message names no object yet.
    pub fn send(&self, request: Outgoing<'_>, time: Time) -> Result<Answer, Error> {
        let method = Method::from_bytes(request.method.as_bytes()).unwrap_or_default();
        let mut builder = self.client.request(method, request.url).headers(request.headers).timeout(time.until());
        if !request.body.is_empty() {
            builder = builder.body(request.body.to_vec());
        }
        let sent = builder.send();
        let response = sent.map_err(|reason| failure(&reason, time))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = match body(response, time) {
            Ok(body) => body,
            Err(error) if needs_no_body(status, error.kind == Kind::BadAnswer) => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(Answer { status, headers, body })
    }
}

fn body(response: Response, time: Time) -> Result<Vec<u8>, Error> {
    let length = response.content_length();
    if length.is_some_and(|length| length > LONGEST_BODY) {
        return Err(too_long());
    }
    // Exact where it is known: sixteen long answers at once would take twice the memory.
    let mut body = Vec::with_capacity(length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default());
    let read = response.take(LONGEST_BODY + 1).read_to_end(&mut body);
    if let Err(reason) = read {
        return Err(match reason.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>()) {
            Some(reason) => failure(reason, time),
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
fn failure(reason: &reqwest::Error, time: Time) -> Error {
    if let Some(tls) = cause::<rustls::Error>(reason) {
        return tls::trouble(tls);
    }
    if reason.is_timeout() && reason.is_connect() {
        let what = format!("no connection within {} s", CONNECT_TIMEOUT.as_secs());
        return Error::new(Kind::Unreachable, what).retryable(true);
    }
    if reason.is_timeout() {
        return no_whole_answer(time);
    }
    if let Some(http) = cause::<hyper::Error>(reason)
        && (http.is_parse() || http.is_parse_too_large())
    {
        return Error::new(Kind::BadAnswer, format!("an answer that is not HTTP ({})", innermost(http)));
    }
    let what = if reason.is_connect() { "no connection" } else { "the connection broke before the answer was whole" };
    Error::new(Kind::Unreachable, format!("{what} ({})", innermost(reason))).retryable(true)
}

/// Nothing, or not enough, in time; also where no time was left to begin with.
#[must_use]
pub fn no_whole_answer(time: Time) -> Error {
    let when =
        if time.is_cut() { "before the time was up".to_owned() } else { format!("within {} s", time.limit.as_secs()) };
    Error::new(Kind::HttpTimeout, format!("no whole answer {when}")).retryable(true)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Milliseconds left, and the limit of the attempt in seconds.
    #[test]
    fn a_figure_is_the_limit_and_never_what_was_left_of_another() {
        for (left, limit, words) in [
            (30_000, 10, "within 10 s"),
            (10_000, 10, "within 10 s"),
            (8_500, 10, "within 10 s"),
            (7_400, 10, "before the time was up"),
            (0, 10, "before the time was up"),
            (30_000, 3, "within 3 s"),
            (2_000, 3, "before the time was up"),
        ] {
            let error = no_whole_answer(Time { left: Duration::from_millis(left), limit: Duration::from_secs(limit) });
            assert_eq!(error.message, format!("no whole answer {words}"), "{left} {limit}");
            assert!(error.kind == Kind::HttpTimeout && error.retryable);
        }
    }
}
