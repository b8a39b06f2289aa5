//! IAM: logins, and look-ups of projects and tokens. It must not know where credentials come from or where tokens are
//! kept.
//!
//! Sources: IAM API reference, "Obtaining a User Token Through Password Authentication" and "Querying Project
//! Information".

pub(crate) mod login;

use std::time::Instant;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

pub(crate) use self::login::{IamIdentity, IssuedToken, login};
use crate::api::credential::Credential;
use crate::api::request::HttpRequest;
use crate::api::response::{ErrorContext, HttpResponse};
use crate::api::service::{Service, with_retries};
use crate::catalog;
use crate::error::{Error, Kind};

/// A user, project or account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum NameOrId {
    Name(String),
    Id(String),
}

impl NameOrId {
    fn json(&self) -> (&'static str, &str) {
        match self {
            Self::Name(name) => ("name", name),
            Self::Id(id) => ("id", id),
        }
    }

    pub(crate) fn text(&self) -> &str {
        self.json().1
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenInfo {
    /// `None` for the token of a whole account.
    pub project_id: Option<String>,
    /// `None` where it can't be read.
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
    fn info(self) -> TokenInfo {
        TokenInfo {
            project_id: self.project.map(|project| project.id).filter(|id| is_project_id(id)),
            expires_at: self.expires_at.and_then(|time| time.parse().ok()),
        }
    }
}

/// A project, or a region's part of an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct IamProject {
    pub id: String,
    /// The default project of a region is named like the region.
    pub name: String,
}

#[derive(Deserialize)]
struct WireProjects {
    projects: Vec<IamProject>,
}

/// The projects of this name: `GET /v3/projects?name=…`.
pub(crate) fn projects(
    service: &Service,
    credential: &Credential,
    origin: &str,
    name: &str,
    deadline: Instant,
) -> Result<Vec<IamProject>, Error> {
    let about = format!("project {name}");
    let endpoint = service.endpoint().as_str();
    let context = ErrorContext {
        about: &about,
        endpoint,
        expected: "list of projects",
        missing: format_args!("no such project"),
    };
    let request = HttpRequest {
        query: &[("name", name)],
        credential: Some(credential),
        origin,
        ..HttpRequest::new(&about, "GET", "/v3/projects")
    };
    let read = |response: &HttpResponse| projects_in(response, &context, name);
    with_retries(service.log(), &about, deadline, |left| service.call(&request, left, read)).map_err(|error| {
        forbidden(
            error,
            "name the project with --project-id or CPH_PROJECT_ID, or ask for the permission to list projects in IAM",
        )
    })
}

/// The projects of this name in a response.
pub(crate) fn projects_in(
    response: &HttpResponse,
    context: &ErrorContext<'_>,
    name: &str,
) -> Result<Vec<IamProject>, Error> {
    if response.status != 200 {
        return Err(response.to_error(context));
    }
    let list: WireProjects = serde_json::from_slice(&response.body)
        .map_err(|reason| response.unusable(context, &format!("no list of projects ({reason})")))?;
    Ok(list.projects.into_iter().filter(|project| project.name == name && is_project_id(&project.id)).collect())
}

/// What IAM knows about a token: `GET /v3/auth/tokens`, the token asking about itself.
pub(crate) fn token(
    service: &Service,
    credential: &Credential,
    token: &SecretString,
    origin: &str,
    deadline: Instant,
) -> Result<TokenInfo, Error> {
    let context = ErrorContext {
        about: "token",
        endpoint: service.endpoint().as_str(),
        expected: "user",
        missing: format_args!("IAM does not know this token"),
    };
    let request = HttpRequest {
        query: &[("nocatalog", "true")],
        credential: Some(credential),
        origin,
        headers: &[("x-subject-token", token.expose_secret())],
        ..HttpRequest::new("token", "GET", "/v3/auth/tokens")
    };
    let read = |response: &HttpResponse| token_in(response, &context);
    let ended = with_retries(service.log(), "token", deadline, |left| service.call(&request, left, read));
    ended.map_err(|error| forbidden(error, "ask the account administrator to let this user query its own token in IAM"))
}

/// What a response says of a token.
pub(crate) fn token_in(response: &HttpResponse, context: &ErrorContext<'_>) -> Result<TokenInfo, Error> {
    if response.status != 200 {
        return Err(response.to_error(context));
    }
    let login: WireLogin = serde_json::from_slice(&response.body)
        .map_err(|reason| response.unusable(context, &format!("no valid description of the token ({reason})")))?;
    Ok(login.token.info())
}

/// IAM's 403 with a hint of its own: the usual one is about CPH. A hint from the catalogue stays.
fn forbidden(error: Error, hint: &str) -> Error {
    let known = error.service.code.as_deref().is_some_and(|code| catalog::find_for(code, Some(403)).is_some());
    if error.kind == Kind::Forbidden && !known { error.hint(hint) } else { error }
}

/// Whether a text may be a project's id: it becomes a segment of a path.
pub(crate) fn is_project_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_id_is_one_segment_of_a_path() {
        for good in ["0dd8cb413000906a2fcdc019b5a84546", "a", "p-1_X", &"x".repeat(64)] {
            assert!(is_project_id(good), "{good}");
        }
        for bad in ["", "a/b", "..", "a b", "a?b", "a%2f", "ä", &"x".repeat(65)] {
            assert!(!is_project_id(bad), "{bad}");
        }
    }
}
