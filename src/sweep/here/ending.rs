//! What is just ending: points that were cancelled a moment ago are their scheduler's still, which may take half a minute to
//! end a program. Who queues them at once waits for that, so that one command takes them all.
//!
//! A job whose node is broken may be ending for hours. It is waited for once; whoever queues after that is only told of it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::event::QueueEvent;
use super::observer::{Observer, rest};
use super::preparation::prepare;
use super::run_context::RunContext;
use super::select::Limits;
use crate::command::quote;
use crate::executor::{LOCAL, ranges};
use crate::git::CommitId;
use crate::submission::Submissions;
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;

/// While it waits, a scheduler is asked first after this, and then more and more seldom.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Where everything is, by now so, once what is just ending has ended, for as long as the definition's patience; what has not by then
/// is told of, and not waited for again. What comes to be ending meanwhile is not waited for.
pub(in crate::sweep) fn outwait(
    context: &RunContext<'_>,
    mut standings: Standings,
    limits: &Limits,
    executor: &str,
    observer: &mut dyn Observer,
) -> Result<Standings> {
    let mut ending = Ending::among(context.sweep, &standings, limits, executor);
    if ending.is_empty() {
        return Ok(standings);
    }
    let submissions = Submissions::new(&context.state);
    let stuck = ending.take_stuck(&submissions);
    if !stuck.is_empty() {
        observer.warn(&stuck.in_words(context.sweep, executor, Wait::Earlier));
    }
    let (since, mut pause) = (Instant::now(), FIRST_PAUSE);
    if !ending.is_empty() {
        observer.tell(&QueueEvent::Ending(ending.points.len()));
    }
    while !ending.is_empty() && !observer.has_enough() {
        if since.elapsed() > context.sweep.plan.queue.patience {
            observer.warn(&ending.in_words(context.sweep, executor, Wait::Now));
            ending.note_as_stuck(&submissions);
            break;
        }
        rest(pause, observer);
        pause = pause.mul_f64(1.3).min(LONGEST_PAUSE);
        standings = prepare(context, observer)?;
        ending.retain(&Ending::among(context.sweep, &standings, limits, executor));
    }
    Ok(standings)
}

/// Which wait was for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    Now,
    /// That of an earlier command.
    Earlier,
}

/// A point whose job is just ending.
#[derive(Clone, Debug)]
struct Held {
    commit: CommitId,
    /// The submission and the number of its task that has the point.
    task: (String, u64),
    /// The node that the job runs on, where that is known.
    node: Option<String>,
}

/// What is just ending of a sweep.
#[derive(Default)]
struct Ending {
    /// By the points' indices.
    points: BTreeMap<u64, Held>,
    /// The jobs that look for points, by submission and number.
    searchers: HashSet<(String, u64)>,
}

impl Ending {
    /// What is to be waited for: who runs points here waits for these alone, and not for jobs that look for some.
    fn among(sweep: &Sweep, standings: &Standings, limits: &Limits, executor: &str) -> Self {
        let mut found = Self::default();
        if standings.ending.is_empty() {
            return found;
        }
        for trial in sweep.trials.iter().filter(|trial| limits.mean(standings, trial)) {
            if let Some(task) = standings.ending_task(trial.commit) {
                let node = standings.flight(trial.commit).and_then(|flight| flight.state.as_ref()?.node.clone());
                let held = Held { commit: trial.commit, task: task.clone(), node };
                found.points.insert(trial.label.index, held);
            }
        }
        if executor != LOCAL {
            let is_meant = |submission: &str| {
                let known = standings.submission(submission);
                known.is_some_and(|known| known.is_searching() && known.header.sweep == sweep.name)
            };
            found.searchers.extend(standings.ending.iter().filter(|(name, _)| is_meant(name)).cloned());
        }
        found
    }

    fn is_empty(&self) -> bool {
        self.points.is_empty() && self.searchers.is_empty()
    }

    /// Keeps what is ending still.
    fn retain(&mut self, now: &Self) {
        self.points.retain(|index, held| now.points.get(index).is_some_and(|now| now.commit == held.commit));
        self.searchers.retain(|searcher| now.searchers.contains(searcher));
    }

    /// Takes out what an earlier command has waited for already.
    fn take_stuck(&mut self, submissions: &Submissions) -> Self {
        let mut known = HashMap::<String, HashSet<u64>>::new();
        let mut is_stuck = |(name, number): &(String, u64)| {
            known.entry(name.clone()).or_insert_with(|| submissions.stuck(name)).contains(number)
        };
        let points = self.points.extract_if(.., |_, held| is_stuck(&held.task)).collect();
        let searchers = self.searchers.extract_if(|searcher| is_stuck(searcher)).collect();
        Self { points, searchers }
    }

    /// Notes that it has been waited for.
    fn note_as_stuck(&self, submissions: &Submissions) {
        let tasks: BTreeSet<_> = self.points.values().map(|held| &held.task).chain(&self.searchers).collect();
        tasks.into_iter().for_each(|(name, number)| submissions.note_stuck(name, *number));
    }

    fn in_words(&self, sweep: &Sweep, executor: &str, wait: Wait) -> String {
        let points: Vec<u64> = self.points.keys().copied().collect();
        let what = match &points[..] {
            [] => "jobs of the search are".to_owned(),
            [one] => format!("point {one} is"),
            many => format!("points {} are", ranges(many)),
        };
        let nodes: BTreeSet<&str> = self.points.values().filter_map(|held| held.node.as_deref()).collect();
        let nodes = match nodes.is_empty() {
            true => String::new(),
            false => format!(" on {}", nodes.into_iter().collect::<Vec<_>>().join(", ")),
        };
        let known = match wait {
            Wait::Now => "",
            Wait::Earlier => " (an earlier command has waited for that)",
        };
        format!(
            "{what} ending still{nodes}{known}, and not taken; once their jobs have gone: gitsweep queue {} -e {}",
            quote(&sweep.branch),
            quote(executor)
        )
    }
}
