//! What a run that ended well has not reported, and the sentence of its record's reason that says so.
//!
//! Records hold the sentence alone. It is made and read back here, and nowhere else.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// What is missing of what a run was to report.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Lack {
    /// A metric that was to be read from what it left.
    Metric {
        /// Its name.
        name: String,
        /// Why it was not found.
        why: String,
    },
    /// The objective of this name, of which nothing says where it stands.
    Objective(String),
    /// Anything else, in words.
    Other(String),
}

const METRIC: &str = "metric ";
const OBJECTIVE: &str = " did not report the objective, ";

impl Lack {
    /// True if it is the number of this name that is missing.
    pub fn is_of(&self, metric: &str) -> bool {
        match self {
            // A name may have a colon in it.
            Self::Metric { .. } => self
                .to_string()
                .strip_prefix(METRIC)
                .and_then(|rest| rest.strip_prefix(metric))
                .is_some_and(|rest| rest.starts_with(": ")),
            Self::Objective(name) => name == metric,
            Self::Other(_) => false,
        }
    }

    /// True if a definition that says where the number stands would help.
    pub fn is_of_a_number(&self) -> bool {
        !matches!(self, Self::Other(_))
    }

    /// The sentence about so many runs.
    pub fn of_runs(&self, count: u64) -> String {
        match self {
            Self::Objective(name) if count != 1 => format!("they{OBJECTIVE}{name}"),
            lack => lack.to_string(),
        }
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metric { name, why } => write!(f, "{METRIC}{name}: {why}"),
            Self::Objective(name) => write!(f, "it{OBJECTIVE}{name}"),
            Self::Other(words) => f.write_str(words),
        }
    }
}

impl FromStr for Lack {
    type Err = Infallible;

    fn from_str(reason: &str) -> Result<Self, Infallible> {
        let objective = reason.strip_prefix("it").and_then(|rest| rest.strip_prefix(OBJECTIVE));
        let metric = reason.strip_prefix(METRIC).and_then(|rest| rest.split_once(": "));
        Ok(match (objective, metric) {
            (Some(name), _) => Self::Objective(name.to_owned()),
            (None, Some((name, why))) => Self::Metric { name: name.to_owned(), why: why.to_owned() },
            (None, None) => Self::Other(reason.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reason: &str) -> Lack {
        let Ok(lack) = reason.parse();
        lack
    }

    #[test]
    fn what_notes_say_is_read_back_as_it_was_meant() {
        let metric = Lack::Metric { name: "rate".to_owned(), why: "the log: has no line".to_owned() };
        for (lack, sentence) in [
            (metric, "metric rate: the log: has no line"),
            (Lack::Objective("a, loss".to_owned()), "it did not report the objective, a, loss"),
            (Lack::Other("output.json is no JSON: metric a: b".to_owned()), "output.json is no JSON: metric a: b"),
            (Lack::Other("taken from 1234567, the same code".to_owned()), "taken from 1234567, the same code"),
        ] {
            assert_eq!((lack.to_string().as_str(), &read(sentence)), (sentence, &lack));
        }
    }

    #[test]
    fn a_lack_is_of_the_number_that_it_names() {
        for (reason, name, other) in [
            ("metric rate: no", "rate", "rat"),
            ("metric a: b: no", "a: b", "b"),
            ("it did not report the objective, a, loss", "a, loss", "loss"),
        ] {
            assert!(read(reason).is_of(name) && !read(reason).is_of(other), "{reason}");
        }
        assert!(!read("output.json holds no number").is_of_a_number());
    }

    #[test]
    fn many_runs_are_they() {
        let lack = Lack::Objective("loss".to_owned());
        assert_eq!(lack.of_runs(1), "it did not report the objective, loss");
        assert_eq!(lack.of_runs(2), "they did not report the objective, loss");
        assert_eq!(read("metric rate: no").of_runs(2), "metric rate: no");
    }
}
