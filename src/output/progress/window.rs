//! Draws lines on a terminal and clears them again, also after the window became narrower, when they are on more rows.
//!
//! Lines are not padded to the margin, or each would then be on two rows; where a line itself was wrapped, all its rows
//! are cleared. Most terminals wrap lines so (VTE, kitty, iTerm, Windows Terminal, tmux).

use std::io;

use console::Term;

use super::terminal::Line;

/// stderr's terminal.
#[derive(Debug)]
pub(super) struct Window {
    term: Term,
    /// Cells of each line on the screen.
    drawn: Vec<usize>,
}

impl Window {
    pub(super) fn new() -> Self {
        // Buffered, so that a drawing appears at once.
        Self { term: Term::buffered_stderr(), drawn: Vec::new() }
    }

    /// Draws these lines in place of the last ones. The cursor stands below them.
    pub(super) fn draw(&mut self, lines: &[Line]) -> io::Result<()> {
        self.clear_lines()?;
        for line in lines {
            self.term.write_line(&line.text)?;
        }
        self.drawn = lines.iter().map(|line| line.cells).collect();
        self.term.flush()
    }

    /// Leaves the terminal as it was.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.clear_lines()?;
        self.term.flush()
    }

    fn clear_lines(&mut self) -> io::Result<()> {
        let (height, columns) = self.term.size();
        let rows = self.drawn.len() + further_rows(&self.drawn, usize::from(columns));
        // Line by line: some terminals copy a screen that is cleared at once to their scrollback.
        for _ in 0..rows.min(usize::from(height).saturating_sub(1)) {
            self.term.move_cursor_up(1)?;
            self.term.clear_line()?;
        }
        self.drawn.clear();
        Ok(())
    }
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
