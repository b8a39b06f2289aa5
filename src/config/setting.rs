//! Every setting, declared once: its name is the key of the config file, beside it stand its variable and
//! whether it is a secret. `cph config`, the file's reader and the errors derive from this list.

/// One setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Key in a profile of the config file, and name in `cph config`.
    pub name: &'static str,
    /// Environment variable.
    pub variable: &'static str,
    /// Whether its value is never shown.
    pub secret: bool,
    /// Whether it is part of a credential, which is taken whole from one place.
    pub credential: bool,
}

const fn setting(name: &'static str, variable: &'static str) -> Setting {
    Setting { name, variable, secret: false, credential: false }
}

const fn credential(name: &'static str, variable: &'static str, secret: bool) -> Setting {
    Setting { name, variable, secret, credential: true }
}

/// Region, such as `cn-north-4`; the endpoint follows from it.
pub static REGION: Setting = setting("region", "CPH_REGION");
/// Project whose jobs are asked for.
pub static PROJECT_ID: Setting = setting("project_id", "CPH_PROJECT_ID");
/// The service, instead of the region's own.
pub static ENDPOINT: Setting = setting("endpoint", "CPH_ENDPOINT");
/// Access key id.
pub static ACCESS_KEY: Setting = credential("access_key", "CPH_ACCESS_KEY", true);
/// Secret access key.
pub static SECRET_KEY: Setting = credential("secret_key", "CPH_SECRET_KEY", true);
/// Belongs to temporary access keys.
pub static SECURITY_TOKEN: Setting = credential("security_token", "CPH_SECURITY_TOKEN", true);
/// A ready user token.
pub static TOKEN: Setting = credential("token", "CPH_TOKEN", true);

/// All of them, in the order in which they are shown.
pub static ALL: [&Setting; 7] = [&REGION, &PROJECT_ID, &ENDPOINT, &ACCESS_KEY, &SECRET_KEY, &SECURITY_TOKEN, &TOKEN];

/// The setting of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Setting> {
    ALL.into_iter().find(|setting| setting.name == name)
}
