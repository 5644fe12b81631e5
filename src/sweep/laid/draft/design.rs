//! From a plan to the points that its strategy chooses.

use std::collections::HashSet;

use anyhow::Result;

use crate::expr;
use crate::git::{CommitId, Repository};
use crate::hint;
use crate::point::ParamName;
use crate::search::{self, Base, Design, Free, Order, Origin, Row, Search, Share, Space, Strategy, StrategyKind};
use crate::space::{Domain, Stream};
use crate::spec::{Parameter, Plan, Rows, Source, StrategyPlan, read_rows};
use crate::sweep::Sweep;
use crate::sweep::laid::edit::Edit;
use crate::sweep::laid::missing::missing_file;
use crate::trial::Trial;
use crate::value::{Kind, Value};

/// The points of a plan, as its strategy chooses them.
pub(super) fn design(repository: &Repository, plan: &Plan, base: CommitId, edits: &[Edit]) -> Result<Design> {
    let parameters = plan.parameters.iter().enumerate().map(|(index, parameter)| {
        let origin = match &parameter.source {
            Source::Domain(domain) => {
                let in_source = || edits.iter().find_map(|edit| edit.value_in_source(index, domain));
                Origin::Free(Free {
                    domain: settled(plan, parameter).unwrap_or_else(|| domain.clone()),
                    zip: parameter.group.clone(),
                    base: parameter.base.clone().or_else(in_source),
                })
            }
            Source::Derived(expr) => Origin::Derived(expr.clone()),
            Source::Repeat | Source::Missing => Origin::Repeat,
        };
        search::Parameter { name: parameter.name.clone(), origin, when: parameter.when.clone() }
    });
    let space = Space::new(parameters.collect(), plan.search.constraints.clone())?;
    for expr in plan.parameters.iter().flat_map(|parameter| &parameter.sites).filter_map(|site| site.expr.as_ref()) {
        let known: Vec<&str> = plan.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        expr.check(&known).map_err(expr::ExpressionError::into_hinted)?;
    }
    let strategy = match &plan.search.strategy {
        StrategyPlan::One(kind) => strategy(repository, plan, base, *kind)?,
        StrategyPlan::Mixture(shares) => {
            let share = |(kind, probability): &(StrategyKind, f64)| {
                Ok(Share { strategy: strategy(repository, plan, base, *kind)?, probability: *probability })
            };
            Strategy::Mixture(shares.iter().map(share).collect::<Result<_>>()?)
        }
    };
    let trials = match &plan.search.growing {
        None => plan.search.trials,
        // The design only says which points there can be.
        Some(growing) => {
            for (name, free) in space.free() {
                growing.check(name, &free.domain)?;
            }
            Some(1)
        }
    };
    let search = Search {
        strategy,
        trials,
        seed: plan.search.seed_or_zero(),
        repeats: plan.search.rounds(),
        grid_points: plan.search.grid_points,
    };
    search.design(space)
}

/// The domain of a parameter that is chosen, drawn with the plan's seed: values that differ, or as many as the others of
/// its group have.
pub(super) fn settled(plan: &Plan, parameter: &Parameter) -> Option<Domain> {
    let stream = Stream::new(plan.search.seed_or_zero(), parameter.name.as_str());
    let domain = parameter.domain()?.clone();
    Some(if parameter.group.is_some() { domain.settled_in_pairs(stream) } else { domain.settled(stream) })
}

fn strategy(repository: &Repository, plan: &Plan, base: CommitId, kind: StrategyKind) -> Result<Strategy> {
    Ok(match kind {
        // Part of a large grid is to be spread over it, not its first corner.
        StrategyKind::Grid if plan.search.trials.is_some() => Strategy::Grid(Order::Shuffled),
        StrategyKind::Grid => Strategy::Grid(Order::Nested),
        StrategyKind::Line => Strategy::Line(Base::Source),
        StrategyKind::Random
        | StrategyKind::Evolutionary
        | StrategyKind::Bayesian
        | StrategyKind::CmaEs
        | StrategyKind::DifferentialEvolution
        | StrategyKind::Tpe
        | StrategyKind::Auto => Strategy::Random,
        StrategyKind::LatinHypercube => Strategy::LatinHypercube,
        StrategyKind::Sobol => Strategy::Sobol,
        StrategyKind::Halton => Strategy::Halton,
        StrategyKind::List => Strategy::List(rows(repository, plan, base)?),
        StrategyKind::Mixture => {
            return Err(hint::error(
                "a mixture says what it is made of",
                "strategy = { grid = 0.2, random = 0.8 } under [search]",
            ));
        }
    })
}

/// The points of a sweep as they were given, without what follows from them, if they stand in its commits and nowhere else.
pub fn given_rows(sweep: &Sweep, plan: &Plan) -> Option<Rows> {
    let is_given = |name: &str| plan.parameter(name).is_some_and(|parameter| parameter.domain().is_some());
    let row = |trial: &Trial| {
        let given = trial.label.point.iter().filter(|(name, _)| is_given(name.as_str()));
        given.map(|(name, value)| (name.to_string(), value.to_string())).collect()
    };
    let is_listed = plan.search.strategy.is(StrategyKind::List) && plan.search.points.is_none();
    is_listed.then(|| sweep.trials.iter().map(row).collect())
}

/// The points in a file of the base commit.
///
/// # Errors
/// If there is no such file, or it is not of the form that its ending says.
pub fn read_points(repository: &Repository, base: CommitId, path: &str) -> Result<Rows> {
    let file = repository.read_file(base, path)?.ok_or_else(|| missing_file(repository, base, path))?;
    read_rows(&String::from_utf8_lossy(&file.bytes), path)
}

/// The points of the strategy `list`: those that came with the plan, else those of a file of the base commit.
fn rows(repository: &Repository, plan: &Plan, base: CommitId) -> Result<Vec<Row>> {
    let rows = match (&plan.rows, &plan.search.points) {
        (Some(rows), _) => rows.clone(),
        (None, Some(path)) => read_points(repository, base, path)?,
        (None, None) => {
            return Err(hint::error(
                "the strategy list has no points",
                "name a CSV or JSON file: points = \"points.csv\" under [search], or --from points.csv",
            ));
        }
    };
    let columns: HashSet<&str> = rows.iter().flatten().map(|(name, _)| name.as_str()).collect();
    for (number, row) in (1..).zip(&rows) {
        let has = |name: &str| row.iter().any(|(known, _)| known == name);
        let applies = |name: &str| plan.parameter(name).is_none_or(|parameter| parameter.when.is_none());
        if let Some(name) = columns.iter().find(|name| !has(name) && applies(name)) {
            return Err(hint::error(
                format!("point {number} of the list has no value of {name}, which others have"),
                "give it one, such as the value that stands in the code",
            ));
        }
    }
    let row = |row: &Vec<(String, String)>| {
        row.iter().map(|(name, text)| Ok((ParamName::new(name)?, meant(plan, name, text)))).collect::<Result<Row>>()
    };
    rows.iter().map(row).collect()
}

/// The value that a list's text stands for: what it looks like, but for text of the parameter's domain that looks like
/// something else, such as '1e5' or '007'.
fn meant(plan: &Plan, name: &str, text: &str) -> Value {
    let guess = Value::guess(text);
    if guess.kind() == Kind::Text {
        return guess;
    }
    let domain = plan.parameter(name).and_then(Parameter::domain).filter(|domain| !domain.contains(&guess));
    let written = domain.and_then(Domain::values).into_iter().flatten().find(|value| value.as_str() == text);
    written.cloned().unwrap_or(guess)
}
