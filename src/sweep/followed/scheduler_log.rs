//! What a scheduler itself kept of a task: why its script failed, or what killed it.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

use crate::executor::{End, SLURM};
use crate::git::Repository;
use crate::job::run_folder_name;
use crate::names;
use crate::submission::{Submission, Submissions, Task};
use crate::sweep::found::origin::top_of;

/// The last line of it.
pub(super) fn last_words(repository: &Repository, submission: &Submission, number: u64) -> Option<String> {
    const TAIL: u64 = 4096;
    let mut file = fs::File::open(path(repository, submission, number)?).ok()?;
    let size = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL))).ok()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let last = lines.next()?;
    // What gitsweep's own lines of the job's script say has a cause, which stands before them.
    let cause = lines.next().filter(|_| last.starts_with("gitsweep: ")).map_or_else(String::new, |l| format!("{l}; "));
    Some(format!("{cause}{last}").chars().filter(|c| !c.is_control()).take(300).collect())
}

/// How a task ended by what Slurm's daemon wrote into it last, where Slurm itself has forgotten the job.
pub(super) fn end(repository: &Repository, submission: &Submission, number: u64) -> Option<End> {
    let words = last_words(repository, submission, number).filter(|_| submission.header.executor == SLURM)?;
    let says = |text: &str| words.contains(text);
    if !says("slurmstepd: error:") {
        return None;
    }
    if says("Exceeded job memory limit") || says("oom_kill") || says("oom-kill") || says("out-of-memory") {
        return Some(End::Memory);
    }
    says("DUE TO TIME LIMIT").then_some(End::Timeout)
}

/// Keeps what the scheduler has of a task whose run never began as the log of its attempt, and names the run folder.
pub(super) fn keep(repository: &Repository, submission: &Submission, task: &Task, attempt: u64) -> Option<String> {
    let log = path(repository, submission, task.number)?;
    if fs::metadata(&log).ok()?.len() == 0 {
        return None;
    }
    let name = run_folder_name(&submission.header.sweep, task.index, task.commit, attempt);
    let folder = top_of(repository).join(&name);
    let kept = folder.join(names::LOG_FILE);
    if !kept.exists() {
        fs::create_dir_all(&folder).ok()?;
        fs::copy(log, kept).ok()?;
    }
    Some(name)
}

fn path(repository: &Repository, submission: &Submission, number: u64) -> Option<PathBuf> {
    let folder = Submissions::new(&repository.state_dir()).logs(&submission.name);
    let candidates = [number.to_string(), format!("job.{number}"), "job".to_owned()];
    candidates.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}
