//! PURE: the JUnit XML report of a run: a test case for each job, whatever is listed. It never shows a pass that the
//! exit code does not: what is no job's own error has a case of its own.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::catalog;
use crate::error::Error;
use crate::exit::Exit;
use crate::job::{Entry, Status};
use crate::output::Report;
use crate::output::text::inert;

/// One test case; its texts are inert.
struct TestCase {
    class: String,
    name: String,
    seconds: Option<i64>,
    defect: Option<Defect>,
}

/// Why it did not pass.
struct Defect {
    /// `failure` of a job that is known to have failed, else `error`.
    element: &'static str,
    kind: String,
    message: String,
    text: String,
}

/// The whole file.
pub(crate) fn document(suite: &str, report: &Report<'_>) -> io::Result<Vec<u8>> {
    let mut cases: Vec<TestCase> = report.entries.iter().map(TestCase::of_job).collect();
    cases.extend(
        report
            .errors
            .iter()
            .map(|error| TestCase::of_run(suite, error.about.as_deref(), Defect::of_error("error", error))),
    );
    if report.verdict != Exit::Ok && cases.iter().all(|case| case.defect.is_none()) {
        let message = format!("exit code {}", report.verdict.code());
        let defect = Defect { element: "error", kind: "unknown".into(), text: message.clone(), message };
        cases.push(TestCase::of_run(suite, None, defect));
    }
    let count =
        |element| cases.iter().filter(|case| case.defect.as_ref().is_some_and(|d| d.element == element)).count();
    let totals = [
        ("tests", cases.len().to_string()),
        ("failures", count("failure").to_string()),
        ("errors", count("error").to_string()),
        ("skipped", "0".to_owned()),
        ("time", format!("{:.3}", report.took.unwrap_or_default().as_secs_f64())),
    ];
    let totals = || totals.iter().map(|(name, value)| (*name, value.as_str()));
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("testsuites").with_attributes(totals()).write_inner_content(|writer| {
        let suite = writer.create_element("testsuite").with_attribute(("name", suite)).with_attributes(totals());
        suite.write_inner_content(|writer| cases.iter().try_for_each(|case| case.write(writer)))?;
        Ok(())
    })?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

impl TestCase {
    fn of_job(entry: &Entry) -> Self {
        let job = &entry.job;
        // Two jobs may be about one phone: the class tells them apart.
        let class = job.job_id.as_deref().unwrap_or("refused");
        let name = job.phone_name.as_deref().or(job.object()).unwrap_or(class);
        let defect = match (entry.exit, &entry.error) {
            (Exit::Ok, _) => None,
            (Exit::Failed, _) => Some(Defect::of_failed_job(entry)),
            (_, Some(error)) => Some(Defect::of_error(job.status.word(), error)),
            (_, None) => Some(Defect::of_status(job.status)),
        };
        Self { class: allowed(class), name: allowed(name), seconds: job.duration_seconds(), defect }
    }

    /// What is no job's own, named by its object where it has one.
    fn of_run(suite: &str, object: Option<&str>, defect: Defect) -> Self {
        let name = allowed(object.unwrap_or(&defect.kind));
        Self { class: allowed(suite), name, seconds: None, defect: Some(defect) }
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let seconds = self.seconds.map(|seconds| seconds.to_string());
        let attributes = [("classname", self.class.as_str()), ("name", self.name.as_str())];
        let case = writer.create_element("testcase").with_attributes(attributes);
        let case = case.with_attributes(seconds.iter().map(|seconds| ("time", seconds.as_str())));
        let Some(defect) = &self.defect else { return case.write_empty().map(drop) };
        let write = |writer: &mut Writer<Vec<u8>>| {
            let attributes = [("message", defect.message.as_str()), ("type", defect.kind.as_str())];
            let element = writer.create_element(defect.element).with_attributes(attributes);
            element.write_text_content(BytesText::new(&defect.text)).map(drop)
        };
        case.write_inner_content(write).map(drop)
    }
}

impl Defect {
    fn of_failed_job(entry: &Entry) -> Self {
        let job = &entry.job;
        let code = job.error_code.as_deref();
        let message = job.error_text().map_or_else(|| "failure".to_owned(), |text| allowed(&text));
        let mut lines = vec![message.clone()];
        lines.extend(code.and_then(catalog::meaning).map(|meaning| format!("Meaning: {meaning}")));
        lines.extend(job.execute_msg.as_deref().map(|output| allowed(&format!("Output: {output}"))));
        let kind = allowed(code.unwrap_or("failure"));
        Self { element: "failure", kind, message, text: lines.join("\n") }
    }

    /// `what` is the job's status.
    fn of_error(what: &str, error: &Error) -> Self {
        let message = allowed(&format!("{what}: {}", error.text()));
        let text = format!("{message}\nhint: {}", allowed(error.next_step()));
        Self { element: "error", kind: error.kind.word().to_owned(), message, text }
    }

    fn of_status(status: Status) -> Self {
        let message = match status {
            Status::Running => "running: the job has not ended",
            _ => "unknown: there is no answer about the job",
        };
        Self { element: "error", kind: status.word().to_owned(), message: message.to_owned(), text: message.to_owned() }
    }
}

/// The text, inert, without the two characters beside control characters that XML forbids.
fn allowed(text: &str) -> String {
    let show = |c: char| match c {
        '\u{fffe}' | '\u{ffff}' => c.escape_unicode().to_string(),
        c => c.to_string(),
    };
    inert(text).chars().map(show).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::error::Kind;
    use crate::job::{Job, Stage};

    fn entry(id: &str, status: Status, exit: Exit, error: Option<Error>) -> Entry {
        let job = Job { status, phone_id: Some(format!("phone-{id}")), ..Job::unanswered(id) };
        Entry { job, observed_at: None, error: error.map(Arc::new), exit, stage: Stage::Settled }
    }

    fn shown(entries: &[Entry], errors: &[Arc<Error>]) -> String {
        let verdict = crate::job::verdict(entries, errors);
        let only = &[Status::Success];
        let took = Some(Duration::from_millis(1500));
        let report = Report { entries, only, errors, verdict, exit: verdict, took };
        String::from_utf8(document("cph job wait", &report).unwrap()).unwrap()
    }

    #[test]
    fn a_case_for_each_job_and_each_error_of_the_run() {
        let mut failed = entry("b", Status::Failure, Exit::Failed, None);
        failed.job.error_code = Some("CPS.0005".into());
        failed.job.error_msg = Some("The phone did not start".into());
        failed.job.execute_msg = Some("a < b\n]]> & \"c\"".into());
        failed.job.begin_time = Some("2019-04-26T07:00:00Z".into());
        failed.job.end_time = Some("2019-04-26T07:00:06Z".into());
        let missing = Error::new(Kind::NotFound, "no such job").about("job d").hint("check the id");
        let entries = [
            entry("a", Status::Success, Exit::Ok, None),
            failed,
            entry("c", Status::Running, Exit::Running, None),
            entry("d", Status::Unknown, Exit::NotFound, Some(missing)),
        ];
        let errors = [Arc::new(Error::new(Kind::BadAnswer, "the list moved").about("request r").hint("try again"))];
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="5" failures="1" errors="3" skipped="0" time="1.500">
  <testsuite name="cph job wait" tests="5" failures="1" errors="3" skipped="0" time="1.500">
    <testcase classname="a" name="phone-a"/>
    <testcase classname="b" name="phone-b" time="6">
      <failure message="CPS.0005 The phone did not start" type="CPS.0005">CPS.0005 The phone did not start
Meaning: No such cloud phone
Output: a &lt; b\n]]&gt; &amp; &quot;c&quot;</failure>
    </testcase>
    <testcase classname="c" name="phone-c">
      <error message="running: the job has not ended" type="running">running: the job has not ended</error>
    </testcase>
    <testcase classname="d" name="phone-d">
      <error message="unknown: job d: no such job" type="not_found">unknown: job d: no such job
hint: check the id</error>
    </testcase>
    <testcase classname="cph job wait" name="request r">
      <error message="error: request r: the list moved" type="bad_answer">error: request r: the list moved
hint: try again</error>
    </testcase>
  </testsuite>
</testsuites>
"#;
        assert_eq!(shown(&entries, &errors), expected);
    }

    #[test]
    fn the_name_of_the_phone_is_that_of_the_case() {
        let mut named = entry("a", Status::Success, Exit::Ok, None);
        named.job.phone_name = Some("大厅 <3>".into());
        assert!(shown(&[named], &[]).contains(r#"<testcase classname="a" name="大厅 &lt;3&gt;"/>"#));
    }

    #[test]
    fn no_jobs_and_no_error_is_no_pass() {
        assert!(shown(&[], &[]).contains(r#"<error message="exit code 5" type="unknown">exit code 5</error>"#));
    }

    #[test]
    fn hostile_and_chinese_texts_are_escaped() {
        for (text, is) in [
            ("手机没有启动", "手机没有启动"),
            ("\u{1b}[31m\u{0}", r"\u{1b}[31m\u{0}"),
            ("a\n::error::b", r"a\n::error::b"),
            ("\u{fffe}\u{ffff}\u{202e}", r"\u{fffe}\u{ffff}\u{202e}"),
            ("##[x]", r"#\#[x]"),
            ("</failure><x a='\"'>", "&lt;/failure&gt;&lt;x a=&apos;&quot;&apos;&gt;"),
        ] {
            let mut failed = entry("a", Status::Failure, Exit::Failed, None);
            failed.job.error_msg = Some(text.into());
            failed.job.execute_msg = Some(text.into());
            failed.job.phone_id = Some(text.into());
            let shown = shown(&[failed], &[]);
            assert!(shown.contains(&format!("message=\"{is}\"")), "{shown}");
            assert!(shown.contains(&format!("Output: {is}<")), "{shown}");
            assert!(shown.contains(&format!("name=\"{is}\"")), "{shown}");
            let mut reader = quick_xml::Reader::from_str(&shown);
            while reader.read_event().unwrap() != Event::Eof {}
        }
    }
}
