//! What proves who we are to the service, and how one request carries it.
//!
//! Secrets are a type that cannot be printed. Where a credential comes from is not known here: whoever
//! hands one in implements [`CredentialProvider`].

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};

use crate::api::sign;
use crate::error::Error;

/// One whole credential.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    /// A user token, sent as `X-Auth-Token`.
    Token(SecretString),
    /// Keys that sign each request; the security token belongs to temporary ones.
    Keys {
        /// Access key id, not a secret, yet shown nowhere.
        access_key: String,
        /// Secret access key; never leaves the process.
        secret_key: SecretString,
        /// Sent as `X-Security-Token`, and signed.
        security_token: Option<SecretString>,
    },
}

/// Who hands out the credential of a run.
pub(crate) trait CredentialProvider: Send + Sync {
    /// The credential to use now. Getting it takes until `deadline` at most, a `credential_command`'s own 30 s apart.
    ///
    /// # Errors
    /// When there is none to be had.
    fn get(&self, deadline: Instant) -> Result<Arc<Credential>, Error>;

    /// Another credential after `refused` got a 401; `None` when there is no other, and asking again with the
    /// same would only count against the account. As long as [`CredentialProvider::get`].
    ///
    /// # Errors
    /// When getting another one failed.
    fn refresh(&self, refused: &Credential, deadline: Instant) -> Result<Option<Arc<Credential>>, Error>;

    /// Kind and place of the credential, for messages: `access key from CPH_ACCESS_KEY`.
    fn origin(&self) -> String;
}

/// The one request that a credential is put on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// The `Host` header.
    pub host: &'a str,
    /// Path as sent.
    pub path: &'a str,
    /// Decoded query pairs.
    pub query: &'a [(&'a str, &'a str)],
    /// Project whose resources are asked for, where the call is about one.
    pub project_id: Option<&'a str>,
    /// Body, empty for a GET.
    pub body: &'a [u8],
}

impl Credential {
    /// The headers that prove who asks, for a request sent at `now`. Signed anew for each attempt.
    ///
    /// Of the keys' headers `host`, `x-project-id`, `x-sdk-date` and `x-security-token` are signed: few enough
    /// that no proxy which touches others can break the signature.
    ///
    /// # Errors
    /// When a value cannot stand in a header. Settings are checked before, so this is a bug, told honestly.
    pub(crate) fn headers(
        &self,
        target: &Target<'_>,
        now: Timestamp,
    ) -> Result<HeaderMap, reqwest::header::InvalidHeaderValue> {
        let mut headers = HeaderMap::new();
        match self {
            Self::Token(token) => {
                headers.insert(HeaderName::from_static("x-auth-token"), hidden(token.expose_secret())?);
            }
            Self::Keys { access_key, secret_key, .. } => {
                let date = basic(now);
                let signed = self.signed_headers(target, &date);
                for (name, value) in &signed {
                    headers.insert(HeaderName::from_static(name), hidden(value)?);
                }
                let request = request(target, &signed);
                let value = sign::authorization(access_key, secret_key.expose_secret(), &date, &request);
                headers.insert(AUTHORIZATION, hidden(&value)?);
            }
        }
        Ok(headers)
    }

    /// The canonical request that keys sign; `None` for a token.
    #[must_use]
    pub(crate) fn canonical(&self, target: &Target<'_>, now: Timestamp) -> Option<String> {
        let Self::Keys { .. } = self else { return None };
        let date = basic(now);
        Some(request(target, &self.signed_headers(target, &date)).canonical().text)
    }

    fn signed_headers<'a>(&'a self, target: &Target<'a>, date: &'a str) -> Vec<(&'static str, &'a str)> {
        let mut signed = vec![("host", target.host), (sign::DATE_HEADER, date)];
        signed.extend(target.project_id.map(|id| ("x-project-id", id)));
        if let Self::Keys { security_token: Some(token), .. } = self {
            signed.push(("x-security-token", token.expose_secret()));
        }
        signed
    }

    /// Its secret parts, which a service may echo.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self {
            Self::Token(token) => (token, None),
            Self::Keys { secret_key, security_token, .. } => (secret_key, security_token.as_ref()),
        };
        [Some(first), second].into_iter().flatten().map(|secret| secret.expose_secret())
    }

    /// What tells this credential from others without telling it: for keys the access key, for a token its hash.
    #[must_use]
    pub(crate) fn fingerprint(&self) -> String {
        match self {
            Self::Token(token) => sign::hex_sha256(token.expose_secret().as_bytes()),
            Self::Keys { access_key, .. } => access_key.clone(),
        }
    }

    /// Whether two credentials are the same one.
    #[must_use]
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

fn request<'a>(target: &Target<'a>, headers: &'a [(&'static str, &'a str)]) -> sign::Request<'a> {
    let Target { method, path, query, body, .. } = *target;
    sign::Request { method, path, query, headers, body }
}

/// `20261124T031500Z`, as the signature wants it.
fn basic(now: Timestamp) -> String {
    now.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn hidden(value: &str) -> Result<HeaderValue, reqwest::header::InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(value)?;
    value.set_sensitive(true);
    Ok(value)
}
