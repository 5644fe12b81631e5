//! Spellings: cells spelt out, one after the other in few bytes.

use std::ops::Range;

use super::cell::CellRef;
use crate::packing::{Unpacker, push_number, push_text};
use crate::value::{Kind, ValueRef};

/// Cells of one column, in order. Any is found at once, and none needs an allocation.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Spellings {
    /// One kind for each cell, or for all.
    kinds: Vec<u8>,
    ends: Vec<u32>,
    text: String,
}

const MISSING: u8 = 0;
const TEXT: u8 = 1;
const BOOL: u8 = 2;
const DECIMAL: u8 = 3;
const COMPUTED: u8 = 4;
const INTEGER: u8 = 5;

impl Spellings {
    pub(super) fn push(&mut self, cell: CellRef<'_>, scratch: &mut String) {
        let kind = match cell {
            CellRef::Missing => MISSING,
            CellRef::Number(_) => COMPUTED,
            CellRef::Value(value) => match value.kind() {
                Kind::Text => TEXT,
                Kind::Bool => BOOL,
                Kind::Integer => INTEGER,
                Kind::Decimal => DECIMAL,
            },
        };
        match self.kinds.as_slice() {
            [] => self.kinds.push(kind),
            [all] if *all == kind => {}
            [all] => {
                self.kinds = vec![*all; self.ends.len()];
                self.kinds.push(kind);
            }
            _ => self.kinds.push(kind),
        }
        self.text.push_str(match cell {
            CellRef::Value(value) => value.as_str(),
            _ => cell.spell(scratch),
        });
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn at(&self, row: usize) -> (u8, &str) {
        let kind = if let [all] = self.kinds.as_slice() { *all } else { self.kinds[row] };
        let range: Range<usize> =
            row.checked_sub(1).map_or(0, |before| self.ends[before] as usize)..self.ends[row] as usize;
        (kind, self.text.get(range).unwrap_or_default())
    }

    /// A cell.
    pub(super) fn cell(&self, row: usize) -> CellRef<'_> {
        let (kind, text) = self.at(row);
        let value = |kind| CellRef::Value(ValueRef::new(kind, text));
        match kind {
            TEXT => value(Kind::Text),
            BOOL => value(Kind::Bool),
            DECIMAL => value(Kind::Decimal),
            INTEGER => value(Kind::Integer),
            COMPUTED => CellRef::Number(text.parse().unwrap_or(f64::NAN)),
            _ => CellRef::Missing,
        }
    }

    /// Lets go of the room to grow.
    pub(super) fn shrink(&mut self) {
        self.kinds.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.text.shrink_to_fit();
    }

    /// Appends all of it.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        push_number(out, self.kinds.len() as u64);
        out.extend_from_slice(&self.kinds);
        self.ends.iter().for_each(|end| out.extend_from_slice(&end.to_le_bytes()));
        push_text(out, &self.text);
    }

    /// Takes out so many cells that [`Spellings::pack`] has appended; `None` if it is not that.
    pub(super) fn unpack(rows: usize, from: &mut Unpacker<'_>) -> Option<Self> {
        let kinds = from.length()?;
        let kinds = from.bytes(kinds).filter(|_| kinds == 1 || kinds == rows)?.to_vec();
        let ends = from.bytes(rows.checked_mul(4)?)?.as_chunks::<4>().0;
        let ends = ends.iter().map(|end| u32::from_le_bytes(*end)).collect();
        Some(Self { kinds, ends, text: from.text()?.to_owned() })
    }
}
