//! The engine against a service whose every answer is a byte of the input. `tests/model` checks more, with services
//! that are consistent; here nothing is. Invariants:
//!
//! - A run ends, at its deadline at the latest, `show` of one job within 30 s.
//! - The first request goes alone, 16 at most are in flight, one for each job or list; each is of use for 30 s at most
//!   and not beyond the deadline; a job or a list that asked to wait is left alone until then.
//! - After an answer that stops the run nothing is sent. What is no id is never asked for.
//! - The exit code is one that `verdict` allows for what was answered.

mod service;
mod verdict;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use self::service::{Sent, Service};
use self::verdict::Facts;
use super::input::two_parts;
use crate::ids::is_id;
use crate::job::{self, Job, Status};
use crate::poll::{Answer, Engine, IN_FLIGHT, Policy, Query, Step};

const REQUESTS: [&str; 2] = ["r0", "r1"];
const LOOK: Duration = Duration::from_secs(30);
/// More than the longest input needs; a run of an hour has 3600 looks at one job.
const MOST_STEPS: usize = 200_000;

/// How the run is started in the first bytes, until 0xff, then the service's answers.
pub fn engine(data: &[u8]) {
    let (how, answers) = two_parts(data);
    let how = |at: usize| how.get(at).copied().unwrap_or_default();
    let policy = policy(how(0), how(1));
    let ids: Vec<String> = (0..how(2) % 7).map(|n| format!("j{n}")).collect();
    let requests: Vec<String> = REQUESTS.iter().take(usize::from(how(3) % 3)).map(|id| (*id).to_owned()).collect();
    let refused = usize::from(how(3) / 3 % 2);
    let items = (0..refused).map(|_| Job { status: Status::Failure, ..Job::default() });
    let jobs: Vec<Job> = items.chain(ids.iter().map(|id| Job::unanswered(id))).collect();
    let mut run = Run {
        engine: Engine::new(policy.clone(), jobs, &requests),
        service: Service::new(answers),
        facts: Facts::new(ids, requests, refused, policy.repeat),
        policy,
        now: Duration::ZERO,
        sent: 0,
        answered: 0,
        under_way: BTreeMap::new(),
        not_before: HashMap::new(),
    };
    run.carry_through();
    let Run { engine, facts, now, .. } = run;
    let outcome = engine.into_outcome(now);
    let verdict = job::verdict(&outcome.entries, &outcome.errors);
    facts.check(&outcome, verdict);
}

fn policy(kind: u8, timeout: u8) -> Policy {
    let mut policy = if kind & 1 == 0 { Policy::wait() } else { Policy::show() };
    policy.keep_texts = kind & 2 == 0;
    policy.names = kind & 4 != 0;
    if policy.repeat {
        policy.fail_fast = kind & 8 != 0;
        policy.interval = (kind & 16 != 0).then(|| Duration::from_secs(1 + u64::from(kind >> 5) * 8));
        policy.timeout = (timeout > 0).then(|| Duration::from_secs(u64::from(timeout) * 4));
    }
    policy
}

struct Run<'a> {
    engine: Engine,
    service: Service<'a>,
    facts: Facts,
    policy: Policy,
    now: Duration,
    sent: usize,
    answered: usize,
    under_way: BTreeMap<(Duration, usize), Sent>,
    /// Until when a job or a list asked not to be asked for.
    not_before: HashMap<String, Duration>,
}

impl Run<'_> {
    fn carry_through(&mut self) {
        for _ in 0..MOST_STEPS {
            let wake = match self.engine.next(self.now) {
                Step::Ended => return self.ended(),
                Step::Send(attempt) => {
                    assert!(!self.facts.is_stopped(), "{attempt:?} after the end");
                    assert!(attempt.until > self.now && attempt.until <= self.now + LOOK, "{attempt:?}");
                    assert!(self.policy.timeout.is_none_or(|timeout| attempt.until <= timeout));
                    let sent = self.service.answer(self.now, attempt);
                    self.check(&sent);
                    self.under_way.insert((sent.at, self.sent), sent);
                    self.sent += 1;
                    continue;
                }
                Step::Sleep(wake) => wake,
            };
            assert!(wake.is_none_or(|wake| wake > self.now), "it sleeps until {wake:?} at {:?}", self.now);
            let next = self.under_way.first_key_value().map(|((at, _), _)| *at);
            self.now = wake.into_iter().chain(next).min().expect("it sleeps for ever");
            if let Some(entry) = self.under_way.first_entry().filter(|entry| entry.key().0 <= self.now) {
                let sent = entry.remove();
                self.deliver(sent);
            }
        }
        panic!("no end at {:?} after {} requests", self.now, self.sent);
    }

    fn deliver(&mut self, sent: Sent) {
        self.answered += 1;
        self.facts.add(&sent);
        if let (Err(error), Some(subject)) = (&sent.answer, subject(&sent.attempt.query)) {
            let asked = error.service.retry_after.unwrap_or_default();
            let asked = if self.policy.repeat { asked.min(Duration::from_secs(60)) } else { asked };
            self.not_before.insert(subject.to_owned(), self.now + asked);
        }
        self.engine.answered(self.now, &sent.attempt, sent.answer, sent.roll);
        let snapshot = self.engine.snapshot(self.now);
        assert_eq!(snapshot.elapsed, self.now);
    }

    fn check(&self, sent: &Sent) {
        let looks = |sent: &&Sent| subject(&sent.attempt.query).is_some();
        assert!(self.under_way.values().filter(looks).count() < IN_FLIGHT);
        assert!(self.sent == 0 || self.answered > 0, "the first request is not answered");
        let query = &sent.attempt.query;
        let twice = self.under_way.values().any(|other| subject(&other.attempt.query) == subject(query));
        assert!(!twice, "{query:?} is under way twice");
        let Some(subject) = subject(query) else { return };
        assert!(is_id(subject) && self.facts.may_ask(query), "{query:?}");
        let not_before = self.not_before.get(subject).copied().unwrap_or_default();
        assert!(self.now >= not_before, "{query:?} at {:?}, not before {not_before:?}", self.now);
    }

    fn ended(&self) {
        assert!(self.engine.is_ended(self.now));
        assert!(self.policy.timeout.is_none_or(|timeout| self.now <= timeout), "{:?}", self.now);
        let is_one = !self.policy.repeat && !self.policy.names && self.facts.is_one_job();
        assert!(!is_one || self.now <= LOOK, "one job took {:?}", self.now);
        assert!(!self.facts.has_open_job(&self.policy, self.now), "it ended without a reason");
    }
}

/// The job or the list that is asked for; `None` for the names of phones.
fn subject(query: &Query) -> Option<&str> {
    match query {
        Query::Job(id) => Some(id),
        Query::Page { request_id, .. } => Some(request_id),
        Query::Phones { .. } => None,
    }
}

/// What the answers say of jobs: id, status and number in the order of the list.
fn statuses(answer: &Answer) -> Vec<(&str, Status)> {
    let one = |job: &'_ Job| job.status;
    match answer {
        Answer::Job(seen) => vec![(seen.job.job_id.as_deref().unwrap_or_default(), one(&seen.job))],
        Answer::Page(page) => {
            page.iter().map(|seen| (seen.job.job_id.as_deref().unwrap_or_default(), one(&seen.job))).collect()
        }
        Answer::Phones(_) => Vec::new(),
    }
}
