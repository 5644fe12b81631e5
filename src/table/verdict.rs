//! Why a setting was chosen, in words.

use super::Table;
use super::sentence::{short, with_spread};
use crate::stats::Summary;

/// One setting: rows that differ in nothing but their repeats.
pub(super) struct Setting {
    pub(super) rows: Vec<usize>,
    pub(super) summary: Summary,
}

/// What was found about settings.
pub(super) struct Verdict<'a> {
    pub(super) chosen: &'a Setting,
    pub(super) best: &'a Setting,
    /// The standard error of the best, if it can be told.
    pub(super) error: Option<f64>,
    /// Up to here, or down to here, nothing is distinguishably worse.
    pub(super) limit: f64,
    /// How many settings are within the limit.
    pub(super) close: usize,
    /// How many settings there are.
    pub(super) all: usize,
    /// A parameter that seems to tell repeats apart, and was not said to.
    pub(super) unsaid: Option<&'a str>,
}

impl Verdict<'_> {
    /// A sentence for each step of the choice, by what is called simple.
    pub(super) fn reasons<S: AsRef<str>>(&self, table: &Table, metric: &str, prefer: &[S]) -> Vec<String> {
        let points = |setting: &Setting| table.points(&setting.rows);
        let told = |setting: &Setting| {
            let Summary { mean, n, .. } = setting.summary;
            let value = setting.summary.se().map_or_else(|| short(mean), |se| with_spread(mean, se));
            format!("{}: {metric} {value} (n = {n})", points(setting))
        };
        let mut reasons = Vec::new();
        match self.error {
            None => {
                reasons.push(format!("chosen, because it has the best {metric}: {}", told(self.best)));
                let queue = table.command("queue");
                let way_out = match self.unsaid {
                    Some(name) => {
                        format!("if {name} tells repeats apart: --over {name}; else repeat them: {queue} --repeat 4")
                    }
                    None => format!(
                        "repeat them: {queue} --repeat 4, or --repeats 5 when the sweep is made, or --over NAME if a parameter of \
                         yours tells repeats apart"
                    ),
                };
                reasons.push(format!(
                    "no point was repeated, so that nobody can tell which differences are more than chance; {way_out}"
                ));
            }
            Some(error) => {
                reasons.push(format!("the best is {}", told(self.best)));
                let side = if self.limit >= self.best.summary.mean { "up to" } else { "down to" };
                reasons.push(format!(
                    "its standard error is {}: nothing {side} {} is distinguishably worse, {} of {} settings",
                    short(error),
                    short(self.limit),
                    self.close,
                    self.all
                ));
                let is_best = std::ptr::eq(self.chosen, self.best);
                if prefer.is_empty() {
                    reasons.push(
                        "chosen: the best, since nobody said what is simple; say it: --prefer 'layers asc, width asc'"
                            .to_owned(),
                    );
                } else {
                    let by = prefer.iter().map(|typed| typed.as_ref().trim()).collect::<Vec<_>>().join(", ");
                    let which = if is_best { "which is the best itself".to_owned() } else { told(self.chosen) };
                    reasons.push(format!("chosen: the simplest of these by {by}, {which}"));
                }
                if self.best.summary.n < 3 {
                    reasons.push(format!(
                        "a standard error of {} is itself uncertain: repeat more",
                        if self.best.summary.n == 1 {
                            "1 value".to_owned()
                        } else {
                            format!("{} values", self.best.summary.n)
                        }
                    ));
                }
            }
        }
        reasons
    }
}
