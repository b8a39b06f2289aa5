//! A user's password becomes a token: how often IAM is asked, and what becomes of the token.

use cph::simulator::{self, PASSWORD, PROJECT_ID};

use crate::common::server::{Faulty, Request, always, by, forward, http, json, send};
use crate::common::{CPH, Cph, Run, cph, path_with_cph, program, simulator};
use crate::credentials::responses::{in_minutes, issued, job, refused};
use crate::credentials::{fifty_at_once, on, towards, with_password};

fn show<const N: usize>(service: &Faulty, arguments: [&str; N]) -> Cph {
    with_password(towards(cph(arguments), &service.url()))
}

/// Logs in by the simulator, answers every job itself.
fn iam_and_jobs() -> Faulty {
    Faulty::start(by(|request, _| if request.is_job() { job(request) } else { forward() }))
}

fn ended(run: &Run) -> (i32, &str) {
    (run.exit(), run.stderr.as_str())
}

#[test]
fn fifty_processes_at_once_make_one_login() {
    let service = Faulty::start(always(forward()));
    let home = tempfile::tempdir().unwrap();
    for output in fifty_at_once(home.path(), &service.url(), PASSWORD) {
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && told.is_empty(), "{told}");
    }
    assert_eq!(service.logins_and_looks(), (1, 50));
}

#[test]
fn fifty_ids_make_one_login_and_the_project_comes_with_it() {
    let service = iam_and_jobs();
    let ids: Vec<String> = (0..50).map(|number| format!("job-{number}")).collect();
    let arguments = ["job", "show", "-q"].into_iter().chain(ids.iter().map(String::as_str));
    let run = with_password(towards(cph(arguments), &service.url())).env("CPH_TOKEN_CACHE", "off").run();
    assert_eq!(ended(&run), (0, ""), "{run}");
    assert_eq!(service.logins_and_looks(), (1, 50));
    assert_eq!(service.requests().len(), 51, "and nothing else");
    let login = service.requests()[0].clone();
    assert_eq!(login.line(), "POST /v3/auth/tokens?nocatalog=true");
    assert_eq!(login.header("content-type"), Some("application/json;charset=utf8"));
    assert!(
        login.body().contains(r#""scope":{"project":{"domain":{"name":"simulator-account"},"name":"simulator-1"}}"#),
        "{}",
        login.body()
    );
    assert!(service.requests()[1].line().contains(PROJECT_ID));
}

#[test]
fn a_set_project_is_the_scope() {
    let service = iam_and_jobs();
    let run = show(&service, ["job", "show", "-q", "--project-id", PROJECT_ID, "j"]).run();
    assert_eq!(ended(&run), (0, ""), "{run}");
    let body = service.requests()[0].body().to_owned();
    assert!(body.contains(&format!(r#""scope":{{"project":{{"id":"{PROJECT_ID}"}}}}"#)), "{body}");
}

#[test]
fn a_wrong_password_is_shown_to_iam_once_and_to_nobody_else() {
    let service = Faulty::start(always(forward()));
    for arguments in [&["job", "show", "a", "b", "c"][..], &["auth", "status"]] {
        let before = service.requests().len();
        let call = with_password(towards(cph(arguments), &service.url()));
        let run = call.env("CPH_PASSWORD", "wrong-password-of-mine").run();
        assert_eq!(run.exit(), 4, "{run}");
        assert!(run.stderr.contains("cph: error[auth_rejected]") && run.stderr.contains("lock the user"), "{run}");
        assert!(run.stderr.contains("The username or password is wrong"), "{run}");
        let requests = service.requests();
        assert_eq!((requests.len() - before, requests[before].is_login()), (1, true), "{run}");
    }
}

#[test]
fn a_token_refused_once_is_one_more_login() {
    let script = "cph job show -v sim-401-once";
    let run = program(CPH, ["simulator", "--credential", "password", "--", "sh", "-c", script])
        .env("PATH", path_with_cph())
        .run();
    assert_eq!(run.exit(), 0, "{run}");
    assert_eq!(run.stderr.matches("cph: POST ").count(), 2, "{run}");
    assert_eq!(run.stderr.matches("cph: GET ").count(), 2, "{run}");
    let run = program(CPH, ["simulator", "--credential", "password", "--", "cph", "job", "show", "sim-401-once"])
        .env("PATH", "/usr/bin:/bin")
        .run();
    assert_eq!(ended(&run), (0, ""), "{run}");
    // Refused with every token: one new login, one more try, then the end.
    let service = Faulty::start(by(|request, _| if request.is_job() { refused("token") } else { forward() }));
    let run = show(&service, ["job", "show", "a", "b", "c"]).run();
    assert_eq!((run.exit(), service.logins_and_looks()), (4, (2, 2)), "{run}");
}

#[test]
fn a_token_that_must_be_renewed_is() {
    // APIGW.0307 long before its end, met by many at once: still one new login.
    let first = std::sync::Once::new();
    let service = Faulty::start(by(move |request, _| match request.header("x-auth-token") {
        None => {
            let mut token = "new";
            first.call_once(|| token = "old");
            issued(token, &in_minutes(60))
        }
        Some("old") if !request.line().ends_with("/first") => {
            send(json(401, r#"{"error_msg":"The token must be updated.","error_code":"APIGW.0307"}"#))
        }
        Some(_) => job(request),
    }));
    let ids: Vec<String> = (0..40).map(|number| format!("job-{number}")).collect();
    let arguments = ["job", "show", "-q", "first"].into_iter().chain(ids.iter().map(String::as_str));
    let run = with_password(towards(cph(arguments), &service.url())).run();
    assert_eq!(ended(&run), (0, ""), "{run}");
    assert_eq!(service.count(Request::is_login), 2);
}

#[test]
fn a_busy_iam_is_asked_again_a_refusing_one_is_not() {
    for (status, logins, exit) in
        [(503, 3, 6), (429, 3, 6), (500, 3, 6), (401, 1, 4), (403, 1, 4), (400, 1, 7), (404, 1, 7)]
    {
        let service = Faulty::start(by(move |_, _| send(json(status, "{}"))));
        let run = show(&service, ["job", "show", "j"]).run();
        assert_eq!((run.exit(), service.logins_and_looks()), (exit, (logins, 0)), "{status}: {run}");
        let is_sent_to_iam = run.stderr.contains("hint: IAM does not answer like this: check CPH_IAM_ENDPOINT and the");
        assert_eq!(is_sent_to_iam, status == 404, "{run}");
        assert_eq!(run.stderr.contains("(3 attempts)"), logins == 3, "{run}");
    }
    let service = Faulty::start(by(|request, number| match number {
        0 | 1 => send(json(503, "{}")),
        2 => issued("t", &in_minutes(60)),
        _ => job(request),
    }));
    let run = show(&service, ["job", "show", "-q", "j"]).run();
    assert_eq!((ended(&run), service.logins_and_looks()), ((0, ""), (3, 1)), "{run}");
}

/// Retries of the login are not multiplied by those of the job.
#[test]
fn a_renewal_that_fails_is_tried_three_times_and_no_more() {
    let service = Faulty::start(by(|request, _| {
        if request.is_job() {
            return refused("decrypt token fail");
        }
        static FIRST: std::sync::Once = std::sync::Once::new();
        let mut reply = send(json(503, "{}"));
        FIRST.call_once(|| reply = issued("t", &in_minutes(60)));
        reply
    }));
    let run = show(&service, ["job", "show", "-o", "json", "j"]).run();
    assert_eq!((run.exit(), service.logins_and_looks()), (6, (4, 1)), "{run}");
    assert_eq!(run.json()["jobs"][0]["error"]["retryable"], true, "{run}");
}

#[test]
fn answers_of_iam_that_are_none() {
    let body = r#"{"token":{"expires_at":"2099-01-01T00:00:00Z","project":{"id":"p","name":"r"}}}"#;
    for (status, headers, body) in [
        (201, "", body),
        (200, "X-Subject-Token: t\r\n", body),
        (201, "X-Subject-Token: a b\r\n", body),
        (201, "X-Subject-Token: t\r\n", "<html>"),
        (201, "X-Subject-Token: t\r\n", "{}"),
        (302, "Location: http://127.0.0.1:9/\r\n", ""),
    ] {
        let whole = http(status, headers, body);
        let service = Faulty::start(by(move |_, _| send(whole.clone())));
        let run = show(&service, ["job", "show", "j"]).run();
        assert_eq!((run.exit(), service.requests().len()), (7, 1), "{status} {headers} {body}: {run}");
    }
}

#[test]
fn a_token_of_24_kb_works() {
    let token: String = "MII+/=abcdefghijklmnop".chars().cycle().take(24 * 1024).collect();
    let service = Faulty::start(by({
        let token = token.clone();
        move |request, _| if request.is_login() { issued(&token, &in_minutes(60)) } else { job(request) }
    }));
    let home = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let run = show(&service, ["job", "show", "-q", "j"]).env("HOME", home.path()).run();
        assert_eq!(ended(&run), (0, ""), "{run}");
    }
    assert_eq!(service.logins_and_looks(), (1, 2), "and is kept");
    for request in service.requests().iter().filter(|request| request.is_job()) {
        assert_eq!(request.header("x-auth-token"), Some(token.as_str()));
    }
    let run = towards(cph(["job", "show", "-q", "j"]), &service.url()).env("CPH_TOKEN", &token);
    assert_eq!(run.env("CPH_PROJECT_ID", "p").run().exit(), 0, "given ready, too");
}

#[test]
fn any_text_is_a_password() {
    for password in ["p\"w\\", "pass wörd ", "密码", "a\nb", "${HOME}$(id)", "%"] {
        let service = Faulty::start(by(
            |request, _| if request.is_login() { issued("t", &in_minutes(60)) } else { job(request) },
        ));
        let run = show(&service, ["job", "show", "-q", "j"]).env("CPH_PASSWORD", password).run();
        assert_eq!(ended(&run), (0, ""), "{run}");
        let body: serde_json::Value = serde_json::from_str(service.requests()[0].body()).unwrap();
        assert_eq!(body["auth"]["identity"]["password"]["user"]["password"], password);
    }
}

#[test]
fn fifty_ids_with_a_wrong_secret_key_are_one_request() {
    let server = simulator();
    let ids: Vec<String> = (0..50).map(|number| format!("job-{number}")).collect();
    let arguments = ["job", "show", "-v"].into_iter().chain(ids.iter().map(String::as_str));
    let run = towards(cph(arguments), &server.url())
        .env("CPH_PROJECT_ID", PROJECT_ID)
        .env("CPH_ACCESS_KEY", simulator::ACCESS_KEY)
        .env("CPH_SECRET_KEY", "wrong-secret-key-of-mine")
        .run();
    assert_eq!((run.exit(), run.stderr.matches("cph: GET ").count()), (4, 1), "{run}");
    // Without a project id it is IAM's gateway that sees the one bad signature.
    let run = on(&server, ["job", "show", "-v", "a", "b"])
        .env("CPH_ACCESS_KEY", simulator::ACCESS_KEY)
        .env("CPH_SECRET_KEY", "wrong-secret-key-of-mine")
        .run();
    assert_eq!((run.exit(), run.stderr.matches("cph: GET ").count()), (4, 1), "{run}");
}
