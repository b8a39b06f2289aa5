//! What the progress is told, step by step, without a service.

use super::*;

#[test]
fn changes_are_told_once() {
    let mut engine = wait(60, &["a"], &[]);
    assert!(!engine.has_changes());
    let first = send(&mut engine, s(0));
    engine.answered(RTT, &first, ok(job("a", 0, s(99), Status::Success, RTT)), 0.5);
    assert!(engine.has_changes());
    assert_eq!((engine.changes(), engine.has_changes()), (vec![Change::Seen(0)], false));
}

#[test]
fn a_job_that_is_given_up_is_notable_before_one_that_runs_longer() {
    let mut engine = wait(60, &["runs", "gone"], &[]);
    for (id, age) in [("runs", 900), ("gone", 1)] {
        let look = send(&mut engine, s(0));
        engine.answered(s(0), &look, ok(job(id, age, s(9999), Status::Success, s(0))), 0.5);
    }
    let notable = |engine: &Engine| engine.notable(s(1), 9).into_iter().map(|job| job.id).collect::<Vec<_>>();
    assert_eq!(notable(&engine), ["runs", "gone"]);
    engine.settle(1, Error::new(Kind::NotFound, "m"));
    assert_eq!(notable(&engine), ["gone", "runs"]);
}

#[test]
fn the_next_look_is_known_while_nothing_is_under_way() {
    let mut engine = engine(Policy { names: true, ..policy(60) }, &["a", "b"], &[]);
    let phone_id = Some("p".to_owned());
    let answer = |id: &str, end| {
        let observation = job(id, 0, s(0), end, s(0));
        ok(Observation { job: Job { phone_id: phone_id.clone(), ..observation.job }, ..observation })
    };
    let first = send(&mut engine, s(0));
    assert_eq!(engine.snapshot(s(0)).next_look, None);
    engine.answered(s(0), &first, ok(job("a", 0, s(99), Status::Success, s(0))), 0.5);
    let second = send(&mut engine, s(0));
    engine.answered(s(0), &second, answer("b", Status::Success), 0.5);
    let now = engine.snapshot(s(0));
    assert_eq!((now.next_look, now.waits_for_names), (Some(s(1)), false));
    assert!(engine.waits_for_names(s(0)), "but a job is open");
}

#[test]
fn no_next_look_is_told_while_a_request_is_under_way() {
    let mut engine = wait(60, &["a", "b"], &[]);
    for id in ["a", "b"] {
        let look = send(&mut engine, s(0));
        engine.answered(s(0), &look, ok(job(id, 0, s(99), Status::Success, s(0))), 0.5);
    }
    assert!(engine.snapshot(s(0)).next_look.is_some());
    send(&mut engine, s(2));
    assert_eq!(engine.snapshot(s(2)).next_look, None, "though the other job is due");
}
