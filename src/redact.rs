//! PURE: takes a secret out of a text that somebody else wrote.
//!
//! A service may echo what it was sent: whole, cut, or inside its own canonical request. Knows no credential
//! kinds and no output.

/// So many characters of a secret in a row give it away; a shorter secret is looked for whole.
const WINDOW: usize = 12;

/// What stands in place of a secret.
const MARK: &str = "[redacted]";

/// `text` without any run of 12 characters (or all, of a shorter one) of any of the secrets.
#[must_use]
pub fn redact(text: &str, secrets: &[&str]) -> String {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut secret_at = vec![false; starts.len()];
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        let window = WINDOW.min(secret.chars().count());
        let parts = starts.iter().zip(starts.iter().skip(window)).map(|(from, to)| text.get(*from..*to));
        for (start, part) in parts.enumerate() {
            if part.is_some_and(|part| secret.contains(part)) {
                secret_at.iter_mut().skip(start).take(window).for_each(|hidden| *hidden = true);
            }
        }
    }
    let mut clean = String::with_capacity(text.len());
    let mut inside = false;
    for (c, hidden) in text.chars().zip(secret_at) {
        match (hidden, inside) {
            (true, false) => clean.push_str(MARK),
            (true, true) => {}
            (false, _) => clean.push(c),
        }
        inside = hidden;
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn takes_whole_cut_and_short_secrets_out() {
        let token = "MIIabcdefghijklmnopqrstuvwxyz";
        for (text, clean) in [
            (format!("token {token} refused"), "token [redacted] refused"),
            ("cut: abcdefghijkl.".to_owned(), "cut: [redacted]."),
            ("eleven: abcdefghijk.".to_owned(), "eleven: abcdefghijk."),
            ("pw is hunter2!".to_owned(), "pw is [redacted]!"),
        ] {
            assert_eq!(redact(&text, &[token, "hunter2", ""]), clean);
        }
    }

    proptest! {
        #[test]
        fn leaves_no_window(secret in "[ab]{12,40}", before in "[abc]{0,20}", after in "[abc]{0,20}") {
            let clean = redact(&format!("{before}{secret}{after}"), &[&secret]);
            for window in secret.as_bytes().windows(WINDOW) {
                prop_assert!(!clean.contains(std::str::from_utf8(window).unwrap()));
            }
        }
    }
}
