//! PURE: the constants of the engine, and every difference between `show` and `wait`.

use std::time::Duration;

use crate::error::{Error, Kind};

/// Requests in flight at most, and connections with them.
pub const IN_FLIGHT: usize = 16;
/// Attempts in all for one look at one job or one page.
pub(super) const TRIES: u32 = 3;
/// All attempts of one look, pauses included.
const LOOK: Duration = Duration::from_secs(30);
/// The part of a look that is kept for printing the answer.
const PRINTING: Duration = Duration::from_millis(500);
/// The longest time that a look's requests may take together.
pub const LOOK_TIME: Duration = LOOK.saturating_sub(PRINTING);
/// An attempt with less time than this is not made.
pub(super) const SHORTEST_ATTEMPT: Duration = Duration::from_secs(1);
/// A request that is cut so shortly before the end of its time was cut by it.
pub(super) const AT_THE_END: Duration = Duration::from_millis(100);
/// Repeated requests for single jobs, together, in a second.
pub(super) const CEILING: f64 = 20.0;
/// What the texts of all jobs of a run may take together, in bytes. A job's are 1 kB by the documentation.
pub(super) const TEXT_BUDGET: usize = 32 << 20;
/// An answer with longer texts in bytes is no usual one: sixteen of them at once would be too much for this machine.
pub(super) const LONG_TEXTS: usize = 1 << 20;
/// Requests in flight at most, once such an answer was seen.
pub(super) const IN_FLIGHT_OF_LONG_TEXTS: usize = 4;
/// Retries that every run has; beyond them a tenth of its requests may be retries.
pub(super) const FREE_RETRIES: u32 = 10;
/// A `Retry-After` beyond this counts as this where a run is patient.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);
/// The pause between looks is this share of the job's age, within these bounds.
const AGE_SHARE: f64 = 0.1;
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
const LONGEST_INTERVAL: Duration = Duration::from_secs(10);

/// What a run does about jobs that have not ended, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether jobs are looked at until they have ended; otherwise once.
    pub repeat: bool,
    /// How long a job or a request may be "not found" before that is final.
    pub grace: Duration,
    /// How long unbroken failure is accepted after the first good answer.
    pub patience: Duration,
    /// How often a list that changes while it is read is read in all; `None`: as long as patience lasts.
    pub list_reads: Option<u32>,
    /// When the first contact must have been made, since the run began.
    pub contact_until: Duration,
    /// When the run ends at the latest, since it began.
    pub timeout: Option<Duration>,
    /// A fixed pause between looks in place of the adaptive one.
    pub interval: Option<Duration>,
    /// Whether the first failed job ends the run.
    pub fail_fast: bool,
    /// Whether what jobs printed and why they failed will be shown.
    pub keep_texts: bool,
    /// Whether the names of phones are asked for, beside the looks.
    pub names: bool,
}

impl Policy {
    /// One look at each job.
    #[must_use]
    pub fn show() -> Self {
        Self {
            repeat: false,
            grace: Duration::ZERO,
            patience: LOOK,
            list_reads: Some(3),
            contact_until: LOOK_TIME,
            timeout: None,
            interval: None,
            fail_fast: false,
            keep_texts: true,
            names: false,
        }
    }

    /// Until every job has ended.
    #[must_use]
    pub fn wait() -> Self {
        Self {
            repeat: true,
            grace: Duration::from_secs(15),
            patience: Duration::from_secs(300),
            list_reads: None,
            ..Self::show()
        }
    }

    /// The same, where login and look-ups have used some of the first contact's time.
    #[must_use]
    pub fn with_contact_until(mut self, until: Duration) -> Self {
        self.contact_until = until.saturating_sub(PRINTING);
        self
    }

    /// The pause before the next look at a job of that age: `clamp(0.1 t, 1 s, 10 s)` ± 10 %, so that the delay until
    /// an end is seen stays in proportion to how long the job took.
    ///
    /// `roll` is a number from 0 to 1, drawn anew each time.
    pub(super) fn interval(&self, age: Duration, roll: f64) -> Duration {
        self.interval.unwrap_or_else(|| {
            let adaptive = age.mul_f64(AGE_SHARE).clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL);
            adaptive.mul_f64(0.9 + 0.2 * roll.clamp(0.0, 1.0))
        })
    }

    /// How long the service asked to wait, as far as it is obeyed.
    pub(super) fn retry_after(&self, error: &Error) -> Duration {
        let asked = error.service.retry_after.unwrap_or_default();
        if self.repeat { asked.min(LONGEST_RETRY_AFTER) } else { asked }
    }
}

/// What an error means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorClass {
    /// Every other request would get it again.
    Fatal,
    /// Not allowed: as the first answer it counts for all jobs, later for this job alone.
    Forbidden,
    /// Not there, or not yet.
    NotFound,
    /// May pass: network, timeout, throttling, a broken or busy service.
    Transient,
    /// A whole answer that is unusable.
    Unusable,
}

pub(super) fn class_of(error: &Error) -> ErrorClass {
    match error.kind {
        // A limit of this process: other requests may leave room for it.
        Kind::Io if error.retryable => ErrorClass::Transient,
        Kind::AuthRejected | Kind::AuthMissing | Kind::ConfigInvalid | Kind::Io | Kind::Usage => ErrorClass::Fatal,
        // A certificate that is refused now is refused later; a broken handshake is not that.
        Kind::Tls if !error.retryable => ErrorClass::Fatal,
        // A proxy that refuses its password; each further try would be one more wrong password.
        Kind::Unreachable if !error.retryable => ErrorClass::Fatal,
        Kind::Forbidden => ErrorClass::Forbidden,
        Kind::NotFound => ErrorClass::NotFound,
        Kind::Tls | Kind::Unreachable | Kind::HttpTimeout | Kind::RateLimited | Kind::ServiceError => {
            ErrorClass::Transient
        }
        Kind::BadAnswer | Kind::UnknownStatus | Kind::WrongJob => ErrorClass::Unusable,
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
        let policy = Policy::wait();
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
            let pause = policy.interval(seconds(age), roll);
            assert!(pause.abs_diff(Duration::from_millis(ms)) < Duration::from_millis(1), "{age} {roll} {pause:?}");
        }
        let fixed = Policy { interval: Some(seconds(7)), ..policy };
        assert_eq!(fixed.interval(seconds(1000), 0.0), seconds(7));
    }

    #[test]
    fn a_patient_run_obeys_a_minute_and_a_short_one_sees_all_of_it() {
        for (retry_after, wait, show) in
            [(None, 0, 0), (Some(2), 2, 2), (Some(60), 60, 60), (Some(61), 60, 61), (Some(86_400), 60, 86_400)]
        {
            let mut error = Error::new(Kind::RateLimited, "m");
            error.service.retry_after = retry_after.map(seconds);
            assert_eq!(Policy::wait().retry_after(&error), seconds(wait));
            assert_eq!(Policy::show().retry_after(&error), seconds(show));
        }
    }

    #[test]
    fn classes() {
        for (kind, retryable, expected) in [
            (Kind::AuthRejected, false, ErrorClass::Fatal),
            (Kind::AuthMissing, false, ErrorClass::Fatal),
            (Kind::Io, false, ErrorClass::Fatal),
            (Kind::Io, true, ErrorClass::Transient),
            (Kind::Tls, false, ErrorClass::Fatal),
            (Kind::Tls, true, ErrorClass::Transient),
            (Kind::Forbidden, false, ErrorClass::Forbidden),
            (Kind::NotFound, false, ErrorClass::NotFound),
            (Kind::Unreachable, false, ErrorClass::Fatal),
            (Kind::Unreachable, true, ErrorClass::Transient),
            (Kind::HttpTimeout, true, ErrorClass::Transient),
            (Kind::RateLimited, true, ErrorClass::Transient),
            (Kind::ServiceError, false, ErrorClass::Transient),
            (Kind::BadAnswer, false, ErrorClass::Unusable),
            (Kind::UnknownStatus, false, ErrorClass::Unusable),
            (Kind::WrongJob, false, ErrorClass::Unusable),
        ] {
            assert_eq!(class_of(&Error::new(kind, "m").retryable(retryable)), expected, "{kind:?}");
        }
    }
}
