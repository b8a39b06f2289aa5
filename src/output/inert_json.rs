//! PURE: how JSON strings are written, in one document and in lines: exact, and inert.

use std::io::{self, Write};

use serde_json::ser::{CharEscape, Formatter};

use crate::output::text;

/// Strings hold no character that a terminal obeys, nor `##`: the same text, by escapes. The rest is as `F` writes it.
pub(super) struct InertJson<F>(pub(super) F);

impl<F: Formatter> Formatter for InertJson<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Most texts are harmless as a whole, and written at once.
        let bytes = fragment.as_bytes();
        let mut harmless_from = 0;
        let mut hash_before = false;
        for (at, c) in fragment.char_indices() {
            if text::is_forbidden(c) || (c == '#' && hash_before) {
                writer.write_all(bytes.get(harmless_from..at).unwrap_or_default())?;
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                harmless_from = at + c.len_utf8();
            }
            hash_before = c == '#';
        }
        writer.write_all(bytes.get(harmless_from..).unwrap_or_default())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::ser::PrettyFormatter;

    fn written<T: serde::Serialize + ?Sized>(value: &T) -> String {
        let mut bytes = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, InertJson(PrettyFormatter::new()));
        value.serialize(&mut serializer).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn all_but_strings_is_as_the_formatter_writes_it() {
        let value = serde_json::json!({"a": [1, [], {}], "b": {}, "c": {"d": [true, null]}});
        assert_eq!(written(&value), serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn strings_are_exact_and_inert() {
        let text = "a\u{1b}\n\u{7f}\u{9b}\u{2028}\u{202e}##[x]\"\\中";
        let shown = written(text);
        assert_eq!(shown, "\"a\\u001b\\n\\u007f\\u009b\\u2028\\u202e#\\u0023[x]\\\"\\\\中\"");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }

    proptest! {
        #[test]
        fn every_text_survives_the_round_trip(text in "[\\PC\\x00-\\x9f\u{202e}\u{2028}#]{0,60}") {
            let shown = written(&text);
            prop_assert!(!shown.trim_end().chars().any(text::is_forbidden));
            prop_assert!(!shown.contains("##"));
            prop_assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
        }
    }
}
