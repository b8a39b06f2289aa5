//! The lines of the progress for runs at one moment.

use std::sync::Arc;
use std::time::Duration;

use unicode_width::UnicodeWidthStr as _;

use super::plain;
use super::terminal::{Canvas, lines};
use crate::error::{Error, Kind};
use crate::job::{Job, Observation, Phone, Status};
use crate::poll::{Answer, Change, Engine, Policy, Query, Step};

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// A wait for these ids, at the time when each was answered once: an id begins with what becomes of it.
fn engine(ids: &[&str]) -> Engine {
    engine_of(Policy::wait(), ids)
}

fn engine_of(policy: Policy, ids: &[&str]) -> Engine {
    let policy = Policy { timeout: Some(seconds(600)), ..policy };
    let jobs = ids.iter().map(|id| Job::unanswered(id)).collect();
    let mut engine = Engine::new(policy, jobs, &[]);
    for _ in ids {
        let Step::Send(attempt) = engine.next(seconds(1)) else { panic!() };
        let Query::Job(id) = &attempt.query else { panic!() };
        let answer = answer(id);
        engine.answered(seconds(1), &attempt, answer, 0.5);
    }
    engine
}

/// The same, and the phone of all of them has this name.
fn named(ids: &[&str], name: &str) -> Engine {
    let mut engine = engine_of(Policy { names: true, ..Policy::wait() }, ids);
    let Step::Send(attempt) = engine.next(seconds(1)) else { panic!() };
    let phone = Phone { id: "phone".to_owned(), name: Some(name.to_owned()) };
    engine.answered(seconds(1), &attempt, Ok(Answer::Phones(vec![phone])), 0.5);
    engine
}

fn answer(id: &str) -> Result<Answer, Error> {
    let (status, code) = match id.split('-').next() {
        Some("ok") => (Status::Success, None),
        Some("fail") => (Status::Failure, Some("CPS.0054".to_owned())),
        Some("bad") => return Err(Error::new(Kind::BadAnswer, "no status")),
        Some("late") => return Err(Error::new(Kind::NotFound, "no such job")),
        _ => (Status::Running, None),
    };
    let job = Job { status, error_code: code, phone_id: Some("phone".to_owned()), ..Job::unanswered(id) };
    Ok(Answer::Job(Box::new(Observation { job, at: "2026-01-15T08:00:00Z".parse().unwrap(), error: None })))
}

fn shown(engine: &Engine, now: Duration, columns: usize, rows: usize) -> String {
    let canvas = Canvas { columns, rows, color: false };
    lines(engine, now, "the title", "cph.example", canvas).into_iter().map(|line| line.text + "\n").collect()
}

#[test]
fn a_window_of_80_columns() {
    let engine = engine(&["ok-1", "fail-1", "run-1", "late-1"]);
    let text = shown(&engine, seconds(3), 80, 24);
    let expected = [
        "━━━━━━━━━━━━━━───────────────── 2/4: 1 success, 1 failure, 1 running, 1 unknown",
        "3s elapsed, 9m 57s left, looking",
        "  failure  2s  CPS.0054  fail-1",
        "  unknown  2s  not found yet, final in 13s  late-1",
        "  running  2s  run-1  phone",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_name_stands_in_a_column_of_its_own() {
    let engine = named(&["ok-1", "fail-1", "run-1", "late-1"], "大厅-3");
    let text = shown(&engine, seconds(3), 80, 24);
    let expected = [
        "  failure  2s  大厅-3  CPS.0054  fail-1",
        "  unknown  2s          not found yet, final in 13s  late-1",
        "  running  2s  大厅-3  run-1",
    ];
    assert_eq!(text.lines().skip(2).collect::<Vec<_>>(), expected);
    let heartbeat = plain::lines(&engine, seconds(61), &[]).concat();
    assert!(heartbeat.ends_with("; not ended: run-1 (大厅-3), late-1"), "{heartbeat}");
}

#[test]
fn a_narrow_window_leaves_out_whole_parts() {
    let long = |start: &str| format!("{start}-{:0>30}", 1);
    let engine = engine(&["ok-1", &long("fail"), "run-1", &long("late")]);
    let text = shown(&engine, seconds(3), 40, 10);
    let expected = [
        "━━━━━━━━━━━━──────────── 2/4: 1 failure",
        "3s elapsed, 9m 57s left, looking",
        "  failure  2s  CPS.0054",
        "  unknown  2s  not found yet, final in…",
        "  running  2s  run-1  phone",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    let lines: Vec<String> = shown(&engine, seconds(3), 30, 10).lines().map(str::to_owned).collect();
    assert_eq!(lines[..2], ["━━━━━━──────── 2/4: 1 failure", "3s elapsed, 9m 57s left"]);
}

#[test]
fn nothing_is_wider_or_higher_than_its_window() {
    let ids: Vec<String> = (0..50).map(|n| format!("{}-{n:0>32}", ["ok", "fail", "run", "late"][n % 4])).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let engines = [engine(&ids), named(&ids, &"大厅\u{1b}[31m".repeat(9))];
    let sizes = [(10, 3), (40, 10), (80, 24), (120, 40), (200, 50), (1, 1)];
    for (engine, (columns, rows)) in engines.iter().flat_map(|engine| sizes.map(|size| (engine, size))) {
        for color in [false, true] {
            let lines = lines(engine, seconds(3), "the title", "cph.example", Canvas { columns, rows, color });
            assert!(lines.len() < rows.max(2), "{columns}x{rows}: {lines:?}");
            for line in &lines {
                assert!(line.cells < columns.max(2), "{columns}x{rows}: {line:?}");
                assert_eq!(without_colours(&line.text).width(), line.cells, "{line:?}");
            }
        }
    }
}

fn without_colours(text: &str) -> String {
    let parts = text.split('\u{1b}');
    let plain =
        |(at, part): (usize, &str)| if at == 0 { part.to_owned() } else { part.split_once('m').unwrap().1.to_owned() };
    parts.enumerate().map(plain).collect()
}

#[test]
fn before_the_first_answer_it_says_what_it_waits_for() {
    let mut engine = Engine::new(Policy::wait(), vec![Job::unanswered("a"), Job::unanswered("b")], &[]);
    let Step::Send(_) = engine.next(seconds(0)) else { panic!() };
    let text = shown(&engine, seconds(2), 80, 24);
    assert_eq!(text, "waiting for the first answer of cph.example, 2s elapsed\n");
}

#[test]
fn a_failure_that_is_waited_out_says_for_how_long() {
    let mut engine = engine(&["run-1", "run-2"]);
    let mut now = seconds(2);
    loop {
        match engine.next(now) {
            Step::Send(attempt) => {
                let error = Error::new(Kind::Unreachable, "no connection").retryable(true);
                engine.answered(now, &attempt, Err(error), 0.5);
                break;
            }
            Step::Sleep(Some(until)) => now = until,
            step => panic!("{step:?}"),
        }
    }
    let text = shown(&engine, now + seconds(4), 80, 24);
    assert!(text.contains("failing for 4s (up to 5m 0s): no connection\n"), "{text}");
}

#[test]
fn the_heartbeat_names_what_has_not_ended_and_the_time_left() {
    let engine_of = |ids: &[&str]| plain::lines(&engine(ids), seconds(61), &[]);
    assert_eq!(
        engine_of(&["ok-1", "run-1", "fail-1", "run-2"]),
        ["4 jobs: 1 success, 1 failure, 2 running after 1m 1s, 8m 59s left; not ended: run-1, run-2"]
    );
    assert_eq!(
        engine_of(&["run-1", "late-1", "bad-1"]),
        ["3 jobs: 1 running, 2 unknown after 1m 1s, 8m 59s left; not ended: run-1, late-1"],
        "nobody waits for a job that was given up"
    );
    let many: Vec<String> = (0..7).map(|n| format!("run-{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(
        engine_of(&many),
        ["7 jobs: 7 running after 1m 1s, 8m 59s left; not ended: run-0, run-1, run-2, run-3, run-4, …"]
    );
    assert_eq!(engine_of(&["run-1"]), ["1 job: 1 running after 1m 1s, 8m 59s left"]);
}

#[test]
fn many_changes_are_their_counts_and_the_first_failures() {
    let ids = ["ok-1", "fail-1", "run-1", "bad-1", "ok-2", "run-2"];
    let engine = engine(&ids);
    let changes = [
        Change::Ended(0),
        Change::Ended(1),
        Change::Seen(2),
        Change::GivenUp(3),
        Change::Ended(4),
        Change::Seen(5),
        Change::ListGivenUp(Arc::new(Error::new(Kind::NotFound, "no such request").about("request r"))),
        Change::ListGivenUp(Arc::new(Error::new(Kind::NotFound, "no such request"))),
    ];
    let all = "6 jobs: 2 success, 1 failure, 2 running, 1 unknown";
    let lists = ["given up: no such request (request r)", "given up: no such request"];
    let (failed, given_up) = ("job fail-1: failure, CPS.0054", "given up: no status (job bad-1)");
    assert_eq!(plain::lines(&engine, seconds(3), &changes), [&lists[..], &[failed, given_up, all]].concat());
    assert_eq!(
        plain::lines(&engine, seconds(3), &changes[..5]),
        ["job ok-1: success", failed, "job run-1: running", given_up, "job ok-2: success", all]
    );
}
