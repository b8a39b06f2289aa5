//! Job ids that the service does not know may be request ids: both are 32 hexadecimal digits in the same answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::api::client::Client;
use crate::error::{Error, Kind};
use crate::job::Entry;
use crate::poll::{LOOK_TIME, PAGE, Policy};

/// Unknown ids that are tried as request ids at most: more have another cause.
const MOST: usize = 20;
/// Time for all of these requests together: the verdict is known, this only improves a hint.
const TIME: Duration = Duration::from_secs(10);
/// The same where `--timeout` is over.
const TIME_AT_THE_END: Duration = Duration::from_millis(700);

/// Until when they may be sent by a run that began then. Those of `show` belong to its one look.
pub(super) fn until(policy: &Policy, started: Instant) -> Instant {
    let now = Instant::now();
    let after = |time: Duration| started.checked_add(time).unwrap_or(now + TIME);
    let limit = match policy.timeout {
        _ if !policy.repeat => after(LOOK_TIME),
        Some(timeout) => after(timeout).max(now + TIME_AT_THE_END),
        None => now + TIME,
    };
    limit.min(now + TIME)
}

/// Asks once for each unknown id; the hint of its error names the command for a request id.
pub(super) fn recognise(client: &Client, entries: &mut [Entry], deadline: Instant) {
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
                let hint = format!("{id} is a request id: cph job wait --request-id {id}");
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
        let started = Instant::now();
        let after = |policy: &Policy| until(policy, started).saturating_duration_since(started);
        let wait = |timeout| Policy { timeout, ..Policy::wait() };
        assert!(after(&wait(None)) >= TIME);
        assert!(after(&wait(Some(Duration::ZERO))) >= TIME_AT_THE_END);
        let Some(before) = started.checked_sub(LOOK_TIME) else { return };
        assert_eq!(until(&Policy::show(), before), before + LOOK_TIME, "one look, whatever else is asked");
        assert!(until(&wait(Some(LOOK_TIME)), before) > before + LOOK_TIME);
    }
}
