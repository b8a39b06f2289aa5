//! PURE: the id by which a service's support finds an answer.

use reqwest::header::HeaderMap;

/// Huawei Cloud's name for it, and OpenStack's.
const NAMES: [&str; 2] = ["x-request-id", "x-openstack-request-id"];

/// Which header has one, and the id.
pub(super) fn of(headers: &HeaderMap) -> Option<(&'static str, String)> {
    NAMES.into_iter().find_map(|name| {
        let header = headers.get(name)?;
        let id = String::from_utf8_lossy(header.as_bytes()).trim().chars().take(128).collect::<String>();
        (!id.is_empty()).then_some((name, id))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_says_something() {
        for (huawei, openstack, expected) in [
            (Some("r1"), None, Some(("x-request-id", "r1"))),
            (Some(" r1 "), Some("r2"), Some(("x-request-id", "r1"))),
            (None, Some("r2"), Some(("x-openstack-request-id", "r2"))),
            (Some(" "), Some("r2"), Some(("x-openstack-request-id", "r2"))),
            (None, None, None),
        ] {
            let mut headers = HeaderMap::new();
            for (name, id) in NAMES.into_iter().zip([huawei, openstack]) {
                id.map(|id| headers.insert(name, id.parse().unwrap()));
            }
            assert_eq!(of(&headers), expected.map(|(name, id)| (name, id.to_owned())));
        }
    }
}
