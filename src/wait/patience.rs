//! PURE: what a trouble means for a wait. Impatient at first contact, patient afterwards.

use std::time::Duration;

use crate::error::{Error, Kind};

/// Attempts before the first good answer.
pub const TRIES: u32 = 3;
/// All of them together, pauses that the service asked for apart.
pub const FIRST_CONTACT: Duration = Duration::from_secs(30);
/// Unbroken trouble after the first good answer is borne so long.
pub const PATIENCE: Duration = Duration::from_secs(300);
/// A job or a request may not be there yet for so long.
pub const GRACE: Duration = Duration::from_secs(15);

/// What to make of a trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Everybody else would only meet it again.
    Stops,
    /// It may not do this; as the first answer that counts for all, later for that job alone.
    Forbids,
    /// Not there, or not there yet.
    Misses,
    /// May pass: network, time-out, throttling, a broken or busy service.
    Passes,
    /// A whole answer that can't be used.
    Useless,
}

/// The class of a trouble.
#[must_use]
pub fn class(error: &Error) -> Class {
    match error.kind {
        Kind::AuthRejected | Kind::AuthMissing | Kind::ConfigInvalid | Kind::Io | Kind::Usage => Class::Stops,
        // A certificate that is refused now is refused later; a broken handshake is not that.
        Kind::Tls if !error.retryable => Class::Stops,
        Kind::Forbidden => Class::Forbids,
        Kind::NotFound => Class::Misses,
        Kind::Tls | Kind::Unreachable | Kind::HttpTimeout | Kind::RateLimited | Kind::ServiceError => Class::Passes,
        Kind::BadAnswer | Kind::UnknownStatus | Kind::WrongJob => Class::Useless,
    }
}

/// Trouble without a good answer in between.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// Since when.
    pub since: Duration,
    /// How many in a row.
    pub in_row: u32,
    /// The last of them.
    pub error: Error,
}

impl Trouble {
    /// One more trouble after `before`.
    #[must_use]
    pub fn after(before: Option<Self>, now: Duration, error: Error) -> Self {
        match before {
            Some(before) => Self { since: before.since, in_row: before.in_row.saturating_add(1), error },
            None => Self { since: now, in_row: 1, error },
        }
    }

    /// Whether it has been borne long enough.
    #[must_use]
    pub fn is_enough(&self, now: Duration) -> bool {
        now >= self.since + PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes() {
        for (kind, retryable, expected) in [
            (Kind::AuthRejected, false, Class::Stops),
            (Kind::AuthMissing, false, Class::Stops),
            (Kind::Tls, false, Class::Stops),
            (Kind::Tls, true, Class::Passes),
            (Kind::Forbidden, false, Class::Forbids),
            (Kind::NotFound, false, Class::Misses),
            (Kind::Unreachable, true, Class::Passes),
            (Kind::HttpTimeout, true, Class::Passes),
            (Kind::RateLimited, true, Class::Passes),
            (Kind::ServiceError, false, Class::Passes),
            (Kind::BadAnswer, false, Class::Useless),
            (Kind::UnknownStatus, false, Class::Useless),
            (Kind::WrongJob, false, Class::Useless),
        ] {
            assert_eq!(class(&Error::new(kind, "m").retryable(retryable)), expected, "{kind:?}");
        }
    }

    #[test]
    fn trouble_is_borne_for_five_minutes() {
        let error = || Error::new(Kind::Unreachable, "m");
        let first = Trouble::after(None, Duration::from_secs(7), error());
        let second = Trouble::after(Some(first), Duration::from_secs(9), error());
        assert_eq!((second.since, second.in_row), (Duration::from_secs(7), 2));
        assert!(!second.is_enough(Duration::from_secs(306)) && second.is_enough(Duration::from_secs(307)));
    }
}
