//! Many ids: one bad job does not stop the others, a refused credential does, and nobody is flooded.

use std::collections::HashSet;
use std::time::Duration;

use crate::broken_services::certificates::{Certificate, Trust};
use crate::broken_services::check::is_a_waits;
use crate::broken_services::row::{Row, row};
use crate::common::Run;
use crate::common::server::{Act, Faulty, Reply, Request, Script, by, http, json, send, success_of};

pub fn ids(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("job-{n}")).collect()
}

/// The word of each job's error; "" for none.
fn words(run: &Run) -> Vec<String> {
    let document = run.json();
    let word = |job: &serde_json::Value| job["error"]["code"].as_str().unwrap_or_default().to_owned();
    document["jobs"].as_array().unwrap().iter().map(word).collect()
}

/// Every job is fine but these.
fn fine_but(job_id: &'static str, bad: Reply) -> Script {
    by(move |request, _| if request.job_id() == job_id { bad.clone() } else { send(success_of(&request.job_id())) })
}

/// Only this job has an error, with this word.
fn only(number: usize, word: &'static str) -> impl Fn(&Run, &Faulty) + Send + Sync {
    move |run, _| {
        let mut words = words(run);
        assert_eq!(words.remove(number), word);
        assert!(words.iter().all(String::is_empty), "{words:?}");
    }
}

/// All of them are, asked or not.
pub fn all(word: &'static str) -> impl Fn(&Run, &Faulty) + Send + Sync {
    move |run, _| {
        assert!(words(run).iter().all(|found| found == word), "{:?}", words(run));
        assert!(run.stdout.matches(r#""status": "unknown""#).count() == words(run).len(), "{run}");
    }
}

/// Until `--timeout`.
fn waits_until_timeout(row: Row) -> Row {
    row.timeout("8s").any_requests().pauses([]).took(8..=10)
}

/// Rows of many ids.
pub fn rows() -> Vec<Row> {
    let fine = || fine_but("", vec![]);
    let always = |answer: Vec<u8>| Script::Replies(vec![send(answer)]);
    let missing = || json(404, r#"{"error_code":"CPS.0011"}"#);
    vec![
        row("two fine", fine()).ids(ids(2)).requests(2).most_connections(2),
        row("one id, named twice", fine()).ids(["job-1"]).options(&["-o", "json", "job-1"]),
        row("100 fine, 16 at once, the first alone", {
            by(|request, number| {
                // Long enough for all that may come, whatever else the machine does.
                let wait = if number == 0 { 500 } else { 100 };
                vec![Act::Wait(Duration::from_millis(wait)), Act::Send(success_of(&request.job_id()))]
            })
        })
        .ids(ids(100))
        .requests(100)
        .pauses([500..=5000])
        .also(|run, server| {
            assert_eq!(run.stdout.matches(r#""status": "success""#).count(), 100);
            assert!((2..=16).contains(&server.most_in_flight()), "{} in flight", server.most_in_flight());
            assert!(server.connections() <= 16, "{} connections", server.connections());
        }),
        // Handshakes take longer than answers here.
        row("200 fine over TLS", fine()).ids(ids(200)).requests(200).tls(Certificate::good()).most_connections(16),
        row("50 refused", always(http(401, "", ""))).ids(ids(50)).fails(4, "auth_rejected").also(all("auth_rejected")),
        row("50 refused after a reset", Script::Replies(vec![vec![Act::Reset], send(http(401, "", ""))]))
            .ids(ids(50))
            .fails(4, "auth_rejected")
            .any_requests()
            .also(|run, server| {
                // One round is under way by then.
                assert!(server.requests().len() <= 1 + 16, "{} requests", server.requests().len());
                let mut words = words(run);
                assert!(["auth_rejected", "unreachable"].contains(&&*words.remove(0)), "{run}");
                assert!(words.iter().all(|word| word == "auth_rejected"), "{words:?}");
            }),
        row("50 forbidden", always(http(403, "", ""))).ids(ids(50)).fails(4, "forbidden").also(all("forbidden")),
        row("50 forbidden by code", always(json(200, r#"{"error_code":"CPS.0007"}"#)))
            .ids(ids(50))
            .fails(4, "forbidden")
            .also(all("forbidden")),
        row("50 missing", always(missing())).ids(ids(50)).missing().requests(50).also(all("not_found")).believed_late(),
        row("50 redirects", always(http(302, "", ""))).ids(ids(50)).bad().requests(50).also(all("bad_answer")),
        row("200, one refused later", {
            by(|request, _| {
                let id = request.job_id();
                let wait = Act::Wait(Duration::from_millis(50));
                if id == "job-20" { send(http(401, "", "")) } else { vec![wait, Act::Send(success_of(&id))] }
            })
        })
        .ids(ids(200))
        .fails(4, "auth_rejected")
        .any_requests()
        .also(|run, server| {
            // Those in flight may be let go on; nothing more is sent.
            assert!(server.requests().len() <= 21 + 64, "{} requests", server.requests().len());
            let asked: HashSet<String> = server.requests().iter().map(Request::job_id).collect();
            for (id, word) in ids(200).iter().zip(words(run)) {
                let answered = word.is_empty() && asked.contains(id) && id != "job-20";
                assert!(answered || word == "auth_rejected", "{id}: {word:?}");
            }
        }),
        row("20, one forbidden later", fine_but("job-7", send(http(403, "", ""))))
            .ids(ids(20))
            .fails(4, "forbidden")
            .requests(20)
            .also(only(7, "forbidden")),
        row("20, the first missing", fine_but("job-0", send(missing())))
            .ids(ids(20))
            .missing()
            .requests(20)
            .also(only(0, "not_found"))
            .believed_late(),
        // After a good answer a wait accepts failures for minutes.
        row("40, the first dead", fine_but("job-0", vec![Act::Reset]))
            .ids(ids(40))
            .fails(6, "unreachable")
            .requests(42)
            .also(only(0, "unreachable"))
            .in_wait(waits_until_timeout),
        row("40, the last dead", fine_but("job-39", vec![Act::Close]))
            .ids(ids(40))
            .fails(6, "unreachable")
            .requests(42)
            .also(only(39, "unreachable"))
            .in_wait(waits_until_timeout),
        row("20, one stalls", fine_but("job-5", vec![Act::Stall]))
            .ids(ids(20))
            .fails(6, "http_timeout")
            .requests(22)
            .took(crate::broken_services::row::WHOLE_LOOK)
            .also(only(5, "http_timeout"))
            .in_wait(waits_until_timeout),
        row("20, one throttled", fine_but("job-5", send(http(429, "Retry-After: 60\r\n", ""))))
            .ids(ids(20))
            .fails(6, "rate_limited")
            .requests(20)
            .also(only(5, "rate_limited"))
            // It slows the others down with it.
            .only_show(),
        row("3, one failed", fine_but("job-1", send(json(200, r#"{"status":-1}"#)))).ids(ids(3)).job(1, "").requests(3),
        row("3, failed beats missing", {
            by(move |request, _| match &*request.job_id() {
                "job-0" => send(missing()),
                "job-1" => send(json(200, r#"{"status":-1}"#)),
                _ => send(http(503, "", "")),
            })
        })
        .ids(ids(3))
        .fails(1, "not_found")
        .requests(5)
        .only_show(),
        row("3, not found beats bad", {
            by(
                move |request, _| {
                    if request.job_id() == "job-2" { send(missing()) } else { send(http(200, "", "<html>")) }
                },
            )
        })
        .ids(ids(3))
        .missing()
        .requests(3)
        .believed_late(),
        row("answers changed over", {
            by(|request, _| send(success_of(if request.job_id() == "job-0" { "job-1" } else { "job-0" })))
        })
        .ids(ids(2))
        .fails(7, "wrong_job")
        .requests(2)
        .also(all("wrong_job")),
        row("20 not trusted", Script::Replies(vec![vec![]]))
            .tls(Certificate::new("127.0.0.1", [2020, 2100], Trust::Another))
            .ids(ids(20))
            .fails(6, "tls")
            .connections(1)
            .also(all("tls")),
        // Together they are more than there is memory for.
        row("120 texts of 2 MB", {
            let text = "x".repeat(2_000_000);
            by(move |request, _| {
                let id = request.job_id();
                send(json(200, format!(r#"{{"job_id":"{id}","status":2,"error_msg":"{text}"}}"#)))
            })
        })
        .ids(ids(120))
        .options(&["--field", "status"])
        .limited()
        .bad()
        .any_requests()
        .took(0..=90)
        .says("32 MiB")
        .also(|run, _| {
            let fine = run.stdout.matches("success").count();
            assert!((10..=16).contains(&fine), "{fine} of 120 are within the budget");
            assert_eq!(run.stdout.matches("unknown").count(), 120 - fine);
        }),
        row(
            "30, the same refusal of 29",
            fine_but_all(send(json(403, r#"{"error_code":"CPS.0001","error_msg":"m"}"#))),
        )
        .ids(ids(30))
        .fails(4, "forbidden")
        .requests(30)
        .also(tells_once("forbidden")),
        row("30, the same bad answer of 29", fine_but_all(send(http(200, "", "<html>"))))
            .ids(ids(30))
            .bad()
            .requests(30)
            .also(tells_once("bad_answer")),
    ]
}

/// Only the first job is fine.
fn fine_but_all(bad: Reply) -> Script {
    by(move |request, _| if request.job_id() == "job-0" { send(success_of("job-0")) } else { bad.clone() })
}

/// The same error of 29 jobs is told once, with the count and the first of them.
fn tells_once(word: &'static str) -> impl Fn(&Run, &Faulty) + Send + Sync {
    move |run, _| {
        assert_eq!(run.stderr.matches(&format!("error[{word}]")).count(), 1, "{run}");
        let told: Vec<&str> =
            run.stderr.lines().filter(|line| !is_a_waits(line) && !line.contains(" jobs: ")).collect();
        assert!(told.iter().any(|line| line.contains("29")) && run.stderr.contains("job-1"), "{run}");
        assert!(told.len() <= 8, "{run}");
    }
}
