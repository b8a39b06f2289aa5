//! What IAM, the gateway and CPH say.

use crate::common::server::{Reply, Request, http, json, send, success_of};

/// The gateway's refusal of a signature or token, with these words.
pub(crate) fn refused(words: &str) -> Reply {
    let body = serde_json::json!({
        "error_msg": format!("Incorrect IAM authentication information: {words}"),
        "error_code": "APIGW.0301", "request_id": "r-1",
    });
    send(json(401, body.to_string()))
}

/// IAM's answer to a login.
pub(crate) fn issued(token: &str, expires_at: &str) -> Reply {
    let body = serde_json::json!({
        "token": {"expires_at": expires_at, "project": {"id": cph::simulator::PROJECT_ID, "name": "simulator-1"}},
    });
    send(http(201, &format!("X-Subject-Token: {token}\r\n"), body.to_string()))
}

/// The job of this request, ended well.
pub(crate) fn job(request: &Request) -> Reply {
    send(success_of(&request.job_id()))
}

/// A time so many minutes from now, as IAM writes it.
pub(crate) fn in_minutes(minutes: i64) -> String {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
    at.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}
