//! The questions `cph` asks the service. One look at one job: sign, send, read, and try again where that helps.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::api::answer::{Answer, Question};
use crate::api::auth::{Authority, Credential, Target};
use crate::api::log::Log;
use crate::api::retry::{self, Next};
use crate::api::transport::Transport;
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind};
use crate::job::{Entry, Job, Status};

/// The jobs of one project at one endpoint, asked with one credential. Shared by all threads of a run.
pub struct Client {
    /// Connections, to `endpoint` alone.
    pub transport: Transport,
    /// The service.
    pub endpoint: Endpoint,
    /// The project whose jobs are asked for.
    pub project_id: String,
    /// Who hands out the credential.
    pub authority: Box<dyn Authority>,
    /// Where `-v` goes.
    pub log: Log,
}

impl Client {
    /// One look at one job: ShowJob, at most three attempts and 30 s in all.
    ///
    /// `GET /v1/{project_id}/cloud-phone/jobs/{job_id}` (CPH API reference, "Querying the Execution Status of a
    /// Job"). The id must have passed the allow-list: it becomes a segment of the path.
    #[must_use]
    pub fn show_job(&self, job_id: &str) -> Entry {
        let deadline = Instant::now() + retry::LOOK_TIMEOUT;
        match self.show_until(job_id, deadline) {
            Ok(entry) => entry,
            Err(error) => Entry { job: Job::unanswered(job_id), observed_at: None, error: Some(error) },
        }
    }

    fn show_until(&self, job_id: &str, deadline: Instant) -> Result<Entry, Error> {
        let mut attempt = 1;
        let mut credential = self.authority.current()?;
        let mut renewed = false;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let mut error = match self.attempt(job_id, &credential, left) {
                Ok(entry) => return Ok(entry),
                Err(error) => error,
            };
            if error.kind == Kind::AuthRejected {
                // A 401 is never repeated with the same credential: five bad signatures lock the access key.
                match self.authority.renew(&credential)? {
                    Some(other) if !renewed => (credential, renewed) = (other, true),
                    _ => return Err(error),
                }
                continue;
            }
            if !error.retryable {
                return Err(error);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match retry::next(attempt, error.service.retry_after, left, fastrand::f64()) {
                Next::Pause(pause) => {
                    self.log
                        .detail(|| format!("job {job_id}: attempt {attempt} failed, next in {} ms", pause.as_millis()));
                    std::thread::sleep(pause);
                    attempt += 1;
                }
                Next::AskedForMore(asked) => {
                    error.message.push_str(&format!(" (it asked to wait {} s)", asked.as_secs()));
                    return Err(error);
                }
                Next::Spent | Next::OutOfTime => {
                    if attempt > 1 {
                        error.message.push_str(&format!(" ({attempt} attempts)"));
                    }
                    return Err(error);
                }
            }
        }
    }

    fn attempt(&self, job_id: &str, credential: &Arc<Credential>, left: Duration) -> Result<Entry, Error> {
        let question = Question { job_id, project_id: &self.project_id, endpoint: self.endpoint.as_str() };
        let path = format!("/v1/{}/cloud-phone/jobs/{job_id}", self.project_id);
        let (answer, secrets) = self.exchange(&path, credential, left).map_err(|mut error| {
            error.message = format!("job {job_id}: {}: {}", self.endpoint.as_str(), error.message);
            error
        })?;
        let observed_at = Timestamp::now();
        match answer.job(&question) {
            Ok(job) => {
                let unknown = (job.status == Status::Unknown).then_some(job.status_code).flatten();
                let error =
                    unknown.map(|code| self.clean(answer.unknown_status(&question, code), credential, &secrets));
                Ok(Entry { job, observed_at: Some(observed_at), error })
            }
            Err(mut error) => {
                if matches!(error.kind, Kind::AuthRejected | Kind::Forbidden) {
                    error.message.push_str(&format!(" ({})", self.authority.origin()));
                }
                let retry_after = answer.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                error.service.retry_after = retry_after.and_then(|value| retry::retry_after(value, SystemTime::now()));
                Err(self.clean(error, credential, &secrets))
            }
        }
    }

    /// One exchange, logged. Also gives the parts of the sent headers that nobody may echo to the user.
    fn exchange(&self, path: &str, credential: &Credential, left: Duration) -> Result<(Answer, Vec<String>), Error> {
        let host = self.endpoint.host();
        let target = Target { method: "GET", host: &host, path, query: &[], project_id: &self.project_id };
        let headers = credential.headers(&target, Timestamp::now()).map_err(|reason| {
            Error::new(
                Kind::ConfigInvalid,
                format!("the {} can't stand in a header ({reason})", self.authority.origin()),
            )
        })?;
        let secrets = signature_of(&headers);
        let url = format!("{}{path}", self.endpoint.as_str());
        let timeout = left.min(retry::ATTEMPT_TIMEOUT);
        let started = Instant::now();
        let answer = self.transport.get(&url, headers, timeout);
        self.log.request(
            "GET",
            &url,
            started.elapsed(),
            answer.as_ref().map(|answer| {
                let id = answer.request_id().map(|id| credential.redact(&id));
                (answer.status, id, answer.body.len())
            }),
        );
        answer.map(|answer| (answer, secrets))
    }

    /// The one door by which a service's words reach an error: no trace of the credential passes it.
    fn clean(&self, error: Error, credential: &Credential, secrets: &[String]) -> Error {
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let clean = |text: String| crate::redact::redact(&credential.redact(&text), &secrets);
        let mut error = Error { message: clean(error.message), hint: error.hint.map(clean), ..error };
        error.service.code = error.service.code.map(clean);
        error.service.request_id = error.service.request_id.map(clean);
        error
    }
}

/// The signature inside the `Authorization` header: valid for 15 minutes, so as good as a secret.
fn signature_of(headers: &HeaderMap) -> Vec<String> {
    let value = headers.get(reqwest::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.rsplit_once("Signature="))
        .map(|(_, signature)| signature.to_owned())
        .into_iter()
        .collect()
}
