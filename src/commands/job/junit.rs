//! `--junit FILE`: the file of the report. What is in it is made by `output::junit`.

use std::fs;
use std::io;
use std::path::Path;

use crate::error::{Error, Kind};
use crate::output::{Report, junit};
use crate::replace;

/// How the names of temporary files begin.
const PREFIX: &str = ".cph-junit-";

/// Removes an old report, so that no ending of this run leaves it, and tests that a new one can be written.
pub(super) fn prepare(path: &Path) -> Result<(), Error> {
    let failed = |reason: io::Error| failed(path, &reason);
    let target = replace::behind_links(path).map_err(failed)?;
    if is_there(path, &target)? {
        fs::remove_file(&target).map_err(failed)?;
    }
    let _ = replace::remove_abandoned(replace::folder_of(&target), PREFIX);
    replace::check(&target, PREFIX).map_err(failed)
}

/// Writes it whole, or not at all.
pub(super) fn write(path: &Path, suite: &str, report: &Report<'_>) -> Result<(), Error> {
    let target = replace::behind_links(path).map_err(|reason| failed(path, &reason))?;
    is_there(path, &target)?;
    let written = junit::document(suite, report).and_then(|bytes| replace::public_file(&target, PREFIX, &bytes));
    written.map_err(|reason| failed(path, &reason))
}

/// Whether there is a file. A device, a pipe or a folder is an error: it must never be removed or replaced.
fn is_there(path: &Path, target: &Path) -> Result<bool, Error> {
    match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.is_file() || metadata.is_symlink() => Ok(true),
        Ok(_) => {
            let message =
                format!("the JUnit report can't be written to {} (--junit): it is not a file", path.display());
            Err(Error::new(Kind::Io, message).hint("name a file, such as --junit report.xml"))
        }
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(reason) => Err(failed(path, &reason)),
    }
}

fn failed(path: &Path, reason: &io::Error) -> Error {
    let message = format!("the JUnit report can't be written to {} (--junit): {reason}", path.display());
    Error::new(Kind::Io, message).hint("check the folder and its owner, and free disk space").caused_by(reason)
}
