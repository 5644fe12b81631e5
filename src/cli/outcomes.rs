//! Outcomes before a command looks at them: folded in, and what is damaged told of.

use std::collections::HashSet;

use super::Context;
use crate::ui;
use gitsweep::git::Repository;
use gitsweep::ledger;
use gitsweep::submission::Submissions;
use gitsweep::sweep::{self, Standings, Sweep};

/// Puts waiting outcomes into notes; where the repository cannot be written, they are read from their files all the same.
pub fn fold_quietly(context: &Context<'_>, repository: &Repository) {
    if let Err(error) = ledger::fold(repository)
        && context.ui.verbose
    {
        context.ui.warning(&format!("{error:#}"));
    }
}

/// Says what there is to say of what schedulers have, where no sweep is left that would tell of it: its branch may have gone.
pub fn tell_of_flights(context: &Context<'_>, repository: &Repository) {
    let is_told = || sweep::list(repository).map_or(true, |sweeps| !sweeps.is_empty());
    if Submissions::new(&repository.state_dir()).is_empty() || is_told() {
        return;
    }
    if let Ok(followed) = sweep::follow(repository) {
        followed.problems.iter().for_each(|problem| context.ui.warning(problem));
    }
}

/// Says which notes could not be read.
pub fn report_damage(context: &Context<'_>, standings: &Standings, sweep: &Sweep) {
    if standings.ledger.damage.is_empty() {
        return;
    }
    let commits: HashSet<_> = sweep.trials.iter().map(|trial| trial.commit).collect();
    let damaged = standings.ledger.damage.iter().filter(|damage| commits.contains(&damage.commit));
    context.ui.warnings(
        damaged.map(|damage| format!("commit {}: {}; skipped", damage.commit.short(), damage.what)),
        |more| format!("and {} that cannot be read", ui::count(more as u64, "more outcome")),
    );
}
