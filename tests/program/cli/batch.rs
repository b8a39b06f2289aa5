//! One request with many jobs, of which some failed, in every form: all rows where promised, one exit code.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::{Run, cph, simulator};

const JOBS: usize = 400;
const FAILED: [&str; 3] = ["sim-req-400-3-067", "sim-req-400-3-200", "sim-req-400-3-334"];

fn ids(jobs: &Value) -> Vec<String> {
    jobs.as_array().unwrap().iter().map(|job| job["job_id"].as_str().unwrap().to_owned()).collect()
}

/// The first word of each line.
fn first_words(text: &str) -> Vec<String> {
    text.lines().map(|line| line.split_whitespace().next().unwrap_or_default().to_owned()).collect()
}

fn streamed(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let (jobs, others): (Vec<Value>, Vec<Value>) = lines.partition(|line| line["type"] == "job");
    assert_eq!(others.len(), 1, "{run}");
    assert_eq!((&others[0]["type"], &others[0]["exit_code"]), (&"end".into(), &1.into()));
    assert_eq!(others[0]["counts"].to_string(), r#"{"failure":3,"running":0,"success":397,"unknown":0}"#);
    let mut ids: Vec<String> = jobs.iter().map(|line| line["job"]["job_id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn a_request_of_400_jobs_has_all_rows_and_one_exit_code_in_every_form() {
    let server = simulator();
    let all: Vec<String> = (1..=JOBS).map(|number| format!("sim-req-400-3-{number:03}")).collect();
    let failed = FAILED.map(str::to_owned).to_vec();
    for command in ["show", "wait"] {
        for (only, expected) in [(&[][..], &all), (&["--only", "failure"], &failed)] {
            let folder = tempfile::tempdir().unwrap();
            let report = folder.path().join("report.xml");
            let run = |form: &[&str]| {
                let request = ["job", command, "--request-id", "sim-req-400-3"];
                let words = request.iter().chain(only).chain(form);
                let run = cph(words.map(Path::new).chain([Path::new("--junit"), &report])).on(&server).run();
                assert_eq!(run.exit(), 1, "{form:?}: {run}");
                let report = fs::read_to_string(&report).unwrap();
                fs::remove_file(folder.path().join("report.xml")).unwrap();
                let counts = ["<testcase ", "<failure ", "<error "].map(|element| report.matches(element).count());
                assert_eq!(counts, [JOBS, FAILED.len(), 0], "{form:?}");
                run
            };
            let table = run(&[]);
            let rows: Vec<String> = first_words(&table.stdout).into_iter().skip(1).collect();
            assert_eq!(rows, *expected, "{table}");
            assert_eq!(first_words(&run(&["--field", "job_id,status"]).stdout), *expected);
            let document = run(&["-o", "json"]).json();
            assert_eq!(ids(&document["jobs"]), *expected);
            assert_eq!((&document["exit_code"], &document["counts"]["success"]), (&1.into(), &397.into()));
            assert_eq!(streamed(&run(&["-o", "jsonl"])), *expected);
            let quiet = run(&["-q"]);
            assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""), "{quiet}");
            // What failed is on stderr by its code, with the counts last.
            for code in ["CPS.0054", "CPS.0005", "CPS.0042"] {
                assert_eq!(table.stderr.matches(&format!("1 × {code} ")).count(), 1, "{table}");
            }
            assert!(table.stderr.lines().last().unwrap().starts_with("400 jobs: 397 success, 3 failure"), "{table}");
        }
    }
}
