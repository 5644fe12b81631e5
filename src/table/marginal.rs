//! Each value of each parameter, and what the metric amounts to there.

use anyhow::Result;

use super::group::count;
use super::{Cell, Column, Role, Table};
use crate::stats::{Statistic, Summary};

/// One value of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Marginal {
    /// The parameter's column.
    pub parameter: usize,
    /// The value.
    pub value: Cell,
    /// How many rows have it.
    pub rows: usize,
    /// What the metric amounts to in them; none where no row has a finite number.
    pub summary: Option<Summary>,
}

impl Table {
    /// The metric in that column at each value of each parameter that varies, whatever the others are.
    pub fn marginals(&self, metric: usize) -> Vec<Marginal> {
        let mut marginals = Vec::new();
        for parameter in self.varied() {
            let (levels, groups) = self.groups(&[parameter]);
            marginals.extend(groups.iter().map(|group| Marginal {
                parameter,
                value: levels[0].cells[group.levels[0]].clone(),
                rows: group.rows.len(),
                summary: self.summary(metric, &group.rows),
            }));
        }
        marginals
    }

    /// A table of the marginals.
    ///
    /// # Errors
    /// Never in practice: its columns can be told apart.
    pub fn marginal_table(&self, metric: usize) -> Result<Self> {
        let mut columns = vec![Column::new("parameter", Role::Statistic), Column::new("value", Role::Statistic)];
        columns.extend(Statistic::ALL.map(|statistic| {
            let role = if statistic.is_detail() { Role::Detail } else { Role::Statistic };
            Column::new(statistic.as_str(), role)
        }));
        let rows = self.marginals(metric).into_iter().map(|Marginal { parameter, value, summary, .. }| {
            let mut row = vec![Cell::text(Some(&self.labels[parameter])), value];
            row.push(count(summary.map_or(0, |summary| summary.n)));
            let number = |statistic: &Statistic| summary.and_then(|summary| statistic.of(&summary));
            row.extend(
                Statistic::ALL[1..].iter().map(|statistic| number(statistic).map_or(Cell::Missing, Cell::Number)),
            );
            row
        });
        let mut table = Self::new(columns, rows.collect())?.with_noun("value");
        table.note(format!("of {}, whatever the other parameters are", self.labels[metric]));
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn every_value_of_every_parameter_that_varies() {
        let columns = [("a", Role::Parameter), ("b", Role::Parameter), ("c", Role::Parameter), ("score", Role::Metric)];
        let rows = ["1 x 0 3", "2 x 0 5", "1 y 0 nan", "2 y 0 9"];
        let rows = rows.map(|row| row.split(' ').map(|text| Cell::Value(Value::guess(text))).collect()).to_vec();
        let table = Table::new(columns.map(|(name, role)| Column::new(name, role)).to_vec(), rows).unwrap();
        let told: Vec<(usize, String, usize, Option<f64>)> = table
            .marginals(3)
            .iter()
            .map(|m| {
                (
                    m.parameter,
                    m.value.spell(&mut String::new()).to_owned(),
                    m.rows,
                    m.summary.map(|summary| summary.mean),
                )
            })
            .collect();
        let expected = [(0, "1", 2, Some(3.0)), (0, "2", 2, Some(7.0)), (1, "x", 2, Some(4.0)), (1, "y", 2, Some(9.0))];
        assert_eq!(told, expected.map(|(parameter, value, rows, mean)| (parameter, value.to_owned(), rows, mean)));
        assert_eq!(table.marginal_table(3).unwrap().len(), 4);
    }
}
