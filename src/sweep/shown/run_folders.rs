//! What the runs of a report's points left in their run folders: logs, images, series.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use regex::RegexSet;

use crate::executor::discard_set;
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::names;
use crate::record::Gravity;
use crate::report::html::{Leftovers, Picture, Trace};
use crate::series::{Layout, Series};
use crate::spec::SeriesPlan;
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standings, result_of};
use crate::trial::Trial;

/// How much of the end of a log is worth keeping.
const LOG_TAIL: u64 = 4_000;

/// Files of one run folder beyond these are not looked at.
const MOST_FILES: usize = 10_000;

/// A larger image is not read.
const LARGEST_IMAGE: u64 = 1 << 26;

/// The run folders of the rows of a report: a row for each point, sweep by sweep.
#[derive(Debug)]
pub struct RunFolders<'a> {
    top: PathBuf,
    sweeps: Vec<Wanted<'a>>,
    ledger: &'a Ledger,
}

/// Where the run that stands for a row left its files.
struct Row<'a> {
    sweep: &'a Wanted<'a>,
    folder: Option<PathBuf>,
    is_good: bool,
    /// True if it reported metrics as it went, which no series of the definition is.
    has_steps: bool,
}

/// What a sweep's definition says is worth looking at.
#[derive(Debug)]
struct Wanted<'a> {
    trials: &'a [Trial],
    images: RegexSet,
    series: &'a [SeriesPlan],
}

impl<'a> RunFolders<'a> {
    pub(in crate::sweep) fn of(repository: &Repository, sweeps: &'a [Sweep], standings: &'a Standings) -> Result<Self> {
        let wanted = |sweep: &'a Sweep| {
            let images = discard_set(&sweep.plan.artifacts.images)?;
            Ok(Wanted { trials: &sweep.trials, images, series: &sweep.plan.series })
        };
        let top = repository.runs_dir().parent().map(Path::to_owned).context("no folder for runs")?;
        Ok(Self { top, sweeps: sweeps.iter().map(wanted).collect::<Result<_>>()?, ledger: &standings.ledger })
    }

    /// Looks up what stands for a row; `None` if there is no such row.
    fn row(&self, mut row: usize) -> Option<Row<'_>> {
        for sweep in &self.sweeps {
            if let Some(trial) = sweep.trials.get(row) {
                return Some(self.find(sweep, trial));
            }
            row -= sweep.trials.len();
        }
        None
    }

    fn find<'s>(&self, sweep: &'s Wanted<'s>, trial: &Trial) -> Row<'s> {
        let records = self.ledger.find(trial.commit).without_metrics();
        let record = result_of(&records);
        let are_steps_named = sweep.series.iter().any(|series| series.layout.file == names::METRICS_FILE);
        Row {
            sweep,
            folder: record.and_then(|record| record.folder.clone()).map(PathBuf::from),
            is_good: record.is_some_and(|record| record.status.gravity() == Gravity::Good),
            has_steps: !are_steps_named && record.is_some_and(|record| record.steps.is_some()),
        }
    }
}

impl Leftovers for RunFolders<'_> {
    fn expects_pictures(&self) -> bool {
        self.sweeps.iter().any(|wanted| !wanted.images.is_empty())
    }

    fn expects_traces(&self) -> bool {
        let has_steps =
            |wanted: &Wanted<'_>| wanted.trials.iter().any(|trial| self.ledger.find(trial.commit).has_steps());
        self.sweeps.iter().any(|wanted| !wanted.series.is_empty() || has_steps(wanted))
    }

    fn log(&self, row: usize) -> Result<Option<Vec<u8>>> {
        let Some(folder) = self.row(row).and_then(|row| row.folder) else { return Ok(None) };
        let named = folder.join(names::LOG_FILE);
        let read = || -> std::io::Result<Vec<u8>> {
            let mut file = File::open(self.top.join(&named))?;
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL)))?;
            let mut tail = Vec::new();
            file.take(LOG_TAIL).read_to_end(&mut tail)?;
            if length > LOG_TAIL {
                // Half a line says nothing.
                let start = tail.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
                let cut = format!("[the last {} of {length} bytes]\n", tail.len() - start);
                tail.splice(..start, cut.into_bytes());
            }
            Ok(tail)
        };
        read().map(Some).with_context(|| named.display().to_string())
    }

    fn pictures(&self, row: usize) -> Result<Vec<Picture>> {
        let Some(Row { sweep: Wanted { images, .. }, folder: Some(folder), .. }) = self.row(row) else {
            return Ok(Vec::new());
        };
        if images.is_empty() {
            return Ok(Vec::new());
        }
        let top = self.top.join(&folder);
        let mut pictures = Vec::new();
        for name in files(&top).into_iter().filter(|name| images.is_match(name)) {
            let path = top.join(&name);
            let read = || -> std::io::Result<Option<Vec<u8>>> {
                if fs::metadata(&path)?.len() > LARGEST_IMAGE { Ok(None) } else { fs::read(&path).map(Some) }
            };
            let bytes = read().with_context(|| folder.join(&name).display().to_string())?;
            pictures.extend(bytes.map(|bytes| Picture { name, bytes }));
        }
        Ok(pictures)
    }

    fn traces(&self, row: usize) -> Result<Vec<Trace>> {
        let Some(Row { sweep, folder: Some(folder), is_good: true, has_steps }) = self.row(row) else {
            return Ok(Vec::new());
        };
        let top = self.top.join(&folder);
        let read = |plan: &SeriesPlan| {
            let series = Series::read(&top, &plan.layout).with_context(|| folder.display().to_string())?;
            Ok(trace(&plan.name, series))
        };
        let mut traces = sweep.series.iter().map(read).collect::<Result<Vec<_>>>()?;
        if has_steps {
            let layout = Layout { file: names::METRICS_FILE.to_owned(), ..Layout::default() };
            // Nobody has said that it is a series: it is none if it is not there, or of a single report.
            let steps = Series::read(&top, &layout).ok().filter(|series| series.x.len() > 1);
            traces.extend(steps.map(|series| trace(names::METRICS_FILE, series)));
        }
        Ok(traces)
    }
}

fn trace(name: &str, series: Series) -> Trace {
    let Series { x_name, x, columns, .. } = series;
    let columns = columns
        .into_iter()
        .map(|column| (column.name, column.values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect()));
    Trace { name: name.to_owned(), x_name, x, columns: columns.collect() }
}

/// The files of a folder, in order, by their paths from it; what is linked from elsewhere is not among them.
fn files(top: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(inside) = pending.pop() {
        for entry in fs::read_dir(top.join(&inside)).into_iter().flatten().flatten() {
            let path = inside.join(entry.file_name());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => pending.push(path),
                Ok(kind) if kind.is_file() => found.push(path.to_string_lossy().into_owned()),
                _ => {}
            }
            if found.len() >= MOST_FILES {
                break;
            }
        }
    }
    found.sort();
    found
}
