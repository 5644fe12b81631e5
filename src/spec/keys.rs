//! The keys of `[search]` that some strategies take and others do not.

use anyhow::Result;

use super::typed::{Flags, TypedSearch};
use crate::hint;
use crate::search::StrategyKind;

/// Refuses a key that the strategy does not take.
pub(super) fn refuse_keys(typed: &TypedSearch, flags: &Flags, kind: Option<StrategyKind>) -> Result<()> {
    let learns = kind.is_some_and(StrategyKind::learns);
    let may_grow = kind.is_some_and(StrategyKind::may_grow);
    let flags_of_growing = [
        ("--start", !flags.start.is_empty(), learns),
        ("--search-time", flags.search_time.is_some(), may_grow),
        ("--run-time", flags.run_time.is_some(), may_grow),
        ("--target", flags.target.is_some(), may_grow),
        ("--patience", flags.patience.is_some(), may_grow),
    ];
    if let Some((flag, ..)) = flags_of_growing.into_iter().find(|(_, is_given, is_taken)| *is_given && !is_taken) {
        return Err(no_flag(flag, kind));
    }
    // A strategy that the command line has in place of the file's leaves the file's keys of others alone.
    if flags.strategy.is_some() {
        return Ok(());
    }
    use StrategyKind::{Auto, Bayesian, CmaEs, DifferentialEvolution, Evolutionary, Random, Tpe};
    let models = &[Bayesian, Auto][..];
    let all = &[Evolutionary, Bayesian, CmaEs, DifferentialEvolution, Tpe, Auto][..];
    let endless = &[Evolutionary, Bayesian, CmaEs, DifferentialEvolution, Tpe, Auto, Random][..];
    let of_one: [(&str, bool, &[StrategyKind]); 20] = [
        ("elite_size", typed.elite_size.is_some(), &[Evolutionary]),
        ("population", typed.population.is_some(), &[CmaEs, DifferentialEvolution]),
        ("crossover", typed.crossover.is_some(), &[DifferentialEvolution]),
        ("kernel", typed.kernel.is_some(), models),
        ("acquisition", typed.acquisition.is_some(), models),
        ("estimation", typed.estimation.is_some(), models),
        ("objective_transformation", typed.objective_transformation.is_some(), models),
        ("normalize", typed.normalize.is_some(), models),
        ("exact", typed.exact.is_some(), models),
        ("restarts", typed.restarts.is_some(), models),
        ("failures", typed.failures.is_some(), models),
        ("min_initial_points", typed.min_initial_points.is_some(), &[Evolutionary, Bayesian, Tpe, Auto]),
        ("grid_probability", typed.grid_probability.is_some(), all),
        ("random_probability", typed.random_probability.is_some(), all),
        ("start", typed.start.is_some(), all),
        ("fitness", typed.fitness.is_some(), all),
        ("search_time", typed.search_time.is_some(), endless),
        ("run_time", typed.run_time.is_some(), endless),
        ("target", typed.target.is_some(), endless),
        ("patience", typed.patience.is_some(), endless),
    ];
    for (key, is_set, kinds) in of_one {
        if is_set && kind.is_none_or(|kind| !kinds.contains(&kind)) {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            return Err(hint::error(
                format!("{} does not take {key}", name(kind)),
                format!("it is a key of: {}", kinds.join(", ")),
            ));
        }
    }
    Ok(())
}

fn no_flag(flag: &str, kind: Option<StrategyKind>) -> anyhow::Error {
    let or_random = if flag == "--start" { "" } else { " or is random" };
    hint::error(
        format!("{flag} is about a search that learns{or_random}, and the strategy is {}", name(kind)),
        format!("leave {flag} out, or choose a strategy that learns: --strategy bayesian"),
    )
}

fn name(kind: Option<StrategyKind>) -> String {
    kind.map_or_else(|| "a mixture".to_owned(), |kind| kind.to_string())
}
