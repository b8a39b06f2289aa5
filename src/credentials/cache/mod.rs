//! Tokens, project ids and refusals on disk between runs. Never needed: a file that can't be used is a miss.
//!
//! Knows files and modes, not what they hold. Where other users may write or place links, nothing is read or written.

mod private;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ring::digest;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::Context;
use crate::replace;

/// A token has a few kB; a longer file was not written by us.
const LONGEST: u64 = 1 << 20;
/// The start of the name of a file that is still being written.
const UNFINISHED: &str = ".new-";
/// After this time the caller goes on without the lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
const LOCK_TICK: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(crate) enum Lock {
    /// Locked until dropped.
    Held(File),
    /// Not possible: go on without.
    Without,
    /// Another process still held this file at the caller's deadline.
    TimedOut(PathBuf),
}

#[derive(Debug, Clone)]
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The folder for this user; `None` when `CPH_TOKEN_CACHE=off`, or there is no home.
    pub(crate) fn of(context: &Context) -> Option<Self> {
        if context.path("CPH_TOKEN_CACHE").is_some_and(|word| word.as_os_str() == "off") {
            return None;
        }
        Self::of_earlier_runs(context)
    }

    /// The folder where earlier runs may have written, whether or not this one does.
    pub(crate) fn of_earlier_runs(context: &Context) -> Option<Self> {
        let parent = if cfg!(windows) {
            context.folder("LOCALAPPDATA")
        } else {
            context.folder("XDG_CACHE_HOME").or_else(|| context.home.as_ref().map(|home| home.join(".cache")))
        };
        parent.map(|parent| Self { folder: parent.join("cph") })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file name for a value bound to these texts, which a directory listing must not show.
    pub(crate) fn name(kind: &str, bound_to: &[&str]) -> String {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in bound_to {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let hash = context.finish();
        let hex: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("{kind}-{hex}.json")
    }

    /// The value of this name; a file that is not as we write it is a miss.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        private::check_folder(&self.folder).ok()?;
        let file = private::options().read(true).open(self.folder.join(name)).ok()?;
        private::check_file(&file).ok()?;
        let mut bytes = Vec::new();
        file.take(LONGEST).read_to_end(&mut bytes).ok()?;
        Self::parse(&bytes)
    }

    /// The value in a file's bytes.
    pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
        serde_json::from_slice(bytes).ok()
    }

    /// Writes a temporary file and renames it, so that no process reads half of it.
    pub(crate) fn write<T: Serialize>(&self, name: &str, value: &T) -> io::Result<()> {
        self.make_folder()?;
        let _ = self.remove_abandoned();
        replace::file(&self.folder.join(name), UNFINISHED, &serde_json::to_vec(value)?)
    }

    /// Removes the half-written files of killed processes, which may hold a token; returns how many.
    pub(crate) fn remove_abandoned(&self) -> io::Result<usize> {
        self.if_there(|folder| replace::remove_abandoned(folder, UNFINISHED))
    }

    pub(crate) fn remove(&self, name: &str) {
        let _ = fs::remove_file(self.folder.join(name));
    }

    /// Removes all values of a kind; returns how many.
    pub(crate) fn remove_all(&self, kind: &str) -> io::Result<usize> {
        let is_value = |name: &str| name.starts_with(&format!("{kind}-")) && name.ends_with(".json");
        self.if_there(|folder| replace::remove_files(folder, |name, _| is_value(name)))
    }

    /// Nothing is removed where there is no folder; one that is not this user's is an error.
    fn if_there(&self, remove: impl FnOnce(&Path) -> io::Result<usize>) -> io::Result<usize> {
        match private::check_folder(&self.folder) {
            Ok(()) => remove(&self.folder),
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(reason) => Err(replace::about(&self.folder, &reason)),
        }
    }

    /// One process at a time holds the lock of this name. Waits 10 s for it, and until `deadline` at most.
    pub(crate) fn lock(&self, name: &str, deadline: Instant) -> Lock {
        self.lock_within(name, LOCK_TIMEOUT, deadline)
    }

    fn lock_within(&self, name: &str, timeout: Duration, deadline: Instant) -> Lock {
        let path = self.folder.join(format!("{name}.lock"));
        let Ok(file) = self.lock_file(&path) else { return Lock::Without };
        let give_up_at = Instant::now() + timeout;
        loop {
            match file.try_lock() {
                Ok(()) => return Lock::Held(file),
                Err(fs::TryLockError::WouldBlock) => {}
                Err(fs::TryLockError::Error(_)) => return Lock::Without,
            }
            match Instant::now() {
                now if now >= give_up_at => return Lock::Without,
                now if now >= deadline => return Lock::TimedOut(path),
                now => std::thread::sleep(LOCK_TICK.min(give_up_at.min(deadline).saturating_duration_since(now))),
            }
        }
    }

    fn lock_file(&self, path: &Path) -> io::Result<File> {
        self.make_folder()?;
        let file = private::options().write(true).create(true).truncate(false).open(path)?;
        private::set_mode(&file)?;
        Ok(file)
    }

    fn make_folder(&self) -> io::Result<()> {
        if let Some(parent) = self.folder.parent() {
            private::builder().recursive(true).create(parent)?;
        }
        match private::create_folder(&self.folder) {
            Err(reason) if reason.kind() != io::ErrorKind::AlreadyExists => return Err(reason),
            _ => {}
        }
        private::check_folder(&self.folder)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn cache() -> (tempfile::TempDir, Cache) {
        let home = tempfile::tempdir().unwrap();
        let cache = Cache { folder: home.path().join("cache").join("cph") };
        (home, cache)
    }

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_value_is_private_and_whole() {
        let (_home, cache) = cache();
        assert_eq!(cache.read::<String>("a"), None);
        cache.write("a", &"one").unwrap();
        cache.write("a", &"two").unwrap();
        assert_eq!(cache.read::<String>("a").as_deref(), Some("two"));
        assert_eq!((mode(cache.folder()), mode(&cache.folder().join("a"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(cache.folder()).unwrap().count(), 1, "nothing is left beside it");
        fs::set_permissions(cache.folder(), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(cache.read::<String>("a").as_deref(), Some("two"));
        assert_eq!(mode(cache.folder()), 0o700, "others lose their rights");
        cache.remove("a");
        assert_eq!(cache.read::<String>("a"), None);
    }

    #[test]
    fn anything_unexpected_is_a_miss() {
        let (home, cache) = cache();
        cache.write("a", &"one").unwrap();
        let path = cache.folder().join("a");
        for garbage in [&b""[..], b"\"on", b"\xff", b"[1]"] {
            fs::write(&path, garbage).unwrap();
            assert_eq!(cache.read::<String>("a"), None);
        }
        cache.write("a", &"one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(cache.read::<String>("a"), None, "others could read it");
        let elsewhere = home.path().join("elsewhere");
        fs::write(&elsewhere, "\"planted\"").unwrap();
        fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o600)).unwrap();
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert_eq!(cache.read::<String>("a"), None, "a link is not followed");
        cache.write("a", &"one").unwrap();
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "\"planted\"", "nor written through");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(cache.read::<String>("a"), None);
        assert!(cache.write("a", &"one").is_err());
    }

    #[test]
    fn a_lock_is_waited_for_within_two_limits() {
        let (_home, cache) = cache();
        let ms = Duration::from_millis;
        let lock = |timeout, left| {
            let started = Instant::now();
            (cache.lock_within("a", ms(timeout), started + ms(left)), started.elapsed())
        };
        // The machine may be busy: far below the other limit.
        let soon = ms(100)..ms(30_000);
        let (held, took) = lock(60_000, 0);
        assert!(matches!(held, Lock::Held(_)) && took < soon.end, "a free one takes no time: {took:?}");
        let (without, took) = lock(100, 60_000);
        assert!(matches!(without, Lock::Without) && soon.contains(&took), "{without:?} {took:?}");
        let (timed_out, took) = lock(60_000, 100);
        let Lock::TimedOut(path) = timed_out else { panic!("{timed_out:?}") };
        assert!(path.ends_with("a.lock") && soon.contains(&took), "{took:?}");
        drop(held);
        // Not at once where another test is just starting a process, which has all that is open until it is another
        // program.
        assert!(matches!(lock(60_000, 60_000).0, Lock::Held(_)));
    }

    #[test]
    fn names_are_bound_to_every_part() {
        let names = [&["a", "b"][..], &["ab", ""], &["a"], &["b", "a"]].map(|parts| Cache::name("token", parts));
        for (at, name) in names.iter().enumerate() {
            assert!(!names[at + 1..].contains(name));
        }
    }
}
