//! Requests about jobs, with the current credential. It must not know when to ask or to retry: `poll` decides that.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::api::credential::{Credential, CredentialProvider};
use crate::api::request::HttpRequest;
use crate::api::response::ErrorContext;
use crate::api::service::{Service, with_retries};
use crate::error::{Error, Kind};
use crate::job::{Observation, Status};

/// Asks about the jobs of one project at one endpoint. Shared by all threads of a run.
pub(crate) struct Client {
    pub service: Service,
    pub project_id: String,
    pub provider: Box<dyn CredentialProvider>,
}

impl Client {
    /// ShowJob in one attempt until `deadline`.
    ///
    /// `GET /v1/{project_id}/cloud-phone/jobs/{job_id}` (CPH API reference, "Querying the Execution Status of a
    /// Job"). The id must have passed the allow-list: it becomes a segment of the path.
    pub(crate) fn show_job(&self, job_id: &str, deadline: Instant) -> Result<Observation, Error> {
        self.with_credential(deadline, |credential, left| self.job(job_id, credential, left))
    }

    /// The same with the retries of one look.
    pub(crate) fn show_job_with_retries(&self, job_id: &str, deadline: Instant) -> Result<Observation, Error> {
        with_retries(self.service.log(), &format!("job {job_id}"), deadline, |_| self.show_job(job_id, deadline))
    }

    /// Asks with the current credential, and after a 401 once more if the provider has another one: five refused
    /// signatures in a row lock an access key, so the same credential is never repeated.
    ///
    /// An error of the provider is not retried: the provider had retries of its own.
    pub(super) fn with_credential<T>(
        &self,
        deadline: Instant,
        ask: impl Fn(&Credential, Duration) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let left = || deadline.saturating_duration_since(Instant::now());
        let retried = |error| Error { retried: true, ..error };
        let credential = self.provider.get(deadline).map_err(retried)?;
        match ask(&credential, left()) {
            Err(error) if error.kind == Kind::AuthRejected => {
                match self.provider.refresh(&credential, deadline).map_err(retried)? {
                    Some(other) => ask(&other, left()),
                    None => Err(error),
                }
            }
            ended => ended,
        }
    }

    fn job(&self, job_id: &str, credential: &Credential, left: Duration) -> Result<Observation, Error> {
        let about = &format!("job {job_id}");
        let endpoint = self.service.endpoint().as_str();
        let missing = format_args!("no such job (project {} at {endpoint})", self.project_id);
        let context = ErrorContext { about, endpoint, expected: "status", missing };
        let path = format!("/v1/{}/cloud-phone/jobs/{job_id}", self.project_id);
        let request = HttpRequest {
            project_id: Some(&self.project_id),
            credential: Some(credential),
            origin: &self.provider.origin(),
            ..HttpRequest::new(about, "GET", &path)
        };
        self.service.call(&request, left, |response| {
            let job = response.job(&context, job_id)?;
            let unknown = (job.status == Status::Unknown).then_some(job.status_code).flatten();
            let error = unknown.map(|code| response.unknown_status(&context, code));
            Ok(Observation { job, at: Timestamp::now(), error })
        })
    }
}
