//! Makes the provider for a credential that was found: one that logs in, or one that asks its source again.
//!
//! Knows no proxy, no certificates and no command: IAM and the metadata service are connected by the caller.

use std::time::Instant;

use jiff::SignedDuration;

use crate::api::credential::{Credential, CredentialProvider};
use crate::api::iam::{IamIdentity, NameOrId};
use crate::api::metadata;
use crate::api::retry;
use crate::api::service::Service;
use crate::config::value::Value;
use crate::config::{Overrides, Settings, missing_region};
use crate::context::Context;
use crate::credentials::cache::Cache;
use crate::credentials::password_provider::{PasswordProvider, ReadAgain};
use crate::credentials::refreshing_provider::{ExpiringCredential, Fetch, RefreshingProvider};
use crate::credentials::{self, FoundCredential, Plan, process};
use crate::error::{Error, Kind};

/// The credential of a program is fetched again this long before its end, as tokens are.
const COMMAND_MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// The agency's keys are fetched again this long before their end, as the official SDK does.
const ECS_MARGIN: SignedDuration = SignedDuration::from_mins(40);

/// Connects to a service; not called where it is not needed.
pub(crate) type Connect<'a> = &'a dyn Fn() -> Result<Service, Error>;

pub(crate) enum Provider {
    Password(Box<PasswordProvider>),
    Refreshing(Box<RefreshingProvider>),
}

impl Provider {
    pub(crate) fn as_dyn(&self) -> &dyn CredentialProvider {
        match self {
            Self::Password(provider) => provider.as_ref(),
            Self::Refreshing(provider) => provider.as_ref(),
        }
    }

    pub(crate) fn into_dyn(self) -> Box<dyn CredentialProvider> {
        match self {
            Self::Password(provider) => provider,
            Self::Refreshing(provider) => provider,
        }
    }
}

/// What a provider needs besides the credential that was found.
pub(crate) struct ProviderFactory<'a> {
    pub context: &'a Context,
    pub overrides: &'a Overrides,
    pub settings: &'a Settings,
    /// Whether the credential is in a file or variable, which may have changed when it is refused; not for one that was
    /// just typed.
    pub stored: bool,
    pub iam: Connect<'a>,
    pub metadata: Connect<'a>,
    pub cache: Option<Cache>,
    /// The end of `--timeout`.
    pub limit: Option<Instant>,
    pub warn: fn(&str),
}

impl ProviderFactory<'_> {
    /// Runs the program or asks the metadata service, until `limit` at most. A login is sent later, when the credential
    /// is needed.
    pub(crate) fn create(&self, found: FoundCredential) -> Result<Provider, Error> {
        match found.plan {
            Plan::Ready(credential) => {
                let find = self.find_again();
                let fetch: Fetch = Box::new(move |_| Ok(find().and_then(ready).map(|credential| (credential, None))));
                Ok(refreshing((credential, None), found.origin, SignedDuration::ZERO, fetch))
            }
            Plan::Login(identity) => {
                let find = self.find_again();
                self.password(identity, Box::new(move || find().and_then(login)), found.origin)
            }
            Plan::Command(words) => self.command(words),
            Plan::Ecs => self.ecs(found.origin),
        }
    }

    fn password(&self, identity: IamIdentity, again: ReadAgain, origin: String) -> Result<Provider, Error> {
        let text = |value: &Option<Value>| value.as_ref().map(|value| value.shown().to_owned());
        let project = text(&self.settings.project_id)
            .map(NameOrId::Id)
            .or_else(|| text(&self.settings.region).map(NameOrId::Name))
            .ok_or_else(|| missing_region("neither a project id nor a region to log in for"))?;
        let (iam, cache) = ((self.iam)()?, self.cache.clone());
        let provider = PasswordProvider::new(iam, identity, again, project, origin, cache, self.warn);
        Ok(Provider::Password(Box::new(provider)))
    }

    fn command(&self, words: Vec<String>) -> Result<Provider, Error> {
        let limit = self.limit;
        let (printed, end) = process::run(&words, limit)?;
        match printed.plan {
            Plan::Login(identity) => {
                let again = Box::new(move || process::run(&words, limit).ok().and_then(|(printed, _)| login(printed)));
                self.password(identity, again, printed.origin)
            }
            Plan::Ready(credential) => {
                // The program has 30 s of its own, not the deadline of one request; only --timeout shortens them.
                let fetch: Fetch = Box::new(move |_| {
                    let (printed, end) = process::run(&words, limit)?;
                    Ok(ready(printed).map(|credential| (credential, end)))
                });
                Ok(refreshing((credential, end), printed.origin, COMMAND_MARGIN, fetch))
            }
            Plan::Command(_) | Plan::Ecs => {
                Err(Error::new(Kind::ConfigInvalid, "credential_command printed no credential"))
            }
        }
    }

    fn ecs(&self, origin: String) -> Result<Provider, Error> {
        let service = (self.metadata)()?;
        let deadline = self.limit.unwrap_or_else(|| Instant::now() + retry::LOOK_TIMEOUT);
        let first = metadata::keys(&service, deadline)?;
        let fetch: Fetch = Box::new(move |deadline| metadata::keys(&service, deadline).map(Some));
        Ok(refreshing(first, origin, ECS_MARGIN, fetch))
    }

    /// Reads the settings again: the file may have changed since. The credential must come from the same place and be
    /// for the same endpoints: another one must not go where the first one went.
    fn find_again(&self) -> Box<dyn Fn() -> Option<FoundCredential> + Send + Sync> {
        if !self.stored {
            return Box::new(|| None);
        }
        let (context, overrides, binding) = (self.context.clone(), self.overrides.clone(), self.settings.binding());
        Box::new(move || {
            // What can't be read now was readable before: the refusal says more than a second error.
            let settings =
                Settings::resolve(&context, &overrides).ok().filter(|settings| settings.binding() == binding)?;
            credentials::find(&settings).ok()
        })
    }
}

fn refreshing(first: ExpiringCredential, origin: String, margin: SignedDuration, fetch: Fetch) -> Provider {
    Provider::Refreshing(Box::new(RefreshingProvider::new(first, origin, margin, fetch)))
}

fn ready(found: FoundCredential) -> Option<Credential> {
    match found.plan {
        Plan::Ready(credential) => Some(credential),
        _ => None,
    }
}

fn login(found: FoundCredential) -> Option<IamIdentity> {
    match found.plan {
        Plan::Login(identity) => Some(identity),
        _ => None,
    }
}
