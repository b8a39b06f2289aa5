//! A job in the service's JSON format.
//!
//! PURE. It must not know what an id means. Formats: ShowJob, page `cph_api_0521`, and the items of ListJobs,
//! page `cph_api_0522`.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// As in CPH's responses.
const TIME_FORMAT: &str = "%Y-%m-%dT%H:%M:%SZ";

type JobText = Cow<'static, str>;

/// What a job works on: one field of its JSON. That a job has `encode_server_id` is an assumption: it is documented for
/// the calls that start such jobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) enum JobObject {
    #[serde(rename = "phone_id")]
    Phone(JobText),
    #[serde(rename = "server_id")]
    Server(JobText),
    #[serde(rename = "encode_server_id")]
    EncodeServer(JobText),
}

/// ShowJob's response, fields in the documented order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SimulatedJob {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<JobText>,
    #[serde(flatten)]
    pub(super) object: JobObject,
    pub(super) job_id: JobText,
    pub(super) begin_time: JobText,
    pub(super) end_time: Option<JobText>,
    pub(super) status: i32,
    pub(super) error_code: Option<JobText>,
    pub(super) error_msg: Option<JobText>,
    pub(super) execute_msg: Option<JobText>,
}

impl SimulatedJob {
    /// A success with fixed times, the same in each run.
    pub(super) fn succeeded(job_id: impl Into<JobText>) -> Self {
        Self {
            request_id: Some("000000000000000000000000005eed01".into()),
            object: JobObject::Phone(phone_id(1).into()),
            job_id: job_id.into(),
            begin_time: "2026-01-15T08:00:00Z".into(),
            end_time: Some("2026-01-15T08:00:42Z".into()),
            status: 2,
            error_code: None,
            error_msg: None,
            execute_msg: None,
        }
    }

    /// The same job, failed.
    pub(super) fn with_error(self, code: &'static str, text: &'static str, output: Option<&'static str>) -> Self {
        Self {
            status: -1,
            error_code: Some(code.into()),
            error_msg: Some(text.into()),
            execute_msg: output.map(Into::into),
            ..self
        }
    }

    pub(super) fn timed_out(self) -> Self {
        self.with_error("CPS.0054", "Handle job timeout.", None)
    }

    /// The same job at `now`, if it began at `begin` and takes `duration`.
    pub(super) fn at(self, begin: Timestamp, duration: SignedDuration, now: Timestamp) -> Self {
        let begin_time = time(begin).into();
        if now.duration_since(begin) < duration {
            return Self {
                begin_time,
                end_time: None,
                status: 1,
                error_code: None,
                error_msg: None,
                execute_msg: None,
                ..self
            };
        }
        Self { begin_time, end_time: Some(time(begin.saturating_add(duration).unwrap_or(begin)).into()), ..self }
    }

    /// As ListJobs shows it: without its request, and with `""` where ShowJob has `null` for "no error", both as in
    /// the documented examples.
    pub(super) fn into_item(self) -> Self {
        Self {
            request_id: None,
            error_code: Some(self.error_code.unwrap_or_default()),
            error_msg: Some(self.error_msg.unwrap_or_default()),
            ..self
        }
    }
}

/// The phone of the documented example.
pub(super) const DOCUMENTED_PHONE: &str = "9b28fbe50ded4060b8149a47e55dba82";

pub(super) fn phone_id(number: usize) -> String {
    format!("{:0>32}", format!("f0e{number:03}"))
}

fn time(at: Timestamp) -> String {
    at.strftime(TIME_FORMAT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_decides_between_running_and_the_end() {
        let begin: Timestamp = "2026-01-15T08:00:00.9Z".parse().unwrap();
        let rows = [
            (-1_000, "1 2026-01-15T08:00:00Z - -"),
            (0, "1 2026-01-15T08:00:00Z - -"),
            (4_999, "1 2026-01-15T08:00:00Z - -"),
            (5_000, "-1 2026-01-15T08:00:00Z 2026-01-15T08:00:05Z CPS.0054"),
            (500_000, "-1 2026-01-15T08:00:00Z 2026-01-15T08:00:05Z CPS.0054"),
        ];
        for (milliseconds, expected) in rows {
            let now = begin + SignedDuration::from_millis(milliseconds);
            let job = SimulatedJob::succeeded("x").timed_out().at(begin, SignedDuration::from_secs(5), now);
            let dash = |text: Option<JobText>| text.unwrap_or("-".into());
            let found = format!("{} {} {} {}", job.status, job.begin_time, dash(job.end_time), dash(job.error_code));
            assert_eq!(found, expected, "{milliseconds}");
        }
    }

    #[test]
    fn a_job_names_its_object_and_every_phone_id_has_32_characters() {
        let rows = [
            (JobObject::Phone(phone_id(10_000).into()), r#""phone_id":"000000000000000000000000f0e10000""#),
            (JobObject::Server("s".into()), r#""server_id":"s""#),
            (JobObject::EncodeServer("e".into()), r#""encode_server_id":"e""#),
        ];
        for (object, expected) in rows {
            let json = serde_json::to_string(&SimulatedJob { object, ..SimulatedJob::succeeded("x") }).unwrap();
            assert!(json.contains(&format!(r#"5eed01",{expected},"job_id":"x","#)), "{json}");
        }
        assert!([1, 999, 1_000, 10_000].iter().all(|number| phone_id(*number).len() == 32));
    }

    #[test]
    fn items_have_no_request_and_empty_texts() {
        assert_eq!(
            serde_json::to_string(&SimulatedJob::succeeded("x").into_item()).unwrap(),
            concat!(
                r#"{"phone_id":"00000000000000000000000000f0e001","job_id":"x","begin_time":"2026-01-15T08:00:00Z","#,
                r#""end_time":"2026-01-15T08:00:42Z","status":2,"error_code":"","error_msg":"","execute_msg":null}"#
            )
        );
        let failed = SimulatedJob::succeeded("x").timed_out();
        assert_eq!(failed.clone().into_item(), SimulatedJob { request_id: None, ..failed });
    }
}
