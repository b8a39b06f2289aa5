//! PURE: the encodings in which a service may repeat a text: escaped for JSON (once or several times), for a URL or a
//! form, for HTML, as debug output, in base64.
//!
//! Text and secret are both decoded step by step, so that both have one step in common; this also finds mixed
//! encodings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Times that a text may have been escaped.
const MAX_STEPS: usize = 6;

/// Shorter base64 occurs by chance in any text.
const SHORTEST_BASE64: usize = 6;

/// A character, and the bytes of the text that it was decoded from.
#[derive(Debug, Clone, Copy)]
pub(super) struct DecodedChar {
    pub(super) c: char,
    pub(super) from: usize,
    pub(super) to: usize,
}

enum Escape {
    Char(char),
    /// A byte of UTF-8.
    Byte(u8),
}

/// The text unchanged, and decoded once, twice …, as long as that changes anything.
pub(super) fn decodings(text: &str) -> Vec<Vec<DecodedChar>> {
    let chars = text.char_indices().map(|(from, c)| DecodedChar { c, from, to: from + c.len_utf8() });
    let mut steps: Vec<Vec<DecodedChar>> = vec![chars.collect()];
    while steps.len() <= MAX_STEPS
        && let Some(next) = steps.last().and_then(|step| decode_step(step))
    {
        steps.push(next);
    }
    steps
}

/// The texts to search for: the secret, its base64 and the result of a wrong charset, each unchanged and decoded.
pub(super) fn encodings_of(secret: &str) -> Vec<Vec<char>> {
    let base64 = base64(secret).into_iter().filter(|text| text.len() >= SHORTEST_BASE64);
    let url_safe = |text: String| [text.replace('+', "-").replace('/', "_"), text];
    // Latin-1 that was read as UTF-8, such as a header.
    let lossy = secret.replace(|c: char| !c.is_ascii(), "\u{fffd}");
    let all = base64.flat_map(url_safe).chain([secret.to_owned(), lossy]);
    all.flat_map(|text| decodings(&text)).map(|step| step.iter().map(|char| char.c).collect()).collect()
}

/// The base64 of the secret after zero, one or two other bytes, without the characters that hold bits of other bytes.
fn base64(secret: &str) -> Vec<String> {
    let piece = |before: usize| {
        let bytes = [&vec![0; before], secret.as_bytes()].concat();
        let (first, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        STANDARD_NO_PAD.encode(&bytes).get(first..end).map(str::to_owned)
    };
    (0..3).filter_map(piece).collect()
}

/// One step; `None` where there is nothing to decode.
fn decode_step(chars: &[DecodedChar]) -> Option<Vec<DecodedChar>> {
    let mut decoded = Vec::with_capacity(chars.len());
    let mut bytes = Vec::new();
    let mut rest = chars;
    let mut changed = false;
    while let [first, ..] = rest {
        let escaped = escape(rest);
        changed |= escaped.is_some();
        let length = escaped.as_ref().map_or(1, |(_, length)| *length);
        let to = rest.get(length - 1).map_or(first.to, |last| last.to);
        match escaped {
            Some((Escape::Byte(byte), _)) => bytes.push((byte, first.from, to)),
            Some((Escape::Char(c), _)) => {
                flush(&mut bytes, &mut decoded);
                decoded.push(DecodedChar { c, from: first.from, to });
            }
            None => {
                flush(&mut bytes, &mut decoded);
                decoded.push(*first);
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    flush(&mut bytes, &mut decoded);
    changed.then_some(decoded)
}

/// The characters of escaped bytes: UTF-8, else Latin-1.
fn flush(bytes: &mut Vec<(u8, usize, usize)>, chars: &mut Vec<DecodedChar>) {
    let raw: Vec<u8> = bytes.iter().map(|(byte, ..)| *byte).collect();
    let mut rest = bytes.as_slice();
    let mut push = |c: char, length: usize| {
        let (of_it, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        if let ([(_, from, _), ..], [.., (_, _, to)]) = (of_it, of_it) {
            chars.push(DecodedChar { c, from: *from, to: *to });
        }
        rest = behind;
    };
    for chunk in raw.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push(c, c.len_utf8()));
        chunk.invalid().iter().for_each(|byte| push(char::from(*byte), 1));
    }
    bytes.clear();
}

/// The meaning of the escape at the start, and its length in characters.
fn escape(rest: &[DecodedChar]) -> Option<(Escape, usize)> {
    let byte = |at: usize| number(rest.get(at..at + 2)?, 16).and_then(|byte| u8::try_from(byte).ok());
    let found = |c: char, length: usize| Some((Escape::Char(c), length));
    match rest {
        [DecodedChar { c: '+', .. }, ..] => found(' ', 1),
        [DecodedChar { c: '%', .. }, ..] => Some((Escape::Byte(byte(1)?), 3)),
        [DecodedChar { c: '&', .. }, ..] => entity(rest),
        [DecodedChar { c: '\\', .. }, DecodedChar { c, .. }, ..] => match c {
            '"' | '\'' | '\\' | '/' => found(*c, 2),
            'n' => found('\n', 2),
            'r' => found('\r', 2),
            't' => found('\t', 2),
            'b' => found('\u{8}', 2),
            'f' => found('\u{c}', 2),
            'x' => Some((Escape::Byte(byte(2)?), 4)),
            'u' => unicode(rest),
            _ => None,
        },
        _ => None,
    }
}

/// `\u00e4`, two of them for a surrogate pair, or `\u{e4}`.
fn unicode(rest: &[DecodedChar]) -> Option<(Escape, usize)> {
    if rest.get(2).is_some_and(|char| char.c == '{') {
        let length = rest.iter().skip(3).take(7).position(|char| char.c == '}')?;
        let c = char::from_u32(number(rest.get(3..3 + length)?, 16)?)?;
        return Some((Escape::Char(c), length + 4));
    }
    let unit = number(rest.get(2..6)?, 16)?;
    if let Some(c) = char::from_u32(unit) {
        return Some((Escape::Char(c), 6));
    }
    let [DecodedChar { c: '\\', .. }, DecodedChar { c: 'u', .. }] = rest.get(6..8)? else { return None };
    let units = [u16::try_from(unit).ok()?, u16::try_from(number(rest.get(8..12)?, 16)?).ok()?];
    let c = char::decode_utf16(units).next()?.ok()?;
    Some((Escape::Char(c), 12))
}

/// `&quot;`, `&#34;`, `&#x22;`.
fn entity(rest: &[DecodedChar]) -> Option<(Escape, usize)> {
    let length = rest.iter().take(10).position(|char| char.c == ';')?;
    let inside = rest.get(1..length)?;
    let c = match inside {
        [DecodedChar { c: '#', .. }, DecodedChar { c: 'x' | 'X', .. }, digits @ ..] => {
            char::from_u32(number(digits, 16)?)?
        }
        [DecodedChar { c: '#', .. }, digits @ ..] => char::from_u32(number(digits, 10)?)?,
        name => match name.iter().map(|char| char.c).collect::<String>().as_str() {
            "quot" => '"',
            "apos" => '\'',
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            _ => return None,
        },
    };
    Some((Escape::Char(c), length + 1))
}

fn number(digits: &[DecodedChar], radix: u32) -> Option<u32> {
    let add = |sum: u32, char: &DecodedChar| sum.checked_mul(radix)?.checked_add(char.c.to_digit(radix)?);
    if digits.is_empty() { None } else { digits.iter().try_fold(0, add) }
}
