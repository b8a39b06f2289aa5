//! The project id by itself: without one, a token's own project is it, else the one named like the region. Asked once,
//! then remembered.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::api::credential::{Credential, CredentialProvider};
use crate::api::iam;
use crate::api::service::Service;
use crate::credentials::cache::Cache;
use crate::error::{Error, Kind};

/// The kind of file in the store.
pub(crate) const KIND: &str = "project";

/// A project id on disk, bound to the credential's fingerprint.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u8,
    bound_to: String,
    project_id: String,
}

/// The id of the project that the credential is good for alone, else of the one named like `region`.
///
/// # Errors
/// None or several of that name (`config_invalid`, listing them), no region to look by, or IAM's error.
pub(crate) fn find(
    service: &Service,
    provider: &dyn CredentialProvider,
    region: Option<&str>,
    store: Option<&Cache>,
    deadline: Instant,
) -> Result<String, Error> {
    let credential = provider.get(deadline)?;
    let file = Cache::name(KIND, &[service.endpoint().as_str(), region.unwrap_or_default(), &credential.fingerprint()]);
    let kept =
        store.and_then(|store| store.read::<Kept>(&file)).filter(|kept| kept.version == 1 && kept.bound_to == file);
    if let Some(id) = kept.map(|kept| kept.project_id).filter(|id| iam::is_project_id(id)) {
        return Ok(id);
    }
    let ask = |credential: &_| {
        found(service, credential, &provider.origin(), region, deadline).map_err(|error| match error.kind {
            // Where another try may help; what is refused for good has a hint of its own.
            Kind::Unreachable | Kind::HttpTimeout | Kind::Tls | Kind::ServiceError if error.retryable => {
                error.hint("IAM is only asked for the project id: --project-id or CPH_PROJECT_ID saves the question")
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
    if let Some(store) = store {
        // Next time it is asked again, that is all.
        let _ = store.write(&file, &Kept { version: 1, bound_to: file.clone(), project_id: id.clone() });
    }
    Ok(id)
}

fn found(
    service: &Service,
    credential: &Credential,
    origin: &str,
    region: Option<&str>,
    deadline: Instant,
) -> Result<String, Error> {
    if let Credential::Token(token) = credential {
        // It may open no other project, whatever that is named.
        match iam::token(service, credential, token, origin, deadline) {
            Ok(iam::TokenInfo { project_id: Some(id), .. }) => return Ok(id),
            // Of a whole account, or not told: then a name has to do.
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

/// Neither a project id nor a region that would name one.
#[must_use]
pub(crate) fn no_region() -> Error {
    Error::new(Kind::ConfigInvalid, "no project id, and no region to look it up by")
        .hint("name it with --project-id or CPH_PROJECT_ID, or the region with --region or CPH_REGION")
}
