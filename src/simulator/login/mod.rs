//! IAM's login: a name and a password for a token.
//!
//! PURE. It must not know what tokens give access to; `login_request` decides who gets one. Response format:
//! `KeystoneCreateUserTokenByPassword` of the API Explorer.

mod login_request;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    DOMAIN_ID, DOMAIN_NAME, PROJECT_ID, REGION, USER_ID, USER_NAME,
    error_response::ErrorResponse,
    http::IncomingRequest,
    reply::Reply,
    tokens::{self, Scope, Tokens},
};

pub(super) fn login(request: &IncomingRequest, tokens: &mut Tokens, now: Timestamp) -> Result<Reply, ErrorResponse> {
    let scope = login_request::check(request)?;
    let (token, expires_at) = tokens.issue(scope, now);
    Ok(Reply::Login { token, body: description(request, scope, expires_at, now) })
}

/// The description of the token in `X-Subject-Token`; [`super::TOKEN`] always ends a day from now.
pub(super) fn describe(request: &IncomingRequest, tokens: &Tokens, now: Timestamp) -> Result<Reply, ErrorResponse> {
    let subject = request.header("x-subject-token").unwrap_or_default();
    let unknown = |_| ErrorResponse::iam(404, "Not Found", "X-Subject-Token is invalid in the request");
    let scope = tokens.check(subject, now).map_err(unknown)?;
    Ok(Reply::Json(description(request, scope, tokens.expiry(subject, now), now)))
}

/// Without the token itself.
fn description(request: &IncomingRequest, scope: Scope, expires_at: Timestamp, now: Timestamp) -> String {
    let mut body = json!({
        "expires_at": tokens::time(expires_at),
        "issued_at": tokens::time(now),
        "methods": ["password"],
        "roles": [],
        "user": {"domain": domain(), "id": USER_ID, "name": USER_NAME, "password_expires_at": ""},
    });
    if let Some(fields) = body.as_object_mut() {
        match scope {
            Scope::Project => {
                fields.insert("project".into(), json!({"domain": domain(), "id": PROJECT_ID, "name": REGION}))
            }
            Scope::Domain => fields.insert("domain".into(), domain()),
        };
        // Documented: "any non-empty value" leaves it out.
        if request.query_values("nocatalog").all(|value| value.is_empty()) {
            fields.insert("catalog".into(), catalog(request));
        }
    }
    json!({ "token": body }).to_string()
}

fn domain() -> Value {
    json!({"id": DOMAIN_ID, "name": DOMAIN_NAME})
}

/// Both services have this server's address.
fn catalog(request: &IncomingRequest) -> Value {
    let entry = |name: &str, path: &str| {
        let url = format!("{}{path}", request.base_url());
        let endpoint = json!({"id": name, "interface": "public", "region": REGION, "region_id": REGION, "url": url});
        json!({"endpoints": [endpoint], "id": name, "name": name, "type": name})
    };
    json!([entry("iam", "/v3"), entry("cph", &format!("/v1/{PROJECT_ID}"))])
}

#[cfg(test)]
mod tests;
