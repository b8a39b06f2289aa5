//! What the engine may ask, how often and when (CONTRACT §2 at its end, §6; RELIABILITY §4).

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use cph::error::Kind;
use cph::poll::Query;

use crate::driver::{Key, Received, Said, Sent};
use crate::facts::{Fact, Facts};
use crate::lists::confirmed;
use crate::scenario::{ms, s};

pub(crate) fn complaints(facts: &Facts<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    one_by_one(facts, &mut wrong);
    first_contact(facts, &mut wrong);
    attempts(facts, &mut wrong);
    wrong
}

/// What each request must respect for itself.
fn one_by_one<'a>(facts: &Facts<'a>, wrong: &mut Vec<String>) {
    let first_received = facts.run.received.first().and_then(|at| facts.run.sent[*at].received.as_ref());
    let pointless = |(id, received): (&&'a str, &Vec<Fact>)| Some((*id, facts.pointless_after(received)?.number));
    let pointless: HashMap<&str, usize> = facts.jobs.iter().filter_map(pointless).collect();
    let mut free_from: HashMap<&Key, Option<usize>> = HashMap::new();
    for (at, sent) in facts.run.sent.iter().enumerate() {
        if at > 0 && first_received.is_none_or(|received| received.number > sent.number) {
            wrong.push(format!("request {at} before the answer to the first"));
        }
        let latest = facts.scenario.policy.timeout.unwrap_or(Duration::MAX).min(sent.at + s(30));
        if sent.until > latest {
            wrong.push(format!("an answer to {:?} of {:?} is of use until {:?}", sent.query, sent.at, sent.until));
        }
        if sent.in_flight > 16 {
            wrong.push(format!("{} requests in flight at {:?}", sent.in_flight, sent.at));
        }
        if let Some((stop, number, _)) = facts.stop
            && sent.number > number
        {
            wrong.push(format!("{:?} after the run was stopped ({stop:?})", sent.query));
        }
        if let Query::Job(id) = &sent.query {
            if id.starts_with("..") {
                wrong.push(format!("{id:?} is asked for"));
            }
            if pointless.get(id.as_str()).is_some_and(|number| *number < sent.number) {
                wrong.push(format!("{id} is asked for again at {:?}, and nothing more can be learned", sent.at));
            }
        }
        // One question has one answer under way; a list, one page.
        let busy = free_from.insert(&sent.key, sent.received.as_ref().map(|received| received.number));
        if busy.is_some_and(|free| free.is_none_or(|number| number > sent.number)) {
            wrong.push(format!("{:?} is asked for twice at the same time", sent.query));
        }
    }
    for (request, reads) in &facts.reads {
        if let Some(stray) = reads.iter().find_map(|read| read.stray) {
            wrong.push(format!("{request}: offset and limit {stray:?} are none that the rule gives"));
        }
        let enough = reads.iter().enumerate().find(|(at, read)| {
            // Two in a row, whatever was read before.
            let in_a_row = &reads[at.saturating_sub(1)..=*at];
            confirmed(in_a_row).is_some() && facts.succeeded_at(request).is_some_and(|at| at <= read.received)
        });
        if let Some((at, _)) = enough.filter(|(at, _)| at + 1 < reads.len()) {
            wrong.push(format!("{request} is read {} times, and {} were enough", reads.len(), at + 1));
        }
        if !facts.scenario.policy.repeat && reads.len() > 3 {
            wrong.push(format!("{request}: {} reads in show", reads.len()));
        }
    }
}

/// Three rounds until the first good answer: 1, 16, 16.
fn first_contact(facts: &Facts<'_>, wrong: &mut Vec<String>) {
    let contact = facts.contact.map_or(usize::MAX, |(number, _)| number);
    let before: Vec<&Sent> = facts.run.sent.iter().take_while(|sent| sent.number < contact).collect();
    // An answer that can't be used is neither contact nor a failed round, by the engine's own tests; by the contract's
    // words it is the latter.
    let useless =
        |sent: &&Sent| matches!(&sent.received, Some(Received { said: Said::Error { retryable: false, .. }, .. }));
    let most = if before.iter().any(useless) { 48 } else { 33 };
    if before.iter().filter(|sent| !useless(sent)).count() > most {
        wrong.push(format!("{} requests before the first good answer", before.len()));
    }
    let subjects = facts.scenario.jobs.len() + facts.reads.len();
    let mut known: HashSet<&Key> = HashSet::new();
    for sent in &before {
        if !known.insert(&sent.key) && known.len() < subjects.min(17) {
            wrong.push(format!("{:?} is asked for again, and others never were", sent.query));
        }
    }
    // Only answers that are no sign of life, and that may pass.
    let plain = facts.run.answers().all(|(_, received)| matches!(received.said, Said::Error { retryable: true, .. }));
    if !plain || facts.contact.is_some() || !facts.run.stops.is_empty() {
        return;
    }
    let Some(ended) = facts.run.ended else { return };
    if facts.timed_out || before.is_empty() {
        return;
    }
    if facts.run.verdict.code() != if facts.scenario.refused > 0 { 1 } else { 6 } {
        wrong.push(format!("no good answer, and exit {}", facts.run.verdict.code()));
    }
    let throttled = |received: &Received| matches!(received.said, Said::Error { kind: Kind::RateLimited, .. });
    let slowed = facts.run.answers().any(|(_, received)| throttled(received)) || refuses_retries(facts);
    let round = subjects.min(16);
    let fast = facts.run.answers().all(|(sent, received)| received.at - sent.at < ms(600));
    if fast && !slowed && before.len() != 1 + 2 * round && facts.scenario.policy.repeat {
        wrong.push(format!("{} requests in three rounds for {subjects} subjects", before.len()));
    }
    let asked = |received: &Received| match received.said {
        Said::Error { retry_after: Some(asked), .. } => asked.min(s(60)),
        _ => Duration::ZERO,
    };
    let most = facts.run.answers().map(|(_, received)| asked(received)).max().unwrap_or_default();
    let bound = if facts.scenario.policy.repeat { most * 2 } else { Duration::ZERO };
    let bound = bound + if fast { s(10) } else { s(30) };
    if fast && !most.is_zero() && !facts.scenario.policy.repeat {
        return;
    }
    if ended > bound {
        wrong.push(format!("no good answer, and an end only at {ended:?}, not by {bound:?}"));
    }
}

/// A tenth of the requests, at least ten, may be retries.
fn attempts(facts: &Facts<'_>, wrong: &mut Vec<String>) {
    let wait = facts.scenario.policy.repeat;
    let contact = facts.contact.map_or(usize::MAX, |(number, _)| number);
    let mut before: HashMap<&Key, &Sent> = HashMap::new();
    let mut asked: HashMap<&str, usize> = HashMap::new();
    let mut retries = 0;
    let deadline = facts.scenario.policy.timeout.unwrap_or(Duration::MAX);
    let interval = facts.scenario.policy.interval.unwrap_or(s(1)).min(s(1));
    for sent in &facts.run.sent {
        // In a wait, what comes as late as a look is one; so is the last look before the deadline.
        let soon = |last: &Sent| !wait || (sent.at - last.at < interval.mul_f64(0.85) && sent.at + s(10) < deadline);
        let failed =
            |last: &Sent| matches!(&last.received, Some(Received { said: Said::Error { retryable: true, .. }, .. }));
        let last = before.insert(&sent.key, sent);
        if last.is_some_and(|last| last.number > contact && failed(last) && soon(last)) {
            retries += 1;
        }
        if let Query::Job(id) = &sent.query {
            let count = asked.entry(id).or_default();
            *count += 1;
            if !wait && *count > 3 {
                wrong.push(format!("{count} attempts for {id} in show"));
            }
        }
    }
    let most = 10.max(facts.run.sent.len() / 10);
    // A look before the deadline, or when patience ends, may come as soon as a retry.
    if retries > most + 2 {
        wrong.push(format!("{retries} retries among {} requests", facts.run.sent.len()));
    }
    if !wait && facts.failing.len() < 10 {
        given_up(facts, &asked, &before, wrong);
    }
}

/// Whether there are errors that were already retried below the engine.
fn refuses_retries(facts: &Facts<'_>) -> bool {
    let outages = facts.scenario.outages.iter().map(|outage| &outage.fault);
    facts.scenario.faults.iter().chain(outages).any(|fault| fault.retried)
}

/// In show, a job is given up after three attempts only, where there are retries left and nobody asks to wait.
fn given_up(facts: &Facts<'_>, asked: &HashMap<&str, usize>, last: &HashMap<&Key, &Sent>, wrong: &mut Vec<String>) {
    let asks = |(_, received): (&Sent, &Received)| matches!(received.said, Said::Error { retry_after: Some(_), .. });
    let scenario = facts.scenario;
    if facts.run.answers().any(asks) || refuses_retries(facts) || !facts.run.stops.is_empty() || facts.stop.is_some() {
        return;
    }
    let outages = scenario.outages.iter().any(|outage| outage.from < facts.run.ended.unwrap_or_default() + s(10));
    if facts.contact.is_none() || outages {
        return;
    }
    for (id, count) in asked.iter().filter(|(_, count)| **count < 3) {
        let sent = last.get(&((*id).to_owned(), None));
        let received = sent.and_then(|sent| sent.received.as_ref());
        // Three slow attempts may take longer than the time of a look.
        let slow = sent.zip(received).is_some_and(|(sent, received)| received.at - sent.at > s(4));
        if received.is_some_and(|received| matches!(received.said, Said::Error { retryable: true, .. })) && !slow {
            wrong.push(format!("{id} is given up after {count} attempts"));
        }
    }
}
