//! What proves to the service who asks. Secrets are a type that cannot be printed. It must not know requests, nor where
//! a credential comes from: the source implements [`CredentialProvider`].

use std::sync::Arc;
use std::time::Instant;

use secrecy::{ExposeSecret as _, SecretString};

use crate::api::sign;
use crate::error::Error;

/// One whole credential.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    /// A user token, sent as `X-Auth-Token`.
    Token(SecretString),
    /// Keys that sign each request; temporary ones have a security token.
    Keys {
        /// Not a secret; yet only its first characters are shown, and only where the secret key is not its own.
        access_key: String,
        /// Never leaves the process.
        secret_key: SecretString,
        /// Sent as `X-Security-Token`, and signed.
        security_token: Option<SecretString>,
    },
}

/// Provides the credential of a run.
pub(crate) trait CredentialProvider: Send + Sync {
    /// The credential to use now. Takes until `deadline` at most, or the 30 s of a `credential_command`.
    fn get(&self, deadline: Instant) -> Result<Arc<Credential>, Error>;

    /// Another credential after `refused` got a 401; `None` when there is no other: asking again with the same
    /// would only count against the account. Takes as long as [`CredentialProvider::get`].
    fn refresh(&self, refused: &Credential, deadline: Instant) -> Result<Option<Arc<Credential>>, Error>;

    /// Kind and source of the credential, for messages: `access key from CPH_ACCESS_KEY`.
    fn origin(&self) -> String;
}

impl Credential {
    /// Its secret parts, which a service may echo.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self {
            Self::Token(token) => (token, None),
            Self::Keys { secret_key, security_token, .. } => (secret_key, security_token.as_ref()),
        };
        [Some(first), second].into_iter().flatten().map(|secret| secret.expose_secret())
    }

    /// Differs for different credentials and holds no secret: the access key, or the hash of a token.
    pub(crate) fn fingerprint(&self) -> String {
        match self {
            Self::Token(token) => sign::hex_sha256(token.expose_secret().as_bytes()),
            Self::Keys { access_key, .. } => access_key.clone(),
        }
    }

    /// Whether two credentials are the same one.
    pub(crate) fn same(&self, other: &Self) -> bool {
        let text = |secret: &SecretString| secret.expose_secret().to_owned();
        match (self, other) {
            (Self::Token(one), Self::Token(two)) => text(one) == text(two),
            (
                Self::Keys { access_key: a, secret_key: b, security_token: c },
                Self::Keys { access_key: x, secret_key: y, security_token: z },
            ) => a == x && text(b) == text(y) && c.as_ref().map(text) == z.as_ref().map(text),
            _ => false,
        }
    }
}
