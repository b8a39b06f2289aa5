//! PURE: JSON documents in a row, each read by itself and counted, so that an error can say which one it means.

use std::io::{self, BufReader, Read};

use serde::de::DeserializeSeed as _;
use serde_json::error::Category;

use super::collected::{Collected, Rejection};
use super::document::DocumentReader;
use super::limits::{self, JsonReader};
use super::{Asked, start_of};
use crate::error::{Error, Kind};

pub(super) fn read(input: impl Read) -> Result<Vec<Asked>, Error> {
    let mut input = BufReader::new(JsonReader::new(input));
    let mut collected = Collected::default();
    let mut number = 0;
    let mut parser = serde_json::Deserializer::from_reader(&mut input);
    let reason = loop {
        match parser.end() {
            Ok(()) => return Ok(collected.asked),
            Err(reason) if reason.is_io() => break reason,
            // Another document begins.
            Err(_) => number += 1,
        }
        if let Err(reason) = DocumentReader(&mut collected).deserialize(&mut parser) {
            break reason;
        }
    };
    let rejection = match (collected.rejection, reason.classify()) {
        (Some(rejection), _) => rejection,
        (None, Category::Io) => return Err(limits::error(reason.into())),
        (None, Category::Data) => Rejection::not_an_answer(shown(&reason)),
        (None, Category::Syntax | Category::Eof) => {
            let message = format!("stdin begins like JSON, but can't be read as JSON: {}", shown(&reason));
            return Err(Error::new(Kind::Usage, message));
        }
    };
    Err(match rejection {
        Rejection::Stdin(error) => error,
        Rejection::Document(predicate, hint) => {
            let mut error = Error::new(Kind::Usage, format!("{} {predicate}", subject(number, &mut input)));
            error.hint = hint;
            error
        }
    })
}

/// The parser's words: they may quote a whole string.
fn shown(reason: &serde_json::Error) -> String {
    let (line, column) = (reason.line(), reason.column());
    let text = reason.to_string();
    let text = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
    format!("{} (line {line}, column {column})", start_of(text, 300))
}

/// The document of this number, among all that follow, as far as they can be counted.
fn subject(number: usize, input: &mut BufReader<JsonReader<impl Read>>) -> String {
    let count = io::copy(input, &mut io::sink()).map(|_| input.get_ref().documents);
    match count {
        Ok(1) if number == 1 => "stdin".to_owned(),
        Ok(count) if count >= number => format!("document {number} of {count}"),
        _ => format!("document {number}"),
    }
}
