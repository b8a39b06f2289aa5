//! `~/.huaweicloud/credentials`, the SDKs' file (core/auth/provider.py of the Python SDK). A `%` in a value
//! breaks the SDK; here every value is taken as it is.

use std::path::Path;

use configparser::ini::{Ini, IniDefault};

use crate::config::setting::{ACCESS_KEY, IAM_ENDPOINT, PROJECT_ID, SECRET_KEY, SECURITY_TOKEN, Setting};
use crate::config::value::{Origin, Value};
use crate::config::{CredentialSource, foreign};
use crate::context::Context;
use crate::error::{Error, Kind};

/// Section of credentials for projects; `[global]` is for account-wide services, and CPH is not one.
const SECTION: &str = "basic";
/// Variable that names another file.
const FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";

/// Whether a variable of this name may be read.
pub(super) fn reads(name: &str) -> bool {
    name == FILE
}

static KEYS: [(&Setting, &str); 3] = [(&ACCESS_KEY, "ak"), (&SECRET_KEY, "sk"), (&SECURITY_TOKEN, "security_token")];
static BELONGINGS: [(&Setting, &str); 2] = [(&PROJECT_ID, "project_id"), (&IAM_ENDPOINT, "iam_endpoint")];

pub(super) fn find(context: &Context, notes: &mut Vec<String>) -> Result<Option<CredentialSource>, Error> {
    let named = context.path(FILE);
    let home = || context.home.as_ref().map(|home| home.join(".huaweicloud").join("credentials"));
    let Some(path) = named.clone().or_else(home) else { return Ok(None) };
    let Some(bytes) = foreign::bytes_of("credentials file", &path)? else {
        notes.extend(named.map(|path| format!("{FILE} names {}, which is not there", path.display())));
        return Ok(None);
    };
    parse(&path, bytes, notes)
}

/// The credential in the file's bytes.
pub(crate) fn parse(path: &Path, bytes: Vec<u8>, notes: &mut Vec<String>) -> Result<Option<CredentialSource>, Error> {
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::new(Kind::ConfigInvalid, format!("credentials file {}: not UTF-8", path.display())))?;
    let mut ini = parser();
    // The parser's own message may quote a line, and with it a secret.
    ini.read(text.trim_start_matches('\u{feff}').to_owned())
        .map_err(|_| Error::new(Kind::ConfigInvalid, format!("credentials file {}: not INI", path.display())))?;
    let values = read(&ini, &KEYS, path);
    if values.is_empty() {
        notes.push(match ini.get(SECTION, "idp_id") {
            Some(_) => format!("{} holds an OIDC identity, which cph does not support", path.display()),
            None => format!("{} has no ak and sk in [{SECTION}]", path.display()),
        });
        return Ok(None);
    }
    let belongings = read(&ini, &BELONGINGS, path);
    let name = format!("[{SECTION}] in {}", path.display());
    Ok(Some(CredentialSource { name, values, belongings, may_hold_several: false, names: &KEYS }))
}

/// As Python's configparser reads it: `=` or `:`, whole-line comments only.
fn parser() -> Ini {
    let mut defaults = IniDefault::default();
    defaults.delimiters = vec!['=', ':'];
    defaults.comment_symbols = vec!['#', ';'];
    defaults.inline_comment_symbols = Some(vec![]);
    Ini::new_from_defaults(defaults)
}

fn read(ini: &Ini, names: &[(&'static Setting, &'static str)], path: &Path) -> Vec<Value> {
    let source = || Origin::Foreign { file: path.to_owned(), section: SECTION.to_owned() };
    let value = |(setting, key): &(&'static Setting, &'static str)| {
        let text = ini.get(SECTION, key).filter(|text| !text.is_empty())?;
        Some(Value::new(setting, &text, source()))
    };
    names.iter().filter_map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_a_value_counts() {
        let mut ini = parser();
        ini.read("# c\n[BASIC]\nAK = a\nsk=p%q\\n\"r\";s#t = u\n[global]\nak=g\n".to_owned()).unwrap();
        let values = read(&ini, &KEYS, Path::new("/c"));
        let texts: Vec<_> = values.iter().map(|value| secrecy::ExposeSecret::expose_secret(value.secret())).collect();
        assert_eq!(texts, ["a", "p%q\\n\"r\";s#t = u"]);
    }
}
