//! The end of a run: what each job contributes, and what its error says. Step by step, without a service.

use super::*;
use crate::job::Stage;

fn running(id: &str, now: Duration) -> Result<Answer, Error> {
    ok(job(id, 0, s(9999), Status::Success, now))
}

fn kinds(outcome: &Outcome) -> Vec<Option<Kind>> {
    outcome.entries.iter().map(|entry| entry.error.as_ref().map(|error| error.kind)).collect()
}

fn stages(outcome: &Outcome) -> Vec<Stage> {
    outcome.entries.iter().map(|entry| entry.stage).collect()
}

#[test]
fn the_first_failure_ends_a_run_early_only_where_another_job_is_open() {
    let end = |fail_fast: bool, ids: &[&str], answer: Status| {
        let mut engine = engine(Policy { fail_fast, ..policy(60) }, ids, &[]);
        let first = send(&mut engine, s(0));
        engine.answered(RTT, &first, ok(job("a", 0, s(0), answer, RTT)), 0.5);
        engine.into_outcome(s(60))
    };
    for (fail_fast, ids, answer, failed_fast, timed_out) in [
        (true, &["a", "b"][..], Status::Failure, true, true),
        (false, &["a", "b"], Status::Failure, false, true),
        (true, &["a", "b"], Status::Success, false, true),
        (true, &["a"], Status::Failure, false, false),
    ] {
        let outcome = end(fail_fast, ids, answer);
        assert_eq!(
            (outcome.failed_fast, outcome.timed_out),
            (failed_fast, timed_out),
            "{fail_fast} {ids:?} {answer:?}"
        );
    }
    let outcome = end(true, &["a", "b"], Status::Failure);
    assert_eq!((stages(&outcome), kinds(&outcome)), (vec![Stage::Settled, Stage::NeverAsked], vec![None, None]));
}

#[test]
fn a_job_without_an_answer_has_its_own_error_else_the_failure_of_a_run_without_contact() {
    // The contact was made: the failure of another job says nothing of this one.
    let mut engine = wait(60, &["a", "b", "c"], &[]);
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, running("a", RTT), 0.5);
    let _unanswered = send(&mut engine, RTT);
    let third = send(&mut engine, RTT);
    engine.answered(2 * RTT, &third, no(Kind::Unreachable), 0.5);
    let outcome = engine.into_outcome(s(60));
    assert_eq!(stages(&outcome), [Stage::Seen, Stage::NeverSeen, Stage::NeverSeen]);
    assert_eq!(kinds(&outcome), [None, Some(Kind::HttpTimeout), Some(Kind::Unreachable)]);
    // Nothing was answered: what failed is the reason for all.
    let mut engine = wait(60, &["a", "b"], &[]);
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, no(Kind::Unreachable), 0.5);
    assert_eq!(kinds(&engine.into_outcome(s(60))), [Some(Kind::Unreachable); 2]);
    // There was no time to ask.
    let mut engine = wait(60, &["a", "b"], &[]);
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, running("a", RTT), 0.5);
    let outcome = engine.into_outcome(s(60));
    let error = outcome.entries[1].error.as_ref().unwrap();
    assert_eq!((error.kind, error.message.as_str()), (Kind::HttpTimeout, "timed out before it was asked for"));
}

#[test]
fn what_stops_a_run_is_the_error_of_jobs_without_an_answer_unless_it_is_like_their_own() {
    let mut engine = wait(60, &["a", "b", "c"], &[]);
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, running("a", RTT), 0.5);
    let (second, third) = (send(&mut engine, RTT), send(&mut engine, RTT));
    engine.answered(2 * RTT, &second, no(Kind::ServiceError), 0.5);
    engine.answered(2 * RTT, &third, no(Kind::AuthRejected), 0.5);
    assert_eq!(kinds(&engine.into_outcome(2 * RTT)), [Some(Kind::AuthRejected); 3]);
    // Each job was tried, the first one in a round more.
    let story = run(show(&["a", "b"], &[]), |_, query| {
        no(Kind::ServiceError).map_err(|error| Error { message: id_of(query).to_owned(), ..error })
    });
    let messages: Vec<&str> =
        story.outcome.entries.iter().map(|entry| entry.error.as_ref().unwrap().message.as_str()).collect();
    assert_eq!(messages, ["a (3 attempts)", "b (2 attempts)"]);
    let story = run(show(&["a"], &[]), |_, _| no(Kind::BadAnswer));
    assert_eq!(story.outcome.entries[0].error.as_ref().unwrap().message, "BadAnswer");
}

#[test]
fn one_entry_is_known_at_any_time() {
    let mut engine = wait(60, &["a"], &["r"]);
    let state = |engine: &Engine| engine.entry(0).map(|entry| (entry.job.status, entry.stage));
    assert_eq!(state(&engine), Some((Status::Unknown, Stage::NeverAsked)));
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, running("a", RTT), 0.5);
    assert_eq!(state(&engine), Some((Status::Running, Stage::Seen)));
    assert!(engine.entry(1).is_none() && engine.entry(9).is_none(), "a list, and nothing");
}

#[test]
fn a_request_that_the_deadline_cut_is_no_failure_of_a_job_that_was_seen() {
    let mut engine = wait(60, &["seen", "not"], &[]);
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, running("seen", RTT), 0.5);
    let error = |kind, status| {
        let mut error = Error::new(kind, "m").retryable(true);
        error.service.http_status = status;
        error
    };
    for (now, at, kind, status, cut) in [
        (ms(59_900), 0, Kind::HttpTimeout, None, true),
        (ms(59_899), 0, Kind::HttpTimeout, None, false),
        (ms(59_900), 0, Kind::HttpTimeout, Some(408), false),
        (ms(59_900), 0, Kind::Unreachable, None, false),
        (ms(59_900), 1, Kind::HttpTimeout, None, false),
    ] {
        assert_eq!(engine.was_cut(now, at, &error(kind, status)), cut, "{now:?} {at} {kind:?} {status:?}");
    }
    let mut engine = wait(60, &["a"], &[]);
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, running("a", RTT), 0.5);
    let look = send(&mut engine, s(59));
    engine.answered(s(60), &look, no(Kind::HttpTimeout), 0.5);
    assert_eq!(kinds(&engine.into_outcome(s(60))), [None]);
}

#[test]
fn what_was_decided_of_a_job_stays() {
    let mut engine = wait(60, &["ended", "a", "b"], &[]);
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, ok(success("ended", RTT)), 0.5);
    for (at, kind) in [(0, Kind::Forbidden), (1, Kind::Forbidden), (1, Kind::NotFound)] {
        engine.settle(at, Error::new(kind, "m"));
    }
    assert_eq!(engine.open, 1);
    assert_eq!(kinds(&engine.into_outcome(RTT)), [None, Some(Kind::Forbidden), Some(Kind::HttpTimeout)]);
}

#[test]
fn sixteen_requests_at_most_and_one_for_names() {
    let ids = super::names(20);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for (ids, requests, width) in
        [(&ids[..1], &[][..], 1), (&ids[..3], &[], 3), (&ids[..], &[], 16), (&ids[..1], &["r"], 16), (&[], &["r"], 16)]
    {
        for names in [false, true] {
            let policy = Policy { names, ..Policy::show() };
            assert_eq!(engine(policy, ids, requests).width(), width + usize::from(names), "{ids:?} {requests:?}");
        }
    }
}

#[test]
fn refused_items_are_those_that_had_ended_before_they_were_asked_for() {
    let refused = Job { status: Status::Failure, ..Job::default() };
    let mut engine = Engine::new(policy(60), vec![Job::unanswered("a"), refused, Job::unanswered("b")], &[]);
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, ok(success("a", RTT)), 0.5);
    assert_eq!(engine.refused().collect::<Vec<_>>(), [1]);
}

/// The request between the others has an error of its own.
#[test]
fn what_stopped_a_run_is_reported_once() {
    let asked = Cell::new(0);
    let story = run(engine(Policy::show(), &[], &["r1", "r2", "r3"]), |_, query| match query {
        Query::Page { request_id, .. } if request_id == "r2" => no(Kind::NotFound),
        // The first answers but one that can be tried again.
        _ if asked.replace(asked.get() + 1) < 2 => no(Kind::ServiceError),
        _ => no(Kind::AuthRejected),
    });
    let kinds: Vec<Kind> = story.outcome.errors.iter().map(|error| error.kind).collect();
    assert_eq!(kinds, [Kind::AuthRejected, Kind::NotFound]);
}
