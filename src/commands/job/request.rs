//! Whole requests: one look at all jobs of each, and job ids that turn out to be request ids.

use std::time::{Duration, Instant};

use crate::api::client::Client;
use crate::api::retry::LOOK_TIMEOUT;
use crate::error::{Error, Kind};
use crate::job::Entry;
use crate::listing::{self, Listing};
use crate::output::console;

/// Looks at a list that could end in success, until two in a row name the same jobs.
const LOOKS: usize = 3;
/// So many ids that are not found are tried as request ids: more have another cause.
const MOST_MISTAKEN: usize = 20;
/// All of these questions together: the answer is known already, this is help.
const RECOGNITION: Duration = Duration::from_secs(10);

/// One look at each request: all jobs, request by request, and the troubles with whole requests.
pub(super) fn show(client: &Client, request_ids: &[String]) -> (Vec<Entry>, Vec<Error>) {
    let (mut entries, mut errors) = (Vec::<Entry>::new(), Vec::new());
    for id in request_ids {
        let is_first = entries.is_empty() && errors.is_empty();
        let (jobs, trouble) = look(client, id, is_first);
        let known = |entry: &Entry| entries.iter().any(|other| other.job.job_id == entry.job.job_id);
        let jobs: Vec<Entry> = jobs.into_iter().filter(|entry| !known(entry)).collect();
        entries.extend(jobs);
        let stops = trouble.as_ref().is_some_and(|error| {
            matches!(error.kind, Kind::AuthRejected | Kind::AuthMissing | Kind::ConfigInvalid | Kind::Io | Kind::Tls)
                || (error.kind == Kind::Forbidden && entries.is_empty() && errors.is_empty())
        });
        errors.extend(trouble);
        if stops {
            break;
        }
    }
    (entries, errors)
}

/// The trouble that decides the exit code goes into the answer; the others are told here.
pub(super) fn foremost(errors: &[Error]) -> Option<&Error> {
    let foremost = errors.iter().min_by_key(|error| error.kind.exit());
    errors.iter().filter(|error| Some(*error) != foremost).for_each(console::error);
    foremost
}

/// All jobs of a request. A list that could end in success is read to an empty page, and must name the same jobs
/// once more: a short page, or a list still growing, is no success.
fn look(client: &Client, request_id: &str, is_first: bool) -> (Vec<Entry>, Option<Error>) {
    let deadline = if is_first { client.first_deadline } else { Instant::now() + LOOK_TIMEOUT };
    let mut before = None;
    let mut entries = Vec::new();
    for _ in 0..LOOKS {
        let (listing, trouble);
        (entries, listing, trouble) = read(client, request_id, deadline);
        if trouble.is_some() {
            return (entries, trouble);
        }
        if listing.is_empty() {
            return (entries, Some(listing::no_jobs(request_id)));
        }
        let ids = Some(listing.sorted_ids());
        if !listing.is_all_success() || before == ids {
            return (entries, None);
        }
        before = ids;
    }
    let what = format!("request {request_id}: its list of jobs is another one at each look");
    let error = Error::new(Kind::BadAnswer, what).hint(format!("cph job wait --request-id {request_id}"));
    (entries, Some(error))
}

fn read(client: &Client, request_id: &str, deadline: Instant) -> (Vec<Entry>, Listing, Option<Error>) {
    let (mut entries, mut listing) = (Vec::new(), Listing::default());
    loop {
        let page = match client.list_jobs(request_id, listing.offset(), deadline) {
            // Behind the last job some services say "not found" in place of an empty page.
            Err(error) if error.kind == Kind::NotFound && listing.offset() > 0 => Vec::new(),
            Err(error) => return (entries, listing, Some(error)),
            Ok(page) => page,
        };
        match listing.add(request_id, page) {
            Ok(page) => entries.extend(page),
            Err(error) => return (entries, listing, Some(error)),
        }
        if listing.is_whole() || !(listing.last_is_full() || listing.is_all_success()) {
            return (entries, listing, None);
        }
    }
}

/// Job ids that nobody knows are tried as request ids, once, and the hint says so.
pub(super) fn recognise(client: &Client, entries: &mut [Entry], deadline: Option<Instant>) {
    let ours = Instant::now() + RECOGNITION;
    let deadline = deadline.map_or(ours, |deadline| deadline.min(ours));
    let unknown: Vec<&mut Entry> = entries
        .iter_mut()
        .filter(|entry| entry.observed_at.is_none())
        .filter(|entry| entry.error.as_ref().is_some_and(|error| error.kind == Kind::NotFound))
        .collect();
    if unknown.len() > MOST_MISTAKEN {
        return;
    }
    for entry in unknown {
        let Some(id) = entry.job.job_id.clone().filter(|_| Instant::now() < deadline) else { return };
        match client.list_jobs_once(&id, 0, deadline) {
            Ok(page) if !page.is_empty() => {
                let hint = format!("{id} is a request id: cph job wait --request-id {id}");
                entry.error = entry.error.take().map(|error| error.hint(hint));
            }
            // Whoever refuses this one refuses the next.
            Err(error) if error.kind != Kind::NotFound && error.kind != Kind::BadAnswer => return,
            Ok(_) | Err(_) => {}
        }
    }
}
