//! Finds where parameters stand in the bytes of a file, and writes other values there.
//!
//! Pure text: no git, no disk. A [`Template`] finds a value by the name that it is given to, in the languages that
//! researchers use, or by a regular expression; [`find_key`] finds the scalar at a key of a configuration file; a
//! [`Rewrite`] puts the values of a point in place. Not one byte outside the values changes: not the indentation, the
//! comments, the line endings or the encoding.
//!
//! ```
//! # use gitsweep::source::{Binding, Language, Occurrences, Place, Rewrite, Template};
//! # use gitsweep::value::Value;
//! let binding = Binding {
//!     parameter: 0,
//!     name: "g_e".to_owned(),
//!     place: Place::Template(Template::assignment("g_e", Language::of_path("src/model.py"))),
//!     occurrences: Occurrences::Only,
//!     format: None,
//! };
//! let rewrite = Rewrite::new(&b"self.g_e = 3.0  # nS\n"[..], vec![binding])?;
//! let values = [Value::guess("0.5")];
//! let file = rewrite.render(&values)?;
//! assert_eq!(file, b"self.g_e = 0.5  # nS\n");
//! rewrite.verify(&file, &values)?;
//! # Ok::<(), gitsweep::source::RewriteError>(())
//! ```

mod assignment;
mod binding;
mod call;
mod change;
mod cmake;
mod config;
mod declared;
mod embedded;
mod entry;
mod enumeration;
mod expansion;
mod extent;
mod field;
mod format;
mod key;
mod language;
mod lexer;
mod literal;
mod margin;
mod names;
mod near_name;
mod number;
mod operator;
mod option;
mod pattern;
mod percent;
mod propose;
mod quote;
mod quoted;
mod render_error;
mod rewrite;
mod rewrite_error;
mod rightward;
mod scope;
mod sign;
mod site;
mod site_error;
mod statement;
mod structure;
mod suggestion;
mod syntax;
mod targets;
mod template;
mod truth;
mod unit;
mod unread;

#[cfg(test)]
mod properties;

pub use binding::{Binding, Place, PlaceError};
pub use config::{ConfigFormat, Declaration, KeyError, KeyPath, KeyPathError, declarations, find_key};
pub use format::{Format, FormatError};
pub use language::{Language, Other};
pub use literal::Literal;
pub use pattern::PatternError;
pub use propose::{Proposal, long_lines, propose};
pub use render_error::RenderError;
pub use rewrite::Rewrite;
pub use rewrite_error::RewriteError;
pub use site::{Occurrences, Site};
pub use site_error::{ShownLine, SiteError, Wanted, WayOut};
pub use template::Template;
