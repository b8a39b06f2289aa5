//! One service at one endpoint, CPH or IAM: a request is signed, sent and logged, its response is read, and errors
//! leave here without a secret. It must not know what a request is for.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::RETRY_AFTER;

use crate::api::credential::Credential;
use crate::api::log::Log;
use crate::api::peer::Peer;
use crate::api::request::HttpRequest;
use crate::api::response::HttpResponse;
use crate::api::retry::{self, RetryDecision};
use crate::api::sent_secrets::Secrets;
use crate::api::signature_error::{self, SignatureCause};
use crate::api::transport::{self, TimeLimit, Transport};
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind};

/// Seconds by which two clocks may differ and count as equal: the gateway accepts 15 minutes.
const CLOCK_TOLERANCE: i64 = 5;

/// How often the clock is corrected in a run: this machine's may be set right while it waits. Each time costs a refused
/// signature, and a service whose time is never the same is not one to follow.
const MOST_CORRECTIONS: u32 = 3;

/// The lock is the gateway's ("API Request Signing Guide", `AK access failed to reach the limit`).
const WRONG_SECRET_KEY: &str = "take access key and secret key from the same credentials.csv; more than 5 failures in a \
                                row lock an access key for 5 minutes";

/// Connections to one endpoint, and the offset of its clock.
pub(crate) struct Service {
    peer: Peer,
    transport: Transport,
    endpoint: Endpoint,
    log: Log,
    /// Of one attempt.
    limit: Duration,
    /// Seconds that the server's clock is ahead of ours; 0 until a response shows it.
    clock_offset: AtomicI64,
    /// How often that was learned anew.
    corrections: AtomicU32,
    secrets: Secrets,
}

impl Service {
    pub(crate) fn new(peer: Peer, transport: Transport, endpoint: Endpoint, log: Log) -> Self {
        let (limit, secrets) = (retry::ATTEMPT_TIMEOUT, Secrets::default());
        let (clock_offset, corrections) = (AtomicI64::new(0), AtomicU32::new(0));
        Self { peer, transport, endpoint, log, limit, clock_offset, corrections, secrets }
    }

    /// Replaces the time limit of one attempt.
    pub(crate) fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Shares the secrets that no text may repeat with the other services of the run.
    pub(crate) fn with_secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(crate) fn log(&self) -> Log {
        self.log
    }

    /// One attempt within `left`. A signature that was refused because it was made with a wrong time is made once more
    /// with the server's.
    pub(crate) fn call<T>(
        &self,
        request: &HttpRequest<'_>,
        left: Duration,
        read: impl Fn(&HttpResponse) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let deadline = Instant::now() + left;
        let offset_before = self.clock_offset.load(Ordering::Relaxed);
        let (ended, response) = self.attempt(request, offset_before, left, &read);
        let (Err(mut error), Some(response)) = (ended.as_ref().map_err(Error::clone).map(drop), response) else {
            return ended;
        };
        if error.kind != Kind::AuthRejected || !matches!(request.credential, Some(Credential::Keys { .. })) {
            return ended;
        }
        let Some(server) = signature_error::server_time(&response) else { return ended };
        let ours = Timestamp::now();
        if (ahead(server, ours) - offset_before).abs() <= CLOCK_TOLERANCE {
            // The clock is not the cause, and each bad signature counts against the access key.
            return ended;
        }
        if self.correct_clock(offset_before, server, ours) {
            let left = deadline.saturating_duration_since(Instant::now());
            let (again, response) = self.attempt(request, self.clock_offset.load(Ordering::Relaxed), left, &read);
            match (again, response.as_ref().and_then(signature_error::server_time)) {
                (Err(still), Some(_)) if still.kind == Kind::AuthRejected => error = still,
                (again, _) => return again,
            }
        }
        error.message.push_str(&format!(" (the clock here says {ours:.0}, the service's {server:.0})"));
        error.hint = Some("set this machine's clock".to_owned());
        Err(error)
    }

    /// Takes over what a response shows of the clocks, unless another one was faster; `false` where that has been done
    /// often enough.
    fn correct_clock(&self, before: i64, server: Timestamp, ours: Timestamp) -> bool {
        let offset = ahead(server, ours);
        if self.clock_offset.compare_exchange(before, offset, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return true;
        }
        if self.corrections.fetch_add(1, Ordering::Relaxed) >= MOST_CORRECTIONS {
            return false;
        }
        let text = if offset.abs() <= CLOCK_TOLERANCE {
            "the clock of this machine was set right; signing with it".to_owned()
        } else {
            format!(
                "the clock of this machine is wrong: {ours:.0} here, {server:.0} at the service; signing with the service's time"
            )
        };
        (self.log.sink)(&text);
        true
    }

    /// One attempt, signed with the time of a clock that is `offset` seconds ahead of ours.
    fn attempt<T>(
        &self,
        request: &HttpRequest<'_>,
        offset: i64,
        left: Duration,
        read: &impl Fn(&HttpResponse) -> Result<T, Error>,
    ) -> (Result<T, Error>, Option<HttpResponse>) {
        let time = TimeLimit { left, limit: self.limit };
        if left.is_zero() {
            // No response could come in time.
            return (Err(self.with_context(request, transport::timeout_error(time))), None);
        }
        let now = Timestamp::now().saturating_add(SignedDuration::from_secs(offset)).unwrap_or(Timestamp::MAX);
        let headers = match request.headers(&self.endpoint.host(), now) {
            Ok(headers) => headers,
            Err(error) => return (Err(error), None),
        };
        let secrets = request.secrets(&self.secrets, &headers);
        let url = self.endpoint.at(request.path, &request.query_string());
        let started = Instant::now();
        let response = self.transport.send(request, url.clone(), headers, time);
        let response = response
            .map(|response| response.of(self.peer).with_secrets(&secrets))
            .map_err(|error| redacted(error, &secrets));
        self.log.request(request.method, url.as_str(), started.elapsed(), response.as_ref());
        let response = match response {
            Ok(response) => response,
            Err(error) => return (Err(self.with_context(request, error)), None),
        };
        let ended = read(&response).map_err(|mut error| {
            if matches!(error.kind, Kind::AuthRejected | Kind::Forbidden) {
                self.explain_signature(&mut error, request, now, &response);
                error.message.push_str(&format!(" ({})", request.origin));
            }
            let retry_after = response.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            error.service.retry_after = retry_after.and_then(|value| retry::retry_after(value, SystemTime::now()));
            redacted(error, &secrets)
        });
        (ended, Some(response))
    }

    /// Adds the service and the object to an error of the transport.
    fn with_context(&self, request: &HttpRequest<'_>, mut error: Error) -> Error {
        error.message = format!("{}: {}", self.endpoint.as_str(), error.message);
        error.about = Some(request.about.to_owned());
        error
    }

    /// Where a 401 repeats the request as the server signed it: that the secret key is wrong, or, under `-v`, the first
    /// line that differs from ours, which was signed at `now`.
    fn explain_signature(&self, error: &mut Error, request: &HttpRequest<'_>, now: Timestamp, response: &HttpResponse) {
        let Some(Credential::Keys { access_key, .. }) = request.credential else { return };
        let Some(ours) = request.canonical(&self.endpoint.host(), now) else { return };
        match signature_error::cause(&ours, response) {
            Some(SignatureCause::WrongSecretKey) => {
                if self.log.verbosity > 0 {
                    (self.log.sink)(&error.message);
                }
                // Enough to find it in a list of one's own; the rest is nobody's business in a log.
                let start: String = access_key.chars().take(4).collect();
                error.message = format!("the secret key does not belong to access key {start}…");
                error.hint = Some(WRONG_SECRET_KEY.to_owned());
            }
            Some(SignatureCause::OtherRequest(line)) if self.log.verbosity > 0 => {
                (self.log.sink)(&response.quote(&line));
            }
            _ => {}
        }
    }
}

/// Seconds by which one clock is ahead of the other.
fn ahead(server: Timestamp, ours: Timestamp) -> i64 {
    server.as_second() - ours.as_second()
}

/// Removes secrets from all texts of an error: a service, a library or a certificate may have written them.
fn redacted(error: Error, secrets: &Secrets) -> Error {
    let redact = |text: &str| secrets.redact(text);
    let about = error.about.as_deref().map(redact);
    let mut error = Error { about, message: redact(&error.message), hint: error.hint.as_deref().map(redact), ..error };
    error.service.code = error.service.code.as_deref().map(redact);
    error.service.request_id = error.service.request_id.as_deref().map(redact);
    error
}

/// Makes up to three attempts while time is left; `once` gets the time that remains. Gives the last attempt's error, or
/// the one before where the deadline cut the last short.
pub(crate) fn with_retries<T>(
    log: Log,
    about: &str,
    deadline: Instant,
    mut once: impl FnMut(Duration) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut attempt = 1;
    let mut before = None;
    loop {
        let mut error = match once(deadline.saturating_duration_since(Instant::now())) {
            Err(error) if error.retryable => error,
            ended => return ended,
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let decision = retry::decide(attempt, error.service.retry_after, left, fastrand::f64());
        if left.is_zero() && error.kind == Kind::HttpTimeout {
            // An attempt that the deadline cut short says less than a whole one before it.
            error = before.take().unwrap_or(error);
        }
        match decision {
            RetryDecision::Pause(pause) => {
                log.detail(|| format!("{about}: attempt {attempt} failed, retry in {} ms", pause.as_millis()));
                std::thread::sleep(pause);
                attempt += 1;
                before = Some(error);
                continue;
            }
            RetryDecision::AskedForMore(asked) => {
                error.message.push_str(&format!(" (it asked to wait {} s)", asked.as_secs()));
            }
            RetryDecision::AttemptsSpent | RetryDecision::OutOfTime if attempt > 1 => {
                error.message.push_str(&format!(" ({attempt} attempts)"));
            }
            RetryDecision::AttemptsSpent | RetryDecision::OutOfTime => {}
        }
        error.retried = true;
        return Err(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_an_error_shows_a_secret() {
        let secrets = Secrets::default();
        secrets.add("a-secret-of-the-run");
        let says = |what: &str| format!("{what}: a-secret-of-the-run");
        let mut error = Error::new(Kind::BadAnswer, says("message")).about(says("about")).hint(says("hint"));
        error.service.code = Some(says("code"));
        error.service.request_id = Some(says("request"));
        error.service.http_status = Some(400);
        let error = redacted(error, &secrets);
        let texts = [Some(error.message), error.about, error.hint, error.service.code, error.service.request_id];
        let told = ["message", "about", "hint", "code", "request"].map(|what| Some(format!("{what}: [redacted]")));
        assert_eq!((texts, error.kind, error.service.http_status), (told, Kind::BadAnswer, Some(400)));
    }
}
