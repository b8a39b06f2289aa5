//! What a wait prints when it ends without a verdict on all jobs: the last known states, their age, and the command
//! that continues.

#[cfg(test)]
mod tests;

use crate::commands::job::typed_command;
use crate::context::Context;
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::job::{Entry, Stage, Status};
use crate::output::text::{duration, inert, span};
use crate::poll::{Outcome, Policy};

/// Jobs that are listed one by one at most; stdout has them all.
const MOST: usize = 5;
/// Ids in the command that continues, where they came from stdin.
const MOST_IDS: usize = 10;

/// What stderr says, sanitised.
#[derive(Default)]
pub(super) struct Notes {
    pub lines: Vec<String>,
    /// The command that continues.
    pub hint: Option<String>,
}

/// Nothing where there is nothing to continue.
pub(super) fn notes(context: &Context, policy: &Policy, outcome: &Outcome, verdict: Exit, from_stdin: bool) -> Notes {
    let entries = &outcome.entries;
    let open: Vec<&Entry> = entries.iter().filter(|entry| entry.stage != Stage::Settled).collect();
    if verdict == Exit::Ok || (verdict == Exit::Failed && open.is_empty() && !outcome.timed_out) {
        return Notes::default();
    }
    let mut lines = Vec::new();
    if let Some(limit) = policy.timeout.filter(|_| outcome.timed_out) {
        lines.push(format!("cph: stopped waiting after {} (--timeout)", span(limit)));
    }
    if outcome.failed_fast {
        lines.push(format!("cph: stopped at the first failed job (--fail-fast){}", not_ended(&open)));
        return Notes { lines, hint: None };
    }
    if outcome.timed_out {
        lines.extend(last_known(context, &open));
    } else {
        // Also of a job whose last answer was final, but no end: "not found", or one that can't be used.
        let was_running = |entry: &&Entry| entry.observed_at.is_some() && entry.job.status == Status::Running;
        let seen: Vec<&Entry> = entries.iter().filter(was_running).collect();
        lines.extend(states(context, &seen, "were running"));
    }
    // Without the ids there is nothing to go on with.
    let is_unread = from_stdin && entries.is_empty();
    let goes_on = !is_unread && (outcome.timed_out || can_go_on(outcome));
    let hint = goes_on.then(|| format!("to go on: {}", command(context, from_stdin, entries)));
    Notes { lines, hint }
}

/// Whether another wait could learn more: not where every last answer is final.
fn can_go_on(outcome: &Outcome) -> bool {
    let may_change = |error: &Error| {
        let final_kinds = [Kind::NotFound, Kind::BadAnswer, Kind::UnknownStatus, Kind::WrongJob, Kind::ConfigInvalid];
        !final_kinds.contains(&error.kind)
    };
    outcome.entries.iter().any(|entry| match &entry.error {
        Some(error) => may_change(error),
        None => entry.stage == Stage::Seen,
    }) || outcome.errors.iter().any(|error| may_change(error))
}

/// `; other jobs: 2 not ended, 1 never asked for`.
fn not_ended(open: &[&Entry]) -> String {
    let count = |stages: &[Stage]| open.iter().filter(|entry| stages.contains(&entry.stage)).count();
    let parts = [
        (count(&[Stage::Seen]), "not ended"),
        (count(&[Stage::NeverSeen]), "never answered"),
        (count(&[Stage::NeverAsked]), "never asked for"),
    ];
    let parts: Vec<_> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if parts.is_empty() { String::new() } else { format!("; other jobs: {}", parts.join(", ")) }
}

/// Jobs that were seen first, then those never seen and never asked, which have no state.
fn last_known(context: &Context, open: &[&Entry]) -> Vec<String> {
    let stages = [
        (Stage::Seen, "have not ended"),
        (Stage::NeverSeen, "were asked for and never answered"),
        (Stage::NeverAsked, "were never asked for"),
    ];
    let mut lines = Vec::new();
    for (stage, what) in stages {
        let jobs: Vec<&Entry> = open.iter().copied().filter(|entry| entry.stage == stage).collect();
        lines.extend(states(context, &jobs, what));
    }
    lines
}

/// The first of them, and how many more there are.
fn states(context: &Context, jobs: &[&Entry], what: &str) -> Vec<String> {
    let mut lines: Vec<String> = jobs.iter().take(MOST).map(|entry| state(context, entry)).collect();
    if let Some(more) = jobs.len().checked_sub(MOST).filter(|more| *more > 0) {
        lines.push(format!("last known: {more} more jobs {what}; -o json has them all"));
    }
    lines
}

fn state(context: &Context, entry: &Entry) -> String {
    let id = inert(entry.job.job_id.as_deref().unwrap_or("-"));
    let name = entry.job.phone_name.as_deref().map(|name| format!(" ({})", inert(name))).unwrap_or_default();
    let seen = entry.observed_at.map(|at| (context.now)().as_second() - at.as_second());
    match (entry.stage, seen) {
        (Stage::NeverAsked, _) => format!("last known: job {id}: never asked for"),
        (_, None) if entry.error.as_ref().is_some_and(|error| error.kind == Kind::NotFound) => {
            format!("last known: job {id}: not found so far")
        }
        (_, None) => format!("last known: job {id}: never answered"),
        (_, Some(seen)) => {
            let code = entry.job.status_code.filter(|_| entry.job.status == Status::Unknown);
            let code = code.map(|code| format!(" (status {code})")).unwrap_or_default();
            let age = duration(seen.max(0));
            format!("last known: job {id}{name}: {}{code}, seen {age} ago", entry.job.status.word())
        }
    }
}

/// The command as it was typed; ids that came through stdin are named, where they are few. Only successes are left out:
/// without a job that failed or is unknown, the next run could end with 0.
fn command(context: &Context, from_stdin: bool, entries: &[Entry]) -> String {
    let rest: Vec<&Entry> = entries.iter().filter(|entry| entry.exit != Exit::Ok).collect();
    let ids: Vec<&str> = rest.iter().filter_map(|entry| entry.job.job_id.as_deref()).collect();
    // A refused item has no id.
    let named = from_stdin && (1..=MOST_IDS).contains(&ids.len()) && ids.len() == rest.len();
    let note = if from_stdin && !named { "  (with the same ids on stdin)" } else { "" };
    format!("{}{note}", typed_command::with_ids(&context.args, named.then_some(&ids)))
}
