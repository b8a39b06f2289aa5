//! Whole answers: what their status, code and body mean.

use crate::broken_services::row::{JOB, Row, bytes, success};
use crate::common::server::{http, json};

pub fn rows() -> Vec<Row> {
    [statuses(), codes(), documents(), texts()].into_iter().flatten().collect()
}

/// Every status, with what gateways, proxies, IAM and CPH itself put into it. Exit, word, requests.
fn statuses() -> Vec<Row> {
    const STATUSES: &[(u16, i32, &str, usize)] = &[
        (400, 7, "bad_answer", 1),
        (401, 4, "auth_rejected", 1),
        (403, 4, "forbidden", 1),
        (404, 7, "bad_answer", 1),
        (405, 7, "bad_answer", 1),
        (408, 6, "http_timeout", 3),
        (409, 7, "bad_answer", 1),
        (418, 7, "bad_answer", 1),
        (429, 6, "rate_limited", 3),
        (500, 6, "service_error", 3),
        (501, 6, "service_error", 1),
        (502, 6, "service_error", 3),
        (503, 6, "service_error", 3),
        (504, 6, "service_error", 3),
        (505, 6, "service_error", 1),
        (599, 6, "service_error", 1),
        (999, 7, "bad_answer", 1),
    ];
    const SHAPES: &[(&str, &str)] = &[
        ("cps", r#"{"request_id":"r1","error_code":"CPS.0046","error_msg":"Words of CPS"}"#),
        ("gateway", r#"{"error_msg":"Words of the gateway","error_code":"APIGW.9999","request_id":"r1"}"#),
        ("iam", r#"{"error":{"code":999,"message":"Words of IAM","title":"Some Words"}}"#),
        ("html", "<!DOCTYPE html>\n<html><body>Words of a proxy</body></html>"),
        ("empty", ""),
        ("verdict", r#"{"status":2,"job_id":"01b2c3d4e5f60718293a4b5c6d7e8f90"}"#),
    ];
    let mut rows = Vec::new();
    for &(status, exit, word, requests) in STATUSES {
        for (shape, body) in SHAPES {
            let row = bytes(format!("{status} {shape}"), json(status, body)).fails(exit, word).requests(requests);
            rows.push(row.says(format!("answered HTTP {status}")).says("request id: req-77"));
        }
    }
    for (status, body) in [(201, JOB), (202, JOB), (204, ""), (206, JOB), (300, ""), (304, "")] {
        let body = if body == JOB { format!(r#"{{"status":2,"job_id":"{JOB}"}}"#) } else { body.to_owned() };
        rows.push(bytes(format!("{status} is no answer"), json(status, body)).bad());
    }
    for body in ["", " \r\n", "{}", "<html><title>Log in</title></html>", r#"{"job_id":"x","status":null}"#] {
        rows.push(bytes(format!("200 with {body:?}"), json(200, body)).bad());
    }
    rows
}

/// The codes that have a meaning of their own, at every status they may come with.
fn codes() -> Vec<Row> {
    const STATUSES: [u16; 5] = [200, 400, 403, 404, 500];
    type Ending = (i32, &'static str, usize);
    const FORBIDDEN: Ending = (4, "forbidden", 1);
    const BUSY: Ending = (6, "service_error", 3);
    const MISSING: Ending = (5, "not_found", 1);
    const BAD: Ending = (7, "bad_answer", 1);
    let table: &[(&str, [Ending; 5])] = &[
        ("CPS.0001", [FORBIDDEN; 5]),
        ("CPS.0003", [BUSY; 5]),
        ("CPS.0006", [FORBIDDEN; 5]),
        ("CPS.0007", [FORBIDDEN; 5]),
        ("CPS.0008", [FORBIDDEN; 5]),
        ("CPS.0011", [BAD, MISSING, MISSING, MISSING, BUSY]),
        ("CPS.0042", [BUSY; 5]),
        ("CPS.0050", [BAD, MISSING, MISSING, MISSING, BUSY]),
    ];
    let mut rows = Vec::new();
    for (code, endings) in table {
        for (status, (exit, word, requests)) in STATUSES.into_iter().zip(endings) {
            let body = format!(r#"{{"request_id":"r1","error_code":"{code}","error_msg":"Words of CPS"}}"#);
            let row = bytes(format!("{code} at {status}"), json(status, body)).requests(*requests);
            rows.push(match (*exit, *code, status) {
                (5, "CPS.0011", 404) | (5, "CPS.0050", 400) => row.missing().believed_late(),
                (5, ..) => row.missing(),
                _ => row.fails(*exit, word),
            });
        }
    }
    let code = |code: &str| format!(r#"{{"error_code":"{code}","error_msg":"m"}}"#);
    rows.extend([
        bytes("busy at 501 is busy", json(501, code("CPS.0042"))).fails(6, "service_error").requests(3),
        bytes("busy at 505 is busy", json(505, code("CPS.0003"))).fails(6, "service_error").requests(3),
        bytes("busy at 401 is refused", json(401, code("CPS.0042"))).fails(4, "auth_rejected"),
        bytes("not found at 401 is refused", json(401, code("CPS.0011"))).fails(4, "auth_rejected"),
        bytes("not found at 429 is throttled", json(429, code("CPS.0011"))).fails(6, "rate_limited").requests(3),
        bytes("not found at 302 is a redirect", json(302, code("CPS.0011"))).bad(),
        bytes("another spelling of a code", json(404, code("cps0011"))).missing(),
        bytes("errorCode", json(404, r#"{"errorCode":"CPS.0011","errorMsg":"m"}"#)).missing(),
        bytes("a code in a nested error", json(404, r#"{"error":{"error_code":"CPS.0011"}}"#)).missing(),
        bytes("two codes", json(404, r#"{"error_code":"CPS.0011","error_code":"CPS.0042"}"#)).bad(),
        bytes("a code of the wrong type", json(404, r#"{"error_code":11,"error_msg":"CPS.0011"}"#)).bad(),
        bytes("a code in the text only", json(404, r#"{"error_code":"X.1","error_msg":"CPS.0011"}"#)).bad(),
        bytes("an array in place of an error", json(404, r#"["CPS.0011","m"]"#)).bad(),
        bytes("errors in errors", json(400, "{\"error\":".repeat(100_000))).bad(),
        bytes("an error word", json(400, r#"{"error":"invalid_request","error_code":"CPS.0042"}"#))
            .fails(6, "service_error")
            .requests(3),
    ]);
    rows
}

/// HTTP 200 with a JSON document, or with what is none.
fn documents() -> Vec<Row> {
    let mut rows = Vec::new();
    for (exit, status, body) in [
        (0, "success", r#"{"status":2}"#),
        (8, "running", r#"{"status":1}"#),
        (1, "failure", r#"{"status":-1}"#),
        (1, "failure", r#" {"status" : -1 , "new" : {"status" : 2} } "#),
        (0, "success", r#"{"status":2,"job_id":null}"#),
        (0, "success", r#"{"status":2,"job_id":""}"#),
        (0, "success", r#"{"st\u0061tus":2}"#),
        (0, "success", r#"{"status":2,"jobs":[{"status":-1}],"Status":1,"STATUS":-1}"#),
        (1, "failure", r#"{"status":-1,"error_code":"CPS.0011","error_msg":"m"}"#),
        (8, "running", r#"{"status":1,"error_code":"CPS.0042"}"#),
    ] {
        let row = bytes(format!("200 {body}"), json(200, body)).job(exit, status);
        // A wait goes on for as long as it may.
        rows.push(if exit == 8 { row.in_wait(|row| row.timeout("2s").any_requests().took(2..=4)) } else { row });
    }
    for number in ["0", "3", "7", "-2", "127", "128", "-128", "255", "257", "2147483648", "4294967297", "4294967298"] {
        let row = bytes(format!("status {number}"), json(200, format!(r#"{{"status":{number}}}"#)));
        rows.push(row.fails(7, "unknown_status").says(number));
    }
    for number in ["-4294967297", "9223372036854775807", "-9223372036854775808"] {
        let row = bytes(format!("status {number}"), json(200, format!(r#"{{"status":{number}}}"#)));
        rows.push(row.fails(7, "unknown_status"));
    }
    let digits = "1".repeat(100_000);
    for status in [
        r#""2""#,
        "2.0",
        "2e0",
        "0.2e1",
        "1e999",
        "-1.0",
        "true",
        "null",
        "[]",
        "[2]",
        "{}",
        r#"{"status":2}"#,
        "9223372036854775808",
        "18446744073709551618",
        "-9223372036854775809",
        "02",
        "+2",
        "0x2",
        "NaN",
        "-",
        "2 2",
        &digits,
    ] {
        let name: String = format!("status is {status}").chars().take(40).collect();
        rows.push(bytes(name, json(200, format!(r#"{{"status":{status}}}"#))).bad());
    }
    for (name, body) in [
        ("two documents", r#"{"status":2}{"status":2}"#),
        ("two lines of documents", "{\"status\":2}\n{\"status\":-1}\n"),
        ("something after the document", r#"{"status":2} x"#),
        ("NUL after the document", "{\"status\":2}\0"),
        ("a comma too much", r#"{"status":2,}"#),
        ("a comment", r#"{"status":2/**/}"#),
        ("no end", r#"{"status":2"#),
        ("two of status", r#"{"status":2,"status":2}"#),
        ("two of status, one escaped", r#"{"status":2,"st\u0061tus":-1}"#),
        ("two of job_id", r#"{"status":2,"job_id":null,"job_id":"x"}"#),
        ("two of a text", r#"{"status":2,"error_msg":"a","error_msg":"b"}"#),
        ("status in another case", r#"{"Status":2}"#),
        ("status one level down", r#"{"job":{"status":2}}"#),
        ("an array of one job", r#"[{"status":2}]"#),
        ("an array by position", r#"["r","j",2,"b","e","p","s","c","m","x"]"#),
        ("a string", r#""{\"status\":2}""#),
        ("a number", "2"),
        ("null", "null"),
        ("form data", "status=2"),
        ("job_id is a number", r#"{"status":2,"job_id":1}"#),
        ("job_id is a list", r#"{"status":2,"job_id":["01b2c3d4e5f60718293a4b5c6d7e8f90"]}"#),
        ("job_id is an object", r#"{"status":2,"job_id":{}}"#),
        ("error_msg is a number", r#"{"status":2,"error_msg":1}"#),
        ("error_code is false", r#"{"status":2,"error_code":false}"#),
        ("execute_msg is a list of bytes", r#"{"status":2,"execute_msg":[104,105]}"#),
        ("begin_time is a number", r#"{"status":2,"begin_time":1556262000}"#),
        ("a raw line break in a text", "{\"status\":2,\"error_msg\":\"a\nb\"}"),
        ("a raw NUL in a text", "{\"status\":2,\"error_msg\":\"a\0b\"}"),
        ("a byte order mark", "\u{feff}{\"status\":2}"),
        ("a guard in front", ")]}',\n{\"status\":2}"),
        ("an unknown escape", r#"{"status":2,"error_msg":"\x41"}"#),
    ] {
        rows.push(bytes(name, json(200, body)).bad());
    }
    let utf16: Vec<u8> = r#"{"status":2}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
    rows.push(bytes("UTF-16", json(200, utf16)).bad());
    for (name, id) in [
        ("another job's id", "01b2c3d4e5f60718293a4b5c6d7e8f91"),
        ("its id in another case", "01B2C3D4E5F60718293A4B5C6D7E8F90"),
        ("its id with a space", "01b2c3d4e5f60718293a4b5c6d7e8f90 "),
        ("its id with NUL", "01b2c3d4e5f60718293a4b5c6d7e8f90\\u0000"),
        ("half of its id", "01b2c3d4e5f60718"),
        ("a hostile id", "\\u001b[31m\\n::error::x ##[error]y"),
    ] {
        let body = format!(r#"{{"status":2,"job_id":"{id}"}}"#);
        rows.push(bytes(name, json(200, body)).fails(7, "wrong_job"));
    }
    let deep = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
    rows.extend([
        bytes("deep status", json(200, format!(r#"{{"status":{}}}"#, deep("[", "]", 100_000)))).bad(),
        bytes("deep document", json(200, deep("[", "]", 100_000))).bad(),
        bytes("deep and open", json(200, "[".repeat(3_000_000))).limited().bad(),
        bytes("deep objects, open", json(200, "{\"a\":".repeat(600_000))).limited().bad(),
        bytes("deep in an unknown field", json(200, format!(r#"{{"status":2,"x":{}}}"#, deep("[", "]", 100_000))))
            .bad(),
        bytes("deep in a job_id", json(200, format!(r#"{{"status":2,"job_id":{}}}"#, deep("[", "]", 100_000)))).bad(),
        bytes("shallow in an unknown field", json(200, format!(r#"{{"status":2,"x":{}}}"#, deep("[", "]", 50)))),
        bytes("brackets in a text", json(200, format!(r#"{{"status":2,"error_msg":"\"{}"}}"#, "[{".repeat(5000)))),
        bytes("a huge status text", json(200, format!(r#"{{"status":"{}"}}"#, "😀".repeat(900_000)))).bad(),
        bytes(
            "100,000 unknown fields",
            json(200, {
                let fields: String = (0..100_000).map(|n| format!(r#""f{n}":{n},"#)).collect();
                format!(r#"{{{fields}"status":2}}"#)
            }),
        )
        .limited(),
    ]);
    rows
}

/// Texts that break encodings, terminals, logs and limits.
fn texts() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, body) in [
        ("half a character in a text", &b"{\"status\":2,\"execute_msg\":\"a\xe4\xba\"}"[..]),
        ("not UTF-8 in a text", b"{\"status\":2,\"error_msg\":\"\xff\xfe\xc0\xaf\"}"),
        ("not UTF-8 in an unknown key", b"{\"status\":2,\"k\xff\":1}"),
        ("half a surrogate pair in a text", br#"{"status":2,"execute_msg":"a\ud83d"}"#),
        ("the wrong half of a pair in a text", br#"{"status":2,"execute_msg":"\udc00\ud800"}"#),
        ("half a surrogate pair in an unknown text", br#"{"status":2,"x":"\ud83d"}"#),
        ("NUL in a text", br#"{"status":2,"execute_msg":"a\u0000b"}"#),
        ("C1 and bidi in texts", "{\"status\":2,\"execute_msg\":\"\u{9b}31m\u{202e}x\u{2028}\"}".as_bytes()),
        ("commands in texts", br#"{"status":2,"execute_msg":"\n::error::x\r::add-mask::y\n##vso[a]b"}"#),
    ] {
        rows.push(bytes(name, json(200, body)));
        let card = bytes(format!("{name}, as a card"), json(200, body)).options(&["--color", "never"]);
        rows.push(card);
        rows.push(bytes(format!("{name}, as a field"), json(200, body)).options(&["--field", "execute_msg,error_msg"]));
    }
    rows.extend([
        bytes("half a surrogate pair in an unknown key", json(200, br#"{"status":2,"\ud83d":1}"#)).bad(),
        bytes("a status key with a bad byte", json(200, b"{\"status\xff\":2}")).bad(),
        bytes("a text of 2 MB", json(200, format!(r#"{{"status":2,"execute_msg":"{}"}}"#, "x".repeat(2_000_000))))
            .limited(),
    ]);
    let hostile =
        r#"\u001b[2J\u001b]8;;http://x\u0007\n::error::a\r\n  ::set-output::b\u0085##[error]c ##vso[d]\u202e"#;
    let emoji = "😀".repeat(100_000);
    for (name, status, exit, word, text) in [
        ("hostile", 400, 7, "bad_answer", hostile),
        ("hostile", 403, 4, "forbidden", hostile),
        ("hostile", 404, 7, "bad_answer", hostile),
        ("hostile", 200, 7, "bad_answer", hostile),
        ("huge", 400, 7, "bad_answer", &*emoji),
        ("huge", 401, 4, "auth_rejected", &emoji),
        ("huge", 200, 7, "bad_answer", &emoji),
    ] {
        let id: String = text.chars().take(100).filter(|c| !"\\\r\n".contains(*c)).collect();
        let body = format!(r#"{{"error_code":"{text}","error_msg":"{text}","request_id":"{text}"}}"#);
        let header = format!("X-Request-Id: {id}\r\n");
        let in_header = http(status, "", &body).into_iter().collect::<Vec<u8>>();
        let in_header = replaced(&in_header, b"X-Request-Id: req-77\r\n", header.as_bytes());
        let in_body = replaced(&http(status, "", &body), b"X-Request-Id: req-77\r\n", b"");
        rows.push(
            bytes(format!("{name} texts at {status}"), in_body.clone())
                .fails(exit, word)
                .options(&["-v", "-o", "json"]),
        );
        rows.push(bytes(format!("{name} texts at {status}, no JSON"), in_body).fails(exit, word).options(&[]));
        rows.push(bytes(format!("{name} request id at {status}"), in_header).fails(exit, word));
    }
    for options in [&["-q"][..], &[], &["--field", "job_id,status,error"], &["-v"], &["-vv"]] {
        rows.push(
            bytes(format!("missing, {options:?}"), json(404, r#"{"error_code":"CPS.0011"}"#))
                .missing()
                .options(options),
        );
        rows.push(bytes(format!("fine, {options:?}"), success()).options(if options == ["-v"] {
            &["-vv"]
        } else {
            options
        }));
    }
    rows
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}
