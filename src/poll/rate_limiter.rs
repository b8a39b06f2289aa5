//! PURE: how fast a run may ask: what all its requests have in common. Knows neither jobs nor answers.

use std::collections::VecDeque;
use std::time::Duration;

use super::policy::{CEILING, FREE_RETRIES};

const SECOND: Duration = Duration::from_secs(1);
/// The distance of further looks; a little more than the ceiling's, so that no minute has more.
const CEILING_GAP: Duration = Duration::from_micros(50_100);
/// A rate that a 429 lowered doubles after each minute without another one, and is forgotten after so many.
const CALM: Duration = Duration::from_secs(60);
const FORGOTTEN: u32 = 5;
/// How much of the slowest answer so far still counts after the next one.
const FADING: f64 = 0.9;

/// When requests may be sent, and what is counted for that.
#[derive(Debug, Default)]
pub(super) struct RateLimiter {
    /// No request before it.
    earliest: Duration,
    /// The end of the last pause.
    held_until: Duration,
    /// No further look at a job or a list before it.
    repeats: Duration,
    /// Times of the requests of the last second.
    recent: VecDeque<Duration>,
    requests: u32,
    retries: u32,
    throttled: Option<Throttled>,
    slowest: Duration,
}

/// What the last 429 led to.
#[derive(Debug, Clone, Copy)]
struct Throttled {
    at: Duration,
    /// Requests in a second.
    rate: f64,
}

impl RateLimiter {
    /// The earliest time for any request.
    pub(super) fn earliest(&self) -> Duration {
        self.earliest
    }

    /// The end of the last pause that was asked for or is taken after failures.
    pub(super) fn held_until(&self) -> Duration {
        self.held_until
    }

    /// The earliest time for a further look at a job or a list.
    pub(super) fn repeats(&self) -> Duration {
        self.earliest.max(self.repeats)
    }

    /// Further looks in a second, at most.
    pub(super) fn rate(&self, now: Duration) -> f64 {
        self.lowered(now).map_or(CEILING, |rate| rate.min(CEILING))
    }

    /// Requests that may go out at once after a 429.
    pub(super) fn burst(&self, now: Duration) -> usize {
        // A rate is far below usize's largest number, and at least 1.
        self.lowered(now).map_or(usize::MAX, |rate| rate as usize)
    }

    /// A request goes out.
    pub(super) fn started(&mut self, now: Duration, repeats: bool) {
        self.requests = self.requests.saturating_add(1);
        self.recent.push_back(now);
        self.forget_before(now);
        if repeats {
            // One that was late by less than a gap does not delay those behind it.
            self.repeats = self.repeats.max(now.saturating_sub(CEILING_GAP)) + CEILING_GAP;
        }
        if let Some(rate) = self.lowered(now) {
            self.earliest = self.earliest.max(now + SECOND.div_f64(rate));
        }
    }

    /// An answer came after so long.
    pub(super) fn took(&mut self, time: Duration) {
        self.slowest = time.max(self.slowest.mul_f64(FADING));
    }

    /// The slowest recent answer.
    pub(super) fn slowest(&self) -> Duration {
        self.slowest
    }

    /// No request within `pause`.
    pub(super) fn hold(&mut self, now: Duration, pause: Duration) {
        self.held_until = self.held_until.max(now + pause);
        self.earliest = self.earliest.max(self.held_until);
    }

    /// The service throttled a request of `asked_at`: half the rate of the last second, at least 1. Requests that were
    /// under way together count once. Gives the new rate.
    pub(super) fn throttle(&mut self, now: Duration, asked_at: Duration) -> Option<f64> {
        if self.throttled.is_some_and(|throttled| asked_at < throttled.at) {
            return None;
        }
        self.forget_before(now);
        let half = u32::try_from(self.recent.len()).map_or(f64::MAX, |count| f64::from(count) / 2.0);
        let rate = self.lowered(now).map_or(half, |rate| rate.min(half)).max(1.0);
        self.throttled = Some(Throttled { at: now, rate });
        Some(rate)
    }

    fn lowered(&self, now: Duration) -> Option<f64> {
        let Throttled { at, rate } = self.throttled?;
        let calm = u32::try_from(now.saturating_sub(at).as_secs() / CALM.as_secs()).unwrap_or(u32::MAX);
        (calm < FORGOTTEN).then(|| rate * f64::from(1_u32 << calm))
    }

    fn forget_before(&mut self, now: Duration) {
        while self.recent.front().is_some_and(|at| *at + SECOND <= now) {
            self.recent.pop_front();
        }
    }

    /// Whether a retry may be spent; counts it if so.
    pub(super) fn may_retry(&mut self) -> bool {
        let may = self.retries < FREE_RETRIES.max(self.requests / 10);
        self.retries += u32::from(may);
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn ten_retries_are_free_and_then_a_tenth_of_all() {
        let mut limiter = RateLimiter::default();
        assert_eq!((0..50).filter(|_| limiter.may_retry()).count(), 10);
        (0..1000).for_each(|_| limiter.started(Duration::ZERO, false));
        assert_eq!((0..500).filter(|_| limiter.may_retry()).count(), 90);
    }

    #[test]
    fn repeated_requests_keep_their_distance_and_no_backlog() {
        let mut limiter = RateLimiter::default();
        let mut now = ms(5000);
        let mut starts = Vec::new();
        for n in 0..1300 {
            // Each thread wakes a little late, and once the machine stops for a second.
            now = now.max(limiter.repeats()) + Duration::from_micros(if n == 600 { 1_000_000 } else { 700 });
            starts.push(now);
            limiter.started(now, true);
        }
        let minute = |from: Duration| starts.iter().filter(|at| (from..from + ms(60_000)).contains(*at)).count();
        assert!(minute(starts[0]) <= 1200 && minute(starts[650]) <= 1200);
        assert!(starts[299] - starts[0] < ms(15_000), "{:?}", starts[299] - starts[0]);
        assert!(limiter.earliest().is_zero(), "first requests are free");
    }

    #[test]
    fn a_429_halves_the_rate_and_sixteen_at_once_count_as_one() {
        let mut limiter = RateLimiter::default();
        (0..40).for_each(|n| limiter.started(ms(25 * n), false));
        assert_eq!(limiter.throttle(ms(1000), ms(900)), Some(19.5));
        assert!((0..16).all(|_| limiter.throttle(ms(1001), ms(950)).is_none()));
        limiter.started(ms(2000), false);
        assert_eq!(
            (limiter.earliest(), limiter.rate(ms(2000)), limiter.burst(ms(2000))),
            (ms(2000) + SECOND.div_f64(19.5), 19.5, 19)
        );
        limiter.started(ms(2052), false);
        assert_eq!(limiter.throttle(ms(2100), ms(2052)), Some(1.0));
        assert_eq!(limiter.burst(ms(2100)), 1);
        assert_eq!(limiter.rate(ms(63_000)), 2.0);
        assert_eq!(limiter.rate(ms(403_000)), CEILING);
        assert_eq!((limiter.burst(ms(302_099)), limiter.burst(ms(302_100))), (16, usize::MAX));
        assert!(limiter.throttle(ms(2200), ms(2100)).is_some(), "of a request that began when the rate was lowered");
    }

    #[test]
    fn a_slow_answer_is_remembered_for_a_while() {
        let mut limiter = RateLimiter::default();
        limiter.took(ms(4000));
        limiter.took(ms(100));
        assert_eq!(limiter.slowest(), ms(3600));
        (0..50).for_each(|_| limiter.took(ms(100)));
        assert_eq!(limiter.slowest(), ms(100));
    }
}
