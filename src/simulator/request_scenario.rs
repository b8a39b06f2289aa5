//! Requests whose id says how many jobs they have, how many of them fail, and for how long they run.
//!
//! PURE. It must not know HTTP or when a request was first asked for. `sim-req-N-K`: N jobs, K failures, all ended long
//! ago. `sim-req-N-K-Ss`: the jobs end one after the other, the last after S seconds. A job's id is its request's id
//! and its number, with zeros in front, so that the ids sort as the jobs do.

use jiff::{SignedDuration, Timestamp};

use super::job::{self, JobObject, SimulatedJob};

pub(super) const MAX_JOBS: usize = 10_000;

/// The errors of failed jobs, in turn.
const ERRORS: [(&str, &str); 3] =
    [("CPS.0054", "Handle job timeout."), ("CPS.0005", "Phone is not found."), ("CPS.0042", "System busy.")];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RequestScenario {
    pub(super) jobs: usize,
    failures: usize,
    /// From the first look to the end of the last job; 0: all jobs ended at a fixed time.
    pub(super) seconds: i64,
}

impl RequestScenario {
    pub(super) fn of(request_id: &str) -> Option<Self> {
        let rest = request_id.strip_prefix("sim-req-")?;
        match rest {
            "250" => return Some(Self { jobs: 250, failures: 0, seconds: 0 }),
            "empty" => return Some(Self { jobs: 0, failures: 0, seconds: 0 }),
            _ => {}
        }
        let mut parts = rest.split('-');
        let jobs = number(parts.next()?, MAX_JOBS)?;
        let failures = number(parts.next()?, jobs)?;
        let seconds = match parts.next() {
            None => 0,
            Some(part) => number(part.strip_suffix('s')?, 999).filter(|seconds| *seconds > 0)?,
        };
        let seconds = i64::try_from(seconds).ok()?;
        (jobs > 0 && parts.next().is_none()).then_some(Self { jobs, failures, seconds })
    }

    /// The job with this number, from 1, if the request was first asked for at `begin`.
    pub(super) fn job(self, request_id: &str, number: usize, begin: Timestamp, now: Timestamp) -> Option<SimulatedJob> {
        if !(1..=self.jobs).contains(&number) {
            return None;
        }
        let width = self.jobs.to_string().len();
        let job = SimulatedJob {
            request_id: Some(request_id.to_owned().into()),
            object: JobObject::Phone(job::phone_id(number).into()),
            ..SimulatedJob::succeeded(format!("{request_id}-{number:0width$}"))
        };
        let before = self.failures_until(number.saturating_sub(1));
        let error = ERRORS.iter().cycle().nth(before % ERRORS.len());
        let job = match error {
            Some((code, text)) if self.failures_until(number) > before => job.with_error(code, text, None),
            _ => job,
        };
        Some(if self.seconds == 0 { job } else { job.at(begin, self.end(number), now) })
    }

    /// Failures among the jobs up to this number: spread evenly, and all of them at the last one.
    fn failures_until(self, number: usize) -> usize {
        (number * self.failures + self.jobs / 2) / self.jobs.max(1)
    }

    /// From the first look.
    fn end(self, number: usize) -> SignedDuration {
        let (number, jobs) = (i64::try_from(number).unwrap_or(1), i64::try_from(self.jobs).unwrap_or(1));
        SignedDuration::from_millis(self.seconds * 1_000 * number / jobs.max(1))
    }
}

/// One way to write each number.
fn number(text: &str, most: usize) -> Option<usize> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|number| plain && *number <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        "2026-01-15T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_millis(milliseconds)
    }

    fn jobs(id: &str, milliseconds: i64) -> Vec<SimulatedJob> {
        let scenario = RequestScenario::of(id).unwrap();
        (1..=scenario.jobs).map(|number| scenario.job(id, number, at(0), at(milliseconds)).unwrap()).collect()
    }

    #[test]
    fn the_id_says_how_many_jobs_fail() {
        let rows = [
            ("sim-req-1-0", 1, 0),
            ("sim-req-1-1", 1, 1),
            ("sim-req-3-1", 3, 1),
            ("sim-req-40-3", 40, 3),
            ("sim-req-250-250", 250, 250),
            ("sim-req-9999-1234", 9_999, 1_234),
            ("sim-req-10000-1", 10_000, 1),
            ("sim-req-250", 250, 0),
            ("sim-req-empty", 0, 0),
        ];
        for (id, count, failures) in rows {
            let jobs = jobs(id, 0);
            let failed = jobs.iter().filter(|job| job.status == -1).count();
            assert_eq!((jobs.len(), failed), (count, failures), "{id}");
            assert!(jobs.is_sorted_by(|one, next| one.job_id < next.job_id && one.object != next.object), "{id}");
            assert!(jobs.iter().all(|job| (job.status == -1) == job.error_code.is_some()), "{id}");
            let scenario = RequestScenario::of(id).unwrap();
            assert_eq!(scenario.job(id, 0, at(0), at(0)), None, "{id}");
            assert_eq!(scenario.job(id, count + 1, at(0), at(0)), None, "{id}");
        }
    }

    #[test]
    fn failures_are_spread_and_have_several_codes() {
        let failed: Vec<_> = jobs("sim-req-40-4-2s", 2_000)
            .into_iter()
            .filter_map(|job| job.error_code.map(|code| format!("{} {code}", job.job_id)))
            .collect();
        let expected = ["05 CPS.0054", "15 CPS.0005", "25 CPS.0042", "35 CPS.0054"];
        assert_eq!(failed, expected.map(|end| format!("sim-req-40-4-2s-{end}")));
    }

    #[test]
    fn jobs_end_one_after_the_other() {
        let rows = [(0, 0), (499, 0), (500, 1), (999, 1), (1_000, 2), (1_999, 3), (2_000, 4), (99_000, 4)];
        for (milliseconds, ended) in rows {
            let jobs = jobs("sim-req-4-1-2s", milliseconds);
            let statuses: Vec<_> = jobs.iter().map(|job| job.status != 1).collect();
            assert_eq!(statuses, (1..=4).map(|number| number <= ended).collect::<Vec<_>>(), "{milliseconds}");
        }
        let last = jobs("sim-req-4-1-2s", 9_000).pop().unwrap();
        assert_eq!(
            (&*last.begin_time, last.end_time.as_deref()),
            ("2026-01-15T08:00:00Z", Some("2026-01-15T08:00:02Z"))
        );
    }

    #[test]
    fn other_ids_are_no_requests() {
        let others = [
            "sim-req-0-0",
            "sim-req-10001-0",
            "sim-req-3-4",
            "sim-req-03-1",
            "sim-req-3-01",
            "sim-req-+3-1",
            "sim-req-3-",
            "sim-req-3",
            "sim-req--1",
            "sim-req-3-1-",
            "sim-req-3-1-1",
            "sim-req-3-1-s",
            "sim-req-3-1-0s",
            "sim-req-3-1-05s",
            "sim-req-3-1-1000s",
            "sim-req-3-1-5s-1",
            "sim-req-empty-1",
            "sim-req-99999999999999999999-1",
            "sim-req-٣-1",
            "req-3-1",
            "",
        ];
        for id in others {
            assert_eq!(RequestScenario::of(id), None, "{id}");
        }
    }
}
