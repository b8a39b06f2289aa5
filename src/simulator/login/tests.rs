use super::super::PASSWORD;
use super::*;

const JSON: &str = "application/json;charset=utf8";

fn log_in(tokens: &mut Tokens, body: &str, query: &str, content_type: &str) -> Result<(String, Value), (u16, String)> {
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
