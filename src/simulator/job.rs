//! A job as the service tells of it.
//!
//! Pure. It must not know which id stands for what. Shapes: ShowJob, page `cph_api_0521`, and the items of ListJobs,
//! page `cph_api_0522`.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// As CPH writes times.
const TIME_FORMAT: &str = "%Y-%m-%dT%H:%M:%SZ";

type Text = Cow<'static, str>;

/// ShowJob's answer, fields in the documented order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Job {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<Text>,
    pub(super) phone_id: Text,
    pub(super) job_id: Text,
    pub(super) begin_time: Text,
    pub(super) end_time: Option<Text>,
    pub(super) status: i32,
    pub(super) error_code: Option<Text>,
    pub(super) error_msg: Option<Text>,
    pub(super) execute_msg: Option<Text>,
}

impl Job {
    /// A success with fixed times, the same in each run.
    pub(super) fn succeeded(job_id: impl Into<Text>) -> Self {
        Self {
            request_id: Some("000000000000000000000000005eed01".into()),
            phone_id: phone_id(1).into(),
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

    /// The same job, failed in the way that needs no explanation.
    pub(super) fn timed_out(self) -> Self {
        self.with_error("CPS.0054", "Handle job timeout.", None)
    }

    /// The same job, which began at `begin` and takes so many seconds, as it is at `now`.
    pub(super) fn at(self, begin: Timestamp, seconds: i64, now: Timestamp) -> Self {
        let life = SignedDuration::from_secs(seconds);
        let begin_time = time(begin).into();
        if now.duration_since(begin) < life {
            return Self { begin_time, end_time: None, status: 1, error_code: None, error_msg: None, ..self };
        }
        Self { begin_time, end_time: Some(time(begin.saturating_add(life).unwrap_or(begin)).into()), ..self }
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

/// The phones of the simulator, by number.
pub(super) fn phone_id(number: usize) -> String {
    format!("00000000000000000000000000f0e{number:03}")
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
            let job = Job::succeeded("x").timed_out().at(begin, 5, now);
            let dash = |text: Option<Text>| text.unwrap_or("-".into());
            let met = format!("{} {} {} {}", job.status, job.begin_time, dash(job.end_time), dash(job.error_code));
            assert_eq!(met, expected, "{milliseconds}");
        }
    }

    #[test]
    fn items_have_no_request_and_empty_texts() {
        assert_eq!(
            serde_json::to_string(&Job::succeeded("x").into_item()).unwrap(),
            concat!(
                r#"{"phone_id":"00000000000000000000000000f0e001","job_id":"x","begin_time":"2026-01-15T08:00:00Z","#,
                r#""end_time":"2026-01-15T08:00:42Z","status":2,"error_code":"","error_msg":"","execute_msg":null}"#
            )
        );
        let failed = Job::succeeded("x").timed_out();
        assert_eq!(failed.clone().into_item(), Job { request_id: None, ..failed });
    }
}
