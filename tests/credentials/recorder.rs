//! A service that keeps every request it got, and answers it as a test says: by itself, by the simulator behind it, or
//! not at all.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use cph::simulator::Server;

use crate::common;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    /// Method and target: `GET /v3/projects?name=x`.
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap().trim_end_matches(" HTTP/1.1")
    }

    /// A header's value; the name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &'_ str| line.split_once(':').is_some_and(|(n, _)| n.eq_ignore_ascii_case(name));
        self.head.lines().find(|line| named(line)).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
    }

    pub(crate) fn is_login(&self) -> bool {
        self.line().starts_with("POST /v3/auth/tokens")
    }

    pub(crate) fn is_job(&self) -> bool {
        self.line().contains("/cloud-phone/jobs/")
    }
}

/// What becomes of a request.
pub(crate) enum Act {
    /// This whole HTTP answer.
    Answer(String),
    /// Whatever the simulator says.
    Forward,
    /// Silence, for ever.
    Silence,
}

pub(crate) struct Recorder {
    addr: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Recorder {
    /// Request number n (from 1) becomes what `act` says.
    pub(crate) fn start(act: impl Fn(usize, &Request) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, act) = (Arc::clone(&requests), Arc::new(act));
        let simulator: Arc<Server> = Arc::new(common::simulator());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (kept, act, simulator) = (Arc::clone(&kept), Arc::clone(&act), Arc::clone(&simulator));
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let Some(request) = read(&mut stream) else { return };
                    let number = {
                        let mut kept: std::sync::MutexGuard<'_, Vec<Request>> = kept.lock().unwrap();
                        kept.push(request.clone());
                        kept.len()
                    };
                    match act(number, &request) {
                        Act::Answer(answer) => drop(stream.write_all(answer.as_bytes())),
                        Act::Forward => drop(stream.write_all(&forward(&simulator, &request))),
                        Act::Silence => std::thread::park(),
                    }
                });
            }
        });
        Self { addr, requests }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, wanted: impl Fn(&Request) -> bool) -> usize {
        self.requests().iter().filter(|request| wanted(request)).count()
    }

    /// Logins and questions about jobs.
    pub(crate) fn logins_and_looks(&self) -> (usize, usize) {
        (self.count(Request::is_login), self.count(Request::is_job))
    }
}

fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return None;
        }
        head.extend(byte);
    }
    let mut request = Request { head: String::from_utf8(head).unwrap(), body: String::new() };
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    request.body = String::from_utf8(body).unwrap();
    Some(request)
}

/// The answer to the very same bytes: the host that was signed is a name of this machine, too.
fn forward(simulator: &Server, request: &Request) -> Vec<u8> {
    let mut stream = TcpStream::connect(simulator.addr()).unwrap();
    let head = format!("{}Connection: close\r\n\r\n", request.head.strip_suffix("\r\n").unwrap());
    stream.write_all(format!("{head}{}", request.body).as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// A whole HTTP answer.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nX-Request-Id: r-1\r\nConnection: close\r\n{headers}\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

/// The gateway's refusal of a signature or token, with these words.
pub(crate) fn refused(words: &str) -> Act {
    let body = serde_json::json!({
        "error_msg": format!("Incorrect IAM authentication information: {words}"),
        "error_code": "APIGW.0301", "request_id": "r-1",
    });
    Act::Answer(answer("401 Unauthorized", "", &body.to_string()))
}

/// IAM's answer to a login.
pub(crate) fn issued(token: &str, expires_at: &str) -> Act {
    let body = serde_json::json!({
        "token": {"expires_at": expires_at, "project": {"id": cph::simulator::PROJECT_ID, "name": "simulator-1"}},
    });
    Act::Answer(answer("201 Created", &format!("X-Subject-Token: {token}\r\n"), &body.to_string()))
}

/// The job of this request, ended well.
pub(crate) fn job(request: &Request) -> Act {
    let id = request.line().rsplit('/').next().unwrap();
    Act::Answer(answer("200 OK", "", &serde_json::json!({"job_id": id, "status": 2}).to_string()))
}

/// A time so many minutes from now, as IAM writes it.
pub(crate) fn in_minutes(minutes: i64) -> String {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
    at.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}
