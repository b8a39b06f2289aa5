//! A setting's value with the place it came from. Unprintable, until somebody who knows that it is no secret
//! asks for its text.

use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};

use crate::config::setting::Setting;

/// Where a value came from, as errors and `cph config` name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag of the command line.
    Flag(&'static str),
    /// An environment variable.
    Variable(String),
    /// A profile of the config file.
    Profile {
        /// Its name.
        profile: String,
        /// The file.
        file: PathBuf,
    },
    /// The key `default_profile` of the config file.
    DefaultProfile {
        /// The file.
        file: PathBuf,
    },
    /// A file of another tool, and the section or profile in it.
    Foreign {
        /// The file.
        file: PathBuf,
        /// Section or profile.
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

/// One value of one setting.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    /// Which setting.
    pub setting: &'static Setting,
    /// Where it came from.
    pub source: Origin,
    text: SecretString,
    words: Vec<String>,
}

impl Value {
    /// A value, not checked yet.
    #[must_use]
    pub(crate) fn new(setting: &'static Setting, text: &str, source: Origin) -> Self {
        Self { setting, source, text: text.into(), words: Vec::new() }
    }

    /// A list of words.
    #[must_use]
    pub(crate) fn list(setting: &'static Setting, words: Vec<String>, source: Origin) -> Self {
        // Of a command line only the program is shown: its arguments may be anything.
        let shown = words.first().cloned().unwrap_or_default();
        Self { words, ..Self::new(setting, &shown, source) }
    }

    /// The words of a list.
    #[must_use]
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// The text of a setting that is no secret; a secret's is `(set)`.
    #[must_use]
    pub(crate) fn shown(&self) -> &str {
        if self.setting.secret { "(set)" } else { self.text.expose_secret() }
    }

    /// The secret itself, still unprintable.
    #[must_use]
    pub(crate) fn secret(&self) -> &SecretString {
        &self.text
    }

    /// Whether every character is allowed, and the length.
    #[must_use]
    pub(crate) fn is_made_of(&self, allowed: impl Fn(u8) -> bool, longest: usize) -> bool {
        let text = self.text.expose_secret();
        !text.is_empty() && text.len() <= longest && text.bytes().all(allowed)
    }
}
