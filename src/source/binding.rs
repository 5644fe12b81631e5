//! How one parameter stands in one file.

use std::fmt;

use super::format::Format;
use super::site::{Occurrences, Site};
use super::site_error::SiteError;
use super::template::Template;

/// What finds a parameter's sites in a file.
#[derive(Clone, Debug)]
pub enum Place {
    /// A line of source, or what a pattern matches.
    Template(Template),
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
        }
    }
}

/// Says why a place is not found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceError {
    /// Of a template.
    Site(SiteError),
}

impl PlaceError {
    /// The message, with `file` as the file's name.
    pub fn in_file(&self, file: &str) -> String {
        match self {
            Self::Site(error) => error.in_file(file),
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Site(error) => error.hint(),
        }
    }
}

impl fmt::Display for PlaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_file("the file"))
    }
}

impl std::error::Error for PlaceError {}
