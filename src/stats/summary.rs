//! What several numbers amount to.

use std::cell::RefCell;
use std::collections::HashMap;
use std::str::FromStr;

use anyhow::{Result, anyhow};

use crate::hint;
use crate::space::special::beta;

/// Count, location and spread of some numbers.
///
/// ```
/// # use gitsweep::stats::Summary;
/// let summary = Summary::of([1.0, 2.0, 3.0, 6.0]).unwrap();
/// assert_eq!((summary.n, summary.mean, summary.median), (4, 3.0, 2.5));
/// assert_eq!(summary.sd, Some((14.0_f64 / 3.0).sqrt()));
/// assert_eq!(Summary::of([]), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many there are.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, with n - 1 below the line; none of a single number.
    pub sd: Option<f64>,
    /// The middle one, or the mean of the two in the middle.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

impl Summary {
    /// The summary of finite numbers; `None` if there are none.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        let (&min, &max) = (numbers.first()?, numbers.last()?);
        let n = numbers.len();
        let count = n as f64;
        // Around the middle, so that neither large numbers nor many of them lose digits.
        let middle = numbers[n / 2];
        let of = |unit: f64| {
            let parts = || numbers.iter().map(|number| number * unit);
            let mean = middle * unit + parts().map(|part| part - middle * unit).sum::<f64>() / count;
            let squares: f64 = parts().map(|part| (part - mean).powi(2)).sum();
            (mean / unit, (squares / (count - 1.0)).sqrt() / unit)
        };
        // Where their sum or squares are beyond doubles, in another unit; a power of two costs no digits.
        let (mean, sd) = match of(1.0) {
            (mean, sd) if !mean.is_finite() || sd == f64::INFINITY => of(2_f64.powi(-600)),
            // Squares of so small numbers have lost digits, or all.
            (_, sd) if min < max && sd < 2_f64.powi(-480) => of(2_f64.powi(600)),
            known => known,
        };
        let (mean, sd) = (mean.clamp(min, max), (n > 1).then_some(sd));
        let median = if n % 2 == 1 { middle } else { numbers[n / 2 - 1].midpoint(middle) };
        Some(Self { n, mean, sd, median, min, max })
    }

    /// The standard deviation with n below the line: that of the numbers themselves, 0 of a single one.
    pub fn population_sd(&self) -> f64 {
        let n = self.n as f64;
        self.sd.map_or(0.0, |sd| sd * ((n - 1.0) / n).sqrt())
    }

    /// The standard error of the mean: the standard deviation over the root of the count.
    pub fn se(&self) -> Option<f64> {
        self.sd.map(|sd| sd / (self.n as f64).sqrt())
    }

    /// Half the width of the mean's 95% confidence interval by Student's t: the interval is mean - ci95 to mean + ci95.
    ///
    /// ```
    /// # use gitsweep::stats::Summary;
    /// let ci95 = Summary::of([1.0, 2.0, 3.0]).unwrap().ci95().unwrap();
    /// assert!((ci95 - 4.302652729749464 / 3.0_f64.sqrt()).abs() < 1e-12);
    /// ```
    pub fn ci95(&self) -> Option<f64> {
        self.se().map(|se| se * t_of_95_percent(self.n - 1))
    }
}

/// The value that Student's t with so many degrees of freedom, 1 or more, exceeds on either side with a probability of 5% in all.
fn t_of_95_percent(freedom: usize) -> f64 {
    thread_local! {
        // Groups of a table are many, and their sizes few.
        static KNOWN: RefCell<HashMap<usize, f64>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        *known.entry(freedom).or_insert_with(|| {
            let freedom = freedom as f64;
            // freedom / (freedom + t^2) follows a beta law.
            let part = beta::quantile(freedom / 2.0, 0.5, 0.05);
            (freedom * part.y / part.x).sqrt()
        })
    })
}

/// One number of a [`Summary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Statistic {
    /// The count.
    N,
    /// The mean.
    Mean,
    /// The standard deviation.
    Sd,
    /// The standard error of the mean.
    Se,
    /// Half the width of the mean's 95% confidence interval.
    Ci95,
    /// The median.
    Median,
    /// The least.
    Min,
    /// The greatest.
    Max,
}

impl Statistic {
    /// All of them, in the order in which tables have them.
    pub const ALL: [Self; 8] =
        [Self::N, Self::Mean, Self::Sd, Self::Se, Self::Ci95, Self::Median, Self::Min, Self::Max];

    /// True for one that a terminal has only where it is asked for: it says nothing that those beside it do not, or where groups
    /// are no repeats nothing at all.
    pub fn is_detail(self) -> bool {
        self == Self::Ci95
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::N => "n",
            Self::Mean => "mean",
            Self::Sd => "sd",
            Self::Se => "se",
            Self::Ci95 => "ci95",
            Self::Median => "median",
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    /// Its value, where there is one.
    pub fn of(self, summary: &Summary) -> Option<f64> {
        match self {
            Self::N => Some(summary.n as f64),
            Self::Mean => Some(summary.mean),
            Self::Sd => summary.sd,
            Self::Se => summary.se(),
            Self::Ci95 => summary.ci95(),
            Self::Median => Some(summary.median),
            Self::Min => Some(summary.min),
            Self::Max => Some(summary.max),
        }
    }
}

impl FromStr for Statistic {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> Result<Self> {
        let known = Self::ALL.map(Self::as_str);
        Self::ALL.into_iter().find(|statistic| statistic.as_str() == word).ok_or_else(|| {
            let way_out = match hint::near_miss(word, known) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are {}", known.join(", ")),
            };
            anyhow!("there is no statistic `{word}`; {way_out}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_no_spread_and_two_have_a_mean_between() {
        let one = Summary::of([0.1]).unwrap();
        assert_eq!(
            (one.n, one.mean, one.sd, one.se(), one.median, one.min, one.max),
            (1, 0.1, None, None, 0.1, 0.1, 0.1)
        );
        assert_eq!(one.ci95(), None);
        let two = Summary::of([3.0, 1.0]).unwrap();
        assert_eq!((two.mean, two.median, two.sd, two.se()), (2.0, 2.0, Some(2.0_f64.sqrt()), Some(1.0)));
    }

    #[test]
    fn confidence_intervals_are_those_of_students_t() {
        // t.ppf(0.975, n - 1) / n**0.5 of scipy.stats
        for (n, expected) in [
            (2, 8.984643532093752),
            (3, 2.4841377117503303),
            (6, 1.0494356398959845),
            (30, 0.3734061367580999),
            (1001, 0.062023606315645935),
        ] {
            // Deviations of plus and minus one, and a zero where they are not even: the standard deviation is known.
            let half = n / 2;
            let numbers = (0..n).map(|k| {
                if k == 2 * half {
                    0.0
                } else if k < half {
                    1.0
                } else {
                    -1.0
                }
            });
            let summary = Summary::of(numbers).unwrap();
            let ratio = summary.ci95().unwrap() / summary.sd.unwrap();
            assert!((ratio / expected - 1.0).abs() < 1e-11, "{n}: {ratio}");
        }
        assert_eq!(Summary::of([0.1; 7]).unwrap().ci95(), Some(0.0));
    }

    #[test]
    fn large_and_equal_numbers_lose_nothing() {
        let large = Summary::of([1e15 + 1.0, 1e15 + 2.0, 1e15 + 3.0]).unwrap();
        assert_eq!((large.mean, large.sd), (1e15 + 2.0, Some(1.0)));
        let equal = Summary::of([0.1; 7]).unwrap();
        assert_eq!((equal.mean, equal.sd), (0.1, Some(0.0)));
        let huge = Summary::of([f64::MAX, f64::MAX]).unwrap();
        assert_eq!((huge.mean, huge.median, huge.sd), (f64::MAX, f64::MAX, Some(0.0)));
    }

    #[test]
    fn numbers_at_the_ends_of_doubles_have_a_mean_and_a_spread() {
        let wide = Summary::of([-1.5e308, 1.5e308, 1e-300, -1.5e308, 1.5e308]).unwrap();
        assert_eq!((wide.mean, wide.sd), (0.0, Some(1.5e308)));
        let small = Summary::of([1e-300, 3e-300]).unwrap();
        assert!((small.sd.unwrap() / 2e-300 - 0.5_f64.sqrt()).abs() < 1e-12, "{small:?}");
        for power in [-1000, -560, -537, -535, -500, -470] {
            let unit = 2_f64.powi(power);
            let sd = Summary::of([unit, 2.0 * unit, 5.0 * unit]).unwrap().sd.unwrap();
            assert!((sd / unit - (13.0_f64 / 3.0).sqrt()).abs() < 1e-15, "2^{power}: {}", sd / unit);
        }
        assert_eq!(Summary::of([5e-324, 5e-324]).unwrap().sd, Some(0.0));
    }

    #[test]
    fn words_read_back_and_near_misses_are_offered() {
        for statistic in Statistic::ALL {
            assert_eq!(statistic.as_str().parse::<Statistic>().unwrap(), statistic);
        }
        let error = "maen".parse::<Statistic>().unwrap_err();
        assert_eq!(error.to_string(), "there is no statistic `maen`; did you mean mean?");
        let error = "q90".parse::<Statistic>().unwrap_err();
        assert!(error.to_string().ends_with("; there are n, mean, sd, se, ci95, median, min, max"), "{error}");
    }
}
