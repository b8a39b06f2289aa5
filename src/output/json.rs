//! The JSON output, schema version 1: one document, exact and inert. Within version 1 keys are only added.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::ser::PrettyFormatter;

use crate::catalog;
use crate::error::Error;
use crate::exit::Exit;
use crate::job::{Counts, Entry};
use crate::output::Report;
use crate::output::inert_json::InertJson;

/// The one envelope of every command, also of every error except usage.
#[derive(Serialize)]
pub(super) struct Envelope<'a, T: Serialize> {
    schema_version: u8,
    /// Only of the last line of a stream.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    line: Option<&'static str>,
    /// Only about jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    exit_code: u8,
    /// The command's own keys.
    #[serde(flatten)]
    content: &'a T,
    error: Option<ErrorView<'a>>,
}

#[derive(Serialize)]
struct JobsContent<'a> {
    counts: CountsView,
    jobs: JobViews<'a>,
}

/// All jobs by their status, whatever is listed.
#[derive(Debug, Serialize)]
pub(super) struct CountsView {
    success: usize,
    failure: usize,
    running: usize,
    unknown: usize,
}

impl From<&Report<'_>> for CountsView {
    fn from(report: &Report<'_>) -> Self {
        let Counts { success, failure, running, unknown } = report.counts();
        Self { success, failure, running, unknown }
    }
}

/// Each view is made when it is written: of 100,000 jobs there is never a second copy.
struct JobViews<'a>(Report<'a>);

impl Serialize for JobViews<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.listed().map(JobView::from))
    }
}

/// One job. Its keys are the names that `--field` takes.
#[derive(Serialize, Hash)]
pub(crate) struct JobView<'a> {
    job_id: Option<&'a str>,
    request_id: Option<&'a str>,
    status: &'static str,
    status_code: Option<i64>,
    phone_id: Option<&'a str>,
    phone_name: Option<&'a str>,
    server_id: Option<&'a str>,
    begin_time: Option<&'a str>,
    end_time: Option<&'a str>,
    duration_seconds: Option<i64>,
    error_code: Option<&'a str>,
    error_msg: Option<&'a str>,
    error_meaning: Option<&'static str>,
    execute_msg: Option<&'a str>,
    observed_at: Option<String>,
    error: Option<ErrorView<'a>>,
}

/// `cph`'s own error.
#[derive(Serialize, Hash)]
pub(super) struct ErrorView<'a> {
    code: &'static str,
    message: String,
    hint: Option<&'a str>,
    retryable: bool,
    http_status: Option<u16>,
    service_code: Option<&'a str>,
    service_request_id: Option<&'a str>,
}

impl<'a> From<&'a Error> for ErrorView<'a> {
    fn from(error: &'a Error) -> Self {
        Self {
            code: error.kind.word(),
            message: error.text(),
            hint: Some(error.next_step()),
            retryable: error.retryable,
            http_status: error.service.http_status,
            service_code: error.service.code.as_deref(),
            service_request_id: error.service.request_id.as_deref(),
        }
    }
}

impl<'a> From<&'a Entry> for JobView<'a> {
    fn from(entry: &'a Entry) -> Self {
        let job = &entry.job;
        Self {
            job_id: job.job_id.as_deref(),
            request_id: job.request_id.as_deref(),
            status: job.status.word(),
            status_code: job.status_code,
            phone_id: job.phone_id.as_deref(),
            phone_name: job.phone_name.as_deref(),
            server_id: job.server_id.as_deref(),
            begin_time: job.begin_time.as_deref(),
            end_time: job.end_time.as_deref(),
            duration_seconds: job.duration_seconds(),
            error_code: job.error_code.as_deref(),
            error_msg: job.error_msg.as_deref(),
            error_meaning: job.error_code.as_deref().and_then(catalog::meaning),
            execute_msg: job.execute_msg.as_deref(),
            observed_at: entry.observed_at.map(|at| format!("{at:.0}")),
            error: entry.error.as_deref().map(ErrorView::from),
        }
    }
}

pub(crate) fn jobs(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    write_document(out, &envelope(report, None, &JobsContent { counts: report.into(), jobs: JobViews(*report) }))
}

/// The envelope of a run, with `content` in it.
pub(super) fn envelope<'a, T: Serialize>(
    report: &Report<'a>,
    line: Option<&'static str>,
    content: &'a T,
) -> Envelope<'a, T> {
    let most_severe = report.errors.iter().min_by_key(|error| error.kind.exit());
    Envelope {
        schema_version: 1,
        line,
        outcome: Some(match report.verdict {
            Exit::Ok => "success",
            Exit::Failed => "failure",
            Exit::Running => "running",
            _ => "unknown",
        }),
        exit_code: report.exit.code(),
        content,
        error: most_severe.map(|error| ErrorView::from(error.as_ref())),
    }
}

/// The document of a command that is not about jobs.
pub(crate) fn document(
    out: &mut dyn Write,
    exit: Exit,
    content: &impl Serialize,
    error: Option<&Error>,
) -> io::Result<()> {
    let error = error.map(ErrorView::from);
    write_document(
        out,
        &Envelope { schema_version: 1, line: None, outcome: None, exit_code: exit.code(), content, error },
    )
}

/// Pretty-printed, with a final newline.
fn write_document(mut out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, InertJson(PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}
