//! The points that are typed: parameters, strategy, budgets; for `create`, `run` and `extend`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use indexmap::IndexSet;

use super::{Context, typed};
use crate::usage;
use gitsweep::git::Repository;
use gitsweep::search::StrategyKind;
use gitsweep::spec::{Flags, Given, Rows};
use gitsweep::sweep::Returned;

/// Which points there are.
#[derive(clap::Args)]
pub struct Choices {
    /// The file in which the parameters of -p stand; without it they reach the program by {name} and the environment
    #[arg(short, long, value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// A parameter and its values; FILE:NAME=DOMAIN for one in another file than -f
    #[arg(short, long = "param", value_name = "NAME=DOMAIN", value_parser = domain, allow_hyphen_values = true)]
    pub(super) param: Vec<String>,
    /// grid, line, random, latin-hypercube, sobol, halton or list; of those that learn auto, bayesian, tpe, cma-es,
    /// evolutionary or differential-evolution [default: the definition's, else grid]
    #[arg(long, value_name = "S", value_parser = typed::name_of::<StrategyKind>)]
    strategy: Option<String>,
    /// The number of points; of a grid so many are drawn [default: all, if they come to an end]
    #[arg(long, value_name = "N", value_parser = typed::at_least_one::<u64>, allow_negative_numbers = true)]
    trials: Option<u64>,
    /// What all that is drawn depends on [default: the definition's, else drawn, and recorded]
    #[arg(long, value_name = "N", value_parser = typed::whole::<u64>, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Only points for which this holds, such as 'g_e > g_i'
    #[arg(long = "where", value_name = "EXPR", allow_hyphen_values = true)]
    constraints: Vec<String>,
    /// Run every point N times, with the parameter seed from 1 to N
    #[arg(long, value_name = "N", value_parser = typed::at_least_one::<u64>, allow_negative_numbers = true)]
    repeats: Option<u64>,
    /// Values of a parameter in a grid or line whose domain does not say how many
    #[arg(long, value_name = "N", value_parser = typed::at_least_one::<usize>, allow_negative_numbers = true)]
    grid_points: Option<usize>,
    /// Where a search that learns starts: the value of a parameter in its first point
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    start: Vec<(String, String)>,
    /// How long a search that learns, or a random one, goes on, from its first run's start, such as 24h
    #[arg(long, value_name = "DUR", value_parser = typed::span)]
    search_time: Option<String>,
    /// How much time the runs of a search that learns, or of a random one, may take in all, such as 100h
    #[arg(long, value_name = "DUR", value_parser = typed::span)]
    run_time: Option<String>,
    /// A value of the objective that is good enough to end a search that learns, or a random one
    #[arg(long, value_name = "VALUE", value_parser = typed::number, allow_negative_numbers = true)]
    target: Option<f64>,
    /// End a search that learns, or a random one, after so many results in a row without a better one
    #[arg(long, value_name = "N", value_parser = typed::at_least_one::<u64>, allow_negative_numbers = true)]
    patience: Option<u64>,
    /// A CSV or JSON file of points, for the strategy list; `-` for standard input. Of a table of results the parameters
    /// are taken
    #[arg(long, value_name = "FILE")]
    pub(super) from: Option<PathBuf>,
}

impl Choices {
    /// What the flags say.
    ///
    /// `own` are the parameters of the definition.
    pub fn flags(&self, context: &Context<'_>, repository: &Repository, mut own: Vec<String>) -> Result<Flags> {
        self.check()?;
        let place = Inside::new(context, repository)?;
        let file = self.file.as_deref().map(|file| place.path(file)).transpose()?;
        let mut flags = Flags::default();
        for text in &self.param {
            flags.give(place.parameter(text, file.as_ref())?).map_err(usage::Wrong)?;
        }
        own.extend(flags.parameters.iter().map(|parameter| parameter.name.to_string()));
        Ok(Flags {
            file,
            strategy: self.strategy.clone().or_else(|| self.from.as_ref().map(|_| "list".to_owned())),
            trials: self.trials,
            seed: self.seed,
            repeats: self.repeats,
            constraints: self.constraints.clone(),
            grid_points: self.grid_points,
            start: self.start.clone(),
            search_time: self.search_time.clone(),
            run_time: self.run_time.clone(),
            target: self.target,
            patience: self.patience,
            points: self.from.as_deref().map(|file| read_points(context, repository, file, &own)).transpose()?,
            ..flags
        })
    }

    /// True if they say anything of where a search that learns begins or ends.
    pub fn bound_search(&self) -> bool {
        let times = [&self.search_time, &self.run_time];
        !self.start.is_empty()
            || self.target.is_some()
            || self.patience.is_some()
            || times.iter().any(|time| time.is_some())
    }

    /// Refuses a flag that would be of no effect.
    fn check(&self) -> Result<()> {
        if let Some(file) = self.file.as_ref().filter(|_| self.param.is_empty() && self.from.is_none()) {
            let file = file.display();
            return Err(usage::wrong(
                format!("-f {file}: there is no -p whose parameter could stand in it"),
                format!("such as -f {file} -p 'g_e=[1, 2, 3]'; gitsweep init {file} shows what there is"),
            ));
        }
        self.constraints.iter().try_for_each(|text| usage::expression("--where", text).map(drop))?;
        if let Some(strategy) = self.strategy.as_deref().filter(|name| self.from.is_some() && *name != "list") {
            return Err(usage::wrong(
                format!("--from gives the points, and the strategy {strategy} chooses its own"),
                "leave out one of --from and --strategy",
            ));
        }
        Ok(())
    }
}

/// What has a name and a domain.
fn domain(text: &str) -> Result<String> {
    if !text.contains('=') {
        bail!("a parameter and its values are joined by `=`, such as -p '{text}=[1, 2, 3]'");
    }
    Ok(text.to_owned())
}

/// Reads `name=value`.
fn pair(text: &str) -> Result<(String, String)> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => bail!("it is NAME=VALUE, such as lr=0.01"),
    }
}

/// The points of a file that the user names, with a word on columns that are not in the definition.
fn read_points(context: &Context<'_>, repository: &Repository, file: &Path, own: &[String]) -> Result<Rows> {
    let name = file.display().to_string();
    let text = match name.as_str() {
        "-" => std::io::read_to_string(std::io::stdin()),
        _ => std::fs::read_to_string(context.folder.join(file)),
    };
    let rows = gitsweep::spec::read_rows(&text.with_context(|| format!("cannot read {name}"))?, &name)?;
    let Returned { rows, left_out } = Returned::of(repository, rows, own, &name)?;
    let names: IndexSet<&str> = rows.iter().flatten().map(|(name, _)| name.as_str()).collect();
    let new: Vec<&str> = names.iter().copied().filter(|name| !own.iter().any(|own| own == name)).collect();
    if !left_out.is_empty() {
        let taken: Vec<&str> = names.into_iter().collect();
        context.ui.note(&format!(
            "{name} is a table of results: taken are {}; left out are {}",
            taken.join(", "),
            left_out.join(", ")
        ));
    } else if !new.is_empty() {
        let kind = if own.is_empty() { "parameters" } else { "new parameters" };
        context.ui.note(&format!("{kind} of {name}: {}", new.join(", ")));
    }
    Ok(rows)
}

/// Where the user is inside the repository, to turn what is typed into paths from its top.
pub(super) struct Inside {
    top: PathBuf,
    pub(super) folder: PathBuf,
}

impl Inside {
    pub(super) fn new(context: &Context<'_>, repository: &Repository) -> Result<Self> {
        let folder =
            context.folder.canonicalize().with_context(|| format!("there is no {}", context.folder.display()))?;
        let top = match repository.workdir() {
            Some(top) => top.canonicalize().context("cannot find the checkout")?,
            None => folder.clone(),
        };
        Ok(Self { top, folder })
    }

    pub(super) fn path(&self, typed: &Path) -> Result<String> {
        let mut whole = PathBuf::new();
        for part in self.folder.join(typed).components() {
            match part {
                std::path::Component::ParentDir => drop(whole.pop()),
                std::path::Component::CurDir => {}
                part => whole.push(part),
            }
        }
        // A link on the way to the file's folder is the same folder.
        let whole = match (whole.parent().and_then(|parent| parent.canonicalize().ok()), whole.file_name()) {
            (Some(parent), Some(name)) => parent.join(name),
            _ => whole,
        };
        match whole.strip_prefix(&self.top) {
            Ok(inside) => Ok(inside.to_string_lossy().into_owned()),
            Err(_) => bail!("{} is not in the repository {}", typed.display(), self.top.display()),
        }
    }

    /// `NAME=DOMAIN`, which stands in `file`, or `FILE:NAME=DOMAIN`.
    fn parameter(&self, typed: &str, file: Option<&String>) -> Result<Given> {
        let (name, domain) = typed.split_once('=').context("a parameter has no values")?;
        let (file, name) = match name.rsplit_once(':') {
            Some((file, name)) => (Some(self.path(Path::new(file))?), name),
            None => (file.cloned(), name),
        };
        Ok(Given::read(name.trim(), file, domain.trim()).map_err(usage::Wrong)?)
    }
}
