//! IAM: a login, and the look-up of a project by its name.
//!
//! Sources: IAM API reference, "Obtaining a User Token Through Password Authentication" and "Querying Project
//! Information". It must not know where identities come from or where tokens are kept.

use std::time::Instant;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::credential::Credential;
use crate::api::request::HttpRequest;
use crate::api::response::{ErrorContext, HttpResponse};
use crate::api::service::{Service, with_retries};
use crate::catalog;
use crate::error::{Error, Kind};

/// A thing of IAM's, by name or by id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum NameOrId {
    /// By name.
    Name(String),
    /// By id.
    Id(String),
}

impl NameOrId {
    fn json(&self) -> (&'static str, &str) {
        match self {
            Self::Name(name) => ("name", name),
            Self::Id(id) => ("id", id),
        }
    }

    /// Name or id, for people.
    pub(crate) fn text(&self) -> &str {
        self.json().1
    }
}

/// Who logs in.
#[derive(Debug, Clone)]
pub(crate) struct IamIdentity {
    /// The IAM user.
    pub user: NameOrId,
    /// Its password.
    pub password: SecretString,
    /// The account; IAM calls it domain. Not needed where the user is given by id.
    pub domain: Option<NameOrId>,
}

/// What a login gave.
#[derive(Debug, Clone)]
pub(crate) struct IssuedToken {
    /// The token.
    pub token: SecretString,
    /// The project it is for.
    pub project_id: Option<String>,
    /// Its end; `None` where that could not be read.
    pub expires_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct WireLogin {
    token: WireToken,
}

#[derive(Deserialize)]
struct WireToken {
    expires_at: Option<String>,
    project: Option<IamProject>,
}

impl WireToken {
    fn told(self) -> TokenInfo {
        TokenInfo {
            project_id: self.project.map(|project| project.id).filter(|id| is_project_id(id)),
            expires_at: self.expires_at.and_then(|time| time.parse().ok()),
        }
    }
}

/// A project, or a region's part of an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct IamProject {
    /// Its id.
    pub id: String,
    /// Its name; the default project of a region is named like the region.
    pub name: String,
}

#[derive(Deserialize)]
struct WireProjects {
    projects: Vec<IamProject>,
}

/// Logs in for one project: `POST /v3/auth/tokens?nocatalog=true`.
///
/// # Errors
/// A refused login is `auth_rejected` and never repeated: wrong passwords lock users.
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
    let context = ErrorContext { about: &about, endpoint, missing: "no such user, account or project" };
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
        // Keystone answers 401 for a project that is not there, too, not to tell strangers what exists.
        Kind::AuthRejected => error.hint(format!(
            "check them, and that the user may work in the project {}; a few wrong passwords lock the user. Accounts \
             that became a HUAWEI ID need an IAM user of their own",
            project.text()
        )),
        _ => forbidden(error, "ask whoever runs the account to let this user log in to the project"),
    })
}

/// IAM's 403 with its own next step: the usual one is about CPH. What the catalogue knows of a code stays.
fn forbidden(error: Error, hint: &str) -> Error {
    let known = error.service.code.as_deref().is_some_and(|code| catalog::find_for(code, Some(403)).is_some());
    if error.kind == Kind::Forbidden && !known { error.hint(hint) } else { error }
}

/// The body of a login; the scope is always a project, since CPH refuses tokens of a whole account. By name it stands
/// with the user's domain: OpenStack's Keystone refuses the name alone (400), and IAM's model only leaves it out.
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

fn issued(response: &HttpResponse, context: &ErrorContext<'_>) -> Result<IssuedToken, Error> {
    if response.status != 201 {
        return Err(response.to_error(context));
    }
    let token = response.headers.get("x-subject-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
    if token.is_empty() || !token.bytes().all(|c| c.is_ascii_graphic()) {
        return Err(response.unusable(context, "no token in the header X-Subject-Token"));
    }
    let login: WireLogin = serde_json::from_slice(&response.body).map_err(|reason| {
        response.unusable(context, &format!("a token, and nothing that can be read about it ({reason})"))
    })?;
    let TokenInfo { project_id, expires_at } = login.token.told();
    Ok(IssuedToken { token: token.into(), project_id, expires_at })
}

/// The projects of this name: `GET /v3/projects?name=…`.
///
/// # Errors
/// A refused credential, or no usable answer.
pub(crate) fn projects(
    service: &Service,
    credential: &Credential,
    origin: &str,
    name: &str,
    deadline: Instant,
) -> Result<Vec<IamProject>, Error> {
    let about = format!("project {name}");
    let endpoint = service.endpoint().as_str();
    let context = ErrorContext { about: &about, endpoint, missing: "no such project" };
    let request = HttpRequest {
        query: &[("name", name)],
        credential: Some(credential),
        origin,
        ..HttpRequest::new(&about, "GET", "/v3/projects")
    };
    let read = |response: &HttpResponse| {
        if response.status != 200 {
            return Err(response.to_error(&context));
        }
        let list: WireProjects = serde_json::from_slice(&response.body)
            .map_err(|reason| response.unusable(&context, &format!("no list of projects ({reason})")))?;
        Ok(list.projects.into_iter().filter(|project| project.name == name && is_project_id(&project.id)).collect())
    };
    with_retries(service.log(), &about, deadline, |left| service.call(&request, left, read)).map_err(|error| {
        forbidden(
            error,
            "name the project with --project-id or CPH_PROJECT_ID, or ask for the right to list projects in IAM",
        )
    })
}

/// What IAM tells of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenInfo {
    /// The project it is for; `None` for one of a whole account.
    pub project_id: Option<String>,
    /// Its end, where it can be read.
    pub expires_at: Option<Timestamp>,
}

/// What IAM knows of a token: `GET /v3/auth/tokens`, the token asking about itself.
///
/// # Errors
/// A refused token, or no usable answer.
pub(crate) fn token(
    service: &Service,
    credential: &Credential,
    token: &SecretString,
    origin: &str,
    deadline: Instant,
) -> Result<TokenInfo, Error> {
    let context =
        ErrorContext { about: "token", endpoint: service.endpoint().as_str(), missing: "IAM does not know this token" };
    let request = HttpRequest {
        query: &[("nocatalog", "true")],
        credential: Some(credential),
        origin,
        headers: &[("x-subject-token", token.expose_secret())],
        ..HttpRequest::new("token", "GET", "/v3/auth/tokens")
    };
    let read = |response: &HttpResponse| {
        if response.status != 200 {
            return Err(response.to_error(&context));
        }
        let login: WireLogin = serde_json::from_slice(&response.body)
            .map_err(|reason| response.unusable(&context, &format!("nothing that can be read about it ({reason})")))?;
        Ok(login.token.told())
    };
    let ended = with_retries(service.log(), "token", deadline, |left| service.call(&request, left, read));
    ended.map_err(|error| forbidden(error, "ask whoever runs the account to let this user ask IAM about its own token"))
}

/// Whether a text may be a project's id: it becomes a segment of a path.
pub(crate) fn is_project_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
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
