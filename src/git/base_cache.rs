//! The cache of delta bases: objects that others are told by, kept while many are read.

use std::rc::Rc;

use hashbrown::HashMap;

/// So many bytes are kept at least of what was used last, if there are as many, and twice as many at most.
const MOST: usize = 4 << 20;

/// Where an object stands: the number of its pack, and its place there.
pub(super) type Place = (usize, u64);

/// An object: its kind by its number in a pack, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Base {
    pub(super) kind: u8,
    pub(super) bytes: Rc<[u8]>,
}

/// The objects used last.
#[derive(Debug, Default)]
pub(super) struct BaseCache {
    young: HashMap<Place, Base>,
    /// How many bytes those have.
    bytes: usize,
    /// Those that have not been used since the young ones were begun.
    old: HashMap<Place, Base>,
}

impl BaseCache {
    /// The object there, if it is kept.
    pub(super) fn get(&mut self, place: Place) -> Option<Base> {
        if let Some(base) = self.young.get(&place) {
            return Some(base.clone());
        }
        let base = self.old.remove(&place)?;
        self.keep(place, base.clone());
        Some(base)
    }

    /// Keeps an object, and lets go of what was not used for long.
    pub(super) fn keep(&mut self, place: Place, base: Base) {
        if base.bytes.len() > MOST / 4 {
            return;
        }
        if self.bytes + base.bytes.len() > MOST {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += base.bytes.len();
        self.young.insert(place, base);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_last_is_kept() {
        let base = |byte: u8| Base { kind: 3, bytes: vec![byte; MOST / 8].into() };
        let mut bases = BaseCache::default();
        for number in 0..100 {
            bases.keep((0, number), base(number as u8));
            assert_eq!(bases.get((0, 0)), Some(base(0)), "it is used again and again");
            assert_eq!(bases.get((0, number)), Some(base(number as u8)));
        }
        let kept: Vec<u64> = (1..100).filter(|number| bases.get((0, *number)).is_some()).collect();
        assert!(kept.len() <= 16 && (93..100).all(|number| kept.contains(&number)), "{kept:?}");
        assert_eq!(bases.get((1, 99)), None);
        bases.keep((1, 0), Base { kind: 3, bytes: vec![0; MOST / 4 + 1].into() });
        assert_eq!(bases.get((1, 0)), None);
    }
}
