//! PURE: the progress on a terminal: a few lines that fit into the window, however many jobs there are.

use std::time::Duration;

use unicode_width::UnicodeWidthStr as _;

use crate::job::Counts;
use crate::output::cells::{Line, paint};
use crate::output::progress::bar::bar;
use crate::output::text::{cut, elapsed};
use crate::poll::{Engine, JobSummary, Snapshot};

/// The most jobs that are named; the table at the end has them all.
const MOST_JOBS: usize = 8;
/// For the line before, and for the cursor.
const SPARE_ROWS: usize = 1;
/// What is left of a time is rounded up: it never says 0s and goes on.
const ALMOST_A_SECOND: Duration = Duration::from_millis(999);
/// The least that is shown of an error.
const NARROWEST_ERROR: usize = 12;
/// Cells of a name; the table at the end has all of it.
const LONGEST_NAME: usize = 24;
/// Cells of the longest status.
const STATUS: usize = 7;

/// The window, and what may be drawn in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Canvas {
    pub columns: usize,
    pub rows: usize,
    pub color: bool,
}

impl Canvas {
    /// Foreign texts are made inert here.
    fn line(self, text: &str) -> Line {
        let text = cut(text, Some(self.width()));
        Line { cells: text.width(), text }
    }

    /// The last column stays free: some terminals go to the next line there.
    fn width(self) -> usize {
        self.columns.saturating_sub(1).max(1)
    }
}

/// The lines for a window as it is now.
pub(super) fn lines(engine: &Engine, now: Duration, title: &str, service: &str, canvas: Canvas) -> Vec<Line> {
    let rows = canvas.rows.saturating_sub(SPARE_ROWS).max(1);
    let run = engine.snapshot(now);
    let counts = run.counts;
    let mut lines = if run.contact_made {
        vec![heading(counts, title, canvas), canvas.line(&times(&run, canvas))]
    } else {
        vec![canvas.line(&waiting(&format!("waiting for the first answer of {service}"), run.elapsed))]
    };
    if let Some((since, error)) = &run.failing {
        // The first answer is waited for by other rules.
        let patience = if run.contact_made { format!(" (up to {})", elapsed(run.patience)) } else { String::new() };
        let text = format!("failing for {}{patience}: {}", elapsed(*since), error.message);
        lines.push(canvas.line(&text));
    }
    let room = rows.saturating_sub(lines.len());
    // One row is for those that are not named.
    let named = if counts.jobs() <= room.min(MOST_JOBS) { room } else { room.min(MOST_JOBS + 1).saturating_sub(1) };
    let jobs = engine.notable(now, named);
    let unnamed = (counts.failure + counts.running).saturating_sub(jobs.len());
    let names = jobs.iter().filter_map(|job| name(job, canvas)).map(|name| name.width()).max();
    let ages = jobs.iter().map(|job| elapsed(job.age).len()).max().unwrap_or(0);
    lines.extend(jobs.iter().map(|summary| job(summary, ages, names, canvas)));
    if unnamed > 0 && room > named {
        lines.push(canvas.line(&format!("  and {unnamed} more")));
    }
    lines.truncate(rows);
    lines
}

/// `━━━━──── 137/250: 135 success, 2 failure, 113 running`.
fn heading(counts: Counts, title: &str, canvas: Canvas) -> Line {
    if counts.jobs() == 0 {
        return canvas.line(title);
    }
    if counts.jobs() == 1 {
        return canvas.line(&counts.line());
    }
    let ended = format!("{}/{}", counts.success + counts.failure, counts.jobs());
    // Without the bar, a narrow window says less of the states.
    let texts = [format!("{ended}: {counts}"), format!("{ended}: {} failure", counts.failure), ended];
    let with_bar = |text: &String| {
        let room = canvas.width().saturating_sub(text.width() + 1);
        bar(counts, room, canvas.color)
            .map(|(bar, cells)| Line { cells: cells + 1 + text.width(), text: format!("{bar} {text}") })
    };
    let [longest, ..] = &texts;
    texts.iter().find_map(with_bar).unwrap_or_else(|| canvas.line(longest))
}

/// `waiting for the first answer of cph.cn-north-4.myhuaweicloud.com, 3s elapsed`.
pub(super) fn waiting(what: &str, time: Duration) -> String {
    format!("{what}, {} elapsed", elapsed(time))
}

/// So much of a line as fits into a window of so many columns, foreign texts made inert.
pub(super) fn fitting(text: &str, columns: usize) -> String {
    Canvas { columns, rows: 1, color: false }.line(text).text
}

/// `1m 5s elapsed, 28m 55s left, next look in 3s`; the last part only where it fits.
fn times(run: &Snapshot, canvas: Canvas) -> String {
    let left = run.time_left.map(|left| format!(", {} left", elapsed(left + ALMOST_A_SECOND))).unwrap_or_default();
    let next = match run.next_look {
        _ if run.waits_for_names => "reading the names of phones".to_owned(),
        Some(next) if !next.is_zero() => format!("next look in {}", elapsed(next + ALMOST_A_SECOND)),
        _ => "looking".to_owned(),
    };
    let short = format!("{} elapsed{left}", elapsed(run.elapsed));
    let long = format!("{short}, {next}");
    if long.len() <= canvas.width() { long } else { short }
}

/// The name of its phone; a third of the line at most, since an error may follow.
fn name(job: &JobSummary, canvas: Canvas) -> Option<String> {
    job.name.as_deref().map(|name| cut(name, Some(LONGEST_NAME.min(canvas.width() / 3))))
}

/// Status, age and name; what is wrong comes before the id, so that no long id hides it. The least important part is
/// left out where it does not fit as a whole.
fn job(job: &JobSummary, ages: usize, names: Option<usize>, canvas: Canvas) -> Line {
    let status = job.status.word();
    let start = format!("  {status:STATUS$}  {:>ages$}  ", elapsed(job.age));
    let reason = match (&job.grace_left, &job.error) {
        (Some(left), _) => Some(format!("not found yet, final in {}", elapsed(*left + ALMOST_A_SECOND))),
        (None, error) => error.clone(),
    };
    let start = match names {
        Some(cells) => {
            let name = name(job, canvas).unwrap_or_default();
            format!("{start}{name}{}", " ".repeat(cells.saturating_sub(name.width()) + 2))
        }
        None => start,
    };
    let room = canvas.width().saturating_sub(start.width() + 2 + job.id.width());
    let rest = match (reason, job.subject.as_ref().filter(|subject| job.name.is_none() && subject.width() <= room)) {
        (Some(reason), _) if room < NARROWEST_ERROR => reason,
        (Some(reason), _) => format!("{}  {}", cut(&reason, Some(room)), job.id),
        (None, Some(subject)) => format!("{}  {subject}", job.id),
        (None, None) => job.id.clone(),
    };
    let Line { text, cells } = canvas.line(&format!("{start}{rest}"));
    let text = match text.strip_prefix(&format!("  {status}")) {
        Some(rest) => format!("  {}{rest}", paint(job.status, status, canvas.color)),
        None => text,
    };
    Line { text, cells }
}
