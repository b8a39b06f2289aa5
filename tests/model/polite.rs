//! What the engine may ask, how often and when (CONTRACT §2 at its end, §6; RELIABILITY §4).

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use cph::error::Kind;
use cph::poll::Ask;

use crate::driver::{Key, Said, Sent, Told};
use crate::facts::{Fact, Facts};
use crate::lists::confirmed;
use crate::scenario::{ms, s};

pub(crate) fn complaints(facts: &Facts<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    one_by_one(facts, &mut wrong);
    first_contact(facts, &mut wrong);
    attempts(facts, &mut wrong);
    ceiling(facts, &mut wrong);
    throttled(facts, &mut wrong);
    asked_to_wait(facts, &mut wrong);
    wrong
}

/// What each request must respect for itself.
fn one_by_one<'a>(facts: &Facts<'a>, wrong: &mut Vec<String>) {
    let first_told = facts.run.told.first().and_then(|at| facts.run.sent[*at].told.as_ref());
    let pointless = |(id, told): (&&'a str, &Vec<Fact>)| Some((*id, facts.pointless_after(told)?.number));
    let pointless: HashMap<&str, usize> = facts.jobs.iter().filter_map(pointless).collect();
    let mut free_from: HashMap<&Key, Option<usize>> = HashMap::new();
    for (at, sent) in facts.run.sent.iter().enumerate() {
        if at > 0 && first_told.is_none_or(|told| told.number > sent.number) {
            wrong.push(format!("request {at} before the answer to the first"));
        }
        if sent.in_flight > 16 {
            wrong.push(format!("{} requests in flight at {:?}", sent.in_flight, sent.at));
        }
        if let Some((stop, number, _)) = facts.stop
            && sent.number > number
        {
            wrong.push(format!("{:?} after the run was stopped ({stop:?})", sent.ask));
        }
        if let Ask::Job(id) = &sent.ask {
            if id.starts_with("..") {
                wrong.push(format!("{id:?} is asked for"));
            }
            if pointless.get(id.as_str()).is_some_and(|number| *number < sent.number) {
                wrong.push(format!("{id} is asked for again at {:?}, and nothing more can be learned", sent.at));
            }
        }
        // One question has one answer under way; a list, one page.
        let busy = free_from.insert(&sent.key, sent.told.as_ref().map(|told| told.number));
        if busy.is_some_and(|free| free.is_none_or(|number| number > sent.number)) {
            wrong.push(format!("{:?} is asked for twice at the same time", sent.ask));
        }
    }
    for (request, reads) in &facts.reads {
        if let Some(stray) = reads.iter().find_map(|read| read.stray) {
            wrong.push(format!("{request}: offset and limit {stray:?} are none that the rule gives"));
        }
        let enough = reads.iter().enumerate().find(|(at, read)| {
            // Two in a row, whatever was read before.
            confirmed(&reads[at.saturating_sub(1)..=*at]).is_some() && facts.all_succeeded(request, read.told)
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
    let useless = |sent: &&Sent| matches!(&sent.told, Some(Told { said: Said::Error { retryable: false, .. }, .. }));
    let most = if before.iter().any(useless) { 48 } else { 33 };
    if before.iter().filter(|sent| !useless(sent)).count() > most {
        wrong.push(format!("{} requests before the first good answer", before.len()));
    }
    let subjects = facts.scenario.jobs.len() + facts.reads.len();
    let mut known: HashSet<&Key> = HashSet::new();
    for sent in &before {
        if !known.insert(&sent.key) && known.len() < subjects.min(17) {
            wrong.push(format!("{:?} is asked for again, and others never were", sent.ask));
        }
    }
    // Only answers that are no sign of life, and that may pass.
    let plain = facts.run.answers().all(|(_, told)| matches!(told.said, Said::Error { retryable: true, .. }));
    if !plain || facts.contact.is_some() || !facts.scenario.jumps.is_empty() {
        return;
    }
    let Some(ended) = facts.run.ended else { return };
    if facts.timed_out {
        return;
    }
    if facts.run.verdict.code() != if facts.scenario.refused > 0 { 1 } else { 6 } {
        wrong.push(format!("no good answer, and exit {}", facts.run.verdict.code()));
    }
    let asked = |told: &Told| match told.said {
        Said::Error { retry_after: Some(asked), .. } => asked.min(s(60)),
        _ => Duration::ZERO,
    };
    let most = facts.run.answers().map(|(_, told)| asked(told)).max().unwrap_or_default();
    let fast = facts.run.answers().all(|(sent, told)| told.at - sent.at < ms(600));
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
        let failed = |last: &Sent| matches!(&last.told, Some(Told { said: Said::Error { retryable: true, .. }, .. }));
        let last = before.insert(&sent.key, sent);
        if last.is_some_and(|last| last.number > contact && failed(last) && soon(last)) {
            retries += 1;
        }
        if let Ask::Job(id) = &sent.ask {
            let count = asked.entry(id).or_default();
            *count += 1;
            if !wait && *count > 3 {
                wrong.push(format!("{count} attempts for {id} in show"));
            }
        }
    }
    let most = 10.max(facts.run.sent.len() / 10);
    if retries > most {
        wrong.push(format!("{retries} retries among {} requests", facts.run.sent.len()));
    }
    if !wait && retries < 10 {
        given_up(facts, &asked, &before, wrong);
    }
}

/// In show, a job is given up after three attempts only, where there are retries left and nobody asks to wait.
fn given_up(facts: &Facts<'_>, asked: &HashMap<&str, usize>, last: &HashMap<&Key, &Sent>, wrong: &mut Vec<String>) {
    let asks = |(_, told): (&Sent, &Told)| matches!(told.said, Said::Error { retry_after: Some(_), .. });
    let scenario = facts.scenario;
    let refuses = scenario.faults.iter().any(|fault| fault.retried);
    if facts.run.answers().any(asks) || refuses || !scenario.jumps.is_empty() || facts.stop.is_some() {
        return;
    }
    let outages = scenario.outages.iter().any(|outage| outage.from < facts.run.ended.unwrap_or_default());
    if facts.contact.is_none() || outages {
        return;
    }
    for (id, count) in asked.iter().filter(|(_, count)| **count < 3) {
        let sent = last.get(&((*id).to_owned(), None));
        let told = sent.and_then(|sent| sent.told.as_ref());
        // Three slow attempts may take longer than the time of a look.
        let slow = sent.zip(told).is_some_and(|(sent, told)| told.at - sent.at > s(4));
        if told.is_some_and(|told| matches!(told.said, Said::Error { retryable: true, .. })) && !slow {
            wrong.push(format!("{id} is given up after {count} attempts"));
        }
    }
}

/// Requests for single jobs that were asked for before, after the rounds of first contact.
fn repeated<'a>(facts: &'a Facts<'_>) -> Vec<&'a Sent> {
    let mut known = HashSet::new();
    let contact = facts.contact.map_or(usize::MAX, |(number, _)| number);
    let again = |sent: &&'a Sent| matches!(&sent.ask, Ask::Job(id) if !known.insert(id)) && sent.number > contact;
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
    for (sent, told) in facts.run.answers() {
        // Those that were under way together count once.
        let known = after.last().is_some_and(|(number, _, _)| sent.number < *number);
        if known || !matches!(told.said, Said::Error { kind: Kind::RateLimited, .. }) {
            continue;
        }
        // The last second: any that ends within the one before the answer.
        let from = all.partition_point(|at| *at + s(2) < told.at);
        let to = all.partition_point(|at| *at <= told.at);
        let busiest = most_in(&all[from..to], s(1)).0 as f64;
        let calm = after.last().map_or(0, |(_, at, _)| (told.at - *at).as_secs() / 60);
        rate = (rate * 2.0_f64.powi(calm as i32)).min((busiest / 2.0).max(1.0));
        after.push((told.number, told.at, rate));
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
            wrong.push(format!("{:?} is asked for at {:?}, not from {until:?} on", sent.ask, sent.at));
        }
        if let Some(Told { at, said: Said::Error { retry_after: Some(asked), retryable: true, .. }, .. }) = &sent.told {
            let asked = if facts.scenario.policy.repeat { (*asked).min(s(60)) } else { *asked };
            not_before.insert(&sent.key, *at + asked);
        }
        let Some(Told { at, said: Said::Error { retryable: true, .. }, .. }) = &sent.told else {
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
