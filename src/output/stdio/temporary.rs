//! A line on stderr's terminal that does not stay: every other line on stderr, from whatever thread, takes its place.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::output::stdio::stream::Stderr;

/// To the start of the line, and clears it.
const CLEAR: &str = "\r\u{1b}[K";

/// Whether the cursor stands behind such a line.
static IS_SHOWN: Mutex<bool> = Mutex::new(false);

/// Shows a line that fits into the window, in place of the last one.
pub(crate) fn show_temporary(line: &str) {
    replace(line, true);
}

/// Leaves the terminal as it was.
pub(crate) fn clear_temporary() {
    replace("", false);
}

/// Lines that stay.
pub(super) fn write(text: &str) {
    replace(text, false);
}

fn replace(text: &str, is_temporary: bool) {
    let mut is_shown = IS_SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if std::mem::replace(&mut *is_shown, is_temporary) {
        let _ = Stderr.write_all([CLEAR, text].concat().as_bytes());
    } else if !text.is_empty() {
        let _ = Stderr.write_all(text.as_bytes());
    }
}
