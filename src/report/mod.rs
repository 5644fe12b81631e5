//! Turns a table into text for a person or a program, on a writer that it is given.
//!
//! Files hold every number in full and every parameter; the terminal shows what varies, to about six digits, and tells below
//! it why points failed. Text from
//! the user's data cannot act on a terminal; what it may do to a spreadsheet is [`Options::spreadsheet_safe`]'s matter.

mod delimited;
mod digits;
mod fit;
mod format;
mod grid;
mod header;
pub mod html;
mod html_table;
mod json;
mod kind;
mod latex;
mod layout;
mod markdown;
#[cfg(feature = "parquet")]
mod parquet;
pub mod plot;
mod reasons;
mod sqlite;
mod style;
mod summary;
mod terminal;
#[cfg(test)]
mod testing;
mod visible;

use std::io;

use crate::table::{Strip, Table};
use grid::{Cut, Grid, Shown};

pub use format::{Format, UnknownFormat};
pub use sqlite::Database;
pub use summary::early_in_words;
pub use visible::acts;

/// How to write, beside the format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The columns of the terminal; without it, lines are as long as they need to be. Other formats have no width.
    pub width: Option<usize>,
    /// Whether the terminal takes colours and bold letters.
    pub styled: bool,
    /// Whether text that a spreadsheet would take for a formula gets an apostrophe in front, in csv and tsv. It is then
    /// no longer the same text for other programs.
    pub spreadsheet_safe: bool,
}

/// Writes the table in that format.
///
/// ```
/// use gitsweep::report::{Format, Options, write};
/// use gitsweep::table::{Cell, Column, Role, Table};
///
/// let columns = vec![Column::new("point", Role::Point), Column::new("score", Role::Metric)];
/// let table = Table::new(columns, vec![vec![Cell::Number(1.0), Cell::Number(0.1 + 0.2)]])?;
/// let mut csv = Vec::new();
/// write(&table, Format::Csv, &Options::default(), &mut csv)?;
/// assert_eq!(csv, b"point,score\n1,0.30000000000000004\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If `out` cannot be written to.
pub fn write(table: &Table, format: Format, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Csv | Format::Tsv | Format::Json | Format::Jsonl => write_grid(&Shown::of(table), format, options, out),
        Format::Terminal => terminal::write(table, options, out),
        Format::Markdown => markdown::write(table, out),
        Format::Latex => latex::write(table, out),
        Format::Html => html_table::write(table, out),
        Format::Sqlite => write_database(&Database { points: table, attempts: None, series: None }, out),
        #[cfg(feature = "parquet")]
        Format::Parquet => parquet::write(table, out),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "this gitsweep was built without parquet; build it with the feature `parquet`, or take another format",
        )),
    }
}

/// Writes these columns of a strip in a format that is written row by row ([`Format::is_by_row`]): what [`write()`] makes of
/// the table.
///
/// # Errors
/// If `out` cannot be written to, or the format is another.
pub fn write_strip(
    strip: &Strip,
    columns: &[usize],
    format: Format,
    options: &Options,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    write_grid(&Cut { strip, columns }, format, options, out)
}

fn write_grid(grid: &dyn Grid, format: Format, options: &Options, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Csv => delimited::write_csv(grid, options.spreadsheet_safe, out),
        Format::Tsv => delimited::write_tsv(grid, options.spreadsheet_safe, out),
        Format::Json => json::write_array(grid, out),
        Format::Jsonl => json::write_lines(grid, out),
        _ => Err(io::Error::new(io::ErrorKind::Unsupported, format!("{format} is not written row by row"))),
    }
}

/// Writes a SQLite database of points, attempts and series.
///
/// # Errors
/// If `out` cannot be written to, or the table has more columns than SQLite takes (2000).
pub fn write_database(database: &Database<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    sqlite::write(database, out)
}
