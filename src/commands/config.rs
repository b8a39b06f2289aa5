//! `cph config`: every effective setting and where it comes from. Offline, and never a secret.

use std::path::Path;

use serde::Serialize;

use crate::cli::{self, Global};
use crate::commands::{finish, overrides};
use crate::config::setting::{self, Setting};
use crate::config::value::Origin;
use crate::config::{Settings, proxy};
use crate::context::Context;
use crate::credentials::cache::Cache;
use crate::credentials::{self, FoundCredential};
use crate::endpoint::without_userinfo;
use crate::error::Kind;
use crate::exit::Exit;
use crate::output::stdio;
use crate::output::text::inert;

/// The name of the first row.
const CONFIG_FILE: &str = "config_file";

#[derive(Serialize)]
struct ConfigContent<'a> {
    settings: &'a [SettingView],
    /// `null` where an error came before that was known.
    config_file_found: Option<bool>,
}

/// One setting; a secret's value is `(set)`.
#[derive(Serialize)]
struct SettingView {
    name: &'static str,
    value: Option<String>,
    source: Option<String>,
}

pub(super) fn run(context: &Context, global: &Global, config: &cli::ConfigArgs) -> Exit {
    let settings = Settings::resolve(context, &overrides(global, &config.place));
    let found = settings.as_ref().ok().map(|settings| settings.file_found);
    let (rows, error) = match &settings {
        Ok(settings) => {
            settings.warnings.iter().for_each(|warning| stdio::warning(warning));
            // No credential is not an error here; half a credential is.
            let found = credentials::find(settings);
            let rows = rows(context, settings, found.as_ref().ok());
            (rows, found.err().filter(|error| error.kind != Kind::AuthMissing))
        }
        Err(error) => (Vec::new(), Some(error.clone())),
    };
    let content = ConfigContent { settings: &rows, config_file_found: found };
    finish::document(config.output, &content, error.as_ref(), || table(&rows, found))
}

fn rows(context: &Context, settings: &Settings, found: Option<&FoundCredential>) -> Vec<SettingView> {
    let row = |name, value: Option<String>, source: Option<&Origin>| SettingView {
        name,
        value,
        source: source.map(Origin::to_string),
    };
    let file = settings.file.as_ref().map(|path| path.display().to_string());
    let mut rows = vec![
        SettingView { name: CONFIG_FILE, value: file, source: Some(origin(context, "CPH_CONFIG")) },
        row(
            "profile",
            settings.profile.as_ref().map(|(name, _)| name.clone()),
            settings.profile.as_ref().map(|(_, s)| s),
        ),
    ];
    // Of a source with several credentials only the one that is used; all of them where none is.
    let counts = |name| found.is_none_or(|found| found.sources.iter().any(|(part, _)| *part == name));
    for setting in setting::ALL.into_iter().chain(setting::FOREIGN) {
        let (value, source) = match effective(settings, setting) {
            _ if setting.credential && !counts(setting.name) => (None, None),
            effective => effective,
        };
        if value.is_some() || !setting::FOREIGN.contains(&setting) {
            rows.push(SettingView { name: setting.name, value, source });
        }
    }
    let state = if Cache::of(context).is_some() { "on" } else { "off" }.to_owned();
    rows.push(SettingView {
        name: "token_cache",
        value: Some(state),
        source: Some(origin(context, "CPH_TOKEN_CACHE")),
    });
    // A URL may hold a password, also where none belongs.
    let plain = |value: &Path| value.display().to_string();
    let secret = |_: &Path| "(set)".to_owned();
    let url = |value: &Path| without_userinfo(&value.to_string_lossy()).unwrap_or_else(|| "(set)".to_owned());
    // The first variable that is set.
    let mut row = |name, variables: &[&str], shown: fn(&Path) -> String| {
        let set = variables.iter().find_map(|variable| Some((*variable, context.path(variable)?)));
        if let Some((variable, value)) = set {
            rows.push(SettingView { name, value: Some(shown(&value)), source: Some(variable.to_owned()) });
        }
    };
    row("metadata_endpoint", &["CPH_METADATA_ENDPOINT"], url);
    row("https_proxy", &proxy::HTTPS, secret);
    row("all_proxy", &proxy::ALL, secret);
    row("no_proxy", &proxy::EXEMPTIONS, plain);
    row("ca_file", &["SSL_CERT_FILE"], plain);
    row("ca_folder", &["SSL_CERT_DIR"], plain);
    row("language", &["CPH_LANG"], plain);
    rows
}

/// The variable, where it is set.
fn origin(context: &Context, variable: &str) -> String {
    if context.path(variable).is_some() { variable.to_owned() } else { "built-in".to_owned() }
}

/// The effective value; of credentials only those of the source that is used.
fn effective(settings: &Settings, setting: &'static Setting) -> (Option<String>, Option<String>) {
    let located = match setting {
        setting if *setting == setting::ENDPOINT => Some(&settings.endpoint),
        setting if *setting == setting::IAM_ENDPOINT => Some(&settings.iam_endpoint),
        _ => None,
    };
    if let Some(located) = located {
        let text = located.as_ref().map(|(endpoint, _)| endpoint.as_str().to_owned());
        return (text, located.as_ref().map(|(_, source)| source.to_string()));
    }
    let value = if setting.credential {
        settings.credential_source.as_ref().and_then(|source| source.value(setting))
    } else {
        [&settings.region, &settings.project_id].into_iter().flatten().find(|value| value.setting == setting)
    };
    (value.map(|value| value.shown().to_owned()), value.map(|value| value.source.to_string()))
}

fn table(rows: &[SettingView], found: Option<bool>) -> String {
    let width = |cell: fn(&SettingView) -> usize| rows.iter().map(cell).max().unwrap_or(0);
    let names = width(|row| row.name.len());
    let values = width(|row| row.value.as_ref().map_or(1, |value| inert(value).chars().count()).min(48));
    let line = |row: &SettingView| {
        let value = row.value.as_deref().map_or_else(|| "-".to_owned(), inert);
        let source = row.source.as_deref().map(inert).unwrap_or_default();
        let missing = row.name == CONFIG_FILE && row.value.is_some() && found == Some(false);
        let note = if missing { ", no such file" } else { "" };
        format!("{:names$}  {value:values$}  {source}{note}", row.name).trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
