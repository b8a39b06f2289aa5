//! How commands end: the error on stderr, the answer on stdout, the exit code. One way for all.

use std::io::{self, Write};

use serde::Serialize;

use crate::cli::Output;
use crate::error::{Error, Kind};
use crate::exit::Exit;
use crate::output::{json, stdio};

/// Writes the answer and returns the exit code: the earned one, unless the answer could not be written.
pub(crate) fn answer(write: impl FnOnce(&mut dyn Write) -> io::Result<()>, earned: Exit) -> Exit {
    match stdio::answer(write) {
        Ok(()) => earned,
        Err(reason) => {
            let message = format!("the answer could not be written to stdout: {reason}");
            stdio::error(&Error::new(Kind::Io, message).caused_by(&reason));
            Exit::Local
        }
    }
}

/// The same for an answer that is complete in memory.
pub(crate) fn bytes(bytes: &[u8], earned: Exit) -> Exit {
    answer(|out| out.write_all(bytes), earned)
}

/// A command whose answer is one document, also where there is an error: JSON with `content`, or a table.
pub(super) fn document(
    form: Output,
    content: &impl Serialize,
    error: Option<&Error>,
    table: impl FnOnce() -> String,
) -> Exit {
    if let Some(error) = error {
        stdio::error(error);
    }
    let exit = error.map_or(Exit::Ok, |error| error.kind.exit());
    match form {
        Output::Json => answer(|out| json::document(out, exit, content, error), exit),
        Output::Table => bytes(table().as_bytes(), exit),
    }
}

/// A command without an answer on stdout.
pub(super) fn result(result: Result<(), Error>) -> Exit {
    match result {
        Ok(()) => Exit::Ok,
        Err(error) => {
            stdio::error(&error);
            error.kind.exit()
        }
    }
}
