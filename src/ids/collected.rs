//! PURE: the jobs that were read from stdin so far, with their limits, and why a document is rejected.

use std::fmt;

use serde::Deserialize;

use super::reported_error::ErrorValue;
use super::{Asked, checked, start_of};
use crate::error::{Error, Kind};
use crate::job::{Job, Status};

const MOST_ITEMS: usize = 100_000;
/// Bytes of all texts that are kept of refused items.
const MOST_TEXT: usize = 32 << 20;

#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) asked: Vec<Asked>,
    text_bytes: usize,
    /// Why the current document is rejected: the parser's error type can't carry it.
    pub(super) rejection: Option<Rejection>,
}

impl Collected {
    pub(super) fn add(&mut self, asked: Asked) -> Result<(), Error> {
        if self.asked.len() >= MOST_ITEMS {
            return Err(Error::new(Kind::Usage, "stdin names more than 100,000 jobs").hint("use several runs"));
        }
        if let Asked::Refused(job) = &asked {
            self.count(job.text_bytes())?;
        }
        self.asked.push(asked);
        Ok(())
    }

    /// Sets the request id of all refused items from `start` on that have none.
    pub(super) fn set_request_id(&mut self, start: usize, request_id: &str) -> Result<(), Error> {
        for at in start..self.asked.len() {
            let Some(Asked::Refused(job)) = self.asked.get_mut(at) else { continue };
            if job.request_id.is_none() {
                job.request_id = Some(request_id.to_owned());
                self.count(request_id.len())?;
            }
        }
        Ok(())
    }

    fn count(&mut self, bytes: usize) -> Result<(), Error> {
        self.text_bytes += bytes;
        if self.text_bytes > MOST_TEXT {
            let message = "stdin holds more than 32 MiB of text in items that were refused";
            return Err(Error::new(Kind::Usage, message).hint("use several runs"));
        }
        Ok(())
    }

    /// A job that was started, or an item that was refused.
    pub(super) fn add_item(&mut self, item: AnswerItem, position: ItemPosition) -> Result<(), Rejection> {
        if !item.jobs.is_empty() {
            return Err(Rejection::new(format!("holds a whole answer in {position}"))
                .hint("pipe the answers one after the other, not as one array (jq -s)"));
        }
        if let Some(id) = text(item.job_id) {
            return Ok(self.add(checked(id)?)?);
        }
        let Some(error_code) = text(item.error_code) else {
            return Err(Rejection::new(format!("holds neither job_id nor error_code in {position}")));
        };
        let job = Job {
            status: Status::Failure,
            request_id: text(item.request_id),
            phone_id: text(item.phone_id),
            server_id: text(item.server_id).or(text(item.encode_server_id)),
            error_code: Some(error_code),
            error_msg: text(item.error_msg),
            ..Job::default()
        };
        // In a bare array only the phone or server distinguishes a refused item from an error (jq -s).
        if matches!(position, ItemPosition::Array(_)) && job.phone_id.is_none() && job.server_id.is_none() {
            let [code, message] = [&job.error_code, &job.error_msg].map(|text| text.as_deref().unwrap_or_default());
            return Err(Rejection::error(&format!("holds an error, not a job, in {position}"), code, message));
        }
        Ok(self.add(Asked::Refused(Box::new(job)))?)
    }
}

/// The position of an item, counted from 1.
#[derive(Debug, Clone, Copy)]
pub(super) enum ItemPosition {
    /// In an answer's `jobs`.
    Answer(usize),
    /// In an array of the top level.
    Array(usize),
}

impl fmt::Display for ItemPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Answer(number) | Self::Array(number)) = self;
        write!(f, "item {number}")
    }
}

/// One item of `jobs` (CPH API reference: `phone_id`, `server_id` or `encode_server_id`, with `job_id` or an error).
#[derive(Debug, Default, Deserialize)]
pub(super) struct AnswerItem {
    pub(super) job_id: Option<String>,
    pub(super) phone_id: Option<String>,
    pub(super) server_id: Option<String>,
    pub(super) encode_server_id: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) error_code: Option<String>,
    pub(super) error_msg: Option<String>,
    /// No item has it; a whole answer in an item's place does.
    #[serde(default)]
    pub(super) jobs: ErrorValue,
}

/// Null, "" and absent are the same.
pub(super) fn text(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Why stdin is rejected.
#[derive(Debug)]
pub(super) enum Rejection {
    /// An error of one document: the predicate of the sentence, and a hint.
    Document(String, Option<String>),
    /// An error that names its object itself: an id, or a limit on all of stdin.
    Stdin(Error),
}

impl Rejection {
    pub(super) fn new(predicate: impl Into<String>) -> Self {
        Self::Document(predicate.into(), None)
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        match self {
            Self::Document(predicate, _) => Self::Document(predicate, Some(hint.into())),
            Self::Stdin(error) => Self::Stdin(error.hint(hint)),
        }
    }

    pub(super) fn no_job() -> Self {
        Self::new("names no job: leave out calls that had nothing to do")
    }

    pub(super) fn not_an_answer(reason: impl fmt::Display) -> Self {
        Self::new(format!("is not the answer of a call that starts jobs: {reason}"))
    }

    /// One that repeats an error of the document.
    pub(super) fn error(predicate: &str, code: &str, message: &str) -> Self {
        let said: Vec<_> = [code, message].into_iter().filter(|text| !text.is_empty()).collect();
        let said = start_of(&said.join(" "), 500);
        let rejection = Self::new(if said.is_empty() { predicate.to_owned() } else { format!("{predicate}: {said}") });
        // A word that `explain` can take; IAM's numbers and cph's own words are none.
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if code.contains('.') && code.len() <= 64 && code.chars().all(is_word) {
            return rejection.hint(format!("what the code means: cph explain {code}"));
        }
        rejection
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Stdin(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_refused_items_are_limited_together() {
        let mut collected = Collected::default();
        let item = |error_msg: String| AnswerItem {
            error_code: Some("X".into()),
            error_msg: Some(error_msg),
            ..AnswerItem::default()
        };
        for _ in 0..31 {
            collected.add_item(item("x".repeat(1 << 20)), ItemPosition::Answer(1)).unwrap();
        }
        collected
            .add_item(AnswerItem { job_id: Some("a".into()), ..item("x".repeat(2 << 20)) }, ItemPosition::Answer(1))
            .unwrap();
        collected.add_item(item("x".repeat((1 << 20) - 32)), ItemPosition::Answer(1)).unwrap();
        let Err(Rejection::Stdin(error)) = collected.add_item(item(String::new()), ItemPosition::Answer(1)) else {
            panic!()
        };
        assert_eq!(error.message, "stdin holds more than 32 MiB of text in items that were refused");
    }
}
