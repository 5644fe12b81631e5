//! Waiting for what schedulers have: outcomes are told as they come in.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::submit::{SubmitOptions, submit};
use crate::executor::ranges;
use crate::git::{CommitId, Repository};
use crate::ledger::{self, Ledger};
use crate::sweep::Sweep;
use crate::sweep::followed::follow::{Followed, follow};
use crate::sweep::found::standing::{Standing, Standings};
use crate::sweep::here::event::{ENOUGH_FAILED, QueueEvent};
use crate::sweep::here::observer::Observer;
use crate::sweep::here::summary::QueueSummary;
use crate::sweep::laid::learn::grown;
use crate::trial::Trial;

/// The scheduler is asked often at first, and less often as the wait grows.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// What was known before the wait.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// How many outcomes each point had, to tell later ones from.
    outcomes: HashMap<CommitId, usize>,
    /// What was warned of already.
    pub warnings: Vec<String>,
}

/// What is known of the points of `sweep` now.
///
/// # Errors
/// If the notes cannot be read.
pub fn baseline(repository: &Repository, sweep: &Sweep) -> Result<Baseline> {
    let ledger = Ledger::read(repository)?;
    let outcomes = sweep.trials.iter().map(|trial| (trial.commit, ledger.of(trial.commit).len())).collect();
    Ok(Baseline { outcomes, warnings: Vec::new() })
}

/// What waits for a person and not for its turn, a line for each job and reason.
fn stuck(standings: &Standings, sweep: &Sweep) -> Vec<String> {
    let mut points = BTreeMap::<(&String, &String, String), Vec<u64>>::new();
    for trial in sweep.trials.iter() {
        let Some(flight) = standings.flight(trial.commit) else { continue };
        if let (Some(job), Some(state)) = (flight.submission.known_job(), &flight.state)
            && let Some(way_out) = state.way_out
        {
            let way_out = way_out.in_words(&sweep.branch);
            points.entry((job, &state.words, way_out)).or_default().push(trial.label.index);
        }
    }
    let line = |((job, words, way_out), mut points): ((&String, &String, String), Vec<u64>)| {
        points.sort_unstable();
        format!("points {}: job {job} does not begin, {words}: {way_out}", ranges(&points))
    };
    points.into_iter().map(line).collect()
}

/// Waits until nothing of `sweep` is with a scheduler or runs, folding outcomes in as they come; those beyond the baseline
/// are told. Whoever has enough ends the wait; what is in flight goes on.
///
/// # Errors
/// If outcomes cannot be read or folded in.
pub fn wait(
    repository: &Repository,
    sweep: &Sweep,
    options: &SubmitOptions,
    known: Baseline,
    summary: &mut QueueSummary,
    observer: &mut dyn Observer,
) -> Result<()> {
    let mut pause = FIRST_PAUSE;
    let before = known.outcomes.clone();
    let mut seen = Seen { known: known.outcomes, problems: known.warnings };
    let mut options = SubmitOptions { is_going_on: true, ..options.clone() };
    let state = repository.state_dir();
    let mut is_told = false;
    loop {
        let Followed { standings, problems, .. } = look(repository)?;
        let grown = grown(repository, sweep)?;
        let sweep = grown.as_ref().unwrap_or(sweep);
        let trials = &sweep.trials;
        seen.tell_problems(problems.into_iter().chain(stuck(&standings, sweep)).collect(), observer);
        seen.tell_outcomes(trials, &standings, summary, observer);
        if !is_told && options.has_failed_enough(&state) {
            is_told = true;
            observer.tell(&QueueEvent::Stopping(ENOUGH_FAILED));
        }
        let count = |wanted: Standing| trials.iter().filter(|trial| standings.of(trial.commit) == wanted).count();
        let (queued, running) = (count(Standing::Queued), count(Standing::Running));
        observer.tell(&QueueEvent::InFlight(queued, running));
        // Workers and coordinators have something to do as long as they run.
        if queued + running == 0 && standings.searchers(&sweep.name).next().is_none() {
            let (more, is_over) = match &grown {
                // A search that grows may have stood still: its jobs could not submit others, or nobody has. What they have
                // submitted since the standings were read is in flight.
                Some(grown) if options.limits.limit != Some(0) => {
                    let QueueSummary { handed, points, .. } = submit(repository, grown, &options, observer)?;
                    (handed.submitted, handed.submitted + handed.searchers + points.elsewhere == 0)
                }
                _ => (0, true),
            };
            if is_over {
                if options.has_failed_enough(&state) {
                    let is_left = |trial: &&Trial| {
                        options.limits.mean(&standings, trial) && standings.of(trial.commit) == Standing::Pending
                    };
                    summary.points.left = trials.iter().filter(is_left).count() as u64;
                    summary.ending.stopped = true;
                }
                // One that was lost and has run again since lacks nothing.
                let lacks_result = |trial: &Trial| {
                    let known = before.get(&trial.commit).copied().unwrap_or(0) as u64;
                    standings.of(trial.commit) == Standing::Pending
                        && standings.ledger.summary(trial.commit).attempts > known
                };
                summary.ending.lacks_results = trials.iter().any(lacks_result);
                ledger::fold(repository)?;
                return Ok(());
            }
            options = options.less(more);
            pause = FIRST_PAUSE;
        }
        let until = Instant::now() + pause;
        while Instant::now() < until {
            if observer.has_enough() {
                summary.ending.interrupted = true;
                summary.points.elsewhere = (queued + running) as u64;
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
            observer.tell(&QueueEvent::Tick);
        }
        pause = pause.mul_f64(1.3).min(LONGEST_PAUSE);
    }
}

/// Folds in what there is, and asks the schedulers about what they have.
fn look(repository: &Repository) -> Result<Followed> {
    ledger::fold(repository)?;
    let mut followed = follow(repository)?;
    if ledger::fold(repository)? > 0 {
        let asked = std::mem::replace(&mut followed.standings, Standings::read(repository)?);
        followed.standings.keep_answers(asked);
    }
    Ok(followed)
}

/// What somebody who waits has been told already.
struct Seen {
    known: HashMap<CommitId, usize>,
    problems: Vec<String>,
}

impl Seen {
    /// Tells the problems that were not there the last time.
    fn tell_problems(&mut self, problems: Vec<String>, observer: &mut dyn Observer) {
        let news = problems.iter().filter(|problem| !self.problems.contains(problem));
        news.for_each(|problem| observer.warn(problem));
        self.problems = problems;
    }

    /// Tells the outcomes that are new.
    fn tell_outcomes(
        &mut self,
        trials: &[Trial],
        standings: &Standings,
        summary: &mut QueueSummary,
        observer: &mut dyn Observer,
    ) {
        for trial in trials {
            let seen = self.known.entry(trial.commit).or_default();
            let records = standings.ledger.of(trial.commit);
            for record in records.iter().skip(*seen) {
                summary.runs.count(record);
                observer.tell(&QueueEvent::Ended(trial, record));
            }
            *seen = records.len();
        }
    }
}
