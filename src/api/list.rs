//! ListJobs: the jobs of one request, a page at a time. What the pages amount to is not decided here.

use std::time::Instant;

use jiff::Timestamp;

use crate::api::answer::{Answer, Question};
use crate::api::auth::Credential;
use crate::api::client::Client;
use crate::api::service::{Call, persist};
use crate::error::{Error, Kind};
use crate::job::{Entry, Job, Status};
use crate::listing::PAGE;

impl Client {
    /// The jobs of a request behind the first `offset`: at most three attempts until `deadline`.
    ///
    /// `GET /v1/{project_id}/cloud-phone/jobs?request_id=…` (CPH API reference, "Querying the Execution Statuses of
    /// Batch Jobs"). Items do not name their request, so one request a call.
    ///
    /// # Errors
    /// No usable page.
    pub fn list_jobs(&self, request_id: &str, offset: usize, deadline: Instant) -> Result<Vec<Entry>, Error> {
        let about = format!("request {request_id}");
        persist(self.service.log(), &about, deadline, |_| self.try_page(request_id, offset, deadline)).flatten()
    }

    /// The same in one attempt.
    ///
    /// # Errors
    /// No usable page.
    pub fn list_jobs_once(&self, request_id: &str, offset: usize, deadline: Instant) -> Result<Vec<Entry>, Error> {
        self.try_page(request_id, offset, deadline).flatten()
    }

    fn try_page(&self, request_id: &str, offset: usize, deadline: Instant) -> Result<Result<Vec<Entry>, Error>, Error> {
        self.with_credential(deadline, |credential, left| self.page(request_id, offset, credential, left))
    }

    fn page(
        &self,
        request_id: &str,
        offset: usize,
        credential: &Credential,
        left: std::time::Duration,
    ) -> Result<Vec<Entry>, Error> {
        let about = format!("request {request_id}");
        let endpoint = self.service.endpoint().as_str();
        let missing = format!("no such request: {request_id} (project {} at {endpoint})", self.project_id);
        let question = Question { about: &about, endpoint, missing: &missing };
        let (limit, offset) = (PAGE.to_string(), offset.to_string());
        let call = Call {
            about: &about,
            method: "GET",
            path: &format!("/v1/{}/cloud-phone/jobs", self.project_id),
            query: &[("limit", &limit), ("offset", &offset), ("request_id", request_id)],
            project_id: Some(&self.project_id),
            body: b"",
            credential: Some(credential),
            origin: &self.authority.origin(),
            headers: &[],
            secrets: &[],
        };
        self.service.call(&call, left, |answer| {
            let jobs = answer.page(&question).map_err(|error| match error.kind {
                Kind::NotFound => error.hint("check the id (a job id is not a request id), the project and the region"),
                _ => error,
            })?;
            let observed_at = Timestamp::now();
            let entry = |job: Job| {
                let error = trouble_of(&job, answer, &question);
                let job = Job { request_id: Some(request_id.to_owned()), ..job };
                Entry { job, observed_at: Some(observed_at), error }
            };
            Ok(jobs.into_iter().map(entry).collect())
        })
    }
}

/// A listed job without a usable status is that job's trouble, not the page's.
fn trouble_of(job: &Job, answer: &Answer, question: &Question<'_>) -> Option<Error> {
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
