//! Results that are all the same, although the points are not: a sign that the program does not read what varies.

use std::collections::{BTreeSet, HashMap};

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
/// Of so many settings it is remembered what they have reported.
const MOST_SETTINGS: usize = 1000;

/// What all runs so far have reported, if it is the same, and of which points.
#[derive(Default)]
pub struct Alike {
    reported: IndexMap<String, Metric>,
    points: BTreeSet<u64>,
    is_over: bool,
    repeats: Repeats,
}

/// Whether the repeats of a setting have all reported the same.
#[derive(Default)]
struct Repeats {
    /// A point of each setting, and what it has reported.
    firsts: HashMap<String, (u64, String)>,
    /// Two repeats of one setting.
    pair: Option<(u64, u64)>,
    /// How many points were compared with the first of their setting.
    compared: usize,
    is_over: bool,
}

impl Repeats {
    fn remember<'a>(&mut self, trial: &Trial, repeat: &str, reported: impl Iterator<Item = (&'a String, &'a Metric)>) {
        if self.is_over {
            return;
        }
        let values = trial.label.point.iter().filter(|(name, _)| name.as_str() != repeat);
        let setting: String = values.map(|(name, value)| format!("{name}={} ", value.to_trailer())).collect();
        let reported: String = reported.map(|(name, metric)| format!("{name}={metric} ")).collect();
        let index = trial.label.index;
        match self.firsts.get(&setting) {
            None if self.firsts.len() < MOST_SETTINGS => drop(self.firsts.insert(setting, (index, reported))),
            Some((first, known)) if *first != index => {
                self.is_over = *known != reported || reported.is_empty();
                self.pair.get_or_insert((*first, index));
                self.compared += 1;
                if self.is_over {
                    self.firsts = HashMap::new();
                }
            }
            _ => {}
        }
    }
}

impl Alike {
    /// Takes note of a run that has ended; of what it reports the objective alone counts, if there is one.
    pub fn remember(&mut self, trial: &Trial, record: &Record, objective: Option<&str>, repeat: Option<&str>) {
        if record.status.gravity() != Gravity::Good {
            return;
        }
        let counts = |name: &str| objective.is_none_or(|objective| objective == name);
        let reported = record.metrics.iter().filter(|(name, _)| counts(name));
        if let Some(repeat) = repeat {
            self.repeats.remember(trial, repeat, reported.clone());
        }
        if self.is_over {
            return;
        }
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
            self.tell_of_repeats(ui, sweep);
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

    /// Says so where repeats of the settings do not differ.
    fn tell_of_repeats(&self, ui: &Ui, sweep: &Sweep) {
        let Repeats { pair: Some((first, second)), compared, is_over: false, .. } = &self.repeats else { return };
        let Some(repeat) = sweep.plan.repeat().filter(|_| *compared >= FEW) else { return };
        let name = &repeat.name;
        ui.note(&format!(
            "the repeats of each setting, {first} and {second} for one, have reported the same: does the program read {name}?"
        ));
        let variable = sweep.plan.variable(name);
        if repeat.is_outside() {
            ui.hint(&format!(
                "it finds {name} as {{{name}}} in the command or as ${variable}; file = \"FILE\" under [params.{name}] has the line \
                 written that gives {name} its value"
            ));
        }
    }
}
