//! `cph auth logout`: removes the profile's credential and all cached tokens; names the credential that is still used.

use crate::cli::Global;
use crate::config::{Overrides, Settings, config_path, edit};
use crate::context::Context;
use crate::credentials::cache::Cache;
use crate::credentials::{self, password_provider, projects, refused};
use crate::error::Error;
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
    let mut left = config_path(context).map_or(0, |path| edit::remove_abandoned(&path));
    if let Some(cache) = Cache::of_earlier_runs(context) {
        let tokens = cache.remove_all(password_provider::KIND);
        let _ = cache.remove_all(projects::KIND);
        let _ = cache.remove_all(refused::KIND);
        stdio::line(&format!("removed {tokens} cached tokens"));
        left += cache.remove_abandoned();
    }
    if left > 0 {
        stdio::line(&format!("removed {left} temporary files of killed runs"));
    }
    let again = Settings::resolve(context, &overrides)?;
    if let Ok(found) = credentials::find(&again) {
        stdio::line(&format!("still in use: {}", found.origin));
    }
    Ok(())
}
