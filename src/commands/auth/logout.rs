//! `cph auth logout`: the profile's secrets and the kept tokens go; what still signs in is named.

use crate::cli::Global;
use crate::config::{Overrides, Settings, config_path, edit};
use crate::context::Context;
use crate::credentials::cache::Cache;
use crate::credentials::{self, password_provider, projects, refused};
use crate::error::Error;
use crate::output::stdio;

pub(super) fn run(context: &Context, global: &Global) -> Result<(), Error> {
    let given = Overrides { profile: global.profile.clone(), ..Overrides::default() };
    let settings = Settings::resolve(context, &given)?;
    match (&settings.profile, config_path(context)) {
        (Some((profile, _)), Some(path)) => match edit::without_credential(&edit::read(&path)?, profile)? {
            Some(text) => {
                edit::write(&path, &text)?;
                stdio::line(&format!("removed the credential of profile {profile} from {}", path.display()));
            }
            None => stdio::line(&format!("profile {profile} holds no credential")),
        },
        _ => stdio::line("no profile is chosen, so none was changed"),
    }
    let mut left = config_path(context).map_or(0, |path| edit::remove_left(&path));
    if let Some(cache) = Cache::of_earlier_runs(context) {
        let tokens = cache.remove_all(password_provider::KIND);
        let _ = cache.remove_all(projects::KIND);
        let _ = cache.remove_all(refused::KIND);
        stdio::line(&format!("removed {tokens} kept tokens"));
        left += cache.remove_left();
    }
    if left > 0 {
        stdio::line(&format!("removed {left} files that killed runs left half written"));
    }
    let again = Settings::resolve(context, &given)?;
    if let Ok(found) = credentials::find(&again) {
        stdio::line(&format!("still signed in by the {}", found.origin));
    }
    Ok(())
}
