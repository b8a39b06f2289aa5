//! Ten thousand shows and one long wait while 5 % of the answers are faults: only documented exit codes, each verdict
//! as the truth says, flat memory, no file left behind.
//!
//! Minutes long, so it runs by hand: `cargo test --release --test soak -- --ignored --nocapture`.

#![cfg(unix)]
// A test fails by panicking, in its helpers, too.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

#[path = "common/mod.rs"]
mod common;

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use common::server::{Act, Faulty, Reply, by, forward, http, json, send, stall};
use common::{Cph, cph};
use cph::simulator;

const SHOWS: usize = 10_000;
/// Most of them wait for nothing, but a stalled one takes ten seconds.
const AT_ONCE: usize = 24;
const JOBS: usize = 500;
/// When the last job of the wait has ended, in seconds.
const LAST_END: u64 = 150;
/// Of 100 answers.
const FAULTS: u64 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Reset,
    Stall,
    Cut,
    Broken,
    Throttled,
    Garbage,
}

/// The same number for the same id and attempt in every run.
fn roll(id: &str, attempt: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    (id, attempt).hash(&mut hasher);
    hasher.finish()
}

/// What goes wrong at this attempt to ask for the job.
fn fault(id: &str, attempt: usize) -> Option<Fault> {
    use Fault::{Broken, Cut, Garbage, Reset, Stall, Throttled};
    let roll = roll(id, attempt);
    let kinds = [Reset, Stall, Cut, Broken, Throttled, Garbage];
    (roll % 100 < FAULTS).then(|| kinds[usize::try_from(roll / 100).unwrap() % kinds.len()])
}

fn faulty(fault: Fault, good: Vec<u8>) -> Reply {
    match fault {
        Fault::Reset => vec![Act::Reset],
        Fault::Stall => stall(),
        Fault::Cut => vec![Act::Send(good[..good.len() - 9].to_vec()), Act::Close],
        Fault::Broken => send(http(500, "", "<h1>Internal Server Error</h1>")),
        Fault::Throttled => send(http(429, "", "")),
        Fault::Garbage => send(json(200, r#"{"status":2,"status":2"#)),
    }
}

fn answer(id: &str, status: i32) -> Vec<u8> {
    json(200, format!(r#"{{"job_id":"{id}","status":{status},"error_code":"","execute_msg":"some words"}}"#))
}

/// What is true of a job that is shown: its answer and the exit code.
fn truth(id: &str) -> (Vec<u8>, i32) {
    match roll(id, usize::MAX) % 4 {
        0 => (answer(id, 2), 0),
        1 => (answer(id, -1), 1),
        2 => (answer(id, 1), 8),
        _ => (json(404, r#"{"error_code":"CPS.0011","error_msg":"no such job"}"#), 5),
    }
}

/// The exit code that follows from the faults: three attempts, but none after a whole answer that is bad.
fn expected(id: &str) -> i32 {
    for attempt in 0..3 {
        match fault(id, attempt) {
            None => return truth(id).1,
            Some(Fault::Garbage) => return 7,
            Some(_) => {}
        }
    }
    6
}

/// Chooses by the job and how often it was asked for; logins are the simulator's, lists have nothing.
fn service(
    answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static,
    asked: Arc<Mutex<HashMap<String, usize>>>,
) -> Faulty {
    Faulty::start(by(move |request, _| {
        if request.is_login() {
            return forward();
        }
        if request.lists() {
            return send(json(200, r#"{"count":0,"jobs":[]}"#));
        }
        let id = request.job_id();
        let attempt = {
            let mut asked = asked.lock().unwrap();
            let count = asked.entry(id.clone()).or_default();
            *count += 1;
            *count - 1
        };
        let good = answer(&id);
        match fault(&id, attempt) {
            Some(fault) => faulty(fault, good),
            None => send(good),
        }
    }))
}

/// A call with this home; every second one logs in with a password and uses the cache.
fn call(arguments: &[&str], service: &Faulty, home: &Path, password: bool) -> Cph {
    let call = cph(arguments).at(&service.url()).env("CPH_IAM_ENDPOINT", service.url()).env("HOME", home);
    let call = call.env("CPH_REGION", simulator::REGION).env("TMPDIR", home.join("tmp"));
    if password {
        call.env("CPH_USERNAME", simulator::USER_NAME)
            .env("CPH_PASSWORD", simulator::PASSWORD)
            .env("CPH_DOMAIN_NAME", simulator::DOMAIN_NAME)
    } else {
        call.env("CPH_ACCESS_KEY", simulator::ACCESS_KEY).env("CPH_SECRET_KEY", simulator::SECRET_KEY)
    }
}

/// Panics if there is another file below the home than a token and its lock.
fn nothing_but_the_cache(home: &Path) {
    let token = |path: &Path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        path.parent().unwrap().ends_with(".cache/cph")
            && name.starts_with("token-")
            && (name.ends_with(".json") || name.ends_with(".json.lock"))
    };
    let left: Vec<PathBuf> = files(home).into_iter().filter(|path| !token(path)).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// All files below the folder, without folders.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("tmp")).unwrap();
    home
}

#[test]
#[ignore = "takes minutes"]
fn ten_thousand_shows_tell_the_truth() {
    const FORMS: [&[&str]; 5] = [&[], &["-q"], &["-o", "json"], &["-o", "jsonl"], &["--field", "status"]];
    let home = home();
    let service = service(|id| truth(id).0, Arc::default());
    let next = AtomicUsize::new(0);
    let (codes, wrong) = (Mutex::new(BTreeMap::<i32, usize>::new()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= SHOWS {
                        return;
                    }
                    let id = format!("job-{number}");
                    let arguments = [&["job", "show"], FORMS[number % FORMS.len()], &[&id]].concat();
                    let run = call(&arguments, &service, home.path(), number % 2 == 1).run();
                    *codes.lock().unwrap().entry(run.exit()).or_default() += 1;
                    if run.exit() != expected(&id) {
                        wrong.lock().unwrap().push(format!("{id}, not {}: {run}", expected(&id)));
                    }
                }
            });
        }
    });
    println!("{SHOWS} shows by exit code: {:?}", codes.into_inner().unwrap());
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} wrong exit codes:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(service.count(common::server::Request::is_login), 1, "logins");
    nothing_but_the_cache(home.path());
}

/// kB that the process has in memory; `None` where nobody tells, or at its end.
fn resident(process: u32) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()
}

#[test]
#[ignore = "takes minutes"]
fn a_long_wait_tells_the_truth_and_does_not_grow() {
    let home = home();
    let asked = Arc::<Mutex<HashMap<String, usize>>>::default();
    let started = Instant::now();
    let ends = |id: &str| Duration::from_secs(roll(id, usize::MAX) % LAST_END);
    let ended = |id: &str| if roll(id, usize::MAX).is_multiple_of(7) { -1 } else { 2 };
    let status = move |id: &str| if started.elapsed() < ends(id) { 1 } else { ended(id) };
    let service = service(move |id| answer(id, status(id)), Arc::clone(&asked));
    let ids: Vec<String> = (0..JOBS).map(|number| format!("job-{number}")).collect();
    let arguments: Vec<&str> =
        ["job", "wait", "-o", "json", "--timeout", "20m"].into_iter().chain(ids.iter().map(String::as_str)).collect();
    let (child, _own_home) = call(&arguments, &service, home.path(), true).start();
    let process = child.id();
    let watcher = thread::spawn(move || {
        let mut sizes = Vec::new();
        while let Some(size) = resident(process) {
            sizes.push(size);
            thread::sleep(Duration::from_millis(500));
        }
        sizes
    });
    let output = child.wait_with_output().unwrap();
    let sizes = watcher.join().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let asked = asked.lock().unwrap();
    let mut spoilt = 0;
    for (job, id) in document["jobs"].as_array().unwrap().iter().zip(&ids) {
        // A whole answer that is bad is final: nothing is learnt about the job from then on.
        let spoiled = (0..asked[id]).any(|attempt| fault(id, attempt) == Some(Fault::Garbage));
        let truth = ["success", "failure"][usize::from(ended(id) < 0)];
        let statuses: &[&str] = if spoiled { &["unknown", "running"] } else { &[truth] };
        let error = if spoiled { "bad_answer" } else { "" };
        assert_eq!(job["job_id"], id.as_str());
        assert!(statuses.contains(&job["status"].as_str().unwrap()), "not {statuses:?}: {job}");
        assert_eq!(job["error"]["code"].as_str().unwrap_or_default(), error, "{job}");
        spoilt += usize::from(spoiled);
    }
    assert_eq!(output.status.code(), Some(1), "some have failed");
    let half = sizes.len() / 2;
    let most = |sizes: &[usize]| sizes.iter().copied().max().unwrap_or_default();
    let (early, late) = (most(&sizes[..half]), most(&sizes[half..]));
    let looks: usize = asked.values().sum();
    println!(
        "{JOBS} jobs, {looks} requests, {spoilt} without a verdict, {early} kB, then {late} kB, {:?}",
        started.elapsed()
    );
    assert!(late <= early + 1024, "it grew from {early} kB to {late} kB");
    nothing_but_the_cache(home.path());
}
