//! How one parameter stands in one file.

use std::fmt;
use std::ops::Range;

use super::config::{self, ConfigFormat, KeyError, KeyPath};
use super::format::Format;
use super::site::{Occurrences, Site};
use super::site_error::{SiteError, Wanted};
use super::template::Template;
use crate::value::Value;

/// What finds a parameter's sites in a file.
#[derive(Clone, Debug)]
pub enum Place {
    /// A line of source, or what a pattern matches.
    Template(Template),
    /// A key of a configuration file, of which there is one.
    Key(ConfigFormat, KeyPath),
}

/// A parameter in a file: where its value stands, and in which shape it is written.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Which of the values given to [`Rewrite::render`](super::Rewrite::render) is written.
    pub parameter: usize,
    /// The parameter's name, for messages.
    pub name: String,
    /// What finds the sites.
    pub place: Place,
    /// Which of the places found are meant.
    pub occurrences: Occurrences,
    /// How the value is written; without it, as the user wrote it.
    pub format: Option<Format>,
}

impl Place {
    /// The sites in `bytes`, in the order of the file.
    ///
    /// # Errors
    /// If the place is not there, or is not the one that `occurrences` asks for.
    pub fn find(&self, bytes: &[u8], occurrences: Occurrences) -> Result<Vec<Site>, PlaceError> {
        match self {
            Self::Template(template) => template.find(bytes, occurrences).map_err(PlaceError::Site),
            Self::Key(format, path) => {
                config::find_key(bytes, *format, path).map(|site| vec![site]).map_err(PlaceError::Key)
            }
        }
    }

    /// Where the search for the site at `span` of `bytes` can start to find it first, if the place is a pattern's.
    pub(super) fn anchor(&self, bytes: &[u8], span: &Range<usize>) -> Option<usize> {
        match self {
            Self::Template(template) => template.anchor(bytes, span),
            Self::Key(..) => None,
        }
    }

    /// True if a pattern finds exactly `span` of `rendered` when the search starts at `anchor`.
    pub(super) fn finds_from(&self, anchor: usize, rendered: &[u8], span: &Range<usize>) -> bool {
        match self {
            Self::Template(template) => template.finds_from(anchor, rendered, span),
            Self::Key(..) => false,
        }
    }

    /// True unless a reader of the file's format finds something else than `value` at the key.
    pub(super) fn reads_as(&self, rendered: &[u8], value: &Value) -> bool {
        match self {
            Self::Template(_) => true,
            Self::Key(format, path) => config::reads_as(rendered, *format, path, value),
        }
    }
}

/// Says why a place is not found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceError {
    /// Of a template.
    Site(SiteError),
    /// Of a key.
    Key(KeyError),
}

impl PlaceError {
    /// The message, with `file` as the file's name.
    pub fn in_file(&self, file: &str) -> String {
        match self {
            Self::Site(error) => error.in_file(file),
            Self::Key(error) => error.in_file(file),
        }
    }

    /// True if the message names the parameter `name` by itself.
    pub(super) fn names(&self, name: &str) -> bool {
        match self {
            Self::Site(error) => error.wanted() == Some(&Wanted::Name(name.to_owned())),
            Self::Key(error) => matches!(error, KeyError::NotScalar { key, .. } if key == name),
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Site(error) => error.hint(),
            Self::Key(error) => error.hint(),
        }
    }
}

impl fmt::Display for PlaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_file("the file"))
    }
}

impl std::error::Error for PlaceError {}
