//! Settings from the environment and from other tools, and what a `credential_command` prints. Invariants:
//!
//! - What is taken from a file stands in it. No error shows a value that may be a secret.
//! - All parts of a credential are from one place.
//! - A region, a project id, tokens and keys that are accepted have allowed characters only; a service is reached by
//!   https, or on this machine.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use secrecy::ExposeSecret as _;

use super::input::{holds_secret, shows_no_secret};
use crate::api::iam::is_project_id;
use crate::config::foreign::{koocli, sdk_file};
use crate::config::value::{Origin, Value};
use crate::config::{CredentialSource, Overrides, Settings};
use crate::context::Context;
use crate::credentials::{self, process};
use crate::error::{Error, Kind};

/// The first line says what the rest is: `koocli`, `sdk`, `command` or `env`.
pub fn foreign(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (kind, rest) = (&data[..end], data.get(end + 1..).unwrap_or_default());
    let mut notes = Vec::new();
    match kind {
        b"koocli" => from_file(koocli::parse(Path::new("/k"), rest, &mut notes), rest, true),
        b"sdk" => from_file(sdk_file::parse(Path::new("/s"), rest.to_vec(), &mut notes), rest, false),
        b"command" => match process::parse("p", rest) {
            Ok((found, _)) => assert!(!found.sources.is_empty()),
            Err(error) => {
                assert_eq!(error.kind, Kind::ConfigInvalid);
                shows_no_secret(&error.text());
            }
        },
        _ => environment(&String::from_utf8_lossy(rest)),
    }
}

fn from_file(found: Result<Option<CredentialSource>, Error>, bytes: &[u8], escaped: bool) {
    match found {
        Ok(Some(source)) => {
            assert!(!source.values.is_empty());
            let text = String::from_utf8_lossy(bytes);
            for value in source.values.iter().chain(&source.belongings) {
                let value = value.secret().expose_secret();
                assert!(!value.is_empty());
                // A JSON text may be spelled otherwise; what has several lines is joined by the reader.
                assert!(escaped && text.contains('\\') || value.lines().all(|line| text.contains(line)), "{value}");
            }
            if let Err(error) = credentials::in_source(&source) {
                assert_eq!(error.kind, Kind::ConfigInvalid);
                shows_no_secret(&error.text());
            }
        }
        Ok(None) => {}
        Err(error) => {
            assert_eq!(error.kind, Kind::ConfigInvalid);
            shows_no_secret(&error.text());
        }
    }
}

/// Lines of `NAME=value`; nothing in them may name a file.
fn environment(text: &str) {
    let names_a_file = ["CPH_CONFIG", "CPH_PROFILE", "HUAWEICLOUD_SDK_CREDENTIALS_FILE"];
    let variables = text.lines().filter_map(|line| line.split_once('='));
    let variables: BTreeMap<&str, &str> = variables.filter(|(name, _)| !names_a_file.contains(name)).collect();
    let env: BTreeMap<OsString, OsString> = variables
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .filter(|(name, _): &(OsString, _)| !name.is_empty())
        .collect();
    let context = Context {
        args: Vec::new(),
        env: Arc::new(env),
        home: None,
        stdin_is_terminal: false,
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        terminal_width: None,
        terminal_height: None,
        now: || Timestamp::UNIX_EPOCH,
    };
    // Only the value of a setting that is a secret is never quoted.
    let is_secret = |name: &str| ["TOKEN", "_KEY", "PASSWORD", "_AK", "_SK"].iter().any(|end| name.ends_with(end));
    let is_quoted = variables.iter().any(|(name, value)| !is_secret(name) && holds_secret(value));
    let shows_none = |error: &Error| {
        if !is_quoted {
            shows_no_secret(&error.text())
        }
    };
    let given =
        Overrides { region: variables.get("--region").map(|region| (*region).to_owned()), ..Overrides::default() };
    let settings = match Settings::resolve(&context, &given) {
        Ok(settings) => settings,
        Err(error) => {
            assert_eq!(error.kind, Kind::ConfigInvalid, "{error:?}");
            return shows_none(&error);
        }
    };
    let is_region = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    assert!(settings.region.as_ref().is_none_or(|region| region.is_made_of(is_region, 64)));
    assert!(settings.project_id.as_ref().is_none_or(|id| is_project_id(id.shown())));
    for (endpoint, _) in settings.endpoint.iter().chain(&settings.iam_endpoint) {
        assert!(endpoint.is_https() || endpoint.is_loopback());
    }
    let Some(source) = &settings.credential_source else { return };
    let tool = |value: &Value| match &value.source {
        Origin::Variable(name) => ["CPH_", "HUAWEICLOUD_SDK_", "HW_"].iter().position(|tool| name.starts_with(tool)),
        other => panic!("{other}"),
    };
    let parts: Vec<_> = source.values.iter().chain(&source.belongings).map(tool).collect();
    assert!(parts.iter().all(|tool| tool.is_some() && *tool == parts[0]), "{source:?}");
    let visible = |value: &Value| {
        !value.setting.secret
            || value.setting.name == "password"
            || value.is_made_of(|c| c.is_ascii_graphic(), usize::MAX)
    };
    assert!(source.values.iter().all(visible));
    if let Err(error) = credentials::find(&settings) {
        assert_eq!(error.kind, Kind::ConfigInvalid, "{error:?}");
        shows_none(&error);
    }
}
