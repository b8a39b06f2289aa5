//! `credential_command`: no shell, a limit, its stderr the user's, its output nobody's.

use std::path::Path;

use cph::simulator::{ACCESS_KEY, PROJECT_ID, SECRET_KEY, TOKEN};

use crate::common::server::{Faulty, by};
use crate::common::{CPH, Cph, cph, program, simulator};
use crate::credentials::responses::{job, refused};
use crate::credentials::{on, script, towards};

/// A profile whose program is this script; `$0.n` counts its runs.
pub(crate) fn vault(call: Cph, text: &str) -> Cph {
    let program = script(&call.home(), "vault", &format!("echo run >> \"$0.n\"\n{text}"));
    call.config(&format!("default_profile = 'v'\n[profiles.v]\ncredential_command = ['{program}', 'a b', '$HOME;*']\n"))
}

fn runs(home: &Path) -> usize {
    std::fs::read_to_string(home.join("vault.n")).map_or(0, |text| text.lines().count())
}

fn keys() -> String {
    format!(r#"{{"access_key":"{ACCESS_KEY}","secret_key":"{SECRET_KEY}"}}"#)
}

#[test]
fn what_it_prints_signs_in_and_its_stderr_is_the_users() {
    let server = simulator();
    let user = format!(
        r#"{{"username":"{}","password":"{}","domain_name":"{}"}}"#,
        cph::simulator::USER_NAME,
        cph::simulator::PASSWORD,
        cph::simulator::DOMAIN_NAME
    );
    for printed in [keys(), format!(r#"{{"token":"{TOKEN}","lease":{{"id":[1]}},"access_key":null}}"#), user] {
        let call = vault(
            on(&server, ["job", "show", "-q", "sim-ok"]),
            &format!("echo 'touch your key' >&2; cat > /dev/null; printf '%s' '{printed}'"),
        );
        let run = call.run();
        assert_eq!((run.exit(), run.stderr.as_str()), (0, "touch your key\n"), "{run}");
    }
}

#[test]
fn no_shell_reads_its_words() {
    let server = simulator();
    let call = on(&server, ["job", "show", "-q", "sim-ok"]);
    let text = format!("test $# = 2 && test \"$1\" = 'a b' && test \"$2\" = '$HOME;*' && echo '{}'", keys());
    let run = vault(call, &text).run();
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    let call = on(&server, ["job", "show", "sim-ok"]);
    let run = call.config("default_profile='v'\n[profiles.v]\ncredential_command=['echo {} | cat']\n").run();
    assert!(run.exit() == 3 && run.stderr.contains("can't be started"), "{run}");
}

#[test]
fn what_goes_wrong_is_a_local_error() {
    for (text, words) in [
        ("exit 7", "failed (exit status: 7)"),
        ("kill -9 $$", "failed (signal: 9"),
        ("echo hunter2hunter2; exit 1", "failed (exit status: 1)"),
        ("head -c 2000000 /dev/zero; true", "printed more than 1024 kB"),
        ("exec head -c 2000000 /dev/zero", "printed more than 1024 kB"),
        ("printf '\\377'", "printed no JSON object"),
    ] {
        let run = vault(towards(cph(["job", "show", "-vv", "sim-ok"]), "http://127.0.0.1:9"), text).run();
        assert_eq!(run.exit(), 3, "{text}: {run}");
        assert!(run.stderr.contains(words) && run.stderr.contains("run it by hand"), "{words}: {run}");
        assert!(!run.to_string().contains("hunter2"), "{run}");
        let json = vault(towards(cph(["job", "show", "-o", "json", "a", "b"]), "http://127.0.0.1:9"), text).run();
        let json = json.json();
        assert_eq!(json["error"]["code"], "config_invalid");
        assert_eq!(json["jobs"][1]["status"], "unknown");
    }
    for program in ["/nowhere/vault", "/", "no-such-program-anywhere"] {
        let config = format!("default_profile='v'\n[profiles.v]\ncredential_command=['{program}']\n");
        let run = towards(cph(["job", "show", "sim-ok"]), "http://127.0.0.1:9").config(&config).run();
        assert!(run.exit() == 3 && run.stderr.contains("can't be started"), "{run}");
    }
}

/// Some supervisors leave SIGCHLD ignored, and with it the exit codes of all children.
#[test]
fn an_ignored_sigchld_does_not_hide_how_it_ended() {
    // Not every shell can ignore it.
    if !Path::new("/bin/bash").exists() {
        println!("skipped: no /bin/bash");
        return;
    }
    let server = simulator();
    for (text, exit, words) in [(format!("echo '{}'", keys()), 0, ""), ("exit 7".to_owned(), 3, "exit status: 7")] {
        let script = "trap '' CHLD; exec \"$0\" job show -q sim-ok";
        let call = towards(program("/bin/bash", ["-c", script, CPH]), &server.url());
        let run = vault(call, &text).run();
        assert!(run.exit() == exit && run.stderr.contains(words), "{run}");
    }
}

/// An agent that the program starts keeps its stdout: what was printed counts, and nobody waits for the agent.
#[test]
fn a_child_left_behind_does_not_hold_the_output() {
    let server = simulator();
    let long = " ".repeat(60_000);
    let children = [
        ("sleep 20 & echo \"$1\"", 0),
        ("echo \"$1\"; sleep 20 &", 0),
        ("(sleep 0.1; echo \"$1\"; sleep 20) &", 0),
        ("while sleep 0.05; do echo; done & echo \"$1\"", 0),
        ("sleep 20 & exit 7", 3),
        ("sleep 20 &", 3),
    ];
    std::thread::scope(|scope| {
        for (text, exit) in children {
            let (server, long) = (&server, &long);
            scope.spawn(move || {
                let text = format!("exec 2> /dev/null; set -- '{long}{}'; {text}", keys());
                let run = vault(on(server, ["job", "show", "-q", "sim-ok"]), &text).run();
                assert_eq!(run.exit(), exit, "{text}: {run}");
                assert!(run.took.as_secs() < 15, "{:?}: {run}", run.took);
            });
        }
    });
}

#[test]
fn it_runs_once_a_run_and_not_for_what_is_offline() {
    let server = simulator();
    let call =
        vault(on(&server, ["job", "show", "-q", "sim-ok", "sim-ok-1s", "sim-ok-2s"]), &format!("echo '{}'", keys()));
    let folder = tempfile::tempdir().unwrap();
    let counted = folder.path().join("n");
    let program = script(folder.path(), "vault", &format!("echo x >> {}; echo '{}'", counted.display(), keys()));
    let config = format!("default_profile='v'\n[profiles.v]\ncredential_command=['{program}']\n");
    let run = call.config(&config).run();
    assert_eq!(run.stderr, "", "{run}");
    let count = || std::fs::read_to_string(&counted).unwrap().lines().count();
    assert_eq!(count(), 1);
    assert_eq!(on(&server, ["config"]).config(&config).run().exit(), 0);
    assert_eq!(on(&server, ["job", "show", "not an id"]).config(&config).run().exit(), 2);
    assert_eq!(count(), 1);
}

#[test]
fn refused_it_is_asked_again_and_only_another_credential_is_tried() {
    let service = || {
        Faulty::start(by(|request, _| match request.header("x-auth-token") {
            Some("token-2") => job(request),
            _ => refused("decrypt token fail"),
        }))
    };
    let call = |service: &Faulty| {
        towards(cph(["job", "show", "-q", "a", "b", "c"]), &service.url()).env("CPH_PROJECT_ID", PROJECT_ID)
    };
    let other = service();
    let folder = tempfile::tempdir().unwrap();
    let text = "echo run >> \"$0.n\"; echo \"{\\\"token\\\":\\\"token-$(grep -c . \"$0.n\")\\\"}\"";
    let program = script(folder.path(), "vault", text);
    let config = format!("default_profile='v'\n[profiles.v]\ncredential_command=['{program}']\n");
    let run = call(&other).config(&config).run();
    assert_eq!((run.exit(), runs(folder.path()), other.requests().len()), (0, 2, 4), "{run}");
    let same = service();
    let folder = tempfile::tempdir().unwrap();
    let program = script(folder.path(), "vault", "echo run >> \"$0.n\"; echo '{\"token\":\"token-1\"}'");
    let config = format!("default_profile='v'\n[profiles.v]\ncredential_command=['{program}']\n");
    let run = call(&same).config(&config).run();
    assert_eq!((run.exit(), runs(folder.path()), same.requests().len()), (4, 2, 1), "{run}");
    assert!(run.stderr.contains("token from credential_command"), "{run}");
}

#[test]
fn an_end_in_the_past_or_far_away_is_survived() {
    let server = simulator();
    for end in ["2001-01-01T00:00:00Z", "-009999-01-02T01:59:59Z", "9999-12-30T22:00:00Z", "2099-01-01T00:00:00+08:00"]
    {
        let printed = format!(r#"{{"token":"{TOKEN}","expires_at":"{end}"}}"#);
        let run = vault(on(&server, ["job", "show", "-q", "sim-ok"]), &format!("echo '{printed}'")).run();
        assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{end}: {run}");
        let run = vault(on(&server, ["auth", "status", "-o", "json"]), &format!("echo '{printed}'")).run();
        assert_eq!(run.exit(), 0, "{end}: {run}");
    }
}

/// Whoever may write the file decides what is run with this user's rights.
#[test]
fn another_users_file_names_no_program() {
    if !rustix::process::geteuid().is_root() {
        return; // Nobody else can give files away; who is trusted is tested beside the code.
    }
    let server = simulator();
    let folder = tempfile::tempdir().unwrap();
    let program = script(folder.path(), "vault", &format!("echo run >> \"$0.n\"; echo '{}'", keys()));
    let config = format!("default_profile='v'\n[profiles.v]\ncredential_command=['{program}']\n");
    let call = |arguments: &[&str]| {
        // The opened file counts, not the link to it.
        let call = towards(cph(arguments), &server.url()).file("real.toml", &config).file(".config/cph/x", "");
        let (home, link) = (call.home(), call.home().join(".config/cph/config.toml"));
        std::os::unix::fs::symlink(home.join("real.toml"), link).unwrap();
        std::os::unix::fs::chown(home.join("real.toml"), Some(1), None).unwrap();
        call
    };
    for arguments in [&["job", "show", "-q", "sim-ok"][..], &["auth", "status"], &["job", "wait", "-q", "sim-ok"]] {
        for call in [call(arguments), call(arguments).env("SUDO_UID", "2")] {
            let run = call.run();
            assert_eq!((run.exit(), runs(folder.path())), (3, 0), "{run}");
            for words in ["credential command from profile v in ", "is not run", "user id 1,", "chown", "container"] {
                assert!(run.stderr.contains(words), "{words}: {run}");
            }
        }
    }
    // Other credentials count as before, and so does the rest of the file.
    let run = crate::credentials::with_keys(call(&["job", "show", "-q", "sim-ok"])).run();
    assert_eq!((run.exit(), runs(folder.path())), (0, 0), "{run}");
    let by_sudo = call(&["job", "show", "-q", "sim-ok"]).env("SUDO_UID", "1").run();
    assert_eq!((by_sudo.exit(), runs(folder.path())), (0, 1), "{by_sudo}");
}
