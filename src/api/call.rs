//! One call to a service: what is asked, by whom, and the headers and query that go with it.

use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use crate::api::auth::{Credential, Target};
use crate::api::secrets::Secrets;
use crate::error::{Error, Kind};

/// One call.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// What it is about, as errors begin: `job 6837…`.
    pub about: &'a str,
    /// Method.
    pub method: &'static str,
    /// Path as sent.
    pub path: &'a str,
    /// Decoded query pairs.
    pub query: &'a [(&'a str, &'a str)],
    /// Project whose resources are asked for, where the call is about one.
    pub project_id: Option<&'a str>,
    /// Body, JSON where it is not empty.
    pub body: &'a [u8],
    /// Who asks; a login has nobody yet.
    pub credential: Option<&'a Credential>,
    /// Kind and place of the credential.
    pub origin: &'a str,
    /// Further headers; their values are secrets.
    pub headers: &'a [(&'static str, &'a str)],
    /// Secrets in the body, which no error may repeat.
    pub secrets: &'a [&'a str],
}

impl Call<'_> {
    /// All headers, for a call sent at `now`.
    ///
    /// # Errors
    /// A value that can't stand in a header.
    pub(super) fn headers(&self, host: &str, now: Timestamp) -> Result<HeaderMap, Error> {
        let impossible = |reason: &dyn std::fmt::Display| {
            Error::new(Kind::ConfigInvalid, format!("the {} can't stand in a header ({reason})", self.origin))
        };
        let mut headers = match self.credential {
            Some(credential) => credential.headers(&self.target(host), now).map_err(|reason| impossible(&reason))?,
            None => HeaderMap::new(),
        };
        for (name, value) in self.headers {
            let mut value = HeaderValue::from_str(value).map_err(|reason| impossible(&reason))?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        if !self.body.is_empty() {
            headers.insert("content-type", HeaderValue::from_static("application/json;charset=utf8"));
        }
        Ok(headers)
    }

    /// What nobody may repeat to the user of this call, sent with these headers.
    pub(super) fn secrets(&self, run: &Secrets, headers: &HeaderMap) -> Secrets {
        self.credential.into_iter().flat_map(Credential::secrets).for_each(|secret| run.learn(secret));
        self.secrets.iter().chain(self.headers.iter().map(|(_, value)| value)).for_each(|secret| run.learn(secret));
        // A signature is valid for 15 minutes, so as good as a secret.
        let signature = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        run.and(signature.and_then(|value| value.rsplit_once("Signature=")).map(|(_, hex)| hex))
    }

    /// What a credential is put on.
    pub(super) fn target<'a>(&'a self, host: &'a str) -> Target<'a> {
        let Self { method, path, query, project_id, body, .. } = *self;
        Target { method, host, path, query, project_id, body }
    }

    /// The query as it is signed is the query as it is sent.
    pub(super) fn query_string(&self) -> String {
        let signed = crate::api::sign::canonical_query(self.query);
        if signed.is_empty() { signed } else { format!("?{signed}") }
    }
}
