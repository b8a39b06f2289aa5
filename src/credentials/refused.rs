//! A password that was refused, remembered for a minute: fifty processes with a wrong one must not lock the user.
//!
//! Nobody can learn the password from the file: it holds only 16 bits of a salted hash.

use jiff::{SignedDuration, Timestamp};
use ring::digest;
use ring::rand::{SecureRandom as _, SystemRandom};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use crate::api::iam::IamIdentity;
use crate::error::{Error, Kind};

/// The start of a file's name in the cache.
pub(crate) const KIND: &str = "refused";

/// A refused password is not sent again for this long.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(1);

/// A refusal in the cache.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Refused {
    version: u8,
    at: Timestamp,
    salt: [u8; 16],
    /// Of IAM endpoint, account, user, project and password.
    hash: u16,
}

impl Refused {
    /// IAM refused this password at `at`; `None` where the system gives no random bytes.
    pub(super) fn new(bound_to: &[String], identity: &IamIdentity, at: Timestamp) -> Option<Self> {
        let mut salt = [0; 16];
        SystemRandom::new().fill(&mut salt).ok()?;
        Some(Self { version: 1, at, salt, hash: hash(&salt, bound_to, identity) })
    }

    /// When this very password was refused, if that still counts.
    pub(crate) fn since(&self, bound_to: &[String], identity: &IamIdentity, now: Timestamp) -> Option<Timestamp> {
        // A time in the future means that the clock was set back; it must not block the right password for long.
        let counts = self.at <= now && now.duration_since(self.at) < REMEMBERED;
        (self.version == 1 && counts && self.hash == hash(&self.salt, bound_to, identity)).then_some(self.at)
    }
}

/// 16 bits: one of 65,536 passwords matches by chance, so that a guess can't be verified.
fn hash(salt: &[u8], bound_to: &[String], identity: &IamIdentity) -> u16 {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(salt);
    let bound_to = bound_to.iter().map(String::as_str);
    for part in bound_to.chain([identity.password.expose_secret()]) {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    context.finish().as_ref().iter().take(2).fold(0, |hash, byte| (hash << 8) | u16::from(*byte))
}

/// The error instead of another login.
pub(super) fn error(identity: &IamIdentity, endpoint: &str, at: Timestamp, now: Timestamp) -> Error {
    let ago = now.duration_since(at).as_secs();
    let message = format!(
        "login of {}: not sent, {endpoint} refused this password {ago} s ago, at {at:.0}",
        identity.user.text()
    );
    Error::new(Kind::AuthRejected, message).hint(
        "a few wrong passwords lock the user, so the same one is sent once a minute; another one, and by cph auth \
         status, at any time",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::iam::NameOrId;

    fn identity(password: &str) -> IamIdentity {
        IamIdentity { user: NameOrId::Name("u".into()), password: password.into(), domain: None }
    }

    fn bound_to(parts: [&str; 4]) -> Vec<String> {
        parts.map(str::to_owned).to_vec()
    }

    #[test]
    fn it_counts_for_a_minute_for_that_password_alone() {
        let at: Timestamp = "2026-11-24T03:15:00Z".parse().unwrap();
        let home = bound_to(["https://iam", "name d", "name u", "name p"]);
        let refused = Refused::new(&home, &identity("wrong"), at).unwrap();
        let later = |seconds| at + SignedDuration::from_secs(seconds);
        for (seconds, counts) in
            [(0, true), (1, true), (59, true), (60, false), (61, false), (-1, false), (-3600, false)]
        {
            assert_eq!(refused.since(&home, &identity("wrong"), later(seconds)).is_some(), counts, "{seconds}");
        }
        // One of 65,536 fits by chance: of twenty others not all do.
        let other = |n: usize| refused.since(&home, &identity(&format!("other-{n}")), at).is_none();
        assert!((0..20).filter(|n| other(*n)).count() >= 19);
        let elsewhere = [
            bound_to(["https://other", "name d", "name u", "name p"]),
            bound_to(["https://iam", "name e", "name u", "name p"]),
            bound_to(["https://iam", "name d", "name v", "name p"]),
            bound_to(["https://iam", "name d", "name u", "id p"]),
            bound_to(["https://iam", "name dname u", "", "name p"]),
        ];
        let others = elsewhere.iter().filter(|bound| refused.since(bound, &identity("wrong"), at).is_none());
        assert!(others.count() >= 4);
        assert_eq!(Refused { version: 2, ..refused }.since(&home, &identity("wrong"), at), None);
    }

    #[test]
    fn the_salt_is_new_each_time_and_nothing_of_the_password_is_kept() {
        let home = bound_to(["https://iam", "name d", "name u", "name p"]);
        let kept = |_| {
            let refused = Refused::new(&home, &identity("hunter2-hunter2"), Timestamp::UNIX_EPOCH).unwrap();
            let text = serde_json::to_string(&refused).unwrap();
            assert!(!text.contains("hunter2"), "{text}");
            refused.salt
        };
        let salts: std::collections::BTreeSet<_> = (0..20).map(kept).collect();
        assert_eq!(salts.len(), 20);
    }

    #[test]
    fn the_message_says_when() {
        let at: Timestamp = "2026-11-24T03:15:00Z".parse().unwrap();
        let error = error(&identity("w"), "https://iam", at, at + SignedDuration::from_secs(12));
        assert_eq!(error.kind, Kind::AuthRejected);
        assert!(error.message.ends_with("https://iam refused this password 12 s ago, at 2026-11-24T03:15:00Z"));
    }
}
