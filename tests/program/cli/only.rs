//! `--only`: which jobs are listed, in every form; exit code, counts and summary are about all of them.

use serde_json::Value;

use crate::common::{cph, simulator};

const JOBS: [&str; 4] = ["sim-ok", "sim-fail", "sim-running", "sim-404"];

#[test]
fn each_form_lists_the_same_jobs_and_ends_alike() {
    let server = simulator();
    for (only, ids) in [
        ("success", &["sim-ok"][..]),
        ("failure", &["sim-fail"]),
        ("running", &["sim-running"]),
        ("unknown", &["sim-404"]),
        ("failure,unknown", &["sim-fail", "sim-404"]),
        ("success,failure,running,unknown", &JOBS),
    ] {
        let show = |form: &[&str]| {
            cph(["job", "show", "--only", only].iter().chain(form).chain(&JOBS).copied()).on(&server).run()
        };
        let fields = show(&["--field", "job_id"]);
        assert_eq!(fields.stdout.lines().collect::<Vec<_>>(), ids, "{fields}");
        let json = show(&["-o", "json"]);
        let document: Value = serde_json::from_str(&json.stdout).unwrap();
        let listed: Vec<&str> =
            document["jobs"].as_array().unwrap().iter().map(|job| job["job_id"].as_str().unwrap()).collect();
        assert_eq!(listed, ids, "{json}");
        assert_eq!(document["counts"].to_string(), r#"{"failure":1,"running":1,"success":1,"unknown":1}"#);
        let table = show(&[]);
        for id in JOBS {
            let is_listed = table.stdout.split_whitespace().any(|word| word == id);
            assert_eq!(is_listed, ids.contains(&id), "{only}: {table}");
        }
        for run in [&fields, &json, &table, &show(&["-q"])] {
            assert_eq!(run.exit(), 1, "{run}");
        }
        assert!(table.stderr.ends_with("4 jobs: 1 success, 1 failure, 1 running, 1 unknown\n"), "{table}");
    }
}

#[test]
fn nothing_listed_changes_nothing_else() {
    let server = simulator();
    for (form, stdout) in [(&[][..], ""), (&["--field", "job_id"], "")] {
        let run = cph(["job", "wait", "--only", "failure"].iter().chain(form).chain(&["sim-ok"]).copied()).on(&server);
        let run = run.run();
        assert_eq!((run.stdout.as_str(), run.exit()), (stdout, 0), "{run}");
    }
    let run = cph(["job", "wait", "--only", "failure", "-o", "json", "sim-ok"]).on(&server).run();
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((document["jobs"].to_string(), document["outcome"].as_str()), ("[]".to_owned(), Some("success")));
}

#[test]
fn the_error_of_a_job_has_fields() {
    let server = simulator();
    let run = cph(["job", "show", "--field", "error,error_message,error_hint", "sim-404", "sim-ok"]).on(&server).run();
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].starts_with("not_found\tjob sim-404: no such job (project "), "{run}");
    assert!(lines[0].split('\t').nth(2).unwrap().starts_with("check the id"), "{run}");
    assert_eq!(lines[1], "\t\t");
}
