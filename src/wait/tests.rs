//! A wait against a service that is a function of what is asked and when; hours pass in no time.

mod fleet;
mod lists;
mod single;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::error::Kind;
use crate::exit::Exit;
use crate::job::Job;

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

/// A job that began `begun` before the wait and ends `until` after its begin of it, as seen at `now`.
fn job(id: &str, begun: i64, ends: Duration, end: Status, now: Duration) -> Entry {
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
    Entry { job, observed_at: Some(at), error: None }
}

fn ok(entry: Entry) -> Result<Answer, Error> {
    Ok(Answer::Job(Box::new(entry)))
}

fn no(kind: Kind) -> Result<Answer, Error> {
    let passes = matches!(kind, Kind::Unreachable | Kind::HttpTimeout | Kind::RateLimited | Kind::ServiceError);
    let mut error = Error::new(kind, format!("{kind:?}")).retryable(passes);
    error.service.http_status = (kind != Kind::Unreachable && kind != Kind::HttpTimeout).then_some(500);
    Err(error)
}

fn options(timeout: u64) -> Options {
    Options { timeout: Some(s(timeout)), ..Options::default() }
}

/// What happened in one wait.
struct Story {
    outcome: Outcome,
    took: Duration,
    asked: Vec<(Duration, Ask)>,
    widest: usize,
}

impl Story {
    fn pages(&self) -> Vec<usize> {
        let offset = |(_, ask): &(Duration, Ask)| match ask {
            Ask::Page { offset, .. } => Some(*offset),
            Ask::Job(_) => None,
        };
        self.asked.iter().filter_map(offset).collect()
    }

    fn looks_at(&self, id: &str) -> Vec<Duration> {
        self.asked.iter().filter(|(_, ask)| *ask == Ask::Job(id.to_owned())).map(|(at, _)| *at).collect()
    }
}

/// Carries a wait through, with 50 ms for each answer.
fn run(wait: Wait, service: impl FnMut(Duration, &Ask) -> Result<Answer, Error>) -> Story {
    stopped_at(wait, &[], service)
}

/// The same where the machine is stopped for a while at certain times.
fn stopped_at(
    mut wait: Wait,
    stops: &[(Duration, Duration)],
    mut service: impl FnMut(Duration, &Ask) -> Result<Answer, Error>,
) -> Story {
    let mut now = Duration::ZERO;
    let mut under_way: BTreeMap<(Duration, usize), Order> = BTreeMap::new();
    let (mut asked, mut widest) = (Vec::new(), 0);
    let mut stops = stops.iter();
    let mut stop = stops.next();
    for n in 0.. {
        assert!(n < 2_000_000, "no end in sight");
        let wake = match wait.next(now) {
            Step::Ended => break,
            Step::Ask(order) => {
                assert!(order.until > now || wait.options.timeout.is_some_and(|timeout| timeout <= now + ms(1)));
                asked.push((now, order.ask.clone()));
                under_way.insert((now + RTT, n), order);
                widest = widest.max(under_way.len());
                continue;
            }
            Step::Sleep(wake) => wake,
        };
        let answer = under_way.first_key_value().map(|((at, _), _)| *at);
        now = wake
            .into_iter()
            .chain(answer)
            .min()
            .expect("a wait that sleeps for ever")
            .max(now + Duration::from_nanos(1));
        if let Some((at, pause)) = stop.filter(|(at, _)| now >= *at) {
            now = *at + *pause;
            stop = stops.next();
        }
        while let Some(((at, key), order)) = under_way.pop_first() {
            if at > now {
                under_way.insert((at, key), order);
                break;
            }
            let answer = service(at, &order.ask);
            wait.saw(now, &order, answer, fastrand::f64());
        }
    }
    Story { outcome: wait.outcome(now), took: now, asked, widest }
}

fn id_of(ask: &Ask) -> &str {
    match ask {
        Ask::Job(id) => id,
        Ask::Page { request_id, .. } => request_id,
    }
}
