//! Runs the engine once against a world, and records all requests and answers.

use std::collections::BTreeMap;
use std::time::Duration;

use cph::error::{Error, Kind};
use cph::exit::Exit;
use cph::job::{self, Job, Status};
use cph::poll::{Answer, Attempt, Change, Engine, Outcome, Query, Step};
use fastrand::Rng;

use crate::names::Names;
use crate::scenario::{Scenario, s};
use crate::world::{Reply, World, cut};

/// A run that is still going on then is left.
pub(crate) const HORIZON: Duration = s(4 * 3600);

/// What was asked: an id, and offset and limit of a page.
pub(crate) type Key = (String, Option<(usize, usize)>);

/// One request. Event numbers give the order, also of events at the same time.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) number: usize,
    pub(crate) at: Duration,
    pub(crate) query: Query,
    pub(crate) key: Key,
    pub(crate) until: Duration,
    /// Requests in flight with it.
    pub(crate) in_flight: usize,
    pub(crate) received: Option<Received>,
}

#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) number: usize,
    pub(crate) at: Duration,
    /// The answer shows the world at this time.
    pub(crate) read_at: Duration,
    pub(crate) said: Said,
}

#[derive(Debug)]
pub(crate) enum Said {
    Job(Status),
    Page(Vec<(String, Status)>),
    Error { kind: Kind, retryable: bool, retry_after: Option<Duration> },
}

#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) sent: Vec<Sent>,
    /// The requests in the order of their answers.
    pub(crate) received: Vec<usize>,
    /// When the machine stood still.
    pub(crate) stops: Vec<(Duration, Duration)>,
    /// `None`: it was still going on at the horizon.
    pub(crate) ended: Option<Duration>,
    /// The number of the first event that came after everything was decided.
    pub(crate) decided: usize,
    pub(crate) outcome: Outcome,
    pub(crate) verdict: Exit,
    pub(crate) changes: Vec<Change>,
    /// Times that the engine was woken for nothing.
    pub(crate) idle_wakes: usize,
    pub(crate) jobs_shown: usize,
    /// What the driver itself found wrong.
    pub(crate) wrong: Vec<String>,
}

impl Run {
    /// Answers in the order in which the engine received them.
    pub(crate) fn answers(&self) -> impl Iterator<Item = (&Sent, &Received)> {
        self.received
            .iter()
            .filter_map(|at| self.sent.get(*at))
            .filter_map(|sent| Some((sent, sent.received.as_ref()?)))
    }
}

struct Driver<'a> {
    engine: Engine,
    world: World<'a>,
    rng: Rng,
    now: Duration,
    events: usize,
    under_way: BTreeMap<(Duration, usize), (Attempt, Reply)>,
    /// The page of phones that is under way, and when its answer comes.
    phones: Option<(Duration, Attempt)>,
    names: Names,
    run: Run,
}

pub(crate) fn drive(scenario: &Scenario, seed: u64) -> Run {
    let refused = (0..scenario.refused).map(|_| Job { status: Status::Failure, ..Job::default() });
    let asked = scenario.jobs.iter().map(|job| Job::unanswered(&job.id));
    let engine = Engine::new(scenario.policy.clone(), refused.chain(asked).collect(), &scenario.requests);
    let outcome = Outcome {
        entries: Vec::new(),
        errors: Vec::new(),
        missing_names: None,
        timed_out: false,
        failed_fast: false,
        stopped: false,
    };
    let run = Run {
        sent: Vec::new(),
        received: Vec::new(),
        stops: Vec::new(),
        ended: None,
        decided: usize::MAX,
        outcome,
        verdict: Exit::Ok,
        changes: Vec::new(),
        idle_wakes: 0,
        jobs_shown: 0,
        wrong: Vec::new(),
    };
    let driver = Driver {
        engine,
        world: World::new(scenario, seed),
        rng: Rng::with_seed(seed ^ 0xd1ce),
        now: Duration::ZERO,
        events: 0,
        under_way: BTreeMap::new(),
        phones: None,
        names: Names::new(scenario.policy.names, seed),
        run,
    };
    driver.carry_through(&scenario.jumps)
}

impl Driver<'_> {
    fn carry_through(mut self, jumps: &[(Duration, Duration)]) -> Run {
        let mut jumps = jumps.iter().peekable();
        let mut woken_for_nothing = false;
        loop {
            let wake = match self.engine.next(self.now) {
                Step::Ended => {
                    if !self.engine.is_ended(self.now) {
                        self.run.wrong.push("its step is the end, and it does not know of an end".to_owned());
                    }
                    let ended = *self.run.ended.get_or_insert(self.now);
                    if self.now > ended + s(31) && self.run.stops.is_empty() {
                        self.run.wrong.push(format!("names took from {ended:?} to {:?}", self.now));
                    }
                    break;
                }
                Step::Send(attempt) => {
                    woken_for_nothing = false;
                    if matches!(attempt.query, Query::Phones { .. }) {
                        let takes = self.names.takes(attempt.until.saturating_sub(self.now));
                        self.phones = Some((self.now + takes, attempt));
                    } else {
                        self.send(attempt);
                    }
                    continue;
                }
                Step::Sleep(wake) => wake,
            };
            self.run.idle_wakes += usize::from(woken_for_nothing);
            if self.run.sent.len().is_multiple_of(16) {
                self.take_snapshot();
            }
            let waits_for_names = || self.engine.snapshot(self.now).waits_for_names;
            if self.names.asked && self.run.ended.is_none() && waits_for_names() {
                self.run.ended = Some(self.now);
            }
            let answer = self.under_way.first_key_value().map(|((at, _), _)| *at);
            let answer = answer.into_iter().chain(self.phones.as_ref().map(|(at, _)| *at)).min();
            let Some(next) = wake.into_iter().chain(answer).min() else {
                self.run.wrong.push(format!("it sleeps for ever, from {:?} on", self.now));
                break;
            };
            if wake.is_some_and(|wake| wake <= self.now) {
                self.run.wrong.push(format!("it sleeps until {wake:?}, and it is {:?}", self.now));
                break;
            }
            self.now = next.max(self.now);
            let began = self.now;
            while let Some((_, pause)) = jumps.next_if(|(at, _)| *at <= self.now) {
                self.now += *pause;
            }
            if self.now > began {
                self.run.stops.push((began, self.now));
            }
            let told = self.tell();
            woken_for_nothing = !self.tell_names() && !told;
            if self.now > HORIZON {
                break;
            }
            // More than any run of these sizes needs.
            if self.run.sent.len() > 400_000 || self.run.idle_wakes > 100_000 {
                self.run.wrong.push("no end in sight".to_owned());
                break;
            }
        }
        self.run.changes = self.engine.changes();
        self.run.outcome = self.engine.into_outcome(self.now);
        self.run.verdict = job::verdict(&self.run.outcome.entries, &self.run.outcome.errors);
        self.run
    }

    fn send(&mut self, attempt: Attempt) {
        if attempt.until <= self.now {
            self.run.wrong.push(format!("{attempt:?} is of no use at {:?}", self.now));
        }
        let mut reply = self.world.reply(self.now, &attempt.query);
        let most = attempt.until.saturating_sub(self.now).min(s(10));
        if reply.takes >= most {
            reply.takes = most;
            reply.answer = Err(cut());
        }
        let sent = Sent {
            number: self.events,
            at: self.now,
            query: attempt.query.clone(),
            key: key(&attempt.query),
            until: attempt.until,
            in_flight: self.under_way.len() + 1,
            received: None,
        };
        self.events += 1;
        self.under_way.insert((self.now + reply.takes, self.run.sent.len()), (attempt, reply));
        self.run.sent.push(sent);
    }

    /// The progress shows the present, and no job is forgotten.
    fn take_snapshot(&mut self) {
        let shown = self.engine.snapshot(self.now);
        if shown.counts.jobs() < self.run.jobs_shown || shown.elapsed != self.now {
            self.run.wrong.push(format!("{shown:?} at {:?}, after {} jobs", self.now, self.run.jobs_shown));
        }
        self.run.jobs_shown = shown.counts.jobs();
    }

    /// The same for a page of phones.
    fn tell_names(&mut self) -> bool {
        let Some((_, attempt)) = self.phones.take_if(|(at, _)| *at <= self.now) else { return false };
        let late = self.now > attempt.until;
        let answer = self.names.answer(&attempt.query, late);
        self.engine.answered(self.now, &attempt, answer, 0.5);
        true
    }

    /// Delivers what has arrived; whether there was anything.
    fn tell(&mut self) -> bool {
        let before = self.run.received.len();
        while let Some(entry) = self.under_way.first_entry().filter(|entry| entry.key().0 <= self.now) {
            let ((_, at), (attempt, mut reply)) = entry.remove_entry();
            // A machine that stood still reads what has come, or finds its own time limit passed.
            if self.now > attempt.until && self.rng.bool() {
                reply.answer = Err(cut());
            }
            let said = said(&reply.answer);
            self.run.sent[at].received =
                Some(Received { number: self.events, at: self.now, read_at: reply.read_at, said });
            self.run.received.push(at);
            self.events += 1;
            self.engine.answered(self.now, &attempt, reply.answer, self.rng.f64());
            // The workers may deliver a little more before the end is noticed.
            if self.engine.is_ended(self.now) {
                self.run.decided = self.run.decided.min(self.events);
            }
        }
        self.run.received.len() > before
    }
}

fn key(query: &Query) -> Key {
    match query {
        Query::Job(id) => (id.clone(), None),
        Query::Page { request_id, range } => (request_id.clone(), Some((range.offset, range.limit))),
        Query::Phones { offset, limit } => ("phones".to_owned(), Some((*offset, *limit))),
    }
}

fn said(answer: &Result<Answer, Error>) -> Said {
    let id = |job: &Job| job.job_id.clone().unwrap_or_default();
    match answer {
        Ok(Answer::Job(seen)) => Said::Job(seen.job.status),
        Ok(Answer::Phones(_)) => Said::Page(Vec::new()),
        Ok(Answer::Page(page)) => Said::Page(page.iter().map(|seen| (id(&seen.job), seen.job.status)).collect()),
        Err(error) => {
            Said::Error { kind: error.kind, retryable: error.retryable, retry_after: error.service.retry_after }
        }
    }
}
