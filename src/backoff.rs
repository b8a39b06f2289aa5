//! PURE: the pause before a retry. A leaf.

use std::time::Duration;

const FIRST_PAUSE: Duration = Duration::from_millis(500);
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// The pause before retry number `n` (0 is the first): `rand(0.5, 1) * min(8 s, 0.5 s * 2^n)`.
///
/// `jitter` is a random number from 0 to 1, new for each retry.
pub(crate) fn backoff(n: u32, jitter: f64) -> Duration {
    let full = FIRST_PAUSE.saturating_mul(1 << n.min(10)).min(LONGEST_PAUSE);
    full.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_pause_is_in_bounds(n: u32, jitter: f64) {
            let pause = backoff(n, jitter);
            prop_assert!(pause >= Duration::from_millis(250) && pause <= LONGEST_PAUSE);
        }
    }
}
