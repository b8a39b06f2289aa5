//! PURE: the lines of `-o jsonl`. Each is one JSON object with `schema_version` and `type`, and ends with a line feed.

use serde::Serialize;
use serde_json::ser::CompactFormatter;

use crate::error::Error;
use crate::job::Entry;
use crate::output::Report;
use crate::output::inert_json::InertJson;
use crate::output::json::{CountsView, ErrorView, JobView, envelope};

/// A line other than the last one.
#[derive(Serialize)]
struct Line<T: Serialize> {
    schema_version: u8,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize)]
struct JobContent<'a> {
    job: JobView<'a>,
}

#[derive(Serialize)]
struct ErrorContent<'a> {
    error: ErrorView<'a>,
}

#[derive(Serialize)]
struct EndContent {
    counts: CountsView,
}

pub(crate) fn job(entry: &Entry) -> Vec<u8> {
    line("job", JobContent { job: entry.into() })
}

/// The service can't be reached.
pub(crate) fn error(error: &Error) -> Vec<u8> {
    line("error", ErrorContent { error: error.into() })
}

/// It can be reached again: the error that is over.
pub(crate) fn recovered(error: &Error) -> Vec<u8> {
    line("recovered", ErrorContent { error: error.into() })
}

/// The last line: the envelope of `-o json` without its jobs.
pub(crate) fn end(report: &Report<'_>) -> Vec<u8> {
    bytes(&envelope(report, Some("end"), &EndContent { counts: report.into() }))
}

fn line(kind: &'static str, content: impl Serialize) -> Vec<u8> {
    bytes(&Line { schema_version: 1, kind, content })
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Neither the views nor memory can fail.
    let _ = value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, InertJson(CompactFormatter)));
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::error::Kind;
    use crate::exit::Exit;
    use crate::job::{Job, Status};

    /// The line as JSON, after a look at its bytes.
    fn read(line: &[u8]) -> Value {
        let text = std::str::from_utf8(line).unwrap().strip_suffix('\n').unwrap();
        assert!(!text.chars().any(crate::output::text::is_forbidden) && !text.contains("##"), "{text}");
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn texts_are_exact_and_inert() {
        for text in ["a\n::error::b", "\u{1b}[31m##[x]\u{202e}", "手机没有启动", "\u{2028}\"\\"] {
            let job_of = Job { execute_msg: Some(text.into()), status: Status::Failure, ..Job::unanswered("a") };
            let value = read(&job(&Entry::refused(job_of)));
            assert_eq!((&value["schema_version"], &value["type"]), (&json!(1), &json!("job")));
            assert_eq!(value["job"]["execute_msg"], json!(text));
            let failure = Error::new(Kind::Unreachable, text);
            assert_eq!(read(&error(&failure))["error"]["message"], json!(text));
            assert_eq!(read(&recovered(&failure))["type"], json!("recovered"));
        }
    }

    #[test]
    fn the_last_line_is_the_envelope_without_jobs() {
        let errors = [Arc::new(Error::new(Kind::AuthMissing, "no credential"))];
        let entries = [Entry::never_asked(Job::unanswered("a"), Exit::Auth)];
        let report =
            Report { entries: &entries, only: &[], errors: &errors, verdict: Exit::Auth, exit: Exit::Auth, took: None };
        let mut value = read(&end(&report));
        assert_eq!(value["error"]["code"], json!("auth_missing"));
        value["error"] = Value::Null;
        let counts = json!({ "success": 0, "failure": 0, "running": 0, "unknown": 1 });
        let outcome = json!({ "schema_version": 1, "type": "end", "outcome": "unknown", "exit_code": 4, "counts": counts, "error": null });
        assert_eq!(value, outcome);
    }
}
