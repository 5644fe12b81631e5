//! The ids of several objects at a time.
//!
//! The rounds of SHA-1 wait for one another, and those of other messages fit in between: sixteen or eight messages at once, a
//! word of each in a register of 512 or 256 bits, take a small part of the time that they take one after the other, and two at
//! once with Intel's instructions for SHA-1 five sixths of it.

mod message;
#[cfg_attr(not(target_arch = "x86_64"), path = "lanes/no_way.rs")]
mod way;

use sha1::block_api::compress;

use super::id::ObjectId;
use message::Message;
use way::Way;

/// SHA-1 before the first byte (FIPS 180-4, 5.3.1).
const START: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];

const BLOCK: usize = 64;

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

/// The ids of several objects: at most as many as are hashed at a time.
pub(super) fn ids(begun: &[&Begun], rest: &[Vec<&[u8]>]) -> Vec<ObjectId> {
    match Way::best().filter(|way| begun.len() >= way.least()) {
        Some(way) => ids_by(way, begun, rest),
        None => begun.iter().zip(rest).map(|(begun, rest)| id(begun, rest)).collect(),
    }
}

fn ids_by(way: Way, begun: &[&Begun], rest: &[Vec<&[u8]>]) -> Vec<ObjectId> {
    let mut states: Vec<[u32; 5]> = begun.iter().map(|begun| begun.state).collect();
    let mut messages: Vec<Message<'_>> =
        begun.iter().zip(rest).map(|(begun, rest)| Message::new(begun, rest)).collect();
    loop {
        // Those that have not ended, since one may be longer than another.
        let going: Vec<usize> = (0..messages.len()).filter(|at| !messages[*at].blocks().is_empty()).collect();
        let blocks: Vec<&[[u8; BLOCK]]> =
            messages.iter_mut().map(Message::blocks).filter(|blocks| !blocks.is_empty()).collect();
        let Some(count) = blocks.iter().map(|blocks| blocks.len()).min() else {
            return states.iter().map(to_id).collect();
        };
        let mut now: Vec<[u32; 5]> = going.iter().map(|at| states[*at]).collect();
        way.update(&mut now, &blocks, count);
        for (at, state) in going.iter().zip(now) {
            states[*at] = state;
            messages[*at].pass(count);
        }
    }
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
    use crate::git::pack::{ObjectKind, hash_object};

    fn parts() -> impl Strategy<Value = Vec<Vec<u8>>> {
        // Most of them about as long as some blocks.
        let part = prop_oneof![0usize..10, 50usize..80, 100usize..400];
        prop::collection::vec(part.prop_flat_map(|length| prop::collection::vec(any::<u8>(), length)), 0..6)
    }

    proptest! {
        #[test]
        fn ids_are_those_that_git_knows(
            first in prop::collection::vec(any::<u8>(), 0..300),
            all in prop::collection::vec(parts(), 1..17),
        ) {
            for way in Way::ALL.into_iter().filter(|way| way.is_there()) {
                for all in all.chunks(way.width()) {
                    let whole: Vec<Vec<u8>> = all.iter().map(|parts| [first.clone(), parts.concat()].concat()).collect();
                    let begin = |whole: &Vec<u8>| {
                        let header = ObjectKind::Blob.header(whole.len());
                        Begun::new(&[header.as_slice(), &first].concat(), header.len() + whole.len())
                    };
                    let begun: Vec<Begun> = whole.iter().map(begin).collect();
                    let rest: Vec<Vec<&[u8]>> =
                        all.iter().map(|parts| parts.iter().map(Vec::as_slice).collect()).collect();
                    let expected: Vec<ObjectId> = whole.iter().map(|it| hash_object(ObjectKind::Blob, it)).collect();
                    prop_assert_eq!(id(&begun[0], &rest[0]), expected[0]);
                    prop_assert_eq!(ids_by(way, &begun.iter().collect::<Vec<_>>(), &rest), expected, "{:?}", way);
                }
            }
        }
    }
}
