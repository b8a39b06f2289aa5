//! PURE: what a document says of an error, in any of the forms that Huawei Cloud's services, gateway and SDKs use.
//! Lenient, unlike everything about jobs: an unknown form is still an error.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value that may hold an error's code or message.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum ErrorValue {
    /// Null, "", {} or [].
    #[default]
    Empty,
    Text(String),
    /// A number or a boolean as a text; "" for an object or an array.
    Other(String),
}

impl ErrorValue {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Other(text) => Some(text).filter(|text| !text.is_empty()).map(String::as_str),
            Self::Empty => None,
        }
    }
}

/// The keys of a document that mean something.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
pub(super) enum Name {
    RequestId,
    JobId,
    PhoneId,
    ServerId,
    EncodeServerId,
    Jobs,
    Error,
    ErrorCode,
    ErrorMsg,
    #[serde(rename = "errorCode")]
    CamelCode,
    #[serde(rename = "errorMsg")]
    CamelMsg,
    Code,
    Message,
    Failures,
    #[serde(other)]
    Unknown,
}

/// Sets the value of a key; a key that comes twice is an error.
pub(super) fn set<T, E: serde::de::Error>(slot: &mut Option<T>, name: &'static str, value: T) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(name)),
    }
}

/// Code and message by each of their names, in the order in which the SDKs look for them.
#[derive(Debug, Default)]
pub(super) struct ErrorFields {
    error_code: Option<ErrorValue>,
    error_msg: Option<ErrorValue>,
    camel_code: Option<ErrorValue>,
    camel_msg: Option<ErrorValue>,
    bare_code: Option<ErrorValue>,
    bare_msg: Option<ErrorValue>,
    /// Objects that were refused ("CPH API reference", Status Codes: some calls add them to an error).
    failures: Option<ErrorValue>,
}

impl ErrorFields {
    /// Reads the value of one of its names; `false` leaves it to the caller.
    pub(super) fn read<'de, A: MapAccess<'de>>(&mut self, name: Name, map: &mut A) -> Result<bool, A::Error> {
        let (slot, name) = match name {
            Name::ErrorCode => (&mut self.error_code, "error_code"),
            Name::ErrorMsg => (&mut self.error_msg, "error_msg"),
            Name::CamelCode => (&mut self.camel_code, "errorCode"),
            Name::CamelMsg => (&mut self.camel_msg, "errorMsg"),
            Name::Code => (&mut self.bare_code, "code"),
            Name::Message => (&mut self.bare_msg, "message"),
            Name::Failures => (&mut self.failures, "failures"),
            _ => return Ok(false),
        };
        set(slot, name, map.next_value()?)?;
        Ok(true)
    }

    /// Whether it says so by a name that nothing but an error has, or by a code of a service: other values of `code`, and
    /// `message`, may be a wrapper's own.
    pub(super) fn is_explicit(&self) -> bool {
        let values = [&self.error_code, &self.error_msg, &self.camel_code, &self.camel_msg, &self.failures];
        let bare = self.bare_code.as_ref().and_then(ErrorValue::text);
        values.into_iter().flatten().any(|value| !value.is_empty()) || bare.is_some_and(is_service_code)
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.is_explicit() && [&self.bare_code, &self.bare_msg].into_iter().flatten().all(ErrorValue::is_empty)
    }

    pub(super) fn has_error_code(&self) -> bool {
        self.error_code.as_ref().is_some_and(|code| !code.is_empty())
    }

    /// `error_code` and `error_msg` of an item, where they must be texts; else what is wrong.
    pub(super) fn into_texts(self) -> Result<(Option<String>, Option<String>), &'static str> {
        let text = |value| match value {
            None | Some(ErrorValue::Empty) => Some(None),
            Some(ErrorValue::Text(text)) => Some(Some(text)),
            Some(ErrorValue::Other(_)) => None,
        };
        let error_code = text(self.error_code).ok_or("error_code is not a string")?;
        let error_msg = text(self.error_msg).ok_or("error_msg is not a string")?;
        Ok((error_code, error_msg))
    }

    pub(super) fn code(&self) -> Option<&str> {
        [&self.error_code, &self.camel_code, &self.bare_code].into_iter().flatten().find_map(ErrorValue::text)
    }

    pub(super) fn message(&self) -> Option<&str> {
        [&self.error_msg, &self.camel_msg, &self.bare_msg].into_iter().flatten().find_map(ErrorValue::text)
    }
}

/// Whether a text has the form of `CPS.0005`.
fn is_service_code(text: &str) -> bool {
    text.split_once('.').is_some_and(|(service, number)| {
        let is_all = |part: &str, allowed: fn(&u8) -> bool| !part.is_empty() && part.as_bytes().iter().all(allowed);
        is_all(service, u8::is_ascii_uppercase) && is_all(number, u8::is_ascii_digit)
    })
}

/// The value of `error`: an object with code and message, or a bare word.
#[derive(Debug, Default)]
pub(super) struct DocumentError {
    value: ErrorValue,
    fields: ErrorFields,
}

impl DocumentError {
    pub(super) fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    pub(super) fn code(&self) -> Option<&str> {
        self.fields.code()
    }

    pub(super) fn message(&self) -> Option<&str> {
        self.fields.message().or(self.value.text())
    }
}

impl<'de> Deserialize<'de> for ErrorValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor(None))
    }
}

impl<'de> Deserialize<'de> for DocumentError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = ErrorFields::default();
        let value = deserializer.deserialize_any(ValueVisitor(Some(&mut fields)))?;
        Ok(Self { value, fields })
    }
}

/// Takes any value; the fields of an object are kept where there is a place for them.
struct ValueVisitor<'a>(Option<&'a mut ErrorFields>);

impl<'de> Visitor<'de> for ValueVisitor<'_> {
    type Value = ErrorValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<ErrorValue, E> {
        Ok(ErrorValue::Empty)
    }

    fn visit_bool<E>(self, value: bool) -> Result<ErrorValue, E> {
        Ok(ErrorValue::Other(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<ErrorValue, E> {
        Ok(ErrorValue::Other(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<ErrorValue, E> {
        Ok(ErrorValue::Other(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<ErrorValue, E> {
        Ok(ErrorValue::Other(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<ErrorValue, E> {
        Ok(if value.is_empty() { ErrorValue::Empty } else { ErrorValue::Text(value.to_owned()) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ErrorValue, A::Error> {
        let mut value = ErrorValue::Empty;
        while seq.next_element::<IgnoredAny>()?.is_some() {
            value = ErrorValue::Other(String::new());
        }
        Ok(value)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ErrorValue, A::Error> {
        let mut fields = self.0;
        let mut value = ErrorValue::Empty;
        while let Some(name) = map.next_key()? {
            value = ErrorValue::Other(String::new());
            let is_read = match &mut fields {
                Some(fields) => fields.read(name, &mut map)?,
                None => false,
            };
            if !is_read {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(value)
    }
}
