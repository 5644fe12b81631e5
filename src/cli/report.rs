//! `gitsweep report`

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::{Context, DONE, outcomes, output, results};
use crate::ui;
use gitsweep::hint;
use gitsweep::report::html;
use gitsweep::sweep::{self, Standings, Sweep};

/// One page that shows everything: charts, the table, each point with its log
///
/// The page is one file that opens from disk in any browser, asks nobody for anything, and can be mailed. What the runs
/// left in their run folders is on it as far as there is room: images first, then series, then the ends of logs.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  gitsweep report\n  gitsweep report -o results.html --max-size 5MB\n  \
    gitsweep report --series trace.csv\n  \
    gitsweep report grid_search-2026-08 random_search-2026-08 -o both.html")]
pub struct Args {
    /// Sweeps: branches or unambiguous parts of their names [default: the current branch, else the newest sweep]
    #[arg(value_name = "SWEEP")]
    sweeps: Vec<String>,
    /// Write to FILE, `-` for standard output [default: the sweep's branch and .html, in the current folder]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A time series that the definition does not name: one of gitsweep.toml as it is now, or a file of the run folders
    #[arg(long, value_name = "NAME|FILE")]
    series: Vec<String>,
    /// How large the page may become, for the sake of logs, series and images: 5MB, 800kB
    #[arg(long, value_name = "SIZE", default_value = "20MB", value_parser = bytes)]
    max_size: u64,
    /// Overwrite FILE even if it is no report of gitsweep's
    #[arg(long)]
    force: bool,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    outcomes::fold_quietly(context, &repository);
    let mut sweeps: Vec<Sweep> = Vec::new();
    let typed: Vec<Option<&str>> = if args.sweeps.is_empty() {
        vec![None]
    } else {
        args.sweeps.iter().map(|typed| Some(typed.as_str())).collect()
    };
    for typed in typed {
        let found = sweep::find(&repository, typed)?;
        if !sweeps.iter().any(|known| known.branch == found.branch) {
            sweeps.push(found);
        }
    }
    for name in &args.series {
        let series = results::find_series(&repository, &sweeps, name)?;
        for sweep in sweeps.iter_mut().filter(|sweep| sweep.plan.series.iter().all(|known| known.name != series.name)) {
            sweep.plan.series.push(series.clone());
        }
    }
    let path = match &args.output {
        Some(path) if path.as_os_str() == "-" => None,
        Some(path) => Some(context.folder.join(path)),
        None => Some(context.folder.join(default_name(&sweeps))),
    };
    if let Some(path) = &path {
        output::refuse_picture(path)?;
        output::refuse_tracked(&repository, path, "-o")?;
        refuse_foreign(path, args.force)?;
    }
    let standings = Standings::read(&repository)?;
    let (content, folders) = sweep::gather(&repository, &sweeps, &standings)?;
    let page = html::write(&content, &folders, args.max_size)?;
    if let Some(path) = &path {
        output::write_whole(path, &page.html)?;
    }
    for text in page.unreadable.iter().chain(&page.thinned) {
        context.ui.warning(text);
    }
    let points = ui::count(content.table.len() as u64, "point");
    let size = ui::size(page.html.len() as u64);
    match path {
        Some(path) => {
            context.ui.note(&format!("{points}, {size}, in:"));
            writeln!(std::io::stdout(), "{}", ui::visible(&path.display().to_string()))?;
        }
        None => {
            std::io::stdout().write_all(&page.html)?;
            context.ui.note(&format!("{points}, {size}"));
        }
    }
    Ok(DONE)
}

/// The branch, without folders, or a name for several.
fn default_name(sweeps: &[Sweep]) -> String {
    match sweeps {
        [one] => format!("{}.html", one.branch.replace('/', "-")),
        _ => "sweeps.html".to_owned(),
    }
}

/// A file that is there already is overwritten only if it is a report, or if that is wanted.
fn refuse_foreign(path: &Path, force: bool) -> Result<()> {
    let is_file = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    if force || !is_file {
        return Ok(());
    }
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4096).read_to_end(&mut beginning));
    read.with_context(|| format!("cannot read {}", path.display()))?;
    if html::is_ours(&beginning) {
        return Ok(());
    }
    Err(hint::error(
        format!("{} is there already and is no report of gitsweep's: it is not overwritten", path.display()),
        "choose another name with -o, or overwrite it: --force",
    ))
}

/// `20MB`, `800 kB`, `1.5 GB` or a plain number of bytes.
fn bytes(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err("a size is a number with kB, MB or GB: 20MB".to_owned()),
    };
    match number.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((number * factor) as u64),
        _ => Err("a size is a number with kB, MB or GB: 20MB".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let read = |text| bytes(text).ok();
        assert_eq!(
            [read("20MB"), read("800 kB"), read("1.5g"), read("77")],
            [Some(20_000_000), Some(800_000), Some(1_500_000_000), Some(77)]
        );
        assert_eq!([read("MB"), read("20 apples"), read("-1"), read("1..2")], [None; 4]);
    }
}
