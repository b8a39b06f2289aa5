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
enum InputLimit {
    Bytes,
    Utf8,
    String,
    Depth,
}

impl fmt::Display for InputLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "stdin holds more than 128 MiB: these are no job ids",
            Self::Utf8 => "stdin holds something that is not UTF-8 text",
            Self::String => "stdin holds a JSON string longer than 1 MiB",
            Self::Depth => "stdin holds JSON nested deeper than 128 levels",
        })
    }
}

impl std::error::Error for InputLimit {}

impl From<InputLimit> for io::Error {
    fn from(limit: InputLimit) -> Self {
        Self::new(io::ErrorKind::InvalidData, limit)
    }
}

/// The error for a read that failed: bad content where a limit was passed, an error of this machine otherwise.
pub(super) fn error(reason: io::Error) -> Error {
    match reason.downcast::<InputLimit>() {
        Ok(InputLimit::Utf8) => Error::new(Kind::Usage, InputLimit::Utf8.to_string())
            .hint("PowerShell writes UTF-16 to files: use -Encoding utf8"),
        Ok(limit) => Error::new(Kind::Usage, limit.to_string()),
        Err(reason) => Error::new(Kind::Io, format!("stdin can't be read: {reason}"))
            .hint("check the file or the program that stdin comes from"),
    }
}

/// Passes on UTF-8 text of at most 128 MiB.
pub(super) struct TextReader<R> {
    inner: R,
    bytes: u64,
    /// The begin of a character that the next read has to complete.
    incomplete: Vec<u8>,
}

impl<R: Read> TextReader<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, bytes: 0, incomplete: Vec::new() }
    }
}

impl<R: Read> Read for TextReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes += count as u64;
        if self.bytes > MOST_BYTES {
            return Err(InputLimit::Bytes.into());
        }
        if count == 0 && !buffer.is_empty() && !self.incomplete.is_empty() {
            return Err(InputLimit::Utf8.into());
        }
        self.incomplete.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let valid = match std::str::from_utf8(&self.incomplete) {
            Ok(text) => text.len(),
            Err(reason) if reason.error_len().is_none() => reason.valid_up_to(),
            Err(_) => return Err(InputLimit::Utf8.into()),
        };
        self.incomplete.drain(..valid);
        Ok(count)
    }
}

/// Passes on JSON without long strings or deep nesting, and counts the documents. Knows strings and brackets only:
/// the parser behind it finds everything else that is wrong.
pub(super) struct JsonReader<R> {
    inner: R,
    /// Objects and arrays of the top level that have begun.
    pub(super) documents: usize,
    depth: usize,
    /// Bytes of the string that has begun.
    string: Option<usize>,
    is_escaped: bool,
}

impl<R: Read> JsonReader<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, documents: 0, depth: 0, string: None, is_escaped: false }
    }

    fn pass(&mut self, byte: u8) -> Result<(), InputLimit> {
        if let Some(length) = self.string {
            if length >= LONGEST_STRING {
                return Err(InputLimit::String);
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
                    return Err(InputLimit::Depth);
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

impl<R: Read> Read for JsonReader<R> {
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

    fn text(bytes: &[u8]) -> Result<Vec<u8>, InputLimit> {
        let mut whole = Vec::new();
        let mut dripped = Vec::new();
        let read = TextReader::new(bytes).read_to_end(&mut whole).map(|_| whole);
        let drip = TextReader::new(Drip(bytes)).read_to_end(&mut dripped).map(|_| dripped);
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
            assert_eq!(text(bad), Err(InputLimit::Utf8), "{bad:?}");
        }
    }

    #[test]
    fn at_most_128_mib() {
        let read = |bytes| io::copy(&mut TextReader::new(io::repeat(b' ').take(bytes)), &mut io::sink());
        assert_eq!(read(MOST_BYTES).unwrap(), MOST_BYTES);
        assert_eq!(read(MOST_BYTES + 1).unwrap_err().downcast::<InputLimit>().unwrap(), InputLimit::Bytes);
    }

    #[test]
    fn documents_strings_and_depth() {
        let count = |text: &str| {
            let mut json = JsonReader::new(text.as_bytes());
            let read = io::copy(&mut json, &mut io::sink());
            read.map(|_| json.documents).map_err(|reason| reason.downcast::<InputLimit>().unwrap())
        };
        assert_eq!(count(r#"{"a":"}\"{"}[{}]  {}"\\"[]"#), Ok(4));
        let string = |length| format!("[\"{}\"]", "\\\"".repeat(length / 2));
        assert_eq!(count(&string(LONGEST_STRING - 2)), Ok(1));
        assert_eq!(count(&string(LONGEST_STRING)), Err(InputLimit::String));
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(count(&nested(DEEPEST).repeat(3)), Ok(3));
        assert_eq!(count(&nested(DEEPEST + 1)), Err(InputLimit::Depth));
    }
}
