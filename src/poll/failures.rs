//! PURE: what a failure changes. Few retries until the first good answer, patience afterwards; one layer of retries,
//! with a budget.

use std::sync::Arc;
use std::time::Duration;

use super::policy::{AT_THE_END, ErrorClass, LOOK_TIME, SHORTEST_ATTEMPT, TRIES, class_of};
use super::schedule::PROBE_AFTER;
use super::target::Subject;
use super::{Change, Engine};
use crate::backoff::backoff;
use crate::error::{Error, Kind};

/// Failures that may pass, of all requests together, since the last good answer. Requests that were under way together
/// meet the same one.
#[derive(Debug, Default)]
pub(super) struct Failures {
    pub(super) in_row: u32,
    last: Option<Duration>,
    pub(super) since: Option<Duration>,
    pub(super) error: Option<Arc<Error>>,
}

impl Failures {
    fn record(&mut self, now: Duration, asked_at: Duration, error: &Arc<Error>) {
        if self.last.is_none_or(|last| asked_at >= last) {
            self.in_row = self.in_row.saturating_add(1);
            self.last = Some(now);
        }
        self.since.get_or_insert(now);
        self.error = Some(Arc::clone(error));
    }
}

impl Engine {
    /// A request got no usable answer.
    pub(super) fn failed(&mut self, now: Duration, at: usize, error: Error, roll: f64) {
        let class = class_of(&error);
        let first_answer = !self.answered;
        if class != ErrorClass::Transient {
            self.answered = true;
            self.failures.in_row = 0;
        }
        match class {
            ErrorClass::Fatal => self.stop(at, error),
            ErrorClass::Forbidden if first_answer => self.stop(at, error),
            ErrorClass::Forbidden | ErrorClass::Unusable => self.settle(at, error),
            ErrorClass::NotFound => {
                self.record_success(now);
                self.missing(now, at, error, roll);
            }
            ErrorClass::Transient => self.passing(now, at, error, roll),
        }
    }

    /// Every other request would get the same error.
    fn stop(&mut self, at: usize, error: Error) {
        let error = Arc::new(error);
        if let Some(target) = self.targets.get_mut(at) {
            target.poll.record_success();
            target.poll.error = Some(Arc::clone(&error));
        }
        self.stopped = Some(error);
    }

    /// No such job or request: it may not exist yet.
    fn missing(&mut self, now: Duration, at: usize, error: Error, roll: f64) {
        let Some(target) = self.targets.get_mut(at) else { return };
        let Subject::Job(job) = &target.subject else { return self.list_missing(now, at, error, roll) };
        let was_seen = job.seen.is_some();
        target.poll.record_success();
        let since = target.poll.first_asked.unwrap_or(now);
        target.poll.missing_since = Some(since);
        target.poll.error = Some(Arc::new(error.clone()));
        if was_seen || now >= since + self.policy.grace {
            return self.settle(at, error);
        }
        let due = now + self.policy.interval(now.saturating_sub(since), roll);
        self.schedule(at, due.min(since + self.policy.grace));
    }

    /// A failure that may pass by itself.
    fn passing(&mut self, now: Duration, at: usize, mut error: Error, roll: f64) {
        let repeat = self.policy.repeat;
        let asked = self.policy.retry_after(&error);
        let made = self.contact.made;
        let Some(target) = self.targets.get_mut(at).filter(|target| target.is_open(repeat)) else { return };
        let poll = &mut target.poll;
        poll.tries = poll.tries.saturating_add(1);
        poll.not_before = now + asked;
        let failing_since = *poll.failing_since.get_or_insert(now);
        let (tries, asked_at) = (poll.tries, poll.asked_at);
        let attempts_until = if made { poll.attempts_began + LOOK_TIME } else { self.contact.until };
        let too_late = now + asked + SHORTEST_ATTEMPT > attempts_until;
        let refuses_to_wait = !repeat && too_late;
        if refuses_to_wait && !asked.is_zero() && tries < TRIES {
            error.message.push_str(&format!(" (it asked to wait {} s)", asked.as_secs()));
        }
        let shared = Arc::new(error.clone());
        poll.error = Some(Arc::clone(&shared));
        let gives_up_list = target.as_list().is_some_and(|list| !list.named && (!list.seen || tries >= TRIES));
        let was_well = self.failures.since.is_none();
        self.failures.record(now, asked_at, &shared);
        if error.kind == Kind::RateLimited
            && let Some(rate) = self.limiter.throttle(now, asked_at)
            && !std::mem::replace(&mut self.reported_throttled, true)
        {
            self.changes.push(Change::Throttled { rate });
        }
        let pause = backoff(tries - 1, roll).max(asked);
        if !made {
            self.contact.record_failure(&shared, asked, roll);
            return self.schedule(at, now + pause);
        }
        if was_well {
            self.changes.push(Change::Failing(shared));
        }
        if gives_up_list {
            return self.end_list(at, None);
        }
        // A pause that one job has no time for is not forced on the others.
        let asked_of_all = if refuses_to_wait { Duration::ZERO } else { asked };
        let patience = self.policy.patience;
        if self.failures.in_row >= PROBE_AFTER {
            // The last probe comes when patience ends, not a pause later.
            let left = self.failures.since.map_or(patience, |since| (since + patience).saturating_sub(now));
            self.limiter.hold(now, backoff(self.failures.in_row - 1, roll).min(left).max(asked_of_all));
        } else if error.kind == Kind::RateLimited {
            self.limiter.hold(now, backoff(tries - 1, roll).max(asked_of_all));
        }
        if let Some(since) = self.failures.since.filter(|since| now >= *since + patience) {
            self.stopped = Some(Arc::new(failing_for(error, now - since)));
        } else if now >= failing_since + patience {
            self.settle(at, failing_for(error, now - failing_since));
        } else {
            self.try_again(now, at, error, pause, asked, failing_since + patience);
        }
    }

    /// As a retry where the budget allows it; else at the next look; without a next look, not at all.
    fn try_again(
        &mut self,
        now: Duration,
        at: usize,
        error: Error,
        pause: Duration,
        asked: Duration,
        patience_until: Duration,
    ) {
        let regular = self.policy.interval(self.age(now, at), 0.5);
        let Some(poll) = self.targets.get_mut(at).map(|target| &mut target.poll) else { return };
        let in_time = poll.tries < TRIES && now + pause + SHORTEST_ATTEMPT <= poll.attempts_began + LOOK_TIME;
        let sooner = !self.policy.repeat || pause < regular;
        if error.retryable && !error.retried && in_time && sooner && self.limiter.may_retry() {
            return self.schedule(at, now + pause);
        }
        if !self.policy.repeat {
            return self.settle(at, error);
        }
        poll.tries = 0;
        // The last look comes when patience ends, not a pause later.
        let due = (now + regular.max(pause)).min(patience_until.max(now + asked));
        self.schedule(at, due);
    }

    /// Whether the deadline of the run cut this request of a job or list that was seen before: not a failure.
    pub(super) fn was_cut(&self, now: Duration, at: usize, error: &Error) -> bool {
        let at_the_end = self.policy.timeout.is_some_and(|timeout| now + AT_THE_END >= timeout);
        let seen = self.targets.get(at).is_some_and(|target| match &target.subject {
            Subject::Job(job) => job.seen.is_some(),
            Subject::List(list) => list.seen,
        });
        at_the_end && seen && error.kind == Kind::HttpTimeout && error.service.http_status.is_none()
    }
}

/// The error, with the time since the last good answer.
fn failing_for(error: Error, time: Duration) -> Error {
    let message = format!("{} (no other answer for {} s)", error.message, time.as_secs());
    Error { message, ..error }
}
