//! Each job id and its responses; lists and timed jobs are tested in `jobs`, credentials in `credentials`.

mod credentials;
mod jobs;

use serde_json::Value;

use super::super::TOKEN;
use super::*;

const JOBS: &str = "/v1/00000000000000000000000000c10d01/cloud-phone/jobs/";

fn ask(cloud: &mut Cloud, method: &str, path: &str, token: &str) -> Option<OutgoingResponse> {
    let headers = vec![("host".into(), "127.0.0.1:1".into()), ("x-auth-token".into(), token.into())];
    let request = IncomingRequest { method: method.into(), path: path.into(), headers, ..IncomingRequest::default() };
    cloud.answer(&request, "2026-01-15T08:00:00Z".parse().unwrap())
}

/// HTTP status; then job id, job status and error code of the body.
fn summary(reply: &Option<OutgoingResponse>) -> String {
    let Some(response) = reply else { return "reset".into() };
    let body: Value = serde_json::from_str(&response.body).unwrap_or_default();
    let parts = [&body["job_id"], &body["status"], &body["error_code"]];
    let parts: Vec<_> =
        parts.iter().map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned)).collect();
    format!("{} {}", response.status, parts.join(" ").replace("null", "-"))
}

#[test]
fn each_id_has_its_replies() {
    let once = |text: &str| vec![text.to_owned(); 3];
    let rows = [
        ("sim-ok", once("200 sim-ok 2 -")),
        ("sim-fail", once("200 sim-fail -1 CPS.0054")),
        ("sim-running", once("200 sim-running 1 -")),
        ("sim-404", once("404 - - CPS.0011")),
        ("sim-401", once("401 - - APIGW.0301")),
        ("sim-401-once", once("401 - - APIGW.0307")),
        ("sim-403", once("403 - - CPS.0001")),
        ("sim-503", once("503 - - APIGW.0613")),
        ("sim-flaky", vec!["503 - - APIGW.0613".into(), "reset".into(), "200 sim-flaky 2 -".into()]),
        ("sim-429", vec!["429 - - APIGW.0308".into(), "200 sim-429 2 -".into(), "200 sim-429 2 -".into()]),
        ("sim-html", once("200 - - -")),
        ("sim-status-7", once("200 sim-status-7 7 -")),
        ("sim-wrong-job", once("200 sim-ok 2 -")),
        ("sim-empty", once("200 - - -")),
        ("sim-cjk", once("200 sim-cjk -1 CPS.0054")),
        ("sim-escape", once("200 sim-escape -1 CPS.0054")),
        ("sim%2Dok", once("200 sim-ok 2 -")),
        ("00000000000000000000000000000000", once("404 - - CPS.0011")),
        ("sim-unheard-of", once("404 - - CPS.0011")),
    ];
    let mut cloud = Cloud::default();
    for (id, expected) in rows {
        let path = format!("{JOBS}{id}");
        let found: Vec<_> = (0..3).map(|_| summary(&ask(&mut cloud, "GET", &path, TOKEN))).collect();
        assert_eq!(found, expected, "{id}");
    }
}

#[test]
fn the_documented_example_answers_as_documented() {
    let reply = ask(&mut Cloud::default(), "GET", &format!("{JOBS}6837531fd3f54550927b930180a706bf"), TOKEN);
    let Some(response) = reply else { panic!("reset") };
    assert_eq!(
        response.body,
        concat!(
            r#"{"request_id":"2676a3b4f7df49c297c6775989806d32","phone_id":"9b28fbe50ded4060b8149a47e55dba82","#,
            r#""job_id":"6837531fd3f54550927b930180a706bf","begin_time":"2019-04-26T07:00:00Z","#,
            r#""end_time":"2019-04-26T07:00:06Z","status":2,"error_code":null,"error_msg":null,"execute_msg":null}"#
        )
    );
}

#[test]
fn unusable_responses_are_still_200() {
    let mut cloud = Cloud::default();
    let Some(page) = ask(&mut cloud, "GET", &format!("{JOBS}sim-html"), TOKEN) else { panic!("reset") };
    assert!(page.body.starts_with("<!DOCTYPE html>") && page.headers[0].1.starts_with("text/html"));
    let Some(empty) = ask(&mut cloud, "GET", &format!("{JOBS}sim-empty"), TOKEN) else { panic!("reset") };
    assert_eq!(empty.body, "{}");
}

#[test]
fn every_response_has_the_next_request_id() {
    let mut cloud = Cloud::default();
    for (number, path) in ["/", &format!("{JOBS}sim-ok"), &format!("{JOBS}sim-404")].into_iter().enumerate() {
        let Some(response) = ask(&mut cloud, "GET", path, TOKEN) else { panic!("reset") };
        let id = format!("c10d000000000000000000000000000{}", number + 1);
        assert!(response.headers.contains(&("x-request-id", id.clone())));
        assert_eq!(response.status == 200, !response.body.contains(&id), "errors repeat it in the body");
    }
    assert_eq!(summary(&cloud.answer_too_large()), "413 - - APIGW.0201");
}

#[test]
fn what_is_not_published_is_the_gateways_404() {
    let job = format!("{JOBS}sim-ok");
    let rows = [
        ("POST", job.as_str()),
        ("HEAD", &job),
        ("GET", "/"),
        ("GET", JOBS),
        ("GET", &format!("{job}/")),
        ("GET", "//"),
    ];
    for (method, path) in rows {
        assert_eq!(summary(&ask(&mut Cloud::default(), method, path, TOKEN)), "404 - - APIGW.0101", "{method} {path}");
    }
}

#[test]
fn requests_without_access_do_not_count() {
    let mut cloud = Cloud::default();
    let flaky = format!("{JOBS}sim-429");
    assert_eq!(summary(&ask(&mut cloud, "GET", &flaky, "other")), "401 - - APIGW.0301");
    let elsewhere = flaky.replace("c10d01", "c10d02");
    assert_eq!(summary(&ask(&mut cloud, "GET", &elsewhere, TOKEN)), "403 - - CPS.0001");
    assert_eq!(summary(&ask(&mut cloud, "GET", &flaky, TOKEN)), "429 - - APIGW.0308");
    for number in 0..1000 {
        ask(&mut cloud, "GET", &format!("{JOBS}{number}"), TOKEN);
    }
    assert_eq!(cloud.calls.len(), 1, "only ids of the table are remembered");
}
