//! A service that answers what a test tells it to, and keeps every request it got.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

/// The heads of the requests, as they came.
type Heads = Arc<Mutex<Vec<String>>>;

pub(crate) struct Recorder {
    addr: SocketAddr,
    heads: Heads,
}

impl Recorder {
    /// Answers request number n (from 1), of this head, with what `answer` makes of them; `None` never answers.
    pub(crate) fn start(answer: impl Fn(usize, &str) -> Option<String> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let heads = Heads::default();
        let (kept, answer) = (Arc::clone(&heads), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, heads, answer) = (stream.unwrap(), Arc::clone(&kept), Arc::clone(&answer));
                std::thread::spawn(move || {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let mut byte = [0];
                        if stream.read(&mut byte).unwrap_or(0) == 0 {
                            return;
                        }
                        head.extend(byte);
                    }
                    let head = String::from_utf8(head).unwrap();
                    let number = {
                        let mut heads = heads.lock().unwrap();
                        heads.push(head.clone());
                        heads.len()
                    };
                    match answer(number, &head) {
                        Some(answer) => drop(stream.write_all(answer.as_bytes())),
                        None => std::thread::park(),
                    }
                });
            }
        });
        Self { addr, heads }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// Waits for the first request.
    pub(crate) fn met(&self) {
        let started = std::time::Instant::now();
        while self.heads().is_empty() {
            assert!(started.elapsed().as_secs() < 20, "no request came");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}

/// A whole HTTP answer.
pub(crate) fn answer(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nX-Request-Id: r-1\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

/// The gateway's refusal.
pub(crate) fn refused() -> String {
    answer("401 Unauthorized", r#"{"error_msg":"verify signature fail","error_code":"APIGW.0301","request_id":"r-1"}"#)
}
