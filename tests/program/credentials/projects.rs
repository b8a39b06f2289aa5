//! Without a project id: the project named like the region is looked up in IAM, once, and remembered.

use std::path::PathBuf;

use cph::simulator::{self, PROJECT_ID};

use crate::common::server::{Faulty, Request, always, by, forward, json, send, success_of};
use crate::common::{Run, cph};
use crate::credentials::{towards, with_keys};

/// `cph job show` with a home, a region and keys.
fn show(service: &Faulty, home: &tempfile::TempDir, region: &str) -> Run {
    let call = towards(cph(["job", "show", "-q", "sim-ok"]), &service.url()).env("HOME", home.path());
    with_keys(call).env("CPH_REGION", region).run()
}

fn look_ups(service: &Faulty) -> usize {
    service.count(|request| request.line().starts_with("GET /v3/projects"))
}

#[test]
fn the_project_of_the_region_is_looked_up_once() {
    let service = Faulty::start(always(forward()));
    let home = tempfile::tempdir().unwrap();
    for _ in 0..3 {
        let run = show(&service, &home, simulator::REGION);
        assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    }
    assert_eq!(service.count(|request| request.line() == "GET /v3/projects?name=simulator-1"), 1);
    for (region, words) in [
        ("simulator-none", &["knows no project named simulator-none", "--project-id"][..]),
        (
            "simulator-several",
            &["several", "00000000000000000000000000c10d11", "00000000000000000000000000c10d12", "--project-id"],
        ),
    ] {
        let run = show(&service, &home, region);
        assert_eq!(run.exit(), 3, "{run}");
        assert!(words.iter().all(|word| run.stderr.contains(word)), "{run}");
    }
}

#[test]
fn a_project_of_another_name_is_never_taken() {
    let other = "00000000000000000000000000000bad";
    for (projects, exit) in [
        // An IAM that ignores the filter.
        (format!(r#"{{"id":"{other}","name":"simulator-2"}},{{"id":"{PROJECT_ID}","name":"simulator-1"}}"#), 0),
        (format!(r#"{{"id":"{other}","name":"simulator-2"}}"#), 3),
        (format!(r#"{{"id":"{other}","name":"Simulator-1"}},{{"id":"{other}","name":"simulator-1_sub"}}"#), 3),
        // No id that could be a segment of a path.
        (r#"{"id":"../../v3","name":"simulator-1"}"#.to_owned(), 3),
    ] {
        let list = format!(r#"{{"projects":[{projects}]}}"#);
        let service = Faulty::start(by(move |request: &Request, _| {
            if !request.is_job() {
                return send(json(200, list.clone()));
            }
            assert!(request.line().contains(&format!("/v1/{PROJECT_ID}/")), "{}", request.line());
            send(success_of(&request.job_id()))
        }));
        let run = show(&service, &tempfile::tempdir().unwrap(), simulator::REGION);
        assert_eq!(run.exit(), exit, "{projects}: {run}");
    }
}

#[test]
fn a_remembered_project_is_believed_only_where_it_was_found() {
    let service = Faulty::start(always(forward()));
    let home = tempfile::tempdir().unwrap();
    let remembered = || -> PathBuf {
        let mut files = std::fs::read_dir(home.path().join(".cache/cph")).unwrap().map(|file| file.unwrap().path());
        files.find(|file| file.file_name().unwrap().to_string_lossy().starts_with("project-")).unwrap()
    };
    assert_eq!(show(&service, &home, simulator::REGION).exit(), 0);
    let file = remembered();
    let text = std::fs::read_to_string(&file).unwrap();
    let wrong = text.replace(PROJECT_ID, "00000000000000000000000000000bad");
    assert_ne!(wrong, text);
    for (what, moved) in [
        ("bound to another credential, endpoint or region", wrong.replace("project-", "project-0")),
        ("of another version", wrong.replace("\"version\":1", "\"version\":2")),
        ("with an id that is none", text.replace(PROJECT_ID, "../../v3")),
        ("cut", wrong.get(..wrong.len() / 2).unwrap().to_owned()),
    ] {
        assert_ne!(moved, wrong, "{what}");
        std::fs::write(&file, moved).unwrap();
        let before = look_ups(&service);
        let run = show(&service, &home, simulator::REGION);
        assert_eq!((run.exit(), look_ups(&service) - before), (0, 1), "{what}: {run}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "{what}");
    }
}
