//! One job: how soon its end is seen, at what cost, and how each wait ends.

use std::cell::Cell;

use super::*;

#[test]
fn the_delay_is_in_proportion_and_the_first_minute_is_cheap() {
    for length in [2, 10, 15, 60, 180, 600] {
        for _ in 0..200 {
            // The end falls anywhere between two looks.
            let ends = s(length) + ms(fastrand::u64(0..1000));
            let story = run(wait(3600, &["a"], &[]), |now, query| ok(job(id_of(query), 0, ends, Status::Success, now)));
            assert_eq!(story.verdict, Exit::Ok);
            let delay = story.took - ends;
            let goal = if length < 10 { ms(1200) } else { ends.mul_f64(0.12) };
            assert!(delay <= goal + 2 * RTT, "{length} s: {delay:?}");
            let first_minute = story.asked.iter().filter(|(at, _)| *at < s(60)).count();
            assert!(first_minute <= 32, "{length} s: {first_minute} requests in the first minute");
        }
    }
}

#[test]
fn a_job_without_a_begin_time_or_with_one_ahead_counts_from_the_first_look() {
    for begun in [None, Some(-7200)] {
        let story = run(wait(3600, &["a"], &[]), |now, query| {
            let mut entry = job(id_of(query), begun.unwrap_or(0), s(100), Status::Success, now);
            entry.job.begin_time = entry.job.begin_time.filter(|_| begun.is_some());
            ok(entry)
        });
        assert!(story.took < s(112), "{:?}", story.took);
        assert!((30..45).contains(&story.asked.len()), "{}", story.asked.len());
    }
}

#[test]
fn an_old_job_is_looked_at_every_ten_seconds_and_a_fixed_interval_is_kept() {
    let running = |now, query: &Query| ok(job(id_of(query), 86_400, s(99_999), Status::Success, now));
    let story = run(wait(100, &["a"], &[]), running);
    assert!((10..=12).contains(&story.asked.len()), "{}", story.asked.len());
    let fixed = Policy { interval: Some(s(7)), ..policy(61) };
    let story = run(engine(fixed, &["a"], &[]), running);
    let expected: Vec<Duration> = (0..9).map(|n| s(7 * n)).chain([s(60)]).collect();
    assert_eq!(story.looks_at("a"), expected);
}

#[test]
fn the_end_of_a_wait_for_one_job() {
    use Kind::*;
    let running = |now| ok(job("a", 0, s(99_999), Status::Success, now));
    let flapping = Cell::new(0);
    type Service<'a> = Box<dyn Fn(Duration) -> Result<Answer, Error> + 'a>;
    let table: Vec<(&str, Service<'_>, Exit, std::ops::RangeInclusive<u64>)> = vec![
        ("success", Box::new(|now| ok(job("a", 0, s(5), Status::Success, now))), Exit::Ok, 5..=7),
        ("failure", Box::new(|now| ok(job("a", 0, s(5), Status::Failure, now))), Exit::Failed, 5..=7),
        ("for ever", Box::new(running), Exit::Running, 900..=900),
        ("unknown status", Box::new(|now| ok(job("a", 0, s(0), Status::Unknown, now))), Exit::BadAnswer, 0..=0),
        ("404", Box::new(|_| no(NotFound)), Exit::NotFound, 15..=15),
        (
            "404, then there",
            Box::new(|now| if now < s(14) { no(NotFound) } else { ok(job("a", 0, s(14), Status::Success, now)) }),
            Exit::Ok,
            14..=16,
        ),
        ("seen, then 404", Box::new(|now| if now < s(5) { running(now) } else { no(NotFound) }), Exit::NotFound, 5..=7),
        ("401", Box::new(|_| no(AuthRejected)), Exit::Auth, 0..=0),
        ("seen, then 401", Box::new(|now| if now < s(5) { running(now) } else { no(AuthRejected) }), Exit::Auth, 5..=7),
        ("403", Box::new(|_| no(Forbidden)), Exit::Auth, 0..=0),
        ("certificate", Box::new(|_| no(Tls)), Exit::Unreachable, 0..=0),
        ("503 at first", Box::new(|_| no(ServiceError)), Exit::Unreachable, 0..=3),
        ("nobody at first", Box::new(|_| no(Unreachable)), Exit::Unreachable, 0..=3),
        (
            "seen, then gone",
            Box::new(|now| if now < s(5) { running(now) } else { no(Unreachable) }),
            Exit::Unreachable,
            304..=316,
        ),
        (
            "gone for 4 minutes",
            Box::new(|now| match now.as_secs() {
                0..5 => running(now),
                5..245 => no(ServiceError),
                _ => ok(job("a", 0, s(0), Status::Success, now)),
            }),
            Exit::Ok,
            245..=260,
        ),
        (
            "every second answer is none",
            Box::new(|now| {
                flapping.set(flapping.get() + 1);
                if flapping.get() % 2 == 0 { no(ServiceError) } else { ok(job("a", 0, s(600), Status::Failure, now)) }
            }),
            Exit::Failed,
            600..=625,
        ),
        (
            "useless in the middle",
            Box::new(|now| if now < s(5) { running(now) } else { no(BadAnswer) }),
            Exit::BadAnswer,
            5..=7,
        ),
        (
            "another job in the middle",
            Box::new(|now| if now < s(5) { running(now) } else { no(WrongJob) }),
            Exit::BadAnswer,
            5..=7,
        ),
    ];
    for (name, service, exit, seconds) in table {
        let story = run(wait(900, &["a"], &[]), |now, _| service(now));
        assert_eq!(story.verdict, exit, "{name}: {:?}", story.outcome);
        assert!(seconds.contains(&story.took.as_secs()), "{name}: took {:?}", story.took);
    }
}

#[test]
fn a_wait_without_one_good_answer_is_unreachable_and_one_that_saw_it_running_is_running() {
    let story = run(wait(2, &["a"], &[]), |_, _| no(Kind::RateLimited));
    assert_eq!(
        (story.verdict, story.outcome.entries[0].error.as_ref().unwrap().kind),
        (Exit::Unreachable, Kind::RateLimited)
    );
    let story = run(wait(60, &["a"], &[]), |now, _| {
        if now < s(5) { ok(job("a", 0, s(99), Status::Success, now)) } else { no(Kind::Unreachable) }
    });
    let last = &story.outcome.entries[0];
    assert_eq!((story.verdict, last.job.status, story.took), (Exit::Running, Status::Running, s(60)));
    assert_eq!(last.error.as_ref().unwrap().kind, Kind::Unreachable);
}

#[test]
fn retry_after_is_obeyed_up_to_a_minute() {
    for (asked, at_least) in [(2, 2), (30, 30), (60, 60), (3600, 60)] {
        let story = run(wait(900, &["a"], &[]), |now, _| match now.as_secs() {
            0 => asked_to_wait(Kind::RateLimited, asked),
            _ => ok(job("a", 0, s(0), Status::Success, now)),
        });
        assert_eq!((story.verdict, story.asked.len()), (Exit::Ok, 2), "{asked}");
        assert!((s(at_least)..s(at_least + 1)).contains(&story.asked[1].0), "{asked}: {:?}", story.asked);
    }
}

#[test]
fn a_retry_after_outranks_the_last_look() {
    let story = run(wait(35, &["a"], &[]), |now, _| {
        if now < s(15) {
            ok(job("a", 9000, s(99_999), Status::Success, s(9000) + now))
        } else {
            asked_to_wait(Kind::ServiceError, 30)
        }
    });
    assert_eq!((story.verdict, story.took), (Exit::Running, s(35)));
    assert_eq!(story.between(s(15), s(35)), 1);
}
