//! Deltas: an object told by what it has in common with another. (Format: gitformat-pack(5).)

use super::tree::Entry;
use crate::packing::push_number;

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::tree::entries;
    use super::*;

    /// What comes of a delta (gitformat-pack(5), "Deltified representation").
    fn apply(base: &[u8], delta: &[u8]) -> Vec<u8> {
        let mut bytes = delta.iter().copied();
        let mut size = || {
            let mut size = 0;
            for at in 0.. {
                let byte = bytes.next().unwrap();
                size |= usize::from(byte & 0x7f) << (7 * at);
                if byte < 0x80 {
                    break;
                }
            }
            size
        };
        let sizes = [size(), size()];
        let mut out = Vec::new();
        while let Some(opcode) = bytes.next() {
            if opcode < 0x80 {
                out.extend(bytes.by_ref().take(usize::from(opcode)));
                continue;
            }
            let mut number = |bits: std::ops::Range<u32>| {
                let set = bits.clone().filter(|bit| opcode >> bit & 1 == 1);
                set.map(|bit| usize::from(bytes.next().unwrap()) << (8 * (bit - bits.start))).sum::<usize>()
            };
            let (start, length) = (number(0..4), number(4..7));
            out.extend_from_slice(&base[start..start + length]);
        }
        assert_eq!([base.len(), out.len()], sizes);
        out
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
            prop_assert_eq!(apply(&base, &delta), new);
        }
    }
}
