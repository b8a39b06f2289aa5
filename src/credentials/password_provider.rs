//! A user's password becomes a token: from the cache while it is good, else by one login for all threads and all
//! processes at once.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use crate::api::credential::{Credential, CredentialProvider};
use crate::api::iam::{self, IamIdentity, IssuedToken, NameOrId};
use crate::api::service::Service;
use crate::credentials::cache::{Cache, Lock};
use crate::credentials::refused::{self, Refused};
use crate::error::{Error, Kind};

/// A token is not used in its last minutes: the request takes time, and the service's clock may differ.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// The start of a file's name in the cache.
pub(crate) const KIND: &str = "token";

/// A token in the cache, with what it was issued for: a file that was moved or renamed is not used.
#[derive(Serialize, Deserialize)]
pub(crate) struct TokenEntry {
    version: u8,
    iam_endpoint: String,
    account: String,
    user: String,
    project: String,
    project_id: String,
    expires_at: Timestamp,
    token: String,
}

impl TokenEntry {
    /// The token with its end and its project, if it was issued for `bound_to` and is valid for some more minutes.
    pub(crate) fn usable(self, bound_to: &[String; 4], now: Timestamp) -> Option<IssuedToken> {
        let bound = [&self.iam_endpoint, &self.account, &self.user, &self.project];
        let ours = self.version == 1 && bound_to.iter().eq(bound);
        let visible = !self.token.is_empty() && self.token.bytes().all(|c| c.is_ascii_graphic());
        let has_project = self.project_id.is_empty() || iam::is_project_id(&self.project_id);
        let lasts = now.saturating_add(MARGIN).is_ok_and(|soon| soon < self.expires_at);
        (ours && visible && has_project && lasts).then(|| IssuedToken {
            token: self.token.into(),
            project_id: Some(self.project_id).filter(|id| !id.is_empty()),
            expires_at: Some(self.expires_at),
        })
    }
}

/// Reads user and password again from where they were; `None` where that fails, or there is something else.
pub(crate) type ReadAgain = Box<dyn Fn() -> Option<IamIdentity> + Send + Sync>;

/// Logs in, caches the token, and logs in again when it expires or is refused.
pub(crate) struct PasswordProvider {
    iam: Service,
    identity: Mutex<IamIdentity>,
    read_again: ReadAgain,
    project: NameOrId,
    origin: String,
    cache: Option<Cache>,
    warn: fn(&str),
    current: Mutex<Option<CurrentToken>>,
}

#[derive(Clone)]
struct CurrentToken {
    credential: Arc<Credential>,
    project_id: Option<String>,
    /// `None`: unreadable, past, or so near that a new login would not help.
    expires_at: Option<Timestamp>,
}

impl PasswordProvider {
    pub(crate) fn new(
        iam: Service,
        identity: IamIdentity,
        read_again: ReadAgain,
        project: NameOrId,
        origin: String,
        cache: Option<Cache>,
        warn: fn(&str),
    ) -> Self {
        let identity = Mutex::new(identity);
        Self { iam, identity, read_again, project, origin, cache, warn, current: Mutex::new(None) }
    }

    fn identity(&self) -> IamIdentity {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The project that the token was issued for; logs in first where needed.
    pub(crate) fn project_id(&self, deadline: Instant) -> Result<Option<String>, Error> {
        self.get(deadline)?;
        Ok(self
            .current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .and_then(|current| current.project_id.clone()))
    }

    /// Logs in, whatever is cached; returns when the token expires.
    pub(crate) fn login(&self, deadline: Instant) -> Result<Option<Timestamp>, Error> {
        let issued = iam::login(&self.iam, &self.identity(), &self.project, deadline)?;
        let end = issued.expires_at;
        let current = CurrentToken::from(issued);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(current);
        Ok(end)
    }

    /// What a token is issued for: IAM endpoint, account, user and project.
    fn bound_to(&self) -> [String; 4] {
        let named = |named: &NameOrId| match named {
            NameOrId::Name(name) => format!("name {name}"),
            NameOrId::Id(id) => format!("id {id}"),
        };
        let IamIdentity { user, domain, .. } = self.identity();
        let account = domain.as_ref().map(named).unwrap_or_default();
        [self.iam.endpoint().as_str().to_owned(), account, named(&user), named(&self.project)]
    }

    fn file(&self) -> String {
        let bound = self.bound_to();
        Cache::name(KIND, &bound.each_ref().map(String::as_str))
    }

    /// The cached token, if it was issued for the same and is valid for some more minutes.
    fn cached(&self) -> Option<CurrentToken> {
        let entry: TokenEntry = self.cache.as_ref()?.read(&self.file())?;
        entry.usable(&self.bound_to(), Timestamp::now()).map(CurrentToken::from)
    }

    /// The cached token, else a login, under a lock that other processes wait for. `refused` is a token not to use
    /// again.
    fn obtain(&self, refused: Option<&Credential>, deadline: Instant) -> Result<CurrentToken, Error> {
        let good = |current: &CurrentToken| refused.is_none_or(|refused| !current.credential.same(refused));
        if let Some(current) = self.cached().filter(good) {
            return Ok(current);
        }
        self.check_refusal()?;
        let file = self.file();
        let lock = match self.cache.as_ref().map(|cache| cache.lock(&file, deadline)) {
            Some(Lock::Held(lock)) => Some(lock),
            Some(Lock::Without) | None => None,
            Some(Lock::TimedOut(path)) => return Err(self.still_locked(&path)),
        };
        if let Some(current) = self.cached().filter(good) {
            return Ok(current);
        }
        // The process that held the lock may have been refused.
        self.check_refusal()?;
        if let (Some(cache), Some(_)) = (&self.cache, refused) {
            // It holds the refused token, or one that can't be used.
            cache.remove(&file);
        }
        let issued = iam::login(&self.iam, &self.identity(), &self.project, deadline);
        let issued = issued.inspect_err(|error| self.cache_refusal(error))?;
        self.write(&file, &issued);
        drop(lock);
        Ok(CurrentToken::from(issued))
    }

    fn refusal_file(&self) -> String {
        Cache::name(refused::KIND, &self.bound_to().each_ref().map(String::as_str))
    }

    /// An error where IAM refused this password within the last minute.
    fn check_refusal(&self) -> Result<(), Error> {
        let Some(cache) = &self.cache else { return Ok(()) };
        let Some(entry) = cache.read::<Refused>(&self.refusal_file()) else { return Ok(()) };
        let now = Timestamp::now();
        let identity = self.identity();
        match entry.since(&self.bound_to(), &identity, now) {
            Some(at) => Err(refused::error(&identity, self.iam.endpoint().as_str(), at, now)),
            None => Ok(()),
        }
    }

    fn cache_refusal(&self, error: &Error) {
        let (Some(cache), Kind::AuthRejected) = (&self.cache, error.kind) else { return };
        if let Some(refused) = Refused::new(&self.bound_to(), &self.identity(), Timestamp::now()) {
            // Where that fails, the next process asks IAM: no harm.
            let _ = cache.write(&self.refusal_file(), &refused);
        }
    }

    fn still_locked(&self, path: &Path) -> Error {
        let message = format!(
            "login of {}: timed out waiting for another process to release {}",
            self.identity().user.text(),
            path.display()
        );
        Error::new(Kind::HttpTimeout, message)
            .hint("another cph is logging in: try again, or use a longer --timeout")
            .retryable(true)
    }

    fn write(&self, file: &str, issued: &IssuedToken) {
        let (Some(cache), Some(expires_at)) = (&self.cache, issued.expires_at) else { return };
        if expires_at <= Timestamp::now() + MARGIN {
            return;
        }
        let [iam_endpoint, account, user, project] = self.bound_to();
        let entry = TokenEntry {
            version: 1,
            iam_endpoint,
            account,
            user,
            project,
            project_id: issued.project_id.clone().unwrap_or_default(),
            expires_at,
            token: issued.token.expose_secret().to_owned(),
        };
        if let Err(reason) = cache.write(file, &entry) {
            (self.warn)(&format!("cannot cache the token in {}: {reason}", cache.folder().display()));
        }
    }
}

impl From<IssuedToken> for CurrentToken {
    fn from(issued: IssuedToken) -> Self {
        let credential = Arc::new(Credential::Token(issued.token));
        let expires_at = issued.expires_at.filter(|end| Timestamp::now() + MARGIN < *end);
        Self { credential, project_id: issued.project_id, expires_at }
    }
}

impl CredentialProvider for PasswordProvider {
    fn get(&self, deadline: Instant) -> Result<Arc<Credential>, Error> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let good = |current: &&CurrentToken| current.expires_at.is_none_or(|end| Timestamp::now() + MARGIN < end);
        if let Some(current) = current.as_ref().filter(good) {
            return Ok(Arc::clone(&current.credential));
        }
        let obtained = self.obtain(None, deadline)?;
        let credential = Arc::clone(&obtained.credential);
        *current = Some(obtained);
        Ok(credential)
    }

    fn refresh(&self, refused: &Credential, deadline: Instant) -> Result<Option<Arc<Credential>>, Error> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = current.as_ref().filter(|current| !current.credential.same(refused)) {
            return Ok(Some(Arc::clone(&current.credential)));
        }
        // A changed password ends all tokens, and the old one would count as a wrong one.
        if let Some(identity) = (self.read_again)() {
            *self.identity.lock().unwrap_or_else(PoisonError::into_inner) = identity;
        }
        let obtained = self.obtain(Some(refused), deadline)?;
        let credential = Arc::clone(&obtained.credential);
        *current = Some(obtained);
        Ok(Some(credential))
    }

    fn origin(&self) -> String {
        self.origin.clone()
    }
}
