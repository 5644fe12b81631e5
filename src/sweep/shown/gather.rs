//! All that a report tells of sweeps: facts, the table, attempts, and what lies in run folders.

use std::collections::HashSet;

use anyhow::{Context as _, Result};
use time::OffsetDateTime;
use time::macros::format_description;

use super::bases::differences;
use super::layout::RowsOf;
use super::results::tabulate;
use super::run_folders::RunFolders;
use crate::executor::now;
use crate::git::{CommitId, Repository};
use crate::report::html::{Content, ParameterFacts, SweepFacts};
use crate::spec::{Parameter, Place, Plan, Source, StrategyPlan};
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;

/// A report's content, and where the rest of it lies.
///
/// # Errors
/// If a commit cannot be read, or two columns cannot be told apart.
pub fn gather<'a>(
    repository: &Repository,
    sweeps: &'a [Sweep],
    standings: &'a Standings,
) -> Result<(Content, RunFolders<'a>)> {
    let all: Vec<&Sweep> = sweeps.iter().collect();
    let table = tabulate(&all, standings, RowsOf::Points)?;
    let differences = if all.len() > 1 { differences(repository, &all)? } else { Vec::new() };
    let facts = sweeps.iter().map(|sweep| facts(repository, sweep)).collect::<Result<Vec<_>>>()?;
    let trials = || sweeps.iter().flat_map(|sweep| sweep.trials.iter());
    let mut attempts = Vec::new();
    for (row, trial) in trials().enumerate() {
        let known = standings.ledger.find(trial.commit);
        if known.summary().attempts > 1 {
            attempts.push((row, known.glance().into_owned()));
        }
    }
    let damage = &standings.ledger.damage;
    let own: HashSet<CommitId> =
        if damage.is_empty() { HashSet::new() } else { trials().map(|trial| trial.commit).collect() };
    let damaged = damage.iter().filter(|damage| own.contains(&damage.commit));
    let unreadable =
        damaged.map(|damage| format!("commit {}: {}; skipped", damage.commit.short(), damage.what)).collect();
    let content = Content { sweeps: facts, table, attempts, differences, unreadable, now: now() };
    Ok((content, RunFolders::of(repository, sweeps, standings)?))
}

fn facts(repository: &Repository, sweep: &Sweep) -> Result<SweepFacts> {
    let plan = &sweep.plan;
    let first = sweep.trials.first().context("a sweep without points")?;
    let made = repository.read_commit(first.commit)?.seconds;
    let made = OffsetDateTime::from_unix_timestamp(made)
        .ok()
        .and_then(|date| date.format(format_description!("[year]-[month]-[day] [hour]:[minute] UTC")).ok())
        .unwrap_or_default();
    // A shallow clone may lack the base.
    let subject = repository.read_commit(sweep.base).ok();
    let subject = subject.and_then(|base| base.message.lines().next().map(str::to_owned)).unwrap_or_default();
    Ok(SweepFacts {
        branch: sweep.branch.clone(),
        base: sweep.base.to_string(),
        base_subject: subject,
        made,
        strategy: strategy(sweep),
        objective: plan.search.goal().map(|(metric, direction)| (metric.to_owned(), direction)),
        command: plan.run.command.clone(),
        parameters: plan.parameters.iter().map(|own| parameter(plan, own)).collect(),
    })
}

/// The strategy and what it depends on: `random, 20 trials, seed 1, where g_e > 0`.
fn strategy(sweep: &Sweep) -> String {
    let search = &sweep.plan.search;
    let mut told = vec![match &search.strategy {
        StrategyPlan::One(kind) => kind.as_str().to_owned(),
        StrategyPlan::Mixture(shares) => {
            shares.iter().map(|(kind, share)| format!("{share} {kind}")).collect::<Vec<_>>().join(" and ")
        }
    }];
    told.extend(search.trials.map(|trials| format!("{trials} trials")));
    told.extend(search.seed.map(|seed| format!("seed {seed}")));
    told.extend(search.repeats.map(|repeats| format!("{repeats} repeats")));
    told.extend(search.constraints.iter().map(|constraint| format!("where {constraint}")));
    told.join(", ")
}

fn parameter(plan: &Plan, parameter: &Parameter) -> ParameterFacts {
    let domain = match &parameter.source {
        Source::Domain(domain) => domain.text(),
        Source::Derived(expression) => format!("follows: {expression}"),
        Source::Repeat => "counts the repeats".to_owned(),
        Source::Missing => String::new(),
    };
    let condition = parameter.when.as_ref().map_or_else(String::new, |when| format!(", when {when}"));
    let place = |place: &Place| match place {
        Place::Line(name) => name.clone(),
        Place::Pattern(pattern) => format!("/{pattern}/"),
        Place::Key(key) => key.clone(),
    };
    let places = parameter.sites.iter().map(|site| format!("{}: {}", site.file, place(&site.place))).collect();
    let own = Some(plan.variable(&parameter.name)).filter(|_| parameter.is_outside());
    ParameterFacts {
        name: parameter.name.as_str().to_owned(),
        domain: format!("{domain}{condition}"),
        places,
        repeats: matches!(parameter.source, Source::Repeat),
        variables: own.into_iter().chain(parameter.env.clone()).collect(),
    }
}
