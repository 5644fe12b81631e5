//! Finds the scalar at a key of a TOML, JSON, YAML, INI or XML file, so that it alone can be replaced.
//!
//! The file is read with the rules of its format, and the bytes of one scalar become a [`Site`]: comments, order,
//! quoting and layout stay.

use std::collections::HashMap;
use std::ops::Range;

mod declaration;
mod document;
mod format;
mod ini;
mod json;
mod key_error;
mod key_path;
mod lookup;
mod node;
mod notebook;
mod toml;
mod xml;
mod yaml;

pub use declaration::{Declaration, declarations};
pub(super) use document::is_collection;
pub use format::ConfigFormat;
pub use key_error::KeyError;
pub use key_path::{KeyPath, KeyPathError};
pub(super) use notebook::code as notebook_code;

use self::document::read;
use self::key_path::Step;
use self::lookup::Lookup;
use self::node::{Node, Scalar};
use super::site::Site;
use crate::value::{Kind, Value};

/// The site of the scalar at `path`.
///
/// ```
/// # use gitsweep::source::{ConfigFormat, KeyPath, find_key};
/// let file = b"encoder:\n  layers:\n    - {size: 64}  # units\n";
/// let site = find_key(file, ConfigFormat::Yaml, &KeyPath::parse("encoder.layers[0].size")?).unwrap();
/// assert_eq!(site.span, 32..34);
/// # Ok::<(), gitsweep::source::KeyPathError>(())
/// ```
///
/// # Errors
/// If the file is not of the format, if nothing or more than one thing stands at `path`, or if that is no scalar which
/// can be replaced where it stands.
pub fn find_key(bytes: &[u8], format: ConfigFormat, path: &KeyPath) -> Result<Site, KeyError> {
    scalar_at(bytes, format, path).map(|scalar| Site::new(bytes, scalar.span, format.language()))
}

/// The keys of single values that are called `name` where they stand, in the order of the file; none if it cannot be read.
pub(super) fn keys_of(bytes: &[u8], format: ConfigFormat, name: &str) -> Vec<KeyPath> {
    let mut found = Vec::new();
    for root in read(bytes, format).unwrap_or_default() {
        if format == ConfigFormat::Xml {
            found.extend(xml::named(&root, name).iter().map(|(path, _)| KeyPath::of(path)));
            continue;
        }
        root.each_scalar(&mut Vec::new(), &mut |path| {
            if matches!(path.last(), Some(Step::Key(key)) if key == name) {
                found.push(KeyPath::of(path));
            }
        });
    }
    found
}

/// Where values that go by `name` stand in XML, in the order of the file; none if it cannot be read.
pub(super) fn named_in_xml(bytes: &[u8], name: &str) -> Vec<Range<usize>> {
    let roots = read(bytes, ConfigFormat::Xml).unwrap_or_default();
    roots.iter().flat_map(|root| xml::named(root, name)).map(|(_, scalar)| scalar.span.clone()).collect()
}

/// The names of XML by which a single value goes that no other goes by, with its place; none if it cannot be read.
pub(super) fn names_in_xml(bytes: &[u8]) -> Vec<(String, Range<usize>)> {
    let roots = read(bytes, ConfigFormat::Xml).unwrap_or_default();
    let found: Vec<_> = roots.iter().flat_map(xml::names).collect();
    let mut times: HashMap<&str, usize> = HashMap::new();
    for (name, _) in &found {
        *times.entry(name).or_default() += 1;
    }
    let alone = found.iter().filter(|(name, _)| times[name.as_str()] == 1);
    alone.map(|(name, scalar)| (name.clone(), scalar.span.clone())).collect()
}

/// True if a reader of the format finds `value` at `path`. A text of INI, which has no types, is whatever it spells.
pub(super) fn reads_as(bytes: &[u8], format: ConfigFormat, path: &KeyPath, value: &Value) -> bool {
    let Ok(scalar) = scalar_at(bytes, format, path) else { return false };
    match scalar.value {
        _ if format == ConfigFormat::Ini => true,
        None => false,
        // It has no types, and numbers stay before their units.
        Some(read) if format == ConfigFormat::Xml => value.kind() != Kind::Text || read.as_str() == value.as_str(),
        Some(read) => read.same(value) || read.exact().is_none() && read.is_number() && read.as_str() == value.as_str(),
    }
}

fn scalar_at(bytes: &[u8], format: ConfigFormat, path: &KeyPath) -> Result<Scalar, KeyError> {
    let roots = read(bytes, format).map_err(|error| error.into_key_error(bytes))?;
    let elements = match (format, roots.first()) {
        (ConfigFormat::Xml, Some(Node::Table { entries, .. })) => Some(path.of_elements(&entries[0].key)),
        _ => None,
    };
    let lookup = Lookup { bytes, path: elements.as_ref().unwrap_or(path), format };
    lookup.scalar(&roots).cloned()
}

#[cfg(test)]
mod tests;
