//! The formats of configuration files.

use super::super::language::Language;

/// A format of configuration files in which keys can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConfigFormat {
    /// TOML.
    Toml,
    /// JSON; comments and trailing commas are understood.
    Json,
    /// YAML.
    Yaml,
    /// `key = value` lines under `[section]` headers.
    Ini,
    /// Elements and their attributes.
    Xml,
}

impl ConfigFormat {
    /// The format of the file at `path`, by its extension; `None` if it is no known one.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::of_language(Language::of_path(path))
    }

    /// The format of the file at `path` that holds `bytes`, by what stands in it where its name tells nothing.
    pub fn of_file(path: &str, bytes: &[u8]) -> Option<Self> {
        Self::of_language(Language::of_file(path, bytes))
    }

    /// The format of the files of a language; `None` if they have no keys.
    pub(in crate::source) fn of_language(language: Language) -> Option<Self> {
        match language {
            Language::Toml => Some(Self::Toml),
            Language::Json | Language::Notebook => Some(Self::Json),
            Language::Yaml => Some(Self::Yaml),
            Language::Ini => Some(Self::Ini),
            Language::Xml => Some(Self::Xml),
            _ => None,
        }
    }

    /// The language whose rules of spelling the format follows.
    pub(super) fn language(self) -> Language {
        match self {
            Self::Toml => Language::Toml,
            Self::Json => Language::Json,
            Self::Yaml => Language::Yaml,
            Self::Ini => Language::Ini,
            Self::Xml => Language::Xml,
        }
    }
}
