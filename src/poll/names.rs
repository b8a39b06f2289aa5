//! PURE: `--names`: which pages of the project's phones are read beside the looks, and what is known of the names. No
//! failure here changes what is known of a job, delays a look or slows it down; a 401 alone stops the run.
//!
//! Only names of phones that the run has are kept. So a phone that is first seen while the list is read may have stood
//! on a page before: then the list is read once more.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::policy::{AT_THE_END, LOOK_TIME, SHORTEST_ATTEMPT};
use super::{Attempt, Change, Engine, Query, Step};
use crate::backoff::backoff;
use crate::error::{Error, Kind};
use crate::job::{Job, Phone};

/// Phones on one page: the most that the service gives.
const PAGE: usize = 200;
/// Phones of a project, as far as they are read.
const MOST_PHONES: usize = 100_000;
/// For all reads of a run, from the first request on.
const TIME: Duration = Duration::from_secs(30);
/// Retries of a run for names, apart from those of the looks.
const RETRIES: u32 = 2;
/// A read begins when no look is under way, else so long after a phone was seen: there may be more soon.
const GATHERING: Duration = Duration::from_secs(1);
/// The target of a request that is about no job and no list of jobs.
const NO_TARGET: usize = usize::MAX;

const NO_TIME: &str = "there was no time to read the whole list of phones";

/// The names, and the read that goes on.
#[derive(Debug, Default)]
pub(super) struct Names {
    phones: HashMap<String, NameState>,
    /// Phones that are looked for.
    wanted: usize,
    /// Since when there is a phone that no read has looked for from its beginning.
    unread_since: Option<Duration>,
    /// Reads that have begun.
    reads: u32,
    read: Option<PhoneRead>,
    in_flight: bool,
    /// No request before it.
    due: Duration,
    /// No request after it; known from the first one on.
    until: Option<Duration>,
    retries: u32,
    /// Why nothing more is asked.
    over: Option<Arc<Error>>,
}

#[derive(Debug)]
enum NameState {
    /// Seen after so many reads had begun.
    Wanted(u32),
    /// The list has it, perhaps without a name.
    Listed(Option<String>),
    /// It stood on no page of a whole read.
    NotListed,
}

/// One read of the list.
#[derive(Debug, Default)]
struct PhoneRead {
    offset: usize,
    /// The first phone of the last page.
    first: Option<String>,
}

impl Names {
    /// A phone of the run.
    pub(super) fn want(&mut self, now: Duration, phone_id: &str) {
        if self.over.is_none() && !self.phones.contains_key(phone_id) {
            self.phones.insert(phone_id.to_owned(), NameState::Wanted(self.reads));
            self.wanted += 1;
            self.unread_since.get_or_insert(now);
        }
    }

    pub(super) fn name_of(&self, job: &Job) -> Option<&str> {
        match self.phones.get(job.phone_id.as_deref()?)? {
            NameState::Listed(name) => name.as_deref(),
            NameState::Wanted(_) | NameState::NotListed => None,
        }
    }

    /// Whether a name of this job's phone may still come.
    fn awaits(&self, job: &Job) -> bool {
        let state = job.phone_id.as_deref().and_then(|id| self.phones.get(id));
        self.over.is_none() && matches!(state, Some(NameState::Wanted(_)))
    }

    /// Whether there is something to ask, or an answer to come.
    fn has_more(&self) -> bool {
        self.over.is_none() && (self.in_flight || self.read.is_some() || self.unread_since.is_some())
    }

    /// When the next page is asked for.
    fn next_due(&self, looks_under_way: bool) -> Option<Duration> {
        if self.over.is_some() || self.in_flight {
            return None;
        }
        match (&self.read, self.unread_since) {
            (Some(_), _) => Some(self.due),
            (None, Some(since)) if looks_under_way => Some(self.due.max(since + GATHERING)),
            (None, since) => since.map(|_| self.due),
        }
    }

    fn take_page(&mut self, now: Duration, page: Vec<Phone>) {
        let Some(read) = &mut self.read else { return };
        let first = page.first().map(|phone| phone.id.clone());
        let does_not_move = first.is_some() && first == read.first;
        if does_not_move || read.offset + page.len() > MOST_PHONES {
            let what = if does_not_move {
                "the service gives the same page of phones whatever is asked for".to_owned()
            } else {
                format!("the project has more than {MOST_PHONES} phones")
            };
            return self.over = Some(Arc::new(Error::new(Kind::BadAnswer, what)));
        }
        read.first = first;
        read.offset += page.len();
        let ended = page.is_empty();
        for Phone { id, name } in page {
            let Some(state) = self.phones.get_mut(&id) else { continue };
            self.wanted -= usize::from(matches!(state, NameState::Wanted(_)));
            *state = NameState::Listed(name);
        }
        if ended || self.wanted == 0 {
            self.end_read(now);
        }
    }

    /// What was looked for from the beginning is not on the list; what was seen since then may be.
    fn end_read(&mut self, now: Duration) {
        self.read = None;
        self.unread_since = None;
        for state in self.phones.values_mut() {
            match state {
                NameState::Wanted(before) if *before < self.reads => {
                    *state = NameState::NotListed;
                    self.wanted -= 1;
                }
                NameState::Wanted(_) => self.unread_since = Some(now),
                NameState::Listed(_) | NameState::NotListed => {}
            }
        }
    }

    /// Tries again where there is time and the answer may be another one.
    fn failed(&mut self, now: Duration, error: Error, roll: f64) {
        let pages_came = self.read.as_ref().is_some_and(|read| read.offset > 0);
        if pages_came && error.kind == Kind::HttpTimeout && self.until.is_some_and(|until| now + AT_THE_END >= until) {
            // Cut by the end of the time, which says nothing of the service.
            return self.over = Some(Arc::new(Error::new(Kind::HttpTimeout, NO_TIME)));
        }
        let due = now + backoff(self.retries, roll).max(error.service.retry_after.unwrap_or_default());
        let in_time = self.until.is_none_or(|until| due + SHORTEST_ATTEMPT <= until);
        if error.retryable && !error.retried && in_time && self.retries < RETRIES {
            self.retries += 1;
            self.due = due;
        } else {
            self.over = Some(Arc::new(error));
        }
    }
}

impl Engine {
    /// What to do while no look can be sent: a page of phones, or what there was to do.
    pub(super) fn step_of_names(&mut self, now: Duration, step: Step) -> Step {
        let Step::Sleep(until) = step else { return step };
        let Some(due) = self.names.next_due(self.in_flight > 0) else { return step };
        // They have a pace of their own: one page after the other.
        let due = due.max(self.limiter.held_until()).max(now);
        let end = self.end_of_names(now);
        // Before the first request the time has not begun; jobs that have not ended are waited for anyway.
        let may_wait = self.names.until.is_none() && self.open > 0;
        if due + SHORTEST_ATTEMPT > end && !may_wait {
            self.names.over = Some(Arc::new(Error::new(Kind::HttpTimeout, NO_TIME)));
            self.changes.push(Change::Named);
            return if self.is_ended(now) { Step::Ended } else { step };
        }
        if due > now {
            return self.sleep(until.into_iter().chain([due]).min());
        }
        self.names.until = Some(end);
        if self.names.read.is_none() {
            self.names.read = Some(PhoneRead::default());
            self.names.reads += 1;
            self.names.unread_since = None;
        }
        self.names.in_flight = true;
        let offset = self.names.read.as_ref().map_or(0, |read| read.offset);
        let until = self.policy.timeout.map_or(end, |timeout| end.min(timeout));
        Step::Send(Attempt { query: Query::Phones { offset, limit: PAGE }, until, target: NO_TARGET })
    }

    /// A run of one look is not longer than a look because of names.
    fn end_of_names(&self, now: Duration) -> Duration {
        let end = self.names.until.unwrap_or(now + TIME);
        if !self.policy.repeat && now < LOOK_TIME { end.min(LOOK_TIME) } else { end }
    }

    /// Whether the run waits for names alone.
    pub(super) fn waits_for_names(&self, now: Duration) -> bool {
        let has_time = self.policy.repeat || now < LOOK_TIME;
        self.policy.names && self.contact.made && has_time && self.names.has_more()
    }

    /// The answer to a page of phones. It says nothing of the looks, good or bad.
    pub(super) fn phones_answered(&mut self, now: Duration, answer: Result<Vec<Phone>, Error>, roll: f64) {
        self.names.in_flight = false;
        match answer {
            Ok(page) => self.names.take_page(now, page),
            Err(error) if error.kind == Kind::AuthRejected => {
                let error = Arc::new(error);
                self.names.over = Some(Arc::clone(&error));
                self.stopped.get_or_insert(error);
            }
            Err(error) => self.names.failed(now, error, roll),
        }
        self.changes.push(Change::Named);
    }

    /// Whether this job's line is better written a little later, with the name of its phone.
    #[must_use]
    pub fn awaits_name(&self, at: usize) -> bool {
        let job = self.targets.get(at).and_then(|target| target.as_job());
        job.is_some_and(|state| self.names.awaits(&state.job))
    }

    /// Why phones of these jobs have no name although names were asked for; `None` where each has one, where the list
    /// has no name for it, where the run's own error says why, or where nothing was asked at all.
    pub(super) fn missing_names<'a>(&self, jobs: impl Iterator<Item = &'a Job>) -> Option<Arc<Error>> {
        if !self.policy.names || self.stopped.is_some() || !self.contact.made {
            return None;
        }
        let is_named = |id: &str| matches!(self.names.phones.get(id), Some(NameState::Listed(_)));
        let ids: Vec<&str> = jobs.filter_map(|job| job.phone_id.as_deref()).filter(|id| !is_named(id)).collect();
        let first = ids.first()?;
        if let Some(error) = &self.names.over {
            return Some(Arc::clone(error));
        }
        let all_read = !self.names.has_more();
        Some(Arc::new(match ids.len() {
            _ if !all_read => Error::new(Kind::HttpTimeout, NO_TIME),
            1 => Error::new(Kind::NotFound, format!("the project's list of phones does not have {first}")),
            count => {
                let what = format!("the project's list of phones does not have those of {count} jobs ({first}, …)");
                Error::new(Kind::NotFound, what)
            }
        }))
    }

    /// The refused 401 of the names, unless it is the error of a job or a list, too.
    pub(super) fn refused_names(&self) -> Option<&Arc<Error>> {
        self.names.over.as_ref().filter(|error| error.kind == Kind::AuthRejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll::Policy;

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn only_an_answer_that_the_end_of_the_time_cut_says_nothing_of_the_service() {
        for (offset, kind, now, no_time) in [
            (200, Kind::HttpTimeout, ms(29_900), true),
            (200, Kind::HttpTimeout, ms(29_899), false),
            (200, Kind::Unreachable, ms(29_900), false),
            (0, Kind::HttpTimeout, ms(29_900), false),
        ] {
            let read = Some(PhoneRead { offset, first: None });
            let mut names = Names { read, until: Some(ms(30_000)), ..Names::default() };
            names.failed(now, Error::new(kind, "its own"), 0.5);
            let message = names.over.as_ref().map(|error| error.message.as_str());
            assert_eq!(message, Some(if no_time { NO_TIME } else { "its own" }), "{offset} {kind:?} {now:?}");
        }
    }

    #[test]
    fn the_end_of_the_time_for_names() {
        for (policy, now, end) in [
            (Policy::show(), ms(0), LOOK_TIME),
            (Policy::show(), LOOK_TIME - ms(1), LOOK_TIME),
            (Policy::show(), LOOK_TIME, LOOK_TIME + TIME),
            (Policy::wait(), ms(1000), ms(1000) + TIME),
        ] {
            assert_eq!(Engine::new(policy, Vec::new(), &[]).end_of_names(now), end, "{now:?}");
        }
    }
}
