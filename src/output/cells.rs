//! PURE: the parts of a job that cards, columns and the progress show alike, and their colours.

use jiff::Timestamp;

use crate::job::{Job, Status};
use crate::language::Language;
use crate::output::text::duration;

/// Where and for whom a table is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Cells in a line; `None` is unlimited.
    pub width: Option<usize>,
    pub color: bool,
    /// The time now, where ages are shown (on a terminal only: a log is read later).
    pub now: Option<Timestamp>,
    /// Of the meaning of codes and what to do; all else is English.
    pub language: Language,
}

/// One line of those that are redrawn in place, and its cells: colours take none.
#[derive(Debug, PartialEq)]
pub(crate) struct Line {
    pub text: String,
    pub cells: usize,
}

/// How long it took; of a running job on a terminal its age so far, as `3m+`.
pub(super) fn took(job: &Job, now: Option<Timestamp>) -> Option<String> {
    if job.status != Status::Running {
        return job.duration_seconds().map(duration);
    }
    let begin: Timestamp = job.begin_time.as_deref()?.parse().ok()?;
    let seconds = now?.as_second() - begin.as_second();
    let age = match seconds {
        ..0 => return None,
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86_400 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    };
    Some(age + "+")
}

pub(super) fn colored(status: Status, color: bool) -> String {
    paint(status, status.word(), color)
}

/// `text` in the colour of a status; an empty one stays empty.
pub(super) fn paint(status: Status, text: &str, color: bool) -> String {
    if !color || text.is_empty() {
        return text.to_owned();
    }
    let code = match status {
        Status::Success => "32",
        Status::Failure => "31",
        Status::Running => "36",
        // A dark yellow of the 256 colours: the usual one can't be read on white.
        Status::Unknown => "38;5;136",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}
