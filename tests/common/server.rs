//! A server that misbehaves as a test wants it to: raw bytes over loopback, a script that says what to do with each
//! request, and a record of every byte that was received.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use cph::simulator;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// For a peer that does not close the connection: the longest look is 30 s.
const TIMEOUT: Duration = Duration::from_secs(100);

/// One thing the server does with a connection.
#[derive(Debug, Clone)]
pub enum Act {
    /// These bytes, at once.
    Send(Vec<u8>),
    /// The same bytes so many times, unless the peer closes before.
    Flood(Vec<u8>, usize),
    /// One byte a second, and from the start again, until the peer closes.
    Drip(Vec<u8>),
    /// What this server's own simulator answers to the same bytes.
    Forward,
    /// Nothing for so long.
    Wait(Duration),
    /// Nothing, until the peer closes.
    Stall,
    /// A normal close.
    Close,
    /// A connection reset.
    Reset,
}

/// What happens to one request; without an ending act the connection is kept.
pub type Reply = Vec<Act>;

/// A well-formed response.
pub fn http(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} Some Words\r\nContent-Length: {length}\r\nX-Request-Id: req-77\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

pub fn json(status: u16, body: impl AsRef<[u8]>) -> Vec<u8> {
    http(status, "Content-Type: application/json\r\n", body)
}

pub fn success_of(job_id: &str) -> Vec<u8> {
    json(200, format!(r#"{{"job_id":"{job_id}","status":2}}"#))
}

pub fn send(bytes: impl Into<Vec<u8>>) -> Reply {
    vec![Act::Send(bytes.into())]
}

pub fn send_and_close(bytes: impl Into<Vec<u8>>) -> Reply {
    vec![Act::Send(bytes.into()), Act::Close]
}

pub fn forward() -> Reply {
    vec![Act::Forward]
}

pub fn stall() -> Reply {
    vec![Act::Stall]
}

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    /// Every byte of it.
    pub bytes: Vec<u8>,
    /// When it was complete, since the first one was: a program starts late on a busy machine.
    pub at: Duration,
}

impl Request {
    /// Head and body.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    /// The lines of the head, and the body.
    fn parts(&self) -> (&str, &str) {
        self.text().split_once("\r\n\r\n").unwrap()
    }

    pub fn body(&self) -> &str {
        self.parts().1
    }

    /// First line, and the headers with names in lower case, in order.
    pub fn parsed(&self) -> (String, Vec<(String, String)>) {
        let mut lines = self.parts().0.split("\r\n");
        let first = lines.next().unwrap().to_owned();
        let pair =
            |line: &str| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        (first, lines.map(|line| pair(line).unwrap()).collect())
    }

    /// Method and target: `GET /v3/projects?name=x`.
    pub fn line(&self) -> &str {
        self.parts().0.lines().next().unwrap().trim_end_matches(" HTTP/1.1")
    }

    /// The target: path and query.
    pub fn target(&self) -> &str {
        self.line().split(' ').nth(1).unwrap()
    }

    /// A value of the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target().split_once('?')?;
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(found, _)| *found == name).map(|pair| pair.1)
    }

    /// A header's value; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let headers = self.parts().0.split("\r\n").skip(1).filter_map(|line| line.split_once(": "));
        headers.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// The job asked for: the last segment of the path.
    pub fn job_id(&self) -> String {
        self.target().rsplit('/').next().unwrap().to_owned()
    }

    /// Whether it asks for one job.
    pub fn is_job(&self) -> bool {
        self.target().contains("/cloud-phone/jobs/")
    }

    /// Whether it asks for the jobs of a request.
    pub fn lists(&self) -> bool {
        self.job_id().starts_with("jobs?")
    }

    /// Whether it asks for the project's phones.
    pub fn lists_phones(&self) -> bool {
        self.job_id().starts_with("phones?")
    }

    pub fn is_login(&self) -> bool {
        self.line().starts_with("POST /v3/auth/tokens")
    }
}

/// Which reply belongs to a request: the request and its number, from 0.
pub type Choose = dyn Fn(&Request, usize) -> Reply + Send + Sync;

/// What a server does.
#[derive(Clone)]
pub enum Script {
    /// One reply for each request; the last repeats.
    Replies(Vec<Reply>),
    /// Accepted, and then this, whatever is sent.
    Connections(Vec<Act>),
    /// By what was asked.
    By(Arc<Choose>),
    /// Made for each server, for scripts with state.
    Fresh(Arc<dyn Fn() -> Script + Send + Sync>),
}

pub fn fresh(make: impl Fn() -> Script + Send + Sync + 'static) -> Script {
    Script::Fresh(Arc::new(make))
}

pub fn by(choose: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Script {
    Script::By(Arc::new(choose))
}

/// The same reply, whatever is asked.
pub fn always(reply: Reply) -> Script {
    Script::Replies(vec![reply])
}

struct Seen {
    /// When the first request was complete.
    first: OnceLock<Instant>,
    requests: Mutex<Vec<Request>>,
    connections: AtomicUsize,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    stopped: AtomicBool,
    /// Started for the first `Forward`.
    simulator: OnceLock<simulator::Server>,
}

/// A running server; gone when dropped.
pub struct Faulty {
    address: SocketAddr,
    seen: Arc<Seen>,
}

impl Faulty {
    pub fn start(script: Script) -> Self {
        Self::start_tls(script, None)
    }

    /// Behind TLS, if there is a configuration for it.
    pub fn start_tls(script: Script, tls: Option<Arc<ServerConfig>>) -> Self {
        let script = if let Script::Fresh(make) = script { make() } else { script };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen {
            first: OnceLock::new(),
            requests: Mutex::default(),
            connections: AtomicUsize::new(0),
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            simulator: OnceLock::new(),
        });
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (script, tls, seen) = (script.clone(), tls.clone(), Arc::clone(&shared));
                thread::spawn(move || match tls {
                    None => serve(&stream, &script, &seen),
                    Some(config) => serve_tls(stream, config, &script, &seen),
                });
            }
        });
        Self { address, seen }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// All requests as one text.
    pub fn all_text(&self) -> String {
        self.requests().iter().map(Request::text).collect()
    }

    pub fn count(&self, wanted: impl Fn(&Request) -> bool) -> usize {
        self.requests().iter().filter(|request| wanted(request)).count()
    }

    /// Logins, and questions about one job.
    pub fn logins_and_looks(&self) -> (usize, usize) {
        (self.count(Request::is_login), self.count(Request::is_job))
    }

    /// Waits for the first request.
    pub fn wait_for_request(&self) {
        let started = Instant::now();
        while self.requests().is_empty() {
            assert!(started.elapsed().as_secs() < 20, "no request came");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// The most requests that waited for an answer at the same time.
    pub fn most_in_flight(&self) -> usize {
        self.seen.most_in_flight.load(Ordering::SeqCst)
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.seen.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

/// A port that refuses connections, and that no other process gets meanwhile: the far end of a connection that stays
/// open. A port that was only free once may be another row's listener by now. The near end's would do for one connection
/// in 17,000 what Linux does there: it gives the new connection the same port as its own, and joins it to itself.
pub fn refusing_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let near = TcpStream::connect(address).unwrap();
    std::mem::forget((near, listener.accept().unwrap()));
    address.port()
}

fn serve(stream: &TcpStream, script: &Script, seen: &Seen) {
    let _ = stream.set_read_timeout(Some(TIMEOUT));
    let _ = stream.set_write_timeout(Some(TIMEOUT));
    let _ = stream.set_nodelay(true);
    if let Script::Connections(acts) = script {
        if acts.iter().any(|act| matches!(act, Act::Reset)) {
            let _ = stream.peek(&mut [0]);
        }
        act(stream, stream, acts, &AtomicUsize::new(1));
        return;
    }
    loop {
        let mut peeked = vec![0; 64 * 1024];
        // Peeked first: a socket that is closed with unread bytes in it is a reset.
        let Some(length) = peek_request(stream, &mut peeked) else { return };
        peeked.truncate(length);
        let reply = chosen(script, peeked, seen);
        if !reply.iter().any(|act| matches!(act, Act::Reset)) {
            let mut taken = vec![0; length];
            if (&*stream).read_exact(&mut taken).is_err() {
                return;
            }
        }
        if !act(stream, stream, &reply, &seen.in_flight) {
            return;
        }
    }
}

fn serve_tls(stream: TcpStream, config: Arc<ServerConfig>, script: &Script, seen: &Seen) {
    let _ = stream.set_read_timeout(Some(TIMEOUT));
    let raw = stream.try_clone().unwrap();
    let mut tls = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    loop {
        let mut bytes = Vec::new();
        while whole_length(&bytes) != Some(bytes.len()) {
            let mut byte = [0];
            match tls.read(&mut byte) {
                Ok(1) => bytes.extend(byte),
                _ => {
                    // A close with unread bytes would be a reset, and take an alert with it.
                    let _ = raw.shutdown(Shutdown::Write);
                    return wait_for_the_end(&raw);
                }
            }
        }
        let reply = chosen(script, bytes, seen);
        if !act(&mut tls, &raw, &reply, &seen.in_flight) {
            return;
        }
    }
}

/// How long the request is, once it is there as a whole.
fn peek_request(stream: &TcpStream, buffer: &mut [u8]) -> Option<usize> {
    let mut before = 0;
    loop {
        let there = stream.peek(buffer).ok().filter(|there| *there > 0)?;
        if let Some(length) = whole_length(&buffer[..there]).filter(|length| *length <= there) {
            return Some(length);
        }
        if there == before {
            // A peek does not wait for more than it has seen.
            thread::sleep(Duration::from_millis(5));
        }
        before = there;
    }
}

/// How long the request that begins like this will be: known once its head is whole.
fn whole_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let request = Request { bytes: bytes[..head].to_vec(), at: Duration::ZERO };
    let body = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    Some(head + body)
}

fn chosen(script: &Script, bytes: Vec<u8>, seen: &Seen) -> Reply {
    let in_flight = seen.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
    seen.most_in_flight.fetch_max(in_flight, Ordering::SeqCst);
    let request = Request { bytes, at: seen.first.get_or_init(Instant::now).elapsed() };
    let number = {
        let mut requests = seen.requests.lock().unwrap();
        requests.push(request.clone());
        requests.len() - 1
    };
    let reply = match script {
        Script::Replies(replies) => replies.get(number).or(replies.last()).unwrap().clone(),
        Script::By(choose) => choose(&request, number),
        Script::Connections(_) | Script::Fresh(_) => unreachable!("reads no request"),
    };
    let forwarded = |act| match act {
        Act::Forward => Act::Send(pass_on(seen.simulator.get_or_init(super::simulator).addr(), &request)),
        act => act,
    };
    reply.into_iter().map(forwarded).collect()
}

/// What another server answers to the very same bytes: the host that was signed is a name of this machine, too.
fn pass_on(server: SocketAddr, request: &Request) -> Vec<u8> {
    let mut stream = TcpStream::connect(server).unwrap();
    let closing = request.text().replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
    stream.write_all(closing.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// Whether the connection is kept.
fn act(mut writer: impl Write, stream: &TcpStream, acts: &[Act], in_flight: &AtomicUsize) -> bool {
    let last = acts.len().saturating_sub(1);
    for (n, act) in acts.iter().enumerate() {
        if n == last {
            // Before the answer is whole: its reader may send the next request before this thread runs again.
            in_flight.fetch_sub(1, Ordering::SeqCst);
        }
        let going_on = match act {
            Act::Send(bytes) => writer.write_all(bytes).and_then(|()| writer.flush()).is_ok(),
            Act::Flood(bytes, times) => (0..*times).all(|_| writer.write_all(bytes).is_ok()),
            Act::Drip(bytes) => drip(&mut writer, stream, bytes),
            Act::Forward => unreachable!("is a Send by now"),
            Act::Wait(time) => {
                thread::sleep(*time);
                true
            }
            Act::Stall => {
                wait_for_the_end(stream);
                false
            }
            Act::Close => {
                let _ = stream.shutdown(Shutdown::Write);
                wait_for_the_end(stream);
                false
            }
            Act::Reset => false,
        };
        if !going_on {
            return false;
        }
    }
    true
}

fn drip(writer: &mut impl Write, stream: &TcpStream, bytes: &[u8]) -> bool {
    let ends = Instant::now() + TIMEOUT;
    let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
    for byte in bytes.iter().cycle() {
        if Instant::now() > ends || writer.write_all(&[*byte]).is_err() {
            break;
        }
        match (&*stream).read(&mut [0; 1024]) {
            // What a peer still says, such as a ClientHello, changes nothing.
            Ok(1..) => {}
            Err(reason) if matches!(reason.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            _ => break,
        }
    }
    false
}

/// Reads until the peer has gone, so that the end is no reset.
fn wait_for_the_end(stream: &TcpStream) {
    let mut rest = [0; 4096];
    while matches!((&*stream).read(&mut rest), Ok(1..)) {}
}
