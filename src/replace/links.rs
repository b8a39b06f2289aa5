//! Where a link leads, for who replaces the file behind it, and which links are not followed.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::folder_of;

/// As many as the system follows (`path_resolution(7)`).
const MOST: usize = 40;

/// The file that `path` leads to, even if it does not exist yet.
///
/// # Errors
/// A link that another user may have put there, and the name of an open file (`/dev/stdout`, `/dev/fd/3`): what is
/// written to such a name must not replace the file.
pub(crate) fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST {
        match fs::symlink_metadata(&path) {
            Ok(link) if link.is_symlink() => {
                check(&path, &link)?;
                path = folder_of(&path).join(fs::read_link(&path)?);
            }
            // What else is wrong with it shows when it is used.
            _ => return Ok(path),
        }
    }
    Err(io::Error::other("too many links"))
}

fn check(path: &Path, link: &Metadata) -> io::Result<()> {
    let folder = fs::canonicalize(folder_of(path))?;
    if folder.starts_with("/proc") {
        return Err(io::Error::other("it is an open file, and no name of one"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        let folder = fs::metadata(folder)?;
        let ours = rustix::process::geteuid().as_raw();
        if is_planted(folder.mode(), folder.uid(), link.uid(), ours) {
            return Err(io::Error::other("it is a link of another user, in a folder where everybody may write"));
        }
    }
    #[cfg(not(unix))]
    let _ = link;
    Ok(())
}

/// The rule of Linux's `fs.protected_symlinks` (`proc_sys_fs(5)`), which protects who opens a link, not who reads it.
#[cfg(unix)]
fn is_planted(folder_mode: u32, folder_owner: u32, link_owner: u32, ours: u32) -> bool {
    let is_shared = folder_mode & 0o1002 == 0o1002;
    is_shared && link_owner != ours && link_owner != folder_owner
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_of_others_are_followed_only_where_they_could_not_be_planted() {
        for (folder_mode, folder_owner, link_owner, planted) in [
            (0o41777, 0, 1001, true),
            (0o41777, 0, 1000, false),
            (0o41777, 0, 0, false),
            (0o41755, 0, 1001, false),
            (0o40777, 0, 1001, false),
            (0o40700, 1000, 1001, false),
        ] {
            let found = is_planted(folder_mode, folder_owner, link_owner, 1000);
            assert_eq!(found, planted, "{folder_mode:o} {folder_owner} {link_owner}");
        }
    }

    #[test]
    fn to_their_end() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("b", at("a")).unwrap();
        symlink(at("c"), at("b")).unwrap();
        for name in ["a", "b", "c"] {
            assert_eq!(behind_links(&at(name)).unwrap(), at("c"));
        }
        symlink("loop", at("loop")).unwrap();
        assert_eq!(behind_links(&at("loop")).unwrap_err().to_string(), "too many links");
        assert_eq!(behind_links(Path::new("name")).unwrap(), Path::new("name"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_open_file_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        symlink("/dev/stdout", folder.path().join("a")).unwrap();
        for path in [Path::new("/dev/stdout"), Path::new("/dev/fd/0"), &folder.path().join("a")] {
            assert!(behind_links(path).is_err(), "{}", path.display());
        }
    }
}
