//! PURE: the command as it was typed, changed a little, for a hint to copy.

use std::borrow::Cow;
use std::ffi::OsString;

use crate::output::text::cut;

/// With these ids instead of `-`; without them as it was.
pub(super) fn with_ids(typed: &[OsString], ids: Option<&[&str]>) -> String {
    let ids = ids.map(|ids| ids.iter().map(|id| quoted(id)).collect::<Vec<_>>().join(" "));
    joined(words(typed).map(|word| match (word.as_ref(), &ids) {
        ("-", Some(ids)) => ids.clone(),
        (word, _) => quoted(word),
    }))
}

/// With a request's id instead of all ids.
pub(super) fn with_request_id(typed: &[OsString], asked: &[String], id: &str) -> String {
    // `--` only ids may follow.
    let is_id = |word: &str| ["-", "--"].contains(&word) || asked.iter().any(|asked| asked == word);
    let others = words(typed).filter(|word| !is_id(word)).map(|word| quoted(&word));
    joined(others.chain(["--request-id".to_owned(), quoted(id)]))
}

fn words(typed: &[OsString]) -> impl Iterator<Item = Cow<'_, str>> {
    typed.iter().map(|word| word.to_string_lossy())
}

fn joined(words: impl Iterator<Item = String>) -> String {
    cut(&words.collect::<Vec<_>>().join(" "), None)
}

/// A word as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &[&str]) -> Vec<OsString> {
        words.iter().map(Into::into).collect()
    }

    #[test]
    fn words_for_a_shell() {
        for (word, shown) in [
            ("a", "a"),
            ("--timeout=3s", "--timeout=3s"),
            ("/usr/bin/cph", "/usr/bin/cph"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(x)", "'$(x)'"),
            ("it's", r"'it'\''s'"),
            ("~", "'~'"),
        ] {
            assert_eq!(quoted(word), shown);
        }
    }

    #[test]
    fn flags_stay_and_ids_change() {
        let words = typed(&["cph", "--profile", "a b", "job", "wait", "-"]);
        assert_eq!(with_ids(&words, None), "cph --profile 'a b' job wait -");
        assert_eq!(with_ids(&words, Some(&["x", "y"])), "cph --profile 'a b' job wait x y");
        let again = "cph --profile 'a b' job wait --request-id r";
        assert_eq!(with_request_id(&words, &["r".to_owned()], "r"), again);
        let words = typed(&["cph", "--profile", "a b", "job", "wait", "--", "r", "j"]);
        assert_eq!(with_request_id(&words, &["r".to_owned(), "j".to_owned()], "r"), again);
    }
}
