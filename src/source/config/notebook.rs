//! The code of a Jupyter notebook, a string of JSON for each line.

use std::ops::Range;

use super::json;
use super::node::{Entry, Node, Scalar};

/// The strings of all cells of code, quotes included, and the name of the language.
pub(in crate::source) fn code(text: &str) -> Option<(String, Vec<Vec<Range<usize>>>)> {
    let document = json::read(text).ok()?;
    let metadata = entry(&document, "metadata");
    let named = |table, key| metadata.and_then(|metadata| entry(entry(metadata, table)?, key)).and_then(word);
    let language = named("kernelspec", "language").or_else(|| named("language_info", "name")).unwrap_or("python");
    let Some(Node::List(cells)) = entry(&document, "cells") else { return None };
    let is_code = |cell: &&Node| entry(cell, "cell_type").and_then(word) == Some("code");
    let source = |cell: &Node| match entry(cell, "source") {
        Some(Node::List(lines)) => lines.iter().filter_map(span).collect(),
        Some(one) => span(one).into_iter().collect(),
        None => Vec::new(),
    };
    Some((language.to_ascii_lowercase(), cells.iter().filter(is_code).map(source).collect()))
}

fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Node::Table { entries, .. } = node else { return None };
    entries.iter().find(|Entry { key: known, .. }| known == key).map(|entry| &entry.node)
}

fn word(node: &Node) -> Option<&str> {
    match node {
        Node::Scalar(Scalar { value: Some(value), .. }) => Some(value.as_str()),
        _ => None,
    }
}

fn span(node: &Node) -> Option<Range<usize>> {
    match node {
        Node::Scalar(scalar) => Some(scalar.span.clone()),
        _ => None,
    }
}
