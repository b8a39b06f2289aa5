//! The body of an error from CPH, the gateway, IAM v3 and v3.0, or a proxy.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

use super::{object, text};

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    /// `error_code`, `errorCode` or `code`.
    pub code: Option<String>,
    /// `error_msg`, `errorMsg` or `message`.
    pub message: Option<String>,
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

/// `error` is an object at IAM, and a string at many gateways and proxies.
#[derive(Debug)]
struct InnerError(Box<WireError>);

/// Empty where the body is not one JSON object (HTML, nothing, two documents).
pub(crate) fn error_body(body: &[u8]) -> ErrorBody {
    object::<WireError>(body).unwrap_or_default().flatten()
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
        f.write_str("an error object or a string")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<WireError, E> {
        Ok(WireError { message: Some(word.to_owned()), ..WireError::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WireError, A::Error> {
        WireError::deserialize(MapAccessDeserializer::new(map))
    }
}

/// IAM v3 writes its code as a number, all others as a string.
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
    fn error_bodies_of_all_services() {
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
            let _ = error_body(&body);
        }
    }
}
