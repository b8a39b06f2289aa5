//! What happens below an answer: connections, framing, floods, TLS and proxies.

use std::time::Duration;

use crate::broken_services::certificates::{Certificate, Oddity, Trust};
use crate::broken_services::connect_timeouts::THREE_ROUNDS;
use crate::broken_services::row::{JOB, Row, WHOLE_LOOK, bytes, reply, row, success};
use crate::common::server::{Act, Faulty, Script, http, send, send_and_close};

pub fn rows() -> Vec<Row> {
    [broken(), slow(), framing(), floods(), encodings(), tls(), proxies()].into_iter().flatten().collect()
}

fn verdict() -> String {
    format!(r#"{{"job_id":"{JOB}","status":2}}"#)
}

/// Refused, reset, ended too early: three attempts, then 6.
fn broken() -> Vec<Row> {
    let whole = success();
    let in_head = whole[..40].to_vec();
    let in_body = whole[..whole.len() - 1].to_vec();
    let connections = |name: &str, acts: Vec<Act>| row(name, Script::Connections(acts));
    let given_up = |row: Row| row.fails(6, "unreachable").says("(3 attempts)");
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    vec![
        given_up(connections("closed at once", vec![Act::Close])).connections(3),
        given_up(connections("reset at once", vec![Act::Reset])).connections(3),
        given_up(reply("closed after the request", vec![Act::Close])).requests(3),
        given_up(reply("reset after the request", vec![Act::Reset])).requests(3),
        given_up(reply("closed inside the head", send_and_close(in_head.clone()))).requests(3),
        given_up(reply("reset inside the head", vec![Act::Send(in_head), Act::Reset])).requests(3),
        given_up(reply("closed after the head", send_and_close("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")))
            .requests(3),
        given_up(reply("closed inside the body", send_and_close(in_body.clone()))).requests(3),
        given_up(reply("reset inside the body", vec![Act::Send(in_body), Act::Reset])).requests(3),
        given_up(reply("closed inside a chunk", send_and_close(format!("{chunked}20\r\n{{\"status\":2}}"))))
            .requests(3),
        given_up(reply("no last chunk", send_and_close(format!("{chunked}c\r\n{{\"status\":2}}\r\n")))).requests(3),
        given_up(reply("half a last chunk", send_and_close(format!("{chunked}c\r\n{{\"status\":2}}\r\n0\r\n"))))
            .requests(3),
        given_up(reply("no chunk at all", send_and_close(chunked))).requests(3),
        given_up(reply("a refusal cut short", send_and_close("HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\nx")))
            .requests(3),
        row("reset, then fine", Script::Replies(vec![vec![Act::Reset], send(success())])).requests(2),
        row("closed, then fine", Script::Replies(vec![vec![Act::Close], send(success())])).requests(2),
        row("cut short twice, then fine", {
            let cut = send_and_close(whole[..whole.len() - 5].to_vec());
            Script::Replies(vec![cut.clone(), cut, send(success())])
        })
        .requests(3),
        row("cut short, then missing", {
            let missing = http(404, "", r#"{"error_code":"CPS.0011"}"#);
            Script::Replies(vec![send_and_close(whole[..60].to_vec()), send(missing)])
        })
        .missing()
        .requests(2)
        .believed_late(),
        row("reset, then refused", Script::Replies(vec![vec![Act::Reset], send(http(401, "", ""))]))
            .fails(4, "auth_rejected")
            .requests(2),
    ]
}

/// A peer that takes its time ends nothing but its own answer.
fn slow() -> Vec<Row> {
    let never =
        |row: Row| row.fails(6, "http_timeout").says("no complete response within 10 s (3 attempts)").took(WHOLE_LOOK);
    let stall = |name: &str, bytes: &[u8]| never(reply(name, vec![Act::Send(bytes.to_vec()), Act::Stall])).requests(3);
    let drip = |name: &str, before: &str, bytes: &str| {
        never(reply(name, vec![Act::Send(before.into()), Act::Drip(bytes.into())])).requests(3)
    };
    let whole = success();
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    vec![
        never(row("accepted, and nothing", Script::Connections(vec![Act::Stall]))).connections(3),
        stall("nothing after the request", b""),
        stall("stalls inside the head", &whole[..30]),
        stall("stalls after the head", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
        stall("stalls inside the body", &whole[..whole.len() - 1]),
        stall("stalls before the last chunk", format!("{chunked}c\r\n{{\"status\":2}}\r\n").as_bytes()),
        stall("a whole document, and no end", b"HTTP/1.1 200 OK\r\n\r\n{\"status\":2}"),
        // A refusal is one by its status, and never asked for again.
        reply(
            "stalls inside a refusal",
            vec![Act::Send(b"HTTP/1.1 401 X\r\nContent-Length: 9\r\n\r\nx".into()), Act::Stall],
        )
        .fails(4, "auth_rejected")
        .took(10..=12),
        drip("drips its status line", "HTTP/1.1 200 ", "O"),
        drip("drips a header", "HTTP/1.1 200 OK\r\nX: ", "x"),
        drip("drips headers", "HTTP/1.1 200 OK\r\n", "X: x\r\n"),
        drip("drips a body", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", " "),
        drip("drips chunks", chunked, "1\r\n \r\n"),
        drip("drips a chunk size", chunked, "0"),
        drip("drips until the end", "HTTP/1.1 200 OK\r\n\r\n", " "),
        drip("drips 100s", "", "HTTP/1.1 100 Continue\r\n\r\n"),
        row("stalls, then fine", Script::Replies(vec![vec![Act::Stall], send(success())])).requests(2).took(10..=14),
        reply("late and fine", vec![Act::Wait(Duration::from_secs(2)), Act::Send(success())]).took(2..=5),
        reply("in two parts and fine", {
            vec![Act::Send(whole[..20].to_vec()), Act::Wait(Duration::from_secs(1)), Act::Send(whole[20..].to_vec())]
        })
        .took(1..=4),
    ]
}

/// Answers whose bytes can be read in two ways are read in none.
fn framing() -> Vec<Row> {
    let body = verdict();
    let length = body.len();
    let after = |head: &str| format!("HTTP/1.1 200 OK\r\n{head}\r\n{body}");
    let chunk = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
    let chunked = |head: &str| format!("HTTP/1.1 200 OK\r\n{head}Transfer-Encoding: chunked\r\n\r\n{chunk}");
    let with_size =
        |size: &str| format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n{body}\r\n0\r\n\r\n");
    let bad = |name: &str, bytes: String| reply(name, send_and_close(bytes)).bad();
    let thousand: String = (0..1000).map(|n| format!("X-{n}: x\r\n")).collect();
    vec![
        bytes("Content-Length", after(&format!("Content-Length: {length}\r\n"))),
        bytes("chunked", chunked("")),
        bytes("chunked, one byte each", {
            let chunks: String = body.chars().map(|c| format!("1\r\n{c}\r\n")).collect();
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n")
        }),
        bytes("chunked, with trailers", {
            format!(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{length:x};a=b\r\n{body}\r\n0\r\nX: y\r\n\r\n"
            )
        }),
        reply("until the end", send_and_close(after(""))),
        reply("HTTP/1.0", send_and_close(format!("HTTP/1.0 200 OK\r\n\r\n{body}"))),
        bytes("no reason phrase", format!("HTTP/1.1 200\r\nContent-Length: {length}\r\n\r\n{body}")),
        bytes("an empty reason phrase", format!("HTTP/1.1 200 \r\nContent-Length: {length}\r\n\r\n{body}")),
        bytes("100 before", ["HTTP/1.1 100 Continue\r\n\r\n".as_bytes(), &success()].concat()),
        bytes("three 1xx before", {
            let early = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(3);
            [early.as_bytes(), &success()].concat()
        }),
        bytes("50 headers", after(&format!("{}Content-Length: {length}\r\n", "X: x\r\n".repeat(50)))),
        bad("two lengths that differ", after(&format!("Content-Length: {length}\r\nContent-Length: 5\r\n"))),
        bad("two lengths that are equal", after(&format!("Content-Length: {length}\r\nContent-Length: {length}\r\n"))),
        bad("two lengths in one header", after(&format!("Content-Length: {length}, {length}\r\n"))),
        bad("a length and chunks", chunked(&format!("Content-Length: {length}\r\n"))),
        bad("a wrong length and chunks", chunked("Content-Length: 5\r\n")),
        bad("a negative length", after("Content-Length: -1\r\n")),
        bad("a length with a sign", after(&format!("Content-Length: +{length}\r\n"))),
        bad("a length in words", after("Content-Length: many\r\n")),
        bad("a length of 2^64", after("Content-Length: 18446744073709551616\r\n")),
        bad("a length of 2^63", after("Content-Length: 9223372036854775808\r\n")),
        bad("too short a length", after("Content-Length: 5\r\n")),
        bad("a length of nothing", after("Content-Length: 0\r\n")),
        bad("101", format!("HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n{body}")),
        bad("204 with a body", format!("HTTP/1.1 204 No Content\r\n\r\n{body}")),
        bad("304 with a body", format!("HTTP/1.1 304 Not Modified\r\nContent-Length: {length}\r\n\r\n{body}")),
        bad("HTTP/0.9", body.clone()),
        bad("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\u{12}\u{4}\0\0\0\0\0".to_owned()),
        bad("HTTP/1.2", format!("HTTP/1.2 200 OK\r\n\r\n{body}")),
        bad("HTTP/9.9", format!("HTTP/9.9 200 OK\r\n\r\n{body}")),
        bad("a status of two digits", format!("HTTP/1.1 20 OK\r\n\r\n{body}")),
        bad("a status of four digits", format!("HTTP/1.1 2000 OK\r\n\r\n{body}")),
        bad("status 000", format!("HTTP/1.1 000 OK\r\n\r\n{body}")),
        bad("SSH", "SSH-2.0-OpenSSH_9.6\r\n".to_owned()),
        bad("SMTP", "220 mail ESMTP\r\n".to_owned()),
        bad("a request", "GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_owned()),
        bad("NUL in a header", after("X: a\0b\r\n")),
        bad("ESC in a header", after("X: a\u{1b}b\r\n")),
        bad("a space before the colon", after("X : a\r\n")),
        bad("a header without a colon", after("nothing\r\n")),
        bad("a folded header", after("X: a\r\n b\r\n")),
        bad("1,000 headers", after(&thousand)),
        bad("a header of 1 MB", after(&format!("X: {}\r\n", "x".repeat(1 << 20)))),
        bad("another transfer encoding", after("Transfer-Encoding: gzip\r\n")),
        // Not whole, and perhaps damaged on its way: tried again.
        reply("garbage for a chunk size", send_and_close(with_size("zz"))).fails(6, "unreachable").requests(3),
        reply("a negative chunk size", send_and_close(with_size("-1"))).fails(6, "unreachable").requests(3),
        reply("a chunk size of 2^64", send_and_close(with_size("10000000000000000")))
            .fails(6, "unreachable")
            .requests(3),
        reply("a chunk that is too long", send_and_close(with_size(&format!("{:x}", length - 2))))
            .fails(6, "unreachable")
            .requests(3),
        // A second answer nobody asked for belongs to nobody, above all not to the next question.
        row(
            "two answers at once",
            Script::Replies(vec![
                send([http(200, "", r#"{"status":2}"#), http(200, "", r#"{"status":2}"#)].concat()),
                send(http(200, "", r#"{"status":-1}"#)),
            ]),
        )
        .ids(["a", "b"])
        .job(1, "failure")
        .requests(2),
        row(
            "closed after the first answer",
            Script::Replies(vec![
                send_and_close(http(200, "", r#"{"status":2}"#)),
                send(http(200, "", r#"{"status":2}"#)),
            ]),
        )
        .ids(["a", "b"])
        .requests(2),
    ]
}

/// 100 MB cost as little as an honest answer.
fn floods() -> Vec<Row> {
    const PART: usize = 64 * 1024;
    const PARTS: usize = 100 * (1 << 20) / PART;
    let spaces = vec![b' '; PART];
    let chunk = [format!("{PART:x}\r\n").as_bytes(), &spaces, b"\r\n"].concat();
    let flood = |name: &str, head: &str, part: &[u8], times: usize| {
        reply(name, vec![Act::Send(head.into()), Act::Flood(part.to_vec(), times), Act::Close]).limited()
    };
    let json = "HTTP/1.1 200 OK\r\n";
    vec![
        flood("100 MB by length", &format!("{json}Content-Length: {}\r\n\r\n", PART * PARTS), &spaces, PARTS).bad(),
        flood("100 MB by chunks", &format!("{json}Transfer-Encoding: chunked\r\n\r\n"), &chunk, PARTS).bad(),
        flood("100 MB until the end", &format!("{json}\r\n"), &spaces, PARTS).bad(),
        flood("100 MB after a verdict", &format!("{json}\r\n{{\"status\":2}}"), &spaces, PARTS).bad(),
        flood("100 MB of a header", &format!("{json}X: "), &[b'x'; PART], PARTS).bad(),
        flood("100 MB of headers", json, "X: x\r\n".repeat(1000).as_bytes(), 17_000).bad(),
        flood("100 MB of a status line", "HTTP/1.1 200 ", &[b'x'; PART], PARTS).bad(),
        flood("100 MB of nothing known", "", &[b'x'; PART], PARTS).bad(),
        flood("100 MB with a refusal", "HTTP/1.1 401 X\r\n\r\n", &spaces, PARTS).fails(4, "auth_rejected"),
        flood("100 MB with a 404", "HTTP/1.1 404 X\r\n\r\n", &spaces, PARTS).bad(),
        flood("100 MB with a 503", "HTTP/1.1 503 X\r\n\r\n", &spaces, PARTS).fails(6, "service_error").requests(3),
        flood("endless chunk extension", &format!("{json}Transfer-Encoding: chunked\r\n\r\n1;"), &[b'x'; PART], PARTS)
            .fails(6, "unreachable")
            .requests(3),
        flood(
            "endless trailers",
            &format!("{json}Transfer-Encoding: chunked\r\n\r\n0\r\n"),
            "X: x\r\n".repeat(1000).as_bytes(),
            17_000,
        )
        .fails(6, "unreachable")
        .requests(3),
    ]
}

/// No compression is asked for, so none is undone.
fn encodings() -> Vec<Row> {
    // Only its head matters to who does not open it.
    let bomb = [&b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03"[..], &[0; 993]].concat();
    let mut rows = vec![bytes("a gzip bomb", http(200, "Content-Encoding: gzip\r\n", bomb)).limited().bad()];
    for encoding in ["gzip", "deflate", "br", "zstd", "x-gzip", "identity", "", "gzip, gzip"] {
        let answer = http(200, &format!("Content-Encoding: {encoding}\r\n"), verdict());
        rows.push(bytes(format!("Content-Encoding {encoding:?}"), answer).bad());
    }
    rows.extend([
        bytes("a compressed refusal", http(401, "Content-Encoding: gzip\r\n", "x")).fails(4, "auth_rejected"),
        bytes("a compressed not found", http(404, "Content-Encoding: gzip\r\n", r#"{"error_code":"CPS.0011"}"#)).bad(),
        bytes("a compressed busy", http(503, "Content-Encoding: gzip\r\n", "x")).fails(6, "service_error").requests(3),
        bytes("another content type", http(200, "Content-Type: text/html\r\n", verdict())),
        bytes("no content type", http(200, "", verdict())),
    ]);
    rows
}

/// A certificate that isn't trusted is final; a broken handshake may pass.
fn tls() -> Vec<Row> {
    let https = |name: &str, certificate: Certificate| bytes(name, success()).tls(certificate);
    let certificate = |name, years, trust| Certificate::new(name, years, trust);
    let refused = |row: Row| row.fails(6, "tls").requests(0).connections(1);
    let no_tls =
        |name: &str, acts: Vec<Act>| row(name, Script::Connections(acts)).tls(Certificate::good()).without_tls();
    let no_tls_end = |name: &str, bytes: &str| {
        let row = reply(name, send_and_close(bytes)).tls(Certificate::good());
        row.fails(6, "unreachable").says("closed by the other side) (3 attempts)").requests(3)
    };
    let alert = |code: u8| vec![Act::Send(vec![0x15, 3, 3, 0, 2, 2, code]), Act::Close];
    let never = |row: Row| {
        row.fails(6, "unreachable").says("no connection within 5 s (3 attempts)").connections(3).took(THREE_ROUNDS)
    };
    vec![
        no_tls("plain HTTP in place of TLS", send_and_close(http(400, "", "use https")))
            .fails(6, "tls")
            .says("the TLS handshake failed: the server does not speak TLS (3 attempts)")
            .connections(3),
        no_tls("garbage in place of TLS", send_and_close("\0\0\0\0\0\0\0")).fails(6, "tls").connections(3),
        no_tls("a TLS alert", alert(40)).fails(6, "tls").connections(3),
        no_tls("closed in place of TLS", vec![Act::Close]).fails(6, "unreachable").connections(3),
        no_tls("reset in place of TLS", vec![Act::Reset]).fails(6, "unreachable").connections(3),
        never(no_tls("a stall in place of TLS", vec![Act::Stall])),
        never(no_tls("a drip in place of TLS", vec![Act::Send(vec![0x16, 3, 3, 0x3f, 0xff]), Act::Drip(vec![0])])),
        https("trusted", Certificate::good()),
        https("trusted by folder", certificate("127.0.0.1", [2020, 2100], Trust::Folder)),
        refused(https("not trusted", certificate("127.0.0.1", [2020, 2100], Trust::Another))).says(
            "the server's certificate is not trusted: an authority of that name is trusted here, but did not sign it",
        ),
        refused(https("another host's certificate", certificate("elsewhere.example", [2020, 2100], Trust::This)))
            .says("not trusted: it is not for 127.0.0.1, but for elsewhere.example"),
        refused(https("another address's certificate", certificate("127.0.0.2", [2020, 2100], Trust::This)))
            .says("it is not for 127.0.0.1, but for 127.0.0.2"),
        refused(https("expired", certificate("127.0.0.1", [2019, 2020], Trust::This)))
            .says("not trusted: it expired at 2020-01-01T00:00:00Z, and the clock here says 2"),
        refused(https("not yet valid", certificate("127.0.0.1", [2090, 2100], Trust::This)))
            .says("not trusted: it is not valid before 2090-01-01T00:00:00Z, and the clock here says 2"),
        refused(https("an authority's certificate", Certificate::odd(Oddity::CredentialProvider)))
            .says("it is the certificate of an authority (CA), not of a server")
            .says("SSL_CERT_FILE must hold the authority that signed it"),
        refused(https("a certificate of version 1", Certificate::odd(Oddity::OldVersion)))
            .says("it has an old format: X.509 version 3 is needed"),
        refused(https("a certificate for clients", Certificate::odd(Oddity::ForClients))).says("it is not for servers"),
        refused(https("a mangled certificate", Certificate::odd(Oddity::Mangled)))
            .says("not trusted: it can't be read"),
        refused(https("wants a client certificate", Certificate::wants_a_clients(&rustls::version::TLS13)))
            .says("the server requires a client certificate")
            .says("hint: cph has no client certificate"),
        refused(https("wants a client certificate, TLS 1.2", Certificate::wants_a_clients(&rustls::version::TLS12)))
            .says("the server requires a client certificate"),
        // No end of TLS before the end of the connection.
        no_tls_end("cut short behind TLS", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
        no_tls_end("cut short behind TLS, without a length", "HTTP/1.1 200 OK\r\n\r\n{"),
        no_tls_end("cut short behind TLS inside the head", "HTTP/1.1 200 OK\r\n"),
        https("no such SSL_CERT_FILE", certificate("127.0.0.1", [2020, 2100], Trust::Missing))
            .fails(3, "config_invalid")
            .requests(0)
            .connections(0),
        https("no certificate in SSL_CERT_FILE", certificate("127.0.0.1", [2020, 2100], Trust::Empty))
            .fails(3, "config_invalid")
            .requests(0)
            .connections(0),
    ]
}

/// This machine is never asked through a proxy.
fn proxies() -> Vec<Row> {
    let mut rows = Vec::new();
    for names in [&["HTTP_PROXY", "http_proxy"][..], &["HTTPS_PROXY", "https_proxy"], &["ALL_PROXY", "all_proxy"]] {
        for scheme in ["http", "socks5"] {
            for tls in [false, true] {
                let proxy = Faulty::start(Script::Connections(vec![Act::Close]));
                let url = format!("{scheme}://user:password@127.0.0.1:{}", proxy.port());
                let name = format!("{} {scheme}, {}", names[0], if tls { "https" } else { "http" });
                let row = names.iter().fold(bytes(name, success()), |row, name| row.env(*name, &url)).never(proxy);
                rows.push(if tls { row.tls(Certificate::good()) } else { row });
            }
        }
    }
    rows
}
