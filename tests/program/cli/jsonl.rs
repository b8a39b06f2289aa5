//! `-o jsonl`: what a reader of the stream can rely on, however the run ends.

use std::collections::{HashMap, HashSet};
use std::io::{BufReader, Read as _};
use std::process::{Child, ChildStdout};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::server::{self, Faulty, always, by, forward, send, success_of};
use crate::common::{cph, simulator};

/// Each line as JSON; the last one, and no other, is `end`.
fn lines(stdout: &str) -> Vec<Value> {
    assert!(stdout.ends_with('\n'), "{stdout}");
    let lines: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (at, line) in lines.iter().enumerate() {
        assert_eq!(line["schema_version"], json!(1));
        assert_eq!(line["type"] == json!("end"), at + 1 == lines.len(), "{stdout}");
    }
    lines
}

/// The jobs of all `job` lines.
fn jobs(lines: &[Value]) -> Vec<&Value> {
    lines.iter().filter(|line| line["type"] == json!("job")).map(|line| &line["job"]).collect()
}

/// The same without what differs from run to run.
fn stable(mut value: Value) -> Value {
    value["observed_at"] = Value::Null;
    if let Some(error) = value["error"].as_object_mut() {
        error.insert("service_request_id".into(), Value::Null);
    }
    value
}

#[test]
fn the_last_state_of_each_job_and_the_end_are_what_json_has_however_it_ends() {
    let server = simulator();
    let unreachable = "http://127.0.0.1:9";
    for (words, endpoint, exit) in [
        ("job show sim-ok", None, 0),
        ("job show sim-fail sim-ok", None, 1),
        ("job show --exit-zero sim-fail", None, 0),
        ("job show sim-404 sim-ok", None, 5),
        ("job show sim-401 sim-ok", None, 4),
        ("job show sim-html sim-running", None, 7),
        ("job show sim-running sim-ok", None, 8),
        ("job show sim-cjk sim-escape", None, 1),
        ("job show --request-id sim-req-3-1", None, 1),
        ("job show --request-id sim-req-empty", None, 5),
        ("job show sim-ok", Some(unreachable), 6),
        ("job show sim-ok", Some("nonsense"), 3),
        ("job show --profile none sim-ok sim-fail", None, 3),
        ("job wait --timeout 3s sim-running sim-ok", None, 8),
        ("job wait --fail-fast sim-fail sim-running", None, 1),
    ] {
        let run = |form: &str| {
            let call = cph(words.split(' ').chain(["-o", form])).on(&server).env("CPH_CONFIG", "/none/config.toml");
            endpoint.into_iter().fold(call, |call, endpoint| call.env("CPH_ENDPOINT", endpoint)).run()
        };
        let (stream, document) = (run("jsonl"), run("json"));
        assert_eq!((stream.exit(), document.exit()), (exit, exit), "{words}: {stream}");
        let lines = lines(&stream.stdout);
        let mut document = document.json();
        let listed = document["jobs"].take();
        let mut last: HashMap<&str, &Value> = HashMap::new();
        for job in jobs(&lines) {
            last.insert(job["job_id"].as_str().unwrap(), job);
        }
        assert_eq!(last.len(), listed.as_array().unwrap().len(), "{words}: {stream}");
        // Which of several jobs a stop met first is no promise.
        for job in listed.as_array().unwrap().iter().filter(|_| exit != 4) {
            let streamed = last[job["job_id"].as_str().unwrap()];
            assert_eq!(stable(streamed.clone()), stable(job.clone()), "{words}");
        }
        let mut end = lines.last().unwrap().clone();
        assert_eq!(end["exit_code"], json!(exit));
        end.as_object_mut().unwrap().remove("type");
        document.as_object_mut().unwrap().remove("jobs");
        assert_eq!(stable(end), stable(document), "{words}");
    }
    let usage = cph(["job", "show", "-o", "jsonl", "a/b"]).run();
    assert_eq!((usage.exit(), usage.stdout.as_str()), (2, ""), "{usage}");
}

#[test]
fn every_ended_job_is_written_once_and_only_the_listed_ones() {
    let server = simulator();
    let run = cph(["job", "wait", "-o", "jsonl", "--request-id", "sim-req-250"]).on(&server).run();
    let all = lines(&run.stdout);
    let ended: Vec<&Value> = jobs(&all).into_iter().filter(|job| job["status"] == json!("success")).collect();
    let ids: HashSet<&str> = ended.iter().map(|job| job["job_id"].as_str().unwrap()).collect();
    assert_eq!((ended.len(), ids.len(), run.exit()), (250, 250, 0));
    let words = ["job", "wait", "-o", "jsonl", "--only", "failure,unknown", "sim-ok", "sim-fail", "sim-404"];
    let run = cph(words).on(&server).run();
    let all = lines(&run.stdout);
    let mut statuses: Vec<&Value> = jobs(&all).iter().map(|job| &job["status"]).collect();
    statuses.sort_by_key(|status| status.to_string());
    assert_eq!((statuses, run.exit()), (vec![&json!("failure"), &json!("unknown")], 1), "{run}");
    let counts = &all.last().unwrap()["counts"];
    assert_eq!(*counts, json!({ "success": 1, "failure": 1, "running": 0, "unknown": 1 }));
}

#[test]
fn items_that_were_refused_are_written() {
    let server = simulator();
    let item = r#"{"phone_id":"p","error_code":"CPS.0004","error_msg":"手机忙"}"#;
    for (more, successes) in [("", 0), (r#",{"phone_id":"q","job_id":"sim-ok"}"#, 1)] {
        let answer = format!(r#"{{"request_id":"r","jobs":[{item},{item}{more}]}}"#);
        let run = cph(["job", "wait", "-o", "jsonl", "-"]).on(&server).stdin(answer).run();
        let all = lines(&run.stdout);
        let refused = jobs(&all).into_iter().filter(|job| job["error_msg"] == json!("手机忙")).count();
        assert_eq!((refused, jobs(&all).len(), run.exit()), (2, 2 + successes, 1), "{run}");
    }
}

/// A wait whose stdout is read line by line.
pub(crate) fn started(
    words: &str,
    server: &cph::simulator::Server,
) -> (Child, BufReader<ChildStdout>, tempfile::TempDir) {
    let (mut child, home) = cph(words.split(' ')).on(server).start();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    (child, stdout, home)
}

fn next(stdout: &mut impl std::io::BufRead) -> Value {
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap()
}

#[test]
fn lines_come_while_the_wait_goes_on() {
    let server = simulator();
    let started_at = Instant::now();
    let (mut child, mut stdout, _home) = started("job wait -o jsonl --interval 1s sim-ok-12s sim-ok", &server);
    let mut seen = Vec::new();
    while started_at.elapsed() < Duration::from_secs(11) && seen.len() < 2 {
        let line = next(&mut stdout);
        seen.push((line["job"]["job_id"].clone(), line["job"]["status"].clone()));
    }
    assert!(started_at.elapsed() < Duration::from_secs(11), "{seen:?}");
    seen.sort_by_key(|(id, _)| id.to_string());
    assert_eq!(seen, [(json!("sim-ok"), json!("success")), (json!("sim-ok-12s"), json!("running"))]);
    let last = next(&mut stdout);
    assert_eq!((&last["job"]["job_id"], &last["job"]["status"]), (&json!("sim-ok-12s"), &json!("success")));
    assert_eq!(next(&mut stdout)["outcome"], json!("success"));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_reader_that_goes_away_ends_the_stream_and_not_the_wait() {
    let server = simulator();
    let started_at = Instant::now();
    let (mut child, mut stdout, _home) = started("job wait -o jsonl --interval 1s sim-fail-5s sim-ok", &server);
    next(&mut stdout);
    drop(stdout);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(started_at.elapsed() > Duration::from_secs(4));
}

#[test]
fn a_slow_reader_delays_no_look() {
    let server = Faulty::start(always(forward()));
    let keys = (cph::simulator::ACCESS_KEY, cph::simulator::SECRET_KEY);
    let call = cph(["job", "wait", "-o", "jsonl", "--request-id", "sim-req-250"]).at(&server.url());
    let (mut child, _home) = call.env("CPH_ACCESS_KEY", keys.0).env("CPH_SECRET_KEY", keys.1).start();
    // 250 jobs are more than a pipe holds; the list is read twice, a second apart.
    let until = Instant::now() + Duration::from_secs(20);
    let lists = || server.count(|request| request.lists() && request.query("offset") == Some("0"));
    while lists() < 2 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(lists(), 2, "nothing was read from stdout yet");
    let mut all = String::new();
    child.stdout.take().unwrap().read_to_string(&mut all).unwrap();
    assert_eq!(jobs(&lines(&all)).len(), 250);
    assert!(all.len() > 1 << 16, "{}", all.len());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_outage_and_its_end_are_lines() {
    let server = Faulty::start(by(|_, number| match number {
        0 => send(server::json(200, r#"{"job_id":"a","status":1}"#)),
        1 => send(server::json(503, "")),
        _ => send(success_of("a")),
    }));
    let call = cph(["job", "wait", "-o", "jsonl", "--interval", "1s", "a"]).at(&server.url());
    let run = call.env("CPH_TOKEN", "t").run();
    let all = lines(&run.stdout);
    let types: Vec<&str> = all.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["job", "error", "recovered", "job", "end"], "{run}");
    assert_eq!(all[1]["error"]["http_status"], json!(503));
    assert_eq!(all[1]["error"], all[2]["error"]);
}
