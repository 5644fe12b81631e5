//! Families: objects that share all their bytes but a few spans, so that their deltas and hashes are known beforehand.

use std::collections::HashMap;

use anyhow::Result;
use sha1::{Digest as _, Sha1};

use super::id::ObjectId;
use super::pack::{ObjectKind, PackWriter, finish_id};

/// Objects of one kind: `constants[0] variable[0] constants[1] ... constants[n]`.
///
/// The first member is stored whole; the others are deltas of depth one against it. The state of the hash after the
/// header and the first constant is kept for each length that occurs.
pub(crate) struct Family {
    kind: ObjectKind,
    constants: Vec<Vec<u8>>,
    prefixes: HashMap<usize, Sha1>,
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

/// More lengths than this, and the oldest states are dropped: there are seldom more than a dozen.
const KEPT_PREFIXES: usize = 256;

impl Family {
    /// The family with these constant parts.
    pub(crate) fn new(kind: ObjectKind, constants: Vec<Vec<u8>>) -> Self {
        Self { kind, constants, prefixes: HashMap::new(), anchor: None, delta: Vec::new() }
    }

    /// Writes the member with these variable parts, one fewer than there are constants.
    pub(crate) fn write(&mut self, pack: &mut PackWriter, variables: &[&[u8]]) -> Result<ObjectId> {
        debug_assert_eq!(variables.len() + 1, self.constants.len());
        let length =
            self.constants.iter().map(Vec::len).sum::<usize>() + variables.iter().map(|v| v.len()).sum::<usize>();
        let id = self.id(length, variables);
        if pack.contains(&id) {
            return Ok(id);
        }
        match &self.anchor {
            // As long as the objects are few, each may have to go into a file of its own.
            Some(anchor) if pack.few().is_none() => {
                self.delta.clear();
                push_size(&mut self.delta, anchor.length);
                push_size(&mut self.delta, length);
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

    fn id(&mut self, length: usize, variables: &[&[u8]]) -> ObjectId {
        if self.prefixes.len() > KEPT_PREFIXES {
            self.prefixes.clear();
        }
        let (kind, first) = (self.kind, &self.constants[0]);
        let mut hasher = self
            .prefixes
            .entry(length)
            .or_insert_with(|| {
                let mut hasher = kind.hasher(length);
                hasher.update(first);
                hasher
            })
            .clone();
        for (variable, constant) in variables.iter().zip(&self.constants[1..]) {
            hasher.update(variable);
            hasher.update(constant);
        }
        finish_id(hasher)
    }
}

fn push_size(delta: &mut Vec<u8>, mut size: usize) {
    while size >= 0x80 {
        delta.push((size & 0x7f) as u8 | 0x80);
        size >>= 7;
    }
    delta.push(size as u8);
}

fn push_copy(delta: &mut Vec<u8>, mut start: usize, mut length: usize) {
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

fn push_insert(delta: &mut Vec<u8>, bytes: &[u8]) {
    for chunk in bytes.chunks(0x7f) {
        delta.push(chunk.len() as u8);
        delta.extend_from_slice(chunk);
    }
}
