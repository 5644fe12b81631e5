//! Tables of a JSON file that stand for a value and say which it may be, as in hp_search's `model_config.json`.

use super::document::read;
use super::format::ConfigFormat;
use super::key_path::{KeyPath, Step};
use super::node::{Node, line_of};

/// A place of a file for a value, with what the file says that it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Where it stands.
    pub key: KeyPath,
    /// From 1.
    pub line: usize,
    /// The table as it is written: `{"type": "continuous", "domain": [10, 10000]}`.
    pub text: String,
}

/// The tables of `bytes` that declare a domain, in the order of the file; none if it is no JSON.
///
/// ```
/// # use gitsweep::source::declarations;
/// let file = br#"{"epochs": 10, "net": {"act": {"type": "categorical", "domain": ["tanh", "relu"]}}}"#;
/// let found = declarations(file);
/// assert_eq!(found[0].key.to_string(), "net.act");
/// assert_eq!(found.len(), 1);
/// ```
pub fn declarations(bytes: &[u8]) -> Vec<Declaration> {
    let mut found = Vec::new();
    for root in read(bytes, ConfigFormat::Json).unwrap_or_default() {
        collect(bytes, &root, &mut Vec::new(), &mut found);
    }
    found
}

fn collect(bytes: &[u8], node: &Node, path: &mut Vec<Step>, found: &mut Vec<Declaration>) {
    match node {
        Node::Table { whole: Some(scalar), .. } if !path.is_empty() => found.push(Declaration {
            key: KeyPath::of(path),
            line: line_of(bytes, scalar.span.start),
            text: String::from_utf8_lossy(&bytes[scalar.span.clone()]).into_owned(),
        }),
        Node::Table { entries, .. } => {
            for entry in entries {
                path.push(Step::Key(entry.key.clone()));
                collect(bytes, &entry.node, path, found);
                path.pop();
            }
        }
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                collect(bytes, item, path, found);
                path.pop();
            }
        }
        Node::Scalar(_) | Node::Fixed { .. } => {}
    }
}
