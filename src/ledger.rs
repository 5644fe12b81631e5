//! The ledger: outcomes as they stand in the notes, and the result files that are still to be folded in.
//!
//! A run that ends writes a result file and nothing else. Whatever command comes next folds the files into notes, in one
//! batch, and removes them once the ref has moved. Folding the same file twice changes nothing, so a kill in between is
//! harmless, and so are two commands that fold at once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use crate::claim::{Claims, list_spread, spread};
use crate::extraction::Extraction;
use crate::git::{CommitId, Identity, Repository};
use crate::hint::WithHint as _;
use crate::names;
use crate::record::Record;

/// What is known of each commit, attempts in order.
pub type Records = HashMap<CommitId, Vec<Record>>;

/// A line of a note, or a result file, that could not be read. The rest is used all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The commit whose note or result it is.
    pub commit: CommitId,
    /// What is wrong with it.
    pub what: String,
}

/// Everything that is known about the points of a repository.
#[derive(Debug, Default)]
pub struct Ledger {
    /// The records of each commit.
    pub records: Records,
    /// What could not be read.
    pub damage: Vec<Damage>,
}

/// How long folding waits for another gitsweep that folds.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);
const RESULT_EXTENSION: &str = ".json";
/// Outcomes that were told by others than the gitsweep that ran the attempt: they never stand in the way of its own.
const JUDGED_EXTENSION: &str = ".judged";

impl Ledger {
    /// Reads all notes, and the result files that are not in a note yet.
    ///
    /// # Errors
    /// If the notes cannot be read at all; a damaged line is no error but [`Damage`].
    pub fn read(repository: &Repository) -> Result<Self> {
        let mut ledger = Self::default();
        let mut extractions = Vec::new();
        for note in repository.read_notes(names::NOTES_REF)? {
            for line in note.bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let line = String::from_utf8_lossy(line);
                // To look into every line twice would double the time.
                let extraction = Some(&line).filter(|line| Extraction::is_line(line));
                match extraction.and_then(|line| Extraction::from_line(line).ok()) {
                    Some(extraction) => extractions.push((note.commit, extraction)),
                    None => ledger.add_line(note.commit, &line, "its note"),
                }
            }
        }
        for (commit, _, path) in result_files(repository)? {
            if let Ok(line) = fs::read_to_string(&path) {
                ledger.add_line(commit, line.trim_end(), &path.display().to_string());
            }
        }
        for records in ledger.records.values_mut() {
            records.sort_by(|a, b| a.attempt.cmp(&b.attempt).then_with(|| a.start.cmp(&b.start)));
            records.dedup();
            settle_doubles(records);
        }
        ledger.lay_over(extractions);
        Ok(ledger)
    }

    /// Lays metrics that were read later over their attempts, the newest last.
    fn lay_over(&mut self, mut extractions: Vec<(CommitId, Extraction)>) {
        extractions
            .sort_by(|(_, a), (_, b)| a.extracted.cmp(&b.extracted).then_with(|| a.definition.cmp(&b.definition)));
        for (commit, extraction) in extractions {
            let mut records = self.records.get_mut(&commit).into_iter().flatten();
            match records.find(|record| extraction.is_of(record)) {
                Some(record) => extraction.apply(record),
                None => {
                    let what =
                        format!("metrics extracted of attempt {}, of which nothing is known", extraction.attempt);
                    self.damage.push(Damage { commit, what });
                }
            }
        }
    }

    fn add_line(&mut self, commit: CommitId, line: &str, place: &str) {
        match Record::from_line(line) {
            Ok(record) => self.records.entry(commit).or_default().push(record),
            Err(error) => {
                let shown: String = line.chars().take(60).collect();
                self.damage.push(Damage { commit, what: format!("{error:#}: {place} says `{shown}`") });
            }
        }
    }

    /// The records of one commit, attempts in order.
    pub fn of(&self, commit: CommitId) -> &[Record] {
        self.records.get(&commit).map_or(&[], Vec::as_slice)
    }
}

/// Leaves one record of an attempt that was judged by others: its own if it has one, else the first judgement.
fn settle_doubles(records: &mut Vec<Record>) {
    if records.iter().all(|record| record.told_by.is_none()) {
        return;
    }
    let mut known: HashSet<u64> = records.iter().filter(|r| r.told_by.is_none()).map(|r| r.attempt).collect();
    records.retain(|record| record.told_by.is_none() || known.insert(record.attempt));
}

/// True if an attempt has an outcome, in a note that is read afresh or in a result file.
///
/// # Errors
/// If the note cannot be read.
pub fn is_recorded(repository: &Repository, commit: CommitId, attempt: u64) -> Result<bool> {
    let state = repository.state_dir();
    if [RESULT_EXTENSION, JUDGED_EXTENSION].iter().any(|kind| result_path(&state, commit, attempt, kind).exists()) {
        return Ok(true);
    }
    Ok(noted(repository, commit)?.any(|record| record.attempt == attempt))
}

/// The outcome of an attempt, in a result file or in a note that is read afresh; its own before a judgement of others.
///
/// # Errors
/// If the note cannot be read.
pub fn find(repository: &Repository, commit: CommitId, attempt: u64) -> Result<Option<Record>> {
    let state = repository.state_dir();
    let files = [RESULT_EXTENSION, JUDGED_EXTENSION].map(|kind| result_path(&state, commit, attempt, kind));
    let filed = files.iter().filter_map(|path| Record::from_line(fs::read_to_string(path).ok()?.trim_end()).ok());
    let mut found: Vec<Record> = filed.chain(noted(repository, commit)?).filter(|r| r.attempt == attempt).collect();
    found.sort_by_key(|record| record.told_by.is_some());
    Ok(found.into_iter().next())
}

fn noted(repository: &Repository, commit: CommitId) -> Result<impl Iterator<Item = Record>> {
    let note = repository.read_note(names::NOTES_REF, commit)?.unwrap_or_default();
    let lines: Vec<String> = String::from_utf8_lossy(&note).lines().map(str::to_owned).collect();
    Ok(lines.into_iter().filter_map(|line| Record::from_line(&line).ok()))
}

fn result_path(state: &Path, commit: CommitId, attempt: u64, extension: &str) -> PathBuf {
    spread(&state.join(names::RESULTS_DIR), commit, attempt, extension)
}

fn result_files(repository: &Repository) -> Result<Vec<(CommitId, u64, PathBuf)>> {
    let folder = repository.state_dir().join(names::RESULTS_DIR);
    let mut files = list_spread(&folder, RESULT_EXTENSION)?;
    files.extend(list_spread(&folder, JUDGED_EXTENSION)?);
    Ok(files)
}

/// Leaves the outcome of an attempt for the next command to fold in; false if there is one already.
///
/// The file appears whole and synced, or not at all.
///
/// # Errors
/// If it cannot be written.
pub fn leave_result(state: &Path, commit: CommitId, record: &Record) -> Result<bool> {
    let extension = if record.told_by.is_some() { JUDGED_EXTENSION } else { RESULT_EXTENSION };
    let path = result_path(state, commit, record.attempt, extension);
    let folder = path.parent().ok_or_else(|| anyhow!("a result without a folder"))?;
    let write = || -> Result<bool> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".tmp").tempfile_in(folder)?;
        file.write_all(record.to_line()?.as_bytes())?;
        file.write_all(b"\n")?;
        // A judgement that a crash takes away is made again.
        let is_own = record.told_by.is_none();
        if is_own {
            file.as_file().sync_all()?;
        }
        match file.persist_noclobber(&path) {
            Ok(_) => {}
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        if is_own {
            File::open(folder)?.sync_all()?;
        }
        Ok(true)
    };
    write().hint(
        format!("cannot keep the outcome of {} in {}", commit.short(), path.display()),
        "is the disk full? The point stays to be run",
    )
}

/// Folds all result files into notes and returns how many there were. Locks that killed gitsweeps left are removed first.
///
/// # Errors
/// If the notes cannot be written. Then the files are still there.
pub fn fold(repository: &Repository) -> Result<usize> {
    repository.heal_refs();
    let waiting = result_files(repository)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let _lock = lock(&repository.state_dir());
    let mut lines = BTreeMap::<CommitId, Vec<String>>::new();
    let mut folded = Vec::new();
    let mut files = result_files(repository)?;
    files.sort();
    for (commit, attempt, path) in files {
        let Ok(line) = fs::read_to_string(&path) else { continue };
        if Record::from_line(line.trim_end()).is_ok() {
            lines.entry(commit).or_default().push(line.trim_end().to_owned());
            folded.push((commit, attempt, path));
        }
    }
    if folded.is_empty() {
        return Ok(0);
    }
    let identity = identity(repository);
    let outcomes = if folded.len() == 1 { "outcome" } else { "outcomes" };
    let lines: Vec<(CommitId, Vec<String>)> = lines.into_iter().collect();
    repository
        .add_to_notes(names::NOTES_REF, &lines, &identity, &format!("gitsweep: {} {outcomes}", folded.len()))
        .context("cannot write the outcomes into notes; they are kept and folded in by the next command")?;
    let claims = Claims::new(&repository.state_dir());
    for (commit, attempt, path) in &folded {
        let _ = fs::remove_file(path);
        claims.release(*commit, *attempt);
    }
    Ok(folded.len())
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
    while file.try_lock().is_err() {
        if start.elapsed() > LOCK_PATIENCE {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Some(file)
}
