//! PURE: one JSON document, its jobs handed on as they are read. Objects are read by their keys only: serde's derive
//! would take an array for a struct, its values by position.

use std::fmt;

use serde::Deserialize as _;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};

use super::checked;
use super::collected::{AnswerItem, Collected, ItemPosition, Rejection, text};
use super::reported_error::{DocumentError, ErrorFields, Name, set};

/// Adds one document to what was collected before.
pub(super) struct DocumentReader<'a>(pub(super) &'a mut Collected);

impl<'de> DeserializeSeed<'de> for DocumentReader<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for DocumentReader<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        let count = items(seq, &mut *self.0, ItemPosition::Array)?;
        if count == 0 { Err(stop(self.0, Rejection::no_job())) } else { Ok(()) }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let collected = self.0;
        let start = collected.asked.len();
        let mut fields = Fields::default();
        while let Some(name) = map.next_key()? {
            fields.read(name, &mut map, collected)?;
        }
        fields.close(collected, start).map_err(|rejection| stop(collected, rejection))
    }
}

/// Stops the parser; the reason is left in `collected`.
fn stop<E: serde::de::Error>(collected: &mut Collected, rejection: Rejection) -> E {
    collected.rejection = Some(rejection);
    E::custom("refused")
}

/// What a document says besides its list. `Some(None)` is a null.
#[derive(Default)]
struct Fields {
    request_id: Option<Option<String>>,
    job_id: Option<Option<String>>,
    phone_id: Option<Option<String>>,
    server_id: Option<Option<String>>,
    encode_server_id: Option<Option<String>>,
    /// Whether `jobs` is a list.
    jobs: Option<bool>,
    error: Option<DocumentError>,
    error_fields: ErrorFields,
}

impl Fields {
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        name: Name,
        map: &mut A,
        collected: &mut Collected,
    ) -> Result<(), A::Error> {
        match name {
            Name::RequestId => set(&mut self.request_id, "request_id", map.next_value()?),
            Name::JobId => set(&mut self.job_id, "job_id", map.next_value()?),
            Name::PhoneId => set(&mut self.phone_id, "phone_id", map.next_value()?),
            Name::ServerId => set(&mut self.server_id, "server_id", map.next_value()?),
            Name::EncodeServerId => set(&mut self.encode_server_id, "encode_server_id", map.next_value()?),
            Name::Jobs => set(&mut self.jobs, "jobs", map.next_value_seed(List(collected))?),
            Name::Error => set(&mut self.error, "error", map.next_value()?),
            _ if self.error_fields.read(name, map)? => Ok(()),
            _ => map.next_value::<IgnoredAny>().map(drop),
        }
    }

    /// What the whole document means: nothing less than a job, and no error in place of one or beside them.
    fn close(self, collected: &mut Collected, start: usize) -> Result<(), Rejection> {
        let [request_id, job_id, phone_id, server_id, encode_server_id] =
            [self.request_id, self.job_id, self.phone_id, self.server_id, self.encode_server_id]
                .map(|value| text(value.flatten()));
        let (fields, error) = (self.error_fields, self.error.unwrap_or_default());
        if self.jobs != Some(true) {
            let is_about_one = phone_id.is_some() || server_id.is_some() || encode_server_id.is_some();
            if job_id.is_none() && !(is_about_one && fields.has_error_code()) {
                return Err(useless(false, &fields, &error));
            }
            let (error_code, error_msg) = fields.into_texts().map_err(Rejection::not_an_answer)?;
            let item = AnswerItem {
                job_id,
                phone_id,
                server_id,
                encode_server_id,
                request_id,
                error_code,
                error_msg,
                ..AnswerItem::default()
            };
            // No error of such an item names its position.
            return collected.add_item(item, ItemPosition::Answer(1));
        }
        let names_a_job = job_id.is_some() || collected.asked.len() > start;
        if !names_a_job || fields.is_explicit() || !error.is_empty() {
            return Err(useless(names_a_job, &fields, &error));
        }
        if let Some(id) = job_id {
            collected.add(checked(id)?)?;
            if let Some(added) = collected.asked.get_mut(start..) {
                added.rotate_right(1);
            }
        }
        if let Some(request_id) = request_id {
            collected.set_request_id(start, &request_id)?;
        }
        Ok(())
    }
}

fn useless(names_a_job: bool, fields: &ErrorFields, error: &DocumentError) -> Rejection {
    if fields.is_empty() && error.is_empty() {
        return Rejection::no_job();
    }
    let code = fields.code().or(error.code()).unwrap_or_default();
    let message = fields.message().or(error.message()).unwrap_or_default();
    let predicate = match names_a_job {
        true => "holds an error beside its jobs",
        false => "is an error, not an answer that starts jobs",
    };
    Rejection::error(predicate, code, message)
}

/// The value of `jobs`: whether there is a list.
struct List<'a>(&'a mut Collected);

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of jobs")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<bool, A::Error> {
        items(seq, self.0, ItemPosition::Answer).map(|_| true)
    }
}

/// Reads a list; gives how many items it has.
fn items<'de, A: SeqAccess<'de>>(
    mut seq: A,
    collected: &mut Collected,
    position: fn(usize) -> ItemPosition,
) -> Result<usize, A::Error> {
    let mut count = 0;
    while seq.next_element_seed(Element { collected, position: position(count + 1) })?.is_some() {
        count += 1;
    }
    Ok(count)
}

/// One item of a list.
struct Element<'a> {
    collected: &'a mut Collected,
    position: ItemPosition,
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a job")
    }

    fn visit_str<E: serde::de::Error>(self, id: &str) -> Result<(), E> {
        if let ItemPosition::Answer(_) = self.position {
            return Err(E::invalid_type(Unexpected::Str(id), &self));
        }
        checked(id.to_owned()).and_then(|id| self.collected.add(id)).map_err(|error| stop(self.collected, error.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let item = AnswerItem::deserialize(MapAccessDeserializer::new(map))?;
        self.collected.add_item(item, self.position).map_err(|rejection| stop(self.collected, rejection))
    }
}
