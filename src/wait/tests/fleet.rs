//! Many jobs, each asked for by itself.

use std::cell::Cell;

use super::*;

#[test]
fn one_429_slows_all_pollers() {
    let ids: Vec<String> = (0..40).map(|n| format!("j{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let throttled = Cell::new(false);
    let story = run(Wait::new(options(60), &ids, &[]), |now, ask| {
        if now > s(20) && !throttled.replace(true) {
            return no(Kind::RateLimited).map_err(|mut error| {
                error.service.retry_after = Some(s(5));
                error
            });
        }
        ok(job(id_of(ask), 0, s(999), Status::Success, now))
    });
    let between = |from: u64, to: u64| story.asked.iter().filter(|(at, _)| (s(from)..s(to)).contains(at)).count();
    let quiet = story.asked.windows(2).map(|pair| pair[1].0 - pair[0].0).max().unwrap();
    assert!(quiet >= ms(4800), "{quiet:?}");
    assert!(between(30, 40) < between(10, 20), "{} {}", between(30, 40), between(10, 20));
}

#[test]
fn the_first_goes_alone_and_a_refused_key_costs_one() {
    let ids: Vec<String> = (0..1000).map(|n| format!("j{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for (kind, exit) in
        [(Kind::AuthRejected, Exit::Auth), (Kind::Forbidden, Exit::Auth), (Kind::Tls, Exit::Unreachable)]
    {
        let story = run(Wait::new(options(60), &ids, &[]), |_, _| no(kind));
        assert_eq!((story.outcome.verdict, story.asked.len()), (exit, 1));
        assert!(story.outcome.entries.iter().all(|entry| entry.error.as_ref().is_some_and(|e| e.kind == kind)));
    }
    let story = run(Wait::new(options(60), &ids, &[]), |_, _| no(Kind::Unreachable));
    assert_eq!(story.outcome.verdict, Exit::Unreachable);
    assert!(story.asked.len() <= 17 + 10, "{}", story.asked.len());
    let story = run(Wait::new(options(60), &ids, &[]), |now, ask| ok(job(id_of(ask), 0, s(0), Status::Success, now)));
    assert_eq!((story.outcome.verdict, story.asked.len(), story.widest), (Exit::Ok, 1000, 16));
}

#[test]
fn one_bad_job_does_not_stop_the_others() {
    let story = run(Wait::new(options(900), &["gone", "bad", "no", "good"], &[]), |now, ask| match id_of(ask) {
        "gone" => no(Kind::NotFound),
        "bad" => no(Kind::BadAnswer),
        "no" => no(Kind::Forbidden),
        id => ok(job(id, 0, s(120), Status::Success, now)),
    });
    assert_eq!(story.outcome.verdict, Exit::Auth);
    assert_eq!(story.outcome.entries[3].job.status, Status::Success);
    assert_eq!(story.looks_at("bad").len(), 1);
    assert!(story.looks_at("gone").len() < 20);
}

#[test]
fn fail_fast_stops_at_the_first_failure_and_otherwise_all_are_awaited() {
    for (fail_fast, seconds) in [(true, 5..=7), (false, 100..=112)] {
        let options = Options { fail_fast, ..options(900) };
        let story = run(Wait::new(options, &["fails", "b", "c"], &[]), |now, ask| match id_of(ask) {
            "fails" => ok(job("fails", 0, s(5), Status::Failure, now)),
            id => ok(job(id, 0, s(100), Status::Success, now)),
        });
        assert_eq!(story.outcome.verdict, Exit::Failed);
        assert!(seconds.contains(&story.took.as_secs()), "{:?}", story.took);
    }
}

#[test]
fn a_terminal_state_is_final_and_ended_jobs_are_not_asked_again() {
    let story = run(Wait::new(options(60), &["a", "b"], &[]), |now, ask| match id_of(ask) {
        "a" => ok(job("a", 0, s(3), Status::Success, now)),
        id => ok(job(id, 0, s(30), Status::Success, now)),
    });
    assert!(story.looks_at("a").last().unwrap() < &s(5));
}

#[test]
fn many_single_jobs_are_spread_and_a_machine_that_slept_makes_no_burst() {
    let ids: Vec<String> = (0..300).map(|n| format!("j{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let old = |now, ask: &Ask| ok(job(id_of(ask), 5000, s(9999), Status::Success, now));
    let story = stopped_at(Wait::new(options(200), &ids, &[]), &[(s(60), s(60))], old);
    let in_a_second = |second: u64| story.asked.iter().filter(|(at, _)| at.as_secs() == second).count();
    for second in (2..59).chain(121..200) {
        assert!(in_a_second(second) <= 45, "{second}: {}", in_a_second(second));
    }
    assert!(story.widest <= 16);
}

#[test]
fn a_few_retries_are_quick_and_no_more() {
    let ids: Vec<String> = (0..100).map(|n| format!("j{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let story = run(Wait::new(options(300), &ids, &[]), |now, ask| {
        if now > s(10) { no(Kind::ServiceError) } else { ok(job(id_of(ask), 5000, s(9999), Status::Success, now)) }
    });
    // Nobody answers: one probe at a time, with growing pauses.
    let probes = story.asked.iter().filter(|(at, _)| *at > s(60)).count();
    assert!(probes < 60, "{probes}");
}

#[test]
fn an_old_job_does_not_hold_up_a_young_one() {
    for _ in 0..50 {
        let ends = s(15) + ms(fastrand::u64(0..1000));
        let story = run(Wait::new(options(3600), &["old", "young", "older"], &[]), |now, ask| match id_of(ask) {
            "young" => ok(job("young", 0, ends, Status::Success, now)),
            id => ok(job(id, 9000, s(120), Status::Success, now)),
        });
        let last = *story.looks_at("young").last().unwrap();
        let delay = last.saturating_sub(ends);
        assert!(delay <= ends.mul_f64(0.12) + 2 * RTT + ms(100), "{delay:?}");
    }
}

#[test]
fn requests_that_were_under_way_together_meet_one_trouble() {
    let ids: Vec<String> = (0..300).map(|n| format!("j{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    // As after a stop of the machine that outlasts every request under way.
    let stops = [(s(20), s(12))];
    let story = stopped_at(Wait::new(options(60), &ids, &[]), &stops, |now, ask| {
        if (s(20) - RTT..s(20) + RTT).contains(&now) {
            return no(Kind::HttpTimeout);
        }
        ok(job(id_of(ask), 50, s(9999), Status::Success, now))
    });
    let after = story.asked.iter().map(|(at, _)| *at).find(|at| *at >= s(32)).unwrap();
    assert!(after < s(33), "{after:?}");
}
