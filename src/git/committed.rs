//! What a commit holds.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow};

use super::commit::RawCommit;
use super::id::{CommitId, ObjectId};
use super::objects::OrMissing as _;
use super::{Repository, hash, tree};

/// A file of a commit.
pub struct CommittedFile {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// The id of its blob.
    pub id: ObjectId,
}

impl Repository {
    /// A commit as it is stored.
    ///
    /// # Errors
    /// If there is none with that id.
    pub fn read_commit(&self, commit: CommitId) -> Result<RawCommit> {
        let objects = self.objects()?;
        let object = objects.read(commit.object())?;
        RawCommit::parse(object.bytes()).with_context(|| format!("commit {commit} is damaged"))
    }

    /// A file of a commit, `None` if the commit has no such file (or it is a folder, link or submodule).
    ///
    /// # Errors
    /// If the objects cannot be read.
    pub fn read_file(&self, commit: CommitId, path: &str) -> Result<Option<CommittedFile>> {
        let tree = self.tree_of(commit).or_missing(format!("cannot read commit {commit}"))?;
        if path.is_empty() {
            return Ok(None); // the top of the repository, of which libgit2 says no more than that it has no name
        }
        let entry = match tree.get_path(Path::new(path)) {
            Ok(entry) => entry,
            Err(error) if error.code() == git2::ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(anyhow!(error).context(format!("cannot read {path} of {commit}"))),
        };
        if entry.kind() != Some(git2::ObjectType::Blob) || entry.filemode() == 0o120_000 {
            return Ok(None);
        }
        let blob = self.inner.find_blob(entry.id());
        let blob = blob.or_missing(format!("cannot read {path} of {commit}"))?;
        Ok(Some(CommittedFile { bytes: blob.content().to_vec(), id: entry.id().into() }))
    }

    /// The paths of all files of a commit.
    ///
    /// # Errors
    /// If the trees cannot be read.
    pub fn list_files(&self, commit: CommitId) -> Result<Vec<String>> {
        let mut files = Vec::new();
        self.tree_of(commit)
            .or_missing(format!("cannot read commit {commit}"))?
            .walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
                if entry.kind() == Some(git2::ObjectType::Blob) {
                    files.push(format!("{folder}{}", String::from_utf8_lossy(entry.name_bytes())));
                }
                git2::TreeWalkResult::Ok
            })
            .with_context(|| format!("cannot list the files of {commit}"))?;
        Ok(files)
    }

    /// What `path` is in a commit: `None`, or words for it.
    pub fn describe_path(&self, commit: CommitId, path: &str) -> Option<&'static str> {
        let tree = self.tree_of(commit).ok()?;
        let entry = tree.get_path(Path::new(path)).ok()?;
        Some(match entry.kind() {
            Some(git2::ObjectType::Tree) => "a folder",
            Some(git2::ObjectType::Commit) => "a submodule",
            _ if entry.filemode() == 0o120_000 => "a symbolic link",
            _ => "a file",
        })
    }

    /// True if `path` is a file of a commit that may be executed.
    pub fn is_executable(&self, commit: CommitId, path: &str) -> bool {
        let tree = self.tree_of(commit).ok();
        tree.and_then(|tree| tree.get_path(Path::new(path)).ok()).is_some_and(|entry| entry.filemode() == 0o100_755)
    }

    /// What the symbolic link at `path` of a commit points to, from its folder.
    pub fn link_target(&self, commit: CommitId, path: &str) -> Option<String> {
        let tree = self.tree_of(commit).ok()?;
        let entry = tree.get_path(Path::new(path)).ok().filter(|entry| entry.filemode() == 0o120_000)?;
        let blob = self.inner.find_blob(entry.id()).ok()?;
        Some(String::from_utf8_lossy(blob.content()).into_owned())
    }

    /// The id that a commit's tree would have without the entry `name` at its top.
    ///
    /// # Errors
    /// If the tree cannot be read.
    pub fn tree_without(&self, commit: CommitId, name: &str) -> Result<ObjectId> {
        let tree = self.read_commit(commit)?.tree;
        let odb = self.inner.odb().context("cannot read the object store")?;
        let object = odb.read(tree.to_git2()).with_context(|| format!("cannot read tree {tree}"))?;
        let mut kept = Vec::with_capacity(object.data().len());
        for entry in tree::entries(object.data())?.iter().filter(|entry| entry.name != name.as_bytes()) {
            entry.push_to(&mut kept);
        }
        Ok(hash::hash_object(hash::ObjectKind::Tree, &kept))
    }

    fn tree_of(&self, commit: CommitId) -> Result<git2::Tree<'_>, git2::Error> {
        self.inner.find_commit(commit.object().to_git2()).and_then(|commit| commit.tree())
    }
}
