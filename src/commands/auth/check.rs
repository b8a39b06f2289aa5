//! Whether a credential really opens the door: IAM and CPH are asked, never the cache.

use std::time::Instant;

use jiff::Timestamp;

use crate::api::auth::Credential;
use crate::api::client::Client;
use crate::api::{iam, retry};
use crate::commands::connect::{Access, Connector};
use crate::credentials::Found;
use crate::error::{Error, Kind};

/// No job has this id, so "no such job" is the answer of a service that let us in.
const NO_JOB: &str = "00000000000000000000000000000000";

/// What the services said.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// The project that was asked about.
    pub(super) project_id: Option<String>,
    /// The credential's end, where there is one to be known.
    pub(super) expires_at: Option<Timestamp>,
    /// What IAM would not say, without harm.
    pub(super) notes: Vec<String>,
}

/// Asks IAM and CPH.
///
/// # Errors
/// The first trouble that keeps jobs from being asked about.
pub(super) fn check(connector: &Connector, found: Found) -> Result<Checked, Error> {
    let mut checked = Checked::default();
    let access = connector.access(found, None, None)?;
    let deadline = Instant::now() + retry::LOOK_TIMEOUT;
    match &access {
        Access::Login(login) => checked.expires_at = login.fresh(deadline)?,
        Access::Given(given) => {
            checked.expires_at = given.expires_at();
            ask_iam(connector, &access, &mut checked, deadline)?;
        }
    }
    let service = connector.service()?;
    let project_id = connector.project_id(&access, None, deadline)?;
    checked.project_id = Some(project_id.clone());
    let client = Client { service, project_id, authority: access.into_authority() };
    match client.show_job_persistently(NO_JOB, deadline) {
        Err(error) if error.kind != Kind::NotFound => Err(error),
        _ => Ok(checked),
    }
}

/// For a credential that IAM did not just issue itself. Only a refusal is final: reading jobs needs no right in IAM.
fn ask_iam(connector: &Connector, access: &Access, checked: &mut Checked, deadline: Instant) -> Result<(), Error> {
    let authority = access.authority();
    let (Ok(service), Some(region)) = (connector.iam(), connector.settings.region.as_ref()) else { return Ok(()) };
    let credential = authority.current(deadline)?;
    let asked = match credential.as_ref() {
        Credential::Token(token) => iam::token(&service, &credential, token, &authority.origin(), deadline)
            .map(|token| checked.expires_at = token.expires_at.or(checked.expires_at)),
        Credential::Keys { .. } => {
            iam::projects(&service, &credential, &authority.origin(), region.shown(), deadline).map(drop)
        }
    };
    match asked {
        Err(error) if error.kind == Kind::AuthRejected => Err(error),
        Err(error) => {
            checked.notes.push(format!("IAM: {}", error.text()));
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}
