//! PURE: the characters that values may have. They become host names, path segments and header values; an error never
//! repeats them.

use crate::config::setting::{CREDENTIAL_COMMAND, CREDENTIALS, DOMAIN_NAME, PASSWORD, PROJECT_ID, REGION, USERNAME};
use crate::config::value::Value;
use crate::error::{Error, Kind};

/// Why a value is not valid; never repeats the value.
pub(crate) fn wrong_form(value: &Value) -> Option<String> {
    let setting = value.setting;
    if value.is_empty() {
        return Some("it is empty".to_owned());
    }
    if *setting == CREDENTIALS {
        return (value.shown() != "ecs").then(|| "the only known word is \"ecs\"".to_owned());
    }
    let (longest, allowed, is_allowed): (usize, &str, fn(u8) -> bool) = if *setting == REGION {
        (64, "a-z, 0-9 and -", |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
    } else if *setting == PROJECT_ID {
        (64, "A-Z, a-z, 0-9, _ and -", |c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
    } else if [&PASSWORD, &USERNAME, &DOMAIN_NAME, &CREDENTIAL_COMMAND].contains(&setting) {
        // A login is sent as JSON, so names and passwords may be any text; the system checks a program's name.
        return None;
    } else {
        (usize::MAX, "visible ASCII characters", |c| c.is_ascii_graphic())
    };
    let length = if longest == usize::MAX { String::new() } else { format!(", at most {longest} of them") };
    (!value.is_made_of(is_allowed, longest)).then(|| format!("only {allowed}{length}"))
}

/// The same as an error, with the value's origin.
pub(super) fn check(value: &Value) -> Result<(), Error> {
    let Some(reason) = wrong_form(value) else { return Ok(()) };
    let error = Error::new(Kind::ConfigInvalid, format!("{} (from {}): {reason}", value.setting.name, value.source));
    Err(if value.is_padded() { error.hint("remove the space or line break before or behind it") } else { error })
}

/// An unknown word must not be ignored: tokens would be written against the user's will.
pub(super) fn token_cache(word: Option<&str>) -> Result<(), Error> {
    match word {
        None | Some("off") => Ok(()),
        Some(_) => Err(Error::new(Kind::ConfigInvalid, "CPH_TOKEN_CACHE: the only known word is off")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::setting::TOKEN;
    use crate::config::value::Origin;

    #[test]
    fn each_setting_has_its_characters() {
        let long = "a".repeat(65);
        for (setting, good, bad) in [
            (&CREDENTIALS, &["ecs"][..], &["", "ECS", "ecs "][..]),
            (&REGION, &["cn-north-4", &long[1..]], &["", "cn_north", "CN", "a b", "a.b", "ä", &long]),
            (&PROJECT_ID, &["0aZ_-", &long[1..]], &["", "a/b", "a.b", " a", "ä", &long]),
            (&PASSWORD, &["any text, ä\n"], &[]),
            (&USERNAME, &["名"], &[]),
            (&TOKEN, &["!~", &long], &["", "a b", "a\n", "ä", "\u{7f}"]),
        ] {
            let refused =
                |text: &&str| wrong_form(&Value::new(setting, text, Origin::Variable("X".to_owned()))).is_some();
            assert_eq!(good.iter().find(|text| refused(text)), None, "{}", setting.name);
            assert_eq!(bad.iter().find(|text| !refused(text)), None, "{}", setting.name);
        }
    }

    #[test]
    fn a_line_break_is_named_where_there_is_one() {
        let hint = |text| check(&Value::new(&TOKEN, text, Origin::Variable("X".to_owned()))).unwrap_err().hint;
        assert!(hint("a\n").unwrap().contains("line break") && hint(" a").is_some());
        assert_eq!((hint("a b"), hint("…")), (None, None));
    }
}
