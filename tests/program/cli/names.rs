//! `--names`: phones by the names that people gave them, in every form.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use snapbox::str;
use unicode_width::UnicodeWidthStr as _;

use crate::common::server::{Act, Faulty, Request, by, forward, json, send};
use crate::common::{cph, shows, simulator};

#[test]
fn one_job_has_a_row_with_the_name() {
    let server = simulator();
    let run = cph(["job", "show", "--names", "6837531fd3f54550927b930180a706bf"]).on(&server).run();
    shows(
        run.shown(),
        str![[r#"
Job      6837531fd3f54550927b930180a706bf
Status   success
Began    2019-04-26T07:00:00Z
Took     6s
Phone    9b28fbe50ded4060b8149a47e55dba82
Name     demo-1
Request  2676a3b4f7df49c297c6775989806d32
[exit status: 0]

"#]],
    );
    let fields = ["job", "show", "--names", "--field", "phone_id,phone_name,status", "sim-ok", "sim-404"];
    let run = cph(fields).on(&server).run();
    assert_eq!(run.stdout, "00000000000000000000000000f0e001\tlobby-1\tsuccess\n\t\tunknown\n", "{run}");
}

#[test]
fn columns_are_aligned_by_cells_whatever_the_script() {
    let server = simulator();
    for (columns, header) in [
        ("80", "JOB STATUS TOOK NAME ERROR"),
        ("130", "JOB STATUS TOOK PHONE/SERVER NAME ERROR"),
        ("170", "JOB STATUS TOOK BEGAN PHONE/SERVER NAME ERROR"),
    ] {
        let call = cph(["job", "show", "--names", "--request-id", "sim-req-10-3"]).on(&server);
        let run = call.env("COLUMNS", columns).run();
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>().join(" "), header);
        let cells = |line: &str, word: &str| line.split_once(word).map(|(before, _)| before.width());
        let (name, error) = (cells(lines[0], "NAME"), cells(lines[0], "ERROR"));
        for (number, line) in lines.iter().enumerate().skip(1) {
            assert!(line.width() <= columns.parse().unwrap(), "{line}");
            let start = if number % 2 == 0 { "大厅-" } else { "lobby-" };
            assert!(number == 7 || cells(line, start) == name, "{run}");
            assert!(!line.contains("CPS.") || cells(line, "CPS.") == error, "{run}");
        }
        assert!(run.stdout.contains("大厅-10") && !run.stdout.contains('\u{1b}'), "{run}");
        assert!(run.stderr.contains("(sim-req-10-3-05, lobby-5)"), "{run}");
    }
}

#[test]
fn programs_read_the_exact_name_and_null_without_the_flag() {
    let server = simulator();
    let names = |words: &[&str]| -> Vec<Value> {
        let document = cph(words.iter().copied().chain(["-o", "json"])).on(&server).run().json();
        document["jobs"].as_array().unwrap().iter().map(|job| job["phone_name"].clone()).collect()
    };
    let request = ["job", "show", "--request-id", "sim-req-8-1"];
    assert_eq!(names(&request), vec![Value::Null; 8]);
    let named = names(&[&request[..], &["--names"]].concat());
    assert_eq!((&named[0], &named[1]), (&"lobby-1".into(), &"大厅-2".into()));
    assert_eq!(named[6], "\u{1b}[31mlobby\r\n::error::7 ##[x]\u{202e}");
    let refused =
        r#"{"jobs":[{"phone_id":"00000000000000000000000000f0e004","error_code":"CPS.0005"},{"job_id":"sim-ok"}]}"#;
    let run = cph(["job", "show", "--names", "--field", "phone_name", "-"]).on(&server).stdin(refused).run();
    assert_eq!(run.stdout, "大厅-4\nlobby-1\n", "{run}");
}

#[test]
fn a_report_has_the_names_also_with_quiet() {
    let server = simulator();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.xml");
    let words = ["job", "wait", "-q", "--names", "--request-id", "sim-req-3-1", "--junit"].map(Path::new);
    assert_eq!(cph(words.into_iter().chain([path.as_path()])).on(&server).run().exit(), 1);
    let report = fs::read_to_string(&path).unwrap();
    assert!(report.contains(r#"<testcase classname="sim-req-3-1-2" name="大厅-2" time="42">"#), "{report}");
}

/// The phones' answer comes a second late.
fn with_late_names() -> Faulty {
    Faulty::start(by(|request: &Request, _| {
        let late = if request.lists_phones() { vec![Act::Wait(std::time::Duration::from_millis(900))] } else { vec![] };
        [late, forward()].concat()
    }))
}

#[test]
fn a_line_of_the_stream_waits_for_the_name_and_every_ended_job_is_told_once() {
    let server = with_late_names();
    let call = cph(["job", "wait", "--names", "-o", "jsonl", "sim-ok", "sim-fail", "sim-req-8-1-7", "sim-html"]);
    let run = call.at(&server.url()).env("CPH_TOKEN", cph::simulator::TOKEN).run();
    let mut told: HashMap<String, Vec<Value>> = HashMap::new();
    for line in run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        if line["type"] == "job" {
            let name = line["job"]["phone_name"].clone();
            told.entry(line["job"]["job_id"].as_str().unwrap().to_owned()).or_default().push(name);
        }
    }
    assert_eq!(told["sim-ok"], ["lobby-1"], "{run}");
    assert_eq!(told["sim-fail"], ["lobby-1"], "{run}");
    assert!(told["sim-req-8-1-7"].len() == 1 && !told["sim-req-8-1-7"][0].is_null(), "{run}");
    assert_eq!(told["sim-html"], [Value::Null], "{run}");
    assert_eq!(run.exit(), 1, "{run}");
}

#[test]
fn the_progress_names_phones() {
    let server = simulator();
    let words = ["job", "wait", "--names", "--timeout", "4s", "sim-running", "sim-fail-2s"];
    let run = cph(words).on(&server).run();
    assert!(run.stderr.contains("job sim-fail-2s (lobby-1): failure, CPS.0054 Handle job timeout.\n"), "{run}");
    assert!(run.stderr.contains("last known: job sim-running (lobby-1): running, seen "), "{run}");
}

#[test]
fn without_the_flag_no_phones_are_asked_for() {
    let server = Faulty::start(by(|_, _| forward()));
    let run = cph(["job", "show", "sim-ok"]).at(&server.url()).env("CPH_TOKEN", cph::simulator::TOKEN).run();
    assert_eq!((run.exit(), server.requests().len()), (0, 1), "{run}");
}

#[test]
fn where_nothing_is_asked_there_is_no_warning() {
    let server = Faulty::start(by(|_, _| forward()));
    let refused = r#"{"jobs":[{"phone_id":"p","error_code":"CPS.0005"}]}"#;
    let run = cph(["job", "show", "--names", "-"]).at(&server.url()).stdin(refused).run();
    assert_eq!((run.exit(), run.stderr.as_str(), server.requests().len()), (1, "", 0), "{run}");
}

#[test]
fn a_token_that_ended_is_renewed_for_names_as_for_jobs() {
    let server = Faulty::start(by({
        let refused = std::sync::atomic::AtomicBool::new(false);
        move |request: &Request, _| match request.lists_phones() {
            true if !refused.swap(true, std::sync::atomic::Ordering::SeqCst) => {
                send(json(401, r#"{"error_code":"APIGW.0307","error_msg":"The token must be updated."}"#))
            }
            _ => forward(),
        }
    }));
    let call = cph(["job", "show", "--names", "--field", "phone_name", "sim-ok"]).at(&server.url());
    let call = call.env("CPH_IAM_ENDPOINT", server.url()).env("CPH_USERNAME", cph::simulator::USER_NAME);
    let call = call.env("CPH_PASSWORD", cph::simulator::PASSWORD);
    let run = call.env("CPH_DOMAIN_NAME", cph::simulator::DOMAIN_NAME).run();
    assert_eq!((run.exit(), run.stdout.as_str()), (0, "lobby-1\n"), "{run}");
    assert_eq!((server.count(Request::lists_phones), server.count(Request::is_login)), (2, 2), "{run}");
}
