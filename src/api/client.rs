//! The questions `cph` asks about jobs, with whatever credential counts at that moment.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::api::answer::Question;
use crate::api::auth::{Authority, Credential};
use crate::api::retry;
use crate::api::service::{Call, Service, persist};
use crate::error::{Error, Kind};
use crate::job::{Entry, Job, Status};

/// The jobs of one project at one endpoint. Shared by all threads of a run.
pub struct Client {
    /// CPH.
    pub service: Service,
    /// The project whose jobs are asked for.
    pub project_id: String,
    /// Who hands out the credential.
    pub authority: Box<dyn Authority>,
    /// When the question about the first job must be answered: login and look-ups before it share its time.
    pub first_deadline: Instant,
}

impl Client {
    /// One look at one job: ShowJob, at most three attempts and 30 s in all.
    ///
    /// `GET /v1/{project_id}/cloud-phone/jobs/{job_id}` (CPH API reference, "Querying the Execution Status of a
    /// Job"). The id must have passed the allow-list: it becomes a segment of the path.
    #[must_use]
    pub fn show_job(&self, job_id: &str) -> Entry {
        self.show_job_until(job_id, Instant::now() + retry::LOOK_TIMEOUT)
    }

    /// The same within what is left until `deadline`.
    #[must_use]
    pub fn show_job_until(&self, job_id: &str, deadline: Instant) -> Entry {
        let about = format!("job {job_id}");
        let ended = persist(self.service.log(), &about, deadline, |_| self.try_job(&about, job_id, deadline));
        let unanswered = |error| Entry { job: Job::unanswered(job_id), observed_at: None, error: Some(error) };
        ended.flatten().unwrap_or_else(unanswered)
    }

    /// One attempt at one look, for those who decide themselves what comes after it.
    ///
    /// # Errors
    /// No usable answer about that job.
    pub fn show_job_once(&self, job_id: &str, deadline: Instant) -> Result<Entry, Error> {
        self.try_job(&format!("job {job_id}"), job_id, deadline).flatten()
    }

    fn try_job(&self, about: &str, job_id: &str, deadline: Instant) -> Result<Result<Entry, Error>, Error> {
        self.with_credential(deadline, |credential, left| self.look(about, job_id, credential, left))
    }

    /// Asks with the current credential, and after a 401 once more with another one, where there is another: five
    /// refused signatures in a row lock an access key, so nothing is repeated with the same.
    ///
    /// The inner error is the end: whoever hands out the credential has its own retries, and two layers multiply.
    pub(super) fn with_credential<T>(
        &self,
        deadline: Instant,
        ask: impl Fn(&Credential, Duration) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, Error> {
        let left = || deadline.saturating_duration_since(Instant::now());
        let credential = match self.authority.current(deadline) {
            Ok(credential) => credential,
            Err(error) => return Ok(Err(error)),
        };
        match ask(&credential, left()) {
            Err(error) if error.kind == Kind::AuthRejected => match self.authority.renew(&credential, deadline) {
                Ok(Some(other)) => ask(&other, left()).map(Ok),
                Ok(None) => Err(error),
                Err(trouble) => Ok(Err(trouble)),
            },
            ended => ended.map(Ok),
        }
    }

    fn look(&self, about: &str, job_id: &str, credential: &Credential, left: Duration) -> Result<Entry, Error> {
        let endpoint = self.service.endpoint().as_str();
        let missing = format!("no such job: {job_id} (project {} at {endpoint})", self.project_id);
        let question = Question { about, endpoint, missing: &missing };
        let call = Call {
            about,
            method: "GET",
            path: &format!("/v1/{}/cloud-phone/jobs/{job_id}", self.project_id),
            query: &[],
            project_id: Some(&self.project_id),
            body: b"",
            credential: Some(credential),
            origin: &self.authority.origin(),
            headers: &[],
            secrets: &[],
        };
        self.service.call(&call, left, |answer| {
            let job = answer.job(&question, job_id)?;
            let unknown = (job.status == Status::Unknown).then_some(job.status_code).flatten();
            let error = unknown.map(|code| answer.unknown_status(&question, code));
            Ok(Entry { job, observed_at: Some(Timestamp::now()), error })
        })
    }
}
