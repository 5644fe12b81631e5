//! A point as a command names it: what the library finds, and `best`.

use anyhow::{Error, Result};

use gitsweep::command::quote;
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::sweep::{self, Standings, Sweep};
use gitsweep::table::TableError;
use gitsweep::trial::Trial;

/// The word for the point that `results --best 1` shows.
const BEST: &str = "best";

/// The point that is typed: its number, `SWEEP:NUMBER`, a commit, `best` or `SWEEP:best`.
pub fn find_point(repository: &Repository, standings: &Standings, typed: &str) -> Result<(Sweep, Trial)> {
    if !is_best(typed) {
        return sweep::find_point(repository, typed).map_err(|error| {
            let part = typed.rsplit(':').next().unwrap_or(typed);
            match hint::near_miss(part, [BEST]) {
                Some(near) if part.starts_with(|c: char| c.is_alphabetic()) => {
                    hint::error(error, format!("did you mean {near}?"))
                }
                _ => error,
            }
        });
    }
    let sweep = typed.rsplit_once(':').map(|(sweep, _)| sweep);
    let sweep = sweep::find(repository, sweep)?;
    let table = sweep.table(standings)?;
    let Some(&row) = table.ranking().map_err(|error| without_objective(&sweep, error))?.first() else {
        let objective = table.objective().map_or("an objective", |(metric, _)| metric);
        return Err(hint::error(
            format!("no point of {} has a finite {objective}", sweep.branch),
            format!("gitsweep status {} says how far it is", quote(&sweep.branch)),
        ));
    };
    let trial = sweep.trials[row].clone();
    Ok((sweep, trial))
}

/// True for `best` and `SWEEP:best`.
pub fn is_best(typed: &str) -> bool {
    typed.rsplit(':').next() == Some(BEST)
}

/// Where the sweep names no objective, `results` can be told of one, and says the point's number.
fn without_objective(sweep: &Sweep, error: TableError) -> Error {
    let TableError::NoObjective { metrics } = error else { return error.into() };
    let metric = metrics.first().map_or("METRIC", String::as_str);
    hint::error(
        format!("{} has no objective to be best by", sweep.branch),
        format!(
            "gitsweep results {} --objective {} --best 1 says its number; with --direction maximize if more is better",
            quote(&sweep.branch),
            quote(metric)
        ),
    )
}
