//! What a login claims: a user by name or id, a password, and the project or account that the token is to be for.
//!
//! Pure. It must not know tokens. It knows one user of one account. Shape: `KeystoneCreateUserTokenByPassword` of the
//! API Explorer; where that is silent, what Keystone does.

use serde::Deserialize;

use super::super::{
    DOMAIN_ID, DOMAIN_NAME, PASSWORD, PROJECT_ID, REGION, USER_ID, USER_NAME, fault::Fault, message::Request,
    tokens::Scope,
};

#[derive(Deserialize)]
struct Body {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    identity: Identity,
    scope: Option<WantedScope>,
}

#[derive(Deserialize)]
struct Identity {
    methods: Vec<String>,
    password: Password,
}

#[derive(Deserialize)]
struct Password {
    user: User,
}

#[derive(Deserialize)]
struct User {
    #[serde(flatten)]
    user: Reference,
    password: String,
    domain: Option<Reference>,
}

#[derive(Deserialize)]
struct WantedScope {
    project: Option<Project>,
    domain: Option<Reference>,
}

#[derive(Deserialize)]
struct Project {
    #[serde(flatten)]
    project: Reference,
    domain: Option<Reference>,
}

/// A thing by its id, its name, or both.
#[derive(Deserialize)]
struct Reference {
    id: Option<String>,
    name: Option<String>,
}

impl Reference {
    /// Does it mean this one? Neither id nor name is no reference at all.
    fn is(&self, id: &str, name: &str) -> Result<bool, Fault> {
        if self.id.is_none() && self.name.is_none() {
            return Err(malformed());
        }
        Ok(self.id.as_deref().is_none_or(|own| own == id) && self.name.as_deref().is_none_or(|own| own == name))
    }

    fn is_our_domain(&self) -> Result<bool, Fault> {
        self.is(DOMAIN_ID, DOMAIN_NAME)
    }
}

/// The scope that `request` has a right to.
pub(super) fn check(request: &Request) -> Result<Scope, Fault> {
    // The documented Content-Type, so that a client that forgets it learns of it here.
    let json = request.header("content-type").is_some_and(|value| value.starts_with("application/json"));
    let body: Body = serde_json::from_slice(&request.body).ok().filter(|_| json).ok_or_else(malformed)?;
    let identity = body.auth.identity;
    if identity.methods != ["password"] {
        return Err(malformed());
    }
    if !is_the_user(&identity.password.user)? {
        return Err(Fault::iam(401, "Unauthorized", "The username or password is wrong."));
    }
    scope(body.auth.scope.as_ref())
}

fn is_the_user(user: &User) -> Result<bool, Fault> {
    let in_domain = match &user.domain {
        Some(domain) => domain.is_our_domain()?,
        // A name means something within its account only.
        None if user.user.id.is_none() => return Err(malformed()),
        None => true,
    };
    Ok(user.user.is(USER_ID, USER_NAME)? && in_domain && user.password == PASSWORD)
}

/// A project beats a domain; none of both is the user's domain.
fn scope(wanted: Option<&WantedScope>) -> Result<Scope, Fault> {
    let Some(wanted) = wanted else { return Ok(Scope::Domain) };
    let (found, scope) = match (&wanted.project, &wanted.domain) {
        (Some(wanted), _) => {
            let in_domain = wanted.domain.as_ref().map_or(Ok(true), Reference::is_our_domain)?;
            (wanted.project.is(PROJECT_ID, REGION)? && in_domain, Scope::Project)
        }
        (None, Some(domain)) => (domain.is_our_domain()?, Scope::Domain),
        (None, None) => (true, Scope::Domain),
    };
    // Keystone turns a project or domain that is not found into 401 with its standing sentence (`ProjectNotFound`
    // becomes `Unauthorized` in keystone's auth/core.py), not to tell strangers what exists. What IAM says is not
    // documented.
    if found {
        Ok(scope)
    } else {
        Err(Fault::iam(401, "Unauthorized", "The request you have made requires authentication."))
    }
}

fn malformed() -> Fault {
    Fault::iam(400, "Bad Request", "The request body is invalid")
}
