//! What a proxy may answer in place of a tunnel, and whom `NO_PROXY` exempts from it. Endpoints are `0.0.0.0`, which
//! Linux takes for this machine and `cph` does not: loopback is never reached through a proxy.

#![cfg(target_os = "linux")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::broken_services::certificates::{Certificate, Trust};
use crate::broken_services::row::{JOB, Signer, signed_in, success};
use crate::common::server::{Faulty, always, refusing_port, send};
use crate::common::{Cph, Run, cph};

const PASSWORD: &str = "Proxy-Password-1";
const REFUSED: &str =
    "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n";

/// Scheme, user and password, answers, connections, words.
type Row<'a> = (&'a str, &'a str, &'a [&'a [u8]], usize, &'a str);

/// Answers what it reads, in turn, then connects to the server behind it, where there is one.
struct Proxy {
    address: SocketAddr,
    /// What was read of each connection until then.
    seen: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(answers: &[&[u8]], behind: Option<u16>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let answers: Vec<Vec<u8>> = answers.iter().map(|answer| answer.to_vec()).collect();
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, answers, seen) = (stream.unwrap(), answers.clone(), Arc::clone(&shared));
                thread::spawn(move || {
                    let at = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(String::new());
                        seen.len() - 1
                    };
                    for answer in answers {
                        let mut bytes = [0; 4096];
                        let length = stream.read(&mut bytes).unwrap_or_default();
                        seen.lock().unwrap()[at] += &String::from_utf8_lossy(&bytes[..length]);
                        let _ = stream.write_all(&answer);
                    }
                    let Some(port) = behind else { return };
                    let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
                    let (mut from, mut to) = (stream.try_clone().unwrap(), server.try_clone().unwrap());
                    thread::spawn(move || std::io::copy(&mut from, &mut to));
                    let _ = std::io::copy(&mut server, &mut stream);
                });
            }
        });
        Self { address, seen }
    }

    fn connections(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    fn url(&self, scheme: &str, user: &str) -> String {
        format!("{scheme}://{user}{}", self.address)
    }
}

/// A good service at `https://0.0.0.0:…`.
fn service() -> (Certificate, Faulty) {
    let certificate = Certificate::new("0.0.0.0", [2020, 2100], Trust::This);
    let server = Faulty::start_tls(always(send(success())), Some(certificate.server()));
    (certificate, server)
}

fn ready(arguments: &[&str], port: u16, certificate: &Certificate) -> Cph {
    certificate.trusted_by(signed_in(cph(arguments).at(&format!("https://0.0.0.0:{port}")), Signer::Token))
}

fn show(port: u16, certificate: &Certificate) -> Cph {
    ready(&["job", "show", JOB], port, certificate)
}

fn no_secret(run: &Run) {
    let base64 = "dXNlcjpQcm94eS1QYXNzd29yZC0x";
    assert!(!run.stderr.contains("Proxy-Pass") && !run.stderr.contains(base64), "{run}");
}

#[test]
fn a_refused_password_of_a_proxy_is_sent_once() {
    let (certificate, server) = service();
    let many: Vec<String> = (0..50).map(|n| format!("job-{n}")).collect();
    let fifty: Vec<&str> =
        ["job", "wait", "--timeout", "60s"].into_iter().chain(many.iter().map(String::as_str)).collect();
    let socks: &[&[u8]] = &[&[5, 2], &[1, 1]];
    let http: &[&[u8]] = &[REFUSED.as_bytes()];
    for arguments in [&["job", "show", JOB][..], &["job", "wait", "--timeout", "60s", JOB], &fifty, &["auth", "status"]]
    {
        for (scheme, answers) in [("http", http), ("socks5h", socks)] {
            let proxy = Proxy::start(answers, None);
            let url = proxy.url(scheme, &format!("user:{PASSWORD}@"));
            let call = ready(arguments, server.port(), &certificate).env("HTTPS_PROXY", url);
            let run = call.env("CPH_IAM_ENDPOINT", "https://0.0.0.0:1").run();
            assert_eq!(run.exit(), 6, "{run}");
            assert!(run.stderr.contains("user name and password"), "{run}");
            assert!(run.stderr.contains("in HTTPS_PROXY"), "{run}");
            assert!(!run.stderr.contains("check the network"), "{run}");
            no_secret(&run);
            // `auth status` asks IAM and CPH, each for itself.
            let most = if arguments[0] == "auth" { 2 } else { 1 };
            assert!((1..=most).contains(&proxy.connections()), "{}: {run}", proxy.connections());
        }
    }
    // A login, and a look-up of the project.
    for password in [true, false] {
        let proxy = Proxy::start(http, None);
        let call = show(server.port(), &certificate).no_env("CPH_PROJECT_ID").env("CPH_REGION", "r-1");
        let call = call.env("CPH_IAM_ENDPOINT", "https://0.0.0.0:1").env("HTTPS_PROXY", proxy.url("http", "u:p@"));
        let user = |call: Cph| {
            call.no_env("CPH_TOKEN").env("CPH_USERNAME", "u").env("CPH_PASSWORD", "p-w").env("CPH_DOMAIN_NAME", "d")
        };
        let run = if password { user(call) } else { call }.run();
        assert_eq!((run.exit(), proxy.connections()), (6, 1), "{run}");
        assert!(run.stderr.contains("hint: correct them in HTTPS_PROXY"), "{run}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn what_a_proxy_answers_in_place_of_a_tunnel() {
    let (certificate, server) = service();
    let status = |status: &str| format!("HTTP/1.1 {status}\r\n\r\n").into_bytes();
    let (busy, forbidden) = (status("503 Service Unavailable"), status("403 Forbidden"));
    let page = b"HTTP/1.1 200 OK\r\n".as_slice();
    let user = "user:Proxy-Password-1@";
    let rows: &[Row<'_>] = &[
        ("http", "", &[REFUSED.as_bytes()], 1, "the proxy in ALL_PROXY requires a user name and password (HTTP 407)"),
        ("http", user, &[&forbidden], 3, "the proxy in ALL_PROXY refused the tunnel"),
        ("http", user, &[&busy], 3, "the proxy in ALL_PROXY refused the tunnel"),
        ("http", user, &[page], 3, "the proxy in ALL_PROXY closed the connection instead of opening a tunnel"),
        ("http", user, &[&[5, 0]], 3, "the proxy in ALL_PROXY refused the tunnel"),
        (
            "socks5h",
            "",
            &[&[5, 0xff]],
            3,
            "the proxy in ALL_PROXY refused the connection, or requires a user name and password",
        ),
        ("socks5", "", &[&[5, 2]], 3, "refused the connection, or requires a user name and password"),
        ("socks5h", user, &[&[5, 0xff]], 1, "refused the connection, or its user name and password"),
        ("socks5h", user, &[&[5, 2], &[1, 1]], 1, "its user name and password (credentials not accepted)"),
        ("socks5h", "", &[page], 3, "the proxy in ALL_PROXY does not speak SOCKS"),
        ("socks5h", "", &[&[]], 3, "the proxy in ALL_PROXY closed the connection"),
        ("socks", "", &[&[5, 0], &[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]], 3, "refused the connection"),
    ];
    thread::scope(|scope| {
        for (scheme, user, answers, connections, words) in rows {
            let (certificate, server) = (&certificate, &server);
            scope.spawn(move || {
                let proxy = Proxy::start(answers, None);
                let run = show(server.port(), certificate).env("ALL_PROXY", proxy.url(scheme, user)).run();
                assert!(run.exit() == 6 && run.stderr.starts_with("cph: error[unreachable]: "), "{run}");
                assert!(run.stderr.contains(words), "{words}: {run}");
                assert_eq!(proxy.connections(), *connections, "{run}");
                no_secret(&run);
            });
        }
    });
    assert_eq!(server.requests().len(), 0);
    let run =
        show(server.port(), &certificate).env("ALL_PROXY", format!("socks5://127.0.0.1:{}", refusing_port())).run();
    assert!(run.stderr.contains("no connection to the proxy in ALL_PROXY (Connection refused"), "{run}");
}

#[test]
fn a_tunnel_is_made_by_every_kind_of_proxy() {
    let (certificate, server) = service();
    let made = b"HTTP/1.1 200 Connection established\r\n\r\n".as_slice();
    let socks: &[&[u8]] = &[&[5, 0], &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]];
    let asked: &[&[u8]] = &[&[5, 2], &[1, 0], &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]];
    for (scheme, user, answers) in [
        ("http", "", &[made][..]),
        ("http", "user:Proxy-Password-1@", &[made]),
        ("socks5", "", socks),
        ("socks5h", "user:Proxy-Password-1@", asked),
        ("socks", "", socks),
    ] {
        let proxy = Proxy::start(answers, Some(server.port()));
        // Only the variable that decides has to be right.
        let call = show(server.port(), &certificate).env("HTTPS_PROXY", proxy.url(scheme, user));
        let run = call.env("ALL_PROXY", "gopher://x").env("NO_PROXY", "*.example.com,0.0.0.0:1").run();
        assert_eq!(run.exit(), 0, "{scheme}: {run}");
        let seen = proxy.seen.lock().unwrap().concat();
        let connect = format!("CONNECT 0.0.0.0:{} HTTP/1.1\r\n", server.port());
        assert!(scheme != "http" || seen.starts_with(&connect), "{seen}");
        let authorized = seen.contains("dXNlcjpQcm94eS1QYXNzd29yZC0x") || seen.contains(PASSWORD);
        assert_eq!(authorized, !user.is_empty(), "{seen}");
    }
}

#[test]
fn whom_no_proxy_exempts_is_reached_without_one() {
    let (certificate, server) = service();
    let proxy = Proxy::start(&[REFUSED.as_bytes()], None);
    let port = server.port();
    for list in ["0.0.0.0".to_owned(), format!("x, 0.0.0.0:{port}"), "0.0.0.0/8".into(), "*".into()] {
        for name in ["NO_PROXY", "no_proxy"] {
            let call = show(port, &certificate).env("HTTPS_PROXY", proxy.url("http", "")).env(name, &list);
            assert_eq!(call.run().exit(), 0, "{list}");
            // What does not count need not be right, and is named by no error.
            let call = show(refusing_port(), &certificate).env("ALL_PROXY", "gopher://x").env(name, "0.0.0.0");
            let run = call.run();
            assert!(run.exit() == 6 && !run.stderr.contains("ALL_PROXY"), "{run}");
        }
    }
    let run = show(port, &certificate).env("ALL_PROXY", "gopher://u:Proxy-Password-1@x").run();
    assert!(run.exit() == 3 && run.stderr.contains("ALL_PROXY does not hold the URL of a proxy"), "{run}");
    no_secret(&run);
    assert_eq!(proxy.connections(), 0);
}
