//! One HTTP request, from its caller to the transport: its parts, headers, query and signature. It must not know
//! connections, clocks or responses.

use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue};
use secrecy::ExposeSecret as _;

use crate::api::credential::Credential;
use crate::api::sent_secrets::Secrets;
use crate::api::sign;
use crate::error::{Error, Kind};

/// What a caller asks of a service. Signed anew for each attempt.
#[derive(Clone, Copy)]
pub(crate) struct HttpRequest<'a> {
    /// The object in error messages: `job 6837…`.
    pub about: &'a str,
    /// Upper case.
    pub method: &'static str,
    /// As sent.
    pub path: &'a str,
    /// Decoded.
    pub query: &'a [(&'a str, &'a str)],
    /// Where the request is about one project's resources.
    pub project_id: Option<&'a str>,
    /// JSON where it is not empty.
    pub body: &'a [u8],
    /// A login has none yet.
    pub credential: Option<&'a Credential>,
    /// Kind and source of the credential, for messages.
    pub origin: &'a str,
    /// Further headers; their values are secrets.
    pub headers: &'a [(&'static str, &'a str)],
    /// Secrets in the body, which no error may repeat.
    pub secrets: &'a [&'a str],
}

impl<'a> HttpRequest<'a> {
    /// A request without query, body and credential.
    pub(super) fn new(about: &'a str, method: &'static str, path: &'a str) -> Self {
        Self {
            about,
            method,
            path,
            query: &[],
            project_id: None,
            body: b"",
            credential: None,
            origin: about,
            headers: &[],
            secrets: &[],
        }
    }

    /// All headers, for a request sent at `now`.
    pub(super) fn headers(&self, host: &str, now: Timestamp) -> Result<HeaderMap, Error> {
        self.try_headers(host, now).map_err(|reason| {
            // Settings are checked before, so this is a bug.
            Error::new(Kind::ConfigInvalid, format!("the {} is not valid in a header ({reason})", self.origin))
        })
    }

    fn try_headers(&self, host: &str, now: Timestamp) -> Result<HeaderMap, InvalidHeaderValue> {
        let mut headers = HeaderMap::new();
        match self.credential {
            None => {}
            Some(Credential::Token(token)) => {
                headers.insert(HeaderName::from_static("x-auth-token"), sensitive(token.expose_secret())?);
            }
            Some(credential @ Credential::Keys { access_key, secret_key, .. }) => {
                let date = basic_format(now);
                let signed = self.signed_headers(credential, host, &date);
                for (name, value) in &signed {
                    headers.insert(HeaderName::from_static(name), sensitive(value)?);
                }
                let to_sign = self.signing_view(&signed);
                let value = sign::authorization(access_key, secret_key.expose_secret(), &date, &to_sign);
                headers.insert(AUTHORIZATION, sensitive(&value)?);
            }
        }
        for (name, value) in self.headers {
            headers.insert(HeaderName::from_static(name), sensitive(value)?);
        }
        if !self.body.is_empty() {
            headers.insert("content-type", HeaderValue::from_static("application/json;charset=utf8"));
        }
        Ok(headers)
    }

    /// The canonical request that keys sign; `None` for a token.
    pub(super) fn canonical(&self, host: &str, now: Timestamp) -> Option<String> {
        let credential = self.credential.filter(|credential| matches!(credential, Credential::Keys { .. }))?;
        let date = basic_format(now);
        Some(self.signing_view(&self.signed_headers(credential, host, &date)).canonical().text)
    }

    /// So few that no proxy which changes other headers can break the signature.
    fn signed_headers<'h>(
        &'h self,
        credential: &'h Credential,
        host: &'h str,
        date: &'h str,
    ) -> Vec<(&'static str, &'h str)> {
        let mut signed = vec![("host", host), (sign::DATE_HEADER, date)];
        signed.extend(self.project_id.map(|id| ("x-project-id", id)));
        if let Credential::Keys { security_token: Some(token), .. } = credential {
            signed.push(("x-security-token", token.expose_secret()));
        }
        signed
    }

    fn signing_view<'s>(&'s self, headers: &'s [(&'static str, &'s str)]) -> sign::Request<'s> {
        sign::Request { method: self.method, path: self.path, query: self.query, headers, body: self.body }
    }

    /// What no text may repeat after this request was sent with these headers.
    pub(super) fn secrets(&self, run: &Secrets, headers: &HeaderMap) -> Secrets {
        self.credential.into_iter().flat_map(Credential::secrets).for_each(|secret| run.add(secret));
        self.secrets.iter().chain(self.headers.iter().map(|(_, value)| value)).for_each(|secret| run.add(secret));
        // A signature is valid for 15 minutes, so as good as a secret.
        let signature = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        run.plus(signature.and_then(|value| value.rsplit_once("Signature=")).map(|(_, hex)| hex))
    }

    /// The query as it is signed is the query as it is sent.
    pub(super) fn query_string(&self) -> String {
        sign::canonical_query(self.query)
    }
}

/// `20261124T031500Z`, as the signature needs it.
fn basic_format(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn sensitive(value: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(value)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sign_what_a_token_does_not() {
        let request = |credential| HttpRequest {
            project_id: Some("p"),
            credential: Some(credential),
            query: &[("b", "2"), ("a", "1 x")],
            ..HttpRequest::new("job j", "GET", "/v1/p/x")
        };
        let now = "2026-01-15T08:00:00Z".parse().unwrap();
        let keys = Credential::Keys { access_key: "AK".to_owned(), secret_key: "SK".into(), security_token: None };
        assert_eq!(
            request(&keys).canonical("e", now).unwrap().lines().take(6).collect::<Vec<_>>(),
            ["GET", "/v1/p/x/", "a=1%20x&b=2", "host:e", "x-project-id:p", "x-sdk-date:20260115T080000Z"]
        );
        assert_eq!(request(&keys).query_string(), "a=1%20x&b=2");
        assert_eq!(request(&Credential::Token("t".into())).canonical("e", now), None);
    }
}
