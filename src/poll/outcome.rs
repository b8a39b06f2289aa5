//! PURE: how a run ended: the last that is known of each job, and what each contributes to the exit code.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::Engine;
use super::policy::{ErrorClass, class_of};
use super::target::{JobState, ListState, PollState, Subject, Target, Via};
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::job::{Entry, Job, Stage, Status};

/// How it ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The last known state of each job: those asked for by id in that order, then request by request.
    pub entries: Vec<Entry>,
    /// Errors that are no job's own: those with whole requests, and what stopped a run that had no job yet.
    pub errors: Vec<Arc<Error>>,
    /// Why phones have no name although names were asked for.
    pub missing_names: Option<Arc<Error>>,
    /// Whether the time was up.
    pub timed_out: bool,
    /// Whether the first failed job ended it.
    pub failed_fast: bool,
    /// Whether an error that every other request would get ended it.
    pub stopped: bool,
}

impl Engine {
    /// How it ends, if it ends now.
    #[must_use]
    pub fn into_outcome(mut self, now: Duration) -> Outcome {
        let stopped = self.stopped.is_some();
        let timed_out = self.open > 0 && !stopped && self.policy.timeout.is_some_and(|timeout| now >= timeout);
        let failed_fast = self.policy.fail_fast && self.failed && self.open > 0 && !stopped;
        let last = self.failures.error.clone().filter(|_| !self.contact.made);
        let end = End { repeat: self.policy.repeat, failed_fast, last };
        let lists = self.targets.iter().filter_map(|target| Some((target.as_list()?, &target.poll)));
        let named = lists.filter(|(list, _)| list.named);
        let mut errors: Vec<Arc<Error>> = named.filter_map(|(list, poll)| self.list_error(list, poll, &end)).collect();
        // What stopped the run is reported once, not once a request.
        let mut reported = HashSet::new();
        errors.retain(|error| reported.insert(Arc::as_ptr(error)));
        let order = self.in_order();
        let mut entries = Vec::with_capacity(order.len());
        for at in order {
            let Some(Target { subject: Subject::Job(job), poll }) = self.targets.get_mut(at) else { continue };
            let via = job.via;
            let state = std::mem::replace(job, Box::new(JobState::new(Job::default(), Via::Itself)));
            let mut entry = end.entry(*state, poll, self.stopped.as_ref());
            if let (Stage::Seen, None, Via::List(list)) = (entry.stage, &entry.error, via) {
                // Who asks for it by its list learns from that list why it was not seen again.
                entry.error = self.targets.get(list).and_then(|list| list.poll.error.clone());
            }
            entry.job.phone_name = self.names.name_of(&entry.job).map(str::to_owned);
            entries.push(entry);
        }
        if entries.is_empty() && errors.is_empty() {
            errors.extend(self.stopped.take());
        }
        if let Some(refused) = self.refused_names() {
            let mut others = entries.iter().filter_map(|entry| entry.error.as_ref()).chain(&errors);
            if !others.any(|error| Arc::ptr_eq(error, refused)) {
                errors.push(Arc::clone(refused));
            }
        }
        let missing_names = self.missing_names(entries.iter().map(|entry| &entry.job));
        Outcome { entries, errors, missing_names, timed_out, failed_fast, stopped }
    }

    /// What is known of a job now.
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<Entry> {
        let Target { subject: Subject::Job(state), poll } = self.targets.get(at)? else { return None };
        let end = End { repeat: self.policy.repeat, failed_fast: false, last: None };
        let mut entry = end.entry(JobState::clone(state), poll, None);
        entry.job.phone_name = self.names.name_of(&entry.job).map(str::to_owned);
        Some(entry)
    }

    /// Places of items that were refused before they became jobs: there is nothing to ask.
    pub fn refused(&self) -> impl Iterator<Item = usize> {
        let asked_for = self.targets.iter().take(self.asked_for).enumerate();
        let is_refused = |target: &Target| target.as_job().is_some_and(|job| job.is_ended() && job.seen.is_none());
        asked_for.filter(move |(_, target)| is_refused(target)).map(|(at, _)| at)
    }

    /// Places of the jobs, each once: those asked for by id, then request by request.
    fn in_order(&self) -> Vec<usize> {
        let mut is_reported = vec![false; self.targets.len()];
        let jobs = |target: &Target, at: usize| match &target.subject {
            Subject::Job(_) => vec![at],
            Subject::List(list) => list.jobs.clone(),
        };
        let asked = self.targets.iter().take(self.asked_for).enumerate();
        let order = asked.flat_map(|(at, target)| jobs(target, at));
        order.filter(|at| is_reported.get_mut(*at).is_some_and(|reported| !std::mem::replace(reported, true))).collect()
    }

    /// What keeps a named request from being a success although none of its jobs says so.
    fn list_error(&self, list: &ListState, poll: &PollState, end: &End) -> Option<Arc<Error>> {
        let all_success = self.members(list).all(|job| job.job.status == Status::Success);
        let about = format!("request {}", list.request_id);
        if let Some(end) = &list.end {
            // One read was enough while a job had not succeeded; another list may have said since that it has.
            let unproven = end.is_none() && all_success && !list.confirmed;
            return end.clone().or_else(|| {
                let what = "every job on its list has succeeded since, but the list was read only once";
                let error = Error::new(Kind::BadAnswer, what).about(about);
                unproven.then(|| Arc::new(error.hint("ask again: a list is proof when two reads are equal")))
            });
        }
        if end.failed_fast {
            return None;
        }
        if self.members(list).any(|job| job.is_open(self.policy.repeat)) {
            // Jobs that have not ended have errors of their own.
            return None;
        }
        let own = poll.error.as_ref().map(|own| with_attempts(own, poll));
        if let Some(stopped) = &self.stopped {
            let own = own.filter(|_| class_of(stopped) == ErrorClass::Transient);
            return Some(own.unwrap_or_else(|| Arc::clone(stopped)));
        }
        if list.jobs.is_empty() {
            let own = own.or_else(|| end.last.clone());
            return Some(own.unwrap_or_else(|| Arc::new(no_answer(poll).about(about))));
        }
        if own.is_some() {
            return own;
        }
        all_success.then(|| {
            let what = "every job on its list succeeded, but two equal reads of the list did not fit into the time";
            let error = Error::new(Kind::BadAnswer, what).about(about);
            Arc::new(error.hint("wait again, with more time: the list is read until two reads are equal"))
        })
    }
}

/// What is common to all jobs at the end of a run.
struct End {
    repeat: bool,
    failed_fast: bool,
    /// The last failure, where there never was a good answer.
    last: Option<Arc<Error>>,
}

impl End {
    fn entry(&self, state: JobState, poll: &PollState, stopped: Option<&Arc<Error>>) -> Entry {
        let stage = match (&state.given_up, state.seen, poll.first_asked) {
            (Some(_), _, _) => Stage::Settled,
            (None, _, _) if !state.is_open(self.repeat) => Stage::Settled,
            (None, Some(_), _) => Stage::Seen,
            (None, None, Some(_)) => Stage::NeverSeen,
            (None, None, None) => Stage::NeverAsked,
        };
        let about = || format!("job {}", state.id());
        let error = match (stage, stopped) {
            (Stage::Settled, _) => state.given_up.as_ref().map(|error| with_attempts(error, poll)),
            // Of failures alike its own says more about it than the one that stopped the run.
            (Stage::NeverSeen, Some(stopped)) if class_of(stopped) == ErrorClass::Transient => {
                Some(poll.error.as_ref().map_or_else(|| Arc::clone(stopped), |own| with_attempts(own, poll)))
            }
            (_, Some(stopped)) => Some(Arc::clone(stopped)),
            (Stage::Seen, None) => poll.error.clone(),
            (Stage::NeverSeen | Stage::NeverAsked, None) if self.failed_fast => poll.error.clone(),
            (Stage::NeverSeen | Stage::NeverAsked, None) => {
                let own = poll.error.as_ref().map(|own| with_attempts(own, poll)).or_else(|| self.last.clone());
                Some(own.unwrap_or_else(|| Arc::new(no_answer(poll).about(about()))))
            }
        };
        let exit = match (state.job.status, stage, &error) {
            (Status::Success, Stage::Settled, None) => Exit::Ok,
            (Status::Failure, _, _) => Exit::Failed,
            (Status::Running, Stage::Settled, None) => Exit::Running,
            (Status::Running, Stage::Seen, _) if stopped.is_none() => Exit::Running,
            (_, _, Some(error)) => error.kind.exit(),
            // Only beside a job that failed.
            (_, _, None) => Exit::BadAnswer,
        };
        Entry { job: state.job, observed_at: state.observed_at, error, exit, stage }
    }
}

/// With the number of attempts, where one look had several.
fn with_attempts(error: &Arc<Error>, poll: &PollState) -> Arc<Error> {
    if poll.tries < 2 {
        return Arc::clone(error);
    }
    let message = format!("{} ({} attempts)", error.message, poll.tries);
    Arc::new(Error { message, ..Error::clone(error) })
}

fn no_answer(poll: &PollState) -> Error {
    let what = if poll.first_asked.is_some() {
        "timed out waiting for an answer"
    } else {
        "timed out before it was asked for"
    };
    Error::new(Kind::HttpTimeout, what)
}
