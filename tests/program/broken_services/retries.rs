//! What `cph` decides: when to try again and how long to wait, where to go and where not, what never to repeat.

use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use crate::broken_services::row::{
    JOB, Row, SECRET_KEY, SECURITY_TOKEN, Signer, WHOLE_LOOK, bytes, reply, row, success, token,
};
use crate::common::server::{Act, Faulty, Request, Script, always, by, http, json, send};

/// A pause without a word from the service: before the second try, and before the third. The upper ends leave room
/// for a machine that is busy with the other rows.
const PAUSES: [RangeInclusive<u64>; 2] = [240..=2500, 490..=3000];

pub fn rows() -> Vec<Row> {
    [retries(), retry_after(), redirects(), echoes(), clocks(), sent()].into_iter().flatten().collect()
}

fn retries() -> Vec<Row> {
    let busy = || send(http(503, "", ""));
    let then_fine = |status: u16| Script::Replies(vec![send(http(status, "", "")), send(success())]);
    let mut rows = vec![
        bytes("paused, and paused longer", http(503, "", "")).fails(6, "service_error").requests(3).pauses(PAUSES),
        reply("paused after a reset", vec![Act::Reset]).fails(6, "unreachable").requests(3).pauses(PAUSES),
        row("503 twice, then fine", Script::Replies(vec![busy(), busy(), send(success())])).requests(3).pauses(PAUSES),
        row("503 thrice, then fine", Script::Replies(vec![busy(), busy(), busy(), send(success())]))
            .fails(6, "service_error")
            .requests(3),
        row("503, then a reset, then fine", Script::Replies(vec![busy(), vec![Act::Reset], send(success())]))
            .requests(3),
        row("503, then refused", Script::Replies(vec![busy(), send(http(401, "", ""))]))
            .fails(4, "auth_rejected")
            .requests(2),
        row("503, then forbidden", Script::Replies(vec![busy(), send(http(403, "", ""))]))
            .fails(4, "forbidden")
            .requests(2),
        row("503, then a redirect", Script::Replies(vec![busy(), send(http(302, "", ""))])).bad().requests(2),
        row("503, then HTML", Script::Replies(vec![busy(), send(http(200, "", "<html>"))])).bad().requests(2),
        row("503, then failed", Script::Replies(vec![busy(), send(json(200, r#"{"status":-1}"#))]))
            .job(1, "failure")
            .requests(2),
        row("busy, then fine", Script::Replies(vec![send(json(400, r#"{"error_code":"CPS.0042"}"#)), send(success())]))
            .requests(2),
        row("refused, then fine, which is never seen", then_fine(401)).fails(4, "auth_rejected"),
        row("missing, then fine, which only a wait sees", {
            Script::Replies(vec![send(json(404, r#"{"error_code":"CPS.0011"}"#)), send(success())])
        })
        .missing()
        .in_wait(|row| row.job(0, "success").requests(2)),
        row(
            "HTML, then fine, which is never seen",
            Script::Replies(vec![send(http(200, "", "<html>")), send(success())]),
        )
        .bad(),
        row("no HTTP, then fine, which is never seen", Script::Replies(vec![send("x\r\n\r\n"), send(success())])).bad(),
    ];
    for status in [408, 429, 500, 502, 504] {
        rows.push(row(format!("{status}, then fine"), then_fine(status)).requests(2));
    }
    for status in [400, 403, 404, 409, 501, 505] {
        let (exit, word) = match status {
            403 => (4, "forbidden"),
            501 | 505 => (6, "service_error"),
            _ => (7, "bad_answer"),
        };
        rows.push(row(format!("{status}, then fine, which is never seen"), then_fine(status)).fails(exit, word));
    }
    rows
}

fn retry_after() -> Vec<Row> {
    let asked = |status: u16, value: &str| send(http(status, &format!("Retry-After: {value}\r\n"), ""));
    let once = |status: u16, value: &str| Script::Replies(vec![asked(status, value), send(success())]);
    let mut rows = vec![
        row("Retry-After 1", once(503, "1")).requests(2).pauses([1000..=3000]),
        row("Retry-After 3 with 429", once(429, "3")).requests(2).pauses([3000..=5000]),
        row("Retry-After 2 and a busy CPH", {
            let busy = json(400, r#"{"error_code":"CPS.0042"}"#);
            let head_end = busy.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 2;
            let busy = [&busy[..head_end], b"Retry-After: 2\r\n", &busy[head_end..]].concat();
            Script::Replies(vec![send(busy), send(success())])
        })
        .requests(2)
        .pauses([2000..=4000]),
        row("Retry-After 0", once(503, "0")).requests(2).pauses([240..=2500]),
        row("Retry-After 27", once(503, "27")).requests(2).pauses([27_000..=28_500]).took(27..=31).only_show(),
        row("Retry-After 12, always", Script::Replies(vec![asked(503, "12")]))
            .fails(6, "service_error")
            .requests(3)
            .took(24..=28)
            .only_show(),
        row("Retry-After 20, always", Script::Replies(vec![asked(429, "20")]))
            .fails(6, "rate_limited")
            .requests(2)
            .says("20 s")
            .took(20..=23)
            .only_show(),
        row("Retry-After 2 on a 400 is nobody's business", Script::Replies(vec![asked(400, "2")])).bad().took(0..=1),
    ];
    for (status, value, says, word) in [
        (503, "31", "31 s", "service_error"),
        (503, "60", "60 s", "service_error"),
        (429, "60", "60 s", "rate_limited"),
        (408, "3600", "3600 s", "http_timeout"),
        (503, "86400", "86400 s", "service_error"),
    ] {
        let row = row(format!("Retry-After {value} with {status}"), once(status, value)).fails(6, word);
        // A wait has the time.
        rows.push(row.says("asked to wait").says(says).only_show());
    }
    type Form = fn(SystemTime) -> String;
    let dates: [(&str, Form); 3] = [("IMF", httpdate::fmt_http_date), ("RFC 850", rfc_850), ("asctime", asctime)];
    for (name, form) in dates {
        let soon = by(move |_, number| match number {
            0 => send(http(503, &format!("Retry-After: {}\r\n", form(SystemTime::now() + Duration::from_secs(3))), "")),
            _ => send(success()),
        });
        rows.push(row(format!("Retry-After, {name} date in 3 s"), soon).requests(2).pauses([1900..=5000]));
        let later = by(move |_, _| {
            send(http(503, &format!("Retry-After: {}\r\n", form(SystemTime::now() + Duration::from_secs(600))), ""))
        });
        rows.push(
            row(format!("Retry-After, {name} date in 10 min"), later)
                .fails(6, "service_error")
                .says("asked to wait")
                .only_show(),
        );
    }
    let absent = [
        "-1",
        "1.5",
        "1e1",
        "+60",
        "soon",
        "",
        "60, 60",
        "60 s",
        "86401",
        "99999999999999999999999",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "2030-01-01T00:00:00Z",
        "\u{ff16}\u{ff10}",
    ];
    for value in absent {
        let row = row(format!("Retry-After {value:?} is none"), Script::Replies(vec![asked(503, value)]));
        rows.push(row.fails(6, "service_error").requests(3).pauses(PAUSES));
    }
    rows
}

fn rfc_850(time: SystemTime) -> String {
    dated(time, "%A, %d-%b-%y %H:%M:%S GMT")
}

fn asctime(time: SystemTime) -> String {
    dated(time, "%a %b %e %H:%M:%S %Y")
}

fn dated(time: SystemTime, form: &str) -> String {
    jiff::Timestamp::try_from(time).unwrap().strftime(form).to_string()
}

/// The credential never leaves for where an answer points.
fn redirects() -> Vec<Row> {
    let mut rows = Vec::new();
    for status in [301, 302, 303, 307, 308] {
        for place in ["same host", "other host", "other scheme", "other user", "relative"] {
            let other = Faulty::start(always(send(success())));
            let port = other.port();
            let script = by(move |request: &Request, _| {
                let own = request.header("host").unwrap();
                let location = match place {
                    "same host" => format!("http://{own}/again"),
                    "other host" => format!("http://127.0.0.1:{port}/v1/jobs"),
                    "other scheme" => format!("https://127.0.0.1:{port}/"),
                    "other user" => format!("http://user:password@127.0.0.1:{port}/"),
                    _ => format!("//127.0.0.1:{port}/"),
                };
                send(http(status, &format!("Location: {location}\r\n"), "moved"))
            });
            rows.push(row(format!("{status} to {place}"), script).bad().says("never followed").never(other));
        }
    }
    let other = Faulty::start(always(send(success())));
    let headers =
        format!("Refresh: 0; url=http://127.0.0.1:{}/\r\nAlt-Svc: http/1.1=\":{}\"\r\n", other.port(), other.port());
    let answer = http(200, &headers, format!(r#"{{"job_id":"{JOB}","status":2}}"#));
    rows.push(bytes("Refresh and Alt-Svc", answer).never(other));
    rows.push(bytes("a redirect without a place", http(302, "", "")).bad());
    rows.push(bytes("a redirect to nonsense", http(302, "Location: \u{9b}31m::error:: ##[x]\r\n", "")).bad());
    rows.push(
        bytes("a redirect to a long place", http(302, &format!("Location: {}\r\n", "x".repeat(100_000)), "")).bad(),
    );
    rows.push(
        bytes("cookies are not kept", http(503, "Set-Cookie: a=b\r\n", "")).fails(6, "service_error").requests(3),
    );
    rows
}

/// A service that says back what it was told.
fn echoes() -> Vec<Row> {
    type Shape = (&'static str, i32, &'static str, usize, fn(&str) -> Vec<u8>);
    let shapes: [Shape; 14] = [
        ("error_msg", 400, "bad_answer", 1, |said| json(400, body("X.1", &format!("you sent {said}, which is bad")))),
        ("error_msg with 200", 400, "bad_answer", 1, |said| json(200, body("X.1", said))),
        ("error_msg with 401", 401, "auth_rejected", 1, |said| json(401, body("APIGW.0301", said))),
        ("error_msg with 503", 503, "service_error", 3, |said| json(503, body("X.1", said))),
        ("a cut error_msg", 400, "bad_answer", 1, |said| json(400, body("X.1", &format!("{}{said}", "x".repeat(580))))),
        ("error_code", 400, "bad_answer", 1, |said| json(400, body(said, "m"))),
        ("request_id", 400, "bad_answer", 1, |said| {
            let body = format!(r#"{{"error_code":"X.1","error_msg":"m","request_id":"{said}"}}"#);
            format!("HTTP/1.1 400 X\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
        }),
        ("X-Request-Id", 400, "bad_answer", 1, |said| with_id(400, said, "")),
        ("X-Request-Id of a good answer", 0, "", 1, |said| with_id(200, said, r#"{"status":2}"#)),
        ("Location", 400, "bad_answer", 1, |said| http(302, &format!("Location: https://x.example/?q={said}\r\n"), "")),
        ("HTML", 400, "bad_answer", 1, |said| http(400, "", format!("<html>{said}</html>"))),
        ("job_id", 200, "wrong_job", 1, |said| json(200, format!(r#"{{"status":2,"job_id":"{said}"}}"#))),
        ("status", 400, "bad_answer", 1, |said| json(200, format!(r#"{{"status":"{said}"}}"#))),
        ("an unknown status", 7, "unknown_status", 1, |said| with_id(200, said, r#"{"status":7}"#)),
    ];
    let mut rows = Vec::new();
    for (place, kind, word, requests, shape) in shapes {
        for signer in [Signer::Token, Signer::Keys, Signer::TemporaryKeys] {
            let script = by(move |request: &Request, _| {
                let headers = request.parsed().1;
                let credential = |name: &&(String, String)| name.0.starts_with("x-") || name.0 == "authorization";
                let sent: Vec<String> = headers.iter().filter(credential).map(|(_, value)| value.clone()).collect();
                // What was sent, the likely secret part of it first, and what should not be known at all.
                let said = match signer {
                    Signer::Token => token(),
                    Signer::Keys => format!("{SECRET_KEY} {}", sent.join(" ")),
                    Signer::TemporaryKeys => format!("{SECURITY_TOKEN} {}", sent.join(" ")),
                };
                let signature = said.rsplit_once("Signature=").map(|(_, value)| value.to_owned()).unwrap_or_default();
                // Short places get the signature, since that is what a cut would lose.
                let said = if place.contains("X-Request-Id") && signer == Signer::Keys { signature } else { said };
                send(shape(&said))
            });
            let row = row(format!("{signer:?} echoed in {place}"), script).signer(signer).requests(requests);
            let exit = match word {
                "auth_rejected" => 4,
                "service_error" => 6,
                _ => 7,
            };
            let row = if kind == 0 { row } else { row.fails(exit, word) };
            rows.push(row.options(&["-vv", "-o", "json"]));
        }
    }
    rows
}

fn body(code: &str, message: &str) -> String {
    format!(r#"{{"error_code":"{code}","error_msg":"{message}"}}"#)
}

fn with_id(status: u16, id: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\nX-Request-Id: {id}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A clock that is off costs one more request, signed by the service's time; a text alone costs nothing.
fn clocks() -> Vec<Row> {
    const TIME: &str = "20211217T065804Z";
    let refusal = |text: &str| http(401, "Date: Fri, 17 Dec 2021 06:58:04 GMT\r\n", body("APIGW.0301", text));
    let expired = || {
        refusal(
            "Incorrect IAM authentication information: signature expired, \
             signature time:20261124T031500Z,server time:20211217T065804Z",
        )
    };
    let corrected = |row: Row| {
        row.signer(Signer::Keys).requests(2).also(|_, server| {
            let requests = server.requests();
            let date = requests[1].header("x-sdk-date").unwrap();
            assert!((TIME..="20211217T065814Z").contains(&date), "signed at {date}");
        })
    };
    let fine = |first: Vec<u8>| Script::Replies(vec![send(first), send(success())]);
    vec![
        corrected(row("the service's clock, from its text", fine(expired()))).options(&["-v", "-o", "json"]),
        corrected(row("the service's clock, from Date", fine(refusal("signature expired"))))
            .options(&["-v", "-o", "json"]),
        corrected(row("the service's clock, and still refused", Script::Replies(vec![send(expired())])))
            .fails(4, "auth_rejected"),
        corrected(row("50, the service's clock, and still refused", Script::Replies(vec![send(expired())])))
            .ids((0..50).map(|n| format!("job-{n}")))
            .fails(4, "auth_rejected"),
        bytes("expired, and no time", http(401, "", body("APIGW.0301", "signature expired")))
            .signer(Signer::Keys)
            .fails(4, "auth_rejected"),
        bytes("expired, and no time one can read", {
            http(401, "Date: soon\r\n", body("APIGW.0301", "signature expired, server time:99999999T999999Z"))
        })
        .signer(Signer::Keys)
        .fails(4, "auth_rejected"),
        bytes("expired, and half a time", http(401, "", body("X", "signature expired, server time:2021\u{fc}")))
            .signer(Signer::Keys)
            .fails(4, "auth_rejected"),
        bytes("another text with a date", refusal("verify ak failed")).signer(Signer::Keys).fails(4, "auth_rejected"),
        bytes("expired, with a token", expired()).fails(4, "auth_rejected"),
    ]
}

/// Every kind of credential, on good days and bad.
fn sent() -> Vec<Row> {
    let mut rows = Vec::new();
    for signer in [Signer::Token, Signer::Keys, Signer::TemporaryKeys] {
        rows.push(bytes(format!("{signer:?}, fine"), success()).signer(signer));
        rows.push(bytes(format!("{signer:?}, refused"), http(401, "", "")).signer(signer).fails(4, "auth_rejected"));
        let twice = Script::Replies(vec![send(http(503, "Retry-After: 2\r\n", "")), send(success())]);
        rows.push(row(format!("{signer:?}, signed anew"), twice).signer(signer).requests(2));
        let tls = bytes(format!("{signer:?}, by TLS"), success())
            .tls(crate::broken_services::certificates::Certificate::good());
        rows.push(tls.signer(signer));
    }
    let stalled = reply("Keys, stalled", vec![Act::Stall]).signer(Signer::Keys);
    rows.push(stalled.fails(6, "http_timeout").requests(3).took(WHOLE_LOOK));
    rows
}
