//! `~/.hcloud/config.json`, the file of KooCLI (`hcloud`): its current profile, where it is in plain text. It is
//! encrypted by default, with a key that only `hcloud` knows.

use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;

use crate::config::setting::{ACCESS_KEY, PROJECT_ID, REGION, SECRET_KEY, SECURITY_TOKEN, Setting};
use crate::config::value::{Origin, Value};
use crate::config::{CredentialSource, foreign};
use crate::context::Context;
use crate::error::{Error, Kind};
use crate::file::{self, FileError};

static NAMES: [(&Setting, &str); 3] =
    [(&ACCESS_KEY, "accessKeyId"), (&SECRET_KEY, "secretAccessKey"), (&SECURITY_TOKEN, "securityToken")];

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct KooCliConfig {
    current: Option<String>,
    /// A string in the files seen, `"true"`.
    auth_encrypt: serde_json::Value,
    profiles: Option<Vec<KooCliProfile>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct KooCliProfile {
    name: Option<String>,
    mode: Option<String>,
    #[serde(flatten)]
    keys: KooCliKeys,
    region: Option<String>,
    project_id: Option<String>,
    sso_auth: Option<SsoAuth>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default, rename_all = "camelCase")]
struct KooCliKeys {
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    security_token: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct SsoAuth {
    sts_token: Option<KooCliKeys>,
}

pub(super) fn find(context: &Context, notes: &mut Vec<String>) -> Result<Option<CredentialSource>, Error> {
    let Some(path) = context.home.as_ref().map(|home| home.join(".hcloud").join("config.json")) else {
        return Ok(None);
    };
    let file = path.display();
    let bytes = match file::read(&path, file::CONFIG_LIMIT) {
        Ok(file) => file.bytes,
        Err(FileError::Missing) => return Ok(None),
        // A file that is not for us is not an error; it holds no credential for us.
        Err(FileError::System(reason)) if reason.kind() == ErrorKind::PermissionDenied => {
            notes.push(format!("{file} can't be read: {reason}"));
            return Ok(None);
        }
        Err(reason) => return Err(foreign::unreadable("KooCLI's file", &path, &reason)),
    };
    parse(&path, &bytes, notes)
}

/// The credential in the file's bytes.
pub(crate) fn parse(path: &Path, bytes: &[u8], notes: &mut Vec<String>) -> Result<Option<CredentialSource>, Error> {
    let file = path.display();
    let config: KooCliConfig = serde_json::from_slice(bytes).map_err(|reason| {
        let place = format!("{file}:{}:{}", reason.line(), reason.column());
        Error::new(Kind::ConfigInvalid, format!("KooCLI's file {place}: not the format that hcloud writes"))
    })?;
    let current = config.current.as_deref().unwrap_or("default");
    let mut profiles = config.profiles.into_iter().flatten();
    let Some(profile) = profiles.find(|profile| profile.name.as_deref() == Some(current)) else { return Ok(None) };
    let keys = match profile.mode.as_deref().unwrap_or_default() {
        "AKSK" | "" => profile.keys,
        "SSO" => profile.sso_auth.and_then(|sso| sso.sts_token).unwrap_or_default(),
        other => {
            notes.push(format!("{file} is in mode {other}, which cph can't use"));
            return Ok(None);
        }
    };
    let source = || Origin::Foreign { file: path.to_owned(), section: current.to_owned() };
    let value = |setting, text: Option<String>| {
        text.filter(|text| !text.is_empty()).map(|text| Value::new(setting, &text, source()))
    };
    let values: Vec<Value> = [
        value(&ACCESS_KEY, keys.access_key_id),
        value(&SECRET_KEY, keys.secret_access_key),
        value(&SECURITY_TOKEN, keys.security_token),
    ]
    .into_iter()
    .flatten()
    .collect();
    let encrypted = config.auth_encrypt == "true" || config.auth_encrypt == true;
    if values.is_empty() || encrypted {
        if encrypted {
            notes.push(format!(
                "{file} is encrypted, only hcloud can read it; `hcloud configure set --cli-auth-encrypt=false` makes it readable"
            ));
        }
        return Ok(None);
    }
    let belongings =
        [value(&REGION, profile.region), value(&PROJECT_ID, profile.project_id)].into_iter().flatten().collect();
    let name = format!("profile {current} in {file}");
    Ok(Some(CredentialSource { name, values, belongings, may_hold_several: false, names: &NAMES }))
}
