//! Many jobs, each asked for by itself.

use std::cell::Cell;

use super::*;

#[test]
fn one_429_slows_all_pollers() {
    let ids = names(40);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let throttled = Cell::new(false);
    let story = run(wait(60, &ids, &[]), |now, query| {
        if now > s(20) && !throttled.replace(true) {
            return asked_to_wait(Kind::RateLimited, 5);
        }
        ok(job(id_of(query), 0, s(999), Status::Success, now))
    });
    let quiet = story.asked.windows(2).map(|pair| pair[1].0 - pair[0].0).max().unwrap();
    assert!(quiet >= ms(4800), "{quiet:?}");
    assert!(story.changes.iter().any(|change| matches!(change, Change::Throttled { .. })));
    assert!(story.between(s(30), s(40)) < story.between(s(10), s(20)));
}

#[test]
fn the_first_goes_alone_and_a_refused_key_costs_one() {
    let ids = names(1000);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for (kind, exit) in
        [(Kind::AuthRejected, Exit::Auth), (Kind::Forbidden, Exit::Auth), (Kind::Tls, Exit::Unreachable)]
    {
        let story = run(wait(60, &ids, &[]), |_, _| no(kind));
        assert_eq!((story.verdict, story.asked.len()), (exit, 1));
        assert!(story.outcome.entries.iter().all(|entry| entry.error.as_ref().is_some_and(|e| e.kind == kind)));
    }
    let story = run(wait(60, &ids, &[]), |now, query| ok(job(id_of(query), 0, s(0), Status::Success, now)));
    assert_eq!((story.verdict, story.asked.len(), story.widest), (Exit::Ok, 1000, 16));
}

#[test]
fn one_bad_job_does_not_stop_the_others() {
    let story = run(wait(900, &["gone", "bad", "no", "good"], &[]), |now, query| match id_of(query) {
        "gone" => no(Kind::NotFound),
        "bad" => no(Kind::BadAnswer),
        "no" => no(Kind::Forbidden),
        id => ok(job(id, 0, s(120), Status::Success, now)),
    });
    assert_eq!(story.verdict, Exit::Auth);
    assert_eq!(story.outcome.entries[3].job.status, Status::Success);
    assert_eq!(story.looks_at("bad").len(), 1);
    assert!(story.looks_at("gone").len() < 20);
}

#[test]
fn fail_fast_stops_at_the_first_failure_and_otherwise_all_are_awaited() {
    for (fail_fast, seconds) in [(true, 5..=7), (false, 100..=112)] {
        let policy = Policy { fail_fast, ..policy(900) };
        let story = run(engine(policy, &["fails", "b", "c"], &[]), |now, query| match id_of(query) {
            "fails" => ok(job("fails", 0, s(5), Status::Failure, now)),
            id => ok(job(id, 0, s(100), Status::Success, now)),
        });
        assert_eq!(story.verdict, Exit::Failed);
        assert!(seconds.contains(&story.took.as_secs()), "{:?}", story.took);
    }
}

#[test]
fn a_terminal_state_is_final_and_ended_jobs_are_not_asked_again() {
    let story = run(wait(60, &["a", "b"], &[]), |now, query| match id_of(query) {
        "a" => ok(job("a", 0, s(3), Status::Success, now)),
        id => ok(job(id, 0, s(30), Status::Success, now)),
    });
    assert!(story.looks_at("a").last().unwrap() < &s(5));
}

#[test]
fn after_the_first_round_single_jobs_have_a_ceiling_and_a_machine_that_slept_makes_no_burst() {
    let ids = names(1000);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let old = |now, query: &Query| ok(job(id_of(query), 5000, s(9999), Status::Success, now));
    let story = run_with(wait(400, &ids, &[]), |_| RTT, &[(s(60), s(60))], old);
    let first_round = story.asked[999].0;
    assert!(first_round < s(4), "{first_round:?}");
    let begins = (0..300).map(|second| first_round + s(second));
    for begin in begins {
        assert!(story.between(begin, begin + s(60)) <= 1200, "{begin:?}: {}", story.between(begin, begin + s(60)));
        assert!(story.between(begin, begin + s(1)) <= 21);
    }
    assert!(story.widest <= 16);
    let stretched = story.changes.iter().filter(|change| matches!(change, Change::Stretched { jobs: 900.., .. }));
    assert_eq!(stretched.count(), 1);
}

#[test]
fn jobs_that_end_together_are_seen_within_one_round() {
    for (count, round) in [(1, 12), (200, 12), (300, 16), (600, 31)] {
        let ids = names(count);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let ends = s(200);
        let story = run(wait(900, &ids, &[]), |now, query| ok(job(id_of(query), 0, ends, Status::Success, now)));
        assert!(story.took - ends < s(round), "{count}: {:?}", story.took - ends);
        // Each look comes within its interval and one round.
        for id in &ids {
            let looks = story.looks_at(id);
            let latest = looks.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
            assert!(latest < s(round), "{id} of {count}: {latest:?}");
        }
    }
}

#[test]
fn a_429_lowers_the_rate_and_it_outranks_the_interval() {
    let ids = names(100);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let policy = Policy { interval: Some(s(1)), ..policy(70) };
    let throttled = Cell::new(false);
    let story = run(engine(policy, &ids, &[]), |now, query| {
        if now > s(20) && !throttled.replace(true) {
            no(Kind::RateLimited)
        } else {
            ok(job(id_of(query), 0, s(999), Status::Success, now))
        }
    });
    assert!(story.between(s(10), s(20)) >= 195, "{}", story.between(s(10), s(20)));
    assert!((90..=105).contains(&story.between(s(30), s(40))), "{}", story.between(s(30), s(40)));
}

#[test]
fn the_last_look_before_the_deadline_sees_what_ended() {
    // Old jobs are looked at every ten seconds: the end would be missed by up to nine.
    for count in [1, 10, 20] {
        let ids = names(count);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let story = run(wait(35, &ids, &[]), |now, query| {
            ok(job(id_of(query), 9000, s(9000 + 33), Status::Success, s(9000) + now))
        });
        assert_eq!(story.verdict, Exit::Ok, "{count}");
        assert!(story.took >= s(34) && story.took <= s(35));
    }
    // More than there is time for: those looked at longest ago come first, the rest keep their state.
    let ids = names(100);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let story = run(wait(35, &ids, &[]), |now, query| {
        ok(job(id_of(query), 9000, s(9000 + 33), Status::Success, s(9000) + now))
    });
    assert_eq!((story.verdict, story.took), (Exit::Running, s(35)));
    let seen = story.outcome.entries.iter().filter(|entry| entry.job.status == Status::Success).count();
    assert!((18..60).contains(&seen), "{seen}");
    // A slow service is asked earlier.
    let slow = |_: &Query| s(3);
    let story = run_with(wait(60, &["a"], &[]), slow, &[], |now, _| {
        ok(job("a", 9000, s(9000 + 56), Status::Success, s(9000) + now))
    });
    assert_eq!(story.verdict, Exit::Ok);
}

#[test]
fn texts_are_bounded_in_both_commands_and_when_nobody_reads_them() {
    let ids = names(40);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for policy in [Policy::show(), Policy::wait(), Policy { keep_texts: false, ..Policy::show() }] {
        let keeps = policy.keep_texts;
        let story = run(engine(policy, &ids, &[]), |now, query| {
            let mut heavy = job(id_of(query), 0, s(0), Status::Success, now);
            heavy.job.execute_msg = Some("x".repeat((1 << 20) + 1));
            ok(heavy)
        });
        assert_eq!((story.verdict, story.widest), (Exit::BadAnswer, 4));
        let success = story.outcome.entries.iter().filter(|entry| entry.exit == Exit::Ok);
        assert_eq!(success.clone().count(), 31);
        assert!(success.clone().all(|entry| entry.job.execute_msg.is_some() == keeps));
        assert_eq!(story.words().iter().filter(|word| **word == "bad_answer").count(), 9);
    }
}

#[test]
fn a_few_retries_are_quick_and_no_more() {
    let ids = names(100);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let story = run(wait(300, &ids, &[]), |now, query| {
        if now > s(10) { no(Kind::ServiceError) } else { ok(job(id_of(query), 5000, s(9999), Status::Success, now)) }
    });
    // Nobody answers: one probe at a time, with growing pauses.
    let probes = story.asked.iter().filter(|(at, _)| *at > s(60)).count();
    assert!(probes < 60, "{probes}");
}

#[test]
fn an_old_job_does_not_hold_up_a_young_one() {
    for _ in 0..50 {
        let ends = s(15) + ms(fastrand::u64(0..1000));
        let story = run(wait(3600, &["old", "young", "older"], &[]), |now, query| match id_of(query) {
            "young" => ok(job("young", 0, ends, Status::Success, now)),
            id => ok(job(id, 9000, s(120), Status::Success, now)),
        });
        let last = *story.looks_at("young").last().unwrap();
        let delay = last.saturating_sub(ends);
        assert!(delay <= ends.mul_f64(0.12) + 2 * RTT + ms(100), "{delay:?}");
    }
}

#[test]
fn requests_that_were_under_way_together_meet_one_failure() {
    let ids = names(300);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    // As after a stop of the machine that outlasts every request under way.
    let stops = [(s(20), s(12))];
    let story = run_with(
        wait(60, &ids, &[]),
        |_| RTT,
        &stops,
        |now, query| {
            if (s(20) - RTT..s(20) + RTT).contains(&now) {
                return no(Kind::HttpTimeout);
            }
            ok(job(id_of(query), 50, s(9999), Status::Success, now))
        },
    );
    let after = story.asked.iter().map(|(at, _)| *at).find(|at| *at >= s(32)).unwrap();
    assert!(after < s(33), "{after:?}");
}

#[test]
fn each_job_is_looked_at_once_before_any_is_looked_at_again() {
    // Young jobs and slow answers: those seen first are due again before the last was asked for.
    let ids = names(200);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let story = run_with(
        wait(60, &ids, &[]),
        |_| s(1),
        &[],
        |now, query| ok(job(id_of(query), 0, s(999), Status::Success, now)),
    );
    let first: std::collections::BTreeSet<&str> = story.asked.iter().take(200).map(|(_, query)| id_of(query)).collect();
    assert_eq!(first.len(), 200);
}

#[test]
fn the_width_costs_the_same_however_many_jobs_there_are() {
    let jobs = names(20_000).iter().map(|id| Job::unanswered(id)).collect();
    let engine = Engine::new(Policy::show(), jobs, &[]);
    let started = std::time::Instant::now();
    // Asked for before each request, under the lock of all workers. A walk over the jobs would take half a minute.
    assert!((0..20_000).all(|_| engine.width() == IN_FLIGHT));
    assert!(started.elapsed() < s(2), "{:?}", started.elapsed());
}
