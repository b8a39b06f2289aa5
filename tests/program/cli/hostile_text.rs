//! Texts from outside start no line that a CI runner obeys and hide nothing, wherever they are shown.

use serde_json::json;
use unicode_width::UnicodeWidthChar as _;

use crate::common::server::{Faulty, Script, by, http, json, send};
use crate::common::{Cph, Run, cph};

/// What begins a command or a heading, and what hides or overflows.
const HOSTILE: [&str; 8] = [
    "##teamcity[message text='x']",
    "--- heading",
    "+++ heading",
    "~~~ heading",
    "::error::x",
    "##[group]##vso[x]###",
    "a\u{e0001}\u{e0068}\u{e0069}\u{e007f}b",
    "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}\u{30b}\u{30c}x",
];

#[track_caller]
fn is_inert(run: &Run) {
    let written = format!("{}\n{}", run.stdout, run.stderr);
    assert!(!written.contains("##"), "{run}");
    assert!(!written.chars().any(|c| matches!(c, '\u{e0000}'..='\u{e007f}')), "a tag: {run}");
    for line in written.lines() {
        let line = line.trim_start();
        for start in ["::", "--- ", "+++ ", "~~~ ", "---\t", "+++\t"] {
            assert!(!line.starts_with(start), "{line:?} in {run}");
        }
    }
}

#[track_caller]
fn has_no_flood(run: &Run) {
    let written = format!("{}\n{}", run.stdout, run.stderr);
    let marks = written.split(|c: char| c.is_ascii() || c.width() != Some(0));
    assert!(!marks.map(|marks| marks.chars().count()).any(|count| count > 8), "{run}");
}

fn on(call: Cph, server: &Faulty) -> Cph {
    call.at(&server.url()).env("CPH_TOKEN", "t")
}

/// A failed job all of whose texts are this one.
fn failed(text: &'static str) -> Script {
    by(move |_, _| {
        let job = json!({"status": -1, "error_code": text, "error_msg": text, "execute_msg": text, "phone_id": text,
                         "server_id": text, "begin_time": text, "end_time": text});
        send(json(200, job.to_string()))
    })
}

#[test]
fn in_the_texts_of_a_job() {
    for text in HOSTILE {
        let server = Faulty::start(failed(text));
        let fields: [&[&str]; 4] = [
            &["--field", "execute_msg"],
            &["--field", "error,phone_id"],
            &["--field", "request_id,server_id,error_msg,execute_msg"],
            &["--field", "error_code,begin_time"],
        ];
        let forms: [&[&str]; 5] = [&[], &["j2"], &["-o", "json"], &["-o", "jsonl"], &["-vv"]];
        for arguments in fields.iter().chain(&forms) {
            for command in ["show", "wait"] {
                for columns in ["", "30", "100", "140"] {
                    let call = on(cph([&["job", command, "j1"], *arguments].concat()), &server);
                    let run = call.env("COLUMNS", columns).run();
                    assert_eq!(run.exit(), 1, "{run}");
                    is_inert(&run);
                    if !arguments.iter().any(|word| word.starts_with("json")) {
                        has_no_flood(&run);
                    }
                }
            }
        }
        let run = on(cph(["job", "show", "-o", "json", "j1"]), &server).run();
        assert_eq!(run.json()["jobs"][0]["execute_msg"], text, "JSON is exact");
    }
}

#[test]
fn in_the_words_of_an_error() {
    for text in HOSTILE {
        for status in [200, 302, 400, 401, 403, 404, 409] {
            let server = Faulty::start(by(move |_, _| {
                let said = json!({"error_code": text, "error_msg": text, "request_id": text}).to_string();
                send(http(status, &format!("Location: {text}\r\n"), said))
            }));
            for arguments in [&["j1"][..], &["j1", "j2", "-vv"], &["--request-id", "r1", "-o", "json"]] {
                let run = on(cph([&["job", "show"], arguments].concat()), &server).run();
                assert!([4, 7].contains(&run.exit()), "{run}");
                is_inert(&run);
                if !arguments.iter().any(|word| word.starts_with("json")) {
                    has_no_flood(&run);
                }
            }
        }
        let script =
            by(move |_, _| send(format!("HTTP/1.1 400 x\r\nX-Request-Id: {text}\r\nContent-Length: 0\r\n\r\n")));
        let server = Faulty::start(script);
        let run = on(cph(["job", "show", "-vv", "j1"]), &server).run();
        is_inert(&run);
        has_no_flood(&run);
    }
}

#[test]
fn in_what_was_typed_or_set() {
    for text in HOSTILE {
        let server = Faulty::start(failed("x"));
        let typed: [&[&str]; 9] = [
            &["job", "show", "--", text],
            &["job", "show", text],
            &["job", "show", "--field", text, "j1"],
            &["job", "wait", "--timeout", text, "j1"],
            &["job", "show", "--request-id", text],
            &["explain", text],
            &["config", "--profile", text],
            &["config", "--region", text],
            &[text],
        ];
        for arguments in typed {
            let run = on(cph(arguments), &server).run();
            assert!([2, 3, 5].contains(&run.exit()), "{run}");
            is_inert(&run);
            has_no_flood(&run);
        }
        for name in ["CPH_PROFILE", "CPH_REGION", "CPH_PROJECT_ID", "CPH_ENDPOINT", "NO_PROXY", "SSL_CERT_FILE"] {
            for command in [&["config"][..], &["auth", "status"], &["job", "show", "j1"]] {
                let run = cph(command).env("CPH_TOKEN", "t").env(name, text).run();
                is_inert(&run);
                has_no_flood(&run);
            }
        }
        let found = json!({"error_code": text, "error_msg": text}).to_string();
        for stdin in [text, found.as_str()] {
            let run = on(cph(["job", "show", "-"]), &server).stdin(stdin).run();
            // Some are words of the form of an id.
            assert!([1, 2].contains(&run.exit()), "{run}");
            is_inert(&run);
            has_no_flood(&run);
        }
        let run = cph(["simulator", "--", text]).run();
        assert_eq!(run.exit(), 127, "{run}");
        is_inert(&run);
    }
}
