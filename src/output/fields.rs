//! `--field`: only values, a line for each job, for shell scripts.

use std::io::{self, Write};

use serde_json::Value;

use crate::job::Entry;
use crate::output::json::JobView;
use crate::output::text::{harmless_start, inert};

/// The values of these fields, tab-separated; null is empty, `error` is its code word.
///
/// # Errors
/// Those of the writer.
pub(crate) fn jobs<'a>(
    out: &mut dyn Write,
    entries: impl Iterator<Item = &'a Entry>,
    names: &[String],
) -> io::Result<()> {
    for entry in entries {
        // A field is defined by its JSON form, so that is its source.
        let job = serde_json::to_value(JobView::from(entry)).unwrap_or_default();
        let values: Vec<String> = names.iter().map(|name| value(&job, name).map(shown).unwrap_or_default()).collect();
        // A runner skips the tab that an empty first field leaves.
        writeln!(out, "{}", harmless_start(values.join("\t")))?;
    }
    Ok(())
}

/// A key of the job, or `error_message` and `error_hint` of its error.
fn value<'a>(job: &'a Value, name: &str) -> Option<&'a Value> {
    match name {
        "error_message" => job.get("error")?.get("message"),
        "error_hint" => job.get("error")?.get("hint"),
        name => job.get(name),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => inert(text),
        Value::Object(error) => error.get("code").and_then(Value::as_str).unwrap_or_default().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, Kind};
    use crate::exit::Exit;
    use crate::job::{Entry, Job};

    fn unknown(job: Job, error: Option<Error>) -> Entry {
        Entry { error: error.map(std::sync::Arc::new), ..Entry::never_asked(job, Exit::NotFound) }
    }

    #[test]
    fn a_line_for_every_job() {
        let job = Job { execute_msg: Some("a\tb\n::error::".into()), ..Job::unanswered("x") };
        let entries = [unknown(job, Some(Error::new(Kind::NotFound, "m"))), unknown(Job::unanswered("y"), None)];
        let names = ["job_id", "execute_msg", "status", "error", "status_code"].map(str::to_owned);
        let mut lines = Vec::new();
        jobs(&mut lines, entries.iter(), &names).unwrap();
        let lines = String::from_utf8(lines).unwrap();
        assert_eq!(lines, "x\ta\\tb\\n::error::\tunknown\tnot_found\t\ny\t\tunknown\t\t\n");
    }

    #[test]
    fn no_line_of_fields_is_obeyed() {
        for text in ["::error::x", "--- x", "+++", "~~~ x", "##teamcity[x]", " \t::error::x"] {
            let job = Job { execute_msg: Some(text.into()), phone_id: Some(text.into()), ..Job::default() };
            let entry = unknown(job, None);
            for names in [&["execute_msg"][..], &["error", "execute_msg"], &["phone_id", "execute_msg", "error_code"]] {
                let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
                let mut line = Vec::new();
                jobs(&mut line, std::iter::once(&entry), &names).unwrap();
                let line = String::from_utf8(line).unwrap();
                let start = line.trim_start();
                assert!(!["::", "---", "+++", "~~~"].iter().any(|word| start.starts_with(word)), "{line}");
                assert!(!line.contains("##"), "{line}");
            }
        }
    }

    #[test]
    fn the_command_line_knows_every_field_and_no_other() {
        let entry = unknown(Job::default(), None);
        let job = serde_json::to_value(JobView::from(&entry)).unwrap();
        let mut keys: Vec<_> = job.as_object().unwrap().keys().map(String::as_str).collect();
        keys.extend(["error_message", "error_hint"]);
        let mut names = crate::cli::FIELDS.to_vec();
        keys.sort_unstable();
        names.sort_unstable();
        assert_eq!(keys, names);
    }
}
