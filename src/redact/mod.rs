//! PURE: takes secrets out of a text that somebody else wrote.
//!
//! A service may echo what it was sent: whole, cut, spelled otherwise, or inside its own canonical request. Knows no
//! credential kinds and no output.

mod spelling;

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, BuildHasherDefault};

/// So many characters of a secret in a row give it away; a shorter secret is looked for whole.
const WINDOW: usize = 12;

/// What stands in place of a secret.
const MARK: &str = "[redacted]";

/// Bytes of a text that are looked at: a hostile answer is larger than any error that is shown.
const LONGEST: usize = 16 << 10;

/// Bytes before that end which are not shown: what begins there may be a secret's first eleven characters, each spelled
/// in up to 24 bytes (a surrogate pair as two escapes that were escaped once more), or a short secret as a whole.
const UNCERTAIN: usize = 1 << 10;

/// What secrets look like in a text, in every spelling. Holds hashes, not the secrets.
#[derive(Debug, Default)]
pub(crate) struct Needles {
    /// By the length of the run of characters.
    runs: BTreeMap<usize, HashSet<u64>>,
    hasher: BuildHasherDefault<DefaultHasher>,
}

impl Needles {
    /// Looks for these secrets.
    pub(crate) fn of<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let mut needles = Self::default();
        secrets.into_iter().for_each(|secret| needles.add(secret));
        needles
    }

    /// Looks for this secret, too; an empty one is none.
    pub(crate) fn add(&mut self, secret: &str) {
        for spelled in spelling::of(secret) {
            let length = spelled.len().min(WINDOW);
            if length > 0 {
                let runs = spelled.windows(length).map(|run| self.hasher.hash_one(run));
                self.runs.entry(length).or_default().extend(runs);
            }
        }
    }

    fn knows(&self, known: &HashSet<u64>, run: &[char]) -> bool {
        known.contains(&self.hasher.hash_one(run))
    }
}

/// `text` without any run of 12 characters (or all, of a shorter one) of any of the secrets, however spelled. A very
/// long text ends early. To be called before a text is cut: half a secret is not known again.
pub(crate) fn redact(text: &str, needles: &[&Needles]) -> String {
    let near = beginning(text, LONGEST);
    let mut hidden = vec![false; near.len()];
    for view in spelling::views(near) {
        let chars: Vec<char> = view.iter().map(|sign| sign.c).collect();
        for needles in needles {
            for (length, known) in &needles.runs {
                for (run, signs) in chars.windows(*length).zip(view.windows(*length)) {
                    if !needles.knows(known, run) {
                        continue;
                    }
                    let (from, to) = (signs.first().map(|sign| sign.from), signs.last().map(|sign| sign.to));
                    let spelled = hidden.iter_mut().take(to.unwrap_or_default()).skip(from.unwrap_or_default());
                    spelled.for_each(|hidden| *hidden = true);
                }
            }
        }
    }
    let shown = if near.len() < text.len() { beginning(near, LONGEST - UNCERTAIN) } else { near };
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

/// So many bytes at most, in whole characters.
fn beginning(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn without(text: &str, secrets: &[&str]) -> String {
        redact(text, &[&Needles::of(secrets.iter().copied())])
    }

    #[test]
    fn takes_whole_cut_and_short_secrets_out() {
        let token = "MIIabcdefghijklmnopqrstuvwxyz";
        for (text, clean) in [
            (format!("token {token} refused"), "token [redacted] refused"),
            ("cut: abcdefghijkl.".to_owned(), "cut: [redacted]."),
            ("eleven: abcdefghijk.".to_owned(), "eleven: abcdefghijk."),
            ("pw is hunter2!".to_owned(), "pw is [redacted]!"),
        ] {
            assert_eq!(without(&text, &[token, "hunter2", ""]), clean);
        }
    }

    #[test]
    fn other_spellings_are_known() {
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
            ("key😀/x\ty", r"key\ud83d\ude00\/x\ty"),
            ("pass word+1", "pass+word%2B1"),
            ("ends\\", r"ends\\"),
            ("ä ends\\", r"\u00e4 ends\\"),
            ("%41\\u0041", "%2541%5Cu0041"),
        ] {
            for text in [format!("no {spelled}."), format!("{spelled}, no"), format!(r#"{{"x":"{spelled}"}}"#)] {
                let clean = without(&text, &[secret]);
                assert_eq!(clean, text.replace(spelled, MARK), "{secret} as {spelled}");
            }
        }
    }

    #[test]
    fn base64_is_known_wherever_the_secret_stands_in_it() {
        use base64::Engine as _;
        use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
        for secret in ["hunter2??>", "correct horse battery staple ü"] {
            for before in ["", "u", "us", "user:"] {
                for behind in ["", "@h", "\n"] {
                    let whole = format!("{before}{secret}{behind}");
                    for spelled in [STANDARD.encode(&whole), URL_SAFE_NO_PAD.encode(&whole)] {
                        let first = (before.len() * 8).div_ceil(6);
                        let inside = spelled.get(first..first + 6).unwrap();
                        let clean = without(&format!("Basic {spelled} refused"), &[secret]);
                        assert!(clean.contains(MARK) && !clean.contains(inside), "{clean}");
                        let clean = without(&spelled.replace('/', "\\/").replace('+', "%2B"), &[secret]);
                        assert!(clean.contains(MARK), "{clean}");
                    }
                }
            }
        }
    }

    #[test]
    fn half_a_secret_at_the_end_of_what_is_looked_at_is_not_shown() {
        let secret = "hunter2!";
        for shift in (0..10).chain(UNCERTAIN - 10..UNCERTAIN + 10) {
            let text = format!("{}{secret}{}", "x".repeat(LONGEST - shift), "y".repeat(2000));
            let clean = without(&text, &[secret]);
            assert!(!clean.contains("hun") && clean.len() <= LONGEST && clean.ends_with('…'), "{shift}");
        }
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
