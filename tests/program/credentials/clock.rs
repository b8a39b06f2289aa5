//! A clock that is off is corrected, or explained; a request that was changed on its way is told line by line.

use cph::api::sign;
use cph::simulator::{ACCESS_KEY, PROJECT_ID, TOKEN};
use jiff::{SignedDuration, Timestamp};

use crate::common::server::{Faulty, Reply, Request, by, forward, http, json, send};
use crate::common::{Cph, cph};
use crate::credentials::responses::{job, refused};
use crate::credentials::{towards, with_keys, with_password};

fn show(service: &Faulty) -> Cph {
    towards(cph(["job", "show", "a", "b"]), &service.url()).env("CPH_PROJECT_ID", PROJECT_ID)
}

fn basic(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The gateway's words at its time.
fn expired(request: &Request, server: Timestamp) -> Reply {
    let signed = request.header("x-sdk-date").unwrap_or_default();
    refused(&format!(
        "calc aksk signature fail:signature expired, signature time:{signed},server time:{}",
        basic(server)
    ))
}

fn off_by(hours: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(hours)
}

/// A server whose clock is off by so many hours, and which takes 15 minutes of difference.
fn skewed(hours: i64) -> Faulty {
    Faulty::start(by(move |request, _| {
        let server = off_by(hours);
        if is_signed_at(request, server) { job(request) } else { expired(request, server) }
    }))
}

/// Within 16 minutes.
fn is_signed_at(request: &Request, time: Timestamp) -> bool {
    let date = request.header("x-sdk-date").unwrap();
    (-16..=16).any(|minutes| date[..13] == basic(time + SignedDuration::from_mins(minutes))[..13])
}

const RUNNING: &str = r#"{"job_id":"a","status":1}"#;

fn wait(service: &Faulty) -> Cph {
    with_keys(towards(cph(["job", "wait", "a"]), &service.url()).env("CPH_PROJECT_ID", PROJECT_ID))
}

/// The machine starts with a wrong clock, and NTP sets it right while `cph` waits.
#[test]
fn it_is_corrected_again_where_it_was_set_right() {
    let service = Faulty::start(by(|request, number| {
        // An hour off for the first two requests.
        let server = off_by(i64::from(number < 2));
        match number {
            _ if !is_signed_at(request, server) => expired(request, server),
            1 => send(json(200, RUNNING)),
            _ => job(request),
        }
    }));
    let run = wait(&service).run();
    assert_eq!((run.exit(), service.requests().len()), (0, 4), "{run}");
    for line in ["the clock of this machine is wrong", "the clock of this machine was set right"] {
        assert_eq!(run.stderr.matches(line).count(), 1, "{run}");
    }
}

/// The progress is redrawn in place, and leaves the line about the clock where it is.
#[cfg(unix)]
#[test]
fn a_correction_in_the_middle_of_a_wait_stays_on_the_terminal() {
    let service = Faulty::start(by(|request, number| {
        let server = off_by(i64::from(number > 0));
        match number {
            _ if !is_signed_at(request, server) => expired(request, server),
            0 | 2 => send(json(200, RUNNING)),
            _ => job(request),
        }
    }));
    let (screen, exit) = wait(&service).env("TERM", "xterm").on_terminal(300, 24);
    assert_eq!((exit, service.requests().len()), (0, 4), "{screen}");
    assert!(screen.contains("1 running"), "there was a progress: {screen}");
    let left = crate::common::left_on_terminal(&screen);
    let lines: Vec<&str> = left.lines().filter(|line| !line.is_empty()).collect();
    assert!(lines[0].starts_with("cph: the clock of this machine is wrong") && lines[1].starts_with("Job "), "{left}");
}

#[test]
fn a_service_whose_time_is_never_the_same_is_not_followed() {
    let service = Faulty::start(by(|request, number| match number % 2 {
        0 => expired(request, off_by(1 + i64::try_from(number).unwrap())),
        _ => send(json(200, RUNNING)),
    }));
    let run = wait(&service).run();
    assert_eq!((run.exit(), service.requests().len()), (4, 7), "{run}");
    assert!(run.stderr.contains("(the clock here says "), "{run}");
}

#[test]
fn it_is_corrected_once() {
    for hours in [-30, -1, 1, 24 * 400] {
        let service = skewed(hours);
        let run = with_keys(show(&service)).run();
        assert_eq!((run.exit(), service.requests().len()), (0, 3), "{run}");
        assert_eq!(run.stderr.lines().filter(|line| line.contains("the clock of this machine is wrong")).count(), 1);
    }
}

#[test]
fn by_the_date_of_the_answer_where_the_text_has_no_time() {
    let service = Faulty::start(by(|request, number| {
        if number > 0 {
            let server = basic(off_by(5));
            assert_eq!(request.header("x-sdk-date").unwrap()[..11], server[..11]);
            return job(request);
        }
        let date = off_by(5).strftime("Date: %a, %d %b %Y %H:%M:%S GMT\r\n").to_string();
        let body =
            r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: signature expired"}"#;
        send(http(401, &date, body))
    }));
    let run = with_keys(show(&service)).run();
    assert_eq!((run.exit(), service.requests().len()), (0, 3), "{run}");
}

#[test]
fn still_refused_both_times_are_named() {
    let service = Faulty::start(by(|request, _| expired(request, off_by(3))));
    let run = with_keys(show(&service)).run();
    assert_eq!((run.exit(), service.requests().len()), (4, 2), "{run}");
    let (here, there) = (off_by(0).to_string(), off_by(3).to_string());
    assert!(run.stderr.contains(&format!("the clock here says {}", &here[..13])), "{run}");
    assert!(run.stderr.contains(&format!("the service's {}", &there[..13])), "{run}");
    assert!(run.stderr.contains("hint: set this machine's clock"), "{run}");
}

#[test]
fn the_same_time_is_nothing_to_correct() {
    let service = Faulty::start(by(|request, _| expired(request, off_by(0))));
    let run = with_keys(show(&service)).run();
    assert_eq!((run.exit(), service.requests().len()), (4, 1), "{run}");
}

#[test]
fn impossible_times_are_survived() {
    for time in ["99991231T235959Z", "99991230T220000Z", "00000101T000000Z", "20260231T000000Z", "soon", ""] {
        let words = format!("signature expired, signature time:20260101T000000Z,server time:{time}");
        let service = Faulty::start(by(move |_, _| refused(&words)));
        let run = with_keys(show(&service)).run();
        assert_eq!(run.exit(), 4, "{time}: {run}");
        assert!(service.requests().len() <= 2, "{time}: {run}");
    }
}

#[test]
fn the_look_up_of_the_project_and_the_job_share_nothing_but_the_rule() {
    let service = Faulty::start(by(|request, _| {
        let server = off_by(2);
        if request.header("x-sdk-date").is_none_or(|date| date[..11] != basic(server)[..11]) {
            return expired(request, server);
        }
        if request.is_job() {
            return job(request);
        }
        let body = format!(r#"{{"projects":[{{"id":"{PROJECT_ID}","name":"simulator-1"}}]}}"#);
        send(json(200, &body))
    }));
    let run = with_keys(show(&service)).no_env("CPH_PROJECT_ID").run();
    assert_eq!((run.exit(), service.requests().len()), (0, 5), "{run}");
}

#[test]
fn tokens_know_no_clock() {
    let service = Faulty::start(by(|request, _| expired(request, off_by(3))));
    let run = show(&service).env("CPH_TOKEN", TOKEN).run();
    assert_eq!((run.exit(), service.requests().len()), (4, 1), "{run}");
    assert!(!run.stderr.contains("the clock here"), "{run}");
    let service =
        Faulty::start(by(|request, _| if request.is_job() { expired(request, off_by(3)) } else { forward() }));
    let run = with_password(show(&service)).run();
    assert_eq!((run.exit(), service.logins_and_looks()), (4, (2, 2)), "a new login, and the end: {run}");
    assert!(!run.stderr.contains("the clock here"), "{run}");
}

/// What the server makes of a request, `|` for line feeds.
fn echo(request: &Request, change: impl Fn(String) -> String) -> Reply {
    let names = ["host", "x-project-id", "x-sdk-date"];
    let headers = names.map(|name| (name, request.header(name).unwrap()));
    let path = request.target();
    let signed = sign::Request { method: "GET", path, query: &[], headers: &headers, body: b"" };
    refused(&format!(
        "verify aksk signature fail, canonicalRequest:{}",
        change(signed.canonical().text.replace('\n', "|"))
    ))
}

#[test]
fn the_first_line_that_was_changed_is_named_when_asked_for() {
    type Change = fn(String) -> String;
    let rows: [(Change, &str); 5] = [
        (|text| text, "the secret key does not belong to access key "),
        (|text| text.replacen("GET", "POST", 1), "line 1 is 'GET' here and 'POST' there"),
        (|text| text.replace("/cloud-phone/", "/cloud%2Dphone/"), "line 2 is '/v1/"),
        (|text| text.replace("host:127.0.0.1", "host:proxy.example"), "line 4 is 'host:127.0.0.1:"),
        (|text| text + "0", "line 9 is 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' here"),
    ];
    let check = |change: Change, words: &str| {
        // A slow service: the signature's time is that of the request, not that of the answer.
        let service = Faulty::start(by(move |request, _| {
            std::thread::sleep(std::time::Duration::from_millis(1100));
            echo(request, change)
        }));
        let run = with_keys(show(&service))
            .with(|command| {
                command.arg("-v");
            })
            .run();
        assert_eq!((run.exit(), service.requests().len()), (4, 1), "{run}");
        assert!(run.stderr.contains(words), "{words}: {run}");
    };
    std::thread::scope(|scope| {
        rows.into_iter().for_each(|(change, words)| drop(scope.spawn(move || check(change, words))))
    });
    let service = Faulty::start(by(|request, _| echo(request, |text| text)));
    let run = with_keys(show(&service)).run();
    let start = &ACCESS_KEY[..4];
    let message = format!("the secret key does not belong to access key {start}… (access key from CPH_ACCESS_KEY)");
    assert!(run.stderr.contains(&message) && run.stderr.contains("\nhint: take access key and secret key"), "{run}");
    assert!(!run.stderr.contains("canonicalRequest") && !run.stderr.contains(ACCESS_KEY), "{run}");
    let service = Faulty::start(by(|request, _| echo(request, |text| text.replace("GET", "POST"))));
    let run = with_keys(show(&service)).run();
    assert!(!run.stderr.contains("line 1"), "unasked: {run}");
}
