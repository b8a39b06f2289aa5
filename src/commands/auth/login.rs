//! `cph auth login`: asks for a credential, tries it, and writes it only if it works.

use std::path::Path;

use secrecy::ExposeSecret as _;

use super::check::{Checked, Verdict, check};
use super::{prompt, questions};
use crate::cli::{Global, LoginArgs};
use crate::commands::connect::Connector;
use crate::commands::overrides;
use crate::config::file::ConfigFile;
use crate::config::setting::{ENDPOINT, IAM_ENDPOINT, PROJECT_ID, REGION, Setting};
use crate::config::value::{Origin, Value};
use crate::config::{CredentialSource, DEFAULT_PROFILE, Overrides, Settings, config_path, edit, variable};
use crate::context::Context;
use crate::credentials::{self, cache::Cache};
use crate::error::{Error, Kind};
use crate::output::stdio;

/// In characters.
const LONGEST_NAME: usize = 64;

pub(super) fn run(context: &Context, global: &Global, typed: &LoginArgs) -> Result<(), Error> {
    if !context.stdin_is_terminal || !context.stderr_is_terminal {
        return Err(Error::new(Kind::Usage, "auth login asks questions, and needs a terminal")
            .hint("set CPH_ACCESS_KEY and CPH_SECRET_KEY instead, or write the profile into the config file"));
    }
    let Some(path) = config_path(context) else {
        return Err(Error::new(Kind::ConfigInvalid, "there is no home folder for a config file")
            .hint("name a file with CPH_CONFIG"));
    };
    edit::check_replaceable(&path)?;
    let overrides = overrides(global, &typed.place);
    let profile = Settings::requested_profile(context, &overrides)?.unwrap_or_else(|| DEFAULT_PROFILE.to_owned());
    if profile.is_empty() || profile.chars().count() > LONGEST_NAME || profile.chars().any(char::is_control) {
        return Err(Error::new(
            Kind::Usage,
            format!("a profile's name is one line of at most {LONGEST_NAME} characters"),
        ));
    }
    // The settings without `--profile`, and those of this profile, whether or not it exists yet.
    let now = Settings::resolve_new(context, &Overrides { profile: None, ..overrides.clone() }, None)?;
    let target = Overrides { profile: Some(profile.clone()), ..overrides };
    let before = Settings::resolve_new(context, &target, None)?;
    stdio::line(&format!("Logs in and writes profile {profile} to {}, in plain text, mode 0600.", path.display()));
    // Without a credential: another tool's endpoint is only for that tool's credential.
    for (setting, text, source) in named(&resolve(context, &target, vec![])?) {
        let verb = if is_outside(&source) { "Stores" } else { "Uses" };
        stdio::line(&format!("{verb} {} {text} with it (from {source}).", setting.name));
    }

    let region = region(context, &target, &before)?;
    let target = Overrides { region: Some(region.clone()), ..target };
    let parts = questions::credential()?;
    let mut settings = resolve(context, &target, parts.clone())?;
    let mut written: Vec<(&str, String)> = vec![(REGION.name, region.clone())];
    if let Some(old) = region_of_project(&path, &profile, &settings)?.filter(|old| *old != region) {
        stdio::line(&format!("The profile's project_id belongs to {old}: it is removed, and looked up by the region."));
        settings.project_id = None;
        written.push((PROJECT_ID.name, String::new()));
    }
    written.extend(endpoints_and_project(&settings));
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
        let _ = cache.remove_abandoned();
    }
    if checked.iam != Verdict::Accepted {
        stdio::line(&format!("CPH accepts it, IAM {}.", checked.iam.text()));
    }
    stdio::line(&format!("Logged in, project {}.", checked.project_id.unwrap_or_default()));
    for (setting, text) in [(&REGION, Some(region.as_str())), (&PROJECT_ID, target.project_id.as_deref())] {
        let (Some(name), Some(text)) = (setting.variable, text) else { continue };
        if variable(context, name)?.is_some_and(|set| set != text) {
            stdio::line(&format!("{name} is set to another {}, and still overrides the profile's.", setting.name));
        }
    }
    if let Some(origin) = environment_credential(&now) {
        stdio::line(&format!("Without --profile {profile} the {origin} is still used."));
    } else if now.profile.as_ref().is_some_and(|(name, _)| *name != profile) {
        stdio::line(&format!("Use it with --profile {profile}."));
    }
    Ok(())
}

/// The settings with a credential that was just typed.
fn resolve(context: &Context, overrides: &Overrides, values: Vec<Value>) -> Result<Settings, Error> {
    let source = CredentialSource {
        name: "what was typed".to_owned(),
        values,
        belongings: vec![],
        may_hold_several: false,
        names: &[],
    };
    Settings::resolve_new(context, overrides, Some(source))
}

/// The region of `--region`, else as answered; it must fit the other settings.
fn region(context: &Context, target: &Overrides, before: &Settings) -> Result<String, Error> {
    let check = |answer: &str| {
        questions::checked(&REGION, answer)?;
        let overrides = Overrides { region: Some(answer.to_owned()), ..target.clone() };
        let settings = resolve(context, &overrides, vec![]).map_err(|error| error.text())?;
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

/// Endpoints and project that are set, with their origin: not those that follow from the region.
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

/// What the profile must hold so that the next run uses the same endpoints and project; an empty text is removed.
fn endpoints_and_project(settings: &Settings) -> Vec<(&'static str, String)> {
    let outside = named(settings).into_iter().filter(|(_, _, source)| is_outside(source));
    let mut written: Vec<_> = outside.map(|(setting, text, _)| (setting.name, text)).collect();
    // The region's own endpoint replaces one in the profile, if any.
    for (setting, located) in [(&ENDPOINT, &settings.endpoint), (&IAM_ENDPOINT, &settings.iam_endpoint)] {
        if matches!(located, Some((_, Origin::Derived(_)))) {
            written.push((setting.name, String::new()));
        }
    }
    written
}

/// The region beside the profile's project id, where that project id is the effective one.
fn region_of_project(path: &Path, profile: &str, settings: &Settings) -> Result<Option<String>, Error> {
    let from_profile = |id: &Value| matches!(id.source, Origin::Profile { .. });
    if !settings.project_id.as_ref().is_some_and(from_profile) {
        return Ok(None);
    }
    let file = ConfigFile::read(path)?;
    let values = file.profile(profile).map(|profile| profile.values.as_slice()).unwrap_or_default();
    Ok(values.iter().find(|value| *value.setting == REGION).map(|value| value.shown().to_owned()))
}

/// An error while trying: its hint must not blame the profile, since nothing was written.
fn unwritten(error: Error) -> Error {
    let hint = format!("nothing was written; {}", error.next_step());
    error.hint(hint)
}

/// The credential of the environment, which outranks a profile that is not named on the command line.
fn environment_credential(now: &Settings) -> Option<String> {
    let source = now.credential_source.as_ref()?;
    let variable = matches!(source.values.first()?.source, Origin::Variable(_)) && source.names.is_empty();
    variable.then(|| credentials::in_source(source).map_or_else(|_| source.name.clone(), |found| found.origin))
}
