//! Limits of time: they are waited for all at once.

use std::fs;
use std::path::Path;

use cph::simulator::PROJECT_ID;

use crate::common::server::{Faulty, by, json, send, stall};
use crate::common::{Run, cph};
use crate::credentials::cache::Home;
use crate::credentials::command::vault;
use crate::credentials::responses::{job, refused};
use crate::credentials::{towards, with_keys, with_password};

pub fn every_wait_ends() {
    std::thread::scope(|scope| {
        scope.spawn(a_program_has_30_seconds_and_its_children_do_not_prolong_them);
        scope.spawn(a_lock_that_is_not_had_is_done_without);
        scope.spawn(with_a_silent_iam_the_time_counts_from_the_login_on);
    });
}

fn a_program_has_30_seconds_and_its_children_do_not_prolong_them() {
    let children = Children::new();
    let text = format!("exec 2> /dev/null; {}; sleep 45", children.sleep());
    let run = vault(towards(cph(["job", "show", "sim-ok"]), "http://127.0.0.1:9"), &text).run();
    assert_eq!(run.exit(), 3, "{run}");
    assert!(run.stderr.contains("did not end within 30 s"), "{run}");
    assert!((29.5..33.0).contains(&run.took.as_secs_f64()), "{:?}", run.took);
    children.are_gone();
}

/// Somebody holds the lock and does not let go: after 10 s it is done without.
fn a_lock_that_is_not_had_is_done_without() {
    let home = Home::new();
    let lock = fs::File::options().write(true).open(home.file().with_extension("json.lock")).unwrap();
    fs::remove_file(home.file()).unwrap();
    lock.lock().unwrap();
    let run = home.show();
    assert_eq!((run.exit(), run.stderr.as_str(), home.logins()), (0, "", 2), "{run}");
    let seconds = run.took.as_secs_f64();
    assert!((9.5..25.0).contains(&seconds), "{seconds}");
    assert_eq!(home.show().exit(), 0);
    assert_eq!(home.logins(), 2, "a kept token needs no lock");
}

fn with_a_silent_iam_the_time_counts_from_the_login_on() {
    let service = Faulty::start(by(|request, _| if request.is_login() { stall() } else { job(request) }));
    let run = with_password(towards(cph(["job", "show", "j"]), &service.url())).run();
    assert_eq!(run.exit(), 6, "{run}");
    assert!(run.took.as_secs() <= 45, "{:?}", run.took);
    assert_eq!(service.logins_and_looks(), (3, 0), "{run}");
}

/// `--timeout` is time for everything: whatever is waited for, 2 s are not overrun by more than one.
#[test]
fn the_timeout_bounds_all_of_it() {
    std::thread::scope(|scope| {
        scope.spawn(a_lock);
        scope.spawn(a_program);
        scope.spawn(a_program_in_the_middle);
        scope.spawn(a_metadata_service);
        scope.spawn(a_login_and_a_look_up);
    });
}

const WAIT: [&str; 5] = ["job", "wait", "--timeout", "2s", "j"];

#[track_caller]
fn ended_in_time(run: &Run, exit: i32, words: &str) {
    assert_eq!(run.exit(), exit, "{run}");
    // Half a second late at most where the machine is free; what has no limit here takes 30 s or 45 s.
    assert!((1.9..15.0).contains(&run.took.as_secs_f64()), "{:?}: {run}", run.took);
    assert!(run.stderr.contains(words), "{run}");
}

fn a_lock() {
    let home = Home::new();
    let lock = fs::File::options().write(true).open(home.file().with_extension("json.lock")).unwrap();
    fs::remove_file(home.file()).unwrap();
    lock.lock().unwrap();
    let run = home.calls(&WAIT).run();
    ended_in_time(&run, 6, "cph: error[http_timeout]: ");
    assert!(run.stderr.contains(": timed out waiting for another process to release "), "{run}");
    assert!(run.stderr.contains(".lock\n"), "{run}");
    assert_eq!(home.logins(), 1, "{run}");
}

fn a_program() {
    let children = Children::new();
    let run = vault(towards(cph(WAIT), "http://127.0.0.1:9"), &format!("{}; wait", children.sleep())).run();
    ended_in_time(&run, 6, "cph: error[http_timeout]: timed out waiting for credential_command ");
    assert!(run.stderr.contains("/vault\n"), "{run}");
    assert!(
        run.stderr.contains("cph: stopped waiting after 2s (--timeout)\nlast known: job j: never asked for\n"),
        "{run}"
    );
    children.are_gone();
}

/// The job was seen running; then the token is refused, and the program that has another one takes its time.
fn a_program_in_the_middle() {
    let service = Faulty::start(by(|_, number| match number {
        0 => send(json(200, r#"{"job_id":"j","status":1}"#)),
        _ => refused("decrypt token fail"),
    }));
    let children = Children::new();
    let second = format!("test $(grep -c . \"$0.n\") = 2 && {{ {}; wait; }}", children.sleep());
    let text = format!("{second}; echo '{{\"token\":\"token-1\"}}'");
    let call = vault(towards(cph(WAIT), &service.url()).env("CPH_PROJECT_ID", PROJECT_ID), &text);
    let run = call.run();
    ended_in_time(&run, 8, "");
    assert_eq!(service.requests().len(), 2, "{run}");
    children.are_gone();
}

fn a_metadata_service() {
    let silent = Faulty::start(by(|_, _| stall()));
    let config = "default_profile = 'e'\n[profiles.e]\ncredentials = 'ecs'\n";
    let run = towards(cph(WAIT), &silent.url()).config(config).run();
    ended_in_time(&run, 6, "timed out waiting for a complete response");
}

fn a_login_and_a_look_up() {
    let silent = Faulty::start(by(|_, _| stall()));
    let run = with_password(towards(cph(WAIT), &silent.url())).run();
    ended_in_time(&run, 6, "timed out waiting for a complete response");
    let run = with_keys(towards(cph(WAIT), &silent.url())).run();
    ended_in_time(&run, 6, "timed out waiting for a complete response");
}

/// Where a program writes its own number and those of its children.
struct Children(tempfile::NamedTempFile);

impl Children {
    fn new() -> Self {
        Self(tempfile::NamedTempFile::new().unwrap())
    }

    /// A line of a script: its number, and a child that would run for long, in the background.
    fn sleep(&self) -> String {
        let path = self.0.path().display();
        format!("echo $$ >> {path}; sleep 45 & echo $! >> {path}")
    }

    /// Neither the program nor a child runs any more or is stopped; only Linux lists a killed program's children.
    #[track_caller]
    fn are_gone(&self) {
        let pids = fs::read_to_string(self.0.path()).unwrap();
        assert!(!pids.is_empty(), "the program had no child");
        let stat = |pid: &str| fs::read_to_string(Path::new("/proc").join(pid).join("stat")).unwrap_or_default();
        // A dead one that nobody waits for is still listed, as a zombie.
        let left = pids.lines().map(stat).find(|stat| !stat.is_empty() && !stat.contains(") Z "));
        assert_eq!(left.filter(|_| cfg!(target_os = "linux")), None, "a program or its child is left");
    }
}
