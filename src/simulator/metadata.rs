//! The metadata service of an ECS whose agency may use CPH: temporary keys for programs on it.
//!
//! PURE. It must not know what the keys give access to. Source: core/auth/internal.py of the official Python SDK.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, bounded_map::BoundedMap, error_response::ErrorResponse,
    http::IncomingRequest, reply::Reply, tokens,
};

/// In seconds.
const TTL: std::ops::RangeInclusive<i64> = 1..=21_600;

/// How long the keys are valid according to the response; in fact they never expire.
const KEYS_LIFETIME: SignedDuration = SignedDuration::from_hours(6);

const LIMIT: usize = 100;

#[derive(Debug)]
pub(super) struct MetadataService {
    issued: u64,
    /// Each token's end.
    tokens: BoundedMap<Timestamp>,
}

impl Default for MetadataService {
    fn default() -> Self {
        Self { issued: 0, tokens: BoundedMap::new(LIMIT) }
    }
}

impl MetadataService {
    pub(super) fn token(&mut self, request: &IncomingRequest, now: Timestamp) -> Result<Reply, ErrorResponse> {
        let ttl = request.header("x-metadata-token-ttl-seconds").and_then(|value| value.parse().ok());
        let ttl = ttl
            .filter(|ttl| TTL.contains(ttl))
            .ok_or_else(|| ErrorResponse::metadata(400, "X-Metadata-Token-Ttl-Seconds must be from 1 to 21600"))?;
        self.issued = self.issued.saturating_add(1);
        let token = format!("SIMULATOR-METADATA-TOKEN-{:08}", self.issued);
        let ends = now.saturating_add(SignedDuration::from_secs(ttl)).unwrap_or(now);
        self.tokens.add(token.clone(), ends);
        Ok(Reply::Text(token))
    }

    /// The agency's keys, for a token that has not expired.
    pub(super) fn security_key(&self, request: &IncomingRequest, now: Timestamp) -> Result<Reply, ErrorResponse> {
        let ends = request.header("x-metadata-token").and_then(|token| self.tokens.get(token));
        // The SDK takes a 401 for an expired token unless its text is that of a missing agency.
        if ends.is_none_or(|ends| *ends <= now) {
            return Err(ErrorResponse::metadata(401, "X-Metadata-Token is missing, unknown or expired"));
        }
        let expires_at = now.saturating_add(KEYS_LIFETIME).unwrap_or(now);
        let keys = json!({
            "access": TEMPORARY_ACCESS_KEY,
            "expires_at": tokens::time(expires_at),
            "secret": TEMPORARY_SECRET_KEY,
            "securitytoken": SECURITY_TOKEN,
        });
        Ok(Reply::Json(json!({ "credential": keys }).to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(name: &str, value: &str) -> IncomingRequest {
        IncomingRequest { headers: vec![(name.into(), value.into())], ..IncomingRequest::default() }
    }

    fn at(second: i64) -> Timestamp {
        "2026-01-15T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
    }

    fn token(metadata: &mut MetadataService, ttl: &str) -> Result<String, u16> {
        match metadata.token(&request("x-metadata-token-ttl-seconds", ttl), at(0)) {
            Ok(Reply::Text(token)) => Ok(token),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.status),
        }
    }

    #[test]
    fn keys_for_a_token_until_it_ends() {
        let mut metadata = MetadataService::default();
        let token = token(&mut metadata, "60").unwrap();
        let Ok(Reply::Json(body)) = metadata.security_key(&request("x-metadata-token", &token), at(59)) else {
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
            let error = metadata.security_key(&request(name, value), at(second)).unwrap_err();
            assert_eq!(error.status, 401, "{name}: {value}");
            assert!(!error.text.contains("Agency"));
        }
    }

    #[test]
    fn a_token_has_a_time_to_live_and_the_oldest_are_forgotten() {
        let mut metadata = MetadataService::default();
        for (ttl, expected) in
            [("1", true), ("21600", true), ("0", false), ("21601", false), ("-1", false), ("", false), ("x", false)]
        {
            assert_eq!(token(&mut metadata, ttl).map_err(|status| assert_eq!(status, 400)).is_ok(), expected, "{ttl}");
        }
        let first = token(&mut metadata, "60").unwrap();
        for _ in 0..LIMIT {
            token(&mut metadata, "60").unwrap();
        }
        assert!(metadata.security_key(&request("x-metadata-token", &first), at(0)).is_err());
    }
}
