//! PURE: the allow-lists. These values become host names, path segments and header values; a complaint never
//! repeats them.

use crate::config::setting::{CREDENTIAL_COMMAND, CREDENTIALS, DOMAIN_NAME, PASSWORD, USERNAME};
use crate::config::value::Value;
use crate::error::{Error, Kind};

pub(super) fn region(region: Option<&Value>) -> Result<(), Error> {
    check(region, 64, "a-z, 0-9 and -", |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
}

/// A word that is not known would keep what its writer wants nowhere.
pub(super) fn token_cache(word: Option<&str>) -> Result<(), Error> {
    match word {
        None | Some("off") => Ok(()),
        Some(_) => Err(Error::new(Kind::ConfigInvalid, "CPH_TOKEN_CACHE: the only known word is off")),
    }
}

pub(super) fn project_id(project_id: Option<&Value>) -> Result<(), Error> {
    let id = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    check(project_id, 64, "A-Z, a-z, 0-9, _ and -", id)
}

/// One part of a credential.
pub(super) fn part(value: &Value) -> Result<(), Error> {
    if *value.setting == CREDENTIALS {
        if value.shown() == "ecs" {
            return Ok(());
        }
        let message = format!("credentials (from {}): the only known word is \"ecs\"", value.source);
        return Err(Error::new(Kind::ConfigInvalid, message));
    }
    // A login goes into a JSON body, so names and passwords may be any text; a program's name is the system's matter.
    let free = [&PASSWORD, &USERNAME, &DOMAIN_NAME, &CREDENTIAL_COMMAND];
    if free.into_iter().any(|setting| setting == value.setting) {
        return Ok(());
    }
    check(Some(value), usize::MAX, "visible ASCII characters", |c| c.is_ascii_graphic())
}

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
