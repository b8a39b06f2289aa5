//! The sanitiser. Invariants:
//!
//! - An inert text has no control, bidi or tag character, no line separator, no `##`, no flood of combining marks, and
//!   begins no CI command. To make it inert again changes nothing, and neither does a text of letters change.
//! - Each line of a wrapped text is inert, fits into its width, and no letter is lost. A cut text fits, too.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::input::texts;
use crate::output::text::{cut, harmless_start, inert, wrapped, wrapped_with_indent};

/// A text, and a width as the length of a second one.
pub fn text(data: &[u8]) {
    let [text, width] = texts(data);
    let width = width.len();
    let clean = inert(&text);
    assert!(is_harmless(&clean), "{clean:?}");
    assert_eq!(inert(&clean), clean);
    assert_eq!(harmless_start(clean.clone()), clean);
    if text.chars().all(|c| c.is_alphanumeric() && c.width() > Some(0) || c == ' ') {
        assert_eq!(clean, text);
    }
    for lines in [wrapped(&text, Some(width)), wrapped_with_indent(&text, Some(width))] {
        for line in &lines {
            assert!(is_harmless(line), "{lines:?}");
            // No narrower than eight cells, one for a backslash and four of indentation.
            assert!(line.width() <= width.max(13), "{width}: {lines:?}");
        }
        let letters = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect() };
        assert_eq!(letters(&lines.concat()), letters(&clean));
    }
    assert_eq!(wrapped(&text, None), std::slice::from_ref(&clean));
    let short = cut(&text, Some(width));
    assert!(is_harmless(&short) && short.width() <= width.max(1), "{short:?}");
    assert!(short == clean || short.strip_suffix('…').is_some_and(|start| clean.starts_with(start)));
}

/// Whether a terminal, a log or a CI runner obeys nothing in this line.
pub(super) fn is_harmless(line: &str) -> bool {
    let mut marks = 0;
    for c in line.chars() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks > 8 || is_obeyed(c) {
            return false;
        }
    }
    let start = line.trim_start_matches(|c: char| c.is_whitespace() || is_mark(c));
    let is_heading =
        |word: &str| start.strip_prefix(word).is_some_and(|rest| rest.chars().next().is_none_or(char::is_whitespace));
    !line.contains("##") && !start.starts_with("::") && !["---", "+++", "~~~", "^^^"].into_iter().any(is_heading)
}

fn is_obeyed(c: char) -> bool {
    let code = u32::from(c);
    let control = code < 0x20 || (0x7f..0xa0).contains(&code);
    let separator = [0x2028, 0x2029].contains(&code);
    let bidi = [0x61c, 0x200e, 0x200f].contains(&code)
        || (0x202a..=0x202e).contains(&code)
        || (0x2066..=0x2069).contains(&code);
    control || separator || bidi || (0xe0000..=0xe007f).contains(&code)
}

fn is_mark(c: char) -> bool {
    !c.is_ascii() && c.width() == Some(0)
}
