//! Families: objects that share all their bytes but a few spans, so that their deltas and hashes are known beforehand.

use anyhow::Result;

use super::delta::{push_copy, push_insert};
use super::hash::ObjectKind;
use super::id::ObjectId;
use super::multi_buffer::{self, Begun};
use super::pack::PackWriter;
use crate::packing::push_number;

/// Objects of one kind: `constants[0] variable[0] constants[1] ... constants[n]`.
///
/// The first member is stored whole; the others are deltas of depth one against it. The state of the hash after the
/// header and the first constant is kept for each length that occurs.
pub(crate) struct Family {
    kind: ObjectKind,
    constants: Vec<Vec<u8>>,
    /// Hashes that are begun, by the length of a member.
    prefixes: Vec<(usize, Begun)>,
    anchor: Option<Anchor>,
    /// The variable parts and the id of the member that was written last.
    last: Option<(Vec<Vec<u8>>, ObjectId)>,
    delta: Vec<u8>,
}

/// The member that the others are deltas against.
struct Anchor {
    offset: u64,
    length: usize,
    /// How deltas say each constant.
    copies: Vec<Vec<u8>>,
}

/// More lengths than this, and all states are dropped: there are seldom more than a dozen.
const KEPT_PREFIXES: usize = 256;

impl Family {
    /// The family with these constant parts.
    pub(crate) fn new(kind: ObjectKind, constants: Vec<Vec<u8>>) -> Self {
        Self { kind, constants, prefixes: Vec::new(), anchor: None, last: None, delta: Vec::new() }
    }

    /// Writes some members, the more the better; their ids. `variables` has the variable parts of each, one fewer than there
    /// are constants, those of one member after those of another.
    pub(crate) fn write(&mut self, pack: &mut PackWriter, count: usize, variables: &[&[u8]]) -> Result<Vec<ObjectId>> {
        let each = self.constants.len() - 1;
        debug_assert_eq!(variables.len(), count * each);
        let mut fresh: Vec<&[&[u8]]> = Vec::with_capacity(count);
        let mut fresh_so_far = Vec::with_capacity(count);
        for member in (0..count).map(|at| &variables[at * each..][..each]) {
            // A file of which nothing changes for a while comes several times in a row.
            let is_again = match fresh.last() {
                Some(before) => *before == member,
                None => self.last.as_ref().is_some_and(|(last, _)| last == member),
            };
            if !is_again {
                fresh.push(member);
            }
            fresh_so_far.push(fresh.len());
        }
        let ids = self.ids(&fresh);
        for (member, id) in fresh.iter().zip(&ids) {
            if !pack.contains(id) {
                self.write_one(pack, *id, member)?;
            }
        }
        let before = self.last.as_ref().map(|(_, id)| *id);
        if let (Some(member), Some(id)) = (fresh.last(), ids.last()) {
            self.last = Some((member.iter().map(|variable| variable.to_vec()).collect(), *id));
        }
        let id_of = |fresh: usize| fresh.checked_sub(1).map_or(before, |at| Some(ids[at]));
        Ok(fresh_so_far.into_iter().filter_map(id_of).collect())
    }

    /// Writes a member: whole the first time, then as a delta against that one.
    fn write_one(&mut self, pack: &mut PackWriter, id: ObjectId, variables: &[&[u8]]) -> Result<()> {
        let length = self.length(variables);
        match &self.anchor {
            // As long as the objects are few, each may have to go into a file of its own.
            Some(anchor) if pack.loose().is_none() => {
                self.delta.clear();
                push_number(&mut self.delta, anchor.length as u64);
                push_number(&mut self.delta, length as u64);
                self.delta.extend_from_slice(&anchor.copies[0]);
                for (variable, copy) in variables.iter().zip(&anchor.copies[1..]) {
                    push_insert(&mut self.delta, variable);
                    self.delta.extend_from_slice(copy);
                }
                pack.write_delta(id, anchor.offset, &self.delta)?;
            }
            _ => {
                let mut whole = Vec::with_capacity(length);
                let mut copies = Vec::with_capacity(self.constants.len());
                for (at, constant) in self.constants.iter().enumerate() {
                    let mut copy = Vec::new();
                    push_copy(&mut copy, whole.len(), constant.len());
                    copies.push(copy);
                    whole.extend_from_slice(constant);
                    whole.extend_from_slice(variables.get(at).copied().unwrap_or_default());
                }
                let offset = pack.write_known(self.kind, id, &whole)?;
                // A delta cannot say where what is beyond 4 GiB stands.
                self.anchor = u32::try_from(length).is_ok().then_some(Anchor { offset, length, copies });
            }
        }
        Ok(())
    }

    /// The bytes of a member.
    fn length(&self, variables: &[&[u8]]) -> usize {
        self.constants.iter().map(Vec::len).sum::<usize>() + variables.iter().map(|part| part.len()).sum::<usize>()
    }

    fn ids(&mut self, members: &[&[&[u8]]]) -> Vec<ObjectId> {
        if self.prefixes.len() > KEPT_PREFIXES {
            self.prefixes.clear();
        }
        let begun: Vec<usize> = members.iter().map(|variables| self.begin(self.length(variables))).collect();
        let begun: Vec<&Begun> = begun.into_iter().map(|at| &self.prefixes[at].1).collect();
        // What each has after the first constant.
        let mut rest = Vec::with_capacity(2 * members.len() * self.constants.len());
        for member in members {
            for (variable, constant) in member.iter().zip(&self.constants[1..]) {
                rest.extend([variable, constant.as_slice()]);
            }
        }
        multi_buffer::ids(&begun, &rest)
    }

    /// Where the hash of members of this length stands, which is begun if it is not yet.
    fn begin(&mut self, length: usize) -> usize {
        self.prefixes.iter().position(|(known, _)| *known == length).unwrap_or_else(|| {
            let header = self.kind.header(length);
            let begun = Begun::new(&[header.as_slice(), &self.constants[0]].concat(), header.len() + length);
            self.prefixes.push((length, begun));
            self.prefixes.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::git::hash::hash_object;

    proptest! {
        /// Whether they come one by one or several at a time, and some of them again.
        #[test]
        fn members_have_the_ids_that_git_knows(
            constants in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..900), 1..4),
            rounds in prop::collection::vec(prop::collection::vec((0u8..3, 0usize..3), 0..40), 1..6),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut pack = PackWriter::in_folder(folder.path()).unwrap();
            let mut family = Family::new(ObjectKind::Blob, constants.clone());
            for members in rounds {
                let parts: Vec<Vec<u8>> = members.iter().map(|(byte, length)| vec![*byte; *length]).collect();
                let variables: Vec<&[u8]> =
                    parts.iter().flat_map(|part| std::iter::repeat_n(part.as_slice(), constants.len() - 1)).collect();
                let ids = family.write(&mut pack, members.len(), &variables).unwrap();
                let expected = parts.iter().map(|part| hash_object(ObjectKind::Blob, &constants.join(part.as_slice())));
                prop_assert_eq!(ids, expected.collect::<Vec<_>>());
            }
        }
    }
}
