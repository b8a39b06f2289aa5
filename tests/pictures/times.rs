//! The only part of a screen that is not shown as it was: times that are others in each run. Each is replaced by a fixed
//! one that such a run could have had. Nothing else on a screen is changed.

use std::ops::Range;

use crate::terminal::{Line, plain, text};

/// Replaces the durations of a line, in their order; there must be as many as these. The blanks before one belong to it,
/// since columns of ages are aligned at their right.
pub(crate) fn fix(line: &mut Line, fixed: &[&str]) {
    let found = durations(&text(line));
    assert_eq!(found.len(), fixed.len(), "{}", text(line));
    for (range, fixed) in found.into_iter().zip(fixed).rev() {
        let _ = line.splice(range, plain(fixed));
    }
}

/// `(10 months ago)`: how long ago the simulator's jobs began depends on today.
pub(crate) fn fix_age(line: &mut Line, fixed: &str) {
    let chars: Vec<char> = text(line).chars().collect();
    let start = chars.iter().position(|char| *char == '(').unwrap();
    assert!(text(line).ends_with(" ago)"), "{}", text(line));
    let _ = line.splice(start.., plain(fixed));
}

/// Where durations such as `3s` or `29m 54s` stand, by characters, with the blanks before them. A part of a word, such
/// as of `sim-req-8-2-12s`, is none.
fn durations(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for word in line.split([' ', '(', ')', ',']) {
        let (start, end) = (at, at + word.chars().count());
        at = end + 1;
        match found.last_mut() {
            _ if !is_duration(word) => {}
            // Its second part.
            Some(last) if last.end + 1 == start && line.chars().nth(last.end) == Some(' ') => last.end = end,
            _ => {
                let blanks = line.chars().take(start).collect::<Vec<_>>();
                let blanks = blanks.iter().rev().take_while(|char| **char == ' ').count();
                found.push(start - blanks..end);
            }
        }
    }
    found
}

fn is_duration(word: &str) -> bool {
    let digits = word.strip_suffix(['s', 'm', 'h', 'd']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[test]
fn only_durations_are_replaced() {
    for (line, durations, expected) in [
        (
            "12s elapsed, 29m 48s left, next look in 2s",
            &["6s", " 29m 54s", " 1s"][..],
            "6s elapsed, 29m 54s left, next look in 1s",
        ),
        ("  running   12s  sim-req-8-2-12s-5  00f0e005", &["  6s"], "  running  6s  sim-req-8-2-12s-5  00f0e005"),
        ("8 jobs: 6 success, 2 failure (took 1m 2s)", &[" 9s"], "8 jobs: 6 success, 2 failure (took 9s)"),
        ("4/8: 3 success, 1 failure", &[], "4/8: 3 success, 1 failure"),
    ] {
        let mut shown = plain(line);
        fix(&mut shown, durations);
        assert_eq!(text(&shown), expected);
    }
    let mut line = plain("Began    2026-01-15T08:00:00Z  (1 year ago)");
    fix_age(&mut line, "(10 months ago)");
    assert_eq!(text(&line), "Began    2026-01-15T08:00:00Z  (10 months ago)");
}
