//! The bytes of a file in the cache. Invariants:
//!
//! - A token is used only if it was issued for this IAM endpoint, account, user and project, is visible ASCII, and lasts
//!   for five more minutes. A project id is used only for the file's own name. A refusal counts for a
//!   minute, and never if it lies in the future.
//! - A file that was cut anywhere is none.

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::api::iam::{IamIdentity, NameOrId, is_project_id};
use crate::credentials::cache::Cache;
use crate::credentials::password_provider::TokenEntry;
use crate::credentials::projects::ProjectEntry;
use crate::credentials::refused::Refused;

const NAME: &str = "project-00112233445566778899aabbccddeeff.json";

/// A token, a project id or a refusal.
pub fn cache(data: &[u8]) {
    let now: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    let bound_to = ["https://iam.example", "name a", "name u", "name r"].map(str::to_owned);
    let token = |data: &[u8]| Cache::parse::<TokenEntry>(data)?.usable(&bound_to, now);
    let project = |data: &[u8]| Cache::parse::<ProjectEntry>(data)?.usable(NAME);
    let identity = IamIdentity {
        user: NameOrId::Name("u".into()),
        password: "p".into(),
        domain: Some(NameOrId::Name("a".into())),
    };
    let refusal = |data: &[u8]| Cache::parse::<Refused>(data)?.since(&bound_to, &identity, now);
    if let Some(issued) = token(data) {
        // A member that is not read may hold half a surrogate pair.
        let Ok(members) = serde_json::from_slice::<Value>(data) else { return };
        let member = |at: usize, name: &str| members.get(name).or(members.get(at)).unwrap();
        for (at, name) in ["iam_endpoint", "account", "user", "project"].into_iter().enumerate() {
            assert_eq!(member(at + 1, name), &bound_to[at]);
        }
        let token = issued.token.expose_secret();
        assert_eq!(member(7, "token"), token);
        assert!(!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()));
        assert!(issued.project_id.is_none_or(|id| is_project_id(&id)));
        assert!(issued.expires_at.is_some_and(|end| end > now + SignedDuration::from_mins(5)));
    }
    if let Some(id) = project(data) {
        assert!(is_project_id(&id));
    }
    if let Some(at) = refusal(data) {
        assert!(at <= now && now.duration_since(at) < SignedDuration::from_mins(1));
    }
    if token(data).is_none() && project(data).is_none() && refusal(data).is_none() {
        return;
    }
    let whole = data.trim_ascii_end();
    for cut in [whole.len().saturating_sub(1), whole.len() / 2, whole.len() / 3] {
        let cut = &whole[..cut];
        assert!(token(cut).is_none() && project(cut).is_none() && refusal(cut).is_none());
    }
}
