//! Reads a pipe to its end, within limits of time and size. It must not know what the text is for.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::file::FileError;

/// A pipe without a writer is a mistake.
const OPEN_TIMEOUT: Duration = Duration::from_secs(5);
/// As long as for a credential_command: the writer may ask a person or a vault.
const END_TIMEOUT: Duration = Duration::from_secs(30);
const CHUNK: usize = 16 << 10;

/// Reads until the writers close the pipe.
pub(super) fn read(mut file: &File, limit: u64) -> Result<Vec<u8>, FileError> {
    let started = Instant::now();
    let mut bytes = Vec::new();
    let mut chunk = vec![0; CHUNK];
    let mut is_opened = false;
    while bytes.len() as u64 <= limit {
        let within = if is_opened { END_TIMEOUT } else { OPEN_TIMEOUT };
        // Without this, a pipe that is not open yet would look like one at its end.
        let Some(is_ready) = wait(file, within.saturating_sub(started.elapsed()))? else { continue };
        match file.read(&mut chunk) {
            Ok(0) if is_ready || is_opened => break,
            Ok(0) => return Err(FileError::NotOpened(OPEN_TIMEOUT.as_secs())),
            Ok(count) => {
                is_opened = true;
                bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
            }
            // A writer has opened it and not written yet.
            Err(reason) if reason.kind() == ErrorKind::WouldBlock => is_opened = true,
            Err(reason) if reason.kind() == ErrorKind::Interrupted => {}
            Err(reason) => return Err(reason.into()),
        }
        if started.elapsed() >= END_TIMEOUT {
            return Err(FileError::NotEnded(END_TIMEOUT.as_secs()));
        }
    }
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLong(limit >> 20));
    }
    Ok(bytes)
}

/// Whether there is something to read, the end included; `None` after a signal.
fn wait(file: &File, time: Duration) -> io::Result<Option<bool>> {
    let time = Timespec::try_from(time).map_err(io::Error::other)?;
    match poll(&mut [PollFd::new(file, PollFlags::IN)], Some(&time)) {
        Ok(count) => Ok(Some(count > 0)),
        Err(Errno::INTR) => Ok(None),
        Err(reason) => Err(reason.into()),
    }
}
