//! Families: objects that share all their bytes but a few spans, so that their deltas and hashes are known beforehand.

use std::collections::HashMap;

use anyhow::Result;

use super::delta::{push_copy, push_insert};
use super::id::ObjectId;
use super::lanes::{self, Begun};
use super::pack::{ObjectKind, PackWriter};
use crate::packing::push_number;

/// Objects of one kind: `constants[0] variable[0] constants[1] ... constants[n]`.
///
/// The first member is stored whole; the others are deltas of depth one against it. The state of the hash after the
/// header and the first constant is kept for each length that occurs.
pub(crate) struct Family {
    kind: ObjectKind,
    constants: Vec<Vec<u8>>,
    prefixes: HashMap<usize, Begun>,
    /// Variable parts of members that come next, and their ids.
    known: Vec<(Vec<Vec<u8>>, ObjectId)>,
    anchor: Option<Anchor>,
    delta: Vec<u8>,
}

/// The member that the others are deltas against.
struct Anchor {
    offset: u64,
    length: usize,
    /// Where each constant starts in it.
    starts: Vec<usize>,
}

/// More lengths than this, and all states are dropped: there are seldom more than a dozen.
const KEPT_PREFIXES: usize = 256;

/// Members of which fewer bytes than this are to be hashed are hashed one by one: there is less to gain than the rest costs.
const WORTH_IT: usize = 512;

impl Family {
    /// The family with these constant parts.
    pub(crate) fn new(kind: ObjectKind, constants: Vec<Vec<u8>>) -> Self {
        Self { kind, constants, prefixes: HashMap::new(), known: Vec::new(), anchor: None, delta: Vec::new() }
    }

    /// Writes the member with these variable parts, one fewer than there are constants. Where `later` tells those of members
    /// that come next, which it is asked now and then, several are hashed at once.
    pub(crate) fn write<'v>(
        &mut self,
        pack: &mut PackWriter,
        variables: &[&'v [u8]],
        later: &dyn Fn() -> Vec<Vec<&'v [u8]>>,
    ) -> Result<ObjectId> {
        debug_assert_eq!(variables.len() + 1, self.constants.len());
        let length = self.length(variables);
        let id = self.id(variables, later);
        if pack.contains(&id) {
            return Ok(id);
        }
        match &self.anchor {
            // As long as the objects are few, each may have to go into a file of its own.
            Some(anchor) if pack.few().is_none() => {
                self.delta.clear();
                push_number(&mut self.delta, anchor.length as u64);
                push_number(&mut self.delta, length as u64);
                for (at, constant) in self.constants.iter().enumerate() {
                    push_copy(&mut self.delta, anchor.starts[at], constant.len());
                    push_insert(&mut self.delta, variables.get(at).copied().unwrap_or_default());
                }
                pack.write_delta(id, anchor.offset, &self.delta)?;
            }
            _ => {
                let mut whole = Vec::with_capacity(length);
                let mut starts = Vec::with_capacity(self.constants.len());
                for (at, constant) in self.constants.iter().enumerate() {
                    starts.push(whole.len());
                    whole.extend_from_slice(constant);
                    whole.extend_from_slice(variables.get(at).copied().unwrap_or_default());
                }
                let offset = pack.write_known(self.kind, id, &whole)?;
                self.anchor = Some(Anchor { offset, length, starts });
            }
        }
        Ok(id)
    }

    fn length(&self, variables: &[&[u8]]) -> usize {
        self.constants.iter().map(Vec::len).sum::<usize>() + sum(variables)
    }

    fn id<'v>(&mut self, variables: &[&'v [u8]], later: &dyn Fn() -> Vec<Vec<&'v [u8]>>) -> ObjectId {
        if let Some(at) = self.known.iter().position(|(known, _)| known == variables) {
            // Those before it have had their turn.
            self.known.drain(..at);
            return self.known[0].1;
        }
        let length = self.length(variables);
        if length - self.constants[0].len() < WORTH_IT {
            self.begin(&[length]);
            return lanes::id(&self.prefixes[&length], &self.rest(variables));
        }
        let mut members = vec![variables.to_vec()];
        members.extend(later());
        members.dedup();
        members.truncate(lanes::width());
        let lengths: Vec<usize> = members.iter().map(|variables| self.length(variables)).collect();
        self.begin(&lengths);
        let begun: Vec<&Begun> = lengths.iter().map(|length| &self.prefixes[length]).collect();
        let rest: Vec<_> = members.iter().map(|variables| self.rest(variables)).collect();
        let ids = lanes::ids(&begun, &rest);
        let owned = members.iter().map(|member| member.iter().map(|variable| variable.to_vec()).collect());
        self.known = owned.zip(ids).collect();
        self.known[0].1
    }

    /// What a member has after the first constant.
    fn rest<'a>(&'a self, variables: &[&'a [u8]]) -> Vec<&'a [u8]> {
        let constants = self.constants[1..].iter().map(Vec::as_slice);
        variables.iter().copied().zip(constants).flat_map(|(variable, constant)| [variable, constant]).collect()
    }

    /// Makes sure that the hashes of members of these lengths are begun.
    fn begin(&mut self, lengths: &[usize]) {
        if self.prefixes.len() > KEPT_PREFIXES {
            self.prefixes.clear();
        }
        for &length in lengths {
            let (kind, first) = (self.kind, &self.constants[0]);
            self.prefixes.entry(length).or_insert_with(|| {
                let header = kind.header(length);
                Begun::new(&[header.as_slice(), first].concat(), header.len() + length)
            });
        }
    }
}

fn sum(variables: &[&[u8]]) -> usize {
    variables.iter().map(|variable| variable.len()).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::git::pack::hash_object;

    proptest! {
        /// Whether the next members are told, are others, or come as they were told.
        #[test]
        fn members_have_the_ids_that_git_knows(
            constants in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..900), 2..4),
            members in prop::collection::vec((0u8..9, 0usize..3, any::<bool>()), 1..60),
        ) {
            let mut family = Family::new(ObjectKind::Blob, constants.clone());
            let variables = |(byte, length, _): (u8, usize, bool)| vec![vec![byte; length]; constants.len() - 1];
            for (at, member) in members.iter().enumerate() {
                let own = variables(*member);
                let own: Vec<&[u8]> = own.iter().map(Vec::as_slice).collect();
                // Some are told of those after the next instead.
                let later: Vec<_> =
                    members.iter().skip(at + 1 + usize::from(!member.2)).map(|next| variables(*next)).collect();
                let later = || later.iter().map(|next| next.iter().map(Vec::as_slice).collect()).collect();
                let mut whole = constants[0].clone();
                for (variable, constant) in own.iter().zip(&constants[1..]) {
                    whole.extend_from_slice(variable);
                    whole.extend_from_slice(constant);
                }
                prop_assert_eq!(family.id(&own, &later), hash_object(ObjectKind::Blob, &whole));
            }
        }
    }
}
