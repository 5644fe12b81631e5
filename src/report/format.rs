//! The formats, by name and by file extension.

use std::error::Error;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::hint::near_miss;

/// A way to write a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Aligned text for a person; `table`.
    #[default]
    Terminal,
    /// Comma-separated, quoted as in RFC 4180, lines ending in a line feed. Missing is empty, beside `nan` and `inf`.
    Csv,
    /// Tab-separated, one line a row whatever is in it: tab, line feed, carriage return and backslash are written `\t`,
    /// `\n`, `\r` and `\\`, and nothing is quoted. Missing is empty, beside `nan` and `inf`.
    Tsv,
    /// An array with an object for each row, on a line of its own. Missing, NaN and infinities are null.
    Json,
    /// A line with an object for each row, otherwise as [`Format::Json`].
    Jsonl,
    /// A table in GitHub's Markdown, aligned in the source too.
    Markdown,
    /// A `tabular` of LaTeX with the rules of booktabs.
    Latex,
    /// A page with one table, without style sheets or scripts from elsewhere.
    Html,
    /// A database with typed columns. NaN is NULL, since SQLite has no other place for it.
    Sqlite,
    /// A file of typed columns for data frames. Missing is null, beside NaN and infinities.
    Parquet,
}

/// Every spelling of a format's name, that of [`Format::name`] first.
const NAMES: [(&str, Format); 16] = [
    ("table", Format::Terminal),
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("json", Format::Json),
    ("jsonl", Format::Jsonl),
    ("markdown", Format::Markdown),
    ("latex", Format::Latex),
    ("html", Format::Html),
    ("sqlite", Format::Sqlite),
    ("parquet", Format::Parquet),
    ("terminal", Format::Terminal),
    ("ndjson", Format::Jsonl),
    ("md", Format::Markdown),
    ("tex", Format::Latex),
    ("sqlite3", Format::Sqlite),
    ("db", Format::Sqlite),
];

const EXTENSIONS: [(&str, Format); 15] = [
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("json", Format::Json),
    ("jsonl", Format::Jsonl),
    ("md", Format::Markdown),
    ("tex", Format::Latex),
    ("html", Format::Html),
    ("db", Format::Sqlite),
    ("parquet", Format::Parquet),
    ("txt", Format::Terminal),
    ("ndjson", Format::Jsonl),
    ("markdown", Format::Markdown),
    ("sqlite", Format::Sqlite),
    ("sqlite3", Format::Sqlite),
    ("htm", Format::Html),
];

impl Format {
    /// All formats, in the order in which help lists them.
    pub const ALL: [Self; 10] = [
        Self::Terminal,
        Self::Csv,
        Self::Tsv,
        Self::Json,
        Self::Jsonl,
        Self::Markdown,
        Self::Latex,
        Self::Html,
        Self::Sqlite,
        Self::Parquet,
    ];

    /// The name that `--format` takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminal => "table",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Markdown => "markdown",
            Self::Latex => "latex",
            Self::Html => "html",
            Self::Sqlite => "sqlite",
            Self::Parquet => "parquet",
        }
    }

    /// True for what is written row by row, with the same columns whatever the rows are.
    pub fn is_by_row(self) -> bool {
        matches!(self, Self::Csv | Self::Tsv | Self::Json | Self::Jsonl)
    }

    /// True for what no person can read and no terminal should be shown.
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Sqlite | Self::Parquet)
    }

    /// The format that a file's extension says, in capitals or not.
    ///
    /// # Errors
    /// If there is no extension or an unknown one; the message lists those that are known.
    pub fn of_path(path: &Path) -> Result<Self, UnknownFormat> {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        find(&EXTENSIONS, &extension).ok_or_else(|| UnknownFormat {
            near: near(&EXTENSIONS, &extension),
            given: Given::Path(path.display().to_string()),
        })
    }
}

fn find(known: &[(&'static str, Format)], given: &str) -> Option<Format> {
    known.iter().find(|(name, _)| name.eq_ignore_ascii_case(given)).map(|&(_, format)| format)
}

fn near(known: &[(&'static str, Format)], given: &str) -> Option<&'static str> {
    near_miss(given, known.iter().map(|&(name, _)| name))
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        find(&NAMES, name)
            .ok_or_else(|| UnknownFormat { near: near(&NAMES, name), given: Given::Name(name.to_owned()) })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name or a file extension that is no format's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat {
    given: Given,
    near: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Given {
    Name(String),
    Path(String),
}

impl Error for UnknownFormat {}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.given {
            Given::Name(name) => write!(f, "no format `{name}`")?,
            Given::Path(path) => write!(f, "the extension of `{path}` tells no format")?,
        }
        let (dot, known) = match self.given {
            Given::Name(_) => ("", Format::ALL.map(Format::name).to_vec()),
            Given::Path(_) => (".", EXTENSIONS.map(|(extension, _)| extension).to_vec()),
        };
        match self.near {
            Some(near) => write!(f, "; did you mean `{dot}{near}`? Known are ")?,
            None => f.write_str("; known are ")?,
        }
        for (index, name) in known.iter().enumerate() {
            write!(f, "{}{dot}{name}", if index == 0 { "" } else { ", " })?;
        }
        match self.given {
            Given::Name(_) => Ok(()),
            Given::Path(_) => f.write_str("; or choose with --format"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_near_misses_are_offered() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        for (name, format) in [("terminal", Format::Terminal), ("md", Format::Markdown), ("CSV", Format::Csv)] {
            assert_eq!(name.parse(), Ok(format));
        }
        assert_eq!(
            "markdwon".parse::<Format>().unwrap_err().to_string(),
            "no format `markdwon`; did you mean `markdown`? Known are table, csv, tsv, json, jsonl, markdown, \
             latex, html, sqlite, parquet"
        );
        assert_eq!(
            "excel".parse::<Format>().unwrap_err().to_string(),
            "no format `excel`; known are table, csv, tsv, json, jsonl, markdown, latex, html, sqlite, parquet"
        );
    }

    #[test]
    fn extensions_tell_the_format() {
        let of_path = |path: &str| Format::of_path(Path::new(path));
        for (path, format) in [
            ("a/b.csv", Format::Csv),
            ("b.TSV", Format::Tsv),
            ("b.json", Format::Json),
            ("b.csv.jsonl", Format::Jsonl),
            ("b.md", Format::Markdown),
            ("b.txt", Format::Terminal),
            ("b.tex", Format::Latex),
            ("b.HTML", Format::Html),
            ("b.db", Format::Sqlite),
            ("b.sqlite3", Format::Sqlite),
            ("b.parquet", Format::Parquet),
        ] {
            assert_eq!(of_path(path), Ok(format));
        }
        assert_eq!(
            of_path("out.cvs").unwrap_err().to_string(),
            "the extension of `out.cvs` tells no format; did you mean `.csv`? \
             Known are .csv, .tsv, .json, .jsonl, .md, .tex, .html, .db, .parquet, .txt, .ndjson, .markdown, .sqlite, \
             .sqlite3, .htm; or choose with --format"
        );
        assert!(of_path("out").unwrap_err().to_string().starts_with("the extension of `out` tells no format; known"));
    }
}
