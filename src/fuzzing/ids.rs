//! stdin. Invariants:
//!
//! - Only errors of the kind `usage`; their text is short.
//! - What is asked about has the form of an id, comes once, and stands in the input; a refused item has a code.
//! - How the bytes arrive changes nothing.
//! - Documents in a row are read as each of them alone, and no document is passed over: it names a job, and has no
//!   error of its own beside its list.

use std::collections::HashSet;
use std::io::{self, Read};

use serde::de::IgnoredAny;
use serde_json::Value;

use crate::error::{Error, Kind};
use crate::ids::{Asked, from_stdin, is_id};
use crate::job::Status;

/// Ids, or answers of calls that start jobs.
pub fn ids(data: &[u8]) {
    let read = from_stdin(data);
    let one_by_one = from_stdin(OneByOne(data));
    // Of two things that are wrong either may be found first.
    assert!(one_by_one.is_err() && read.is_err() || one_by_one == read, "{one_by_one:?} {read:?}");
    let asked = match &read {
        Ok(asked) => asked.as_slice(),
        Err(error) => {
            assert_eq!(error.kind, Kind::Usage, "{error:?}");
            assert!(error.text().chars().count() < 800, "{error:?}");
            &[]
        }
    };
    assert_eq!(asked.is_empty(), read.is_err());
    let ids: Vec<&str> = asked.iter().filter_map(Asked::id).collect();
    assert!(ids.iter().all(|id| is_id(id)) && ids.iter().collect::<HashSet<_>>().len() == ids.len());
    for asked in asked {
        let Asked::Refused(job) = asked else { continue };
        assert!(job.status == Status::Failure && job.job_id.is_none() && job.error_code.is_some(), "{job:?}");
    }
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    if data.trim_ascii_start().starts_with(b"{") || data.trim_ascii_start().starts_with(b"[") {
        documents(data, &read);
    } else {
        let words: HashSet<&str> = std::str::from_utf8(data).unwrap_or_default().split_whitespace().collect();
        assert!(ids.len() == asked.len() && ids.iter().all(|id| words.contains(id)));
    }
}

fn documents(data: &[u8], read: &Result<Vec<Asked>, Error>) {
    let mut stream = serde_json::Deserializer::from_slice(data).into_iter::<IgnoredAny>();
    let (mut start, mut each) = (0, Vec::new());
    while let Some(document) = stream.next() {
        if document.is_err() {
            assert!(read.is_err(), "not JSON");
            return;
        }
        each.push(data[start..stream.byte_offset()].trim_ascii_start());
        start = stream.byte_offset();
    }
    let alone: Vec<_> = each.iter().map(|document| from_stdin(*document)).collect();
    // Alone, a word or a number begins no document.
    let is_document = |document: &&[u8]| document.starts_with(b"{") || document.starts_with(b"[");
    assert_eq!(read.is_ok(), each.iter().all(is_document) && alone.iter().all(Result::is_ok));
    let Ok(asked) = read else { return };
    let mut known = HashSet::new();
    let mut joined: Vec<Asked> = alone.into_iter().flat_map(Result::unwrap).collect();
    joined.retain(|asked| asked.id().is_none_or(|id| known.insert(id.to_owned())));
    assert_eq!(&joined, asked);
    let mut texts = HashSet::new();
    for document in each {
        let Ok(value) = serde_json::from_slice(document) else { return };
        names_jobs_and_no_error(&value);
        collect_texts(value, &mut texts);
    }
    assert!(asked.iter().filter_map(Asked::id).all(|id| texts.contains(id)));
}

fn names_jobs_and_no_error(document: &Value) {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    let names_one = |item: &Value| item.is_string() || text(item, "job_id") || text(item, "error_code");
    let list = document.as_array().or_else(|| document.get("jobs")?.as_array());
    let Some(list) = list else {
        assert!(names_one(document), "{document}");
        return;
    };
    assert!(!list.is_empty() || text(document, "job_id"), "{document}");
    assert!(list.iter().all(names_one), "{document}");
    for name in ["error_code", "error_msg", "errorCode", "errorMsg", "error"] {
        let error = document.get(name).is_some_and(|value| ![Value::Null, Value::from("")].contains(value));
        let empty = |value: &Value| value == &serde_json::json!({}) || value == &serde_json::json!([]);
        assert!(!error || document.get(name).is_some_and(empty), "{document}");
    }
}

fn collect_texts(value: Value, texts: &mut HashSet<String>) {
    match value {
        Value::String(text) => drop(texts.insert(text)),
        Value::Array(values) => values.into_iter().for_each(|value| collect_texts(value, texts)),
        Value::Object(members) => members.into_iter().for_each(|(_, value)| collect_texts(value, texts)),
        _ => {}
    }
}

/// Gives a byte at a time.
struct OneByOne<'a>(&'a [u8]);

impl Read for OneByOne<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(1);
        self.0.read(&mut buffer[..most])
    }
}
