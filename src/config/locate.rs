//! Where things are: the config file, the service, IAM.

use std::path::PathBuf;

use crate::config::setting::IAM_ENDPOINT;
use crate::config::value::{Source, Value};
use crate::context::Context;
use crate::endpoint::{Endpoint, without_userinfo};
use crate::error::{Error, Kind};

type Located = Option<(Endpoint, Source)>;

/// `$CPH_CONFIG`, else cph/config.toml in the folder where the platform's users keep such files
/// (`~/.config` on every Unix: macOS users expect it of a command-line tool).
#[must_use]
pub fn config_path(context: &Context) -> Option<PathBuf> {
    if let Some(path) = context.path("CPH_CONFIG") {
        return Some(path);
    }
    let folder = if cfg!(windows) {
        context.folder("APPDATA")
    } else {
        context.folder("XDG_CONFIG_HOME").or_else(|| context.home.as_ref().map(|home| home.join(".config")))
    };
    folder.map(|folder| folder.join("cph").join("config.toml"))
}

/// The given endpoint, else `https://cph.<region>.myhuaweicloud.com`.
pub(super) fn service(given: Option<&Value>, region: Option<&Value>) -> Result<Located, Error> {
    match given {
        Some(given) => parse(given),
        None => Ok(region.and_then(|region| derived(&format!("cph.{}", region.shown()), region.shown()))),
    }
}

/// The given IAM endpoint, else `https://iam.<region>.myhuaweicloud.com`. Nothing is derived where the service is a
/// stranger's: Huawei Cloud's IAM knows nothing of it, and its credential must not go to Huawei Cloud.
pub(super) fn iam(
    given: Option<&Value>,
    region: Option<&Value>,
    service: Option<&(Endpoint, Source)>,
) -> Result<Located, Error> {
    if let Some(given) = given {
        return parse(given);
    }
    if service.is_some_and(|(endpoint, _)| !endpoint.is_huawei_or_loopback()) {
        return Ok(None);
    }
    Ok(region.and_then(|region| match region.shown() {
        // No IAM of their own (official SDK's endpoint table).
        "af-north-1" | "ru-northwest-2" => derived("iam", ""),
        region => derived(&format!("iam.{region}"), region),
    }))
}

/// The European regions live under a name of their own (official SDK's README).
fn derived(host: &str, region: &str) -> Located {
    let tld = if region.starts_with("eu-west-1") { "eu" } else { "com" };
    let endpoint = Endpoint::parse(&format!("https://{host}.myhuaweicloud.{tld}")).ok()?;
    Some((endpoint, Source::Derived("region")))
}

/// An endpoint that can't be used, with the value and what a good one looks like.
pub(crate) fn wrong_endpoint(name: &str, reason: &str, text: &str, example: &str) -> Error {
    let quoted = without_userinfo(text).map_or_else(String::new, |text| format!(": it is '{text}'"));
    Error::new(Kind::ConfigInvalid, format!("{name} {reason}{quoted}")).hint(format!("a good one is {example}"))
}

fn parse(given: &Value) -> Result<Located, Error> {
    let host = if *given.setting == IAM_ENDPOINT { "iam" } else { "cph" };
    let wrong = |reason| {
        let name = format!("{} (from {})", given.setting.name, given.source);
        wrong_endpoint(&name, reason, given.shown(), &format!("https://{host}.cn-north-4.myhuaweicloud.com"))
    };
    Endpoint::parse(given.shown()).map_err(wrong).map(|endpoint| Some((endpoint, given.source.clone())))
}
