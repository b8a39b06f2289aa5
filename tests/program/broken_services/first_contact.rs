//! First contact: a run to which nobody answers ends after three rounds, however many ids it has, and floods nobody.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::broken_services::many_jobs::{all, ids};
use crate::broken_services::row::{Row, row};
use crate::common::Run;
use crate::common::server::{Act, Faulty, Request, Script, always, by, http, refusing_port, send, success_of};

pub fn rows() -> Vec<Row> {
    let mut rows = throttled();
    for count in [1, 2, 20, 40, 250] {
        rows.extend(of(count));
    }
    rows
}

/// One alone, and twice up to 16 at once.
fn rounds(count: usize) -> RangeInclusive<usize> {
    match count {
        1 => 3..=3,
        2 => 3..=5,
        _ => 33..=33,
    }
}

fn of(count: usize) -> Vec<Row> {
    let row = |name: &str, script: Script, word: &'static str| {
        row(format!("{count} {name}"), script).ids(ids(count)).fails(6, word).any_requests()
    };
    let counted = move |word: &'static str| {
        move |run: &Run, server: &Faulty| {
            all(word)(run, server);
            check_rounds(&server.requests(), count);
        }
    };
    let busy = by(|_, number| {
        let alone = if number == 0 { 400 } else { 0 };
        vec![Act::Wait(Duration::from_millis(alone)), Act::Send(http(503, "", ""))]
    });
    let drip = vec![Act::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), Act::Drip(vec![b' '])];
    let silent = |row: Row| row.took(25..=32).pauses([9_000..=12_000]).also(counted("http_timeout"));
    vec![
        row("busy", busy, "service_error").pauses([400..=4000]).also(counted("service_error")),
        row("reset", always(vec![Act::Reset]), "unreachable").also(counted("unreachable")),
        row("closed at once", Script::Connections(vec![Act::Close]), "unreachable").also(move |run, server| {
            all("unreachable")(run, server);
            assert!(rounds(count).contains(&server.connections()), "{} connections", server.connections());
        }),
        row("on a port that refuses", always(vec![]), "unreachable")
            .options(&["-v", "-o", "json"])
            .env("CPH_ENDPOINT", format!("http://127.0.0.1:{}", refusing_port()))
            .connections(0)
            .also(move |run, server| {
                all("unreachable")(run, server);
                let requests = run.stderr.matches("cph: GET http").count();
                assert!(rounds(count).contains(&requests), "{requests} requests: {run}");
                assert!(count > 1 || run.stderr.contains("(3 attempts)"), "{run}");
            }),
        silent(row("and nothing said", always(vec![Act::Stall]), "http_timeout")),
        silent(row("and a drip", always(drip), "http_timeout")),
    ]
}

/// As many as there may be, and different ids first.
fn check_rounds(requests: &[Request], count: usize) {
    assert!(rounds(count).contains(&requests.len()), "{} requests", requests.len());
    let asked: Vec<String> = requests.iter().map(Request::job_id).collect();
    let different = |asked: &[String]| asked.iter().collect::<HashSet<_>>().len();
    assert_eq!(different(&asked), count.min(33), "different ids: {asked:?}");
    // The first two rounds ask for nobody twice, if there are enough.
    if count >= 17 {
        assert_eq!(different(&asked[..17]), 17, "asked twice: {asked:?}");
    }
}

/// A service that throttles is not flooded, before the first good answer and after it.
fn throttled() -> Vec<Row> {
    let few = |_: &Run, server: &Faulty| {
        let requests = server.requests().len();
        assert!(requests <= 80, "{requests} requests");
    };
    let throttled = || send(http(429, "", ""));
    vec![
        row("60 throttled", always(throttled())).ids(ids(60)).fails(6, "rate_limited").any_requests().also(few),
        row("60 throttled behind the first answer", {
            by(move |_, number| if number == 0 { send(success_of("job-0")) } else { throttled() })
        })
        .ids(ids(60))
        .fails(6, "rate_limited")
        .any_requests()
        // One request a second, at the slowest.
        .took(0..=90)
        .also(few)
        // Borne for minutes.
        .in_wait(|row| row.timeout("5s").took(5..=7)),
    ]
}
