//! PURE: a line for each change, for logs.

use std::time::Duration;

use crate::job::Status;
use crate::output::text::duration;
use crate::wait::{Change, Wait};

/// More changes than this at once are told by their counts, except for the first of those that went wrong.
const MOST: usize = 5;

/// What happened; a heartbeat where nothing did.
pub(super) fn lines(wait: &Wait, now: Duration, changes: &[Change]) -> Vec<String> {
    let counts = wait.snapshot(now);
    let elapsed = duration(i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
    if changes.is_empty() {
        let trouble = counts.trouble.as_ref().map(|(since, error)| {
            format!("; trouble for {}: {}", duration(i64::try_from(since.as_secs()).unwrap_or(i64::MAX)), error.message)
        });
        return vec![format!("{} after {elapsed}{}", counts.counts(), trouble.unwrap_or_default())];
    }
    let about_jobs = |change: &&Change| matches!(change, Change::Seen(_) | Change::Ended(_) | Change::GivenUp(_));
    let jobs: Vec<&Change> = changes.iter().filter(about_jobs).collect();
    let mut lines: Vec<String> = changes.iter().filter(|change| !about_jobs(change)).filter_map(other).collect();
    let told: Vec<String> = if counts.jobs == 1 || jobs.len() <= MOST {
        jobs.iter().filter_map(|change| job(wait, now, change)).collect()
    } else {
        let gone_wrong = jobs.iter().filter(|change| went_wrong(wait, now, change));
        gone_wrong.take(MOST).filter_map(|change| job(wait, now, change)).collect()
    };
    lines.extend(told);
    if counts.jobs > 1 && !jobs.is_empty() {
        lines.push(counts.counts());
    }
    lines
}

fn went_wrong(wait: &Wait, now: Duration, change: &Change) -> bool {
    match change {
        Change::Ended(at) => wait.brief(now, *at).is_some_and(|job| job.status == Status::Failure),
        Change::GivenUp(_) => true,
        _ => false,
    }
}

fn job(wait: &Wait, now: Duration, change: &Change) -> Option<String> {
    let (Change::Seen(at) | Change::Ended(at) | Change::GivenUp(at)) = change else { return None };
    let job = wait.brief(now, *at)?;
    let id = &job.id;
    Some(match (change, job.error) {
        // Its name is in the trouble already.
        (Change::GivenUp(_), Some(error)) => format!("given up: {error}"),
        (Change::Ended(_), Some(error)) => format!("job {id}: {}, {error}", job.status.word()),
        _ => format!("job {id}: {}", job.status.word()),
    })
}

fn other(change: &Change) -> Option<String> {
    Some(match change {
        Change::Listed(request_id, jobs) => {
            format!("request {request_id}: {jobs} {}", if *jobs == 1 { "job" } else { "jobs" })
        }
        Change::ListGivenUp(error) => format!("given up: {}", error.message),
        Change::Trouble(error) => format!("trouble: {}; trying on", error.message),
        Change::Recovered(time) => {
            format!("the service answers again after {}", duration(i64::try_from(time.as_secs()).unwrap_or(i64::MAX)))
        }
        Change::Seen(_) | Change::Ended(_) | Change::GivenUp(_) => return None,
    })
}
