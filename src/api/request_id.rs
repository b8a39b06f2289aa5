//! PURE: the id by which a service's support finds an answer.

use reqwest::header::HeaderMap;

/// Huawei Cloud's name for it, and OpenStack's.
const NAMES: [&str; 2] = ["x-request-id", "x-openstack-request-id"];

/// The id, whole: whoever shows it cleans it first, and cuts it then.
pub(super) fn of(headers: &HeaderMap) -> Option<String> {
    NAMES.into_iter().find_map(|name| {
        let id = String::from_utf8_lossy(headers.get(name)?.as_bytes()).trim().to_owned();
        (!id.is_empty()).then_some(id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_says_something() {
        for (huawei, openstack, expected) in [
            (Some("r1"), None, Some("r1")),
            (Some(" r1 "), Some("r2"), Some("r1")),
            (None, Some("r2"), Some("r2")),
            (Some(" "), Some("r2"), Some("r2")),
            (None, None, None),
        ] {
            let mut headers = HeaderMap::new();
            for (name, id) in NAMES.into_iter().zip([huawei, openstack]) {
                id.map(|id| headers.insert(name, id.parse().unwrap()));
            }
            assert_eq!(of(&headers), expected.map(str::to_owned));
        }
    }
}
