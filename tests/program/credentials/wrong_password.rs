//! A wrong password is shown to IAM once a minute, by however many processes: a few of them lock the user.

use std::fs;
use std::path::PathBuf;

use cph::simulator::{self, PASSWORD};
use tempfile::TempDir;

use crate::common::server::{Faulty, always, by, forward, json, send};
use crate::common::{Cph, Run, cph, set_mode};
use crate::credentials::responses::{in_minutes, issued, job};
use crate::credentials::terminal::Terminal;
use crate::credentials::{fifty_at_once, mode, towards, with_password};

const WRONG: &str = "wrong-password-of-mine";

struct Desk {
    home: TempDir,
    service: Faulty,
}

impl Desk {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), service: Faulty::start(always(forward())) }
    }

    fn call(&self, arguments: &[&str], password: &str) -> Cph {
        let call = with_password(towards(cph(arguments), &self.service.url()));
        call.env("HOME", self.home.path()).env("CPH_PASSWORD", password)
    }

    fn show(&self, password: &str) -> Run {
        self.call(&["job", "show", "-q", "sim-ok"], password).run()
    }

    fn logins(&self) -> usize {
        self.service.logins_and_looks().0
    }

    /// The one refusal that is kept.
    fn file(&self) -> PathBuf {
        let names = fs::read_dir(self.home.path().join(".cache/cph")).unwrap().map(|entry| entry.unwrap().path());
        let kept: Vec<_> =
            names.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("refused-")).collect();
        assert_eq!(kept.len(), 1, "{kept:?}");
        kept[0].clone()
    }

    /// Changes when it was.
    fn refused_at(&self, seconds_ago: i64) {
        let mut kept: serde_json::Value = serde_json::from_slice(&fs::read(self.file()).unwrap()).unwrap();
        let at = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(seconds_ago);
        kept["at"] = at.to_string().into();
        fs::write(self.file(), kept.to_string()).unwrap();
    }
}

#[test]
fn fifty_processes_with_a_wrong_password_make_one_login() {
    let desk = Desk::new();
    for output in fifty_at_once(desk.home.path(), &desk.service.url(), WRONG) {
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{told}");
        assert!(told.contains("cph: error[auth_rejected]: ") && told.contains("lock the user"), "{told}");
        assert!(!told.contains(&WRONG[..12]), "{told}");
    }
    assert_eq!(desk.service.logins_and_looks(), (1, 0));
}

#[test]
fn it_is_that_password_there_alone_and_for_a_minute() {
    let desk = Desk::new();
    assert_eq!((desk.show(WRONG).exit(), desk.logins()), (4, 1));
    let run = desk.show(WRONG);
    assert_eq!((run.exit(), desk.logins()), (4, 1), "{run}");
    for words in ["not sent", &desk.service.url(), "refused this password", " s ago, at 20", "hint: "] {
        assert!(run.stderr.contains(words), "{words}: {run}");
    }
    let json = desk.call(&["job", "show", "-o", "json", "sim-ok"], WRONG).run();
    assert_eq!((json.exit(), json.json()["error"]["code"].as_str()), (4, Some("auth_rejected")), "{json}");
    // Private, and of no use to its reader.
    let kept = fs::read_to_string(desk.file()).unwrap();
    assert!(mode(&desk.file()) == 0o600 && !kept.contains("wrong") && !kept.contains("simulator"), "{kept}");
    let hash = serde_json::from_str::<serde_json::Value>(&kept).unwrap()["hash"].as_u64().unwrap();
    assert!(hash < 1 << 16, "{kept}");
    // Another user, account or project is asked about.
    for (number, (name, value)) in
        [("CPH_USERNAME", "other"), ("CPH_DOMAIN_NAME", "other"), ("CPH_PROJECT_ID", "other")].into_iter().enumerate()
    {
        let run = desk.call(&["job", "show", "-q", "sim-ok"], WRONG).env(name, value).run();
        assert_eq!((run.exit(), desk.logins()), (4, number + 2), "{name}: {run}");
    }
    let desk = Desk { service: Faulty::start(always(forward())), home: desk.home };
    assert_eq!((desk.show(WRONG).exit(), desk.logins()), (4, 1), "of another IAM");
    // The right one is taken at once.
    let run = desk.show(PASSWORD);
    assert_eq!((run.exit(), run.stderr.as_str(), desk.logins()), (0, "", 2), "{run}");
}

#[test]
fn the_time_counts_and_the_future_does_not() {
    for (seconds_ago, asked) in [(50, false), (61, true), (86_400 * 365, true), (-30, true), (-86_400 * 365, true)] {
        let desk = Desk::new();
        assert_eq!(desk.show(WRONG).exit(), 4);
        desk.refused_at(seconds_ago);
        let run = desk.show(WRONG);
        assert_eq!((run.exit(), desk.logins()), (4, if asked { 2 } else { 1 }), "{seconds_ago}: {run}");
        // Asked again, it is a minute from now.
        let run = desk.show(WRONG);
        assert_eq!((run.exit(), desk.logins()), (4, if asked { 2 } else { 1 }), "{seconds_ago}: {run}");
    }
}

#[test]
fn status_and_login_ignore_it_and_logout_forgets_it() {
    let desk = Desk::new();
    assert_eq!((desk.show(WRONG).exit(), desk.logins()), (4, 1));
    for logins in 2..4 {
        let run = desk.call(&["auth", "status"], WRONG).run();
        assert_eq!((run.exit(), desk.logins()), (4, logins), "{run}");
    }
    let url = desk.service.url();
    let endpoints = [("CPH_ENDPOINT", url.as_str()), ("CPH_IAM_ENDPOINT", &url), ("CPH_REGION", simulator::REGION)];
    let mut terminal = Terminal::start(desk.home.path(), &["auth", "login"], &endpoints);
    terminal.answer("Region", simulator::REGION);
    terminal.answer("Kind [1]: ", "2");
    terminal.answer("Account name: ", simulator::DOMAIN_NAME);
    terminal.answer("IAM user name: ", simulator::USER_NAME);
    terminal.secret("Password (not shown): ", WRONG);
    let (exit, screen) = terminal.end();
    assert_eq!((exit, desk.logins()), (Ok(4), 4), "{screen}");
    assert_eq!((desk.show(WRONG).exit(), desk.logins()), (4, 4), "it is still remembered");
    assert_eq!(desk.call(&["auth", "logout"], WRONG).run().exit(), 0);
    assert_eq!((desk.show(WRONG).exit(), desk.logins()), (4, 5));
    // A damaged one is none, and without a cache nothing is remembered.
    for damaged in ["", "{}", "null", r#"{"version":1,"at":"soon","salt":[],"hash":70000}"#] {
        let before = desk.logins();
        fs::write(desk.file(), damaged).unwrap();
        assert_eq!((desk.show(WRONG).exit(), desk.logins()), (4, before + 1), "{damaged}");
    }
    set_mode(&desk.file(), 0o644);
    let before = desk.logins();
    assert_eq!((desk.show(WRONG).exit(), desk.logins()), (4, before + 1), "others could have written it");
    for number in 2..4 {
        let run = desk.call(&["job", "show", "-q", "sim-ok"], WRONG).env("CPH_TOKEN_CACHE", "off").run();
        assert_eq!((run.exit(), desk.logins()), (4, before + number), "{run}");
    }
}

/// Only a refusal is remembered: neither a busy service nor a forbidden project says anything about the password.
#[test]
fn other_errors_are_not_remembered() {
    for (status, exit) in [(403, 4), (400, 7), (404, 7), (500, 6)] {
        let service = Faulty::start(by(move |request, number| match number {
            0..=2 if status == 500 => send(json(status, "{}")),
            0 => send(json(status, "{}")),
            _ if request.is_login() => issued("t", &in_minutes(60)),
            _ => job(request),
        }));
        let desk = Desk { home: tempfile::tempdir().unwrap(), service };
        assert_eq!(desk.show(PASSWORD).exit(), exit, "{status}");
        assert_eq!(desk.show(PASSWORD).exit(), 0, "{status}");
    }
}
