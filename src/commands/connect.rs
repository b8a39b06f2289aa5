//! Joins settings, services and the credential provider to a client for the jobs of one project.

use std::time::Instant;

use crate::api::client::Client;
use crate::api::log::Log;
use crate::api::metadata;
use crate::api::peer::Peer;
use crate::api::retry;
use crate::api::sent_secrets::Secrets;
use crate::api::service::Service;
use crate::api::tls::Trust;
use crate::api::transport::{Proxy, Transport};
use crate::cli::Global;
use crate::config::{Overrides, Settings, missing_region, proxy, variable, wrong_endpoint};
use crate::context::Context;
use crate::credentials::cache::Cache;
use crate::credentials::provider_factory::{Provider, ProviderFactory};
use crate::credentials::{self, FoundCredential, Plan, projects};
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind};
use crate::output::progress::connecting::Connecting;
use crate::output::stdio;

/// The metadata service of every ECS.
const METADATA: &str = "http://169.254.169.254";

/// Everything that is known before the first request.
pub(super) struct Connector {
    context: Context,
    overrides: Overrides,
    pub(super) settings: Settings,
    log: Log,
    trust: Trust,
    /// Whether the credential is in a file or variable, not one that was just typed.
    stored: bool,
    /// Shared by all services of the run.
    secrets: Secrets,
}

/// A client for the jobs of the effective project. Sends no request about a job, but maybe a login or a look-up, which
/// ends at `limit` at the latest. Gives also when the first contact must be made, since they share its time, and says
/// on the way what is waited for.
pub(super) fn client(
    context: &Context,
    global: &Global,
    overrides: &Overrides,
    limit: Option<Instant>,
    waiting: &mut Connecting,
) -> Result<(Client, Instant), Error> {
    let connector = Connector::new(context, global, overrides, Settings::resolve(context, overrides)?);
    connector.settings.warnings.iter().for_each(|warning| stdio::warning(warning));
    let found = credentials::find(&connector.settings)?;
    let service = connector.service()?;
    let cache = Cache::of(context);
    match &found.plan {
        Plan::Command(words) => {
            waiting.program(|| format!("running credential_command {}", words.first().map_or("", String::as_str)))
        }
        Plan::Ecs => waiting.service(|| "waiting for the keys of this ECS's agency".to_owned()),
        Plan::Ready(_) | Plan::Login(_) => {}
    }
    let provider = connector.provider(found, cache.clone(), limit)?;
    // A program's own time is over; from here on login, look-up and the first job share one deadline.
    let contact_until = Instant::now() + retry::LOOK_TIMEOUT;
    let deadline = limit.map_or(contact_until, |limit| limit.min(contact_until));
    connector.names_iam(&provider, waiting);
    let project_id = connector.project_id(&provider, cache.as_ref(), deadline)?;
    Ok((Client { service, project_id, provider: provider.into_dyn() }, contact_until))
}

impl Connector {
    pub(super) fn new(context: &Context, global: &Global, overrides: &Overrides, settings: Settings) -> Self {
        Self {
            context: context.clone(),
            overrides: overrides.clone(),
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

    fn connect(&self, peer: Peer, endpoint: &Endpoint) -> Result<Service, Error> {
        let proxy = proxy::of(&self.context, endpoint)?.map(|(variable, url)| Proxy { variable, url });
        proxy.iter().flat_map(|proxy| proxy::secrets(&proxy.url)).for_each(|secret| self.secrets.add(&secret));
        let service = Service::new(peer, Transport::new(endpoint, &self.trust, proxy)?, endpoint.clone(), self.log);
        Ok(service.with_secrets(self.secrets.clone()))
    }

    /// CPH.
    pub(super) fn service(&self) -> Result<Service, Error> {
        match &self.settings.endpoint {
            Some((endpoint, _)) => self.connect(Peer::Cph, endpoint),
            None => Err(missing_region("no endpoint to ask")),
        }
    }

    pub(super) fn iam(&self) -> Result<Service, Error> {
        match (&self.settings.iam_endpoint, &self.settings.endpoint) {
            (Some((endpoint, _)), _) => self.connect(Peer::Iam, endpoint),
            (None, Some((endpoint, _))) if !endpoint.is_huawei_or_loopback() => Err(Error::new(
                Kind::ConfigInvalid,
                format!("IAM is needed, and {} is not Huawei Cloud, so its IAM is unknown", endpoint.as_str()),
            )
            .hint("name it with CPH_IAM_ENDPOINT or iam_endpoint in the profile")),
            (None, _) => Err(missing_region("no IAM to ask")),
        }
    }

    /// Says that IAM is waited for, where it may be asked.
    fn names_iam(&self, provider: &Provider, waiting: &mut Connecting) {
        let Some((iam, _)) = &self.settings.iam_endpoint else { return };
        match provider {
            Provider::Password(_) => waiting.service(|| format!("logging in at {}", iam.host())),
            Provider::Refreshing(_) if self.settings.project_id.is_none() => {
                waiting.service(|| format!("asking {} for the project id", iam.host()));
            }
            Provider::Refreshing(_) => {}
        }
    }

    fn metadata(&self) -> Result<Service, Error> {
        let name = "CPH_METADATA_ENDPOINT";
        let text = variable(&self.context, name)?.unwrap_or(METADATA);
        let wrong = |reason| wrong_endpoint(name, reason, text, METADATA);
        let endpoint = Endpoint::parse_metadata(text).map_err(wrong)?;
        Ok(self.connect(Peer::Metadata, &endpoint)?.with_limit(metadata::TIMEOUT))
    }

    /// The provider for what was found. `limit` is the end of `--timeout`.
    pub(super) fn provider(
        &self,
        found: FoundCredential,
        cache: Option<Cache>,
        limit: Option<Instant>,
    ) -> Result<Provider, Error> {
        let factory = ProviderFactory {
            context: &self.context,
            overrides: &self.overrides,
            settings: &self.settings,
            stored: self.stored,
            iam: &|| self.iam(),
            metadata: &|| self.metadata(),
            cache,
            limit,
            warn: stdio::warning,
        };
        factory.create(found)
    }

    pub(super) fn project_id(
        &self,
        provider: &Provider,
        cache: Option<&Cache>,
        deadline: Instant,
    ) -> Result<String, Error> {
        projects::resolve(&self.settings, provider, &|| self.iam(), cache, deadline)
    }
}
