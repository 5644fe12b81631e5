//! The simplest point that is not distinguishably worse than the best.
//!
//! The one-standard-error rule (Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984, section 3.4.3;
//! Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 7.10): of all whose mean is within one
//! standard error of the best mean, the simplest.

use std::cmp::Ordering;

use anyhow::Result;

use super::group::Grouping;
use super::order::{Key, Order};
use super::verdict::{Setting, Verdict};
use super::{Cell, Column, Origin, Role, Table};
use crate::hint;
use crate::stats::Summary;

/// What parameters are called that tell repeats apart.
const REPEATS: [&str; 4] = ["seed", "fold", "repeat", "replicate"];

/// What was chosen, among which, and why.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The rows of the chosen point.
    pub rows: Vec<usize>,
    /// What its objective amounts to.
    pub summary: Summary,
    /// Settings that are not distinguishably worse than the best, the chosen one first.
    pub table: Table,
    /// Why, in words.
    pub reasons: Vec<String>,
}

impl Table {
    /// Chooses by the objective. What is simple is said by `prefer`, the first first: `layers asc`, `width desc`. Points that
    /// differ in nothing but the repeats' counter and the parameters `over` are repeats of one setting.
    ///
    /// # Errors
    /// If there is no objective, no row that has it, or a name is that of no column.
    pub fn choose<S: AsRef<str>>(&self, prefer: &[S], over: &[S]) -> Result<Choice> {
        let (metric, order) = self.objective_column()?;
        let preferences = prefer.iter().map(|typed| self.preference(typed.as_ref())).collect::<Result<Vec<_>>>()?;
        let repeats: Vec<&str> = self
            .parameters()
            .filter(|&column| self.factor(column).origin == Origin::Repeat)
            .map(|column| self.label(column))
            .chain(over.iter().map(AsRef::as_ref))
            .collect();
        let by = self.all_but(&repeats)?;
        let settings = self.groups(&by).1.into_iter().filter_map(|group| {
            let summary = self.summary(metric, &group.rows)?;
            Some(Setting { rows: group.rows, summary })
        });
        let settings: Vec<Setting> = settings.collect();
        let better = |a: &Setting, b: &Setting| {
            let ordering = a.summary.mean.total_cmp(&b.summary.mean);
            if order == Order::Descending { ordering.reverse() } else { ordering }
        };
        let Some(best) = settings.iter().min_by(|a, b| better(a, b)) else {
            let message = format!("no point has a finite {}: there is nothing to choose from", self.labels[metric]);
            let [queue, status] = ["queue", "status"].map(|verb| self.command(verb));
            return Err(hint::error(message, format!("run them: {queue}; {status} tells why runs failed")));
        };
        let error = standard_error(best, &settings);
        let limit = best.summary.mean + error.unwrap_or(0.0) * if order == Order::Descending { -1.0 } else { 1.0 };
        // What is on the limit but for rounding is within it.
        let rounding = 1e-9 * error.unwrap_or(0.0);
        let is_close = |setting: &&Setting| match order {
            Order::Ascending => setting.summary.mean <= limit + rounding,
            Order::Descending => setting.summary.mean >= limit - rounding,
        };
        let mut close: Vec<&Setting> = settings.iter().filter(is_close).collect();
        close.sort_by(|a, b| {
            let preferred = preferences.iter().fold(Ordering::Equal, |so_far, &(column, order)| {
                so_far.then_with(|| {
                    Key::of(self.cell(a.rows[0], column)).compare(&Key::of(self.cell(b.rows[0], column)), order)
                })
            });
            preferred.then_with(|| better(a, b))
        });
        let chosen = close[0];
        let unsaid: Vec<usize> = by.iter().copied().filter(|&column| self.may_tell_repeats(column)).collect();
        let verdict = Verdict {
            chosen,
            best,
            error,
            limit,
            close: close.len(),
            all: settings.len(),
            unsaid: unsaid.first().map(|&column| self.label(column)),
        };
        let mut reasons = verdict.reasons(self, &self.labels[metric], prefer);
        let searched: Vec<usize> = by.iter().copied().filter(|column| !unsaid.contains(column)).collect();
        reasons.extend(self.edges(best.rows[0], &searched));
        let mut table = self.of_settings(&by, &close, best, metric)?;
        reasons.iter().for_each(|reason| table.note(reason));
        Ok(Choice { rows: chosen.rows.clone(), summary: chosen.summary, table, reasons })
    }

    /// True for a parameter that varies and has the name of what tells repeats apart: `seed`, `train.seed`, `fold`.
    pub fn may_tell_repeats(&self, column: usize) -> bool {
        let name = self.columns[column].name.to_lowercase();
        let last = name.rsplit(['.', '_', '-']).next().unwrap_or_default();
        self.columns[column].role == Role::Parameter && REPEATS.contains(&last) && self.levels(column).cells.len() > 1
    }

    /// `layers asc`, `width desc` or `-width`.
    fn preference(&self, typed: &str) -> Result<(usize, Order)> {
        let typed = typed.trim();
        match typed.rsplit_once(char::is_whitespace) {
            Some((name, "asc" | "ascending")) => Ok((self.column(name.trim())?, Order::Ascending)),
            Some((name, "desc" | "descending")) => Ok((self.column(name.trim())?, Order::Descending)),
            Some((_, word)) if self.column(typed).is_err() => Err(hint::error(
                format!("`{word}` is no order"),
                "say asc for the least first, desc for the largest first",
            )),
            _ => Ok(self.sort_key(typed)?),
        }
    }

    /// The settings that are close to the best, the chosen one first.
    fn of_settings(&self, by: &[usize], close: &[&Setting], best: &Setting, metric: usize) -> Result<Self> {
        let rows: Vec<usize> = close.iter().flat_map(|setting| &setting.rows).copied().collect();
        let mut part = self.clone();
        part.arrange(&rows);
        let mut grouped = part.grouped(&Grouping { by: by.to_vec(), metrics: vec![metric] })?;
        let word = |place: usize| match (place, std::ptr::eq(close[place], best)) {
            (0, true) => Some("chosen, best"),
            (0, false) => Some("chosen"),
            (_, true) => Some("best"),
            _ => None,
        };
        let in_order = |row: &Vec<Cell>| {
            close.iter().position(|setting| {
                by.iter().enumerate().all(|(place, &column)| row[place].view().same(self.cell(setting.rows[0], column)))
            })
        };
        let mut placed: Vec<(usize, Vec<Cell>)> =
            grouped.to_rows().into_iter().map(|row| (in_order(&row).unwrap_or(usize::MAX), row)).collect();
        placed.sort_by_key(|(place, _)| *place);
        let mut columns = grouped.columns.clone();
        columns.insert(0, Column::new("choice", Role::Statistic));
        let rows = placed.into_iter().map(|(place, row)| {
            let word = if place < close.len() { word(place) } else { None };
            std::iter::once(Cell::text(word)).chain(row).collect()
        });
        let mut table = Self::new(columns, rows.collect())?.with_noun("setting");
        table.factors = std::mem::take(&mut grouped.factors);
        for column in self.parameters().filter(|column| by.contains(column)) {
            // What is fixed in the whole table is fixed here, and what only these have in common is not.
            if let Ok(place) = table.column(&self.columns[column].name) {
                table.constants[place].clone_from(&self.constants[column]);
            }
        }
        Ok(table)
    }
}

/// The standard error of the best mean; where the best was not repeated but others were, from their pooled spread.
fn standard_error(best: &Setting, all: &[Setting]) -> Option<f64> {
    best.summary.se().or_else(|| {
        let (squares, df) = all
            .iter()
            .filter_map(|setting| Some((setting.summary.sd?, setting.summary.n - 1)))
            .fold((0.0, 0), |(squares, df), (sd, more)| (squares + sd * sd * more as f64, df + more));
        (df > 0).then(|| (squares / df as f64 / best.summary.n as f64).sqrt())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hint::hints;
    use crate::spec::Direction;
    use crate::table::{Factor, testing};

    fn table(rows: &[&str]) -> Table {
        let columns = [
            ("point", Role::Point),
            ("layers", Role::Parameter),
            ("act", Role::Parameter),
            ("seed", Role::Parameter),
            ("loss", Role::Metric),
            ("status", Role::Status),
        ];
        let seed = Factor { origin: Origin::Repeat, ..Factor::default() };
        testing::table(columns, rows).with_factor("seed", seed).with_objective("loss", Direction::Minimize)
    }

    const REPEATED: [&str; 9] = [
        "1 1 relu 1 0.9 ok",
        "2 1 relu 2 0.8 ok",
        "3 2 relu 1 0.21 ok",
        "4 2 relu 2 0.23 ok",
        "5 3 relu 1 0.18 ok",
        "6 3 relu 2 0.24 ok",
        "7 4 relu 1 0.2 ok",
        "8 4 relu 2 0.28 ok",
        "9 5 relu 1 - failed",
    ];

    #[test]
    fn the_simplest_within_one_standard_error_of_the_best() {
        // Means .85, .22, .21, .24; the best has a standard error of .03: up to .24.
        let choice = table(&REPEATED).choose(&["layers asc"], &[]).unwrap();
        assert_eq!((choice.rows.as_slice(), choice.summary.mean), (&[2, 3][..], 0.22));
        let expected = [
            "the best is points 5, 6: loss 0.210 ± 0.030 (n = 2)",
            "its standard error is 0.03: nothing up to 0.24 is distinguishably worse, 3 of 4 settings",
            "chosen: the simplest of these by layers asc, points 3, 4: loss 0.220 ± 0.010 (n = 2)",
            "a standard error of 2 values is itself uncertain: repeat more",
        ];
        assert_eq!(choice.reasons, expected);
        let table_of_it = &choice.table;
        let words: Vec<_> = (0..table_of_it.len())
            .map(|row| (table_of_it.cell(row, 0).as_text(), table_of_it.cell(row, 1).to_text()))
            .collect();
        assert_eq!(words, [(Some("chosen"), "2".to_owned()), (Some("best"), "3".to_owned()), (None, "4".to_owned())]);
        let choice = table(&REPEATED).choose(&["-layers"], &[]).unwrap();
        assert_eq!(choice.rows, [6, 7]);
    }

    #[test]
    fn a_parameter_of_the_users_own_may_tell_repeats_apart() {
        let own = |rows: &[&str]| table(rows).with_factor("seed", Factor::default());
        let alone = own(&REPEATED).choose(&["layers asc"], &[]).unwrap();
        assert_eq!(alone.rows, [4]);
        assert!(alone.reasons[1].contains("; if seed tells repeats apart: --over seed; else "), "{:?}", alone.reasons);
        assert!(!alone.reasons.iter().any(|reason| reason.contains("-p 'seed=")), "{:?}", alone.reasons);
        let over = own(&REPEATED).choose(&["layers asc"], &["seed"]).unwrap();
        assert_eq!((over.rows.as_slice(), over.summary.mean), (&[2, 3][..], 0.22));
        assert!(!over.reasons.iter().any(|reason| reason.contains("seed")), "{:?}", over.reasons);
        assert!(own(&REPEATED).choose(&["layers asc"], &["sede"]).unwrap_err().to_string().contains("sede"));
    }

    #[test]
    fn without_a_preference_it_is_the_best_and_that_is_said() {
        let choice = table(&REPEATED).choose::<&str>(&[], &[]).unwrap();
        assert_eq!(choice.rows, [4, 5]);
        assert!(
            choice.reasons[2].starts_with("chosen: the best, since nobody said what is simple"),
            "{:?}",
            choice.reasons
        );
    }

    #[test]
    fn without_repeats_it_says_what_is_missing() {
        let rows = [REPEATED[0], REPEATED[2], REPEATED[4]];
        let choice = table(&rows).choose(&["layers asc"], &[]).unwrap();
        assert_eq!(choice.rows, [2]);
        assert_eq!(choice.reasons[0], "chosen, because it has the best loss: point 5: loss 0.18 (n = 1)");
        assert!(choice.reasons[1].contains("gitsweep queue --repeat 4"), "{:?}", choice.reasons);
        assert!(choice.reasons[1].ends_with("or --over NAME if a parameter of yours tells repeats apart"));
        let edge = "the best has layers=3, at the upper edge of 1 to 3: there may be better beyond; gitsweep extend -p 'layers=[4]'";
        assert_eq!(choice.reasons[2], edge);
    }

    #[test]
    fn a_best_that_was_not_repeated_has_the_spread_of_the_others() {
        let rows = [&REPEATED[..4], &["5 3 relu 1 0.2 ok"]].concat();
        let choice = table(&rows).choose(&["layers asc"], &[]).unwrap();
        // Pooled: the root of (.005 + .0002) / 2.
        assert!(
            choice.reasons[1].starts_with("its standard error is 0.05099: nothing up to 0.251 is"),
            "{:?}",
            choice.reasons
        );
        assert_eq!(choice.rows, [2, 3]);
    }

    #[test]
    fn what_cannot_be_chosen_by_is_refused() {
        let error = table(&REPEATED).choose(&["layers up"], &[]).unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), hints(&error)),
            ("`up` is no order", vec!["say asc for the least first, desc for the largest first"])
        );
        assert!(
            table(&REPEATED).choose(&["layer asc"], &[]).unwrap_err().to_string().contains("did you mean `layers`?")
        );
        assert!(
            table(&REPEATED[8..])
                .choose::<&str>(&[], &[])
                .unwrap_err()
                .to_string()
                .starts_with("no point has a finite loss")
        );
    }
}
