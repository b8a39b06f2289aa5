//! From settings to a client that may ask: the credential, where to ask, and for which project.

use crate::api::auth::Credential;
use crate::api::client::Client;
use crate::api::log::Log;
use crate::api::service::Service;
use crate::api::transport::{Transport, Trust};
use crate::cli::Global;
use crate::config::{Given, Settings};
use crate::context::Context;
use crate::credentials::{self, AsFound};
use crate::error::{Error, Kind};
use crate::output::console;

/// Everything needed to ask; nothing is sent yet.
pub(super) fn client(context: &Context, global: &Global, given: &Given) -> Result<Client, Error> {
    let settings = Settings::resolve(context, given)?;
    settings.warnings.iter().for_each(|warning| console::warning(warning));
    let found = credentials::find(&settings)?;
    let Some((endpoint, _)) = settings.endpoint else {
        return Err(Error::new(Kind::ConfigInvalid, "no region, so no endpoint to ask")
            .hint("name it with --region, CPH_REGION or region in the profile, such as cn-north-4"));
    };
    let Some(project_id) = settings.project_id else {
        return Err(Error::new(Kind::ConfigInvalid, "no project id")
            .hint("name it with --project-id, CPH_PROJECT_ID or project_id in the profile; the console shows it under My Credentials"));
    };
    let trust = Trust { file: context.path("SSL_CERT_FILE"), dir: context.path("SSL_CERT_DIR") };
    let (again, given) = (context.clone(), given.clone());
    let reread = move || -> Option<Credential> {
        let settings = Settings::resolve(&again, &given).ok()?;
        credentials::find(&settings).ok().map(|found| found.credential)
    };
    let log = Log { verbosity: global.verbose, sink: console::log };
    Ok(Client {
        service: Service::new(Transport::new(&endpoint, &trust)?, endpoint, log),
        project_id: project_id.shown().to_owned(),
        authority: Box::new(AsFound::new(found, Box::new(reread))),
    })
}
