//! What the file system that a path lies on can do, and who sees it.

use std::fs::{self, File};
use std::io;
use std::os::fd::IntoRawFd as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::Result;
use tempfile::{NamedTempFile, PathPersistError, TempPath};

use crate::hint;

/// tmpfs, ramfs.
const IN_MEMORY: [i64; 2] = [0x0102_1994, 0x8584_58f6];
/// ext2 to ext4, XFS, Btrfs, F2FS, ZFS, bcachefs, overlayfs.
const ON_DISK: [i64; 7] = [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010, 0x2fc1_2fc1, 0xca45_1a4e, 0x794c_7630];

/// Why other machines probably do not see a path: the kind of file system that it lies on, or its place.
pub fn is_local_path(path: &Path) -> Option<&'static str> {
    if kind(path).is_some_and(|kind| IN_MEMORY.contains(&kind)) {
        return Some("in this machine's memory");
    }
    let starts = |folder: &str| path.starts_with(folder);
    (starts("/tmp") || starts("/var/tmp") || starts("/dev/shm"))
        .then_some("in a folder that each machine has its own of")
}

/// Makes a file in a folder that is given its name once it is whole, with `mode` as far as the umask lets it (0666 as any new
/// file): who may read its neighbours may read it too, where a temporary file is for its maker alone.
///
/// # Errors
/// If it cannot be made.
pub fn new_file_in(folder: &Path, prefix: &str, mode: u32) -> io::Result<NamedTempFile> {
    let made =
        tempfile::Builder::new().prefix(prefix).permissions(fs::Permissions::from_mode(mode)).tempfile_in(folder);
    made.map_err(plain)
}

/// The system's own error: the name of a temporary file says nothing, and is another one each time. Its number is kept, by which
/// callers decide whether to wait.
fn plain(error: io::Error) -> io::Error {
    let all = error.to_string();
    let Some((said, _)) = all.split_once(" at path ") else { return error };
    let number = said.rsplit_once("(os error ").and_then(|(_, number)| number.strip_suffix(')')?.parse().ok());
    number.map_or_else(|| io::Error::new(error.kind(), said.to_owned()), io::Error::from_raw_os_error)
}

/// Gives a file its name if nothing has it yet; else it is given back. Of many who try, one succeeds, on any machine.
///
/// # Errors
/// If it cannot be given one.
pub(crate) fn persist_new(file: NamedTempFile, path: &Path) -> Result<Option<TempPath>> {
    // It is closed first: until then a network file system may keep what was written to itself, and others would find nothing in it.
    let (open, file) = file.into_parts();
    close(open)?;
    let Err(PathPersistError { error, path: file }) = file.persist_noclobber(path) else { return Ok(None) };
    match error.raw_os_error() {
        Some(libc::EEXIST) => Ok(Some(file).filter(|file| !is_same(file, path))),
        Some(libc::EPERM | libc::ENOSYS | libc::EOPNOTSUPP) => Err(hint::wrap(
            error,
            format!("the file system of {} has no hard links", path.display()),
            "gitsweep needs them, so that no two of it take the same thing: have the repository on another file system",
        )),
        _ => Err(error.into()),
    }
}

/// Gives a file its name, in the place of what has it; what was written is there by then.
///
/// # Errors
/// If it cannot be given it, or there is no room for what was written. Then what had the name still has it.
pub fn persist(file: NamedTempFile, path: &Path) -> io::Result<()> {
    let (open, file) = file.into_parts();
    close(open)?;
    file.persist(path).map_err(|error| error.error)
}

/// Closes a file, which is when a network file system tells that it has no room for what was written, or could not hand it over.
///
/// # Errors
/// If it says so.
pub(crate) fn close(file: File) -> io::Result<()> {
    // SAFETY: the descriptor is open, and nobody else has it.
    match unsafe { libc::close(file.into_raw_fd()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// True if a file has both names: a network file system that has lost its first answer refuses the second try at what it
/// has done.
fn is_same(one: &Path, other: &Path) -> bool {
    let id = |path| File::open(path)?.metadata().map(|metadata| (metadata.dev(), metadata.ino()));
    matches!((id(one), id(other)), (Ok(one), Ok(other)) if one == other)
}

/// The entries of a folder that another machine may have made just now.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn read_dir(folder: &Path) -> io::Result<fs::ReadDir> {
    match fs::read_dir(folder) {
        Err(error) if is_gone(&error) => {
            look_again(folder);
            fs::read_dir(folder)
        }
        read => read,
    }
}

/// Has a network file system forget that something in the state folder was not there: it asks its server about a folder that is
/// opened, and for up to a minute goes by what it knows of one that only leads to something.
pub(crate) fn look_again(path: &Path) {
    // From the folder that the state folder is in.
    open_above(path, 3);
}

/// Opens so many folders that lead to a path, outermost first.
pub(crate) fn open_above(path: &Path, count: usize) {
    let above: Vec<&Path> = path.ancestors().skip(1).take(count).collect();
    above.into_iter().rev().for_each(|folder| drop(File::open(folder)));
}

/// True if something failed since the disk is full, or what the user may have of it is used up.
pub(crate) fn is_out_of_space(error: &anyhow::Error) -> bool {
    let is_kind = |error: &io::Error| matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    error.chain().any(|cause| match cause.downcast_ref::<io::Error>() {
        Some(error) => is_kind(error),
        // libgit2 has the system's words alone.
        None => {
            ["No space left on device", "Disk quota exceeded"].iter().any(|words| cause.to_string().contains(words))
        }
    })
}

/// True if a folder, or what was to be in it, has been removed; a network file system tells so in its own way.
pub(crate) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::StaleNetworkFileHandle)
}

/// True if nobody but this machine's kernel writes to the file system of a path, so that it can tell of every change.
pub(crate) fn is_of_this_machine(path: &Path) -> bool {
    kind(path).is_some_and(|kind| IN_MEMORY.contains(&kind) || ON_DISK.contains(&kind))
}

/// The magic number of the file system (statfs(2)).
fn kind(path: &Path) -> Option<i64> {
    use std::os::unix::ffi::OsStrExt as _;
    let name = std::ffi::CString::new(path.as_os_str().as_bytes()).ok()?;
    // SAFETY: statfs is plain data that the call fills in; the path ends in a NUL byte.
    let kind = unsafe {
        let mut found: libc::statfs = std::mem::zeroed();
        (libc::statfs(name.as_ptr(), &raw mut found) == 0).then_some(found.f_type)
    };
    #[expect(clippy::useless_conversion, reason = "the type differs between systems")]
    kind.map(i64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_the_same_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let error = new_file_in(&folder.path().join("gone"), ".tmp", 0o666).unwrap_err();
        assert_eq!(error.to_string(), "No such file or directory (os error 2)");
        assert_eq!(error.raw_os_error(), Some(libc::ENOENT), "which is how one is known of a server that is away");
    }

    #[test]
    fn a_full_disk_is_known_by_its_error() {
        let of = |code: i32| anyhow::Error::new(io::Error::from_raw_os_error(code)).context("cannot write");
        assert!(is_out_of_space(&of(libc::ENOSPC)) && is_out_of_space(&of(libc::EDQUOT)));
        assert!(is_out_of_space(&anyhow::anyhow!("failed to write: No space left on device").context("no commit")));
        assert!(!is_out_of_space(&of(libc::EACCES)) && !is_out_of_space(&of(libc::EIO)));
    }

    #[test]
    fn a_file_that_was_named_and_whose_naming_was_then_refused_has_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.lock");
        let make = || new_file_in(folder.path(), ".tmp", 0o666).unwrap();
        let file = make();
        fs::hard_link(file.path(), &path).unwrap();
        assert!(persist_new(file, &path).unwrap().is_none());
        assert!(persist_new(make(), &path).unwrap().is_some(), "it is another's");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no second name is left");
    }
}
