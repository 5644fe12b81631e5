//! A tree as canonical text, from which it can be read again.

use super::finite::literal;
use super::functions::plain_name;
use super::tree::{Call, Field, Node, Tree};

/// The text of a node: names without module and in lower case, single blanks, text in quotes.
pub(super) fn text(node: &Node) -> String {
    match &node.tree {
        Tree::Bare(word) if is_keyword(word) => word.clone(),
        Tree::Bare(_) | Tree::Quoted(_) => node.value().as_ref().map(literal).unwrap_or_default(),
        Tree::List(items) => format!("[{}]", joined(items.iter().map(text))),
        Tree::Tuple(items) => format!("({})", joined(items.iter().map(text))),
        Tree::Table(fields) => format!("{{ {} }}", joined(fields.iter().map(|field| keyword(field, " = ")))),
        Tree::Call(call) => call_text(call),
        Tree::Range(terms) => {
            let [from, to, step] = &**terms;
            format!("{} to {} step {}", text(from), text(to), text(step))
        }
    }
}

/// The text of a call.
pub(super) fn call_text(call: &Call) -> String {
    let arguments = call.positional.iter().map(text).chain(call.keyword.iter().map(|field| keyword(field, "=")));
    format!("{}({})", plain_name(&call.name), joined(arguments))
}

/// True for Python's constants, which stand without quotes.
fn is_keyword(word: &str) -> bool {
    ["true", "false", "none"].iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
}

fn keyword(field: &Field, equals: &str) -> String {
    format!("{}{equals}{}", field.key, text(&field.value))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
