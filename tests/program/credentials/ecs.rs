//! `credentials = "ecs"`: the agency's keys, asked directly and briefly.

use cph::simulator::{PROJECT_ID, REGION, SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY};

use crate::common::server::{Faulty, Reply, always, by, forward, json, send, stall};
use crate::common::{Cph, cph};
use crate::credentials::responses::in_minutes;

fn ecs(service: &Faulty) -> Cph {
    let url = service.url();
    cph(["job", "show", "-q", "sim-ok"])
        .config("default_profile = 'e'\n[profiles.e]\ncredentials = 'ecs'\n")
        .env("CPH_ENDPOINT", &url)
        .env("CPH_IAM_ENDPOINT", &url)
        .env("CPH_METADATA_ENDPOINT", &url)
        .env("CPH_REGION", REGION)
        .env("CPH_PROJECT_ID", PROJECT_ID)
}

fn keys(expires_at: &str) -> Reply {
    let body = serde_json::json!({"credential": {
        "access": TEMPORARY_ACCESS_KEY, "secret": TEMPORARY_SECRET_KEY, "securitytoken": SECURITY_TOKEN,
        "expires_at": expires_at,
    }});
    send(json(200, body.to_string()))
}

#[test]
fn a_metadata_token_first_then_the_keys() {
    let service = Faulty::start(always(forward()));
    let run = ecs(&service).run();
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    let requests = service.requests();
    assert_eq!(requests[0].line(), "PUT /meta-data/latest/api/token");
    assert_eq!(requests[0].header("x-metadata-token-ttl-seconds"), Some("21600"));
    assert_eq!(requests[1].line(), "GET /openstack/latest/securitykey");
    assert_eq!(requests[1].header("x-metadata-token"), Some("SIMULATOR-METADATA-TOKEN-00000001"));
    assert_eq!(requests[2].header("x-security-token"), Some(SECURITY_TOKEN));
    assert_eq!(requests.len(), 3);
}

#[test]
fn an_older_service_has_no_tokens() {
    for status in [404, 405, 503] {
        let service = Faulty::start(by(move |request, _| match request.line() {
            line if line.starts_with("PUT") => send(json(status, "")),
            line if line.starts_with("GET /openstack") => keys(&in_minutes(360)),
            _ => forward(),
        }));
        let run = ecs(&service).run();
        assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
        assert_eq!(service.requests()[1].header("x-metadata-token"), None);
    }
}

#[test]
fn the_end_of_the_keys_may_be_anything() {
    for end in [&in_minutes(20), "soon", "", "-009999-01-02T01:59:59Z", "2001-01-01T00:00:00.000000Z"] {
        let end = end.to_owned();
        let service = Faulty::start(by(move |request, _| match request.line() {
            "GET /openstack/latest/securitykey" => keys(&end),
            _ => forward(),
        }));
        let run = ecs(&service).run();
        assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    }
}

#[test]
fn without_an_agency_it_says_so() {
    let service = Faulty::start(by(|request, _| match request.line() {
        line if line.starts_with("PUT") => forward(),
        _ => send(json(401, "Please configure Cloud Service Agency first")),
    }));
    let run = ecs(&service).run();
    assert_eq!((run.exit(), service.requests().len()), (4, 2), "{run}");
    assert!(run.stderr.contains("hint: give this ECS an agency"), "{run}");
}

#[test]
fn answers_that_are_none() {
    for (status, body, exit) in [
        (200, "<html>portal</html>", 7),
        (200, "{}", 7),
        (200, r#"{"credential":{"access":"a","secret":"hunter2hunter2","securitytoken":""}}"#, 7),
        (200, r#"{"credential":{"access":"a b","secret":"hunter2hunter2","securitytoken":"t"}}"#, 7),
        (401, "stale", 4),
        (500, "", 6),
    ] {
        let whole = json(status, body);
        let service = Faulty::start(by(move |request, _| match request.line() {
            line if line.starts_with("PUT") => forward(),
            _ => send(whole.clone()),
        }));
        let run = ecs(&service).run();
        assert_eq!(run.exit(), exit, "{status} {body}: {run}");
        assert!(!run.to_string().contains("hunter2"), "{run}");
    }
}

#[test]
fn off_an_ecs_it_gives_up_within_seconds() {
    let silent = Faulty::start(always(stall()));
    let run = ecs(&silent).run();
    assert_eq!(run.exit(), 6, "{run}");
    assert!(run.took.as_secs_f64() < 20.0, "{:?}", run.took);
    assert!(run.stderr.contains("hint: only an ECS has a metadata service"), "{run}");
    let run = ecs(&silent).env("CPH_METADATA_ENDPOINT", "http://127.0.0.1:9").run();
    assert_eq!(run.exit(), 6, "{run}");
    assert!(run.stderr.contains("hint: only an ECS has a metadata service"), "{run}");
}

#[test]
fn only_this_machine_or_its_link_and_never_a_proxy() {
    let service = Faulty::start(always(forward()));
    for elsewhere in [
        "http://10.0.0.1",
        "http://metadata.example",
        "https://169.254.169.254",
        "http://169.254.169.254.example",
        "http://169.254.169.254@example.com",
        "http://169.254.169.254/x",
        "http://[2001:db8::1]",
        "hunter2",
    ] {
        let run = ecs(&service).env("CPH_METADATA_ENDPOINT", elsewhere).run();
        assert_eq!(run.exit(), 3, "{run}");
        assert!(run.stderr.contains("CPH_METADATA_ENDPOINT must be http://address[:port]"), "{run}");
    }
    assert_eq!(service.requests().len(), 0);
    let proxy = Faulty::start(always(stall()));
    let mut call = ecs(&service);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        call = call.env(name, proxy.url());
    }
    let run = call.run();
    assert_eq!((run.exit(), run.stderr.as_str()), (0, ""), "{run}");
    // The real address, too. Whether somebody is there or not: the proxy is not.
    let mut call = ecs(&service).no_env("CPH_METADATA_ENDPOINT");
    for name in ["HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"] {
        call = call.env(name, proxy.url());
    }
    let run = call.run();
    assert!(run.took.as_secs_f64() < 20.0, "{run}");
    assert_eq!(proxy.requests().len(), 0, "{run}");
}
