//! One HTTP exchange: no retry, no redirect, no compression, no cookie, no second origin.
//!
//! The only file that sends by the HTTP library; others know its types of URLs, headers and errors. It must not know jobs
//! or settings, and takes no more of a request than method and body: URL and headers are made before.

use std::io::Read as _;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::blocking::{Client, ClientBuilder, Response};
use reqwest::header::HeaderMap;
use reqwest::{Method, Url};

use crate::api::classify::needs_no_body;
use crate::api::connection_error::{self, UsedProxy, cause, innermost};
use crate::api::connection_limit::ConnectionLimit;
use crate::api::request::HttpRequest;
use crate::api::response::HttpResponse;
use crate::api::tls::{self, Trust};
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind, hint_of};

/// For name look-up, TCP, proxy and TLS together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// In bytes. A page of 100 jobs with full texts is below 300 kB; a longer response than this is an attack or a mistake.
const LONGEST_BODY: u64 = 2_560 << 10;

/// No `Debug`: the URL may hold a password.
pub(crate) struct Proxy {
    /// The environment variable that names it.
    pub variable: &'static str,
    /// With user name and password.
    pub url: Url,
}

/// How long one attempt may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeLimit {
    /// What remains of the time limits around it: a look, `--timeout`.
    pub left: Duration,
    /// Of the attempt itself; messages name it.
    pub limit: Duration,
}

impl TimeLimit {
    fn effective(self) -> Duration {
        self.left.min(self.limit)
    }

    /// Whether an outer limit cuts the attempt short. Pauses between attempts don't count: they leave the third attempt
    /// 8 s of its 10 s, and a little less on a busy machine.
    fn is_cut_short(self) -> bool {
        self.left * 10 < self.limit * 7
    }
}

/// Connections to one origin.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    /// Never dropped: that would wait for the library's thread and so for every name look-up in progress, minutes with
    /// a silent name server. The process ends without them.
    client: ManuallyDrop<Client>,
    proxy: Option<UsedProxy>,
    /// Whether any response came so far: then the proxy accepted our password.
    answered: Arc<AtomicBool>,
}

impl Transport {
    /// A client for `endpoint` alone, through this proxy and no other; loopback is never proxied.
    pub(crate) fn new(endpoint: &Endpoint, trust: &Trust, proxy: Option<Proxy>) -> Result<Self, Error> {
        let proxy = proxy.filter(|_| !endpoint.is_never_proxied());
        let used_proxy = proxy.as_ref().map(|Proxy { variable, url }| UsedProxy {
            variable,
            // The library sends no password with SOCKS 4.
            has_password: !url.scheme().starts_with("socks4")
                && (!url.username().is_empty() || url.password().is_some()),
        });
        let mut builder: ClientBuilder = Client::builder()
            .user_agent(concat!("cph/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .timeout(None)
            .connect_timeout(CONNECT_TIMEOUT)
            .connector_layer(ConnectionLimit::default())
            // Five system calls for each connection; every request has a time limit of its own.
            .tcp_keepalive(None)
            .tcp_keepalive_interval(None)
            .tcp_keepalive_retries(None);
        #[cfg(target_os = "linux")]
        {
            builder = builder.tcp_user_timeout(None);
        }
        if let Some(config) = tls::config(endpoint.is_https(), trust)? {
            builder = builder.tls_backend_preconfigured(config);
        }
        let cant_start = |reason: reqwest::Error| {
            let error = Error::new(Kind::Io, format!("the HTTP client can't start: {}", innermost(&reason)));
            cause::<std::io::Error>(&reason).map_or(error.clone(), |reason| error.caused_by(reason))
        };
        builder = match proxy {
            Some(Proxy { url, .. }) => builder.proxy(reqwest::Proxy::all(url).map_err(cant_start)?),
            None => builder.no_proxy(),
        };
        let client = builder.build().map_err(cant_start)?;
        Ok(Self { client: ManuallyDrop::new(client), proxy: used_proxy, answered: Arc::default() })
    }

    /// Sends a request and reads the response within `time`, the whole body included. The error names no object yet.
    pub(super) fn send(
        &self,
        request: &HttpRequest<'_>,
        url: Url,
        headers: HeaderMap,
        time: TimeLimit,
    ) -> Result<HttpResponse, Error> {
        let method = Method::from_bytes(request.method.as_bytes()).unwrap_or_default();
        let mut builder = self.client.request(method, url).headers(headers).timeout(time.effective());
        if !request.body.is_empty() {
            builder = builder.body(request.body.to_vec());
        }
        let mut response = match builder.send() {
            Ok(response) => response,
            Err(reason) => {
                let refused =
                    self.proxy.and_then(|proxy| proxy.refusal(&reason, self.answered.load(Ordering::Relaxed)));
                return Err(refused.unwrap_or_else(|| self.with_proxy(send_error(&reason, time))));
            }
        };
        self.answered.store(true, Ordering::Relaxed);
        let status = response.status().as_u16();
        let length = response.content_length();
        let headers = std::mem::take(response.headers_mut());
        let body = match body(response, length, time) {
            Ok(body) => body,
            Err(error) if needs_no_body(status, error.kind == Kind::BadAnswer) => Vec::new(),
            Err(error) => return Err(self.with_proxy(error)),
        };
        Ok(HttpResponse::new(status, headers, body))
    }

    /// Adds the proxy to the message.
    fn with_proxy(&self, mut error: Error) -> Error {
        if let Some(UsedProxy { variable, .. }) = self.proxy {
            error.message.push_str(&format!(" (through the proxy in {variable})"));
        }
        error
    }
}

fn body(response: Response, length: Option<u64>, time: TimeLimit) -> Result<Vec<u8>, Error> {
    if length.is_some_and(|length| length > LONGEST_BODY) {
        return Err(too_long());
    }
    // Exact where it is known: sixteen long responses at once would take twice the memory.
    let mut body = Vec::with_capacity(length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default());
    let read = response.take(LONGEST_BODY + 1).read_to_end(&mut body);
    if let Err(reason) = read {
        return Err(match reason.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>()) {
            Some(reason) => send_error(reason, time),
            None => connection_error::incomplete_body(&reason),
        });
    }
    if body.len() as u64 > LONGEST_BODY {
        return Err(too_long());
    }
    Ok(body)
}

fn too_long() -> Error {
    Error::new(Kind::BadAnswer, format!("a response of more than {} kB, not read to its end", LONGEST_BODY >> 10))
}

/// Why no complete response came, by the types in the chain of causes, never by their texts.
fn send_error(reason: &reqwest::Error, time: TimeLimit) -> Error {
    if reason.is_connect() && (reason.is_timeout() || connection_error::is_timeout_of_socks(reason)) {
        return connection_error::no_connection_within(CONNECT_TIMEOUT.as_secs());
    }
    if reason.is_timeout() {
        return timeout_error(time);
    }
    if reason.is_connect()
        && let Some(error) = cause::<std::io::Error>(reason).and_then(process_limit).or_else(descriptor_limit)
    {
        return error;
    }
    connection_error::error(reason, reason.is_connect())
}

/// A limit of this process, where that is the cause.
fn process_limit(reason: &std::io::Error) -> Option<Error> {
    let error = Error::new(Kind::Io, format!("no connection can be opened here ({reason})"));
    Some(error.hint(hint_of(reason)?).retryable(true))
}

/// A name look-up does not report that no file descriptor was left.
#[cfg(unix)]
fn descriptor_limit() -> Option<Error> {
    rustix::io::dup(std::io::stderr()).err().and_then(|reason| process_limit(&reason.into()))
}

#[cfg(not(unix))]
fn descriptor_limit() -> Option<Error> {
    None
}

/// Also where no time was left from the start.
pub(crate) fn timeout_error(time: TimeLimit) -> Error {
    let what = if time.is_cut_short() {
        "timed out waiting for a complete response".to_owned()
    } else {
        format!("no complete response within {} s", time.limit.as_secs())
    };
    Error::new(Kind::HttpTimeout, what).retryable(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Milliseconds left, and the limit of the attempt in seconds.
    #[test]
    fn a_message_names_the_attempt_limit_and_never_an_outer_one() {
        for (left, limit, words) in [
            (30_000, 10, "no complete response within 10 s"),
            (10_000, 10, "no complete response within 10 s"),
            (8_500, 10, "no complete response within 10 s"),
            (6_900, 10, "timed out waiting for a complete response"),
            (0, 10, "timed out waiting for a complete response"),
            (30_000, 3, "no complete response within 3 s"),
            (2_000, 3, "timed out waiting for a complete response"),
        ] {
            let error =
                timeout_error(TimeLimit { left: Duration::from_millis(left), limit: Duration::from_secs(limit) });
            assert_eq!(error.message, words, "{left} {limit}");
            assert!(error.kind == Kind::HttpTimeout && error.retryable);
        }
    }
}
