//! A credential that can be fetched again: from a file that was changed, a program, or the metadata service.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::api::credential::{Credential, CredentialProvider};
use crate::error::{Error, Kind};

/// A fetch that the deadline cuts off fails at most this long before it.
const CUT_BEFORE: Duration = Duration::from_millis(100);

/// A credential, and when it expires, if ever.
pub(crate) type ExpiringCredential = (Credential, Option<Timestamp>);

/// Fetches the credential again, within a deadline; `None` where there is no other one.
pub(crate) type Fetch = Box<dyn Fn(Instant) -> Result<Option<ExpiringCredential>, Error> + Send + Sync>;

/// Returns one credential until it expires or is refused, then fetches it again.
pub(crate) struct RefreshingProvider {
    current: Mutex<CurrentCredential>,
    origin: String,
    /// It is fetched again this long before its end, so that it does not expire during a request.
    margin: SignedDuration,
    fetch: Fetch,
}

struct CurrentCredential {
    credential: Arc<Credential>,
    expires_at: Option<Timestamp>,
    /// When to fetch another one; never for one that was fetched after its end.
    refresh_at: Option<Timestamp>,
}

impl CurrentCredential {
    fn new((credential, expires_at): ExpiringCredential, margin: SignedDuration, now: Timestamp) -> Self {
        // One that expires within the margin is used to its end.
        let early = |end: Timestamp| end.saturating_sub(margin).ok().filter(|early| *early > now).unwrap_or(end);
        let refresh_at = expires_at.map(early).filter(|at| *at > now);
        Self { credential: Arc::new(credential), expires_at, refresh_at }
    }

    /// After a fetch that failed before the end: again in the middle of the time that is left. Returns whether there is
    /// any.
    fn retry_later(&mut self, now: Timestamp) -> bool {
        let left = self.expires_at.map(|end| now.duration_until(end)).filter(|left| left.is_positive());
        let half = left.and_then(|left| now.saturating_add(left / 2).ok());
        self.refresh_at = half.or(self.refresh_at);
        half.is_some()
    }
}

fn is_over(deadline: Instant) -> bool {
    Instant::now() + CUT_BEFORE >= deadline
}

impl RefreshingProvider {
    pub(crate) fn new(first: ExpiringCredential, origin: String, margin: SignedDuration, fetch: Fetch) -> Self {
        Self { current: Mutex::new(CurrentCredential::new(first, margin, Timestamp::now())), origin, margin, fetch }
    }

    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).expires_at
    }
}

impl CredentialProvider for RefreshingProvider {
    fn get(&self, deadline: Instant) -> Result<Arc<Credential>, Error> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Timestamp::now();
        if current.refresh_at.is_some_and(|at| now >= at) {
            match (self.fetch)(deadline) {
                Ok(Some(other)) => *current = CurrentCredential::new(other, self.margin, now),
                Ok(None) => {}
                Err(_) if current.retry_later(now) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Arc::clone(&current.credential))
    }

    fn refresh(&self, refused: &Credential, deadline: Instant) -> Result<Option<Arc<Credential>>, Error> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.credential.same(refused) {
            match (self.fetch)(deadline) {
                Ok(Some(other)) if !other.0.same(refused) => {
                    *current = CurrentCredential::new(other, self.margin, Timestamp::now())
                }
                Err(error) if error.kind == Kind::HttpTimeout && is_over(deadline) => return Err(error),
                // The fetch worked before: the error that counts is that the service refused the credential.
                _ => return Ok(None),
            }
        }
        Ok(Some(Arc::clone(&current.credential)))
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

    fn provider(next: &'static str) -> RefreshingProvider {
        let fetch = move |_| Ok(Some((token(next), None)));
        RefreshingProvider::new((token("old"), None), String::new(), SignedDuration::from_mins(5), Box::new(fetch))
    }

    #[test]
    fn a_refused_credential_is_used_again_only_if_it_changed() {
        let refresh = |provider: &RefreshingProvider| provider.refresh(&token("old"), Instant::now()).unwrap();
        assert!(refresh(&provider("new")).unwrap().same(&token("new")));
        assert!(refresh(&provider("old")).is_none());
        let changed = provider("new");
        refresh(&changed);
        assert!(refresh(&changed).unwrap().same(&token("new")), "another thread refreshed it already");
    }

    #[test]
    fn a_fetch_that_fails_after_a_refusal_leaves_the_refusal() {
        let refresh = |kind, left| {
            let fetch: Fetch = Box::new(move |_| Err(Error::new(kind, "gone")));
            let provider = RefreshingProvider::new((token("old"), None), String::new(), SignedDuration::ZERO, fetch);
            provider.refresh(&token("old"), Instant::now() + Duration::from_secs(left)).map_err(|error| error.kind)
        };
        for kind in [Kind::ConfigInvalid, Kind::Unreachable, Kind::AuthMissing, Kind::BadAnswer, Kind::HttpTimeout] {
            assert!(refresh(kind, 30).unwrap().is_none(), "{kind:?}");
        }
        assert_eq!(refresh(Kind::HttpTimeout, 0).unwrap_err(), Kind::HttpTimeout, "the time of the run is over");
    }

    #[test]
    fn a_fetch_gets_the_deadline() {
        let deadline = Instant::now() + std::time::Duration::from_secs(7);
        let fetch = move |until| {
            assert_eq!(until, deadline);
            Ok(None)
        };
        let ending = Some(Timestamp::now() + SignedDuration::from_millis(1));
        let provider =
            RefreshingProvider::new((token("old"), ending), String::new(), SignedDuration::ZERO, Box::new(fetch));
        std::thread::sleep(std::time::Duration::from_millis(5));
        assert!(provider.get(deadline).unwrap().same(&token("old")));
        assert!(provider.refresh(&token("old"), deadline).unwrap().is_none());
    }

    #[test]
    fn when_another_one_is_fetched() {
        let now = Timestamp::UNIX_EPOCH;
        let minutes = |n| SignedDuration::from_mins(n);
        let refresh_at = |end| CurrentCredential::new((token("t"), end), minutes(5), now).refresh_at;
        assert_eq!(refresh_at(None), None);
        assert_eq!(refresh_at(Some(now + minutes(60))), Some(now + minutes(55)));
        assert_eq!(refresh_at(Some(now + minutes(4))), Some(now + minutes(4)));
        assert_eq!(refresh_at(Some(now - minutes(4))), None);
        assert_eq!(refresh_at(Some(Timestamp::MIN)), None);
        assert_eq!(refresh_at(Some(Timestamp::MAX)), Some(Timestamp::MAX - minutes(5)));
    }

    #[test]
    fn a_fetch_that_fails_early_is_retried_and_at_the_end_its_error_counts() {
        let now = Timestamp::now();
        let provider = |end| RefreshingProvider {
            current: Mutex::new(CurrentCredential {
                credential: Arc::new(token("old")),
                expires_at: Some(end),
                refresh_at: Some(now),
            }),
            origin: String::new(),
            margin: SignedDuration::from_mins(40),
            fetch: Box::new(|_| Err(Error::new(crate::error::Kind::Unreachable, "nobody there"))),
        };
        let early = provider(now + SignedDuration::from_mins(30));
        assert!(early.get(Instant::now()).unwrap().same(&token("old")));
        let again = early.current.lock().unwrap().refresh_at.unwrap().duration_since(now);
        assert!((14 * 60..=15 * 60).contains(&again.as_secs()), "{again}");
        assert!(provider(now).get(Instant::now()).is_err());
    }
}
