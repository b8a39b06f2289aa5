//! PURE: the JSON of the service, read liberally where it is inexact and strictly where a verdict depends on it.
//!
//! Liberal: null, "" and absent are the same, unknown fields are ignored, a text cut inside a character is still a
//! text. Strict: types, one document, no duplicate key, no raw control character, no deep nesting. It must not know
//! HTTP.

mod error_body;
mod phones;

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

pub(crate) use self::error_body::{ErrorBody, error_body};
pub(crate) use self::phones::phones;

use crate::job::{Job, Status};

/// ShowJob's response (CPH API reference, "Querying the Execution Status of a Job"). Its errors have the same
/// `error_code`, `error_msg` and `request_id` at the top, and no `status`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(super) struct WireJob {
    #[serde(deserialize_with = "text")]
    request_id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(super) job_id: Option<String>,
    status: Option<i64>,
    #[serde(deserialize_with = "text")]
    begin_time: Option<String>,
    #[serde(deserialize_with = "text")]
    end_time: Option<String>,
    #[serde(deserialize_with = "text")]
    phone_id: Option<String>,
    #[serde(deserialize_with = "text")]
    server_id: Option<String>,
    #[serde(deserialize_with = "text")]
    error_code: Option<String>,
    #[serde(deserialize_with = "text")]
    error_msg: Option<String>,
    #[serde(deserialize_with = "text")]
    execute_msg: Option<String>,
}

pub(crate) fn job(body: &[u8]) -> Result<Job, serde_json::Error> {
    object::<WireJob>(body).map(WireJob::into_job)
}

impl WireJob {
    pub(super) fn into_job(self) -> Job {
        Job {
            job_id: self.job_id,
            request_id: self.request_id,
            status: self.status.map_or(Status::Unknown, Status::of),
            status_code: self.status,
            phone_id: self.phone_id,
            phone_name: None,
            server_id: self.server_id,
            begin_time: self.begin_time,
            end_time: self.end_time,
            error_code: self.error_code,
            error_msg: self.error_msg,
            execute_msg: self.execute_msg,
        }
    }
}

/// Deeper than any response, and the parser's own limit for fields that it reads.
const MAX_DEPTH: usize = 127;

/// What the parser accepts and JSON or we don't: unused fields of any depth, and raw control characters in a text that
/// is read as bytes.
fn violation(text: &str) -> Option<&'static str> {
    let (mut inside, mut escaped, mut depth) = (false, false, 0_usize);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            ..b' ' if inside => return Some("a raw control character in a text"),
            b'\\' => escaped = inside,
            b'"' => inside = !inside,
            b'[' | b'{' if !inside => depth += 1,
            b']' | b'}' if !inside => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some("nested too deep");
        }
    }
    None
}

/// One whole JSON object. serde would take an array for a struct, its values by position.
pub(super) fn object<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    let text = String::from_utf8_lossy(body);
    if let Some(violation) = violation(&text) {
        return Err(serde_json::Error::custom(violation));
    }
    if text.trim_start().starts_with('[') {
        return Err(serde_json::Error::custom("an array, not an object"));
    }
    serde_json::from_str(&text)
}

/// An item that is written as an object. serde would take an array for a struct, its values by position.
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// A text field: `None` for null and "". Half a character or half a surrogate pair becomes U+FFFD.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<LossyText>::deserialize(deserializer)?.map(|text| text.0);
    Ok(text.filter(|text| !text.is_empty()))
}

struct LossyText(String);

impl<'de> Deserialize<'de> for LossyText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As bytes: then serde_json accepts `"\ud83d"` instead of refusing the whole document.
        deserializer.deserialize_bytes(LossyVisitor).map(Self)
    }
}

struct LossyVisitor;

impl Visitor<'_> for LossyVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<String, E> {
        Ok(lossy(bytes))
    }
}

/// Half a surrogate pair comes as three bytes; it gets one replacement character, as half a character does.
fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(3).position(|three| matches!(three, [0xed, 0xa0..=0xbf, 0x80..=0xbf])) {
        let (before, after) = rest.split_at(at);
        text.push_str(&String::from_utf8_lossy(before));
        text.push(char::REPLACEMENT_CHARACTER);
        rest = after.get(3..).unwrap_or_default();
    }
    text.push_str(&String::from_utf8_lossy(rest));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn null_empty_and_absent_are_one() {
        let long = r#"{"job_id":"a","status":2,"error_code":null,"error_msg":"","phone_id":null,"new":{"x":[1e999]}}"#;
        assert_eq!(job(long.as_bytes()).unwrap(), job(br#"{"job_id":"a","status":2}"#).unwrap());
    }

    #[test]
    fn every_field_is_carried() {
        let body = br#"{"request_id":"r","job_id":"j","begin_time":"b","end_time":"e","status":-1,"phone_id":"p",
                        "server_id":"s","error_code":"c","error_msg":"m","execute_msg":"x"}"#;
        let some = |text: &str| Some(text.to_owned());
        let expected = Job {
            job_id: some("j"),
            request_id: some("r"),
            status: Status::Failure,
            status_code: Some(-1),
            phone_id: some("p"),
            phone_name: None,
            server_id: some("s"),
            begin_time: some("b"),
            end_time: some("e"),
            error_code: some("c"),
            error_msg: some("m"),
            execute_msg: some("x"),
        };
        assert_eq!(job(body).unwrap(), expected);
    }

    #[test]
    fn a_verdict_needs_one_document_of_the_right_types() {
        for bad in [
            r#"{"status":"2"}"#,
            r#"{"status":2.0}"#,
            r#"{"status":true}"#,
            r#"{"status":1e999}"#,
            r#"{"status":2,"status":2}"#,
            r#"{"status":2,"job_id":"a","job_id":"b"}"#,
            r#"{"status":2}{"status":2}"#,
            r#"{"status":2} x"#,
            r#"{"status":2,"job_id":["a"]}"#,
            r#"{"status":2,"error_code":5}"#,
            r#"{"status":2"#,
            r#"{"status":99999999999999999999}"#,
            "[]",
            r#"[null,"j",2,null,null,null,null,null,null,null]"#,
            "null",
            "",
            "<html>",
            "{\"status\":2,\"error_msg\":\"a\nb\"}",
            "{\"status\":2,\"error_msg\":\"a\0b\"}",
            "{\"status\":2,\"error_msg\":\"\\\"\tb\"}",
        ] {
            assert!(job(bad.as_bytes()).is_err(), "{bad}");
        }
        assert_eq!(job(br#"{"status":null}"#).unwrap().status_code, None);
        assert_eq!(job(br#"{"status":4294967298}"#).unwrap().status, Status::Unknown);
    }

    #[test]
    fn deep_nesting_is_refused() {
        let body = |n: usize| format!(r#"{{"status":2,"x":{}{}}}"#, "[".repeat(n), "]".repeat(n));
        assert!(job(body(100).as_bytes()).is_ok());
        assert!(job(body(127).as_bytes()).is_err());
        assert!(job(body(1_000_000).as_bytes()).is_err());
        let brackets = format!(r#"{{"status":2,"error_msg":"\"{}\\"}}"#, "[{".repeat(1000));
        assert!(job(brackets.as_bytes()).is_ok());
    }

    #[test]
    fn half_a_character_does_not_make_a_response_unusable() {
        for body in [&b"{\"status\":2,\"execute_msg\":\"a\xe4\xba\"}"[..], br#"{"status":2,"execute_msg":"a\ud83d"}"#] {
            let job = job(body).unwrap();
            assert_eq!(job.status, Status::Success);
            assert_eq!(job.execute_msg.unwrap(), "a\u{fffd}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = job(&body);
        }
    }
}
