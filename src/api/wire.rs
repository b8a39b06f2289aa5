//! What the service writes, read liberally where it is sloppy and strictly where a verdict hangs on it.
//!
//! PURE. Liberal: null, "" and absent are one, unknown fields are ignored, a text cut inside a character
//! still is a text. Strict: types, one document, no key twice, no raw control character, no deep nest. Knows no HTTP.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

use crate::job::{Job, Status};

/// ShowJob's answer (CPH API reference, "Querying the Execution Status of a Job"). Its errors have the same
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

/// A job out of the body of an answer.
///
/// # Errors
/// The parser's own words when it is not one whole document of the right types.
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
            server_id: self.server_id,
            begin_time: self.begin_time,
            end_time: self.end_time,
            error_code: self.error_code,
            error_msg: self.error_msg,
            execute_msg: self.execute_msg,
        }
    }
}

/// What an error body says, whoever wrote it: CPH, the gateway, IAM v3 and v3.0, a proxy.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    /// `error_code`, `errorCode` or `code`.
    pub code: Option<String>,
    /// `error_msg`, `errorMsg` or `message`.
    pub message: Option<String>,
    /// `request_id`.
    pub request_id: Option<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct WireError {
    #[serde(deserialize_with = "text")]
    error_code: Option<String>,
    #[serde(deserialize_with = "text")]
    error_msg: Option<String>,
    #[serde(rename = "errorCode", deserialize_with = "text")]
    error_code_camel: Option<String>,
    #[serde(rename = "errorMsg", deserialize_with = "text")]
    error_msg_camel: Option<String>,
    code: Option<TextOrNumber>,
    #[serde(deserialize_with = "text")]
    message: Option<String>,
    #[serde(deserialize_with = "text")]
    request_id: Option<String>,
    error: Option<InnerError>,
}

/// `error` is an object at IAM, and a mere word at many gateways and proxies.
#[derive(Debug)]
struct InnerError(Box<WireError>);

/// The complaint in an error's body; empty when the body is none (HTML, nothing, two documents).
pub(crate) fn error_body(body: &[u8]) -> ErrorBody {
    object::<WireError>(body).unwrap_or_default().flatten()
}

/// Deeper than any answer, and as deep as the parser follows where it looks at all.
const DEEPEST: usize = 127;

/// What the parser lets pass: fields nobody reads may nest without end, and a text taken as bytes may hold control
/// characters that no JSON may.
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
        if depth > DEEPEST {
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

impl WireError {
    fn flatten(self) -> ErrorBody {
        let inner = self.error.map(|inner| inner.0.flatten()).unwrap_or_default();
        let code = self.code.map(|code| code.0);
        ErrorBody {
            code: self.error_code.or(self.error_code_camel).or(code).or(inner.code),
            message: self.error_msg.or(self.error_msg_camel).or(self.message).or(inner.message),
            request_id: self.request_id.or(inner.request_id),
        }
    }
}

impl<'de> Deserialize<'de> for InnerError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InnerErrorVisitor).map(|inner| Self(Box::new(inner)))
    }
}

struct InnerErrorVisitor;

impl<'de> Visitor<'de> for InnerErrorVisitor {
    type Value = WireError;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error or its name")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<WireError, E> {
        Ok(WireError { message: Some(word.to_owned()), ..WireError::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WireError, A::Error> {
        WireError::deserialize(MapAccessDeserializer::new(map))
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
        // As bytes: serde_json hands over `"\ud83d"` instead of refusing the whole document.
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

/// Text of bytes in which half a surrogate pair stands as its three bytes: one replacement for each, as for half a
/// character.
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

/// IAM v3 writes its code as a number, everybody else as a string.
#[derive(Debug)]
struct TextOrNumber(String);

impl<'de> Deserialize<'de> for TextOrNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Self(text)),
            serde_json::Value::Number(number) => Ok(Self(number.to_string())),
            _ => Err(D::Error::custom("a code is a string or a number")),
        }
    }
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
    fn nobody_reads_deeper_than_any_answer_is() {
        let body = |n: usize| format!(r#"{{"status":2,"x":{}{}}}"#, "[".repeat(n), "]".repeat(n));
        assert!(job(body(100).as_bytes()).is_ok());
        assert!(job(body(127).as_bytes()).is_err());
        assert!(job(body(1_000_000).as_bytes()).is_err());
        let brackets = format!(r#"{{"status":2,"error_msg":"\"{}\\"}}"#, "[{".repeat(1000));
        assert!(job(brackets.as_bytes()).is_ok());
    }

    #[test]
    fn half_a_character_costs_no_answer() {
        for body in [&b"{\"status\":2,\"execute_msg\":\"a\xe4\xba\"}"[..], br#"{"status":2,"execute_msg":"a\ud83d"}"#] {
            let job = job(body).unwrap();
            assert_eq!(job.status, Status::Success);
            assert_eq!(job.execute_msg.unwrap(), "a\u{fffd}");
        }
    }

    #[test]
    fn complaints_of_everybody() {
        for (body, code, message) in [
            (r#"{"error_code":"CPS.0011","error_msg":"Job not found."}"#, "CPS.0011", "Job not found."),
            (r#"{"error":{"code":401,"message":"no","title":"Unauthorized"}}"#, "401", "no"),
            (r#"{"errorCode":"X.1","errorMsg":"m"}"#, "X.1", "m"),
            (r#"{"code":"IAM.0001","message":"m"}"#, "IAM.0001", "m"),
            (r#"{"error":"Bad Gateway","code":502}"#, "502", "Bad Gateway"),
            (r#"{"error":null,"code":"A","message":"m"}"#, "A", "m"),
        ] {
            let error_body = error_body(body.as_bytes());
            assert_eq!(
                (error_body.code.as_deref(), error_body.message.as_deref()),
                (Some(code), Some(message)),
                "{body}"
            );
        }
        for body in ["", "<html>", r#"{"error_code":"A","error_code":"B"}"#, r#"{"error_code":"A"}{}"#] {
            assert_eq!(error_body(body.as_bytes()), ErrorBody::default(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = job(&body);
            let _ = error_body(&body);
        }
    }
}
