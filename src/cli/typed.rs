//! What is typed behind flags, read with the way out in the words that clap shows.

use std::str::FromStr;
use std::time::Duration;

use anyhow::{Error, Result, bail};

use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::spec::parse_duration;

/// Anything that the library reads.
pub fn read<T: FromStr<Err: Into<Error>>>(text: &str) -> Result<T> {
    text.parse().map_err(|error: T::Err| {
        let error: Error = error.into();
        let mut words = vec![error.to_string()];
        words.extend(hint::hints(&error).into_iter().map(str::to_owned));
        Error::msg(words.join("; "))
    })
}

/// A name that the library reads later, beside those of the definition.
pub fn name_of<T: FromStr<Err: Into<Error>>>(text: &str) -> Result<String> {
    read::<T>(text).map(|_| text.to_owned())
}

/// A span of time that the library reads later.
pub fn span(text: &str) -> Result<String> {
    duration(text).map(|_| text.to_owned())
}

/// A span of time that a run may take, which the library reads later.
pub fn limit(text: &str) -> Result<String> {
    if duration(text)?.is_zero() {
        bail!("no run ends within it; leave it out where runs may take any time");
    }
    Ok(text.to_owned())
}

/// The name of a branch, or what one begins with.
pub fn branch(text: &str) -> Result<String> {
    if !Repository::is_branch_name(text) {
        bail!("it cannot be a branch's name; take letters, digits, `_`, `-` and `/`");
    }
    Ok(text.to_owned())
}

/// A whole number.
pub fn whole<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::msg("it is a whole number, 0 or more"))
}

/// A number.
pub fn number(text: &str) -> Result<f64> {
    match text.parse() {
        Ok(number) if f64::is_finite(number) => Ok(number),
        _ => bail!("it is no number; such as 0.01 or 1e-3"),
    }
}

/// A whole number above zero.
pub fn at_least_one<T: FromStr + Default + PartialEq>(text: &str) -> Result<T> {
    match text.parse() {
        Ok(number) if number != T::default() => Ok(number),
        _ => bail!("it is a whole number from 1 on"),
    }
}

/// A span of time.
pub fn duration(text: &str) -> Result<Duration> {
    parse_duration(text).map_err(|_| Error::msg("it is no duration; such as 90s, 1m, 2h 30m or 02:30:00"))
}
