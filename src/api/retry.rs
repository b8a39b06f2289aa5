//! PURE: whether to try again, and when. The only retry layer there is; the HTTP library's own is off.
//!
//! Knows durations and a roll of the dice, no clock and no socket.

use std::time::{Duration, SystemTime};

use crate::backoff::backoff;

/// Attempts in all for one look at one job.
pub(crate) const ATTEMPTS: u32 = 3;
/// The longest that one attempt may take.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that the question about one job may take, pauses included.
pub(crate) const LOOK_TIMEOUT: Duration = Duration::from_secs(30);

/// A `Retry-After` beyond this is a mistake of the server's, and as good as none.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 3600);

/// What to do after an attempt that failed in a way that may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// Try again after this pause.
    Pause(Duration),
    /// All attempts are used up.
    AttemptsSpent,
    /// The service asked for a longer pause than there is time.
    AskedForMore(Duration),
    /// No time is left.
    OutOfTime,
}

/// The decision after the `attempt`th try (1 is the first), with `left` of the time for this look.
///
/// `jitter` is a number from 0 to 1, drawn anew each time: the pause is `rand(0.5, 1) * min(8 s, 0.5 s * 2^n)`,
/// or what the service asked for where that is longer.
pub(crate) fn next(attempt: u32, asked: Option<Duration>, left: Duration, jitter: f64) -> RetryDecision {
    if attempt >= ATTEMPTS {
        return RetryDecision::AttemptsSpent;
    }
    if let Some(asked) = asked.filter(|asked| *asked >= left) {
        return RetryDecision::AskedForMore(asked);
    }
    let pause = backoff(attempt.saturating_sub(1), jitter).max(asked.unwrap_or_default());
    if pause >= left { RetryDecision::OutOfTime } else { RetryDecision::Pause(pause) }
}

/// How long a `Retry-After` asks to wait: seconds, or an HTTP date. Negative, over a day or unreadable: as if absent.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let asked = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        Duration::from_secs(value.parse().ok()?)
    } else {
        httpdate::parse_http_date(value).ok()?.duration_since(now).ok()?
    };
    (asked <= LONGEST_RETRY_AFTER).then_some(asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn decisions() {
        for (attempt, asked, left, jitter, next_step) in [
            (1, None, ms(30_000), 0.0, RetryDecision::Pause(ms(250))),
            (1, None, ms(30_000), 1.0, RetryDecision::Pause(ms(500))),
            (2, None, ms(30_000), 1.0, RetryDecision::Pause(ms(1000))),
            (3, None, ms(30_000), 0.0, RetryDecision::AttemptsSpent),
            (3, Some(ms(0)), ms(30_000), 0.0, RetryDecision::AttemptsSpent),
            (1, Some(ms(2000)), ms(30_000), 0.0, RetryDecision::Pause(ms(2000))),
            (1, Some(ms(0)), ms(30_000), 1.0, RetryDecision::Pause(ms(500))),
            (1, Some(ms(60_000)), ms(29_000), 0.0, RetryDecision::AskedForMore(ms(60_000))),
            (2, None, ms(400), 0.0, RetryDecision::OutOfTime),
        ] {
            assert_eq!(next(attempt, asked, left, jitter), next_step, "{attempt} {asked:?} {left:?}");
        }
    }

    #[test]
    fn retry_after_forms() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777); // Sun, 06 Nov 1994 08:49:37 GMT
        for (value, asked) in [
            ("2", Some(2)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:40 GMT", Some(3)),
            ("Sunday, 06-Nov-94 08:49:40 GMT", Some(3)),
            ("Sun Nov  6 08:49:40 1994", Some(3)),
            ("Sun, 06 Nov 1994 08:49:30 GMT", None),
            ("86400", Some(86_400)),
            ("86401", None),
            ("-1", None),
            ("1.5", None),
            ("", None),
            ("99999999999999999999999", None),
            ("soon", None),
        ] {
            assert_eq!(retry_after(value, now), asked.map(Duration::from_secs), "{value}");
        }
    }

    proptest! {
        #[test]
        fn never_passes_the_deadline(attempt in 0u32..50, asked in proptest::option::of(0u64..200_000), left in 0u64..40_000, jitter: f64) {
            if let RetryDecision::Pause(pause) = next(attempt, asked.map(ms), ms(left), jitter) {
                prop_assert!(pause < ms(left));
            }
        }

        #[test]
        fn retry_after_survives_any_text(value in "\\PC{0,40}") {
            let _ = retry_after(&value, SystemTime::UNIX_EPOCH);
        }
    }
}
