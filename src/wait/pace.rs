//! PURE: how soon to look again, and how politely.
//!
//! The pause grows with the job's age, so that the delay until an end is seen stays in proportion to how long the
//! job took, for a quarter of the requests of "every second".

use std::time::Duration;

use crate::error::{Error, Kind};

/// The pause is this share of the job's age.
const SHARE: f64 = 0.1;
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(10);
/// A `Retry-After` beyond this counts as this.
const LONGEST_ASKED: Duration = Duration::from_secs(60);
/// So many retries are free; beyond them a tenth of all requests may be retries.
const FREE_RETRIES: u32 = 10;
/// A 429 slows everything down for so long.
const SLOW_FOR: Duration = Duration::from_secs(60);
/// Doublings of the pause at most.
const SLOWEST: u32 = 3;

/// The pause before the next look at a job of that age: `clamp(0.1 t, 1 s, 10 s)` ± 10 %.
///
/// `roll` is a number from 0 to 1, drawn anew each time.
#[must_use]
pub fn interval(age: Duration, roll: f64) -> Duration {
    age.mul_f64(SHARE).clamp(SHORTEST, LONGEST).mul_f64(0.9 + 0.2 * roll.clamp(0.0, 1.0))
}

/// How long the service asked to wait, as far as that is obeyed.
#[must_use]
pub fn asked(error: &Error) -> Duration {
    error.service.retry_after.unwrap_or_default().min(LONGEST_ASKED)
}

/// What all looks of a run have in common: nobody starts before the gate, and retries are counted.
#[derive(Debug, Default)]
pub struct Pace {
    gate: Duration,
    requests: u32,
    retries: u32,
    slow: u32,
    slowed_at: Duration,
}

impl Pace {
    /// The earliest time for the next request.
    #[must_use]
    pub fn gate(&self) -> Duration {
        self.gate
    }

    /// A request goes out; the next one comes no sooner than after `gap`.
    pub fn started(&mut self, now: Duration, gap: Duration) {
        self.requests = self.requests.saturating_add(1);
        self.gate = self.gate.max(now + gap);
    }

    /// Whether a retry may be spent; counts it if so.
    pub fn retry(&mut self) -> bool {
        let may = self.retries < FREE_RETRIES.max(self.requests / 10);
        self.retries += u32::from(may);
        may
    }

    /// Nobody starts within `pause`. A 429 besides makes all pauses longer for a while.
    pub fn hold(&mut self, now: Duration, pause: Duration, error: &Error) {
        if error.kind == Kind::RateLimited && now >= self.gate {
            self.slow = (self.slowness(now) + 1).min(SLOWEST);
            self.slowed_at = now;
        }
        self.gate = self.gate.max(now + pause);
    }

    /// A pause between looks as long as it has to be after a 429.
    #[must_use]
    pub fn stretched(&self, now: Duration, pause: Duration) -> Duration {
        pause * 2u32.pow(self.slowness(now))
    }

    /// One doubling is forgotten after each calm minute.
    fn slowness(&self, now: Duration) -> u32 {
        let calm = now.saturating_sub(self.slowed_at).as_secs() / SLOW_FOR.as_secs();
        self.slow.saturating_sub(u32::try_from(calm).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn intervals() {
        for (age, roll, ms) in [
            (0, 0.5, 1000),
            (0, 0.0, 900),
            (0, 1.0, 1100),
            (10, 0.5, 1000),
            (50, 0.5, 5000),
            (50, 0.0, 4500),
            (100, 0.5, 10_000),
            (100, 1.0, 11_000),
            (86_400, 0.5, 10_000),
        ] {
            let pause = interval(seconds(age), roll);
            assert!(pause.abs_diff(Duration::from_millis(ms)) < Duration::from_millis(1), "{age} {roll} {pause:?}");
        }
    }

    #[test]
    fn a_longer_retry_after_counts_as_a_minute() {
        for (retry_after, obeyed) in [(None, 0), (Some(2), 2), (Some(60), 60), (Some(61), 60), (Some(86_400), 60)] {
            let mut error = Error::new(Kind::RateLimited, "m");
            error.service.retry_after = retry_after.map(seconds);
            assert_eq!(asked(&error), seconds(obeyed));
        }
    }

    #[test]
    fn ten_retries_are_free_and_then_a_tenth_of_all() {
        let mut pace = Pace::default();
        assert_eq!((0..50).filter(|_| pace.retry()).count(), 10);
        (0..1000).for_each(|_| pace.started(Duration::ZERO, Duration::ZERO));
        assert_eq!((0..500).filter(|_| pace.retry()).count(), 90);
    }

    #[test]
    fn one_429_slows_all_for_a_minute_and_sixteen_at_once_count_as_one() {
        let mut pace = Pace::default();
        let throttled = Error::new(Kind::RateLimited, "m");
        (0..16).for_each(|_| pace.hold(seconds(5), seconds(2), &throttled));
        assert_eq!(pace.gate(), seconds(7));
        assert_eq!(pace.stretched(seconds(8), seconds(1)), seconds(2));
        assert_eq!(pace.stretched(seconds(66), seconds(1)), seconds(1));
        (0..9).for_each(|n| pace.hold(seconds(10 + 5 * n), seconds(1), &throttled));
        assert_eq!(pace.stretched(seconds(50), seconds(1)), seconds(8));
        pace.hold(seconds(300), seconds(1), &Error::new(Kind::ServiceError, "m"));
        assert_eq!((pace.gate(), pace.stretched(seconds(300), seconds(1))), (seconds(301), seconds(1)));
    }
}
