//! A connection that never comes to be: packets that are dropped, a proxy that is silent, a name server that never
//! answers. Told as such within three rounds of 5 s, and the process ends by itself.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use cph::simulator::PROJECT_ID;

use crate::broken_services::certificates::Certificate;
use crate::broken_services::row::{JOB, Signer, signed_in};
use crate::common::server::{Act, Faulty, Script};
use crate::common::{Cph, Run, cph};

/// Three attempts of 5 s, and pauses of 0.25 to 1 s between them.
pub const THREE_ROUNDS: std::ops::RangeInclusive<u64> = 15..=19;

/// A listener whose queue is full: the kernel drops every further SYN, as a firewall would.
struct Full {
    address: SocketAddr,
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Full {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        let listener = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
            socket.listen(1).unwrap().into_std().unwrap()
        });
        let address = listener.local_addr().unwrap();
        let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(300)).ok();
        let queue: Vec<TcpStream> = std::iter::from_fn(connect).take(100).collect();
        assert!(queue.len() < 100, "the queue is never full");
        Self { address, _listener: listener, _queue: queue }
    }
}

/// With a credential, and a bundle of certificates whether or not this machine has one.
fn ready(call: Cph) -> Cph {
    Certificate::good().trusted_by(signed_in(call, Signer::Token))
}

fn told_as_no_connection(run: &Run) {
    assert_eq!(run.exit(), 6, "{run}");
    assert!(run.stderr.starts_with("cph: error[unreachable]: "), "{run}");
    assert!(run.stderr.contains(": no connection within 5 s"), "{run}");
    assert!(run.stderr.contains("hint: check the network, the proxy and the endpoint"), "{run}");
    assert!(THREE_ROUNDS.contains(&run.took.as_secs()), "{:?}: {run}", run.took);
}

#[test]
fn what_never_connects_is_told_as_that() {
    std::thread::scope(|scope| {
        // Other systems may refuse what a full queue does not take.
        for scheme in ["http", "https"].into_iter().filter(|_| cfg!(target_os = "linux")) {
            scope.spawn(move || {
                let full = Full::start();
                let endpoint = format!("{scheme}://{}", full.address);
                let run = ready(cph(["job", "show", JOB]).at(&endpoint)).run();
                told_as_no_connection(&run);
                assert!(run.stderr.contains("(3 attempts)"), "{run}");
            });
        }
        let through = |proxy: String| {
            let call = cph(["job", "show", JOB]).env("CPH_REGION", "cn-north-4").env("CPH_PROJECT_ID", PROJECT_ID);
            let run = ready(call).env("HTTPS_PROXY", proxy).run();
            told_as_no_connection(&run);
            assert!(run.stderr.contains("(through the proxy in HTTPS_PROXY"), "{run}");
        };
        for scheme in ["http", "socks5h"] {
            scope.spawn(move || {
                let silent = Faulty::start(Script::Connections(vec![Act::Stall]));
                through(format!("{scheme}://127.0.0.1:{}", silent.port()));
            });
        }
        for scheme in ["http", "socks5h"].into_iter().filter(|_| cfg!(target_os = "linux")) {
            scope.spawn(move || {
                let full = Full::start();
                through(format!("{scheme}://{}", full.address));
            });
        }
    });
}

#[test]
fn a_name_that_is_not_found_is_told_as_that() {
    // No name server is asked: a label has 63 bytes at most. (The library refuses such a name of a server by itself.)
    let host = format!("{}.invalid", "a".repeat(64));
    for scheme in ["http", "socks5h"] {
        let call =
            cph(["job", "show", JOB]).at("https://cph.example").env("HTTPS_PROXY", format!("{scheme}://{host}:1"));
        let run = ready(call).run();
        assert_eq!(run.exit(), 6, "{run}");
        assert!(run.stderr.starts_with("cph: error[unreachable]: "), "{run}");
        assert!(run.stderr.contains("\nhint: check the host name"), "{run}");
    }
}

/// In a mount namespace of its own, where names are looked up in a pipe that nobody writes to: no look-up ever ends.
#[cfg(target_os = "linux")]
fn without_names(arguments: &[&str]) -> Option<Run> {
    use crate::common::{CPH, program};

    let folder = tempfile::tempdir().unwrap();
    let hosts = folder.path().join("hosts");
    let made = std::process::Command::new("mkfifo").arg(&hosts).status();
    // The guard is for a process that waits for its look-ups.
    let script = "mount --bind \"$1\" /etc/hosts || exit 99; shift; exec timeout 60 \"$0\" \"$@\"";
    let before = ["-rm", "--", "/bin/sh", "-c", script, CPH, hosts.to_str().unwrap()];
    let call = program("unshare", before.iter().chain(arguments)).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let call = call.env("CPH_REGION", "cn-north-4").env("CPH_PROJECT_ID", PROJECT_ID);
    let run = ready(call).run();
    if made.is_err() || run.exit() == 99 || run.stderr.starts_with("unshare:") {
        println!("skipped: no mount namespace here ({})", run.stderr.trim());
        return None;
    }
    Some(run)
}

#[cfg(target_os = "linux")]
#[test]
fn look_ups_that_never_end_do_not_keep_the_process() {
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let Some(run) = without_names(&["job", "show", JOB]) else { return };
            told_as_no_connection(&run);
        });
        scope.spawn(|| {
            let Some(run) = without_names(&["auth", "status"]) else { return };
            // IAM and CPH, one after the other, share the 30 s.
            assert!(run.exit() == 6 && run.took <= Duration::from_secs(32), "{:?}: {run}", run.took);
            assert!(run.stderr.starts_with("cph: error[unreachable]: "), "{run}");
        });
        scope.spawn(|| {
            let Some(run) = without_names(&["job", "wait", "--timeout", "2s", JOB]) else { return };
            assert!(run.exit() == 6 && run.took < Duration::from_secs(3), "{:?}: {run}", run.took);
        });
    });
}
