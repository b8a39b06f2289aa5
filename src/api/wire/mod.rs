//! PURE: the JSON of the service, read liberally where it is inexact and strictly where a verdict depends on it.
//!
//! Liberal: null, "" and absent are the same, unknown fields are ignored, a text cut inside a character is still a
//! text. Strict: types, one document, no duplicate key, no raw control character, no deep nesting. It must not know
//! HTTP.

mod error_body;
mod phones;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use memchr::memchr2_iter;
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

/// Whether a byte is below 0x20, eight at a time: the subtraction sets the highest bit of the first such byte.
fn has_control(bytes: &[u8]) -> bool {
    const SPACE: u64 = u64::from_ne_bytes([b' '; 8]);
    const HIGHEST: u64 = u64::from_ne_bytes([0x80; 8]);
    let (words, rest) = bytes.as_chunks();
    let in_word = |word: &[u8; 8]| {
        let word = u64::from_ne_bytes(*word);
        word.wrapping_sub(SPACE) & !word & HIGHEST != 0
    };
    words.iter().any(in_word) || rest.iter().any(|byte| *byte < b' ')
}

/// What the parser accepts and JSON or we don't: unused fields of any depth, and raw control characters in a text that
/// is read as bytes.
fn violation(text: &str) -> Option<&'static str> {
    // Nearly every answer ends here, at a small part of the time.
    if !has_control(text.as_bytes()) && memchr2_iter(b'[', b'{', text.as_bytes()).count() <= MAX_DEPTH {
        return None;
    }
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

/// With U+FFFD for what is no UTF-8. The check alone is much faster than the repair.
fn repaired(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// One whole JSON object. serde would take an array for a struct, its values by position.
pub(super) fn object<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    let text = repaired(body);
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
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
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
mod tests;
