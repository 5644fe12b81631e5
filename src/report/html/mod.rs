//! One page of HTML that shows everything: it opens from disk, asks nobody for anything, and can be mailed.
//!
//! The page is a head that can be read without scripts, the table as typed columns, what the runs left as far as there is
//! room for it, a charting library (`vendor/`) and a script of ours (`app/`). Its content security policy allows these two scripts,
//! by their hashes, one style sheet and images that are part of the page: nothing else can run or be fetched, whatever the user's data say.

mod columns;
mod decimate;
mod escape;
mod head;
mod importance;
mod keeping;
mod kept;
mod leftovers;
mod logs;
mod page;
mod pictures;
mod plain;
mod traces;

use crate::record::Record;
use crate::spec::Direction;
use crate::table::Table;

pub(in crate::report) use escape::escape;
pub use leftovers::{Leftovers, Picture, Trace};
pub use page::{Page, is_ours, write};

/// What is told about one sweep.
#[derive(Clone, Debug)]
pub struct SweepFacts {
    /// The branch, as the table's column `sweep` has it.
    pub branch: String,
    /// The commit that it starts from.
    pub base: String,
    /// The subject of that commit's message.
    pub base_subject: String,
    /// When its branch was made, in words.
    pub made: String,
    /// What proposed its points.
    pub strategy: String,
    /// What is optimised.
    pub objective: Option<(String, Direction)>,
    /// The command, with `{name}` of parameters in it.
    pub command: Option<String>,
    /// The parameters.
    pub parameters: Vec<ParameterFacts>,
}

/// What is told about one parameter.
#[derive(Clone, Debug)]
pub struct ParameterFacts {
    /// Its name.
    pub name: String,
    /// Its values as they were defined, where that is known.
    pub domain: String,
    /// Where it is written.
    pub places: Vec<String>,
    /// True if it only counts the repeats of a point.
    pub repeats: bool,
    /// Variables of the environment by which it reaches the program, if no committed line holds it.
    pub variables: Vec<String>,
}

/// All that is told but what the runs left.
#[derive(Debug)]
pub struct Content {
    /// The sweeps, one at least.
    pub sweeps: Vec<SweepFacts>,
    /// A row for each point, with every column.
    pub table: Table,
    /// The attempts of the rows that had several.
    pub attempts: Vec<(usize, Vec<Record>)>,
    /// What the sweeps' base commits differ by, a sentence each.
    pub differences: Vec<String>,
    /// What could not be read, a sentence each.
    pub unreadable: Vec<String>,
    /// When the page is made.
    pub now: String,
}
