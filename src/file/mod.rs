//! Reads files: with a size limit, and with a time limit where the file is a pipe.
//!
//! A pipe's text is kept for the run: it can be read only once, and a credential may be read again after a 401. It must
//! not know formats or settings.

#[cfg(unix)]
mod pipe;

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// No config file that a person wrote is longer.
pub(crate) const CONFIG_LIMIT: u64 = 1 << 20;
/// A bundle of all public authorities has 0.3 MB.
pub(crate) const BUNDLE_LIMIT: u64 = 16 << 20;

#[derive(Clone)]
pub(crate) struct FileContents {
    pub bytes: Vec<u8>,
    /// Of the opened file: another one may have its name by now.
    pub metadata: Metadata,
}

#[derive(Debug)]
pub(crate) enum FileError {
    Missing,
    /// Neither a file nor a pipe, but this.
    WrongType(&'static str),
    /// The limit in MiB.
    TooLong(u64),
    /// A pipe that no process opened for writing within these seconds.
    #[cfg_attr(not(unix), expect(dead_code, reason = "Windows has no pipes in folders"))]
    NotOpened(u64),
    /// A pipe whose text did not end within these seconds.
    #[cfg_attr(not(unix), expect(dead_code, reason = "Windows has no pipes in folders"))]
    NotEnded(u64),
    System(io::Error),
}

impl FileError {
    /// The next step, where the error suggests one.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::System(reason) => crate::error::hint_of(reason),
            Self::NotOpened(_) | Self::NotEnded(_) => Some("start the program that writes to this pipe, or use a file"),
            _ => None,
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no such file"),
            Self::WrongType(what) => write!(f, "is {what}, not a file"),
            Self::TooLong(limit) => write!(f, "is longer than {limit} MiB"),
            Self::NotOpened(seconds) => write!(f, "is a pipe that no program opened for writing within {seconds} s"),
            Self::NotEnded(seconds) => write!(f, "is a pipe whose text did not end within {seconds} s"),
            Self::System(reason) => reason.fmt(f),
        }
    }
}

impl std::error::Error for FileError {}

impl From<io::Error> for FileError {
    fn from(reason: io::Error) -> Self {
        match reason.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::Missing,
            _ => Self::System(reason),
        }
    }
}

/// The contents of all pipes that were read in this run.
static PIPES: Mutex<Vec<(PathBuf, FileContents)>> = Mutex::new(Vec::new());

/// Reads a file, or a pipe to its end, which takes 30 s at most.
pub(crate) fn read(path: &Path, limit: u64) -> Result<FileContents, FileError> {
    read_in_pieces(path, limit, usize::MAX, |_| 0)
}

/// As [`read`], but a file in pieces of so many bytes. `used` is given what was read and not used so far, and returns how
/// many bytes of it are no longer needed; only the others are kept and returned.
pub(crate) fn read_in_pieces(
    path: &Path,
    limit: u64,
    piece: usize,
    used: impl FnMut(&[u8]) -> usize,
) -> Result<FileContents, FileError> {
    let mut pipes = PIPES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, contents)) = pipes.iter().find(|(known, _)| known == path) {
        return Ok(contents.clone());
    }
    let file = open(path)?;
    let metadata = file.metadata()?;
    let is_pipe = is_pipe(&metadata)?;
    let bytes = if is_pipe {
        pipe::read(&file, limit)?
    } else {
        // Room for the read that finds the end, so that the buffer does not grow for it.
        let whole = usize::try_from(metadata.len().min(limit)).unwrap_or_default().saturating_add(32);
        regular(&file, whole.min(piece), limit, used)?
    };
    let contents = FileContents { bytes, metadata };
    if is_pipe {
        pipes.push((path.to_owned(), contents.clone()));
    }
    Ok(contents)
}

/// Whether this is a pipe that was read: another run can't read it again.
pub(crate) fn was_pipe(path: &Path) -> bool {
    PIPES.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|(known, _)| known == path)
}

/// Whether it is a pipe; an error where it is neither file nor pipe.
fn is_pipe(metadata: &Metadata) -> Result<bool, FileError> {
    if metadata.is_file() {
        return Ok(false);
    }
    if metadata.is_dir() {
        return Err(FileError::WrongType("a folder"));
    }
    #[cfg(unix)]
    if std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type()) {
        return Ok(true);
    }
    Err(FileError::WrongType("a device"))
}

/// Never waits for the other end of a pipe or for a device.
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

/// Reads to the end, each time as much as the buffer has room for; it grows where that is nothing. The library's own reading
/// begins with small pieces: four more system calls for a bundle.
fn regular(
    mut file: &File,
    room: usize,
    limit: u64,
    mut used: impl FnMut(&[u8]) -> usize,
) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::with_capacity(room);
    let mut length = 0;
    loop {
        let kept = bytes.len();
        if kept == bytes.capacity() {
            bytes.reserve(8 << 10);
        }
        bytes.resize(bytes.capacity(), 0);
        let read = match file.read(bytes.get_mut(kept..).unwrap_or_default()) {
            Err(reason) if reason.kind() == ErrorKind::Interrupted => {
                bytes.truncate(kept);
                continue;
            }
            read => read?,
        };
        bytes.truncate(kept + read);
        if read == 0 {
            return Ok(bytes);
        }
        length += read as u64;
        if length > limit {
            return Err(FileError::TooLong(limit >> 20));
        }
        let used = used(&bytes);
        bytes.drain(..used.min(bytes.len()));
    }
}

#[cfg(not(unix))]
mod pipe {
    pub(super) fn read(file: &std::fs::File, limit: u64) -> Result<Vec<u8>, super::FileError> {
        super::regular(file, 0, limit, |_| 0)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn message(path: &Path, limit: u64) -> String {
        read(path, limit).err().unwrap().to_string()
    }

    #[test]
    fn a_file_up_to_its_limit_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        assert!(matches!(read(&path, 1), Err(FileError::Missing)));
        std::fs::write(&path, vec![b'x'; 1 << 20]).unwrap();
        assert_eq!(read(&path, 1 << 20).unwrap().bytes.len(), 1 << 20);
        std::fs::write(&path, vec![b'x'; (1 << 20) + 1]).unwrap();
        assert_eq!(message(&path, 1 << 20), "is longer than 1 MiB");
        assert!(!was_pipe(&path));
        assert_eq!(message(folder.path(), 1), "is a folder, not a file");
        assert_eq!(message(Path::new("/dev/null"), 1), "is a device, not a file");
        assert_eq!(read(Path::new("/proc/self/stat"), 1 << 20).is_ok(), cfg!(target_os = "linux"), "of no length");
    }

    #[test]
    fn in_pieces_what_was_not_used_is_kept() {
        let text: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &text).unwrap();
        for piece in [1, 7, 4096, 99_999, 100_032, 1 << 20] {
            let mut seen = vec![];
            let rest = read_in_pieces(file.path(), 1 << 20, piece, |bytes| {
                assert!(bytes.len() <= piece, "{} of {piece}", bytes.len());
                let used = bytes.len() / 2 + bytes.len() % 2;
                seen.extend_from_slice(bytes.get(..used).unwrap());
                used
            });
            seen.extend(rest.unwrap().bytes);
            assert!(seen == text, "{piece}");
            assert!(read_in_pieces(file.path(), 1 << 20, piece, |_| 0).unwrap().bytes == text, "{piece}, nothing used");
            assert!(matches!(read_in_pieces(file.path(), 99_999, piece, <[u8]>::len), Err(FileError::TooLong(0))));
        }
    }

    #[test]
    fn a_pipe_is_read_to_its_end_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        for length in [0, 200_000] {
            let path = folder.path().join(length.to_string());
            assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
            let writer = path.clone();
            let writer = std::thread::spawn(move || std::fs::write(writer, vec![b'x'; length]).unwrap());
            assert_eq!(read(&path, 1 << 20).unwrap().bytes.len(), length);
            writer.join().unwrap();
            assert!(was_pipe(&path) && read(&path, 1 << 20).unwrap().bytes.len() == length, "nobody writes again");
        }
    }

    #[test]
    fn the_next_step() {
        let pipe = Some("start the program that writes to this pipe, or use a file");
        for (error, hint) in [
            (FileError::Missing, None),
            (FileError::WrongType("a folder"), None),
            (FileError::TooLong(1), None),
            (FileError::NotOpened(10), pipe),
            (FileError::NotEnded(10), pipe),
            (FileError::System(io::Error::from_raw_os_error(2)), None),
        ] {
            assert_eq!(error.hint(), hint, "{error}");
        }
        assert!(FileError::System(io::Error::from_raw_os_error(24)).hint().unwrap().contains("ulimit -n"));
    }
}
