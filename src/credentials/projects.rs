//! The project id by itself: without one, the project named like the region is it. Asked once, then remembered.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::api::auth::Authority;
use crate::api::iam;
use crate::api::service::Service;
use crate::credentials::store::Store;
use crate::error::{Error, Kind};

/// The kind of file in the store.
pub const KIND: &str = "project";

/// A project id on disk, bound to the credential's fingerprint.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u8,
    bound_to: String,
    project_id: String,
}

/// The id of the project named like `region`, for this credential.
///
/// # Errors
/// None or several of that name (`config_invalid`, listing them), or IAM's trouble.
pub fn find(
    service: &Service,
    authority: &dyn Authority,
    region: &str,
    store: Option<&Store>,
    deadline: Instant,
) -> Result<String, Error> {
    let credential = authority.current(deadline)?;
    let file = Store::name(KIND, &[service.endpoint().as_str(), region, &credential.fingerprint()]);
    let kept =
        store.and_then(|store| store.read::<Kept>(&file)).filter(|kept| kept.version == 1 && kept.bound_to == file);
    if let Some(id) = kept.map(|kept| kept.project_id).filter(|id| iam::is_project_id(id)) {
        return Ok(id);
    }
    let ask = |credential: &_| {
        iam::projects(service, credential, &authority.origin(), region, deadline).map_err(|error| match error.kind {
            // Where another try may help; what is refused for good has a hint of its own.
            Kind::Unreachable | Kind::HttpTimeout | Kind::Tls | Kind::ServiceError if error.retryable => {
                error.hint("IAM is only asked for the project id: --project-id or CPH_PROJECT_ID saves the question")
            }
            _ => error,
        })
    };
    let found = match ask(&credential) {
        Err(error) if error.kind == Kind::AuthRejected => match authority.renew(&credential, deadline)? {
            Some(other) => ask(&other)?,
            None => return Err(error),
        },
        ended => ended?,
    };
    match found.as_slice() {
        [one] => {
            let kept = Kept { version: 1, bound_to: file.clone(), project_id: one.id.clone() };
            if let Some(store) = store {
                // Next time it is asked again, that is all.
                let _ = store.write(&file, &kept);
            }
            Ok(one.id.clone())
        }
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
