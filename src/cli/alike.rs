//! Results that are all the same, although the points are not: a sign that the program does not read what varies.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::ui::{Ui, visible};
use gitsweep::command::quote;
use gitsweep::record::{Gravity, Metric, Record};
use gitsweep::sweep::Sweep;
use gitsweep::trial::Trial;

/// So many results are the same by chance often enough.
const FEW: usize = 3;
/// So many metrics are named.
const MOST: usize = 3;

/// What all runs so far have reported, if it is the same, and of which points.
#[derive(Default)]
pub struct Alike {
    reported: IndexMap<String, Metric>,
    points: BTreeSet<u64>,
    is_over: bool,
}

impl Alike {
    /// Takes note of a run that has ended; of what it reports the objective alone counts, if there is one.
    pub fn remember(&mut self, trial: &Trial, record: &Record, objective: Option<&str>) {
        if self.is_over || record.status.gravity() != Gravity::Good {
            return;
        }
        let counts = |name: &str| objective.is_none_or(|objective| objective == name);
        let reported = record.metrics.iter().filter(|(name, _)| counts(name));
        if self.points.is_empty() {
            self.reported = reported.map(|(name, metric)| (name.clone(), metric.clone())).collect();
            self.is_over = self.reported.is_empty();
        } else {
            let is_known = |(name, metric): (&String, &Metric)| self.reported.get(name) == Some(metric);
            self.is_over = reported.clone().count() != self.reported.len() || !reported.into_iter().all(is_known);
        }
        self.points.insert(trial.label.index);
    }

    /// Says so, if the points are enough to wonder.
    pub fn tell(&self, ui: &Ui, sweep: &Sweep) {
        if self.is_over || self.points.len() <= FEW {
            return;
        }
        let named = self.reported.iter().take(MOST).map(|(name, metric)| format!("{name}={metric}"));
        let mut values = named.collect::<Vec<_>>().join(", ");
        if self.reported.len() > MOST {
            values.push_str(", ...");
        }
        let (count, values) = (self.points.len(), visible(&values));
        ui.note(&format!(
            "the results of all {count} points are the same, {values}: does the program read what varies?"
        ));
        let two: Vec<String> =
            self.points.iter().take(2).map(|index| quote(&format!("{}:{index}", sweep.branch))).collect();
        ui.hint(&format!("gitsweep diff {} shows what tells two of them apart", two.join(" ")));
    }
}
