//! Jobs that take time, lists of jobs, and the call that starts some, as HTTP requests.

use jiff::SignedDuration;
use serde_json::Value;

use super::super::super::{ACCESS_KEY, SECRET_KEY, TOKEN, http::OutgoingResponse};
use super::super::*;
use crate::api::sign;

const CPH: &str = "/v1/00000000000000000000000000c10d01/cloud-phone";

fn at(second: i64) -> Timestamp {
    "2026-01-15T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
}

fn ask(cloud: &mut Cloud, request: &IncomingRequest, second: i64) -> OutgoingResponse {
    match cloud.answer(request, at(second)) {
        Some(response) => response,
        None => panic!("reset"),
    }
}

fn with_token(method: &str, target: &str, body: &str) -> IncomingRequest {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    IncomingRequest {
        method: method.into(),
        path: format!("{CPH}{path}"),
        query: query.into(),
        headers: vec![("host".into(), "localhost".into()), ("x-auth-token".into(), TOKEN.into())],
        body: body.into(),
    }
}

fn get(cloud: &mut Cloud, target: &str, second: i64) -> Value {
    let mut body: Value = serde_json::from_str(&ask(cloud, &with_token("GET", target, ""), second).body).unwrap();
    if body.get("jobs").is_some() {
        assert!(body["request_id"].as_str().unwrap().starts_with("c10d"), "the response's own");
        body = body["jobs"].take();
    }
    body
}

const PHONES: &str = r#"{"phones":[{"phone_id":"a"},{"phone_id":"sim-refused"},{"phone_id":"sim-fail"}]}"#;

#[test]
fn time_begins_with_the_first_accepted_call() {
    let mut cloud = Cloud::default();
    for (id, expected) in [("sim-ok-5s", [1, 1, 2]), ("sim-fail-5s", [1, 1, -1]), ("sim-ok-12s", [1, 1, 1])] {
        let mut without_token = with_token("GET", &format!("/jobs/{id}"), "");
        without_token.headers.pop();
        assert_eq!(ask(&mut cloud, &without_token, 0).status, 401);
        let statuses = [90, 94, 95].map(|second| get(&mut cloud, &format!("/jobs/{id}"), second)["status"].clone());
        assert_eq!(statuses, expected, "{id}");
    }
    let late = [0, 4, 5].map(|second| get(&mut cloud, "/jobs/sim-late", second));
    assert_eq!((&late[0]["error_code"], &late[1]["error_code"]), (&"CPS.0011".into(), &"CPS.0011".into()));
    assert_eq!((&late[2]["status"], &late[2]["job_id"]), (&2.into(), &"sim-late".into()));
}

#[test]
fn a_list_and_its_jobs_agree() {
    let mut cloud = Cloud::default();
    ask(&mut cloud, &with_token("POST", "/phones/batch-restart", PHONES), 0);
    for (request, count) in [("sim-req-3-1", 3), ("sim-req-250", 100), ("sim-req-empty", 0), ("sim-req-started-1", 2)] {
        let jobs = get(&mut cloud, &format!("/jobs?request_id={request}"), 7);
        assert_eq!(jobs.as_array().unwrap().len(), count, "{request}");
        for item in jobs.as_array().unwrap() {
            let mut job = get(&mut cloud, &format!("/jobs/{}", item["job_id"].as_str().unwrap()), 7);
            assert_eq!(job.as_object_mut().unwrap().remove("request_id"), Some(request.into()));
            // "" in the one and null in the other: no error.
            let same = |(key, value): (&String, &Value)| *value == job[key] || (*value == "" && job[key].is_null());
            assert!(item.as_object().unwrap().iter().all(same), "{item} {job}");
            assert_eq!(item.as_object().unwrap().len(), job.as_object().unwrap().len());
        }
        assert_eq!(get(&mut cloud, &format!("/jobs/{request}"), 7)["error_code"], "CPS.0011", "no job id");
    }
    assert_eq!(get(&mut cloud, "/jobs?request_id=x", 7)["error_code"], "CPS.0050");
    assert_eq!(get(&mut cloud, "/jobs", 7)["error_code"], "CPS.0049");
}

#[test]
fn a_restart_by_token_or_signature_starts_jobs() {
    let date = ("x-sdk-date", "20260115T080000Z");
    let path = format!("{CPH}/phones/batch-restart");
    let signed = sign::Request { method: "POST", path: &path, query: &[], headers: &[date], body: PHONES.as_bytes() };
    let authorization = sign::authorization(ACCESS_KEY, SECRET_KEY, date.1, &signed);
    let by_token = with_token("POST", "/phones/batch-restart", PHONES);
    let mut by_keys = by_token.clone();
    by_keys.headers.truncate(1);
    let mut without_credential = by_keys.clone();
    by_keys.headers.extend([(date.0.into(), date.1.into()), ("authorization".into(), authorization)]);
    without_credential.body.clear();

    for request in [by_token, by_keys] {
        let mut cloud = Cloud::default();
        assert_eq!(ask(&mut cloud, &without_credential, 0).status, 401);
        let answer = ask(&mut cloud, &request, 0);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, &body["request_id"]), (200, &"sim-req-started-1".into()));
        let jobs = body["jobs"].as_array().unwrap();
        assert_eq!((&jobs[1]["error_code"], jobs[1].get("job_id")), (&"CPS.0004".into(), None));
        for (job, end) in [(&jobs[0], 2), (&jobs[2], -1)] {
            let id = job["job_id"].as_str().unwrap();
            for (second, status) in [(0, 1), (4, 1), (5, end)] {
                let seen = get(&mut cloud, &format!("/jobs/{id}"), second);
                assert_eq!((&seen["status"], &seen["phone_id"]), (&status.into(), &job["phone_id"]), "{id} {second}");
            }
        }
    }
}

#[test]
fn the_phones_have_names_and_need_a_credential_as_jobs_do() {
    let mut cloud = Cloud::default();
    ask(&mut cloud, &with_token("POST", "/phones/batch-restart", PHONES), 0);
    let mut without_token = with_token("GET", "/phones?limit=4", "");
    let answer = ask(&mut cloud, &without_token, 0);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert!(body["request_id"].as_str().unwrap().starts_with("c10d") && body["count"] == 10_003, "{body}");
    let names: Vec<&str> =
        body["phones"].as_array().unwrap().iter().map(|phone| phone["phone_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["phone a", "phone sim-fail", "demo-1", "lobby-1"], "one that was refused is no phone");
    without_token.headers.pop();
    assert_eq!(ask(&mut cloud, &without_token, 0).status, 401);
}
