//! PURE: the rounds until the first good answer. Until then retries are few and short: one request alone, then two
//! rounds of up to 16 at once, different jobs first. So a wrong key costs one request and a dead network costs seconds,
//! and one job that the service can't answer is not taken for a dead network.

use std::sync::Arc;
use std::time::Duration;

use super::policy::{IN_FLIGHT, SHORTEST_ATTEMPT};
use super::{Engine, Step};
use crate::backoff::backoff;
use crate::error::{Error, Kind};

/// Rounds that may fail.
const ROUNDS: u32 = 3;
/// Until anything was answered, the first request of a round is sent this much earlier than the others, unless it
/// fails: the credential may be refused, and five bad signatures in a row lock an access key.
const LEAD: Duration = Duration::from_secs(1);

/// The state of the first contact.
#[derive(Debug)]
pub(super) struct Contact {
    pub(super) made: bool,
    /// Its deadline.
    pub(super) until: Duration,
    failed_rounds: u32,
    /// Whether a round may have more than one request.
    wide: bool,
    round: Round,
}

/// Requests that are sent together.
#[derive(Debug, Default)]
struct Round {
    began: Duration,
    started: usize,
    failure: Option<Failure>,
}

#[derive(Debug)]
struct Failure {
    error: Arc<Error>,
    /// The longest time that the service asked to wait.
    asked: Duration,
    roll: f64,
}

impl Contact {
    pub(super) fn new(until: Duration) -> Self {
        Self { made: false, until, failed_rounds: 0, wide: false, round: Round::default() }
    }

    /// A request of this round failed.
    pub(super) fn record_failure(&mut self, error: &Arc<Error>, asked: Duration, roll: f64) {
        let longest = self.round.failure.as_ref().map_or(Duration::ZERO, |failure| failure.asked);
        self.round.failure = Some(Failure { error: Arc::clone(error), asked: asked.max(longest), roll });
    }
}

impl Engine {
    /// What to do before the first good answer.
    pub(super) fn first_contact(&mut self, now: Duration) -> Step {
        let started = self.contact.round.started;
        let began = if started == 0 { now } else { self.contact.round.began };
        // An answer that comes later is of no use.
        let candidate = self.candidate(began).filter(|_| now < self.contact.until);
        if candidate.is_none() && started == 0 {
            // No target is left that a retry could help, or no time.
            let late = || Arc::new(Error::new(Kind::HttpTimeout, "timed out waiting for a usable answer"));
            self.stopped = Some(self.failures.error.clone().unwrap_or_else(late));
            return Step::Ended;
        }
        if self.limiter.earliest() > now {
            return self.sleep(Some(self.limiter.earliest()));
        }
        if self.in_flight == 1 && started == 1 && !self.answered && now < began + LEAD {
            return self.sleep(Some(began + LEAD));
        }
        let most = if self.contact.wide { IN_FLIGHT.min(self.limiter.burst(now)) } else { 1 };
        if let Some(at) = candidate.filter(|_| started < most) {
            self.contact.round.began = began;
            self.contact.round.started += 1;
            return Step::Send(self.attempt(now, at));
        }
        if self.in_flight > 0 {
            return self.sleep(None);
        }
        self.end_round(now);
        self.next(now)
    }

    /// What was never asked for, else what failed longest ago and may be retried; nothing twice in a round.
    fn candidate(&mut self, round_began: Duration) -> Option<usize> {
        let may_retry = |at: &usize| {
            self.targets.get(*at).is_some_and(|target| {
                let poll = &target.poll;
                poll.asked_at < round_began && poll.error.as_ref().is_none_or(|e| e.retryable && !e.retried)
            })
        };
        let queued = self.singles.iter().chain(&self.lists).filter(|(_, at)| may_retry(at)).min().map(|(_, at)| *at);
        self.next_fresh().or(queued)
    }

    fn end_round(&mut self, now: Duration) {
        self.contact.wide = true;
        let Some(Failure { error, asked, roll }) = std::mem::take(&mut self.contact.round).failure else { return };
        self.contact.failed_rounds += 1;
        let pause = backoff(self.contact.failed_rounds - 1, roll).max(asked);
        if self.policy.repeat {
            // What a patient run was asked to wait comes on top.
            self.contact.until += asked;
        }
        if self.contact.failed_rounds >= ROUNDS || now + pause + SHORTEST_ATTEMPT > self.contact.until {
            self.stopped = Some(error);
        }
        self.limiter.hold(now, pause);
    }
}
