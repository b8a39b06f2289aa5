//! Which exit codes the contract allows (CONTRACT §4, §6; RELIABILITY §3.2, §3.16), by what the engine received and by
//! the world's truth.
//!
//! Each job and each request has a set of codes that it may contribute; 0 is none. The code of the run is the lowest
//! that is not 0.

use std::collections::BTreeSet;

use cph::error::Kind;
use cph::exit::Exit;
use cph::job::Status;

use crate::facts::{About, Fact, Facts, Stop};
use crate::requests;
use crate::scenario::s;

pub(crate) type Codes = BTreeSet<u8>;

/// All that is wrong with the verdict.
pub(crate) fn complaints(facts: &Facts<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    if facts.run.ended.is_none() {
        return wrong;
    }
    let exit = facts.run.verdict.code();
    let mut all: Vec<(String, Codes)> = (0..facts.scenario.refused).map(|_| ("refused".into(), [1].into())).collect();
    for (id, received) in &facts.jobs {
        let before: Vec<Fact> = received.iter().filter(|fact| fact.number < facts.run.decided).copied().collect();
        // What was received while the end was being noticed may count or not.
        let mut codes = job(facts, id, received);
        codes.extend(job(facts, id, &before));
        if facts.is_heavy() {
            codes.insert(7);
        }
        all.push(((*id).to_owned(), codes));
    }
    for (request, reads) in &facts.reads {
        let listed = facts.listed.get(request);
        let is_member = |id: &str| listed.is_some_and(|listed| listed.contains(id));
        let decided_by_jobs = all.iter().any(|(id, codes)| is_member(id) && !codes.contains(&0));
        all.push((format!("request {request}"), requests::codes(facts, request, reads, decided_by_jobs)));
        if exit == 0 {
            wrong.extend(requests::hidden(facts, request, reads));
        }
    }
    if all.is_empty() {
        all.push(("nothing".into(), [5].into()));
    }
    for (name, codes) in &all {
        if !codes.iter().any(|code| *code == 0 || (exit > 0 && *code >= exit)) {
            wrong.push(format!("exit {exit}, but {name} allows {codes:?} only"));
        }
    }
    if exit > 0 && !all.iter().any(|(_, codes)| codes.contains(&exit)) {
        let codes: BTreeSet<_> = all.iter().map(|(_, codes)| codes).collect();
        wrong.push(format!("exit {exit}, and nothing is a reason for it: {codes:?}"));
    }
    wrong.extend(entries(facts));
    wrong
}

fn job(facts: &Facts<'_>, id: &str, received: &[Fact]) -> Codes {
    let has = |status| received.iter().any(|fact| fact.said == About::Status(status));
    if !is_id(id) {
        // It can't be asked for, and is never part of a 0; that it failed is known all the same.
        return if has(Status::Failure) { [1, 7].into() } else { [7].into() };
    }
    let missing = |fact: &Fact| matches!(fact.said, About::Error(Kind::NotFound, _));
    match (has(Status::Success), has(Status::Failure)) {
        (true, true) => return [7].into(),
        (false, true) => return [1].into(),
        (true, false) => {
            // A list answers for a job again and again: what was final before or behind its end may count.
            let others = received.iter().enumerate().filter_map(|(at, fact)| last_word(facts, &received[..at], fact));
            let late = received.iter().any(|fact| missing(fact) && fact.at >= s(15)).then_some(5);
            return others.chain(late).chain([0]).collect();
        }
        (false, false) => {}
    }
    if let Some(code) = received.iter().enumerate().find_map(|(at, fact)| last_word(facts, &received[..at], fact)) {
        return [code].into();
    }
    if received.last().is_some_and(|fact| missing(fact) && fact.at >= s(15)) && !facts.timed_out && facts.stop.is_none()
    {
        return [5].into();
    }
    let wait = facts.scenario.policy.repeat;
    let mut codes = Codes::new();
    if let Some((stop, _, _)) = facts.stop {
        codes.insert(code_of(stop));
    }
    if gave_up(facts, received) {
        codes.insert(6);
    }
    if has(Status::Running) {
        if !wait || (facts.timed_out && facts.stop.is_none()) {
            codes.insert(8);
        } else if facts.stop.is_none() {
            codes.insert(6);
        }
        return codes;
    }
    for fact in received {
        match fact.said {
            About::Error(Kind::NotFound, _) => codes.insert(5),
            _ => codes.insert(6),
        };
    }
    if (received.is_empty() && facts.stop.is_none()) || facts.timed_out {
        codes.insert(6);
    }
    codes
}

/// The code of an answer after which there is nothing more to query.
fn last_word(facts: &Facts<'_>, before: &[Fact], fact: &Fact) -> Option<u8> {
    let policy = &facts.scenario.policy;
    let seen = before.iter().any(|fact| matches!(fact.said, About::Status(_)));
    match fact.said {
        About::Status(Status::Unknown) | About::Error(Kind::UnknownStatus | Kind::WrongJob | Kind::BadAnswer, _) => {
            Some(7)
        }
        About::Error(Kind::Forbidden, _) => Some(4),
        About::Error(Kind::NotFound, _) if !policy.repeat || seen => Some(5),
        About::Error(Kind::ServiceError, false) if !policy.repeat => Some(6),
        _ => None,
    }
}

pub(crate) fn code_of(stop: Stop) -> u8 {
    match stop {
        Stop::Refused | Stop::Forbidden => 4,
        Stop::Tls => 6,
    }
}

/// Whether a job alone was not answered for so long; the contract says it of a run, and one bad job is no bad run.
pub(crate) fn gave_up(facts: &Facts<'_>, received: &[Fact]) -> bool {
    let passes = |fact: &&Fact| matches!(fact.said, About::Error(_, true) | About::Error(Kind::ServiceError, false));
    let mut failing = received.iter().rev().take_while(passes);
    let last = failing.next();
    let first = failing.last();
    facts.scenario.policy.repeat && last.zip(first).is_some_and(|(last, first)| last.at >= first.at + s(300))
}

/// Whether the run ended because nothing was answered for so long.
pub(crate) fn patience_is_over(facts: &Facts<'_>) -> bool {
    let Some(ended) = facts.run.ended else { return false };
    let last = facts.last_good.unwrap_or_default();
    let bears = if facts.scenario.policy.repeat { s(300) } else { s(0) };
    facts.failing.last().is_some_and(|failed| *failed >= last) && ended >= last + bears
}

/// Compares the entries with what was received.
fn entries(facts: &Facts<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    let outcome = &facts.run.outcome;
    let ids: Vec<&str> = outcome.entries.iter().filter_map(|entry| entry.job.job_id.as_deref()).collect();
    let asked: Vec<&str> = facts.scenario.jobs.iter().map(|job| job.id.as_str()).collect();
    if !ids.starts_with(&asked) || BTreeSet::from_iter(&ids).len() != ids.len() {
        wrong.push(format!("the entries are not what was asked for: {ids:?}"));
    }
    if outcome.entries.len() != ids.len() + facts.scenario.refused {
        wrong.push("a refused item has no entry".to_owned());
    }
    for entry in &outcome.entries {
        let Some(received) = entry.job.job_id.as_deref().and_then(|id| facts.jobs.get(id)) else { continue };
        let has = |status| received.iter().any(|fact| fact.said == About::Status(status));
        let id = entry.job.job_id.as_deref().unwrap_or_default();
        let both = has(Status::Success) && has(Status::Failure);
        let status = entry.job.status;
        if status != Status::Unknown && !has(status) {
            wrong.push(format!("{id} is {status:?}, and nobody said so"));
        }
        if entry.exit == Exit::Ok && (!has(Status::Success) || (both && facts.run.decided == usize::MAX)) {
            wrong.push(format!("{id} contributes 0, and its answers do not prove that"));
        }
        if entry.exit == Exit::Failed && !has(Status::Failure) {
            wrong.push(format!("{id} contributes 1, and nobody said that it failed"));
        }
        let needs_no_error = matches!(entry.exit, Exit::Ok | Exit::Failed | Exit::Running);
        if entry.error.is_none() && !needs_no_error && !outcome.failed_fast {
            wrong.push(format!("{id} contributes {:?}, and has no error", entry.exit));
        }
        // Once reported as ended, it must not be shown as anything less.
        if received.iter().any(|fact| fact.said.is_terminal() && fact.number < facts.run.decided)
            && status == Status::Running
            && received.iter().enumerate().all(|(at, fact)| last_word(facts, &received[..at], fact).is_none())
        {
            wrong.push(format!("{id} was reported as ended and is {status:?}"));
        }
    }
    wrong
}

fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
