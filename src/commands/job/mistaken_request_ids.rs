//! Job ids that the service does not know may be request ids: both are 32 hexadecimal digits in the same answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::api::client::Client;
use crate::error::{Error, Kind};
use crate::job::Entry;
use crate::poll::PAGE;

/// Unknown ids that are tried as request ids at most: more have another cause.
const MOST: usize = 20;
/// Time for all of these requests together: the verdict is known, this only improves a hint.
const TIME: Duration = Duration::from_secs(10);
/// The same where `--timeout` is over.
const TIME_AT_THE_END: Duration = Duration::from_millis(700);

/// Asks once for each unknown id; the hint of its error names the command for a request id.
pub(super) fn recognise(client: &Client, entries: &mut [Entry], limit: Option<Instant>) {
    let now = Instant::now();
    let deadline = limit.map_or(now + TIME, |limit| (now + TIME).min(limit.max(now + TIME_AT_THE_END)));
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
