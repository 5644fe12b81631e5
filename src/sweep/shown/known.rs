//! What was known of a sweep's results when a point of it was proposed.

use crate::ledger::Ledger;
use crate::record::{Gravity, Record};
use crate::trial::Trial;

/// The records that are results.
pub(in crate::sweep) fn good(records: &[Record]) -> impl Iterator<Item = &Record> {
    records.iter().filter(|record| record.status.gravity() == Gravity::Good)
}

/// When the results of a sweep came in, and how many of them its points say that they knew.
pub(in crate::sweep) struct Known {
    ends: Vec<i64>,
    /// Points that say more than all before them, by their numbers, with what they say.
    said: Vec<(u64, u64)>,
}

impl Known {
    pub(in crate::sweep) fn of(trials: &[Trial], ledger: &Ledger) -> Self {
        let mut ends = Vec::with_capacity(trials.len());
        let mut said = Vec::<(u64, u64)>::new();
        for trial in trials {
            let results = trial.label.origin.proposed_by.as_deref().and_then(results_in).unwrap_or(0);
            if results > said.last().map_or(0, |(_, most)| *most) {
                said.push((trial.label.index, results));
            }
            let entry = ledger.find(trial.commit);
            let summary = entry.summary();
            if summary.attempts > 1 {
                ends.extend(good(&entry.without_metrics()).filter_map(Record::ended));
            } else if summary.gravity() == Some(Gravity::Good) {
                ends.extend(summary.ended);
            }
        }
        ends.sort_unstable();
        Self { ends, said }
    }

    /// How many results were known when the point was proposed: what its commit says, else those that had come in before
    /// the second that it was made in, and no fewer than a point before it knew.
    pub(in crate::sweep) fn at(&self, trial: &Trial) -> u64 {
        trial.label.origin.proposed_by.as_deref().and_then(results_in).unwrap_or_else(|| {
            let before = self.said.partition_point(|(index, _)| *index < trial.label.index);
            let least = before.checked_sub(1).map_or(0, |last| self.said[last].1);
            least.max(self.ends.partition_point(|end| *end < trial.seconds) as u64)
        })
    }
}

/// The number in `gp matern52 ei mcmc, 17 results`.
fn results_in(proposed_by: &str) -> Option<u64> {
    let words: Vec<&str> = proposed_by.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let place = words.iter().position(|word| matches!(*word, "result" | "results"))?;
    words.get(place.checked_sub(1)?)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_says_how_many_results_it_knew() {
        for (said, known) in [
            ("gp matern52 ei mcmc, 17 results", Some(17)),
            ("gp ratquad ei map local, 57 results, 12 of run 2", Some(57)),
            ("evolution parent=1f2e3d, 1 result", Some(1)),
            ("sobol", None),
            ("sobol of run 2", None),
            ("results", None),
            ("with results", None),
        ] {
            assert_eq!(results_in(said), known, "{said}");
        }
    }
}
