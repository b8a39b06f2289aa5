//! Whether a credential works: asks IAM and CPH, never the cache.

use std::time::Instant;

use jiff::Timestamp;
use serde::Serialize;

use crate::api::client::Client;
use crate::api::credential::{Credential, CredentialProvider};
use crate::api::{iam, retry};
use crate::commands::connect::Connector;
use crate::credentials::FoundCredential;
use crate::credentials::provider_factory::Provider;
use crate::error::{Error, Kind};

/// No job has this id, so a service that accepts the credential answers "no such job".
const NO_JOB: &str = "00000000000000000000000000000000";

/// One service's answer about the credential; the words are those of the JSON output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    /// It was not asked: something before it failed, or its endpoint is unknown.
    #[default]
    NotAsked,
    /// The credential is valid.
    Accepted,
    /// The credential is not valid (401).
    Refused,
    /// The credential is valid, but may not do this (403).
    Forbidden,
    /// No answer: network, TLS, timeout, or a service that is busy or broken.
    Unreachable,
    /// An answer that says neither.
    BadAnswer,
}

impl Verdict {
    fn of<T>(ended: &Result<T, Error>) -> Self {
        match ended.as_ref().map_err(|error| error.kind) {
            Ok(_) => Self::Accepted,
            Err(Kind::AuthRejected) => Self::Refused,
            Err(Kind::Forbidden) => Self::Forbidden,
            Err(Kind::Unreachable | Kind::Tls | Kind::HttpTimeout | Kind::RateLimited | Kind::ServiceError) => {
                Self::Unreachable
            }
            Err(Kind::NotFound | Kind::BadAnswer | Kind::UnknownStatus | Kind::WrongJob) => Self::BadAnswer,
            // Errors of this machine, before anything was sent.
            Err(Kind::Usage | Kind::ConfigInvalid | Kind::Io | Kind::AuthMissing) => Self::NotAsked,
        }
    }

    /// For the table, after the service's name.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::NotAsked => "was not asked",
            Self::Accepted => "accepts it",
            Self::Refused => "refuses it",
            Self::Forbidden => "forbids it",
            Self::Unreachable => "could not be reached",
            Self::BadAnswer => "gave an unusable answer",
        }
    }
}

/// What the services answered, as far as they were asked.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) iam: Verdict,
    pub(super) cph: Verdict,
    /// The project that was asked about.
    pub(super) project_id: Option<String>,
    /// When the credential expires, where that is known.
    pub(super) expires_at: Option<Timestamp>,
    /// Errors of IAM that do not matter.
    pub(super) notes: Vec<String>,
}

/// Asks IAM and CPH. Returns the first error that would also stop a request about jobs; `checked` has the answers so
/// far.
pub(super) fn check(connector: &Connector, found: FoundCredential, checked: &mut Checked) -> Result<(), Error> {
    let provider = connector.provider(found, None, None)?;
    let deadline = Instant::now() + retry::LOOK_TIMEOUT;
    match &provider {
        Provider::Password(login) => {
            let ended = login.login(deadline);
            checked.iam = Verdict::of(&ended);
            checked.expires_at = ended?;
        }
        Provider::Refreshing(refreshing) => {
            checked.expires_at = refreshing.expires_at();
            ask_iam(connector, provider.as_dyn(), checked, deadline)?;
        }
    }
    let service = connector.service()?;
    let project = connector.project_id(&provider, None, deadline);
    match Verdict::of(&project) {
        // What IAM answered before this look-up stays.
        Verdict::Accepted | Verdict::NotAsked => {}
        failed => checked.iam = failed,
    }
    let project_id = project?;
    checked.project_id = Some(project_id.clone());
    let client = Client { service, project_id, provider: provider.into_dyn() };
    let asked = match client.show_job_with_retries(NO_JOB, deadline) {
        Err(error) if error.kind != Kind::NotFound => Err(error),
        _ => Ok(()),
    };
    checked.cph = Verdict::of(&asked);
    asked
}

/// For a credential that IAM did not just issue itself. Only a refusal is final, since reading jobs needs no right in
/// IAM, unless the project is to be looked up there.
fn ask_iam(
    connector: &Connector,
    provider: &dyn CredentialProvider,
    checked: &mut Checked,
    deadline: Instant,
) -> Result<(), Error> {
    let Ok(service) = connector.iam() else { return Ok(()) };
    let settings = &connector.settings;
    let needed = settings.project_id.is_none();
    // An IAM that does not answer must leave time for CPH.
    let until = if needed { deadline } else { deadline.min(Instant::now() + retry::LOOK_TIMEOUT / 2) };
    let credential = provider.get(until)?;
    let asked = match credential.as_ref() {
        Credential::Token(token) => iam::token(&service, &credential, token, &provider.origin(), until)
            .map(|token| checked.expires_at = token.expires_at.or(checked.expires_at)),
        Credential::Keys { .. } => {
            // Any name works: only whether IAM answers matters.
            let name = settings.region.as_ref().or(settings.project_id.as_ref()).map_or("-", |value| value.shown());
            iam::projects(&service, &credential, &provider.origin(), name, until).map(drop)
        }
    };
    checked.iam = Verdict::of(&asked);
    match (asked, checked.iam) {
        (Err(error), Verdict::Refused) => Err(error),
        (Err(error), Verdict::Unreachable) if needed => {
            Err(error.hint("IAM is only asked for the project id: set --project-id or CPH_PROJECT_ID to avoid that"))
        }
        (Err(error), _) => {
            checked.notes.push(format!("IAM: {}", error.text()));
            Ok(())
        }
        (Ok(()), _) => Ok(()),
    }
}
