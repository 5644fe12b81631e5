//! Claims: who has taken which attempt at which point, so that no two gitsweeps run one twice.
//!
//! An attempt is taken by giving a file a name that did not exist, which is exclusive on every file system; the file has
//! its words by then, so that a kill leaves no claim of nobody's. An attempt is taken at most once: if its owner dies, the
//! attempt is recorded as lost and the next one can be taken.

use std::collections::HashMap;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, anyhow};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::attempt_files::{AttemptFiles, temporary_beside};
use crate::file_server::way_out;
use crate::filesystem::{is_gone, persist_new};
use crate::git::CommitId;
use crate::hint::{self, NO_ROOM};
use crate::liveness::{Census, is_older};
use crate::names;
use crate::process::{Owner, uptime};

/// Who has taken an attempt, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claim {
    /// The gitsweep that runs it.
    pub owner: String,
    /// Where it runs: `local`, `slurm`, or the absolute path of a submit script.
    pub executor: String,
    /// The run folder, as the run's environment names it.
    pub run_folder: String,
    /// When it was taken (RFC 3339).
    pub since: String,
    /// How many milliseconds its owner's machine had been up by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uptime: Option<u64>,
    /// The submission that it was taken for, if a scheduler runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<String>,
    /// Which task of the submission has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<u64>,
    /// The scheduler's id of the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// When its file was written, by the clock of the file server; of a listed claim.
    #[serde(skip)]
    pub written: Written,
}

/// When a claim's file was written, where that is known. It is nothing that the claim says: claims that say the same are equal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written(Option<SystemTime>);

impl PartialEq for Written {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Written {}

impl Hash for Written {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Claim {
    /// The run folder as a record names it, which is the same on all machines.
    pub fn run_folder_name(&self, sweep: &str) -> Option<String> {
        let start = self.run_folder.rfind(&format!("/{}/{sweep}/", names::RUNS_DIR))?;
        Some(self.run_folder[start + 1..].to_owned())
    }

    /// True if whoever took it is known to be gone.
    pub fn is_dead(&self, census: &Census) -> bool {
        self.owner.parse::<Owner>().is_ok_and(|owner| census.is_dead(&owner, self.age(census).unwrap_or_default()))
    }

    /// How long ago it was taken: by the file server's clock where that has been asked, else as far as the clocks of two machines
    /// agree; `None` if it would have been taken in the future.
    fn age(&self, census: &Census) -> Option<Duration> {
        match (self.written.0, census.server_time()) {
            (Some(written), Some(now)) => now.duration_since(written).ok(),
            _ => self.age_by_clock(),
        }
    }

    fn age_by_clock(&self) -> Option<Duration> {
        let since = OffsetDateTime::parse(&self.since, &Rfc3339).ok()?;
        Duration::try_from(OffsetDateTime::now_utc() - since).ok()
    }

    /// For how long its owner has had it: on the owner's machine by what no change of the clock moves, elsewhere by the clock of
    /// the file server.
    pub fn held_for(&self, census: &Census) -> Option<Duration> {
        let is_in_sight = self.owner.parse::<Owner>().is_ok_and(|owner| owner.is_in_sight());
        match (self.uptime.filter(|_| is_in_sight), uptime()) {
            (Some(since), Some(now)) => now.checked_sub(Duration::from_millis(since)),
            _ => self.age(census),
        }
    }

    /// Words for the owner: `pid 4242 on node1`.
    pub fn owner_in_words(&self) -> String {
        match self.owner.parse::<Owner>() {
            Ok(owner) if owner.is_here() => format!("pid {}", owner.pid),
            Ok(owner) => format!("pid {} on {}", owner.pid, owner.host),
            Err(_) => self.owner.clone(),
        }
    }

    /// Why the attempt is lost, once its owner is known to be gone. One without a run folder has not begun: a queue takes
    /// short runs ahead.
    pub fn loss(&self) -> String {
        let is_in_sight = self.owner.parse::<Owner>().is_ok_and(|owner| owner.is_in_sight());
        let has_begun = !is_in_sight || self.run_folder.is_empty() || Path::new(&self.run_folder).exists();
        let owner = self.owner_in_words();
        if has_begun {
            format!("the gitsweep that ran it ({owner}) was killed")
        } else {
            format!("the gitsweep that was to run it ({owner}) was killed before it began")
        }
    }
}

/// The claims of a repository.
#[derive(Clone, Debug)]
pub struct Claims {
    files: AttemptFiles,
}

impl Claims {
    /// The claims below a repository's state folder.
    pub fn new(state: &Path) -> Self {
        Self { files: AttemptFiles::new(state.join(names::CLAIMS_DIR), &[""]) }
    }

    fn path(&self, commit: CommitId, attempt: u64) -> PathBuf {
        self.files.path(commit, attempt, "")
    }

    /// Takes an attempt; false if somebody has it already.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn take(&self, commit: CommitId, attempt: u64, claim: &Claim) -> Result<bool> {
        let path = self.path(commit, attempt);
        let text = serde_json::to_vec(claim).context("cannot write a claim")?;
        let make = || {
            let mut file = temporary_beside(&path)?;
            file.as_file_mut().write_all(&text)?;
            persist_new(file, &path)
        };
        let others = make().map_err(|error| {
            let way_out = way_out(&error, NO_ROOM);
            hint::wrap(error, format!("cannot write {}", path.display()), way_out)
        })?;
        // A file system that numbers files by their names has two numbers for one that has two.
        Ok(others.is_none() || read_claim(&path)?.as_ref() == Some(claim))
    }

    /// The claim on an attempt, if somebody has it.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(&self, commit: CommitId, attempt: u64) -> Result<Option<Claim>> {
        read_claim(&self.path(commit, attempt))
    }

    /// True if somebody has taken an attempt.
    pub fn is_taken(&self, commit: CommitId, attempt: u64) -> bool {
        self.path(commit, attempt).exists()
    }

    /// Gives an attempt back. Only its owner may, or whoever has seen its outcome in a note.
    pub fn release(&self, commit: CommitId, attempt: u64) {
        let _ = fs::remove_file(self.path(commit, attempt));
    }

    /// True if there is a claim.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn any(&self) -> Result<bool> {
        self.files.any()
    }

    /// Removes what was left by gitsweeps that were killed as they took an attempt.
    pub(crate) fn tidy(&self) {
        self.files.tidy();
    }

    /// Every claim there is.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn list(&self) -> Result<HashMap<CommitId, Vec<(u64, Claim)>>> {
        let mut claims = HashMap::<CommitId, Vec<(u64, Claim)>>::new();
        for (commit, attempt, path) in self.files.list()? {
            let Some(mut claim) = read_claim(&path)? else { continue };
            claim.written = Written(fs::metadata(&path).and_then(|metadata| metadata.modified()).ok());
            claims.entry(commit).or_default().push((attempt, claim));
        }
        Ok(claims)
    }
}

fn read_claim(path: &Path) -> Result<Option<Claim>> {
    match fs::read(path) {
        // A claim without words is one that a crash of the machine cut short.
        Ok(text) => Ok(Some(serde_json::from_slice(&text).unwrap_or_else(|_| unfinished(path)))),
        Err(error) if is_gone(&error) => Ok(None),
        Err(error) => Err(anyhow!(error).context(format!("cannot read {}", path.display()))),
    }
}

/// A claim whose words are not there: nobody's, once it is older than any write takes.
fn unfinished(path: &Path) -> Claim {
    let made = fs::metadata(path).and_then(|metadata| metadata.modified());
    let folder = path.parent().unwrap_or(path);
    let mut owner = Owner::this();
    if made.is_ok_and(|made| is_older(folder, made, Duration::from_secs(10))) {
        "gone.0.0".clone_into(&mut owner.birth);
    }
    Claim {
        owner: owner.to_string(),
        executor: String::new(),
        run_folder: String::new(),
        since: String::new(),
        uptime: None,
        submission: None,
        task: None,
        job: None,
        written: Written::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::liveness::Heartbeat;

    fn claim(since: &str, uptime: Option<u64>) -> Claim {
        Claim {
            owner: Owner::this().to_string(),
            executor: "local".to_owned(),
            run_folder: String::new(),
            since: since.to_owned(),
            uptime,
            submission: None,
            task: None,
            job: None,
            written: Written::default(),
        }
    }

    #[test]
    fn an_attempt_is_taken_once() {
        let folder = tempfile::tempdir().unwrap();
        let claims = Claims::new(folder.path());
        let commit: CommitId = "1234567890123456789012345678901234567890".parse().unwrap();
        let claim = claim("2026-11-21T09:30:00Z", None);
        assert!(claims.take(commit, 1, &claim).unwrap());
        let other = Claim { since: "2026-11-21T09:30:01Z".to_owned(), ..claim.clone() };
        assert!(!claims.take(commit, 1, &other).unwrap());
        assert!(claims.take(commit, 2, &claim).unwrap());
        let listed = claims.list().unwrap();
        assert_eq!(listed[&commit].len(), 2);
        assert!(!listed[&commit][0].1.is_dead(&Census::default()));
        claims.release(commit, 1);
        assert!(claims.take(commit, 1, &claim).unwrap());
    }

    #[test]
    fn how_long_it_is_held_does_not_follow_a_clock_that_was_changed() {
        let up = uptime().unwrap();
        let census = Census::default();
        let taken = u64::try_from(up.as_millis()).unwrap().saturating_sub(40);
        for since in ["2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"] {
            let held = claim(since, Some(taken)).held_for(&census).unwrap();
            assert!(held >= Duration::from_millis(up.as_millis() as u64 - taken) && held <= uptime().unwrap());
        }
        let elsewhere = Claim { owner: "another:1:b.n.1".to_owned(), ..claim("2999-01-01T00:00:00Z", Some(taken)) };
        assert_eq!(elsewhere.held_for(&census), None);
        assert!(claim("2001-01-01T00:00:00Z", None).held_for(&census).unwrap() > Duration::from_secs(3600 * 24 * 365));
    }

    #[test]
    fn how_long_another_machine_has_held_it_is_told_by_the_file_server() {
        let state = tempfile::tempdir().unwrap();
        let _sign = Heartbeat::start(state.path(), Duration::from_secs(60)).unwrap();
        let claims = Claims::new(state.path());
        let commit: CommitId = "1234567890123456789012345678901234567890".parse().unwrap();
        let claim = Claim { owner: "another:1:b.n.1".to_owned(), ..claim("2999-01-01T00:00:00Z", None) };
        assert!(claims.take(commit, 1, &claim).unwrap());
        let listed = claims.list().unwrap().remove(&commit).unwrap().remove(0).1;
        let census = Census::take(state.path());
        assert!(listed.held_for(&census).is_some_and(|held| held < Duration::from_secs(3600)));
        assert_eq!(claim.held_for(&census), None);
    }
}
