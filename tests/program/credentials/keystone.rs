//! An IAM that is OpenStack's Keystone: it wants the domain with a project's name, says 401 for a wrong project, and
//! has a name of its own for the request id.

use crate::common::server::{Faulty, Reply, Request, by, http, json, send, success_of};
use crate::common::{Cph, Run, cph};
use crate::credentials::{towards, with_keys, with_password};

const PROJECT: &str = "0123456789abcdef0123456789abcdef";
const ENDS: &str = "2999-01-01T00:00:00.000000Z";

fn error(status: u16, title: &str, message: &str) -> Reply {
    let body = format!(r#"{{"error":{{"code":{status},"message":"{message}","title":"{title}"}}}}"#);
    send(replaced(json(status, body)))
}

/// With Keystone's name of the request id alone.
fn replaced(bytes: Vec<u8>) -> Vec<u8> {
    String::from_utf8(bytes).unwrap().replace("X-Request-Id: req-77", "X-Openstack-Request-Id: req-of-keystone").into()
}

fn token_of_project() -> String {
    format!(r#"{{"token":{{"expires_at":"{ENDS}","project":{{"id":"{PROJECT}","name":"demo"}}}}}}"#)
}

/// `check` answers a token that asks about itself.
fn keystone(check: impl Fn() -> Reply + Send + Sync + 'static) -> Faulty {
    Faulty::start(by(move |request: &Request, _| {
        let line = request.line();
        if request.is_login() {
            let body: serde_json::Value = serde_json::from_str(request.body()).unwrap();
            let project = &body["auth"]["scope"]["project"];
            if project["id"].is_null() && project["domain"] != body["auth"]["identity"]["password"]["user"]["domain"] {
                return error(400, "Bad Request", "Expecting to find domain in project.");
            }
            if project["name"] == "elsewhere" {
                return error(401, "Unauthorized", "The request you have made requires authentication.");
            }
            return send(http(201, "X-Subject-Token: gAAAA-token\r\n", token_of_project()));
        }
        if line.starts_with("GET /v3/auth/tokens") {
            return check();
        }
        if line == "GET /v3/projects?name=simulator-1" {
            return send(json(200, format!(r#"{{"projects":[{{"id":"{PROJECT}","name":"simulator-1"}}]}}"#)));
        }
        if line.starts_with("GET /v3/projects") {
            return error(403, "Forbidden", "You are not authorized to perform the requested action.");
        }
        assert!(line.contains(&format!("/v1/{PROJECT}/")), "{line}");
        send(success_of(&request.job_id()))
    }))
}

fn no_check() -> Reply {
    panic!("nobody asks about a token")
}

fn show(service: &Faulty) -> Cph {
    towards(cph(["job", "show", "j"]), &service.url())
}

fn asked(service: &Faulty, start: &str) -> usize {
    service.count(|request| request.line().starts_with(start))
}

fn succeeded(run: &Run) {
    assert_eq!(run.exit(), 0, "{run}");
}

#[test]
fn a_project_by_name_is_named_with_its_domain() {
    let service = keystone(no_check);
    succeeded(&with_password(show(&service)).run());
    // By ids, as Terraform's variables have them.
    let by_id = |call: Cph| call.env("HW_USER_ID", "u1").env("HW_USER_PASSWORD", "p-w").env("HW_DOMAIN_ID", "d1");
    succeeded(&by_id(show(&service)).run());
    assert_eq!(service.logins_and_looks(), (2, 2));
}

#[test]
fn a_wrong_project_is_among_the_causes_of_a_refused_login() {
    let service = keystone(no_check);
    let run = with_password(show(&service)).env("CPH_REGION", "elsewhere").run();
    assert_eq!((run.exit(), service.logins_and_looks()), (4, (1, 0)), "{run}");
    assert!(run.stderr.contains("that the user may work in the project elsewhere"), "{run}");
    assert!(run.stderr.contains("request id: req-of-keystone"), "{run}");
}

#[test]
fn a_look_up_that_is_forbidden_is_about_iam() {
    let service = keystone(no_check);
    let run = with_keys(show(&service)).env("CPH_REGION", "elsewhere").run();
    assert_eq!(run.exit(), 4, "{run}");
    assert!(
        run.stderr.contains("the permission to list projects in IAM") && !run.stderr.contains("cph:jobs:get"),
        "{run}"
    );
    assert!(run.stderr.contains("--project-id"), "{run}");
}

#[test]
fn a_token_names_its_own_project() {
    let service = keystone(|| send(replaced(json(200, token_of_project()))));
    let home = tempfile::tempdir().unwrap();
    for region in [Some("elsewhere"), Some("elsewhere"), None] {
        let call = show(&service).env("CPH_TOKEN", "gAAAA-token").env("HOME", home.path());
        let run = match region {
            Some(region) => call.env("CPH_REGION", region),
            None => call.no_env("CPH_REGION"),
        };
        succeeded(&run.run());
    }
    // Once for each region, since it is remembered.
    assert_eq!((asked(&service, "GET /v3/auth/tokens"), asked(&service, "GET /v3/projects")), (2, 0));
    let check = service.requests()[0].clone();
    assert_eq!(check.header("x-subject-token"), check.header("x-auth-token"));
}

#[test]
fn a_token_that_names_no_project_is_looked_up_by_the_region() {
    let of_an_account = || send(json(200, format!(r#"{{"token":{{"expires_at":"{ENDS}","domain":{{"id":"d"}}}}}}"#)));
    let answers: [fn() -> Reply; 3] = [
        of_an_account,
        || error(403, "Forbidden", "You are not authorized to perform the requested action."),
        || error(404, "Not Found", "X-Subject-Token is invalid in the request"),
    ];
    for answer in answers {
        let service = keystone(answer);
        succeeded(&show(&service).env("CPH_TOKEN", "gAAAA-token").run());
        assert_eq!((asked(&service, "GET /v3/auth/tokens"), asked(&service, "GET /v3/projects")), (1, 1));
        let run = show(&service).env("CPH_TOKEN", "gAAAA-token").no_env("CPH_REGION").run();
        assert!(run.exit() == 3 && run.stderr.contains("no region to look it up by"), "{run}");
    }
    let service = keystone(|| error(401, "Unauthorized", "The X-Auth-Token is invalid!"));
    let run = show(&service).env("CPH_TOKEN", "gAAAA-token").run();
    assert_eq!((run.exit(), service.requests().len()), (4, 1), "{run}");
    assert!(run.stderr.contains("request id: req-of-keystone"), "{run}");
}
