//! Job ids that the service does not know may be request ids: both are 32 hexadecimal digits in the same answer.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::api::client::Client;
use crate::commands::job::typed_command;
use crate::error::{Error, Kind};
use crate::job::Entry;
use crate::poll::{LOOK_TIME, PAGE, Policy};

/// Unknown ids that are tried as request ids at most: more have another cause.
const MOST: usize = 20;
/// Time for all of these requests together: the verdict is known, this only improves a hint.
const TIME: Duration = Duration::from_secs(10);
/// The same where `--timeout` is over.
const TIME_AT_THE_END: Duration = Duration::from_millis(700);

/// Until when they may be sent by a run that began at `started`. Those of `show` belong to its one look.
pub(super) fn until(policy: &Policy, started: Instant, now: Instant) -> Instant {
    let after = |time: Duration| started.checked_add(time).unwrap_or(now + TIME);
    let limit = match policy.timeout {
        _ if !policy.repeat => after(LOOK_TIME),
        Some(timeout) => after(timeout).max(now + TIME_AT_THE_END),
        None => now + TIME,
    };
    limit.min(now + TIME)
}

/// Asks once for each unknown id; the hint of its error names the command for a request id.
pub(super) fn recognise(typed: &[OsString], client: &Client, entries: &mut [Entry], deadline: Instant) {
    let asked: Vec<String> = entries.iter().filter_map(|entry| entry.job.job_id.clone()).collect();
    let is_missing = |error: &Arc<Error>| error.kind == Kind::NotFound;
    let missing = entries.iter_mut().filter(|entry| entry.observed_at.is_none());
    let missing: Vec<&mut Entry> = missing.filter(|entry| entry.error.as_ref().is_some_and(is_missing)).collect();
    if missing.len() > MOST {
        return;
    }
    for entry in missing {
        let Some(id) = entry.job.job_id.as_deref().filter(|_| Instant::now() < deadline) else { return };
        match client.list_jobs(id, 0, PAGE, deadline) {
            Ok(page) if !page.is_empty() => {
                let command = typed_command::with_request_id(typed, &asked, id);
                let hint = format!("{id} is a request id: {command}");
                entry.error = entry.error.as_deref().map(|error| Arc::new(error.clone().hint(hint)));
            }
            // This error would come for each id.
            Err(error) if error.kind != Kind::NotFound && error.kind != Kind::BadAnswer => return,
            Ok(_) | Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_belongs_to_the_run() {
        const HOUR: Duration = Duration::from_secs(3600);
        let started = Instant::now();
        let wait = |timeout| Policy { timeout, ..Policy::wait() };
        let show = Policy::show();
        for (policy, after, until_after) in [
            (&show, Duration::ZERO, TIME),
            (&show, LOOK_TIME - Duration::from_secs(1), LOOK_TIME),
            (&show, LOOK_TIME, LOOK_TIME),
            (&wait(None), HOUR, HOUR + TIME),
            (&wait(Some(HOUR)), Duration::ZERO, TIME),
            (&wait(Some(HOUR)), HOUR - Duration::from_secs(3), HOUR),
            (&wait(Some(HOUR)), HOUR, HOUR + TIME_AT_THE_END),
            (&wait(Some(Duration::MAX)), HOUR, HOUR + TIME),
        ] {
            assert_eq!(until(policy, started, started + after) - started, until_after, "{after:?} {policy:?}");
        }
    }
}
