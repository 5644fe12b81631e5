//! Hints: the way out of an error, attached where the error is thrown and printed apart from it.

use std::fmt;

use anyhow::Error;
use strsim::damerau_levenshtein;

/// The way out where nothing more can be written. The results of runs that have ended are in the repository.
pub const DISK_FULL: &str = "is the disk full? The point stays to be run. To make room: what runs have left below sweeps/ may be \
                             deleted, results stay; discard = [\"*.bam\"] under [run] has the next runs leave less";

/// The way out where the repository itself cannot be written to.
pub const NO_ROOM: &str = "is the repository read-only, or the disk full? To make room: what runs have left below sweeps/ may be \
                           deleted, results stay";

/// An error together with what the user can do about it.
#[derive(Debug)]
pub struct Hinted {
    message: String,
    hints: Vec<String>,
    source: Option<Error>,
}

impl Hinted {
    /// What the user can do, what is likeliest first.
    pub fn hints(&self) -> impl Iterator<Item = &str> {
        self.hints.iter().map(String::as_str)
    }
}

impl fmt::Display for Hinted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Hinted {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}

/// An error that says `message`, with the way out.
pub fn error(message: impl fmt::Display, hint: impl fmt::Display) -> Error {
    several(message, vec![hint.to_string()])
}

/// The same where there are several ways out, the likeliest first.
pub fn several(message: impl fmt::Display, hints: Vec<String>) -> Error {
    Error::new(Hinted { message: message.to_string(), hints, source: None })
}

/// The same where a way out may not be known.
pub fn with(message: impl fmt::Display, hint: Option<impl fmt::Display>) -> Error {
    match hint {
        Some(hint) => error(message, hint),
        None => Error::msg(message.to_string()),
    }
}

/// Wraps an error in `message`, with the way out.
pub fn wrap(source: impl Into<Error>, message: impl fmt::Display, hint: impl fmt::Display) -> Error {
    Error::new(Hinted { message: message.to_string(), hints: vec![hint.to_string()], source: Some(source.into()) })
}

/// Adds a way out to a result's error.
pub trait WithHint<T> {
    /// Wraps the error in `message` and attaches `hint`.
    ///
    /// # Errors
    /// The wrapped error, if there was one.
    fn hint(self, message: impl fmt::Display, hint: impl fmt::Display) -> anyhow::Result<T>;
}

impl<T, E: Into<Error>> WithHint<T> for Result<T, E> {
    fn hint(self, message: impl fmt::Display, hint: impl fmt::Display) -> anyhow::Result<T> {
        self.map_err(|source| wrap(source, message, hint))
    }
}

/// Every hint along the chain of an error, outermost first.
pub fn hints(error: &Error) -> Vec<&str> {
    error.chain().filter_map(|cause| cause.downcast_ref::<Hinted>()).flat_map(Hinted::hints).collect()
}

/// Names as they stand in a sentence.
///
/// ```
/// let names = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
/// assert_eq!(gitsweep::hint::listed(&names), "a, b and c");
/// assert_eq!(gitsweep::hint::listed(&names[..2]), "a and b");
/// ```
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The known name that is closest to `given`, if it is close: a third of its letters may differ, or the rest be
/// missing.
///
/// ```
/// assert_eq!(gitsweep::hint::near_miss("stratgy", ["strategy", "seed"]), Some("strategy"));
/// assert_eq!(gitsweep::hint::near_miss("zzz", ["strategy", "seed"]), None);
/// ```
pub fn near_miss<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = given.to_lowercase();
    let letters = lower.chars().count();
    let allowed = (letters / 3).max(1);
    known
        .into_iter()
        .filter_map(|name| {
            let candidate = name.to_lowercase();
            let distance = damerau_levenshtein(&lower, &candidate);
            let close = distance <= allowed && distance < letters || distance == 0;
            let begun = letters >= 2 && candidate.starts_with(&lower);
            (close || begun).then_some((distance, name))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses() {
        let known = ["point", "g_e", "g_i", "score", "Rate"];
        for (given, meant) in [
            ("scor", Some("score")),
            ("scroe", Some("score")),
            ("sc", Some("score")),
            ("rate", Some("Rate")),
            ("g_x", Some("g_e")),
            ("h", None),
            ("", None),
            ("voltage", None),
        ] {
            assert_eq!(near_miss(given, known), meant, "{given}");
        }
    }
}
