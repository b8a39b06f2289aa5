//! `cph simulator` as a user runs it.

use snapbox::str;

use crate::common::{cph, shows};

#[test]
fn it_listens_on_loopback_only() {
    shows(
        cph(["simulator", "--listen", "0.0.0.0:0", "--", "true"]).run().shown(),
        str![[r#"
------- stderr -------
error: the simulator listens on loopback addresses only (127.0.0.1 or [::1]), not on 0.0.0.0

Usage: cph simulator [OPTIONS] [-- <COMMAND>...]

For more information, try '--help'.
[exit status: 2]

"#]],
    );
    for listen in ["[::]:0", "192.0.2.1:80", "localhost", "127.0.0.1", "x"] {
        assert_eq!(cph(["simulator", "--listen", listen, "--", "true"]).run().exit(), 2, "{listen}");
    }
}

#[test]
fn an_empty_command_does_not_serve_for_ever() {
    shows(
        cph(["simulator", "--"]).run().shown(),
        str![[r#"
------- stderr -------
error: no command behind '--'

  tip: without '--', the simulator serves until it is killed

Usage: cph simulator [OPTIONS] [-- <COMMAND>...]

For more information, try '--help'.
[exit status: 2]

"#]],
    );
}

#[cfg(unix)]
mod unix {
    use std::io::{BufRead as _, BufReader};
    use std::os::unix::process::ExitStatusExt as _;

    use rustix::process::{Pid, Signal, kill_process};

    use super::*;
    use crate::common::{CPH, Cph, Run, path_with_cph, program};

    fn simulated(credential: &str, script: &str) -> Run {
        let arguments = ["simulator", "--credential", credential, "--", "sh", "-c", script];
        cph(arguments).env("PATH", std::env::var_os("PATH").unwrap_or_default()).run()
    }

    #[test]
    fn the_commands_code_and_streams_are_passed() {
        for (script, exit) in [
            ("exit 0", 0),
            ("exit 37", 37),
            ("exit 255", 255),
            ("kill -KILL $$", 137),
            ("kill -TERM $$", 143),
            ("cph job show -q sim-fail", 1),
            ("cph job show -q sim-running", 8),
            ("cat >/dev/null; exit 5", 5),
        ] {
            for credential in ["keys", "token"] {
                let run = simulated(credential, script);
                assert_eq!((run.exit(), run.stdout.as_str(), run.stderr.as_str()), (exit, "", ""), "{script}: {run}");
            }
        }
        let run = simulated("keys", "echo out; echo err >&2");
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("out\n", "err\n"));
        let run = cph(["simulator", "--", "cat"]).env("PATH", "/usr/bin:/bin").stdin("in").run();
        assert_eq!((run.stdout.as_str(), run.exit()), ("in", 0));
        assert_eq!(cph(["simulator", "--", "no-such-command"]).run().exit(), 127);
        assert_eq!(cph(["simulator", "--", "/"]).run().exit(), 126);
    }

    #[test]
    fn the_documented_example_is_the_first_thing_one_sees() {
        let id = "6837531fd3f54550927b930180a706bf";
        shows(
            cph(["simulator", "--", "cph", "job", "show", id]).run().shown(),
            str![[r#"
Job      6837531fd3f54550927b930180a706bf
Status   success
Began    2019-04-26T07:00:00Z
Took     6s
Phone    9b28fbe50ded4060b8149a47e55dba82
Request  2676a3b4f7df49c297c6775989806d32
[exit status: 0]

"#]],
        );
    }

    /// The id says how many jobs there are and how many of them fail.
    #[test]
    fn a_request_of_any_size_ends_as_its_id_says() {
        let wait = ["simulator", "--", "cph", "job", "wait", "-o", "json", "--request-id", "sim-req-40-3-2s"];
        let run = cph(wait).run();
        let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let counts = serde_json::json!({"success": 37, "failure": 3, "running": 0, "unknown": 0});
        assert_eq!((run.exit(), &answer["counts"]), (1, &counts), "{run}");
        assert!(run.stderr.contains("\n40 jobs: 37 success, 3 failure (took "), "{run}");
        for (code, id) in [("CPS.0054", "07"), ("CPS.0005", "20"), ("CPS.0042", "34")] {
            let group = |line: &str| {
                line.starts_with(&format!("1 × {code} ")) && line.ends_with(&format!("(sim-req-40-3-2s-{id})"))
            };
            assert!(run.stderr.lines().any(group), "{run}");
        }
    }

    #[test]
    fn the_command_sees_the_simulator_and_no_other_account() {
        let call = cph(["simulator", "--", "sh", "-c", "env | sort | grep -E 'CPH|HUAWEI|HW_|OS_|PROXY|proxy'"])
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .config("default_profile = 'real'\n[profiles.real]\ntoken = 'real'\n")
            .envs([
                ("CPH_TOKEN", "real"),
                ("CPH_PROFILE", "real"),
                ("HUAWEICLOUD_SDK_AK", "real"),
                ("HW_ACCESS_KEY", "real"),
            ])
            .envs([("OS_PASSWORD", "real"), ("https_proxy", "http://real"), ("HTTPS_PROXY", "http://real")]);
        let run = call.run();
        assert!(!run.stdout.contains("real"), "{run}");
        let names: Vec<_> = run.stdout.lines().filter_map(|line| line.split('=').next()).collect();
        assert_eq!(
            names,
            [
                "CPH_ACCESS_KEY",
                "CPH_CONFIG",
                "CPH_ENDPOINT",
                "CPH_IAM_ENDPOINT",
                "CPH_METADATA_ENDPOINT",
                "CPH_PROJECT_ID",
                "CPH_REGION",
                "CPH_SECRET_KEY",
                "NO_PROXY",
                "no_proxy"
            ]
        );
    }

    /// Lines for a shell, and a server behind them until it is stopped.
    #[test]
    fn without_a_command_it_serves_until_it_is_killed() {
        let (mut child, home) = cph(["simulator", "--credential", "token"]).start();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let exports: Vec<String> = lines.by_ref().take_while(|line| !line.contains("CPH_CONFIG")).collect();
        let script = format!("{}\n'{CPH}' job show --field status sim-fail", exports.join("\n"));
        let run = program("sh", ["-c", &script]).env("PATH", path_with_cph()).run();
        assert_eq!((run.stdout.as_str(), run.exit()), ("failure\n", 1), "{run}");
        kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(15));
        drop(home);
    }

    /// A script waits for the last line, and may then use all of them.
    #[test]
    fn its_lines_are_there_all_at_once_and_it_is_ready() {
        let (mut child, home) = program("sh", ["-c", "exec \"$0\" simulator >sim.env", CPH]).start();
        let file = home.path().join("sim.env");
        let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
        let first_seen = loop {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if !text.is_empty() || std::time::Instant::now() > until {
                break text;
            }
        };
        let last = first_seen.lines().last().unwrap_or_default();
        assert!(last.starts_with("export CPH_CONFIG=") && first_seen.ends_with("'\n"), "{first_seen}");
        let script = format!("{first_seen}\n'{CPH}' job show --field status sim-ok");
        let run = program("sh", ["-c", &script]).env("PATH", path_with_cph()).run();
        assert_eq!((run.stdout.as_str(), run.exit()), ("success\n", 0), "{run}");
        kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        child.wait().unwrap();
    }

    fn ended_by(signal: Signal, script: &str) -> (Option<i32>, Option<i32>) {
        ended(signal, cph(["simulator", "--", "sh", "-c", script]).env("PATH", "/usr/bin:/bin"))
    }

    fn ended(signal: Signal, call: Cph) -> (Option<i32>, Option<i32>) {
        let (mut child, _home) = call.start();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut String::new()).unwrap(); // The script is ready.
        kill_process(Pid::from_child(&child), signal).unwrap();
        let status = child.wait().unwrap();
        (status.code(), status.signal())
    }

    #[test]
    fn sigterm_reaches_the_command_which_decides() {
        assert_eq!(ended_by(Signal::TERM, "echo; exec sleep 30"), (None, Some(15)));
        let caught = "trap 'exit 9' TERM; echo; while :; do sleep 0.1; done";
        assert_eq!(ended_by(Signal::TERM, caught), (Some(9), None));
    }

    /// Neither the folder nor what the command has started, whether or not it was to be waited for.
    #[test]
    #[cfg(target_os = "linux")]
    fn no_signal_leaves_anything_behind() {
        for (signal, number) in [(Signal::HUP, 1), (Signal::INT, 2), (Signal::TERM, 15)] {
            for script in
                ["echo; exec sleep 30.25", "(sleep 0.3; echo) & sleep 30.25; true", "sleep 30.25 & echo; wait"]
            {
                let temp = tempfile::tempdir().unwrap();
                let call = cph(["simulator", "--", "sh", "-c", script]).env("PATH", "/usr/bin:/bin");
                let marked = call.env("TMPDIR", temp.path());
                let end = ended(signal, marked);
                assert_eq!(end, (None, Some(number)), "{script}");
                assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 0, "{script}");
                assert_eq!(with_variable(temp.path()), [""; 0], "{signal:?} {script}");
            }
            let temp = tempfile::tempdir().unwrap();
            assert_eq!(ended(signal, cph(["simulator"]).env("TMPDIR", temp.path())), (None, Some(number)));
            assert_eq!(std::fs::read_dir(temp.path()).unwrap().count(), 0);
        }
    }

    /// The processes in whose environment this path stands: number, name, state, parent.
    #[cfg(target_os = "linux")]
    fn with_variable(path: &std::path::Path) -> Vec<String> {
        let path = path.to_str().unwrap().as_bytes().to_owned();
        let has = |bytes: Vec<u8>| bytes.windows(path.len()).any(|window| window == path);
        let processes = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
        let ours = processes.filter(|process| std::fs::read(process.join("environ")).is_ok_and(&has));
        let stat = |process: std::path::PathBuf| std::fs::read_to_string(process.join("stat")).unwrap_or_default();
        ours.map(stat).map(|stat| stat.split(' ').take(4).collect::<Vec<_>>().join(" ")).collect()
    }

    /// As under `nohup`.
    #[test]
    #[cfg(target_os = "linux")]
    fn an_ignored_signal_stays_ignored() {
        let script = "trap '' HUP; exec \"$0\" simulator -- sh -c 'echo; sleep 1; exit 7'";
        let call = program("sh", ["-c", script, CPH]).env("PATH", "/usr/bin:/bin");
        assert_eq!(ended(Signal::HUP, call), (Some(7), None));
        let script = "trap '' HUP; exec \"$0\" simulator -- sh -c 'kill -HUP $$; exit 7'";
        assert_eq!(program("sh", ["-c", script, CPH]).env("PATH", "/usr/bin:/bin").run().exit(), 7);
    }

    #[test]
    fn its_folder_is_private_under_any_umask() {
        for umask in ["000", "022", "777"] {
            let inner = "stat -c '%a %F' \"$(dirname \"$CPH_CONFIG\")\" \"$CPH_CONFIG\"; cph job show -q sim-fail";
            let script = format!("umask {umask}; exec \"$0\" simulator -- sh -c '{}'", inner.replace('\'', "'\\''"));
            let run = program("sh", ["-c", &script, CPH]).env("PATH", "/usr/bin:/bin").run();
            assert_eq!((run.exit(), run.stdout.as_str()), (1, "700 directory\n600 regular file\n"), "{umask}: {run}");
        }
        let call = cph(["simulator", "--", "sh", "-c", "dirname \"$CPH_CONFIG\""]).env("PATH", "/usr/bin:/bin");
        let run = call.env("TMPDIR", ".").run();
        assert!(run.stdout.starts_with("/tmp/"), "never in the working directory: {run}");
    }

    /// A script that unsets `CPH_*` gets no real credential of another tool.
    #[test]
    fn unset_variables_lead_to_the_simulators_profile() {
        let unset = "unset CPH_ACCESS_KEY CPH_SECRET_KEY CPH_TOKEN CPH_USERNAME CPH_PASSWORD CPH_DOMAIN_NAME";
        let further = "CPH_REGION CPH_PROJECT_ID CPH_ENDPOINT CPH_IAM_ENDPOINT CPH_METADATA_ENDPOINT";
        for credential in ["keys", "token", "password"] {
            for unset in [unset.to_owned(), format!("{unset} {further}")] {
                let script = format!(
                    "{unset}; export HW_ACCESS_KEY=REAL HW_SECRET_KEY=REAL; cph job show -q sim-ok && cph auth status"
                );
                let call = cph(["simulator", "--credential", credential, "--", "sh", "-c", &script])
                    .env("PATH", "/usr/bin:/bin")
                    .file(".huaweicloud/credentials", "[basic]\nak = REAL\nsk = REAL\n");
                let run = call.run();
                assert_eq!(run.exit(), 0, "{script}: {run}");
                assert!(run.stdout.contains("profile simulator in ") && !run.stdout.contains("REAL"), "{run}");
            }
        }
    }

    #[test]
    fn its_folder_is_gone_afterwards() {
        let run = simulated("keys", "dirname \"$CPH_CONFIG\"");
        assert!(!std::path::Path::new(run.stdout.trim()).exists(), "{run}");
    }
}

#[test]
fn a_port_that_is_taken_is_told_with_a_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = cph(["simulator", "--listen", &address, "--", "true"]).run();
    assert_eq!(run.exit(), 3, "{run}");
    assert!(run.stderr.starts_with(&format!("cph: error[io]: cannot listen on {address}: ")), "{run}");
    assert!(run.stderr.ends_with("hint: name another port, or leave out --listen\n"), "{run}");
}
