//! Reducers: one number of a whole series.

use std::str::FromStr;

use anyhow::{Result, bail};

use super::Series;
use crate::hint;
use crate::stats::Summary;

/// What a column of a series is reduced to. Missing values are passed over; NaN is a value, and what it touches is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reduce {
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The arithmetic mean.
    Mean,
    /// The standard deviation over all values (divided by n, as numpy's).
    Std,
    /// The first.
    First,
    /// The last.
    Last,
    /// The value at this x, on the straight line between its neighbours.
    At(f64),
}

const WORDS: [(&str, Reduce); 8] = [
    ("min", Reduce::Min),
    ("max", Reduce::Max),
    ("mean", Reduce::Mean),
    ("std", Reduce::Std),
    ("sd", Reduce::Std),
    ("first", Reduce::First),
    ("last", Reduce::Last),
    ("final", Reduce::Last),
];

impl Reduce {
    /// The word that stands in a definition.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Min => "min",
            Self::Max => "max",
            Self::Mean => "mean",
            Self::Std => "std",
            Self::First => "first",
            Self::Last => "last",
            Self::At(_) => "at",
        }
    }

    /// True if the number is one that stands in the file.
    pub fn chooses(self) -> bool {
        matches!(self, Self::Min | Self::Max | Self::First | Self::Last)
    }

    /// The number that a column, or the only one, is reduced to.
    ///
    /// # Errors
    /// If there is no such column, it has no value, or x does not come so far.
    pub fn of(self, series: &Series, column: Option<&str>) -> Result<f64> {
        let column = series.column(column)?;
        let known: Vec<f64> = column.values.iter().copied().flatten().collect();
        let (Some(&first), Some(&last)) = (known.first(), known.last()) else {
            bail!("column {} has no value", column.name);
        };
        // What is not finite has no spread; a mean it has, if it is infinite in one direction.
        let are_finite = known.iter().all(|value| value.is_finite());
        let summary = || are_finite.then(|| Summary::of(known.iter().copied())).flatten();
        Ok(match self {
            Self::Min | Self::Max if known.iter().any(|value| value.is_nan()) => f64::NAN,
            Self::Min => known.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Max => known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Self::Mean => summary().map_or_else(|| known.iter().sum(), |summary| summary.mean),
            Self::Std => summary().map_or(f64::NAN, |summary| summary.population_sd()),
            Self::First => first,
            Self::Last => last,
            Self::At(x) => return at(series, &column.values, x),
        })
    }
}

fn at(series: &Series, values: &[Option<f64>], x: f64) -> Result<f64> {
    let known: Vec<(f64, f64)> = series.x.iter().zip(values).filter_map(|(x, value)| Some((*x, (*value)?))).collect();
    if let Some((_, exact)) = known.iter().find(|(known, _)| *known == x) {
        return Ok(*exact);
    }
    for pair in known.windows(2) {
        let [(x0, y0), (x1, y1)] = *pair else { continue };
        if (x0 < x && x < x1) || (x1 < x && x < x0) {
            return Ok(y0 + (y1 - y0) * ((x - x0) / (x1 - x0)));
        }
    }
    let (low, high) =
        known.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (x, _)| (low.min(*x), high.max(*x)));
    bail!("{} = {x} is outside of {low} to {high}", series.x_name)
}

impl FromStr for Reduce {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> Result<Self> {
        if let Some((_, reduce)) = WORDS.iter().find(|(known, _)| *known == word) {
            return Ok(*reduce);
        }
        let near = hint::near_miss(word, WORDS.iter().map(|(known, _)| *known));
        let hint = near.map_or_else(
            || "it is min, max, mean, std, first or last; or at = X for the value there".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        Err(hint::error(format!("`{word}` is no way to reduce a series"), hint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Layout;

    fn series(text: &str) -> Series {
        Series::parse(text, &Layout { file: "a.csv".to_owned(), x: Some("t".to_owned()), ..Layout::default() }).unwrap()
    }

    #[test]
    fn numbers_worked_out_by_numpy() {
        // numpy 2: v = [1, -2.5, 4, 0.1]; v.mean(), v.std(), np.interp(1.25, [0, 1, 2, 4], v)
        let series = series("t,v\n0,1\n1,-2.5\n2,4\n4,0.1\n");
        for (reduce, expected) in [
            (Reduce::Min, -2.5),
            (Reduce::Max, 4.0),
            (Reduce::Mean, 0.65),
            (Reduce::Std, 2.322_175_703_946_624),
            (Reduce::First, 1.0),
            (Reduce::Last, 0.1),
            (Reduce::At(1.25), -0.875),
            (Reduce::At(2.0), 4.0),
        ] {
            let found = reduce.of(&series, Some("v")).unwrap();
            assert!((found - expected).abs() < 1e-12, "{reduce:?}: {found}");
        }
        let error = Reduce::At(5.0).of(&series, None).unwrap_err().to_string();
        assert_eq!(error, "t = 5 is outside of 0 to 4");
    }

    #[test]
    fn numbers_at_the_ends_of_doubles_have_a_mean_and_a_spread() {
        let of = |reduce: Reduce, text: &str| reduce.of(&series(&format!("t,v\n{text}")), Some("v")).unwrap();
        // Worked out with fractions.
        assert_eq!(of(Reduce::Mean, "0,1e308\n1,1.5e308\n"), 1.25e308);
        assert!((of(Reduce::Std, "0,1e200\n1,3e200\n") / 1e200 - 1.0).abs() < 1e-15);
        assert!((of(Reduce::Std, "0,1e-200\n1,3e-200\n") / 1e-200 - 1.0).abs() < 1e-15);
        // What does not vary has no spread.
        let same = "0,0.1\n1,0.1\n2,0.1\n";
        assert_eq!((of(Reduce::Mean, same), of(Reduce::Std, same)), (0.1, 0.0));
        assert_eq!((of(Reduce::Mean, "0,inf\n1,2\n"), of(Reduce::Std, "0,3\n")), (f64::INFINITY, 0.0));
        assert!(of(Reduce::Std, "0,inf\n1,2\n").is_nan() && of(Reduce::Mean, "0,inf\n1,-inf\n").is_nan());
    }

    #[test]
    fn missing_is_passed_over_and_nan_is_not() {
        let series = series("t,a,b,c\n0,,1,\n1,2,nan,\n2,6,3,\n3,,0,\n");
        let of = |reduce: Reduce, column| reduce.of(&series, Some(column));
        assert_eq!(
            [Reduce::First, Reduce::Last, Reduce::Mean, Reduce::At(1.5)].map(|r| of(r, "a").unwrap()),
            [2.0, 6.0, 4.0, 4.0]
        );
        for reduce in [Reduce::Min, Reduce::Max, Reduce::Mean, Reduce::Std] {
            assert!(of(reduce, "b").unwrap().is_nan(), "{reduce:?}");
        }
        assert_eq!(of(Reduce::Max, "c").unwrap_err().to_string(), "column c has no value");
    }

    #[test]
    fn words_read_back_and_near_misses_are_offered() {
        for (word, reduce) in WORDS.iter().take(4) {
            assert_eq!(reduce.as_str(), *word);
            assert_eq!(word.parse::<Reduce>().unwrap(), *reduce);
        }
        let error = "maxx".parse::<Reduce>().unwrap_err();
        assert_eq!(hint::hints(&error), ["did you mean max?"]);
    }
}
