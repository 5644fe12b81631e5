//! Commits: the bytes that make one, and who made it.

use std::borrow::Cow;

use anyhow::{Context as _, Result};

use super::id::{CommitId, ObjectId};
use super::pack::{ObjectKind, PackKeeper, PackWriter};
use super::shelf::is_collected;
use super::{Repository, hint};

/// Who commits, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    author: String,
    committer: String,
    seconds: i64,
    /// Minutes east of Greenwich.
    offset: i16,
}

impl Identity {
    /// The user's identity as git has it (`user.name`, `GIT_AUTHOR_NAME` and the like), at the given time.
    ///
    /// # Errors
    /// If git knows no name or address.
    pub fn of_user(repository: &Repository, seconds: i64, offset_minutes: i16) -> Result<Self> {
        let person = |role: &str| {
            let look_up = |what: &str| {
                let variable = format!("GIT_{}_{}", role.to_uppercase(), what.to_uppercase());
                std::env::var(variable)
                    .ok()
                    .or_else(|| repository.config(&format!("{role}.{what}")))
                    .or_else(|| repository.config(&format!("user.{what}")))
                    .or_else(|| if what == "email" { std::env::var("EMAIL").ok() } else { None })
                    .map(|text| clean(&text))
                    .filter(|text| !text.is_empty())
            };
            match (look_up("name"), look_up("email")) {
                (Some(name), Some(email)) => Ok(format!("{name} <{email}>")),
                (name, _) => Err(hint::error(
                    format!("git does not know your {}", if name.is_none() { "name" } else { "address" }),
                    "tell it: git config --global user.name \"Your Name\" && git config --global user.email you@example.org",
                )),
            }
        };
        Ok(Self { author: person("author")?, committer: person("committer")?, seconds, offset: offset_minutes })
    }

    /// The identity that notes get where git knows no user: results are never held back for the lack of a name.
    pub fn of_tool(seconds: i64) -> Self {
        let person = "gitsweep <gitsweep@localhost>".to_owned();
        Self { author: person.clone(), committer: person, seconds, offset: 0 }
    }

    pub(super) fn lines(&self) -> String {
        let (sign, offset) = if self.offset < 0 { ('-', -self.offset) } else { ('+', self.offset) };
        let when = format!("{} {sign}{:02}{:02}", self.seconds, offset / 60, offset % 60);
        format!("author {} {when}\ncommitter {} {when}\n", self.author, self.committer)
    }
}

/// Without what git forbids in a name, as git itself cleans it.
fn clean(text: &str) -> String {
    let without: String = text.chars().filter(|c| !matches!(c, '<' | '>' | '\n' | '\0')).collect();
    without
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ':' | ';' | '"' | '\\' | '\''))
        .to_owned()
}

/// What a stored commit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawCommit {
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents, the first first.
    pub parents: Vec<CommitId>,
    /// When it was written, in seconds since 1970; amending and rebasing leave that as it was.
    pub authored: i64,
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
    /// Its message.
    pub message: String,
}

impl RawCommit {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self> {
        let text = String::from_utf8_lossy(bytes);
        let (header, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut tree = None;
        let mut parents = Vec::new();
        let (mut authored, mut seconds) = (0, 0);
        let when = |person: &str| person.rsplit(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        for line in header.lines() {
            if let Some(id) = line.strip_prefix("tree ") {
                tree = Some(id.parse()?);
            } else if let Some(id) = line.strip_prefix("parent ") {
                parents.push(id.parse()?);
            } else if let Some(author) = line.strip_prefix("author ") {
                authored = when(author);
            } else if let Some(committer) = line.strip_prefix("committer ") {
                seconds = when(committer);
            }
        }
        Ok(Self { tree: tree.context("it names no tree")?, parents, authored, seconds, message: message.to_owned() })
    }
}

/// What a walk down a chain needs of a commit.
#[derive(Clone, Debug)]
pub struct CommitView<'a> {
    /// Its first parent.
    pub parent: Option<CommitId>,
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
    /// Its message.
    pub message: Cow<'a, str>,
}

impl<'a> CommitView<'a> {
    /// Reads a commit as it is stored.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut rest = bytes;
        let (mut parent, mut seconds) = (None, 0);
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let line = &rest[..end];
            rest = &rest[end + 1..];
            if line.is_empty() {
                return Ok(Self { parent, seconds, message: to_text(rest) });
            }
            if let (None, Some(id)) = (parent, line.strip_prefix(b"parent ")) {
                parent = Some(std::str::from_utf8(id)?.parse()?);
            } else if line.starts_with(b"committer ") {
                seconds = line.rsplit(|byte| *byte == b' ').nth(1).and_then(parse_seconds).unwrap_or(0);
            }
        }
        Ok(Self { parent, seconds, message: Cow::Borrowed("") })
    }
}

/// The same as [`String::from_utf8_lossy`], and quicker where nothing is lost.
pub(crate) fn to_text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

fn parse_seconds(word: &[u8]) -> Option<i64> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// Lays commits, with their trees and files.
pub struct CommitWriter {
    pub(super) pack: PackWriter,
    identity: String,
    buffer: Vec<u8>,
}

/// Keeps freshly written commits alive until a ref holds them.
#[must_use = "drop it after the ref has moved"]
#[derive(Debug)]
pub struct Unreferenced(PackKeeper);

impl Unreferenced {
    /// A ref holds them now.
    pub fn settle(self, repository: &Repository) {
        repository.shelve_sweep(self.0);
    }
}

impl CommitWriter {
    /// A writer for commits by `identity`.
    ///
    /// # Errors
    /// If nothing can be written in the object store.
    pub fn new(repository: &Repository, identity: &Identity) -> Result<Self> {
        Ok(Self { pack: PackWriter::new(&repository.objects_dir())?, identity: identity.lines(), buffer: Vec::new() })
    }

    /// Makes room for about so many objects.
    pub fn expect(&mut self, objects: usize) {
        self.pack.expect(objects);
    }

    /// Writes a commit.
    ///
    /// # Errors
    /// If the disk is full or the like.
    pub fn commit(&mut self, tree: ObjectId, parents: &[CommitId], message: &str) -> Result<CommitId> {
        self.buffer.clear();
        let parents = parents.iter().map(|parent| ("parent ", parent.object()));
        for (role, id) in std::iter::once(("tree ", tree)).chain(parents) {
            self.buffer.extend_from_slice(role.as_bytes());
            self.buffer.extend_from_slice(&id.to_hex());
            self.buffer.push(b'\n');
        }
        self.buffer.extend_from_slice(self.identity.as_bytes());
        self.buffer.push(b'\n');
        self.buffer.extend_from_slice(message.as_bytes());
        Ok(CommitId::new(self.pack.write(ObjectKind::Commit, &self.buffer)?))
    }

    /// Writes a file's content.
    ///
    /// # Errors
    /// If the disk is full or the like.
    pub fn blob(&mut self, bytes: &[u8]) -> Result<ObjectId> {
        self.pack.write(ObjectKind::Blob, bytes)
    }

    /// Puts everything that was written into the repository, in one pack or, if it is little, as git's own commands do. Let a
    /// ref move before the returned guard is dropped.
    ///
    /// # Errors
    /// If the disk is full or the like; then no ref leads to what was written.
    pub fn finish(self, repository: &Repository) -> Result<Unreferenced> {
        // Nothing guards single files against `gc --prune=now`. It first does other things, for longer than a ref takes to
        // move, so that it is enough to look before and after.
        let is_collected = || is_collected(repository.common_dir());
        if let Some(few) = self.pack.few().filter(|_| !is_collected()) {
            few.write(&repository.inner.odb().context("cannot open the object store")?)?;
            if !is_collected() {
                return Ok(Unreferenced(PackKeeper::default()));
            }
        }
        Ok(Unreferenced(self.pack.finish()?))
    }
}
