//! The tokens that IAM gave out, and whether one is still good.
//!
//! Pure. It must not know passwords or who asks for what. The newest are remembered; a forgotten one is refused like
//! one that never was. Sentences: `ocr_01_0063`, `sis_04_0082`, and of the renewal, `api-sign-errorcode`.

use jiff::{SignedDuration, Timestamp};

use super::{TOKEN, bounded_map::BoundedMap, fault::Fault};

/// As long as the service's own tokens live.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

const REMEMBERED: usize = 1000;

/// Visible characters of a token. The service's own have thousands, mostly.
const LENGTH: usize = 200;

/// As IAM writes times.
const TIME_FORMAT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

/// What a credential is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The one project, and CPH in it.
    Project,
    /// The account: IAM answers, CPH does not.
    Domain,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Tokens {
    issued: u64,
    newest: BoundedMap<Grant>,
}

#[derive(Debug)]
struct Grant {
    scope: Scope,
    expires_at: Timestamp,
    revoked: bool,
}

impl Default for Tokens {
    fn default() -> Self {
        Self { issued: 0, newest: BoundedMap::new(REMEMBERED) }
    }
}

impl Tokens {
    /// A new token and when it ends. Earlier ones stay as they are. Counted, so that it is the same in each run.
    pub(super) fn issue(&mut self, scope: Scope, now: Timestamp) -> (String, Timestamp) {
        self.issued = self.issued.saturating_add(1);
        let mut token = format!("SIMULATOR-TOKEN-{:08}", self.issued);
        token.extend("+not-a-secret".chars().cycle().take(LENGTH.saturating_sub(token.len())));
        let expires_at = now.saturating_add(LIFE).unwrap_or(now);
        self.newest.add(token.clone(), Grant { scope, expires_at, revoked: false });
        (token, expires_at)
    }

    /// What `token` is good for at `now`.
    pub(super) fn check(&self, token: &str, now: Timestamp) -> Result<Scope, Fault> {
        if token == TOKEN {
            return Ok(Scope::Project);
        }
        match self.newest.get(token) {
            None => Err(Fault::unauthenticated("decrypt token fail")),
            Some(grant) if grant.revoked => Err(Fault::token_must_be_renewed()),
            Some(grant) if grant.expires_at <= now => {
                Err(Fault::unauthenticated(format!("token expires, expires_at: {}", time(grant.expires_at))))
            }
            Some(grant) => Ok(grant.scope),
        }
    }

    /// When a good token ends.
    pub(super) fn end(&self, token: &str, now: Timestamp) -> Timestamp {
        self.newest.get(token).map_or_else(|| now.saturating_add(LIFE).unwrap_or(now), |grant| grant.expires_at)
    }

    /// Ends a token for good. [`TOKEN`] was not given out here and so cannot be taken back.
    pub(super) fn revoke(&mut self, token: &str) {
        if let Some(grant) = self.newest.get_mut(token) {
            grant.revoked = true;
        }
    }
}

/// `2020-01-04T09:05:22.701000Z`.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime(TIME_FORMAT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn each_token_is_new_and_ends_a_day_later() {
        let now = at("2026-01-15T08:00:00.5Z");
        let mut tokens = Tokens::default();
        let (one, ends) = tokens.issue(Scope::Project, now);
        let (two, _) = tokens.issue(Scope::Domain, now);
        assert!(
            one.starts_with("SIMULATOR-TOKEN-00000001+not-a-secret+") && two.starts_with("SIMULATOR-TOKEN-00000002")
        );
        assert!(one.len() == LENGTH && one.bytes().all(|byte| byte.is_ascii_graphic()));
        assert_eq!(time(ends), "2026-01-16T08:00:00.500000Z");
        assert_eq!(tokens.check(&one, now), Ok(Scope::Project), "an old one stays valid");
        assert_eq!(tokens.check(&two, at("2026-01-16T08:00:00Z")), Ok(Scope::Domain));
        let expired = tokens.check(&one, ends).unwrap_err();
        assert!(expired.text.ends_with(": token expires, expires_at: 2026-01-16T08:00:00.500000Z"), "{}", expired.text);
        assert_eq!(Tokens::default().issue(Scope::Project, now).0, one, "the same in each run");
    }

    #[test]
    fn revoked_is_for_good_and_forgotten_is_unknown() {
        let now = at("2026-01-15T08:00:00Z");
        let mut tokens = Tokens::default();
        let (one, two) = (tokens.issue(Scope::Project, now).0, tokens.issue(Scope::Project, now).0);
        tokens.revoke(&one);
        tokens.revoke("never seen");
        tokens.revoke(TOKEN);
        let code = |tokens: &Tokens, token: &str| tokens.check(token, now).map_err(|fault| fault.code);
        assert_eq!(code(&tokens, &one), Err("APIGW.0307"));
        assert_eq!(code(&tokens, &two), Ok(Scope::Project));
        assert_eq!(code(&tokens, TOKEN), Ok(Scope::Project));
        for _ in 0..REMEMBERED - 1 {
            tokens.issue(Scope::Project, now);
        }
        assert_eq!(code(&tokens, &one), Err("APIGW.0301"));
        assert_eq!(code(&tokens, &two), Ok(Scope::Project));
    }
}
