//! PURE: makes foreign text inert, cuts it to a width, and formats durations.
//!
//! A job's texts are written on a phone, by anybody. On a terminal ESC and friends are commands; in a CI log a line
//! that begins with `::` is one (GitHub's runner accepts spaces before it), and `##` anywhere begins those of Azure,
//! GitHub and TeamCity; Buildkite takes a line that begins with `--- ` for a heading; a line break would let a text
//! begin a line.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The most characters without a width of their own after another one; no language needs more (Unicode's stream-safe
/// format allows 30, and a terminal draws them over other lines).
const MOST_MARKS: usize = 8;

/// What Buildkite obeys at the start of a line: three headings, and the one that opens the group before.
const HEADINGS: [&str; 4] = ["---", "+++", "~~~", "^^^"];

/// `text` without any character or sequence that a terminal, a log or a CI runner would obey. Idempotent.
pub fn inert(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        let forbidden = is_forbidden(c);
        marks = if forbidden || !is_mark(c) { 0 } else { marks + 1 };
        match c {
            '\n' => clean.push_str("\\n"),
            '\r' => clean.push_str("\\r"),
            '\t' => clean.push_str("\\t"),
            c if forbidden || marks > MOST_MARKS => clean.extend(c.escape_unicode()),
            '#' if clean.ends_with('#') => clean.push_str("\\#"),
            c => clean.push(c),
        }
    }
    harmless_start(clean)
}

/// Control characters (C0, DEL, C1), line and paragraph separators, characters that reverse text (Unicode's
/// Bidi_Control), and tag characters, which hide a text in a text.
pub fn is_forbidden(c: char) -> bool {
    // Most characters of most texts.
    if matches!(c, ' '..='~') {
        return false;
    }
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether it takes no cell: a combining mark, a joiner, a variation selector.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && c.width() == Some(0)
}

/// A line of inert texts, with a backslash inserted where a CI runner would obey its start.
pub fn harmless_start(line: String) -> String {
    let rest = line.trim_start_matches(|c: char| c.is_whitespace() || is_mark(c));
    // The end of the text, too: it may be a field, with others after it.
    let ends = |rest: &str| rest.chars().next().is_none_or(char::is_whitespace);
    let heading = HEADINGS.iter().any(|heading| rest.strip_prefix(heading).is_some_and(ends));
    if !heading && !rest.starts_with("::") {
        return line;
    }
    let (before, after) = line.split_at(line.len() - rest.len() + 1);
    format!("{before}\\{after}")
}

/// The text, inert, in lines of at most `width` cells, `None` for one line.
pub fn wrapped(text: &str, width: Option<usize>) -> Vec<String> {
    let text = inert(text);
    let Some(width) = width else { return vec![text] };
    // A piece whose start is made harmless grows by one cell.
    let grows = text.contains("::") || HEADINGS.iter().any(|heading| text.contains(heading));
    let width = if grows { width.saturating_sub(1) } else { width }.max(8);
    let options = textwrap::Options::new(width)
        .word_separator(textwrap::WordSeparator::Custom(words))
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(&text, options).into_iter().map(|line| harmless_start(line.into_owned())).collect()
}

/// [`wrapped`], the lines after the first indented by four cells.
pub(crate) fn wrapped_with_indent(text: &str, width: Option<usize>) -> Vec<String> {
    const INDENT: &str = "    ";
    let whole = width.is_none_or(|width| inert(text).width() <= width);
    let lines = wrapped(text, width.filter(|_| !whole).map(|width| width.saturating_sub(INDENT.len())));
    let indented = |(at, line): (usize, String)| if at == 0 { line } else { format!("{INDENT}{line}") };
    lines.into_iter().enumerate().map(indented).collect()
}

/// Where a line may break: at spaces, and between characters of scripts that have none, by Unicode's rules (no Chinese
/// line begins with a comma). ASCII without spaces is an id, a path or an escape, and stays whole where it can.
fn words(line: &str) -> Box<dyn Iterator<Item = textwrap::core::Word<'_>> + '_> {
    let mut start = 0;
    let breaks = unicode_linebreak::linebreaks(line).map(|(at, _)| at);
    let allowed = move |at: &usize| {
        let (before, after) = line.split_at(*at);
        let before = before.chars().next_back().unwrap_or(' ');
        let after = after.chars().next().unwrap_or(' ');
        before.is_whitespace() || after == ' ' || !before.is_ascii() || !after.is_ascii()
    };
    Box::new(breaks.filter(allowed).filter_map(move |at| {
        let word = line.get(start..at)?;
        start = at;
        Some(textwrap::core::Word::from(word))
    }))
}

/// The text, inert, in one line of at most `width` cells, with an ellipsis where it was cut.
pub fn cut(text: &str, width: Option<usize>) -> String {
    let text = inert(text);
    let Some(width) = width.filter(|width| text.width() > *width) else { return text };
    let mut kept = String::new();
    let mut cells = 1;
    for c in text.chars() {
        cells += c.width().unwrap_or(0);
        if cells > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// Whole seconds as `6s`, `1m 5s`, `2h 3m`, `3d 4h`.
pub fn duration(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        ..60 => format!("{seconds}s"),
        60..3600 => format!("{minutes}m {}s", seconds % 60),
        3600..86_400 => format!("{hours}h {}m", minutes % 60),
        _ => format!("{days}d {}h", hours % 24),
    }
}

/// The same for a time that was measured, in whole seconds.
pub fn elapsed(time: std::time::Duration) -> String {
    duration(i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
}

/// A span as it is typed: `3s`, `30m`, `1h30m`.
pub fn span(time: std::time::Duration) -> String {
    let seconds = time.as_secs();
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let parts = parts.into_iter().chain([(u64::from(time.subsec_millis()), "ms")]);
    let text: String = parts.filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// Seconds that have passed as `7 years ago`; a future time is `just now`, since clocks differ.
pub fn age(seconds: i64) -> String {
    let (number, unit) = match seconds {
        ..5 => return "just now".to_owned(),
        5..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        86_400..2_629_746 => (seconds / 86_400, "day"),
        // A mean Gregorian month and year.
        2_629_746..31_556_952 => (seconds / 2_629_746, "month"),
        _ => (seconds / 31_556_952, "year"),
    };
    format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn foreign_text_is_inert() {
        for (text, clean) in [
            ("plain 中文 é", "plain 中文 é"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{1b}[31mred\u{7f}\u{9b}\u{0}", "\\u{1b}[31mred\\u{7f}\\u{9b}\\u{0}"),
            ("a\u{2028}b\u{202e}c\u{2066}d\u{61c}", "a\\u{2028}b\\u{202e}c\\u{2066}d\\u{61c}"),
            ("::error::x", ":\\:error::x"),
            ("  \u{3000}::error::x", "  \u{3000}:\\:error::x"),
            ("a::b", "a::b"),
            ("\n::error::x", "\\n::error::x"),
            ("x ##[error]y ###[z] ##vso[a] ##VSO[b] ##v", "x #\\#[error]y #\\#\\#[z] #\\#vso[a] #\\#VSO[b] #\\#v"),
            ("##teamcity[x] #### # #", "#\\#teamcity[x] #\\#\\#\\# # #"),
            ("--- x", "-\\-- x"),
            (" +++ x", " +\\++ x"),
            ("~~~\u{3000}x", "~\\~~\u{3000}x"),
            ("^^^ +++", "^\\^^ +++"),
            ("---", "-\\--"),
            ("\u{200b}\u{feff}::error::x", "\u{200b}\u{feff}:\\:error::x"),
            ("----- x", "----- x"),
            ("--force x +++ --- ~~~", "--force x +++ --- ~~~"),
            ("a\u{e0001}\u{e0041}\u{e007f}b", "a\\u{e0001}\\u{e0041}\\u{e007f}b"),
            ("e\u{301}\u{302}", "e\u{301}\u{302}"),
            ("\u{1100}\u{1161}\u{11a8}\u{1100}\u{1161}", "\u{1100}\u{1161}\u{11a8}\u{1100}\u{1161}"),
        ] {
            assert_eq!(inert(text), clean);
        }
    }

    #[test]
    fn at_most_eight_marks_stand_on_one_character() {
        for mark in ['\u{301}', '\u{489}', '\u{20dd}', '\u{200d}', '\u{fe0f}', '\u{e0100}'] {
            let marks = |n: usize| mark.to_string().repeat(n);
            let escape: String = mark.escape_unicode().collect();
            assert_eq!(inert(&format!("a{}b{}", marks(8), marks(1))), format!("a{}b{}", marks(8), marks(1)));
            assert_eq!(inert(&format!("a{}b", marks(11))), format!("a{}{}b", marks(8), escape.repeat(3)));
            assert_eq!(inert(&marks(9)), format!("{}{escape}", marks(8)), "without a base");
        }
    }

    #[test]
    fn wrapping_counts_cells_and_starts_no_command() {
        assert_eq!(wrapped("手机未能启动因为磁盘已满", Some(10)), ["手机未能启", "动因为磁盘", "已满"]);
        assert_eq!(wrapped("手机未能启动，因为", Some(12)), ["手机未能启", "动，因为"], "no line begins with a comma");
        assert_eq!(wrapped("aaaa bbbb cccc", Some(9)), ["aaaa bbbb", "cccc"]);
        assert_eq!(wrapped("手机abcdefgh", Some(8)), ["手机", "abcdefgh"]);
        assert_eq!(wrapped("aaaa bb/cc-dd", Some(8)), ["aaaa", "bb/cc-dd"], "ASCII without spaces stays whole");
        for text in ["some words then ::error:: and ::warning::x", "some words then --- twelve chars"] {
            for line in wrapped(text, Some(16)) {
                assert!(!obeyed(&line) && line.width() <= 16, "{line}");
            }
        }
        assert_eq!(wrapped("a b", None), ["a b"]);
    }

    #[test]
    fn lines_after_the_first_are_indented() {
        assert_eq!(wrapped_with_indent("aaaa bbbb cccc dddd", Some(13)), ["aaaa bbbb", "    cccc dddd"]);
        assert_eq!(wrapped_with_indent("aaaa bbbb cccc", Some(14)), ["aaaa bbbb cccc"], "it fits");
        assert_eq!(wrapped_with_indent("手机未能启动因为", Some(14)), ["手机未能启", "    动因为"]);
        assert_eq!(wrapped_with_indent("a b", None), ["a b"]);
    }

    #[test]
    fn cutting_counts_cells() {
        assert_eq!(cut("手机未能启动", Some(7)), "手机未…");
        assert_eq!(cut("手机", Some(4)), "手机");
        assert_eq!(cut("abcdef", Some(4)), "abc…");
    }

    #[test]
    fn durations_and_ages() {
        for (ms, text) in [(0, "0s"), (1500, "1s500ms"), (1_800_000, "30m"), (5_400_000, "1h30m"), (7_205_000, "2h5s")]
        {
            assert_eq!(span(std::time::Duration::from_millis(ms)), text);
        }
        for (seconds, text) in [(0, "0s"), (6, "6s"), (65, "1m 5s"), (7380, "2h 3m"), (100_000, "1d 3h")] {
            assert_eq!(duration(seconds), text);
        }
        for (seconds, text) in [
            (-9, "just now"),
            (4, "just now"),
            (5, "5 seconds ago"),
            (60, "1 minute ago"),
            (7200, "2 hours ago"),
            (172_800, "2 days ago"),
            (2_629_746, "1 month ago"),
            (239_246_000, "7 years ago"),
        ] {
            assert_eq!(age(seconds), text);
        }
    }

    fn obeyed(line: &str) -> bool {
        let line = line.trim_start();
        line.starts_with("::") || ["---", "+++", "~~~"].iter().any(|start| line.starts_with(&format!("{start} ")))
    }

    proptest! {
        #[test]
        fn nothing_forbidden_is_left_and_twice_is_once(
            text in "[\\PC\\x00-\\x1f\\x7f-\\x9f\u{202e}\u{2028}\u{e0041}\u{301}\u{302}\u{fe0f}:# \\[vso+~^-]{0,60}"
        ) {
            let clean = inert(&text);
            prop_assert!(!clean.chars().any(is_forbidden));
            prop_assert!(!clean.contains("##") && !obeyed(&clean));
            prop_assert_eq!(inert(&clean), clean);
        }

        #[test]
        fn no_flood_of_marks_passes(text in "[a\u{301}\u{20dd}\u{200d}\u{202e}]{0,60}") {
            let clean = inert(&text);
            prop_assert!(!clean.split(|c| !is_mark(c)).any(|marks| marks.chars().count() > 8), "{clean}");
            prop_assert_eq!(inert(&clean), clean);
        }

        #[test]
        fn no_line_of_a_wrapped_text_starts_a_command(text in "[ab: #~+-]{0,60}", width in 1usize..30) {
            for line in wrapped(&text, Some(width)) {
                prop_assert!(!obeyed(&line) && !line.contains("##") && line.width() <= width.max(9), "{line}");
            }
        }
    }
}
