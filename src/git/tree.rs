//! Trees that differ from a base tree in a few files.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};

use super::commit::CommitWriter;
use super::family::Family;
use super::id::{CommitId, ObjectId};
use super::lanes;
use super::pack::ObjectKind;
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
    /// The folder of the definition, and its id where there is nothing of the point in it, once it has been written.
    Definition {
        spec: ObjectId,
        alone: Option<ObjectId>,
    },
}

/// An entry of a tree: mode, name, id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) mode: &'a [u8],
    pub(super) name: &'a [u8],
    pub(super) id: &'a [u8],
}

impl<'a> Entry<'a> {
    pub(super) fn is_folder(&self) -> bool {
        self.mode == b"40000"
    }

    /// Its id, as one of an object.
    pub(super) fn object(&self) -> Result<ObjectId> {
        self.id.try_into().map(ObjectId::from_bytes).context("a damaged tree")
    }

    /// The name by which git sorts it.
    pub(super) fn sorted_name(&self) -> impl Iterator<Item = &'a u8> + use<'a> {
        let slash: &'a [u8] = if self.is_folder() { b"/" } else { b"" };
        self.name.iter().chain(slash)
    }

    /// How many bytes of the tree it takes.
    pub(super) fn length(&self) -> usize {
        self.mode.len() + 1 + self.name.len() + 1 + self.id.len()
    }

    pub(super) fn push_to(&self, tree: &mut Vec<u8>) {
        tree.extend_from_slice(self.mode);
        tree.push(b' ');
        tree.extend_from_slice(self.name);
        tree.push(0);
        tree.extend_from_slice(self.id);
    }
}

/// The bytes of the entry of a folder with a name of two letters.
const SMALLEST: usize = 29;

pub(super) fn entries(tree: &[u8]) -> Result<Vec<Entry<'_>>> {
    let mut entries = Vec::with_capacity(tree.len() / SMALLEST);
    let mut rest = tree;
    while !rest.is_empty() {
        let space = if rest.starts_with(b"40000 ") {
            5
        } else {
            rest.iter().position(|byte| *byte == b' ').context("a damaged tree")?
        };
        let end = space + rest[space..].iter().position(|byte| *byte == 0).context("a damaged tree")?;
        let id = rest.get(end + 1..end + 21).context("a damaged tree")?;
        entries.push(Entry { mode: &rest[..space], name: &rest[space + 1..end], id });
        rest = &rest[end + 21..];
    }
    Ok(entries)
}

/// git sorts folders as if their names ended in a slash.
pub(super) fn sort_key(name: &[u8], is_folder: bool) -> Vec<u8> {
    let mut key = name.to_vec();
    if is_folder {
        key.push(b'/');
    }
    key
}

/// The changing files below one folder, by their first path segment.
#[derive(Default)]
struct Wanted<'a> {
    files: BTreeMap<&'a str, usize>,
    folders: BTreeMap<&'a str, Wanted<'a>>,
}

impl TreeWriter {
    /// Prepares to write trees on top of `base`'s; `spec` is the definition that every one of them holds.
    ///
    /// # Errors
    /// If one of the files is not in the base commit.
    pub fn new(
        repository: &Repository,
        writer: &mut CommitWriter,
        base: CommitId,
        edits: Vec<FileEdit>,
        spec: &[u8],
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
        let root = Folder::new(repository, tree, &wanted, Some(spec))?;
        let files = edits.into_iter().map(|edit| Family::new(ObjectKind::Blob, edit.constants)).collect();
        Ok(Self { files, root })
    }

    /// How many objects a tree comes to at most: its files that change, the folders above them, and what is of the point.
    pub fn objects(&self) -> usize {
        self.files.len() + self.root.folders() + 2
    }

    /// Of how many trees that come next it is good to know what changes.
    pub fn ahead(&self) -> usize {
        lanes::width() - 1
    }

    /// Writes one tree. `variables` are the changing parts of each file, in the order of the edits; `later` tells those of one
    /// file in the [next few trees](Self::ahead), as far as they are known, which saves time; `point` is what stands in the file for parameters that no
    /// other line holds.
    ///
    /// # Errors
    /// If the disk is full or the like.
    pub fn write<'v>(
        &mut self,
        writer: &mut CommitWriter,
        variables: &[Vec<&'v [u8]>],
        later: &dyn Fn(usize) -> Vec<Vec<&'v [u8]>>,
        point: Option<&[u8]>,
    ) -> Result<ObjectId> {
        let mut blobs = Vec::with_capacity(self.files.len());
        for (file, (family, variables)) in self.files.iter_mut().zip(variables).enumerate() {
            blobs.push(family.write(&mut writer.pack, variables, &|| later(file))?);
        }
        let point = point.map(|point| writer.blob(point)).transpose()?;
        self.root.write(writer, &blobs, point)
    }
}

impl Folder {
    fn new(repository: &Repository, tree: ObjectId, wanted: &Wanted<'_>, spec: Option<ObjectId>) -> Result<Self> {
        let odb = repository.inner.odb().context("cannot read the object store")?;
        let object = odb.read(tree.to_git2()).with_context(|| format!("cannot read tree {tree}"))?;
        let mut variable = Vec::new();
        let mut constants = vec![Vec::new()];
        let mut start_variable = |constants: &mut Vec<Vec<u8>>, mode: &[u8], name: &[u8], child: Child| {
            let last = constants.last_mut().unwrap_or_else(|| unreachable!("there is always one"));
            last.extend_from_slice(mode);
            last.push(b' ');
            last.extend_from_slice(name);
            last.push(0);
            constants.push(Vec::new());
            variable.push(child);
        };
        let definition = names::TREE_DIR.as_bytes();
        let mut pending_spec = spec;
        let mut found = 0;
        for entry in entries(object.data())? {
            let is_folder = entry.is_folder();
            if let Some(id) = pending_spec
                && sort_key(entry.name, is_folder) >= sort_key(definition, true)
            {
                start_variable(&mut constants, b"40000", definition, Child::Definition { spec: id, alone: None });
                pending_spec = None;
            }
            if spec.is_some() && entry.name == definition {
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
                    start_variable(&mut constants, entry.mode, entry.name, child);
                    found += 1;
                }
                None => {
                    let last = constants.last_mut().unwrap_or_else(|| unreachable!("there is always one"));
                    entry.push_to(last);
                }
            }
        }
        if let Some(id) = pending_spec {
            start_variable(&mut constants, b"40000", definition, Child::Definition { spec: id, alone: None });
        }
        if found != wanted.files.len() + wanted.folders.len() {
            let names: Vec<&str> = wanted.files.keys().chain(wanted.folders.keys()).copied().collect();
            return Err(hint::error(
                format!("not all of {} are in the base commit", names.join(", ")),
                "commit them first, or start from another commit with --base",
            ));
        }
        Ok(Self { family: Family::new(ObjectKind::Tree, constants), variable })
    }

    /// How many folders change, this one included.
    fn folders(&self) -> usize {
        let below = |child: &Child| if let Child::Folder(folder) = child { folder.folders() } else { 0 };
        1 + self.variable.iter().map(below).sum::<usize>()
    }

    fn write(&mut self, writer: &mut CommitWriter, blobs: &[ObjectId], point: Option<ObjectId>) -> Result<ObjectId> {
        let mut ids = Vec::with_capacity(self.variable.len());
        for child in &mut self.variable {
            ids.push(match child {
                Child::File(index) => blobs[*index],
                Child::Folder(folder) => folder.write(writer, blobs, point)?,
                Child::Definition { spec, alone } => match (point, &alone) {
                    (None, Some(id)) => *id,
                    (None, None) => *alone.insert(write_definition(writer, None, *spec)?),
                    (Some(_), _) => write_definition(writer, point, *spec)?,
                },
            });
        }
        let variables: Vec<&[u8]> = ids.iter().map(|id| id.as_bytes().as_slice()).collect();
        self.family.write(&mut writer.pack, &variables, &Vec::new)
    }
}

/// The folder of the definition, with what stands there of the point.
fn write_definition(writer: &mut CommitWriter, point: Option<ObjectId>, spec: ObjectId) -> Result<ObjectId> {
    let mut tree = Vec::with_capacity(80);
    for (name, id) in [(names::TREE_POINT, point), (names::TREE_SPEC, Some(spec))] {
        if let Some(id) = id {
            tree.extend_from_slice(b"100644 ");
            tree.extend_from_slice(name.as_bytes());
            tree.push(0);
            tree.extend_from_slice(id.as_bytes());
        }
    }
    writer.pack.write(ObjectKind::Tree, &tree)
}
