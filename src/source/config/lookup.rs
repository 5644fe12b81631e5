//! Follows a path through the documents of a file.

use super::key_error::KeyError;
use super::key_path::{KeyPath, Step};
use super::node::{Entry, Node, Scalar, line_of};

/// A path to be followed in a file.
pub(super) struct Lookup<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) path: &'a KeyPath,
    /// True if keys may hold dots, so that `a.b.c` can be key `c` of section `a.b` (INI).
    pub(super) flat: bool,
}

impl Lookup<'_> {
    /// The scalar at the path, in the one document that has it.
    pub(super) fn scalar<'n>(&self, documents: &'n [Node]) -> Result<&'n Scalar, KeyError> {
        let mut found = Vec::new();
        let mut failed = None;
        for document in documents {
            match self.follow(document, 0) {
                Ok(scalar) => found.push(scalar),
                Err(error @ (KeyError::NoKey { .. } | KeyError::NoItem { .. })) => failed = failed.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        match (found.as_slice(), failed) {
            ([scalar], _) => Ok(scalar),
            ([], Some(error)) => Err(error),
            ([], None) => Err(KeyError::Empty),
            (several, _) => {
                let lines = several.iter().map(|scalar| line_of(self.bytes, scalar.span.start)).collect();
                Err(KeyError::SeveralDocuments { key: self.path.to_string(), lines })
            }
        }
    }

    fn follow<'n>(&self, node: &'n Node, taken: usize) -> Result<&'n Scalar, KeyError> {
        let steps = self.path.steps();
        let Some(step) = steps.get(taken) else { return self.end(node) };
        match (node, step) {
            (Node::Table { entries, merges, .. }, Step::Key(key)) => {
                let (entry, used) = self.entry(entries, key, taken, *merges)?;
                self.follow(&entry.node, taken + used)
            }
            (Node::List(items), step) => {
                let index = match step {
                    Step::Index(index) => Some(*index),
                    // Hydra and others write `layers.2.size`.
                    Step::Key(key) => key.parse().ok(),
                };
                let item = index.and_then(|index| items.get(index));
                let error = || KeyError::NoItem { list: self.upto(taken), step: step.to_string(), length: items.len() };
                self.follow(item.ok_or_else(error)?, taken + 1)
            }
            (Node::Fixed { at, what }, _) => Err(self.fixed(taken, *at, what)),
            (other, _) => Err(KeyError::NoWay { key: self.upto(taken), is: other.describe(), step: step.to_string() }),
        }
    }

    /// The entry that the step `taken` leads to, and the number of steps that it uses up.
    fn entry<'n>(
        &self,
        entries: &'n [Entry],
        key: &str,
        taken: usize,
        merges: bool,
    ) -> Result<(&'n Entry, usize), KeyError> {
        let most = if self.flat { self.path.steps().len() - taken } else { 1 };
        let mut joined = String::new();
        let mut found: Vec<(&Entry, usize)> = Vec::new();
        for (nth, step) in self.path.steps()[taken..].iter().take(most).enumerate() {
            let Step::Key(part) = step else { break };
            if nth > 0 {
                joined.push('.');
            }
            joined.push_str(part);
            let ends = taken + nth + 1 == self.path.steps().len();
            let leads =
                |entry: &&Entry| entry.key == joined && (ends || !self.flat || !matches!(entry.node, Node::Scalar(_)));
            found.extend(entries.iter().filter(leads).map(|entry| (entry, nth + 1)));
        }
        if self.flat && found.len() > 1 {
            // `[a]` with `b.c` and `[a.b]` with `c` are both `a.b.c`: only those count that go on to the end.
            found.retain(|(entry, used)| self.follow(&entry.node, taken + used).is_ok());
        }
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(self.no_key(entries, key, taken, merges)),
            several => {
                let lines = several.iter().map(|(entry, _)| line_of(self.bytes, entry.at)).collect();
                Err(KeyError::Duplicate { key: self.upto(taken + several[0].1), lines })
            }
        }
    }

    fn no_key(&self, entries: &[Entry], key: &str, taken: usize, merges: bool) -> KeyError {
        let mut known: Vec<String> = Vec::new();
        for entry in entries {
            if !known.contains(&entry.key) {
                known.push(entry.key.clone());
            }
        }
        KeyError::NoKey { table: self.upto(taken), key: key.to_owned(), known, merges }
    }

    fn end<'n>(&self, node: &'n Node) -> Result<&'n Scalar, KeyError> {
        match node {
            Node::Scalar(scalar) | Node::Table { declares: Some(scalar), .. } => Ok(scalar),
            Node::Fixed { at, what } => Err(self.fixed(self.path.steps().len(), *at, what)),
            Node::List(_) | Node::Table { .. } => {
                Err(KeyError::NotScalar { key: self.path.to_string(), is: node.describe() })
            }
        }
    }

    fn fixed(&self, taken: usize, at: usize, what: &'static str) -> KeyError {
        KeyError::Fixed { key: self.upto(taken), line: line_of(self.bytes, at), what }
    }

    /// The path as far as it was followed.
    fn upto(&self, taken: usize) -> String {
        KeyPath::of(&self.path.steps()[..taken]).to_string()
    }
}
