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
    if let Some(error) = error(&text) {
        return Some(shortened(&error));
    }
    let mut lines = text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let last = lines.next()?;
    // What gitsweep's own lines of the job's script say has a cause, which stands before them.
    let cause = lines.next().filter(|_| last.starts_with("gitsweep: ")).map_or_else(String::new, |l| format!("{l}; "));
    Some(shortened(&format!("{cause}{last}")))
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// The error that a text ends with, if gitsweep ended with one: its causes on a line, without the hint.
fn error(text: &str) -> Option<String> {
    let mut causes = Vec::new();
    for line in text.lines().rev() {
        if let Some(error) = line.strip_prefix("error: ") {
            causes.push(error);
            causes.reverse();
            return Some(causes.join(": "));
        }
        match line.trim_start().strip_prefix("caused by: ") {
            Some(cause) => causes.push(cause),
            None if line.starts_with("hint: ") => {}
            None => return None,
        }
    }
    None
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_that_a_job_ended_with_is_told_without_its_hint() {
        let text = "warming up\nerror: cannot check out 37e45c0\n  caused by: cannot write\n  caused by: full\nhint: make room\n";
        assert_eq!(error(text).as_deref(), Some("cannot check out 37e45c0: cannot write: full"));
        assert_eq!(error("error: no\nslurmstepd: error: killed\n"), None);
        assert_eq!(error("hint: try\n"), None);
    }
}
