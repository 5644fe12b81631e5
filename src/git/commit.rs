//! What stored commits say.

use std::borrow::Cow;

use anyhow::{Context as _, Result};

use super::id::{CommitId, ObjectId};

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
    /// Reads a commit as it is stored.
    ///
    /// # Errors
    /// If it names no tree.
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
