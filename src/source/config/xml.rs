//! XML with the bytes of each value: an element's attributes are keys such as `@g`, next to the elements in it.
//!
//! Elements of one name next to one another are a list. What a document type declares is passed over: text with entities
//! of its own cannot be replaced.

use std::ops::Range;

use super::super::quote::unescape_xml;
use super::key_path::{ATTRIBUTE, Step};
use super::node::{DEEPEST, Entry, Node, ReadError, Scalar};
use crate::value::Value;

/// The attributes that name an element, as in `<param name="g" value="3.0"/>`.
const NAMES: [&str; 3] = ["@id", "@name", "@key"];

/// The document: a table whose only key is the root element's name.
pub(super) fn read(text: &str) -> Result<Node, ReadError> {
    let mut reader = Reader { text, at: text.len() - text.trim_start_matches('\u{FEFF}').len() };
    reader.skip_around()?;
    let (key, at, node) = reader.element(0)?;
    reader.skip_around()?;
    if reader.at < text.len() {
        return Err(reader.error("something follows the root element"));
    }
    Ok(Node::Table { entries: vec![Entry { key, at, node }], merges: false, whole: None })
}

/// True if an attribute of the element that `node` is gives it the name `name`.
pub(super) fn is_named(node: &Node, name: &str) -> bool {
    let is_name = |value: &Option<Value>| value.as_ref().is_some_and(|value| value.as_str() == name);
    NAMES.iter().any(|key| matches!(attribute(node, key), Some(Scalar { value, .. }) if is_name(value)))
}

/// The single values that go by `name`, each with the steps to it, in the order of the file: an element's text, an
/// attribute, or the value of an element that has it as its name.
pub(super) fn named<'n>(root: &'n Node, name: &str) -> Vec<(Vec<Step>, &'n Scalar)> {
    let mut found = Vec::new();
    collect(root, &mut Vec::new(), &mut |known, path, scalar| {
        if known == name {
            found.push((path.to_vec(), scalar));
        }
    });
    found.sort_by_key(|(_, scalar)| scalar.span.start);
    found.dedup_by_key(|(_, scalar)| scalar.span.start);
    found
}

/// All single values with the names that each goes by, in the order of the file.
pub(super) fn names(root: &Node) -> Vec<(String, &Scalar)> {
    let mut found: Vec<(String, &Scalar)> = Vec::new();
    collect(root, &mut Vec::new(), &mut |name, _, scalar| found.push((name.to_owned(), scalar)));
    found.sort_by(|(name, scalar), (other, later)| (scalar.span.start, name).cmp(&(later.span.start, other)));
    found.dedup_by(|(name, scalar), (other, before)| scalar.span.start == before.span.start && name == other);
    found
}

/// Tells each single value by each of its names, with the steps to it.
fn collect<'n>(node: &'n Node, path: &mut Vec<Step>, tell: &mut dyn FnMut(&str, &[Step], &'n Scalar)) {
    let Node::Table { entries, .. } = node else { return };
    if let Some(scalar) = value(node) {
        for name in NAMES.iter().filter_map(|key| attribute(node, key)?.value.as_ref()) {
            tell(name.as_str(), path, scalar);
        }
    }
    for entry in entries {
        let attribute = entry.key.strip_prefix(ATTRIBUTE);
        // In `<param name="dt" value="0.1"/>` the name is no value.
        let is_label = NAMES.contains(&&*entry.key) && value(node).is_some();
        let name = attribute.unwrap_or(&entry.key);
        path.push(match attribute {
            Some(key) if entries.iter().any(|other| other.key == key) => Step::Attribute(key.to_owned()),
            _ => Step::Key(attribute.unwrap_or(&entry.key).to_owned()),
        });
        if let Node::List(items) = &entry.node {
            for (index, item) in items.iter().enumerate() {
                path.push(step(items, index));
                if let Some(scalar) = text(item).filter(|_| !is_label) {
                    tell(name, path, scalar);
                }
                collect(item, path, tell);
                path.pop();
            }
        } else {
            if let Some(scalar) = text(&entry.node).filter(|_| !is_label) {
                tell(name, path, scalar);
            }
            collect(&entry.node, path, tell);
        }
        path.pop();
    }
}

/// The step to one of several elements: the name that it alone has, or its number.
fn step(items: &[Node], index: usize) -> Step {
    let names = NAMES.iter().filter_map(|key| attribute(&items[index], key)?.value.as_ref());
    let is_its_own = |name: &&Value| items.iter().filter(|item| is_named(item, name.as_str())).count() == 1;
    let name = names.into_iter().find(is_its_own);
    name.map_or(Step::Index(index), |name| Step::Key(name.as_str().to_owned()))
}

/// The value of an element: its text, or the attribute `value` of one without text that has a name.
pub(super) fn value(node: &Node) -> Option<&Scalar> {
    let is_named = || NAMES.iter().any(|key| attribute(node, key).is_some());
    text(node).or_else(|| attribute(node, "@value").filter(|_| is_named()))
}

fn text(node: &Node) -> Option<&Scalar> {
    match node {
        Node::Scalar(scalar) | Node::Table { whole: Some(scalar), .. } => Some(scalar),
        _ => None,
    }
}

fn attribute<'n>(node: &'n Node, key: &str) -> Option<&'n Scalar> {
    let Node::Table { entries, .. } = node else { return None };
    entries.iter().find(|entry| entry.key == key).and_then(|entry| text(&entry.node))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// The text within an element so far.
enum Content {
    Nothing,
    Text(Range<usize>),
    Fixed(&'static str),
}

impl Reader<'_> {
    fn error(&self, message: &str) -> ReadError {
        ReadError { at: self.at, message: message.to_owned() }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_blank(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    /// Goes behind the next `mark`.
    fn skip_to(&mut self, mark: &str, what: &str) -> Result<(), ReadError> {
        let length = self.rest().find(mark).ok_or_else(|| self.error(&format!("{what} is not closed")))?;
        self.at += length + mark.len();
        Ok(())
    }

    /// Goes over a comment or an instruction, if one stands here.
    fn skip_aside(&mut self) -> Result<bool, ReadError> {
        if self.rest().starts_with("<!--") {
            self.skip_to("-->", "a comment")?;
        } else if self.rest().starts_with("<?") {
            self.skip_to("?>", "an instruction")?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Goes over what may stand around the root element.
    fn skip_around(&mut self) -> Result<(), ReadError> {
        loop {
            self.skip_blank();
            if self.rest().starts_with("<!DOCTYPE") {
                let end = self.rest().find(['[', '>']).unwrap_or(0);
                if self.rest()[end..].starts_with('[') {
                    self.skip_to("]", "the document type")?;
                }
                self.skip_to(">", "the document type")?;
            } else if !self.skip_aside()? {
                return Ok(());
            }
        }
    }

    fn name(&mut self) -> Result<String, ReadError> {
        let ends = |c: char| c.is_whitespace() || "<>/=&\"'@".contains(c);
        let length = self.rest().find(ends).unwrap_or(self.rest().len());
        let name = self.rest()[..length].to_owned();
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit() || "-.!?".contains(c)) {
            return Err(self.error("a name is expected"));
        }
        self.at += length;
        Ok(name)
    }

    /// The element that starts here: its name, where it starts, and what is in it.
    fn element(&mut self, depth: usize) -> Result<(String, usize, Node), ReadError> {
        let start = self.at;
        if depth == DEEPEST {
            return Err(self.error("the document nests too deeply"));
        }
        if !self.rest().starts_with('<') {
            return Err(self.error("an element is expected"));
        }
        self.at += 1;
        let name = self.name()?;
        let mut entries = Vec::new();
        loop {
            let before = self.at;
            self.skip_blank();
            if self.rest().starts_with("/>") {
                self.at += 2;
                return Ok((name, start, element(entries, start, Content::Fixed("empty"), self.text)));
            }
            if self.rest().starts_with('>') {
                self.at += 1;
                break;
            }
            if self.at == before {
                return Err(self.error("a blank, `>` or `/>` is expected"));
            }
            let attribute = self.attribute()?;
            if entries.iter().any(|entry: &Entry| entry.key == attribute.key) {
                return Err(ReadError { at: attribute.at, message: "the attribute stands there twice".to_owned() });
            }
            entries.push(attribute);
        }
        let content = self.content(depth, &mut entries)?;
        self.at += 2;
        let closed = self.name()?;
        if closed != name {
            return Err(self.error(&format!("`</{name}>` is expected")));
        }
        self.skip_blank();
        if !self.rest().starts_with('>') {
            return Err(self.error("`>` is expected"));
        }
        self.at += 1;
        Ok((name, start, element(entries, start, content, self.text)))
    }

    fn attribute(&mut self) -> Result<Entry, ReadError> {
        let at = self.at;
        let name = self.name()?;
        self.skip_blank();
        if !self.rest().starts_with('=') {
            return Err(self.error("`=` is expected"));
        }
        self.at += 1;
        self.skip_blank();
        let quote = if self.rest().starts_with('\'') { "'" } else { "\"" };
        if !self.rest().starts_with(quote) {
            return Err(self.error("a value in quotes is expected"));
        }
        self.at += 1;
        let start = self.at;
        self.skip_to(quote, "a value")?;
        Ok(Entry { key: format!("{ATTRIBUTE}{name}"), at, node: scalar(self.text, start..self.at - 1) })
    }

    /// What stands up to the end of the element; its elements go to `entries`.
    fn content(&mut self, depth: usize, entries: &mut Vec<Entry>) -> Result<Content, ReadError> {
        let mut content = Content::Nothing;
        let inside = self.at;
        loop {
            let start = self.at;
            self.at += self.rest().find('<').ok_or_else(|| self.error("an element is not closed"))?;
            let run = &self.text[start..self.at];
            if !run.trim().is_empty() {
                let first = start + run.len() - run.trim_start().len();
                content = match content {
                    Content::Nothing => Content::Text(first..first + run.trim().len()),
                    Content::Text(_) => Content::Fixed("text in several parts"),
                    fixed @ Content::Fixed(_) => fixed,
                };
            }
            if self.rest().starts_with("</") {
                let only = inside..self.at;
                return Ok(match content {
                    Content::Nothing if entries.iter().all(|entry| entry.key.starts_with(ATTRIBUTE)) => {
                        // Blanks alone are what the value replaces, if they stand on a line.
                        let is_line = only.start == start && !self.text[only.clone()].contains('\n');
                        if is_line { Content::Text(only) } else { Content::Fixed("empty") }
                    }
                    other => other,
                });
            }
            if self.rest().starts_with("<![CDATA[") {
                self.skip_to("]]>", "a CDATA section")?;
                content = Content::Fixed("a CDATA section");
            } else if !self.skip_aside()? {
                let (key, at, node) = self.element(depth + 1)?;
                add(entries, key, at, node);
            }
        }
    }
}

/// Puts an element to the others of its name.
fn add(entries: &mut Vec<Entry>, key: String, at: usize, node: Node) {
    match entries.iter_mut().find(|entry| entry.key == key) {
        None => entries.push(Entry { key, at, node }),
        Some(Entry { node: Node::List(items), .. }) => items.push(node),
        Some(entry) => {
            let first = std::mem::replace(&mut entry.node, Node::List(Vec::new()));
            entry.node = Node::List(vec![first, node]);
        }
    }
}

fn element(entries: Vec<Entry>, at: usize, content: Content, text: &str) -> Node {
    let node = match content {
        Content::Nothing => None,
        Content::Text(span) => Some(scalar(text, span)),
        Content::Fixed(what) => Some(Node::Fixed { at, what }),
    };
    match node {
        Some(node) if entries.is_empty() => node,
        // Of text between elements none is the value of the whole.
        Some(Node::Scalar(scalar)) if entries.iter().all(|entry| entry.key.starts_with(ATTRIBUTE)) => {
            Node::Table { entries, merges: false, whole: Some(scalar) }
        }
        _ => Node::Table { entries, merges: false, whole: None },
    }
}

fn scalar(text: &str, span: Range<usize>) -> Node {
    let raw = &text[span.clone()];
    let fixed = |what| Node::Fixed { at: span.start, what };
    if raw.contains('\n') {
        return fixed("text over several lines");
    }
    let Some(plain) = unescape_xml(raw) else { return fixed("text with an entity of its own") };
    Node::Scalar(Scalar { span, value: Some(Value::guess(&plain)) })
}
