//! PURE: words for a POSIX shell to read back, in the commands that hints name and in the simulator's settings.

/// In single quotes, where a shell gives no character a meaning.
pub(crate) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// As it is where a shell reads it as one word, else quoted.
pub(crate) fn word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { quoted(word) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_it_is_quoted() {
        for (text, shown) in [
            ("a", "a"),
            ("--timeout=3s", "--timeout=3s"),
            ("/usr/bin/cph", "/usr/bin/cph"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(x)", "'$(x)'"),
            ("it's", r"'it'\''s'"),
            ("~", "'~'"),
        ] {
            assert_eq!(word(text), shown);
        }
        assert_eq!(quoted("a"), "'a'");
    }
}
