//! Files and folders that a program may have left in any state: read, moved and removed all the same.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::{Context as _, Result};

use super::mounts::refuse_mounts;
use crate::hint::WithHint as _;

/// The entries of a folder. One that its owner has locked is opened first.
pub(super) fn read_dir(folder: &Path) -> Result<Vec<fs::DirEntry>> {
    let read = || fs::read_dir(folder).and_then(Iterator::collect);
    let entries: io::Result<Vec<fs::DirEntry>> = read().or_else(|_| {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
        read()
    });
    entries.with_context(|| format!("cannot read the folder {}", folder.display()))
}

pub(super) fn remove_any(path: &Path, metadata: &fs::Metadata) -> Result<()> {
    let removed = if metadata.is_dir() { remove_folder(path) } else { fs::remove_file(path) };
    removed.with_context(|| format!("cannot remove {}", path.display()))
}

/// Removes a folder, if it is there, with folders in it that a program has closed to their owner.
///
/// # Errors
/// If something of it cannot be removed. If something is mounted in it, nothing is.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    refuse_mounts(path)?;
    let removed = match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            open_folders(path)?;
            fs::remove_dir_all(path)
        }
        removed => removed,
    };
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Lets the owner into a folder and all folders in it.
fn open_folders(path: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_dir() {
        fs::set_permissions(path, fs::Permissions::from_mode(metadata.mode() & 0o7777 | 0o700))?;
        for entry in fs::read_dir(path)? {
            open_folders(&entry?.path())?;
        }
    }
    Ok(())
}

/// Moves a file or folder; across file systems it is copied and then removed, of a folder as much as can be copied, unless
/// something is mounted in it. What stands at the target already keeps its name, and the newcomer gets `.checkout` appended.
pub(super) fn move_to(from: &Path, to: &Path) -> Result<()> {
    let mut to = to.to_owned();
    while fs::symlink_metadata(&to).is_ok() {
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(".checkout");
        to.set_file_name(name);
    }
    let failed = format!("cannot keep {} as {}", from.display(), to.display());
    let full = "is the disk full?";
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).hint(&failed, full)?;
    }
    let rename = || fs::rename(from, &to);
    let renamed = rename().or_else(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => open_folders(from).and_then(|()| rename()),
        _ => Err(error),
    });
    match renamed {
        Ok(()) => Ok(()),
        Err(error) if error.raw_os_error() == Some(libc::EXDEV) => {
            refuse_mounts(from).context(failed.clone())?;
            open_folders(from).and_then(|()| copy_any(from, &to)).hint(&failed, full)?;
            remove_any(from, &fs::symlink_metadata(from)?)
        }
        Err(error) => Err(error).hint(&failed, full),
    }
}

fn copy_any(from: &Path, to: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(from)?;
    if metadata.is_dir() {
        fs::create_dir(to)?;
        let mut copied = Ok(());
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copied = copied.and(copy_any(&entry.path(), &to.join(entry.file_name())));
        }
        copied
    } else if metadata.is_symlink() {
        std::os::unix::fs::symlink(fs::read_link(from)?, to)
    } else if metadata.is_file() {
        // Half a file is worse than none, and takes the room of others.
        fs::copy(from, to).map(drop).inspect_err(|_| drop(fs::remove_file(to)))
    } else {
        // Sockets and pipes mean nothing once the program is gone.
        Ok(())
    }
}
