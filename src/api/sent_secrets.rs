//! What no text may show: every secret that a run has sent to a service, since one service may repeat what another
//! service or an earlier request was sent.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use secrecy::{ExposeSecret, SecretString};

use crate::redact::{SecretPatterns, redact};

/// The secrets of a run, shared by all its services, and those of one exchange. Cheap until a text is redacted.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    run: Arc<Mutex<RunSecrets>>,
    own: Arc<ExchangeSecrets>,
}

#[derive(Default)]
struct ExchangeSecrets {
    secrets: Vec<SecretString>,
    patterns: OnceLock<SecretPatterns>,
}

#[derive(Default)]
struct RunSecrets {
    secrets: Vec<SecretString>,
    /// Of the first `prepared` secrets.
    patterns: SecretPatterns,
    prepared: usize,
}

impl Secrets {
    /// From now on no text of the run shows it.
    pub(crate) fn add(&self, secret: &str) {
        let mut known = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        if !secret.is_empty() && known.secrets.iter().all(|known| known.expose_secret() != secret) {
            known.secrets.push(secret.into());
        }
    }

    /// The same secrets, and one that only this exchange can repeat.
    pub(super) fn plus(&self, secret: Option<&str>) -> Self {
        let Some(secret) = secret else { return self.clone() };
        let secrets = self.own.secrets.iter().cloned().chain([secret.into()]).collect();
        Self { run: Arc::clone(&self.run), own: Arc::new(ExchangeSecrets { secrets, patterns: OnceLock::new() }) }
    }

    /// To be called before the text is cut.
    pub(super) fn redact(&self, text: &str) -> String {
        let own = self
            .own
            .patterns
            .get_or_init(|| SecretPatterns::of(self.own.secrets.iter().map(ExposeSecret::expose_secret)));
        let mut known = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        let RunSecrets { secrets, patterns, prepared } = &mut *known;
        secrets.iter().skip(*prepared).for_each(|secret| patterns.add(secret.expose_secret()));
        *prepared = secrets.len();
        redact(text, &[patterns, own])
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shows_them() {
        let secrets = Secrets::default();
        secrets.add("eleven-chars");
        let own = secrets.plus(Some("of-one-exchange"));
        assert_eq!(format!("{secrets:?} {own:?}"), "Secrets Secrets");
        assert_eq!(own.redact("eleven-chars of-one-exchange"), "[redacted] [redacted]");
        assert_eq!(secrets.redact("eleven-chars of-one-exchange"), "[redacted] of-one-exchange");
    }
}
