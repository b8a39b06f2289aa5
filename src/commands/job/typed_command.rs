//! PURE: the command as it was typed, changed a little, for a hint to copy.

use std::borrow::Cow;
use std::ffi::OsString;

use crate::output::text::cut;
use crate::shell;

/// With these ids instead of `-`; without them as it was.
pub(super) fn with_ids(typed: &[OsString], ids: Option<&[&str]>) -> String {
    let ids = ids.map(|ids| ids.iter().map(|id| shell::word(id)).collect::<Vec<_>>().join(" "));
    joined(words(typed).map(|word| match (word.as_ref(), &ids) {
        ("-", Some(ids)) => ids.clone(),
        (word, _) => shell::word(word),
    }))
}

/// With a request's id instead of all ids.
pub(super) fn with_request_id(typed: &[OsString], asked: &[String], id: &str) -> String {
    // `--` only ids may follow.
    let is_id = |word: &str| ["-", "--"].contains(&word) || asked.iter().any(|asked| asked == word);
    let others = words(typed).filter(|word| !is_id(word)).map(|word| shell::word(&word));
    joined(others.chain(["--request-id".to_owned(), shell::word(id)]))
}

fn words(typed: &[OsString]) -> impl Iterator<Item = Cow<'_, str>> {
    typed.iter().map(|word| word.to_string_lossy())
}

fn joined(words: impl Iterator<Item = String>) -> String {
    cut(&words.collect::<Vec<_>>().join(" "), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &[&str]) -> Vec<OsString> {
        words.iter().map(Into::into).collect()
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
