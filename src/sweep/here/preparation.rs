//! Preparation: where everything is, once what others have left is recorded.

use anyhow::Result;

use super::observer::Observer;
use super::run_context::RunContext;
use crate::ledger;
use crate::sweep::followed::follow::follow;
use crate::sweep::found::standing::Standings;

/// Folds in what there is, asks the schedulers about what they have, and records what has been lost.
pub(in crate::sweep) fn prepare(context: &RunContext<'_>, observer: &mut dyn Observer) -> Result<Standings> {
    let repository = context.repository;
    ledger::fold(repository)?;
    let followed = follow(repository)?;
    observer.warn_of(&followed.problems);
    let mut standings = followed.standings;
    context.recover(&context.sweep.trials, &standings, observer)?;
    context.claims.tidy();
    ledger::tidy(repository);
    if ledger::fold(repository)? > 0 {
        // What was folded in now is what following and recovering have left.
        let asked = std::mem::replace(&mut standings, Standings::read(repository)?);
        standings.keep_answers(asked);
    }
    Ok(standings)
}
