//! `cph auth logout`: the profile's secrets and the kept tokens go; what still signs in is named.

use crate::cli::Global;
use crate::config::{Given, Settings, config_path, edit};
use crate::context::Context;
use crate::credentials::store::Store;
use crate::credentials::{self, login, projects, refused};
use crate::error::Error;
use crate::output::console;

pub(super) fn run(context: &Context, global: &Global) -> Result<(), Error> {
    let given = Given { profile: global.profile.clone(), ..Given::default() };
    let settings = Settings::resolve(context, &given)?;
    match (&settings.profile, config_path(context)) {
        (Some((profile, _)), Some(path)) => match edit::without_credential(&edit::read(&path)?, profile)? {
            Some(text) => {
                edit::write(&path, &text)?;
                console::line(&format!("removed the credential of profile {profile} from {}", path.display()));
            }
            None => console::line(&format!("profile {profile} holds no credential")),
        },
        _ => console::line("no profile is chosen, so none was changed"),
    }
    let mut left = config_path(context).map_or(0, |path| edit::remove_left(&path));
    if let Some(store) = Store::of_earlier_runs(context) {
        let tokens = store.remove_all(login::KIND);
        let _ = store.remove_all(projects::KIND);
        let _ = store.remove_all(refused::KIND);
        console::line(&format!("removed {tokens} kept tokens"));
        left += store.remove_left();
    }
    if left > 0 {
        console::line(&format!("removed {left} files that killed runs left half written"));
    }
    let again = Settings::resolve(context, &given)?;
    if let Ok(found) = credentials::find(&again) {
        console::line(&format!("still signed in by the {}", found.origin));
    }
    Ok(())
}
