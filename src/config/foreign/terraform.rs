//! The variables of Huawei Cloud's Terraform provider (huaweicloud/provider.go). Its own order decides between a
//! token, keys and a password.

use crate::config::setting::{
    ACCESS_KEY, DOMAIN_ID, DOMAIN_NAME, ENDPOINT, IAM_ENDPOINT, PASSWORD, PROJECT_ID, REGION, SECRET_KEY,
    SECURITY_TOKEN, Setting, TOKEN, USER_ID, USERNAME,
};
use crate::config::value::{Origin, Value};
use crate::config::{CredentialSource, foreign, variable};
use crate::context::Context;
use crate::error::{Error, Kind};

static PARTS: [(&Setting, &str); 9] = [
    (&TOKEN, "HW_AUTH_TOKEN"),
    (&ACCESS_KEY, "HW_ACCESS_KEY"),
    (&SECRET_KEY, "HW_SECRET_KEY"),
    (&SECURITY_TOKEN, "HW_SECURITY_TOKEN"),
    (&USERNAME, "HW_USER_NAME"),
    (&USER_ID, "HW_USER_ID"),
    (&PASSWORD, "HW_USER_PASSWORD"),
    (&DOMAIN_NAME, "HW_DOMAIN_NAME"),
    (&DOMAIN_ID, "HW_DOMAIN_ID"),
];

static BELONGINGS: [(&Setting, &str); 2] = [(&REGION, "HW_REGION_NAME"), (&PROJECT_ID, "HW_PROJECT_ID")];

/// IAM's endpoint.
const AUTH_URL: &str = "HW_AUTH_URL";
/// The domain of all endpoints.
const CLOUD: &str = "HW_CLOUD";

/// Whether a variable of this name may be read.
pub(super) fn reads(name: &str) -> bool {
    PARTS.iter().chain(&BELONGINGS).any(|(_, read)| *read == name) || [AUTH_URL, CLOUD].contains(&name)
}

pub(super) fn find(context: &Context, region: Option<&str>) -> Result<Option<CredentialSource>, Error> {
    let values = foreign::variables(context, &PARTS)?;
    // An account name alone is set for other purposes, and is not a credential.
    let account = |value: &Value| [&DOMAIN_NAME, &DOMAIN_ID].into_iter().any(|setting| setting == value.setting);
    if values.iter().all(account) {
        return Ok(None);
    }
    let mut belongings = foreign::variables(context, &BELONGINGS)?;
    let own_region = belongings.iter().find(|value| *value.setting == REGION).map(Value::shown);
    let region = region.or(own_region).unwrap_or_default().to_owned();
    if let Some(url) = variable(context, AUTH_URL)? {
        let url = url.trim_end_matches('/').trim_end_matches("/v3");
        belongings.push(Value::new(&IAM_ENDPOINT, url, Origin::Variable(AUTH_URL.to_owned())));
    }
    if let Some(cloud) = variable(context, CLOUD)? {
        check(cloud)?;
        let source = || Origin::Variable(CLOUD.to_owned());
        if !region.is_empty() {
            belongings.push(Value::new(&ENDPOINT, &format!("https://cph.{region}.{cloud}"), source()));
            belongings.push(Value::new(&IAM_ENDPOINT, &format!("https://iam.{region}.{cloud}"), source()));
        }
    }
    let name = "Terraform's environment".to_owned();
    Ok(Some(CredentialSource { name, values, belongings, may_hold_several: true, names: &PARTS }))
}

/// It becomes part of host names.
fn check(cloud: &str) -> Result<(), Error> {
    let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'.' || c == b'-';
    if cloud.len() <= 128 && cloud.bytes().all(allowed) {
        return Ok(());
    }
    Err(Error::new(Kind::ConfigInvalid, "HW_CLOUD is not a domain: only a-z, 0-9, . and -, at most 128 of them"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cloud_is_a_domain() {
        for good in ["myhuaweicloud.com", "a-1.example", &"a".repeat(128)] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in ["a/b", "A.example", "a_b", "a b", "ä.example", "a:1", "a@b", &"a".repeat(129)] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
