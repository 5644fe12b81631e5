//! A table as typed columns: what the page's script reads, in a few bytes a cell.
//!
//! The bytes are those of `[length of the head][head][padding][body]`: a head of JSON that says where in the body each
//! column stands and how it is spelt, little-endian numbers in the body, each array at a multiple of eight.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::kept::press;
use crate::table::{CellRef, Role, Table};
use crate::value::Kind;

/// A column of text or of few values is a list of them and an index a row; one with more numbers than this share of its
/// rows is an array of doubles.
const FEW: usize = 4;

const ALIGNMENT: usize = 8;

/// The table's cells, and what the columns are called, pressed.
pub(super) fn encode(table: &Table) -> Vec<u8> {
    let (head, body) = parts(table);
    press(&[&head, &body])
}

/// The head with its length and padding, and the body.
fn parts(table: &Table) -> (Vec<u8>, Vec<u8>) {
    let mut body = Vec::new();
    let mut columns = String::new();
    for column in 0..table.columns().len() {
        if column > 0 {
            columns.push(',');
        }
        encode_column(table, column, &mut columns, &mut body);
    }
    let before = format!("{{\"rows\":{},\"columns\":[", table.len());
    let length = before.len() + columns.len() + 2;
    let mut head = Vec::with_capacity(4 + length + ALIGNMENT);
    head.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    for part in [before.as_str(), &columns, "]}"] {
        head.extend(part.as_bytes());
    }
    align(&mut head);
    (head, body)
}

fn align(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(ALIGNMENT), 0);
}

/// Puts an array at the end of the body; where it begins.
fn put(body: &mut Vec<u8>, array: impl IntoIterator<Item = u8>) -> usize {
    align(body);
    let at = body.len();
    body.extend(array);
    at
}

/// Tells of a column in `head`, and puts its cells into `body`.
fn encode_column(table: &Table, column: usize, head: &mut String, body: &mut Vec<u8>) {
    let description = &table.columns()[column];
    let role = match description.role {
        Role::Point => "point",
        Role::Sweep => "sweep",
        Role::Parameter => "parameter",
        Role::Metric => "metric",
        Role::Status => "status",
        Role::Reason => "reason",
        Role::Statistic | Role::Detail => "statistic",
        _ => "attempt",
    };
    let [name, label] = [&description.name, table.label(column)].map(|text| json!(text));
    head.push_str(&format!("{{\"name\":{name},\"label\":{label},\"role\":\"{role}\","));
    let cells = || table.cells(column);
    let form = commits(cells(), body).or_else(|| numbers(cells(), body)).unwrap_or_else(|| list(cells(), body));
    head.push_str(&form);
    head.push('}');
}

/// Ids of commits, twenty bytes each; `None` if there is anything else.
fn commits<'a>(cells: impl Iterator<Item = CellRef<'a>>, body: &mut Vec<u8>) -> Option<String> {
    let mut bytes = Vec::new();
    for cell in cells {
        let id = cell.as_text().filter(|text| text.len() == 40 && text.is_ascii())?;
        for digits in id.as_bytes().chunks(2) {
            let digit = |at: usize| char::from(digits[at]).to_digit(16).filter(|_| !digits[at].is_ascii_uppercase());
            bytes.push(u8::try_from(digit(0)? * 16 + digit(1)?).ok()?);
        }
    }
    (!bytes.is_empty()).then(|| format!("\"form\":\"commits\",\"at\":{}", put(body, bytes)))
}

/// Doubles, with the literals of those that a script would spell otherwise; `None` if anything is not a number, or most are
/// repeated or spelt unusually.
fn numbers<'a>(cells: impl Iterator<Item = CellRef<'a>> + Clone, body: &mut Vec<u8>) -> Option<String> {
    let (mut scratch, mut by_script) = (String::new(), String::new());
    let (mut doubles, mut missing, mut unusual) = (Vec::new(), Vec::new(), Vec::new());
    let mut distinct = std::collections::HashSet::new();
    for (row, cell) in cells.enumerate() {
        let number = match cell {
            CellRef::Missing => f64::NAN,
            CellRef::Number(number) => number,
            CellRef::Value(value) if value.is_number() => value.as_f64()?,
            CellRef::Value(_) => return None,
        };
        if cell.is_missing() {
            missing.push(row);
        } else if cell.spell(&mut scratch) != spell_by_script(number, &mut by_script) {
            unusual.push(json!([row, cell.spell(&mut scratch)]));
        }
        distinct.insert(number.to_bits());
        doubles.push(number);
    }
    if distinct.len() * FEW < doubles.len() || unusual.len() * FEW > doubles.len() || doubles.len() == missing.len() {
        return None;
    }
    // The same byte of all numbers side by side is what deflate can press.
    let planes = (0..8).flat_map(|plane| doubles.iter().map(move |number| number.to_le_bytes()[plane]));
    let at = put(body, planes);
    let mut told = format!("\"form\":\"numbers\",\"at\":{at},\"unusual\":{}", Json::from(unusual));
    if !missing.is_empty() {
        let mut bits = vec![0_u8; doubles.len().div_ceil(8)];
        missing.iter().for_each(|&row| bits[row / 8] |= 1 << (row % 8));
        told.push_str(&format!(",\"missing\":{}", put(body, bits)));
    }
    Some(told)
}

/// Each value once, and for each row which it is, from 1; 0 is missing.
fn list<'a>(cells: impl Iterator<Item = CellRef<'a>>, body: &mut Vec<u8>) -> String {
    let mut scratch = String::new();
    let mut known = HashMap::<(char, Cow<'a, str>), u32>::new();
    let (mut values, mut kinds) = (Vec::new(), String::new());
    let mut indices = Vec::<u32>::new();
    for cell in cells {
        let kind = match cell {
            CellRef::Missing => {
                indices.push(0);
                continue;
            }
            CellRef::Number(_) => 'n',
            CellRef::Value(value) => match value.kind() {
                Kind::Bool => 'b',
                Kind::Integer | Kind::Decimal => 'n',
                Kind::Text => 't',
            },
        };
        let key = match cell {
            CellRef::Value(value) if !value.is_number() => (kind, Cow::Borrowed(value.as_str())),
            _ => (kind, Cow::Owned(cell.spell(&mut scratch).to_owned())),
        };
        let next = u32::try_from(known.len() + 1).unwrap_or(0);
        let index = *known.entry(key).or_insert_with_key(|(kind, literal)| {
            if !values.is_empty() {
                values.push(b',');
            }
            // Text can always be written to memory as JSON.
            let _ = serde_json::to_writer(&mut values, literal);
            kinds.push(*kind);
            next
        });
        indices.push(index);
    }
    let width: usize = match known.len() {
        0..0x100 => 1,
        0x100..0x1_0000 => 2,
        _ => 4,
    };
    let at = put(body, indices.iter().flat_map(|index| index.to_le_bytes().into_iter().take(width)));
    let values = String::from_utf8(values).unwrap_or_default();
    format!("\"form\":\"list\",\"at\":{at},\"width\":{width},\"values\":[{values}],\"kinds\":\"{kinds}\"")
}

/// How JavaScript spells a number; with `nan` and `inf` as we do.
fn spell_by_script(number: f64, out: &mut String) -> &str {
    out.clear();
    let magnitude = number.abs();
    // Writing to a string cannot fail.
    let _ = if number.is_nan() {
        write!(out, "nan")
    } else if number.is_infinite() {
        write!(out, "{}", if number > 0.0 { "inf" } else { "-inf" })
    } else if magnitude == 0.0 {
        write!(out, "0")
    } else if (1e-6..1e21).contains(&magnitude) {
        write!(out, "{number}")
    } else {
        let written = write!(out, "{number:e}");
        if magnitude >= 1.0
            && let Some(at) = out.find('e')
        {
            out.insert(at + 1, '+');
        }
        written
    };
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Cell, Column};
    use crate::value::Value;

    fn table(cells: &[&str]) -> Table {
        let cell = |text: &&str| if text.is_empty() { Cell::Missing } else { Cell::Value(Value::guess(text)) };
        Table::new(vec![Column::new("x", Role::Metric)], cells.iter().map(|text| vec![cell(text)]).collect()).unwrap()
    }

    fn head(cells: &[&str]) -> Json {
        let (bytes, _) = parts(&table(cells));
        let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
        serde_json::from_slice(&bytes[4..4 + length]).unwrap()
    }

    #[test]
    fn numbers_keep_the_literals_that_a_script_would_spell_otherwise() {
        let head = head(&["0.25", "0.10", "1e-05", "nan", "", "-inf", "36", "1e21", "0.5"]);
        let column = &head["columns"][0];
        assert_eq!((column["form"].as_str(), head["rows"].as_u64()), (Some("list"), Some(9)), "{column}");
        let head = self::head(&["0.25", "0.125", "0.10", "nan", "", "-inf", "36", "2.5", "0.5"]);
        let column = &head["columns"][0];
        assert_eq!(column["form"], "numbers");
        assert_eq!(column["unusual"], json!([[2, "0.10"]]));
        assert!(column["missing"].is_u64());
    }

    #[test]
    fn values_that_recur_are_listed_once() {
        let cells = ["3.0", "3.0", "3", "relu", "true", "", "3.0", "3"];
        let column = &head(&cells)["columns"][0];
        assert_eq!(column["values"], json!(["3.0", "3", "relu", "true"]));
        assert_eq!((column["kinds"].as_str(), column["width"].as_u64()), (Some("nntb"), Some(1)));
    }

    #[test]
    fn commits_are_bytes() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(head(&[id, id])["columns"][0]["form"], "commits");
        assert_eq!(head(&[id, ""])["columns"][0]["form"], "list");
        assert_eq!(head(&[])["columns"][0]["form"], "list");
    }

    #[test]
    fn a_script_spells_numbers_its_own_way() {
        for (number, spelt) in [
            (0.1, "0.1"),
            (-0.0, "0"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (1.5e-9, "1.5e-9"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (-2.5e300, "-2.5e+300"),
        ] {
            assert_eq!(spell_by_script(number, &mut String::new()), spelt);
        }
    }
}
