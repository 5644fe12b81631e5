//! Why a key of a configuration file cannot be written.

use std::fmt;

/// The most keys that a message lists.
const SHOWN: usize = 12;

/// Says why there is no scalar at a path that can be replaced where it stands.
///
/// The error does not know the file: [`KeyError::in_file`] gives the message that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// The file does not follow its format.
    Unreadable {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// The file holds nothing.
    Empty,
    /// A table on the way lacks the key.
    NoKey {
        /// The path of the table; empty for the whole document.
        table: String,
        /// The key that is missing.
        key: String,
        /// The keys that are there.
        known: Vec<String>,
        /// True if the table takes further keys from elsewhere, by YAML's `<<`.
        merges: bool,
    },
    /// A list on the way is shorter.
    NoItem {
        /// The path of the list.
        list: String,
        /// The step that leads nowhere.
        step: String,
        /// How many items it has.
        length: usize,
    },
    /// The path goes on behind something that has no parts.
    NoWay {
        /// The path up to there.
        key: String,
        /// What stands there.
        is: String,
        /// The step that leads nowhere.
        step: String,
    },
    /// A table or a list stands at the path.
    NotScalar {
        /// The path.
        key: String,
        /// What it is.
        is: String,
    },
    /// What stands at the path, or on the way, cannot be replaced where it stands.
    Fixed {
        /// The path.
        key: String,
        /// From 1.
        line: usize,
        /// What it is.
        what: &'static str,
    },
    /// A key stands in its table more than once.
    Duplicate {
        /// The path.
        key: String,
        /// Where it stands, from 1.
        lines: Vec<usize>,
    },
    /// Several documents of the file have the key.
    SeveralDocuments {
        /// The path.
        key: String,
        /// Where it stands, from 1.
        lines: Vec<usize>,
    },
}

impl KeyError {
    /// The message, with `file` as the file's name.
    pub fn in_file(&self, file: &str) -> String {
        match self {
            Self::Unreadable { line, column, message } => format!("{file}, line {line}, column {column}: {message}"),
            Self::Empty => format!("{file} holds no document"),
            Self::NoKey { table, key, known, merges } => {
                let place = if table.is_empty() { file.to_owned() } else { format!("{table} in {file}") };
                let from = if *merges { ", beside what it takes over by `<<`" } else { "" };
                let has = if known.is_empty() { "nothing".to_owned() } else { list(known) };
                format!("{place} has no key {key}; it has {has}{from}")
            }
            Self::NoItem { list, step, length } => {
                let list = if list.is_empty() { "the list" } else { list };
                let items = if *length == 1 { "item, [0]" } else { "items, from [0]" };
                format!("{list} in {file} has {length} {items}, and no {step}")
            }
            Self::NoWay { key, is, step } => {
                let key = if key.is_empty() { "the document" } else { key };
                format!("{key} in {file} is {is} and has no {step}")
            }
            Self::NotScalar { key, is } => format!("{key} in {file} is {is}, not a single value"),
            Self::Fixed { key, line, what } => {
                let key = if key.is_empty() { "the document" } else { key };
                format!("{key} in {file}, line {line}, is {what}, which cannot be replaced where it stands")
            }
            Self::Duplicate { key, lines } => {
                format!("{file} has the key {key} more than once: lines {}", numbers(lines))
            }
            Self::SeveralDocuments { key, lines } => {
                format!("several documents of {file} have the key {key}: lines {}", numbers(lines))
            }
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoKey { table, key, known, merges } => {
                let near =
                    known.iter().map(|k| (strsim::damerau_levenshtein(&key.to_lowercase(), &k.to_lowercase()), k));
                let near = near.filter(|(distance, _)| *distance <= 1 + key.chars().count() / 3).min();
                match near {
                    Some((_, near)) if table.is_empty() => format!("did you mean {near}?"),
                    Some((_, near)) => format!("did you mean {table}.{near}?"),
                    None if *merges => format!("give {key} a value in {table} itself"),
                    None => return None,
                }
            }
            Self::NoItem { list, step, length: 1.. } if !step.starts_with('[') => {
                format!("an item of it is named by its number in gitsweep.toml: `key = \"{list}[0]\"`")
            }
            Self::NotScalar { key, is } if is.ends_with("elements") => {
                format!(
                    "name one of them by its number in gitsweep.toml, as in `key = \"{key}[0]\"`, or by its id or name"
                )
            }
            Self::NotScalar { key, is } if is.starts_with("a list") => {
                let name = key.rsplit(['.', ']']).next().unwrap_or(key);
                let whole =
                    format!("a list as a whole by its line, `name = \"{name}\"` and values = ['[1, 2]', '[3]']");
                format!("name an item of it, as in `key[0]`, or {whole}")
            }
            Self::NotScalar { .. } => "name a key in it".to_owned(),
            Self::Fixed { what: "an alias", .. } => "name the key at which its anchor (`&`) stands".to_owned(),
            Self::Fixed { what: "empty", .. } => "give it a value in the file first".to_owned(),
            Self::Fixed { .. } => {
                "give a `pattern`, a regular expression whose group `value` is what gets replaced".to_owned()
            }
            Self::Duplicate { .. } => "remove all but one".to_owned(),
            Self::SeveralDocuments { .. } => "give a `pattern` for the one that is meant".to_owned(),
            Self::Unreadable { .. } | Self::Empty | Self::NoItem { .. } | Self::NoWay { .. } => return None,
        })
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_file("the file"))
    }
}

impl std::error::Error for KeyError {}

fn list(keys: &[String]) -> String {
    let shown = keys.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if keys.len() > SHOWN { format!("{shown} and {} more", keys.len() - SHOWN) } else { shown }
}

fn numbers(lines: &[usize]) -> String {
    lines.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}
