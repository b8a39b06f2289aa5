//! One service at one endpoint, CPH or IAM: a call is signed, sent, logged, read, and its trouble told without a
//! trace of a secret. The only place where an answer of a service becomes an error.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::RETRY_AFTER;

use crate::api::credential::Credential;
use crate::api::log::Log;
use crate::api::request::HttpRequest;
use crate::api::response::HttpResponse;
use crate::api::retry::{self, RetryDecision};
use crate::api::secrets::Secrets;
use crate::api::signature_error;
use crate::api::transport::{self, TimeLimit, Transport};
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind};

/// Two clocks that differ by so many seconds tell the same time: the gateway takes 15 minutes.
const CLOCK_TOLERANCE: i64 = 5;

/// Connections to one endpoint, and what was learned of its clock.
pub(crate) struct Service {
    transport: Transport,
    endpoint: Endpoint,
    log: Log,
    /// The longest that one attempt may take.
    limit: Duration,
    /// Seconds that the server's clock is ahead of ours, once it said so.
    clock_offset: AtomicI64,
    /// What no text may repeat.
    secrets: Secrets,
}

impl Service {
    /// A service whose connections are ready to be made.
    #[must_use]
    pub(crate) fn new(transport: Transport, endpoint: Endpoint, log: Log) -> Self {
        let limit = retry::ATTEMPT_TIMEOUT;
        let secrets = Secrets::default();
        Self { transport, endpoint, log, limit, clock_offset: AtomicI64::new(0), secrets }
    }

    /// The same service with another limit for one attempt.
    #[must_use]
    pub(crate) fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The same service, which shares what no text may repeat with the others of the run.
    #[must_use]
    pub(crate) fn with_secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    /// Where it is.
    #[must_use]
    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Where `-v` goes.
    #[must_use]
    pub(crate) fn log(&self) -> Log {
        self.log
    }

    /// One attempt within `left`. A signature refused for the clock alone is made once more with the server's time.
    ///
    /// # Errors
    /// What `read` made of the answer, or no whole answer.
    pub(crate) fn call<T>(
        &self,
        request: &HttpRequest<'_>,
        left: Duration,
        read: impl Fn(&HttpResponse) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let deadline = Instant::now() + left;
        let (ended, response) = self.once(request, left, &read);
        let (Err(mut error), Some(response)) = (ended.as_ref().map_err(Error::clone).map(drop), response) else {
            return ended;
        };
        if error.kind != Kind::AuthRejected || !matches!(request.credential, Some(Credential::Keys { .. })) {
            return ended;
        }
        let Some(server) = signature_error::server_time(&response) else { return ended };
        let ours = Timestamp::now();
        let offset = server.as_second() - ours.as_second();
        if offset.abs() <= CLOCK_TOLERANCE {
            // Not the clock's fault, whatever it is; a bad signature more is one too many.
            return ended;
        }
        let corrected_before = self.clock_offset.swap(offset, Ordering::Relaxed) != 0;
        if !corrected_before {
            (self.log.sink)(&format!(
                "the clock of this machine is off: here {ours:.0}, at the service {server:.0}; signing by the latter"
            ));
            let (again, response) = self.once(request, deadline.saturating_duration_since(Instant::now()), &read);
            match (again, response.as_ref().and_then(signature_error::server_time)) {
                (Err(still), Some(_)) if still.kind == Kind::AuthRejected => error = still,
                (again, _) => return again,
            }
        }
        error.message.push_str(&format!(" (the clock here says {ours:.0}, the service's {server:.0})"));
        error.hint = Some("set this machine's clock".to_owned());
        Err(error)
    }

    /// The time by the service's clock, as far as it is known.
    fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_secs(self.clock_offset.load(Ordering::Relaxed));
        Timestamp::now().saturating_add(offset).unwrap_or(Timestamp::MAX)
    }

    fn once<T>(
        &self,
        request: &HttpRequest<'_>,
        left: Duration,
        read: &impl Fn(&HttpResponse) -> Result<T, Error>,
    ) -> (Result<T, Error>, Option<HttpResponse>) {
        let time = TimeLimit { left, limit: self.limit };
        if left.is_zero() {
            // Nobody would read the answer.
            return (Err(self.unanswered(request, transport::timeout_error(time))), None);
        }
        let now = self.now();
        let headers = match request.headers(&self.endpoint.host(), now) {
            Ok(headers) => headers,
            Err(error) => return (Err(error), None),
        };
        let secrets = request.secrets(&self.secrets, &headers);
        let url = format!("{}{}{}", self.endpoint.as_str(), request.path, request.query_string());
        let started = Instant::now();
        let response = self.transport.send(request, &url, headers, time);
        let response =
            response.map(|response| response.with_secrets(&secrets)).map_err(|error| redacted(error, &secrets));
        self.log.request(request.method, &url, started.elapsed(), response.as_ref());
        let response = match response {
            Ok(response) => response,
            Err(error) => return (Err(self.unanswered(request, error)), None),
        };
        let ended = read(&response).map_err(|mut error| {
            if matches!(error.kind, Kind::AuthRejected | Kind::Forbidden) {
                error.message.push_str(&format!(" ({})", request.origin));
                self.compare(request, now, &response);
            }
            let retry_after = response.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            error.service.retry_after = retry_after.and_then(|value| retry::retry_after(value, SystemTime::now()));
            redacted(error, &secrets)
        });
        (ended, Some(response))
    }

    /// Names the service and the object.
    fn unanswered(&self, request: &HttpRequest<'_>, mut error: Error) -> Error {
        error.message = format!("{}: {}", self.endpoint.as_str(), error.message);
        error.about = Some(request.about.to_owned());
        error
    }

    /// Under `-v`, where a refusal repeats the request as the server signed it: the first line that differs from ours,
    /// which was signed at `now`.
    fn compare(&self, request: &HttpRequest<'_>, now: Timestamp, response: &HttpResponse) {
        if self.log.verbosity == 0 {
            return;
        }
        let host = self.endpoint.host();
        let Some(ours) = request.canonical(&host, now) else { return };
        if let Some(difference) = signature_error::first_difference(&ours, response) {
            (self.log.sink)(&response.quote(&difference));
        }
    }
}

/// No trace of a secret leaves this file in an error, whoever wrote its words: a service, a library, a certificate.
fn redacted(error: Error, secrets: &Secrets) -> Error {
    let clean = |text: &str| secrets.clean(text);
    let about = error.about.as_deref().map(clean);
    let mut error = Error { about, message: clean(&error.message), hint: error.hint.as_deref().map(clean), ..error };
    error.service.code = error.service.code.as_deref().map(clean);
    error.service.request_id = error.service.request_id.as_deref().map(clean);
    error
}

/// Repeats an attempt while that may help and time is left: at most three times. `once` gets the time it has.
///
/// # Errors
/// The last attempt's error, or the one before where the deadline cut the last.
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
        let next = retry::next(attempt, error.service.retry_after, left, fastrand::f64());
        if left.is_zero() && error.kind == Kind::HttpTimeout {
            // An attempt that the deadline cut says less than a whole one before it.
            error = before.take().unwrap_or(error);
        }
        match next {
            RetryDecision::Pause(pause) => {
                log.detail(|| format!("{about}: attempt {attempt} failed, next in {} ms", pause.as_millis()));
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
