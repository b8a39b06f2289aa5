//! Writes a file whole or not at all: as a temporary file in the same folder, then renamed. Also removes the temporary
//! files that killed processes left. A leaf.

mod links;

use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

pub(crate) use self::links::behind_links;

/// Used where a lock can't show whether the writer is still running: no process writes a few kB for so long.
const OLD: Duration = Duration::from_secs(60);

/// Replaces `path` by a file with these bytes and mode 0600. The name of the temporary file begins with `prefix`. After
/// an error the old file is unchanged.
pub(crate) fn file(path: &Path, prefix: &str, bytes: &[u8]) -> io::Result<()> {
    let file = tempfile::Builder::new().prefix(prefix).tempfile_in(folder_of(path))?;
    // The umask may have removed bits, even ours.
    #[cfg(unix)]
    file.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    write(file, path, bytes)
}

/// The same with the mode that the umask gives to a new file: one that others may read.
pub(crate) fn public_file(path: &Path, prefix: &str, bytes: &[u8]) -> io::Result<()> {
    write(public_temporary(path, prefix)?, path, bytes)
}

/// Whether a file could be written there now.
pub(crate) fn check(path: &Path, prefix: &str) -> io::Result<()> {
    public_temporary(path, prefix).map(drop)
}

fn public_temporary(path: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.prefix(prefix).tempfile_in(folder_of(path))
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => Path::new("/"),
    }
}

fn write(mut file: NamedTempFile, path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Before the first byte: the lock ends with its process, so a file without a lock was left by a killed one.
    let _ = file.as_file().try_lock();
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Removes the temporary files of killed processes from `folder` as [`remove_files`] does. A file that is being written
/// stays.
pub(crate) fn remove_abandoned(folder: &Path, prefix: &str) -> io::Result<usize> {
    remove_files(folder, |name, path| name.starts_with(prefix) && is_abandoned(path))
}

/// Removes the files of `folder` that are meant, and gives their number. Each is tried; the error is that of the first
/// one that could not be removed, and names it.
pub(crate) fn remove_files(folder: &Path, is_meant: impl Fn(&str, &Path) -> bool) -> io::Result<usize> {
    let entries = match fs::read_dir(folder) {
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries.map_err(|reason| about(folder, &reason))?,
    };
    let remove = |entry: io::Result<fs::DirEntry>| {
        let entry = entry.map_err(|reason| about(folder, &reason))?;
        let path = entry.path();
        if !entry.file_name().to_str().is_some_and(|name| is_meant(name, &path)) {
            return Ok(0);
        }
        match fs::remove_file(&path) {
            Ok(()) => Ok(1),
            // Another process was faster.
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(reason) => Err(about(&path, &reason)),
        }
    };
    let removed: Vec<io::Result<usize>> = entries.map(remove).collect();
    removed.into_iter().sum()
}

/// An error of the system, which has no path, with one.
pub(crate) fn about(path: &Path, reason: &io::Error) -> io::Error {
    io::Error::new(reason.kind(), format!("{}: {reason}", path.display()))
}

/// Whether no process writes this file any more.
fn is_abandoned(path: &Path) -> bool {
    let Ok(metadata) = fs::symlink_metadata(path) else { return false };
    if !metadata.is_file() {
        return false;
    }
    let is_old = || {
        let age = |at| SystemTime::now().duration_since(at).unwrap_or_else(|future| future.duration());
        metadata.modified().is_ok_and(|at| age(at) > OLD)
    };
    // Its writer locks it before the first byte, so a new and empty one may not be locked yet.
    if metadata.len() == 0 && !is_old() {
        return false;
    }
    match options().read(true).open(path).map(|file| file.try_lock()) {
        Ok(Ok(())) => true,
        Ok(Err(TryLockError::WouldBlock)) => false,
        // It can't be opened, or this file system has no locks.
        Ok(Err(TryLockError::Error(_))) | Err(_) => is_old(),
    }
}

/// Never follows a link that was put there meanwhile, never waits for the other end of a pipe.
#[cfg(unix)]
fn options() -> OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;

    let mut options = OpenOptions::new();
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    options
}

#[cfg(not(unix))]
fn options() -> OpenOptions {
    OpenOptions::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    const PREFIX: &str = ".new-";

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    fn set_age(path: &Path, seconds: i64) {
        let file = File::options().write(true).open(path).unwrap();
        let now = SystemTime::now();
        let age = Duration::from_secs(seconds.unsigned_abs());
        file.set_modified(if seconds < 0 { now + age } else { now - age }).unwrap();
    }

    #[test]
    fn a_file_is_replaced_and_no_temporary_file_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for text in ["one", "two"] {
            file(&path, PREFIX, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            assert_eq!(names(folder.path()), ["a"]);
        }
        assert!(file(&folder.path().join("none/a"), PREFIX, b"x").is_err());
        fs::create_dir(folder.path().join("d")).unwrap();
        assert!(file(&folder.path().join("d"), PREFIX, b"x").is_err());
        assert_eq!(names(folder.path()), ["a", "d"], "an error leaves nothing");
    }

    #[test]
    fn abandoned_files_are_removed_and_open_ones_stay() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str, age| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            set_age(&path, age);
            path
        };
        // Abandoned a moment ago, long ago, and by a clock that was ahead.
        put(".new-aaaaaa", "secret", 0);
        put(".new-bbbbbb", "secret", 3600);
        put(".new-cccccc", "secret", -3600);
        put(".new-dddddd", "", 3600);
        // A writer that has not begun, and one that has been writing for long.
        put(".new-eeeeee", "", 0);
        let writing = File::options().write(true).open(put(".new-ffffff", "half", 3600)).unwrap();
        writing.try_lock().unwrap();
        // Not of this form: not ours.
        put(".newaaaaaa", "mine", 3600);
        put("x.new-aaaaaa", "mine", 3600);
        fs::create_dir(folder.path().join(".new-dirdir")).unwrap();
        assert_eq!(remove_abandoned(folder.path(), PREFIX).unwrap(), 4);
        let stay = [".new-dirdir", ".new-eeeeee", ".new-ffffff", ".newaaaaaa", "x.new-aaaaaa"];
        assert_eq!(names(folder.path()), stay);
        drop(writing);
        assert_eq!(remove_abandoned(folder.path(), PREFIX).unwrap(), 1, "its writer is gone");
        assert_eq!(remove_abandoned(&folder.path().join("none"), PREFIX).unwrap(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine"), "text").unwrap();
        std::os::unix::fs::symlink("mine", folder.path().join(".new-aaaaaa")).unwrap();
        assert_eq!(remove_abandoned(folder.path(), PREFIX).unwrap(), 0);
        assert_eq!(names(folder.path()), [".new-aaaaaa", "mine"]);
    }

    #[test]
    fn one_that_cannot_be_removed_is_named_and_the_others_go() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["a", "c", "d"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let error = remove_files(folder.path(), |name, _| name != "d").unwrap_err();
        assert!(error.to_string().starts_with(&format!("{}: ", folder.path().join("b").display())), "{error}");
        assert_eq!(names(folder.path()), ["b", "d"]);
    }
}
