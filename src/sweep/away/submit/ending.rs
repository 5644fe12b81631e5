//! What is just ending: points that were cancelled a moment ago are their scheduler's still, which may take half a minute to
//! end a program. Who queues them at once waits for that, so that one command submits them all.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::options::SubmitOptions;
use super::submitter::{FIRST_PAUSE, rest};
use crate::command::quote;
use crate::executor::ranges;
use crate::git::CommitId;
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;
use crate::sweep::here::event::QueueEvent;
use crate::sweep::here::observer::Observer;
use crate::sweep::here::queue::prepare;
use crate::sweep::here::run_context::RunContext;

/// While it waits, a scheduler is not asked more seldom than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Where everything is once what was just ending has ended, for as long as the definition's patience; what has not by then
/// is told of. What comes to be ending meanwhile is not waited for.
pub(super) fn outwait(
    context: &RunContext<'_>,
    options: &SubmitOptions,
    observer: &mut dyn Observer,
) -> Result<Standings> {
    let mut standings = prepare(context, observer)?;
    let mut ending = Ending::among(context.sweep, &standings, options);
    let (since, mut pause) = (Instant::now(), FIRST_PAUSE);
    if !ending.is_empty() {
        observer.tell(&QueueEvent::Ending(ending.points.len()));
    }
    while !ending.is_empty() && !observer.has_enough() {
        if since.elapsed() > context.sweep.plan.queue.patience {
            observer.warn(&ending.in_words(context.sweep, options));
            break;
        }
        rest(pause, observer);
        pause = pause.mul_f64(1.3).min(LONGEST_PAUSE);
        standings = prepare(context, observer)?;
        ending.retain(&Ending::among(context.sweep, &standings, options));
    }
    Ok(standings)
}

/// What is just ending of a sweep.
struct Ending {
    points: Vec<(u64, CommitId)>,
    /// The jobs that look for points, by submission and number.
    searchers: HashSet<(String, u64)>,
}

impl Ending {
    fn among(sweep: &Sweep, standings: &Standings, options: &SubmitOptions) -> Self {
        let is_meant = |submission: &str| {
            let known = standings.submission(submission);
            known.is_some_and(|known| known.is_searching() && known.header.sweep == sweep.name)
        };
        let mut found = Self { points: Vec::new(), searchers: HashSet::new() };
        if !standings.ending.is_empty() {
            let meant = sweep.trials.iter().filter(|trial| options.limits.mean(standings, trial));
            let ending = meant.filter(|trial| standings.is_ending(trial.commit));
            found.points.extend(ending.map(|trial| (trial.label.index, trial.commit)));
            found.searchers.extend(standings.ending.iter().filter(|(name, _)| is_meant(name)).cloned());
        }
        found
    }

    fn is_empty(&self) -> bool {
        self.points.is_empty() && self.searchers.is_empty()
    }

    /// Keeps what is ending still.
    fn retain(&mut self, now: &Self) {
        self.points.retain(|point| now.points.contains(point));
        self.searchers.retain(|searcher| now.searchers.contains(searcher));
    }

    fn in_words(&self, sweep: &Sweep, options: &SubmitOptions) -> String {
        let mut points: Vec<u64> = self.points.iter().map(|(index, _)| *index).collect();
        points.sort_unstable();
        let what = match &points[..] {
            [] => "jobs of the search are".to_owned(),
            [one] => format!("point {one} is"),
            many => format!("points {} are", ranges(many)),
        };
        format!(
            "{what} ending still, and not taken; once their jobs have gone: gitsweep queue {} -e {}",
            quote(&sweep.branch),
            quote(&options.executor)
        )
    }
}
