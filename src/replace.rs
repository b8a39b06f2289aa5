//! A file is written whole or not at all: aside, in the same folder, then renamed. What a killed process left there
//! half written is found again and removed. A leaf.

use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Where nothing else tells whether its writer still lives: nobody writes a few kB for so long.
const OLD: Duration = Duration::from_secs(60);

/// Replaces `path` by a file with these bytes and mode 0600. Until then they stand beside it in a file whose name
/// begins with `prefix`.
///
/// # Errors
/// The folder or the disk; the old file is as it was.
pub(crate) fn file(path: &Path, prefix: &str, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut file = tempfile::Builder::new().prefix(prefix).tempfile_in(folder)?;
    // Before anything is in it: the lock ends with its process, so a file without one was left behind.
    let _ = file.as_file().try_lock();
    // The umask may have taken bits away, even ours.
    #[cfg(unix)]
    file.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Removes what processes that were killed while they wrote left in `folder`; gives how many files that were. One that
/// is just being written stays.
pub(crate) fn remove_left(folder: &Path, prefix: &str) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let ours = |name: &str| name.starts_with(prefix);
    let paths = entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(ours));
    paths.map(|entry| entry.path()).filter(|path| is_left(path) && fs::remove_file(path).is_ok()).count()
}

/// Whether nobody writes this file any more.
fn is_left(path: &Path) -> bool {
    let Ok(metadata) = fs::symlink_metadata(path) else { return false };
    if !metadata.is_file() {
        return false;
    }
    let is_old = || {
        let age = |at| SystemTime::now().duration_since(at).unwrap_or_else(|future| future.duration());
        metadata.modified().is_ok_and(|at| age(at) > OLD)
    };
    // Its writer locks it before the first byte, so a new and empty one may be about to be locked.
    if metadata.len() == 0 && !is_old() {
        return false;
    }
    match options().read(true).open(path).map(|file| file.try_lock()) {
        Ok(Ok(())) => true,
        Ok(Err(TryLockError::WouldBlock)) => false,
        // It can't be opened, or there are no locks on this file system.
        Ok(Err(TryLockError::Error(_))) | Err(_) => is_old(),
    }
}

/// Never through a link that was put there meanwhile, never waiting for the other end of a pipe.
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
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
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
    fn what_was_left_goes_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str, age| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            set_age(&path, age);
            path
        };
        // Left a moment ago, long ago, and by a clock that was ahead.
        put(".new-aaaaaa", "secret", 0);
        put(".new-bbbbbb", "secret", 3600);
        put(".new-cccccc", "secret", -3600);
        put(".new-dddddd", "", 3600);
        // A writer that has not begun, and one that is at work, even for long.
        put(".new-eeeeee", "", 0);
        let writing = File::options().write(true).open(put(".new-ffffff", "half", 3600)).unwrap();
        writing.try_lock().unwrap();
        // Not of this form: not ours.
        put(".newaaaaaa", "mine", 3600);
        put("x.new-aaaaaa", "mine", 3600);
        fs::create_dir(folder.path().join(".new-dirdir")).unwrap();
        assert_eq!(remove_left(folder.path(), PREFIX), 4);
        let stay = [".new-dirdir", ".new-eeeeee", ".new-ffffff", ".newaaaaaa", "x.new-aaaaaa"];
        assert_eq!(names(folder.path()), stay);
        drop(writing);
        assert_eq!(remove_left(folder.path(), PREFIX), 1, "its writer is gone");
        assert_eq!(remove_left(&folder.path().join("none"), PREFIX), 0);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine"), "text").unwrap();
        std::os::unix::fs::symlink("mine", folder.path().join(".new-aaaaaa")).unwrap();
        assert_eq!(remove_left(folder.path(), PREFIX), 0);
        assert_eq!(names(folder.path()), [".new-aaaaaa", "mine"]);
    }
}
