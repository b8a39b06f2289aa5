//! Machines with tight limits: few descriptors, no room in a pipe or a file, and `cph` as the first process.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use cph::simulator::{PROJECT_ID, Server, TOKEN};

#[cfg(target_os = "linux")]
use crate::common::Cph;
#[cfg(target_os = "linux")]
use crate::common::server::{Faulty, always, stall};
use crate::common::{CPH, Run, path_with_cph, program, simulator};

/// A line for bash, with `cph` in its PATH.
fn bash(server: &Server, line: &str) -> Run {
    program("bash", ["-c", line]).on(server).env("PATH", path_with_cph()).run()
}

#[test]
fn few_descriptors_cost_no_answer_or_are_named() {
    let server = simulator();
    let (mut answered, mut named) = (0, 0);
    for limit in 3..=32 {
        for (id, exit) in [("sim-fail", 1), ("sim-ok", 0), ("sim-running", 8)] {
            let run = bash(&server, &format!("ulimit -n {limit}; exec cph job show --field status {id}"));
            if run.exit() == exit {
                assert!(run.stdout.ends_with('\n') && run.stderr.is_empty(), "{limit}: {run}");
                answered += 1;
            } else if run.exit() == 127 {
                // The loader itself found no descriptor.
                assert!(limit < 5, "{limit}: {run}");
            } else {
                let is_named = run.stderr.contains("os error 24") && run.stderr.contains("ulimit -n");
                assert!(run.exit() == 3 && is_named && limit < 16, "{limit} {id}: {run}");
                named += 1;
            }
        }
    }
    assert!(answered > 40 && named > 0, "{answered} {named}");
}

/// Sixteen connections at once are more than there may be.
#[test]
fn few_descriptors_and_many_jobs() {
    let server = simulator();
    for limit in [16, 20, 24] {
        let requests = "--request-id sim-req-3-1 --request-id sim-req-250";
        let run = bash(&server, &format!("ulimit -n {limit}; exec cph job show -q {requests}"));
        assert_eq!(run.exit(), 1, "{limit}: {run}");
        let ids = "sim-fail sim-ok sim-running sim-cjk sim-escape sim-fail-1s sim-fail-2s sim-fail-3s sim-fail-4s \
                   sim-fail-5s sim-ok-1s sim-ok-2s sim-ok-3s sim-ok-4s sim-ok-5s sim-ok-6s sim-ok-7s sim-ok-8s";
        let run = bash(&server, &format!("ulimit -n {limit}; exec cph job show --field status {ids}"));
        assert!(run.exit() == 1 && run.stdout.lines().count() == 18, "{limit}: {run}");
    }
}

/// The system's look-up of a name does not say what it lacked.
#[test]
fn a_lookup_without_a_free_descriptor_is_reported_as_such() {
    let server = simulator();
    let mut first = None;
    for limit in 5..=16 {
        let line = format!("ulimit -n {limit}; CPH_ENDPOINT=https://cph.invalid exec cph job show j");
        let run = bash(&server, &line);
        let is_early =
            ["loading shared", "can't start", "can't be read"].iter().any(|words| run.stderr.contains(words));
        assert!(is_early && [3, 127].contains(&run.exit()) || [3, 6].contains(&run.exit()), "{limit}: {run}");
        if !is_early && first.is_none() {
            first = Some(run);
        }
    }
    let first = first.unwrap();
    assert!(first.exit() == 3 && first.stderr.contains("no connection can be opened here"), "{first}");
}

#[test]
fn a_closed_stdin_is_exit_3_and_an_empty_one_2() {
    let server = simulator();
    for (line, exit) in [
        ("cph job show - <&-", 3),
        ("cph job wait - <&-", 3),
        ("cph job show - <&- >&- 2>&-", 3),
        ("cph job show - </dev/null", 2),
        ("cph job show -q sim-ok <&-", 0),
    ] {
        let run = bash(&server, line);
        assert_eq!(run.exit(), exit, "{line}: {run}");
    }
    let run = bash(&server, "cph job show -o json - <&-");
    assert!(run.exit() == 3 && run.stderr.contains("it was closed") && run.json()["error"]["code"] == "io", "{run}");
}

#[test]
fn a_file_that_may_not_grow_is_exit_3() {
    let server = simulator();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("f");
    let file = file.display();
    for (line, exit) in [
        (format!("ulimit -f 0; cph job show sim-fail >{file}"), 3),
        (format!("ulimit -f 0; cph --help >{file}"), 3),
        (format!("ulimit -f 0; cph job show -q sim-fail >{file}"), 1),
        (format!("ulimit -f 0; cph job show sim-404 2>{file}"), 5),
        (format!("ulimit -f 0; cph job show -q -v sim-fail 2>{file}"), 1),
    ] {
        assert_eq!(bash(&server, &line).exit(), exit, "{line}");
    }
    let run = bash(&server, &format!("ulimit -f 0; cph job show sim-fail >{file}"));
    assert!(run.stderr.contains("ulimit -f"), "{run}");
    let user = "unset CPH_ACCESS_KEY CPH_SECRET_KEY; export CPH_USERNAME=simulator CPH_DOMAIN_NAME=simulator-account";
    let login = format!("{user} CPH_PASSWORD=Simulator-Password-not-a-secret CPH_IAM_ENDPOINT=$CPH_ENDPOINT");
    let run = bash(&server, &format!("{login}; ulimit -f 0; cph job show -q sim-fail"));
    assert_eq!(run.exit(), 1, "the cache is never needed: {run}");
}

/// A full non-blocking pipe is waited for, on both streams.
#[test]
fn a_full_non_blocking_pipe_loses_nothing() {
    let server = simulator();
    for stream in ["stdout", "stderr"] {
        let (mut reader, writer) = std::io::pipe().unwrap();
        rustix::io::ioctl_fionbio(&writer, true).unwrap();
        let mut filler = writer.try_clone().unwrap();
        let mut filled = 0;
        while let Ok(count) = filler.write(&[b'.'; 4096]) {
            filled += count;
        }
        drop(filler);
        let mut command = Command::new(CPH);
        command.args(["job", "show", "-vv", "-o", "json", "--request-id", "sim-req-250"]).env_clear();
        command.env("CPH_ENDPOINT", server.url()).env("CPH_PROJECT_ID", PROJECT_ID).env("CPH_TOKEN", TOKEN);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if stream == "stdout" {
            command.stdout(writer)
        } else {
            command.stderr(writer)
        };
        let mut child = command.spawn().unwrap();
        // It holds the pipe, too.
        drop(command);
        std::thread::sleep(Duration::from_millis(700));
        let mut text = Vec::new();
        reader.read_to_end(&mut text).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{stream}");
        let text = &text[filled..];
        if stream == "stdout" {
            assert!(text.len() > 65_536 && serde_json::from_slice::<serde_json::Value>(text).is_ok(), "{}", text.len());
        } else {
            assert!(text.starts_with(b"cph: GET ") && text.ends_with(b"\n"), "{}", String::from_utf8_lossy(text));
        }
    }
}

/// Skipped where nobody may make a container.
#[test]
#[cfg(target_os = "linux")]
fn as_the_first_process_a_signal_ends_it() {
    let may = Command::new("unshare").args(["-pf", "--mount-proc", "true"]).stderr(Stdio::null()).status();
    if !may.is_ok_and(|status| status.success()) {
        println!("skipped: unshare -pf --mount-proc is not allowed here");
        return;
    }
    let server = Faulty::start(always(stall()));
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let commands =
            ["job show j", "job wait j", "simulator", "simulator -- sleep 30", "simulator -- sh -c 'sleep 30; true'"];
        for command in commands {
            // The first process of a namespace is ended from outside, like a container's. Until it handles signals it
            // ignores them.
            let line = format!(
                "unshare -pf --mount-proc \"$0\" {command} >/dev/null & \
                 while sleep 0.3; [ -e /proc/$!/task/$!/children ] && first=$(cat /proc/$!/task/$!/children); do \
                 [ -z \"$first\" ] || kill -{signal} $first; done 2>/dev/null; wait $!; echo $?"
            );
            let call: Cph = program("bash", ["-c", &line, CPH]).at(&server.url()).env("CPH_TOKEN", "t");
            let run = call.env("PATH", std::env::var_os("PATH").unwrap()).run();
            assert_eq!(run.stdout, format!("{code}\n"), "{signal} {command}: {run}");
            assert!(run.took < Duration::from_secs(20), "{command}: {:?}", run.took);
        }
    }
}
