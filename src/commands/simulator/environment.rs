//! PURE: the environment that leads a command to the simulator and to nothing else. Knows no processes and no folders'
//! contents.

use std::{
    ffi::{OsStr, OsString},
    iter,
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::cli::SimulatedCredential;
use crate::config::{edit, setting};
use crate::shell;
use crate::simulator;

/// Settings of `cph` and of the tools whose settings it reads; the command must not reach a real account.
const FOREIGN: [&str; 6] = ["CPH_", "HUAWEICLOUD_", "HW_", "OS_", "HCLOUD_", "HC_"];

/// The one variable of `cph` that stays: a language leads nowhere.
const LANGUAGE: &str = "CPH_LANG";

/// They would come between the command and this machine.
const PROXIES: [&str; 4] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

/// Where tokens are cached: those of the simulator must not get into the user's own folder.
const CACHE: &str = if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_CACHE_HOME" };

const NO_PROXY: &str = "127.0.0.1,localhost,::1";

/// What `execvp` searches when there is no PATH.
const DEFAULT_PATH: &str = if cfg!(unix) { "/usr/bin:/bin" } else { "" };

/// The whole environment of a command: the caller's without anything that leads elsewhere, and the simulator's.
/// `bin` comes first in PATH; the config file is in `folder`.
pub(super) fn for_command(
    url: &str,
    credential: SimulatedCredential,
    folder: &Path,
    bin: &Path,
    env: impl Iterator<Item = (OsString, OsString)>,
) -> anyhow::Result<Vec<(OsString, OsString)>> {
    let (path, mut env): (Vec<_>, Vec<_>) =
        env.filter(|(name, _)| !leads_elsewhere(name)).partition(|(name, _)| is_path(name));
    let path = path.into_iter().next().map_or_else(|| OsString::from(DEFAULT_PATH), |(_, value)| value);
    let folders = iter::once(PathBuf::from(bin)).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).context("the temporary folder can't be in PATH")?;
    env.retain(|(name, _)| !name.eq_ignore_ascii_case(CACHE));
    env.extend(settings(url, credential).map(|(name, value)| (name.into(), value.into())));
    env.push(("CPH_CONFIG".into(), folder.join("config.toml").into()));
    env.push((CACHE.into(), folder.join("cache").into()));
    env.push(("NO_PROXY".into(), NO_PROXY.into()));
    if cfg!(unix) {
        env.push(("no_proxy".into(), NO_PROXY.into()));
    }
    env.push(("PATH".into(), path));
    Ok(env)
}

/// Lines for a POSIX shell: the simulator's settings, after an `unset` of those in `env` that would add to them.
pub(super) fn exports(
    url: &str,
    credential: SimulatedCredential,
    config: &Path,
    env: impl Iterator<Item = (OsString, OsString)>,
) -> String {
    let config = ("CPH_CONFIG", config.display().to_string());
    let settings: Vec<_> = settings(url, credential).chain(iter::once(config)).collect();
    let mut lines = String::new();
    for (name, _) in env {
        let Some(name) = name.to_str().filter(|name| is_own(name)) else { continue };
        if settings.iter().all(|(own, _)| *own != name) {
            lines.push_str(&format!("unset {name}\n"));
        }
    }
    lines.extend(settings.iter().map(|(name, value)| format!("export {name}={}\n", shell::quoted(value))));
    lines
}

/// A config file with the same settings as its default profile: a script that unsets the variables must not fall back
/// to another tool's real credential.
pub(super) fn config(url: &str, credential: SimulatedCredential) -> anyhow::Result<String> {
    let settings: Vec<_> = settings(url, credential).collect();
    let value = |(variable, value): &'_ (&str, String)| {
        let setting = setting::ALL.into_iter().find(|setting| setting.variable == Some(variable))?;
        Some((setting.name, value.clone()))
    };
    let values: Vec<(&str, String)> = settings.iter().filter_map(value).collect();
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    edit::with_profile("", "simulator", &values).map_err(|error| anyhow::anyhow!(error.message))
}

fn settings(url: &str, credential: SimulatedCredential) -> impl Iterator<Item = (&'static str, String)> {
    let project = ("CPH_PROJECT_ID", simulator::PROJECT_ID);
    let credential = match credential {
        SimulatedCredential::Keys => {
            vec![project, ("CPH_ACCESS_KEY", simulator::ACCESS_KEY), ("CPH_SECRET_KEY", simulator::SECRET_KEY)]
        }
        SimulatedCredential::Token => vec![project, ("CPH_TOKEN", simulator::TOKEN)],
        // No project: this tries how the login gives it.
        SimulatedCredential::Password => vec![
            ("CPH_USERNAME", simulator::USER_NAME),
            ("CPH_PASSWORD", simulator::PASSWORD),
            ("CPH_DOMAIN_NAME", simulator::DOMAIN_NAME),
        ],
    };
    // One address for all services, so that other credentials lead here, too.
    [
        ("CPH_ENDPOINT", url),
        ("CPH_IAM_ENDPOINT", url),
        ("CPH_METADATA_ENDPOINT", url),
        ("CPH_REGION", simulator::REGION),
    ]
    .into_iter()
    .chain(credential)
    .map(|(name, value)| (name, value.to_owned()))
    .collect::<Vec<_>>()
    .into_iter()
}

/// In any case: that is how Windows reads them, and proxies are written both ways everywhere.
fn leads_elsewhere(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    name != LANGUAGE && (FOREIGN.iter().any(|prefix| name.starts_with(prefix)) || PROXIES.contains(&name.as_str()))
}

/// A setting of `cph`, and a name that a shell can unset.
fn is_own(name: &str) -> bool {
    name != LANGUAGE
        && name.starts_with("CPH_")
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_path(name: &OsStr) -> bool {
    if cfg!(windows) { name.eq_ignore_ascii_case("PATH") } else { name == "PATH" }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> impl Iterator<Item = (OsString, OsString)> {
        pairs.iter().map(|(name, value)| (name.into(), value.into())).collect::<Vec<_>>().into_iter()
    }

    fn of(credential: SimulatedCredential, pairs: &[(&str, &str)]) -> Vec<String> {
        let made =
            for_command("http://127.0.0.1:7", credential, Path::new("/t"), Path::new("/t/bin"), env(pairs)).unwrap();
        let mut lines: Vec<_> =
            made.iter().map(|(name, value)| format!("{}={}", name.display(), value.display())).collect();
        lines.sort();
        lines
    }

    #[test]
    fn the_callers_environment_without_what_leads_elsewhere() {
        let caller = [
            ("HOME", "/home/x"),
            ("PATH", "/usr/bin::/bin"),
            ("XDG_CACHE_HOME", "/home/x/.cache"),
            ("CPH_TOKEN", "real"),
            ("CPH_PROFILE", "real"),
            ("CPH_LANG", "zh"),
            ("HUAWEICLOUD_SDK_AK", "real"),
            ("HW_ACCESS_KEY", "real"),
            ("OS_PASSWORD", "real"),
            ("HCLOUD_X", "real"),
            ("HC_X", "real"),
            ("https_proxy", "http://p"),
            ("HTTP_PROXY", "http://p"),
            ("All_Proxy", "http://p"),
            ("no_proxy", "x"),
            ("HWX", "kept"),
            ("CPH", "kept"),
        ];
        let expected = [
            "CPH=kept",
            "CPH_ACCESS_KEY=SIMULATORACCESSKEY01",
            "CPH_CONFIG=/t/config.toml",
            "CPH_ENDPOINT=http://127.0.0.1:7",
            "CPH_IAM_ENDPOINT=http://127.0.0.1:7",
            "CPH_LANG=zh",
            "CPH_METADATA_ENDPOINT=http://127.0.0.1:7",
            "CPH_PROJECT_ID=00000000000000000000000000c10d01",
            "CPH_REGION=simulator-1",
            "CPH_SECRET_KEY=simulator/secret+key/0123456789abcdefghij",
            "HOME=/home/x",
            "HWX=kept",
            "NO_PROXY=127.0.0.1,localhost,::1",
            "PATH=/t/bin:/usr/bin::/bin",
            "XDG_CACHE_HOME=/t/cache",
            "no_proxy=127.0.0.1,localhost,::1",
        ];
        assert_eq!(of(SimulatedCredential::Keys, &caller), expected);
    }

    #[test]
    fn one_kind_of_credential_and_always_a_path() {
        let keys = [
            "CPH_ACCESS_KEY=SIMULATORACCESSKEY01",
            "CPH_PROJECT_ID=00000000000000000000000000c10d01",
            "CPH_SECRET_KEY=simulator/secret+key/0123456789abcdefghij",
        ];
        let token =
            ["CPH_PROJECT_ID=00000000000000000000000000c10d01", "CPH_TOKEN=SIMULATOR-TOKEN-not-a-secret-0123456789"];
        let password = [
            "CPH_DOMAIN_NAME=simulator-account",
            "CPH_PASSWORD=Simulator-Password-not-a-secret",
            "CPH_USERNAME=simulator",
        ];
        let always = ["CPH_CONFIG=", "CPH_ENDPOINT=", "CPH_IAM_ENDPOINT=", "CPH_METADATA_ENDPOINT=", "CPH_REGION="];
        let rows = [
            (SimulatedCredential::Keys, &keys[..]),
            (SimulatedCredential::Token, &token),
            (SimulatedCredential::Password, &password),
        ];
        for (credential, expected) in rows {
            let made = of(credential, &[("CPH_PROJECT_ID", "real"), ("CPH_SECURITY_TOKEN", "real")]);
            assert!(made.contains(&"PATH=/t/bin:/usr/bin:/bin".to_owned()));
            let own: Vec<_> = made
                .iter()
                .filter(|line| line.starts_with("CPH_") && !always.iter().any(|name| line.starts_with(name)))
                .collect();
            assert_eq!(own, expected);
        }
    }

    #[test]
    fn lines_for_a_shell() {
        assert_eq!(
            exports(
                "http://127.0.0.1:7",
                SimulatedCredential::Token,
                Path::new("/t/config.toml"),
                env(&[("CPH_ACCESS_KEY", "x"), ("CPH_LANG", "zh"), ("CPH_$(x)", "x"), ("CPH_REGION", "x")])
            ),
            "unset CPH_ACCESS_KEY\n\
             export CPH_ENDPOINT='http://127.0.0.1:7'\n\
             export CPH_IAM_ENDPOINT='http://127.0.0.1:7'\n\
             export CPH_METADATA_ENDPOINT='http://127.0.0.1:7'\n\
             export CPH_REGION='simulator-1'\n\
             export CPH_PROJECT_ID='00000000000000000000000000c10d01'\n\
             export CPH_TOKEN='SIMULATOR-TOKEN-not-a-secret-0123456789'\n\
             export CPH_CONFIG='/t/config.toml'\n"
        );
        let lines = exports(
            "http://127.0.0.1:7",
            SimulatedCredential::Password,
            Path::new("/t"),
            env(&[("CPH_PROJECT_ID", "x")]),
        );
        assert!(lines.starts_with("unset CPH_PROJECT_ID\n") && lines.contains("\nexport CPH_USERNAME='simulator'\n"));
    }
}
