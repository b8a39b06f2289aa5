//! Responses of CPH. Invariants:
//!
//! - A verdict comes only from a whole JSON document with status 200, about the job that was asked for, with the status
//!   that the document holds, and with no key twice.
//! - Whatever else comes is an error with the exit code 4, 5, 6 or 7; 4 of a refused credential for a 401 and nothing
//!   else; 5 only where the service says by its code that there is no such job.
//! - An error's report has at most 4 kB, in two or three lines that nothing obeys, and shows no secret.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::input::{self, SECRET, shows_no_secret};
use super::text::is_harmless;
use crate::api::response::{ErrorContext, HttpResponse};
use crate::api::sent_secrets::Secrets;
use crate::api::{signature_error, wire};
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::job::{Job, Status};
use crate::output::stdio;

const JOB: &str = "6837531fd3f54550927b930180a706bf";
pub(super) const CONTEXT: ErrorContext<'_> = ErrorContext {
    about: "job 6837",
    endpoint: "https://cph.example",
    expected: "status",
    missing: format_args!("no such job"),
};

/// ShowJob.
pub fn answer(data: &[u8]) {
    let response = response(data);
    let job = match response.job(&CONTEXT, JOB) {
        Ok(job) => job,
        Err(error) => return check_error(&error, &response),
    };
    assert_eq!(response.status, 200);
    assert!(!response.headers.contains_key("content-encoding"));
    assert_eq!(job.job_id.as_deref(), Some(JOB));
    let Some(Members(members)) = document(&response.body) else { return };
    let names: HashSet<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["job_id", "status", "error_code", "error_msg", "execute_msg", "request_id", "begin_time"] {
        assert!(members.iter().filter(|(own, _)| own == name).count() <= usize::from(names.contains(name)), "{name}");
    }
    let value = |name: &str| members.iter().find(|(own, _)| own == name).map(|(_, value)| value);
    assert!(matches!(value("job_id").and_then(Value::as_str), None | Some("" | JOB)));
    is_as_told(&job, value);
}

/// A page of ListJobs, and a page of ListCloudPhones.
pub fn list(data: &[u8]) {
    let response = response(data);
    match response.page(&CONTEXT) {
        Ok(jobs) => {
            assert_eq!(response.status, 200);
            let ids: HashSet<&str> = jobs.iter().filter_map(|job| job.job_id.as_deref()).collect();
            assert!(ids.len() == jobs.len() && !ids.contains(""), "an id that is missing or comes twice");
            let Some(members) = document(&response.body) else { return };
            let items = members.list("jobs");
            assert_eq!(items.len(), jobs.len());
            for (job, item) in jobs.iter().zip(items) {
                assert!(item.is_object());
                is_as_told(job, |name| item.get(name));
            }
        }
        Err(error) => check_error(&error, &response),
    }
    match response.phones(&CONTEXT) {
        Ok(phones) => {
            assert!(phones.len() <= 200 && phones.iter().all(|phone| !phone.id.is_empty()));
            assert!(phones.iter().all(|phone| phone.name.as_ref().is_none_or(|name| (1..=260).contains(&name.len()))));
            let Some(members) = document(&response.body) else { return };
            assert_eq!(members.list("phones").len(), phones.len());
        }
        Err(error) => check_error(&error, &response),
    }
}

/// Error bodies of all services, and what the text of a refused signature says.
pub fn error_body(data: &[u8]) {
    let response = response(data);
    check_error(&response.to_error(&CONTEXT), &response);
    let body = wire::error_body(&response.body);
    let text = String::from_utf8_lossy(&response.body);
    if body != wire::ErrorBody::default() {
        assert!(text.trim_start().starts_with('{') && text.trim_end().ends_with('}'), "{body:?}");
    }
    let texts = [&body.code, &body.message, &body.request_id];
    assert!(texts.into_iter().flatten().all(|text| !text.is_empty()) || text.contains("\"\""));
    let _ = signature_error::server_time(&response);
    if let Some(signature_error::SignatureCause::OtherRequest(line)) =
        signature_error::cause("GET\n/v1/p/cloud-phone/jobs/x/\n\nx-sdk-date:d\n\nx-sdk-date\ne3b0", &response)
    {
        shows_no_secret(&response.quote(&line));
    }
}

/// The response, which may repeat a secret of the request.
pub(super) fn response(data: &[u8]) -> HttpResponse {
    let secrets = Secrets::default();
    secrets.add(SECRET);
    input::response(data).with_secrets(&secrets)
}

pub(super) fn check_error(error: &Error, response: &HttpResponse) {
    let kind = error.kind;
    assert!(matches!(kind.exit(), Exit::Auth | Exit::NotFound | Exit::Unreachable | Exit::BadAnswer), "{error:?}");
    assert_eq!(kind == Kind::AuthRejected, response.status == 401, "{error:?}");
    assert_ne!(kind, Kind::AuthMissing);
    assert!(kind != Kind::NotFound || (400..500).contains(&response.status), "{error:?}");
    let may_pass = matches!(kind, Kind::RateLimited | Kind::HttpTimeout | Kind::ServiceError);
    assert!(may_pass || !error.retryable, "{error:?}");
    let report = stdio::error_text(error, false);
    assert!(report.len() <= 4096, "{} bytes: {report}", report.len());
    assert!((2..=3).contains(&report.lines().count()) && report.lines().all(is_harmless), "{report}");
    shows_no_secret(&report);
}

/// The status and the code are those of the document.
fn is_as_told<'v>(job: &Job, value: impl Fn(&str) -> Option<&'v Value>) {
    let code = value("status").and_then(Value::as_i64);
    assert_eq!(job.status_code, code);
    assert_eq!(job.status, code.map_or(Status::Unknown, Status::of));
    let error_code = value("error_code").and_then(Value::as_str).filter(|code| !code.is_empty());
    assert_eq!(job.error_code.as_deref(), error_code);
}

/// The members of an object, each as often as it comes.
struct Members(Vec<(String, Value)>);

impl Members {
    fn list(&self, name: &str) -> &[Value] {
        let lists: Vec<_> = self.0.iter().filter(|(own, _)| own == name).collect();
        assert_eq!(lists.len(), 1, "{name} more or less than once");
        lists[0].1.as_array().unwrap()
    }
}

/// The body by another reader than the one that is tested; `None` for half a surrogate pair or a number like 1e999,
/// which this reader does not know.
fn document(body: &[u8]) -> Option<Members> {
    let text = String::from_utf8_lossy(body);
    match serde_json::from_str(&text) {
        Ok(members) => Some(members),
        Err(reason) => {
            let may_differ = text.to_ascii_lowercase().contains("\\ud") || reason.to_string().contains("out of range");
            assert!(may_differ, "not JSON: {reason}");
            None
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
