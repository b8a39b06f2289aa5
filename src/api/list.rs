//! ListJobs: the jobs of one request, a page at a time. It must not know how pages are joined: `poll` decides that.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::de::Error as _;

use crate::api::client::Client;
use crate::api::credential::Credential;
use crate::api::request::HttpRequest;
use crate::api::response::{ErrorContext, HttpResponse};
use crate::api::wire::{self, ErrorBody, Object, WireJob, object};
use crate::error::{Error, Kind};
use crate::job::{Job, Observation, Status};

impl Client {
    /// The jobs of a request after the first `offset`, `limit` at most, in one attempt until `deadline`.
    ///
    /// `GET /v1/{project_id}/cloud-phone/jobs?request_id=…` (CPH API reference, "Querying the Execution Statuses of
    /// Batch Jobs"). Items do not name their request, so only one request per call.
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
        let missing = format_args!("no such request (project {} at {endpoint})", self.project_id);
        let context = ErrorContext { about: &about, endpoint, expected: "list of jobs", missing };
        let (limit, offset) = (limit.to_string(), offset.to_string());
        let path = format!("/v1/{}/cloud-phone/jobs", self.project_id);
        let request = HttpRequest {
            query: &[("limit", &limit), ("offset", &offset), ("request_id", request_id)],
            project_id: Some(&self.project_id),
            credential: Some(credential),
            origin: &self.provider.origin(),
            ..HttpRequest::new(&about, "GET", &path)
        };
        self.service.call(&request, left, |response| {
            let jobs = response.page(&context).map_err(|error| match error.kind {
                Kind::NotFound => error.hint("check the id (a job id is not a request id), the project and the region"),
                _ => error,
            })?;
            let at = Timestamp::now();
            let observation = |job: Job| {
                let error = error_of(&job, response, &context);
                Observation { job: Job { request_id: Some(request_id.to_owned()), ..job }, at, error }
            };
            Ok(jobs.into_iter().map(observation).collect())
        })
    }
}

/// A listed job without a usable status is that job's error, not the page's.
fn error_of(job: &Job, response: &HttpResponse, context: &ErrorContext<'_>) -> Option<Error> {
    if job.status != Status::Unknown {
        return None;
    }
    let about = format!("job {}", job.job_id.as_deref().unwrap_or_default());
    let context = ErrorContext { about: &about, expected: "status", ..*context };
    Some(match job.status_code {
        Some(code) => response.unknown_status(&context, code),
        None => response.no_status(&context),
    })
}

/// ListJobs' response (CPH API reference, "Querying the Execution Statuses of Batch Jobs"). Its items are ShowJob's
/// responses without `request_id`; its own `request_id` need not be the one asked for.
#[derive(serde::Deserialize)]
struct WirePage {
    jobs: Option<Vec<Object<WireJob>>>,
    #[serde(default, deserialize_with = "wire::text")]
    error_code: Option<String>,
}

/// The jobs of one page; `None` where the response holds no list. An item without an id, or a second one with the same
/// id, is an error.
fn read(body: &[u8]) -> Result<Option<Vec<Job>>, serde_json::Error> {
    let page = object::<WirePage>(body)?;
    // With an error in it, the list may be incomplete.
    let Some(items) = page.jobs.filter(|_| page.error_code.is_none()) else { return Ok(None) };
    let mut named = HashSet::new();
    for Object(item) in &items {
        match &item.job_id {
            None => return Err(serde_json::Error::custom("an item without job_id")),
            Some(id) if !named.insert(id) => return Err(serde_json::Error::custom("two items with one job_id")),
            Some(_) => {}
        }
    }
    Ok(Some(items.into_iter().map(|item| item.0.into_job()).collect()))
}

impl HttpResponse {
    /// Reads the response as one page. One bad item makes the whole page unusable, but a status may be unknown.
    pub(crate) fn page(&self, context: &ErrorContext<'_>) -> Result<Vec<Job>, Error> {
        if self.status != 200 {
            return Err(self.to_error(context));
        }
        if let Some(reason) = self.header_error() {
            return Err(self.error(context, Kind::BadAnswer, reason, &ErrorBody::default()));
        }
        match read(&self.body) {
            Ok(Some(jobs)) => Ok(jobs),
            Ok(None) => Err(self.to_error(context)),
            Err(reason) => Err(self.parse_error(context, "a list of jobs", &reason)),
        }
    }

    fn no_status(&self, context: &ErrorContext<'_>) -> Error {
        self.error(context, Kind::BadAnswer, "no status in it".to_owned(), &ErrorBody::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_is_whole_or_unusable() {
        let ids = |body: &str| {
            read(body.as_bytes()).map(|jobs| jobs.map(|jobs| jobs.into_iter().map(|job| job.job_id.unwrap()).collect()))
        };
        for (body, expected) in [
            (
                r#"{"request_id":"r","jobs":[{"job_id":"a","status":2},{"job_id":"b","node_id":"n"}]}"#,
                Some(vec!["a", "b"]),
            ),
            (r#"{"jobs":[]}"#, Some(vec![])),
            (r#"{"jobs":null}"#, None),
            (r#"{"jobs":[],"error_code":"","error_msg":"x"}"#, Some(vec![])),
            (r#"{"jobs":[{"job_id":"a","status":2}],"error_code":"CPS.0001"}"#, None),
            (r#"{"request_id":"r"}"#, None),
        ] {
            let expected = expected.map(|ids| ids.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(ids(body).unwrap(), expected, "{body}");
        }
        for bad in [
            r#"{"jobs":[{"status":2}]}"#,
            r#"{"jobs":[{"job_id":"","status":2}]}"#,
            r#"{"jobs":[{"job_id":"a","status":2},{"job_id":"a","status":1}]}"#,
            r#"{"jobs":[{"job_id":"a","status":"2"}]}"#,
            r#"{"jobs":[{"job_id":"a","status":2,"status":1}]}"#,
            r#"{"jobs":[],"jobs":[]}"#,
            r#"{"jobs":{"job_id":"a"}}"#,
            r#"{"jobs":[null]}"#,
            r#"{"jobs":[["r","a",2]]}"#,
            r#"{"jobs":[["r","a",2,null,null,null,null,null,null,null]]}"#,
            r#"{"jobs":[{"job_id":"a","status":2}"#,
            "[]",
            "",
        ] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_response_is_a_page_or_an_error() {
        let context = ErrorContext {
            about: "request r",
            endpoint: "https://e",
            expected: "list of jobs",
            missing: format_args!("no such request"),
        };
        let page = |status, body: &str| {
            HttpResponse::new(status, reqwest::header::HeaderMap::new(), body.as_bytes().to_vec()).page(&context)
        };
        let good = r#"{"jobs":[{"job_id":"a","status":2}]}"#;
        assert_eq!(page(200, good).unwrap()[0].job_id.as_deref(), Some("a"));
        for (status, body, kind) in [
            (500, good, Kind::ServiceError),
            (201, good, Kind::BadAnswer),
            (200, "{}", Kind::BadAnswer),
            (200, "[]", Kind::BadAnswer),
            (400, r#"{"error_code":"CPS.0011"}"#, Kind::NotFound),
        ] {
            assert_eq!(page(status, body).unwrap_err().kind, kind, "{status} {body}");
        }
        let message = page(200, r#"{"jobs":null}"#).unwrap_err().message;
        assert_eq!(message, "https://e answered HTTP 200: no list of jobs in it");
    }

    #[test]
    fn a_job_without_a_usable_status_has_an_error_of_its_own() {
        let context = ErrorContext {
            about: "request r",
            endpoint: "https://e",
            expected: "list of jobs",
            missing: format_args!("no such request"),
        };
        let response = HttpResponse::new(200, reqwest::header::HeaderMap::new(), Vec::new());
        for (status, status_code, kind) in [
            (Status::Running, Some(1), None),
            (Status::Unknown, Some(7), Some(Kind::UnknownStatus)),
            (Status::Unknown, None, Some(Kind::BadAnswer)),
        ] {
            let job = Job { status, status_code, ..Job::unanswered("a") };
            let error = error_of(&job, &response, &context).map(|error| (error.kind, error.about));
            assert_eq!(error, kind.map(|kind| (kind, Some("job a".to_owned()))), "{status_code:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body);
        }
    }
}
