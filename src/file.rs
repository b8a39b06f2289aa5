//! The one way to read a file: with a size limit, and within a limit of time where it is a pipe.
//!
//! A pipe's text is kept for the run: it can be read only once, and a credential may be asked for again after a 401.
//! Knows no contents and no settings.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// No config file of a person is longer than 1 MiB.
pub(crate) const CONFIG_LIMIT: u64 = 1 << 20;
/// A bundle of all public authorities has 0.3 MB.
pub(crate) const BUNDLE_LIMIT: u64 = 16 << 20;

/// What a file held.
#[derive(Clone)]
pub(crate) struct Contents {
    /// Its bytes, at most the limit.
    pub bytes: Vec<u8>,
    /// Of the file that was opened, whatever has its name by now.
    pub metadata: Metadata,
}

/// Why a file can't be used.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// No file has this name.
    Missing,
    /// It is no file or pipe, but this.
    Not(&'static str),
    /// Longer than so many MiB.
    Long(u64),
    /// A pipe that nobody has opened for writing within so many seconds.
    Unopened(u64),
    /// A pipe whose text had not ended within so many seconds.
    Unended(u64),
    /// The system's reason.
    System(io::Error),
}

impl Unreadable {
    /// The next step, where the reason itself suggests one.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::System(reason) => crate::error::hint_of(reason),
            Self::Unopened(_) | Self::Unended(_) => {
                Some("start the program that writes into this pipe, or name a file")
            }
            _ => None,
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no such file"),
            Self::Not(what) => write!(f, "is {what}, not a file"),
            Self::Long(limit) => write!(f, "is longer than {limit} MiB"),
            Self::Unopened(seconds) => write!(f, "is a pipe that nobody opened for writing within {seconds} s"),
            Self::Unended(seconds) => write!(f, "is a pipe whose text did not end within {seconds} s"),
            Self::System(reason) => reason.fmt(f),
        }
    }
}

impl std::error::Error for Unreadable {}

impl From<io::Error> for Unreadable {
    fn from(reason: io::Error) -> Self {
        match reason.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::Missing,
            _ => Self::System(reason),
        }
    }
}

/// What the pipes of this run held.
static PIPES: Mutex<Vec<(PathBuf, Contents)>> = Mutex::new(Vec::new());

/// Reads a file, or a pipe to its end.
///
/// # Errors
/// [`Unreadable`], within 30 s at most.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Contents, Unreadable> {
    let mut pipes = PIPES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, contents)) = pipes.iter().find(|(known, _)| known == path) {
        return Ok(contents.clone());
    }
    let file = open(path)?;
    let metadata = file.metadata()?;
    let is_pipe = is_pipe(&metadata)?;
    let bytes = if is_pipe { pipe::read(&file, limit)? } else { whole(&file, metadata.len(), limit)? };
    if bytes.len() as u64 > limit {
        return Err(Unreadable::Long(limit >> 20));
    }
    let contents = Contents { bytes, metadata };
    if is_pipe {
        pipes.push((path.to_owned(), contents.clone()));
    }
    Ok(contents)
}

/// Whether this is a pipe that was read, and can't be read again by another run.
pub(crate) fn was_pipe(path: &Path) -> bool {
    PIPES.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|(known, _)| known == path)
}

/// Whether it is a pipe, not a file; what else there is can't be read.
fn is_pipe(metadata: &Metadata) -> Result<bool, Unreadable> {
    if metadata.is_file() {
        return Ok(false);
    }
    if metadata.is_dir() {
        return Err(Unreadable::Not("a folder"));
    }
    #[cfg(unix)]
    if std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type()) {
        return Ok(true);
    }
    Err(Unreadable::Not("a device"))
}

/// Never waits: neither for the other end of a pipe nor for a device.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    File::options().read(true).custom_flags(i32::try_from(flags.bits()).unwrap_or_default()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// One byte more than the limit shows that there is more.
fn whole(file: &File, length: u64, limit: u64) -> io::Result<Vec<u8>> {
    // Room for the read that finds the end, so that the buffer never grows for it.
    let room = usize::try_from(length.min(limit)).unwrap_or_default().saturating_add(32);
    let mut bytes = Vec::with_capacity(room);
    file.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(unix)]
mod pipe {
    use std::fs::File;
    use std::io::{self, ErrorKind, Read as _};
    use std::time::{Duration, Instant};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;

    use super::Unreadable;

    /// A pipe that nobody writes to is a mistake, and waited for no longer.
    const OPENED_WITHIN: Duration = Duration::from_secs(5);
    /// As long as for a credential_command: what writes may ask a person or a vault.
    const ENDED_WITHIN: Duration = Duration::from_secs(30);
    const PIECE: usize = 16 << 10;

    /// All of it until its writers close it, and at most one piece more than the limit.
    pub(super) fn read(mut file: &File, limit: u64) -> Result<Vec<u8>, Unreadable> {
        let started = Instant::now();
        let mut bytes = Vec::new();
        let mut piece = vec![0; PIECE];
        let mut is_opened = false;
        while bytes.len() as u64 <= limit {
            let within = if is_opened { ENDED_WITHIN } else { OPENED_WITHIN };
            // Without this, a pipe that nobody has opened yet would look like one at its end.
            let Some(is_ready) = wait(file, within.saturating_sub(started.elapsed()))? else { continue };
            match file.read(&mut piece) {
                Ok(0) if is_ready || is_opened => break,
                Ok(0) => return Err(Unreadable::Unopened(OPENED_WITHIN.as_secs())),
                Ok(count) => {
                    is_opened = true;
                    bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
                }
                // Somebody has opened it and not written yet.
                Err(reason) if reason.kind() == ErrorKind::WouldBlock => is_opened = true,
                Err(reason) if reason.kind() == ErrorKind::Interrupted => {}
                Err(reason) => return Err(reason.into()),
            }
            if started.elapsed() >= ENDED_WITHIN {
                return Err(Unreadable::Unended(ENDED_WITHIN.as_secs()));
            }
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
}

#[cfg(not(unix))]
mod pipe {
    pub(super) fn read(file: &std::fs::File, limit: u64) -> std::io::Result<Vec<u8>> {
        super::whole(file, 0, limit)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn told(path: &Path, limit: u64) -> String {
        read(path, limit).err().unwrap().to_string()
    }

    #[test]
    fn a_file_up_to_its_limit_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        assert!(matches!(read(&path, 1), Err(Unreadable::Missing)));
        std::fs::write(&path, vec![b'x'; 1 << 20]).unwrap();
        assert_eq!(read(&path, 1 << 20).unwrap().bytes.len(), 1 << 20);
        std::fs::write(&path, vec![b'x'; (1 << 20) + 1]).unwrap();
        assert_eq!(told(&path, 1 << 20), "is longer than 1 MiB");
        assert!(!was_pipe(&path));
        assert_eq!(told(folder.path(), 1), "is a folder, not a file");
        assert_eq!(told(Path::new("/dev/null"), 1), "is a device, not a file");
        assert_eq!(read(Path::new("/proc/self/stat"), 1 << 20).is_ok(), cfg!(target_os = "linux"), "of no length");
    }

    #[test]
    fn a_pipe_is_read_to_its_end_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let writer = path.clone();
        let writer = std::thread::spawn(move || std::fs::write(writer, vec![b'x'; 200_000]).unwrap());
        assert_eq!(read(&path, 1 << 20).unwrap().bytes.len(), 200_000);
        writer.join().unwrap();
        assert!(was_pipe(&path) && read(&path, 1 << 20).unwrap().bytes.len() == 200_000, "nobody writes again");
    }
}
