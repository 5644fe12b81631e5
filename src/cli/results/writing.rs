//! Where the table goes: a file, a terminal, a pipe.

use std::mem::ManuallyDrop;

use anyhow::Result;

use super::series::{self, Sources};
use super::{Args, Context};
use crate::cli::output;
use crate::{pager, ui};
use gitsweep::git::Repository;
use gitsweep::report::{self, Format, Options};
use gitsweep::sweep::{Standings, Sweep};
use gitsweep::table::{Role, Strip, Table};

/// What the rows come from.
pub(super) struct Origin<'a> {
    pub(super) repository: &'a Repository,
    pub(super) sweeps: &'a [&'a Sweep],
    pub(super) standings: &'a Standings,
}

impl<'a> Origin<'a> {
    /// With the points that are left.
    pub(super) fn of(&self, points: &'a Table) -> Sources<'a> {
        Sources { sweeps: self.sweeps, standings: self.standings, points }
    }
}

/// Writes the table. What a reader should know stands below it at a terminal, and is said apart otherwise.
pub(super) fn write(
    context: &Context<'_>,
    origin: &Origin<'_>,
    table: Table,
    format: Format,
    args: &Args,
) -> Result<()> {
    let mut table = ManuallyDrop::new(table);
    let path = args.output.as_ref().map(|path| context.folder.join(path));
    let width = if path.is_none() { ui::width() } else { None };
    let styled = path.is_none() && context.ui.is_styled();
    let options = Options { width, styled, spreadsheet_safe: true };
    if format != Format::Terminal {
        table.notes().iter().for_each(|note| context.ui.note(note));
    }
    let mut bytes = Vec::new();
    if format == Format::Sqlite {
        if args.columns.is_empty() {
            table.select(&["all"])?;
        }
        let are_points = table.columns().iter().any(|column| column.role == Role::Point);
        if are_points {
            bytes = series::database(context, origin.repository, origin.of(&table), args.series.series.as_deref())?;
        } else {
            report::write(&table, format, &options, &mut bytes)?;
        }
    } else {
        report::write(&table, format, &options, &mut bytes)?;
    }
    put(context, origin.repository, &bytes, args)?;
    if let Some(path) = path {
        context.ui.note(&format!("{} in {}", ui::count(table.len() as u64, "row"), path.display()));
    }
    Ok(())
}

/// Writes lines for people.
pub(super) fn write_lines(context: &Context<'_>, origin: &Origin<'_>, lines: &[String], args: &Args) -> Result<()> {
    put(context, origin.repository, (lines.join("\n") + "\n").as_bytes(), args)
}

/// Writes the columns that are wanted of a strip; false if it does not have them.
pub(super) fn write_strip(
    context: &Context<'_>,
    repository: &Repository,
    strip: &Strip,
    format: Format,
    args: &Args,
) -> Result<bool> {
    let Some(columns) = strip.select(&args.columns) else { return Ok(false) };
    let options = Options { spreadsheet_safe: true, ..Options::default() };
    let mut bytes = Vec::new();
    report::write_strip(strip, &columns, format, &options, &mut bytes)?;
    put(context, repository, &bytes, args)?;
    if let Some(path) = &args.output {
        let path = context.folder.join(path);
        context.ui.note(&format!("{} in {}", ui::count(strip.rows() as u64, "row"), path.display()));
    }
    Ok(true)
}

fn put(context: &Context<'_>, repository: &Repository, bytes: &[u8], args: &Args) -> Result<()> {
    match &args.output {
        None => pager::show(bytes, repository.config("core.pager").as_deref()),
        Some(path) => output::write(repository, &context.folder.join(path), bytes),
    }
}
