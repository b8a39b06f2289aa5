//! `cph auth login`: asks, tries, and only then writes.

use super::check::{Checked, check};
use super::prompt;
use crate::cli::{Global, Login};
use crate::commands::connect::Connector;
use crate::commands::given;
use crate::config::setting::{
    ACCESS_KEY, DOMAIN_NAME, PASSWORD, PROJECT_ID, REGION, SECRET_KEY, SECURITY_TOKEN, Setting, TOKEN, USERNAME,
};
use crate::config::value::{Source, Value};
use crate::config::{Given, Place, Settings, config_path, edit};
use crate::context::Context;
use crate::credentials::{self, store::Store};
use crate::error::{Error, Kind};
use crate::output::console;

/// The profile that is written where nobody names one.
const DEFAULT: &str = "default";

pub(super) fn run(context: &Context, global: &Global, typed: &Login) -> Result<(), Error> {
    if !context.stdin_is_terminal || !context.stderr_is_terminal {
        return Err(Error::new(Kind::Usage, "auth login asks questions, and this is no terminal")
            .hint("set CPH_ACCESS_KEY and CPH_SECRET_KEY instead, or write the profile into the config file"));
    }
    let Some(path) = config_path(context) else {
        return Err(Error::new(Kind::ConfigInvalid, "there is no home folder for a config file")
            .hint("name a file with CPH_CONFIG"));
    };
    let given = given(global, &typed.place);
    let profile = Settings::wished_profile(context, &given)?.unwrap_or_else(|| DEFAULT.to_owned());
    if profile.is_empty() || profile.len() > 64 || profile.chars().any(char::is_control) {
        return Err(Error::new(Kind::Usage, "a profile's name is one line of at most 64 characters"));
    }
    // What counts without `--profile`, and what will count for this one, whether or not it exists yet.
    let now = Settings::resolve_new(context, &Given { profile: None, ..given.clone() }, None)?;
    let target = Given { profile: Some(profile.clone()), ..given };
    let before = Settings::resolve_new(context, &target, None)?;
    console::line(&format!("Signs in and writes profile {profile} to {}, in plain text, mode 0600.", path.display()));

    let region = prompt::line("Region", before.region.as_ref().map(Value::shown))?;
    let source = || Source::Profile { profile: profile.clone(), file: path.clone() };
    let value = |setting: &'static Setting, text: &str| Value::new(setting, text, source());
    let parts: Vec<(&'static Setting, String)> = ask()?;
    let mut written: Vec<(&str, &str)> = vec![(REGION.name, &region)];
    if let Some(project) = target.project_id.as_deref() {
        written.push((PROJECT_ID.name, project));
    }
    written.extend(parts.iter().map(|(setting, text)| (setting.name, text.as_str())));

    let place = Place {
        name: "what was typed".to_owned(),
        values: parts.iter().map(|(setting, text)| value(setting, text)).collect(),
        belongings: vec![],
        ordered: false,
        names: &[],
    };
    let target = Given { region: Some(region.clone()), ..target.clone() };
    let settings = Settings::resolve_new(context, &target, Some(place))?;
    let wins = environment_wins(&now);
    let found = credentials::find(&settings)?;
    console::line("Trying it …");
    let mut checked = Checked::default();
    check(&Connector::new(context, global, &target, settings), found, &mut checked)?;

    let text = edit::with_profile(&edit::read(&path)?, &profile, &written)?;
    edit::write(&path, &text)?;
    if let Some(store) = Store::of_earlier_runs(context) {
        let _ = store.remove_left();
    }
    console::line(&format!("Signed in, project {}.", checked.project_id.unwrap_or_default()));
    if let Some(origin) = wins {
        console::line(&format!("Without --profile {profile} the {origin} still wins."));
    } else if now.profile.as_ref().is_some_and(|(name, _)| *name != profile) {
        console::line(&format!("Use it with --profile {profile}."));
    }
    Ok(())
}

/// The parts of a credential, as typed.
fn ask() -> Result<Vec<(&'static Setting, String)>, Error> {
    console::line("Kind of credential: 1 access key, 2 user name and password, 3 token");
    match prompt::line("Kind", Some("1"))?.as_str() {
        "1" => {
            let mut parts = vec![
                (&ACCESS_KEY, prompt::line("Access key", None)?),
                (&SECRET_KEY, pasted(prompt::secret("Secret key")?)),
            ];
            let token = pasted(prompt::unseen("Security token of temporary keys, else empty")?);
            if !token.is_empty() {
                parts.push((&SECURITY_TOKEN, token));
            }
            Ok(parts)
        }
        "2" => Ok(vec![
            (&DOMAIN_NAME, prompt::line("Account name", None)?),
            (&USERNAME, prompt::line("IAM user name", None)?),
            (&PASSWORD, prompt::secret("Password")?),
        ]),
        "3" => Ok(vec![(&TOKEN, pasted(prompt::secret("Token")?))]),
        _ => Err(Error::new(Kind::Usage, "nothing was written: the kind is 1, 2 or 3")),
    }
}

/// Keys and tokens are copied, and blanks come along; to a password they may belong.
fn pasted(text: String) -> String {
    text.trim().to_owned()
}

/// What in the environment signs in before any profile that is not named on the command line.
fn environment_wins(now: &Settings) -> Option<String> {
    let place = now.place.as_ref()?;
    let variable = matches!(place.values.first()?.source, Source::Variable(_)) && place.names.is_empty();
    variable.then(|| credentials::in_place(place).map_or_else(|_| place.name.clone(), |found| found.origin))
}
