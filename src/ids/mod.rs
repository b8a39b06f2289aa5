//! PURE: which jobs are asked for, by the arguments or by what stdin holds. Reads what it is given, opens nothing.

mod collected;
mod document;
mod documents;
mod limits;
mod plain_ids;
mod reported_error;

use std::collections::HashSet;
use std::io::{BufRead, BufReader, ErrorKind, Read};

use crate::error::{Error, Kind};
use crate::job::Job;

/// One job of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A job to ask the service about.
    Id(String),
    /// An item that was refused before it became a job: known to have failed.
    Refused(Box<Job>),
}

impl Asked {
    /// The id to ask about.
    #[must_use]
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Id(id) => Some(id),
            Self::Refused(_) => None,
        }
    }
}

/// Whether a text has the form of an id; it becomes a segment of a path.
#[must_use]
pub(crate) fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
}

/// Checks ids of the command line, in order, without duplicates. `what` they are, for the error: `job id`.
///
/// # Errors
/// `usage` for one that is no id.
pub(crate) fn from_arguments(ids: &[String], what: &str) -> Result<Vec<Asked>, Error> {
    ids.iter().map(|id| of_form(id.clone(), what)).collect::<Result<_, _>>().map(without_duplicates)
}

/// Reads stdin: ids split on white space, or JSON documents of which each names a job. In order, without duplicates.
///
/// # Errors
/// `usage` when the content is neither, names no job, carries an error, or is over a limit; `io` when it can't be read.
pub(crate) fn from_stdin(input: impl Read) -> Result<Vec<Asked>, Error> {
    let mut input = BufReader::new(limits::TextReader::new(input));
    let mut head = Vec::new();
    input.by_ref().take(BOM.len() as u64).read_to_end(&mut head).map_err(limits::error)?;
    let mut input = head.strip_prefix(BOM).unwrap_or(&head).chain(input);
    let asked = match first(&mut input)? {
        Some(b'{' | b'[') => documents::read(input)?,
        _ => plain_ids::read(input)?,
    };
    if asked.is_empty() {
        return Err(Error::new(Kind::Usage, "stdin holds no job ids")
            .hint("pipe ids, or the JSON answer of a call that starts jobs"));
    }
    Ok(without_duplicates(asked))
}

/// UTF-8's byte order mark, which Windows programs put before a text.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The first byte that is not JSON's white space (RFC 8259, section 2), left unread.
fn first(input: &mut impl BufRead) -> Result<Option<u8>, Error> {
    loop {
        let buffer = match input.fill_buf() {
            Ok(buffer) => buffer,
            Err(reason) if reason.kind() == ErrorKind::Interrupted => continue,
            Err(reason) => return Err(limits::error(reason)),
        };
        let space = buffer.iter().take_while(|byte| b" \t\n\r".contains(byte)).count();
        let (byte, is_end) = (buffer.get(space).copied(), buffer.is_empty());
        input.consume(space);
        if byte.is_some() || is_end {
            return Ok(byte);
        }
    }
}

fn checked(id: String) -> Result<Asked, Error> {
    of_form(id, "job id")
}

fn of_form(id: String, what: &str) -> Result<Asked, Error> {
    let is_missing = id == "null";
    if is_id(&id) && !is_missing {
        return Ok(Asked::Id(id));
    }
    let error = Error::new(Kind::Usage, format!("'{}' is not a {what}", start_of(&id, 140)));
    Err(if is_missing {
        error.hint("jq -r prints null where an answer has none: pipe the answer itself to cph, which tells its error")
    } else if id.starts_with('"') {
        error.hint("ids are written without quotes: jq -r")
    } else {
        error.hint("an id is 1 to 128 characters of A-Z, a-z, 0-9, _ and -")
    })
}

/// The first `most` characters.
fn start_of(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn without_duplicates(mut asked: Vec<Asked>) -> Vec<Asked> {
    let mut seen = HashSet::new();
    let is_first: Vec<bool> = asked.iter().map(|asked| asked.id().is_none_or(|id| seen.insert(id))).collect();
    let mut is_first = is_first.into_iter();
    asked.retain(|_| is_first.next().unwrap_or(true));
    asked
}

#[cfg(test)]
mod tests;
