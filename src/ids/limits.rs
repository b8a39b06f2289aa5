//! PURE: what stdin may hold at most, checked while it is read, so that no input makes a parser keep more.

use std::fmt;
use std::io::{self, Read};

use crate::error::{Error, Kind};

const MOST_BYTES: u64 = 128 << 20;
/// The parser keeps one string as a whole; a service's text has a few kilobytes.
const LONGEST_STRING: usize = 1 << 20;
/// The parser's own limit for values that it builds; it has none for those that it skips.
const DEEPEST: usize = 128;

/// A limit that was passed. It goes through the readers and the parser inside an `io::Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    Bytes,
    Utf8,
    String,
    Depth,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "stdin holds more than 128 MiB: these are no job ids",
            Self::Utf8 => "stdin holds something that is not UTF-8 text",
            Self::String => "stdin holds a JSON string longer than 1 MiB",
            Self::Depth => "stdin holds JSON nested deeper than 128 levels",
        })
    }
}

impl std::error::Error for Limit {}

impl From<Limit> for io::Error {
    fn from(limit: Limit) -> Self {
        Self::new(io::ErrorKind::InvalidData, limit)
    }
}

/// The error for a read that failed: bad content where a limit was passed, an error of this machine otherwise.
pub(super) fn error(reason: io::Error) -> Error {
    match reason.downcast::<Limit>() {
        Ok(Limit::Utf8) => Error::new(Kind::Usage, Limit::Utf8.to_string())
            .hint("PowerShell writes UTF-16 to files: use -Encoding utf8"),
        Ok(limit) => Error::new(Kind::Usage, limit.to_string()),
        Err(reason) => Error::new(Kind::Io, format!("stdin can't be read: {reason}"))
            .hint("check the file or the program that stdin comes from"),
    }
}

/// Passes on UTF-8 text of at most 128 MiB.
pub(super) struct Text<R> {
    inner: R,
    bytes: u64,
    /// The begin of a character that the next read has to complete.
    incomplete: Vec<u8>,
}

impl<R: Read> Text<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, bytes: 0, incomplete: Vec::new() }
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes += count as u64;
        if self.bytes > MOST_BYTES {
            return Err(Limit::Bytes.into());
        }
        if count == 0 && !buffer.is_empty() && !self.incomplete.is_empty() {
            return Err(Limit::Utf8.into());
        }
        self.incomplete.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let valid = match std::str::from_utf8(&self.incomplete) {
            Ok(text) => text.len(),
            Err(reason) if reason.error_len().is_none() => reason.valid_up_to(),
            Err(_) => return Err(Limit::Utf8.into()),
        };
        self.incomplete.drain(..valid);
        Ok(count)
    }
}

/// Passes on JSON without long strings or deep nesting, and counts the documents. Knows strings and brackets only:
/// the parser behind it finds everything else that is wrong.
pub(super) struct Json<R> {
    inner: R,
    /// Objects and arrays of the top level that have begun.
    pub(super) documents: usize,
    depth: usize,
    /// Bytes of the string that has begun.
    string: Option<usize>,
    is_escaped: bool,
}

impl<R: Read> Json<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, documents: 0, depth: 0, string: None, is_escaped: false }
    }

    fn pass(&mut self, byte: u8) -> Result<(), Limit> {
        if let Some(length) = self.string {
            if length >= LONGEST_STRING {
                return Err(Limit::String);
            }
            let ends = byte == b'"' && !self.is_escaped;
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            self.string = (!ends).then_some(length + 1);
            return Ok(());
        }
        match byte {
            b'"' => self.string = Some(0),
            b'{' | b'[' => {
                if self.depth >= DEEPEST {
                    return Err(Limit::Depth);
                }
                self.documents += usize::from(self.depth == 0);
                self.depth += 1;
            }
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }
}

impl<R: Read> Read for Json<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        buffer.iter().take(count).try_for_each(|byte| self.pass(*byte))?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives one byte a time.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer.get_mut(..1).unwrap())
        }
    }

    fn text(bytes: &[u8]) -> Result<Vec<u8>, Limit> {
        let mut whole = Vec::new();
        let mut dripped = Vec::new();
        let read = Text::new(bytes).read_to_end(&mut whole).map(|_| whole);
        let drip = Text::new(Drip(bytes)).read_to_end(&mut dripped).map(|_| dripped);
        let limit = |reason: io::Error| reason.downcast().unwrap();
        let (read, drip) = (read.map_err(limit), drip.map_err(limit));
        assert_eq!(read, drip, "{bytes:?}");
        read
    }

    #[test]
    fn only_utf_8_is_passed_on() {
        for good in ["", "a", "ä中🦀\u{0}", "\u{feff}a"] {
            assert_eq!(text(good.as_bytes()).unwrap(), good.as_bytes());
        }
        for bad in [&b"\xff\xfea\0"[..], b"a\xc3", b"a\xc3(", b"\xe4\xb8", b"\xed\xa0\x80", b"\xc0\x80"] {
            assert_eq!(text(bad), Err(Limit::Utf8), "{bad:?}");
        }
    }

    #[test]
    fn at_most_128_mib() {
        let read = |bytes| io::copy(&mut Text::new(io::repeat(b' ').take(bytes)), &mut io::sink());
        assert_eq!(read(MOST_BYTES).unwrap(), MOST_BYTES);
        assert_eq!(read(MOST_BYTES + 1).unwrap_err().downcast::<Limit>().unwrap(), Limit::Bytes);
    }

    #[test]
    fn documents_strings_and_depth() {
        let count = |text: &str| {
            let mut json = Json::new(text.as_bytes());
            let read = io::copy(&mut json, &mut io::sink());
            read.map(|_| json.documents).map_err(|reason| reason.downcast::<Limit>().unwrap())
        };
        assert_eq!(count(r#"{"a":"}\"{"}[{}]  {}"\\"[]"#), Ok(4));
        let string = |length| format!("[\"{}\"]", "\\\"".repeat(length / 2));
        assert_eq!(count(&string(LONGEST_STRING - 2)), Ok(1));
        assert_eq!(count(&string(LONGEST_STRING)), Err(Limit::String));
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(count(&nested(DEEPEST).repeat(3)), Ok(3));
        assert_eq!(count(&nested(DEEPEST + 1)), Err(Limit::Depth));
    }
}
