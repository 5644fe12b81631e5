//! A few new objects go where git itself puts them, each into a file of its own: sweeps of a few points and the steps of
//! searches that learn leave no pack each. `git gc` packs them when there are many.

use std::collections::HashMap;

use anyhow::{Context as _, Result};

use super::pack::ObjectKind;

/// More objects than this go into a pack: each file takes a sync of its own.
const MOST: usize = 16;

/// Objects as a pack has them so far, while they are few.
#[derive(Default)]
pub(super) struct Few {
    objects: Vec<(ObjectKind, Vec<u8>)>,
    /// Which object stands where in the pack.
    at: HashMap<u64, usize>,
}

impl Few {
    /// Takes an object that stands at `offset`; `None` if they are no longer few.
    pub(super) fn with(mut self, offset: u64, kind: ObjectKind, bytes: &[u8]) -> Option<Self> {
        if self.objects.len() == MOST {
            return None;
        }
        self.at.insert(offset, self.objects.len());
        self.objects.push((kind, bytes.to_vec()));
        Some(self)
    }

    /// Takes an object that is a delta against the one at `base`.
    pub(super) fn with_delta(self, offset: u64, base: u64, delta: &[u8]) -> Option<Self> {
        let (kind, base) = self.objects.get(*self.at.get(&base)?)?;
        let (kind, bytes) = (*kind, apply(base, delta)?);
        self.with(offset, kind, &bytes)
    }

    /// Puts them into the object store.
    pub(super) fn write(&self, store: &git2::Odb<'_>) -> Result<()> {
        for (kind, bytes) in &self.objects {
            store.write(kind.to_git2(), bytes).context("cannot write in the object store")?;
        }
        Ok(())
    }
}

/// What a delta makes of its base (gitformat-pack(5)); `None` if it does not fit.
fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let mut rest = delta.iter().copied();
    let mut size = || {
        let mut size = 0usize;
        for shift in (0..).step_by(7) {
            let byte = rest.next()?;
            size |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(size)
    };
    let (from, to) = (size()?, size()?);
    let mut bytes = Vec::with_capacity(to);
    while let Some(opcode) = rest.next() {
        if opcode & 0x80 == 0 {
            bytes.extend(rest.by_ref().take(usize::from(opcode)));
            continue;
        }
        let mut number = |bits: std::ops::Range<u8>| {
            let mut number = 0;
            for (place, bit) in bits.enumerate() {
                if opcode & (1 << bit) != 0 {
                    number |= usize::from(rest.next()?) << (8 * place);
                }
            }
            Some(number)
        };
        let (start, length) = (number(0..4)?, number(4..7)?);
        let length = if length == 0 { 0x10000 } else { length };
        bytes.extend_from_slice(base.get(start..start + length)?);
    }
    (base.len() == from && bytes.len() == to).then_some(bytes)
}
