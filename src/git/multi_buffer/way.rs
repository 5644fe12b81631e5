//! Ways to hash several messages at a time, where a processor has the instructions.

#[macro_use]
mod update;

mod eight;
mod sixteen;
mod two;

use std::array;

use super::BLOCK;

/// A way to hash several messages at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In registers of 512 bits.
    Sixteen,
    /// By Intel's instructions for SHA-1.
    Two,
    /// In registers of 256 bits.
    Eight,
}

impl Way {
    /// The fastest first.
    pub(super) const ALL: [Self; 3] = [Self::Sixteen, Self::Two, Self::Eight];

    /// The fastest that this processor has.
    pub(super) fn best() -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.is_there())
    }

    /// True if this processor has the instructions.
    pub(super) fn is_there(self) -> bool {
        match self {
            Self::Sixteen => is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw"),
            Self::Two => {
                is_x86_feature_detected!("sha")
                    && is_x86_feature_detected!("ssse3")
                    && is_x86_feature_detected!("sse4.1")
            }
            Self::Eight => is_x86_feature_detected!("avx2"),
        }
    }

    /// How many messages it hashes at a time.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Sixteen => 16,
            Self::Two => 2,
            Self::Eight => 8,
        }
    }

    /// Fewer messages than this are hashed faster one by one: by instructions for SHA-1 several times as fast as without.
    pub(super) fn least(self) -> usize {
        match self {
            Self::Sixteen if Self::Two.is_there() => 10,
            Self::Sixteen | Self::Eight => 4,
            Self::Two => 2,
        }
    }

    /// Takes `count` blocks of each message into its state, of as many messages as are hashed at a time or fewer.
    pub(super) fn update(self, states: &mut [[u32; 5]], blocks: &[&[[u8; BLOCK]]], count: usize) {
        assert!(self.is_there());
        // SAFETY: the processor has the instructions, as was just asserted.
        match (self, states.len()) {
            (Self::Sixteen, _) => filled(states, blocks, count, |states, blocks| unsafe {
                sixteen::update(states, blocks);
            }),
            (Self::Eight, _) => filled(states, blocks, count, |states, blocks| unsafe {
                eight::update(states, blocks);
            }),
            (Self::Two, 1) => filled(states, blocks, count, |states: &mut [_; 1], blocks| unsafe {
                two::update(states, blocks);
            }),
            (Self::Two, _) => filled(states, blocks, count, |states: &mut [_; 2], blocks| unsafe {
                two::update(states, blocks);
            }),
        }
    }
}

/// Does `work` with `N` messages, those that are not there being the same as the first.
fn filled<const N: usize>(
    states: &mut [[u32; 5]],
    blocks: &[&[[u8; BLOCK]]],
    count: usize,
    work: impl Fn(&mut [[u32; 5]; N], [&[[u8; BLOCK]]; N]),
) {
    assert!(!states.is_empty() && states.len() == blocks.len() && states.len() <= N);
    let mut all = array::from_fn(|at| states.get(at).copied().unwrap_or(states[0]));
    work(&mut all, array::from_fn(|at| &blocks.get(at).unwrap_or(&blocks[0])[..count]));
    states.copy_from_slice(&all[..states.len()]);
}
