//! Files in a user's folder that are not whole yet, and have no name of the user's until they are.
//!
//! A kill leaves one behind. Its name says whose it is, and the next that writes in the folder removes it: a regular file with
//! just such a name, whose process is known to be gone. What another machine's process left stays, since it may be alive.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::filesystem::new_file_in;
use crate::process::Owner;

/// What their names begin with.
const PREFIX: &str = ".gitsweep-unfinished-";
/// How many letters [`tempfile`] puts behind.
const LETTERS: usize = 6;

/// Makes such a file in a folder, to be persisted once it is whole.
///
/// # Errors
/// If it cannot be made.
pub fn new_in(folder: &Path) -> io::Result<NamedTempFile> {
    remove_stale(folder);
    new_file_in(folder, &format!("{PREFIX}{}-", Owner::this().folder_name()), 0o666)
}

/// Removes those of processes that are gone.
fn remove_stale(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_stale = entry.file_name().to_str().and_then(owner).is_some_and(|owner| owner.is_dead());
        if is_stale && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whose file that is, if it is one.
fn owner(name: &str) -> Option<Owner> {
    let (owner, letters) = name.strip_prefix(PREFIX)?.rsplit_once('-')?;
    let is_ours = letters.len() == LETTERS && letters.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Owner::of_folder_name(owner).filter(|_| is_ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_process_left_goes_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str| fs::write(folder.path().join(name), "x").unwrap();
        let this = Owner::this();
        let dead = Owner { birth: "0.1".to_owned(), ..this.clone() }.folder_name();
        let elsewhere = Owner { host: "another".to_owned(), birth: "0.1".to_owned(), ..this.clone() }.folder_name();
        let stale = format!("{PREFIX}{dead}-Ab12Cd");
        make(&stale);
        let mut kept = vec![
            format!("{PREFIX}{elsewhere}-Ab12Cd"),
            format!("{PREFIX}{}-Ab12Cd", this.folder_name()),
            format!("{PREFIX}{dead}-Ab12C"),
            format!("{PREFIX}{dead}"),
            format!("{PREFIX}notes-Ab12Cd"),
            ".tmpAb12Cd".to_owned(),
            "results.csv".to_owned(),
        ];
        kept.iter().for_each(|name| make(name));
        let folder_like = format!("{PREFIX}{dead}-Ef34Gh");
        fs::create_dir(folder.path().join(&folder_like)).unwrap();
        let link = format!("{PREFIX}{dead}-Ij56Kl");
        std::os::unix::fs::symlink("results.csv", folder.path().join(&link)).unwrap();
        kept.extend([folder_like, link]);
        let file = new_in(folder.path()).unwrap();
        kept.push(file.path().file_name().unwrap().to_str().unwrap().to_owned());
        assert_eq!(owner(kept.last().unwrap()), Some(this));
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        kept.sort();
        assert_eq!(left, kept);
    }
}
