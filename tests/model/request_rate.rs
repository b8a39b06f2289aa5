//! How fast the engine may ask (CONTRACT §6; RELIABILITY §4): at most 20 single jobs a second, less after a 429, and
//! never before what a `Retry-After` names.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use cph::error::Kind;
use cph::job::Status;
use cph::poll::Query;

use crate::driver::{Key, Received, Said, Sent};
use crate::facts::Facts;
use crate::scenario::{ms, s};

pub(crate) fn complaints(facts: &Facts<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    ceiling(facts, &mut wrong);
    throttled(facts, &mut wrong);
    asked_to_wait(facts, &mut wrong);
    if facts.scenario.policy.repeat && facts.scenario.lists.is_empty() {
        too_soon(facts, &mut wrong);
    }
    wrong
}

/// Requests for single jobs that were asked for before, after the rounds of first contact.
fn repeated<'a>(facts: &'a Facts<'_>) -> Vec<&'a Sent> {
    let mut known = HashSet::new();
    let contact = facts.contact.map_or(usize::MAX, |(number, _)| number);
    let again = |sent: &&'a Sent| matches!(&sent.query, Query::Job(id) if !known.insert(id)) && sent.number > contact;
    facts.run.sent.iter().filter(again).collect()
}

/// The most of these times in any stretch of that length.
fn most_in(times: &[Duration], length: Duration) -> (usize, Duration) {
    let mut from = 0;
    let mut most = (0, Duration::ZERO);
    for (to, at) in times.iter().enumerate() {
        while times[from] + length <= *at {
            from += 1;
        }
        most = most.max((to + 1 - from, *at));
    }
    most
}

fn ceiling(facts: &Facts<'_>, wrong: &mut Vec<String>) {
    let times: Vec<Duration> = repeated(facts).iter().map(|sent| sent.at).collect();
    for (length, bound) in [(s(1), 21), (s(60), 1201)] {
        let (most, at) = most_in(&times, length);
        if most > bound {
            wrong.push(format!("{most} looks at single jobs within {length:?} before {at:?}"));
        }
    }
}

/// A 429 halves the rate of the last second; each minute without another one may double it.
fn throttled(facts: &Facts<'_>, wrong: &mut Vec<String>) {
    let all: Vec<Duration> = facts.run.sent.iter().map(|sent| sent.at).collect();
    let again = repeated(facts);
    let mut rate = 20.0_f64;
    let mut after: Vec<(usize, Duration, f64)> = Vec::new();
    for (sent, received) in facts.run.answers() {
        // Those that were under way together count once.
        let known = after.last().is_some_and(|(number, _, _)| sent.number < *number);
        if known || !matches!(received.said, Said::Error { kind: Kind::RateLimited, .. }) {
            continue;
        }
        // The last second: any that ends within the one before the answer.
        let from = all.partition_point(|at| *at + s(2) < received.at);
        let to = all.partition_point(|at| *at <= received.at);
        let busiest = most_in(&all[from..to], s(1)).0 as f64;
        let calm = after.last().map_or(0, |(_, at, _)| (received.at - *at).as_secs() / 60);
        rate = (rate * 2.0_f64.powi(calm as i32)).min((busiest / 2.0).max(1.0));
        after.push((received.number, received.at, rate));
    }
    for (at, (number, when, rate)) in after.iter().enumerate() {
        let until = after.get(at + 1).map_or(usize::MAX, |(number, _, _)| *number);
        let soon = |sent: &&&Sent| sent.number > *number && sent.number < until && sent.at < *when + s(60);
        let times: Vec<Duration> = again.iter().filter(soon).map(|sent| sent.at).collect();
        let (most, when) = most_in(&times, s(1));
        if most as f64 > rate.ceil() + 1.0 {
            wrong.push(format!("{most} looks within a second before {when:?}, throttled to {rate}"));
        }
    }
}

/// A Retry-After is obeyed: up to a minute in a wait, as it is in show; and there is a pause without one.
fn asked_to_wait(facts: &Facts<'_>, wrong: &mut Vec<String>) {
    let mut not_before: HashMap<&Key, Duration> = HashMap::new();
    let mut failing_since: HashMap<&Key, Duration> = HashMap::new();
    for sent in &facts.run.sent {
        if let Some(until) = not_before.remove(&sent.key)
            && sent.at < until
        {
            wrong.push(format!("{:?} is asked for at {:?}, not from {until:?} on", sent.query, sent.at));
        }
        if let Some(Received { at, said: Said::Error { retry_after: Some(asked), retryable: true, .. }, .. }) =
            &sent.received
        {
            let asked = if facts.scenario.policy.repeat { (*asked).min(s(60)) } else { *asked };
            not_before.insert(&sent.key, *at + asked);
        }
        let Some(Received { at, said: Said::Error { retryable: true, .. }, .. }) = &sent.received else {
            failing_since.remove(&sent.key);
            continue;
        };
        // The last look of all, before the deadline or when patience ends, may come at once.
        let since = *failing_since.entry(&sent.key).or_insert(*at);
        let is_last = facts.scenario.policy.timeout.is_some_and(|timeout| *at + s(11) > timeout);
        if !is_last && *at < since + s(290) {
            let pause = not_before.entry(&sent.key).or_default();
            *pause = (*pause).max(*at + ms(250));
        }
    }
}

/// No look comes before its interval, but for the last one and for a retry.
fn too_soon(facts: &Facts<'_>, wrong: &mut Vec<String>) {
    let policy = &facts.scenario.policy;
    let mut last: HashMap<&str, &Sent> = HashMap::new();
    // A look begins with the first of its attempts.
    let mut began: HashMap<&str, Duration> = HashMap::new();
    for sent in &facts.run.sent {
        let Query::Job(id) = &sent.query else { continue };
        let Some(before) = last.insert(id, sent) else { continue };
        let failed = |received: &Received| match received.said {
            Said::Error { kind, retryable, .. } => retryable || kind == Kind::ServiceError,
            _ => false,
        };
        if before.received.as_ref().is_some_and(failed) {
            began.entry(id).or_insert(before.at);
            continue;
        }
        let look = began.remove(id.as_str()).unwrap_or(before.at);
        if !matches!(before.received.as_ref().map(|received| &received.said), Some(Said::Job(Status::Running))) {
            continue;
        }
        let age = facts.age(id, look).0;
        let pause = policy.interval.unwrap_or_else(|| age.mul_f64(0.1).clamp(s(1), s(10)).mul_f64(0.9));
        let last_look = policy.timeout.is_some_and(|timeout| sent.at + s(10) >= timeout);
        if sent.at + ms(1) < look + pause && !last_look {
            wrong.push(format!("{id} is looked at at {:?} and again at {:?}", before.at, sent.at));
        }
    }
}
