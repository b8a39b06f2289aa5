//! The tokens that IAM issued, and whether one is still valid.
//!
//! PURE. It must not know passwords or calls. The newest are kept; older ones are refused like unknown ones. Error
//! texts: `ocr_01_0063`, `sis_04_0082`, and of the renewal, `api-sign-errorcode`.

use jiff::{SignedDuration, Timestamp};

use super::{TOKEN, bounded_map::BoundedMap, error_response::ErrorResponse};

/// The same as the service's own.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

const LIMIT: usize = 1000;

/// Visible characters of a token. The service's own have thousands, mostly.
const LENGTH: usize = 200;

/// As in IAM's responses.
const TIME_FORMAT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

/// What a token gives access to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The one project, with CPH.
    Project,
    /// The account: IAM answers, CPH does not.
    Domain,
}

#[derive(Debug)]
pub(super) struct Tokens {
    issued: u64,
    tokens: BoundedMap<TokenRecord>,
}

#[derive(Debug)]
struct TokenRecord {
    scope: Scope,
    expires_at: Timestamp,
    revoked: bool,
}

impl Default for Tokens {
    fn default() -> Self {
        Self { issued: 0, tokens: BoundedMap::new(LIMIT) }
    }
}

impl Tokens {
    /// A new token and when it ends. Numbered, so that it is the same in each run.
    pub(super) fn issue(&mut self, scope: Scope, now: Timestamp) -> (String, Timestamp) {
        self.issued = self.issued.saturating_add(1);
        let mut token = format!("SIMULATOR-TOKEN-{:08}", self.issued);
        token.extend("+not-a-secret".chars().cycle().take(LENGTH.saturating_sub(token.len())));
        let expires_at = now.saturating_add(LIFETIME).unwrap_or(now);
        self.tokens.add(token.clone(), TokenRecord { scope, expires_at, revoked: false });
        (token, expires_at)
    }

    pub(super) fn check(&self, token: &str, now: Timestamp) -> Result<Scope, ErrorResponse> {
        if token == TOKEN {
            return Ok(Scope::Project);
        }
        match self.tokens.get(token) {
            None => Err(ErrorResponse::unauthenticated("decrypt token fail")),
            Some(issued) if issued.revoked => Err(ErrorResponse::token_must_be_renewed()),
            Some(issued) if issued.expires_at <= now => {
                Err(ErrorResponse::unauthenticated(format!("token expires, expires_at: {}", time(issued.expires_at))))
            }
            Some(issued) => Ok(issued.scope),
        }
    }

    /// Of a valid token.
    pub(super) fn expiry(&self, token: &str, now: Timestamp) -> Timestamp {
        self.tokens.get(token).map_or_else(|| now.saturating_add(LIFETIME).unwrap_or(now), |issued| issued.expires_at)
    }

    /// [`TOKEN`] was not issued here and so can't be revoked.
    pub(super) fn revoke(&mut self, token: &str) {
        if let Some(issued) = self.tokens.get_mut(token) {
            issued.revoked = true;
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
    fn revoked_tokens_stay_revoked_and_forgotten_ones_are_unknown() {
        let now = at("2026-01-15T08:00:00Z");
        let mut tokens = Tokens::default();
        let (one, two) = (tokens.issue(Scope::Project, now).0, tokens.issue(Scope::Project, now).0);
        tokens.revoke(&one);
        tokens.revoke("never seen");
        tokens.revoke(TOKEN);
        let code = |tokens: &Tokens, token: &str| tokens.check(token, now).map_err(|error| error.code);
        assert_eq!(code(&tokens, &one), Err("APIGW.0307"));
        assert_eq!(code(&tokens, &two), Ok(Scope::Project));
        assert_eq!(code(&tokens, TOKEN), Ok(Scope::Project));
        for _ in 0..LIMIT - 1 {
            tokens.issue(Scope::Project, now);
        }
        assert_eq!(code(&tokens, &one), Err("APIGW.0301"));
        assert_eq!(code(&tokens, &two), Ok(Scope::Project));
    }
}
