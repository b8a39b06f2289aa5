//! PURE: what an answer, or none, changes. Impatient until the first good answer, patient afterwards.

use std::time::Duration;

use super::patience::{Class, GRACE, PATIENCE, TRIES, Trouble, class};
use super::plan::PROBE_AFTER;
use super::tracked::{Course, Request};
use super::{Answer, Ask, Change, Order, Target, Wait, pace};
use crate::backoff::backoff;
use crate::error::{Error, Kind};
use crate::ids::is_id;
use crate::job::{Entry, Status};

/// Quick second looks after a trouble; beyond them the next look comes when it is due.
const QUICK: u32 = 2;

impl Wait {
    /// An order was carried out. `roll` is a number from 0 to 1, drawn anew each time.
    pub fn saw(&mut self, now: Duration, order: &Order, answer: Result<Answer, Error>, roll: f64) {
        self.in_flight = self.in_flight.saturating_sub(1);
        match (order.target, answer) {
            (Target::Job(at), Ok(Answer::Job(entry))) => self.job_answered(now, at, *entry, roll),
            (Target::Request(at), Ok(Answer::Page(page))) => self.page_answered(now, at, page, roll),
            // Behind the last job some services say "not found" in place of an empty page.
            (Target::Request(at), Err(error)) if error.kind == Kind::NotFound && is_later_page(order) => {
                self.page_answered(now, at, Vec::new(), roll);
            }
            (_, Err(error)) if self.was_cut(now, order.target, &error) => {}
            (target, Err(error)) => self.trouble(now, target, error, roll),
            // An answer to another question than was asked.
            (_, Ok(_)) => {}
        }
    }

    /// A request that the end of the wait cut short is no trouble of a job that was seen before.
    fn was_cut(&self, now: Duration, target: Target, error: &Error) -> bool {
        let at_the_end = self.options.timeout.is_some_and(|timeout| now + Duration::from_millis(100) >= timeout);
        let seen = match target {
            Target::Job(at) => self.jobs.get(at).is_some_and(|job| job.seen.is_some()),
            Target::Request(at) => self.requests.get(at).is_some_and(|request| request.seen),
        };
        at_the_end && seen && error.kind == Kind::HttpTimeout && error.service.http_status.is_none()
    }

    fn job_answered(&mut self, now: Duration, at: usize, entry: Entry, roll: f64) {
        self.answers += 1;
        if entry.job.status != Status::Unknown {
            self.is_well(now);
        }
        let request_id = entry.job.request_id.clone();
        if self.see(now, at, entry) {
            let age = self.jobs.get(at).map_or(Duration::ZERO, |job| job.age(now));
            self.schedule(at, self.after_look(now, Target::Job(at), self.pause(now, age, roll)));
        }
        if let Some(request_id) = request_id.filter(|id| is_id(id)) {
            self.look_into(at, &request_id);
        }
    }

    /// Two jobs name the same request: its list may answer for them and many more.
    fn look_into(&mut self, at: usize, request_id: &str) {
        let first = *self.named_by.entry(request_id.to_owned()).or_insert(at);
        if first != at && self.open > 1 && self.looked_into.insert(request_id.to_owned()) {
            self.requests.push(Request::new(request_id, false));
        }
    }

    /// A good answer: troubles are over, and those that gave up at first contact are asked for again.
    pub(super) fn is_well(&mut self, now: Duration) {
        (self.in_row, self.last_trouble) = (0, None);
        if let Some((since, _)) = self.trouble.take().filter(|_| self.contact) {
            self.changes.push(Change::Recovered(now.saturating_sub(since)));
        }
        self.contact = true;
        if self.exhausted == 0 {
            return;
        }
        self.exhausted = 0;
        let due = now + self.pause(now, Duration::ZERO, 0.5);
        for at in 0..self.jobs.len() {
            if self.job(at).is_some_and(|job| std::mem::take(&mut job.course.exhausted)) {
                self.schedule(at, due);
            }
        }
        for request in self.requests.iter_mut().filter(|request| request.course.exhausted) {
            request.course.exhausted = false;
            request.course.due = Some(due);
        }
    }

    /// The next look: a pause after this one began, and some of it after the answer came.
    pub(super) fn after_look(&self, now: Duration, target: Target, pause: Duration) -> Duration {
        let began = match target {
            Target::Job(at) => self.jobs.get(at).map(|job| job.course.asked_at),
            Target::Request(at) => self.requests.get(at).map(|request| request.began),
        };
        (began.unwrap_or(now) + pause).max(now + pause / 2)
    }

    fn trouble(&mut self, now: Duration, target: Target, error: Error, roll: f64) {
        match class(&error) {
            Class::Stops => self.stopped = Some(error),
            Class::Forbids if self.answers == 0 => self.stopped = Some(error),
            Class::Misses => {
                self.answers += 1;
                self.missing(now, target, error, roll);
            }
            Class::Forbids | Class::Useless => {
                self.answers += 1;
                self.end(target, error);
            }
            Class::Passes => self.passing(now, target, error, roll),
        }
    }

    /// No such job, or no such request: it may not be there yet, or its list may be gone for a moment.
    pub(super) fn missing(&mut self, now: Duration, target: Target, error: Error, roll: f64) {
        let was_seen = match target {
            Target::Job(at) => self.jobs.get(at).is_some_and(|job| job.seen.is_some()),
            Target::Request(at) => return self.list_missing(now, at, error, roll),
        };
        let Some(course) = self.course_mut(target) else { return };
        let since = course.first_asked.unwrap_or(now);
        course.missing = Some((since, error.clone()));
        if was_seen || now >= since + GRACE {
            return self.end(target, error);
        }
        let due = (now + self.pause(now, now.saturating_sub(since), roll)).min(since + GRACE);
        self.ask_again(target, due);
    }

    /// Trouble that may pass by itself.
    fn passing(&mut self, now: Duration, target: Target, error: Error, roll: f64) {
        let asked_at = self.course(target).map_or(now, |course| course.asked_at);
        if self.last_trouble.is_none_or(|last| asked_at >= last) {
            self.in_row = self.in_row.saturating_add(1);
            self.last_trouble = Some(now);
        }
        let since = self.trouble.as_ref().map_or(now, |(since, _)| *since);
        if self.trouble.replace((since, error.clone())).is_none() && self.contact {
            self.changes.push(Change::Trouble(error.clone()));
        }
        let Some(course) = self.course_mut(target) else { return };
        let trouble = Trouble::after(course.trouble.take(), now, error.clone());
        course.trouble = Some(trouble.clone());
        let asked = pace::asked(&error);
        let pause = backoff(trouble.in_row - 1, roll).max(asked);
        if self.in_row >= PROBE_AFTER {
            self.pace.hold(now, backoff(self.in_row - 1, roll).max(asked), &error);
        } else if error.kind == Kind::RateLimited {
            self.pace.hold(now, pause, &error);
        }
        if self.is_of_no_use(target, &trouble) {
            return self.end(target, error);
        }
        if !self.contact {
            return self.try_first_contact_again(now, target, &trouble, pause, asked);
        }
        if now >= since + PATIENCE {
            self.stopped = Some(borne(error, now - since));
            return;
        }
        if trouble.is_enough(now) {
            return self.end(target, borne(error, now - trouble.since));
        }
        let age = self.age(now, target);
        let regular = self.pause(now, age, roll).max(pause);
        let quick = trouble.in_row <= QUICK && pause < regular && self.pace.retry();
        let due = now + if quick { pause } else { regular };
        // The last look comes when patience ends, not a pause later.
        let last = (now + asked).max(trouble.since + PATIENCE);
        self.ask_again(target, due.min(last));
    }

    fn try_first_contact_again(
        &mut self,
        now: Duration,
        target: Target,
        trouble: &Trouble,
        pause: Duration,
        asked: Duration,
    ) {
        if self.started == 1 {
            self.contact_until += asked;
        }
        let more = trouble.error.retryable && trouble.in_row < TRIES;
        let in_time = self.started > 1 || now + pause < self.contact_until;
        if more && in_time && self.pace.retry() {
            return self.ask_again(target, now + pause);
        }
        if let Some(course) = self.course_mut(target) {
            course.exhausted = true;
            self.exhausted += 1;
        }
    }

    /// A list that was only to save requests and makes trouble instead.
    fn is_of_no_use(&self, target: Target, trouble: &Trouble) -> bool {
        let Target::Request(at) = target else { return false };
        let useless = |request: &Request| !request.named && (!request.seen || trouble.in_row >= TRIES);
        self.requests.get(at).is_some_and(useless)
    }

    fn age(&self, now: Duration, target: Target) -> Duration {
        match target {
            Target::Job(at) => self.jobs.get(at).map_or(Duration::ZERO, |job| job.age(now)),
            Target::Request(at) => self.list_age(now, at),
        }
    }

    fn course(&self, target: Target) -> Option<&Course> {
        match target {
            Target::Job(at) => self.jobs.get(at).map(|job| &job.course),
            Target::Request(at) => self.requests.get(at).map(|request| &request.course),
        }
    }

    pub(super) fn course_mut(&mut self, target: Target) -> Option<&mut Course> {
        match target {
            Target::Job(at) => self.jobs.get_mut(at).map(|job| &mut job.course),
            Target::Request(at) => self.requests.get_mut(at).map(|request| &mut request.course),
        }
    }

    pub(super) fn ask_again(&mut self, target: Target, due: Duration) {
        match target {
            Target::Job(at) => self.schedule(at, due),
            Target::Request(at) => {
                if let Some(request) = self.request(at).filter(|request| request.end.is_none()) {
                    request.course.due = Some(due);
                }
            }
        }
    }

    fn end(&mut self, target: Target, error: Error) {
        match target {
            Target::Job(at) => self.give_up(at, error),
            Target::Request(at) => self.end_list(at, Some(error)),
        }
    }
}

/// The trouble that ended it, and how long that was borne.
fn borne(error: Error, time: Duration) -> Error {
    let message = format!("{} (no better answer for {} s)", error.message, time.as_secs());
    Error { message, ..error }
}

fn is_later_page(order: &Order) -> bool {
    matches!(order.ask, Ask::Page { offset, .. } if offset > 0)
}
