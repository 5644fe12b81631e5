//! The documents of a configuration file, each as a tree whose leaves know their bytes.

use super::super::language::Language;
use super::format::ConfigFormat;
use super::node::{Node, ReadError};
use super::{ini, json, toml, xml, yaml};

/// The documents of the file: several in YAML alone.
pub(super) fn read(bytes: &[u8], format: ConfigFormat) -> Result<Vec<Node>, ReadError> {
    if format == ConfigFormat::Ini {
        return Ok(vec![ini::read(bytes)]);
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| ReadError { at: error.valid_up_to(), message: "the bytes are not UTF-8".to_owned() })?;
    match format {
        ConfigFormat::Toml => toml::read(text).map(|root| vec![root]),
        ConfigFormat::Json => json::read(text).map(|root| vec![root]),
        ConfigFormat::Xml => xml::read(text).map(|root| vec![root]),
        ConfigFormat::Yaml | ConfigFormat::Ini => yaml::read(text),
    }
}

/// True if `text` is a list or table of a language with keys, as it is written on one line.
pub(in crate::source) fn is_collection(text: &str, language: Language) -> bool {
    let Some(format) = ConfigFormat::of_language(language) else { return false };
    let document = if format == ConfigFormat::Toml { format!("x = {text}") } else { text.to_owned() };
    let mut roots = read(document.as_bytes(), format).unwrap_or_default();
    let value = match (format, roots.pop()) {
        (ConfigFormat::Toml, Some(Node::Table { mut entries, .. })) => entries.pop().map(|entry| entry.node),
        (_, root) => root,
    };
    roots.is_empty() && text.starts_with(['[', '{']) && matches!(value, Some(Node::List(_) | Node::Table { .. }))
}
