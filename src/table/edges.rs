//! Parameters that are at an end of their range in the best row: there may be better beyond.

use super::levels::finite;
use super::sentence::short;
use super::{Origin, Role, Table};
use crate::command::quote;

impl Table {
    /// A sentence for each parameter that is at an end of its range in that row, with what lies beyond. Categories have no
    /// ends, and of two values each is one.
    pub fn edges(&self, row: usize, parameters: &[usize]) -> Vec<String> {
        let searched = parameters.iter().filter(|&&column| {
            let factor = self.factor(column);
            self.columns[column].role == Role::Parameter && factor.origin == Origin::Searched && !factor.is_category
        });
        searched.filter_map(|&column| self.edge(row, column)).collect()
    }

    fn edge(&self, row: usize, column: usize) -> Option<String> {
        let factor = self.factor(column);
        let levels = self.levels(column);
        let tried: Vec<f64> = levels.cells.iter().filter_map(finite).collect();
        if tried.len() < 3 || tried.len() < levels.cells.iter().filter(|cell| !cell.is_missing()).count() {
            return None;
        }
        let at = finite(self.cell(row, column))?;
        let (first, last) = (tried[0], tried[tried.len() - 1]);
        let (low, high) = factor.bounds.map_or((first, last), |(low, high)| (low.min(first), high.max(last)));
        let scale = |number: f64| if factor.is_log && number > 0.0 { number.ln() } else { number };
        // Of a continuous range the last hundredth is its end.
        let slack = if factor.is_continuous { 0.01 * (scale(high) - scale(low)) } else { 0.0 };
        let name = &self.labels[column];
        let (side, next) = if scale(at) <= scale(low) + slack {
            ("lower", tried.get(1).map(|second| beyond(*second, first)))
        } else if scale(at) >= scale(high) - slack {
            ("upper", tried.get(tried.len() - 2).map(|second| beyond(*second, last)))
        } else {
            return None;
        };
        let way_out = match next.filter(|_| !factor.is_continuous) {
            Some(next) => format!("{} -p {}", self.command("extend"), quote(&format!("{name}=[{}]", short(next)))),
            None => "a sweep with a wider domain".to_owned(),
        };
        let spell = self.cell(row, column).spell(&mut String::new()).to_owned();
        Some(format!(
            "the best has {name}={spell}, at the {side} edge of {} to {}: there may be better beyond; {way_out}",
            short(low),
            short(high)
        ))
    }
}

/// The next value after `last` in the direction from `before`: as far again, or as many times as large.
fn beyond(before: f64, last: f64) -> f64 {
    let ratio = last / before;
    let is_geometric = before > 0.0 && last > 0.0 && !(0.5..2.0).contains(&ratio) && (ratio >= 4.0 || ratio <= 0.25);
    if is_geometric { last * ratio } else { last + (last - before) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Cell, Column, Factor};
    use crate::value::Value;

    #[test]
    fn edges_are_of_numbers_with_a_range() {
        let columns = ["layers", "act"].map(|name| Column::new(name, Role::Parameter)).to_vec();
        let rows = [("1", "a"), ("10", "b"), ("100", "c")];
        let row = |(layers, act)| vec![Cell::Value(Value::guess(layers)), Cell::Value(Value::guess(act))];
        let table = Table::new(columns, rows.map(row).to_vec()).unwrap();
        let edges = |factor: Factor| {
            let table = table.clone().with_factor("layers", factor);
            table
                .edges(2, &[0, 1])
                .into_iter()
                .map(|edge| edge.split(", at ").nth(1).unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let beyond = "the upper edge of 1 to 100: there may be better beyond; gitsweep extend -p 'layers=[1000]'";
        assert_eq!(edges(Factor::default()), [beyond]);
        assert_eq!(edges(Factor { is_category: true, ..Factor::default() }), [""; 0]);
        assert_eq!(edges(Factor { bounds: Some((1.0, 200.0)), ..Factor::default() }), [""; 0]);
        let continuous = Factor { bounds: Some((0.5, 100.2)), is_continuous: true, ..Factor::default() };
        assert_eq!(
            edges(continuous),
            ["the upper edge of 0.5 to 100.2: there may be better beyond; a sweep with a wider domain"]
        );
    }
}
