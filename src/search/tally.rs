//! What became of the proposals.

use crate::expr::Expression;

/// How many proposals were gone through, and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Proposals gone through, those of later rounds included.
    pub tried: u64,
    /// Those that were there before in this search.
    pub repeated: u64,
    /// Those that were already laid.
    pub laid: u64,
    /// Those that each constraint excluded, by its place in the definition; a point counts for the first only.
    pub excluded: Vec<u64>,
    /// After how many proposals in a row that brought nothing new the search was given up, if it was.
    pub gave_up: Option<u64>,
}

impl Tally {
    /// The constraints that excluded something: `g_e > g_i` excluded 12, `g_e < 1` excluded 3.
    pub fn exclusions(&self, constraints: &[Expression]) -> String {
        let parts: Vec<String> = constraints
            .iter()
            .zip(&self.excluded)
            .filter(|&(_, &count)| count > 0)
            .map(|(constraint, count)| format!("`{constraint}` excluded {count}"))
            .collect();
        parts.join(", ")
    }
}
