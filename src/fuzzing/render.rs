//! All forms of the answer about jobs with hostile texts. Invariants:
//!
//! - No line of a table, of fields or of an error is obeyed by a terminal or a CI runner. Colour adds its own sequences
//!   and nothing else. There is one line of fields for a job, with a tab between two values and nowhere else.
//! - JSON is one document, jsonl one in each line: exact, with no forbidden character and no `##` in it.
//! - A JUnit report is XML, has a test case for each job and error, and shows no pass that the exit code does not.

use std::sync::Arc;

use jiff::Timestamp;
use quick_xml::events::Event;
use serde_json::Value;

use super::input::texts;
use super::text::is_harmless;
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::job::{Entry, Job, Stage, Status, verdict};
use crate::language::Language;
use crate::output::cells::Style;
use crate::output::{Report, failures, fields, json, jsonl, junit, stdio, table};

const FIELDS: [&str; 13] = [
    "job_id",
    "request_id",
    "status",
    "status_code",
    "phone_id",
    "phone_name",
    "server_id",
    "begin_time",
    "end_time",
    "error_code",
    "error_msg",
    "execute_msg",
    "error_message",
];

/// Bytes that choose what is shown and how, and then the texts of jobs and of an error.
pub fn render(data: &[u8]) {
    let [how, id, phone, name, begin, end, code, message, output, error] = texts(data);
    let how = |at: usize| how.as_bytes().get(at).copied().unwrap_or_default();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let failure = Error::new(Kind::BadAnswer, error.clone()).about(id.clone()).hint(message.clone());
    let failure = Arc::new(failure);
    let entry = |at: usize| {
        let (status, exit) = match how(at) % 4 {
            0 => (Status::Success, Exit::Ok),
            1 => (Status::Failure, Exit::Failed),
            2 => (Status::Running, Exit::Running),
            _ => (Status::Unknown, Exit::BadAnswer),
        };
        let has = |bit: u8| how(at) & (4 << bit) == 0;
        let job = Job {
            job_id: some(&id).filter(|_| has(0)),
            request_id: some(&phone).filter(|_| has(1)),
            status,
            status_code: Some(i64::from(how(at))),
            phone_id: some(&phone).filter(|_| has(2)),
            phone_name: some(&name),
            server_id: some(&name).filter(|_| has(3)),
            begin_time: some(&begin),
            end_time: some(&end),
            error_code: some(&code).filter(|_| has(4)),
            error_msg: some(&message),
            execute_msg: some(&output),
        };
        let error = (exit == Exit::BadAnswer).then(|| Arc::clone(&failure));
        Entry { job, observed_at: Some(Timestamp::UNIX_EPOCH), error, exit, stage: Stage::Settled }
    };
    let entries: Vec<Entry> = (0..usize::from(how(0) % 4)).map(|at| entry(at + 2)).collect();
    let errors = if how(0) & 8 == 0 { vec![] } else { vec![Arc::clone(&failure)] };
    tables(&entries, how(1), how(0) & 16 == 0);
    line_of_fields(&entries);
    documents(&entries, &errors);
    for language in [Language::English, Language::Chinese] {
        failures::lines(&entries, language);
    }
    assert!(stdio::error_text(&failure, false).lines().all(is_harmless));
}

fn tables(entries: &[Entry], width: u8, has_now: bool) {
    let entries: Vec<&Entry> = entries.iter().collect();
    let shown = |color: bool| {
        let style = Style {
            width: (width > 0).then_some(width.into()),
            color,
            now: has_now.then_some(Timestamp::UNIX_EPOCH),
            language: Language::Chinese,
        };
        let mut bytes = Vec::new();
        table::jobs(&mut bytes, &entries, style).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let plain = shown(false);
    assert!(plain.lines().all(is_harmless), "{plain:?}");
    assert!(plain.is_empty() || plain.ends_with('\n'));
    let colors = ["\u{1b}[32m", "\u{1b}[31m", "\u{1b}[36m", "\u{1b}[38;5;136m", "\u{1b}[0m"];
    assert_eq!(colors.iter().fold(shown(true), |text, color| text.replace(color, "")), plain);
}

fn line_of_fields(entries: &[Entry]) {
    let names = FIELDS.map(str::to_owned);
    let mut bytes = Vec::new();
    fields::jobs(&mut bytes, entries.iter(), &names).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.matches('\n').count(), entries.len());
    for line in text.lines() {
        assert_eq!(line.matches('\t').count(), FIELDS.len() - 1);
        assert!(is_harmless(&line.replace('\t', " ")), "{line:?}");
    }
}

fn documents(entries: &[Entry], errors: &[Arc<Error>]) {
    let verdict = verdict(entries, errors);
    let report = Report { entries, only: &[], errors, verdict, exit: verdict, took: None };
    let mut bytes = Vec::new();
    json::jobs(&mut bytes, &report).unwrap();
    let document = read(&bytes);
    assert_eq!(document["exit_code"], verdict.code());
    let jobs = document["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), entries.len());
    for (value, entry) in jobs.iter().zip(entries) {
        is_exact(value, entry);
        let line = jsonl::job(entry);
        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert_eq!(&read(&line)["job"], value);
    }
    assert_eq!(read(&jsonl::end(&report))["exit_code"], verdict.code());
    for error in errors {
        assert_eq!(read(&jsonl::error(error))["error"]["message"], error.text());
    }
    let xml = String::from_utf8(junit::document("cph job wait", &report).unwrap()).unwrap();
    let (mut cases, mut defects) = (0, 0);
    let mut reader = quick_xml::Reader::from_str(&xml);
    loop {
        match reader.read_event().unwrap_or_else(|reason| panic!("{reason}: {xml}")) {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => {
                tag.attributes().for_each(|attribute| drop(attribute.unwrap()));
                cases += usize::from(tag.name().as_ref() == "testcase");
                defects += usize::from(["failure", "error"].contains(&tag.name().as_ref()));
            }
            _ => {}
        }
    }
    assert!(cases >= entries.len() + errors.len() && (defects == 0) == (verdict == Exit::Ok), "{xml}");
    assert!(xml.lines().all(|line| line.chars().all(|c| is_harmless(&format!(".{c}")))), "{xml:?}");
}

/// The one document, after a look at its bytes.
fn read(bytes: &[u8]) -> Value {
    let text = std::str::from_utf8(bytes).unwrap();
    let one_line = text.strip_suffix('\n').unwrap().replace('\n', "");
    assert!(!one_line.contains("##") && one_line.chars().all(|c| is_harmless(&format!(".{c}"))), "{text:?}");
    serde_json::from_str(text).unwrap()
}

fn is_exact(value: &Value, entry: &Entry) {
    let job = &entry.job;
    for (name, text) in [
        ("job_id", &job.job_id),
        ("request_id", &job.request_id),
        ("phone_id", &job.phone_id),
        ("phone_name", &job.phone_name),
        ("server_id", &job.server_id),
        ("begin_time", &job.begin_time),
        ("error_code", &job.error_code),
        ("error_msg", &job.error_msg),
        ("execute_msg", &job.execute_msg),
    ] {
        assert_eq!(value[name].as_str(), text.as_deref(), "{name}");
    }
    assert_eq!(value["status"], job.status.word());
    assert_eq!(value["error"].is_null(), entry.error.is_none());
}
