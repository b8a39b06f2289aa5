//! Retries and pauses to the millisecond. Step by step, without a service.

use super::*;

fn running(id: &str, now: Duration) -> Result<Answer, Error> {
    ok(job(id, 0, s(9999), Status::Success, now))
}

/// A run that has made contact: its first job runs.
fn begun(policy: Policy, ids: &[&str]) -> Engine {
    let mut engine = engine(policy, ids, &[]);
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, running(ids[0], RTT), 0.5);
    engine
}

fn message(engine: &Engine, at: usize) -> &str {
    engine.targets[at].poll.error.as_ref().map_or("", |error| &error.message)
}

/// An error that may pass, without a `Retry-After`.
fn busy(retryable: bool, retried: bool) -> Result<Answer, Error> {
    no(Kind::ServiceError).map_err(|error| Error { retried, ..error.retryable(retryable) })
}

#[test]
fn a_pause_for_which_one_look_has_no_time_is_told() {
    for (policy, answered, asked, told) in [
        (Policy::show(), ms(500), 28, false),
        (Policy::show(), ms(501), 28, true),
        (Policy::show(), ms(50), 2, false),
        (Policy::show(), ms(50), 60, true),
        (policy(600), ms(501), 60, false),
    ] {
        let mut engine = engine(policy, &["a", "b"], &[]);
        let first = send(&mut engine, s(0));
        engine.answered(answered, &first, asked_to_wait(Kind::ServiceError, asked), 0.5);
        let expected =
            if told { format!("ServiceError (it asked to wait {asked} s)") } else { "ServiceError".to_owned() };
        assert_eq!(message(&engine, 0), expected, "{answered:?} {asked}");
    }
    let mut engine = engine(Policy::show(), &["a", "b"], &[]);
    let first = send(&mut engine, s(0));
    engine.answered(s(29), &first, no(Kind::ServiceError), 0.5);
    assert_eq!(message(&engine, 0), "ServiceError", "it asked for nothing");
}

#[test]
fn the_first_retry_comes_after_the_first_pause() {
    for kind in [Kind::Unreachable, Kind::RateLimited] {
        let mut engine = begun(policy(600), &["a", "b"]);
        let second = send(&mut engine, RTT);
        engine.answered(s(1), &second, no(kind), 1.0);
        assert_eq!(engine.targets[1].poll.due, Some(ms(1500)), "{kind:?}");
        let held = if kind == Kind::RateLimited { ms(1500) } else { s(0) };
        assert_eq!(engine.limiter.held_until(), held, "{kind:?}");
    }
}

#[test]
fn the_third_failure_in_a_row_holds_all_requests() {
    let mut engine = begun(policy(600), &["a", "b", "c", "d"]);
    for (n, held) in [(1, s(0)), (2, s(0)), (3, s(5))] {
        let attempt = send(&mut engine, s(n));
        engine.answered(s(n), &attempt, no(Kind::Unreachable), 1.0);
        assert_eq!(engine.limiter.held_until(), held, "{n}");
    }
}

#[test]
fn a_retry_needs_an_error_that_may_pass_and_was_not_retried_below() {
    for (retryable, retried, due) in [(true, false, Some(ms(600))), (false, false, None), (true, true, None)] {
        let mut engine = begun(Policy::show(), &["a", "b"]);
        let second = send(&mut engine, RTT);
        engine.answered(2 * RTT, &second, busy(retryable, retried), 1.0);
        assert_eq!(engine.targets[1].poll.due, due, "{retryable} {retried}");
        // The same where it failed before the contact was made.
        let mut engine = show(&["a", "b"], &[]);
        let first = send(&mut engine, s(0));
        engine.answered(RTT, &first, busy(retryable, retried), 1.0);
        assert!(matches!(engine.next(s(2)), Step::Sleep(_)), "a round is over");
        let second = send(&mut engine, s(3));
        engine.answered(s(3), &second, running("b", s(3)), 1.0);
        assert_eq!(engine.targets[0].poll.due.is_some(), due.is_some(), "{retryable} {retried}");
    }
}

#[test]
fn where_there_is_one_look_a_retry_may_be_later_than_a_next_look_would_be() {
    let mut engine = begun(Policy::show(), &["a", "b"]);
    let second = send(&mut engine, RTT);
    engine.answered(2 * RTT, &second, asked_to_wait(Kind::ServiceError, 5), 0.5);
    assert_eq!(engine.targets[1].poll.due, Some(2 * RTT + s(5)));
    // Where there are more, a pause of a whole interval is the next look.
    let mut engine = begun(Policy { interval: Some(ms(500)), ..policy(600) }, &["a", "b"]);
    let second = send(&mut engine, RTT);
    engine.answered(2 * RTT, &second, no(Kind::ServiceError), 1.0);
    assert_eq!((engine.targets[1].poll.tries, engine.targets[1].poll.due), (0, Some(2 * RTT + ms(500))));
}

#[test]
fn the_time_without_an_answer_is_told_of_the_run_and_of_one_job() {
    let seconds = |story: &Story| -> u64 {
        let error = story.outcome.entries.iter().find_map(|entry| entry.error.as_ref()).unwrap();
        let text = error.message.strip_prefix("ServiceError (no other answer for ").unwrap();
        text.split(' ').next().unwrap().parse().unwrap()
    };
    for ids in [&["a"][..], &["a", "well"]] {
        let story = run(wait(900, ids, &[]), |now, query| match id_of(query) {
            "a" if now >= s(100) => no(Kind::ServiceError),
            id => running(id, now),
        });
        assert!((300..=311).contains(&seconds(&story)), "{ids:?} {}", seconds(&story));
    }
}

#[test]
fn the_rounds_of_the_first_contact_end_with_its_time() {
    let policy = Policy { contact_until: s(10), ..Policy::show() };
    assert_eq!(engine(policy.clone(), &["a"], &[]).next(s(10)), Step::Ended);
    for (now, goes_on) in [(ms(8500), true), (ms(8501), false)] {
        let mut engine = engine(policy.clone(), &["a"], &[]);
        let first = send(&mut engine, s(0));
        engine.answered(now, &first, no(Kind::Unreachable), 1.0);
        assert_eq!(matches!(engine.next(now), Step::Sleep(Some(_))), goes_on, "{now:?}");
    }
}

#[test]
fn until_anything_was_answered_a_round_begins_with_one_request_and_the_others_follow_a_second_later() {
    let story = run_with(show(&["a", "b", "c"], &[]), |_| s(2), &[], |_, _| no(Kind::Unreachable));
    let at: Vec<Duration> = story.asked.iter().map(|(at, _)| *at).collect();
    assert_eq!((at[2] - at[1], at[3] - at[1]), (s(1), s(1)), "{at:?}");
}
