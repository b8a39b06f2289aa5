//! PURE: removes secrets from a text that another program wrote.
//!
//! A service may echo what it was sent: whole, cut, in another encoding, or inside its canonical request. It must not
//! know kinds of credentials or output.

mod encodings;

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, BuildHasherDefault};

/// Characters of a secret in a row that are not shown; a shorter secret is searched as a whole. No 12 may be read: a tab
/// or a line end in front of them is shown as `\t` or `\n`, whose letter may be the one before in the secret.
const WINDOW: usize = 11;

const MARK: &str = "[redacted]";

/// Bytes of a text that are searched: a hostile response may be larger than any error that is shown.
const MAX_LENGTH: usize = 16 << 10;

/// Bytes before that end which are not shown: a secret that begins there may not be recognised. Ten characters have
/// up to 24 bytes each (a surrogate pair as two escapes, escaped once more).
const UNCERTAIN: usize = 1 << 10;

/// Secrets to search for, in every encoding. Holds hashes, not the secrets.
#[derive(Debug, Default)]
pub(crate) struct SecretPatterns {
    /// Hashes of runs of characters, by length of the run.
    runs: BTreeMap<usize, HashSet<u64>>,
    hasher: BuildHasherDefault<DefaultHasher>,
}

impl SecretPatterns {
    pub(crate) fn of<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let mut patterns = Self::default();
        secrets.into_iter().for_each(|secret| patterns.add(secret));
        patterns
    }

    /// Ignores an empty secret.
    pub(crate) fn add(&mut self, secret: &str) {
        for encoded in encodings::encodings_of(secret) {
            let length = encoded.len().min(WINDOW);
            if length > 0 {
                let runs = encoded.windows(length).map(|run| self.hasher.hash_one(run));
                self.runs.entry(length).or_default().extend(runs);
            }
        }
    }

    fn contains(&self, known: &HashSet<u64>, run: &[char]) -> bool {
        known.contains(&self.hasher.hash_one(run))
    }
}

/// `text` without any run of 11 characters (or all, of a shorter one) of any of the secrets, in any encoding. A very
/// long text is cut. To be called before a text is cut elsewhere: half a secret is not recognised.
pub(crate) fn redact(text: &str, patterns: &[&SecretPatterns]) -> String {
    let searched = beginning(text, MAX_LENGTH);
    let mut hidden = vec![false; searched.len()];
    for step in encodings::decodings(searched) {
        let chars: Vec<char> = step.iter().map(|char| char.c).collect();
        for patterns in patterns {
            for (length, known) in &patterns.runs {
                for (run, decoded) in chars.windows(*length).zip(step.windows(*length)) {
                    if !patterns.contains(known, run) {
                        continue;
                    }
                    let (from, to) = (decoded.first().map(|char| char.from), decoded.last().map(|char| char.to));
                    let encoded = hidden.iter_mut().take(to.unwrap_or_default()).skip(from.unwrap_or_default());
                    encoded.for_each(|hidden| *hidden = true);
                }
            }
        }
    }
    let shown = if searched.len() < text.len() { beginning(searched, MAX_LENGTH - UNCERTAIN) } else { searched };
    let mut clean = String::with_capacity(shown.len());
    let mut inside = false;
    for (at, c) in shown.char_indices() {
        let hidden = hidden.get(at).is_some_and(|hidden| *hidden);
        match (hidden, inside) {
            (true, false) => clean.push_str(MARK),
            (true, true) => {}
            (false, _) => clean.push(c),
        }
        inside = hidden;
    }
    if shown.len() < text.len() {
        clean.push('…');
    }
    clean
}

/// At most this many bytes, in whole characters.
fn beginning(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn without(text: &str, secrets: &[&str]) -> String {
        redact(text, &[&SecretPatterns::of(secrets.iter().copied())])
    }

    #[test]
    fn takes_whole_cut_and_short_secrets_out() {
        let token = "MIIabcdefghijklmnopqrstuvwxyz";
        for (text, clean) in [
            (format!("token {token} refused"), "token [redacted] refused"),
            ("cut: abcdefghijkl.".to_owned(), "cut: [redacted]."),
            ("eleven behind a tab: \tabcdefghijk.".to_owned(), "eleven behind a tab: \t[redacted]."),
            ("ten: abcdefghij.".to_owned(), "ten: abcdefghij."),
            ("pw is hunter2!".to_owned(), "pw is [redacted]!"),
        ] {
            assert_eq!(without(&text, &[token, "hunter2", ""]), clean);
        }
    }

    #[test]
    fn other_encodings_are_recognised() {
        for (secret, spelled) in [
            (r#"p"a\ssä"#, r#"p\"a\\ssä"#),
            (r#"p"a\ssä"#, r#"p\"a\\ss\u00e4"#),
            (r#"p"a\ssä"#, r#"p\"a\\ss\u00E4"#),
            (r#"p"a\ssä"#, r#"p\\\"a\\\\ss\\u00e4"#),
            (r#"p"a\ssä"#, r#"p\\\"a\\\\ssä"#),
            (r#"p"a\ssä"#, r#"p\u0022a\u005css\u{e4}"#),
            (r#"p"a\ssä"#, "p%22a%5Css%C3%A4"),
            (r#"p"a\ssä"#, "p%22a%5css%c3%a4"),
            (r#"p"a\ssä"#, "p%2522a%255Css%25C3%25A4"),
            (r#"p"a\ssä"#, "p%22a%5Css%E4"),
            (r#"p"a\ssä"#, r"p\x22a\x5css\xc3\xa4"),
            (r#"p"a\ssä"#, r"p&quot;a\ss&#228;"),
            (r#"p"a\ssä"#, r"p&#34;a\ss&#xE4;"),
            (r#"p"a\ssä"#, "p\"a\\ss\u{fffd}"),
            ("key😀/x\ty", r"key\ud83d\ude00\/x\ty"),
            ("a\nb\rc\u{8}d\u{c}", r"a\nb\rc\bd\f"),
            ("<a&b'c>", "&lt;a&amp;b&apos;c&gt;"),
            ("pass word+1", "pass+word%2B1"),
            ("ends\\", r"ends\\"),
            ("ä ends\\", r"\u00e4 ends\\"),
            ("%41\\u0041", "%2541%5Cu0041"),
        ] {
            let json = format!(r#"{{"x":"{spelled}"}}"#);
            for text in [format!("no {spelled}."), format!("{spelled}, no"), format!("no {spelled}"), json] {
                let clean = without(&text, &[secret]);
                assert_eq!(clean, text.replace(spelled, MARK), "{secret} as {spelled}");
            }
        }
    }

    #[test]
    fn base64_is_recognised_wherever_the_secret_stands_in_it() {
        use base64::Engine as _;
        use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
        for secret in ["hunter", "hunter2??>", "correct horse battery staple ü"] {
            for before in ["", "u", "us", "user:"] {
                for behind in ["", "@h", "\n"] {
                    let whole = format!("{before}{secret}{behind}");
                    for spelled in [STANDARD.encode(&whole), URL_SAFE_NO_PAD.encode(&whole)] {
                        let first = (before.len() * 8).div_ceil(6);
                        let end = (before.len() + secret.len()) * 8 / 6;
                        let clean = without(&format!("Basic {spelled} refused"), &[secret]);
                        assert_eq!(clean, format!("Basic {}{MARK}{} refused", &spelled[..first], &spelled[end..]));
                        let clean = without(&spelled.replace('/', "\\/").replace('+', "%2B"), &[secret]);
                        assert!(clean.contains(MARK), "{clean}");
                    }
                }
            }
        }
    }

    #[test]
    fn half_a_secret_at_the_end_of_what_is_searched_is_not_shown() {
        let secret = "hunter2!";
        for shift in (0..10).chain(UNCERTAIN - 10..UNCERTAIN + 10) {
            let text = format!("{}{secret}{}", "x".repeat(MAX_LENGTH - shift), "y".repeat(2000));
            let clean = without(&text, &[secret]);
            assert!(!clean.contains("hun") && clean.len() <= MAX_LENGTH && clean.ends_with('…'), "{shift}");
            assert!(clean.starts_with(&"x".repeat(MAX_LENGTH - UNCERTAIN - 10)), "{shift}");
        }
        let whole = "x".repeat(MAX_LENGTH);
        assert_eq!(without(&whole, &[secret]), whole);
    }

    proptest! {
        #[test]
        fn leaves_no_window(secret in "[ab]{12,40}", before in "[abc]{0,20}", after in "[abc]{0,20}") {
            let clean = without(&format!("{before}{secret}{after}"), &[&secret]);
            for window in secret.as_bytes().windows(WINDOW) {
                prop_assert!(!clean.contains(std::str::from_utf8(window).unwrap()));
            }
        }

        #[test]
        fn leaves_no_secret_in_json(secret in "[a-z\"\\\\/ äé😀%+&\t]{1,11}x", times in 0usize..4) {
            let mut text = format!("<{secret}>");
            for _ in 0..times {
                text = serde_json::to_string(&text).unwrap();
            }
            let clean = without(&text, &[&secret]);
            let mut opened = clean;
            for _ in 0..times {
                opened = serde_json::from_str(&opened).unwrap();
            }
            prop_assert!(opened.contains(MARK), "{}", opened);
        }

        #[test]
        fn any_text_is_survived(text in "[\\PC\\\\%&#;ux0-9a-f{}\u{0}]{0,60}", secret in "[\\PC\\\\%&]{0,20}") {
            let _ = without(&text, &[&secret]);
        }
    }
}
