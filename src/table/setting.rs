//! The best setting where points were repeated: by the mean over its runs, not by its luckiest run.

use super::levels::finite;
use super::order::Order;
use super::sentence::with_spread;
use super::{Origin, Role, Table};
use crate::stats::Summary;

/// What the count of attempts is called where groups are over it.
const ATTEMPT: &str = "attempt";

/// The setting with the best mean, of those that ran several times.
#[derive(Clone, Debug, PartialEq)]
pub struct BestSetting {
    /// Its rows that have a result.
    pub rows: Vec<usize>,
    /// What its objective amounts to: over its rows, or over the attempts of its only one.
    pub summary: Spread,
    /// What tells its runs apart: the names of parameters such as `seed`, or `attempt`.
    pub over: Vec<String>,
}

/// How many numbers there are, their mean and standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// How many there are, two or more.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, with n - 1 below the line.
    pub sd: f64,
}

impl Spread {
    /// `1.07 ± 0.40 (standard deviation of 5 runs)`.
    pub fn in_words(&self) -> String {
        format!("{} (standard deviation of {} runs)", with_spread(self.mean, self.sd), self.n)
    }
}

impl Table {
    /// The setting whose mean is best. A point that was run several times counts with the mean of its runs.
    ///
    /// Settings with a single result have no part in it, since nobody can tell what of theirs is chance. `None` if there are
    /// no others, or no objective.
    pub fn best_setting(&self) -> Option<BestSetting> {
        let (objective, order) = self.objective_column().ok()?;
        let repeats: Vec<usize> =
            self.parameters().filter(|&column| self.factor(column).origin == Origin::Repeat).collect();
        let name = &self.columns[objective].name;
        let statistic = |wanted: &str| {
            self.columns
                .iter()
                .position(|column| matches!(column.role, Role::Statistic | Role::Detail) && column.name == wanted)
        };
        let of_attempts = [statistic("n"), statistic(&format!("{name}_mean")), statistic(&format!("{name}_sd"))];
        let [count, mean, sd] = of_attempts;
        let is_over_seeds = repeats.iter().any(|&column| self.differs(column));
        if !is_over_seeds && mean.is_none() {
            return None;
        }
        let sweep = self.column_of(Role::Sweep).filter(|&sweep| self.differs(sweep));
        let by: Vec<usize> =
            sweep.into_iter().chain(self.parameters()).filter(|column| !repeats.contains(column)).collect();
        let number = |row: usize, column: Option<usize>| column.and_then(|column| finite(self.cell(row, column)));
        let value = |row: usize| number(row, mean).or_else(|| finite(self.cell(row, objective)));
        let settings = self.groups(&by).1.into_iter().filter_map(|group| {
            let rows: Vec<usize> =
                group.rows.into_iter().filter(|&row| self.is_ok(row) && value(row).is_some()).collect();
            if let [row] = rows[..] {
                let summary =
                    Spread { n: number(row, count)? as usize, mean: number(row, mean)?, sd: number(row, sd)? };
                return Some(BestSetting { rows, summary, over: vec![ATTEMPT.to_owned()] });
            }
            let Summary { n, mean, sd, .. } = Summary::of(rows.iter().filter_map(|&row| value(row)))?;
            let over = repeats.iter().map(|&column| self.labels[column].clone()).collect();
            Some(BestSetting { rows, summary: Spread { n, mean, sd: sd? }, over })
        });
        settings.reduce(|best, next| {
            let is_better = match order {
                Order::Ascending => next.summary.mean < best.summary.mean,
                Order::Descending => next.summary.mean > best.summary.mean,
            };
            if is_better { next } else { best }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Direction;
    use crate::table::{Cell, Column, Factor};
    use crate::value::Value;

    fn table(names: &[(&str, Role)], rows: &[&str], direction: Direction) -> Table {
        let columns = names.iter().map(|(name, role)| Column::new(*name, *role)).collect();
        let cell = |text: &str| if text == "-" { Cell::Missing } else { Cell::Value(Value::guess(text)) };
        let rows = rows.iter().map(|row| row.split(' ').map(cell).collect()).collect();
        let seed = Factor { origin: Origin::Repeat, ..Factor::default() };
        Table::new(columns, rows).unwrap().with_objective("loss", direction).with_factor("seed", seed)
    }

    const SEEDS: [(&str, Role); 5] = [
        ("point", Role::Point),
        ("g", Role::Parameter),
        ("seed", Role::Parameter),
        ("loss", Role::Metric),
        ("status", Role::Status),
    ];

    /// Point 1 is the best run, of a setting that is worse on average; point 7 has no other run beside it.
    #[test]
    fn the_best_mean_is_not_that_of_the_luckiest_run() {
        let rows = [
            "1 1 1 0.0 ok",
            "2 1 2 9.0 ok",
            "3 2 1 2.0 ok",
            "4 2 2 3.0 ok",
            "5 2 3 nan ok",
            "6 2 4 0 failed",
            "7 3 1 -5 ok",
        ];
        let best = table(&SEEDS, &rows, Direction::Minimize).best_setting().unwrap();
        assert_eq!(best.rows, [2, 3]);
        assert_eq!(best.summary, Spread { n: 2, mean: 2.5, sd: 0.5_f64.sqrt() });
        assert_eq!(best.over, ["seed"]);
        let greatest = table(&SEEDS, &rows, Direction::Maximize).best_setting().unwrap();
        assert_eq!(greatest.rows, [0, 1]);
    }

    #[test]
    fn attempts_of_a_point_count_with_their_mean() {
        let mut names = SEEDS.to_vec();
        names.splice(4..4, [("n", Role::Statistic), ("loss_mean", Role::Statistic), ("loss_sd", Role::Statistic)]);
        let rows = ["1 1 1 0.0 3 5.0 4.0 ok", "2 2 1 2.0 2 2.5 0.5 ok", "3 3 1 1.0 1 1.0 - ok"];
        let best = table(&names, &rows, Direction::Minimize).best_setting().unwrap();
        assert_eq!((best.rows, best.summary), (vec![1], Spread { n: 2, mean: 2.5, sd: 0.5 }));
        assert_eq!(best.over, ["attempt"]);
    }

    #[test]
    fn without_repeats_there_is_none() {
        assert_eq!(table(&SEEDS, &["1 1 1 0.5 ok", "2 2 1 0.25 ok"], Direction::Minimize).best_setting(), None);
        assert_eq!(table(&SEEDS, &["1 1 1 0.5 ok", "2 2 2 0.25 ok"], Direction::Minimize).best_setting(), None);
    }
}
