//! Changes one profile of the config file and nothing else: comments, order and other profiles stay. A temporary file
//! of mode 0600 is renamed, so that there is never half a file; a link to the file stays a link.

use std::fs;
use std::path::Path;

use toml_edit::{DocumentMut, InlineTable, Item, Table, value};

use crate::config::setting;
use crate::error::{Error, Kind};
use crate::file::{self, FileError};
use crate::replace;

/// The start of the name of a temporary file. It can be in any folder, so no other program may use such a name.
const UNFINISHED: &str = ".cph-config-unfinished-";

/// The text of a config file in which `profile` holds these values and no other part of a credential. A setting
/// whose value is empty is removed.
pub(crate) fn with_profile(text: &str, profile: &str, values: &[(&str, &str)]) -> Result<String, Error> {
    let mut document = parse(text)?;
    // An empty default chooses no profile.
    if document.get("default_profile").is_none_or(|chosen| chosen.as_str() == Some("")) {
        set(document.as_table_mut(), "default_profile", profile);
    }
    let is_new = !document.contains_key("profiles");
    let profiles = table(document.as_table_mut(), "profiles")?;
    if is_new {
        profiles.set_implicit(true);
    }
    let table = table(profiles, profile)?;
    let stays = |name: &str| values.iter().any(|(key, text)| *key == name && !text.is_empty());
    let mut comments = String::new();
    for part in setting::ALL.iter().filter(|setting| setting.credential && !stays(setting.name)) {
        let prefix = table.key(part.name).and_then(|key| key.leaf_decor().prefix()?.as_str());
        comments.push_str(prefix.filter(|prefix| prefix.contains('#')).unwrap_or_default());
        table.remove(part.name);
    }
    for (key, text) in values {
        if text.is_empty() {
            table.remove(key);
        } else {
            set(table, key, text);
        }
    }
    // Comment lines above a removed setting move above its replacement.
    let is_part = |name: &str| setting::named(name).is_some_and(|setting| setting.credential);
    let first = values.iter().find(|(key, text)| is_part(key) && !text.is_empty());
    if let Some(mut key) = first.filter(|_| !comments.is_empty()).and_then(|(key, _)| table.key_mut(key)) {
        let own = key.leaf_decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
        key.leaf_decor_mut().set_prefix(comments + &own);
    }
    Ok(document.to_string())
}

/// The text without any part of a credential in `profile`; `None` where there was none.
pub(crate) fn without_credential(text: &str, profile: &str) -> Result<Option<String>, Error> {
    let mut document = parse(text)?;
    let Some(item) = document.get_mut("profiles").and_then(|profiles| profiles.get_mut(profile)) else {
        return Ok(None);
    };
    let removed = item.as_table_like_mut().is_some_and(|table| {
        let before = table.len();
        setting::ALL.iter().filter(|setting| setting.credential).for_each(|setting| drop(table.remove(setting.name)));
        table.len() < before
    });
    if item.as_table_like().is_some_and(|table| table.is_dotted() && table.is_empty()) {
        // Of dotted keys without a value nothing is written, and the profile would be gone.
        *item = value(InlineTable::new());
    }
    Ok(removed.then(|| document.to_string()))
}

fn parse(text: &str) -> Result<DocumentMut, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.parse().map_err(|_| Error::new(Kind::ConfigInvalid, "the config file is not TOML"))
}

fn table<'t>(parent: &'t mut Table, key: &str) -> Result<&'t mut Table, Error> {
    let item = parent.entry(key).or_insert_with(|| Item::Table(Table::new()));
    // An inline table becomes a full one, to which settings can be added.
    if let Some(inline) = item.as_inline_table() {
        *item = Item::Table(inline.clone().into_table());
    }
    item.as_table_mut()
        .ok_or_else(|| Error::new(Kind::ConfigInvalid, format!("{key} in the config file is not a table")))
}

/// Sets a value; the comment after an old one stays.
fn set(table: &mut Table, key: &str, text: &str) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = text.into();
            *old.decor_mut() = decor;
        }
        None => drop(table.insert(key, value(text))),
    }
}

/// Whether [`write()`] can replace it, as far as can be known before: a pipe or a device can be read, not written.
pub(crate) fn check_replaceable(path: &Path) -> Result<(), Error> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            Err(error(path, &"is not a regular file, so nothing can be saved in it")
                .hint("name another with CPH_CONFIG"))
        }
        _ => Ok(()),
    }
}

/// Reads the file to be changed; a missing one is empty.
pub(crate) fn read(path: &Path) -> Result<String, Error> {
    match file::read(path, file::CONFIG_LIMIT) {
        Ok(_) if file::was_pipe(path) => {
            Err(error(path, &"is a pipe, so nothing can be saved in it")
                .hint("name a file with CPH_CONFIG, or unset it"))
        }
        Ok(file) => String::from_utf8(file.bytes).map_err(|_| error(path, &"not UTF-8")),
        Err(FileError::Missing) => Ok(String::new()),
        Err(reason) => {
            let error = error(path, &reason);
            Err(match reason.hint() {
                Some(hint) => error.hint(hint),
                None => error,
            })
        }
    }
}

/// Replaces the file as a whole, mode 0600; on an error the old file is unchanged.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Error> {
    let target = replace::behind_links(path).map_err(|reason| error(path, &reason))?;
    let folder = replace::folder_of(&target);
    let replace = || -> std::io::Result<()> {
        make_folder(folder)?;
        let _ = replace::remove_abandoned(folder, UNFINISHED);
        replace::file(&target, UNFINISHED, text.as_bytes())
    };
    replace().map_err(|reason| error(&target, &reason))
}

/// Removes the temporary files of killed logins, which may hold secrets; returns how many.
pub(crate) fn remove_abandoned(path: &Path) -> std::io::Result<usize> {
    // What can't be replaced leaves no temporary file.
    let Ok(target) = replace::behind_links(path) else { return Ok(0) };
    replace::remove_abandoned(replace::folder_of(&target), UNFINISHED)
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

fn error(path: &Path, reason: &dyn std::fmt::Display) -> Error {
    Error::new(Kind::Io, format!("config file {}: {reason}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_changed_and_nothing_else() {
        let before = "# mine\ndefault_profile = \"a\" # yes\n\n[profiles.a]\nregion = \"r\" # where\ntoken = \"t\"\n\n[profiles.b]\ntoken = \"u\"\n";
        let after = with_profile(before, "a", &[("region", "s"), ("access_key", "k"), ("secret_key", "x")]).unwrap();
        let expected = "# mine\ndefault_profile = \"a\" # yes\n\n[profiles.a]\nregion = \"s\" # where\naccess_key = \"k\"\nsecret_key = \"x\"\n\n[profiles.b]\ntoken = \"u\"\n";
        assert_eq!(after, expected);
        let gone = without_credential(&after, "a").unwrap().unwrap();
        assert!(!gone.contains("secret_key") && gone.contains("# where") && gone.contains("token = \"u\""), "{gone}");
        assert_eq!(without_credential(&gone, "a").unwrap(), None);
        assert_eq!(without_credential("", "a").unwrap(), None);
    }

    #[test]
    fn a_profile_of_dotted_keys_is_there_after_a_logout() {
        for (before, after) in [
            ("profiles.a.token = \"t\"\nprofiles.b.token = \"u\"\n", "profiles.a = {}\nprofiles.b.token = \"u\"\n"),
            ("[profiles]\na.token = \"t\" # c\na.region = \"r\"\n", "[profiles]\na.region = \"r\"\n"),
            ("[profiles]\na.token = \"t\"\n", "[profiles]\na = {}\n"),
        ] {
            assert_eq!(without_credential(before, "a").unwrap().as_deref(), Some(after));
            assert_eq!(without_credential(after, "a").unwrap(), None);
        }
    }

    #[test]
    fn comments_beside_what_stays_survive() {
        let before = "default_profile = \"\" # none\n# all of them\n[profiles]\n\n[profiles.a]\n# rotated in May\naccess_key = \"k\"\nsecret_key = \"x\" # vault\nendpoint = \"e\"\n";
        let after = with_profile(before, "a", &[("access_key", "l"), ("secret_key", "y"), ("endpoint", "")]).unwrap();
        let expected = "default_profile = \"a\" # none\n# all of them\n[profiles]\n\n[profiles.a]\n# rotated in May\naccess_key = \"l\"\nsecret_key = \"y\" # vault\n";
        assert_eq!(after, expected);
        let token = with_profile(&after, "a", &[("token", "t")]).unwrap();
        assert!(token.ends_with("[profiles.a]\n# rotated in May\ntoken = \"t\"\n"), "{token}");
    }

    #[test]
    fn a_first_profile_is_the_default() {
        let after = with_profile("", "new one", &[("token", "a\"b")]).unwrap();
        assert_eq!(after, "default_profile = \"new one\"\n\n[profiles.\"new one\"]\ntoken = 'a\"b'\n");
        let inline = with_profile("profiles = { a = { token = \"t\" } }", "a", &[("region", "r")]).unwrap();
        assert!(inline.contains("[profiles.a]\nregion = \"r\""), "{inline}");
        assert!(with_profile("profiles = 1", "a", &[]).is_err());
        assert!(with_profile("= 1", "a", &[]).is_err());
    }

    #[test]
    fn only_a_file_can_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        assert!(check_replaceable(&file).is_ok());
        fs::write(&file, "").unwrap();
        assert!(check_replaceable(&file).is_ok());
        assert!(check_replaceable(folder.path()).is_err());
        assert!(!cfg!(unix) || check_replaceable(Path::new("/dev/null")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_its_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (link, file) = (folder.path().join("link"), folder.path().join("other/file"));
        std::os::unix::fs::symlink("other/file", &link).unwrap();
        for text in ["one", "two"] {
            write(&link, text).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        }
        fs::write(folder.path().join("other").join(format!("{UNFINISHED}abcdef")), "secret").unwrap();
        assert_eq!((remove_abandoned(&link).unwrap(), remove_abandoned(&link).unwrap()), (1, 0));
    }
}
