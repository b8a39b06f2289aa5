//! `--field`: values only, a line for each job, as a shell script reads them.

use serde_json::Value;

use crate::output::Report;
use crate::output::json::JobView;
use crate::output::text::inert;

/// The values of these fields, tab-separated; null is empty, `error` is its code word.
#[must_use]
pub fn jobs(report: &Report<'_>, names: &[String]) -> Vec<u8> {
    let mut lines = String::new();
    for entry in report.entries {
        // The JSON form is the definition of a field, so it is also its source.
        let job = serde_json::to_value(JobView::from(entry)).unwrap_or_default();
        let values: Vec<String> = names.iter().map(|name| job.get(name).map(shown).unwrap_or_default()).collect();
        lines.push_str(&values.join("\t"));
        lines.push('\n');
    }
    lines.into_bytes()
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

    #[test]
    fn a_line_for_every_job() {
        let job = Job { execute_msg: Some("a\tb\n::error::".into()), ..Job::unanswered("x") };
        let entries = [
            Entry { job, observed_at: None, error: Some(Error::new(Kind::NotFound, "m")) },
            Entry { job: Job::unanswered("y"), observed_at: None, error: None },
        ];
        let report = Report { entries: &entries, before: None, verdict: Exit::NotFound, exit: Exit::NotFound };
        let names = ["job_id", "execute_msg", "status", "error", "status_code"].map(str::to_owned);
        let lines = String::from_utf8(jobs(&report, &names)).unwrap();
        assert_eq!(lines, "x\ta\\tb\\n::error::\tunknown\tnot_found\t\ny\t\tunknown\t\t\n");
    }

    #[test]
    fn the_command_line_knows_every_field_and_no_other() {
        let entry = Entry { job: Job::default(), observed_at: None, error: None };
        let job = serde_json::to_value(JobView::from(&entry)).unwrap();
        let mut keys: Vec<_> = job.as_object().unwrap().keys().map(String::as_str).collect();
        let mut names = crate::cli::FIELDS.to_vec();
        keys.sort_unstable();
        names.sort_unstable();
        assert_eq!(keys, names);
    }
}
