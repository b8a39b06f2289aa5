//! `--names`: whatever becomes of the list of phones, the exit code stays that of the jobs, but a 401 is one.

use crate::broken_services::row::{JOB, Row, WHOLE_LOOK, row};
use crate::common::Run;
use crate::common::server::{Act, Faulty, Reply, Request, by, http, json, send, stall};

const PHONE: &str = "9b28fbe50ded4060b8149a47e55dba82";

/// A job of a phone, with this status, and so the service answers about phones.
fn names(name: &str, status: i8, phones: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Row {
    let job = json(200, format!(r#"{{"job_id":"{JOB}","status":{status},"phone_id":"{PHONE}"}}"#));
    let script = by(move |request, _| if request.lists_phones() { phones(request) } else { send(job.clone()) });
    row(format!("names: {name}"), script).options(&["--names", "-o", "json"])
}

fn page(phones: &str) -> Reply {
    send(json(200, format!(r#"{{"request_id":"r","count":1,"phones":[{phones}]}}"#)))
}

/// The job has this name, there is one warning or none, and so many pages were asked for.
fn ends(name: Option<&'static str>, why: &'static str, pages: usize) -> impl Fn(&Run, &Faulty) + Send + Sync {
    move |run, server| {
        assert_eq!(run.json()["jobs"][0]["phone_name"].as_str(), name, "{run}");
        let warnings = run.stderr.matches("cph: warning: phone names are missing: ").count();
        assert_eq!(warnings, usize::from(!why.is_empty()), "{run}");
        assert!(run.stderr.contains(why), "{run}");
        assert_eq!(server.count(Request::lists_phones), pages, "pages: {run}");
    }
}

pub fn rows() -> Vec<Row> {
    [known(), failing(), unusable(), refused()].into_iter().flatten().collect()
}

fn known() -> Vec<Row> {
    let named = move || page(&format!(r#"{{"phone_id":"{PHONE}","phone_name":"大厅-3"}}"#));
    let other = r#"{"phone_id":"x","phone_name":"X"}"#;
    let other_pages = move |request: &Request| page(if request.query("offset") == Some("0") { other } else { "" });
    vec![
        names("named", 2, move |_| named()).also(ends(Some("大厅-3"), "", 1)),
        names("named, and the job failed", -1, move |_| named()).job(1, "failure").also(ends(Some("大厅-3"), "", 1)),
        names("without a name", 2, |_| page(&format!(r#"{{"phone_id":"{PHONE}","phone_name":null}}"#)))
            .also(ends(None, "", 1)),
        names("not on the list", 2, other_pages).also(ends(None, "list of phones does not have 9b28", 2)),
        names("hostile", 2, |_| {
            page(&format!(r#"{{"phone_id":"{PHONE}","phone_name":"\u001b[31m\n::error::##[x]\u202e"}}"#))
        })
        .also(ends(Some("\u{1b}[31m\n::error::##[x]\u{202e}"), "", 1)),
        names("hostile, in fields", 2, |_| {
            page(&format!(r#"{{"phone_id":"{PHONE}","phone_name":"\u001b[31m\n::error::##[x]\u202e"}}"#))
        })
        .options(&["--names", "--field", "phone_name"])
        .also(|run, _| assert_eq!(run.stdout, "\\u{1b}[31m\\n::error::#\\#[x]\\u{202e}\n")),
        names("nothing would show them", 2, |_| stall())
            .options(&["--names", "-q"])
            .also(|_, server| assert_eq!(server.count(Request::lists_phones), 0)),
    ]
}

fn failing() -> Vec<Row> {
    let forbidden = || send(json(403, r#"{"error_code":"CPS.0001","error_msg":"No permission"}"#));
    let broken = || send(json(500, r#"{"error_code":"CPS.0003","error_msg":"Internal error"}"#));
    vec![
        names("403", 2, move |_| forbidden()).says("hint: ask for the permission cph:phones:list").also(ends(
            None,
            "HTTP 403 CPS.0001: No permission (token from CPH_TOKEN) (request id req-77)",
            1,
        )),
        names("403, and the job failed", -1, move |_| forbidden()).job(1, "failure").also(ends(
            None,
            "HTTP 403 CPS.0001",
            1,
        )),
        names("403, and the job is running", 1, move |_| forbidden())
            .job(8, "running")
            .also(ends(None, "HTTP 403 CPS.0001", 1))
            .in_wait(|row| row.timeout("3s").any_requests()),
        names("500", 2, move |_| broken()).also(ends(None, "HTTP 500 CPS.0003", 3)),
        names("429", 2, |_| send(http(429, "Retry-After: 90\r\n", ""))).also(ends(None, "HTTP 429", 1)),
        names("a reset", 2, |_| vec![Act::Reset]).also(ends(None, "", 3)).also(|run, server| {
            assert!(run.stderr.contains("phone names are missing: ") && run.json()["error"].is_null(), "{run}");
            assert_eq!(server.count(Request::lists_phones), 3);
        }),
        names("a silent peer", 2, |_| stall()).took(WHOLE_LOOK).also(|run, _| {
            assert!(run.stderr.contains("phone names are missing: "), "{run}");
        }),
        names("a silent peer, and --timeout", 2, |_| stall())
            .only_wait()
            .timeout("3s")
            .took(3..=4)
            .also(|run, _| assert!(!run.stderr.contains("stopped waiting"), "{run}")),
        names("pages that drip", 2, |request| {
            let id = format!(r#"{{"phone_id":"other{}"}}"#, request.query("offset").unwrap());
            [vec![Act::Wait(std::time::Duration::from_secs(4))], page(&id)].concat()
        })
        .took(24..=33)
        .also(|run, _| assert!(run.stderr.contains("there was no time to read the whole list"), "{run}")),
    ]
}

fn unusable() -> Vec<Row> {
    let answers: [(&str, Vec<u8>, &str); 9] = [
        ("a web page", http(200, "Content-Type: text/html\r\n", "<html>x</html>"), "an HTML page instead of"),
        ("no list", json(200, "{}"), "no list of phones in it"),
        ("an error and a list", json(200, r#"{"phones":[],"error_code":"CPS.0001"}"#), "no list of phones in it"),
        ("items without ids", json(200, r#"{"phones":[{"phone_name":"x"}]}"#), "a phone without phone_id"),
        ("arrays", json(200, r#"{"phones":[["a","b"]]}"#), "not a list of phones that can be read"),
        ("a number for a name", json(200, r#"{"phones":[{"phone_id":"a","phone_name":1}]}"#), "can be read"),
        ("two documents", json(200, r#"{"phones":[]}{"phones":[]}"#), "can be read"),
        ("compressed", http(200, "Content-Encoding: gzip\r\n", "x"), "Content-Encoding"),
        ("a redirect", http(302, "Location: http://127.0.0.1:9/x\r\n", ""), "a redirect to"),
    ];
    let row = |(name, bytes, why): (&str, Vec<u8>, &'static str)| {
        names(name, 2, move |_| send(bytes.clone())).also(ends(None, why, 1))
    };
    let many = vec![r#"{"phone_id":"x"}"#; 201].join(",");
    let mut rows: Vec<Row> = answers.into_iter().map(row).collect();
    rows.extend([
        names("more than a page", 2, move |_| page(&many)).also(ends(None, "more phones than were asked for", 1)),
        names("always the first page", 2, |_| page(r#"{"phone_id":"x"}"#)).also(ends(
            None,
            "the same page of phones whatever is asked for",
            2,
        )),
        names("a list without an end", 2, |request| {
            let offset: usize = request.query("offset").unwrap().parse().unwrap();
            let phones: Vec<String> = (offset..offset + 200).map(|n| format!(r#"{{"phone_id":"x{n}"}}"#)).collect();
            page(&phones.join(","))
        })
        .took(0..=33)
        .limited()
        .also(|run, _| assert!(run.stderr.contains("phone names are missing: "), "{run}")),
        names("a flood", 2, |_| {
            let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"phones\":[".to_vec();
            vec![Act::Send(head), Act::Flood(br#"{"phone_id":"x","phone_name":"y"},"#.repeat(1000), 2000), Act::Close]
        })
        .limited()
        .also(|run, _| assert!(run.stderr.contains("phone names are missing: "), "{run}")),
    ]);
    rows
}

fn refused() -> Vec<Row> {
    let refused = |_: &Request| send(json(401, r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM"}"#));
    // It is the error of the run, beside what is known of the job, and never asked again.
    let once = |run: &Run, server: &Faulty| {
        assert_eq!(server.count(Request::lists_phones), 1, "{run}");
        assert_eq!(run.stderr.matches("cph: error[auth_rejected]: ").count(), 1, "{run}");
        assert!(!run.stderr.contains("phone names are missing"), "{run}");
    };
    let row =
        |name, status, exit, word| names(name, status, refused).fails(exit, "auth_rejected").known_as(word).also(once);
    vec![
        row("401", 2, 4, "success"),
        row("401, and the job failed", -1, 1, "failure"),
        row("401, and the job is running", 1, 4, "running").any_requests(),
    ]
}
