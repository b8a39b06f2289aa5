//! PURE: what a status and a service code mean together, whether to try again, and the hint. It must not know bodies,
//! headers or message texts.

use crate::api::peer::Peer;
use crate::catalog;
use crate::error::Kind;

/// By service code first: CPH's own table gives 400 to nearly everything.
pub(super) fn kind(status: u16, code: &str) -> Kind {
    match (status, code) {
        (401, _) => Kind::AuthRejected,
        (_, code) if is_busy(code) => Kind::ServiceError,
        (_, "CPS.0001" | "CPS.0006" | "CPS.0007" | "CPS.0008") => Kind::Forbidden,
        (429, _) => Kind::RateLimited,
        (408, _) => Kind::HttpTimeout,
        (500..=599, _) => Kind::ServiceError,
        (400..=499, "CPS.0011" | "CPS.0050") => Kind::NotFound,
        (403, _) => Kind::Forbidden,
        _ => Kind::BadAnswer,
    }
}

/// At any status.
fn is_busy(code: &str) -> bool {
    matches!(code, "CPS.0042" | "CPS.0003")
}

/// Whether the same call may succeed later.
pub(super) fn is_retryable(status: u16, kind: Kind, code: &str) -> bool {
    match kind {
        Kind::RateLimited | Kind::HttpTimeout => true,
        Kind::ServiceError if is_busy(code) => true,
        // A 501 or 505 is permanent.
        Kind::ServiceError => !matches!(status, 501 | 505..=599),
        _ => false,
    }
}

pub(super) fn next_step(peer: Peer, status: u16, kind: Kind, code: &str) -> Option<String> {
    let explained = catalog::find_for(code, Some(status)).map(|entry| as_hint(entry.action));
    match kind {
        Kind::AuthRejected => {
            Some(explained.unwrap_or_else(|| "check the credential, the region and the clock".into()))
        }
        // A project of somebody else is refused like a missing permission; all other codes have one cause.
        Kind::Forbidden if explained.is_none() || matches!(code, "CPS.0001" | "APIGW.0302" | "APIGW.0306") => {
            let permission =
                explained.unwrap_or_else(|| "ask for the permissions cph:jobs:get and cph:jobs:list".into());
            Some(format!(
                "check first that the project is right: cph config shows it and where it comes from (--project-id or \
                 CPH_PROJECT_ID changes it); if it is, {permission}"
            ))
        }
        Kind::RateLimited => Some("send requests less often, or try again later".into()),
        Kind::ServiceError | Kind::HttpTimeout => Some("try again later".into()),
        Kind::BadAnswer if status == 404 => Some(
            explained.unwrap_or_else(|| format!("{} does not answer like this: check {}", peer.name(), peer.place())),
        ),
        Kind::BadAnswer if (300..400).contains(&status) => {
            Some(format!("check {}; a captive portal or proxy may have answered", peer.setting()))
        }
        _ => explained,
    }
}

/// A sentence of the catalogue as a hint: no capital, no period.
fn as_hint(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let mut chars = sentence.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

/// Whether an incomplete body changes nothing: a request is never repeated after a 401, and an endless error body adds
/// nothing to its status.
pub(super) fn needs_no_body(status: u16, too_long: bool) -> bool {
    status == 401 || (too_long && !(200..300).contains(&status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step() {
        let explained = |code| catalog::find_for(code, None).map(|entry| as_hint(entry.action));
        let ask = "ask for the permissions cph:jobs:get and cph:jobs:list";
        let project = "check first that the project is right: cph config shows it and where it comes from (--project-id \
                       or CPH_PROJECT_ID changes it); if it is, ";
        for (status, kind, code, hint) in [
            (401, Kind::AuthRejected, "", Some("check the credential, the region and the clock".to_owned())),
            (401, Kind::AuthRejected, "APIGW.0303", explained("APIGW.0303")),
            (403, Kind::Forbidden, "", Some(format!("{project}{ask}"))),
            (400, Kind::Forbidden, "CPS.0001", explained("CPS.0001").map(|action| format!("{project}{action}"))),
            (400, Kind::Forbidden, "CPS.0007", explained("CPS.0007")),
            (429, Kind::RateLimited, "", Some("send requests less often, or try again later".to_owned())),
            (503, Kind::ServiceError, "", Some("try again later".to_owned())),
            (408, Kind::HttpTimeout, "", Some("try again later".to_owned())),
            (
                302,
                Kind::BadAnswer,
                "",
                Some("check CPH_ENDPOINT; a captive portal or proxy may have answered".to_owned()),
            ),
            (404, Kind::BadAnswer, "APIGW.0101", explained("APIGW.0101")),
            (400, Kind::BadAnswer, "", None),
            (200, Kind::BadAnswer, "", None),
        ] {
            assert_eq!(next_step(Peer::Cph, status, kind, code), hint, "{status} {kind:?} {code}");
            assert!(code.is_empty() || explained(code).is_some(), "{code} is in the catalogue");
        }
        for (peer, says) in [
            (Peer::Cph, "CPH does not answer like this: check CPH_ENDPOINT and the region"),
            (Peer::Iam, "IAM does not answer like this: check CPH_IAM_ENDPOINT and the region"),
            (
                Peer::Metadata,
                "the metadata service of an ECS does not answer like this: check that this machine is an ECS, and \
                 CPH_METADATA_ENDPOINT",
            ),
        ] {
            let hint = next_step(peer, 404, Kind::BadAnswer, "").unwrap();
            assert_eq!(hint, says);
            let hint = next_step(peer, 302, Kind::BadAnswer, "").unwrap();
            assert!(hint.starts_with(&format!("check {};", peer.setting())), "{hint}");
        }
        assert_eq!(as_hint("Check the key. Then wait."), "check the key. Then wait");
    }
}
