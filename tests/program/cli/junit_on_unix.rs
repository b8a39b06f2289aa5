//! `--junit FILE` where signals, a folder that goes away, the umask and links decide what is left.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::cli::junit::{folder, names};
use crate::common::server::{Faulty, always, stall};
use crate::common::{CPH, cph, program, simulator};

#[test]
fn a_signal_leaves_no_report() {
    use std::os::unix::process::ExitStatusExt as _;

    let server = Faulty::start(always(stall()));
    for signal in ["INT", "TERM", "HUP"] {
        let (folder, path) = folder();
        let words = ["job", "wait", "a", "--junit"].map(Path::new);
        let call = cph(words.into_iter().chain([path.as_path()])).at(&server.url()).env("CPH_TOKEN", "t");
        let before = server.requests().len();
        let (mut child, _home) = call.start();
        while server.requests().len() == before {
            std::thread::sleep(Duration::from_millis(5));
        }
        let kill = format!("kill -{signal} {}", child.id());
        assert_eq!(program("bash", ["-c", &kill]).run().exit(), 0);
        assert!(child.wait().unwrap().signal().is_some(), "{signal}");
        assert!(names(folder.path()).is_empty(), "{signal}");
    }
}

#[test]
fn a_report_that_can_not_be_written_at_the_end_makes_0_and_8_a_3() {
    let server = simulator();
    for (ids, exit) in [("sim-ok-5s", 3), ("sim-fail-5s", 1), ("--timeout 4s sim-running", 3)] {
        let (folder, path) = folder();
        // The folder goes away while it waits.
        let gone = folder.path().to_owned();
        let remover = std::thread::spawn(move || {
            let until = Instant::now() + Duration::from_secs(20);
            while gone.join("report.xml").exists() && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(20));
            }
            std::thread::sleep(Duration::from_secs(1));
            fs::remove_dir_all(gone)
        });
        let line = format!("{CPH} job wait -o jsonl --junit {} {ids}", path.display());
        let run = program("bash", ["-c", &line]).on(&server).run();
        remover.join().unwrap().unwrap();
        assert_eq!(run.exit(), exit, "{run}");
        let end: serde_json::Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
        assert_eq!((&end["exit_code"], &end["error"]["code"]), (&exit.into(), &"io".into()), "{run}");
    }
}

#[test]
fn others_may_read_it_as_the_umask_says_and_a_link_stays() {
    use std::os::unix::fs::PermissionsExt as _;

    let server = simulator();
    for (umask, mode) in [("022", 0o644), ("077", 0o600)] {
        let (folder, path) = folder();
        let link = folder.path().join("link.xml");
        std::os::unix::fs::symlink("report.xml", &link).unwrap();
        let line = format!("umask {umask}; {CPH} job show -q --junit {} sim-ok", link.display());
        let run = program("bash", ["-c", &line]).on(&server).run();
        assert_eq!(run.exit(), 0, "{run}");
        assert!(link.is_symlink() && fs::read_to_string(&path).unwrap().starts_with("<?xml"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
    }
}

/// The answer goes to the same file: replacing that would lose it.
#[cfg(target_os = "linux")]
#[test]
fn the_name_of_an_open_file_is_no_file_to_replace() {
    let server = simulator();
    for (report, redirected) in [("/dev/stdout", ">answer"), ("/dev/fd/3", "3>answer")] {
        let folder = tempfile::tempdir().unwrap();
        let answer = folder.path().join("answer");
        let redirected = redirected.replace("answer", &answer.display().to_string());
        let line = format!("{CPH} job show --field status sim-ok --junit {report} {redirected}");
        let run = program("bash", ["-c", &line]).on(&server).run();
        assert!(run.exit() == 3 && run.stderr.contains("it is an open file, and no name of one"), "{run}");
        assert!(answer.exists() && names(folder.path()) == ["answer"], "{run}");
    }
}

/// In a folder like /tmp anybody may put a link where a report is expected.
#[test]
fn a_link_that_another_user_planted_is_not_followed() {
    if !rustix::process::geteuid().is_root() {
        return; // Nobody else can give links away.
    }
    let server = simulator();
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o1777)).unwrap();
    let (link, file) = (folder.path().join("report.xml"), folder.path().join("precious"));
    fs::write(&file, "precious").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let report = || {
        let words = ["job", "show", "-q", "sim-ok", "--junit"].map(Path::new);
        cph(words.into_iter().chain([link.as_path()])).on(&server).run()
    };
    std::os::unix::fs::lchown(&link, Some(1), None).unwrap();
    let run = report();
    assert!(run.exit() == 3 && run.stderr.contains("it is a link of another user"), "{run}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    // One's own is followed.
    std::os::unix::fs::lchown(&link, Some(0), None).unwrap();
    assert_eq!(report().exit(), 0);
    assert!(fs::read_to_string(&file).unwrap().starts_with("<?xml"));
}
