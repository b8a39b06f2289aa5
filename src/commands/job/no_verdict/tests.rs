use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::job::Job;

fn context(args: &[&str]) -> Context {
    Context {
        args: args.iter().map(Into::into).collect(),
        env: Arc::default(),
        home: None,
        stdin_is_terminal: false,
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        terminal_width: None,
        terminal_height: None,
        now: || Timestamp::from_second(100).unwrap(),
    }
}

fn entry(id: &str, stage: Stage, status: Status, seen: Option<i64>, error: Option<Kind>) -> Entry {
    let code = Some(9).filter(|_| status == Status::Unknown);
    Entry {
        job: Job { job_id: Some(id.to_owned()), status, status_code: code, ..Job::default() },
        observed_at: seen.map(|at| Timestamp::from_second(at).unwrap()),
        error: error.map(|kind| Arc::new(Error::new(kind, "x"))),
        exit: Exit::Running,
        stage,
    }
}

fn running(id: &str) -> Entry {
    entry(id, Stage::Seen, Status::Running, Some(90), None)
}

/// How a wait ended, and its verdict.
#[derive(Default)]
struct End {
    timed_out: bool,
    failed_fast: bool,
    errors: Vec<Kind>,
    failed: bool,
}

fn said(entries: Vec<Entry>, end: End) -> Notes {
    let End { timed_out, failed_fast, errors, failed } = end;
    let errors = errors.into_iter().map(|kind| Arc::new(Error::new(kind, "x"))).collect();
    let outcome = Outcome { entries, errors, missing_names: None, timed_out, failed_fast, stopped: false };
    let policy = Policy { timeout: Some(Duration::from_secs(60)), ..Policy::show() };
    let verdict = if failed { Exit::Failed } else { Exit::Running };
    notes(&context(&["cph", "job", "wait", "a"]), &policy, &outcome, verdict, false)
}

#[test]
fn a_verdict_on_all_jobs_needs_no_notes() {
    let ended = || entry("a", Stage::Settled, Status::Failure, Some(90), None);
    let failed = || End { failed: true, ..End::default() };
    assert_eq!(said(vec![ended()], failed()).lines.len(), 0);
    assert_eq!(said(vec![ended()], failed()).hint, None);
    assert!(said(vec![ended(), running("b")], failed()).hint.is_some(), "another job is open");
    assert!(said(vec![ended()], End { timed_out: true, ..failed() }).hint.is_some(), "the time was up");
    let policy = Policy::show();
    let outcome = |entries| Outcome {
        entries,
        errors: vec![],
        missing_names: None,
        timed_out: false,
        failed_fast: false,
        stopped: false,
    };
    let notes = notes(&context(&["cph"]), &policy, &outcome(vec![running("a")]), Exit::Ok, false);
    assert!(notes.lines.is_empty() && notes.hint.is_none());
}

#[test]
fn the_last_known_state_of_each_kind() {
    let gone = entry("gone", Stage::NeverSeen, Status::Unknown, None, Some(Kind::NotFound));
    let odd = entry("odd", Stage::Seen, Status::Unknown, Some(40), None);
    let named = Entry { job: Job { phone_name: Some("p\n".to_owned()), ..running("n").job }, ..running("n") };
    let future = entry("future", Stage::Seen, Status::Running, Some(500), None);
    for (entry, line) in [
        (running("a"), "job a: running, seen 10s ago"),
        (named, "job n (p\\n): running, seen 10s ago"),
        (odd, "job odd: unknown (status 9), seen 1m 0s ago"),
        (future, "job future: running, seen 0s ago"),
        (gone, "job gone: not found so far"),
        (entry("b", Stage::NeverSeen, Status::Unknown, None, Some(Kind::Tls)), "job b: never answered"),
        (entry("c", Stage::NeverSeen, Status::Unknown, None, None), "job c: never answered"),
        (entry("d", Stage::NeverAsked, Status::Unknown, None, None), "job d: never asked for"),
    ] {
        let notes = said(vec![entry], End { timed_out: true, ..End::default() });
        assert_eq!(notes.lines, ["cph: stopped waiting after 1m (--timeout)", &format!("last known: {line}")]);
        assert_eq!(notes.hint.as_deref(), Some("to go on: cph job wait a"));
    }
}

#[test]
fn at_most_five_jobs_of_a_kind_are_listed() {
    let lines = |n: usize| {
        let asked = entry("z", Stage::NeverAsked, Status::Unknown, None, None);
        let jobs = (0..n).map(|_| running("a")).chain([asked]).collect();
        said(jobs, End { timed_out: true, ..End::default() }).lines.split_off(1)
    };
    assert_eq!(lines(5).len(), 6);
    let six = lines(6);
    assert_eq!(six.len(), 7);
    assert_eq!(six[5], "last known: 1 more jobs have not ended; -o json has them all");
    assert_eq!(six[6], "last known: job z: never asked for");
}

#[test]
fn without_a_timeout_only_jobs_that_were_running_are_listed() {
    let broken = |error| entry("a", Stage::Seen, Status::Running, Some(90), Some(error));
    let final_error = entry("b", Stage::Settled, Status::Running, Some(90), Some(Kind::NotFound));
    let never = entry("c", Stage::NeverSeen, Status::Running, None, Some(Kind::Tls));
    let odd = entry("d", Stage::Seen, Status::Unknown, Some(90), Some(Kind::Tls));
    let lines = said(vec![broken(Kind::Tls), final_error, never, odd], End::default()).lines;
    assert_eq!(lines, ["last known: job a: running, seen 10s ago", "last known: job b: running, seen 10s ago"]);
    let six = said((0..6).map(|_| running("a")).collect(), End::default()).lines;
    assert_eq!(six[5], "last known: 1 more jobs were running; -o json has them all");
}

#[test]
fn it_goes_on_where_another_wait_could_learn_more() {
    let with = |error| entry("a", Stage::Settled, Status::Unknown, None, error);
    for (jobs, errors, goes_on) in [
        (vec![running("a")], vec![], true),
        (vec![entry("a", Stage::Settled, Status::Success, Some(90), None)], vec![], false),
        (vec![with(Some(Kind::Tls))], vec![], true),
        (vec![with(Some(Kind::NotFound))], vec![], false),
        (vec![with(Some(Kind::BadAnswer)), running("b")], vec![], true),
        (vec![], vec![Kind::HttpTimeout], true),
        (vec![], vec![Kind::WrongJob], false),
        (vec![running("a")], vec![Kind::WrongJob], true),
    ] {
        let notes = said(jobs, End { errors, ..End::default() });
        assert_eq!(notes.hint.is_some(), goes_on);
    }
}

#[test]
fn after_the_first_failure_others_are_counted() {
    let fast = || End { failed_fast: true, failed: true, ..End::default() };
    let notes = said(vec![entry("f", Stage::Settled, Status::Failure, Some(90), None)], fast());
    assert_eq!(notes.lines.len(), 0, "there is no other job");
    let others = vec![
        running("a"),
        running("b"),
        entry("c", Stage::NeverAsked, Status::Unknown, None, None),
        entry("f", Stage::Settled, Status::Failure, Some(90), None),
    ];
    let notes = said(others, fast());
    let line = "cph: stopped at the first failed job (--fail-fast); other jobs: 2 not ended, 1 never asked for";
    assert_eq!((notes.lines, notes.hint), (vec![line.to_owned()], None));
    assert_eq!(not_ended(&[]), "");
}

#[test]
fn few_ids_of_stdin_are_named_in_the_command() {
    let jobs: Vec<Entry> = (0..11).map(|n| running(&format!("j{n}"))).collect();
    let ended = |status| entry("e", Stage::Settled, status, Some(90), None);
    let unknown = entry("u", Stage::Settled, Status::Unknown, None, Some(Kind::BadAnswer));
    let refused = Entry { job: Job { job_id: None, ..ended(Status::Failure).job }, ..ended(Status::Failure) };
    let with = |other: Entry| vec![running("j0"), other];
    let context = context(&["cph", "job", "wait", "-", "a b"]);
    let all = "cph job wait - 'a b'  (with the same ids on stdin)";
    for (from_stdin, entries, text) in [
        (true, jobs[..2].to_vec(), "cph job wait j0 j1 'a b'"),
        (true, jobs[..10].to_vec(), "cph job wait j0 j1 j2 j3 j4 j5 j6 j7 j8 j9 'a b'"),
        (true, jobs.clone(), all),
        (true, vec![], all),
        (true, with(Entry { exit: Exit::Ok, ..ended(Status::Success) }), "cph job wait j0 'a b'"),
        // They decide the exit code of the next run, too.
        (true, with(ended(Status::Failure)), "cph job wait j0 e 'a b'"),
        (true, with(unknown), "cph job wait j0 u 'a b'"),
        (true, with(refused), all),
        (false, jobs[..2].to_vec(), "cph job wait - 'a b'"),
    ] {
        assert_eq!(command(&context, from_stdin, &entries), text);
    }
}
