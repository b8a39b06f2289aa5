//! PURE: what a good answer changes. One place for what a job's own answer and a list say of a job.

use std::sync::Arc;
use std::time::Duration;

use super::policy::{LONG_TEXTS, TEXT_BUDGET};
use super::target::{Subject, Target};
use super::{Answer, Attempt, Change, Engine, Query};
use crate::error::{Error, Kind};
use crate::ids::is_id;
use crate::job::{Job, Observation, Status};

/// Lists that were found through a job's request id and did not list it: after so many no more are tried.
const MOST_USELESS_LISTS: usize = 3;
/// Request ids that are kept for each job or list that is asked for.
const MOST_REQUEST_IDS_PER_TARGET: usize = 2;

impl Engine {
    /// The answer to a request. `roll` is a new random number from 0 to 1.
    pub fn answered(&mut self, now: Duration, attempt: &Attempt, answer: Result<Answer, Error>, roll: f64) {
        if let Query::Phones { .. } = attempt.query {
            let phones = |answer| if let Answer::Phones(phones) = answer { phones } else { Vec::new() };
            return self.phones_answered(now, answer.map(phones), roll);
        }
        self.in_flight = self.in_flight.saturating_sub(1);
        self.finished += 1;
        let at = attempt.target;
        let Some(target) = self.targets.get_mut(at) else { return };
        target.poll.in_flight = false;
        self.limiter.took(now.saturating_sub(target.poll.asked_at));
        self.has_long_texts |= answer.as_ref().is_ok_and(|answer| answer.text_bytes() > LONG_TEXTS);
        match answer {
            Ok(Answer::Job(observation)) => self.job_answered(now, at, *observation, roll),
            Ok(Answer::Page(page)) => self.page_answered(now, at, page, roll),
            Ok(Answer::Phones(_)) => {}
            // Behind the last job some services say "not found" in place of an empty page.
            Err(error) if error.kind == Kind::NotFound && is_later_page(attempt) => {
                self.page_answered(now, at, Vec::new(), roll);
            }
            Err(error) if self.was_cut(now, at, &error) => {}
            Err(error) => self.failed(now, at, error, roll),
        }
    }

    fn job_answered(&mut self, now: Duration, at: usize, observation: Observation, roll: f64) {
        self.record_success(now);
        let request_id = observation.job.request_id.clone().filter(|id| is_id(id));
        self.observe(now, at, observation);
        let Some(target) = self.targets.get(at).filter(|target| target.is_open(self.policy.repeat)) else { return };
        let look_began = target.poll.look_began;
        let mut pause = self.policy.interval(self.age(now, at), roll);
        if self.singles.len() as f64 > self.limiter.rate(now) * pause.as_secs_f64() {
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
        self.forget_old_request_ids();
        let first = *self.first_job_of_request.entry(request_id.clone()).or_insert(at);
        if first != at {
            let list = self.targets.len();
            self.targets.push(Target::list(&request_id, false));
            self.found_lists.push(list);
            self.looked_into.insert(request_id);
            self.schedule(list, now);
        }
    }

    /// A service may name another request in each answer: an id that its job no longer names is of no use.
    fn forget_old_request_ids(&mut self) {
        if self.first_job_of_request.len() <= MOST_REQUEST_IDS_PER_TARGET * self.targets.len() {
            return;
        }
        let targets = &self.targets;
        let names = |at: usize| targets.get(at).and_then(Target::as_job)?.job.request_id.as_deref();
        self.first_job_of_request.retain(|id, at| names(*at) == Some(id));
    }

    /// Applies what a good answer says of a job.
    pub(super) fn observe(&mut self, now: Duration, at: usize, mut observation: Observation) {
        let Some(Target { subject: Subject::Job(job), poll }) = self.targets.get_mut(at) else { return };
        let status = observation.job.status;
        if job.is_ended() {
            if matches!(status, Status::Success | Status::Failure) && status != job.job.status {
                return self.contradict(at);
            }
            // A terminal state is final.
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
        if let Some(phone_id) = observation.job.phone_id.as_deref().filter(|_| self.policy.names) {
            self.names.want(now, phone_id);
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

    /// A job that the service reported as success and as failure is neither.
    fn contradict(&mut self, at: usize) {
        let Some(job) = self.targets.get_mut(at).and_then(Target::as_job_mut) else { return };
        job.job.status = Status::Unknown;
        job.job.status_code = None;
        let what = "the service reported it as success and as failure";
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
            let may = error.retryable && !error.retried && self.limiter.may_retry();
            if !may {
                self.settle(at, Error::clone(&error));
            }
        }
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

fn is_later_page(attempt: &Attempt) -> bool {
    matches!(attempt.query, Query::Page { range, .. } if range.offset > 0)
}
