//! From the definition as it is typed to the plan that is meant.

use std::time::Duration;

use anyhow::{Result, bail};

use super::duration::parse_duration;
use super::expression::parse_expression;
use super::growing::Growing;
use super::metric::Readings;
use super::mixing::mixed_in;
use super::objective::{FITNESS, resolve_objective, resolve_objectives};
use super::one_or_many::OneOrMany;
use super::parameters::{add_repeats, check_parameters, resolve_parameters};
use super::path::{check_link, join};
use super::plan::{Plan, RunDefinition, Search};
use super::queue::QueueDefaults;
use super::series::Artifacts;
use super::stopping::Stopping;
use super::strategy::StrategyPlan;
use super::typed::{Flags, Typed, TypedRun, TypedSearch, TypedStrategy};
use crate::git::Repository;
use crate::hint;
use crate::search::StrategyKind;

/// Left behind by every Python program, and of no use to anybody.
const DISCARDED: &[&str] = &["__pycache__", "*.pyc"];
const GRACE: Duration = Duration::from_secs(10);

impl Plan {
    /// What the typed definition and the flags mean. `folder` is where the definition lies, from the top of the
    /// repository: the files that it names are looked for there.
    ///
    /// # Errors
    /// If a word means nothing, naming it.
    pub fn resolve(mut typed: Typed, folder: &str, flags: &Flags) -> Result<Self> {
        let mut parameters = resolve_parameters(typed.params, folder, flags)?;
        drop_trials(flags, &mut typed.search);
        let strategy = resolve_strategy(flags.strategy.as_deref(), &mut typed.search)?;
        let repeats = flags.repeats.or(typed.search.repeats);
        if repeats == Some(0) {
            bail!("repeats = 0: every point is run at least once");
        }
        if repeats.is_some() {
            add_repeats(&mut parameters)?;
        }
        let is_one_run = flags.takes_one_run && strategy.is(StrategyKind::Grid);
        if parameters.is_empty() && !strategy.is(StrategyKind::List) && !is_one_run {
            return Err(hint::error(
                "there is no parameter to vary",
                "give one by -f FILE -p 'NAME=[1, 2, 3]', or write a definition: gitsweep init FILE",
            ));
        }
        check_parameters(&parameters)?;
        let search = resolve_search(typed.search, folder, flags, strategy)?;
        let run = resolve_run(typed.run, folder, flags)?;
        let known: Vec<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let queue = QueueDefaults::resolve(typed.queue, &known, &|path| join(folder, path))?;
        let readings = Readings::resolve(typed.metrics, typed.series, &[])?;
        let Readings { metrics, series } = readings.with_flags(&flags.metrics)?;
        let name = flags.name.clone().or(typed.name).unwrap_or_else(|| search.strategy.search_name());
        check_branch_stem(&name)?;
        Ok(Self {
            name,
            search,
            run,
            rows: flags.points.clone(),
            parameters,
            metrics,
            series,
            artifacts: Artifacts::resolve(typed.artifacts)?,
            queue,
            hooks: typed.hooks.into(),
        })
    }

    /// Reads the definition that a sweep's commit holds.
    ///
    /// # Errors
    /// If it is damaged, or was written by a later version.
    pub fn read_back(text: &str, label: &str) -> Result<Self> {
        Self::resolve(Typed::read(text, label)?, "", &Flags { takes_one_run: true, ..Flags::default() })
    }
}

/// Forgets how many points a strategy was to choose where a list of the command line gives them in its place.
fn drop_trials(flags: &Flags, typed: &mut TypedSearch) {
    let list = StrategyKind::List.as_str();
    let is_list = matches!(&typed.strategy, Some(TypedStrategy::Word(word)) if word == list);
    if flags.strategy.as_deref() == Some(list) && !is_list {
        typed.trials = None;
    }
}

fn resolve_strategy(flag: Option<&str>, typed: &mut TypedSearch) -> Result<StrategyPlan> {
    match (flag, typed.strategy.take()) {
        (Some(word), _) => Ok(StrategyPlan::One(word.parse()?)),
        (None, Some(TypedStrategy::Word(word))) => Ok(StrategyPlan::One(word.parse()?)),
        (None, Some(TypedStrategy::Mixture(shares))) => {
            let shares =
                shares.into_iter().map(|(word, share)| Ok((word.parse()?, share))).collect::<Result<Vec<_>>>()?;
            let Some((kind, grid, random)) = mixed_in(&shares)? else {
                return Ok(StrategyPlan::Mixture(shares));
            };
            if typed.grid_probability.is_some() || typed.random_probability.is_some() {
                bail!("the mixture says already how likely grid and random points are");
            }
            (typed.grid_probability, typed.random_probability) = (Some(grid), Some(random));
            Ok(StrategyPlan::One(kind))
        }
        (None, None) => Ok(StrategyPlan::One(StrategyKind::Grid)),
    }
}

fn resolve_search(mut typed: TypedSearch, folder: &str, flags: &Flags, strategy: StrategyPlan) -> Result<Search> {
    let typed_constraints = typed.constraints.take().map(OneOrMany::into_vec).unwrap_or_default();
    let mut constraints = Vec::new();
    for text in typed_constraints.iter().chain(&flags.constraints) {
        let constraint = parse_expression(text, "where")?;
        if !constraints.contains(&constraint) {
            constraints.push(constraint);
        }
    }
    let objectives = resolve_objectives(flags, &typed)?;
    let learns = matches!(strategy, StrategyPlan::One(kind) if kind.learns());
    let objective = resolve_objective(flags, &typed, learns)?.or_else(|| objectives.first().cloned());
    let all = if objectives.is_empty() { objective.as_slice() } else { &objectives[..] };
    let growing = Growing::resolve(&typed, flags, &strategy, all)?;
    // A fitness has no value before the end.
    let reported = objective.as_ref().filter(|objective| typed.fitness.is_none() || objective.metric != FITNESS);
    let stop = typed.stop.as_ref().map(|stop| Stopping::resolve(stop, reported)).transpose()?;
    let grid_points = flags.grid_points.or(typed.grid_points);
    if grid_points == Some(0) {
        return Err(hint::error("grid_points is 0, which leaves no value", "leave it out, or say 1 or more"));
    }
    Ok(Search {
        strategy,
        objective,
        objectives,
        growing,
        stop,
        trials: flags.trials.or(typed.trials),
        seed: flags.seed.or(typed.seed),
        repeats: flags.repeats.or(typed.repeats),
        constraints,
        grid_points,
        points: typed.points.as_deref().map(|path| join(folder, path)),
    })
}

fn resolve_run(typed: TypedRun, folder: &str, flags: &Flags) -> Result<RunDefinition> {
    let command = flags.command.clone().or(typed.command);
    if command.as_deref().is_some_and(|command| command.trim().is_empty()) {
        bail!("the command is empty");
    }
    Ok(RunDefinition {
        command,
        timeout: flags.timeout.as_deref().or(typed.timeout.as_deref()).map(resolve_timeout).transpose()?,
        grace: typed.grace.as_deref().map(parse_duration).transpose()?.unwrap_or(GRACE),
        link: typed.link.iter().map(|path| check_link(&join(folder, path))).collect::<Result<_>>()?,
        discard: typed.discard.unwrap_or_else(|| DISCARDED.iter().map(|&path| path.to_owned()).collect()),
    })
}

fn resolve_timeout(text: &str) -> Result<Duration> {
    match parse_duration(text)? {
        Duration::ZERO => {
            Err(hint::error(format!("timeout: no run ends within {text}"), "leave it out where runs may take any time"))
        }
        timeout => Ok(timeout),
    }
}

fn check_branch_stem(name: &str) -> Result<()> {
    if Repository::is_branch_name(name) {
        return Ok(());
    }
    Err(hint::error(format!("`{name}` cannot start a branch's name"), "take letters, digits, `_`, `-` and `/`"))
}
