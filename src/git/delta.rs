//! Deltas: an object told by what it has in common with another. (Format: gitformat-pack(5).)

use super::tree::Entry;
use crate::packing::{Unpacker, push_number};

/// Bytes of the base, within its first 4 GiB.
pub(super) fn push_copy(delta: &mut Vec<u8>, mut start: usize, mut length: usize) {
    const LONGEST: usize = 0xff_ffff;
    while length > 0 {
        let now = length.min(LONGEST);
        let opcode_at = delta.len();
        let mut opcode = 0x80;
        delta.push(opcode);
        for (bit, byte) in (start as u32).to_le_bytes().into_iter().enumerate() {
            if byte != 0 {
                opcode |= 1 << bit;
                delta.push(byte);
            }
        }
        for (bit, byte) in (now as u32).to_le_bytes().into_iter().take(3).enumerate() {
            if byte != 0 {
                opcode |= 0x10 << bit;
                delta.push(byte);
            }
        }
        delta[opcode_at] = opcode;
        start += now;
        length -= now;
    }
}

/// Bytes that the base does not have.
pub(super) fn push_insert(delta: &mut Vec<u8>, bytes: &[u8]) {
    for chunk in bytes.chunks(0x7f) {
        delta.push(chunk.len() as u8);
        delta.extend_from_slice(chunk);
    }
}

/// What makes one tree of another that has most of its entries.
pub(super) fn of_trees(base: &[Entry<'_>], tree: &[Entry<'_>]) -> Vec<u8> {
    let length = |entries: &[Entry<'_>]| entries.iter().map(Entry::length).sum::<usize>();
    let mut delta = Vec::with_capacity(256);
    push_number(&mut delta, length(base) as u64);
    push_number(&mut delta, length(tree) as u64);
    // What is to be copied, and inserted after that.
    let (mut run, mut inserted) = (0..0, Vec::new());
    // Where the next entry of the base stands.
    let mut offset = 0;
    let mut base = base.iter().peekable();
    for entry in tree {
        while let Some(other) = base.next_if(|other| other.sorted_name().lt(entry.sorted_name())) {
            offset += other.length();
        }
        if base.next_if_eq(&entry).is_none() {
            entry.push_to(&mut inserted);
            continue;
        }
        if run.end != offset || !inserted.is_empty() {
            push_copy(&mut delta, run.start, run.len());
            push_insert(&mut delta, &inserted);
            inserted.clear();
            run.start = offset;
        }
        offset += entry.length();
        run.end = offset;
    }
    push_copy(&mut delta, run.start, run.len());
    push_insert(&mut delta, &inserted);
    delta
}

/// The object that a delta makes of its base; `None` if it is none of this base's.
pub(super) fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let mut delta = Unpacker(delta);
    if delta.number()? != base.len() as u64 {
        return None;
    }
    let length = delta.length()?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).ok()?;
    while !delta.0.is_empty() {
        let [opcode] = delta.array()?;
        let part = if opcode & 0x80 == 0 {
            // An opcode of 0 means nothing yet.
            delta.bytes(usize::from(opcode)).filter(|inserted| !inserted.is_empty())?
        } else {
            let mut number = |bits: std::ops::Range<u8>| -> Option<usize> {
                let mut number = 0;
                for bit in bits.clone().filter(|bit| opcode >> bit & 1 == 1) {
                    let [byte] = delta.array()?;
                    number |= usize::from(byte) << (8 * (bit - bits.start));
                }
                Some(number)
            };
            let start = number(0..4)?;
            // No length is this one.
            let length = number(4..7).map(|length| if length == 0 { 0x1_0000 } else { length })?;
            base.get(start..start.checked_add(length)?)?
        };
        if bytes.len() + part.len() > length {
            return None;
        }
        bytes.extend_from_slice(part);
    }
    (bytes.len() == length).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::tree::entries;
    use super::*;

    #[test]
    fn a_delta_is_applied_to_its_base_alone() {
        let base: Vec<u8> = (0..100_000_u32).map(|number| (number % 251) as u8).collect();
        let header = |length: u64| {
            let mut delta = Vec::new();
            push_number(&mut delta, base.len() as u64);
            push_number(&mut delta, length);
            delta
        };
        let with = |length, rest: &[u8]| [header(length), rest.to_vec()].concat();
        // From 258 on, three; then two new ones.
        assert_eq!(apply(&base, &with(5, &[0x93, 2, 1, 3, 2, 7, 8])).unwrap(), [&base[258..261], &[7, 8]].concat());
        // Without a length, 64 KiB.
        assert_eq!(apply(&base, &with(0x1_0000, &[0x80])).unwrap(), &base[..0x1_0000]);
        assert_eq!(apply(&base, &with(0, &[])).unwrap(), b"");
        let wrong: [(u64, &[u8]); 7] = [
            (3, &[0x93, 2, 1, 3, 2, 7, 8]),
            (6, &[0x93, 2, 1, 3, 2, 7, 8]),
            (5, &[0x93, 2, 1, 3, 2, 7]),
            (5, &[0x93, 2, 1]),
            (2, &[0, 2, 7, 8]),
            (5, &[0x9f, 0xff, 0xff, 0xff, 0xff, 5]),
            (5, &[0x97, 0x9c, 0x86, 1, 5]),
        ];
        for (length, rest) in wrong {
            assert_eq!(apply(&base, &with(length, rest)), None, "{rest:?}");
        }
        assert_eq!(apply(&base[1..], &with(5, &[0x93, 2, 1, 3, 2, 7, 8])), None);
        assert_eq!(apply(&base, &[]), None);
    }

    proptest! {
        #[test]
        fn a_tree_comes_of_another_and_what_differs(
            trees in prop::collection::vec(prop::collection::btree_map(0u8..80, (any::<bool>(), 0u8..3), 0..60), 2),
        ) {
            let tree = |of: &BTreeMap<u8, (bool, u8)>| {
                let mut rows: Vec<_> = of.iter().map(|(name, (is_folder, id))| {
                    let mode: &[u8] = if *is_folder { b"40000" } else { b"100644" };
                    // Some names begin with others.
                    (mode, format!("{}", u32::from(*name) * 7).into_bytes(), [*id; 20])
                }).collect();
                rows.sort_by(|a, b| {
                    let [a, b] = [a, b].map(|(mode, name, id)| Entry { mode, name, id });
                    a.sorted_name().cmp(b.sorted_name())
                });
                let mut bytes = Vec::new();
                rows.iter().for_each(|(mode, name, id)| Entry { mode, name, id }.push_to(&mut bytes));
                bytes
            };
            let [base, new] = [tree(&trees[0]), tree(&trees[1])];
            let delta = of_trees(&entries(&base).unwrap(), &entries(&new).unwrap());
            prop_assert_eq!(apply(&base, &delta), Some(new));
        }
    }
}
