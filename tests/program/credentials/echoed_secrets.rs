//! A service repeats a secret: in another spelling, across the place where a text is cut, in a later answer, behind a
//! proxy.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::common::server::{Faulty, by, http, json as answer, send};
use crate::common::{Cph, Run, cph};
use crate::credentials::{towards, with_password};

/// Short, and spelled otherwise by whatever escapes anything.
const SHORT: &str = "Zqx\"7\\ä/+9!w";

#[track_caller]
fn tells_nothing(run: &Run) {
    let written = run.to_string();
    for piece in ["Zqx", "7\\ä", "9!w", "u00e4", "u00E4", "%C3%A4"] {
        assert!(!written.contains(piece), "{piece} in {run}");
    }
}

fn with_short_password(call: Cph, url: &str) -> Cph {
    with_password(towards(call, url)).env("CPH_PASSWORD", SHORT).env("CPH_TOKEN_CACHE", "off")
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// What somebody in between may have made of it.
fn spellings() -> Vec<String> {
    let once = quoted(SHORT);
    let ascii = once.replace('ä', "\\u00e4");
    let percent = "Zqx%227%5C%C3%A4%2F%2B9%21w";
    let mut all =
        vec![SHORT.to_owned(), once.clone(), ascii.clone(), ascii.replace("00e4", "00E4"), percent.to_owned()];
    all.extend([quoted(&once), quoted(&ascii), percent.to_lowercase(), percent.replace('%', "%25")]);
    all.extend([format!("{SHORT:?}"), "Zqx&quot;7\\&auml;".replace("&auml;", "&#228;/+9!w"), STANDARD.encode(SHORT)]);
    all
}

#[test]
fn a_password_in_any_spelling_and_across_any_cut() {
    for spelled in spellings() {
        for before in (0..1).chain((570..602).step_by(3)) {
            let text = format!("{}{spelled} and more", "x".repeat(before));
            let service = Faulty::start(by(move |_, _| {
                let body = json!({"error_code": "IAM.1", "error_msg": text, "request_id": text}).to_string();
                send(answer(400, body))
            }));
            let call = with_short_password(cph(["job", "show", "-vv", "-o", "json", "j1"]), &service.url());
            let run = call.run();
            assert_eq!(run.exit(), 7, "{run}");
            tells_nothing(&run);
            assert!(!run.to_string().contains(&STANDARD.encode(SHORT)[..8]), "{run}");
        }
    }
}

#[test]
fn a_request_that_is_echoed_whole_or_as_a_wrong_type() {
    for status in [200, 201, 302, 400, 401, 403, 404] {
        let service = Faulty::start(by(move |request, _| {
            let seen = request.text().to_owned();
            let body = match status {
                200 | 201 => json!({"token": seen, "status": seen, "job_id": seen}),
                _ => json!({"error": {"message": seen, "code": seen}, "request_id": seen}),
            };
            let location = format!("Location: https://x.example/?{}\r\n", seen.lines().last().unwrap_or_default());
            send(http(status, &location, body.to_string()))
        }));
        for arguments in [&["job", "show", "-vv", "j1"][..], &["auth", "status", "-vv", "-o", "json"]] {
            tells_nothing(&with_short_password(cph(arguments), &service.url()).run());
        }
    }
}

/// IAM and CPH may be one, or write into one log.
#[test]
fn a_later_answer_repeats_what_the_login_sent_and_got() {
    let issued = "ISSUED-abcdefghijklmnopqrstuvwxyz";
    let service = Faulty::start(by(move |request, _| {
        let login = format!("X-Subject-Token: {issued}\r\n");
        if request.is_login() {
            let body = json!({"token": {"expires_at": "2099-01-01T00:00:00Z", "project": {"id": "p1", "name": "n"}}});
            return send(http(201, &login, body.to_string()));
        }
        let text = format!("{SHORT} {issued}");
        send(answer(400, json!({"error_code": text, "error_msg": text, "request_id": text}).to_string()))
    }));
    let run = with_short_password(cph(["job", "show", "-vv", "j1"]), &service.url()).run();
    assert_eq!(run.exit(), 7, "{run}");
    tells_nothing(&run);
    assert!(!run.to_string().contains(&issued[7..19]), "{run}");
    // The token of an answer that can't be read otherwise.
    let service = Faulty::start(by(move |_, _| {
        let head = format!("X-Subject-Token: {issued}\r\n");
        send(http(201, &head, json!({"token": format!("{}{issued}", "x".repeat(580))}).to_string()))
    }));
    let run = with_short_password(cph(["job", "show", "-vv", "j1"]), &service.url()).run();
    assert_eq!(run.exit(), 7, "{run}");
    assert!(!run.to_string().contains("ISSUED"), "{run}");
}

/// A proxy that opens TLS, and repeats what it was told.
#[test]
fn the_password_in_a_proxys_url() {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["cph.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let chain = vec![certificate.der().clone()];
    let config = Arc::new(builder.with_no_client_auth().with_single_cert(chain, private).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let head = read_head(&mut stream);
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            let asked = read_head(&mut tls);
            let text = format!("{} {head} {asked} {SHORT}", "x".repeat(300));
            let body = json!({"error_code": "A.1", "error_msg": text}).to_string();
            tls.write_all(&answer(400, body)).unwrap();
            tls.flush().unwrap();
        }
    });
    let call = cph(["job", "show", "-vv", "-o", "json", "j1"]).file("ca.pem", &certificate.pem());
    let ca = call.home().join("ca.pem");
    let proxy = format!("http://us:Zqx%227%5C%C3%A4%2F%2B9!w@127.0.0.1:{port}");
    let call =
        call.env("CPH_ENDPOINT", "https://cph.example").env("CPH_PROJECT_ID", "p1").env("CPH_TOKEN", "t-o-k-e-n");
    let run = call.env("SSL_CERT_FILE", ca).env("HTTPS_PROXY", &proxy).run();
    assert_eq!(run.exit(), 7, "{run}");
    tells_nothing(&run);
    let basic = STANDARD.encode(format!("us:{SHORT}"));
    assert!(run.stderr.contains("Basic [redacted]") && !run.to_string().contains(&basic[4..12]), "{run}");
    for command in [&["config"][..], &["config", "-o", "json"]] {
        let run = cph(command).env("HTTPS_PROXY", &proxy).env("ALL_PROXY", &proxy).run();
        tells_nothing(&run);
        assert!(!run.to_string().contains("Zqx%22"), "{run}");
    }
}

fn read_head(stream: &mut impl std::io::Read) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.by_ref().read_exact(&mut byte).is_err() {
            break;
        }
        head.extend(byte);
    }
    String::from_utf8_lossy(&head).into_owned()
}
