//! Which exit codes are right for what was answered, by the contract alone: 0 only where every job is known to have
//! succeeded, 1 exactly where one is known to have failed, and each other code only for a reason of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::service::Sent;
use super::statuses;
use crate::error::Kind;
use crate::exit::Exit;
use crate::ids::is_id;
use crate::job::{Stage, Status};
use crate::poll::{Outcome, PAGE, PageRange, Policy, Query};

/// For so long a patient run bears that a job is not answered.
const PATIENCE: Duration = Duration::from_secs(300);

#[derive(Debug)]
pub(super) struct Facts {
    asked: Vec<String>,
    requests: Vec<String>,
    refused: usize,
    repeat: bool,
    /// What was said of each job that counts: one that was asked for, or that a request's list named before.
    jobs: BTreeMap<String, Vec<Status>>,
    /// Jobs of which a failure was received in a way that must count, and those whose answer before may be the last
    /// that counts: unusable, refused, not found, or none for too long.
    failed: BTreeSet<String>,
    given_up: BTreeSet<String>,
    errors: BTreeSet<&'static str>,
    /// Full and empty first pages of each request.
    reads: BTreeMap<String, usize>,
    /// The jobs of the read that goes on, of each list.
    listed: BTreeMap<String, Vec<String>>,
    has_empty_list: bool,
    stopped: bool,
}

impl Facts {
    pub(super) fn new(asked: Vec<String>, requests: Vec<String>, refused: usize, repeat: bool) -> Self {
        Self {
            jobs: asked.iter().map(|id| (id.clone(), Vec::new())).collect(),
            asked,
            requests,
            refused,
            repeat,
            failed: BTreeSet::new(),
            given_up: BTreeSet::new(),
            errors: BTreeSet::new(),
            reads: BTreeMap::new(),
            listed: BTreeMap::new(),
            has_empty_list: false,
            stopped: false,
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    pub(super) fn is_one_job(&self) -> bool {
        self.asked.len() == 1 && self.requests.is_empty()
    }

    /// Only what was asked for, what a list named, and lists that two jobs named.
    pub(super) fn may_ask(&self, query: &Query) -> bool {
        match query {
            Query::Job(id) => self.jobs.contains_key(id),
            Query::Page { request_id, range } => {
                (1..=100).contains(&range.limit) && (request_id == "found" || self.requests.contains(request_id))
            }
            Query::Phones { .. } => true,
        }
    }

    pub(super) fn add(&mut self, sent: &Sent) {
        let query = &sent.attempt.query;
        let answer = match &sent.answer {
            Ok(answer) => answer,
            Err(error) => {
                let may_pass = self.repeat && sent.at < PATIENCE && error.retryable;
                if let Query::Job(id) = query
                    && !may_pass
                {
                    self.given_up.insert(id.clone());
                }
                let is_look = !matches!(query, Query::Phones { .. });
                // Where names can't be read, only names are missing, but a refused credential is refused for all.
                if is_look || error.kind == Kind::AuthRejected {
                    self.errors.insert(error.kind.word());
                    self.stopped |= matches!(error.kind, Kind::AuthRejected | Kind::Tls);
                }
                return;
            }
        };
        let told = statuses(answer);
        if let Query::Page { request_id, range } = query {
            let named = self.requests.contains(request_id);
            self.has_empty_list |= named && told.is_empty();
            if named && range.offset == 0 && !told.is_empty() {
                *self.reads.entry(request_id.clone()).or_default() += 1;
            }
            let adds = !self.shows_counted_pages(request_id, range, &told);
            for (id, status) in told {
                if (named && adds) || self.jobs.contains_key(id) {
                    self.told(id, status);
                }
            }
            return;
        }
        told.into_iter().for_each(|(id, status)| self.told(id, status));
    }

    /// Takes a page into the read of its list. Whether it is the last known job and new ones where the end of the list
    /// would be: then the service counts pages, and the page adds no job.
    fn shows_counted_pages(&mut self, list: &str, range: &PageRange, page: &[(&str, Status)]) -> bool {
        let read = self.listed.entry(list.to_owned()).or_default();
        if range.offset == 0 {
            read.clear();
        }
        let is_new = |(id, _): &&(&str, Status)| !read.iter().any(|known| known == id);
        let new: Vec<String> = page.iter().filter(is_new).map(|(id, _)| (*id).to_owned()).collect();
        let begins_with_last = page.first().is_some_and(|(id, _)| read.last().is_some_and(|last| last == id));
        let counted = range.limit < PAGE && begins_with_last && !new.is_empty() && new.len() + 1 == page.len();
        read.extend(new);
        counted
    }

    fn told(&mut self, id: &str, status: Status) {
        self.jobs.entry(id.to_owned()).or_default().push(status);
        // What can't be asked for is given up as soon as it is told as no failure.
        if status == Status::Unknown || (!is_id(id) && status != Status::Failure) {
            self.given_up.insert(id.to_owned());
        }
        if status == Status::Failure && !self.given_up.contains(id) {
            self.failed.insert(id.to_owned());
        }
    }

    /// Whether a patient run ended although a job may still end, and time, patience and the service allow to wait.
    pub(super) fn has_open_job(&self, policy: &Policy, now: Duration) -> bool {
        let has_error = !self.errors.is_empty() || self.has_empty_list;
        let may_wait = policy.repeat && !policy.fail_fast && policy.timeout.is_none_or(|timeout| now < timeout);
        let is_running = |told: &[Status]| told.iter().all(|status| *status == Status::Running);
        may_wait && !has_error && self.jobs.iter().any(|(id, told)| is_id(id) && is_running(told))
    }

    fn has(&self, id: &str, status: Status) -> bool {
        self.jobs.get(id).is_some_and(|told| told.contains(&status))
    }

    /// Told as one and as the other.
    fn is_contradicted(&self, id: &str) -> bool {
        self.has(id, Status::Success) && self.has(id, Status::Failure)
    }

    pub(super) fn check(&self, outcome: &Outcome, verdict: Exit) {
        let any = |is: &dyn Fn(&str) -> bool| self.jobs.keys().any(|id| is(id));
        let error = |words: &[&str]| words.iter().any(|word| self.errors.contains(word));
        let case = || format!("{verdict:?} {self:#?} {outcome:#?}");
        let failed = |id: &str| self.has(id, Status::Failure) && !self.has(id, Status::Success);
        let must_fail = |id: &str| self.failed.contains(id) && !self.has(id, Status::Success);
        if self.refused > 0 || any(&must_fail) {
            assert_eq!(verdict, Exit::Failed, "{}", case());
        }
        let reason = match verdict {
            Exit::Ok => {
                let proven = |id: &str| is_id(id) && self.has(id, Status::Success) && !self.has(id, Status::Failure);
                let read_twice = self.requests.iter().all(|id| self.reads.get(id).is_some_and(|reads| *reads >= 2));
                self.jobs.keys().all(|id| proven(id)) && read_twice && !outcome.entries.is_empty()
            }
            Exit::Failed => self.refused > 0 || any(&failed),
            Exit::Auth => error(&["auth_rejected", "forbidden"]),
            Exit::NotFound => error(&["not_found"]) || self.has_empty_list || outcome.entries.is_empty(),
            Exit::Unreachable => {
                error(&["unreachable", "http_timeout", "rate_limited", "service_error", "tls"]) || outcome.timed_out
            }
            Exit::BadAnswer => {
                let unusable = |id: &str| self.has(id, Status::Unknown) || self.is_contradicted(id) || !is_id(id);
                error(&["bad_answer", "wrong_job"])
                    || any(&unusable)
                    || !self.requests.is_empty()
                    || outcome.failed_fast
            }
            Exit::Running => {
                let running = |id: &str| self.has(id, Status::Running);
                any(&running) && (!self.repeat || outcome.timed_out)
            }
            Exit::Usage | Exit::Local => false,
        };
        assert!(reason, "no reason for {}", case());
        self.check_entries(outcome);
    }

    fn check_entries(&self, outcome: &Outcome) {
        let ids: Vec<&str> = outcome.entries.iter().filter_map(|entry| entry.job.job_id.as_deref()).collect();
        assert!(ids.iter().zip(&self.asked).all(|(id, asked)| id == asked), "{ids:?}");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert_eq!(outcome.entries.len(), ids.len() + self.refused);
        for entry in outcome.entries.iter().filter(|entry| entry.job.job_id.is_some()) {
            let id = entry.job.job_id.as_deref().unwrap_or_default();
            let status = entry.job.status;
            assert!(status == Status::Unknown || self.has(id, status), "{entry:?}");
            assert!(entry.exit != Exit::Ok || (status == Status::Success && !self.is_contradicted(id)), "{entry:?}");
            assert!(entry.exit != Exit::Failed || status == Status::Failure, "{entry:?}");
            assert!(entry.stage != Stage::NeverAsked || !self.has(id, Status::Success), "{entry:?}");
        }
    }
}
