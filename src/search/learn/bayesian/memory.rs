//! Hyperparameters that were found before.
//!
//! They are those of the first so many results, each found from those of fewer, so that there is something to start from and
//! nothing depends on what was asked before: what is kept here saves time and changes no result. Each step of a search makes
//! its learner anew, so it is kept for all of them; and a caller may hand it on to the next process.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use crate::packing::{Unpacker, push_number};
use crate::search::learn::gp::{Form, Hyper};

/// No more than these are kept.
const MOST: usize = 1000;

static MEMORY: LazyLock<Mutex<Memory>> = LazyLock::new(Mutex::default);

/// What hyperparameters depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// From how many results they were found.
    pub(super) count: usize,
    pub(super) seed: u64,
    /// Equal for the same data, covariance and priors.
    pub(super) digest: u64,
}

#[derive(Default)]
struct Memory {
    known: HashMap<Key, Kept>,
    /// There is something new to be handed on.
    is_new: bool,
}

struct Kept {
    logs: Vec<f64>,
    of_use: Use,
}

/// For how long what was found is of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// With more results the search comes back to it.
    Lasting,
    /// Until there are more results.
    ForNow,
}

/// What was found before, or what `find` finds.
pub(super) fn known_or(key: Key, form: Form, of_use: Use, find: impl FnOnce() -> Hyper) -> Hyper {
    let known = MEMORY.lock().ok().and_then(|memory| memory.known.get(&key).map(|kept| kept.logs.clone()));
    if let Some(hyper) = known.and_then(|logs| Hyper::with_logs(form, logs)) {
        return hyper;
    }
    let hyper = find();
    if let Ok(mut memory) = MEMORY.lock() {
        if memory.known.len() >= MOST {
            memory.known.clear();
        }
        memory.known.insert(key, Kept { logs: hyper.logs().to_vec(), of_use });
        memory.is_new |= of_use == Use::Lasting;
    }
    hyper
}

/// What searches have found out about their models, for another process to [`recall`]; `None` if nothing has come to it since this
/// was last asked.
pub fn remembered() -> Option<Vec<u8>> {
    let mut memory = MEMORY.lock().ok()?;
    std::mem::take(&mut memory.is_new).then(|| memory.pack())
}

/// Takes in what another process has [`remembered`], which `load` gets, unless this one has found something out itself.
pub fn recall(load: impl FnOnce() -> Option<Vec<u8>>) {
    if let Ok(mut memory) = MEMORY.lock()
        && memory.known.is_empty()
        && let Some(packed) = load()
    {
        memory.unpack(&packed);
    }
}

impl Memory {
    fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::new();
        for (key, kept) in self.known.iter().filter(|(_, kept)| kept.of_use == Use::Lasting) {
            push_number(&mut packed, key.count as u64);
            packed.extend_from_slice(&key.seed.to_le_bytes());
            packed.extend_from_slice(&key.digest.to_le_bytes());
            push_number(&mut packed, kept.logs.len() as u64);
            kept.logs.iter().for_each(|log| packed.extend_from_slice(&log.to_le_bytes()));
        }
        packed
    }

    fn unpack(&mut self, packed: &[u8]) {
        let mut from = Unpacker(packed);
        while let Some((key, kept)) = unpack(&mut from) {
            self.known.insert(key, kept);
        }
    }
}

fn unpack(from: &mut Unpacker<'_>) -> Option<(Key, Kept)> {
    let count = from.length()?;
    let (seed, digest) = (u64::from_le_bytes(from.array()?), u64::from_le_bytes(from.array()?));
    let logs = (0..from.length()?).map(|_| from.array().map(f64::from_le_bytes)).collect::<Option<_>>()?;
    Some((Key { count, seed, digest }, Kept { logs, of_use: Use::Lasting }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lasts_is_handed_on_to_the_last_bit() {
        let mut memory = Memory::default();
        let key = |count| Key { count, seed: u64::MAX - count as u64, digest: 7 };
        for count in 0..300 {
            let logs = vec![0.1 * count as f64, -0.0, f64::MIN_POSITIVE, 1e300];
            memory
                .known
                .insert(key(count), Kept { logs, of_use: if count % 2 == 0 { Use::Lasting } else { Use::ForNow } });
        }
        let mut other = Memory::default();
        other.unpack(&memory.pack());
        assert_eq!(other.known.len(), 150);
        for count in (0..300).step_by(2) {
            let bits =
                |memory: &Memory| memory.known[&key(count)].logs.iter().map(|log| log.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&other), bits(&memory));
        }
        // What is cut short has what is whole.
        let mut packed = memory.pack();
        packed.truncate(packed.len() - 1);
        let mut cut = Memory::default();
        cut.unpack(&packed);
        assert_eq!(cut.known.len(), 149);
    }
}
