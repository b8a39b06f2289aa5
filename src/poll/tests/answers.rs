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

/// Jobs asked for by id that name request `r` from `told` on; its list has them and one more, which runs on.
fn sharing(ids: &[String], told: Duration, ends: Duration) -> Story {
    let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
    run(wait(60, &refs, &[]), |now, query| match query {
        Query::Page { range, .. } => {
            let listed: Vec<String> = ids.iter().cloned().chain(["other".to_owned()]).collect();
            page(&listed, *range, |id| job(id, 0, if id == "other" { s(9999) } else { ends }, Status::Success, now))
        }
        Query::Phones { .. } => no(Kind::NotFound),
        Query::Job(id) => {
            let mut observation = job(id, 0, ends, Status::Success, now);
            observation.job.request_id = Some("r".to_owned()).filter(|_| now >= told);
            ok(observation)
        }
    })
}

fn singles(story: &Story, from: Duration) -> usize {
    story.asked.iter().filter(|(at, query)| *at >= from && matches!(query, Query::Job(_))).count()
}

#[test]
fn a_found_list_speaks_for_two_jobs_and_for_no_other() {
    let story = sharing(&super::names(2), s(0), s(20));
    assert_eq!((singles(&story, s(0)), story.verdict, story.outcome.entries.len()), (2, Exit::Ok, 2));
    assert!(story.took < s(25), "{:?}", story.took);
    assert!(!story.changes.iter().any(|change| matches!(change, Change::Listed(..))), "nobody asked for it");
}

#[test]
fn a_found_list_is_read_on_only_where_its_page_was_full_and_jobs_are_left() {
    let story = sharing(&super::names(102), s(5), s(50));
    assert_eq!((singles(&story, s(15)), story.verdict), (0, Exit::Ok));
    // One job is on no list.
    let ids = ["alone", "a", "b"];
    let story = run(wait(60, &ids, &[]), |now, query| match query {
        Query::Page { range, .. } => page(&["a".to_owned(), "b".to_owned()], *range, |id| running(id, now)),
        Query::Phones { .. } => no(Kind::NotFound),
        Query::Job(id) => {
            let mut observation = running(id, now);
            observation.job.request_id = (id != "alone").then(|| "r".to_owned());
            ok(observation)
        }
    });
    let pages = story.asked.iter().filter(|(at, query)| *at < s(1) && matches!(query, Query::Page { .. }));
    assert_eq!(pages.count(), 1);
}

#[test]
fn a_named_list_is_told_once_and_old_jobs_on_it_are_looked_at_seldom() {
    let story = run(wait(100, &[], &["r"]), |now, query| match query {
        Query::Page { range, .. } => {
            page(&super::names(3), *range, |id| job(id, 86_400, s(99_999), Status::Success, now))
        }
        Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
    });
    let listed: Vec<&Change> = story.changes.iter().filter(|change| matches!(change, Change::Listed(..))).collect();
    assert_eq!(listed, [&Change::Listed("r".to_owned(), 3)]);
    assert!((10..=14).contains(&story.pages().len()), "{}", story.pages().len());
}

#[test]
fn a_job_that_moved_to_another_list_is_not_asked_for_by_itself() {
    let story = run(wait(60, &[], &["a", "b"]), |now, query| match query {
        Query::Page { request_id, range } => {
            let ids = match (request_id.as_str(), now) {
                ("a", now) if now < s(3) => &["x", "y"][..],
                ("a", _) => &["y"],
                (_, now) if now < s(6) => &["z"],
                (_, _) => &["z", "x"],
            };
            let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
            page(&ids, *range, |id| running(id, now))
        }
        Query::Phones { .. } => no(Kind::NotFound),
        Query::Job(id) => ok(running(id, now)),
    });
    let looks = story.looks_at("x");
    assert!(!looks.is_empty() && looks.iter().all(|at| *at < s(10)), "{looks:?}");
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
