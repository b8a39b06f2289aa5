//! Files and folders that only this user can use: how they are made, and how that is checked.

#[cfg(not(unix))]
pub(super) use other::*;
#[cfg(unix)]
pub(super) use unix::*;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};

    use super::*;

    /// Never through a link, never waiting for the other end of a pipe, and 0600 where it is made.
    pub(in super::super) fn options() -> OpenOptions {
        use rustix::fs::OFlags;

        let mut options = OpenOptions::new();
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
        options
    }

    /// The umask may have taken bits away, even ours.
    pub(in super::super) fn set_mode(file: &File) -> io::Result<()> {
        file.set_permissions(fs::Permissions::from_mode(0o600))
    }

    /// Whatever the umask would give to others.
    pub(in super::super) fn builder() -> DirBuilder {
        let mut builder = DirBuilder::new();
        builder.mode(0o700);
        builder
    }

    pub(in super::super) fn create_folder(folder: &Path) -> io::Result<()> {
        builder().create(folder)?;
        // The umask may have taken bits away, even ours.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
    }

    /// A folder of this user, no link; others lose their rights to it.
    pub(in super::super) fn check_folder(folder: &Path) -> io::Result<()> {
        let metadata = fs::symlink_metadata(folder)?;
        if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(io::Error::other("not a folder of this user"));
        }
        if metadata.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
        Ok(())
    }

    pub(in super::super) fn check_file(file: &File) -> io::Result<()> {
        let metadata = file.metadata()?;
        let ours = metadata.uid() == rustix::process::geteuid().as_raw();
        if metadata.is_file() && ours && metadata.permissions().mode() & 0o077 == 0 {
            return Ok(());
        }
        Err(io::Error::other("not a private file of this user"))
    }
}

#[cfg(not(unix))]
mod other {
    use super::*;

    pub(in super::super) fn options() -> OpenOptions {
        OpenOptions::new()
    }

    pub(in super::super) fn set_mode(_: &File) -> io::Result<()> {
        Ok(())
    }

    pub(in super::super) fn builder() -> DirBuilder {
        DirBuilder::new()
    }

    pub(in super::super) fn create_folder(folder: &Path) -> io::Result<()> {
        DirBuilder::new().create(folder)
    }

    pub(in super::super) fn check_folder(folder: &Path) -> io::Result<()> {
        let is_dir = fs::symlink_metadata(folder)?.is_dir();
        if is_dir { Ok(()) } else { Err(io::Error::other("not a folder")) }
    }

    pub(in super::super) fn check_file(file: &File) -> io::Result<()> {
        if file.metadata()?.is_file() { Ok(()) } else { Err(io::Error::other("not a file")) }
    }
}
