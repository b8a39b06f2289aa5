//! Many jobs, politely: the first request goes alone, then at most 16 at once over one shared client, and a
//! refused credential or a dead network stops all of it.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::api::client::Client;
use crate::error::{Error, Kind};
use crate::job::{Entry, Job};

/// Requests in flight at most.
const IN_FLIGHT: usize = 16;
/// So many jobs without any answer, one after the other, are a dead network and not jobs that are hard to answer.
const SILENT_IN_A_ROW: usize = IN_FLIGHT;
/// What the texts of all jobs of a run may take together, in bytes. A job's are 1 kB by the documentation.
const LONGEST_TEXTS: usize = 32 << 20;

/// One look at each job, in the order of `ids`. Jobs that were never asked carry the trouble that stopped the run.
#[must_use]
pub fn show_jobs(client: &Client, ids: &[&str]) -> Vec<Entry> {
    let Some((first, rest)) = ids.split_first() else { return Vec::new() };
    let first = client.show_job_until(first, client.first_deadline);
    let mut entries = Vec::with_capacity(ids.len());
    let stop = first.error.as_ref().filter(|error| stops_at_first(error)).cloned();
    let silent = first.error.as_ref().is_some_and(no_answer);
    entries.push(first);
    if let Some(error) = stop {
        entries.extend(rest.iter().map(|id| never_asked(id, &error)));
        return entries;
    }
    // After no answer at all one wave finds out whether that was the job or the network.
    let (wave, beyond) = if silent { rest.split_at(rest.len().min(IN_FLIGHT)) } else { (rest, &[][..]) };
    entries.extend(at_once(client, wave));
    let dead = entries.iter().all(|entry| entry.error.as_ref().is_some_and(no_answer));
    match entries.first().and_then(|entry| entry.error.clone()) {
        Some(error) if dead => entries.extend(beyond.iter().map(|id| never_asked(id, &error))),
        _ => entries.extend(at_once(client, beyond)),
    }
    entries
}

/// All of `ids`, 16 in flight; a 401 stops those that have not been started.
fn at_once(client: &Client, ids: &[&str]) -> Vec<Entry> {
    let results: Mutex<Vec<Option<Entry>>> = Mutex::new(vec![None; ids.len()]);
    let next = AtomicUsize::new(0);
    let stop: OnceLock<Error> = OnceLock::new();
    let (silent, kept) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        loop {
            let index = next.fetch_add(1, Relaxed);
            let Some(id) = ids.get(index) else { return };
            let entry = match stop.get() {
                Some(error) => never_asked(id, error),
                None => within_budget(client.show_job(id), &kept),
            };
            let is_silent = entry.error.as_ref().is_some_and(no_answer);
            if !is_silent {
                silent.store(0, Relaxed);
            }
            let is_dead = is_silent && silent.fetch_add(1, Relaxed) + 1 >= SILENT_IN_A_ROW;
            if let Some(error) = entry.error.as_ref().filter(|error| is_dead || stops_later(error)) {
                let _ = stop.set(error.clone());
            }
            if let Some(slot) = results.lock().unwrap_or_else(PoisonError::into_inner).get_mut(index) {
                *slot = Some(entry);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..IN_FLIGHT.min(ids.len()) {
            // A machine that gives no more threads still gets its answer, only slower.
            if std::thread::Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        work();
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.into_iter().flatten().collect()
}

/// The entry without its texts once all of them are too much for this machine: hostile, so not usable.
fn within_budget(entry: Entry, kept: &AtomicUsize) -> Entry {
    let bytes = entry.job.text_bytes();
    if kept.fetch_add(bytes, Relaxed) + bytes <= LONGEST_TEXTS {
        return entry;
    }
    let id = entry.job.job_id.unwrap_or_default();
    let error =
        Error::new(Kind::BadAnswer, format!("job {id}: the texts of all jobs are over {} MiB", LONGEST_TEXTS >> 20))
            .hint("ask about fewer jobs at once");
    never_asked(&id, &error)
}

fn never_asked(id: &str, error: &Error) -> Entry {
    Entry { job: Job::unanswered(id), observed_at: None, error: Some(error.clone()) }
}

/// What the others would only meet again.
fn stops_at_first(error: &Error) -> bool {
    let certificate = error.kind == Kind::Tls && !error.retryable;
    error.kind == Kind::Forbidden || certificate || stops_later(error)
}

fn stops_later(error: &Error) -> bool {
    matches!(error.kind, Kind::AuthMissing | Kind::AuthRejected | Kind::ConfigInvalid | Kind::Io)
}

fn no_answer(error: &Error) -> bool {
    matches!(error.kind, Kind::Unreachable | Kind::Tls | Kind::HttpTimeout) && error.service.http_status.is_none()
}
