//! Outcomes before a command looks at them: folded in, and what is damaged told of.

use std::collections::HashSet;

use super::Context;
use crate::ui;
use gitsweep::git::Repository;
use gitsweep::ledger;
use gitsweep::sweep::{Standings, Sweep};

/// Puts waiting outcomes into notes; where the repository cannot be written, they are read from their files all the same.
pub fn fold_quietly(context: &Context<'_>, repository: &Repository) {
    if let Err(error) = ledger::fold(repository)
        && context.ui.verbose
    {
        context.ui.warning(&format!("{error:#}"));
    }
}

/// So many notes that cannot be read are told of one by one; what wrote one badly has often written all.
const TOLD: usize = 10;

/// Says which notes could not be read.
pub fn report_damage(context: &Context<'_>, standings: &Standings, sweep: &Sweep) {
    if standings.ledger.damage.is_empty() {
        return;
    }
    let commits: HashSet<_> = sweep.trials.iter().map(|trial| trial.commit).collect();
    let mut damaged = standings.ledger.damage.iter().filter(|damage| commits.contains(&damage.commit));
    for damage in damaged.by_ref().take(TOLD) {
        context.ui.warning(&format!("commit {}: {}; skipped", damage.commit.short(), damage.what));
    }
    let more = damaged.count();
    if more > 0 {
        context.ui.warning(&format!("and {} that cannot be read", ui::count(more as u64, "more outcome")));
    }
}
