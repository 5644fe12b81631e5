//! Files of attempts, one or more for each, spread over folders: no folder gets an entry for each of a million points.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::filesystem::{is_gone, new_file_in, read_dir};
use crate::git::CommitId;
use crate::liveness::is_older;

/// What the names of files begin with that are not laid yet.
const TEMPORARY: &str = ".tmp";
/// A file that has not been laid for so long is nobody's any more.
const LONG: Duration = Duration::from_secs(24 * 60 * 60);

/// The files below a folder: `ab/<commit>.<attempt><extension>`.
#[derive(Clone, Debug)]
pub(crate) struct AttemptFiles {
    folder: PathBuf,
    extensions: &'static [&'static str],
}

impl AttemptFiles {
    /// Those below that folder, which need not be there, with these extensions.
    pub(crate) fn new(folder: PathBuf, extensions: &'static [&'static str]) -> Self {
        Self { folder, extensions }
    }

    /// Where an attempt has its file.
    pub(crate) fn path(&self, commit: CommitId, attempt: u64, extension: &str) -> PathBuf {
        let hex = commit.to_string();
        self.folder.join(&hex[..2]).join(format!("{hex}.{attempt}{extension}"))
    }

    /// Every file there is: its commit, attempt and path.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub(crate) fn list(&self) -> Result<Vec<(CommitId, u64, PathBuf)>> {
        let mut found = Vec::new();
        for below in entries(&self.folder)? {
            for entry in entries(&below)? {
                found.extend(self.parse(&entry).map(|(commit, attempt)| (commit, attempt, entry)));
            }
        }
        Ok(found)
    }

    /// True if there is a file.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub(crate) fn any(&self) -> Result<bool> {
        for below in entries(&self.folder)? {
            if entries(&below)?.iter().any(|entry| self.parse(entry).is_some()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes the folders that have become empty: a look into each of 256 takes as long as it takes to write a hundred
    /// outcomes.
    pub(crate) fn remove_empty_folders(&self) {
        for below in entries(&self.folder).unwrap_or_default() {
            let _ = fs::remove_dir(below);
        }
    }

    /// Removes what gitsweeps that were killed had not laid yet.
    pub(crate) fn tidy(&self) {
        let is_temporary =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY));
        for below in entries(&self.folder).unwrap_or_default() {
            for path in entries(&below).unwrap_or_default().into_iter().filter(is_temporary) {
                let made = fs::metadata(&path).and_then(|metadata| metadata.modified());
                if made.is_ok_and(|made| is_older(&self.folder, made, LONG)) {
                    let _ = fs::remove_file(path);
                }
            }
        }
    }

    fn parse(&self, path: &Path) -> Option<(CommitId, u64)> {
        let name = path.file_name()?.to_str()?;
        let stem = self.extensions.iter().find_map(|extension| name.strip_suffix(extension))?;
        let (commit, attempt) = stem.split_once('.')?;
        Some((commit.parse().ok()?, attempt.parse().ok()?))
    }
}

/// Makes a temporary file beside one of an attempt, in a folder that others may remove as long as it is empty.
///
/// # Errors
/// If it cannot be made; where its folder is not to be had, after a while: a run that has ended is worth the wait.
pub(crate) fn temporary_beside(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    // Some network file systems (sshfs) say for 20 seconds and more of a folder that is gone that it is there.
    const PATIENCE: Duration = Duration::from_secs(90);
    const STEP: Duration = Duration::from_micros(37);
    const LONGEST: Duration = Duration::from_secs(1);
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let make = || {
        fs::create_dir_all(folder)?;
        new_file_in(folder, TEMPORARY, 0o666)
    };
    // It went after it was made, or just as it was seen to be there; a network file system tells so in its own way.
    let may_pass =
        |error: &io::Error| is_gone(error) || (error.kind() == io::ErrorKind::AlreadyExists && !folder.is_file());
    let started = Instant::now();
    let mut pause = STEP;
    loop {
        match make() {
            Err(error) if may_pass(&error) && started.elapsed() < PATIENCE => {}
            made => return made,
        }
        // Who makes and who removes it wait for one another, and would go on in step without a pause that is not always the same.
        thread::sleep(pause);
        pause = (pause + STEP).max(pause * 21 / 20).min(LONGEST);
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    match read_dir(folder) {
        Ok(entries) => Ok(entries.flatten().map(|entry| entry.path()).collect()),
        Err(error) if is_gone(&error) || error.kind() == io::ErrorKind::NotADirectory => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", folder.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_is_listed_and_other_files_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let files = AttemptFiles::new(folder.path().join("results"), &[".json", ".judged"]);
        assert!(!files.any().unwrap() && files.list().unwrap().is_empty());
        let commit: CommitId = "1234567890123456789012345678901234567890".parse().unwrap();
        let (own, judged) = (files.path(commit, 1, ".json"), files.path(commit, 12, ".judged"));
        let temporary = temporary_beside(&own).unwrap();
        fs::write(folder.path().join("results/12/note.json"), "").unwrap();
        assert!(!files.any().unwrap());
        temporary.persist(&own).unwrap();
        fs::write(&judged, "").unwrap();
        assert!(files.any().unwrap());
        let mut listed = files.list().unwrap();
        listed.sort();
        assert_eq!(listed, [(commit, 1, own), (commit, 12, judged)]);
    }

    #[test]
    fn folders_go_once_they_are_empty() {
        let folder = tempfile::tempdir().unwrap();
        let files = AttemptFiles::new(folder.path().to_owned(), &[""]);
        let path = |digit: &str| files.path(digit.repeat(40).parse().unwrap(), 1, "");
        let (kept, gone) = (path("a"), path("b"));
        for path in [&kept, &gone] {
            temporary_beside(path).unwrap().persist(path).unwrap();
        }
        fs::remove_file(&gone).unwrap();
        files.remove_empty_folders();
        assert!(kept.is_file() && !gone.parent().unwrap().exists());
    }

    #[test]
    fn a_folder_that_is_said_to_be_there_and_is_not_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let files = AttemptFiles::new(folder.path().to_owned(), &[""]);
        let path = files.path("a".repeat(40).parse().unwrap(), 1, "");
        // A link to nowhere refuses a folder in its place, and files in it.
        let below = path.parent().unwrap();
        std::os::unix::fs::symlink("nowhere", below).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_secs(2));
                fs::remove_file(below).unwrap();
            });
            temporary_beside(&path).unwrap();
        });
    }

    #[test]
    fn what_a_kill_left_goes_after_a_day_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let files = AttemptFiles::new(folder.path().to_owned(), &[""]);
        let laid = files.path("a".repeat(40).parse().unwrap(), 1, "");
        let below = laid.parent().unwrap().to_owned();
        fs::create_dir(&below).unwrap();
        let hours = |hours: u64| std::time::SystemTime::now() - Duration::from_secs(hours * 3600);
        let make = |path: &Path, age: u64| fs::File::create(path).unwrap().set_modified(hours(age)).unwrap();
        make(&laid, 30);
        make(&below.join(".tmpold"), 30);
        make(&below.join(".tmpnew"), 20);
        files.tidy();
        let mut left: Vec<_> = entries(&below).unwrap();
        left.sort();
        assert_eq!(left, [below.join(".tmpnew"), laid]);
    }
}
