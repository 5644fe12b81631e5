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

/// A number and what it is uncertain by, `0.42 ± 0.03`: that to two significant digits, and both to the same place.
pub(crate) fn with_spread(number: f64, spread: f64) -> String {
    let is_usual = number.is_finite() && spread.is_finite() && spread > 0.0;
    let magnitude = |number: f64| number.abs().log10().floor() as i32;
    let largest = magnitude(number.abs().max(spread));
    // Digits of a double that are none of the number's say nothing.
    if !is_usual || largest - magnitude(spread) > 13 {
        return format!("{} ± {}", short(number), short(spread));
    }
    if !(-4..=9).contains(&largest) {
        let unit = 10_f64.powi(largest);
        let (number, spread) = (number / unit, spread / unit);
        if number.is_finite() && spread.is_finite() {
            return format!("({})e{largest}", with_spread(number, spread));
        }
    }
    // Rounded to two digits 0.0996 is 0.10.
    let place = format!("{spread:.1e}").split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0) - 1;
    let decimals = usize::try_from(-place).unwrap_or(0);
    let whole = 10_f64.powi(place.max(0));
    let round = |number: f64| if place > 0 { (number / whole).round() * whole } else { number };
    format!("{:.decimals$} ± {:.decimals$}", round(number), round(spread))
}

impl Table {
    /// `point 3`, `points 3, 9, 15`.
    pub(super) fn points(&self, rows: &[usize]) -> String {
        let Some(column) = self.column_of(Role::Point) else { return "a setting".to_owned() };
        let mut points: Vec<String> =
            rows.iter().map(|&row| self.cell(row, column).spell(&mut String::new()).to_owned()).collect();
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
        let branch = match (&self.constants[column], self.len()) {
            (Some(branch), _) => Some(branch.as_str()),
            (None, 1) => self.cell(0, column).as_text(),
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

    #[test]
    fn a_number_has_the_digits_that_its_spread_leaves_it() {
        for ((number, spread), told) in [
            ((1.067_09, 0.177_404), "1.07 ± 0.18"),
            ((-3.0, 0.577_35), "-3.00 ± 0.58"),
            ((0.5, 0.099_6), "0.50 ± 0.10"),
            ((123_456.7, 4_234.0), "123500 ± 4200"),
            ((12.0, 34.0), "12 ± 34"),
            ((0.0, 1.5e-7), "(0.0 ± 1.5)e-7"),
            ((3.141_59e-8, 2e-10), "(3.142 ± 0.020)e-8"),
            ((6.022e23, 1e20), "(6.0220 ± 0.0010)e23"),
            ((0.25, 0.0), "0.25 ± 0"),
            ((1.0, 1e-17), "1 ± 1e-17"),
            ((f64::MAX, f64::INFINITY), "1.798e308 ± inf"),
        ] {
            assert_eq!(with_spread(number, spread), told);
        }
    }
}
