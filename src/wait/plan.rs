//! PURE: what is asked next, and when. The first request goes alone; at most 16 are in flight; looks at many single
//! jobs are spread over the pause between them, so that neither a start nor a machine that slept makes a burst.

use std::time::Duration;

use super::patience::FIRST_CONTACT;
use super::tracked::{Request, Tracked, Via};
use super::{Ask, Order, Step, Target, Wait};
use crate::listing::Listing;

/// Requests in flight at most.
pub(super) const IN_FLIGHT: usize = 16;
/// The longest that the question about one job may take, a new login included.
const LOOK: Duration = Duration::from_secs(30);
/// So many are asked for before it is clear that nobody answers.
const FIRST_WAVE: usize = 1 + IN_FLIGHT;
/// Looks at single jobs follow each other at this part of their mean distance.
const SHARE_OF_GAP: f64 = 0.8;
/// Few jobs make no burst, however close they come.
const LONGEST_GAP: Duration = Duration::from_millis(100);
/// After so many troubles in a row only one request at a time finds out whether they are over.
pub(super) const PROBE_AFTER: u32 = 3;

impl Wait {
    /// What to do at that time.
    pub fn next(&mut self, now: Duration) -> Step {
        if self.is_ended(now) {
            return Step::Ended;
        }
        if self.in_flight >= self.breadth() {
            return Step::Sleep(self.options.timeout);
        }
        if self.pace.gate() > now {
            return self.sleep(self.pace.gate());
        }
        match self.pick(now) {
            Some(target) => Step::Ask(self.order(now, target)),
            None => match self.next_due() {
                Some(due) => self.sleep(due),
                None => Step::Sleep(self.options.timeout),
            },
        }
    }

    /// Whether everything is decided.
    #[must_use]
    pub fn is_ended(&self, now: Duration) -> bool {
        let nothing_left =
            self.open == 0 && self.requests.iter().all(|request| !request.named || request.end.is_some());
        let nobody_answers = self.in_flight == 0 && self.next_due().is_none() && !self.may_start_another();
        self.stopped.is_some()
            || self.options.timeout.is_some_and(|timeout| now >= timeout)
            || (self.options.fail_fast && self.failed)
            || nothing_left
            || nobody_answers
    }

    /// Until `--timeout` ends it; `None` without one.
    #[must_use]
    pub fn time_left(&self, now: Duration) -> Option<Duration> {
        self.options.timeout.map(|timeout| timeout.saturating_sub(now))
    }

    fn sleep(&self, due: Duration) -> Step {
        Step::Sleep(Some(self.options.timeout.map_or(due, |timeout| due.min(timeout))))
    }

    /// Requests that may be in flight now.
    fn breadth(&self) -> usize {
        // The second answer tells whether the jobs share a request.
        let feeling_the_way = self.answers < 2 && self.exhausted == 0;
        let probing = self.contact && self.in_row >= PROBE_AFTER;
        if feeling_the_way || probing { 1 } else { IN_FLIGHT }
    }

    /// Whether something that was never asked for may be asked for now.
    fn may_start(&self) -> bool {
        self.answers > 0 || self.started == 0 || (self.exhausted > 0 && self.started < FIRST_WAVE)
    }

    fn may_start_another(&self) -> bool {
        let any = self.requests.iter().any(|r| r.course.first_asked.is_none() && r.end.is_none());
        (any || self.next_fresh().is_some()) && self.may_start()
    }

    fn next_fresh(&self) -> Option<usize> {
        let is_fresh = |at: &usize| {
            let fresh = |job: &Tracked| job.is_open() && job.via == Via::Itself && job.course.first_asked.is_none();
            self.jobs.get(*at).is_some_and(fresh)
        };
        (self.fresh..self.asked_for).find(is_fresh)
    }

    fn pick(&mut self, now: Duration) -> Option<Target> {
        if let Some((_, at)) = self.due_requests().filter(|(due, _)| *due <= now).min() {
            return Some(Target::Request(at));
        }
        if self.is_looking_into_a_request() {
            return None;
        }
        self.fresh = self.next_fresh().unwrap_or(self.asked_for);
        // The first one's next try comes before anybody else's first.
        if self.may_start() && self.fresh < self.asked_for {
            return Some(Target::Job(self.fresh));
        }
        self.queue.first().filter(|(due, _)| *due <= now).map(|(_, at)| Target::Job(*at))
    }

    /// The time of the next look that is planned.
    pub(super) fn next_due(&self) -> Option<Duration> {
        let jobs = self.queue.first().filter(|_| !self.is_looking_into_a_request()).map(|(due, _)| *due);
        self.due_requests().map(|(due, _)| due).chain(jobs).min().map(|due| due.max(self.pace.gate()))
    }

    fn due_requests(&self) -> impl Iterator<Item = (Duration, usize)> + '_ {
        let may_start = self.may_start();
        let due = move |(at, request): (usize, &Request)| {
            let startable = may_start || request.course.first_asked.is_some();
            request.course.due.filter(|_| startable).map(|due| (due, at))
        };
        self.requests.iter().enumerate().filter_map(due)
    }

    /// While a list is tried out, nobody asks for the jobs that may be on it.
    fn is_looking_into_a_request(&self) -> bool {
        self.requests.iter().any(Request::is_checked_now)
    }

    fn order(&mut self, now: Duration, target: Target) -> Order {
        let again = match target {
            Target::Job(at) => self.jobs.get(at).is_some_and(|job| job.course.first_asked.is_some()),
            Target::Request(_) => false,
        };
        let gap = if again { self.gap() } else { Duration::ZERO };
        if let Target::Job(at) = target {
            self.unschedule(at);
        }
        let course = match target {
            Target::Job(at) => self.jobs.get_mut(at).map(|job| &mut job.course),
            Target::Request(at) => self.requests.get_mut(at).map(|request| &mut request.course),
        };
        let mut until = now + LOOK;
        if let Some(course) = course {
            course.due = None;
            course.asked_at = now;
            if course.first_asked.is_none() {
                course.first_asked = Some(now);
                self.started += 1;
                if self.started == 1 {
                    self.contact_until = now + FIRST_CONTACT;
                }
            }
        }
        if !self.contact && self.started == 1 {
            until = until.min(self.contact_until);
        }
        if let Some(timeout) = self.options.timeout {
            until = until.min(timeout);
        }
        if let Target::Request(at) = target
            && let Some(request) = self.request(at).filter(|request| request.listing.offset() == 0)
        {
            request.began = now;
        }
        self.in_flight += 1;
        self.pace.started(now, gap);
        Order { ask: self.ask(target), until, target }
    }

    fn ask(&mut self, target: Target) -> Ask {
        match target {
            Target::Job(at) => Ask::Job(self.jobs.get(at).map(|job| job.id().to_owned()).unwrap_or_default()),
            Target::Request(at) => match self.request(at) {
                Some(request) => Ask::Page { request_id: request.id.clone(), offset: request.listing.offset() },
                None => Ask::Page { request_id: String::new(), offset: Listing::default().offset() },
            },
        }
    }

    /// A bit less than the fair share: looks that fell together drift apart, and a late one does not stay late.
    fn gap(&self) -> Duration {
        Duration::try_from_secs_f64(SHARE_OF_GAP / self.load).map_or(LONGEST_GAP, |gap| gap.min(LONGEST_GAP))
    }
}
