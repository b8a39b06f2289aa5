use super::*;

use crate::job::Status;

const CONTEXT: ErrorContext<'_> = ErrorContext {
    about: "job j1",
    endpoint: "https://cph.cn-north-4.myhuaweicloud.com",
    expected: "status",
    missing: format_args!("no such job: j1 at cph.cn-north-4"),
};

fn response(status: u16, body: &str) -> HttpResponse {
    HttpResponse::new(status, HeaderMap::new(), body.as_bytes().to_vec())
}

fn cps(code: &str) -> String {
    format!(r#"{{"request_id":"r1","error_code":"{code}","error_msg":"m"}}"#)
}

#[test]
fn every_response_has_one_meaning() {
    use Kind::*;
    let table: &[(u16, String, Kind, bool)] = &[
        (200, String::new(), BadAnswer, false),
        (200, "{}".into(), BadAnswer, false),
        (200, "<html>".into(), BadAnswer, false),
        (200, r#"{"status":2,"job_id":"j2"}"#.into(), WrongJob, false),
        (200, cps("CPS.0011"), BadAnswer, false),
        (200, cps("CPS.0042"), ServiceError, true),
        (200, cps("CPS.0007"), Forbidden, false),
        (201, r#"{"status":2,"job_id":"j1"}"#.into(), BadAnswer, false),
        (204, String::new(), BadAnswer, false),
        (206, r#"{"status":2,"job_id":"j1"}"#.into(), BadAnswer, false),
        (302, String::new(), BadAnswer, false),
        (400, cps("CPS.0011"), NotFound, false),
        (404, cps("CPS.0011"), NotFound, false),
        (404, cps("cps0011"), NotFound, false),
        (404, cps("CPS.0050"), NotFound, false),
        (404, cps("APIGW.0101"), BadAnswer, false),
        (404, "<html>".into(), BadAnswer, false),
        (404, String::new(), BadAnswer, false),
        (400, cps("CPS.0042"), ServiceError, true),
        (400, cps("CPS.0003"), ServiceError, true),
        (400, cps("CPS.0001"), Forbidden, false),
        (500, cps("CPS.0001"), Forbidden, false),
        (400, cps("CPS.0046"), BadAnswer, false),
        (401, cps("APIGW.0301"), AuthRejected, false),
        (401, "<html>".into(), AuthRejected, false),
        (403, cps("APIGW.0302"), Forbidden, false),
        (403, String::new(), Forbidden, false),
        (405, cps("APIGW.0501"), BadAnswer, false),
        (408, String::new(), HttpTimeout, true),
        (429, cps("APIGW.0308"), RateLimited, true),
        (500, r#"{"status":2,"job_id":"j1"}"#.into(), ServiceError, true),
        (501, String::new(), ServiceError, false),
        (501, cps("CPS.0042"), ServiceError, true),
        (505, cps("CPS.0003"), ServiceError, true),
        (401, cps("CPS.0042"), AuthRejected, false),
        (502, "<html>".into(), ServiceError, true),
        (503, cps("APIGW.0613"), ServiceError, true),
        (504, String::new(), ServiceError, true),
        (505, String::new(), ServiceError, false),
    ];
    for (status, body, kind, retryable) in table {
        let error = response(*status, body).job(&CONTEXT, "j1").unwrap_err();
        assert_eq!((error.kind, error.retryable), (*kind, *retryable), "{status} {body}: {error:?}");
        assert_eq!(error.service.http_status, Some(*status));
        assert!(error.text().contains("j1") && error.message.contains("cph.cn-north-4"), "{}", error.message);
    }
}

#[test]
fn a_good_response_is_about_that_job_or_names_none() {
    for body in [r#"{"status":2,"job_id":"j1"}"#, r#"{"status":2}"#, r#"{"status":2,"job_id":""}"#] {
        let job = response(200, body).job(&CONTEXT, "j1").unwrap();
        assert_eq!((job.status, job.job_id.as_deref()), (Status::Success, Some("j1")));
    }
    assert_eq!(response(200, r#"{"status":7}"#).job(&CONTEXT, "j1").unwrap().status_code, Some(7));
}

#[test]
fn an_encoding_or_a_second_length_makes_a_response_unusable() {
    let with = |headers: &[(&'static str, &str)]| {
        let mut response = response(200, r#"{"status":2,"job_id":"j1"}"#);
        for (name, value) in headers {
            response.headers.append(*name, value.parse().unwrap());
        }
        response.job(&CONTEXT, "j1")
    };
    for good in [&[][..], &[("content-length", "27")], &[("transfer-encoding", "Chunked")]] {
        assert!(with(good).is_ok(), "{good:?}");
    }
    for bad in [
        &[("content-encoding", "gzip")][..],
        &[("content-length", "27"), ("content-length", "27")],
        &[("content-length", "27, 27")],
        &[("content-length", "27"), ("transfer-encoding", "chunked")],
        &[("transfer-encoding", "gzip")],
    ] {
        assert_eq!(with(bad).unwrap_err().kind, Kind::BadAnswer, "{bad:?}");
    }
}

#[test]
fn the_first_request_id_that_says_something() {
    for (huawei, openstack, expected) in [
        (Some("r1"), None, Some("r1")),
        (Some(" r1 "), Some("r2"), Some("r1")),
        (None, Some("r2"), Some("r2")),
        (Some(" "), Some("r2"), Some("r2")),
        (None, None, None),
    ] {
        let mut headers = HeaderMap::new();
        for (name, id) in REQUEST_IDS.into_iter().zip([huawei, openstack]) {
            id.map(|id| headers.insert(name, id.parse().unwrap()));
        }
        assert_eq!(request_id(&headers), expected.map(str::to_owned));
    }
}

#[test]
fn an_id_repeats_no_secret() {
    let secrets = Secrets::default();
    secrets.add("hunter2!");
    let long = "x".repeat(125);
    for (header, id) in [
        ("a-hunter2!-b", Some("a-[redacted]-b".to_owned())),
        (&format!("{long}hunter2!"), Some(format!("{long}[re"))),
        ("r1", Some("r1".to_owned())),
        ("", None),
    ] {
        let mut response = response(200, "");
        response.headers.insert("x-request-id", header.parse().unwrap());
        assert_eq!(response.with_secrets(&secrets).request_id(), id);
    }
    assert_eq!(response(200, "").with_secrets(&secrets).request_id(), None);
}

#[test]
fn a_text_is_cut_after_its_secrets_are_gone() {
    let secrets = Secrets::default();
    secrets.add("hunter2!");
    for cut in 0..9 {
        let text = format!("{}hunter2!{}", "x".repeat(LONGEST_QUOTE - cut), "y".repeat(9));
        for body in [
            serde_json::json!({"error_code": "A.1", "error_msg": text}),
            serde_json::json!({"error_code": text, "error_msg": "m"}),
            serde_json::json!({"error_code": "A.1", "request_id": text}),
            serde_json::json!({"status": text}),
            serde_json::json!({"status": 2, "job_id": text}),
        ] {
            for status in [200, 400, 401, 404, 503] {
                let response = response(status, &body.to_string()).with_secrets(&secrets);
                let shown = format!("{:?}", response.job(&CONTEXT, "j1").unwrap_err());
                assert!(!shown.contains("hun"), "{shown}");
            }
        }
    }
}

#[test]
fn a_token_that_was_just_issued_is_a_secret_too() {
    let mut response = response(400, r#"{"error_code":"A.1","error_msg":"have token-abcdefgh-1 x"}"#);
    response.headers.insert(ISSUED_TOKEN, "token-abcdefgh-1".parse().unwrap());
    let error = response.with_secrets(&Secrets::default()).job(&CONTEXT, "j1").unwrap_err();
    assert!(error.message.ends_with("have [redacted] x"), "{}", error.message);
}

#[test]
fn a_verdict_needs_its_body() {
    for (status, too_long, enough) in [
        (200, false, false),
        (200, true, false),
        (201, true, false),
        (401, false, true),
        (401, true, true),
        (404, false, false),
        (404, true, true),
        (503, false, false),
        (503, true, true),
    ] {
        assert_eq!(classify::needs_no_body(status, too_long), enough, "{status} {too_long}");
    }
}

#[test]
fn a_report_is_short() {
    let page = "x".repeat(100_000);
    let body = format!(r#"{{"error_code":"{page}","error_msg":"{page}","request_id":"{page}"}}"#);
    let error = response(400, &body).job(&CONTEXT, "j1").unwrap_err();
    let service = &error.service;
    let total = error.message.len()
        + service.code.as_ref().map_or(0, String::len)
        + service.request_id.as_ref().map_or(0, String::len);
    assert!(total < 4000, "{total}");
    let error = response(200, &format!(r#"{{"status":"{page}"}}"#)).job(&CONTEXT, "j1").unwrap_err();
    assert!(error.message.len() < 1000, "{}", error.message.len());
}

#[test]
fn a_redirect_is_named_and_not_followed() {
    let error = |location: Option<&str>| {
        let mut response = response(302, "");
        if let Some(location) = location {
            response.headers.insert(LOCATION, location.parse().unwrap());
        }
        response.to_error(&CONTEXT)
    };
    let elsewhere = error(Some("https://elsewhere.example/login"));
    assert!(
        elsewhere.message.ends_with("HTTP 302: a redirect to https://elsewhere.example/login, which is never followed")
    );
    assert!(error(None).message.ends_with("HTTP 302: a redirect, which is never followed"));
    assert_eq!((elsewhere.kind, elsewhere.retryable), (Kind::BadAnswer, false));
}
