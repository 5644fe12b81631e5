//! One search of one function.

use anyhow::Result;
use gitsweep::point::Point;
use gitsweep::search::learn::{Dice, History, Learner, Observation, State, initial};

use crate::functions::Function;

/// What came of a search.
pub(crate) struct Trial {
    /// The regret after each evaluation.
    pub(crate) regret: Vec<f64>,
    /// CPU seconds of each proposal.
    pub(crate) cpu: Vec<f64>,
}

/// Evaluates one point after the other, `in_flight` of them awaited at any time.
pub(crate) fn run(function: &Function, learner: &dyn Learner, seed: u64, in_flight: usize) -> Result<Trial> {
    let space = function.space()?;
    let mut noise = Dice::new(seed, "noise of the benchmark");
    let mut laid: Vec<Point> = Vec::new();
    let mut results: Vec<f64> = Vec::new();
    let mut trial = Trial { regret: Vec::new(), cpu: Vec::new() };
    let mut best = (f64::INFINITY, f64::NAN);
    while results.len() < function.evaluations {
        while laid.len() < results.len() + in_flight {
            let history = History::new(laid.iter().enumerate().map(|(index, point)| Observation {
                index: index as u64,
                point: point.clone(),
                state: results.get(index).map_or(State::InFlight, |result| State::Done(vec![*result])),
                by: None,
            }));
            let before = cpu();
            let proposals = learner.propose(&space, &history, seed, 1)?;
            trial.cpu.push(cpu() - before);
            laid.extend(proposals.into_iter().map(|proposal| proposal.point));
        }
        let exact = function.value(&laid[results.len()]);
        let result = exact + function.noise * noise.normal();
        if result < best.0 {
            best = (result, exact);
        }
        results.push(result);
        trial.regret.push((best.1 - function.minimum).max(0.0));
    }
    Ok(trial)
}

/// CPU seconds of the first proposal that a learner is asked for, after `count` results, and of the next.
pub(crate) fn cost(function: &Function, learner: &dyn Learner, seed: u64, count: usize) -> Result<(f64, f64)> {
    let space = function.space()?;
    let points = initial(&space, &History::default(), seed, count + 1)?;
    let results = points.into_iter().zip(0..).map(|(proposal, index)| Observation {
        index,
        state: State::Done(vec![function.value(&proposal.point)]),
        point: proposal.point,
        by: None,
    });
    let results: Vec<Observation> = results.collect();
    let time = |known: &[Observation]| {
        let history = History::new(known.iter().cloned());
        let before = cpu();
        // Two, so that both ways of proposing are met.
        learner.propose(&space, &history, seed, 2)?;
        anyhow::Ok((cpu() - before) / 2.0)
    };
    Ok((time(&results[..count])?, time(&results)?))
}

/// CPU seconds of this thread.
fn cpu() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: it writes to the struct it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}
