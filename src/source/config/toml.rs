//! TOML with the bytes of each value.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::super::language::Language;
use super::super::number::Number;
use super::node::{Entry, Node, ReadError, Scalar};
use crate::value::Value;

pub(super) fn read(text: &str) -> Result<Node, ReadError> {
    let document = DeTable::parse(text).map_err(|error| ReadError {
        at: error.span().map_or(0, |span| span.start),
        message: error.message().to_owned(),
    })?;
    Ok(table(text, document.get_ref()))
}

fn table(text: &str, table: &DeTable<'_>) -> Node {
    let entries = table.iter().map(|(key, value)| Entry {
        key: key.get_ref().to_string(),
        at: key.span().start,
        node: node(text, value),
    });
    let mut entries: Vec<Entry> = entries.collect();
    entries.sort_by_key(|entry| entry.at);
    Node::Table { entries, merges: false, whole: None }
}

fn node(text: &str, value: &Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    let raw = &text[span.clone()];
    let value = match value.get_ref() {
        DeValue::Table(inner) => return table(text, inner),
        DeValue::Array(items) => return Node::List(items.iter().map(|item| node(text, item)).collect()),
        DeValue::String(_) if raw.contains('\n') => {
            return Node::Fixed { at: span.start, what: "text over several lines" };
        }
        DeValue::String(string) => Some(Value::text(&**string)),
        DeValue::Boolean(truth) => Some(Value::bool(*truth)),
        DeValue::Integer(_) | DeValue::Float(_) => number(raw),
        DeValue::Datetime(_) => None,
    };
    Node::Scalar(Scalar { span, value })
}

fn number(raw: &str) -> Option<Value> {
    let plain = raw.strip_prefix('+').unwrap_or(raw);
    Number::parse(plain.as_bytes(), Language::Toml).map_or_else(|| Value::number(plain), |n| Value::number(n.plain()))
}
