//! `-o jsonl`: what is left of the stream when a kill, a full pipe or a full disk ends it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::ChildStdout;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::jsonl::started;
use crate::common::server::{self, Faulty, by, send};
use crate::common::{cph, simulator};

/// The lines with their ends, and what is behind the last of them.
fn whole_and_cut(all: &[u8]) -> (Vec<Value>, &[u8]) {
    let end = all.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let (whole, cut) = all.split_at(end);
    let whole = std::str::from_utf8(whole).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(cut.is_empty() || cut.starts_with(b"{"), "{}", String::from_utf8_lossy(cut));
    (whole, cut)
}

/// Before the first line, between lines, with a full pipe, at the end.
#[test]
fn a_kill_leaves_whole_lines_and_at_most_one_cut() {
    let server = simulator();
    let mut lines_read = Vec::new();
    for (words, is_read_meanwhile) in [
        ("job wait -o jsonl sim-running sim-ok sim-fail", true),
        ("job wait -o jsonl --request-id sim-req-400-3", false),
        ("job wait -o jsonl --request-id sim-req-400-3-2s", true),
    ] {
        for milliseconds in [0, 30, 100, 300, 1_200] {
            let (mut child, mut stdout, _home) = started(words, &server);
            let reader = |mut stdout: BufReader<ChildStdout>| {
                let mut all = Vec::new();
                stdout.read_to_end(&mut all).unwrap();
                all
            };
            let all = std::thread::scope(|scope| {
                let mut reading = None;
                let mut later = None;
                if is_read_meanwhile {
                    reading = Some(scope.spawn(move || reader(stdout)));
                } else {
                    // Until it is killed, the pipe is full.
                    let _ = stdout.fill_buf();
                    later = Some(stdout);
                }
                std::thread::sleep(Duration::from_millis(milliseconds));
                child.kill().unwrap();
                child.wait().unwrap();
                reading.map(|reading| reading.join().unwrap()).or_else(|| later.map(reader)).unwrap()
            });
            let (whole, _) = whole_and_cut(&all);
            let has_end = whole.iter().any(|line| line["type"] == json!("end"));
            assert!(!has_end || !words.contains("sim-running"), "{words}, {milliseconds} ms");
            lines_read.push(whole.len());
        }
    }
    assert!(lines_read.contains(&0) && lines_read.iter().any(|lines| *lines > 100), "{lines_read:?}");
}

#[test]
fn a_slow_reader_delays_no_look_at_single_jobs_and_a_kill_cuts_one_line() {
    let server = Faulty::start(by(|request, _| {
        let long = "x".repeat(40_000);
        let id = request.job_id();
        send(server::json(200, format!(r#"{{"job_id":"{id}","status":1,"execute_msg":"{long}"}}"#)))
    }));
    let ids = (0..50).map(|number| format!("job-{number}"));
    let words = ["job", "wait", "-o", "jsonl", "--interval", "1s", "--timeout", "25s"].map(str::to_owned);
    let call = cph(words.into_iter().chain(ids)).at(&server.url()).env("CPH_TOKEN", "t");
    let (mut child, _home) = call.start();
    // A pipe holds 64 kB, so one line of 40 kB and a part of the next; nothing is read of it, and the jobs are asked
    // for a third time.
    let until = Instant::now() + Duration::from_secs(24);
    while server.requests().len() < 125 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    let looks = server.requests().len();
    child.kill().unwrap();
    // Before anything is read: room in the pipe would let a dying process write its line to the end.
    let mut stdout = child.stdout.take().unwrap();
    child.wait().unwrap();
    let mut all = Vec::new();
    stdout.read_to_end(&mut all).unwrap();
    assert!(looks >= 125, "{looks} looks");
    let (whole, cut) = whole_and_cut(&all);
    assert!(whole.len() == 1 && !cut.is_empty(), "{} lines and {} bytes", whole.len(), cut.len());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_exit_3_and_the_wait_goes_on() {
    use crate::common::{CPH, program};

    let server = simulator();
    let line = format!("{CPH} job wait -o jsonl --interval 1s sim-fail-5s sim-ok >/dev/full");
    let run = program("bash", ["-c", &line]).on(&server).run();
    assert_eq!(run.exit(), 3, "{run}");
    assert!(run.stderr.contains("cph: error[io]: the answer could not be written to stdout"), "{run}");
    assert!(run.took > Duration::from_secs(4));
}
