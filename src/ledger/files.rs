//! Result files: outcomes that wait to be folded into notes.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use crate::attempt_files::{AttemptFiles, temporary_beside};
use crate::claim::Claims;
use crate::extraction::Extraction;
use crate::file_server::{NO_ANSWER, is_out_of_reach};
use crate::filesystem::{is_gone, look_again, persist_new};
use crate::git::{CommitId, Identity, Repository};
use crate::hint;
use crate::names;
use crate::record::Record;

/// How long folding waits for another gitsweep that folds.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);
const RESULT_EXTENSION: &str = ".json";
/// Outcomes that were told by others than the gitsweep that ran the attempt: they never stand in the way of its own.
const JUDGED_EXTENSION: &str = ".judged";

/// True if an attempt has an outcome, in a note that is read afresh or in a result file.
///
/// # Errors
/// If the note cannot be read.
pub fn is_recorded(repository: &Repository, commit: CommitId, attempt: u64) -> Result<bool> {
    let state = repository.state_dir();
    if [RESULT_EXTENSION, JUDGED_EXTENSION].iter().any(|kind| !is_empty(&file_of(&state, commit, attempt, kind))) {
        return Ok(true);
    }
    Ok(noted(repository, commit)?.iter().any(|record| record.attempt == attempt))
}

/// The outcome of an attempt, in a result file or in a note that is read afresh; its own before a judgement of others.
///
/// # Errors
/// If the note cannot be read.
pub fn find(repository: &Repository, commit: CommitId, attempt: u64) -> Result<Option<Record>> {
    let state = repository.state_dir();
    let files = [RESULT_EXTENSION, JUDGED_EXTENSION].map(|kind| file_of(&state, commit, attempt, kind));
    look_again(&files[0]);
    let filed = files.iter().filter_map(|path| Record::from_line(fs::read_to_string(path).ok()?.trim_end()).ok());
    let mut found: Vec<Record> = filed.chain(noted(repository, commit)?).filter(|r| r.attempt == attempt).collect();
    found.sort_by_key(|record| record.told_by.is_some());
    Ok(found.into_iter().next())
}

/// The outcome that an attempt has left in a result file below that state folder.
pub(crate) fn read_result(state: &Path, commit: CommitId, attempt: u64) -> Option<Record> {
    Record::from_line(fs::read_to_string(result_path(state, commit, attempt)).ok()?.trim_end()).ok()
}

fn noted(repository: &Repository, commit: CommitId) -> Result<Vec<Record>> {
    let note = repository.read_note(names::NOTES_REF, commit)?.unwrap_or_default();
    Ok(records_in(&note).collect())
}

/// The records in a note.
fn records_in(note: &[u8]) -> impl Iterator<Item = Record> {
    note.split(|byte| *byte == b'\n').filter_map(|line| Record::from_line(&String::from_utf8_lossy(line)).ok())
}

/// Where an attempt leaves its outcome.
pub fn result_path(state: &Path, commit: CommitId, attempt: u64) -> PathBuf {
    file_of(state, commit, attempt, RESULT_EXTENSION)
}

fn file_of(state: &Path, commit: CommitId, attempt: u64, extension: &str) -> PathBuf {
    result_files(state).path(commit, attempt, extension)
}

fn result_files(state: &Path) -> AttemptFiles {
    AttemptFiles::new(state.join(names::RESULTS_DIR), &[RESULT_EXTENSION, JUDGED_EXTENSION])
}

/// True if there is a result file.
///
/// # Errors
/// If their folder cannot be read.
pub fn any(repository: &Repository) -> Result<bool> {
    result_files(&repository.state_dir()).any()
}

/// Removes what was left by gitsweeps that were killed as they left an outcome.
pub fn tidy(repository: &Repository) {
    result_files(&repository.state_dir()).tidy();
}

/// Every result file: its commit, attempt and path.
pub(super) fn list(repository: &Repository) -> Result<Vec<ResultFile>> {
    result_files(&repository.state_dir()).list()
}

/// True if a file is not there, or has lost its content in a crash of the machine.
fn is_empty(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |metadata| metadata.len() == 0)
}

/// Leaves the outcome of an attempt for the next command to fold in; false if there is one already.
///
/// The file appears whole and synced, or not at all.
///
/// # Errors
/// If it cannot be written.
pub fn leave_result(state: &Path, commit: CommitId, record: &Record) -> Result<bool> {
    // A judgement that a crash takes away is made again.
    let lasting = if record.told_by.is_none() { Lasting::Synced } else { Lasting::Unsynced };
    leave(state, commit, record, lasting)
}

/// As [`leave_result`], for a writer that folds within a second: no kill can take the outcome away, but until then a crash of
/// the machine can, and the run is then made again. Where runs take no time, syncing each would take most of it.
///
/// # Errors
/// If it cannot be written.
pub fn leave_result_for_now(state: &Path, commit: CommitId, record: &Record) -> Result<bool> {
    leave(state, commit, record, Lasting::Unsynced)
}

/// Whether a file outlasts a crash of the machine from the start.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lasting {
    Synced,
    Unsynced,
}

fn leave(state: &Path, commit: CommitId, record: &Record, lasting: Lasting) -> Result<bool> {
    let extension = if record.told_by.is_some() { JUDGED_EXTENSION } else { RESULT_EXTENSION };
    let path = file_of(state, commit, record.attempt, extension);
    let folder = path.parent().ok_or_else(|| anyhow!("a result without a folder"))?;
    let write = || -> Result<bool> {
        let mut file = temporary_beside(&path)?;
        file.as_file_mut().write_all(record.to_line()?.as_bytes())?;
        file.as_file_mut().write_all(b"\n")?;
        if lasting == Lasting::Synced {
            file.as_file().sync_all()?;
        }
        if let Some(file) = persist_new(file, &path)? {
            if !is_empty(&path) {
                return Ok(false);
            }
            file.persist(&path)?;
        }
        if lasting == Lasting::Synced {
            match File::open(folder).and_then(|folder| folder.sync_all()) {
                // Somebody has folded it in already, and the folder was empty then.
                Err(error) if is_gone(&error) => {}
                synced => synced?,
            }
        }
        Ok(true)
    };
    write().map_err(|error| {
        let failed = format!("cannot keep the outcome of {} in {}", commit.short(), path.display());
        let is_away = is_out_of_reach(&error);
        match error.downcast_ref::<io::Error>() {
            Some(cause) if is_away || is_gone(cause) => hint::wrap(error, failed, NO_ANSWER),
            Some(_) => hint::wrap(error, failed, hint::DISK_FULL),
            None => error.context(failed),
        }
    })
}

/// Folds all result files into notes and returns how many outcomes these took. Locks that killed gitsweeps left are removed
/// first.
///
/// # Errors
/// If the notes cannot be written. Then the files are still there.
pub fn fold(repository: &Repository) -> Result<usize> {
    repository.heal_refs();
    if !any(repository)? {
        return Ok(0);
    }
    let _lock = lock(&repository.state_dir());
    let mut files = list(repository)?;
    files.sort();
    let mut folded = in_two(&files, read_lines);
    let known = drop_second_judgements(repository, &mut folded)?;
    if !folded.is_empty() {
        add_outcomes(repository, &folded)?;
    }
    let claims = Claims::new(&repository.state_dir());
    let done: Vec<&ResultFile> = folded.iter().map(|(file, _)| *file).chain(known).collect();
    in_two(&done, |done| {
        for (commit, attempt, path) in done {
            let _ = fs::remove_file(path);
            claims.release(*commit, *attempt);
        }
        Vec::<()>::new()
    });
    result_files(&repository.state_dir()).remove_empty_folders();
    Ok(folded.len())
}

/// Takes out what others have judged of attempts that have an outcome in a note already, or an own one among these, and returns
/// it: two gitsweeps may have found the same worker dead, one of them after the other's word was folded in, or a network file
/// system has shown a worker's own word late.
fn drop_second_judgements<'f>(repository: &Repository, folded: &mut Vec<Outcome<'f>>) -> Result<Vec<&'f ResultFile>> {
    let is_judged = |file: &ResultFile| file.2.to_string_lossy().ends_with(JUDGED_EXTENSION);
    let mut judged: Vec<CommitId> =
        folded.iter().map(|(file, _)| *file).filter(|file| is_judged(file)).map(|it| it.0).collect();
    judged.dedup();
    let notes = repository.read_notes_of(names::NOTES_REF, &judged)?;
    let own: HashSet<(CommitId, u64)> =
        folded.iter().map(|(file, _)| *file).filter(|file| !is_judged(file)).map(|file| (file.0, file.1)).collect();
    let is_noted =
        |file: &ResultFile| notes.get(&file.0).is_some_and(|note| records_in(note).any(|it| it.attempt == file.1));
    let has = |file: &ResultFile| own.contains(&(file.0, file.1)) || is_noted(file);
    let (second, rest) = std::mem::take(folded).into_iter().partition(|(file, _)| is_judged(file) && has(file));
    *folded = rest;
    let second: Vec<Outcome<'f>> = second;
    Ok(second.into_iter().map(|(file, _)| file).collect())
}

fn add_outcomes(repository: &Repository, folded: &[Outcome<'_>]) -> Result<()> {
    let identity = identity(repository);
    let outcomes = if folded.len() == 1 { "outcome" } else { "outcomes" };
    let commits = folded.chunk_by(|a, b| a.0.0 == b.0.0);
    let lines: Vec<(CommitId, Vec<String>)> =
        commits.map(|folded| (folded[0].0.0, folded.iter().map(|(_, line)| line.clone()).collect())).collect();
    repository
        .add_to_notes(names::NOTES_REF, &lines, &identity, &format!("gitsweep: {} {outcomes}", folded.len()))
        .context("cannot write the outcomes into notes; they are kept and folded in by the next command")
        .map(drop)
}

/// A result file: its commit, attempt and path.
type ResultFile = (CommitId, u64, PathBuf);
/// A result file with its line.
type Outcome<'f> = (&'f ResultFile, String);

/// The files that hold a record, each with its line.
fn read_lines(files: &[ResultFile]) -> Vec<Outcome<'_>> {
    let mut text = String::new();
    let mut line = |file: &ResultFile| {
        text.clear();
        // Asking for the length of each of many small files would take longer than reading them.
        File::open(&file.2).and_then(|file| file.take(u64::MAX).read_to_string(&mut text)).ok()?;
        let line = text.trim_end();
        Record::from_line(line).ok().map(|_| line.to_owned())
    };
    files.iter().filter_map(|file| Some((file, line(file)?))).collect()
}

/// What `work` makes of many items, in order, the two halves of them at the same time: most of it is waiting for the
/// disk.
fn in_two<'a, T: Sync, R: Send>(items: &'a [T], work: impl Fn(&'a [T]) -> Vec<R> + Sync) -> Vec<R> {
    const MANY: usize = 1000;
    let (first, rest) = items.split_at(if items.len() < MANY { items.len() } else { items.len() / 2 });
    std::thread::scope(|scope| {
        let helper = (!rest.is_empty()).then(|| scope.spawn(|| work(rest)));
        let mut all = work(first);
        if let Some(helper) = helper {
            all.append(&mut helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    })
}

/// Adds metrics that were read later to the notes, in one batch.
///
/// # Errors
/// If the notes cannot be written.
pub fn add_extractions(repository: &Repository, extractions: &[(CommitId, Extraction)]) -> Result<()> {
    let mut lines = BTreeMap::<CommitId, Vec<String>>::new();
    for (commit, extraction) in extractions {
        lines.entry(*commit).or_default().push(extraction.to_line()?);
    }
    let lines: Vec<(CommitId, Vec<String>)> = lines.into_iter().collect();
    if lines.is_empty() {
        return Ok(());
    }
    let _lock = lock(&repository.state_dir());
    let plural = if extractions.len() == 1 { "" } else { "s" };
    let message = format!("gitsweep: metrics of {} attempt{plural} extracted", extractions.len());
    repository
        .add_to_notes(names::NOTES_REF, &lines, &identity(repository), &message)
        .context("cannot write the metrics into notes; they can be extracted again")
        .map(drop)
}

/// Who writes notes: the user, or the tool where the user has no name.
fn identity(repository: &Repository) -> Identity {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    Identity::of_user(repository, now, 0).unwrap_or_else(|_| Identity::of_tool(now))
}

/// Holds other gitsweeps off for the time of a batch. The ref is moved by compare-and-swap all the same, so where locks
/// do not work, or somebody sits on one, only time is lost.
fn lock(state: &Path) -> Option<File> {
    let file = File::create(state.join(names::LEDGER_LOCK)).ok()?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Some(file),
            Err(TryLockError::WouldBlock) if start.elapsed() <= LOCK_PATIENCE => {
                std::thread::sleep(Duration::from_millis(5));
            }
            // Somebody sits on it, or the file system has no locks.
            Err(_) => return None,
        }
    }
}
