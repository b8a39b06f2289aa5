//! For people: one job is a card, several are columns where there is room. Widths are in display cells; ids are
//! never cut, so that a double-click copies them.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::catalog;
use crate::job::{Entry, Job};
use crate::language::Language;
use crate::output::cells::{Style, colored, took};
use crate::output::columns;
use crate::output::text::{age, inert, wrapped};

/// Below this several jobs are cards: an id of 32 and a few words do not fit.
const NARROW: usize = 72;
/// Cells of a card's label and the gap after it.
const LABEL: usize = 9;

/// All jobs of a run. A single job that could not be answered has no card: stderr says why.
pub(crate) fn jobs(out: &mut dyn Write, entries: &[&Entry], style: Style) -> io::Result<()> {
    match entries {
        [] => Ok(()),
        [one] => out.write_all(card(one, style).as_bytes()),
        many if is_narrow(style) => {
            for (at, entry) in many.iter().enumerate() {
                let gap = if at == 0 { "" } else { "\n" };
                write!(out, "{gap}{}", card(entry, style))?;
            }
            Ok(())
        }
        many => columns::jobs(out, many, style),
    }
}

/// Whether several jobs are cards.
pub(crate) fn is_narrow(style: Style) -> bool {
    style.width.is_some_and(|width| width < NARROW)
}

fn card(entry: &Entry, style: Style) -> String {
    let job = &entry.job;
    let mut card = Card { lines: String::new(), width: style.width };
    card.id("Job", job.job_id.as_deref());
    card.raw("Status", &colored(job.status, style.color));
    card.text("Began", job.begin_time.as_deref().map(|begin| began(begin, style)).as_deref());
    card.text("Took", took(job, style.now).as_deref());
    card.id("Phone", job.phone_id.as_deref());
    card.text("Name", job.phone_name.as_deref());
    card.id("Server", job.server_id.as_deref());
    card.id("Request", job.request_id.as_deref());
    card.text("Output", job.execute_msg.as_deref());
    card.text("Error", job.error_text().as_deref());
    card.text("Meaning", meaning_of(job, style.language).as_deref());
    card.text("Error", entry.error.as_ref().map(|error| error.kind.word()));
    card.lines
}

/// Lines of label and value, also for `cph explain` and `cph auth status`.
pub(crate) struct Card {
    lines: String,
    width: Option<usize>,
}

impl Card {
    pub(crate) fn new(width: Option<usize>) -> Self {
        Self { lines: String::new(), width }
    }

    /// A value that is escaped and wrapped; nothing for `None`.
    pub(crate) fn text(&mut self, label: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        let width = self.width.map(|width| width.saturating_sub(LABEL));
        let mut label = label;
        for line in wrapped(value, width) {
            self.raw(label, &line);
            label = "";
        }
    }

    /// An id and its source: the id is never cut, the source follows on the same line where there is room.
    pub(crate) fn sourced_id(&mut self, label: &str, id: Option<&str>, source: Option<&str>) {
        let Some(id) = id else { return };
        let both = source.map(|source| format!("{id}  ({source})")).unwrap_or_else(|| id.to_owned());
        if self.width.is_none_or(|width| LABEL + both.len() <= width) {
            return self.id(label, Some(&both));
        }
        self.id(label, Some(id));
        self.text("", source.map(|source| format!("({source})")).as_deref());
    }

    /// A value that is never cut.
    fn id(&mut self, label: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.raw(label, &inert(value));
        }
    }

    fn raw(&mut self, label: &str, value: &str) {
        let line = format!("{label:LABEL$}{value}");
        self.lines.push_str(line.trim_end());
        self.lines.push('\n');
    }

    pub(crate) fn into_string(self) -> String {
        self.lines
    }
}

/// The time, and its age where that fits into the same line.
fn began(begin: &str, style: Style) -> String {
    let (Some(now), Ok(time)) = (style.now, begin.parse::<Timestamp>()) else { return begin.to_owned() };
    let both = format!("{begin}  ({})", age(now.as_second() - time.as_second()));
    let fits = style.width.is_none_or(|width| LABEL + both.chars().count() <= width);
    if fits { both } else { begin.to_owned() }
}

fn meaning_of(job: &Job, language: Language) -> Option<String> {
    let entry = catalog::find_for(job.error_code.as_deref()?, None)?.in_language(language);
    Some(match language {
        Language::English => format!("{}. {}", entry.meaning, entry.action),
        Language::Chinese => format!("{}。{}", entry.meaning, entry.action),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, Kind};
    use crate::exit::Exit;
    use crate::job::Stage;
    use crate::job::Status;

    fn failed() -> Entry {
        let some = |text: &str| Some(text.to_owned());
        let job = Job {
            status: Status::Failure,
            status_code: Some(-1),
            request_id: some("2676a3b4f7df49c297c6775989806d32"),
            phone_id: some("9b28fbe50ded4060b8149a47e55dba82"),
            begin_time: some("2019-04-26T07:00:00Z"),
            end_time: some("2019-04-26T07:00:06Z"),
            error_code: some("CPS.0005"),
            error_msg: some("The phone did not start"),
            ..Job::unanswered("01b2c3d4e5f60718293a4b5c6d7e8f90")
        };
        Entry { job, observed_at: None, error: None, exit: Exit::Failed, stage: Stage::Settled }
    }

    fn shown(entries: &[Entry], style: Style) -> String {
        let entries: Vec<&Entry> = entries.iter().collect();
        let mut bytes = Vec::new();
        jobs(&mut bytes, &entries, style).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn one_job_is_a_card() {
        let now = Some("2026-11-24T00:00:00Z".parse().unwrap());
        let expected = "\
Job      01b2c3d4e5f60718293a4b5c6d7e8f90
Status   failure
Began    2019-04-26T07:00:00Z  (7 years ago)
Took     6s
Phone    9b28fbe50ded4060b8149a47e55dba82
Request  2676a3b4f7df49c297c6775989806d32
Error    CPS.0005 The phone did not start
Meaning  No such cloud phone. Check the phone id.
";
        assert_eq!(
            shown(&[failed()], Style { width: Some(80), color: false, now, language: Language::English }),
            expected
        );
    }

    #[test]
    fn the_name_of_the_phone_has_a_row_of_its_own() {
        let mut named = failed();
        named.job.phone_name = Some("大厅-3\u{1b}[31m".into());
        let card = shown(&[named], Style { width: None, color: false, now: None, language: Language::English });
        let rows = "Phone    9b28fbe50ded4060b8149a47e55dba82\nName     大厅-3\\u{1b}[31m\nRequest  ";
        assert!(card.contains(rows), "{card}");
    }

    #[test]
    fn in_chinese_the_meaning_alone_differs() {
        let style = Style { width: Some(80), color: false, now: None, language: Language::English };
        let chinese = shown(&[failed()], Style { language: Language::Chinese, ..style });
        assert!(chinese.ends_with("Meaning  云手机不存在。请检查云手机 ID。\n"), "{chinese}");
        let before = |text: &str| text.split("Meaning").next().map(str::to_owned);
        assert_eq!(before(&chinese), before(&shown(&[failed()], style)));
    }

    #[test]
    fn an_age_that_does_not_fit_is_left_out() {
        let now = Some("2026-11-24T00:00:00Z".parse().unwrap());
        for (width, began) in
            [(44, "Began    2019-04-26T07:00:00Z  (7 years ago)\n"), (43, "Began    2019-04-26T07:00:00Z\n")]
        {
            assert!(
                shown(&[failed()], Style { width: Some(width), color: false, now, language: Language::English })
                    .contains(began),
                "{width}"
            );
        }
    }

    #[test]
    fn an_id_is_never_cut_and_colour_never_moves_a_column() {
        let error = Some(std::sync::Arc::new(Error::new(Kind::NotFound, "m")));
        let gone = Entry { error, ..Entry::never_asked(Job::unanswered("x"), Exit::NotFound) };
        for width in [Some(20), Some(40), Some(80), Some(120), Some(200), None] {
            let plain =
                shown(&[failed(), gone.clone()], Style { width, color: false, now: None, language: Language::English });
            assert!(plain.contains("01b2c3d4e5f60718293a4b5c6d7e8f90"), "{width:?}: {plain}");
            assert!(plain.contains("not_found"), "{plain}");
            let colored =
                shown(&[failed(), gone.clone()], Style { width, color: true, now: None, language: Language::English });
            assert!(colored.contains("\u{1b}[31mfailure\u{1b}[0m"), "{colored}");
            let stripped = colored.replace("\u{1b}[31m", "").replace("\u{1b}[38;5;136m", "").replace("\u{1b}[0m", "");
            assert_eq!(stripped, plain);
        }
    }

    #[test]
    fn columns_need_72_cells() {
        let style = |width| Style { width, color: false, now: None, language: Language::English };
        assert_eq!([None, Some(71), Some(72)].map(|width| is_narrow(style(width))), [false, true, false]);
    }

    #[test]
    fn several_jobs_are_columns() {
        let expected = "\
JOB                               STATUS   TOOK  ERROR
01b2c3d4e5f60718293a4b5c6d7e8f90  failure  6s    CPS.0005 The phone did not start
01b2c3d4e5f60718293a4b5c6d7e8f90  failure  6s    CPS.0005 The phone did not start
";
        assert_eq!(
            shown(
                &[failed(), failed()],
                Style { width: Some(100), color: false, now: None, language: Language::English }
            ),
            expected
        );
    }
}
