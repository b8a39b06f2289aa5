//! Where the redrawn lines go. Between the library that draws and the terminal, for the sake of a window that
//! becomes narrower: what was drawn is then on more rows than before.
//!
//! Lines are not filled up to the margin, or each would be on two rows; where a line itself was broken in two, all its
//! rows are cleared. Terminals that break lines so are the rule (VTE, kitty, iTerm, Windows Terminal, tmux).

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use console::Term;
use indicatif::TermLike;
use unicode_width::UnicodeWidthStr as _;

/// stderr's terminal.
#[derive(Debug)]
pub(super) struct Window {
    term: Term,
    drawn: Mutex<Drawn>,
}

#[derive(Debug, Default)]
struct Drawn {
    /// Columns at that time.
    columns: usize,
    /// Cells of each line.
    lines: Vec<usize>,
    /// A line is complete, and nothing follows yet.
    at_end: bool,
}

impl Window {
    pub(super) fn new() -> Self {
        Self { term: Term::buffered_stderr(), drawn: Mutex::default() }
    }

    fn drawn(&self) -> MutexGuard<'_, Drawn> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Rows more than lines, where lines of so many cells are broken at so many columns.
fn further_rows(lines: &[usize], columns: usize) -> usize {
    lines.iter().map(|cells| cells.saturating_sub(1) / columns.max(1)).sum()
}

impl TermLike for Window {
    fn width(&self) -> u16 {
        self.term.size().1
    }

    fn height(&self) -> u16 {
        self.term.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        let mut drawn = self.drawn();
        let columns = usize::from(self.width());
        // Asked for first before lines are drawn anew.
        if columns < std::mem::replace(&mut drawn.columns, columns) {
            let further = further_rows(&drawn.lines, columns);
            drawn.lines.clear();
            // Line by line: some terminals keep a screen that is cleared at once in their scrollback.
            let rows = (n + further).min(usize::from(self.height()).saturating_sub(1));
            for _ in 0..rows {
                self.term.clear_line()?;
                self.term.move_cursor_up(1)?;
            }
            return Ok(());
        }
        drawn.lines.clear();
        self.term.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.term.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.term.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.term.move_cursor_left(n)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.term.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        let mut drawn = self.drawn();
        if text.bytes().all(|byte| byte == b' ') {
            drawn.at_end = true;
            return Ok(());
        }
        if std::mem::take(&mut drawn.at_end) {
            self.term.write_str("\r\n")?;
        }
        if text != "\r" {
            drawn.lines.push(text.width());
        }
        self.term.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.term.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.drawn().at_end = false;
        self.term.flush()
    }
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
