//! The config file, and how `auth login` and `auth logout` change it. Invariants:
//!
//! - An error names file, line and column, and no value.
//! - A file that can be read can be changed, and can be read afterwards. The changed profile holds what was set and no
//!   other part of a credential; its other settings, all other profiles and the default stay.
//! - After a logout the profile has no part of a credential, and a second one finds nothing to remove.

use std::collections::BTreeMap;
use std::path::Path;

use secrecy::ExposeSecret as _;

use super::input::{SECRET, texts};
use crate::config::edit::{with_profile, without_credential};
use crate::config::file::{ConfigFile, Profile};
use crate::config::setting;

/// A file, the name of a profile and the text of a value.
pub fn config(data: &[u8]) {
    let [text, name, value] = texts(data);
    let before = match parse(&text) {
        Ok(config) => config,
        Err(message) => {
            let rest = message.strip_prefix("config file /c.toml:").expect("a place");
            let place: Vec<_> = rest.splitn(3, ':').map(str::parse::<usize>).collect();
            assert!(matches!(place.as_slice(), [Ok(1..), Ok(1..), Err(_)]), "{message}");
            // Keys are named, and are no secrets.
            let names_a_key = message.contains(": unknown key ") || message.contains(" must be ");
            assert!(names_a_key || !message.contains(SECRET), "{message}");
            // An edit may be refused, or keep what is wrong.
            let _ = with_profile(&text, &name, &[("token", &value)]);
            let _ = without_credential(&text, &name);
            return;
        }
    };
    let keys = [("region", "r-1"), ("access_key", &value), ("secret_key", "s"), ("endpoint", "")];
    let password = [("username", "u"), ("password", &value), ("domain_name", "d"), ("region", "")];
    for set in [keys, password] {
        let after = with_profile(&text, &name, &set).unwrap_or_else(|error| panic!("{error:?}"));
        changed(&before, &after, &name, &set);
        // Twice is once.
        assert_eq!(with_profile(&after, &name, &set).unwrap(), after);
        logged_out(&parse(&after).unwrap(), &after, &name);
    }
    logged_out(&before, &text, &name);
}

fn changed(before: &ConfigFile, after: &str, name: &str, set: &[(&str, &str)]) {
    let config = parse(after).unwrap_or_else(|message| panic!("{message} in\n{after}"));
    let default = before.default_profile.as_deref().or(Some(name).filter(|name| !name.is_empty()));
    assert_eq!(config.default_profile.as_deref(), default, "{after}");
    assert_eq!(others(&config, name), others(before, name), "{after}");
    let mut expected = before.profile(name).map(values).unwrap_or_default();
    expected.retain(|key, _| !is_part(key));
    for (key, text) in set {
        expected.remove(*key);
        if !text.is_empty() {
            expected.insert((*key).to_owned(), vec![(*text).to_owned()]);
        }
    }
    assert_eq!(values(config.profile(name).unwrap()), expected, "{after}");
}

fn logged_out(before: &ConfigFile, text: &str, name: &str) {
    let had_one = before.profile(name).is_some_and(|profile| values(profile).keys().any(|key| is_part(key)));
    let Some(after) = without_credential(text, name).unwrap() else {
        assert!(!had_one, "{text}");
        return;
    };
    let config = parse(&after).unwrap_or_else(|message| panic!("{message} in\n{after}"));
    assert_eq!(config.default_profile, before.default_profile);
    assert_eq!(others(&config, name), others(before, name), "{after}");
    let mut expected = values(before.profile(name).unwrap());
    expected.retain(|key, _| !is_part(key));
    assert_eq!(values(config.profile(name).unwrap()), expected, "{after}");
    assert_eq!(without_credential(&after, name).unwrap(), None);
}

fn parse(text: &str) -> Result<ConfigFile, String> {
    ConfigFile::parse(Path::new("/c.toml"), text).map_err(|error| error.message)
}

fn is_part(key: &str) -> bool {
    setting::named(key).is_some_and(|setting| setting.credential)
}

type Values = BTreeMap<String, Vec<String>>;

fn values(profile: &Profile) -> Values {
    let text = |value: &crate::config::value::Value| match value.words() {
        [] => vec![value.secret().expose_secret().to_owned()],
        words => words.to_vec(),
    };
    profile.values.iter().map(|value| (value.setting.name.to_owned(), text(value))).collect()
}

fn others(config: &ConfigFile, name: &str) -> BTreeMap<String, Values> {
    let others = config.profiles.iter().filter(|profile| profile.name != name);
    others.map(|profile| (profile.name.clone(), values(profile))).collect()
}
