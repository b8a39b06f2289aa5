//! A login with user name and password.

use std::time::Instant;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::{NameOrId, TokenInfo, WireLogin, forbidden};
use crate::api::request::HttpRequest;
use crate::api::response::{ErrorContext, HttpResponse};
use crate::api::service::{Service, with_retries};
use crate::error::{Error, Kind};

#[derive(Debug, Clone)]
pub(crate) struct IamIdentity {
    pub user: NameOrId,
    pub password: SecretString,
    /// The account. Not needed where the user is given by id.
    pub domain: Option<NameOrId>,
}

#[derive(Debug, Clone)]
pub(crate) struct IssuedToken {
    pub token: SecretString,
    pub project_id: Option<String>,
    /// `None` where it can't be read.
    pub expires_at: Option<Timestamp>,
}

/// Logs in for one project: `POST /v3/auth/tokens?nocatalog=true`. A refused login is never repeated: wrong passwords
/// lock users.
pub(crate) fn login(
    service: &Service,
    identity: &IamIdentity,
    project: &NameOrId,
    deadline: Instant,
) -> Result<IssuedToken, Error> {
    let password = identity.password.expose_secret();
    let body = body(identity, project).to_string();
    let about = format!("login of {}", identity.user.text());
    let endpoint = service.endpoint().as_str();
    let context = ErrorContext {
        about: &about,
        endpoint,
        expected: "token",
        missing: format_args!("no such user, account or project"),
    };
    let request = HttpRequest {
        query: &[("nocatalog", "true")],
        body: body.as_bytes(),
        origin: "user name, password and account name",
        secrets: &[password],
        ..HttpRequest::new(&about, "POST", "/v3/auth/tokens")
    };
    let ended = with_retries(service.log(), &about, deadline, |left| {
        service.call(&request, left, |response| issued(response, &context))
    });
    ended.map_err(|error| match error.kind {
        // Keystone also answers 401 for an unknown project, so that it does not reveal what exists.
        Kind::AuthRejected => error.hint(format!(
            "check them, and that the user may work in the project {}; a few wrong passwords lock the user. Accounts \
             that became a HUAWEI ID need an IAM user of their own",
            project.text()
        )),
        _ => forbidden(error, "ask the account administrator to let this user log in to the project"),
    })
}

/// The body of a login; the scope is always a project, since CPH refuses tokens of a whole account. A project
/// name comes with the user's domain: OpenStack's Keystone refuses the name alone (400), and IAM's documentation omits
/// the domain.
fn body(identity: &IamIdentity, project: &NameOrId) -> Value {
    let (by, user) = identity.user.json();
    let mut user = json!({ by: user, "password": identity.password.expose_secret() });
    if let (Some(domain), Some(user)) = (&identity.domain, user.as_object_mut()) {
        let (by, domain) = domain.json();
        user.insert("domain".to_owned(), json!({ by: domain }));
    }
    let (by, name) = project.json();
    let mut scope = json!({ by: name });
    if let (NameOrId::Name(_), Some(domain), Some(scope)) = (project, &identity.domain, scope.as_object_mut()) {
        let (by, domain) = domain.json();
        scope.insert("domain".to_owned(), json!({ by: domain }));
    }
    json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": user } },
        "scope": { "project": scope },
    } })
}

pub(crate) fn issued(response: &HttpResponse, context: &ErrorContext<'_>) -> Result<IssuedToken, Error> {
    if response.status != 201 {
        return Err(response.to_error(context));
    }
    let token = response.headers.get("x-subject-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
    if token.is_empty() || !token.bytes().all(|c| c.is_ascii_graphic()) {
        return Err(response.unusable(context, "no token in the header X-Subject-Token"));
    }
    let login: WireLogin = serde_json::from_slice(&response.body)
        .map_err(|reason| response.unusable(context, &format!("a token without a valid description ({reason})")))?;
    let TokenInfo { project_id, expires_at } = login.token.info();
    Ok(IssuedToken { token: token.into(), project_id, expires_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_as_iam_documents_it_with_the_domain_that_keystone_wants() {
        let identity = IamIdentity {
            user: NameOrId::Name("u".into()),
            password: "p".into(),
            domain: Some(NameOrId::Name("d".into())),
        };
        let documented = r#"{"auth":{"identity":{"methods":["password"],"password":{"user":{"domain":{"name":"d"},"name":"u","password":"p"}}},"scope":{"project":{"name":"cn-north-4","domain":{"name":"d"}}}}}"#;
        assert_eq!(
            body(&identity, &NameOrId::Name("cn-north-4".into())),
            serde_json::from_str::<Value>(documented).unwrap()
        );
        let in_domain = IamIdentity { domain: Some(NameOrId::Id("e".into())), ..identity.clone() };
        let scope = json!({"project": {"name": "r", "domain": {"id": "e"}}});
        assert_eq!(body(&in_domain, &NameOrId::Name("r".into()))["auth"]["scope"], scope);
        let by_id = IamIdentity { user: NameOrId::Id("i".into()), domain: None, ..identity };
        let body = body(&by_id, &NameOrId::Id("x".into()));
        assert_eq!(body["auth"]["identity"]["password"]["user"], json!({"id": "i", "password": "p"}));
        assert_eq!(body["auth"]["scope"], json!({"project": {"id": "x"}}));
        // An id needs no domain, and a user by id may come without one.
        let scope = |identity: &IamIdentity, project| super::body(identity, &project)["auth"]["scope"].clone();
        assert_eq!(scope(&in_domain, NameOrId::Id("x".into())), json!({"project": {"id": "x"}}));
        assert_eq!(scope(&by_id, NameOrId::Name("r".into())), json!({"project": {"name": "r"}}));
    }
}
