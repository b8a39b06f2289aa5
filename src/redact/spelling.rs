//! PURE: the ways in which a text may be spelled when it is passed on: escaped for JSON (once or several times), for a
//! URL or a form, for HTML, as a debug text, in base64.
//!
//! Text and secret are both unfolded step by step, so that the same step is found on both sides; a spelling that mixes
//! two of these ways is one of the steps.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// So often a text may have been escaped.
const DEEPEST: usize = 6;

/// Shorter pieces of base64 stand in any text.
const SHORTEST_BASE64: usize = 6;

/// A character, and the bytes of the text that spell it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    pub(super) c: char,
    pub(super) from: usize,
    pub(super) to: usize,
}

enum Spelled {
    Char(char),
    /// A byte of a character's UTF-8.
    Byte(u8),
}

/// The text as it stands, and unfolded once, twice …, as long as that changes anything.
pub(super) fn views(text: &str) -> Vec<Vec<Sign>> {
    let signs = text.char_indices().map(|(from, c)| Sign { c, from, to: from + c.len_utf8() });
    let mut views: Vec<Vec<Sign>> = vec![signs.collect()];
    while views.len() <= DEEPEST
        && let Some(next) = views.last().and_then(|view| unfolded(view))
    {
        views.push(next);
    }
    views
}

/// The spellings to look for: the secret, its base64 and what a wrong encoding leaves of it, each as it stands and
/// unfolded.
pub(super) fn of(secret: &str) -> Vec<Vec<char>> {
    let base64 = base64(secret).into_iter().filter(|text| text.len() >= SHORTEST_BASE64);
    let url_safe = |text: String| [text.replace('+', "-").replace('/', "_"), text];
    // Latin-1 that was read as UTF-8, as in a header.
    let lossy = secret.replace(|c: char| !c.is_ascii(), "\u{fffd}");
    let all = base64.flat_map(url_safe).chain([secret.to_owned(), lossy]);
    all.flat_map(|text| views(&text)).map(|view| view.iter().map(|sign| sign.c).collect()).collect()
}

/// The base64 of the secret behind zero, one or two other bytes, without the characters that hold bits of others.
fn base64(secret: &str) -> Vec<String> {
    let piece = |before: usize| {
        let bytes = [&vec![0; before], secret.as_bytes()].concat();
        let (first, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        STANDARD_NO_PAD.encode(&bytes).get(first..end).map(str::to_owned)
    };
    (0..3).filter_map(piece).collect()
}

/// One step; `None` where there is nothing to unfold.
fn unfolded(signs: &[Sign]) -> Option<Vec<Sign>> {
    let mut unfolded = Vec::with_capacity(signs.len());
    let mut bytes = Vec::new();
    let mut rest = signs;
    while let [first, ..] = rest {
        let spelled = escape(rest);
        let length = spelled.as_ref().map_or(1, |(_, length)| *length);
        let to = rest.get(length - 1).map_or(first.to, |last| last.to);
        match spelled {
            Some((Spelled::Byte(byte), _)) => bytes.push((byte, first.from, to)),
            Some((Spelled::Char(c), _)) => {
                flush(&mut bytes, &mut unfolded);
                unfolded.push(Sign { c, from: first.from, to });
            }
            None => {
                flush(&mut bytes, &mut unfolded);
                unfolded.push(*first);
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    flush(&mut bytes, &mut unfolded);
    (unfolded.len() < signs.len() || unfolded.iter().zip(signs).any(|(new, old)| new.c != old.c)).then_some(unfolded)
}

/// The characters of escaped bytes: UTF-8, and what is none, Latin-1.
fn flush(bytes: &mut Vec<(u8, usize, usize)>, signs: &mut Vec<Sign>) {
    let raw: Vec<u8> = bytes.iter().map(|(byte, ..)| *byte).collect();
    let mut rest = bytes.as_slice();
    let mut push = |c: char, length: usize| {
        let (of_it, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        if let ([(_, from, _), ..], [.., (_, _, to)]) = (of_it, of_it) {
            signs.push(Sign { c, from: *from, to: *to });
        }
        rest = behind;
    };
    for chunk in raw.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push(c, c.len_utf8()));
        chunk.invalid().iter().for_each(|byte| push(char::from(*byte), 1));
    }
    bytes.clear();
}

/// What the escape at the start stands for, and its length in characters.
fn escape(rest: &[Sign]) -> Option<(Spelled, usize)> {
    let byte = |at: usize| number(rest.get(at..at + 2)?, 16).and_then(|byte| u8::try_from(byte).ok());
    let found = |c: char, length: usize| Some((Spelled::Char(c), length));
    match rest {
        [Sign { c: '+', .. }, ..] => found(' ', 1),
        [Sign { c: '%', .. }, ..] => Some((Spelled::Byte(byte(1)?), 3)),
        [Sign { c: '&', .. }, ..] => entity(rest),
        [Sign { c: '\\', .. }, Sign { c, .. }, ..] => match c {
            '"' | '\'' | '\\' | '/' => found(*c, 2),
            'n' => found('\n', 2),
            'r' => found('\r', 2),
            't' => found('\t', 2),
            'b' => found('\u{8}', 2),
            'f' => found('\u{c}', 2),
            'x' => Some((Spelled::Byte(byte(2)?), 4)),
            'u' => unicode(rest),
            _ => None,
        },
        _ => None,
    }
}

/// `\u00e4`, two of them for a surrogate pair, or `\u{e4}`.
fn unicode(rest: &[Sign]) -> Option<(Spelled, usize)> {
    if rest.get(2).is_some_and(|sign| sign.c == '{') {
        let length = rest.iter().skip(3).take(7).position(|sign| sign.c == '}')?;
        let c = char::from_u32(number(rest.get(3..3 + length)?, 16)?)?;
        return Some((Spelled::Char(c), length + 4));
    }
    let unit = number(rest.get(2..6)?, 16)?;
    if let Some(c) = char::from_u32(unit) {
        return Some((Spelled::Char(c), 6));
    }
    let [Sign { c: '\\', .. }, Sign { c: 'u', .. }] = rest.get(6..8)? else { return None };
    let units = [u16::try_from(unit).ok()?, u16::try_from(number(rest.get(8..12)?, 16)?).ok()?];
    let c = char::decode_utf16(units).next()?.ok()?;
    Some((Spelled::Char(c), 12))
}

/// `&quot;`, `&#34;`, `&#x22;`.
fn entity(rest: &[Sign]) -> Option<(Spelled, usize)> {
    let length = rest.iter().take(10).position(|sign| sign.c == ';')?;
    let inside = rest.get(1..length)?;
    let c = match inside {
        [Sign { c: '#', .. }, Sign { c: 'x' | 'X', .. }, digits @ ..] => char::from_u32(number(digits, 16)?)?,
        [Sign { c: '#', .. }, digits @ ..] => char::from_u32(number(digits, 10)?)?,
        name => match name.iter().map(|sign| sign.c).collect::<String>().as_str() {
            "quot" => '"',
            "apos" => '\'',
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            _ => return None,
        },
    };
    Some((Spelled::Char(c), length + 1))
}

fn number(digits: &[Sign], radix: u32) -> Option<u32> {
    let add = |sum: u32, sign: &Sign| sum.checked_mul(radix)?.checked_add(sign.c.to_digit(radix)?);
    if digits.is_empty() { None } else { digits.iter().try_fold(0, add) }
}
