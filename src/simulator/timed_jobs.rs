//! Jobs that take time, counted from the first call: a script can wait for one without having started it.
//!
//! PURE. It must not know HTTP. `sim-ok-5s` and `sim-fail-5s` run for 5 s and then succeed or fail; any number of
//! seconds from 1 to 999 works, so that a demonstration can be quick or slow. `sim-late` is not found for 5 s. Memory
//! is bounded by the number of such ids: 1,999.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{error_response::ErrorResponse, job::SimulatedJob};

/// Until `sim-late` is found.
const LATE: SignedDuration = SignedDuration::from_secs(5);

#[derive(Debug, Default)]
pub(super) struct TimedJobs {
    /// When each job was first asked for.
    first_calls: BTreeMap<String, Timestamp>,
}

#[derive(Clone, Copy)]
enum TimedOutcome {
    Success(i64),
    Failure(i64),
    Late,
}

impl TimedJobs {
    /// `None` if `job_id` is not of this kind.
    pub(super) fn show(&mut self, job_id: &str, now: Timestamp) -> Option<Result<SimulatedJob, ErrorResponse>> {
        let outcome = outcome(job_id)?;
        let begin = *self.first_calls.entry(job_id.to_owned()).or_insert(now);
        let job = SimulatedJob::succeeded(job_id.to_owned());
        Some(match outcome {
            TimedOutcome::Success(seconds) => Ok(job.at(begin, SignedDuration::from_secs(seconds), now)),
            TimedOutcome::Failure(seconds) => Ok(job.timed_out().at(begin, SignedDuration::from_secs(seconds), now)),
            TimedOutcome::Late if now.duration_since(begin) < LATE => Err(ErrorResponse::no_such_job()),
            TimedOutcome::Late => Ok(job.at(begin, LATE, now)),
        })
    }
}

fn outcome(job_id: &str) -> Option<TimedOutcome> {
    if job_id == "sim-late" {
        return Some(TimedOutcome::Late);
    }
    let (kind, seconds) = job_id.strip_prefix("sim-")?.strip_suffix('s')?.split_once('-')?;
    let plain = (1..=3).contains(&seconds.len()) && seconds.bytes().all(|byte| byte.is_ascii_digit());
    // One way to write each number, so that memory is bounded.
    if !plain || seconds.starts_with('0') {
        return None;
    }
    let seconds = seconds.parse().ok()?;
    match kind {
        "ok" => Some(TimedOutcome::Success(seconds)),
        "fail" => Some(TimedOutcome::Failure(seconds)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `status`, or the error's code, at each of these milliseconds after the start.
    fn statuses(timed: &mut TimedJobs, job_id: &str, milliseconds: &[i64]) -> Vec<String> {
        let start: Timestamp = "2026-01-15T08:00:00.7Z".parse().unwrap();
        let show = |ms: &i64| match timed.show(job_id, start + SignedDuration::from_millis(*ms)) {
            Some(Ok(job)) => job.status.to_string(),
            Some(Err(error)) => format!("{} {}", error.status, error.code),
            None => "-".into(),
        };
        milliseconds.iter().map(show).collect()
    }

    #[test]
    fn the_name_says_how_long_and_how_it_ends() {
        let rows = [
            ("sim-ok-5s", [0, 4_999, 5_000, 99_000], ["1", "1", "2", "2"]),
            ("sim-fail-5s", [0, 4_999, 5_000, 99_000], ["1", "1", "-1", "-1"]),
            ("sim-ok-1s", [0, 999, 1_000, 99_000], ["1", "1", "2", "2"]),
            ("sim-fail-999s", [0, 998_999, 999_000, 9_000_000], ["1", "1", "-1", "-1"]),
            ("sim-late", [0, 4_999, 5_000, 99_000], ["404 CPS.0011", "404 CPS.0011", "2", "2"]),
            ("sim-ok-15s", [7_000, 21_999, 22_000, 99_000], ["1", "1", "2", "2"]),
        ];
        let mut timed = TimedJobs::default();
        for (job_id, milliseconds, expected) in rows {
            assert_eq!(statuses(&mut timed, job_id, &milliseconds), expected, "{job_id}");
        }
        let late = timed.show("sim-late", "2026-01-15T09:00:00Z".parse().unwrap()).unwrap().unwrap();
        assert_eq!(
            (&*late.begin_time, late.end_time.as_deref()),
            ("2026-01-15T08:00:00Z", Some("2026-01-15T08:00:05Z"))
        );
        assert_eq!(late.job_id, "sim-late");
    }

    #[test]
    fn other_ids_are_neither_timed_nor_remembered() {
        let mut timed = TimedJobs::default();
        let others = [
            "sim-ok",
            "sim-ok-s",
            "sim-ok-0s",
            "sim-ok-05s",
            "sim-ok-1000s",
            "sim-ok-+5s",
            "sim-ok-5",
            "sim-ok-5S",
            "sim-running-5s",
            "sim-late-5s",
            "ok-5s",
            "sim-ok--5s",
            "sim-ok-5-5s",
            "sim-ok-٥s",
            "",
        ];
        for job_id in others {
            assert_eq!(statuses(&mut timed, job_id, &[0]), ["-"], "{job_id}");
        }
        assert!(timed.first_calls.is_empty());
    }
}
