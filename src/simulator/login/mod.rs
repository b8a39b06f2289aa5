//! IAM's login: a name and a password for a token.
//!
//! Pure. It must not know what tokens give access to; `login_request` decides who gets one. Response format:
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
mod tests {
    use super::super::PASSWORD;
    use super::*;

    const JSON: &str = "application/json;charset=utf8";

    fn log_in(
        tokens: &mut Tokens,
        body: &str,
        query: &str,
        content_type: &str,
    ) -> Result<(String, Value), (u16, String)> {
        let headers = [("host", "127.0.0.1:7"), ("content-type", content_type)];
        let request = IncomingRequest {
            query: query.into(),
            headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            body: body.as_bytes().to_vec(),
            ..IncomingRequest::default()
        };
        match login(&request, tokens, "2026-01-15T08:00:00.123456789Z".parse().unwrap()) {
            Ok(Reply::Login { token, body }) => Ok((token, serde_json::from_str(&body).unwrap())),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err((error.status, error.text.into_owned())),
        }
    }

    fn body(user: &str, scope: &str) -> String {
        let identity = format!(r#"{{"methods":["password"],"password":{{"user":{user}}}}}"#);
        format!(r#"{{"auth":{{"identity":{identity}{scope}}}}}"#)
    }

    const USER: &str =
        r#"{"name":"simulator","password":"Simulator-Password-not-a-secret","domain":{"name":"simulator-account"}}"#;
    const PROJECT: &str = r#","scope":{"project":{"name":"simulator-1"}}"#;

    #[test]
    fn a_login_for_the_project_as_documented() {
        let mut tokens = Tokens::default();
        let (token, answer) = log_in(&mut tokens, &body(USER, PROJECT), "nocatalog=true", JSON).unwrap();
        assert!(token.starts_with("SIMULATOR-TOKEN-00000001"));
        let domain = json!({"id": DOMAIN_ID, "name": "simulator-account"});
        let expected = json!({"token": {
            "expires_at": "2026-01-16T08:00:00.123456Z",
            "issued_at": "2026-01-15T08:00:00.123456Z",
            "methods": ["password"],
            "project": {"domain": domain, "id": PROJECT_ID, "name": "simulator-1"},
            "roles": [],
            "user": {"domain": domain, "id": USER_ID, "name": "simulator", "password_expires_at": ""},
        }});
        assert_eq!(answer, expected);
        for (query, catalog) in [("", true), ("nocatalog=", true), ("nocatalog", true), ("nocatalog=x", false)] {
            let (_, answer) = log_in(&mut tokens, &body(USER, PROJECT), query, JSON).unwrap();
            let url = &answer["token"]["catalog"][1]["endpoints"][0]["url"];
            assert_eq!(url == &format!("http://127.0.0.1:7/v1/{PROJECT_ID}"), catalog, "{query}");
        }
        let (token, _) = log_in(&mut tokens, &body(USER, PROJECT), "", JSON).unwrap();
        assert!(token.starts_with("SIMULATOR-TOKEN-00000006"), "each login has its own");
    }

    #[test]
    fn ids_work_like_names_and_the_scope_decides() {
        let by_id = format!(r#"{{"id":"{USER_ID}","password":"{PASSWORD}"}}"#);
        let domain_by_id = format!(r#"{{"name":"simulator","password":"{PASSWORD}","domain":{{"id":"{DOMAIN_ID}"}}}}"#);
        let project_by_id = format!(r#","scope":{{"project":{{"id":"{PROJECT_ID}"}}}}"#);
        let in_domain = r#","scope":{"project":{"name":"simulator-1","domain":{"name":"simulator-account"}}}"#;
        let both = r#","scope":{"domain":{"name":"simulator-account"},"project":{"name":"simulator-1"}}"#;
        let domain = r#","scope":{"domain":{"name":"simulator-account"}}"#;
        let rows = [
            (by_id.as_str(), PROJECT, "project"),
            (&domain_by_id, PROJECT, "project"),
            (USER, &project_by_id, "project"),
            (USER, in_domain, "project"),
            (USER, both, "project"),
            (USER, domain, "domain"),
            (USER, "", "domain"),
            (USER, r#","scope":null"#, "domain"),
            (USER, r#","scope":{}"#, "domain"),
        ];
        for (user, scope, expected) in rows {
            let (_, answer) = log_in(&mut Tokens::default(), &body(user, scope), "", JSON).unwrap();
            for key in ["project", "domain"] {
                assert_eq!(answer["token"].get(key).is_some(), key == expected, "{user} {scope}");
            }
        }
    }

    #[test]
    fn what_is_wrong_and_what_is_malformed() {
        let wrong = (401, "The username or password is wrong.");
        let elsewhere = (401, "The request you have made requires authentication.");
        let malformed = (400, "The request body is invalid");
        let user = |from: &str, to: &str| USER.replace(from, to);
        let rows = [
            (body(&user("Simulator-P", "P"), PROJECT), wrong),
            (body(&user("simulator\",", "other\","), PROJECT), wrong),
            (body(&user("simulator-account", "other"), PROJECT), wrong),
            (body(&user("Simulator-Password-not-a-secret", ""), PROJECT), wrong),
            (body(&format!(r#"{{"id":"0","password":"{PASSWORD}"}}"#), PROJECT), wrong),
            (body(USER, &PROJECT.replace("simulator-1", "simulator-2")), elsewhere),
            (body(USER, &PROJECT.replace("simulator-1", "simulator-several")), elsewhere),
            (body(USER, r#","scope":{"project":{"id":"00000000000000000000000000000000"}}"#), elsewhere),
            (body(USER, r#","scope":{"project":{"name":"simulator-1","domain":{"name":"x"}}}"#), elsewhere),
            (body(USER, r#","scope":{"domain":{"name":"x"}}"#), elsewhere),
            (body(USER, r#","scope":{"project":{}}"#), malformed),
            (body(USER, r#","scope":{"domain":{}}"#), malformed),
            (body(USER, r#","scope":"x""#), malformed),
            (body(&format!(r#"{{"name":"simulator","password":"{PASSWORD}"}}"#), PROJECT), malformed),
            (body(&format!(r#"{{"password":"{PASSWORD}","domain":{{"name":"simulator-account"}}}}"#), ""), malformed),
            (body(&user("Password-", "\\x"), PROJECT), malformed),
            (body(r#"{"name":"simulator","domain":{"name":"simulator-account"}}"#, PROJECT), malformed),
            (body(USER, PROJECT).replace(r#"["password"]"#, r#"["password","totp"]"#), malformed),
            (body(USER, PROJECT).replace(r#"["password"]"#, "[]"), malformed),
            (String::new(), malformed),
            ("{}".into(), malformed),
        ];
        for (body, (status, text)) in rows {
            let refused = log_in(&mut Tokens::default(), &body, "", JSON).unwrap_err();
            assert_eq!(refused, (status, text.to_owned()), "{body}");
        }
        for content_type in ["", "text/plain", "application/x-www-form-urlencoded"] {
            let refused = log_in(&mut Tokens::default(), &body(USER, PROJECT), "", content_type).unwrap_err();
            assert_eq!(refused.0, 400, "{content_type}");
        }
    }
}
