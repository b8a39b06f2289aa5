//! Settings, each with the place it came from: flag, then variable, then the chosen profile, then what follows
//! from another setting. Decides nothing about credentials but the order of the places that may hold one.

pub mod file;
pub mod setting;
pub mod value;

use std::path::PathBuf;

use crate::config::file::{ConfigFile, Profile};
use crate::config::setting::{ENDPOINT, PROJECT_ID, REGION, Setting};
use crate::config::value::{Source, Value};
use crate::context::Context;
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind};

/// What was given on the command line.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--project-id`.
    pub project_id: Option<String>,
}

/// All settings of a run.
#[derive(Debug)]
pub struct Settings {
    /// Where the config file is, or would be; `None` without a home.
    pub file: Option<PathBuf>,
    /// The chosen profile and who chose it.
    pub profile: Option<(String, Source)>,
    /// Region.
    pub region: Option<Value>,
    /// Project.
    pub project_id: Option<Value>,
    /// Endpoint, given or made from the region.
    pub endpoint: Option<(Endpoint, Source)>,
    /// The places that may hold a credential, first come first served; each with what it holds.
    pub places: Vec<Place>,
    /// What is odd, yet no error.
    pub warnings: Vec<String>,
}

/// A place that holds at least one part of a credential.
#[derive(Debug)]
pub struct Place {
    /// How messages name it: `the environment`, `profile ci in …`.
    pub name: String,
    /// The parts it holds.
    pub values: Vec<Value>,
}

impl Settings {
    /// Resolves everything that can be known without asking anybody.
    ///
    /// # Errors
    /// A config file or value that can't be used; an unknown profile.
    pub fn resolve(context: &Context, given: &Given) -> Result<Self, Error> {
        let path = config_path(context);
        let file = path.as_deref().map(ConfigFile::read).transpose()?.unwrap_or_default();
        let chosen = chosen_profile(context, given, &file)?;
        let profile = chosen.as_ref().map(|(profile, _)| *profile);

        let region = pick(context, &REGION, given.region.as_deref().map(|text| (text, "--region")), profile)?;
        let project = given.project_id.as_deref().map(|text| (text, "--project-id"));
        let project_id = pick(context, &PROJECT_ID, project, profile)?;
        check(region.as_ref(), 64, "a-z, 0-9 and -", |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')?;
        let id = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
        check(project_id.as_ref(), 64, "A-Z, a-z, 0-9, _ and -", id)?;
        let endpoint = endpoint(pick(context, &ENDPOINT, None, profile)?.as_ref(), region.as_ref())?;

        // Other tools' settings will be further places behind these two.
        let mut places = vec![environment(context)?];
        if let Some((profile, source)) = &chosen {
            let values = profile.values.iter().filter(|value| value.setting.credential).cloned().collect();
            let place = Place { name: format!("profile {} in {}", profile.name, file.path.display()), values };
            // Only a profile named on the command line is a stronger wish than a variable.
            let first = matches!(source, Source::Flag(_));
            places.insert(if first { 0 } else { places.len() }, place);
        }
        places.retain(|place| !place.values.is_empty());
        for value in places.iter().flat_map(|place| &place.values) {
            check(Some(value), usize::MAX, "visible ASCII characters", |c| c.is_ascii_graphic())?;
        }
        Ok(Self {
            profile: chosen.map(|(profile, source)| (profile.name.clone(), source)),
            region,
            project_id,
            endpoint,
            places,
            warnings: file.warnings,
            file: path,
        })
    }
}

/// `$CPH_CONFIG`, else cph/config.toml in the folder where the platform's users keep such files
/// (`~/.config` on every Unix: macOS users expect it of a command-line tool).
fn config_path(context: &Context) -> Option<PathBuf> {
    if let Some(path) = context.path("CPH_CONFIG") {
        return Some(path);
    }
    let folder = if cfg!(windows) {
        context.path("APPDATA")
    } else {
        let xdg = context.path("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
        xdg.or_else(|| context.home.as_ref().map(|home| home.join(".config")))
    };
    folder.map(|folder| folder.join("cph").join("config.toml"))
}

fn chosen_profile<'f>(
    context: &Context,
    given: &Given,
    file: &'f ConfigFile,
) -> Result<Option<(&'f Profile, Source)>, Error> {
    let (name, source) = if let Some(name) = &given.profile {
        (name.as_str(), Source::Flag("--profile"))
    } else if let Some(name) = variable(context, "CPH_PROFILE")? {
        (name, Source::Variable("CPH_PROFILE"))
    } else if let Some(name) = &file.default_profile {
        (name.as_str(), Source::DefaultProfile { file: file.path.clone() })
    } else {
        return Ok(None);
    };
    if let Some(profile) = file.profile(name) {
        return Ok(Some((profile, source)));
    }
    let names: Vec<_> = file.profiles.iter().map(|profile| profile.name.as_str()).collect();
    let hint =
        if names.is_empty() { "the file has no profiles".into() } else { format!("it has: {}", names.join(", ")) };
    let message = format!("no profile {name} (from {source}) in config file {}", file.path.display());
    Err(Error::new(Kind::ConfigInvalid, message).hint(hint))
}

fn variable<'c>(context: &'c Context, name: &str) -> Result<Option<&'c str>, Error> {
    let unreadable = |_| Error::new(Kind::ConfigInvalid, format!("{name} holds something that is not UTF-8 text"));
    context.var(name).map_err(unreadable)
}

/// Flag, then variable, then profile.
fn pick(
    context: &Context,
    setting: &'static Setting,
    flag: Option<(&str, &'static str)>,
    profile: Option<&Profile>,
) -> Result<Option<Value>, Error> {
    if let Some((text, flag)) = flag {
        return Ok(Some(Value::new(setting, text, Source::Flag(flag))));
    }
    if let Some(text) = variable(context, setting.variable)? {
        return Ok(Some(Value::new(setting, text, Source::Variable(setting.variable))));
    }
    let values = profile.map(|profile| profile.values.as_slice()).unwrap_or_default();
    Ok(values.iter().find(|value| value.setting == setting).cloned())
}

/// The allow-lists: these values become host names, path segments and header values.
fn check(value: Option<&Value>, longest: usize, allowed: &str, is_allowed: fn(u8) -> bool) -> Result<(), Error> {
    match value {
        Some(value) if !value.is_made_of(is_allowed, longest) => {
            let length = if longest == usize::MAX { String::new() } else { format!(", at most {longest} of them") };
            let message = format!("{} (from {}): only {allowed}{length}", value.setting.name, value.source);
            Err(Error::new(Kind::ConfigInvalid, message).hint("a space or line break at its end is the usual reason"))
        }
        _ => Ok(()),
    }
}

fn endpoint(given: Option<&Value>, region: Option<&Value>) -> Result<Option<(Endpoint, Source)>, Error> {
    let Some(given) = given else {
        // One European region is known, and lives under another name (HUAWEI's SDK README).
        let url = region.map(|region| {
            let region = region.shown();
            let tld = if region.starts_with("eu-west-1") { "eu" } else { "com" };
            format!("https://cph.{region}.myhuaweicloud.{tld}")
        });
        let derived = url.and_then(|url| Endpoint::parse(&url).ok());
        return Ok(derived.map(|endpoint| (endpoint, Source::Derived("region"))));
    };
    let wrong = |reason| Error::new(Kind::ConfigInvalid, format!("endpoint (from {}) {reason}", given.source));
    Endpoint::parse(given.shown()).map_err(wrong).map(|endpoint| Some((endpoint, given.source.clone())))
}

fn environment(context: &Context) -> Result<Place, Error> {
    let mut values = Vec::new();
    for setting in setting::ALL.into_iter().filter(|setting| setting.credential) {
        if let Some(text) = variable(context, setting.variable)? {
            values.push(Value::new(setting, text, Source::Variable(setting.variable)));
        }
    }
    Ok(Place { name: "the environment".to_owned(), values })
}
