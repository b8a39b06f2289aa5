//! A credential that somebody else can give anew: a file that was changed, a program, the metadata service.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::api::auth::{Credential, CredentialProvider};
use crate::error::{Error, Kind};

/// A source that is cut off by the deadline gives up so long before it, at most.
const CUT_BEFORE: Duration = Duration::from_millis(100);

/// A credential and its end, where it has one.
pub(crate) type ExpiringCredential = (Credential, Option<Timestamp>);

/// Gives the credential anew, within a deadline; `None` where there is no other to be had.
pub(crate) type Fetch = Box<dyn Fn(Instant) -> Result<Option<ExpiringCredential>, Error> + Send + Sync>;

/// Hands out one credential until it ends or is refused, then asks its source again.
pub(crate) struct RefreshingProvider {
    held: Mutex<Held>,
    origin: String,
    /// It is not used in the last part of its life, so that a request under way does not outlive it.
    margin: SignedDuration,
    source: Fetch,
}

struct Held {
    credential: Arc<Credential>,
    end: Option<Timestamp>,
    /// When to ask for another one; never for one that was given past its end.
    renew_at: Option<Timestamp>,
}

impl Held {
    fn new((credential, end): ExpiringCredential, margin: SignedDuration, now: Timestamp) -> Self {
        // One that is given with less life than the margin is used to its end.
        let early = |end: Timestamp| end.saturating_sub(margin).ok().filter(|early| *early > now).unwrap_or(end);
        let renew_at = end.map(early).filter(|at| *at > now);
        Self { credential: Arc::new(credential), end, renew_at }
    }

    /// After a source that failed before the end: again in the middle of what is left, and nothing is lost.
    fn again_later(&mut self, now: Timestamp) -> bool {
        let left = self.end.map(|end| now.duration_until(end)).filter(|left| left.is_positive());
        let half = left.and_then(|left| now.saturating_add(left / 2).ok());
        self.renew_at = half.or(self.renew_at);
        half.is_some()
    }
}

fn is_over(deadline: Instant) -> bool {
    Instant::now() + CUT_BEFORE >= deadline
}

impl RefreshingProvider {
    /// A credential that was just given, and its source.
    #[must_use]
    pub(crate) fn new(first: ExpiringCredential, origin: String, margin: SignedDuration, source: Fetch) -> Self {
        Self { held: Mutex::new(Held::new(first, margin, Timestamp::now())), origin, margin, source }
    }
}

impl RefreshingProvider {
    /// The end of what is held, where it has one.
    #[must_use]
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).end
    }
}

impl CredentialProvider for RefreshingProvider {
    fn get(&self, deadline: Instant) -> Result<Arc<Credential>, Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Timestamp::now();
        if held.renew_at.is_some_and(|at| now >= at) {
            match (self.source)(deadline) {
                Ok(Some(given)) => *held = Held::new(given, self.margin, now),
                Ok(None) => {}
                Err(_) if held.again_later(now) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Arc::clone(&held.credential))
    }

    fn refresh(&self, refused: &Credential, deadline: Instant) -> Result<Option<Arc<Credential>>, Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.credential.same(refused) {
            match (self.source)(deadline) {
                Ok(Some(given)) if !given.0.same(refused) => *held = Held::new(given, self.margin, Timestamp::now()),
                Err(error) if error.kind == Kind::HttpTimeout && is_over(deadline) => return Err(error),
                // A source that fails now worked before: what counts is that the service refused its credential.
                _ => return Ok(None),
            }
        }
        Ok(Some(Arc::clone(&held.credential)))
    }

    fn origin(&self) -> String {
        self.origin.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> Credential {
        Credential::Token(text.into())
    }

    fn renewable(next: &'static str) -> RefreshingProvider {
        let source = move |_| Ok(Some((token(next), None)));
        RefreshingProvider::new((token("old"), None), String::new(), SignedDuration::from_mins(5), Box::new(source))
    }

    #[test]
    fn a_refused_credential_is_used_again_only_if_it_changed() {
        let renew = |renewable: &RefreshingProvider| renewable.refresh(&token("old"), Instant::now()).unwrap();
        assert!(renew(&renewable("new")).unwrap().same(&token("new")));
        assert!(renew(&renewable("old")).is_none());
        let changed = renewable("new");
        renew(&changed);
        assert!(renew(&changed).unwrap().same(&token("new")), "another thread renewed it already");
    }

    #[test]
    fn a_source_that_fails_after_a_refusal_leaves_the_refusal() {
        let renew = |kind, left| {
            let source: Fetch = Box::new(move |_| Err(Error::new(kind, "gone")));
            let given = RefreshingProvider::new((token("old"), None), String::new(), SignedDuration::ZERO, source);
            given.refresh(&token("old"), Instant::now() + Duration::from_secs(left)).map_err(|error| error.kind)
        };
        for kind in [Kind::ConfigInvalid, Kind::Unreachable, Kind::AuthMissing, Kind::BadAnswer, Kind::HttpTimeout] {
            assert!(renew(kind, 30).unwrap().is_none(), "{kind:?}");
        }
        assert_eq!(renew(Kind::HttpTimeout, 0).unwrap_err(), Kind::HttpTimeout, "the time of the run is over");
    }

    #[test]
    fn its_source_is_told_until_when() {
        let deadline = Instant::now() + std::time::Duration::from_secs(7);
        let source = move |until| {
            assert_eq!(until, deadline);
            Ok(None)
        };
        let ending = Some(Timestamp::now() + SignedDuration::from_millis(1));
        let given =
            RefreshingProvider::new((token("old"), ending), String::new(), SignedDuration::ZERO, Box::new(source));
        std::thread::sleep(std::time::Duration::from_millis(5));
        assert!(given.get(deadline).unwrap().same(&token("old")));
        assert!(given.refresh(&token("old"), deadline).unwrap().is_none());
    }

    #[test]
    fn when_another_one_is_asked_for() {
        let now = Timestamp::UNIX_EPOCH;
        let minutes = |n| SignedDuration::from_mins(n);
        let renew_at = |end| Held::new((token("t"), end), minutes(5), now).renew_at;
        assert_eq!(renew_at(None), None);
        assert_eq!(renew_at(Some(now + minutes(60))), Some(now + minutes(55)));
        assert_eq!(renew_at(Some(now + minutes(4))), Some(now + minutes(4)));
        assert_eq!(renew_at(Some(now - minutes(4))), None);
        assert_eq!(renew_at(Some(Timestamp::MIN)), None);
        assert_eq!(renew_at(Some(Timestamp::MAX)), Some(Timestamp::MAX - minutes(5)));
    }

    #[test]
    fn a_source_that_fails_early_is_asked_again_and_at_the_end_it_counts() {
        let now = Timestamp::now();
        let given = |end| RefreshingProvider {
            held: Mutex::new(Held { credential: Arc::new(token("old")), end: Some(end), renew_at: Some(now) }),
            origin: String::new(),
            margin: SignedDuration::from_mins(40),
            source: Box::new(|_| Err(Error::new(crate::error::Kind::Unreachable, "nobody there"))),
        };
        let early = given(now + SignedDuration::from_mins(30));
        assert!(early.get(Instant::now()).unwrap().same(&token("old")));
        let again = early.held.lock().unwrap().renew_at.unwrap().duration_since(now);
        assert!((14 * 60..=15 * 60).contains(&again.as_secs()), "{again}");
        assert!(given(now).get(Instant::now()).is_err());
    }
}
