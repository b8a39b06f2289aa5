//! Runs rows and checks them. What holds for every run whatever the fault (one JSON document, a short and inert
//! stderr, no secret, the exact request) is checked for each of them.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use cph::simulator::PROJECT_ID;

use crate::broken_services::certificates::Certificate;
use crate::broken_services::row::{ACCESS_KEY, Command, Row, SECRET_KEY, SECURITY_TOKEN, Signer, signed_in, token};
use crate::common::server::{Faulty, Request};
use crate::common::{CPH, Run, cph, program};

/// Checks all rows with each of their commands, many at once since some of them wait, and tells of all that failed.
pub fn check_all(rows: Vec<Row>) {
    // More than there are processors, since most of them wait for a pause now and then.
    const AT_ONCE: usize = 40;
    // What takes so long only sleeps, and takes nobody's turn.
    const SLOW: u64 = 10;
    const MOST_AGAIN: usize = 40;
    let mut rows: Vec<Row> = rows.into_iter().flat_map(Row::with_each_command).collect();
    let count = rows.len();
    let names: HashSet<&str> = rows.iter().map(|row| &*row.name).collect();
    assert_eq!(names.len(), count, "two rows of one name");
    if let Some(only) = std::env::var_os("FAULTS_ONLY") {
        rows.retain(|row| row.name.contains(&*only.to_string_lossy()));
    }
    // What waits longest begins first.
    rows.sort_by_key(|row| std::cmp::Reverse(*row.took.start()));
    let (slow, fast): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| *row.took.start() >= SLOW);
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let check = |row| {
        if let Err(reason) = failure(row) {
            failures.lock().unwrap().push((row, reason));
        }
    };
    thread::scope(|scope| {
        for row in slow {
            scope.spawn(|| check(row));
            // Starting is the work that they do.
            thread::sleep(Duration::from_millis(20));
        }
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(row) = fast.get(next.fetch_add(1, Ordering::Relaxed)) {
                    check(row);
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    // The program has time limits of its own: where a machine is too busy for this many at once, a row that failed is
    // right if it is right alone. A defect that needs no luck fails again.
    if failures.len() <= MOST_AGAIN {
        failures.retain_mut(|(row, first)| match failure(row) {
            Err(reason) => {
                *first = reason;
                true
            }
            Ok(()) => {
                println!("{} failed beside others and passed alone: {first}", row.name);
                false
            }
        });
    }
    let shown: Vec<String> = failures
        .iter()
        .map(|(row, reason)| format!("## {}\n{}", row.name, reason.chars().take(3000).collect::<String>()))
        .collect();
    assert!(failures.is_empty(), "{} of {count} rows failed:\n{}", failures.len(), shown.join("\n"));
    println!("{count} rows");
}

fn failure(row: &Row) -> Result<(), String> {
    let panic = match catch_unwind(AssertUnwindSafe(|| check(row))) {
        Ok(()) => return Ok(()),
        Err(panic) => panic,
    };
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    Err(text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default())
}

fn check(row: &Row) {
    let tls = row.tls.as_ref().filter(|_| row.speaks_tls).map(Certificate::server);
    let server = Faulty::start_tls(row.script.clone(), tls);
    let run = run(row, &server);
    assert!(run.exit() == row.exit || row.or_exit.contains(&run.exit()), "exit code {}: {run}", run.exit());
    let asked = server.requests();
    check_stdout(row, &run);
    check_stderr(row, &run);
    check_secrets(&run, &asked);
    if let Some(requests) = row.requests {
        // Whether a missing id is a request id is asked once for each, and is no attempt at the job.
        let about_jobs = asked.iter().filter(|request| !request.lists_phones());
        let (lists, jobs): (Vec<&Request>, Vec<&Request>) = about_jobs.partition(|request| request.lists());
        assert_eq!(jobs.len(), requests, "requests");
        assert!(lists.len() <= 1, "{} questions about request ids", lists.len());
        assert!(lists.is_empty() || [1, 5].contains(&row.exit), "a question about a request id");
    }
    if let Some(connections) = row.connections {
        assert_eq!(server.connections(), connections, "connections");
    }
    if let Some(most) = row.most_connections {
        assert!(server.connections() <= most, "{} connections", server.connections());
    }
    let took = run.took.as_secs();
    assert!(row.took.contains(&took), "took {took} s, not {:?} s", row.took);
    for (pair, pause) in asked.windows(2).zip(&row.pauses) {
        let millis = u64::try_from((pair[1].at - pair[0].at).as_millis()).unwrap();
        assert!(pause.contains(&millis), "a pause of {millis} ms, not {pause:?} ms");
    }
    for listener in &*row.never {
        assert_eq!(listener.connections(), 0, "connections to another listener");
    }
    (row.also)(&run, &server);
    let host = format!("127.0.0.1:{}", server.port());
    asked.iter().for_each(|request| check_request(request, row.signer, &host));
}

fn run(row: &Row, server: &Faulty) -> Run {
    let command = match row.command {
        Command::Show => vec!["job", "show"],
        Command::Wait => vec!["job", "wait", "--timeout", row.timeout],
    };
    let requests = row.request_ids.iter().flat_map(|id| ["--request-id", id]);
    let words = command.into_iter().chain(row.options.iter().copied()).chain(requests);
    let arguments = words.map(str::to_owned).chain(row.ids.clone());
    let call = if row.limited && cfg!(target_os = "linux") {
        // Of the data alone: what is only reserved or mapped from the binary costs nobody memory.
        let script = r#"ulimit -d 120000 && exec "$0" "$@""#;
        program("/bin/sh", ["-c", script, CPH].map(str::to_owned).into_iter().chain(arguments))
    } else {
        cph(arguments)
    };
    let scheme = if row.tls.is_some() { "https" } else { "http" };
    let call = call.at(&format!("{scheme}://127.0.0.1:{}", server.port()));
    let call = row.env.iter().fold(signed_in(call, row.signer), |call, (name, value)| call.env(name, value));
    let call = match &row.tls {
        Some(certificate) => certificate.trusted_by(call),
        None => call,
    };
    let run = call.run();
    if std::env::var_os("FAULTS_SHOW").is_some() {
        let shown: String = run.stderr.chars().take(1500).collect();
        println!("=== {} [{}] {:?}\n{shown}", row.name, run.exit(), run.took);
    }
    run
}

fn check_stdout(row: &Row, run: &Run) {
    assert!(!run.stdout.chars().any(|c| c != '\n' && c != '\t' && is_live(c)), "stdout is live: {run}");
    if !row.options.contains(&"json") {
        let alone = row.ids.len() == 1 && !row.options.contains(&"--field");
        assert!(!alone || row.word.is_empty() || run.stdout.is_empty(), "a card without a job: {run}");
        return;
    }
    let document = run.json();
    assert_eq!(document["exit_code"], run.exit(), "exit_code: {run}");
    let jobs = document["jobs"].as_array().unwrap().len();
    assert!(jobs == row.ids.len() || !row.request_ids.is_empty(), "{jobs} jobs: {run}");
    assert!(
        run.stdout.len() < 65_536 || row.word.is_empty() || row.ids.len() != 1,
        "an error of {} bytes",
        run.stdout.len()
    );
    // Several ids are told apart by the row itself.
    if let [id] = &row.ids[..] {
        let job = &document["jobs"][0];
        // An error before any request belongs to the run.
        let error = if document["error"].is_null() { &job["error"] } else { &document["error"] };
        assert_eq!(job["job_id"], id.as_str(), "job_id: {run}");
        assert_eq!(job["status"], row.status, "status: {run}");
        assert_eq!(error["code"].as_str().unwrap_or_default(), row.word, "error.code: {run}");
    }
}

fn check_stderr(row: &Row, run: &Run) {
    let stderr = &run.stderr;
    if !row.word.is_empty() && row.exit == run.exit() && !row.options.contains(&"-q") {
        assert!(stderr.contains(&format!("cph: error[{}]: ", row.word)), "no error[{}]: {run}", row.word);
    }
    assert!(
        !row.word.is_empty()
            || row.command == Command::Wait
            || row.options.iter().any(|option| option.starts_with("-v") || *option == "--names")
            || row.ids.len() != 1
            || stderr.is_empty(),
        "{run}"
    );
    for debug in ["docs.rs", "UNIX", "OtherError", "Context {", "DnsName("] {
        assert!(!stderr.contains(debug), "a library's own words: {run}");
    }
    for words in &row.says {
        assert!(stderr.contains(words), "stderr does not say {words:?}: {run}");
    }
    let told: usize = stderr.lines().filter(|line| !is_a_waits(line)).map(|line| line.len() + 1).sum();
    assert!(told <= 4096 || row.ids.len() > 1, "{told} bytes of stderr");
    // What is not there will not come by waiting on, unless there was no time to believe it.
    let believed = run.exit() == 5 && !stderr.contains("stopped waiting");
    assert!(!believed || !stderr.contains("hint: to go on"), "going on after not found: {run}");
    for line in stderr.lines() {
        assert!(is_ours(line) || row.command == Command::Wait && is_a_waits(line), "a line that is not ours: {line:?}");
        assert!(!line.chars().any(is_live), "a live line: {line:?}");
        assert!(line.len() <= 4096, "a line of {} bytes", line.len());
        assert!(!line.contains("##[") && !line.to_lowercase().contains("##vso["), "a command: {line:?}");
    }
    assert!(!stderr.contains("panicked") && !stderr.to_lowercase().contains("<html"), "{run}");
}

/// Errors, what to do about them, failures by code, and the summary.
fn is_ours(line: &str) -> bool {
    let summary = line.split_once(" jobs: ").is_some_and(|(count, _)| count.parse::<usize>().is_ok());
    let group = line.split_once(" × ").is_some_and(|(count, _)| count.parse::<usize>().is_ok());
    summary || group || ["cph: ", "hint: ", "request id: "].iter().any(|start| line.starts_with(start))
}

/// Progress, with the time in front, and how it stood at the end.
pub fn is_a_waits(line: &str) -> bool {
    let dated = line
        .split_once(' ')
        .is_some_and(|(time, _)| time.len() == "2026-01-15T08:00:00Z".len() && time.parse::<jiff::Timestamp>().is_ok());
    dated || line.starts_with("last known: ")
}

/// No 12 characters of a secret in a row, in anything.
fn check_secrets(run: &Run, asked: &[Request]) {
    const LENGTH: usize = 12;
    let signatures = asked.iter().filter_map(|request| {
        let authorization = request.header("authorization")?;
        authorization.rsplit_once("Signature=").map(|(_, signature)| signature.to_owned())
    });
    let secrets = [token(), SECRET_KEY.to_owned(), SECURITY_TOKEN.to_owned()].into_iter().chain(signatures);
    let secrets: Vec<String> = secrets.collect();
    let parts: HashSet<&[u8]> = secrets.iter().flat_map(|secret| secret.as_bytes().windows(LENGTH)).collect();
    // Most places of a text are passed by their first byte: it may have 16 MB.
    let mut begins = [false; 256];
    parts.iter().for_each(|part| begins[usize::from(part[0])] = true);
    for (stream, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let shown =
                begins[usize::from(*byte)] && bytes.get(at..at + LENGTH).is_some_and(|part| parts.contains(part));
            assert!(!shown, "12 characters of a secret are on {stream}, at byte {at}: {run}");
        }
    }
}

/// What `cph` sends, to the byte: nothing less, and nothing more.
fn check_request(request: &Request, signer: Signer, host: &str) {
    let (first, mut headers) = request.parsed();
    let last = request.job_id();
    let folder = if request.lists() || request.lists_phones() { "" } else { "jobs/" };
    let path = format!("/v1/{PROJECT_ID}/cloud-phone/{folder}{last}");
    assert_eq!(first, format!("GET {path} HTTP/1.1"), "the request line");
    let mut expected = vec![
        ("accept".to_owned(), "*/*".to_owned()),
        ("host".to_owned(), host.to_owned()),
        ("user-agent".to_owned(), format!("cph/{}", env!("CARGO_PKG_VERSION"))),
    ];
    if signer == Signer::Token {
        expected.push(("x-auth-token".to_owned(), token()));
    } else {
        let date = request.header("x-sdk-date").unwrap();
        let mut signed = vec![("host", host), ("x-project-id", PROJECT_ID), ("x-sdk-date", date)];
        if signer == Signer::TemporaryKeys {
            signed.push(("x-security-token", SECURITY_TOKEN));
        }
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let query: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let target = cph::api::sign::Request { method: "GET", path, query: &query, headers: &signed, body: b"" };
        let authorization = cph::api::sign::authorization(ACCESS_KEY, SECRET_KEY, date, &target);
        expected.push(("authorization".to_owned(), authorization));
        expected.extend(signed[1..].iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    }
    headers.sort();
    expected.sort();
    assert_eq!(headers, expected, "the headers");
}

/// Whether a terminal or a log would obey it.
fn is_live(c: char) -> bool {
    cph::output::text::is_forbidden(c)
}
