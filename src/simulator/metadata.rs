//! The metadata service of an ECS whose agency may use CPH: temporary keys for whoever runs there.
//!
//! Pure. It must not know what the keys open. Source: core/auth/internal.py of the official Python SDK.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, bounded_map::BoundedMap, fault::Fault,
    message::Request, reply::Act, tokens,
};

/// Seconds that a token may be asked for.
const TTL: std::ops::RangeInclusive<i64> = 1..=21_600;

/// How long the keys are said to be good; they always are.
const KEYS_LIFE: SignedDuration = SignedDuration::from_hours(6);

const REMEMBERED: usize = 100;

/// The tokens that were given out, each with its end.
#[derive(Debug)]
pub(super) struct Metadata {
    issued: u64,
    newest: BoundedMap<Timestamp>,
}

impl Default for Metadata {
    fn default() -> Self {
        Self { issued: 0, newest: BoundedMap::new(REMEMBERED) }
    }
}

impl Metadata {
    /// A new token for as many seconds as the request says.
    pub(super) fn token(&mut self, request: &Request, now: Timestamp) -> Result<Act, Fault> {
        let ttl = request.header("x-metadata-token-ttl-seconds").and_then(|value| value.parse().ok());
        let ttl = ttl
            .filter(|ttl| TTL.contains(ttl))
            .ok_or_else(|| Fault::metadata(400, "X-Metadata-Token-Ttl-Seconds must be from 1 to 21600"))?;
        self.issued = self.issued.saturating_add(1);
        let token = format!("SIMULATOR-METADATA-TOKEN-{:08}", self.issued);
        let ends = now.saturating_add(SignedDuration::from_secs(ttl)).unwrap_or(now);
        self.newest.add(token.clone(), ends);
        Ok(Act::Text(token))
    }

    /// The agency's keys, for a token that is still good.
    pub(super) fn security_key(&self, request: &Request, now: Timestamp) -> Result<Act, Fault> {
        let ends = request.header("x-metadata-token").and_then(|token| self.newest.get(token));
        // The SDK takes a 401 for a stale token unless its text is that of a missing agency.
        if ends.is_none_or(|ends| *ends <= now) {
            return Err(Fault::metadata(401, "X-Metadata-Token is missing, unknown or expired"));
        }
        let expires_at = now.saturating_add(KEYS_LIFE).unwrap_or(now);
        let keys = json!({
            "access": TEMPORARY_ACCESS_KEY,
            "expires_at": tokens::time(expires_at),
            "secret": TEMPORARY_SECRET_KEY,
            "securitytoken": SECURITY_TOKEN,
        });
        Ok(Act::Json(json!({ "credential": keys }).to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(name: &str, value: &str) -> Request {
        Request { headers: vec![(name.into(), value.into())], ..Request::default() }
    }

    fn at(second: i64) -> Timestamp {
        "2026-01-15T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
    }

    fn token(metadata: &mut Metadata, ttl: &str) -> Result<String, u16> {
        match metadata.token(&request("x-metadata-token-ttl-seconds", ttl), at(0)) {
            Ok(Act::Text(token)) => Ok(token),
            Ok(other) => panic!("{other:?}"),
            Err(fault) => Err(fault.status),
        }
    }

    #[test]
    fn keys_for_a_token_until_it_ends() {
        let mut metadata = Metadata::default();
        let token = token(&mut metadata, "60").unwrap();
        let Ok(Act::Json(body)) = metadata.security_key(&request("x-metadata-token", &token), at(59)) else {
            panic!("refused")
        };
        assert_eq!(
            body,
            concat!(
                r#"{"credential":{"access":"SIMULATORTEMPORARY01","expires_at":"2026-01-15T14:00:59.000000Z","#,
                r#""secret":"simulator/temporary+key/0123456789abcdef","#,
                r#""securitytoken":"SIMULATOR-SECURITY-TOKEN-not-a-secret-0123456789"}}"#
            )
        );
        let rows = [
            ("x-metadata-token", token.as_str(), 60),
            ("x-metadata-token", "SIMULATOR-METADATA-TOKEN-00000002", 0),
            ("x-metadata-token", "", 0),
            ("x-auth-token", &token, 0),
        ];
        for (name, value, second) in rows {
            let fault = metadata.security_key(&request(name, value), at(second)).unwrap_err();
            assert_eq!(fault.status, 401, "{name}: {value}");
            assert!(!fault.text.contains("Agency"));
        }
    }

    #[test]
    fn a_token_has_a_time_to_live_and_is_forgotten_some_day() {
        let mut metadata = Metadata::default();
        for (ttl, expected) in
            [("1", true), ("21600", true), ("0", false), ("21601", false), ("-1", false), ("", false), ("x", false)]
        {
            assert_eq!(token(&mut metadata, ttl).map_err(|status| assert_eq!(status, 400)).is_ok(), expected, "{ttl}");
        }
        let first = token(&mut metadata, "60").unwrap();
        for _ in 0..REMEMBERED {
            token(&mut metadata, "60").unwrap();
        }
        assert!(metadata.security_key(&request("x-metadata-token", &first), at(0)).is_err());
    }
}
