//! Trees that differ from a base tree in a few files.

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};

use super::commit_writer::CommitWriter;
use super::family::Family;
use super::hash::ObjectKind;
use super::id::{CommitId, ObjectId};
use super::pack::PackWriter;
use super::tree::{Entry, entries, sort_key};
use super::{Repository, hint};
use crate::names;

/// One file that changes from commit to commit, in constant and variable parts.
pub struct FileEdit {
    /// Its path from the top of the repository, with `/`.
    pub path: String,
    /// The parts of its bytes that stay, one more than there are parts that change.
    pub constants: Vec<Vec<u8>>,
}

/// Writes trees that differ from a base tree in the given files and in the definition's folder.
pub struct TreeWriter {
    files: Vec<Family>,
    root: Folder,
}

/// A folder on the way to a file that changes.
struct Folder {
    family: Family,
    /// What its variable entries are, in the order in which they stand.
    variable: Vec<Child>,
}

enum Child {
    /// The changing file with this index.
    File(usize),
    Folder(Box<Folder>),
    /// The folder of the definition, where something of the point stands beside it.
    Definition {
        spec: ObjectId,
    },
}

/// Trees that are to be written at once.
pub struct Trees<'v> {
    /// How many.
    pub count: usize,
    /// For each file, in the order of the edits, its changing parts, those of one tree after those of another.
    pub files: Vec<Vec<&'v [u8]>>,
    /// What stands in each tree's file for parameters that no other line holds, if there are such parameters.
    pub points: Option<Vec<&'v [u8]>>,
}

/// The folder of the definition.
#[derive(Clone, Copy)]
enum Definition {
    /// The same in all trees.
    Same(ObjectId),
    /// Beside the definition there is something of the point.
    OfPoint { spec: ObjectId },
}

/// The entries of a folder: what stays, and what changes in between.
#[derive(Default)]
struct Entries {
    /// What stays before each entry that changes.
    constants: Vec<Vec<u8>>,
    /// What stays after the last entry that changes.
    stays: Vec<u8>,
    variable: Vec<Child>,
}

impl Entries {
    fn push(&mut self, entry: &Entry<'_>) {
        entry.push_to(&mut self.stays);
    }

    /// An entry whose id changes.
    fn push_changing(&mut self, mode: &[u8], name: &[u8], child: Child) {
        Entry { mode, name, id: &[] }.push_to(&mut self.stays);
        self.constants.push(std::mem::take(&mut self.stays));
        self.variable.push(child);
    }

    fn push_definition(&mut self, definition: Definition) {
        let (mode, name) = (b"40000", names::TREE_DIR.as_bytes());
        match definition {
            Definition::Same(id) => self.push(&Entry { mode, name, id: id.as_bytes() }),
            Definition::OfPoint { spec } => self.push_changing(mode, name, Child::Definition { spec }),
        }
    }

    fn into_folder(mut self) -> Folder {
        self.constants.push(self.stays);
        Folder { family: Family::new(ObjectKind::Tree, self.constants), variable: self.variable }
    }
}

/// The changing files below one folder, by their first path segment.
#[derive(Default)]
struct Wanted<'a> {
    files: BTreeMap<&'a str, usize>,
    folders: BTreeMap<&'a str, Wanted<'a>>,
}

impl TreeWriter {
    /// Of so many trees it is good to know what changes, and more than that gain nothing.
    pub const AT_ONCE: usize = 16;

    /// Prepares to write trees on top of `base`'s; `spec` is the definition that every one of them holds, and `has_points` says
    /// whether there is a file for parameters that no other line holds.
    ///
    /// # Errors
    /// If one of the files is not in the base commit.
    pub fn new(
        repository: &Repository,
        writer: &mut CommitWriter,
        base: CommitId,
        edits: Vec<FileEdit>,
        spec: &[u8],
        has_points: bool,
    ) -> Result<Self> {
        let mut wanted = Wanted::default();
        for (index, edit) in edits.iter().enumerate() {
            let mut level = &mut wanted;
            let (folders, file) = edit.path.rsplit_once('/').unwrap_or(("", &edit.path));
            for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
                level = level.folders.entry(folder).or_default();
            }
            level.files.insert(file, index);
        }
        let spec = writer.blob(spec)?;
        let tree = repository.read_commit(base)?.tree;
        let definition = if has_points {
            Definition::OfPoint { spec }
        } else {
            Definition::Same(writer.pack.write(ObjectKind::Tree, &definition_folder(None, spec))?)
        };
        let root = Folder::new(repository, tree, &wanted, Some(definition))?;
        let files = edits.into_iter().map(|edit| Family::new(ObjectKind::Blob, edit.constants)).collect();
        Ok(Self { files, root })
    }

    /// How many objects a tree comes to at most: its files that change, the folders above them, and what is of the point.
    pub fn objects(&self) -> usize {
        self.files.len() + self.root.folders() + 2
    }

    /// Writes some trees, the more at once the better up to [so many](Self::AT_ONCE); their ids.
    ///
    /// # Errors
    /// If the disk is full or the like.
    pub fn write(&mut self, writer: &mut CommitWriter, trees: &Trees<'_>) -> Result<Vec<ObjectId>> {
        let pack = &mut writer.pack;
        let files = self.files.iter_mut().zip(&trees.files);
        let blobs = files.map(|(family, parts)| family.write(pack, trees.count, parts)).collect::<Result<Vec<_>>>()?;
        let points = trees.points.as_ref().map(|points| pack.write_all(ObjectKind::Blob, points)).transpose()?;
        self.root.write(pack, trees.count, &blobs, points.as_deref().unwrap_or_default())
    }
}

impl Folder {
    /// The folder `tree` of the base commit, with those below it in which something changes. The top one has the definition.
    ///
    /// # Errors
    /// If what is wanted is not all there, or a file stands where our folder is to be.
    fn new(
        repository: &Repository,
        tree: ObjectId,
        wanted: &Wanted<'_>,
        definition: Option<Definition>,
    ) -> Result<Self> {
        let odb = repository.inner.odb().context("cannot read the object store")?;
        let object = odb.read(tree.to_git2()).with_context(|| format!("cannot read tree {tree}"))?;
        let mut folder = Entries::default();
        let is_root = definition.is_some();
        let mut pending = definition;
        let mut found = 0;
        for entry in entries(object.data())? {
            let is_folder = entry.is_folder();
            if sort_key(entry.name, is_folder) >= sort_key(names::TREE_DIR.as_bytes(), true)
                && let Some(definition) = pending.take()
            {
                folder.push_definition(definition);
            }
            if is_root && entry.name == names::TREE_DIR.as_bytes() {
                if !is_folder {
                    bail!("the base commit has a file named {}, which gitsweep needs as a folder", names::TREE_DIR);
                }
                continue;
            }
            let name = std::str::from_utf8(entry.name).ok();
            let child = match name {
                Some(name) if is_folder && wanted.folders.contains_key(name) => {
                    let below = Self::new(repository, entry.object()?, &wanted.folders[name], None)?;
                    Some(Child::Folder(Box::new(below)))
                }
                Some(name) if !is_folder => wanted.files.get(name).map(|index| Child::File(*index)),
                _ => None,
            };
            match child {
                Some(child) => {
                    folder.push_changing(entry.mode, entry.name, child);
                    found += 1;
                }
                None => folder.push(&entry),
            }
        }
        if let Some(definition) = pending {
            folder.push_definition(definition);
        }
        if found != wanted.files.len() + wanted.folders.len() {
            let names: Vec<&str> = wanted.files.keys().chain(wanted.folders.keys()).copied().collect();
            return Err(hint::error(
                format!("not all of {} are in the base commit", names.join(", ")),
                "commit them first, or start from another commit with --base",
            ));
        }
        Ok(folder.into_folder())
    }

    /// How many folders change, this one included.
    fn folders(&self) -> usize {
        let below = |child: &Child| if let Child::Folder(folder) = child { folder.folders() } else { 0 };
        1 + self.variable.iter().map(below).sum::<usize>()
    }

    /// The folder in each of some trees, of which these are the files that change and the files of the points.
    fn write(
        &mut self,
        pack: &mut PackWriter,
        count: usize,
        blobs: &[Vec<ObjectId>],
        points: &[ObjectId],
    ) -> Result<Vec<ObjectId>> {
        let mut children = Vec::with_capacity(self.variable.len());
        for child in &mut self.variable {
            children.push(match child {
                Child::File(index) => Cow::Borrowed(&blobs[*index]),
                Child::Folder(folder) => Cow::Owned(folder.write(pack, count, blobs, points)?),
                Child::Definition { spec } => {
                    let folders: Vec<_> = points.iter().map(|point| definition_folder(Some(*point), *spec)).collect();
                    let folders: Vec<&[u8]> = folders.iter().map(Vec::as_slice).collect();
                    Cow::Owned(pack.write_all(ObjectKind::Tree, &folders)?)
                }
            });
        }
        let ids = (0..count).flat_map(|at| children.iter().map(move |ids| ids[at].as_bytes().as_slice()));
        self.family.write(pack, count, &ids.collect::<Vec<_>>())
    }
}

/// The folder of the definition, with what stands there of the point.
fn definition_folder(point: Option<ObjectId>, spec: ObjectId) -> Vec<u8> {
    let mut tree = Vec::with_capacity(80);
    for (name, id) in [(names::TREE_POINT, point), (names::TREE_SPEC, Some(spec))] {
        if let Some(id) = id {
            Entry { mode: b"100644", name: name.as_bytes(), id: id.as_bytes() }.push_to(&mut tree);
        }
    }
    tree
}
