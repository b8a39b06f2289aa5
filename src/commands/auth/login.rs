//! `cph auth login`: asks, tries, and only then writes what was tried.

use std::path::Path;

use secrecy::ExposeSecret as _;

use super::check::{Checked, Verdict, check};
use super::{prompt, questions};
use crate::cli::{Global, Login};
use crate::commands::connect::Connector;
use crate::commands::given;
use crate::config::file::ConfigFile;
use crate::config::setting::{ENDPOINT, IAM_ENDPOINT, PROJECT_ID, REGION, Setting};
use crate::config::value::{Origin, Value};
use crate::config::{CredentialSource, Overrides, Settings, config_path, edit, variable};
use crate::context::Context;
use crate::credentials::{self, cache::Cache};
use crate::error::{Error, Kind};
use crate::output::stdio;

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
    edit::check_replaceable(&path)?;
    let given = given(global, &typed.place);
    let profile = Settings::requested_profile(context, &given)?.unwrap_or_else(|| DEFAULT.to_owned());
    if profile.is_empty() || profile.len() > 64 || profile.chars().any(char::is_control) {
        return Err(Error::new(Kind::Usage, "a profile's name is one line of at most 64 characters"));
    }
    // What counts without `--profile`, and what will count for this one, whether or not it exists yet.
    let now = Settings::resolve_new(context, &Overrides { profile: None, ..given.clone() }, None)?;
    let target = Overrides { profile: Some(profile.clone()), ..given };
    let before = Settings::resolve_new(context, &target, None)?;
    stdio::line(&format!("Signs in and writes profile {profile} to {}, in plain text, mode 0600.", path.display()));
    // Without a credential: another tool's endpoint serves only that tool's.
    for (setting, text, source) in named(&resolve(context, &target, vec![])?) {
        let told = if is_outside(&source) { "Stores" } else { "Uses" };
        stdio::line(&format!("{told} {} {text} with it (from {source}).", setting.name));
    }

    let region = region(context, &target, &before)?;
    let target = Overrides { region: Some(region.clone()), ..target };
    let parts = questions::credential()?;
    let mut settings = resolve(context, &target, parts.clone())?;
    let mut written: Vec<(&str, String)> = vec![(REGION.name, region.clone())];
    if let Some(old) = region_of_project(&path, &profile, &settings)?.filter(|old| *old != region) {
        stdio::line(&format!(
            "The profile's project_id belongs to {old}: it is left out, and looked up by the region."
        ));
        settings.project_id = None;
        written.push((PROJECT_ID.name, String::new()));
    }
    written.extend(places(&settings));
    written.extend(parts.iter().map(|part| (part.setting.name, part.secret().expose_secret().to_owned())));
    let found = credentials::find(&settings)?;
    stdio::line("Trying it …");
    let mut checked = Checked::default();
    let connector = Connector::new(context, global, &target, settings).typed();
    check(&connector, found, &mut checked).map_err(unwritten)?;

    let values: Vec<(&str, &str)> = written.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let text = edit::with_profile(&edit::read(&path)?, &profile, &values)?;
    edit::write(&path, &text)?;
    if let Some(cache) = Cache::of_earlier_runs(context) {
        let _ = cache.remove_left();
    }
    if checked.iam != Verdict::Accepted {
        stdio::line(&format!("CPH accepts it, IAM {}.", checked.iam.text()));
    }
    stdio::line(&format!("Signed in, project {}.", checked.project_id.unwrap_or_default()));
    for (setting, text) in [(&REGION, Some(region.as_str())), (&PROJECT_ID, target.project_id.as_deref())] {
        let (Some(name), Some(text)) = (setting.variable, text) else { continue };
        if variable(context, name)?.is_some_and(|set| set != text) {
            stdio::line(&format!("{name} is set to another {}, and still wins over the profile's.", setting.name));
        }
    }
    if let Some(origin) = environment_wins(&now) {
        stdio::line(&format!("Without --profile {profile} the {origin} still wins."));
    } else if now.profile.as_ref().is_some_and(|(name, _)| *name != profile) {
        stdio::line(&format!("Use it with --profile {profile}."));
    }
    Ok(())
}

/// The settings with a credential that was just typed.
fn resolve(context: &Context, given: &Overrides, values: Vec<Value>) -> Result<Settings, Error> {
    let place = CredentialSource {
        name: "what was typed".to_owned(),
        values,
        belongings: vec![],
        may_hold_several: false,
        names: &[],
    };
    Settings::resolve_new(context, given, Some(place))
}

/// The region of `--region`, else as answered: one that serves the other settings, too.
fn region(context: &Context, target: &Overrides, before: &Settings) -> Result<String, Error> {
    let check = |answer: &str| {
        questions::checked(&REGION, answer)?;
        let given = Overrides { region: Some(answer.to_owned()), ..target.clone() };
        let settings = resolve(context, &given, vec![]).map_err(|error| error.text())?;
        settings.endpoint.map(|_| answer.to_owned()).ok_or_else(|| "region: no host can have this name".to_owned())
    };
    match &target.region {
        Some(region) => {
            check(region).map_err(|reason| Error::new(Kind::ConfigInvalid, format!("--region: {reason}")))?;
            stdio::line(&format!("Region: {region} (from --region)"));
            Ok(region.clone())
        }
        None => prompt::line("Region", before.region.as_ref().map(Value::shown), check),
    }
}

/// Whether the profile does not hold it yet.
fn is_outside(source: &Origin) -> bool {
    matches!(source, Origin::Variable(_) | Origin::Flag(_))
}

/// Endpoints and project that somebody named, and who: what goes with the credential and does not follow from the
/// region.
fn named(settings: &Settings) -> Vec<(&'static Setting, String, Origin)> {
    let endpoints = [(&ENDPOINT, &settings.endpoint), (&IAM_ENDPOINT, &settings.iam_endpoint)];
    let endpoints = endpoints.into_iter().filter_map(|(setting, located)| {
        let (endpoint, source) = located.as_ref()?;
        Some((setting, endpoint.as_str().to_owned(), source))
    });
    let project = settings.project_id.iter().map(|id| (&PROJECT_ID, id.shown().to_owned(), &id.source));
    let all = endpoints.chain(project).filter(|(_, _, source)| !matches!(source, Origin::Derived(_)));
    all.map(|(setting, text, source)| (setting, text, source.clone())).collect()
}

/// What the profile must say so that the next run asks where this one does; an empty text is taken out of it.
fn places(settings: &Settings) -> Vec<(&'static str, String)> {
    let outside = named(settings).into_iter().filter(|(_, _, source)| is_outside(source));
    let mut written: Vec<_> = outside.map(|(setting, text, _)| (setting.name, text)).collect();
    // The region's own endpoint took the place of one in the profile, if there was one.
    for (setting, located) in [(&ENDPOINT, &settings.endpoint), (&IAM_ENDPOINT, &settings.iam_endpoint)] {
        if matches!(located, Some((_, Origin::Derived(_)))) {
            written.push((setting.name, String::new()));
        }
    }
    written
}

/// The region that stands beside the profile's project id, where that is the one that counts.
fn region_of_project(path: &Path, profile: &str, settings: &Settings) -> Result<Option<String>, Error> {
    let from_profile = |id: &Value| matches!(id.source, Origin::Profile { .. });
    if !settings.project_id.as_ref().is_some_and(from_profile) {
        return Ok(None);
    }
    let file = ConfigFile::read(path)?;
    let values = file.profile(profile).map(|profile| profile.values.as_slice()).unwrap_or_default();
    Ok(values.iter().find(|value| *value.setting == REGION).map(|value| value.shown().to_owned()))
}

/// An error of the trial: of the profile nothing is to be blamed, since nothing was written.
fn unwritten(error: Error) -> Error {
    let step = match (&error.hint, error.kind) {
        (None, Kind::AuthRejected) => "check what you typed, then once more: cph auth login",
        _ => error.next_step(),
    };
    let hint = format!("nothing was written; {step}");
    error.hint(hint)
}

/// What in the environment signs in before any profile that is not named on the command line.
fn environment_wins(now: &Settings) -> Option<String> {
    let place = now.credential_source.as_ref()?;
    let variable = matches!(place.values.first()?.source, Origin::Variable(_)) && place.names.is_empty();
    variable.then(|| credentials::in_source(place).map_or_else(|_| place.name.clone(), |found| found.origin))
}
