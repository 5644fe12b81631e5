//! The kernel's word for what was touched in a checkout (inotify(7)), so that nobody walks through it after each run.
//!
//! Committed files are watched themselves, by whatever name they are written to; folders are watched for names that come and
//! go. Changes by other machines go unseen, so only file systems that no other machine writes to are watched.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use inotify::{EventMask, Inotify, WatchDescriptor, WatchMask};

/// More files and folders than this are not watched: each takes some memory of the kernel's.
const MOST: usize = 50_000;
/// Room for a few hundred events.
const BUFFER: usize = 16 * 1024;

const OF_FILES: WatchMask = WatchMask::MODIFY
    .union(WatchMask::CLOSE_WRITE)
    .union(WatchMask::ATTRIB)
    .union(WatchMask::DELETE_SELF)
    .union(WatchMask::MOVE_SELF)
    .union(WatchMask::DONT_FOLLOW);
const OF_FOLDERS: WatchMask = WatchMask::CREATE
    .union(WatchMask::DELETE)
    .union(WatchMask::MOVE)
    .union(WatchMask::ATTRIB)
    .union(WatchMask::DELETE_SELF)
    .union(WatchMask::MOVE_SELF)
    .union(WatchMask::ONLYDIR)
    .union(WatchMask::DONT_FOLLOW);

/// What leaves a file or folder in its place.
const OF_CONTENT: EventMask = EventMask::MODIFY.union(EventMask::CLOSE_WRITE).union(EventMask::ATTRIB);

pub(super) struct Watch {
    root: PathBuf,
    inotify: Inotify,
    /// Paths from the top of the checkout.
    paths: HashMap<WatchDescriptor, PathBuf>,
    /// True once something of the checkout could not be watched.
    is_blind: bool,
}

impl Watch {
    /// Watches these folders and files of the checkout at `root`; `None` if that cannot be had.
    pub(super) fn over<'a>(
        root: &Path,
        folders: impl ExactSizeIterator<Item = &'a PathBuf>,
        files: impl ExactSizeIterator<Item = &'a PathBuf>,
    ) -> Option<Self> {
        if folders.len() + files.len() > MOST {
            return None;
        }
        let paths = HashMap::with_capacity(folders.len() + files.len());
        let mut watch = Self { root: root.to_owned(), inotify: Inotify::init().ok()?, paths, is_blind: false };
        for (path, mask) in folders.map(|folder| (folder, OF_FOLDERS)).chain(files.map(|file| (file, OF_FILES))) {
            // What is gone is brought back, and watched from then on.
            watch.add(path, mask).or_else(super::ignore_gone).ok()?;
        }
        Some(watch)
    }

    /// Watches a file from here on.
    pub(super) fn add_file(&mut self, path: &Path) {
        self.is_blind |= self.add(path, OF_FILES).is_err();
    }

    fn add(&mut self, path: &Path, mask: WatchMask) -> io::Result<()> {
        let descriptor = self.inotify.watches().add(self.root.join(path), mask)?;
        self.paths.insert(descriptor, path.to_owned());
        Ok(())
    }

    /// The paths that something was done to since this was last asked, and whether it was more than a change to what stands
    /// there; `None` if the kernel cannot tell.
    pub(super) fn touched(&mut self) -> Option<BTreeMap<PathBuf, bool>> {
        let mut touched = BTreeMap::new();
        let mut buffer = [0; BUFFER];
        while !self.is_blind {
            let events = match self.inotify.read_events(&mut buffer) {
                Ok(events) => events,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Some(touched),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            for event in events {
                if event.mask.intersects(EventMask::Q_OVERFLOW | EventMask::UNMOUNT) {
                    self.is_blind = true;
                } else if event.mask.contains(EventMask::IGNORED) {
                    self.paths.remove(&event.wd);
                } else if let Some(path) = self.paths.get(&event.wd) {
                    let path = event.name.map_or_else(|| path.clone(), |name| path.join(name));
                    *touched.entry(path).or_insert(false) |= !event.mask.intersects(OF_CONTENT);
                }
            }
        }
        None
    }
}

/// True if there is nothing, or not what was there.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(touched: Option<BTreeMap<PathBuf, bool>>) -> Vec<String> {
        let name = |(path, is_more): (PathBuf, bool)| format!("{}{}", path.display(), if is_more { "!" } else { "" });
        touched.unwrap().into_iter().map(name).collect()
    }

    #[test]
    fn tells_what_was_touched_by_whatever_name() {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str| root.path().join(path);
        fs::create_dir(at("src")).unwrap();
        for file in ["src/a", "src/b", "c"] {
            fs::write(at(file), "1").unwrap();
        }
        let folders = [PathBuf::new(), "src".into()];
        let files: [PathBuf; 3] = ["src/a".into(), "src/b".into(), "c".into()];
        let mut watch = Watch::over(root.path(), folders.iter(), files.iter()).unwrap();
        fs::read(at("c")).unwrap();
        assert!(names(watch.touched()).is_empty());

        // By a second name, outside of the folders that are watched.
        let elsewhere = tempfile::tempdir_in(root.path().parent().unwrap()).unwrap();
        fs::hard_link(at("src/a"), elsewhere.path().join("other")).unwrap();
        assert_eq!(names(watch.touched()), ["src/a"]);
        fs::write(elsewhere.path().join("other"), "2").unwrap();
        assert_eq!(names(watch.touched()), ["src/a"]);

        fs::remove_file(at("src/b")).unwrap();
        fs::create_dir(at("new")).unwrap();
        fs::write(at("new/inside"), "").unwrap();
        fs::rename(at("c"), at("src/d")).unwrap();
        assert_eq!(names(watch.touched()), ["c!", "new!", "src/b!", "src/d!"]);
        assert!(names(watch.touched()).is_empty());
    }

    #[test]
    fn says_so_when_it_was_too_much() {
        let most: usize = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap().trim().parse().unwrap();
        if most > 100_000 {
            println!("skipped: this kernel remembers {most} events");
            return;
        }
        let root = tempfile::tempdir().unwrap();
        let mut watch = Watch::over(root.path(), [PathBuf::new()].iter(), [].iter()).unwrap();
        let (a, b) = (root.path().join("a"), root.path().join("b"));
        fs::write(&a, "").unwrap();
        for _ in 0..=most / 4 {
            fs::rename(&a, &b).unwrap();
            fs::rename(&b, &a).unwrap();
        }
        assert_eq!(watch.touched(), None);
        assert_eq!(watch.touched(), None);
    }
}
