//! What good answers change, step by step, without a service.

use super::super::policy::{LONG_TEXTS, TEXT_BUDGET};
use super::*;

fn running(id: &str, now: Duration) -> Observation {
    job(id, 0, s(9999), Status::Success, now)
}

/// Its texts have so many bytes together.
fn with_texts(observation: Observation, bytes: usize) -> Observation {
    let others = observation.job.text_bytes();
    let execute_msg = Some("x".repeat(bytes - others));
    Observation { job: Job { execute_msg, ..observation.job }, ..observation }
}

#[test]
fn texts_are_counted_once_a_job_and_have_limits() {
    let mut engine = wait(60, &["a", "b"], &[]);
    let mut look = |now, id: &str, bytes: usize| {
        let attempt = send(&mut engine, now);
        assert_eq!(attempt.query, Query::Job(id.to_owned()));
        engine.answered(now, &attempt, ok(with_texts(running(id, now), bytes)), 0.5);
        (engine.texts, engine.has_long_texts, engine.targets.iter().filter(|target| target.is_open(true)).count())
    };
    assert_eq!(look(s(0), "a", LONG_TEXTS), (LONG_TEXTS, false, 2));
    assert_eq!(look(s(0), "b", 100), (LONG_TEXTS + 100, false, 2));
    assert_eq!(look(s(2), "a", LONG_TEXTS + 1), (LONG_TEXTS + 101, true, 2));
    assert_eq!(look(s(2), "b", 100), (LONG_TEXTS + 101, true, 2));
    assert_eq!(look(s(4), "a", TEXT_BUDGET - 100), (TEXT_BUDGET, true, 2));
    assert_eq!(look(s(4), "b", 101).2, 1, "that was too much");
}

#[test]
fn many_jobs_are_looked_at_in_the_order_of_their_last_looks() {
    for (count, due) in [(23, ms(1100)), (24, ms(1000))] {
        let ids = super::names(count);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut engine = wait(600, &ids, &[]);
        for (at, id) in ids.iter().enumerate() {
            let attempt = send(&mut engine, s(0));
            engine.answered(s(0), &attempt, ok(running(id, s(0))), 1.0);
            let last = at + 1 == count;
            assert!(!last || engine.targets[at].poll.due == Some(due), "{count}: {:?}", engine.targets[at].poll.due);
        }
    }
}

#[test]
fn two_jobs_are_enough_for_a_list() {
    let story = run(wait(60, &["a", "b"], &[]), |now, query| match query {
        Query::Page { range, .. } => page(&["a".to_owned(), "b".to_owned()], *range, |id| running(id, now)),
        Query::Phones { .. } => no(Kind::NotFound),
        Query::Job(id) => {
            let mut observation = running(id, now);
            observation.job.request_id = Some("r".to_owned());
            ok(observation)
        }
    });
    assert!(story.looks_at("a").len() + story.looks_at("b").len() == 2 && !story.pages().is_empty());
}

#[test]
fn what_vanished_from_a_list_leads_to_no_other_list() {
    let story = run(wait(60, &[], &["r"]), |now, query| match query {
        Query::Page { request_id, range } => {
            assert_eq!(request_id, "r");
            let there = if now < s(2) { 3 } else { 1 };
            page(&super::names(there), *range, |id| running(id, now))
        }
        Query::Phones { .. } => no(Kind::NotFound),
        Query::Job(id) => {
            let mut observation = running(id, now);
            observation.job.request_id = Some("other".to_owned());
            ok(observation)
        }
    });
    assert!(!story.looks_at("j0002").is_empty());
}
