//! Variables that look like settings of `cph` and are not used: they are named, so that users know.

use crate::config::foreign::{sdk_file, sdk_variables, terraform};
use crate::config::setting;
use crate::context::Context;

/// Ways to log in that `cph` does not support, named where no credential was found.
const UNSUPPORTED: [(&str, &str); 4] = [
    ("HUAWEICLOUD_OIDC_", "an OIDC identity"),
    ("HUAWEICLOUD_SDK_IDP_ID", "an OIDC identity"),
    ("HC_CONTAINER_CREDENTIALS_", "a pod identity"),
    ("HC_CONTAINER_AUTHORIZATION_", "a pod identity"),
];

/// The start of names that this or other tools use.
const LOOK_ALIKES: [&str; 6] = ["CPH_", "HUAWEICLOUD_", "HW_", "OS_", "HCLOUD_", "HC_CONTAINER_"];

/// Variables of cph that are not in a profile.
const OURS: [&str; 5] = ["CPH_CONFIG", "CPH_PROFILE", "CPH_METADATA_ENDPOINT", "CPH_TOKEN_CACHE", "CPH_LANG"];

/// A note for each kind of credential that is set and not supported.
pub(super) fn unsupported(context: &Context) -> Vec<String> {
    let mut notes = Vec::new();
    for name in names(context) {
        if let Some((_, what)) = UNSUPPORTED.iter().find(|(start, _)| name.starts_with(start)) {
            notes.push(format!("{name} names {what}, which cph does not support"));
        }
    }
    notes
}

/// Names of set variables that look like settings and are never read.
pub(crate) fn ignored(context: &Context) -> Vec<String> {
    let read = |name: &str| {
        setting::ALL.iter().any(|setting| setting.variable == Some(name))
            || OURS.contains(&name)
            || sdk_variables::reads(name)
            || sdk_file::reads(name)
            || terraform::reads(name)
    };
    let mut ignored: Vec<String> = names(context)
        .filter(|name| LOOK_ALIKES.iter().any(|start| name.starts_with(start)) && !read(name))
        .map(str::to_owned)
        .collect();
    ignored.sort();
    ignored
}

fn names(context: &Context) -> impl Iterator<Item = &str> {
    context.env.iter().filter(|(_, value)| !value.is_empty()).filter_map(|(name, _)| name.to_str())
}
