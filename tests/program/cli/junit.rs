//! `--junit FILE`: the report beside the answer, however the run ends.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::common::server::{Faulty, always, stall};
use crate::common::{cph, simulator};

/// A folder with an old report.
pub(crate) fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.xml");
    fs::write(&path, "old").unwrap();
    (folder, path)
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

/// Test cases, failures, errors.
fn counts(report: &str) -> [usize; 3] {
    ["<testcase ", "<failure ", "<error "].map(|element| report.matches(element).count())
}

#[test]
fn every_ending_has_a_report_and_the_same_exit_code() {
    let server = simulator();
    for (words, endpoint, exit, expected) in [
        ("job show sim-ok", None, 0, [1, 0, 0]),
        ("job show sim-fail sim-ok", None, 1, [2, 1, 0]),
        ("job show --only success sim-fail sim-ok", None, 1, [2, 1, 0]),
        ("job show --exit-zero sim-fail", None, 0, [1, 1, 0]),
        ("job show -q sim-fail", None, 1, [1, 1, 0]),
        ("job show --field status sim-404 sim-ok", None, 5, [2, 0, 1]),
        ("job show -o json sim-401 sim-ok", None, 4, [2, 0, 2]),
        ("job show -o jsonl sim-html sim-running", None, 7, [2, 0, 2]),
        ("job show sim-running sim-ok", None, 8, [2, 0, 1]),
        ("job show sim-cjk sim-escape", None, 1, [2, 2, 0]),
        ("job show --request-id sim-req-3-1", None, 1, [3, 1, 0]),
        ("job show --request-id sim-req-empty", None, 5, [1, 0, 1]),
        ("job show sim-ok", Some("http://127.0.0.1:9"), 6, [1, 0, 1]),
        ("job show sim-ok sim-fail", Some("nonsense"), 3, [3, 0, 3]),
        ("job wait --timeout 3s sim-running sim-ok", None, 8, [2, 0, 1]),
        ("job wait --fail-fast sim-fail sim-running", None, 1, [2, 1, 1]),
    ] {
        let (folder, path) = folder();
        let call = cph(words.split(' ').map(Path::new).chain([Path::new("--junit"), &path])).on(&server);
        let call = endpoint.into_iter().fold(call, |call, endpoint| call.env("CPH_ENDPOINT", endpoint));
        let run = call.run();
        assert_eq!(run.exit(), exit, "{words}: {run}");
        let report = fs::read_to_string(&path).unwrap();
        assert_eq!(counts(&report), expected, "{words}: {report}");
        assert_eq!(names(folder.path()), ["report.xml"]);
    }
}

/// All that a job or a request of the simulator can be, by `show` and by `wait`.
#[test]
fn no_situation_has_a_report_of_passes_alone_and_another_exit_code_than_0() {
    let server = simulator();
    let jobs = [
        "sim-ok",
        "sim-fail",
        "sim-running",
        "sim-ok-1s",
        "sim-fail-1s",
        "sim-404",
        "sim-late",
        "sim-401",
        "sim-401-once",
        "sim-403",
        "sim-503",
        "sim-flaky",
        "sim-429",
        "sim-html",
        "sim-status-7",
        "sim-wrong-job",
        "sim-empty",
        "sim-cjk",
        "sim-escape",
        "sim-ok sim-404",
        "--exit-zero sim-fail sim-running",
    ];
    let requests = ["sim-req-3-1", "sim-req-3-0-1s", "sim-req-250", "sim-req-empty", "sim-req-unknown"];
    let requests = requests.map(|id| format!("--request-id {id}"));
    std::thread::scope(|scope| {
        for job in jobs.into_iter().chain(requests.iter().map(String::as_str)) {
            for command in ["show", "wait --timeout 3s"] {
                if command != "show" && job.starts_with("--exit-zero") {
                    continue;
                }
                let server = &server;
                scope.spawn(move || {
                    let (_folder, path) = folder();
                    let words = format!("job {command} -o json {job} --junit");
                    let run = cph(words.split(' ').map(Path::new).chain([path.as_path()])).on(server).run();
                    let (report, document) = (fs::read_to_string(&path).unwrap(), run.json());
                    let [cases, failures, errors] = counts(&report);
                    let outer = usize::from(!document["error"].is_null());
                    assert_eq!(cases, document["jobs"].as_array().unwrap().len() + outer, "{words}: {report}{run}");
                    assert_eq!(failures, document["counts"]["failure"], "{words}: {report}{run}");
                    let open = ["running", "unknown"].map(|status| document["counts"][status].as_u64().unwrap());
                    assert_eq!(errors as u64, open.iter().sum::<u64>() + outer as u64, "{words}: {report}{run}");
                    assert!(run.exit() == 0 || failures + errors > 0, "{words}: {report}{run}");
                    assert!(document["outcome"] == "success" || failures + errors > 0, "{words}: {report}{run}");
                });
            }
        }
    });
}

#[test]
fn texts_are_in_the_report_also_with_quiet() {
    let server = simulator();
    let (_folder, path) = folder();
    let run = cph([Path::new("job"), Path::new("show"), Path::new("-q"), Path::new("sim-cjk")]
        .iter()
        .copied()
        .chain([Path::new("--junit"), &path]));
    assert_eq!(run.on(&server).run().exit(), 1);
    let report = fs::read_to_string(&path).unwrap();
    assert!(!report.is_ascii() && report.contains("Output: "), "{report}");
}

#[test]
fn what_can_not_be_a_report_ends_the_run_before_anything_is_asked() {
    let server = Faulty::start(always(stall()));
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("folder")).unwrap();
    let show = |file: &Path, form: &str| {
        let words = ["job", "show", "-o", form, "a", "--junit"].map(Path::new);
        cph(words.into_iter().chain([file])).at(&server.url()).env("CPH_TOKEN", "t").run()
    };
    for file in ["none/report.xml", "folder"] {
        let run = show(&place.path().join(file), "json");
        assert_eq!((run.exit(), run.json()["error"]["code"].as_str()), (3, Some("io")), "{run}");
        assert_eq!(run.stderr.matches("the JUnit report can't be written to ").count(), 1, "{run}");
        let stream = show(&place.path().join(file), "jsonl");
        assert!(stream.exit() == 3 && stream.stdout.contains(r#""type":"end""#), "{stream}");
    }
    // In place of a device: a mistake here must not cost the machine one.
    #[cfg(unix)]
    {
        let socket = place.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert_eq!(show(&socket, "json").exit(), 3);
        let kind = fs::symlink_metadata(&socket).unwrap().file_type();
        assert!(std::os::unix::fs::FileTypeExt::is_socket(&kind), "it was replaced");
    }
    let run = show(Path::new("-"), "json");
    assert_eq!((run.exit(), run.stdout.as_str()), (2, ""), "{run}");
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn ids_that_are_wrong_leave_no_report_and_no_old_one() {
    for (id, stdin) in [("a/b", ""), ("-", ""), ("-", r#"{"jobs":[]}"#), ("-", r#"{"error_code":"CPS.0001"}"#)] {
        let (folder, path) = folder();
        let words = ["job", "show", "-o", "json", id, "--junit"].map(Path::new);
        let run = cph(words.into_iter().chain([path.as_path()])).stdin(stdin).run();
        assert_eq!((run.exit(), run.stdout.as_str()), (2, ""), "{run}");
        assert!(names(folder.path()).is_empty(), "{run}");
    }
}

#[test]
fn a_killed_run_leaves_no_old_report() {
    let server = Faulty::start(always(stall()));
    let (folder, path) = folder();
    let words = ["job", "wait", "a", "--junit"].map(Path::new);
    let call = cph(words.into_iter().chain([path.as_path()])).at(&server.url()).env("CPH_TOKEN", "t");
    let (mut child, _home) = call.start();
    server.wait_for_request();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(names(folder.path()).is_empty());
}
