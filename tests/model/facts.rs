//! What the engine really received, job by job, and what that alone decides about the run.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use cph::error::Kind;
use cph::job::Status;
use cph::poll::Query;

use crate::driver::{Received, Run, Said, Sent};
use crate::lists::{Ending, Read, reads};
use crate::scenario::{Scenario, s};

/// One thing that an answer said of one job.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fact {
    pub(crate) number: usize,
    pub(crate) at: Duration,
    pub(crate) said: About,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Status(Status),
    Error(Kind, bool),
}

/// What ends a run for all jobs at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// 401.
    Refused,
    /// 403 to the first request.
    Forbidden,
    /// A certificate.
    Tls,
}

pub(crate) struct Facts<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) run: &'a Run,
    /// All jobs that the exit code is about.
    pub(crate) jobs: BTreeMap<&'a str, Vec<Fact>>,
    pub(crate) reads: BTreeMap<&'a str, Vec<Read>>,
    /// All jobs that any answer ever listed for a request.
    pub(crate) listed: HashMap<&'a str, HashSet<&'a str>>,
    /// The first such answer, its event and time.
    pub(crate) stop: Option<(Stop, usize, Duration)>,
    /// The first good answer, its event and time.
    pub(crate) contact: Option<(usize, Duration)>,
    /// When there was a good answer, in order, and the last one before everything was decided.
    pub(crate) good: Vec<Duration>,
    pub(crate) last_good: Option<Duration>,
    /// When there was an answer of any use, a refusal of one job included.
    pub(crate) alive: Vec<Duration>,
    /// When there was a failure that may pass.
    pub(crate) failing: Vec<Duration>,
    /// Whether the run came to its time limit.
    pub(crate) timed_out: bool,
    begun: HashMap<&'a str, i64>,
    /// Pages that show that the service counts pages: they add no job to those that are known.
    disproved: HashSet<usize>,
}

impl<'a> Facts<'a> {
    pub(crate) fn gather(scenario: &'a Scenario, run: &'a Run) -> Self {
        let listed = scenario.lists.iter().flat_map(|list| list.members.iter().map(|member| &member.job));
        let begun = scenario.jobs.iter().chain(listed).filter_map(|job| Some((job.id.as_str(), job.begun?)));
        let mut facts = Self {
            begun: begun.collect(),
            disproved: HashSet::new(),
            scenario,
            run,
            jobs: scenario.jobs.iter().map(|job| (job.id.as_str(), Vec::new())).collect(),
            reads: BTreeMap::new(),
            listed: HashMap::new(),
            stop: None,
            contact: None,
            good: Vec::new(),
            last_good: None,
            alive: Vec::new(),
            failing: Vec::new(),
            timed_out: run.ended.zip(scenario.policy.timeout).is_some_and(|(ended, timeout)| ended >= timeout),
        };
        for list in &scenario.lists {
            let reads = reads(run, &list.request_id);
            let disproved = reads.iter().filter(|read| read.ending == Ending::CountsPages);
            facts.disproved.extend(disproved.map(|read| read.number));
            if scenario.requests.contains(&list.request_id) {
                facts.reads.insert(&list.request_id, reads);
            }
        }
        for (at, (sent, received)) in run.answers().enumerate() {
            facts.add(sent, received, at == 0);
        }
        facts
    }

    fn add(&mut self, sent: &'a Sent, received: &'a Received, first: bool) {
        let (number, at) = (received.number, received.at);
        match &received.said {
            Said::Job(_) | Said::Page(_) | Said::Error { kind: Kind::NotFound, .. } => {
                self.contact.get_or_insert((number, at));
                self.good.push(at);
                self.alive.push(at);
                if number < self.run.decided {
                    self.last_good = Some(at);
                }
            }
            // A 501 is not retried; in a wait the next look may find it gone.
            Said::Error { retryable: true, .. } | Said::Error { kind: Kind::ServiceError, .. } => self.failing.push(at),
            Said::Error { kind, .. } => {
                self.alive.push(at);
                let stop = match kind {
                    Kind::AuthRejected => Some(Stop::Refused),
                    Kind::Tls => Some(Stop::Tls),
                    Kind::Forbidden if first => Some(Stop::Forbidden),
                    _ => None,
                };
                self.stop = self.stop.or(stop.map(|stop| (stop, number, at)));
            }
        }
        match (&sent.query, &received.said) {
            (Query::Job(id), Said::Job(status)) => self.note(id, number, at, About::Status(*status)),
            (Query::Job(id), Said::Error { kind, retryable, .. }) => {
                self.note(id, number, at, About::Error(*kind, *retryable));
            }
            (Query::Page { request_id, .. }, Said::Page(items)) => {
                let adds = self.scenario.requests.contains(request_id) && !self.disproved.contains(&number);
                for (id, status) in items {
                    if adds {
                        self.jobs.entry(id).or_default();
                        self.listed.entry(request_id).or_default().insert(id);
                    }
                    self.note(id, number, at, About::Status(*status));
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, id: &str, number: usize, at: Duration, said: About) {
        if let Some(facts) = self.jobs.get_mut(id) {
            facts.push(Fact { number, at, said });
        }
    }

    /// The answers of a run have a limit together, and an answer beyond it can't be used; the contract names no number.
    pub(crate) fn is_heavy(&self) -> bool {
        self.scenario.jobs.iter().map(|job| job.text).sum::<usize>() > 16 << 20
    }

    /// The first answer about a job after which nothing more can be learned, for certain.
    pub(crate) fn pointless_after(&self, received: &[Fact]) -> Option<Fact> {
        let wait = self.scenario.policy.repeat;
        let mut seen = false;
        for fact in received {
            let is_last = match fact.said {
                About::Status(Status::Running) => !wait,
                About::Status(_) => true,
                About::Error(Kind::NotFound, _) => !wait || seen,
                About::Error(Kind::ServiceError, false) => !wait,
                About::Error(_, retryable) => !retryable,
            };
            if is_last {
                return Some(*fact);
            }
            seen |= matches!(fact.said, About::Status(_));
        }
        None
    }

    /// When all jobs that were ever listed for a request were answered as success, and none as anything else
    /// afterwards.
    pub(crate) fn succeeded_at(&self, request: &str) -> Option<Duration> {
        let succeeded = |id: &&str| {
            let received = self.jobs.get(id).map(Vec::as_slice).unwrap_or_default();
            let success = received.iter().find(|fact| fact.said.is_success())?;
            (!is_doubted(received) && received.iter().all(|fact| !fact.said.is_failure())).then_some(success.at)
        };
        self.listed.get(request)?.iter().try_fold(Duration::ZERO, |last, id| Some(last.max(succeeded(id)?)))
    }

    /// Whether a job of a request was answered as success, and then as something else.
    pub(crate) fn is_doubted(&self, request: &str) -> bool {
        let mut received = self.listed.get(request).into_iter().flatten().filter_map(|id| self.jobs.get(id));
        received.any(|received| is_doubted(received))
    }

    /// Whether nothing disturbed the run between these two times, answers in between included.
    pub(crate) fn is_quiet(&self, from: Duration, to: Duration) -> bool {
        let failing = self.failing.partition_point(|at| *at < from);
        let stopped = self.run.stops.iter().any(|(began, over)| *began <= to && *over >= from);
        self.failing.get(failing).is_none_or(|at| *at > to) && !stopped
    }

    /// The age of a job at that time, at least and at most: what is unknown may be assumed.
    pub(crate) fn age(&self, id: &str, at: Duration) -> (Duration, Duration) {
        match self.begun.get(id) {
            Some(begun) => {
                let age = at + s(begun.unsigned_abs());
                (age.saturating_sub(s(2)), age + s(2))
            }
            None => (Duration::ZERO, at),
        }
    }
}

fn is_doubted(received: &[Fact]) -> bool {
    let statuses = received.iter().filter(|fact| matches!(fact.said, About::Status(_)));
    statuses.skip_while(|fact| !fact.said.is_success()).any(|fact| !fact.said.is_success())
}

impl About {
    pub(crate) fn is_success(self) -> bool {
        self == Self::Status(Status::Success)
    }

    pub(crate) fn is_failure(self) -> bool {
        self == Self::Status(Status::Failure)
    }

    /// What makes another look at the job pointless, whatever was said before.
    pub(crate) fn is_terminal(self) -> bool {
        matches!(self, Self::Status(Status::Success | Status::Failure))
    }
}
