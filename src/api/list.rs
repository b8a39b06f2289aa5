//! ListJobs: the jobs of one request, a page at a time. What the pages amount to is not decided here.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::api::answer::{Answer, Question};
use crate::api::client::Client;
use crate::api::credential::Credential;
use crate::api::request::HttpRequest;
use crate::error::{Error, Kind};
use crate::job::{Job, Observation, Status};

impl Client {
    /// The jobs of a request behind the first `offset`, `limit` at most, in one attempt until `deadline`.
    ///
    /// `GET /v1/{project_id}/cloud-phone/jobs?request_id=…` (CPH API reference, "Querying the Execution Statuses of
    /// Batch Jobs"). Items do not name their request, so one request a call.
    ///
    /// # Errors
    /// No usable page.
    pub(crate) fn list_jobs(
        &self,
        request_id: &str,
        offset: usize,
        limit: usize,
        deadline: Instant,
    ) -> Result<Vec<Observation>, Error> {
        self.with_credential(deadline, |credential, left| self.page(request_id, offset, limit, credential, left))
    }

    fn page(
        &self,
        request_id: &str,
        offset: usize,
        limit: usize,
        credential: &Credential,
        left: Duration,
    ) -> Result<Vec<Observation>, Error> {
        let about = format!("request {request_id}");
        let endpoint = self.service.endpoint().as_str();
        let missing = format!("no such request (project {} at {endpoint})", self.project_id);
        let question = Question { about: &about, endpoint, missing: &missing };
        let (limit, offset) = (limit.to_string(), offset.to_string());
        let path = format!("/v1/{}/cloud-phone/jobs", self.project_id);
        let request = HttpRequest {
            query: &[("limit", &limit), ("offset", &offset), ("request_id", request_id)],
            project_id: Some(&self.project_id),
            credential: Some(credential),
            origin: &self.provider.origin(),
            ..HttpRequest::new(&about, "GET", &path)
        };
        self.service.call(&request, left, |answer| {
            let jobs = answer.page(&question).map_err(|error| match error.kind {
                Kind::NotFound => error.hint("check the id (a job id is not a request id), the project and the region"),
                _ => error,
            })?;
            let at = Timestamp::now();
            let observation = |job: Job| {
                let error = error_of(&job, answer, &question);
                Observation { job: Job { request_id: Some(request_id.to_owned()), ..job }, at, error }
            };
            Ok(jobs.into_iter().map(observation).collect())
        })
    }
}

/// A listed job without a usable status is that job's error, not the page's.
fn error_of(job: &Job, answer: &Answer, question: &Question<'_>) -> Option<Error> {
    if job.status != Status::Unknown {
        return None;
    }
    let about = format!("job {}", job.job_id.as_deref().unwrap_or_default());
    let question = Question { about: &about, ..*question };
    Some(match job.status_code {
        Some(code) => answer.unknown_status(&question, code),
        None => answer.no_status(&question),
    })
}
