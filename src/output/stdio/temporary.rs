//! What is on stderr's terminal and does not stay: one line, or a few that are redrawn in place. Every other line on
//! stderr, from whatever thread, takes its place.
//!
//! Lines are not padded to the margin, or each would be on two rows after the window became narrower; where a line
//! itself was wrapped, all its rows are cleared. Most terminals wrap lines so (VTE, kitty, iTerm, Windows Terminal,
//! tmux).

use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use console::Term;

use crate::output::cells::Line;
use crate::output::stdio::stream::Stderr;

/// To the start of the line, and clears it.
const CLEAR: &str = "\r\u{1b}[K";

static SHOWN: Mutex<Shown> = Mutex::new(Shown::Nothing);

/// Where the cursor stands.
enum Shown {
    Nothing,
    /// Behind the line.
    Line,
    /// Below the lines, which have so many cells.
    Lines(Vec<usize>),
}

/// Shows a line that fits into the window, in place of what was shown.
pub(crate) fn show_temporary(line: &str) {
    replace(Shown::Line, line);
}

/// Shows these lines, in place of what was shown.
pub(crate) fn show_temporary_lines(lines: &[Line]) {
    let text: String = lines.iter().flat_map(|line| [&line.text, "\n"]).collect();
    replace(Shown::Lines(lines.iter().map(|line| line.cells).collect()), &text);
}

/// Leaves the terminal as it was.
pub(crate) fn clear_temporary() {
    replace(Shown::Nothing, "");
}

/// Lines that stay.
pub(super) fn write(text: &str) {
    replace(Shown::Nothing, text);
}

fn replace(shown: Shown, text: &str) {
    let mut last = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    // A terminal that can't be written to changes nothing.
    let _ = match std::mem::replace(&mut *last, shown) {
        Shown::Nothing if text.is_empty() => Ok(()),
        Shown::Nothing => Stderr.write_all(text.as_bytes()),
        Shown::Line => Stderr.write_all([CLEAR, text].concat().as_bytes()),
        Shown::Lines(cells) => replace_lines(&cells, text),
    };
}

fn replace_lines(cells: &[usize], text: &str) -> io::Result<()> {
    // Buffered, so that the text appears at once.
    let mut term = Term::buffered_stderr();
    let (height, columns) = term.size();
    let rows = cells.len() + further_rows(cells, usize::from(columns));
    // Line by line: some terminals copy a screen that is cleared at once to their scrollback.
    for _ in 0..rows.min(usize::from(height).saturating_sub(1)) {
        term.move_cursor_up(1)?;
        term.clear_line()?;
    }
    term.write_all(text.as_bytes())?;
    term.flush()
}

/// How many more rows than lines there are, when lines of so many cells are wrapped at so many columns.
fn further_rows(lines: &[usize], columns: usize) -> usize {
    lines.iter().map(|cells| cells.saturating_sub(1) / columns.max(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::further_rows;

    #[test]
    fn rows_of_lines_in_a_narrower_window() {
        for (lines, columns, rows) in [
            (&[][..], 40, 0),
            (&[40, 39, 1, 0], 40, 0),
            (&[41], 40, 1),
            (&[79, 20, 79], 40, 2),
            (&[79], 10, 7),
            (&[79], 0, 78),
        ] {
            assert_eq!(further_rows(lines, columns), rows, "{lines:?} {columns}");
        }
    }
}
