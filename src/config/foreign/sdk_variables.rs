//! The variables of Huawei Cloud's SDKs (core/auth/provider.py and core/region/provider.py of the Python SDK).

use crate::config::setting::{ACCESS_KEY, ENDPOINT, IAM_ENDPOINT, PROJECT_ID, SECRET_KEY, SECURITY_TOKEN, Setting};
use crate::config::value::{Origin, Value};
use crate::config::{CredentialSource, foreign, variable};
use crate::context::Context;
use crate::error::Error;

static KEYS: [(&Setting, &str); 3] = [
    (&ACCESS_KEY, "HUAWEICLOUD_SDK_AK"),
    (&SECRET_KEY, "HUAWEICLOUD_SDK_SK"),
    (&SECURITY_TOKEN, "HUAWEICLOUD_SDK_SECURITY_TOKEN"),
];

static BELONGINGS: [(&Setting, &str); 2] =
    [(&PROJECT_ID, "HUAWEICLOUD_SDK_PROJECT_ID"), (&IAM_ENDPOINT, "HUAWEICLOUD_SDK_IAM_ENDPOINT")];

/// The rest of the name is a region.
const ENDPOINT_OF_REGION: &str = "HUAWEICLOUD_SDK_REGION_CPH_";

/// Whether a variable of this name may be read.
pub(super) fn reads(name: &str) -> bool {
    KEYS.iter().chain(&BELONGINGS).any(|(_, read)| *read == name) || name.starts_with(ENDPOINT_OF_REGION)
}

pub(super) fn find(context: &Context, region: Option<&str>) -> Result<Option<CredentialSource>, Error> {
    let values = foreign::variables(context, &KEYS)?;
    if values.is_empty() {
        return Ok(None);
    }
    let mut belongings = foreign::variables(context, &BELONGINGS)?;
    belongings.extend(region.map(|region| endpoint(context, region)).transpose()?.flatten());
    let name = "the SDK's environment".to_owned();
    Ok(Some(CredentialSource { name, values, belongings, may_hold_several: false, names: &KEYS }))
}

/// `HUAWEICLOUD_SDK_REGION_CPH_CN_NORTH_4=https://…[,https://…]`: the first one.
fn endpoint(context: &Context, region: &str) -> Result<Option<Value>, Error> {
    let name = format!("{ENDPOINT_OF_REGION}{}", region.to_ascii_uppercase().replace('-', "_"));
    let first = variable(context, &name)?.and_then(|list| list.split(',').next()).map(str::trim);
    Ok(first.map(|first| Value::new(&ENDPOINT, first, Origin::Variable(name))))
}
