//! What runs that were ok have not reported, which else nobody notices before the table is looked at.

use indexmap::IndexMap;

use crate::ui::{self, Ui};
use gitsweep::command::quote;
use gitsweep::hint::near_miss;
use gitsweep::record::{Record, Status};

/// So many reasons are named.
const MOST_REASONS: usize = 3;

/// Reasons with the number of runs that have them.
#[derive(Default)]
pub struct Unreported {
    reasons: IndexMap<String, u64>,
    /// A metric that was reported in place of the objective.
    meant: Option<String>,
}

impl Unreported {
    /// Takes note of a run that has ended.
    pub fn remember(&mut self, record: &Record, objective: Option<&str>) {
        let Some(reason) = record.reason.as_ref().filter(|_| record.status == Status::Ok) else { return };
        *self.reasons.entry(reason.clone()).or_default() += 1;
        let metrics = record.metrics.iter().map(|(name, _)| name.as_str());
        if let Some(objective) = objective.filter(|name| reason.ends_with(&format!(", {name}"))) {
            self.meant = self.meant.take().or_else(|| near_miss(objective, metrics).map(str::to_owned));
        }
    }

    /// Says what was missing, of how many runs, and the way out.
    pub fn tell(&self, ui: &Ui) {
        for (reason, count) in self.reasons.iter().take(MOST_REASONS) {
            ui.note(&format!("{} ok, but {}", ui::count(*count, "run"), ui::visible(reason)));
        }
        if self.reasons.len() > MOST_REASONS {
            ui.note(&format!("and {} more reasons", self.reasons.len() - MOST_REASONS));
        }
        let of_metrics = |reason: &String| reason.starts_with("metric ") || reason.starts_with("it did not report");
        if ui.quiet || !self.reasons.keys().any(of_metrics) {
            return;
        }
        match &self.meant {
            Some(meant) => ui.hint(&format!("did you mean {meant}? gitsweep results --objective {}", quote(meant))),
            None => ui.hint(
                "say under [metrics] in gitsweep.toml where the number stands; gitsweep extract then reads it from what \
                 the runs have left",
            ),
        }
    }
}
