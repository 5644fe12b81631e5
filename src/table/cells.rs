//! Cells: some rows of one column, in the form that takes the fewest bytes.

use std::collections::HashMap;

use super::cell::{Cell, CellRef};
use super::spellings::Spellings;
use crate::packing::Unpacker;
use crate::value::Kind;

/// A column with more different values than this in a block is spelt out.
const FEW: usize = 64;

/// How the forms are told apart where they are packed.
const SAME: u8 = 0;
const FEW_KINDS: u8 = 1;
const NUMBERS: u8 = 2;
const SPELT: u8 = 3;

/// Some rows of a column.
#[derive(Clone, Debug)]
pub(super) enum Cells {
    /// So many that are all the same.
    Same(Cell, usize),
    /// Which of a few each is.
    Few { cells: Vec<Cell>, of_row: Vec<u8> },
    /// All are computed.
    Numbers(Vec<f64>),
    /// Anything else.
    Spelt(Spellings),
}

/// What two cells that are the same to the last bit have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Exactly<'a> {
    Missing,
    Value(Kind, &'a str),
    Number(u64),
}

impl<'a> Exactly<'a> {
    fn of(cell: &'a Cell) -> Self {
        match cell.view() {
            CellRef::Missing => Self::Missing,
            CellRef::Value(value) => Self::Value(value.kind(), value.as_str()),
            CellRef::Number(number) => Self::Number(number.to_bits()),
        }
    }
}

impl Cells {
    /// The cells of a column, in order.
    pub(super) fn of(cells: &[Cell]) -> Self {
        let computed = |cell: &Cell| if let Cell::Number(number) = cell { Some(*number) } else { None };
        if let Some(numbers) = cells.iter().map(computed).collect() {
            return Self::few(cells).unwrap_or(Self::Numbers(numbers));
        }
        Self::spelt(cells)
    }

    /// The same where what is computed is wanted as it is spelt.
    pub(super) fn spelt(cells: &[Cell]) -> Self {
        if let Some(few) = Self::few(cells) {
            return few;
        }
        let (mut spellings, mut scratch) = (Spellings::default(), String::new());
        cells.iter().for_each(|cell| spellings.push(cell.view(), &mut scratch));
        spellings.shrink();
        Self::Spelt(spellings)
    }

    fn few(cells: &[Cell]) -> Option<Self> {
        let mut known = HashMap::<Exactly<'_>, u8>::new();
        let mut few = Vec::<Cell>::new();
        let mut of_row = Vec::new();
        let mut before = None;
        for cell in cells {
            let exactly = Exactly::of(cell);
            if let Some((last, code)) = before
                && last == exactly
            {
                of_row.push(code);
                continue;
            }
            let code = match known.get(&exactly) {
                Some(code) => *code,
                None if few.len() == FEW => return None,
                None => {
                    few.push(cell.clone());
                    let code = (few.len() - 1) as u8;
                    known.insert(exactly, code);
                    code
                }
            };
            before = Some((exactly, code));
            of_row.push(code);
        }
        Some(if few.len() == 1 {
            Self::Same(few.swap_remove(0), cells.len())
        } else {
            Self::Few { cells: few, of_row }
        })
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Same(_, count) => *count,
            Self::Few { of_row, .. } => of_row.len(),
            Self::Numbers(numbers) => numbers.len(),
            Self::Spelt(spellings) => spellings.len(),
        }
    }

    pub(super) fn get(&self, row: usize) -> CellRef<'_> {
        match self {
            Self::Same(cell, _) => cell.view(),
            Self::Few { cells, of_row } => cells[usize::from(of_row[row])].view(),
            Self::Numbers(numbers) => CellRef::Number(numbers[row]),
            Self::Spelt(spellings) => spellings.cell(row),
        }
    }

    /// The different cells that there are, or all.
    pub(super) fn each(&self) -> impl Iterator<Item = CellRef<'_>> {
        let different = match self {
            Self::Same(_, count) => usize::from(*count > 0),
            Self::Few { cells, .. } => cells.len(),
            _ => self.len(),
        };
        (0..different).map(move |at| match self {
            Self::Few { cells, .. } => cells[at].view(),
            _ => self.get(at),
        })
    }

    /// Appends all of it.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        let spell = |cells: &[Cell]| {
            let (mut spellings, mut scratch) = (Spellings::default(), String::new());
            cells.iter().for_each(|cell| spellings.push(cell.view(), &mut scratch));
            spellings
        };
        match self {
            Self::Same(cell, _) => {
                out.push(SAME);
                spell(std::slice::from_ref(cell)).pack(out);
            }
            Self::Few { cells, of_row } => {
                out.extend([FEW_KINDS, cells.len() as u8]);
                spell(cells).pack(out);
                out.extend_from_slice(of_row);
            }
            Self::Numbers(numbers) => {
                out.push(NUMBERS);
                numbers.iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
            }
            Self::Spelt(spellings) => {
                out.push(SPELT);
                spellings.pack(out);
            }
        }
    }

    /// Takes out so many cells that [`Cells::pack`] has appended; `None` if it is not that.
    pub(super) fn unpack(rows: usize, from: &mut Unpacker<'_>) -> Option<Self> {
        let some = |count: usize, from: &mut Unpacker<'_>| {
            let spellings = Spellings::unpack(count, from)?;
            Some((0..count).map(|at| spellings.cell(at).to_cell()).collect::<Vec<_>>())
        };
        let [form] = from.array()?;
        Some(match form {
            SAME => Self::Same(some(1, from)?.pop()?, rows),
            FEW_KINDS => {
                let [count] = from.array()?;
                let cells = some(usize::from(count), from)?;
                let of_row = from.bytes(rows)?.to_vec();
                of_row.iter().all(|at| *at < count).then_some(Self::Few { cells, of_row })?
            }
            NUMBERS => {
                let numbers = from.bytes(rows.checked_mul(8)?)?.as_chunks::<8>().0;
                Self::Numbers(numbers.iter().map(|number| f64::from_le_bytes(*number)).collect())
            }
            SPELT => Self::Spelt(Spellings::unpack(rows, from)?),
            _ => return None,
        })
    }
}
