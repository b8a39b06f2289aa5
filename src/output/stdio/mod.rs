//! Writes to stdout and stderr for all commands, except the question for a secret (`auth::prompt`) and what
//! `cph simulator` says of itself. The answer goes to stdout once, at the end (a stream: line by line); everything else
//! is a line on stderr, made inert. A stderr that can't be written to is no error.

mod stream;
mod temporary;

use std::io::{self, BufWriter, ErrorKind, Write};
use std::sync::OnceLock;

use crate::error::Error;
use crate::job::Status;
use crate::output::cells::paint;
use crate::output::help_colors;
use crate::output::text::inert;

/// Whether `error`, `hint` and `warning` have the colours of the statuses. Asked for the lines that have such a word: a
/// run without one does not pay for the look-ups.
static IS_COLORED: OnceLock<Box<dyn Fn() -> bool + Send + Sync>> = OnceLock::new();

/// Longest line for a foreign text on stderr, in bytes: an error, its hint and its request id stay below 4 kB.
const LONGEST_LINE: usize = 1800;

/// stdout for output before the end of a command.
pub(crate) use stream::Stdout;
pub(crate) use temporary::{clear_temporary, show_temporary, show_temporary_lines};

/// Bytes in one write.
const PIECE: usize = 64 << 10;

/// Sets how it is decided whether stderr is coloured; once, before the first line.
pub(crate) fn set_color(is_colored: impl Fn() -> bool + Send + Sync + 'static) {
    let _ = IS_COLORED.set(Box::new(is_colored));
}

fn is_colored() -> bool {
    IS_COLORED.get().is_some_and(|is_colored| is_colored())
}

/// One line on stderr.
pub(crate) fn line(text: &str) {
    let line = format!("{}\n", shortened(text));
    temporary::write(&line);
}

/// One line on stderr that is never shortened, for a command to copy.
pub(crate) fn whole_line(text: &str) {
    let line = format!("{}\n", inert(text));
    temporary::write(&line);
}

/// The next step, for a line that is no error's; never shortened, since it may be a command to copy.
pub(crate) fn hint(text: &str) {
    temporary::write(&format!("{}: {}\n", paint(Status::Running, "hint", is_colored()), inert(text)));
}

/// A question, without a line break.
pub(crate) fn question(text: &str) {
    temporary::write(&inert(text));
}

/// What happened, the next step, and the service's request id.
pub(crate) fn error(error: &Error) {
    temporary::write(&error_text(error, is_colored()));
}

pub(crate) fn error_text(error: &Error, color: bool) -> String {
    let word = paint(Status::Failure, &format!("error[{}]", error.kind.word()), color);
    let hint = paint(Status::Running, "hint", color);
    let mut text = format!("cph: {word}: {}\n", shortened(&error.text()));
    text.push_str(&format!("{hint}: {}\n", shortened(error.next_step())));
    if let Some(id) = &error.service.request_id {
        text.push_str(&format!("request id: {}\n", shortened(id)));
    }
    text
}

pub(crate) fn warning(text: &str) {
    let word = paint(Status::Unknown, "warning", is_colored());
    let line = format!("cph: {word}: {}\n", shortened(text));
    temporary::write(&line);
}

/// A line of `-v`.
pub(crate) fn log(text: &str) {
    line(&format!("cph: {text}"));
}

/// Text of several lines, such as clap's usage errors, each made inert. Arguments in it must be inert already: a line
/// feed in one would begin a line.
pub(crate) fn paragraph(text: &str) {
    let text: String = text.lines().map(|line| inert(line) + "\n").collect();
    temporary::write(&if is_colored() { help_colors::colored(&text) } else { text });
}

/// Writes the answer: a usual one in one piece, a large one in several, so that no copy of it is made. A closed pipe is
/// no error: the reader wants no more.
pub(crate) fn answer(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(PIECE, stream::Stdout);
    match write(&mut out).and_then(|()| out.flush()) {
        Err(reason) if reason.kind() == ErrorKind::BrokenPipe => Ok(()),
        ended => ended,
    }
}

fn shortened(text: &str) -> String {
    let text = inert(text);
    if text.len() <= LONGEST_LINE {
        return text;
    }
    let end = (0..=LONGEST_LINE).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn only_the_words_are_coloured_and_no_foreign_text_is() {
        let error = Error::new(Kind::Io, "x\u{1b}[31m").hint("y");
        assert_eq!(error_text(&error, false), "cph: error[io]: x\\u{1b}[31m\nhint: y\n");
        assert_eq!(
            error_text(&error, true),
            "cph: \u{1b}[31merror[io]\u{1b}[0m: x\\u{1b}[31m\n\u{1b}[36mhint\u{1b}[0m: y\n"
        );
    }

    #[test]
    fn a_line_is_short_in_bytes() {
        for (text, length) in [("x", 5000), ("手", 600), ("😀", 2000), ("\u{1b}", 1000)] {
            let line = shortened(&text.repeat(length));
            assert!(line.len() <= LONGEST_LINE + '…'.len_utf8() && line.len() > 1790, "{}", line.len());
        }
        assert_eq!(shortened("short"), "short");
    }
}
