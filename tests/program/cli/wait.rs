//! `job wait` from outside: transcripts, ends, and a service that misbehaves in the middle of a wait.

use std::time::Duration;

use snapbox::{assert_data_eq, str};

use crate::common::server::{Faulty, Reply, Request, always, by, json, send, send_and_close, stall};
use crate::common::{CPH, Run, cph, shows, simulator};

fn job(id: &str, status: i8) -> String {
    format!(r#"{{"job_id":"{id}","status":{status}}}"#)
}

fn state_of(id: &str, status: i8) -> Reply {
    send(json(200, job(id, status)))
}

fn wait(server: &Faulty, arguments: &[&str]) -> Run {
    cph(["job", "wait"].iter().chain(arguments)).at(&server.url()).env("CPH_TOKEN", "made-up-token").run()
}

/// The block with the times of the progress and the path of the binary named.
fn scrubbed(run: &Run) -> String {
    let is_time = |word: &str| word.len() == 20 && word.ends_with('Z') && word.as_bytes()[10] == b'T';
    let line = |line: &str| match line.split_once(' ') {
        Some((time, rest)) if is_time(time) => format!("[TIME] {rest}\n"),
        _ => format!("{line}\n"),
    };
    run.to_string().replace(CPH, "cph").lines().map(line).collect()
}

#[test]
fn an_end_in_sight() {
    let server = simulator();
    let run = cph(["job", "wait", "sim-fail-2s", "--field", "status"]).on(&server).run();
    assert_data_eq!(
        scrubbed(&run),
        str![[r#"
failure
------- stderr -------
[TIME] waiting for job sim-fail-2s, at most 30m
[TIME] job sim-fail-2s: running
[TIME] job sim-fail-2s: failure, CPS.0054 Handle job timeout.
[exit status: 1]

"#]]
    );
}

#[test]
fn what_has_ended_already_needs_no_progress() {
    let server = simulator();
    let run = cph(["job", "wait", "--field", "job_id,status", "--request-id", "sim-req-3-1"]).on(&server).run();
    shows(
        run.shown_at_once(),
        str![[r#"
sim-req-3-1-1	success
sim-req-3-1-2	failure
sim-req-3-1-3	success
------- stderr -------
1 × CPS.0054 Handle job timeout. Meaning: The job ran out of time on the server side; worth a retry (sim-req-3-1-2)
3 jobs: 2 success, 1 failure (took [TIME])
[exit status: 1]

"#]],
    );
}

#[test]
fn a_timeout_is_kept_and_says_how_to_go_on() {
    let server = simulator();
    let run = cph(["job", "wait", "--timeout", "3s", "--field", "status", "sim-running"]).on(&server).run();
    assert!((Duration::from_secs(3)..Duration::from_secs(4)).contains(&run.took), "{:?}", run.took);
    assert_data_eq!(
        scrubbed(&run),
        str![[r#"
running
------- stderr -------
[TIME] waiting for job sim-running, at most 3s
[TIME] job sim-running: running
cph: stopped waiting after 3s (--timeout)
last known: job sim-running: running, seen [..]s ago
hint: to go on: cph job wait --timeout 3s --field status sim-running
[exit status: 8]

"#]]
    );
}

#[test]
fn every_hint_has_its_colour() {
    let server = simulator();
    let hint = "\u{1b}[36mhint\u{1b}[0m: ";
    let run = cph(["job", "wait", "--color", "always", "--timeout", "1s", "sim-running"]).on(&server).run();
    assert!(run.stderr.contains(&format!("\n{hint}to go on: ")), "{run}");
    let server = Faulty::start(by(|request, _| match request.lists_phones() {
        true => send(json(403, r#"{"error_code":"CPS.0001","error_msg":"No permission"}"#)),
        false => send(json(200, format!(r#"{{"job_id":"{}","status":2,"phone_id":"p"}}"#, request.job_id()))),
    }));
    let run =
        cph(["job", "wait", "--color", "always", "--names", "a"]).at(&server.url()).env("CPH_TOKEN", "token").run();
    assert!(run.stderr.contains(&format!("\n{hint}ask for the permission cph:phones:list")), "{run}");
}

#[test]
fn several_jobs_are_named_and_counted() {
    let server = simulator();
    let ids = ["sim-ok-3s", "sim-fail-1s", "sim-running"];
    let run = cph(["job", "wait", "--timeout", "5s", "-q"].iter().chain(&ids)).on(&server).run();
    assert_data_eq!(
        scrubbed(&run),
        str![[r#"
------- stderr -------
cph: stopped waiting after 5s (--timeout)
last known: job sim-running: running, seen [..]s ago
hint: to go on: cph job wait --timeout 5s -q sim-ok-3s sim-fail-1s sim-running
[exit status: 1]

"#]]
    );
    let run = cph(["job", "wait", "--fail-fast", "--field", "status"].iter().chain(&["sim-running", "sim-fail-4s"]))
        .on(&server)
        .run();
    assert_data_eq!(
        // A line for each change, and the two first answers may come at once or one after the other.
        scrubbed(&run).replace("[TIME] 2 jobs: 1 running, 1 unknown\n", ""),
        str![[r#"
running
failure
------- stderr -------
[TIME] waiting for 2 jobs, at most 30m
[TIME] job sim-running: running
[TIME] job sim-fail-4s: running
[TIME] 2 jobs: 2 running
[TIME] job sim-fail-4s: failure, CPS.0054 Handle job timeout.
[TIME] 2 jobs: 1 failure, 1 running
cph: stopped at the first failed job (--fail-fast); other jobs: 1 not ended
1 × CPS.0054 Handle job timeout. Meaning: The job ran out of time on the server side; worth a retry (sim-fail-4s)
2 jobs: 1 failure, 1 running (took [..])
[exit status: 1]

"#]]
    );
}

#[test]
fn what_can_not_be_meant_is_usage() {
    for (arguments, message) in [
        (&["--timeout", "0", "a"][..], "'--timeout none'"),
        (&["--timeout", "5", "a"], "90s, 10m or 1h30m"),
        (&["--interval", "100ms", "a"], "the shortest is 1s"),
        (&[], "--request-id <REQUEST_ID>"),
        (&["-"], "stdin holds no job ids"),
        (&["a", "--request-id", "r"], "cannot be used with"),
        (&["-", "--request-id", "r"], "cannot be used with"),
        (&["--request-id", "../r"], "'../r' is not a request id"),
        (&["-q", "-o", "json", "a"], "cannot be used with"),
    ] {
        let run = cph(["job", "wait"].iter().chain(arguments)).run();
        assert!(run.exit() == 2 && run.stdout.is_empty() && run.stderr.contains(message), "{arguments:?}: {run}");
    }
}

#[test]
fn the_answer_of_the_call_that_started_them_is_enough() {
    let server = simulator();
    let jobs = r#"{"phone_id":"p1","job_id":"sim-ok-1s"},{"phone_id":"p2","error_code":"CPS.0004"}"#;
    let answer = format!(r#"{{"request_id":"r","jobs":[{jobs}]}}"#);
    let run = cph(["job", "wait", "-", "--field", "status,phone_id,error_code"]).on(&server).stdin(answer).run();
    assert_eq!(run.stdout, "success\t00000000000000000000000000f0e001\t\nfailure\tp2\tCPS.0004\n", "{run}");
    assert_eq!(run.exit(), 1);
}

#[test]
fn a_request_id_in_place_of_a_job_id_is_recognised() {
    let server = simulator();
    let run = cph(["job", "show", "--region", "simulator-1", "sim-req-3-1", "-q"]).on(&server).run();
    let hint = "hint: sim-req-3-1 is a request id: cph job show --region simulator-1 -q --request-id sim-req-3-1\n";
    assert!(run.exit() == 5 && scrubbed(&run).contains(hint), "{run}");
    let run = cph(["job", "show", "sim-404"]).on(&server).run();
    assert!(!run.stderr.contains("is a request id:"), "{run}");
    let run = cph(["job", "show", "sim-404", "sim-req-3-1"]).on(&server).run();
    assert!(run.stderr.contains("hint: sim-req-3-1 is a request id:"), "the next id is tried, too: {run}");
}

/// After a refused credential nothing is sent, and a run that ends fast has no final "not found".
#[test]
fn an_unknown_id_is_not_tried_where_the_run_ended_for_another_reason() {
    let server = simulator();
    for (arguments, exit) in
        [(&["show", "sim-404", "sim-401"][..], 4), (&["wait", "--fail-fast", "sim-404", "sim-fail"], 1)]
    {
        let run = cph(["-v", "job"].iter().chain(arguments)).on(&server).run();
        assert_eq!((run.exit(), run.stderr.contains("request_id=")), (exit, false), "{run}");
        assert!(run.stderr.contains("/jobs/sim-404"), "{run}");
    }
}

#[test]
fn so_are_twenty_of_them_and_no_more() {
    let server = simulator();
    for (count, hints) in [(20, true), (21, false)] {
        let ids: Vec<String> = (1..=count).map(|n| format!("sim-req-{n}-0")).collect();
        let run = cph(["job", "show"].map(str::to_owned).into_iter().chain(ids)).on(&server).run();
        assert_eq!((run.exit(), run.stderr.contains("is a request id:")), (5, hints), "{run}");
    }
}

#[test]
fn whole_requests_are_read_to_their_end() {
    let server = simulator();
    for (command, request, exit, jobs) in [
        ("show", "sim-req-3-1", 1, 3),
        ("wait", "sim-req-3-1", 1, 3),
        ("show", "sim-req-250", 0, 250),
        ("wait", "sim-req-250", 0, 250),
        ("show", "sim-req-empty", 5, 0),
    ] {
        let run = cph(["job", command, "-o", "json", "--request-id", request]).on(&server).run();
        let answer = run.json();
        assert_eq!((run.exit(), answer["jobs"].as_array().unwrap().len()), (exit, jobs), "{command} {request}: {run}");
        assert_eq!(answer["error"]["code"].as_str(), (exit == 5).then_some("not_found"));
        assert!(answer["jobs"].as_array().unwrap().iter().all(|job| job["request_id"] == request));
    }
}

#[test]
fn a_list_that_repeats_itself_is_a_bad_answer() {
    for count in [3, 100] {
        let items: Vec<String> = (0..count).map(|n| job(&format!("j{n}"), 2)).collect();
        let body = format!(r#"{{"request_id":"x","jobs":[{}]}}"#, items.join(","));
        let server = Faulty::start(always(send(json(200, body))));
        // A patient wait reads such a list for five minutes.
        for command in [&["show"][..], &["wait", "--timeout", "3s"]] {
            let call = cph(["job"].iter().chain(command).chain(&["--request-id", "r"]));
            let run = call.at(&server.url()).env("CPH_TOKEN", "t").run();
            assert_eq!(run.exit(), 7, "{run}");
        }
        assert!(server.requests().len() < 30, "{}", server.requests().len());
    }
}

#[test]
fn a_service_that_misbehaves_in_the_middle_does_not_change_the_verdict() {
    type Failure = fn() -> Reply;
    let failures: [(&str, Failure); 6] = [
        ("503", || send(json(503, r#"{"error_code":"APIGW.0613","error_msg":"m"}"#))),
        ("429", || send(json(429, r#"{"error_code":"APIGW.0308","error_msg":"m"}"#))),
        ("no answer", || send_and_close("")),
        ("half a head", || send_and_close("HTTP/1.1 200 OK\r\nContent-")),
        ("half a body", || {
            send_and_close("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"job_id\":\"a\",\"status\":2")
        }),
        ("kept connections closed", || send_and_close(json(200, job("a", 1)))),
    ];
    let runs: Vec<_> = failures
        .into_iter()
        .flat_map(|(name, failure)| [(name, failure, 2, 0), (name, failure, -1, 1)])
        .map(|(name, failure, end, exit)| {
            std::thread::spawn(move || {
                let server = Faulty::start(by(move |request, _| match request.at.as_millis() {
                    0..1500 => state_of("a", 1),
                    1500..5000 => failure(),
                    _ => state_of("a", end),
                }));
                let run = wait(&server, &["a", "--interval", "1s", "--timeout", "60s", "-o", "json"]);
                assert_eq!(run.exit(), exit, "{name}: {run}");
                assert!(run.took < Duration::from_secs(20), "{name}: {:?}", run.took);
                assert_eq!(run.json()["jobs"][0]["status_code"], end, "{name}: {run}");
            })
        })
        .collect();
    runs.into_iter().for_each(|run| run.join().unwrap());
}

#[test]
fn a_stalled_request_is_cut_at_the_deadline_and_forgotten() {
    let server = Faulty::start(by(|request, _| if request.at.as_millis() < 1000 { state_of("a", 1) } else { stall() }));
    let run = wait(&server, &["a", "--interval", "1s", "--timeout", "4s", "-o", "json"]);
    assert!((Duration::from_secs(4)..Duration::from_secs(5)).contains(&run.took), "{:?}", run.took);
    assert_eq!((run.exit(), &run.json()["jobs"][0]["status"]), (8, &"running".into()), "{run}");
    let server = Faulty::start(always(stall()));
    let run = wait(&server, &["a", "--timeout", "2s", "-o", "json"]);
    assert!((Duration::from_secs(2)..Duration::from_secs(3)).contains(&run.took), "{:?}", run.took);
    assert_eq!((run.exit(), &run.json()["jobs"][0]["error"]["code"]), (6, &"http_timeout".into()), "{run}");
}

#[test]
fn one_connection_serves_a_wait_and_few_requests_do() {
    let server = Faulty::start(by(|request, _| state_of("a", if request.at.as_secs() < 8 { 1 } else { 2 })));
    let run = wait(&server, &["a"]);
    assert_eq!(run.exit(), 0, "{run}");
    let requests = server.requests().len();
    assert!((8..=11).contains(&requests), "{requests}");
    assert_eq!(server.connections(), 1);
}

#[test]
fn ids_of_one_request_are_polled_together_even_a_thousand() {
    let ids: Vec<String> = (0..1000).map(|n| format!("j{n:04}")).collect();
    let all = ids.clone();
    let server = Faulty::start(by(move |request, _| {
        let status = if request.at.as_secs() < 3 { 1 } else { 2 };
        if let Some(offset) = request.query("offset") {
            let page = all.iter().skip(offset.parse().unwrap()).take(100);
            let items: Vec<String> = page.map(|id| job(id, status)).collect();
            return send(json(200, format!(r#"{{"request_id":"x","jobs":[{}]}}"#, items.join(","))));
        }
        let id = request.job_id();
        send(json(200, format!(r#"{{"request_id":"r","job_id":"{id}","status":{status}}}"#)))
    }));
    let run = cph(["job", "wait", "-", "-q"]).at(&server.url()).env("CPH_TOKEN", "t").stdin(ids.join("\n")).run();
    assert_eq!(run.exit(), 0, "{run}");
    assert_eq!(server.count(Request::is_job), 2);
    assert!(server.requests().len() < 80, "{}", server.requests().len());
}

#[cfg(unix)]
#[test]
fn a_signal_kills_as_if_nobody_had_looked_at_it() {
    use std::io::Read as _;
    use std::process::{Command, Stdio};
    use std::time::Instant;
    let server = simulator();
    for signal in ["INT", "TERM"] {
        let mut child = Command::new(CPH)
            .args(["job", "wait", "sim-running"])
            .env_clear()
            .env("CPH_ENDPOINT", server.url())
            .env("CPH_PROJECT_ID", cph::simulator::PROJECT_ID)
            .env("CPH_ACCESS_KEY", cph::simulator::ACCESS_KEY)
            .env("CPH_SECRET_KEY", cph::simulator::SECRET_KEY)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(800));
        let killed = Instant::now();
        assert!(
            Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap().success()
        );
        let status = child.wait().unwrap();
        assert!(killed.elapsed() < Duration::from_secs(10));
        let expected = if signal == "INT" { 2 } else { 15 };
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(expected));
        let mut stdout = String::new();
        child.stdout.unwrap().read_to_string(&mut stdout).unwrap();
        assert_eq!(stdout, "");
    }
}
