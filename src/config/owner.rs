//! Who owns the config file. A program that it names runs with this user's rights, so no other user may have written
//! it.

use std::fs::Metadata;

use crate::context::Context;

/// The owner of an opened file; `None` where files have no user id.
#[cfg(unix)]
pub(super) fn of(metadata: &Metadata) -> Option<u32> {
    Some(std::os::unix::fs::MetadataExt::uid(metadata))
}

#[cfg(not(unix))]
pub(super) fn of(_: &Metadata) -> Option<u32> {
    None
}

/// The owner, where it is not this user, root, or the user who became root by sudo.
#[cfg(unix)]
pub(super) fn untrusted(owner: Option<u32>, context: &Context) -> Option<u32> {
    let user = rustix::process::geteuid().as_raw();
    let sudo = context.var("SUDO_UID").ok().flatten();
    owner.filter(|owner| !is_trusted(*owner, user, sudo))
}

#[cfg(not(unix))]
pub(super) fn untrusted(_: Option<u32>, _: &Context) -> Option<u32> {
    None
}

#[cfg(any(unix, test))]
fn is_trusted(owner: u32, user: u32, sudo: Option<&str>) -> bool {
    // Digits alone: `parse` takes a sign, too.
    let by_sudo = || sudo.filter(|id| id.bytes().all(|c| c.is_ascii_digit())).and_then(|id| id.parse().ok());
    owner == user || owner == 0 || (user == 0 && by_sudo() == Some(owner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_user_or_root_or_who_became_root() {
        for (owner, user, sudo, trusted) in [
            (1000, 1000, None, true),
            (0, 1000, None, true),
            (0, 0, None, true),
            (1001, 1000, None, false),
            (1000, 0, None, false),
            (1000, 0, Some("1000"), true),
            (1001, 0, Some("1000"), false),
            // Only for root: every user can set a variable.
            (1000, 1001, Some("1000"), false),
            (1000, 0, Some(""), false),
            (1000, 0, Some("+1000"), false),
            (1000, 0, Some(" 1000"), false),
            (1000, 0, Some("root"), false),
            // As an owner from outside the container is shown.
            (65534, 0, None, false),
        ] {
            assert_eq!(is_trusted(owner, user, sudo), trusted, "{owner} {user} {sudo:?}");
        }
    }
}
