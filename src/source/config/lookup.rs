//! Follows a path through the documents of a file.

use super::format::ConfigFormat;
use super::key_error::KeyError;
use super::key_path::{ATTRIBUTE, KeyPath, Step};
use super::node::{Entry, Node, Scalar, line_of};
use super::xml;

/// A path to be followed in a file.
pub(super) struct Lookup<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) path: &'a KeyPath,
    pub(super) format: ConfigFormat,
}

impl Lookup<'_> {
    /// True if keys may hold dots, so that `a.b.c` can be key `c` of section `a.b`.
    fn is_flat(&self) -> bool {
        self.format == ConfigFormat::Ini
    }

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
            (Node::Table { .. }, Step::Key(name))
                if self.format == ConfigFormat::Xml && self.is_by_name(node, name) =>
            {
                self.follow(node, taken + 1)
            }
            (Node::Table { entries, merges, .. }, Step::Key(key)) => {
                let (entry, used) = self.entry(entries, key, taken, *merges)?;
                self.follow(&entry.node, taken + used)
            }
            (Node::Table { entries, merges, .. }, Step::Attribute(name)) => {
                let entry = entries.iter().find(|entry| is_attribute(entry, name));
                let error = || self.no_key(entries, &step.to_string(), taken, *merges);
                self.follow(&entry.ok_or_else(error)?.node, taken + 1)
            }
            (Node::List(items), step) => {
                let by_name = self.by_name(items, step, taken)?;
                let index = match step {
                    Step::Index(index) => Some(*index),
                    // Hydra and others write `layers.2.size`.
                    Step::Key(key) => key.parse().ok(),
                    Step::Attribute(_) => None,
                };
                let item = by_name.or_else(|| index.and_then(|index| items.get(index)));
                let error = || KeyError::NoItem { list: self.upto(taken), step: step.to_string(), length: items.len() };
                self.follow(item.ok_or_else(error)?, taken + 1)
            }
            (Node::Fixed { at, what }, _) => Err(self.fixed(taken, *at, what)),
            (other, _) => Err(KeyError::NoWay { key: self.upto(taken), is: other.describe(), step: step.to_string() }),
        }
    }

    /// True if an element has no part called `name` and is itself named so, by its `id` or `name`.
    fn is_by_name(&self, node: &Node, name: &str) -> bool {
        let Node::Table { entries, .. } = node else { return false };
        xml::is_named(node, name) && !entries.iter().any(|entry| entry.key == name || is_attribute(entry, name))
    }

    /// The one of several elements that has the step as its `id` or `name`.
    fn by_name<'n>(&self, items: &'n [Node], step: &Step, taken: usize) -> Result<Option<&'n Node>, KeyError> {
        let Step::Key(name) = step else { return Ok(None) };
        let is_it = |item: &&Node| self.format == ConfigFormat::Xml && xml::is_named(item, name);
        match items.iter().filter(is_it).collect::<Vec<_>>().as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            several => {
                let is = format!("{} elements", several.len());
                Err(KeyError::NotScalar { key: self.upto(taken + 1), is })
            }
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
        let most = if self.is_flat() { self.path.steps().len() - taken } else { 1 };
        let mut joined = String::new();
        let mut found: Vec<(&Entry, usize)> = Vec::new();
        for (nth, step) in self.path.steps()[taken..].iter().take(most).enumerate() {
            let Step::Key(part) = step else { break };
            if nth > 0 {
                joined.push('.');
            }
            joined.push_str(part);
            let ends = taken + nth + 1 == self.path.steps().len();
            let goes_on = |entry: &&Entry| ends || !self.is_flat() || !matches!(entry.node, Node::Scalar(_));
            let leads = |entry: &&Entry| entry.key == joined && goes_on(entry);
            found.extend(entries.iter().filter(leads).map(|entry| (entry, nth + 1)));
        }
        if self.is_flat() && found.len() > 1 {
            // `[a]` with `b.c` and `[a.b]` with `c` are both `a.b.c`: only those count that go on to the end.
            found.retain(|(entry, used)| self.follow(&entry.node, taken + used).is_ok());
        }
        if self.format == ConfigFormat::Xml && found.is_empty() {
            // Where there is no such element, the attribute needs no mark.
            found.extend(entries.iter().find(|entry| is_attribute(entry, key)).map(|entry| (entry, 1)));
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
        if let Some(value) = xml::value(node).filter(|_| self.format == ConfigFormat::Xml) {
            return Ok(value);
        }
        match node {
            Node::Scalar(scalar) | Node::Table { whole: Some(scalar), .. } => Ok(scalar),
            Node::Fixed { at, what } => Err(self.fixed(self.path.steps().len(), *at, what)),
            Node::List(items) if self.format == ConfigFormat::Xml => {
                Err(KeyError::NotScalar { key: self.path.to_string(), is: format!("{} elements", items.len()) })
            }
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

fn is_attribute(entry: &Entry, name: &str) -> bool {
    entry.key.strip_prefix(ATTRIBUTE).is_some_and(|key| key == name)
}
