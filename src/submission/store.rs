//! The submissions of a repository: a folder each, whose files appear whole or not at all.

use std::collections::HashSet;
use std::fs::{self, File};
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};

use super::Submission;
use crate::filesystem::{is_gone, look_again, new_file_in, read_dir};
use crate::hint::WithHint as _;
use crate::names;

const TASKS_FILE: &str = "tasks";
const JOB_FILE: &str = "job";
const CLOSED_FILE: &str = "closed";
const MISSED_FILE: &str = "missed";
const FULL_FILE: &str = "full";
const STUCK_FILE: &str = "stuck";
const SCRIPT_FILE: &str = "script";
const LOG_DIR: &str = "log";

/// The submissions of a repository.
#[derive(Clone, Debug)]
pub struct Submissions {
    state: PathBuf,
    folder: PathBuf,
}

impl Submissions {
    /// The submissions below a repository's state folder.
    pub fn new(state: &Path) -> Self {
        Self { state: state.to_owned(), folder: state.join(names::SUBMISSIONS_DIR) }
    }

    /// True if there is none, nor any that is being made.
    pub fn is_empty(&self) -> bool {
        read_dir(&self.folder).map_or(true, |mut entries| entries.next().is_none())
    }

    /// The folder of one submission.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Where the script of a submission's job is kept.
    pub fn script(&self, name: &str) -> PathBuf {
        self.folder(name).join(SCRIPT_FILE)
    }

    /// The folder for what the scheduler itself has to say of the tasks.
    pub fn logs(&self, name: &str) -> PathBuf {
        self.folder(name).join(LOG_DIR)
    }

    /// Takes a name that no submission has, by making its folder.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn reserve(&self) -> Result<String> {
        let failed = || format!("cannot make a folder in {}", self.folder.display());
        fs::create_dir_all(&self.folder).with_context(failed)?;
        for _ in 0..100 {
            let name = random_name();
            match fs::create_dir(self.folder.join(&name)) {
                Ok(()) => {
                    fs::create_dir(self.logs(&name)).with_context(failed)?;
                    return Ok(name);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(anyhow!(error).context(failed())),
            }
        }
        bail!("cannot find a free name for a submission")
    }

    /// Keeps the list of tasks. From now on they are in flight.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep(&self, submission: &Submission) -> Result<()> {
        let path = self.folder(&submission.name).join(TASKS_FILE);
        write_whole(&path, submission.to_text()?.as_bytes())
            .hint(format!("cannot write {}", path.display()), "is the disk full? Nothing has been submitted")
    }

    /// Adds the job's id.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn confirm(&self, name: &str, job: &str) -> Result<()> {
        let path = self.folder(name).join(JOB_FILE);
        write_whole(&path, format!("{job}\n").as_bytes()).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Notes that the scheduler is through with tasks and will not start them again.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn close(&self, name: &str, numbers: &[u64]) -> Result<()> {
        if numbers.is_empty() {
            return Ok(());
        }
        let lines: String = numbers.iter().map(|number| format!("{number}\n")).collect();
        let path = self.folder(name).join(CLOSED_FILE);
        let file = fs::OpenOptions::new().append(true).create(true).open(&path);
        file.and_then(|mut file| file.write_all(lines.as_bytes()))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Since when its scheduler has had no word of a task that left no outcome either; noted now, if this is the first
    /// time, or the clock was put back since. (Seconds since 1970.)
    pub fn missed_since(&self, name: &str, number: u64, now: u64) -> u64 {
        // The clocks of two machines may differ by so much.
        const SKEW: u64 = 60;
        let path = self.folder(name).join(MISSED_FILE);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        let known = lines
            .filter(|(known, _)| known.parse() == Ok(number))
            .filter_map(|(_, since)| since.parse::<u64>().ok())
            .min();
        known.filter(|since| *since <= now + SKEW).unwrap_or_else(|| {
            // What cannot be noted is noted the next time.
            let file = fs::OpenOptions::new().append(true).create(true).open(&path);
            let _ = file.and_then(|mut file| file.write_all(format!("{number} {now}\n").as_bytes()));
            now
        })
    }

    fn full_file(&self, name: &str, number: u64) -> PathBuf {
        self.folder(name).join(format!("{FULL_FILE}-{number}"))
    }

    /// Notes that a task ended since the disk was full: where nothing can be written, there is mostly room for an empty file.
    pub fn note_full_disk(&self, name: &str, number: u64) {
        let _ = File::create(self.full_file(name, number));
    }

    /// Forgets that of a task that begins once more.
    pub fn forget_full_disk(&self, name: &str, number: u64) {
        let _ = fs::remove_file(self.full_file(name, number));
    }

    /// True if a task ended since the disk was full.
    pub fn has_noted_full_disk(&self, name: &str, number: u64) -> bool {
        self.full_file(name, number).exists()
    }

    /// Notes that a task was waited for until it ends, and did not. What cannot be noted is waited for once more.
    pub fn note_stuck(&self, name: &str, number: u64) {
        let path = self.folder(name).join(STUCK_FILE);
        let file = fs::OpenOptions::new().append(true).create(true).open(path);
        let _ = file.and_then(|mut file| file.write_all(format!("{number}\n").as_bytes()));
    }

    /// The tasks of which that is noted.
    pub fn stuck(&self, name: &str) -> HashSet<u64> {
        let text = fs::read_to_string(self.folder(name).join(STUCK_FILE)).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    /// Removes a submission: all its tasks have outcomes, or it was never accepted. Tasks that turn up later find none.
    pub fn remove(&self, name: &str) {
        let folder = self.folder(name);
        // The list goes first: half a folder is no submission.
        let _ = fs::remove_file(folder.join(TASKS_FILE));
        let _ = fs::remove_dir_all(folder);
    }

    /// Removes names that were taken long ago by gitsweeps that were killed before they wrote down what for.
    pub fn tidy(&self) {
        const LONG_AGO: Duration = Duration::from_secs(24 * 3600);
        for entry in read_dir(&self.folder).into_iter().flatten().flatten() {
            let age =
                entry.metadata().and_then(|metadata| metadata.modified()).ok().and_then(|time| time.elapsed().ok());
            if age.is_some_and(|age| age > LONG_AGO) && !entry.path().join(TASKS_FILE).exists() {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// The submission of that name, if there is one.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn find(&self, name: &str) -> Result<Option<Submission>> {
        let path = self.folder(name).join(TASKS_FILE);
        let text = match read_text(&path) {
            Ok(text) => text,
            Err(error) if is_gone(&error) || error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
            Err(error) => return Err(anyhow!(error).context(format!("cannot read {}", path.display()))),
        };
        let mut submission =
            Submission::from_text(name, &text).with_context(|| format!("{} is damaged", path.display()))?;
        let job = read_text(&self.folder(name).join(JOB_FILE)).unwrap_or_default();
        submission.job = Some(job.trim().to_owned()).filter(|job| !job.is_empty());
        let closed = fs::read_to_string(self.folder(name).join(CLOSED_FILE)).unwrap_or_default();
        submission.closed = closed.lines().filter_map(|line| line.parse().ok()).collect();
        let limit = submission.header.max_failures.as_ref();
        submission.is_stopped = limit.is_some_and(|limit| limit.is_reached(&self.state));
        Ok(Some(submission))
    }

    /// All of them, the oldest first, and what is wrong with those that cannot be read.
    pub fn list(&self) -> (Vec<Submission>, Vec<String>) {
        let (mut found, mut damage) = (Vec::new(), Vec::new());
        for entry in read_dir(&self.folder).into_iter().flatten().flatten() {
            match self.find(&entry.file_name().to_string_lossy()) {
                Ok(submission) => found.extend(submission),
                Err(error) => damage.push(format!("{error:#}")),
            }
        }
        found.sort_by(|a, b| a.header.since.cmp(&b.header.since).then_with(|| a.name.cmp(&b.name)));
        (found, damage)
    }
}

/// What is in a file that another machine may have written just now.
fn read_text(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if is_gone(&error) => {
            look_again(path);
            fs::read_to_string(path)
        }
        read => read,
    }
}

/// A file that appears whole and synced, or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = new_file_in(folder, ".tmp", 0o666)?;
    file.as_file_mut().write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// `gs-` and eight letters: short enough for every scheduler, and unlike any other job's name.
pub(super) fn random_name() -> String {
    // The standard library's hash keys come from the system's random numbers.
    let mut number = std::collections::hash_map::RandomState::new().build_hasher().finish();
    let letters = (0..8).map(|_| {
        let letter = b'a' + (number % 26) as u8;
        number /= 26;
        char::from(letter)
    });
    format!("gs-{}", letters.collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::{Header, Task};
    use super::*;
    use crate::git::CommitId;

    #[test]
    fn who_is_missed_is_missed_from_the_first_time_on_by_a_clock_that_may_be_put_back() {
        let state = tempfile::tempdir().unwrap();
        let submissions = Submissions::new(state.path());
        let name = submissions.reserve().unwrap();
        let missed = |now| submissions.missed_since(&name, 3, now);
        assert_eq!([missed(10_000), missed(10_005), missed(9_990)], [10_000; 3]);
        assert_eq!([missed(6_400), missed(6_405), missed(10_010)], [6_400; 3]);
        assert_eq!(submissions.missed_since(&name, 4, 6_410), 6_410);
    }

    #[test]
    fn a_submission_reads_back_and_half_a_one_is_none() {
        let state = tempfile::tempdir().unwrap();
        let submissions = Submissions::new(state.path());
        let name = submissions.reserve().unwrap();
        assert!(submissions.find(&name).unwrap().is_none(), "a reserved name is no submission yet");
        let commit: CommitId = "1234567890123456789012345678901234567890".parse().unwrap();
        let tasks = (1..=3).map(|number| Task { number, index: number + 10, attempt: 2, commit }).collect();
        let header = Header::new("grid", "slurm", "host:1:2".to_owned(), "2026-11-21T09:30:00Z".to_owned());
        let mut submission =
            Submission { name: name.clone(), header, tasks, job: None, closed: HashSet::new(), is_stopped: false };
        submissions.keep(&submission).unwrap();
        assert_eq!(submissions.find(&name).unwrap().as_ref(), Some(&submission));
        submissions.confirm(&name, "47").unwrap();
        submission.job = Some("47".to_owned());
        assert_eq!(submissions.list().0, [submission.clone()]);
        assert_eq!(submission.job_of(3).as_deref(), Some("47_3"));
        submissions.close(&name, &[2]).unwrap();
        assert_eq!(submissions.find(&name).unwrap().unwrap().closed, HashSet::from([2]));
        let text = submission.to_text().unwrap();
        assert!(Submission::from_text(&name, &text[..text.len() - 2]).is_err());
        submissions.remove(&name);
        assert!(submissions.find(&name).unwrap().is_none());
    }
}
