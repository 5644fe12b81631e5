//! Mounts: what a program has mounted in a folder is not the folder's own, and is neither removed nor copied with it.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

/// Refuses a folder that something is mounted on, or in.
///
/// # Errors
/// If something is, as far as the system tells.
pub(super) fn refuse_mounts(folder: &Path) -> io::Result<()> {
    mounts_in(folder).first().map_or(Ok(()), |mounted| Err(mounted_at(&folder.join(mounted))))
}

/// The error for a place where something is mounted.
pub(super) fn mounted_at(place: &Path) -> io::Error {
    // What is mounted on the folder itself has an empty path in it.
    let place: PathBuf = place.components().collect();
    io::Error::new(io::ErrorKind::ResourceBusy, format!("something is mounted at {}", place.display()))
}

/// The paths in a folder that something is mounted at, as far as the system tells; an empty one is the folder itself.
pub(super) fn mounts_in(folder: &Path) -> Vec<PathBuf> {
    // A path may lead through links; the system names what they lead to. What is a link itself is not followed.
    let whole = folder.parent().and_then(|above| above.canonicalize().ok()).zip(folder.file_name());
    let Some(whole) = whole.map(|(above, name)| above.join(name)) else { return Vec::new() };
    let table = fs::read("/proc/self/mountinfo").unwrap_or_default();
    mounted(&table).filter_map(|mounted| Some(mounted.strip_prefix(&whole).ok()?.to_owned())).collect()
}

/// Where something is mounted, by the system's table (proc(5), `mountinfo`): the fifth word of each line.
fn mounted(table: &[u8]) -> impl Iterator<Item = PathBuf> {
    let words = table.split(|byte| *byte == b'\n').filter_map(|line| line.split(|byte| *byte == b' ').nth(4));
    words.map(|word| PathBuf::from(OsString::from_vec(unescaped(word))))
}

/// Blanks, line ends and backslashes stand there as `\040`.
fn unescaped(word: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((first, after)) = rest.split_first() {
        let code = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok();
        match after.get(..3).and_then(code).filter(|_| *first == b'\\') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[3..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_read_as_the_system_tells_them() {
        let table = b"22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n\
            41 22 0:36 / /home/ann/my\\040data\\134x rw shared:7 - fuse.sshfs host:/d rw\n";
        let found: Vec<PathBuf> = mounted(table).collect();
        assert_eq!(found, [PathBuf::from("/"), PathBuf::from("/home/ann/my data\\x")]);
    }

    #[test]
    fn a_folder_without_mounts_is_not_refused() {
        let folder = tempfile::tempdir().unwrap();
        refuse_mounts(folder.path()).unwrap();
        refuse_mounts(&folder.path().join("gone")).unwrap();
        assert!(mounts_in(folder.path()).is_empty());
        if Path::new("/proc/self/mountinfo").exists() {
            let error = refuse_mounts(Path::new("/proc")).unwrap_err();
            assert!(error.to_string().starts_with("something is mounted at /proc"), "{error}");
            assert!(mounts_in(Path::new("/proc")).contains(&PathBuf::new()), "it is a mount itself");
        }
    }
}
