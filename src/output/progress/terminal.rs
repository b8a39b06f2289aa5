//! PURE: a few lines that fit into the window, however many jobs there are.

use std::time::Duration;

use crate::output::text::{cut, duration};
use crate::poll::{Brief, Engine};

/// The most jobs that are named; the table at the end has them all.
const MOST_JOBS: usize = 8;
/// For the line before, and for the cursor.
const SPARE_ROWS: usize = 1;

/// Remaining time is rounded up, so that it never shows 0s while it goes on.
const ALMOST_A_SECOND: Duration = Duration::from_millis(999);

/// The lines for a window of this size.
pub(super) fn lines(engine: &Engine, now: Duration, title: &str, (columns, rows): (usize, usize)) -> Vec<String> {
    let rows = rows.saturating_sub(SPARE_ROWS).max(1);
    let snapshot = engine.snapshot(now);
    let next = match snapshot.next_look {
        Some(next) => format!("next look in {}", seconds(next + ALMOST_A_SECOND)),
        None => "looking".to_owned(),
    };
    let mut lines = vec![if snapshot.jobs == 0 { title.to_owned() } else { snapshot.counts() }];
    lines.push(format!("{} elapsed, {next}", seconds(now)));
    if let Some((since, error)) = &snapshot.failing {
        lines.push(format!("failing for {}: {}", seconds(*since), error.message));
    }
    let room = rows.saturating_sub(lines.len());
    // One row is for the number of those that are not named.
    let named = if snapshot.jobs <= room.min(MOST_JOBS) { room } else { room.min(MOST_JOBS + 1).saturating_sub(1) };
    let jobs = engine.notable(now, named);
    let unnamed = (snapshot.failure + snapshot.running).saturating_sub(jobs.len());
    let widest = |cell: fn(&Brief) -> usize| jobs.iter().map(cell).max().unwrap_or(0);
    let (ids, ages) = (widest(|job| job.id.len()), widest(|job| seconds(job.age).len()));
    lines.extend(jobs.iter().map(|brief| job(brief, ids, ages)));
    if unnamed > 0 && room > named {
        lines.push(format!("  and {unnamed} more"));
    }
    lines.truncate(rows);
    // The last column stays free: some terminals go to the next line there.
    lines.iter().map(|line| cut(line, Some(columns.saturating_sub(1).max(1)))).collect()
}

fn job(job: &Brief, ids: usize, ages: usize) -> String {
    let about = match (&job.error, &job.subject) {
        (Some(error), _) => format!("  {error}"),
        (None, Some(subject)) => format!("  {subject}"),
        (None, None) => String::new(),
    };
    format!("  {:7}  {:ids$}  {:>ages$}{about}", job.status.word(), job.id, seconds(job.age))
}

fn seconds(time: Duration) -> String {
    duration(i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
}
