//! A server that misbehaves on purpose: raw bytes over loopback, told by a script what to do with each request,
//! and a record of every byte it was sent.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Nobody waits longer for a peer that does not go away: the longest look is 30 s.
const PATIENCE: Duration = Duration::from_secs(100);

/// One thing the server does with a connection.
#[derive(Debug, Clone)]
pub enum Act {
    /// These bytes, at once.
    Send(Vec<u8>),
    /// The same bytes so many times, unless the peer goes away before.
    Flood(Vec<u8>, usize),
    /// One byte a second, and from the start again, until the peer goes away.
    Drip(Vec<u8>),
    /// Nothing for so long.
    Wait(Duration),
    /// Nothing, until the peer goes away.
    Stall,
    /// The end: no more bytes, in good order.
    Close,
    /// The end: a reset.
    Reset,
}

/// What happens to one request; without an ending act the connection is kept.
pub type Reply = Vec<Act>;

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    /// Every byte of it.
    pub bytes: Vec<u8>,
    /// When it was there.
    pub at: Instant,
}

impl Request {
    /// First line, and the headers with names in lower case, in order.
    pub fn parsed(&self) -> (String, Vec<(String, String)>) {
        let text = std::str::from_utf8(&self.bytes).unwrap();
        let head = text.strip_suffix("\r\n\r\n").unwrap();
        let mut lines = head.split("\r\n");
        let first = lines.next().unwrap().to_owned();
        let pair =
            |line: &str| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        (first, lines.map(|line| pair(line).unwrap()).collect())
    }

    pub fn header(&self, name: &str) -> Option<String> {
        self.parsed().1.into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// The job asked for: the last segment of the path.
    pub fn job_id(&self) -> String {
        let (first, _) = self.parsed();
        first.split(' ').nth(1).and_then(|path| path.rsplit('/').next()).unwrap().to_owned()
    }

    /// Whether it asks for the jobs of a request.
    pub fn lists(&self) -> bool {
        self.job_id().starts_with("jobs?")
    }
}

/// Which reply belongs to a request: the request and its number, from 0.
pub type Chosen = dyn Fn(&Request, usize) -> Reply + Send + Sync;

/// What a server does.
#[derive(Clone)]
pub enum Script {
    /// One reply for each request; the last repeats.
    Replies(Vec<Reply>),
    /// Accepted, and then this, whatever is sent.
    Connections(Vec<Act>),
    /// By what was asked.
    By(Arc<Chosen>),
}

pub fn by(choose: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Script {
    Script::By(Arc::new(choose))
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<Request>>,
    connections: AtomicUsize,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    stopped: AtomicBool,
}

/// A running server; gone when dropped.
pub struct Faulty {
    address: SocketAddr,
    seen: Arc<Seen>,
}

impl Faulty {
    pub fn start(script: Script, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
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

    pub fn requests(&self) -> Vec<Request> {
        self.seen.requests.lock().unwrap().clone()
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

/// A port that refuses, and that nobody else is given meanwhile: the near end of a connection that stays open. A port
/// that was only free once may be another row's listener by now.
pub fn refusing_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let port = near.local_addr().unwrap().port();
    std::mem::forget((listener, near));
    port
}

fn serve(stream: &TcpStream, script: &Script, seen: &Seen) {
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = stream.set_write_timeout(Some(PATIENCE));
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
        let Some(length) = head_length(|bytes| stream.peek(bytes), &mut peeked) else { return };
        peeked.truncate(length);
        let reply = chosen(script, Request { bytes: peeked, at: Instant::now() }, seen);
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
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let raw = stream.try_clone().unwrap();
    let mut tls = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    loop {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            match tls.read(&mut byte) {
                Ok(1) => bytes.extend(byte),
                _ => return,
            }
        }
        let reply = chosen(script, Request { bytes, at: Instant::now() }, seen);
        if !act(&mut tls, &raw, &reply, &seen.in_flight) {
            return;
        }
    }
}

/// How long the head is, once it is there as a whole.
fn head_length(mut peek: impl FnMut(&mut [u8]) -> std::io::Result<usize>, buffer: &mut [u8]) -> Option<usize> {
    let mut before = 0;
    loop {
        let there = peek(buffer).ok().filter(|there| *there > 0)?;
        if let Some(at) = buffer[..there].windows(4).position(|end| end == b"\r\n\r\n") {
            return Some(at + 4);
        }
        if there == before {
            // A peek does not wait for more than it has seen.
            thread::sleep(Duration::from_millis(5));
        }
        before = there;
    }
}

fn chosen(script: &Script, request: Request, seen: &Seen) -> Reply {
    let flying = seen.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
    seen.most_in_flight.fetch_max(flying, Ordering::SeqCst);
    let number = {
        let mut requests = seen.requests.lock().unwrap();
        requests.push(request.clone());
        requests.len() - 1
    };
    match script {
        Script::Replies(replies) => replies.get(number).or(replies.last()).unwrap().clone(),
        Script::By(choose) => choose(&request, number),
        Script::Connections(_) => unreachable!("reads no request"),
    }
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
    let ends = Instant::now() + PATIENCE;
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
