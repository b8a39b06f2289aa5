//! The engine against a service that is a function of what is asked and when; hours pass in no time.

mod answers;
mod endings;
mod first_contact;
mod found_lists;
mod lists;
mod many_jobs;
mod names;
mod order;
mod progress;
mod proof;
mod retries;
mod single;

use std::cell::Cell;
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::error::Kind;
use crate::exit::Exit;
use crate::job::{self, Entry, Observation, Status};

const RTT: Duration = Duration::from_millis(50);

const fn s(n: u64) -> Duration {
    Duration::from_secs(n)
}

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn epoch() -> Timestamp {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

/// A job that began `begun` before the run and ends at `ends` since its begin, as seen at `now`.
fn job(id: &str, begun: i64, ends: Duration, end: Status, now: Duration) -> Observation {
    let status = if now >= ends { end } else { Status::Running };
    let code = match status {
        Status::Running => 1,
        Status::Success => 2,
        Status::Failure => -1,
        Status::Unknown => 7,
    };
    let begin = epoch() - SignedDuration::from_secs(begun);
    let at = epoch() + SignedDuration::try_from(now).unwrap();
    let job = Job { status, status_code: Some(code), begin_time: Some(begin.to_string()), ..Job::unanswered(id) };
    Observation { job, at, error: None }
}

fn ok(observation: Observation) -> Result<Answer, Error> {
    Ok(Answer::Job(Box::new(observation)))
}

fn no(kind: Kind) -> Result<Answer, Error> {
    let passes = matches!(kind, Kind::Unreachable | Kind::HttpTimeout | Kind::RateLimited | Kind::ServiceError);
    let mut error = Error::new(kind, format!("{kind:?}")).retryable(passes);
    error.service.http_status = (kind != Kind::Unreachable && kind != Kind::HttpTimeout).then_some(500);
    Err(error)
}

fn asked_to_wait(kind: Kind, seconds: u64) -> Result<Answer, Error> {
    no(kind).map_err(|mut error| {
        error.service.retry_after = Some(s(seconds));
        error
    })
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("j{n:04}")).collect()
}

fn policy(timeout: u64) -> Policy {
    Policy { timeout: Some(s(timeout)), ..Policy::wait() }
}

fn engine(policy: Policy, ids: &[&str], requests: &[&str]) -> Engine {
    let requests: Vec<String> = requests.iter().map(|id| (*id).to_owned()).collect();
    Engine::new(policy, ids.iter().map(|id| Job::unanswered(id)).collect(), &requests)
}

fn wait(timeout: u64, ids: &[&str], requests: &[&str]) -> Engine {
    engine(policy(timeout), ids, requests)
}

fn show(ids: &[&str], requests: &[&str]) -> Engine {
    engine(Policy::show(), ids, requests)
}

/// What happened in one run.
struct Story {
    outcome: Outcome,
    verdict: Exit,
    took: Duration,
    asked: Vec<(Duration, Query)>,
    widest: usize,
    changes: Vec<Change>,
}

impl Story {
    fn pages(&self) -> Vec<usize> {
        let offset = |(_, query): &(Duration, Query)| match query {
            Query::Page { range, .. } => Some(range.offset),
            Query::Job(_) | Query::Phones { .. } => None,
        };
        self.asked.iter().filter_map(offset).collect()
    }

    fn looks_at(&self, id: &str) -> Vec<Duration> {
        self.asked.iter().filter(|(_, query)| *query == Query::Job(id.to_owned())).map(|(at, _)| *at).collect()
    }

    fn between(&self, from: Duration, to: Duration) -> usize {
        self.asked.iter().filter(|(at, _)| (from..to).contains(at)).count()
    }

    /// The words of the jobs' errors; "" for none.
    fn words(&self) -> Vec<&'static str> {
        let word = |entry: &Entry| entry.error.as_ref().map_or("", |error| error.kind.word());
        self.outcome.entries.iter().map(word).collect()
    }
}

/// Carries a run through, with 50 ms for each answer.
fn run(engine: Engine, service: impl FnMut(Duration, &Query) -> Result<Answer, Error>) -> Story {
    run_with(engine, |_| RTT, &[], service)
}

/// The same where each answer takes a time of its own, and the machine is stopped for a while at certain times.
fn run_with(
    mut engine: Engine,
    time: impl Fn(&Query) -> Duration,
    stops: &[(Duration, Duration)],
    mut service: impl FnMut(Duration, &Query) -> Result<Answer, Error>,
) -> Story {
    let mut now = Duration::ZERO;
    let mut under_way: BTreeMap<(Duration, usize), Attempt> = BTreeMap::new();
    let (mut asked, mut widest) = (Vec::new(), 0);
    let mut stops = stops.iter();
    let mut stop = stops.next();
    for n in 0.. {
        assert!(n < 4_000_000, "no end in sight");
        let wake = match engine.next(now) {
            Step::Ended => break,
            Step::Send(attempt) => {
                assert!(attempt.until > now, "{attempt:?} at {now:?}");
                asked.push((now, attempt.query.clone()));
                let answered = (now + time(&attempt.query)).min(attempt.until).min(now + s(10));
                under_way.insert((answered, n), attempt);
                widest = widest.max(under_way.len());
                continue;
            }
            Step::Sleep(wake) => wake,
        };
        let answer = under_way.first_key_value().map(|((at, _), _)| *at);
        let next = wake.into_iter().chain(answer).min().expect("a run that sleeps for ever");
        now = next.max(now + Duration::from_nanos(1));
        if let Some((at, pause)) = stop.filter(|(at, _)| now >= *at) {
            now = *at + *pause;
            stop = stops.next();
        }
        while let Some(((at, key), attempt)) = under_way.pop_first() {
            if at > now {
                under_way.insert((at, key), attempt);
                break;
            }
            let answer = service(at, &attempt.query);
            engine.answered(now, &attempt, answer, fastrand::f64());
        }
    }
    let changes = engine.changes();
    let outcome = engine.into_outcome(now);
    let verdict = job::verdict(&outcome.entries, &outcome.errors);
    Story { outcome, verdict, took: now, asked, widest, changes }
}

/// The request that goes out at that time.
#[track_caller]
fn send(engine: &mut Engine, now: Duration) -> Attempt {
    match engine.next(now) {
        Step::Send(attempt) => attempt,
        step => panic!("{step:?} at {now:?}"),
    }
}

fn id_of(query: &Query) -> &str {
    match query {
        Query::Job(id) => id,
        Query::Page { request_id, .. } => request_id,
        Query::Phones { .. } => "phones",
    }
}

/// A page of a list whose service counts items.
fn page(ids: &[String], range: PageRange, item: impl Fn(&str) -> Observation) -> Result<Answer, Error> {
    Ok(Answer::Page(ids.iter().skip(range.offset).take(range.limit).map(|id| item(id)).collect()))
}

/// Reads request `r` with both commands: `list` gives the jobs there at that time and request, `item` what is said of
/// each.
fn read_by_both(
    list: impl Fn(Duration, usize) -> Vec<String>,
    item: impl Fn(&str, Duration) -> Observation,
) -> [Story; 2] {
    [show(&[], &["r"]), wait(600, &[], &["r"])].map(|engine| {
        let number = Cell::new(0);
        run(engine, |now, query| match query {
            Query::Page { range, .. } => {
                number.set(number.get() + 1);
                page(&list(now, number.get()), *range, |id| item(id, now))
            }
            Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
        })
    })
}

fn success(id: &str, now: Duration) -> Observation {
    job(id, 0, s(0), Status::Success, now)
}
