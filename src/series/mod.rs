//! Series: tables of numbers over time or anything else, as runs leave them in files, and what they reduce to.
//!
//! ```
//! use gitsweep::series::{Layout, Reduce, Series};
//!
//! let layout = Layout { file: "trace.csv".to_owned(), x: Some("t".to_owned()), ..Layout::default() };
//! let series = Series::parse("t,V\n0,-65\n1,20\n2,-70\n", &layout)?;
//! assert_eq!(series.columns[0].name, "V");
//! assert_eq!(Reduce::Max.of(&series, None)?, 20.0);
//! assert_eq!(Reduce::At(0.5).of(&series, Some("V"))?, -22.5);
//! # Ok::<(), anyhow::Error>(())
//! ```

mod columns;
mod derived;
mod lines;
mod reduce;
mod split;

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::expr::Expression;
use crate::hint;
use crate::lenient;

pub use reduce::Reduce;

/// A file is read whole; nobody is to run out of memory over one.
const LARGEST: u64 = 1 << 30;

/// Where a series stands in a run folder, and how its file is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Layout {
    /// The file, from the run folder.
    pub file: String,
    /// The column that all others are over, by name or by number from 1; the first if nothing is said.
    pub x: Option<String>,
    /// Whether the first line has names; if nothing is said, it has if any of them is no number.
    pub header: Option<bool>,
    /// Further columns, each by an expression over the others and those before it.
    pub derived: Vec<(String, Expression)>,
}

/// One column of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name, or its number from 1 where the file has no names.
    pub name: String,
    /// Its number from 1 in the file.
    pub position: usize,
    /// A number for each row; none where the file has nothing, NA or null.
    pub values: Vec<Option<f64>>,
    /// True if every number is written without a point or an exponent.
    pub whole: bool,
}

/// What a file holds: columns of numbers over one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The name of the column that the others are over.
    pub x_name: String,
    /// Its numbers.
    pub x: Vec<f64>,
    /// The others that hold numbers.
    pub columns: Vec<Column>,
    /// Those that hold text, which are left out.
    pub text: Vec<Text>,
}

/// A column without a single number.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Its name.
    pub name: String,
    /// The line of its first word.
    pub line: usize,
    /// Its first word.
    pub first: String,
}

#[cfg(test)]
impl Series {
    /// All of it in a line, for tests: `t: 0 1 | V: -65 -`.
    fn shown(&self) -> String {
        let cell = |value: &Option<f64>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
        let columns = self
            .columns
            .iter()
            .map(|column| format!("{}: {}", column.name, column.values.iter().map(cell).collect::<Vec<_>>().join(" ")));
        let x = self.x.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        format!("{}: {x} | {}", self.x_name, columns.collect::<Vec<_>>().join(", "))
    }
}

impl Series {
    /// Reads the file of a run folder.
    ///
    /// # Errors
    /// If there is none, or it is no table of numbers.
    pub fn read(folder: &Path, layout: &Layout) -> Result<Self> {
        let text = lenient::read_text(&folder.join(&layout.file), LARGEST);
        let text = text.map_err(|problem| anyhow::anyhow!("{} cannot be read: {problem}", layout.file))?;
        let Some(text) = text else { bail!("there is no {}", layout.file) };
        Self::parse(&text, layout).with_context(|| format!("{} is damaged", layout.file))
    }

    /// Reads the text of a file: comma-, tab- or semicolon-separated (with a decimal comma, if it likes), or columns
    /// between blanks; `#` and `%` begin comments. Or lines of JSON.
    ///
    /// # Errors
    /// If it has no rows, a row has more or fewer fields than the first, or something among numbers is none, or a derived
    /// column has a name that the file has or is over one that it has not.
    pub fn parse(text: &str, layout: &Layout) -> Result<Self> {
        let mut series = if lines::is_json(text) { lines::parse(text, layout)? } else { columns::parse(text, layout)? };
        layout.derived.iter().try_for_each(|(name, expr)| derived::add(&mut series, name, expr))?;
        Ok(series)
    }

    /// The column of that name or number, which may be the one that the others are over; or the only other one.
    ///
    /// # Errors
    /// If there is none, or several and none is named; the message has the near miss.
    pub fn column(&self, name: Option<&str>) -> Result<Cow<'_, Column>> {
        let named = || self.columns.iter().map(|column| column.name.as_str());
        let Some(name) = name else {
            return match self.columns.as_slice() {
                [one] => Ok(Cow::Borrowed(one)),
                [] => bail!("it has no column of numbers beside {}", self.x_name),
                _ => Err(hint::error(
                    format!("it has several columns: {}", named().collect::<Vec<_>>().join(", ")),
                    "say which: column = \"NAME\"",
                )),
            };
        };
        let position = name.parse::<usize>().ok();
        let by_name = self.columns.iter().find(|column| column.name == name);
        if by_name.is_none() && name == self.x_name {
            return Ok(Cow::Owned(self.x_column()));
        }
        let found = by_name.or_else(|| self.columns.iter().find(|column| Some(column.position) == position));
        found.map(Cow::Borrowed).ok_or_else(|| {
            if let Some(Text { line, first, .. }) = self.text.iter().find(|text| text.name == name) {
                let shown: String = first.chars().take(40).collect();
                return anyhow::anyhow!("column {name} is text: `{shown}` in line {line} is no number");
            }
            let near = columns::near(name, named());
            let all = std::iter::once(self.x_name.as_str()).chain(named()).collect::<Vec<_>>().join(", ");
            anyhow::anyhow!("there is no column `{name}`; {near} has {all}")
        })
    }

    /// What the others are over, as one of them; its number in the file is not known any more.
    fn x_column(&self) -> Column {
        let whole = self.x.iter().all(|x| x.fract() == 0.0);
        Column { name: self.x_name.clone(), position: 0, values: self.x.iter().copied().map(Some).collect(), whole }
    }
}
