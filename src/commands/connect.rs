//! From settings to a client that may ask: the credential, where to ask, and for which project.

use std::time::Instant;

use jiff::SignedDuration;

use crate::api::client::Client;
use crate::api::credential::{Credential, CredentialProvider};
use crate::api::iam::{IamIdentity, NameOrId};
use crate::api::log::Log;
use crate::api::metadata;
use crate::api::retry;
use crate::api::secrets::Secrets;
use crate::api::service::Service;
use crate::api::tls::Trust;
use crate::api::transport::{Proxy, Transport};
use crate::cli::Global;
use crate::config::value::Value;
use crate::config::{Overrides, Settings, proxy, variable, wrong_endpoint};
use crate::context::Context;
use crate::credentials::cache::Cache;
use crate::credentials::password_provider::PasswordProvider;
use crate::credentials::refreshing_provider::{Fetch, RefreshingProvider};
use crate::credentials::{self, Found, Plan, process, projects};
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind};
use crate::output::stdio;

/// Where every ECS finds its metadata service.
const METADATA: &str = "http://169.254.169.254";
/// A program's credential is asked for anew so long before its end; as long as for tokens.
const COMMAND_MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// The agency's keys are renewed so long before their end, as the official SDK does.
const ECS_MARGIN: SignedDuration = SignedDuration::from_mins(40);

/// Everything that is known before the first request.
pub(super) struct Connector {
    context: Context,
    given: Overrides,
    /// The settings.
    pub(super) settings: Settings,
    log: Log,
    trust: Trust,
    /// Whether a refused credential may have changed where it stands; one that was just typed stands nowhere.
    stored: bool,
    /// Shared by all services of the run.
    secrets: Secrets,
}

/// Whoever signs in, ready to be asked.
pub(super) enum Access {
    /// By a login of our own.
    Login(Box<PasswordProvider>),
    /// By a credential that somebody else gives.
    Given(Box<RefreshingProvider>),
}

impl Access {
    pub(super) fn provider(&self) -> &dyn CredentialProvider {
        match self {
            Self::Login(login) => login.as_ref(),
            Self::Given(given) => given.as_ref(),
        }
    }

    pub(super) fn into_provider(self) -> Box<dyn CredentialProvider> {
        match self {
            Self::Login(login) => login,
            Self::Given(given) => given,
        }
    }
}

/// A client for the jobs of the effective project. Nothing about a job is asked yet; a login or look-up may be, which
/// ends at `limit` at the latest. Gives also when the first contact must be made, since they share its time.
pub(super) fn client(
    context: &Context,
    global: &Global,
    given: &Overrides,
    limit: Option<Instant>,
) -> Result<(Client, Instant), Error> {
    let connector = Connector::new(context, global, given, Settings::resolve(context, given)?);
    connector.settings.warnings.iter().for_each(|warning| stdio::warning(warning));
    let found = credentials::find(&connector.settings)?;
    let service = connector.service()?;
    let store = Cache::of(context);
    let access = connector.access(found, store.clone(), limit)?;
    // Its own time for a program is over; from here on login, look-up and the first job share one deadline.
    let contact_until = Instant::now() + retry::LOOK_TIMEOUT;
    let deadline = limit.map_or(contact_until, |limit| limit.min(contact_until));
    let project_id = connector.project_id(&access, store.as_ref(), deadline)?;
    Ok((Client { service, project_id, provider: access.into_provider() }, contact_until))
}

impl Connector {
    pub(super) fn new(context: &Context, global: &Global, given: &Overrides, settings: Settings) -> Self {
        Self {
            context: context.clone(),
            given: given.clone(),
            settings,
            log: Log { verbosity: global.verbose, sink: stdio::log },
            trust: Trust { file: context.path("SSL_CERT_FILE"), dir: context.path("SSL_CERT_DIR") },
            stored: true,
            secrets: Secrets::default(),
        }
    }

    /// For a credential that was just typed: where it is refused, no other one may be tried in its place.
    pub(super) fn typed(self) -> Self {
        Self { stored: false, ..self }
    }

    fn connect(&self, endpoint: &Endpoint) -> Result<Service, Error> {
        let proxy = proxy::of(&self.context, endpoint)?.map(|(variable, url)| Proxy { variable, url });
        proxy.iter().flat_map(|proxy| proxy::secrets(&proxy.url)).for_each(|secret| self.secrets.add(&secret));
        let service = Service::new(Transport::new(endpoint, &self.trust, proxy)?, endpoint.clone(), self.log);
        Ok(service.with_secrets(self.secrets.clone()))
    }

    /// CPH.
    pub(super) fn service(&self) -> Result<Service, Error> {
        match &self.settings.endpoint {
            Some((endpoint, _)) => self.connect(endpoint),
            None => Err(no_region("no endpoint to ask")),
        }
    }

    /// IAM.
    pub(super) fn iam(&self) -> Result<Service, Error> {
        match (&self.settings.iam_endpoint, &self.settings.endpoint) {
            (Some((endpoint, _)), _) => self.connect(endpoint),
            (None, Some((endpoint, _))) if !endpoint.is_huawei_or_loopback() => Err(Error::new(
                Kind::ConfigInvalid,
                format!("IAM is needed, and {} is not Huawei Cloud, so its IAM is unknown", endpoint.as_str()),
            )
            .hint("name it with CPH_IAM_ENDPOINT or iam_endpoint in the profile")),
            (None, _) => Err(no_region("no IAM to ask")),
        }
    }

    /// Whoever signs in for what was found. A program is run and a metadata service asked, until `limit` at the
    /// latest; a login waits.
    pub(super) fn access(&self, found: Found, store: Option<Cache>, limit: Option<Instant>) -> Result<Access, Error> {
        match found.plan {
            Plan::Ready(credential) => {
                let source: Fetch = if self.stored { self.reread() } else { Box::new(|_| Ok(None)) };
                Ok(given((credential, None), found.origin, SignedDuration::ZERO, source))
            }
            Plan::Login(identity) => self.login(identity, found.origin, store),
            Plan::Command(words) => {
                let (printed, end) = process::run(&words, limit)?;
                match printed.plan {
                    Plan::Login(identity) => self.login(identity, printed.origin, store),
                    Plan::Ready(credential) => {
                        // The program's 30 s are its own and no part of a look's deadline; only --timeout cuts them.
                        let source: Fetch = Box::new(move |_| {
                            let (printed, end) = process::run(&words, limit)?;
                            Ok(ready(printed).map(|credential| (credential, end)))
                        });
                        Ok(given((credential, end), printed.origin, COMMAND_MARGIN, source))
                    }
                    Plan::Command(_) | Plan::Ecs => {
                        Err(Error::new(Kind::ConfigInvalid, "credential_command printed no credential"))
                    }
                }
            }
            Plan::Ecs => {
                let service = self.metadata()?;
                let first = metadata::keys(&service, limit.unwrap_or_else(|| Instant::now() + retry::LOOK_TIMEOUT))?;
                let source: Fetch = Box::new(move |deadline| metadata::keys(&service, deadline).map(Some));
                Ok(given(first, found.origin, ECS_MARGIN, source))
            }
        }
    }

    fn login(&self, identity: IamIdentity, origin: String, store: Option<Cache>) -> Result<Access, Error> {
        let named = |value: &Option<Value>| value.as_ref().map(|value| value.shown().to_owned());
        let project = named(&self.settings.project_id)
            .map(NameOrId::Id)
            .or_else(|| named(&self.settings.region).map(NameOrId::Name))
            .ok_or_else(|| no_region("neither a project id nor a region to log in for"))?;
        let login = PasswordProvider::new(self.iam()?, identity, project, origin, store, stdio::warning);
        Ok(Access::Login(Box::new(login)))
    }

    fn metadata(&self) -> Result<Service, Error> {
        let name = "CPH_METADATA_ENDPOINT";
        let text = variable(&self.context, name)?.unwrap_or(METADATA);
        let wrong = |reason| wrong_endpoint(name, reason, text, METADATA);
        Ok(self.connect(&Endpoint::parse_metadata(text).map_err(wrong)?)?.with_limit(metadata::TIMEOUT))
    }

    /// The project: as set, as the login or the token says, else the one named like the region. Has signed in afterwards.
    pub(super) fn project_id(
        &self,
        access: &Access,
        store: Option<&Cache>,
        deadline: Instant,
    ) -> Result<String, Error> {
        let set = self.settings.project_id.as_ref().map(|value| value.shown().to_owned());
        if let Access::Login(login) = access {
            // Whatever is set: a login that fails is trouble before any job.
            let issued_for = login.project_id(deadline)?;
            if let Some(id) = set.clone().or(issued_for) {
                return Ok(id);
            }
        }
        if let Some(id) = set {
            return Ok(id);
        }
        let region = self.settings.region.as_ref().map(Value::shown);
        if region.is_none() && self.settings.iam_endpoint.is_none() {
            return Err(projects::no_region());
        }
        projects::find(&self.iam()?, access.provider(), region, store, deadline)
    }

    /// Reads the settings afresh: someone may have changed the file meanwhile. Only the same place counts, and only
    /// while its credential is for the same endpoints: another one must not go where the first one went.
    fn reread(&self) -> Fetch {
        let (context, given, binding) = (self.context.clone(), self.given.clone(), self.settings.binding());
        Box::new(move |_| {
            // What can't be read now was readable before: the refusal says more than a second error.
            let settings = Settings::resolve(&context, &given).ok().filter(|settings| settings.binding() == binding);
            let found = settings.and_then(|settings| credentials::find(&settings).ok());
            Ok(found.and_then(ready).map(|credential| (credential, None)))
        })
    }
}

fn given(
    first: (Credential, Option<jiff::Timestamp>),
    origin: String,
    margin: SignedDuration,
    source: Fetch,
) -> Access {
    Access::Given(Box::new(RefreshingProvider::new(first, origin, margin, source)))
}

fn ready(found: Found) -> Option<Credential> {
    match found.plan {
        Plan::Ready(credential) => Some(credential),
        _ => None,
    }
}

fn no_region(what: &str) -> Error {
    Error::new(Kind::ConfigInvalid, format!("no region, so {what}"))
        .hint("name it with --region, CPH_REGION or region in the profile, such as cn-north-4")
}
