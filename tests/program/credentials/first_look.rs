//! On a terminal, what takes longer than a second before the first answer is named, and gone at the end.

use std::time::Duration;

use cph::simulator::{ACCESS_KEY, PROJECT_ID, SECRET_KEY};

use crate::common::server::{Act, Faulty, Request, Script, by, forward};
use crate::common::{Cph, cph, left_on_terminal};
use crate::credentials::command::vault;
use crate::credentials::{towards, with_keys, with_password};

/// The simulator, which takes its time for some requests.
fn slow(is_slow: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Script {
    by(move |request, _| {
        let pause = if is_slow(request) { Duration::from_millis(2300) } else { Duration::ZERO };
        [vec![Act::Wait(pause)], forward()].concat()
    })
}

/// Everything that was on a terminal of 80 columns, and what is left there.
fn seen(call: Cph) -> (String, String) {
    let (screen, exit) = call.env("TERM", "xterm").on_terminal(80, 24);
    assert_eq!(exit, 0, "{screen}");
    let left = left_on_terminal(&screen);
    (screen, left)
}

/// A case each, all at the same time: each takes seconds.
fn at_once<T: Sync>(cases: &[T], check: impl Fn(&T) + Sync) {
    let check = &check;
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(move || check(case));
        }
    });
}

fn is_look(request: &Request) -> bool {
    request.is_job() || request.lists()
}

#[test]
fn a_slow_first_answer_is_named_in_show_and_wait() {
    let ids = ["sim-ok", "6837531fd3f54550927b930180a706bf"];
    let call = |service: &Faulty, arguments: &[&str]| {
        with_keys(towards(cph(arguments), &service.url())).env("CPH_PROJECT_ID", PROJECT_ID)
    };
    let cases = [
        (&["job", "show", ids[0]][..], "Request  0"),
        (&["job", "show", ids[0], ids[1]], "2 jobs: 2 success"),
        (&["job", "show", "--request-id", "sim-req-3-0"], "3 jobs: 3 success"),
        (&["job", "wait", ids[0]], "Request  0"),
        (&["job", "wait", "--request-id", "sim-req-3-0"], "3 jobs: 3 success"),
    ];
    at_once(&cases, |(arguments, last)| {
        let service = Faulty::start(slow(is_look));
        let host = service.url().replace("http://", "");
        let (screen, left) = seen(call(&service, arguments));
        for seconds in [1, 2] {
            let line = format!("waiting for the first answer of {host}, {seconds}s elapsed");
            assert!(screen.contains(&line), "{arguments:?}\n{screen:?}");
        }
        assert!(left.lines().last().unwrap().starts_with(last), "{arguments:?}\n{left}");
        assert!(!left.contains("elapsed"), "{arguments:?}\n{left}");
    });
    let silent = [["show", "-q"], ["show", "-v"], ["wait", "-q"], ["wait", "-v"], ["show", "-ojson"]];
    at_once(&silent, |[command, flag]| {
        let service = Faulty::start(slow(is_look));
        let (screen, _) = seen(call(&service, &["job", *command, *flag, "sim-ok"]));
        assert_eq!(screen.contains("elapsed"), *flag == "-ojson", "{command} {flag}\n{screen:?}");
    });
}

#[test]
fn a_login_a_look_up_and_a_program_are_named() {
    let asks_iam = |request: &Request| request.is_login() || request.line().starts_with("GET /v3/projects");
    let keys = format!(r#"{{"access_key":"{ACCESS_KEY}","secret_key":"{SECRET_KEY}"}}"#);
    let service = Faulty::start(slow(asks_iam));
    let host = service.url().replace("http://", "");
    at_once(&["show", "wait"], |command| {
        let call = || towards(cph(["job", *command, "sim-ok"]), &service.url());
        for (call, text) in [
            (with_password(call()), format!("logging in at {host}, 1s elapsed")),
            (with_keys(call()), format!("asking {host} for the project id, 1s elapsed")),
            (
                vault(call(), &format!("printf 'touch your key' >&2; sleep 2; echo >&2; echo '{keys}'")),
                "touch your keyrunning credential_command [HOME]/vault\n".to_owned(),
            ),
        ] {
            let (screen, left) = seen(call);
            assert!(screen.contains(&text), "{text}: {screen:?}");
            // Nothing of a program's own lines is cleared.
            let rest = left.strip_prefix(text.trim_end()).unwrap_or(&left);
            assert!(rest.trim_start().starts_with("Job "), "{text}: {left}");
        }
    });
}

#[test]
fn lines_of_a_stream_are_not_drawn_over() {
    let server = crate::common::simulator();
    let call =
        crate::credentials::on(&server, ["job", "wait", "-o", "jsonl", "sim-ok-5s"]).env("CPH_PROJECT_ID", PROJECT_ID);
    let (screen, _) = seen(with_keys(call));
    assert!(!screen.contains("elapsed"), "{screen:?}");
    assert_eq!(screen.lines().filter(|line| line.contains("\"type\":\"job\"")).count(), 2, "{screen}");
}
