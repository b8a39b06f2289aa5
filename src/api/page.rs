//! PURE: what one whole HTTP answer to ListJobs means: a page of a request's jobs, or none.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

use crate::api::answer::{Answer, Question};
use crate::api::wire::ErrorBody;
use crate::api::wire::{self, WireJob, object};
use crate::error::{Error, Kind};
use crate::job::Job;

/// ListJobs' answer (CPH API reference, "Querying the Execution Statuses of Batch Jobs"). Its items are ShowJob's
/// answers without `request_id`; its own `request_id` need not be the one asked for.
#[derive(serde::Deserialize)]
struct WirePage {
    jobs: Option<Vec<Item>>,
    #[serde(default, deserialize_with = "wire::text")]
    error_code: Option<String>,
}

/// A job that is written as an object. serde would take an array for a struct, its values by position.
struct Item(WireJob);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ItemVisitor)
    }
}

struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a job")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Item, A::Error> {
        WireJob::deserialize(MapAccessDeserializer::new(map)).map(Item)
    }
}

/// The jobs of one page; `None` where the answer holds no list at all.
///
/// # Errors
/// The parser's own words when it is not one whole document of the right types, names a job twice, or not at all.
fn read(body: &[u8]) -> Result<Option<Vec<Job>>, serde_json::Error> {
    let page = object::<WirePage>(body)?;
    // Beside an error a list may be a part of itself.
    let Some(items) = page.jobs.filter(|_| page.error_code.is_none()) else { return Ok(None) };
    let mut named = std::collections::HashSet::new();
    for Item(item) in &items {
        match &item.job_id {
            None => return Err(serde_json::Error::custom("an item without job_id")),
            Some(id) if !named.insert(id) => return Err(serde_json::Error::custom("two items with one job_id")),
            Some(_) => {}
        }
    }
    Ok(Some(items.into_iter().map(|item| item.0.into_job()).collect()))
}

impl Answer {
    /// Reads the answer as one page of a request's jobs. An item's own status may still be an unknown one.
    ///
    /// # Errors
    /// Everything that is no whole page: one bad item makes all of it useless.
    pub(crate) fn page(&self, question: &Question<'_>) -> Result<Vec<Job>, Error> {
        if self.status != 200 {
            return Err(self.trouble(question));
        }
        if let Some(reason) = self.unreadable() {
            return Err(self.error(question, Kind::BadAnswer, reason, &ErrorBody::default()));
        }
        match read(&self.body) {
            Ok(Some(jobs)) => Ok(jobs),
            Ok(None) => Err(self.trouble(question)),
            Err(reason) => Err(self.illegible(question, "a list of jobs", &reason)),
        }
    }

    /// The error for a listed job without any status.
    #[must_use]
    pub(crate) fn no_status(&self, question: &Question<'_>) -> Error {
        self.error(question, Kind::BadAnswer, "no status in it".to_owned(), &ErrorBody::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_is_whole_or_useless() {
        let ids = |body: &str| {
            read(body.as_bytes()).map(|jobs| jobs.map(|jobs| jobs.into_iter().map(|job| job.job_id.unwrap()).collect()))
        };
        for (body, expected) in [
            (
                r#"{"request_id":"r","jobs":[{"job_id":"a","status":2},{"job_id":"b","node_id":"n"}]}"#,
                Some(vec!["a", "b"]),
            ),
            (r#"{"jobs":[]}"#, Some(vec![])),
            (r#"{"jobs":null}"#, None),
            (r#"{"jobs":[],"error_code":"","error_msg":"x"}"#, Some(vec![])),
            (r#"{"jobs":[{"job_id":"a","status":2}],"error_code":"CPS.0001"}"#, None),
            (r#"{"request_id":"r"}"#, None),
        ] {
            let expected = expected.map(|ids| ids.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(ids(body).unwrap(), expected, "{body}");
        }
        for bad in [
            r#"{"jobs":[{"status":2}]}"#,
            r#"{"jobs":[{"job_id":"","status":2}]}"#,
            r#"{"jobs":[{"job_id":"a","status":2},{"job_id":"a","status":1}]}"#,
            r#"{"jobs":[{"job_id":"a","status":"2"}]}"#,
            r#"{"jobs":[{"job_id":"a","status":2,"status":1}]}"#,
            r#"{"jobs":[],"jobs":[]}"#,
            r#"{"jobs":{"job_id":"a"}}"#,
            r#"{"jobs":[null]}"#,
            r#"{"jobs":[["r","a",2]]}"#,
            r#"{"jobs":[["r","a",2,null,null,null,null,null,null,null]]}"#,
            r#"{"jobs":[{"job_id":"a","status":2}"#,
            "[]",
            "",
        ] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body);
        }
    }
}
