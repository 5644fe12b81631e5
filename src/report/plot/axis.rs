//! Axes: where a value stands, and which values are named along the side.

use crate::report::digits::{apart, shorten};
use crate::report::visible::{ELLIPSIS, truncate, visible, width};
use crate::table::{Cell, CellRef, Levels, Table, finite};

/// Numbers that span this many times their least are looked at on a logarithmic scale, if they are more even there.
const WIDE: f64 = 50.0;
/// More values than these are not named one by one.
const MOST_NAMED: usize = 12;
/// How wide the gap between zero and a logarithmic scale is, as a part of that.
const GAP: f64 = 1.0 / 7.0;
/// How wide the name of a value may be.
const WIDEST: usize = 12;

/// An axis of numbers or of categories.
pub(super) enum Axis {
    /// Numbers between two ends; those that are to be named, if they are few.
    Numbers { low: f64, high: f64, scale: Scale, named: Vec<(f64, String)> },
    /// Categories side by side, in order.
    Categories(Vec<String>),
}

/// What is even along an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    Linear,
    Log,
    /// Logarithmic from the least number above zero on; zero stands apart below it.
    LogBesideZero {
        least: f64,
    },
}

impl Scale {
    pub(super) fn is_beside_zero(self) -> bool {
        matches!(self, Self::LogBesideZero { .. })
    }

    /// What is to be said of it behind the name of an axis.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Linear => "",
            Self::Log => " (log)",
            Self::LogBesideZero { .. } => " (log, 0 apart)",
        }
    }

    /// The scale of numbers between two ends: logarithmic if it has to be or they ask for it.
    fn of(numbers: &[f64], low: f64, high: f64, is_log: bool) -> Self {
        let above: Vec<f64> = numbers.iter().copied().filter(|number| *number > 0.0).collect();
        let least = above.iter().copied().fold(f64::INFINITY, f64::min);
        if low < 0.0 || least >= high || !(is_log || asks_for_log(&above, least, high)) {
            return Self::Linear;
        }
        if low > 0.0 { Self::Log } else { Self::LogBesideZero { least } }
    }

    /// A number on a scale that is even; halved, where two may be further apart than a double can say.
    fn even(self, number: f64, high: f64) -> f64 {
        match self {
            Self::Linear => number / 2.0,
            Self::LogBesideZero { least } if number <= 0.0 => least.ln() - GAP * (high.ln() - least.ln()),
            Self::Log | Self::LogBesideZero { .. } => number.max(f64::MIN_POSITIVE).ln(),
        }
    }

    /// The number that stands so far from `low` to `high`; none between zero and what is apart from it.
    pub(super) fn number(self, part: f64, low: f64, high: f64) -> Option<f64> {
        match self {
            Self::Linear => Some(low + (high - low) * part),
            Self::Log => Some(low * (high / low).powf(part)),
            Self::LogBesideZero { least } => {
                let above = part * (1.0 + GAP) - GAP;
                (above >= 0.0).then(|| least * (high / least).powf(above))
            }
        }
    }
}

impl Axis {
    /// The axis of the finite numbers of a column, or of its values, if not all of them are numbers.
    pub(super) fn of(table: &Table, column: usize, levels: &Levels) -> Self {
        let factor = table.factor(column);
        let known: Vec<&Cell> = levels.cells.iter().filter(|cell| !cell.is_missing()).collect();
        let are_numbers = known.iter().all(|cell| cell.view().is_number());
        if !are_numbers || factor.is_category {
            return Self::Categories(spelt(&known));
        }
        let numbers: Vec<f64> = known.iter().filter_map(|cell| finite(*cell)).collect();
        let named = if numbers.len() <= MOST_NAMED {
            known.iter().zip(spelt(&known)).filter_map(|(cell, name)| Some((finite(*cell)?, name))).collect()
        } else {
            Vec::new()
        };
        Self::numbers(&numbers, factor.is_log, named)
    }

    /// The axis of these numbers; logarithmic if it has to be or they ask for it.
    pub(super) fn numbers(numbers: &[f64], is_log: bool, named: Vec<(f64, String)>) -> Self {
        let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
        let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let scale = Scale::of(numbers, low, high, is_log);
        let (low, high) = match (low.is_finite(), low == high) {
            (false, _) => (0.0, 1.0),
            (true, true) => (low - low.abs().max(1.0) / 2.0, low + low.abs().max(1.0) / 2.0),
            (true, false) => (low, high),
        };
        Self::Numbers { low, high, scale, named }
    }

    pub(super) fn scale(&self) -> Scale {
        match self {
            Self::Numbers { scale, .. } => *scale,
            Self::Categories(_) => Scale::Linear,
        }
    }

    /// True for a cell of the side between zero and the numbers that it is apart from.
    pub(super) fn is_gap(&self, place: usize, cells: usize) -> bool {
        match self.scale() {
            Scale::LogBesideZero { least } => place > 0 && place < self.place_of(least, cells),
            Scale::Linear | Scale::Log => false,
        }
    }

    /// Which of `cells` a value stands in, which is the column's value number `level`; none if it has no place on the axis.
    pub(super) fn place(&self, cell: CellRef<'_>, level: usize, cells: usize) -> Option<usize> {
        match self {
            Self::Numbers { .. } => finite(cell).map(|number| self.place_of(number, cells)),
            // What is missing comes last among a column's values.
            Self::Categories(names) => (level < names.len()).then(|| Self::middle(level, names.len(), cells)),
        }
    }

    /// Which of `cells` a number stands in: the ends stand in the first and the last.
    pub(super) fn place_of(&self, number: f64, cells: usize) -> usize {
        (self.part_of(number) * (cells.saturating_sub(1)) as f64).round() as usize
    }

    /// Which of so many equal parts of the axis a number lies in.
    pub(super) fn part_among(&self, number: f64, parts: usize) -> usize {
        // Edges are not exact.
        ((self.part_of(number) * parts as f64 + 1e-9) as usize).min(parts.saturating_sub(1))
    }

    /// How far from the lower end to the upper a number stands, from 0 to 1.
    fn part_of(&self, number: f64) -> f64 {
        let Self::Numbers { low, high, scale, .. } = self else { return 0.0 };
        let even = |number: f64| scale.even(number, *high);
        ((even(number) - even(*low)) / (even(*high) - even(*low))).clamp(0.0, 1.0)
    }

    fn middle(place: usize, of: usize, cells: usize) -> usize {
        ((2 * place + 1) * cells / (2 * of.max(1))).min(cells.saturating_sub(1))
    }

    /// What is named along the axis, at most about `most` of them, each with its place.
    pub(super) fn ticks(&self, cells: usize, most: usize) -> Vec<(usize, String)> {
        match self {
            Self::Categories(names) => {
                let place = |(place, name): (usize, &String)| (Self::middle(place, names.len(), cells), name.clone());
                names.iter().enumerate().map(place).collect()
            }
            Self::Numbers { named, .. } if !named.is_empty() => {
                named.iter().map(|(number, name)| (self.place_of(*number, cells), name.clone())).collect()
            }
            Self::Numbers { low, high, scale, .. } => {
                let ticks = match scale {
                    Scale::Linear => linear_ticks(*low, *high, most),
                    Scale::Log => log_ticks(*low, *high, most),
                    Scale::LogBesideZero { least } => [vec![0.0], log_ticks(*least, *high, most - 1)].concat(),
                };
                ticks.iter().zip(apart(&ticks)).map(|(tick, name)| (self.place_of(*tick, cells), name)).collect()
            }
        }
    }
}

/// True for numbers that are wide apart, and more even by their logarithms than as they are.
pub(super) fn asks_for_log(numbers: &[f64], low: f64, high: f64) -> bool {
    if low <= 0.0 || high / low < WIDE {
        return false;
    }
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let median = sorted[sorted.len() / 2];
    let linear = (median - low) / (high - low);
    let logarithmic = (median / low).ln() / (high / low).ln();
    (logarithmic - 0.5).abs() < (linear - 0.5).abs()
}

/// Round numbers between two, at most so many and at least two.
fn linear_ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let rough = (high - low) / most.max(2) as f64;
    // Doubles are too coarse for round numbers between the two.
    if rough <= 64.0 * f64::EPSILON * low.abs().max(high.abs()) {
        return vec![low, high];
    }
    let magnitude = 10_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * magnitude).find(|step| *step >= rough).unwrap_or(rough);
    let first = (low / step - 1e-9).ceil();
    let ticks: Vec<f64> = (0..=most * 2)
        .map(|tick| (first + tick as f64) * step)
        .take_while(|tick| *tick <= high + 1e-9 * step)
        .collect();
    if ticks.len() < 2 { vec![low, high] } else { ticks }
}

/// Powers of ten between two numbers; their halves and fifths too where there are few.
fn log_ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let decades = (low.log10().floor() as i32)..=(high.log10().ceil() as i32);
    let between = |ticks: Vec<f64>| -> Vec<f64> {
        ticks.into_iter().filter(|tick| (low * (1.0 - 1e-9)..=high * (1.0 + 1e-9)).contains(tick)).collect()
    };
    let powers = between(decades.clone().map(|power| 10_f64.powi(power)).collect());
    if powers.len() > most {
        let every = powers.len().div_ceil(most);
        return powers.into_iter().step_by(every).collect();
    }
    if powers.len() >= 3 {
        return powers;
    }
    let finer = between(decades.flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10_f64.powi(power))).collect());
    if finer.len() < 2 { vec![low, high] } else { finer }
}

/// Values for ticks, in order; numbers with as many digits as tell them apart, and long text without the words that all
/// begin with, where its beginning does not tell it apart (`…53:30.1Z` of times).
pub(super) fn spelt(cells: &[&Cell]) -> Vec<String> {
    let names: Vec<String> = cells.iter().map(|cell| spell(cell)).collect();
    let are_alike = names.windows(2).any(|pair| pair[0] == pair[1]);
    match cells.iter().map(|cell| finite(*cell)).collect::<Option<Vec<f64>>>() {
        Some(numbers) if are_alike => apart(&numbers),
        None if are_alike => without_common_beginning(cells),
        _ => names,
    }
}

/// The ends of texts, without as many of the words that all begin with as it takes for them to fit.
fn without_common_beginning(cells: &[&Cell]) -> Vec<String> {
    let mut scratch = String::new();
    let texts: Vec<String> = cells.iter().map(|cell| visible(cell.spell(&mut scratch)).into_owned()).collect();
    let first = texts.first().map_or("", String::as_str);
    let ends_of_words = first.match_indices(|c: char| !c.is_alphanumeric()).map(|(at, end)| at + end.len());
    let common: Vec<usize> =
        ends_of_words.take_while(|&end| texts.iter().all(|text| text.starts_with(&first[..end]))).collect();
    let fits = |start: usize| texts.iter().all(|text| width(&text[start..]) < WIDEST);
    let start = common.iter().copied().find(|&start| fits(start)).or(common.last().copied());
    let end = |text: &String| start.map_or_else(|| text.clone(), |start| format!("{ELLIPSIS}{}", &text[start..]));
    texts.iter().map(|text| truncate(&end(text), WIDEST).into_owned()).collect()
}

/// A value for a tick. Long numbers lose digits, never their exponent.
fn spell(cell: &Cell) -> String {
    let mut scratch = String::new();
    let text = visible(cell.spell(&mut scratch));
    if cell.view().is_number() && text.len() > WIDEST {
        return shorten(cell, &mut String::new()).to_owned();
    }
    truncate(&text, WIDEST).into_owned()
}

/// Names below an axis, each under its place, left out where it would run into the one before.
pub(super) fn names_below(ticks: &[(usize, String)], cells: usize) -> String {
    let mut line = String::new();
    let mut taken = 0;
    for (place, name) in ticks {
        let width = width(name);
        let start = place.saturating_sub(width.saturating_sub(1) / 2).min(cells.saturating_sub(width));
        if taken > 0 && start < taken + 1 {
            continue;
        }
        line.extend(std::iter::repeat_n(' ', start.saturating_sub(taken)));
        line.push_str(name);
        taken = start.max(taken) + width;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within() {
        assert_eq!(linear_ticks(0.13, 1.84, 5), [0.5, 1.0, 1.5]);
        assert_eq!(linear_ticks(-30.0, -5.0, 5), [-30.0, -25.0, -20.0, -15.0, -10.0, -5.0]);
        assert_eq!(log_ticks(1e-5, 1e-1, 6).len(), 5);
        assert_eq!(log_ticks(3.0, 40.0, 6), [5.0, 10.0, 20.0]);
    }

    #[test]
    fn wide_numbers_are_logarithmic_if_they_are_more_even_then() {
        let log = |numbers: &[f64]| Axis::numbers(numbers, false, Vec::new()).scale() == Scale::Log;
        assert!(log(&[1e-4, 1e-3, 1e-2, 0.1, 1.0]));
        assert!(!log(&[1.0, 2.0, 3.0]) && !log(&[-1.0, 1.0, 1000.0]) && !log(&[1.0, 500.0, 990.0, 1000.0]));
    }

    #[test]
    fn zero_stands_apart_from_a_logarithmic_scale() {
        let axis = Axis::numbers(&[0.0, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0], false, Vec::new());
        assert_eq!(axis.scale(), Scale::LogBesideZero { least: 1e-4 });
        assert_eq!([0.0, 1e-4, 0.1, 100.0].map(|number| axis.place_of(number, 17)), [0, 2, 9, 16]);
        assert_eq!((0..4).map(|place| axis.is_gap(place, 17)).collect::<Vec<_>>(), [false, true, false, false]);
        let names: Vec<String> = axis.ticks(17, 5).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["0", "0.0001", "0.01", "1", "100"]);
        let scale = |numbers: &[f64]| Axis::numbers(numbers, false, Vec::new()).scale();
        // Only what is logarithmic without the zero is so with it.
        for numbers in [&[0.0][..], &[0.0, 5.0], &[0.0, 1.0, 2.0, 3.0], &[-1.0, 0.0, 1e-3, 0.1, 10.0]] {
            assert_eq!(scale(numbers), Scale::Linear, "{numbers:?}");
        }
        let Axis::Numbers { low, high, scale, .. } = axis else { unreachable!() };
        let number = |part: f64| scale.number(part, low, high);
        assert!(number(0.1).is_none() && number(1.0).is_some_and(|number| (number - 100.0).abs() < 1e-9));
    }

    #[test]
    fn ticks_of_numbers_that_hardly_differ_are_told_apart_and_long_numbers_keep_their_exponent() {
        let names = |numbers: &[f64]| -> Vec<String> {
            Axis::numbers(numbers, false, Vec::new()).ticks(16, 5).into_iter().map(|(_, name)| name).collect()
        };
        assert_eq!(
            names(&[-76.426_71, -76.426_689]),
            ["-76.42671", "-76.426705", "-76.4267", "-76.426695", "-76.42669"]
        );
        assert_eq!(names(&[1.0, 1.0 + f64::EPSILON]), ["1", "1.0000000000000002"]);
        // Further apart than a double can say.
        assert_eq!(Axis::numbers(&[-1.7e308, 1.7e308], false, Vec::new()).place_of(0.0, 17), 8);
        let cell = |text: &str| Cell::Value(crate::value::Value::guess(text));
        assert_eq!(spell(&cell("1.1276464284166226e-6")), "1.12765e-6");
        assert_eq!(spell(&cell("a-long-name-of-a-thing")), "a-long-name…");
        let (a, b) = (cell("0.12345678901"), cell("0.12345678902"));
        assert_eq!(spelt(&[&a, &b]), ["0.12345678901", "0.12345678902"]);
    }

    #[test]
    fn long_texts_that_begin_alike_are_named_by_their_ends() {
        let names = |texts: &[&str]| {
            let cells: Vec<Cell> = texts.iter().map(|text| Cell::text(Some(text))).collect();
            spelt(&cells.iter().collect::<Vec<_>>())
        };
        let times = ["2026-11-27T05:53:30.1Z", "2026-11-27T05:53:30.2Z", "2026-11-27T05:53:39.1Z"];
        assert_eq!(names(&times), ["…53:30.1Z", "…53:30.2Z", "…53:39.1Z"]);
        assert_eq!(names(&["data/subject-01.csv", "data/subject-02.csv"]), ["…01.csv", "…02.csv"]);
        assert_eq!(names(&["unmyelinated-a", "unmyelinated-b"]), ["…a", "…b"]);
        assert_eq!(names(&["a-long-name-of-a-thing", "b"]), ["a-long-name…", "b"]);
        assert_eq!(names(&["overwhelminglyé", "overwhelminglyö"]), ["overwhelmin…", "overwhelmin…"]);
    }

    #[test]
    fn names_do_not_run_into_each_other() {
        let ticks = [(0, "0.5".to_owned()), (3, "0.75".to_owned()), (9, "1.0".to_owned())];
        assert_eq!(names_below(&ticks, 10), "0.5    1.0");
    }
}
