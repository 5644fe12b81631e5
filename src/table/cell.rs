//! One cell of a table.

use std::fmt::Write as _;

use crate::value::{Kind, Value, ValueRef};

/// What stands where a row and a column meet.
///
/// A number that was written by somebody keeps its literal (`Value`); one that we computed is a double (`Number`).
/// Both may be NaN or infinite, which is not the same as missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing is known: the metric was not reported, or the point has not run.
    #[default]
    Missing,
    /// A value with its literal.
    Value(Value),
    /// A computed number.
    Number(f64),
}

/// What a cell says, spelt out, and what kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelt<'a> {
    /// Nothing is known.
    Missing,
    /// Text.
    Text(&'a str),
    /// `true` or `false`.
    Bool(&'a str),
    /// A number as somebody has written it.
    Literal(&'a str),
    /// A number that we computed.
    Computed(&'a str),
}

impl<'a> Spelt<'a> {
    /// The words; none if nothing is known.
    pub fn as_str(self) -> &'a str {
        match self {
            Self::Missing => "",
            Self::Text(text) | Self::Bool(text) | Self::Literal(text) | Self::Computed(text) => text,
        }
    }
}

/// A cell that stands in a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellRef<'a> {
    /// Nothing is known.
    Missing,
    /// A value with its literal.
    Value(ValueRef<'a>),
    /// A computed number.
    Number(f64),
}

impl Cell {
    /// Text, or missing if there is none.
    pub fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Missing, |text| Self::Value(Value::text(text)))
    }

    /// The same, borrowed.
    pub fn view(&self) -> CellRef<'_> {
        match self {
            Self::Missing => CellRef::Missing,
            Self::Value(value) => CellRef::Value(value.view()),
            Self::Number(number) => CellRef::Number(*number),
        }
    }

    /// True if nothing is known; NaN is something.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// The cell in full: see [`CellRef::spell`].
    ///
    /// ```
    /// # use gitsweep::table::Cell;
    /// let spell = |number| Cell::Number(number).spell(&mut String::new()).to_owned();
    /// assert_eq!([spell(36.0), spell(0.1), spell(1e300), spell(-0.0)], ["36", "0.1", "1e300", "-0.0"]);
    /// ```
    pub fn spell<'a>(&'a self, scratch: &'a mut String) -> &'a str {
        self.view().spell(scratch)
    }
}

impl<'a> From<&'a Cell> for CellRef<'a> {
    fn from(cell: &'a Cell) -> Self {
        cell.view()
    }
}

impl<'a> CellRef<'a> {
    /// True if nothing is known; NaN is something.
    pub fn is_missing(self) -> bool {
        matches!(self, Self::Missing)
    }

    /// True for numbers, NaN and the infinities among them, but not for truth values.
    pub fn is_number(self) -> bool {
        match self {
            Self::Missing => false,
            Self::Value(value) => value.is_number(),
            Self::Number(_) => true,
        }
    }

    /// The text of a text cell.
    pub fn as_text(self) -> Option<&'a str> {
        match self {
            Self::Value(value) if value.kind() == Kind::Text => Some(value.as_str()),
            _ => None,
        }
    }

    /// The number of a cell that is one, but not of a truth value.
    pub fn as_number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Value(value) if value.is_number() => value.as_f64(),
            _ => None,
        }
    }

    /// The same, with a literal of its own.
    pub fn to_cell(self) -> Cell {
        match self {
            Self::Missing => Cell::Missing,
            Self::Value(value) => Cell::Value(value.to_value()),
            Self::Number(number) => Cell::Number(number),
        }
    }

    /// The same as a value; `None` if nothing is known.
    pub fn to_value(self) -> Option<Value> {
        match self {
            Self::Missing => None,
            Self::Value(value) => Some(value.to_value()),
            Self::Number(number) => Some(Value::float(number)),
        }
    }

    /// True if both are missing, or the same value in the sense of [`Value::same`].
    pub(crate) fn same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Value(a), Self::Value(b)) => a.same(b),
            _ => self == other,
        }
    }

    /// The cell as [`CellRef::spell`] has it, with its kind.
    pub fn spelt<'s>(self, scratch: &'s mut String) -> Spelt<'s>
    where
        'a: 's,
    {
        match self {
            Self::Missing => Spelt::Missing,
            Self::Number(_) => Spelt::Computed(self.spell(scratch)),
            Self::Value(value) => match value.kind() {
                Kind::Text => Spelt::Text(value.as_str()),
                Kind::Bool => Spelt::Bool(value.as_str()),
                Kind::Integer | Kind::Decimal => Spelt::Literal(self.spell(scratch)),
            },
        }
    }

    /// The cell in full: nothing if missing, a value's literal, the shortest decimal that reads back as the number;
    /// `nan`, `inf` and `-inf`. It is built in `scratch` where it stands nowhere yet.
    pub fn spell<'s>(self, scratch: &'s mut String) -> &'s str
    where
        'a: 's,
    {
        match self {
            Self::Missing => "",
            Self::Value(value) if value.is_number() && value.as_str().ends_with("nan") => "nan",
            Self::Value(value) => value.as_str(),
            Self::Number(number) => {
                scratch.clear();
                spell_number(number, scratch);
                scratch
            }
        }
    }

    /// The cell in full, in a text of its own.
    pub fn to_text(self) -> String {
        self.spell(&mut String::new()).to_owned()
    }
}

/// The magnitude below which a whole double is written with all its digits; it is then an i64, and exact.
const WHOLE: f64 = 1e15;

fn spell_number(number: f64, out: &mut String) {
    let written = if number.is_nan() {
        out.push_str("nan");
        Ok(())
    } else if number.fract() == 0.0 && number.abs() < WHOLE && !(number == 0.0 && number.is_sign_negative()) {
        write!(out, "{}", number as i64)
    } else {
        write!(out, "{number:?}")
    };
    debug_assert!(written.is_ok(), "a String takes what is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_as_they_were() {
        let mut scratch = String::new();
        for number in
            [0.0, -0.0, 1.0, -36.0, 0.1, 1e15, 123_456_789.25, 1e-320, f64::MAX, f64::INFINITY, -f64::INFINITY]
        {
            let spelt = Cell::Number(number).spell(&mut scratch).parse::<f64>().unwrap();
            assert_eq!(spelt.to_bits(), number.to_bits());
        }
        assert_eq!(Cell::Number(f64::NAN).spell(&mut scratch), "nan");
        assert_eq!(Cell::Number(f64::NEG_INFINITY).spell(&mut scratch), "-inf");
    }

    #[test]
    fn literals_are_kept() {
        let mut scratch = String::new();
        for literal in ["0.10", "1e-5", "0x1F", "-inf", "nan"] {
            assert_eq!(Cell::Value(Value::number(literal).unwrap()).spell(&mut scratch), literal);
        }
        assert_eq!(Cell::Value(Value::number("-nan").unwrap()).spell(&mut scratch), "nan");
        assert_eq!(Cell::Value(Value::text("-nan")).spell(&mut scratch), "-nan");
        assert_eq!(Cell::Missing.spell(&mut scratch), "");
    }
}
