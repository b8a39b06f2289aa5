//! PURE: a line for each change, for logs.

use std::time::Duration;

use crate::error::Error;
use crate::job::Status;
use crate::output::text::elapsed;
use crate::poll::{Change, Engine};

/// More changes than this at once are shown by their counts, except for the first failures.
const MOST: usize = 5;

/// The changes, or a heartbeat where there are none.
pub(super) fn lines(engine: &Engine, now: Duration, changes: &[Change]) -> Vec<String> {
    if changes.is_empty() {
        return vec![heartbeat(engine, now)];
    }
    let counts = engine.snapshot(now).counts;
    let about_jobs = |change: &&Change| matches!(change, Change::Seen(_) | Change::Ended(_) | Change::GivenUp(_));
    let jobs: Vec<&Change> = changes.iter().filter(about_jobs).collect();
    let mut lines: Vec<String> = changes.iter().filter(|change| !about_jobs(change)).filter_map(other).collect();
    let job_lines: Vec<String> = if counts.jobs() == 1 || jobs.len() <= MOST {
        jobs.iter().filter_map(|change| job(engine, now, change)).collect()
    } else {
        let failures = jobs.iter().filter(|change| is_failure(engine, now, change));
        failures.take(MOST).filter_map(|change| job(engine, now, change)).collect()
    };
    lines.extend(job_lines);
    if counts.jobs() > 1 && !jobs.is_empty() {
        lines.push(counts.line());
    }
    lines
}

/// `5 jobs: 2 success, 3 running after 4m 0s, 26m 0s left; not ended: a, b, c`.
fn heartbeat(engine: &Engine, now: Duration) -> String {
    let run = engine.snapshot(now);
    let mut line = format!("{} after {}", run.counts.line(), elapsed(now));
    if let Some(left) = run.time_left {
        line.push_str(&format!(", {} left", elapsed(left)));
    }
    let (jobs, open) = engine.open(now, MOST);
    if run.counts.jobs() > 1 && open > 0 {
        let more = if open > jobs.len() { ", …" } else { "" };
        line.push_str(&format!("; not ended: {}{more}", jobs.join(", ")));
    }
    if let Some((since, error)) = &run.failing {
        line.push_str(&format!("; failing for {}: {}", elapsed(*since), error.message));
    }
    line
}

fn is_failure(engine: &Engine, now: Duration, change: &Change) -> bool {
    match change {
        Change::Ended(at) => engine.summary(now, *at).is_some_and(|job| job.status == Status::Failure),
        Change::GivenUp(_) => true,
        _ => false,
    }
}

fn job(engine: &Engine, now: Duration, change: &Change) -> Option<String> {
    let (Change::Seen(at) | Change::Ended(at) | Change::GivenUp(at)) = change else { return None };
    let job = engine.summary(now, *at)?;
    let id = job.label();
    Some(match (change, job.error) {
        (Change::GivenUp(_), Some(error)) => format!("given up: {error} (job {id})"),
        (Change::Ended(_), Some(error)) => format!("job {id}: {}, {error}", job.status.word()),
        _ => format!("job {id}: {}", job.status.word()),
    })
}

fn other(change: &Change) -> Option<String> {
    Some(match change {
        Change::Listed(request_id, jobs) => {
            format!("request {request_id}: {jobs} {}", if *jobs == 1 { "job" } else { "jobs" })
        }
        Change::ListGivenUp(error) => format!("given up: {}", reason_first(error)),
        Change::Failing(error) => format!("failing: {}; trying again", error.message),
        Change::Recovered(time) => format!("the service answers again after {}", elapsed(*time)),
        Change::Throttled { rate } => {
            format!("the service throttles, so requests are slowed down to {rate:.0} a second")
        }
        Change::Stretched { jobs, every } => {
            format!("{jobs} jobs are asked for one by one, so each of them every {}", elapsed(*every))
        }
        Change::Seen(_) | Change::Ended(_) | Change::GivenUp(_) | Change::Named => return None,
    })
}

/// What happened, then the object.
fn reason_first(error: &Error) -> String {
    match &error.about {
        Some(object) => format!("{} ({object})", error.message),
        None => error.message.clone(),
    }
}
