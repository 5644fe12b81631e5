//! Making one pack of several.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;

use super::commit::RawCommit;
use super::delta;
use super::hash::ObjectKind;
use super::id::ObjectId;
use super::pack::{PackKeeper, PackWriter};
use super::pack_file::PackFile;
use super::tree::entries;

/// Makes one pack in a folder of packs of several, the oldest first.
pub(super) fn join(folder: &Path, packs: &[PackFile]) -> Result<PackKeeper> {
    let mut joined = PackWriter::in_folder(folder)?;
    for pack in packs {
        pack.entries().iter().try_for_each(|entry| joined.take_over(pack, entry))?;
    }
    joined.finish()
}

/// Makes one pack of those of batches of notes, the oldest first. Of each folder that several batches have changed, the newest
/// state is kept whole, and the others as what differs from the one after them.
pub(super) fn join_notes(folder: &Path, packs: &[PackFile]) -> Result<PackKeeper> {
    let mut joined = Joined { pack: PackWriter::in_folder(folder)?, trees: HashMap::new() };
    let mut roots = Vec::new();
    for pack in packs.iter().rev() {
        for entry in pack.entries() {
            match pack.kind(entry)? {
                ObjectKind::Tree => {
                    let tree = Tree { bytes: pack.content(entry)?, is_laid: false };
                    joined.trees.insert(entry.id, tree);
                }
                ObjectKind::Blob => joined.pack.take_over(pack, entry)?,
                ObjectKind::Commit => {
                    roots.push(RawCommit::parse(&pack.content(entry)?)?.tree);
                    joined.pack.take_over(pack, entry)?;
                }
            }
        }
    }
    let newer = std::iter::once(None).chain(roots.iter().copied().map(Some));
    for (newer, root) in newer.zip(&roots) {
        joined.lay(newer, *root)?;
    }
    // What no folder led to.
    let ids: Vec<ObjectId> = joined.trees.keys().copied().collect();
    ids.into_iter().try_for_each(|id| joined.lay(None, id))?;
    joined.pack.finish()
}

struct Joined {
    pack: PackWriter,
    trees: HashMap<ObjectId, Tree>,
}

struct Tree {
    bytes: Vec<u8>,
    is_laid: bool,
}

impl Joined {
    /// Lays a folder and those below it, unless they are, as what differs from the `newer` state.
    fn lay(&mut self, newer: Option<ObjectId>, id: ObjectId) -> Result<()> {
        let Some(tree) = self.trees.get_mut(&id).filter(|tree| !tree.is_laid) else { return Ok(()) };
        tree.is_laid = true;
        let bytes = std::mem::take(&mut tree.bytes);
        let own = entries(&bytes)?;
        let base = newer.and_then(|newer| Some((self.trees.get(&newer)?, self.pack.offset_of(&newer)?)));
        let mut below = Vec::new();
        match base {
            Some((base, offset)) => {
                let base = entries(&base.bytes)?;
                let mut others = base.iter().peekable();
                for entry in own.iter().filter(|entry| entry.is_folder()) {
                    while others.next_if(|other| other.sorted_name().lt(entry.sorted_name())).is_some() {}
                    let other = others.peek().filter(|other| other.name == entry.name && other.is_folder());
                    below.push((other.map(|other| other.object()).transpose()?, entry.object()?));
                }
                let delta = delta::of_trees(&base, &own);
                if delta.len() < bytes.len() {
                    self.pack.write_delta(id, offset, &delta)?;
                } else {
                    self.pack.write_stored(ObjectKind::Tree, &bytes)?;
                }
            }
            None => {
                for entry in own.iter().filter(|entry| entry.is_folder()) {
                    below.push((None, entry.object()?));
                }
                self.pack.write_stored(ObjectKind::Tree, &bytes)?;
            }
        }
        if let Some(tree) = self.trees.get_mut(&id) {
            tree.bytes = bytes;
        }
        below.into_iter().try_for_each(|(newer, id)| self.lay(newer, id))
    }
}
