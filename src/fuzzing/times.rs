//! Times that others write. Invariants:
//!
//! - A `Retry-After` asks for at most a day; no pause passes the time that is left or is shorter than what was asked.
//! - A duration that is accepted is longer than nothing and at most ten years; as it is shown it is read again alike.
//! - No number and no time makes a text with a control character, and no job takes less than no time.

use std::time::{Duration, SystemTime};

use super::input::texts;
use super::text::is_harmless;
use crate::api::retry::{RetryDecision, decide, retry_after};
use crate::cli::time::{Limit, interval, timeout};
use crate::job::Job;
use crate::language::Language;
use crate::output::text::{age, duration, span};

/// Seconds in ten mean years, one more than the longest that is accepted.
const TEN_YEARS: Duration = Duration::from_secs(10 * 31_556_952);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A text that is a `Retry-After`, a duration, a number of seconds and a locale, and a second one: two times.
pub fn times(data: &[u8]) {
    let [text, other] = texts(data);
    for now in [0, 784_111_777, 1_795_651_200, 253_402_300_799].map(Duration::from_secs) {
        let asked = retry_after(&text, SystemTime::UNIX_EPOCH + now);
        assert!(asked.is_none_or(|asked| asked <= DAY));
        for (attempt, left) in [(0, 30_000), (1, 30_000), (1, 400), (2, 1), (2, 0), (3, 30_000)] {
            let left = Duration::from_millis(left);
            for jitter in [0.0, 0.5, 1.0] {
                if let RetryDecision::Pause(pause) = decide(attempt, asked, left, jitter) {
                    assert!(pause < left && pause >= asked.unwrap_or_default());
                }
            }
        }
    }
    if let Ok(Limit(Some(time))) = timeout(&text) {
        assert!(time > Duration::ZERO && time <= TEN_YEARS);
        assert_eq!(timeout(&span(time)), Ok(Limit(Some(time))));
    }
    if let Ok(time) = interval(&text) {
        assert!(time >= Duration::from_secs(1) && time <= TEN_YEARS);
        assert_eq!(timeout(&text), Ok(Limit(Some(time))));
    }
    if let Ok(seconds) = text.parse::<i64>() {
        assert!(is_harmless(&duration(seconds)) && is_harmless(&age(seconds)));
    }
    let _ = Language::of_locale(&text);
    let job = Job { begin_time: Some(text), end_time: Some(other), ..Job::default() };
    assert!(job.duration_seconds().is_none_or(|seconds| seconds >= 0));
}
