//! PURE: what stands on stdin in place of job ids. Ids split on white space, or what a CPH call that starts
//! jobs answered (CPH API reference: every such call answers `request_id` and `jobs`, or one `job_id`).

use serde::Deserialize;

use crate::error::{Error, Kind};
use crate::job::{Job, Status};

/// One job to tell about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A job to ask the service about.
    Id(String),
    /// An item that was refused before it became a job: known to have failed.
    Refused(Box<Job>),
}

impl Asked {
    /// The id to ask about.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Id(id) => Some(id),
            Self::Refused(_) => None,
        }
    }
}

/// Whether a text has the form of an id; it becomes a segment of a path.
#[must_use]
pub fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
}

/// Checks ids of the command line, in order, without duplicates.
///
/// # Errors
/// `usage` for one that is no id.
pub fn from_arguments(ids: &[String]) -> Result<Vec<Asked>, Error> {
    ids.iter().map(|id| checked(id)).collect::<Result<_, _>>().map(without_duplicates)
}

/// Reads what stood on stdin.
///
/// # Errors
/// `usage` when it is neither ids nor the answer of such a call, when there are none, or when that answer is
/// only an error.
pub fn from_stdin(bytes: &[u8]) -> Result<Vec<Asked>, Error> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Error::new(Kind::Usage, "stdin holds something that is not UTF-8 text")
            .hint("PowerShell writes UTF-16 to files: use -Encoding utf8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_start();
    let asked = if text.starts_with('{') { from_json(text)? } else { from_words(text)? };
    if asked.is_empty() {
        return Err(Error::new(Kind::Usage, "stdin holds no job ids")
            .hint("pipe ids, or the JSON answer of a call that starts jobs"));
    }
    Ok(without_duplicates(asked))
}

fn from_words(text: &str) -> Result<Vec<Asked>, Error> {
    text.split_whitespace().map(checked).collect()
}

/// One answer or several in a row; `cph`'s own JSON has the same `jobs`.
#[derive(Debug, Deserialize)]
struct Document {
    request_id: Option<String>,
    job_id: Option<String>,
    jobs: Option<Vec<Item>>,
    error_code: Option<String>,
    error_msg: Option<String>,
    error: Option<Trouble>,
}

#[derive(Debug, Deserialize)]
struct Item {
    job_id: Option<String>,
    phone_id: Option<String>,
    #[serde(alias = "encode_server_id")]
    server_id: Option<String>,
    request_id: Option<String>,
    error_code: Option<String>,
    error_msg: Option<String>,
}

/// The top-level `error` of `cph`'s own JSON, or of IAM's.
#[derive(Debug, Deserialize)]
struct Trouble {
    code: Option<serde_json::Value>,
    message: Option<String>,
}

fn from_json(text: &str) -> Result<Vec<Asked>, Error> {
    let mut asked = Vec::new();
    for document in serde_json::Deserializer::from_str(text).into_iter::<Document>() {
        let document = document.map_err(|reason| {
            Error::new(
                Kind::Usage,
                format!("stdin begins like JSON, but is not the answer of a call that starts jobs: {reason}"),
            )
        })?;
        asked.extend(document.asked()?);
    }
    Ok(asked)
}

impl Document {
    fn asked(self) -> Result<Vec<Asked>, Error> {
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        let jobs = self.jobs.unwrap_or_default();
        // Never one instead of the other: what stands in the list counts beside the id at the top.
        let mut asked: Vec<Asked> = text(self.job_id).iter().map(|id| checked(id)).collect::<Result<_, _>>()?;
        if jobs.is_empty() && asked.is_empty() {
            let code = text(self.error_code).or(self.error.as_ref().and_then(|e| e.code.as_ref()).map(word));
            let message = text(self.error_msg).or(self.error.and_then(|error| error.message));
            return match (code, message) {
                (None, None) => Ok(vec![]),
                (code, message) => Err(refused(&code.unwrap_or_default(), &message.unwrap_or_default())),
            };
        }
        let request_id = text(self.request_id);
        let item = |item: Item| match (text(item.job_id), text(item.error_code)) {
            (Some(id), _) => checked(&id),
            (None, Some(code)) => Ok(Asked::Refused(Box::new(Job {
                status: Status::Failure,
                request_id: text(item.request_id).or_else(|| request_id.clone()),
                phone_id: text(item.phone_id),
                server_id: text(item.server_id),
                error_code: Some(code),
                error_msg: text(item.error_msg),
                ..Job::default()
            }))),
            (None, None) => {
                Err(Error::new(Kind::Usage, "stdin holds an item of jobs with neither job_id nor error_code"))
            }
        };
        for job in jobs {
            asked.push(item(job)?);
        }
        Ok(asked)
    }
}

fn word(code: &serde_json::Value) -> String {
    code.as_str().map_or_else(|| code.to_string(), str::to_owned)
}

fn refused(code: &str, message: &str) -> Error {
    let said: Vec<_> = [code, message].into_iter().filter(|text| !text.is_empty()).collect();
    let error = Error::new(Kind::Usage, format!("the call on stdin started no jobs: {}", said.join(" ")));
    // A word that `explain` can take; IAM's numbers are none.
    if code.contains('.') { error.hint(format!("what the code means: cph explain {code}")) } else { error }
}

fn checked(id: &str) -> Result<Asked, Error> {
    if is_id(id) {
        return Ok(Asked::Id(id.to_owned()));
    }
    let mut shown: String = id.chars().take(140).collect();
    if shown.len() < id.len() {
        shown.push('…');
    }
    Err(Error::new(Kind::Usage, format!("'{shown}' is no job id"))
        .hint("an id is 1 to 128 characters of A-Z, a-z, 0-9, _ and -"))
}

fn without_duplicates(asked: Vec<Asked>) -> Vec<Asked> {
    let mut seen = std::collections::HashSet::new();
    asked.into_iter().filter(|asked| asked.id().is_none_or(|id| seen.insert(id.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(asked: Vec<Asked>) -> Vec<String> {
        let name = |asked| match asked {
            Asked::Id(id) => id,
            Asked::Refused(job) => format!("!{}", job.phone_id.unwrap_or_default()),
        };
        asked.into_iter().map(name).collect()
    }

    #[test]
    fn ids_and_answers() {
        for (stdin, ids) in [
            ("a b\r\nc\ta\n", vec!["a", "b", "c"]),
            ("\u{feff}a", vec!["a"]),
            (
                r#"{"request_id":"r","jobs":[{"phone_id":"p","job_id":"a"},{"phone_id":"q","error_code":"CPS.0004"}]}"#,
                vec!["a", "!q"],
            ),
            (r#"{"job_id":"a","request_id":"r"}"#, vec!["a"]),
            (r#"{"job_id":"a","jobs":[{"job_id":"b"},{"phone_id":"q","error_code":"X"}]}"#, vec!["a", "b", "!q"]),
            (r#" {"job_id":"a"} {"jobs":[{"job_id":"b","error_code":"X"}]}"#, vec!["a", "b"]),
            (
                r#"{"schema_version":1,"jobs":[{"job_id":"a","status":"unknown","error":{"code":"x"}}],"error":null}"#,
                vec!["a"],
            ),
        ] {
            assert_eq!(names(from_stdin(stdin.as_bytes()).unwrap()), ids, "{stdin}");
        }
    }

    #[test]
    fn bad_content_is_usage() {
        for (stdin, message) in [
            ("", "no job ids"),
            (" \n", "no job ids"),
            ("a b/c", "'b/c' is no job id"),
            ("{", "begins like JSON"),
            (r#"{"jobs":[]}"#, "no job ids"),
            (r#"{"job_id":"a","jobs":[{"phone_id":"p"}]}"#, "neither job_id nor error_code"),
            (r#"{"jobs":[{}]}"#, "neither job_id nor error_code"),
            (r#"{"jobs":[{"job_id":"../x"}]}"#, "'../x' is no job id"),
            (r#"{"error_code":"CPS.0001","error_msg":"No permission"}"#, "started no jobs: CPS.0001 No permission"),
            (r#"{"error":{"code":401,"message":"wrong"}}"#, "started no jobs: 401 wrong"),
            (r#"{"jobs":{"job_id":"a"}}"#, "begins like JSON"),
            (r#"{"job_id":"a"} trailing"#, "begins like JSON"),
        ] {
            let error = from_stdin(stdin.as_bytes()).unwrap_err();
            assert_eq!(error.kind, Kind::Usage, "{stdin}");
            assert!(error.message.contains(message), "{stdin}: {}", error.message);
        }
        assert_eq!(from_stdin(b"\xff\xfea\0").unwrap_err().kind, Kind::Usage);
    }

    #[test]
    fn only_a_code_is_worth_explaining() {
        let hint = |stdin: &str| from_stdin(stdin.as_bytes()).unwrap_err().hint;
        assert_eq!(hint(r#"{"error_code":"CPS.0001"}"#).as_deref(), Some("what the code means: cph explain CPS.0001"));
        assert_eq!(hint(r#"{"error":{"code":401,"message":"wrong"}}"#), None);
        assert_eq!(hint(r#"{"error_msg":"wrong"}"#), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = from_stdin(&bytes);
        }
    }
}
