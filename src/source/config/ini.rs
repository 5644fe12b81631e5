//! INI files: `key = value` and `key: value` lines under `[section]` headers.
//!
//! Lenient, as the readers of this loose format are: lines that are neither are passed over.

use super::super::extent::{self, Reach};
use super::super::language::Language;
use super::super::lexer::{Class, Lexed, Line};
use super::node::{Entry, Node, Scalar};
use crate::value::Value;

/// The sections as tables of the root, next to the keys before the first header.
pub(super) fn read(bytes: &[u8]) -> Node {
    let lexed = Lexed::new(bytes, Language::Ini);
    let mut root: Vec<Entry> = Vec::new();
    let mut section: Option<usize> = None;
    for (index, &line) in lexed.lines.iter().enumerate() {
        let Some(start) = content(&lexed, line) else { continue };
        let rest = &bytes[start..line.end];
        if rest[0] == b'['
            && let Some(length) = rest.iter().position(|&b| b == b']')
        {
            section = Some(open_section(&mut root, start, &text(&rest[1..length])));
            continue;
        }
        // An indented line goes on with the value above it, and is no key of its own.
        if start > line.start && follows_key(&lexed, index) {
            continue;
        }
        let Some(entry) = entry(&lexed, line, start) else { continue };
        match section.and_then(|at| root.get_mut(at)).map(|section| &mut section.node) {
            Some(Node::Table { entries, .. }) => entries.push(entry),
            _ => root.push(entry),
        }
    }
    Node::Table { entries: root, merges: false, whole: None }
}

/// The position in `root` of the section `name`, which is added if it is new: headers may be repeated.
fn open_section(root: &mut Vec<Entry>, at: usize, name: &str) -> usize {
    let known = root.iter().position(|entry| entry.key == name && matches!(entry.node, Node::Table { .. }));
    known.unwrap_or_else(|| {
        let node = Node::Table { entries: Vec::new(), merges: false, whole: None };
        root.push(Entry { key: name.to_owned(), at, node });
        root.len() - 1
    })
}

fn entry(lexed: &Lexed<'_>, line: Line, start: usize) -> Option<Entry> {
    let operator = (start..line.end).find(|&at| matches!(lexed.code(at), Some(b'=' | b':')))?;
    let key = text(&lexed.bytes[start..operator]);
    let key = key.trim_end_matches(':').trim_end();
    if key.is_empty() {
        return None;
    }
    let node = match extent::reach(lexed, line, operator + 1) {
        Reach::Value(span, _) => {
            let value = Some(Value::guess(&text(&lexed.bytes[span.clone()])));
            Node::Scalar(Scalar { span, value })
        }
        _ => Node::Fixed { at: start, what: "text over several lines" },
    };
    Some(Entry { key: key.to_owned(), at: start, node })
}

/// Where the line's first byte stands that is neither blank nor comment.
fn content(lexed: &Lexed<'_>, line: Line) -> Option<usize> {
    let mark = if lexed.bytes[line.range()].starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let start = (line.start + mark..line.end).find(|&at| !matches!(lexed.bytes[at], b' ' | b'\t'))?;
    (lexed.classes[start] != Class::Comment).then_some(start)
}

fn is_indented(lexed: &Lexed<'_>, line: Line) -> bool {
    content(lexed, line).is_some_and(|start| matches!(lexed.bytes[line.start], b' ' | b'\t') && start > line.start)
}

/// True if an indented line stands below a key that is not indented: there it is part of the value.
fn follows_key(lexed: &Lexed<'_>, index: usize) -> bool {
    let before = lexed.lines[..index].iter().rev();
    let mut before = before.take_while(|line| content(lexed, **line).is_some());
    before
        .find(|line| !is_indented(lexed, **line))
        .is_some_and(|line| content(lexed, *line).is_some_and(|start| lexed.bytes[start] != b'['))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.trim_ascii()).into_owned()
}
