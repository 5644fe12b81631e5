//! Numbers for reading: about six significant digits, more where numbers that stand together differ beyond these.

use std::fmt::Write as _;

use crate::table::CellRef;
use crate::value::{Kind, ValueRef};

const DIGITS: i32 = 6;
/// As many tell any two doubles apart.
const MOST_DIGITS: i32 = 17;

/// The longest literal that is shown as it is, if it has few enough digits.
const SHORT: usize = 12;

/// How many digits the longest integer has that is shown as it is.
const WHOLE: usize = 20;

/// What numbers differ by has so many digits.
const OF_DIFFERENCES: i32 = 3;
/// Numbers that differ by less than this part of them differ by how they were computed.
const NOISE: f64 = 1e-12;

/// How many significant digits numbers that stand together are to have: six, or more where what they differ by is small beside
/// them, as of energies. Far ones, of which there are fewer than the others, as of runs that diverged, take none away.
pub(super) fn digits_of(numbers: impl Iterator<Item = f64>) -> i32 {
    let mut numbers: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
    let (Some(least), Some(greatest)) =
        (numbers.iter().copied().min_by(f64::total_cmp), numbers.iter().copied().max_by(f64::total_cmp))
    else {
        return DIGITS;
    };
    let of_all = digits_of_range(least.abs().max(greatest.abs()), greatest - least);
    let middle = median(&mut numbers);
    numbers.iter_mut().for_each(|number| *number = (*number - middle).abs());
    // Numbers that are spread evenly are a quarter of their range away from the middle one, in the median.
    of_all.max(digits_of_range(middle.abs(), (4.0 * median(&mut numbers)).min(greatest - least)))
}

/// The digits of numbers of that size, which lie in that range.
fn digits_of_range(size: f64, range: f64) -> i32 {
    if !range.is_finite() || range <= NOISE * size {
        return DIGITS;
    }
    let magnitude = |number: f64| number.log10().floor() as i32;
    if size == 0.0 { DIGITS } else { (magnitude(size) - magnitude(range) + OF_DIFFERENCES).clamp(DIGITS, MOST_DIGITS) }
}

/// The number that as many are below as above, of at least one; the upper one of two.
fn median(numbers: &mut [f64]) -> f64 {
    let middle = numbers.len() / 2;
    *numbers.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// The number to six significant digits, or as it was written if that is as short. An integer is shown as it was written
/// up to twenty digits; of other numbers, whole digits are rounded away only where there are more than fifteen.
pub(super) fn shorten<'a>(cell: impl Into<CellRef<'a>>, scratch: &'a mut String) -> &'a str {
    shorten_to(DIGITS, cell.into(), scratch)
}

/// The same to so many digits.
pub(super) fn shorten_to<'a>(digits: i32, cell: CellRef<'a>, scratch: &'a mut String) -> &'a str {
    let number = match cell {
        CellRef::Value(value) if value.is_number() && !is_short(value) => value.as_f64(),
        CellRef::Number(number) => Some(number),
        _ => None,
    };
    match number {
        Some(number) if number.is_finite() => {
            scratch.clear();
            let written = round(number, digits, scratch);
            debug_assert!(written.is_ok(), "a String takes what is written to it");
            scratch
        }
        _ => cell.spell(scratch),
    }
}

fn is_short(value: ValueRef<'_>) -> bool {
    let literal = value.as_str();
    if value.kind() == Kind::Integer {
        return literal.trim_start_matches(['-', '+']).len() <= WHOLE;
    }
    let mantissa = literal.split(['e', 'E']).next().unwrap_or(literal);
    let significant = mantissa.trim_start_matches(['-', '+', '0', '.']);
    let digits = significant.bytes().filter(u8::is_ascii_digit).count();
    literal.len() <= SHORT && i32::try_from(digits).is_ok_and(|digits| digits <= DIGITS)
}

/// Numbers with six significant digits each, or as many as it takes to tell neighbours apart.
pub(super) fn apart(numbers: &[f64]) -> Vec<String> {
    let spelt = |digits: i32| -> Vec<String> {
        let name = |number: &f64| {
            let mut name = String::new();
            let written = round(*number, digits, &mut name);
            debug_assert!(written.is_ok(), "a String takes what is written to it");
            name
        };
        numbers.iter().map(name).collect()
    };
    let are_apart =
        |names: &[String]| (1..names.len()).all(|at| names[at - 1] != names[at] || numbers[at - 1] == numbers[at]);
    (DIGITS..MOST_DIGITS).map(spelt).find(|names| are_apart(names)).unwrap_or_else(|| spelt(MOST_DIGITS))
}

fn round(number: f64, digits: i32, out: &mut String) -> std::fmt::Result {
    if number == 0.0 {
        return out.write_str("0");
    }
    let scientific = format!("{number:.*e}", (digits - 1).unsigned_abs() as usize);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    match exponent {
        -4..=14 => {
            let decimals = usize::try_from(digits - 1 - exponent).unwrap_or(0);
            write!(out, "{number:.decimals$}")?;
            if decimals > 0 {
                out.truncate(trimmed(out).len());
            }
            Ok(())
        }
        _ => write!(out, "{}e{exponent}", trimmed(mantissa)),
    }
}

/// A decimal without the zeros at the end of its fraction.
fn trimmed(decimal: &str) -> &str {
    decimal.trim_end_matches('0').trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Cell;
    use crate::value::Value;

    #[test]
    fn six_digits() {
        for (number, shown) in [
            (0.0, "0"),
            (-0.0, "0"),
            (36.0, "36"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333"),
            (-200.0 / 3.0, "-66.6667"),
            (123_456.78, "123457"),
            (1_234_567.8, "1234568"),
            (999_999.96, "1000000"),
            (0.000_123_456_78, "0.000123457"),
            (0.000_012_345_678, "1.23457e-5"),
            (1e15, "1e15"),
            (-1.5e300, "-1.5e300"),
            (100.0, "100"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(shorten(&Cell::Number(number), &mut String::new()), shown);
        }
    }

    #[test]
    fn what_numbers_differ_by_has_digits_too() {
        let digits = |numbers: &[f64]| digits_of(numbers.iter().copied());
        assert_eq!([digits(&[]), digits(&[1.5]), digits(&[0.5, 0.7, f64::NAN]), digits(&[-1.0, 1e9])], [6; 4]);
        // To a hundredth of what they differ by.
        assert_eq!(digits(&[-1_078.123_512, -1_078.121_456]), 9);
        assert_eq!(digits(&[1e6, 1e6 + 0.009]), 12);
        assert_eq!(digits(&[0.1 + 0.2, 0.3]), 6);
        // Of which fewer than half are far away.
        let good = [-1_078.123_512, -1_078.121_456, -1_078.122_2];
        assert_eq!(digits(&[&good[..], &[1e9, f64::INFINITY, -1e12]].concat()), 9);
        assert_eq!(digits(&[0.5, 0.6, 0.7, 0.8, 1e9]), 6);
        assert_eq!(digits(&[0.0, 0.0, 0.0, 1e-9, 1e9]), 6);
        assert_eq!(digits(&[-1.7e308, 1.7e308, 0.0]), 6);
        let shown = |number| shorten_to(9, CellRef::Number(number), &mut String::new()).to_owned();
        assert_eq!([shown(-1_078.123_512), shown(-1_078.12)], ["-1078.12351", "-1078.12"]);
    }

    #[test]
    fn neighbours_are_told_apart() {
        assert_eq!(apart(&[0.5, 1.0]), ["0.5", "1"]);
        assert_eq!(apart(&[-76.426_71, -76.426_70, -76.426_69]), ["-76.42671", "-76.4267", "-76.42669"]);
        assert_eq!(apart(&[1.0, 1.0 + f64::EPSILON]), ["1", "1.0000000000000002"]);
        assert_eq!(apart(&[1e17, 1e17, 1e17 + 16.0]), ["1e17", "1e17", "1.0000000000000002e17"]);
        assert_eq!(apart(&[]), [""; 0]);
    }

    #[test]
    fn short_literals_and_whole_numbers_stay() {
        for (literal, shown) in [
            ("0.10", "0.10"),
            ("3.0", "3.0"),
            ("0.000125", "0.000125"),
            ("1e-9", "1e-9"),
            ("123456789012345", "123456789012345"),
            ("123456789", "123456789"),
            ("12345678901234567890", "12345678901234567890"),
            ("-12345678901234567890", "-12345678901234567890"),
            ("123456789012345678901", "1.23457e20"),
            ("123456789.0", "123456789"),
            ("1234567890123456.0", "1.23457e15"),
            ("0.30000000000000004", "0.3"),
            ("12345.678", "12345.7"),
            ("1e400", "1e400"),
            ("nan", "nan"),
        ] {
            assert_eq!(shorten(&Cell::Value(Value::number(literal).unwrap()), &mut String::new()), shown);
        }
    }
}
