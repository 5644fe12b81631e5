//! The ids of several objects at a time: SHA-1 over several buffers.
//!
//! The rounds of SHA-1 wait for one another, and those of other messages fit in between: sixteen or eight messages at once, a
//! word of each in a register of 512 or 256 bits, take a small part of the time that they take one after the other, and two at
//! once with Intel's instructions for SHA-1 five sixths of it.

mod message;
#[cfg_attr(not(target_arch = "x86_64"), path = "multi_buffer/no_way.rs")]
mod way;

use sha1::block_api::compress;

use super::id::ObjectId;
use message::Message;
use way::Way;

/// SHA-1 before the first byte (FIPS 180-4, 5.3.1).
const START: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

const BLOCK: usize = 64;

/// No way hashes more messages at a time.
const WIDEST: usize = 16;

/// How many messages are hashed at a time; 1 if this processor has no way to do that.
pub(super) fn width() -> usize {
    Way::best().map_or(1, Way::width)
}

/// A hash that is begun: the state after all whole blocks, and what is left of the bytes.
pub(super) struct Begun {
    state: [u32; 5],
    left: Vec<u8>,
    length: usize,
}

impl Begun {
    /// After the first bytes of what has `length` of them in all.
    pub(super) fn new(first: &[u8], length: usize) -> Self {
        let mut state = START;
        let (blocks, left) = first.as_chunks();
        compress(&mut state, blocks);
        Self { state, left: left.to_vec(), length }
    }
}

/// The id of an object, header and all, whose other bytes are in `rest`.
pub(super) fn id(begun: &Begun, rest: &[&[u8]]) -> ObjectId {
    let mut state = begun.state;
    let mut message = Message::new(begun, rest);
    loop {
        let blocks = message.blocks();
        let count = blocks.len();
        if count == 0 {
            return to_id(&state);
        }
        compress(&mut state, blocks);
        message.pass(count);
    }
}

/// The ids of several objects. `rest` has the other bytes of each, all of them in as many parts, those of one object after
/// those of another.
pub(super) fn ids(begun: &[&Begun], rest: &[&[u8]]) -> Vec<ObjectId> {
    let mut ids = Vec::with_capacity(begun.len());
    let parts = rest.len() / begun.len().max(1);
    for (at, some) in begun.chunks(width()).enumerate() {
        let rest = &rest[at * width() * parts..][..some.len() * parts];
        match Way::best().filter(|way| some.len() >= way.least()) {
            Some(way) => ids_by(way, some, rest, &mut ids),
            None => ids.extend(some.iter().enumerate().map(|(at, begun)| id(begun, &rest[at * parts..][..parts]))),
        }
    }
    ids
}

fn ids_by(way: Way, begun: &[&Begun], rest: &[&[u8]], ids: &mut Vec<ObjectId>) {
    let parts = rest.len() / begun.len();
    let message = |(at, begun): (usize, &&Begun)| Message::new(begun, &rest[at * parts..][..parts]);
    let mut messages: Vec<Message<'_>> = begun.iter().enumerate().map(message).collect();
    let mut states = [START; WIDEST];
    for (state, begun) in states.iter_mut().zip(begun) {
        *state = begun.state;
    }
    loop {
        // Those that have not ended, since one may be longer than another.
        let (mut going, mut now, mut blocks) = ([0; WIDEST], [START; WIDEST], [&[][..]; WIDEST]);
        let mut left = 0;
        for (at, message) in messages.iter_mut().enumerate() {
            let next = message.blocks();
            if !next.is_empty() {
                (going[left], now[left], blocks[left]) = (at, states[at], next);
                left += 1;
            }
        }
        let Some(count) = blocks[..left].iter().map(|blocks| blocks.len()).min() else { break };
        way.update(&mut now[..left], &blocks[..left], count);
        for (at, state) in going[..left].iter().zip(now) {
            states[*at] = state;
            messages[*at].pass(count);
        }
    }
    ids.extend(states[..begun.len()].iter().map(to_id));
}

fn to_id(state: &[u32; 5]) -> ObjectId {
    let mut id = [0; 20];
    for (bytes, word) in id.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    ObjectId::from_bytes(id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::git::hash::{ObjectKind, hash_object};

    /// The rest of some messages, in as many parts.
    fn rest() -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
        // Most of them about as long as some blocks.
        let length = || prop_oneof![0usize..10, 50usize..80, 100usize..400];
        let part = move || length().prop_flat_map(|length| prop::collection::vec(any::<u8>(), length));
        (0usize..4).prop_flat_map(move |parts| prop::collection::vec(prop::collection::vec(part(), parts), 1..40))
    }

    proptest! {
        #[test]
        fn ids_are_those_that_git_knows(
            first in prop::collection::vec(any::<u8>(), 0..300),
            all in rest(),
        ) {
            for way in Way::ALL.into_iter().filter(|way| way.is_there()) {
                for all in all.chunks(way.width()) {
                    let whole: Vec<Vec<u8>> = all.iter().map(|parts| [first.clone(), parts.concat()].concat()).collect();
                    let begin = |whole: &Vec<u8>| {
                        let header = ObjectKind::Blob.header(whole.len());
                        Begun::new(&[header.as_slice(), &first].concat(), header.len() + whole.len())
                    };
                    let begun: Vec<Begun> = whole.iter().map(begin).collect();
                    let begun: Vec<&Begun> = begun.iter().collect();
                    let rest: Vec<&[u8]> = all.iter().flatten().map(Vec::as_slice).collect();
                    let expected: Vec<ObjectId> = whole.iter().map(|it| hash_object(ObjectKind::Blob, it)).collect();
                    prop_assert_eq!(id(begun[0], &rest[..all[0].len()]), expected[0]);
                    let mut found = Vec::new();
                    ids_by(way, &begun, &rest, &mut found);
                    prop_assert_eq!(found, &expected[..], "{:?}", way);
                    prop_assert_eq!(ids(&begun, &rest), expected);
                }
            }
        }
    }
}
