//! What each kind of credential gives access to, from the login to the job.

use serde_json::Value;

use super::super::super::{
    ACCESS_KEY, PASSWORD, SECRET_KEY, SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, TOKEN,
    http::OutgoingResponse,
};
use super::super::*;
use crate::api::sign;

const JOBS: &str = "/v1/00000000000000000000000000c10d01/cloud-phone/jobs/";

enum TestClient {
    Token(String),
    Keys(&'static str, &'static str, Option<&'static str>),
    NoCredential,
}

impl TestClient {
    /// GETs `path`, which has no query.
    fn get(&self, cloud: &mut Cloud, path: &str, now: &str) -> OutgoingResponse {
        let date = now.replace(['-', ':'], "");
        let mut headers = vec![("host", "127.0.0.1:1")];
        let authorization;
        match self {
            Self::Token(token) => headers.push(("x-auth-token", token)),
            Self::Keys(access, secret, security_token) => {
                headers.push(("x-sdk-date", &date));
                headers.extend(security_token.map(|token| ("x-security-token", token)));
                let to_sign = sign::Request { method: "GET", path, query: &[], headers: &headers, body: b"" };
                authorization = sign::authorization(access, secret, &date, &to_sign);
                headers.push(("authorization", &authorization));
            }
            Self::NoCredential => {}
        }
        send(cloud, "GET", path, &headers, b"", now)
    }

    /// Status and error code, if there is one.
    fn summary(&self, cloud: &mut Cloud, path: &str) -> String {
        let response = self.get(cloud, path, "2026-01-15T08:00:00Z");
        let body: Value = serde_json::from_str(&response.body).unwrap_or_default();
        let code = body["error_code"].as_str().or(body["error"]["title"].as_str());
        format!("{} {}", response.status, code.unwrap_or("-"))
    }
}

fn send(
    cloud: &mut Cloud,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    now: &str,
) -> OutgoingResponse {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = IncomingRequest {
        method: method.into(),
        path: path.into(),
        query: query.into(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.to_vec(),
    };
    match cloud.answer(&request, now.parse().unwrap()) {
        Some(response) => response,
        None => panic!("reset"),
    }
}

fn log_in(cloud: &mut Cloud, scope: &str) -> TestClient {
    let body = format!(
        r#"{{"auth":{{"identity":{{"methods":["password"],"password":{{"user":{{"name":"simulator",
        "password":"{PASSWORD}","domain":{{"name":"simulator-account"}}}}}}}},"scope":{scope}}}}}"#
    );
    let headers = [("host", "localhost"), ("content-type", "application/json;charset=utf8")];
    let target = "/v3/auth/tokens?nocatalog=true";
    let response = send(cloud, "POST", target, &headers, body.as_bytes(), "2026-01-15T08:00:00Z");
    assert_eq!(response.status, 201, "{}", response.body);
    TestClient::Token(response.headers.into_iter().find(|(name, _)| *name == "x-subject-token").unwrap().1)
}

fn project(cloud: &mut Cloud) -> TestClient {
    log_in(cloud, r#"{"project":{"name":"simulator-1"}}"#)
}

const KEYS: TestClient = TestClient::Keys(ACCESS_KEY, SECRET_KEY, None);
const ECS: TestClient = TestClient::Keys(TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, Some(SECURITY_TOKEN));

#[test]
fn what_each_credential_gives_access_to() {
    let mut cloud = Cloud::default();
    let (password, account) = (project(&mut cloud), log_in(&mut cloud, r#"{"domain":{"name":"simulator-account"}}"#));
    let rows = [
        (password, "200 -", "200 -"),
        (account, "403 CPS.0001", "200 -"),
        (TestClient::Token(TOKEN.into()), "200 -", "200 -"),
        (TestClient::Token("SIMULATOR-TOKEN-00000003".into()), "401 APIGW.0301", "401 Unauthorized"),
        (KEYS, "200 -", "200 -"),
        (ECS, "200 -", "200 -"),
        (TestClient::Keys(ACCESS_KEY, TEMPORARY_SECRET_KEY, None), "401 APIGW.0301", "401 APIGW.0301"),
        (TestClient::Keys(TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, None), "401 APIGW.0301", "401 APIGW.0301"),
        (TestClient::Keys(TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, Some("x")), "401 APIGW.0301", "401 APIGW.0301"),
        (TestClient::Keys(ACCESS_KEY, SECRET_KEY, Some(SECURITY_TOKEN)), "401 APIGW.0301", "401 APIGW.0301"),
        (TestClient::NoCredential, "401 APIGW.0301", "401 Unauthorized"),
    ];
    for (number, (client, job, projects)) in rows.into_iter().enumerate() {
        assert_eq!(client.summary(&mut cloud, &format!("{JOBS}sim-ok")), job, "row {number}");
        assert_eq!(client.summary(&mut cloud, "/v3/projects"), projects, "row {number}");
        assert_eq!(client.summary(&mut cloud, "/v3/auth/projects"), projects, "row {number}");
    }
}

#[test]
fn refused_once_accepts_a_new_credential_only() {
    let once = format!("{JOBS}sim-401-once");
    let ok = format!("{JOBS}sim-ok");
    let token = || TestClient::Token(TOKEN.into());
    // The first credential; its second result; its result for another job.
    type Makes = fn(&mut Cloud) -> TestClient;
    let rows: [(Makes, &str, &str); 4] = [
        (project, "401 APIGW.0307", "401 APIGW.0307"),
        (|_| TestClient::Token(TOKEN.into()), "401 APIGW.0307", "200 -"),
        (|_| KEYS, "401 APIGW.0301", "200 -"),
        (|_| ECS, "401 APIGW.0301", "200 -"),
    ];
    for (number, (first, again, elsewhere)) in rows.into_iter().enumerate() {
        let mut cloud = Cloud::default();
        let earlier = project(&mut cloud);
        let first = first(&mut cloud);
        assert_eq!(TestClient::NoCredential.summary(&mut cloud, &once), "401 APIGW.0301", "row {number}: not counted");
        assert_eq!(first.summary(&mut cloud, &once), again, "row {number}");
        let later = project(&mut cloud);
        for other in [&earlier, &later] {
            assert_eq!(other.summary(&mut cloud, &once), "200 -", "row {number}");
        }
        assert_eq!(first.summary(&mut cloud, &once), again, "row {number}");
        assert_eq!(first.summary(&mut cloud, &ok), elsewhere, "row {number}");
        if number != 1 {
            assert_eq!(token().summary(&mut cloud, &once), "200 -", "row {number}");
        }
    }
}

#[test]
fn a_token_ends_after_a_day() {
    let mut cloud = Cloud::default();
    let (client, ok) = (project(&mut cloud), format!("{JOBS}sim-ok"));
    assert_eq!(client.get(&mut cloud, &ok, "2026-01-16T07:59:59Z").status, 200);
    let late = client.get(&mut cloud, &ok, "2026-01-16T08:00:00Z");
    assert!(late.status == 401 && late.body.contains("token expires, expires_at: 2026-01-16T08:00:00.000000Z"));
}

#[test]
fn an_ecs_gets_keys_that_work() {
    let mut cloud = Cloud::default();
    let ask = |cloud: &mut Cloud, method: &str, path: &str, headers: &[(&str, &str)]| {
        let headers = [&[("host", "127.0.0.1:1")], headers].concat();
        send(cloud, method, path, &headers, b"", "2026-01-15T08:00:00Z")
    };
    let ttl = ("x-metadata-token-ttl-seconds", "21600");
    let token = ask(&mut cloud, "PUT", "/meta-data/latest/api/token", &[ttl]).body;
    let refused = ask(&mut cloud, "GET", "/openstack/latest/securitykey", &[]);
    assert_eq!((refused.status, refused.headers[0].1.as_str()), (401, "text/plain; charset=utf-8"));
    let keys = ask(&mut cloud, "GET", "/openstack/latest/securitykey", &[("x-metadata-token", &token)]);
    let keys: Value = serde_json::from_str(&keys.body).unwrap();
    assert_eq!(keys["credential"]["access"], TEMPORARY_ACCESS_KEY);
    assert_eq!(ECS.summary(&mut cloud, &format!("{JOBS}sim-ok")), "200 -");
    let elsewhere = [("host", "169.254.169.254"), ttl];
    assert_eq!(
        send(&mut cloud, "PUT", "/meta-data/latest/api/token", &elsewhere, b"", "2026-01-15T08:00:00Z").status,
        421
    );
}
