//! Pipes, full disks, closed descriptors and signals, for real.

use std::os::unix::process::ExitStatusExt as _;
use std::time::{Duration, Instant};

use cph::simulator::Server;
use rustix::process::{Pid, Signal, kill_process};

use crate::common::server::{Faulty, always, stall};
use crate::common::{Run, cph, path_with_cph, program, simulator};

/// A line for bash, with `cph` in its PATH.
fn bash(server: &Server, line: &str) -> Run {
    program("bash", ["-c", line]).on(server).env("PATH", path_with_cph()).run()
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_was_lost_is_exit_3() {
    let server = simulator();
    for line in [
        "cph job show sim-ok >/dev/full",
        "cph job show sim-fail -o json >/dev/full",
        "cph job show sim-fail -o jsonl >/dev/full",
        "cph job show sim-fail --field status >/dev/full",
        "cph --help >/dev/full",
        "cph --version >/dev/full",
        "cph job show --help >/dev/full",
        "cph explain CPS.0005 >/dev/full",
        "cph config >/dev/full",
        "cph completion bash >/dev/full",
        "cph simulator >/dev/full",
    ] {
        let run = bash(&server, line);
        assert_eq!(run.exit(), 3, "{line}: {run}");
        assert!(run.stderr.contains("cph: error[io]: "), "{line}: {run}");
    }
    for (line, exit) in [("cph job show -q sim-fail >/dev/full", 1), ("cph job show sim-404 >/dev/full", 5)] {
        assert_eq!(bash(&server, line).exit(), exit, "nothing was to be written: {line}");
    }
    assert_eq!(bash(&server, "cph job show sim-404 2>/dev/full").exit(), 5, "stderr changes nothing");
}

#[test]
fn a_closed_pipe_is_silent_and_keeps_the_code() {
    let server = simulator();
    for (command, exit) in [
        ("cph job show -o json sim-fail", 1),
        ("cph job show -o jsonl sim-fail", 1),
        ("cph job show sim-ok", 0),
        ("cph job show --help", 0),
        ("cph completion zsh", 0),
        ("cph job show sim-running", 8),
    ] {
        // The reader is gone before cph begins.
        let line = format!("{{ sleep 0.3; {command}; }} | true; exit ${{PIPESTATUS[0]}}");
        let run = bash(&server, &line);
        assert_eq!((run.exit(), run.stderr.as_str()), (exit, ""), "{command}: {run}");
    }
}

#[test]
fn descriptors_that_were_closed_from_the_start_keep_the_code() {
    let server = simulator();
    for closed in [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"] {
        for (id, exit) in [("sim-ok", 0), ("sim-fail", 1), ("sim-404", 5), ("sim-running", 8), ("a/b", 2)] {
            for form in ["-q", "-o json", "-o jsonl", ""] {
                let run = bash(&server, &format!("cph job show {form} {id} {closed}"));
                assert_eq!(run.exit(), exit, "{form} {id} {closed}: {run}");
            }
        }
    }
    assert_eq!(bash(&server, "cph job show - <.").exit(), 3, "a folder can't be read");
}

#[test]
fn a_signal_kills_for_real_while_a_request_hangs() {
    for (signal, number) in [(Signal::INT, 2), (Signal::TERM, 15)] {
        let server = Faulty::start(always(stall()));
        let (mut child, _home) = cph(["job", "show", "sim-ok"]).at(&server.url()).env("CPH_TOKEN", "t").start();
        server.wait_for_request();
        let signalled = Instant::now();
        kill_process(Pid::from_child(&child), signal).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(number), "{status}");
        assert!(signalled.elapsed() < Duration::from_secs(10));
    }
}
