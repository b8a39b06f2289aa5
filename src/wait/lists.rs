//! PURE: the jobs of a whole request. A list is believed for what stands on it, never for what does not: a short page
//! or a list still growing must not be taken for success.

use std::time::Duration;

use super::patience::GRACE;
use super::tracked::{Request, Tracked, Via};
use super::{Change, Target, Wait};
use crate::error::Error;
use crate::job::{Entry, Status};
use crate::listing::{self, Listing};

/// Between the look that could end in success and the one that must confirm it.
const CONFIRM: Duration = Duration::from_secs(1);

impl Wait {
    pub(super) fn page_answered(&mut self, now: Duration, at: usize, page: Vec<Entry>, roll: f64) {
        self.answers += 1;
        let Some(request) = self.requests.get_mut(at).filter(|request| request.end.is_none()) else { return };
        let id = request.id.clone();
        let page = match request.listing.add(&id, page) {
            Ok(page) => page,
            Err(error) => return self.end_list(at, Some(error)),
        };
        if request.listing.is_empty() {
            return self.list_missing(now, at, listing::no_jobs(&id), roll);
        }
        request.course.is_well();
        self.is_well(now);
        for entry in page {
            self.listed(now, at, entry);
        }
        if self.needs_another_page(at) {
            if let Some(request) = self.request(at) {
                request.course.due = Some(now);
            }
            return;
        }
        self.look_is_complete(now, at, roll);
    }

    /// One item of a list. A list found by chance speaks only for jobs that were asked for.
    fn listed(&mut self, now: Duration, at: usize, entry: Entry) {
        let Some(id) = entry.job.job_id.clone() else { return };
        let Some(request) = self.requests.get_mut(at) else { return };
        let job_at = match self.by_id.get(&id) {
            Some(job_at) => *job_at,
            None if request.named => {
                let job_at = self.jobs.len();
                self.jobs.push(Tracked::new(&id, Via::Request(at)));
                self.by_id.insert(id, job_at);
                self.open += 1;
                job_at
            }
            None => return,
        };
        let owner = self.jobs.get(job_at).map(|job| job.via);
        if owner == Some(Via::Itself) || owner == Some(Via::Request(at)) {
            if let Some(request) = self.request(at)
                && request.members.insert(job_at)
            {
                request.jobs.push(job_at);
            }
            self.unschedule(job_at);
            if let Some(job) = self.job(job_at) {
                job.via = Via::Request(at);
            }
        }
        self.see(now, job_at, entry);
    }

    fn needs_another_page(&self, at: usize) -> bool {
        let Some(request) = self.requests.get(at) else { return false };
        let listing = &request.listing;
        if listing.is_whole() {
            return false;
        }
        let unlisted = self.members(request).any(|job| job.is_open() && !listing.lists(job.id()));
        if unlisted {
            return true;
        }
        let known = request.before.as_ref().map_or(usize::MAX, Vec::len);
        if !request.named {
            // Enough is known when nothing is left to ask for, or the look before found no more.
            let asked_singly = self.jobs.iter().any(|job| job.is_open() && job.via == Via::Itself);
            return listing.last_is_full() && asked_singly && listing.len() < known;
        }
        let could_end_well = self.members(request).all(|job| job.entry.job.status == Status::Success);
        let runs_on = self.members(request).any(Tracked::is_open) && listing.len() >= known;
        could_end_well || (listing.last_is_full() && !runs_on)
    }

    fn look_is_complete(&mut self, now: Duration, at: usize, roll: f64) {
        let Some(request) = self.requests.get_mut(at) else { return };
        let listing = std::mem::take(&mut request.listing);
        let ids = listing.sorted_ids();
        let same = request.before.as_ref() == Some(&ids);
        if !std::mem::replace(&mut request.seen, true) && request.named {
            self.changes.push(Change::Listed(request.id.clone(), listing.len()));
        }
        if let Some(request) = self.request(at) {
            request.before = Some(ids);
        }
        self.ask_for_the_vanished(now, at, &listing);
        let Some(request) = self.requests.get(at) else { return };
        let open = self.members(request).any(Tracked::is_open);
        let success = self.members(request).all(|job| job.entry.job.status == Status::Success);
        let done = if request.named { !open && (!success || (listing.is_whole() && same)) } else { !open };
        if done {
            return self.end_list(at, None);
        }
        let pause = match open {
            true => self.pause(now, self.list_age(now, at), roll),
            false => self.options.interval.unwrap_or(CONFIRM),
        };
        let due = self.after_look(now, Target::Request(at), pause);
        self.ask_again(Target::Request(at), due);
    }

    /// Jobs that are not on the list any more are asked for by themselves.
    fn ask_for_the_vanished(&mut self, now: Duration, at: usize, listing: &Listing) {
        let Some(request) = self.requests.get(at) else { return };
        let is_gone = |job: &Tracked| job.is_open() && job.via == Via::Request(at) && !listing.lists(job.id());
        let gone = |job_at: &usize| self.jobs.get(*job_at).is_some_and(is_gone);
        let vanished: Vec<usize> = request.jobs.iter().copied().filter(gone).collect();
        for job_at in vanished {
            if let Some(job) = self.job(job_at) {
                job.via = Via::Itself;
            }
            self.schedule(job_at, now);
        }
    }

    /// No such request, or a list without a job.
    pub(super) fn list_missing(&mut self, now: Duration, at: usize, error: Error, roll: f64) {
        let Some(request) = self.requests.get_mut(at) else { return };
        request.listing = Listing::default();
        let first_asked = request.course.first_asked.unwrap_or(now);
        let since =
            if request.seen { request.course.missing.as_ref().map_or(now, |(since, _)| *since) } else { first_asked };
        request.course.missing = Some((since, error.clone()));
        if !request.named || now >= since + GRACE {
            return self.end_list(at, Some(error));
        }
        request.before = None;
        self.ask_for_the_vanished(now, at, &Listing::default());
        let due = (now + self.pause(now, now.saturating_sub(since), roll)).min(since + GRACE);
        self.ask_again(Target::Request(at), due);
    }

    /// Nobody reads this list any more; those of its jobs that have not ended are asked for by themselves.
    pub(super) fn end_list(&mut self, at: usize, error: Option<Error>) {
        let due = self.requests.get(at).map_or(Duration::ZERO, |request| request.course.asked_at);
        self.ask_for_the_vanished(due, at, &Listing::default());
        let Some(request) = self.requests.get_mut(at) else { return };
        request.course.due = None;
        let error = error.filter(|_| request.named);
        if let Some(error) = &error {
            self.changes.push(Change::ListGivenUp(error.clone()));
        }
        request.end = Some(error);
    }

    fn members<'a>(&'a self, request: &'a Request) -> impl Iterator<Item = &'a Tracked> {
        request.jobs.iter().filter_map(|at| self.jobs.get(*at))
    }

    /// The age of the youngest job that is still running: its end is the first that could be missed.
    pub(super) fn list_age(&self, now: Duration, at: usize) -> Duration {
        let Some(request) = self.requests.get(at) else { return Duration::ZERO };
        let open = self.members(request).filter(|job| job.is_open());
        open.map(|job| job.age(now)).min().unwrap_or_else(|| request.course.age(now))
    }
}
