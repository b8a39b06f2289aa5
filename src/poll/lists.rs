//! PURE: the jobs of a whole request. What a list contains is believed, what it does not contain is not: it is proof
//! only when its pages overlap, its end was seen, and two reads name the same jobs.

use std::collections::HashMap;
use std::time::Duration;

use super::observe::after_look;
use super::pages::{PAGE, Page};
use super::target::{JobState, ListState, Subject, Target, Via};
use super::{Change, Engine};
use crate::backoff::backoff;
use crate::error::{Error, Kind};
use crate::ids::is_id;
use crate::job::{Job, Observation, Status};

/// Between the read that could end in success and the one that must confirm it, where a run is patient.
const CONFIRM: Duration = Duration::from_secs(1);

impl Engine {
    pub(super) fn page_answered(&mut self, now: Duration, at: usize, page: Vec<Observation>, roll: f64) {
        let Some(list) = self.targets.get_mut(at).and_then(Target::as_list_mut) else { return };
        if list.end.is_some() {
            return;
        }
        let ids: Vec<&str> = page.iter().map(|item| item.job.job_id.as_deref().unwrap_or_default()).collect();
        let read = list.pages.add(&ids);
        let length = page.len();
        self.record_success(now);
        if let Some(target) = self.targets.get_mut(at) {
            target.poll.tries = 0;
            target.poll.failing_since = None;
        }
        for item in page {
            self.listed(now, at, item, read != Page::CountsPages);
        }
        match read {
            Page::Empty => self.list_missing(now, at, no_jobs(), roll),
            Page::More if self.needs_another_page(at, length >= PAGE) => self.schedule(at, now),
            Page::More => self.read_is_over(now, at, false, roll),
            Page::End => self.read_is_over(now, at, true, roll),
            Page::Moved => self.list_moved(now, at, roll),
            Page::CountsPages => self.end_list(at, Some(self.not_believed(at, "the service counts pages, not jobs"))),
            Page::TooLong => self.end_list(at, Some(self.not_believed(at, "its list of jobs has no end"))),
        }
    }

    fn not_believed(&self, at: usize, what: &str) -> Error {
        let id = self.targets.get(at).and_then(Target::as_list).map(|list| list.request_id.as_str());
        let error = Error::new(Kind::BadAnswer, format!("{what}, so that its jobs can't be listed reliably"));
        error
            .about(format!("request {}", id.unwrap_or_default()))
            .hint("ask by the job ids that the call answered: cph job wait <JOB_ID>...")
    }

    /// One item of a list. A list found by chance speaks only for jobs that were asked for, and so does a page that
    /// shows that the service counts pages: `in_order` is false for it.
    fn listed(&mut self, now: Duration, at: usize, item: Observation, in_order: bool) {
        let Some(id) = item.job.job_id.clone() else { return };
        let Some(named) = self.targets.get(at).and_then(Target::as_list).map(|list| list.named) else { return };
        let place = match self.places().get(&id) {
            Some(place) => *place,
            None if named && in_order => self.add_listed(&id, at),
            None => return,
        };
        let via = self.targets.get(place).and_then(Target::as_job).map(|job| job.via);
        if via.is_some_and(|via| via == Via::Itself || via == Via::List(at)) {
            if let Some(list) = self.targets.get_mut(at).and_then(Target::as_list_mut)
                && list.members.insert(place)
            {
                list.jobs.push(place);
            }
            self.unschedule(place);
            if let Some(job) = self.targets.get_mut(place).and_then(Target::as_job_mut) {
                job.via = Via::List(at);
            }
        }
        let was_success = |job: &JobState| job.job.status == Status::Success;
        let doubts = item.job.status != Status::Success
            && self.targets.get(place).and_then(Target::as_job).is_some_and(was_success);
        if let Some(list) = self.targets.get_mut(at).and_then(Target::as_list_mut) {
            list.doubted |= doubts;
        }
        // Of a job that has ended another end is never believed: it only shows a contradiction.
        let has_ended = self.targets.get(place).and_then(Target::as_job).is_some_and(JobState::is_ended);
        self.observe(now, place, if is_id(&id) || has_ended { item } else { distrusted(item) });
    }

    /// Where each job is.
    fn places(&mut self) -> &mut HashMap<String, usize> {
        let targets = &self.targets;
        self.places.get_or_insert_with(|| {
            let id = |(at, target): (usize, &Target)| Some((target.as_job()?.job.job_id.clone()?, at));
            targets.iter().enumerate().filter_map(id).collect()
        })
    }

    fn add_listed(&mut self, id: &str, list: usize) -> usize {
        let place = self.targets.len();
        self.targets.push(Target::job(Job::unanswered(id), Via::List(list)));
        self.places().insert(id.to_owned(), place);
        self.open += 1;
        place
    }

    /// Whether a read goes on; `full` where the last page was, so that there is likely more.
    fn needs_another_page(&mut self, at: usize, full: bool) -> bool {
        let asks_singly = !self.singles.is_empty() || self.next_fresh().is_some();
        let Some(list) = self.targets.get(at).and_then(Target::as_list) else { return false };
        let mut open = self.members(list).filter(|job| job.is_open(self.policy.repeat)).peekable();
        if list.named {
            // The first read and one that may be the last go on to the end; so does one that misses a job.
            return full || !list.seen || open.peek().is_none() || open.any(|job| !list.pages.lists(job.id()));
        }
        // It answers for jobs that were asked for by id: no more pages are needed once each of them was listed.
        (full && asks_singly && !list.seen) || open.any(|job| !list.pages.lists(job.id()))
    }

    /// Places of the list's jobs of which there is still something to learn.
    fn open_members(&self, at: usize) -> impl Iterator<Item = usize> {
        let jobs = self.targets.get(at).and_then(Target::as_list).map(|list| list.jobs.as_slice()).unwrap_or_default();
        let is_open = |at: &usize| self.targets.get(*at).is_some_and(|target| target.is_open(self.policy.repeat));
        jobs.iter().copied().filter(is_open)
    }

    /// A read came to its end; `proven` where the end itself was seen.
    fn read_is_over(&mut self, now: Duration, at: usize, proven: bool, roll: f64) {
        let repeat = self.policy.repeat;
        let look_took = self.targets.get(at).map(|target| now.saturating_sub(target.poll.look_began));
        self.limiter.took(look_took.unwrap_or_default());
        let Some(target) = self.targets.get_mut(at) else { return };
        target.poll.record_success();
        let look_began = target.poll.look_began;
        let Some(list) = target.as_list_mut() else { return };
        let doubted = list.doubted;
        let ids = list.read_anew().into_ids();
        list.reads += 1;
        if !std::mem::replace(&mut list.seen, true) && list.named {
            self.changes.push(Change::Listed(list.request_id.clone(), ids.len()));
        }
        self.ask_for_the_vanished(now, at, |id| ids.contains(id));
        let Some(list) = self.targets.get(at).and_then(Target::as_list) else { return };
        let open = self.members(list).any(|job| job.is_open(repeat));
        let success = self.members(list).all(|job| job.job.status == Status::Success);
        let confirmed = proven && !doubted && list.before.as_ref() == Some(&ids);
        let reads = list.reads;
        let done = if list.named { !open && (!success || confirmed) } else { !open };
        let mut doubted_for = Duration::ZERO;
        if let Some(list) = self.targets.get_mut(at).and_then(Target::as_list_mut) {
            list.before = (proven && !doubted).then_some(ids);
            list.confirmed = confirmed;
            let doubted = doubted && !open && success;
            list.moving_since = list.moving_since.or(Some(now)).filter(|_| doubted);
            doubted_for = list.moving_since.map_or(Duration::ZERO, |since| now.saturating_sub(since));
        }
        if done {
            return self.end_list(at, None);
        }
        let too_often = self.policy.list_reads.is_some_and(|most| reads >= most);
        if too_often || doubted_for >= self.policy.patience {
            return self.end_list(at, Some(self.never_alike(at)));
        }
        let pause = match open {
            true => self.policy.interval(self.list_age(now, at), roll),
            false if repeat => self.policy.interval.unwrap_or(CONFIRM),
            false => Duration::ZERO,
        };
        self.schedule(at, after_look(now, look_began, pause));
    }

    /// The list changed while it was read: all of this read is void.
    fn list_moved(&mut self, now: Duration, at: usize, roll: f64) {
        let repeat = self.policy.repeat;
        let Some(target) = self.targets.get_mut(at) else { return };
        let look_began = target.poll.look_began;
        let Some(list) = target.as_list_mut() else { return };
        if !list.named {
            // It was to save requests, not to keep anybody waiting for its jobs.
            return self.end_list(at, None);
        }
        list.read_anew();
        list.reads += 1;
        let reads = list.reads;
        let since = *list.moving_since.get_or_insert(now);
        let has_open = self.open_members(at).next().is_some();
        let spent = match self.policy.list_reads {
            Some(most) => reads >= most,
            None => now >= since + self.policy.patience,
        };
        if spent {
            return self.end_list(at, Some(self.never_alike(at)));
        }
        let pause = match has_open {
            true => self.policy.interval(self.list_age(now, at), roll),
            false if repeat => backoff(reads.saturating_sub(1), roll),
            false => Duration::ZERO,
        };
        self.schedule(at, after_look(now, look_began, pause));
    }

    fn never_alike(&self, at: usize) -> Error {
        self.not_believed(at, "its list of jobs is different at each read")
    }

    /// Jobs that are no longer listed are asked for one by one.
    fn ask_for_the_vanished(&mut self, now: Duration, at: usize, is_listed: impl Fn(&str) -> bool) {
        let Some(list) = self.targets.get(at).and_then(Target::as_list) else { return };
        let is_gone =
            |job: &JobState| job.is_open(self.policy.repeat) && job.via == Via::List(at) && !is_listed(job.id());
        let gone = |place: &usize| self.targets.get(*place).and_then(Target::as_job).is_some_and(is_gone);
        let vanished: Vec<usize> = list.jobs.iter().copied().filter(gone).collect();
        for place in vanished {
            if let Some(job) = self.targets.get_mut(place).and_then(Target::as_job_mut) {
                job.via = Via::Itself;
            }
            self.schedule(place, now);
        }
    }

    /// No such request, or a list without a job.
    pub(super) fn list_missing(&mut self, now: Duration, at: usize, error: Error, roll: f64) {
        let Some(target) = self.targets.get_mut(at) else { return };
        let Target { subject: Subject::List(list), poll } = target else { return };
        list.read_anew();
        let mut error = error.about(format!("request {}", list.request_id));
        if list.seen {
            // It is known to have jobs: that they are not listed any more is no answer about them.
            error = Error::new(Kind::BadAnswer, "its list of jobs is empty now").about(error.about.unwrap_or_default());
        }
        if list.seen && !self.policy.repeat {
            return self.list_moved(now, at, roll);
        }
        let first_asked = poll.first_asked.unwrap_or(now);
        let since = if list.seen { poll.missing_since.unwrap_or(now) } else { first_asked };
        poll.record_success();
        poll.missing_since = Some(since);
        poll.error = Some(std::sync::Arc::new(error.clone()));
        list.before = None;
        if !list.named || now >= since + self.policy.grace {
            return self.end_list(at, Some(error));
        }
        self.ask_for_the_vanished(now, at, |_| false);
        let due = now + self.policy.interval(now.saturating_sub(since), roll);
        self.schedule(at, due.min(since + self.policy.grace));
    }

    /// Stops reading this list; its jobs that have not ended are asked for one by one.
    pub(super) fn end_list(&mut self, at: usize, error: Option<Error>) {
        self.unschedule(at);
        let Some(target) = self.targets.get_mut(at) else { return };
        let due = target.poll.asked_at;
        let Some(list) = target.as_list_mut().filter(|list| list.end.is_none()) else { return };
        let error = error.filter(|_| list.named).map(std::sync::Arc::new);
        list.end = Some(error.clone());
        self.open = self.open.saturating_sub(usize::from(list.named));
        self.changes.extend(error.map(Change::ListGivenUp));
        self.ask_for_the_vanished(due, at, |_| false);
    }

    pub(super) fn members<'a>(&'a self, list: &'a ListState) -> impl Iterator<Item = &'a JobState> {
        list.jobs.iter().filter_map(|at| self.targets.get(*at)?.as_job())
    }

    /// The age of the youngest job that is still running: its end is the first that could be missed.
    pub(super) fn list_age(&self, now: Duration, at: usize) -> Duration {
        let youngest = self.open_members(at).map(|at| self.age(now, at)).min();
        youngest.or_else(|| self.targets.get(at).map(|list| list.poll.age(now))).unwrap_or_default()
    }
}

/// An id that is not allowed in a path: this job can't be asked for by itself, so it is never a success.
fn distrusted(item: Observation) -> Observation {
    if item.job.status == Status::Failure {
        return item;
    }
    let about = format!("job {}", item.job.job_id.as_deref().unwrap_or_default());
    let error = Error::new(Kind::BadAnswer, "the service listed it, but it is not a valid job id");
    let error = error.about(about).hint("look at the request in the console");
    Observation { job: Job { status: Status::Unknown, ..item.job }, error: Some(error), ..item }
}

/// The error of a request whose list is empty: never a success.
fn no_jobs() -> Error {
    Error::new(Kind::NotFound, "the service lists no jobs for it")
        .hint("check the id, the project and the region; a call that was refused as a whole starts no jobs")
}
