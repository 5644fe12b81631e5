//! The ledger: outcomes as they stand in the notes, and the result files that are still to be folded in.
//!
//! A run that ends writes a result file and nothing else. Whatever command comes next folds the files into notes, in one
//! batch, and removes them once the ref has moved. Folding the same file twice changes nothing, so a kill in between is
//! harmless, and so are two commands that fold at once.

mod attempts;
mod book;
mod damage;
mod entry;
mod files;
mod packed;
mod pieces;
mod rows;
mod shard;
mod summary;

use std::collections::HashMap;
use std::fs;

use anyhow::Result;

use crate::git::{CommitId, Repository};
use crate::record::Record;
use attempts::{in_order, is_same_attempt};
use book::Book;
use entry::Place;
use packed::Part;

pub use damage::Damage;
pub use entry::Entry;
pub(crate) use files::read_result;
pub use files::{add_extractions, any, find, fold, is_recorded, leave_result, leave_result_for_now, result_path, tidy};
pub use summary::Summary;

/// Everything that is known about the points of a repository.
#[derive(Debug, Default)]
pub struct Ledger {
    /// What could not be read.
    pub damage: Vec<Damage>,
    /// The notes.
    book: Book,
    /// All records of the commits that have result files.
    fresh: HashMap<CommitId, Vec<Record>>,
}

impl Ledger {
    /// Reads all notes, and the result files that are not in a note yet.
    ///
    /// # Errors
    /// If the notes cannot be read at all; a damaged line is no error but [`Damage`].
    pub fn read(repository: &Repository) -> Result<Self> {
        // The files first: what is folded in meanwhile is then known twice, and not never.
        let mut filed = HashMap::<CommitId, Vec<Record>>::new();
        let mut damage = Vec::new();
        for (commit, _, path) in files::list(repository)? {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let line = text.trim_end();
            match Record::from_line(line) {
                Ok(record) => filed.entry(commit).or_default().push(record),
                Err(error) => damage.push(Damage::of_line(commit, line, &path.display().to_string(), &error)),
            }
        }
        let book = Book::read(repository)?;
        for (commit, records) in &mut filed {
            let noted = book.find(*commit).map_or_else(Vec::new, |noted| noted.unpack(Part::All));
            // Folded in meanwhile: the note may have more of it, metrics that were read later.
            records
                .retain(|filed| !noted.iter().any(|record| !record.late.is_empty() && is_same_attempt(record, filed)));
            records.splice(..0, noted);
            in_order(records);
        }
        damage.splice(..0, book.damage().iter().cloned());
        Ok(Self { damage, book, fresh: filed })
    }

    /// What is known of one commit, looked up once for all that is asked of it.
    pub fn find(&self, commit: CommitId) -> Entry<'_> {
        Entry(match self.fresh.get(&commit) {
            Some(records) => Place::Files(records),
            None => self.book.find(commit).map_or(Place::Nowhere, Place::Note),
        })
    }

    /// The records of one commit, attempts in order.
    pub fn of(&self, commit: CommitId) -> &[Record] {
        self.find(commit).records()
    }

    /// What is known of one commit, in short, and without its records being read.
    pub fn summary(&self, commit: CommitId) -> Summary {
        self.find(commit).summary()
    }

    /// The commit that the notes were read at.
    pub fn tip(&self) -> Option<CommitId> {
        self.book.tip()
    }

    /// True if all of it stands in notes, and all of that could be read.
    pub fn is_settled(&self) -> bool {
        self.fresh.is_empty() && self.damage.is_empty()
    }

    /// Every commit with a record, by id.
    pub fn iter(&self) -> impl Iterator<Item = (CommitId, &[Record])> {
        let mut commits: Vec<CommitId> = self.book.commits().chain(self.fresh.keys().copied()).collect();
        commits.sort_unstable();
        commits.dedup();
        commits.into_iter().map(|commit| (commit, self.of(commit))).filter(|(_, records)| !records.is_empty())
    }
}
