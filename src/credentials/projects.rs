//! The project id: as set, else the token's own, else that of the project named like the region. IAM is asked once,
//! then the answer is cached.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::api::credential::{Credential, CredentialProvider};
use crate::api::iam;
use crate::api::service::Service;
use crate::config::Settings;
use crate::config::value::Value;
use crate::credentials::cache::Cache;
use crate::credentials::provider_factory::{Connect, Provider};
use crate::error::{Error, Kind};

/// The start of a file's name in the cache.
pub(crate) const KIND: &str = "project";

/// A project id in the cache, with the endpoint, region and fingerprint of the credential it was found with.
#[derive(Serialize, Deserialize)]
pub(crate) struct ProjectEntry {
    version: u8,
    bound_to: String,
    project_id: String,
}

impl ProjectEntry {
    /// The id, if it was found for what `file` is named after.
    pub(crate) fn usable(self, file: &str) -> Option<String> {
        let ours = self.version == 1 && self.bound_to == file;
        Some(self.project_id).filter(|id| ours && iam::is_project_id(id))
    }
}

/// The project of a run. A login is sent in any case, whatever is set: one that fails is an error before any job.
pub(crate) fn resolve(
    settings: &Settings,
    provider: &Provider,
    iam: Connect<'_>,
    cache: Option<&Cache>,
    deadline: Instant,
) -> Result<String, Error> {
    let set = settings.project_id.as_ref().map(|value| value.shown().to_owned());
    if let Provider::Password(login) = provider {
        let issued_for = login.project_id(deadline)?;
        if let Some(id) = set.clone().or(issued_for) {
            return Ok(id);
        }
    }
    if let Some(id) = set {
        return Ok(id);
    }
    let region = settings.region.as_ref().map(Value::shown);
    if region.is_none() && settings.iam_endpoint.is_none() {
        return Err(no_region());
    }
    find(&iam()?, provider.as_dyn(), region, cache, deadline)
}

/// The id of the project that the credential is only good for, else of the one named like `region`.
fn find(
    service: &Service,
    provider: &dyn CredentialProvider,
    region: Option<&str>,
    cache: Option<&Cache>,
    deadline: Instant,
) -> Result<String, Error> {
    let credential = provider.get(deadline)?;
    let file = Cache::name(KIND, &[service.endpoint().as_str(), region.unwrap_or_default(), &credential.fingerprint()]);
    if let Some(id) = cache.and_then(|cache| cache.read::<ProjectEntry>(&file)).and_then(|entry| entry.usable(&file)) {
        return Ok(id);
    }
    let ask = |credential: &_| {
        look_up(service, credential, &provider.origin(), region, deadline).map_err(|error| match error.kind {
            // Errors that a retry may solve; a final refusal has a hint of its own.
            Kind::Unreachable | Kind::HttpTimeout | Kind::Tls | Kind::ServiceError if error.retryable => {
                error.hint("IAM is only asked for the project id: set --project-id or CPH_PROJECT_ID to avoid that")
            }
            _ => error,
        })
    };
    let id = match ask(&credential) {
        Err(error) if error.kind == Kind::AuthRejected => match provider.refresh(&credential, deadline)? {
            Some(other) => ask(&other)?,
            None => return Err(error),
        },
        ended => ended?,
    };
    if let Some(cache) = cache {
        // Where that fails, the next run asks IAM again: no harm.
        let _ = cache.write(&file, &ProjectEntry { version: 1, bound_to: file.clone(), project_id: id.clone() });
    }
    Ok(id)
}

fn look_up(
    service: &Service,
    credential: &Credential,
    origin: &str,
    region: Option<&str>,
    deadline: Instant,
) -> Result<String, Error> {
    if let Credential::Token(token) = credential {
        // It is valid for no other project, whatever its name.
        match iam::token(service, credential, token, origin, deadline) {
            Ok(iam::TokenInfo { project_id: Some(id), .. }) => return Ok(id),
            // Of a whole account, or unknown: then look it up by name.
            Ok(_) => {}
            Err(error) if matches!(error.kind, Kind::Forbidden | Kind::NotFound | Kind::BadAnswer) => {}
            Err(error) => return Err(error),
        }
    }
    let region = region.ok_or_else(no_region)?;
    match iam::projects(service, credential, origin, region, deadline)?.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => Err(Error::new(Kind::ConfigInvalid, format!("no project id, and IAM knows no project named {region}"))
            .hint("name it with --project-id or CPH_PROJECT_ID; the console shows it under My Credentials")),
        several => {
            let ids: Vec<_> = several.iter().map(|project| format!("{} ({})", project.id, project.name)).collect();
            Err(Error::new(
                Kind::ConfigInvalid,
                format!("no project id, and IAM knows several projects named {region}: {}", ids.join(", ")),
            )
            .hint("name one with --project-id or CPH_PROJECT_ID"))
        }
    }
}

fn no_region() -> Error {
    Error::new(Kind::ConfigInvalid, "no project id, and no region to look it up by")
        .hint("name it with --project-id or CPH_PROJECT_ID, or the region with --region or CPH_REGION")
}
