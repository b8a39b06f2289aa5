//! Settings, each with its origin: flag, then variable, then the chosen profile, then another tool's settings, then
//! what follows from another setting. Of credentials it decides only the order of the sources that may hold one.

mod allowed;
pub(crate) mod edit;
pub(crate) mod file;
pub(crate) mod foreign;
mod locate;
mod owner;
pub(crate) mod proxy;
pub mod setting;
pub(crate) mod value;

use std::path::PathBuf;

use crate::config::file::{ConfigFile, Profile};
use crate::config::setting::{CREDENTIAL_COMMAND, ENDPOINT, IAM_ENDPOINT, PROJECT_ID, REGION, Setting};
use crate::config::value::{Origin, Value};
use crate::context::Context;
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind};
use crate::shell;

pub(crate) use allowed::wrong_form;
pub(crate) use locate::{config_path, missing_region, wrong_endpoint};

/// Settings from the command line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    pub profile: Option<String>,
    pub region: Option<String>,
    pub project_id: Option<String>,
}

/// All settings of a run.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The config file's path, whether or not it exists; `None` without a home.
    pub file: Option<PathBuf>,
    pub file_found: bool,
    /// The chosen profile, and what chose it.
    pub profile: Option<(String, Origin)>,
    pub region: Option<Value>,
    pub project_id: Option<Value>,
    /// As set, or made from the region.
    pub endpoint: Option<(Endpoint, Origin)>,
    /// As set, or made from the region; `None` also where the credential must not be sent to Huawei Cloud.
    pub iam_endpoint: Option<(Endpoint, Origin)>,
    /// The first source that holds any part of a credential.
    pub credential_source: Option<CredentialSource>,
    /// What was found and can't be used, for the error where no credential was found.
    pub notes: Vec<String>,
    pub warnings: Vec<String>,
    /// The owner of the config file, where that is another user and the file names the `credential_command` to run.
    pub untrusted_owner: Option<u32>,
}

/// A source that holds at least one part of a credential, and settings for that credential only.
#[derive(Debug)]
pub(crate) struct CredentialSource {
    /// As messages show it: `the environment`, `profile ci in …`.
    pub name: String,
    /// The parts of a credential.
    pub values: Vec<Value>,
    /// Settings for this credential only: another tool's region, project and endpoints.
    pub belongings: Vec<Value>,
    /// Whether it may hold several credentials; that tool's own order then decides.
    pub may_hold_several: bool,
    /// The source's own names of settings, where it has such.
    pub names: &'static [(&'static Setting, &'static str)],
}

impl CredentialSource {
    pub(crate) fn value(&self, setting: &Setting) -> Option<&Value> {
        self.values.iter().find(|value| value.setting == setting)
    }

    /// The name of a setting in this source.
    pub(crate) fn name_of(&self, setting: &Setting) -> &'static str {
        let own = self.names.iter().find(|(named, _)| *named == setting).map(|(_, name)| *name);
        match self.values.first().map(|value| &value.source) {
            Some(Origin::Variable(_)) => own.or(setting.variable).unwrap_or(setting.name),
            _ => own.unwrap_or(setting.name),
        }
    }
}

/// Where a credential is from, and where it is sent. One that is read again during a run may replace the first only
/// where both are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    source: Option<(String, &'static [(&'static Setting, &'static str)])>,
    endpoints: [Option<Endpoint>; 2],
}

impl Settings {
    pub(crate) fn binding(&self) -> Binding {
        let endpoint = |located: &Option<(Endpoint, Origin)>| located.as_ref().map(|(endpoint, _)| endpoint.clone());
        Binding {
            // The names tell apart two tools whose sources have the same name.
            source: self.credential_source.as_ref().map(|source| (source.name.clone(), source.names)),
            endpoints: [endpoint(&self.endpoint), endpoint(&self.iam_endpoint)],
        }
    }

    /// Resolves everything that needs no request.
    pub(crate) fn resolve(context: &Context, given: &Overrides) -> Result<Self, Error> {
        Self::resolve_from(context, given, None, false)
    }

    /// The same for a profile that may not exist yet, and with a credential that was just typed.
    pub(crate) fn resolve_new(
        context: &Context,
        given: &Overrides,
        typed: Option<CredentialSource>,
    ) -> Result<Self, Error> {
        Self::resolve_from(context, given, typed, true)
    }

    /// The profile that is asked for, whether or not it exists.
    pub(crate) fn requested_profile(context: &Context, given: &Overrides) -> Result<Option<String>, Error> {
        let file = config_path(context).as_deref().map(ConfigFile::read).transpose()?.unwrap_or_default();
        Ok(requested(context, given, &file)?.map(|(name, _)| name))
    }

    fn resolve_from(
        context: &Context,
        given: &Overrides,
        typed: Option<CredentialSource>,
        may_be_new: bool,
    ) -> Result<Self, Error> {
        let path = config_path(context);
        let mut file = path.as_deref().map(ConfigFile::read).transpose()?.unwrap_or_default();
        let requested = requested(context, given, &file)?;
        if let Some((name, _)) = requested.as_ref().filter(|(name, _)| may_be_new && file.profile(name).is_none()) {
            file.profiles.push(Profile { name: name.clone(), values: vec![] });
        }
        let chosen = requested.map(|(name, source)| existing(name, source, &file)).transpose()?;
        let profile = chosen.as_ref().map(|(profile, _)| *profile);

        let flag = |text: &Option<String>, name| text.as_ref().map(|text| (text.clone(), name));
        let mut region = pick(context, &REGION, flag(&given.region, "--region"), profile)?;
        let mut project_id = pick(context, &PROJECT_ID, flag(&given.project_id, "--project-id"), profile)?;
        let mut endpoint = pick(context, &ENDPOINT, None, profile)?;
        let mut iam_endpoint = pick(context, &IAM_ENDPOINT, None, profile)?;

        let mut notes = Vec::new();
        let own = typed.map_or_else(|| own_source(context, chosen.as_ref(), &file), |typed| Ok(Some(typed)))?;
        let source = match own {
            Some(source) => Some(source),
            None => foreign::find(context, region.as_ref().map(Value::shown), &mut notes)?,
        };
        for belonging in source.iter().flat_map(|source| &source.belongings) {
            let slot = match belonging.setting {
                setting if *setting == REGION => &mut region,
                setting if *setting == PROJECT_ID => &mut project_id,
                setting if *setting == ENDPOINT => &mut endpoint,
                _ => &mut iam_endpoint,
            };
            slot.get_or_insert_with(|| belonging.clone());
        }
        allowed::token_cache(variable(context, "CPH_TOKEN_CACHE")?)?;
        let parts = source.iter().flat_map(|source| &source.values);
        region.iter().chain(&project_id).chain(parts).try_for_each(allowed::check)?;
        // A region belongs to the endpoints of its own source.
        let foreign_region = source.iter().flat_map(|source| &source.belongings).find(|value| *value.setting == REGION);
        let own_region = profile.and_then(|profile| profile.values.iter().find(|value| *value.setting == REGION));
        let at_home = |value: &Option<Value>| match value.as_ref().map(|value| &value.source) {
            Some(Origin::Profile { .. }) => own_region,
            _ => foreign_region,
        };
        let (of_service, of_iam) = (at_home(&endpoint), at_home(&iam_endpoint));
        let endpoint = locate::agreed(endpoint, region.as_ref(), of_service)?;
        let iam_endpoint = locate::agreed(iam_endpoint, region.as_ref(), of_iam)?;
        let endpoint = locate::service(endpoint.as_ref(), region.as_ref())?;
        let iam_endpoint = locate::iam(iam_endpoint.as_ref(), region.as_ref(), endpoint.as_ref())?;
        let names_program = source.as_ref().is_some_and(|source| source.value(&CREDENTIAL_COMMAND).is_some());
        Ok(Self {
            profile: chosen.map(|(profile, source)| (profile.name.clone(), source)),
            region,
            project_id,
            endpoint,
            iam_endpoint,
            credential_source: source,
            notes,
            untrusted_owner: names_program.then(|| owner::untrusted(file.owner, context)).flatten(),
            warnings: file.warnings,
            file_found: path.is_some() && !file.missing,
            file: path,
        })
    }
}

/// The environment and the chosen profile. Only a profile named on the command line outranks a variable.
fn own_source(
    context: &Context,
    chosen: Option<&(&Profile, Origin)>,
    file: &ConfigFile,
) -> Result<Option<CredentialSource>, Error> {
    let mut values = Vec::new();
    for setting in setting::ALL.into_iter().filter(|setting| setting.credential) {
        let Some(name) = setting.variable else { continue };
        if let Some(text) = variable(context, name)? {
            values.push(Value::new(setting, text, Origin::Variable(name.to_owned())));
        }
    }
    let source = |name: String, values| CredentialSource {
        name,
        values,
        belongings: vec![],
        may_hold_several: false,
        names: &[],
    };
    let mut sources = vec![source("the environment".to_owned(), values)];
    if let Some((profile, origin)) = chosen {
        let values = profile.values.iter().filter(|value| value.setting.credential).cloned().collect();
        let first = matches!(origin, Origin::Flag(_));
        let name = format!("profile {} in {}", profile.name, file.path.display());
        sources.insert(if first { 0 } else { 1 }, source(name, values));
    }
    Ok(sources.into_iter().find(|source| !source.values.is_empty()))
}

/// The profile that is asked for, and what asks for it.
fn requested(context: &Context, given: &Overrides, file: &ConfigFile) -> Result<Option<(String, Origin)>, Error> {
    Ok(if let Some(name) = &given.profile {
        Some((name.clone(), Origin::Flag("--profile")))
    } else if let Some(name) = variable(context, "CPH_PROFILE")? {
        Some((name.to_owned(), Origin::Variable("CPH_PROFILE".to_owned())))
    } else {
        let by_default = |name: &String| (name.clone(), Origin::DefaultProfile { file: file.path.clone() });
        file.default_profile.as_ref().map(by_default)
    })
}

/// The profile that a login writes unless another one is named.
pub(crate) const DEFAULT_PROFILE: &str = "default";

/// The command that writes this profile; without one, the profile that a login finds itself.
pub(crate) fn login_command(profile: Option<&str>) -> String {
    match profile.filter(|name| !name.is_empty() && !name.contains(char::is_control)) {
        Some(name) if name.starts_with('-') => format!("cph auth login --profile={}", shell::word(name)),
        Some(name) => format!("cph auth login --profile {}", shell::word(name)),
        None => "cph auth login".to_owned(),
    }
}

fn existing(name: String, source: Origin, file: &ConfigFile) -> Result<(&Profile, Origin), Error> {
    if let Some(profile) = file.profile(&name) {
        return Ok((profile, source));
    }
    if file.missing || file.path.as_os_str().is_empty() {
        let path = Some(file.path.display().to_string()).filter(|path| !path.is_empty());
        let reason = path.map_or_else(
            || "there is no home folder for a config file".to_owned(),
            |path| format!("there is no config file {path}"),
        );
        let message = format!("no profile '{name}' (from {source}): {reason}");
        let hint = format!("{} writes one; CPH_CONFIG names another", login_command(Some(&name)));
        return Err(Error::new(Kind::ConfigInvalid, message).hint(hint));
    }
    let names: Vec<_> = file.profiles.iter().map(|profile| profile.name.as_str()).collect();
    let hint =
        if names.is_empty() { "the file has no profiles".into() } else { format!("it has: {}", names.join(", ")) };
    let message = format!("no profile '{name}' (from {source}) in config file {}", file.path.display());
    Err(Error::new(Kind::ConfigInvalid, message).hint(hint))
}

/// A variable's text; an empty one counts as unset.
pub(crate) fn variable<'c>(context: &'c Context, name: &str) -> Result<Option<&'c str>, Error> {
    let unreadable = |_| Error::new(Kind::ConfigInvalid, format!("{name} holds something that is not UTF-8 text"));
    context.var(name).map_err(unreadable)
}

/// Flag, then variable, then profile.
fn pick(
    context: &Context,
    setting: &'static Setting,
    flag: Option<(String, &'static str)>,
    profile: Option<&Profile>,
) -> Result<Option<Value>, Error> {
    if let Some((text, flag)) = flag {
        return Ok(Some(Value::new(setting, &text, Origin::Flag(flag))));
    }
    if let Some(name) = setting.variable
        && let Some(text) = variable(context, name)?
    {
        return Ok(Some(Value::new(setting, text, Origin::Variable(name.to_owned()))));
    }
    let values = profile.map(|profile| profile.values.as_slice()).unwrap_or_default();
    Ok(values.iter().find(|value| value.setting == setting).cloned())
}
