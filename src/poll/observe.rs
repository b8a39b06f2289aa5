//! PURE: what an answer, or none, changes. Impatient until the first good answer, patient afterwards.

use std::sync::Arc;
use std::time::Duration;

use super::policy::{Class, LOOK_TIME, SHORTEST_ATTEMPT, TEXT_BUDGET, TRIES, class};
use super::schedule::PROBE_AFTER;
use super::target::{Subject, Target};
use super::{Answer, Ask, Change, Engine, Order};
use crate::backoff::backoff;
use crate::error::{Error, Kind};
use crate::ids::is_id;
use crate::job::{Job, Observation, Status};

/// Lists that were found by what jobs said and listed none of them: more are not looked for.
const MOST_USELESS_LISTS: usize = 3;
/// A request that is cut so shortly before the deadline was cut by it.
const AT_THE_END: Duration = Duration::from_millis(100);

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
    /// An order was carried out. `roll` is a number from 0 to 1, drawn anew each time.
    pub fn answered(&mut self, now: Duration, order: &Order, answer: Result<Answer, Error>, roll: f64) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.finished += 1;
        let at = order.target;
        let Some(target) = self.targets.get(at) else { return };
        self.pace.took(now.saturating_sub(target.poll.asked_at));
        match answer {
            Ok(Answer::Job(observation)) => self.job_answered(now, at, *observation, roll),
            Ok(Answer::Page(page)) => self.page_answered(now, at, page, roll),
            // Behind the last job some services say "not found" in place of an empty page.
            Err(error) if error.kind == Kind::NotFound && is_later_page(order) => {
                self.page_answered(now, at, Vec::new(), roll);
            }
            Err(error) if self.was_cut(now, at, &error) => {}
            Err(error) => self.failed(now, at, error, roll),
        }
    }

    /// A request that the end of the run cut short is no failure of what was seen before.
    fn was_cut(&self, now: Duration, at: usize, error: &Error) -> bool {
        let at_the_end = self.policy.timeout.is_some_and(|timeout| now + AT_THE_END >= timeout);
        let seen = self.targets.get(at).is_some_and(|target| match &target.subject {
            Subject::Job(job) => job.seen.is_some(),
            Subject::List(list) => list.seen,
        });
        at_the_end && seen && error.kind == Kind::HttpTimeout && error.service.http_status.is_none()
    }

    fn job_answered(&mut self, now: Duration, at: usize, observation: Observation, roll: f64) {
        self.record_success(now);
        let request_id = observation.job.request_id.clone().filter(|id| is_id(id));
        self.see(now, at, observation);
        let Some(target) = self.targets.get(at).filter(|target| target.is_open(self.policy.repeat)) else { return };
        let look_began = target.poll.look_began;
        let mut pause = self.policy.interval(self.age(now, at), roll);
        if self.singles.len() as f64 > self.pace.rate(now) * pause.as_secs_f64() {
            // More than there is time for: in the order of the last looks, which chance must not change.
            pause = self.policy.interval(self.age(now, at), 0.5);
        }
        self.schedule(at, after_look(now, look_began, pause));
        if let Some(request_id) = request_id {
            self.look_into(now, at, request_id);
        }
    }

    /// Two jobs name the same request: its list may answer for them and many more.
    fn look_into(&mut self, now: Duration, at: usize, request_id: String) {
        if self.open < 2 || self.asked_for < 2 {
            return;
        }
        let useless = |at: &&usize| self.targets.get(**at).and_then(Target::as_list).is_some_and(|list| !list.seen);
        if self.found_lists.iter().filter(useless).count() >= MOST_USELESS_LISTS
            || self.looked_into.contains(&request_id)
        {
            return;
        }
        let first = *self.named_by.entry(request_id.clone()).or_insert(at);
        if first != at {
            let list = self.targets.len();
            self.targets.push(Target::list(&request_id, false));
            self.found_lists.push(list);
            self.looked_into.insert(request_id);
            self.schedule(list, now);
        }
    }

    /// Takes in what a good answer says of a job.
    pub(super) fn see(&mut self, now: Duration, at: usize, mut observation: Observation) {
        let Some(Target { subject: Subject::Job(job), poll }) = self.targets.get_mut(at) else { return };
        let status = observation.job.status;
        if job.is_ended() {
            if matches!(status, Status::Success | Status::Failure) && status != job.job.status {
                return self.contradict(at);
            }
            // A terminal state is final, whatever is said later.
            return;
        }
        if job.given_up.is_some() {
            return;
        }
        poll.record_success();
        let texts = observation.job.text_bytes();
        let others = self.texts - job.texts;
        job.texts = texts;
        self.texts = others + texts;
        if self.texts > TEXT_BUDGET {
            self.texts = others;
            return self.drop_texts(at);
        }
        if !self.policy.keep_texts {
            observation.job.drop_messages();
        }
        let (first, was_open) = (job.seen.is_none(), job.is_open(self.policy.repeat));
        if status == Status::Unknown {
            let error = observation.error.take();
            job.job = observation.job;
            job.observed_at = Some(observation.at);
            return self.settle(at, error.unwrap_or_else(|| Error::new(Kind::BadAnswer, "no status in the answer")));
        }
        job.record(now, observation);
        let is_open = job.is_open(self.policy.repeat);
        self.failed |= status == Status::Failure;
        if was_open && !is_open {
            self.open = self.open.saturating_sub(1);
            self.unschedule(at);
            self.changes.push(Change::Ended(at));
        } else if first {
            self.changes.push(Change::Seen(at));
        }
    }

    /// A job that was told as success and as failure is neither.
    fn contradict(&mut self, at: usize) {
        let Some(job) = self.targets.get_mut(at).and_then(Target::as_job_mut) else { return };
        job.job.status = Status::Unknown;
        job.job.status_code = None;
        let what = "the service told it as success and as failure";
        let error = Error::new(Kind::BadAnswer, what).about(format!("job {}", job.id()));
        job.given_up = Some(Arc::new(error.hint("look at the job in the console")));
        self.changes.push(Change::GivenUp(at));
    }

    /// The texts of all jobs are too much for this machine: hostile, so the answer is not used.
    fn drop_texts(&mut self, at: usize) {
        let Some(job) = self.targets.get_mut(at).and_then(Target::as_job_mut) else { return };
        job.texts = 0;
        job.job = Job::unanswered(job.id());
        let what = format!("the texts of all jobs are over {} MiB", TEXT_BUDGET >> 20);
        let error = Error::new(Kind::BadAnswer, what).about(format!("job {}", job.id()));
        self.settle(at, error.hint("ask about fewer jobs at once"));
    }

    /// A good answer: failures are over.
    pub(super) fn record_success(&mut self, now: Duration) {
        self.answered = true;
        let failures = std::mem::take(&mut self.failures);
        if self.contact.made {
            if let Some(since) = failures.since {
                self.changes.push(Change::Recovered(now.saturating_sub(since)));
            }
            return;
        }
        self.contact.made = true;
        if self.policy.repeat {
            return;
        }
        // What failed before is retried now, as far as retries go.
        let failed: Vec<usize> = self.singles.iter().chain(&self.lists).map(|(_, at)| *at).collect();
        for at in failed {
            let error = self.targets.get(at).and_then(|target| target.poll.error.clone());
            let Some(error) = error else { continue };
            let may = error.retryable && !error.retried && self.pace.may_retry();
            if !may {
                self.settle(at, Error::clone(&error));
            }
        }
    }

    fn failed(&mut self, now: Duration, at: usize, error: Error, roll: f64) {
        let class = class(&error);
        let first_answer = !self.answered;
        if class != Class::Passes {
            self.answered = true;
            self.failures.in_row = 0;
        }
        match class {
            Class::Stops => self.stop(at, error),
            Class::Forbids if first_answer => self.stop(at, error),
            Class::Forbids | Class::Useless => self.settle(at, error),
            Class::Misses => {
                self.record_success(now);
                self.missing(now, at, error, roll);
            }
            Class::Passes => self.passing(now, at, error, roll),
        }
    }

    /// All other jobs would only meet this again.
    fn stop(&mut self, at: usize, error: Error) {
        let error = Arc::new(error);
        if let Some(target) = self.targets.get_mut(at) {
            target.poll.record_success();
            target.poll.error = Some(Arc::clone(&error));
        }
        self.stopped = Some(error);
    }

    /// No such job, or no such request: it may not be there yet.
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
        let failing_since = *poll.failing_since.get_or_insert(now);
        let (tries, asked_at) = (poll.tries, poll.asked_at);
        let attempts_until = if made { poll.attempts_began + LOOK_TIME } else { self.contact.until };
        let too_late = now + asked + SHORTEST_ATTEMPT > attempts_until;
        if !repeat && !asked.is_zero() && too_late && tries < TRIES {
            error.message.push_str(&format!(" (it asked to wait {} s)", asked.as_secs()));
        }
        let shared = Arc::new(error.clone());
        poll.error = Some(Arc::clone(&shared));
        let gives_up_list = target.as_list().is_some_and(|list| !list.named && (!list.seen || tries >= TRIES));
        let was_well = self.failures.since.is_none();
        self.failures.record(now, asked_at, &shared);
        if error.kind == Kind::RateLimited
            && let Some(rate) = self.pace.throttle(now, asked_at)
        {
            self.changes.push(Change::Throttled { rate });
        }
        if gives_up_list {
            return self.end_list(at, None);
        }
        let pause = backoff(tries - 1, roll).max(asked);
        if !made {
            self.contact.record_failure(&shared, asked, roll);
            return self.schedule(at, now + pause);
        }
        if was_well {
            self.changes.push(Change::Failing(shared));
        }
        if self.failures.in_row >= PROBE_AFTER {
            self.pace.hold(now, backoff(self.failures.in_row - 1, roll).max(asked));
        } else if error.kind == Kind::RateLimited {
            self.pace.hold(now, pause);
        }
        let patience = self.policy.patience;
        if let Some(since) = self.failures.since.filter(|since| now >= *since + patience) {
            self.stopped = Some(Arc::new(failing_for(error, now - since)));
        } else if now >= failing_since + patience {
            self.settle(at, failing_for(error, now - failing_since));
        } else {
            self.try_again(now, at, error, pause, asked, failing_since + patience);
        }
    }

    /// Soon, as far as retries go; else at the next look, and where there is none, not at all.
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
        if error.retryable && !error.retried && in_time && sooner && self.pace.may_retry() {
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

    /// How long what is asked for has been running.
    pub(super) fn age(&self, now: Duration, at: usize) -> Duration {
        let Some(target) = self.targets.get(at) else { return Duration::ZERO };
        match &target.subject {
            Subject::Job(job) => job.age(now, &target.poll),
            Subject::List(_) => self.list_age(now, at),
        }
    }
}

/// The next look: a pause after this one began, and some of it after the answer came.
pub(super) fn after_look(now: Duration, look_began: Duration, pause: Duration) -> Duration {
    (look_began + pause).max(now + pause / 2)
}

/// The error that ended it, and for how long there was no better answer.
fn failing_for(error: Error, time: Duration) -> Error {
    let message = format!("{} (no better answer for {} s)", error.message, time.as_secs());
    Error { message, ..error }
}

fn is_later_page(order: &Order) -> bool {
    matches!(order.ask, Ask::Page { range, .. } if range.offset > 0)
}
