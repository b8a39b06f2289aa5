//! The table of `docs/exit-codes.md`: how `cph` ends in each situation that the simulator can play, seen on the built
//! binary. Every cell is one exit code of all output forms. `UPDATE=1 cargo test --test program all_exit_codes` writes it.

use std::collections::BTreeSet;
use std::sync::Mutex;

use crate::common::{Cph, cph, in_parallel, simulator};

/// What is asked for, and what it stands for.
const SITUATIONS: [(&str, &str); 28] = [
    ("sim-ok", "success"),
    ("sim-ok-5s", "success after 5 s"),
    ("sim-fail", "failure"),
    ("sim-fail-5s", "failure after 5 s"),
    ("sim-running", "running for ever"),
    ("sim-404", "never there"),
    ("sim-late", "there after 5 s"),
    ("sim-401", "the credential is refused"),
    ("sim-401-once", "the credential is refused once; an access key can't be renewed"),
    ("sim-403", "forbidden"),
    ("sim-503", "the service is down"),
    ("sim-flaky", "503, then a reset connection, then success"),
    ("sim-429", "throttled once, then success"),
    ("sim-html", "a web page as the answer"),
    ("sim-status-7", "an unknown status"),
    ("sim-wrong-job", "an answer about another job"),
    ("sim-empty", "an answer without a status"),
    ("sim-cjk", "failure with Chinese text"),
    ("sim-escape", "failure with hostile text"),
    ("--request-id sim-req-3-1", "a request of 3 jobs, 1 fails"),
    ("--request-id sim-req-250", "a request of 250 jobs"),
    ("--request-id sim-req-empty", "a request without jobs"),
    ("--request-id sim-req-5-0-3s", "a request of 5 jobs that succeed within 3 s"),
    ("--request-id sim-req-5-2-3s", "a request of 5 jobs, 2 fail within 3 s"),
    ("no credential", "no credential"),
    ("wrong secret", "the secret key is of another access key"),
    ("nobody listens", "nothing listens at the endpoint"),
    ("- with an error", "on stdin: the answer of a call that was refused as a whole"),
];

/// The command, and the job that is asked for beside the situation's.
const COLUMNS: [(&str, Option<&str>); 5] = [
    ("show", None),
    ("show", Some("sim-ok")),
    ("show", Some("sim-fail")),
    ("wait --timeout 20s", None),
    ("wait --timeout 20s", Some("sim-ok")),
];

const FORMS: [&str; 7] =
    ["-o table", "-o json", "-o jsonl", "--field status", "-q", "--only failure", "-q --junit report.xml"];

/// Nobody can be asked about a request and a job in one call, nor about stdin and a job.
fn is_possible(situation: &str, beside: Option<&str>) -> bool {
    beside.is_none() || !(situation.starts_with("--request-id") || situation.starts_with('-'))
}

fn exit_of(situation: &str, command: &str, beside: Option<&str>, form: &str) -> i32 {
    let server = simulator();
    let ids = match situation {
        "no credential" | "wrong secret" | "nobody listens" => "sim-ok-1s",
        "- with an error" => "-",
        ids => ids,
    };
    let line = format!("job {command} {form} {ids} {}", beside.unwrap_or_default());
    let call = |call: Cph| match situation {
        "no credential" => call.at(&server.url()),
        "wrong secret" => call.on(&server).env("CPH_SECRET_KEY", "of-another-key"),
        "nobody listens" => call.on(&server).env("CPH_ENDPOINT", "http://127.0.0.1:1"),
        "- with an error" => call.on(&server).stdin(r#"{"error_code":"CPS.0004","error_msg":"busy"}"#),
        _ => call.on(&server),
    };
    call(cph(line.split_whitespace())).run().exit()
}

/// All cells, many at a time: most of them wait.
fn table() -> Vec<Vec<String>> {
    let mut runs = Vec::new();
    for (row, (situation, _)) in SITUATIONS.iter().enumerate() {
        for (column, (command, beside)) in COLUMNS.iter().enumerate() {
            if is_possible(situation, *beside) {
                runs.extend(FORMS.map(|form| (row, column, *situation, *command, *beside, form)));
            }
        }
    }
    let seen = Mutex::new(vec![vec![BTreeSet::new(); COLUMNS.len()]; SITUATIONS.len()]);
    in_parallel(64, &runs, |(row, column, situation, command, beside, form)| {
        let exit = exit_of(situation, command, *beside, form);
        seen.lock().unwrap()[*row][*column].insert((exit, *form));
    });
    let cell = |codes: &BTreeSet<(i32, &str)>| {
        let exits: BTreeSet<i32> = codes.iter().map(|(exit, _)| *exit).collect();
        match exits.into_iter().collect::<Vec<_>>()[..] {
            [] => "–".to_owned(),
            [exit] => exit.to_string(),
            _ => panic!("the output form changed the exit code: {codes:?}"),
        }
    };
    seen.into_inner().unwrap().iter().map(|row| row.iter().map(cell).collect()).collect()
}

/// The section of the page that is made here; what is before it is written by hand.
const HEADING: &str = "## Each situation\n";

fn section() -> String {
    let mut section = format!(
        "{HEADING}
What `$?` is in each situation that the [simulator](simulator.md) can play, with an access key as the credential.
Every number was seen in each output form:
{}.
A test makes this table and compares it. `wait` has `--timeout 20s` here.

| id or request | what happens | `show` | `show`, and a success | `show`, and a failure | `wait` | `wait`, and a success |
|---|---|---|---|---|---|---|
",
        FORMS.map(|form| format!("`{form}`")).join(", ")
    );
    for ((situation, what), cells) in SITUATIONS.iter().zip(table()) {
        let id = if situation.contains("sim-") {
            format!("`{}`", situation.trim_start_matches("--request-id "))
        } else {
            String::new()
        };
        section.push_str(&format!("| {id} | {what} | {} |\n", cells.join(" | ")));
    }
    section
}

#[test]
fn the_page_is_what_happens() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/exit-codes.md");
    let committed = std::fs::read_to_string(path).unwrap();
    let (before, _) = committed.split_once(HEADING).unwrap();
    let page = format!("{before}{}", section());
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(committed == page, "UPDATE=1 cargo test --test program all_exit_codes writes it:\n{page}");
}
