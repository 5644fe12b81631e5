//! How much each parameter matters for a metric.
//!
//! A full grid is taken apart exactly, by analysis of variance; anything else is looked at by PED-ANOVA, which asks in which
//! parameters the best points differ from all (Watanabe, Bansal and Hutter, IJCAI 2023). Where a parameter applies to a part
//! of the points only, it is weighed by how often it does (Baba, Ozaki and Watanabe, KDD 2026).

use std::collections::HashSet;

use anyhow::Result;

use super::group::count;
use super::levels::finite;
use super::{Cell, Column, Levels, Role, Table};
use crate::hint;
use crate::spec::Direction;
use crate::stats::{Anova, Axis, Effect, Summary, anova, top};

/// The part of the values that count as the best, unless there are then fewer than [`FEWEST_BEST`].
const BEST: f64 = 0.1;
const FEWEST_BEST: f64 = 5.0;
/// With fewer values than these a divergence says little.
const FEWEST: usize = 30;
/// Numbers with more values than these are taken for continuous.
const MOST_STEPS: usize = 50;

/// What was found out, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Importances {
    /// The metric's column.
    pub metric: usize,
    /// The values that it was found out from.
    pub n: usize,
    /// What was done with them.
    pub method: Method,
    /// Each parameter, and each pair of them where that can be told; what matters most first.
    pub terms: Vec<Term>,
    /// What to be careful about, a sentence each.
    pub cautions: Vec<String>,
}

/// A way to find out what matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Sums of squares of a full grid: parts of the variation.
    Anova,
    /// Densities among the best and among all: parts of the sum of divergences.
    PedAnova {
        /// How many values count as the best.
        best: usize,
    },
}

/// What one parameter, or several together, account for.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The columns of the parameters; none for what is between repeats.
    pub parameters: Vec<usize>,
    /// Which part of all, from 0 to 1.
    pub part: f64,
    /// The sum of squares, or the divergence.
    pub amount: f64,
    /// The degrees of freedom, where that is known.
    pub df: Option<usize>,
    /// What it is, in a table: `g_e`, `g_e:g_i`, `three and more`, `repeats`.
    pub name: String,
}

impl Table {
    /// How much each parameter matters for the metric in that column. Rows that are not `ok` or have no finite number there
    /// do not count; parameters that follow from others or count repeats are not asked about.
    ///
    /// # Errors
    /// If no parameter varies, or there are fewer than three values.
    pub fn importance(&self, metric: usize) -> Result<Importances> {
        let parameters = self.varied();
        if parameters.is_empty() {
            return Err(hint::error(
                "no parameter varies: there is nothing to compare",
                "make a sweep with several values",
            ));
        }
        let levels: Vec<Levels> = parameters.iter().map(|&parameter| self.levels(parameter)).collect();
        let rows: Vec<usize> =
            (0..self.len()).filter(|&row| self.is_ok(row) && finite(self.cell(row, metric)).is_some()).collect();
        let values: Vec<f64> = rows.iter().filter_map(|&row| finite(self.cell(row, metric))).collect();
        if values.len() < 3 {
            let message =
                format!("{} finite values of {} are too few to tell what matters", values.len(), self.labels[metric]);
            return Err(hint::error(message, format!("run more points: {}", self.command("queue"))));
        }
        let at: Vec<Vec<usize>> =
            rows.iter().map(|&row| levels.iter().map(|levels| levels.of_row[row]).collect()).collect();
        let mut importances = match self.grid(&parameters, &levels, &at, &values) {
            Ok((anova, mut cautions)) => {
                let term = |effect: &Effect, name: String| Term {
                    parameters: effect.factors.iter().map(|&factor| parameters[factor]).collect(),
                    part: effect.part,
                    amount: effect.sum,
                    df: Some(effect.df),
                    name,
                };
                let name = |effect: &Effect| {
                    effect.factors.iter().map(|&factor| &*self.labels[parameters[factor]]).collect::<Vec<_>>().join(":")
                };
                let mut terms: Vec<Term> = anova.effects.iter().map(|effect| term(effect, name(effect))).collect();
                if anova.higher.df > 0 {
                    terms.push(term(&anova.higher, "three and more".to_owned()));
                }
                if anova.within.df > 0 {
                    terms.push(term(&anova.within, "repeats".to_owned()));
                } else {
                    let lack =
                        if cautions.is_empty() { "no repeats" } else { "repeats that are unequal are not told apart" };
                    cautions.push(format!(
                        "{lack}: what chance does is part of {}",
                        if parameters.len() > 1 { "the effects of pairs and more" } else { "the effect" }
                    ));
                }
                if terms.iter().all(|term| term.part == 0.0) {
                    cautions.push(format!("{} is the same everywhere", self.labels[metric]));
                }
                terms.sort_by(|a, b| b.part.total_cmp(&a.part));
                Importances { metric, n: values.len(), method: Method::Anova, terms, cautions }
            }
            Err(why) => self.by_densities(metric, &parameters, &levels, &rows, &values, &why),
        };
        importances.cautions.extend(self.caution_of_sweeps(&parameters, &rows));
        Ok(importances)
    }

    /// What is to be said where the rows are of several sweeps: that they were taken for one, and which parameters some lack.
    fn caution_of_sweeps(&self, parameters: &[usize], rows: &[usize]) -> Option<String> {
        let sweeps = self.levels(self.column_of(Role::Sweep)?);
        let met: HashSet<usize> = rows.iter().map(|&row| sweeps.of_row[row]).collect();
        if met.len() < 2 {
            return None;
        }
        let is_partial = |&&parameter: &&usize| {
            let has = rows.iter().filter(|&&row| !self.cell(row, parameter).is_missing());
            has.map(|&row| sweeps.of_row[row]).collect::<HashSet<_>>().len() < met.len()
        };
        let partial: Vec<&str> = parameters.iter().filter(is_partial).map(|&it| &*self.labels[it]).collect();
        let lack = match partial.as_slice() {
            [] => String::new(),
            [one] => format!("; {one} is not in all of them, and is told by the points that have it"),
            several => {
                format!("; {} are not in all of them, and are told by the points that have them", several.join(", "))
            }
        };
        Some(format!("{} sweeps are taken for one, whatever else they differ by, as in code{lack}", met.len()))
    }

    /// The analysis of a full grid, or why it is none.
    fn grid(
        &self,
        parameters: &[usize],
        levels: &[Levels],
        at: &[Vec<usize>],
        values: &[f64],
    ) -> Result<(Anova, Vec<String>), String> {
        let cells = levels.iter().try_fold(1_usize, |product, levels| product.checked_mul(levels.cells.len()));
        let mut met = std::collections::BTreeMap::<&[usize], Vec<f64>>::new();
        for (cell, value) in at.iter().zip(values) {
            met.entry(cell).or_default().push(*value);
        }
        let all: HashSet<Vec<usize>> =
            (0..self.len()).map(|row| levels.iter().map(|levels| levels.of_row[row]).collect()).collect();
        if cells != Some(all.len()) {
            return Err("not a full grid".to_owned());
        }
        if met.len() < all.len() {
            let missing = all.len() - met.len();
            let have = if missing == 1 { "has" } else { "have" };
            return Err(format!("{missing} of the {} points of the grid {have} no value", all.len()));
        }
        debug_assert_eq!(parameters.len(), levels.len());
        if let Some(anova) = anova(at, values) {
            return Ok((anova, Vec::new()));
        }
        // Each point counts once, however often it was run.
        let cells: Vec<Vec<usize>> = met.keys().map(|cell| cell.to_vec()).collect();
        let means: Vec<f64> =
            met.values().filter_map(|values| Summary::of(values.iter().copied())).map(|summary| summary.mean).collect();
        let anova = anova(&cells, &means).ok_or_else(|| "not a full grid".to_owned())?;
        Ok((anova, vec!["points were repeated unequally often: of means".to_owned()]))
    }

    fn by_densities(
        &self,
        metric: usize,
        parameters: &[usize],
        levels: &[Levels],
        rows: &[usize],
        values: &[f64],
        why: &str,
    ) -> Importances {
        let largest = self
            .objective
            .as_ref()
            .is_some_and(|(_, direction)| self.is_objective(metric) && *direction == Direction::Maximize);
        let losses: Vec<f64> = values.iter().map(|value| if largest { -value } else { *value }).collect();
        let n = values.len();
        let best = top(&losses, BEST.max(FEWEST_BEST / n as f64).min(0.5));
        let mut terms: Vec<Term> = parameters
            .iter()
            .zip(levels)
            .map(|(&parameter, levels)| Term {
                parameters: vec![parameter],
                part: 0.0,
                amount: self.divergence(parameter, levels, rows, &best),
                df: None,
                name: self.labels[parameter].clone(),
            })
            .collect();
        let sum: f64 = terms.iter().map(|term| term.amount).sum();
        for term in &mut terms {
            term.part = if sum > 0.0 { term.amount / sum } else { 0.0 };
        }
        terms.sort_by(|a, b| b.part.total_cmp(&a.part));
        let mut cautions = vec![format!(
            "{why}: told by where the best lie; for exact effects, pairs too, choose a full grid by --where"
        )];
        if n < FEWEST || best.len() < FEWEST_BEST as usize {
            cautions.push(format!("{n} values are few: take it as a hint"));
        }
        if best.len() == n {
            cautions.push("all values are equally good".to_owned());
        }
        Importances { metric, n, method: Method::PedAnova { best: best.len() }, terms, cautions }
    }

    /// The divergence of one parameter, over the rows that have it.
    fn divergence(&self, parameter: usize, levels: &Levels, rows: &[usize], best: &[usize]) -> f64 {
        let factor = self.factor(parameter);
        let has = |row: usize| !self.cell(row, parameter).is_missing();
        let known: Vec<Cell> = levels.cells.iter().filter(|cell| !cell.is_missing()).cloned().collect();
        let is_numeric = !factor.is_category && known.iter().all(|cell| finite(cell).is_some());
        let scale = |number: f64| if factor.is_log && number > 0.0 { number.ln() } else { number };
        let is_continuous = is_numeric && (factor.is_continuous || known.len() > MOST_STEPS);
        let coordinate = |row: usize| {
            if is_continuous {
                scale(finite(self.cell(row, parameter)).unwrap_or(0.0))
            } else {
                levels.of_row[row] as f64
            }
        };
        let axis = if is_continuous {
            let numbers = || rows.iter().filter(|&&row| has(row)).map(|&row| coordinate(row));
            let bounds = factor.bounds.map(|(low, high)| (scale(low), scale(high)));
            let (low, high) = bounds.unwrap_or_else(|| {
                (numbers().fold(f64::INFINITY, f64::min), numbers().fold(f64::NEG_INFINITY, f64::max))
            });
            Axis::Continuous { low, high }
        } else {
            Axis::Steps { count: known.len(), is_ordered: is_numeric }
        };
        let is_best: HashSet<usize> = best.iter().copied().collect();
        let with: Vec<usize> = (0..rows.len()).filter(|&place| has(rows[place])).collect();
        let coordinates: Vec<f64> = with.iter().map(|&place| coordinate(rows[place])).collect();
        let best_with: Vec<usize> = (0..with.len()).filter(|&place| is_best.contains(&with[place])).collect();
        let [among_best, among_all] =
            [best_with.len() as f64 / best.len().max(1) as f64, with.len() as f64 / rows.len().max(1) as f64];
        if among_all == 0.0 {
            return 0.0;
        }
        among_best.powi(2) / among_all * axis.importance(&coordinates, &best_with).divergence
    }
}

impl Importances {
    /// A table of them: the effect, its part, and what it is a part of.
    ///
    /// # Errors
    /// Never in practice: its columns can be told apart.
    pub fn table(&self, of: &Table) -> Result<Table> {
        let statistic = |name: &str| Column::new(name, Role::Statistic);
        let mut columns = vec![statistic("effect"), statistic("part")];
        let is_grid = self.method == Method::Anova;
        if is_grid {
            columns.extend([statistic("df"), Column::new("sum_of_squares", Role::Detail)]);
        } else {
            columns.push(Column::new("divergence", Role::Detail));
        }
        let rows = self.terms.iter().map(|term| {
            let mut row = vec![Cell::text(Some(&term.name)), Cell::Number(term.part)];
            if is_grid {
                row.push(term.df.map_or(Cell::Missing, count));
            }
            row.push(Cell::Number(term.amount));
            row
        });
        let mut table = Table::new(columns, rows.collect())?.with_noun("effect");
        let metric = of.label(self.metric);
        table.note(match self.method {
            Method::Anova => format!("parts of the variation of {metric} (analysis of variance, n = {})", self.n),
            Method::PedAnova { best } => {
                format!("what sets the best {best} of {} values of {metric} apart (PED-ANOVA)", self.n)
            }
        });
        self.cautions.iter().for_each(|caution| table.note(caution));
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Factor, Origin, testing};

    fn table(rows: &[&str]) -> Table {
        let columns = [
            ("a", Role::Parameter),
            ("b", Role::Parameter),
            ("seed", Role::Parameter),
            ("score", Role::Metric),
            ("status", Role::Status),
        ];
        let seed = Factor { origin: Origin::Repeat, ..Factor::default() };
        testing::table(columns, rows).with_factor("seed", seed).with_objective("score", Direction::Minimize)
    }

    fn parts(importances: &Importances) -> Vec<(&str, f64)> {
        importances.terms.iter().map(|term| (&*term.name, (term.part * 1e6).round() / 1e6)).collect()
    }

    #[test]
    fn several_sweeps_are_said_to_be_taken_for_one_and_what_some_lack_is_named() {
        let columns = [
            ("sweep", Role::Sweep),
            ("a", Role::Parameter),
            ("b", Role::Parameter),
            ("score", Role::Metric),
            ("status", Role::Status),
        ];
        let rows = ["A 1 x 1 ok", "A 2 x 2 ok", "A 1 y 3 ok", "B 1 - 4 ok", "B 2 - 5 ok", "C 3 - - failed"];
        let found = testing::table(columns, &rows).importance(3).unwrap();
        let said = "2 sweeps are taken for one, whatever else they differ by, as in code; b is not in all of them, and is told \
                    by the points that have it";
        assert_eq!(found.cautions.last().unwrap(), said);
        let found = testing::table(columns, &rows[..3]).importance(3).unwrap();
        assert!(found.cautions.iter().all(|caution| !caution.contains("sweeps")), "{:?}", found.cautions);
    }

    #[test]
    fn a_full_grid_is_taken_apart_and_seeds_are_repeats() {
        let rows = [
            "1 x 1 1 ok",
            "1 x 2 3 ok",
            "2 x 1 5 ok",
            "2 x 2 7 ok",
            "1 y 1 1 ok",
            "1 y 2 3 ok",
            "2 y 1 5 ok",
            "2 y 2 7 ok",
        ];
        let found = table(&rows).importance(3).unwrap();
        assert_eq!((found.method, found.n), (Method::Anova, 8));
        assert_eq!(parts(&found), [("a", 0.8), ("repeats", 0.2), ("b", 0.0), ("a:b", 0.0)]);
        assert_eq!(found.cautions, Vec::<String>::new());
        // Repeated unequally often, each point counts once.
        let found = table(&rows[1..]).importance(3).unwrap();
        assert_eq!(
            (found.method, found.cautions[0].as_str()),
            (Method::Anova, "points were repeated unequally often: of means")
        );
    }

    #[test]
    fn what_is_no_full_grid_is_told_by_the_best() {
        let rows = ["1 x 1 1 ok", "2 x 1 5 ok", "3 x 1 9 ok", "1 y 1 2 ok", "2 y 1 6 ok", "3 y 1 - failed"];
        let found = table(&rows).importance(3).unwrap();
        assert_eq!((found.method, found.n), (Method::PedAnova { best: 3 }, 5));
        assert_eq!(found.terms[0].name, "a");
        assert_eq!(
            found.cautions[0],
            "1 of the 6 points of the grid has no value: told by where the best lie; for exact effects, pairs too, choose a full grid by --where"
        );
        assert_eq!(found.cautions[1], "5 values are few: take it as a hint");
    }

    #[test]
    fn too_little_is_said() {
        let error = table(&["1 x 1 1 ok", "1 x 1 2 ok", "1 x 1 3 ok"]).importance(3).unwrap_err();
        assert!(error.to_string().starts_with("no parameter varies"));
        let error = table(&["1 x 1 1 ok", "2 x 1 2 ok"]).importance(3).unwrap_err();
        assert_eq!(error.to_string(), "2 finite values of score are too few to tell what matters");
    }
}
