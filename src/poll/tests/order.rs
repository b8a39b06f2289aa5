//! What goes out next, and what waits. Step by step, without a service.

use super::super::target::PollState;
use super::*;

fn running(id: &str, now: Duration) -> Observation {
    job(id, 0, s(9999), Status::Success, now)
}

/// The answer to a page, or to a job that names no request.
fn answer(engine: &mut Engine, now: Duration, attempt: &Attempt, ids: &[&str]) {
    let answer = match &attempt.query {
        Query::Page { .. } => Ok(Answer::Page(ids.iter().map(|id| running(id, now)).collect())),
        query => ok(running(id_of(query), now)),
    };
    engine.answered(now, attempt, answer, 0.5);
}

/// Job `a` and request `r` with two jobs were looked at once, at the beginning.
fn looked_at() -> Engine {
    let mut engine = wait(600, &["a"], &["r"]);
    for ids in [&[][..], &["b", "c"], &["c"]] {
        let attempt = send(&mut engine, s(0));
        answer(&mut engine, s(0), &attempt, ids);
    }
    engine
}

#[test]
fn of_further_looks_the_one_goes_first_that_is_due_longest() {
    for (job_due, list_due, first) in [(s(1), s(2), "a"), (s(2), s(1), "r"), (s(1), s(1), "r")] {
        let mut engine = looked_at();
        engine.schedule(0, job_due);
        engine.schedule(1, list_due);
        assert_eq!(id_of(&send(&mut engine, s(3)).query), first);
    }
}

#[test]
fn pages_of_one_read_and_their_retries_are_no_further_looks() {
    // The limit of further looks is used up at each of these times.
    let mut engine = wait(600, &[], &["r"]);
    let full = |engine: &mut Engine, now| (0..9).for_each(|_| engine.limiter.started(now, true));
    let first = send(&mut engine, s(1));
    answer(&mut engine, s(1), &first, &["b", "c"]);
    full(&mut engine, s(2));
    let second = send(&mut engine, s(2));
    assert_eq!(engine.targets[0].poll.look_began, s(1), "one look has all pages");
    answer(&mut engine, s(2), &second, &["c"]);
    full(&mut engine, s(9));
    assert!(matches!(engine.next(s(9)), Step::Sleep(_)), "a new read is a further look");
    let third = send(&mut engine, s(10));
    engine.answered(s(10), &third, no(Kind::ServiceError), 0.0);
    full(&mut engine, s(11));
    let retry = send(&mut engine, s(11));
    assert!(matches!(retry.query, Query::Page { .. }));
}

#[test]
fn a_listed_job_is_not_asked_for_by_itself() {
    let mut engine = looked_at();
    engine.schedule(2, s(1));
    assert_eq!((engine.targets[2].poll.due, engine.singles.len()), (None, 1));
}

#[test]
fn the_second_request_goes_alone_where_the_first_job_names_a_request() {
    // Two requests that the first two jobs name, and how many are in flight after each answer.
    for (requests, in_flight) in [([None, None], [16, 16]), ([Some("r"), Some("q")], [1, 16])] {
        let ids = super::names(40);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut engine = wait(600, &ids, &[]);
        let mut attempt = send(&mut engine, s(0));
        for (request, in_flight) in requests.into_iter().zip(in_flight) {
            let mut observation = running(id_of(&attempt.query), s(0));
            observation.job.request_id = request.map(str::to_owned);
            engine.answered(s(0), &attempt, ok(observation), 0.5);
            attempt = send(&mut engine, s(0));
            while let Step::Send(_) = engine.next(s(0)) {}
            assert_eq!(engine.in_flight, in_flight, "{request:?}");
        }
    }
}

#[test]
fn a_retry_that_waited_until_its_look_was_over_is_none_where_there_is_one_look() {
    for (policy, dropped) in [(Policy::show(), true), (policy(600), false)] {
        let mut engine = engine(policy, &["a", "b"], &[]);
        let first = send(&mut engine, s(0));
        answer(&mut engine, s(0), &first, &[]);
        let second = send(&mut engine, s(0));
        engine.answered(s(0), &second, no(Kind::ServiceError), 0.5);
        assert_eq!(engine.next(s(60)) == Step::Ended, dropped);
    }
}

#[test]
fn the_last_look_begins_two_slow_answers_before_the_end() {
    let mut engine = wait(60, &["a"], &[]);
    assert_eq!((engine.time_left(s(1)), engine.time_left(s(61))), (Some(s(59)), Some(s(0))));
    assert_eq!(show(&["a"], &[]).time_left(s(1)), None);
    let first = send(&mut engine, s(0));
    answer(&mut engine, s(4), &first, &[]);
    assert_eq!(engine.sleep(None), Step::Sleep(Some(s(52))));
}

#[test]
fn the_time_of_a_look_and_of_its_retries() {
    let poll = |tries| PollState { tries, attempts_began: s(1), first_asked: Some(s(1)), ..PollState::default() };
    for (tries, now, too_late) in
        [(1, ms(29_500), false), (1, ms(29_501), true), (0, ms(29_501), false), (0, s(99), false)]
    {
        assert_eq!(poll(tries).is_too_late(now), too_late, "{tries} {now:?}");
    }
    assert_eq!((poll(0).age(s(3)), PollState::default().age(s(3))), (s(2), s(0)));
}

#[test]
fn looks_that_are_late_because_of_their_number_are_told_once() {
    let told = |change: fn(&mut Engine), now: Duration| {
        let mut engine = looked_at();
        change(&mut engine);
        for _ in 0..2 {
            engine.schedule(0, s(1));
            engine.schedule(1, s(1));
            let _ = engine.next(now);
        }
        let changes = engine.changes().into_iter();
        changes.filter(|change| matches!(change, Change::Stretched { .. })).collect::<Vec<_>>()
    };
    let stretched = [Change::Stretched { jobs: 2, every: ms(100) }];
    assert_eq!(told(|_| {}, s(2)), stretched);
    assert_eq!(told(|_| {}, ms(1999)), []);
    assert_eq!(told(|engine| engine.failures.in_row = 1, s(2)), [], "failures hold it back");
    assert_eq!(told(|engine| engine.last_look = Some(s(0)), s(2)), [], "the last look is for all at once");
    assert_eq!(told(|engine| engine.policy.repeat = false, s(2)), [], "there is one look");
}

#[test]
fn in_the_last_look_a_page_that_fails_has_its_back_off() {
    let requests = names(41);
    let refs: Vec<&str> = requests.iter().map(String::as_str).collect();
    let story = run(wait(60, &[], &refs), |now, query| match query {
        Query::Page { request_id, range } if *request_id == "j0000" && range.offset > 0 && now > s(50) => {
            no(Kind::ServiceError)
        }
        Query::Page { request_id, range } => {
            let ids: Vec<String> = (0..150).map(|n| format!("{request_id}n{n}")).collect();
            page(&ids, *range, |id| job(id, 0, s(999), Status::Success, now))
        }
        Query::Job(_) | Query::Phones { .. } => no(Kind::NotFound),
    });
    let failing = |(at, query): &&(Duration, Query)| {
        *at >= s(59) && matches!(query, Query::Page { request_id, range } if *request_id == "j0000" && range.offset > 0)
    };
    let count = story.asked.iter().filter(failing).count();
    assert!((1..=4).contains(&count), "{count} in the last second");
}

#[test]
fn what_failed_before_the_last_look_is_asked_once_more_in_it_and_what_failed_in_it_is_not() {
    let mut engine = wait(60, &["a"], &[]);
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, ok(job("a", 0, s(999), Status::Success, RTT)), 0.5);
    let before = send(&mut engine, s(40));
    assert!(matches!(engine.next(s(59)), Step::Sleep(_)) && engine.last_look == Some(s(59)));
    engine.answered(s(59), &before, no(Kind::ServiceError), 0.5);
    let again = send(&mut engine, s(59));
    engine.answered(s(59) + RTT, &again, no(Kind::ServiceError), 0.5);
    assert!(matches!(engine.next(s(59) + RTT), Step::Sleep(_)), "it has its back-off");

    // A list whose second page is asked for as the last look begins.
    let mut engine = wait(60, &[], &["r"]);
    let ids = names(150);
    for at in [ms(0), ms(100), ms(200), s(58)] {
        let attempt = send(&mut engine, at);
        let Query::Page { range, .. } = &attempt.query else { panic!("{attempt:?}") };
        let answer = page(&ids, *range, |id| job(id, 0, s(999), Status::Success, at));
        engine.answered(at + RTT, &attempt, answer, 0.5);
    }
    let second = send(&mut engine, s(59));
    assert!(matches!(&second.query, Query::Page { range, .. } if range.offset > 0), "{second:?}");
    assert_eq!(engine.last_look, Some(s(59)));
    engine.answered(s(59) + RTT, &second, no(Kind::ServiceError), 0.5);
    assert!(matches!(engine.next(s(59) + RTT), Step::Sleep(_)), "it has its back-off");
}
