//! `cph auth logout`: removes the profile's credential and all cached tokens; names the credential that is still used.

use std::io;

use crate::cli::Global;
use crate::config::{Overrides, Settings, config_path, edit};
use crate::context::Context;
use crate::credentials::cache::Cache;
use crate::credentials::{self, password_provider, projects, refused};
use crate::error::{Error, Kind};
use crate::output::stdio;

pub(super) fn run(context: &Context, global: &Global) -> Result<(), Error> {
    let overrides = Overrides { profile: global.profile.clone(), ..Overrides::default() };
    let settings = Settings::resolve(context, &overrides)?;
    match (&settings.profile, config_path(context)) {
        (Some((profile, _)), Some(path)) => match edit::without_credential(&edit::read(&path)?, profile)? {
            Some(text) => {
                edit::write(&path, &text)?;
                stdio::line(&format!("removed the credential of profile {profile} from {}", path.display()));
            }
            None => stdio::line(&format!("profile {profile} has no credential")),
        },
        _ => stdio::line("no profile is chosen, so none was changed"),
    }
    // Each is tried before the first error ends the command.
    let cache = Cache::of_earlier_runs(context);
    let remove = |kind| cache.as_ref().map_or(Ok(0), |cache| cache.remove_all(kind));
    let [tokens, projects, refusals] = [password_provider::KIND, projects::KIND, refused::KIND].map(remove);
    let of_cache = cache.as_ref().map_or(Ok(0), Cache::remove_abandoned);
    let of_config = config_path(context).map_or(Ok(0), |path| edit::remove_abandoned(&path));
    if cache.is_some() {
        stdio::line(&format!("removed {}", counted(tokens.map_err(not_removed)?, "cached token")));
    }
    projects.and(refusals).map_err(not_removed)?;
    let left = of_cache.map_err(not_removed)? + of_config.map_err(not_removed)?;
    if left > 0 {
        stdio::line(&format!("removed {} of killed runs", counted(left, "temporary file")));
    }
    let again = Settings::resolve(context, &overrides)?;
    if let Ok(found) = credentials::find(&again) {
        stdio::line(&format!("still in use: {}", found.origin));
    }
    Ok(())
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn not_removed(reason: io::Error) -> Error {
    let message = format!("what earlier runs wrote can't be removed: {reason}");
    Error::new(Kind::Io, message).hint("remove it by hand, it may hold a token; then log out again")
}
