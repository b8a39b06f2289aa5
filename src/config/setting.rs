//! Every setting, declared once: its name is the key in the config file; it has its variable, and
//! whether it is a secret. `cph config`, the file's reader and the errors derive from this list.

/// One setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Key in a profile of the config file, and name in `cph config`.
    pub name: &'static str,
    /// Environment variable, where there is one.
    pub variable: Option<&'static str>,
    /// Whether its value is never shown.
    pub secret: bool,
    /// Whether it is part of a credential, which is taken whole from one place.
    pub credential: bool,
    /// Whether its value is a list of words.
    pub list: bool,
}

const fn setting(name: &'static str, variable: &'static str) -> Setting {
    Setting { name, variable: Some(variable), secret: false, credential: false, list: false }
}

const fn part(name: &'static str, variable: &'static str) -> Setting {
    Setting { credential: true, ..setting(name, variable) }
}

const fn secret(name: &'static str, variable: &'static str) -> Setting {
    Setting { secret: true, ..part(name, variable) }
}

/// Region, such as `cn-north-4`; the endpoints follow from it.
pub static REGION: Setting = setting("region", "CPH_REGION");
/// Project whose jobs are asked for.
pub static PROJECT_ID: Setting = setting("project_id", "CPH_PROJECT_ID");
/// The service, instead of the region's own.
pub static ENDPOINT: Setting = setting("endpoint", "CPH_ENDPOINT");
/// IAM, instead of the region's own.
pub static IAM_ENDPOINT: Setting = setting("iam_endpoint", "CPH_IAM_ENDPOINT");
/// Access key id: half a secret. No more than its first four characters are shown.
pub static ACCESS_KEY: Setting = secret("access_key", "CPH_ACCESS_KEY");
/// Secret access key.
pub static SECRET_KEY: Setting = secret("secret_key", "CPH_SECRET_KEY");
/// Belongs to temporary access keys.
pub static SECURITY_TOKEN: Setting = secret("security_token", "CPH_SECURITY_TOKEN");
/// A ready user token.
pub static TOKEN: Setting = secret("token", "CPH_TOKEN");
/// IAM user name.
pub static USERNAME: Setting = part("username", "CPH_USERNAME");
/// The IAM user's password.
pub static PASSWORD: Setting = secret("password", "CPH_PASSWORD");
/// Name of the account the user belongs to; IAM calls it domain.
pub static DOMAIN_NAME: Setting = part("domain_name", "CPH_DOMAIN_NAME");
/// A program that prints a credential.
pub static CREDENTIAL_COMMAND: Setting = Setting { variable: None, list: true, ..part("credential_command", "") };
/// `ecs`: the agency of the ECS this runs on.
pub static CREDENTIALS: Setting = Setting { variable: None, ..part("credentials", "") };

/// IAM user id; only other tools have a place for it.
pub static USER_ID: Setting = Setting { variable: None, ..part("user_id", "") };
/// Account id; only other tools have a place for it.
pub static DOMAIN_ID: Setting = Setting { variable: None, ..part("domain_id", "") };

/// What only other tools have a place for.
pub static FOREIGN: [&Setting; 2] = [&USER_ID, &DOMAIN_ID];

/// All that `cph` itself takes, in the order in which they are shown.
pub static ALL: [&Setting; 13] = [
    &REGION,
    &PROJECT_ID,
    &ENDPOINT,
    &IAM_ENDPOINT,
    &ACCESS_KEY,
    &SECRET_KEY,
    &SECURITY_TOKEN,
    &TOKEN,
    &USERNAME,
    &PASSWORD,
    &DOMAIN_NAME,
    &CREDENTIAL_COMMAND,
    &CREDENTIALS,
];

/// The setting of this name.
pub fn named(name: &str) -> Option<&'static Setting> {
    ALL.into_iter().find(|setting| setting.name == name)
}
