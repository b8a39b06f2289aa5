//! The metadata service of an ECS: temporary keys of the machine's agency. Asked without a proxy and with short time
//! limits: elsewhere there is no such service.
//!
//! Source: ECS user guide, "Obtaining metadata"; the official SDK's core/auth/internal.py for its responses.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Deserialize;

use crate::api::credential::Credential;
use crate::api::request::HttpRequest;
use crate::api::response::{ErrorContext, HttpResponse};
use crate::api::service::Service;
use crate::error::{Error, Kind};

/// For one request, connecting included; the official SDK waits as long.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(3);
/// Lifetime of a metadata token in seconds: six hours.
const TOKEN_LIFE: &str = "21600";
/// The object in error messages.
const AGENCY: &str = "agency of this ECS";

#[derive(Deserialize)]
struct WireKeys {
    credential: WireCredential,
}

#[derive(Deserialize)]
struct WireCredential {
    access: String,
    secret: String,
    securitytoken: String,
    expires_at: Option<String>,
}

/// The agency's keys and when they expire. Two requests, [`TIMEOUT`] each, until `deadline`.
pub(crate) fn keys(service: &Service, deadline: Instant) -> Result<(Credential, Option<Timestamp>), Error> {
    let token = token(service, deadline)?;
    let headers: Vec<_> = token.iter().map(|token| ("x-metadata-token", token.as_str())).collect();
    let endpoint = service.endpoint().as_str();
    let context =
        ErrorContext { about: AGENCY, endpoint, expected: "temporary key", missing: format_args!("no agency") };
    let request = HttpRequest { headers: &headers, ..HttpRequest::new(AGENCY, "GET", "/openstack/latest/securitykey") };
    service.call(&request, left(deadline), |response| keys_in(response, &context))
}

/// The keys in a response, and when they expire.
pub(crate) fn keys_in(
    response: &HttpResponse,
    context: &ErrorContext<'_>,
) -> Result<(Credential, Option<Timestamp>), Error> {
    if response.status != 200 {
        return Err(refused(response, context));
    }
    let keys: WireKeys =
        serde_json::from_slice(&response.body).map_err(|_| response.unusable(context, "no valid keys"))?;
    let WireCredential { access, secret, securitytoken, expires_at } = keys.credential;
    let parts = [&access, &secret, &securitytoken];
    if parts.iter().any(|part| part.is_empty() || !part.bytes().all(|c| c.is_ascii_graphic())) {
        return Err(response.unusable(context, "unusable keys"));
    }
    let credential =
        Credential::Keys { access_key: access, secret_key: secret.into(), security_token: Some(securitytoken.into()) };
    Ok((credential, expires_at.and_then(|time| time.parse().ok())))
}

/// A token for the metadata service itself; `None` from older services, which need none.
fn token(service: &Service, deadline: Instant) -> Result<Option<String>, Error> {
    let endpoint = service.endpoint().as_str();
    let context = ErrorContext {
        about: "metadata token of this ECS",
        endpoint,
        expected: "token",
        missing: format_args!("no metadata tokens"),
    };
    let headers = [("x-metadata-token-ttl-seconds", TOKEN_LIFE)];
    let request = HttpRequest { headers: &headers, ..HttpRequest::new(AGENCY, "PUT", "/meta-data/latest/api/token") };
    let token = service.call(&request, left(deadline), |response| match response.status {
        200 => {
            let token = String::from_utf8_lossy(&response.body).trim().to_owned();
            let good = !token.is_empty() && token.bytes().all(|c| c.is_ascii_graphic());
            good.then_some(Some(token)).ok_or_else(|| response.unusable(&context, "no usable token"))
        }
        404 | 405 | 503 => Ok(None),
        _ => Err(response.to_error(&context)),
    });
    token.map_err(|error| match error.kind {
        Kind::Unreachable | Kind::HttpTimeout => {
            error.hint("only an ECS has a metadata service; check that this machine is one")
        }
        _ => error,
    })
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

fn refused(response: &HttpResponse, context: &ErrorContext<'_>) -> Error {
    let error = response.to_error(context);
    // The metadata service has no code for it: this text is all that tells it from other refusals.
    if String::from_utf8_lossy(&response.body).contains("Cloud Service Agency") {
        return Error { kind: Kind::AuthMissing, ..error }.hint("give this ECS an agency that may read CPH jobs");
    }
    error
}
