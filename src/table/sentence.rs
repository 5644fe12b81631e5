//! Numbers and points in sentences.

use super::{Role, Table};
use crate::command::quote;

/// A number for a sentence: four significant digits, and no zeros at the end.
pub(crate) fn short(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return if number == 0.0 { "0".to_owned() } else { format!("{number}") };
    }
    let magnitude = number.abs().log10().floor() as i32;
    if !(-4..=9).contains(&magnitude) {
        let spelt = format!("{number:.3e}");
        let (mantissa, exponent) = spelt.split_once('e').unwrap_or((&spelt, "0"));
        return format!("{}e{exponent}", mantissa.trim_end_matches('0').trim_end_matches('.'));
    }
    let decimals = usize::try_from(3 - magnitude).unwrap_or(0);
    let spelt = format!("{number:.decimals$}");
    if decimals > 0 { spelt.trim_end_matches('0').trim_end_matches('.').to_owned() } else { spelt }
}

impl Table {
    /// `point 3`, `points 3, 9, 15`.
    pub(super) fn points(&self, rows: &[usize]) -> String {
        let Some(column) = self.column_of(Role::Point) else { return "a setting".to_owned() };
        let mut points: Vec<String> =
            rows.iter().map(|&row| self.rows[row][column].spell(&mut String::new()).to_owned()).collect();
        points.dedup();
        let more = if points.len() > 6 { ", ..." } else { "" };
        let plural = if points.len() == 1 { "" } else { "s" };
        points.truncate(6);
        format!("point{plural} {}{more}", points.join(", "))
    }

    /// A command about the sweep that the rows are of, `gitsweep queue BRANCH`. Where they are of several it is for the user to
    /// say which.
    pub fn command(&self, verb: &str) -> String {
        let Some(column) = self.column_of(Role::Sweep) else { return format!("gitsweep {verb}") };
        let branch = match (&self.constants[column], self.rows.as_slice()) {
            (Some(branch), _) => Some(branch.as_str()),
            (None, [only]) => only[column].as_text(),
            (None, _) => None,
        };
        format!("gitsweep {verb} {}", branch.map_or_else(|| "SWEEP".to_owned(), quote))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_sentences_are_short() {
        let spelt = [0.0, 1.0, 0.05099, 123_456.0, 1e-7, 2.5e12, -3.25678].map(short);
        assert_eq!(spelt, ["0", "1", "0.05099", "123456", "1e-7", "2.5e12", "-3.257"]);
    }
}
