//! What is removed from texts of others. Invariants:
//!
//! - No run of 12 characters of a secret is left, nor a whole shorter one, whatever stands around it.
//! - A secret that was repeated in other encodings (escaped for JSON, percent-encoded, as entities, in base64, and one
//!   upon another) is found.
//! - A text that is shown has at most 16 kB, and a text without a secret stays as it is.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::input::texts;
use crate::redact::{SecretPatterns, redact};

const MARK: &str = "[redacted]";

/// A secret, a text of others, what stands around the secret, and the encodings one after the other.
pub fn redaction(data: &[u8]) {
    let [secret, text, around, encodings] = texts(data);
    // With characters of the mark or of the ellipsis in it, the mark itself would look like a part of it.
    let secret: String = secret.chars().map(|c| if MARK.contains(c) || c == '…' { 'x' } else { c }).take(64).collect();
    let patterns = SecretPatterns::of([secret.as_str()]);
    let clean = redact(&text, &[&patterns]);
    assert!(clean.len() <= text.len().max(16 << 10) + MARK.len() * (1 + text.len()));
    if secret.is_empty() {
        assert!(clean == text || text.len() > 16 << 10);
        return;
    }
    leaves_nothing(&clean, &secret);
    let around: String = around.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    let mut repeated = format!("{around} {secret} {around}");
    leaves_nothing(&redact(&repeated, &[&patterns]), &secret);
    for (at, encoding) in encodings.bytes().take(4).enumerate() {
        // Only base64 of the secret itself is known, and of a short one only a few characters, which occur by chance.
        let is_base64 = encoding % 8 >= 6;
        if !is_base64 || (at == 0 && secret.len() >= 8) {
            repeated = encoded(&repeated, encoding);
        }
    }
    if repeated.len() < 8 << 10 {
        let clean = redact(&repeated, &[&patterns]);
        assert!(clean.contains(MARK), "{secret:?} in {repeated:?}");
    }
}

fn leaves_nothing(clean: &str, secret: &str) {
    let chars: Vec<char> = secret.chars().collect();
    for window in chars.windows(chars.len().min(12)) {
        let window: String = window.iter().collect();
        assert!(!clean.contains(&window), "{window:?} in {clean:?}");
    }
}

fn encoded(text: &str, encoding: u8) -> String {
    let each = |write: fn(&mut String, char)| {
        let mut all = String::new();
        text.chars().for_each(|c| write(&mut all, c));
        all
    };
    match encoding % 8 {
        0 | 1 => {
            let quoted = serde_json::to_string(text).unwrap();
            quoted[1..quoted.len() - 1].to_owned()
        }
        2 => each(|all, c| {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| write!(all, "\\u{unit:04x}").unwrap());
        }),
        3 => percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string(),
        4 => each(|all, c| match c {
            ' ' => all.push('+'),
            c if c.is_ascii_alphanumeric() => all.push(c),
            c => c.to_string().bytes().for_each(|byte| write!(all, "%{byte:02x}").unwrap()),
        }),
        5 => each(|all, c| match c {
            c if c.is_ascii_alphanumeric() || c == ' ' => all.push(c),
            c => write!(all, "&#{};", u32::from(c)).unwrap(),
        }),
        6 => STANDARD.encode(text),
        _ => URL_SAFE_NO_PAD.encode(text),
    }
}
