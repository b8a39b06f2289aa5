//! PURE: what is asked next, and when. At most 16 requests are in flight; lists go first, since a page answers for many
//! jobs; of single jobs the one whose look is due longest.

use std::time::Duration;

use super::policy::{IN_FLIGHT, IN_FLIGHT_OF_LONG_TEXTS, LOOK_TIME};
use super::target::{ListState, Subject, Target, Via};
use super::{Attempt, Change, Engine, Query, Step};
use crate::error::Error;

/// After so many failures in a row there is only one request at a time.
pub(super) const PROBE_AFTER: u32 = 3;
/// The last look begins before the deadline by this many of the slowest recent answers, within these bounds.
const LAST_LOOK_ANSWERS: u32 = 2;
const SHORTEST_LAST_LOOK: Duration = Duration::from_secs(1);
const LONGEST_LAST_LOOK: Duration = Duration::from_secs(10);
/// A look that is later than this is reported.
const LATE: Duration = Duration::from_secs(1);

impl Engine {
    /// What to do at that time.
    pub fn next(&mut self, now: Duration) -> Step {
        if self.is_ended(now) {
            return Step::Ended;
        }
        if !self.contact.made {
            return self.first_contact(now);
        }
        let look = self.next_look(now);
        if self.policy.names { self.step_of_names(now, look) } else { look }
    }

    fn next_look(&mut self, now: Duration) -> Step {
        self.begin_last_look(now);
        if self.in_flight >= self.breadth() {
            return self.sleep(None);
        }
        if self.limiter.earliest() > now {
            return self.sleep(Some(self.limiter.earliest()));
        }
        self.drop_late_retries(now);
        if self.is_ended(now) {
            return Step::Ended;
        }
        match self.pick(now) {
            Some(at) => Step::Send(self.attempt(now, at)),
            None => self.sleep(self.next_due()),
        }
    }

    /// Whether everything is decided.
    #[must_use]
    pub fn is_ended(&self, now: Duration) -> bool {
        (self.open == 0 && !self.waits_for_names(now))
            || self.stopped.is_some()
            || (self.policy.fail_fast && self.failed)
            || self.policy.timeout.is_some_and(|timeout| now >= timeout)
    }

    /// Until the run ends at the latest; `None` without such a limit.
    #[must_use]
    pub fn time_left(&self, now: Duration) -> Option<Duration> {
        self.policy.timeout.map(|timeout| timeout.saturating_sub(now))
    }

    /// Until then, unless the last look or the end comes before.
    pub(super) fn sleep(&self, until: Option<Duration>) -> Step {
        let last_look = self.last_look_at().filter(|_| self.last_look.is_none() && self.contact.made);
        Step::Sleep(until.into_iter().chain(last_look).chain(self.policy.timeout).min())
    }

    /// When the last look before the deadline is to begin.
    fn last_look_at(&self) -> Option<Duration> {
        let time = (self.limiter.slowest() * LAST_LOOK_ANSWERS).clamp(SHORTEST_LAST_LOOK, LONGEST_LAST_LOOK);
        self.policy.timeout.map(|timeout| timeout.saturating_sub(time))
    }

    /// Near the deadline everything is due once more, what was looked at longest ago first.
    fn begin_last_look(&mut self, now: Duration) {
        if self.last_look.is_some() || self.last_look_at().is_none_or(|at| now < at) {
            return;
        }
        self.last_look = Some(now);
        let waiting: Vec<usize> = self.singles.iter().chain(&self.lists).map(|(_, at)| *at).collect();
        for at in waiting {
            self.schedule(at, now);
        }
    }

    /// Requests that may be in flight now.
    fn breadth(&self) -> usize {
        // The second answer shows whether the jobs share a request.
        let shares = self.finished < 2 && !self.first_job_of_request.is_empty();
        let probes = self.failures.in_row >= PROBE_AFTER;
        match (shares || probes, self.has_long_texts) {
            (true, _) => 1,
            (false, true) => IN_FLIGHT_OF_LONG_TEXTS,
            (false, false) => IN_FLIGHT,
        }
    }

    /// A retry that had to wait for others until its look was over is none, where there is one look.
    fn drop_late_retries(&mut self, now: Duration) {
        while let Some((_, at)) = self.singles.first().or(self.lists.first()).copied().filter(|(due, _)| *due <= now) {
            let late = self.targets.get(at).filter(|target| target.poll.is_too_late(now));
            let Some(error) = late.and_then(|target| target.poll.error.clone()).filter(|_| !self.policy.repeat) else {
                return;
            };
            self.unschedule(at);
            self.settle(at, Error::clone(&error));
        }
    }

    fn pick(&mut self, now: Duration) -> Option<usize> {
        let may_repeat = self.limiter.repeats() <= now;
        let mut due_lists = self.lists.iter().take_while(|(due, _)| *due <= now).copied();
        let list = due_lists.find(|(_, at)| may_repeat || !self.repeats(*at));
        let single = self.singles.first().copied().filter(|(due, _)| *due <= now && !self.is_trying_out());
        // The pages of a read that has begun follow each other; of further looks the one goes first that is due
        // longest.
        let list_first =
            |list: &(Duration, usize)| !self.repeats(list.1) || single.is_none_or(|single| list.0 <= single.0);
        if let Some((due, at)) = list.filter(list_first) {
            self.report_stretched(now, due);
            return Some(at);
        }
        if self.is_trying_out() {
            return None;
        }
        // Each job is looked at once before any is looked at again; where there is one look, retries have no time.
        if let Some(at) = self.next_fresh().filter(|_| self.policy.repeat) {
            return Some(at);
        }
        if let Some((due, at)) = single {
            self.report_stretched(now, due);
            if may_repeat {
                return Some(at);
            }
        }
        self.next_fresh()
    }

    /// Whether the next request for it begins a further look: these have a ceiling together. Of a job each retry does.
    fn repeats(&self, at: usize) -> bool {
        let Some(Target { subject, poll }) = self.targets.get(at) else { return false };
        let goes_on = |list: &ListState| list.pages.len() > 0 || poll.tries > 0;
        poll.first_asked.is_some() && !matches!(subject, Subject::List(list) if goes_on(list))
    }

    /// The time of the next request that is planned.
    pub(super) fn next_due(&self) -> Option<Duration> {
        let repeats = self.limiter.repeats();
        let singles = self.singles.first().filter(|_| !self.is_trying_out()).map(|(due, _)| (*due).max(repeats));
        let due_at = |(due, at): &(Duration, usize)| if self.repeats(*at) { (*due).max(repeats) } else { *due };
        self.lists.iter().map(due_at).chain(singles).min().map(|due| due.max(self.limiter.earliest()))
    }

    /// While a list is tried out, no single job is asked for: it may be on the list.
    fn is_trying_out(&self) -> bool {
        let mut found = self.found_lists.iter().filter_map(|at| self.targets.get(*at)?.as_list());
        found.any(ListState::is_tried_out)
    }

    /// The first of those asked for of which nothing was asked yet.
    pub(super) fn next_fresh(&mut self) -> Option<usize> {
        let repeat = self.policy.repeat;
        let is_fresh = |target: &Target| {
            let by_itself = target.as_job().is_none_or(|job| job.via == Via::Itself);
            by_itself && target.poll.first_asked.is_none() && target.is_open(repeat)
        };
        let rest = self.targets.get(self.fresh..self.asked_for).unwrap_or_default();
        let ahead = rest.iter().position(is_fresh).unwrap_or(rest.len());
        self.fresh += ahead;
        (self.fresh < self.asked_for).then_some(self.fresh)
    }

    /// Looks at single jobs are later than their interval says, because there are so many of them.
    fn report_stretched(&mut self, now: Duration, due: Duration) {
        let held_back = self.failures.in_row > 0 || self.last_look.is_some() || !self.policy.repeat;
        if self.reported_stretched || held_back || now.saturating_sub(due) < LATE {
            return;
        }
        self.reported_stretched = true;
        let rate = self.limiter.rate(now);
        let jobs = self.singles.len() + self.lists.len();
        let every = Duration::try_from_secs_f64(jobs as f64 / rate).unwrap_or(Duration::MAX);
        self.changes.push(Change::Stretched { jobs, every });
    }

    pub(super) fn attempt(&mut self, now: Duration, at: usize) -> Attempt {
        self.unschedule(at);
        let mut until = if self.contact.made { now + LOOK_TIME } else { self.contact.until };
        let repeats = self.repeats(at);
        let mut query = Query::Job(String::new());
        if let Some(Target { subject, poll }) = self.targets.get_mut(at) {
            if poll.is_too_late(now) {
                // It had to wait for others: this is a look of its own.
                poll.tries = 0;
            }
            let first_attempt = poll.tries == 0;
            let begins_look = match subject {
                Subject::Job(job) => {
                    query = Query::Job(job.id().to_owned());
                    first_attempt
                }
                Subject::List(list) => {
                    query = Query::Page { request_id: list.request_id.clone(), range: list.pages.next() };
                    first_attempt && list.pages.len() == 0
                }
            };
            poll.look_began = if begins_look { now } else { poll.look_began };
            poll.attempts_began = if first_attempt { now } else { poll.attempts_began };
            poll.asked_at = now;
            poll.in_flight = true;
            poll.first_asked.get_or_insert(now);
            if self.contact.made {
                until = until.min(poll.attempts_began + LOOK_TIME);
            }
        }
        if let Some(timeout) = self.policy.timeout {
            until = until.min(timeout);
        }
        self.in_flight += 1;
        self.limiter.started(now, repeats);
        Attempt { query, until, target: at }
    }

    /// Asks for it at that time. While a request is under way its answer decides that.
    pub(super) fn schedule(&mut self, at: usize, due: Duration) {
        self.unschedule(at);
        let last_look = self.last_look;
        let repeat = self.policy.repeat;
        let due_target = |target: &&mut Target| target.is_open(repeat) && !target.poll.in_flight;
        let Some(target) = self.targets.get_mut(at).filter(due_target) else { return };
        let queue = match &target.subject {
            Subject::Job(job) if job.via == Via::Itself => &mut self.singles,
            Subject::Job(_) => return,
            Subject::List(_) => &mut self.lists,
        };
        let poll = &mut target.poll;
        // Once more before the deadline; what failed in the last look already has its back-off.
        let is_owed = |began| poll.look_began < began && (poll.asked_at < began || poll.failing_since.is_none());
        let due = if last_look.is_some_and(is_owed) { due.min(poll.look_began) } else { due };
        let due = due.max(poll.not_before);
        poll.due = Some(due);
        queue.insert((due, at));
    }

    pub(super) fn unschedule(&mut self, at: usize) {
        let due = self.targets.get_mut(at).and_then(|target| target.poll.due.take());
        if let Some(due) = due {
            self.singles.remove(&(due, at));
            self.lists.remove(&(due, at));
        }
    }
}
