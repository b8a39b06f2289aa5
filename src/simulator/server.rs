//! The listener in front of a [`Cloud`]: one thread, loopback only, a bounded number of connections.
//!
//! It must not know HTTP: `connection` does.

use std::{
    convert::Infallible,
    fmt,
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::Context;
use tokio::{runtime, sync::oneshot, task::JoinSet, time};

use super::{cloud::Cloud, connection};

/// Further ones wait in the system's queue until one of these ends.
const MAX_CONNECTIONS: usize = 256;

/// The address is reachable from other machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLoopback(pub SocketAddr);

impl fmt::Display for NotLoopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the simulator listens on loopback addresses only (127.0.0.1 or [::1]), not on {}", self.0.ip())
    }
}

impl std::error::Error for NotLoopback {}

/// A running simulator; dropping it ends it.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    // `None` only while dropping.
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Where it listens, with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://host:port`, as in `CPH_ENDPOINT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Starts a new simulator on `listen`; port 0: any free one. It accepts connections once this returns. The error is
/// [`NotLoopback`] for an address of another kind; otherwise the system's, such as an address in use.
pub fn start(listen: SocketAddr) -> anyhow::Result<Server> {
    if !listen.ip().is_loopback() {
        return Err(NotLoopback(listen).into());
    }
    let listener = TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
    listener.set_nonblocking(true)?;
    let addr = listener.local_addr()?;
    let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let listener = {
        let _inside = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let (stop, stopped) = oneshot::channel::<Infallible>();
    let thread = thread::Builder::new().name("simulator".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::spawn(accept(listener));
            let _ = stopped.await;
        });
    })?;
    Ok(Server { addr, stop: Some(stop), thread: Some(thread) })
}

async fn accept(listener: tokio::net::TcpListener) {
    let cloud = Arc::new(Mutex::new(Cloud::default()));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        if connections.len() >= MAX_CONNECTIONS {
            connections.join_next().await;
        }
        match listener.accept().await {
            Ok((stream, _)) => drop(connections.spawn(connection::serve(stream, Arc::clone(&cloud)))),
            // For example out of file descriptors: other connections have to close first.
            Err(_) => time::sleep(Duration::from_millis(50)).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read, Write};

    use super::super::{PROJECT_ID, TOKEN, connection::BODY_LIMIT};
    use super::*;

    fn local() -> Server {
        start("127.0.0.1:0".parse().unwrap()).unwrap()
    }

    /// Sends raw bytes; all that comes back before the connection ends.
    fn send(server: &Server, bytes: &[u8]) -> io::Result<String> {
        let mut stream = std::net::TcpStream::connect(server.addr())?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(bytes)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8(answer).unwrap())
    }

    fn get(server: &Server, host: &str, id: &str) -> io::Result<String> {
        let path = format!("/v1/{PROJECT_ID}/cloud-phone/jobs/{id}");
        let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Auth-Token: {TOKEN}\r\nConnection: close\r\n\r\n");
        send(server, head.as_bytes())
    }

    #[test]
    fn answers_over_a_real_socket() {
        let server = local();
        let answer = get(&server, &server.addr().to_string(), "sim-ok").unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: c10d0000"),
            "{head}"
        );
        assert!(body.contains(r#""job_id":"sim-ok""#) && head.contains(&format!("content-length: {}", body.len())));
    }

    #[test]
    fn another_host_is_refused_in_the_header_and_in_the_target() {
        let server = local();
        assert!(get(&server, "evil.example", "sim-ok").unwrap().starts_with("HTTP/1.1 421 "));
        let target = b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        assert!(send(&server, target).unwrap().starts_with("HTTP/1.1 421 "));
    }

    #[test]
    fn a_reset_is_a_reset_and_the_next_connection_is_served() {
        let server = local();
        assert!(get(&server, "localhost", "sim-flaky").unwrap().starts_with("HTTP/1.1 503 "));
        assert_eq!(get(&server, "localhost", "sim-flaky").unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert!(get(&server, "localhost", "sim-flaky").unwrap().starts_with("HTTP/1.1 200 "));
    }

    #[test]
    fn bodies_are_bounded() {
        let server = local();
        let post = |length: usize| {
            let head =
                format!("POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
            send(&server, &[head.into_bytes(), vec![b'x'; length]].concat()).unwrap()
        };
        assert!(post(BODY_LIMIT).starts_with("HTTP/1.1 404 "));
        assert!(post(BODY_LIMIT + 1).starts_with("HTTP/1.1 413 "));
    }

    #[test]
    fn connections_above_the_limit_wait() {
        let server = local();
        let mut idle: Vec<_> =
            (0..MAX_CONNECTIONS).map(|_| std::net::TcpStream::connect(server.addr()).unwrap()).collect();
        let mut late = std::net::TcpStream::connect(server.addr()).unwrap();
        late.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        late.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let waiting = late.read(&mut [0]).unwrap_err();
        assert!(matches!(waiting.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut));
        idle.pop();
        late.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let mut answer = String::new();
        late.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 404 "));
    }

    #[test]
    fn it_listens_on_loopback_only_and_dropping_ends_it() {
        for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
            assert!(start(listen.parse().unwrap()).unwrap_err().is::<NotLoopback>(), "{listen}");
        }
        let server = local();
        let addr = server.addr();
        assert_eq!(server.url(), format!("http://{addr}"));
        assert!(start(addr).unwrap_err().to_string().starts_with("cannot listen on 127.0.0.1:"));
        drop(server);
        assert!(std::net::TcpStream::connect(addr).is_err());
    }
}
