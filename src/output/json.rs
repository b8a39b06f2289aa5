//! The JSON output, schema version 1: one document, exact and inert. Within version 1 keys are only added.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter};

use crate::catalog;
use crate::error::Error;
use crate::exit::Exit;
use crate::job::{Entry, Status};
use crate::output::Report;
use crate::output::text;

/// The one envelope of every command, also of every error except usage.
#[derive(Serialize)]
struct Envelope<'a, T: Serialize> {
    schema_version: u8,
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
    counts: Counts,
    jobs: JobViews<'a>,
}

/// All jobs by their status, whatever is listed.
#[derive(Debug, Serialize)]
struct Counts {
    success: usize,
    failure: usize,
    running: usize,
    unknown: usize,
}

/// Each view is made when it is written: of 100,000 jobs there is never a second copy.
struct JobViews<'a>(Report<'a>);

impl Serialize for JobViews<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.listed().map(JobView::from))
    }
}

/// One job. Its keys are the names that `--field` takes.
#[derive(Serialize)]
pub(crate) struct JobView<'a> {
    job_id: Option<&'a str>,
    request_id: Option<&'a str>,
    status: &'static str,
    status_code: Option<i64>,
    phone_id: Option<&'a str>,
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
#[derive(Serialize)]
struct ErrorView<'a> {
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
            server_id: job.server_id.as_deref(),
            begin_time: job.begin_time.as_deref(),
            end_time: job.end_time.as_deref(),
            duration_seconds: job.duration_seconds(),
            error_code: job.error_code.as_deref(),
            error_msg: job.error_msg.as_deref(),
            error_meaning: job.error_code.as_deref().and_then(catalog::meaning),
            execute_msg: job.execute_msg.as_deref(),
            observed_at: entry.observed_at.map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            error: entry.error.as_deref().map(ErrorView::from),
        }
    }
}

pub(crate) fn jobs(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let most_severe = report.errors.iter().min_by_key(|error| error.kind.exit());
    let counts = Counts {
        success: report.count(Status::Success),
        failure: report.count(Status::Failure),
        running: report.count(Status::Running),
        unknown: report.count(Status::Unknown),
    };
    let envelope = Envelope {
        schema_version: 1,
        outcome: Some(match report.verdict {
            Exit::Ok => "success",
            Exit::Failed => "failure",
            Exit::Running => "running",
            _ => "unknown",
        }),
        exit_code: report.exit.code(),
        content: &JobsContent { counts, jobs: JobViews(*report) },
        error: most_severe.map(|error| ErrorView::from(error.as_ref())),
    };
    write_document(out, &envelope)
}

/// The document of a command that is not about jobs.
pub(crate) fn document(
    out: &mut dyn Write,
    exit: Exit,
    content: &impl Serialize,
    error: Option<&Error>,
) -> io::Result<()> {
    let error = error.map(ErrorView::from);
    write_document(out, &Envelope { schema_version: 1, outcome: None, exit_code: exit.code(), content, error })
}

/// Pretty-printed, with a final newline.
fn write_document(mut out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Inert(PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// Pretty JSON whose strings hold no character that a terminal obeys, nor `##`: the same text, by escapes.
struct Inert<'a>(PrettyFormatter<'a>);

impl Formatter for Inert<'_> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut hash_before = false;
        for c in fragment.chars() {
            if text::is_forbidden(c) || (c == '#' && hash_before) {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            } else {
                writer.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
            hash_before = c == '#';
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        let mut bytes = Vec::new();
        write_document(&mut bytes, &text).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn strings_are_exact_and_inert() {
        let text = "a\u{1b}\n\u{7f}\u{9b}\u{2028}\u{202e}##[x]\"\\中";
        let shown = written(text);
        assert_eq!(shown, "\"a\\u001b\\n\\u007f\\u009b\\u2028\\u202e#\\u0023[x]\\\"\\\\中\"\n");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }

    proptest! {
        #[test]
        fn every_text_survives_the_round_trip(text in "[\\PC\\x00-\\x9f\u{202e}\u{2028}#]{0,60}") {
            let shown = written(&text);
            prop_assert!(!shown.trim_end().chars().any(text::is_forbidden));
            prop_assert!(!shown.contains("##"));
            prop_assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
        }
    }
}
