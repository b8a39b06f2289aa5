//! The config file: TOML, read or refused as a whole. Every error names file, line and column, and never repeats a
//! value. Knows nothing of variables, flags or the profile to use.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml_edit::{Document, Item, TableLike};

use crate::config::value::{Origin, Value};
use crate::config::{owner, setting};
use crate::error::{Error, Kind};
use crate::file::{self, FileError};

#[derive(Debug, Default)]
pub(crate) struct ConfigFile {
    /// Whether or not it exists.
    pub path: PathBuf,
    pub missing: bool,
    pub default_profile: Option<String>,
    /// In the file's order.
    pub profiles: Vec<Profile>,
    pub warnings: Vec<String>,
    /// The owner's user id, on systems that have such.
    pub owner: Option<u32>,
}

/// One `[profiles.NAME]`.
#[derive(Debug)]
pub(crate) struct Profile {
    pub name: String,
    /// An empty string counts as unset, and is not in here.
    pub values: Vec<Value>,
}

impl ConfigFile {
    /// Reads the file at `path`; a missing one counts as empty.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let error = |reason: &dyn std::fmt::Display| {
            Error::new(Kind::ConfigInvalid, format!("config file {}: {reason}", path.display()))
        };
        let file = match file::read(path, file::CONFIG_LIMIT) {
            Ok(file) => file,
            Err(FileError::Missing) => return Ok(Self { path: path.to_owned(), missing: true, ..Self::default() }),
            Err(reason) => {
                let hint = reason.hint().unwrap_or("CPH_CONFIG names the file itself, or a pipe that a program writes");
                return Err(error(&reason).hint(hint));
            }
        };
        let mode = mode::of(&file.metadata);
        if mode & 0o022 != 0 {
            return Err(error(&format!("mode {mode:04o}: other users may change it, so it can't be trusted"))
                .hint(format!("chmod 600 {}", path.display())));
        }
        let text = String::from_utf8(file.bytes).map_err(|reason| {
            let at = reason.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(reason.as_bytes().get(..at).unwrap_or_default()).into_owned();
            Locator { path, text: &before }.error(Some(before.len()..before.len()), "not UTF-8")
        })?;
        let mut config = Self { owner: owner::of(&file.metadata), ..Self::parse(path, &text)? };
        if mode & 0o044 != 0 && config.profiles.iter().any(|profile| profile.values.iter().any(|v| v.setting.secret)) {
            config.warnings.push(format!(
                "config file {} holds a secret, and other users may read it (mode {mode:04o}); chmod 600 it",
                path.display()
            ));
        }
        Ok(config)
    }

    pub(crate) fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let at = Locator { path, text };
        let document = Document::parse(text).map_err(|reason| at.error(reason.span(), reason.message()))?;
        let mut config = Self { path: path.to_owned(), ..Self::default() };
        for (key, item) in document.iter() {
            match key {
                "default_profile" => config.default_profile = at.string(key, item)?,
                "profiles" => config.profiles = at.profiles(item)?,
                _ => return Err(at.unknown(key, document.as_table(), &["default_profile", "profiles"])),
            }
        }
        Ok(config)
    }

    pub(crate) fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }
}

/// Turns positions into lines and columns.
#[derive(Clone, Copy)]
struct Locator<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Locator<'_> {
    fn profiles(&self, item: &Item) -> Result<Vec<Profile>, Error> {
        let table = self.table("profiles", item)?;
        let mut profiles = Vec::new();
        for (name, item) in table.iter() {
            let table = self.table(name, item)?;
            profiles.push(Profile { name: name.to_owned(), values: self.values(name, table)? });
        }
        Ok(profiles)
    }

    fn values(&self, profile: &str, table: &dyn TableLike) -> Result<Vec<Value>, Error> {
        let mut values = Vec::new();
        for (key, item) in table.iter() {
            let Some(setting) = setting::named(key) else {
                let known: Vec<_> = setting::ALL.iter().map(|setting| setting.name).collect();
                return Err(self.unknown(key, table, &known));
            };
            let source = Origin::Profile { profile: profile.to_owned(), file: self.path.to_owned() };
            if setting.list {
                values.push(Value::list(setting, self.words(key, item)?, source));
            } else if let Some(text) = self.string(key, item)? {
                values.push(Value::new(setting, &text, source));
            }
        }
        Ok(values)
    }

    fn table<'i>(&self, key: &str, item: &'i Item) -> Result<&'i dyn TableLike, Error> {
        let wrong = || self.error(item.span(), &format!("{key} must be a table, not {}", article(item.type_name())));
        item.as_table_like().ok_or_else(wrong)
    }

    /// A string; an empty one is `None`.
    fn string(&self, key: &str, item: &Item) -> Result<Option<String>, Error> {
        let wrong = || self.error(item.span(), &format!("{key} must be a string, not {}", article(item.type_name())));
        item.as_str().ok_or_else(wrong).map(|text| (!text.is_empty()).then(|| text.to_owned()))
    }

    /// An array of strings, at least one.
    fn words(&self, key: &str, item: &Item) -> Result<Vec<String>, Error> {
        let words = item.as_array().map(|array| array.iter().map(|word| word.as_str().map(str::to_owned)).collect());
        match words {
            Some(Some(words)) if !Vec::is_empty(&words) => Ok(words),
            _ => {
                Err(self
                    .error(item.span(), &format!("{key} must be an array of strings: the program and its arguments")))
            }
        }
    }

    fn unknown(&self, key: &str, table: &dyn TableLike, known: &[&str]) -> Error {
        let span = table.get_key_value(key).and_then(|(key, _)| key.span());
        let error = self.error(span, &format!("unknown key {key}"));
        let near = known.iter().map(|known| (strsim::jaro_winkler(key, known), known));
        match near.max_by(|(one, _), (two, _)| one.total_cmp(two)) {
            Some((likeness, near)) if likeness > 0.8 => error.hint(format!("did you mean {near}?")),
            _ => error.hint(format!("known keys: {}", known.join(", "))),
        }
    }

    fn error(&self, span: Option<Range<usize>>, what: &str) -> Error {
        let what = what.replace('\n', ", ");
        let before = self.text.get(..span.map_or(0, |span| span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        // Terminals and editors make `file:line:column` a link.
        let place = format!("{}:{line}:{column}", self.path.display());
        Error::new(Kind::ConfigInvalid, format!("config file {place}: {what}"))
    }
}

fn article(type_name: &str) -> String {
    let vowel = type_name.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {type_name}", if vowel { "an" } else { "a" })
}

mod mode {
    /// The permission bits of a regular file; zero for pipes and where there are no such bits.
    #[cfg(unix)]
    pub(super) fn of(metadata: &std::fs::Metadata) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        if metadata.is_file() { metadata.permissions().mode() & 0o777 } else { 0 }
    }

    #[cfg(not(unix))]
    pub(super) fn of(_: &std::fs::Metadata) -> u32 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<ConfigFile, Error> {
        ConfigFile::parse(Path::new("/c.toml"), text)
    }

    #[test]
    fn a_file_with_profiles() {
        let text = "\u{feff}default_profile = \"ci\"\r\n[profiles.ci]\r\nregion = \"cn-north-4\"\r\ntoken = \"\"\r\ncredential_command = [\"vault-cph\", \"x\"]\r\n[profiles.\"b c\"]\r\n";
        let config = parse(text).unwrap();
        assert_eq!(config.default_profile.as_deref(), Some("ci"));
        let shown: Vec<_> = config.profile("ci").unwrap().values.iter().map(Value::shown).collect();
        assert_eq!(shown, ["cn-north-4", "vault-cph"], "an empty string is unset; of a command only the program shows");
        assert!(config.profile("b c").is_some() && config.profile("x").is_none());
    }

    #[test]
    fn errors_name_the_place_and_never_the_value() {
        for (text, message, hint) in [
            ("profils = 1", "config file /c.toml:1:1: unknown key profils", "did you mean profiles?"),
            (
                "[profiles.ci]\n  acess_key = \"hunter2\"",
                "/c.toml:2:3: unknown key acess_key",
                "did you mean access_key?",
            ),
            ("[profiles.ci]\nregion = 7", "/c.toml:2:10: region must be a string, not an integer", ""),
            ("[profiles.ci]\nsecret_key = [\"hunter2\"]", "secret_key must be a string, not an array", ""),
            ("profiles = \"hunter2\"", "/c.toml:1:12: profiles must be a table, not a string", ""),
            ("[profiles.ci]\ntoken = \"hunter2", "/c.toml:2:", ""),
            ("[profiles.ci]\ntoken = hunter2", "/c.toml:2:", ""),
            ("[profiles.a]\ncredential_command = \"hunter2\"", "must be an array of strings", ""),
            ("[profiles.a]\ncredential_command = []", "must be an array of strings", ""),
            ("[profiles.a]\ncredential_command = [\"hunter2\", 1]", "must be an array of strings", ""),
            ("zzz = 1", "unknown key zzz", "known keys: default_profile, profiles"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.kind, Kind::ConfigInvalid);
            assert!(error.message.contains(message), "{}", error.message);
            assert!(!error.message.contains("hunter2"), "{}", error.message);
            assert!(error.hint.unwrap_or_default().contains(hint), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,60}", table in "[a-z.\\[\\]= \"\n]{0,60}") {
            let _ = parse(&text);
            let _ = parse(&table);
        }
    }
}
