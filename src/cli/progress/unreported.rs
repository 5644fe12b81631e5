//! What runs that were ok have not reported, which else nobody notices before the table is looked at.

use indexmap::IndexMap;

use crate::ui::{self, Ui};
use gitsweep::command::quote;
use gitsweep::hint::near_miss;
use gitsweep::lack::Lack;
use gitsweep::record::Record;

/// So many of them are named.
const MOST: usize = 3;

/// What was missing, with the number of runs that it was missing of.
#[derive(Default)]
pub struct Unreported {
    lacks: IndexMap<Lack, u64>,
    /// A metric that was reported in place of the objective.
    meant: Option<String>,
}

impl Unreported {
    /// Takes note of a run that has ended.
    pub fn remember(&mut self, record: &Record) {
        let Some(lack) = record.lack() else { return };
        if let (Lack::Objective(objective), None) = (&lack, &self.meant) {
            self.meant = near_miss(objective, record.metrics.keys().map(String::as_str)).map(str::to_owned);
        }
        *self.lacks.entry(lack).or_default() += 1;
    }

    /// Says what was missing, of how many runs, and the way out.
    pub fn tell(&self, ui: &Ui, branch: &str) {
        for (lack, count) in self.lacks.iter().take(MOST) {
            ui.note(&format!("{} ok, but {}", ui::count(*count, "run"), ui::visible(&lack.of_runs(*count))));
        }
        match self.lacks.len().saturating_sub(MOST) {
            0 => {}
            more => ui.note(&format!("and {}", ui::count(more as u64, "more reason"))),
        }
        if ui.quiet || !self.lacks.keys().any(Lack::is_of_a_number) {
            return;
        }
        let branch = quote(branch);
        match &self.meant {
            Some(meant) => {
                ui.hint(&format!("did you mean {meant}? gitsweep results {branch} --objective {}", quote(meant)));
            }
            None => ui.hint(&format!(
                "say under [metrics] in gitsweep.toml where the number stands; gitsweep extract {branch} then reads it from \
                 what the runs have left"
            )),
        }
    }
}
