//! What only `wait` meets: an end that comes late, a deadline, and jobs that are never asked for.

use std::time::Duration;

use crate::broken_services::many_jobs::ids;
use crate::broken_services::row::{JOB, Row, row};
use crate::common::Run;
use crate::common::server::{Act, Faulty, Reply, Request, by, json, send, success_of};

fn running() -> Reply {
    send(json(200, format!(r#"{{"job_id":"{JOB}","status":1}}"#)))
}

/// Running for so many seconds after the first look, and then this.
fn running_until(seconds: u64, then: Reply) -> crate::common::server::Script {
    by(move |request, _| if request.at < Duration::from_secs(seconds) { running() } else { then.clone() })
}

pub fn rows() -> Vec<Row> {
    let fine = || send(success_of(JOB));
    let failed = |id: &str| send(json(200, format!(r#"{{"job_id":"{id}","status":-1}}"#)));
    let waits = |row: Row| row.only_wait().any_requests();
    vec![
        waits(row("an end 5 s before the deadline", running_until(7, fine())))
            .options(&["--interval", "10s", "-o", "json"])
            .timeout("12s")
            .took(9..=12),
        // The next look would come too late: there is a last one just before the deadline.
        waits(row("an end 3 s before the deadline, and a long interval", running_until(5, fine())))
            .options(&["--interval", "30s", "-o", "json"])
            .timeout("8s")
            .took(6..=8),
        waits(row("a stall at the end", running_until(2, vec![Act::Stall])))
            .options(&["--interval", "1s", "--field", "status"])
            .timeout("5s")
            .job(8, "running")
            .took(5..=6)
            .also(|run, _| assert_eq!(run.stdout, "running\n", "{run}")),
        waits(row("--fail-fast, and 39 never asked", {
            by(move |request, _| {
                let id = request.job_id();
                if id == "job-0" { failed(&id) } else { send(success_of(&id)) }
            })
        }))
        .ids(ids(40))
        .options(&["--fail-fast", "-o", "json"])
        .job(1, "")
        .requests(1)
        .also(tells_once_that_it_stopped),
        waits(row("--fail-fast, and some running", {
            by(move |request, _| match &*request.job_id() {
                "job-1" if request.at > Duration::from_secs(2) => failed("job-1"),
                id => send(json(200, format!(r#"{{"job_id":"{id}","status":1}}"#))),
            })
        }))
        .ids(ids(3))
        .options(&["--fail-fast", "-o", "json"])
        .job(1, "")
        .also(tells_once_that_it_stopped),
        waits(row("the id of a request in place of a job's, and a short time", {
            by(|request, _| match request.lists() {
                true => send(json(200, r#"{"request_id":"r","jobs":[{"job_id":"a","status":2}]}"#)),
                false => send(json(404, r#"{"error_code":"CPS.0011"}"#)),
            })
        }))
        .fails(5, "not_found")
        .timeout("4s")
        .took(4..=6)
        .says("--request-id")
        .also(|_, server| assert_eq!(server.count(Request::lists), 1, "questions about a request")),
    ]
}

/// Who was never asked has no error of its own.
fn tells_once_that_it_stopped(run: &Run, _: &Faulty) {
    let document = run.json();
    let errors = document["jobs"].as_array().unwrap().iter().filter(|job| !job["error"].is_null()).count();
    assert_eq!(errors, 0, "errors of jobs: {run}");
    let stopped = |line: &&str| line.starts_with("cph: ") && line.contains("first failed job");
    assert_eq!(run.stderr.lines().filter(stopped).count(), 1, "that it stopped at the first failed job: {run}");
}
