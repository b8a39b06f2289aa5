//! PURE: whether a login or a look-up is tried again, and when; `poll` decides that for jobs. The HTTP library's own
//! retries are off. It must not know clocks or sockets.

use std::time::{Duration, SystemTime};

use crate::backoff::backoff;

const ATTEMPTS: u32 = 3;
/// Of every attempt, those at jobs too.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// For a login or a look-up with all its attempts and pauses; a run's first contact shares it.
pub(crate) const LOOK_TIMEOUT: Duration = Duration::from_secs(30);

/// A longer `Retry-After` is a mistake of the server, and ignored.
const LONGEST_PLAUSIBLE: Duration = Duration::from_secs(24 * 3600);

/// What to do after a retryable error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    Pause(Duration),
    AttemptsSpent,
    /// The service asked for a longer pause than the time that remains.
    AskedForMore(Duration),
    OutOfTime,
}

/// The decision after attempt number `attempt` (1 is the first), with `left` of the time for this look.
///
/// The pause is that of [`backoff`], or what the service asked for where that is longer.
pub(crate) fn decide(attempt: u32, asked: Option<Duration>, left: Duration, jitter: f64) -> RetryDecision {
    if attempt >= ATTEMPTS {
        return RetryDecision::AttemptsSpent;
    }
    if let Some(asked) = asked.filter(|asked| *asked >= left) {
        return RetryDecision::AskedForMore(asked);
    }
    let pause = backoff(attempt.saturating_sub(1), jitter).max(asked.unwrap_or_default());
    if pause >= left { RetryDecision::OutOfTime } else { RetryDecision::Pause(pause) }
}

/// How long a `Retry-After` asks to wait: seconds, or an HTTP date. Negative, over a day or invalid: as if absent.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let asked = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        Duration::from_secs(value.parse().ok()?)
    } else {
        httpdate::parse_http_date(value).ok()?.duration_since(now).ok()?
    };
    (asked <= LONGEST_PLAUSIBLE).then_some(asked)
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
            assert_eq!(decide(attempt, asked, left, jitter), next_step, "{attempt} {asked:?} {left:?}");
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
            if let RetryDecision::Pause(pause) = decide(attempt, asked.map(ms), ms(left), jitter) {
                prop_assert!(pause < ms(left));
            }
        }

        #[test]
        fn retry_after_survives_any_text(value in "\\PC{0,40}") {
            let _ = retry_after(&value, SystemTime::UNIX_EPOCH);
        }
    }
}
