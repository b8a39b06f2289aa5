//! Small things kept on disk between runs: issued tokens, found project ids. Private, whole, and never needed:
//! whatever is wrong with it is a miss.
//!
//! Knows files and modes; not what is kept. Where others may write or plant links, it does not work at all.

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

/// A token has a few kB; whatever is longer was not written by us.
const LONGEST: u64 = 1 << 20;
/// How the name of a file begins that is not whole yet.
const UNFINISHED: &str = ".new-";
/// A lock that is not had within this time is done without.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
const LOCK_TICK: Duration = Duration::from_millis(20);

/// What became of the wish for a lock.
#[derive(Debug)]
pub(crate) enum Lock {
    /// Ours, until dropped.
    Held(File),
    /// Not to be had: go on without.
    Without,
    /// Another process still held this file when the caller's time was up.
    TimeUp(PathBuf),
}

/// The cache folder.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The folder for this user; `None` when `CPH_TOKEN_CACHE=off`, or there is no home.
    #[must_use]
    pub(crate) fn of(context: &Context) -> Option<Self> {
        if context.path("CPH_TOKEN_CACHE").is_some_and(|word| word.as_os_str() == "off") {
            return None;
        }
        Self::of_earlier_runs(context)
    }

    /// The folder where earlier runs may have kept something, whether or not this one does.
    #[must_use]
    pub(crate) fn of_earlier_runs(context: &Context) -> Option<Self> {
        let parent = if cfg!(windows) {
            context.folder("LOCALAPPDATA")
        } else {
            context.folder("XDG_CACHE_HOME").or_else(|| context.home.as_ref().map(|home| home.join(".cache")))
        };
        parent.map(|parent| Self { folder: parent.join("cph") })
    }

    /// Where it is.
    #[must_use]
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file's name from what it is bound to, which is not to be read off a listing.
    #[must_use]
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

    /// What is kept under this name; anything odd is a miss.
    #[must_use]
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        private::check_folder(&self.folder).ok()?;
        let file = private::options().read(true).open(self.folder.join(name)).ok()?;
        private::check_file(&file).ok()?;
        let mut bytes = Vec::new();
        file.take(LONGEST).read_to_end(&mut bytes).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps a value: written aside, then renamed, so that nobody ever reads half of it.
    ///
    /// # Errors
    /// The folder or the disk; nothing depends on it.
    pub(crate) fn write<T: Serialize>(&self, name: &str, value: &T) -> io::Result<()> {
        self.make_folder()?;
        let _ = self.remove_abandoned();
        replace::file(&self.folder.join(name), UNFINISHED, &serde_json::to_vec(value)?)
    }

    /// Removes what killed processes left half written, with a token in it; gives how many files that were.
    #[must_use]
    pub(crate) fn remove_abandoned(&self) -> usize {
        if private::check_folder(&self.folder).is_err() {
            return 0;
        }
        replace::remove_abandoned(&self.folder, UNFINISHED)
    }

    /// Forgets a value.
    pub(crate) fn remove(&self, name: &str) {
        let _ = fs::remove_file(self.folder.join(name));
    }

    /// Forgets everything of a kind; gives how many there were.
    #[must_use]
    pub(crate) fn remove_all(&self, kind: &str) -> usize {
        let Ok(entries) = fs::read_dir(&self.folder) else { return 0 };
        let ours = |name: &str| name.starts_with(&format!("{kind}-")) && name.ends_with(".json");
        let paths = entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(ours));
        paths.filter(|entry| fs::remove_file(entry.path()).is_ok()).count()
    }

    /// One process at a time does what belongs to this name. Waits 10 s for it, and until `deadline` at most.
    #[must_use]
    pub(crate) fn lock(&self, name: &str, deadline: Instant) -> Lock {
        self.lock_within(name, LOCK_TIMEOUT, deadline)
    }

    fn lock_within(&self, name: &str, timeout: Duration, deadline: Instant) -> Lock {
        let path = self.folder.join(format!("{name}.lock"));
        let Ok(file) = self.lock_file(&path) else { return Lock::Without };
        let enough = Instant::now() + timeout;
        loop {
            match file.try_lock() {
                Ok(()) => return Lock::Held(file),
                Err(fs::TryLockError::WouldBlock) => {}
                Err(fs::TryLockError::Error(_)) => return Lock::Without,
            }
            match Instant::now() {
                now if now >= enough => return Lock::Without,
                now if now >= deadline => return Lock::TimeUp(path),
                now => std::thread::sleep(LOCK_TICK.min(enough.min(deadline).saturating_duration_since(now))),
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

    fn store() -> (tempfile::TempDir, Cache) {
        let home = tempfile::tempdir().unwrap();
        let store = Cache { folder: home.path().join("cache").join("cph") };
        (home, store)
    }

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_is_kept_is_private_and_whole() {
        let (_home, store) = store();
        assert_eq!(store.read::<String>("a"), None);
        store.write("a", &"one").unwrap();
        store.write("a", &"two").unwrap();
        assert_eq!(store.read::<String>("a").as_deref(), Some("two"));
        assert_eq!((mode(store.folder()), mode(&store.folder().join("a"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(store.folder()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn anything_odd_is_a_miss() {
        let (home, store) = store();
        store.write("a", &"one").unwrap();
        let path = store.folder().join("a");
        for garbage in [&b""[..], b"\"on", b"\xff", b"[1]"] {
            fs::write(&path, garbage).unwrap();
            assert_eq!(store.read::<String>("a"), None);
        }
        store.write("a", &"one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(store.read::<String>("a"), None, "others could read it");
        let elsewhere = home.path().join("elsewhere");
        fs::write(&elsewhere, "\"planted\"").unwrap();
        fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o600)).unwrap();
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert_eq!(store.read::<String>("a"), None, "a link is not followed");
        store.write("a", &"one").unwrap();
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "\"planted\"", "nor written through");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(store.read::<String>("a"), None);
        assert!(store.write("a", &"one").is_err());
    }

    #[test]
    fn a_lock_is_waited_for_within_two_limits() {
        let (_home, store) = store();
        let ms = Duration::from_millis;
        let lock = |timeout, left| {
            let started = Instant::now();
            (store.lock_within("a", ms(timeout), started + ms(left)), started.elapsed())
        };
        let (held, took) = lock(1000, 0);
        assert!(matches!(held, Lock::Held(_)) && took < ms(100), "a free one takes no time: {took:?}");
        let (without, took) = lock(100, 60_000);
        assert!(matches!(without, Lock::Without) && (ms(100)..ms(500)).contains(&took), "{without:?} {took:?}");
        let (time_up, took) = lock(60_000, 100);
        let Lock::TimeUp(path) = time_up else { panic!("{time_up:?}") };
        assert!(path.ends_with("a.lock") && (ms(100)..ms(500)).contains(&took), "{took:?}");
        drop(held);
        assert!(matches!(lock(0, 0).0, Lock::Held(_)));
    }

    #[test]
    fn names_are_bound_to_every_part() {
        let names = [&["a", "b"][..], &["ab", ""], &["a"], &["b", "a"]].map(|parts| Cache::name("token", parts));
        for (at, name) in names.iter().enumerate() {
            assert!(!names[at + 1..].contains(name));
        }
    }
}
