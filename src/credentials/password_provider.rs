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

/// A token is not used in its last minutes: the request under way, and the service's clock, want some.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// The kind of file in the store.
pub(crate) const KIND: &str = "token";

/// A token on disk, bound to whom it was issued to: a file that was moved is none.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u8,
    iam_endpoint: String,
    account: String,
    user: String,
    project: String,
    project_id: String,
    expires_at: Timestamp,
    token: String,
}

/// Logs in, keeps the token, and logs in again where it ends or is refused.
pub(crate) struct PasswordProvider {
    iam: Service,
    identity: IamIdentity,
    project: NameOrId,
    origin: String,
    store: Option<Cache>,
    warn: fn(&str),
    held: Mutex<Option<Held>>,
}

#[derive(Clone)]
struct Held {
    credential: Arc<Credential>,
    project_id: Option<String>,
    /// `None`: unreadable, past, or so near that a new login would give no better one.
    expires_at: Option<Timestamp>,
}

impl PasswordProvider {
    /// A login that has not happened yet.
    #[must_use]
    pub(crate) fn new(
        iam: Service,
        identity: IamIdentity,
        project: NameOrId,
        origin: String,
        store: Option<Cache>,
        warn: fn(&str),
    ) -> Self {
        Self { iam, identity, project, origin, store, warn, held: Mutex::new(None) }
    }

    /// The project that the token is for.
    ///
    /// # Errors
    /// As [`CredentialProvider::get`].
    pub(crate) fn project_id(&self, deadline: Instant) -> Result<Option<String>, Error> {
        self.get(deadline)?;
        Ok(self.held.lock().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|held| held.project_id.clone()))
    }

    /// A fresh login, whatever is kept; gives the token's end.
    ///
    /// # Errors
    /// IAM's answer.
    pub(crate) fn fresh(&self, deadline: Instant) -> Result<Option<Timestamp>, Error> {
        let issued = iam::login(&self.iam, &self.identity, &self.project, deadline)?;
        let end = issued.expires_at;
        let held = Held::from(issued);
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
        Ok(end)
    }

    fn bound_to(&self) -> [String; 4] {
        let named = |named: &NameOrId| match named {
            NameOrId::Name(name) => format!("name {name}"),
            NameOrId::Id(id) => format!("id {id}"),
        };
        let account = self.identity.domain.as_ref().map(named).unwrap_or_default();
        [self.iam.endpoint().as_str().to_owned(), account, named(&self.identity.user), named(&self.project)]
    }

    fn file(&self) -> String {
        let bound = self.bound_to();
        Cache::name(KIND, &bound.each_ref().map(String::as_str))
    }

    /// The kept token, if it is ours and good for some minutes more.
    fn kept(&self) -> Option<Held> {
        let kept: Kept = self.store.as_ref()?.read(&self.file())?;
        let bound = [&kept.iam_endpoint, &kept.account, &kept.user, &kept.project];
        let ours = kept.version == 1 && self.bound_to().iter().eq(bound);
        let usable = !kept.token.is_empty() && kept.token.bytes().all(|c| c.is_ascii_graphic());
        if !ours || !usable || Timestamp::now() + MARGIN >= kept.expires_at {
            return None;
        }
        let id = kept.project_id;
        (id.is_empty() || iam::is_project_id(&id)).then(|| Held {
            credential: Arc::new(Credential::Token(kept.token.into())),
            project_id: Some(id).filter(|id| !id.is_empty()),
            expires_at: Some(kept.expires_at),
        })
    }

    /// The kept token, else a login, while no other process does the same. `refused` is a token not to use again.
    fn obtain(&self, refused: Option<&Credential>, deadline: Instant) -> Result<Held, Error> {
        let good = |held: &Held| refused.is_none_or(|refused| !held.credential.same(refused));
        if let Some(held) = self.kept().filter(good) {
            return Ok(held);
        }
        self.not_refused_lately()?;
        let file = self.file();
        let lock = match self.store.as_ref().map(|store| store.lock(&file, deadline)) {
            Some(Lock::Held(lock)) => Some(lock),
            Some(Lock::Without) | None => None,
            Some(Lock::TimeUp(path)) => return Err(self.still_locked(&path)),
        };
        if let Some(held) = self.kept().filter(good) {
            return Ok(held);
        }
        // Whoever held the lock may have learned it.
        self.not_refused_lately()?;
        if let (Some(store), Some(_)) = (&self.store, refused) {
            // What stands there is the refused token, or no use either.
            store.remove(&file);
        }
        let issued = iam::login(&self.iam, &self.identity, &self.project, deadline);
        let issued = issued.inspect_err(|error| self.keep_refusal(error))?;
        self.keep(&file, &issued);
        drop(lock);
        Ok(Held::from(issued))
    }

    fn refusal_file(&self) -> String {
        Cache::name(refused::KIND, &self.bound_to().each_ref().map(String::as_str))
    }

    /// Whether this password may be shown to IAM now.
    fn not_refused_lately(&self) -> Result<(), Error> {
        let Some(store) = &self.store else { return Ok(()) };
        let Some(kept) = store.read::<Refused>(&self.refusal_file()) else { return Ok(()) };
        let now = Timestamp::now();
        match kept.since(&self.bound_to(), &self.identity, now) {
            Some(at) => Err(refused::error(&self.identity, self.iam.endpoint().as_str(), at, now)),
            None => Ok(()),
        }
    }

    fn keep_refusal(&self, error: &Error) {
        let (Some(store), Kind::AuthRejected) = (&self.store, error.kind) else { return };
        if let Some(refused) = Refused::new(&self.bound_to(), &self.identity, Timestamp::now()) {
            // Where it can't be kept the next process asks IAM, that is all.
            let _ = store.write(&self.refusal_file(), &refused);
        }
    }

    fn still_locked(&self, path: &Path) -> Error {
        let message = format!(
            "login of {}: {} was still held by another process when the time was up",
            self.identity.user.text(),
            path.display()
        );
        Error::new(Kind::HttpTimeout, message)
            .hint("another cph logs in meanwhile: try again, or with a longer --timeout")
            .retryable(true)
    }

    fn keep(&self, file: &str, issued: &IssuedToken) {
        let (Some(store), Some(expires_at)) = (&self.store, issued.expires_at) else { return };
        if expires_at <= Timestamp::now() + MARGIN {
            return;
        }
        let [iam_endpoint, account, user, project] = self.bound_to();
        let kept = Kept {
            version: 1,
            iam_endpoint,
            account,
            user,
            project,
            project_id: issued.project_id.clone().unwrap_or_default(),
            expires_at,
            token: issued.token.expose_secret().to_owned(),
        };
        if let Err(reason) = store.write(file, &kept) {
            (self.warn)(&format!("the token is not kept, {}: {reason}", store.folder().display()));
        }
    }
}

impl From<IssuedToken> for Held {
    fn from(issued: IssuedToken) -> Self {
        let credential = Arc::new(Credential::Token(issued.token));
        let expires_at = issued.expires_at.filter(|end| Timestamp::now() + MARGIN < *end);
        Self { credential, project_id: issued.project_id, expires_at }
    }
}

impl CredentialProvider for PasswordProvider {
    fn get(&self, deadline: Instant) -> Result<Arc<Credential>, Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let good = |held: &&Held| held.expires_at.is_none_or(|end| Timestamp::now() + MARGIN < end);
        if let Some(held) = held.as_ref().filter(good) {
            return Ok(Arc::clone(&held.credential));
        }
        let obtained = self.obtain(None, deadline)?;
        let credential = Arc::clone(&obtained.credential);
        *held = Some(obtained);
        Ok(credential)
    }

    fn refresh(&self, refused: &Credential, deadline: Instant) -> Result<Option<Arc<Credential>>, Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = held.as_ref().filter(|held| !held.credential.same(refused)) {
            return Ok(Some(Arc::clone(&held.credential)));
        }
        let obtained = self.obtain(Some(refused), deadline)?;
        let credential = Arc::clone(&obtained.credential);
        *held = Some(obtained);
        Ok(Some(credential))
    }

    fn origin(&self) -> String {
        self.origin.clone()
    }
}
