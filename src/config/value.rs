//! A setting's value with its origin. It can't be printed by accident: `shown` hides a secret.

use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use crate::config::setting::Setting;

/// Where a value came from, as errors and `cph config` show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag(&'static str),
    Variable(String),
    Profile {
        profile: String,
        file: PathBuf,
    },
    /// The key `default_profile` of the config file.
    DefaultProfile {
        file: PathBuf,
    },
    /// A file of another tool, and the section or profile in it.
    Foreign {
        file: PathBuf,
        section: String,
    },
    /// An answer to a question of `auth login`.
    Typed,
    /// Made from another setting.
    Derived(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => f.write_str(name),
            Self::Variable(name) => f.write_str(name),
            Self::Foreign { file, section } => write!(f, "[{section}] in {}", file.display()),
            Self::Profile { profile, file } => write!(f, "profile {profile} in {}", file.display()),
            Self::DefaultProfile { file } => write!(f, "default_profile in {}", file.display()),
            Self::Typed => f.write_str("what was typed"),
            Self::Derived(from) => write!(f, "from the {from}"),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub setting: &'static Setting,
    pub source: Origin,
    text: SecretString,
    words: Vec<String>,
}

impl Value {
    /// Not checked yet.
    pub(crate) fn new(setting: &'static Setting, text: &str, source: Origin) -> Self {
        Self { setting, source, text: text.into(), words: Vec::new() }
    }

    pub(crate) fn list(setting: &'static Setting, words: Vec<String>, source: Origin) -> Self {
        // Of a command line only the program is shown: its arguments may be anything.
        let shown = words.first().cloned().unwrap_or_default();
        Self { words, ..Self::new(setting, &shown, source) }
    }

    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// The text; a secret's is `(set)`.
    pub(crate) fn shown(&self) -> &str {
        if self.setting.secret { "(set)" } else { self.text.expose_secret() }
    }

    /// The text itself, secret or not.
    pub(crate) fn secret(&self) -> &SecretString {
        &self.text
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.expose_secret().is_empty()
    }

    /// Whether white space is before or behind it, as copied text may have it.
    pub(crate) fn is_padded(&self) -> bool {
        let text = self.text.expose_secret();
        text.trim() != text
    }

    /// Whether every byte and the length are allowed.
    pub(crate) fn is_made_of(&self, allowed: impl Fn(u8) -> bool, longest: usize) -> bool {
        let text = self.text.expose_secret();
        !text.is_empty() && text.len() <= longest && text.bytes().all(allowed)
    }
}
