//! A point: one assignment of every parameter, in the order of the definition.

use std::fmt;
use std::sync::Arc;

use anyhow::{Result, bail};

use crate::value::{Value, beginning};

/// The name of a parameter: an identifier, perhaps with dots (`model.g_e`) or dashes (`learning-rate`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParamName(Box<str>);

impl ParamName {
    /// Takes `name` if it can stand in a trailer, a variable and a command line.
    ///
    /// # Errors
    /// If it is empty, does not start with a letter or underscore, or holds anything but letters, digits, `_`, `-`, `.`.
    pub fn new(name: &str) -> Result<Self> {
        let starts_well = name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
        if !starts_well || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')) {
            bail!(
                "`{name}` is no name of a parameter: it takes letters, digits, `_`, `-` and `.`, and starts with a letter"
            );
        }
        Ok(Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in capitals, for the environment: `learning-rate` is `LEARNING_RATE`.
    pub fn to_variable(&self) -> String {
        self.0.chars().flat_map(char::to_uppercase).map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
    }
}

impl fmt::Display for ParamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// In one line for people a value has no more characters than this, and the line is cut beyond so many bytes.
const LONGEST_VALUE: usize = 200;
const LONGEST_LINE: usize = 2_000;

/// One assignment of all parameters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Point {
    /// Shared by the points of a search, of which there may be millions.
    names: Arc<[ParamName]>,
    values: Box<[Value]>,
}

impl Point {
    /// The assignment, in the definition's order.
    pub fn new(values: Vec<(ParamName, Value)>) -> Self {
        let (names, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
        Self { names: names.into(), values: values.into() }
    }

    /// One value for each name, in the definition's order; `None` if there are more of the one than of the other.
    pub fn of_names(names: &Arc<[ParamName]>, values: Vec<Value>) -> Option<Self> {
        (names.len() == values.len()).then(|| Self { names: Arc::clone(names), values: values.into() })
    }

    /// The names of the parameters, in the definition's order.
    pub fn names(&self) -> &Arc<[ParamName]> {
        &self.names
    }

    /// The value of one parameter.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter().find(|(parameter, _)| parameter.as_str() == name).map(|(_, value)| value)
    }

    /// Name and value of each parameter.
    pub fn iter(&self) -> impl Iterator<Item = (&ParamName, &Value)> {
        self.names.iter().zip(&self.values)
    }

    /// The number of parameters.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// True if there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The assignment for one line: what is very long is cut.
    pub fn brief(&self) -> String {
        let mut line = String::with_capacity(128);
        for (at, (name, value)) in self.iter().enumerate() {
            if at > 0 {
                line.push(' ');
            }
            if line.len() > LONGEST_LINE {
                line.push('…');
                break;
            }
            line.push_str(name.as_str());
            line.push('=');
            line.push_str(&beginning(&value.to_trailer(), LONGEST_VALUE));
        }
        line
    }

    /// The assignment as a JSON object.
    pub fn to_json(&self) -> serde_json::Value {
        self.iter().map(|(name, value)| (name.as_str().to_owned(), value.to_json())).collect()
    }
}

impl Default for Point {
    /// No parameters.
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl fmt::Display for Point {
    /// `g_e=0.5 g_i=-5.0`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{name}={}", value.to_trailer())?;
        }
        Ok(())
    }
}
