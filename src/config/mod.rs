//! Settings, each with the place it came from: flag, then variable, then the chosen profile, then another tool's
//! settings, then what follows from another setting. Decides nothing about credentials but the order of the places
//! that may hold one.

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

pub(crate) use allowed::wrong_form;
pub(crate) use locate::{config_path, missing_region, wrong_endpoint};

/// What was given on the command line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--project-id`.
    pub project_id: Option<String>,
}

/// All settings of a run.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where the config file is, or would be; `None` without a home.
    pub file: Option<PathBuf>,
    /// Whether it is there.
    pub file_found: bool,
    /// The chosen profile and who chose it.
    pub profile: Option<(String, Origin)>,
    /// Region.
    pub region: Option<Value>,
    /// Project.
    pub project_id: Option<Value>,
    /// Endpoint, given or made from the region.
    pub endpoint: Option<(Endpoint, Origin)>,
    /// IAM's endpoint, given or made from the region; `None` also where a credential would go to a stranger.
    pub iam_endpoint: Option<(Endpoint, Origin)>,
    /// The first place that holds any part of a credential.
    pub place: Option<CredentialSource>,
    /// What was found and can't be used, worth saying where nothing else was found.
    pub notes: Vec<String>,
    /// What is odd, yet no error.
    pub warnings: Vec<String>,
    /// The owner of the config file, where it names the program that counts and belongs to another user.
    pub stranger: Option<u32>,
}

/// A place that holds at least one part of a credential, and what goes with that credential only.
#[derive(Debug)]
pub(crate) struct CredentialSource {
    /// How messages name it: `the environment`, `profile ci in …`.
    pub name: String,
    /// The parts it holds.
    pub values: Vec<Value>,
    /// Settings that serve this credential alone: another tool's region, project and endpoints.
    pub belongings: Vec<Value>,
    /// Whether the place may hold several credentials, as that tool's own order decides.
    pub ordered: bool,
    /// What the place calls a setting, where it has names of its own.
    pub names: &'static [(&'static Setting, &'static str)],
}

impl CredentialSource {
    /// The part of a credential that it holds.
    #[must_use]
    pub(crate) fn value(&self, setting: &Setting) -> Option<&Value> {
        self.values.iter().find(|value| value.setting == setting)
    }

    /// A setting as the place itself calls it.
    #[must_use]
    pub(crate) fn name_of(&self, setting: &Setting) -> &'static str {
        let own = self.names.iter().find(|(named, _)| *named == setting).map(|(_, name)| *name);
        match self.values.first().map(|value| &value.source) {
            Some(Origin::Variable(_)) => own.or(setting.variable).unwrap_or(setting.name),
            _ => own.unwrap_or(setting.name),
        }
    }
}

/// Where a credential stands, and where it is sent. One that is read again in the middle of a run may replace the first
/// only where both are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    place: Option<(String, &'static [(&'static Setting, &'static str)])>,
    endpoints: [Option<Endpoint>; 2],
}

impl Settings {
    /// What the credential of these settings is bound to.
    #[must_use]
    pub(crate) fn binding(&self) -> Binding {
        let endpoint = |located: &Option<(Endpoint, Origin)>| located.as_ref().map(|(endpoint, _)| endpoint.clone());
        Binding {
            // The names tell apart two tools whose places are called the same.
            place: self.place.as_ref().map(|place| (place.name.clone(), place.names)),
            endpoints: [endpoint(&self.endpoint), endpoint(&self.iam_endpoint)],
        }
    }

    /// Resolves everything that can be known without asking anybody.
    ///
    /// # Errors
    /// A config file or value that can't be used; an unknown profile.
    pub(crate) fn resolve(context: &Context, given: &Overrides) -> Result<Self, Error> {
        Self::resolve_from(context, given, None, false)
    }

    /// The same for a profile that need not exist yet, and with a credential that was just typed.
    ///
    /// # Errors
    /// As [`Settings::resolve`].
    pub(crate) fn resolve_new(
        context: &Context,
        given: &Overrides,
        typed: Option<CredentialSource>,
    ) -> Result<Self, Error> {
        Self::resolve_from(context, given, typed, true)
    }

    /// The profile that is wished for, whether or not it exists.
    ///
    /// # Errors
    /// A config file that can't be used.
    pub(crate) fn wished_profile(context: &Context, given: &Overrides) -> Result<Option<String>, Error> {
        let file = config_path(context).as_deref().map(ConfigFile::read).transpose()?.unwrap_or_default();
        Ok(wished(context, given, &file)?.map(|(name, _)| name))
    }

    fn resolve_from(
        context: &Context,
        given: &Overrides,
        typed: Option<CredentialSource>,
        may_be_new: bool,
    ) -> Result<Self, Error> {
        let path = config_path(context);
        let mut file = path.as_deref().map(ConfigFile::read).transpose()?.unwrap_or_default();
        let wished = wished(context, given, &file)?;
        if let Some((name, _)) = wished.as_ref().filter(|(name, _)| may_be_new && file.profile(name).is_none()) {
            file.profiles.push(Profile { name: name.clone(), values: vec![] });
        }
        let chosen = wished.map(|(name, source)| existing(name, source, &file)).transpose()?;
        let profile = chosen.as_ref().map(|(profile, _)| *profile);

        let flag = |text: &Option<String>, name| text.as_ref().map(|text| (text.clone(), name));
        let mut region = pick(context, &REGION, flag(&given.region, "--region"), profile)?;
        let mut project_id = pick(context, &PROJECT_ID, flag(&given.project_id, "--project-id"), profile)?;
        let mut endpoint = pick(context, &ENDPOINT, None, profile)?;
        let mut iam_endpoint = pick(context, &IAM_ENDPOINT, None, profile)?;

        let mut notes = Vec::new();
        let own = typed.map_or_else(|| own_place(context, chosen.as_ref(), &file), |typed| Ok(Some(typed)))?;
        let place = match own {
            Some(place) => Some(place),
            None => foreign::place(context, region.as_ref().map(Value::shown), &mut notes)?,
        };
        for belonging in place.iter().flat_map(|place| &place.belongings) {
            let slot = match belonging.setting {
                setting if *setting == REGION => &mut region,
                setting if *setting == PROJECT_ID => &mut project_id,
                setting if *setting == ENDPOINT => &mut endpoint,
                _ => &mut iam_endpoint,
            };
            slot.get_or_insert_with(|| belonging.clone());
        }
        allowed::token_cache(variable(context, "CPH_TOKEN_CACHE")?)?;
        let parts = place.iter().flat_map(|place| &place.values);
        region.iter().chain(&project_id).chain(parts).try_for_each(allowed::check)?;
        // A region belongs to the endpoints of its own place.
        let foreign_region = place.iter().flat_map(|place| &place.belongings).find(|value| *value.setting == REGION);
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
        let names_program = place.as_ref().is_some_and(|place| place.value(&CREDENTIAL_COMMAND).is_some());
        Ok(Self {
            profile: chosen.map(|(profile, source)| (profile.name.clone(), source)),
            region,
            project_id,
            endpoint,
            iam_endpoint,
            place,
            notes,
            stranger: names_program.then(|| owner::stranger(file.owner, context)).flatten(),
            warnings: file.warnings,
            file_found: path.is_some() && !file.missing,
            file: path,
        })
    }
}

/// The environment and the chosen profile. Only a profile named on the command line is a stronger wish than a
/// variable.
fn own_place(
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
    let place =
        |name: String, values| CredentialSource { name, values, belongings: vec![], ordered: false, names: &[] };
    let mut places = vec![place("the environment".to_owned(), values)];
    if let Some((profile, source)) = chosen {
        let values = profile.values.iter().filter(|value| value.setting.credential).cloned().collect();
        let first = matches!(source, Origin::Flag(_));
        let name = format!("profile {} in {}", profile.name, file.path.display());
        places.insert(if first { 0 } else { 1 }, place(name, values));
    }
    Ok(places.into_iter().find(|place| !place.values.is_empty()))
}

/// The profile that somebody named, and who did.
fn wished(context: &Context, given: &Overrides, file: &ConfigFile) -> Result<Option<(String, Origin)>, Error> {
    Ok(if let Some(name) = &given.profile {
        Some((name.clone(), Origin::Flag("--profile")))
    } else if let Some(name) = variable(context, "CPH_PROFILE")? {
        Some((name.to_owned(), Origin::Variable("CPH_PROFILE".to_owned())))
    } else {
        let by_default = |name: &String| (name.clone(), Origin::DefaultProfile { file: file.path.clone() });
        file.default_profile.as_ref().map(by_default)
    })
}

fn existing(name: String, source: Origin, file: &ConfigFile) -> Result<(&Profile, Origin), Error> {
    if let Some(profile) = file.profile(&name) {
        return Ok((profile, source));
    }
    if file.missing || file.path.as_os_str().is_empty() {
        let path = Some(file.path.display().to_string()).filter(|path| !path.is_empty());
        let none = path.map_or_else(
            || "there is no home folder for a config file".to_owned(),
            |path| format!("there is no config file {path}"),
        );
        let message = format!("no profile '{name}' (from {source}): {none}");
        return Err(
            Error::new(Kind::ConfigInvalid, message).hint("cph auth login writes one; CPH_CONFIG names another")
        );
    }
    let names: Vec<_> = file.profiles.iter().map(|profile| profile.name.as_str()).collect();
    let hint =
        if names.is_empty() { "the file has no profiles".into() } else { format!("it has: {}", names.join(", ")) };
    let message = format!("no profile '{name}' (from {source}) in config file {}", file.path.display());
    Err(Error::new(Kind::ConfigInvalid, message).hint(hint))
}

/// A variable's text.
///
/// # Errors
/// When it holds something that is not text.
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
