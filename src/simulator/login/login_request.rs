//! The body of a login: a user by name or id, a password, and the project or account that the token is for.
//!
//! PURE. It must not know tokens. It knows one user of one account. Format: `KeystoneCreateUserTokenByPassword` of the
//! API Explorer; where that says nothing, what Keystone does.

use serde::Deserialize;

use super::super::{
    DOMAIN_ID, DOMAIN_NAME, PASSWORD, PROJECT_ID, REGION, USER_ID, USER_NAME, error_response::ErrorResponse,
    http::IncomingRequest, tokens::Scope,
};

#[derive(Deserialize)]
struct LoginRequest {
    auth: LoginAuth,
}

#[derive(Deserialize)]
struct LoginAuth {
    identity: LoginIdentity,
    scope: Option<RequestedScope>,
}

#[derive(Deserialize)]
struct LoginIdentity {
    methods: Vec<String>,
    password: LoginPassword,
}

#[derive(Deserialize)]
struct LoginPassword {
    user: LoginUser,
}

#[derive(Deserialize)]
struct LoginUser {
    #[serde(flatten)]
    user: IdOrName,
    password: String,
    domain: Option<IdOrName>,
}

#[derive(Deserialize)]
struct RequestedScope {
    project: Option<RequestedProject>,
    domain: Option<IdOrName>,
}

#[derive(Deserialize)]
struct RequestedProject {
    #[serde(flatten)]
    project: IdOrName,
    domain: Option<IdOrName>,
}

/// Or both.
#[derive(Deserialize)]
struct IdOrName {
    id: Option<String>,
    name: Option<String>,
}

impl IdOrName {
    /// An error if there is neither id nor name.
    fn is(&self, id: &str, name: &str) -> Result<bool, ErrorResponse> {
        if self.id.is_none() && self.name.is_none() {
            return Err(malformed());
        }
        Ok(self.id.as_deref().is_none_or(|own| own == id) && self.name.as_deref().is_none_or(|own| own == name))
    }

    fn is_our_domain(&self) -> Result<bool, ErrorResponse> {
        self.is(DOMAIN_ID, DOMAIN_NAME)
    }
}

/// The scope of the token that `request` gets.
pub(super) fn check(request: &IncomingRequest) -> Result<Scope, ErrorResponse> {
    // The documented Content-Type: a client that does not send it fails here, too.
    let json = request.header("content-type").is_some_and(|value| value.starts_with("application/json"));
    let body: LoginRequest = serde_json::from_slice(&request.body).ok().filter(|_| json).ok_or_else(malformed)?;
    let identity = body.auth.identity;
    if identity.methods != ["password"] {
        return Err(malformed());
    }
    if !is_the_user(&identity.password.user)? {
        return Err(ErrorResponse::iam(401, "Unauthorized", "The username or password is wrong."));
    }
    scope(body.auth.scope.as_ref())
}

fn is_the_user(user: &LoginUser) -> Result<bool, ErrorResponse> {
    let in_domain = match &user.domain {
        Some(domain) => domain.is_our_domain()?,
        // A name is unique within its account only.
        None if user.user.id.is_none() => return Err(malformed()),
        None => true,
    };
    Ok(user.user.is(USER_ID, USER_NAME)? && in_domain && user.password == PASSWORD)
}

/// A project has priority over a domain; with neither it is the user's domain.
fn scope(wanted: Option<&RequestedScope>) -> Result<Scope, ErrorResponse> {
    let Some(wanted) = wanted else { return Ok(Scope::Domain) };
    let (found, scope) = match (&wanted.project, &wanted.domain) {
        (Some(wanted), _) => {
            let in_domain = wanted.domain.as_ref().map_or(Ok(true), IdOrName::is_our_domain)?;
            (wanted.project.is(PROJECT_ID, REGION)? && in_domain, Scope::Project)
        }
        (None, Some(domain)) => (domain.is_our_domain()?, Scope::Domain),
        (None, None) => (true, Scope::Domain),
    };
    // Keystone turns a project or domain that is not found into 401 with its fixed sentence (`ProjectNotFound`
    // becomes `Unauthorized` in keystone's auth/core.py), so as not to reveal what exists. IAM's own behaviour is not
    // documented.
    if found {
        Ok(scope)
    } else {
        Err(ErrorResponse::iam(401, "Unauthorized", "The request you have made requires authentication."))
    }
}

fn malformed() -> ErrorResponse {
    ErrorResponse::iam(400, "Bad Request", "The request body is invalid")
}
