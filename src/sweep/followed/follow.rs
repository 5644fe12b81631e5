//! Following what schedulers have: one question to each, and a judgement on what is gone without a word.
//!
//! A job that leaves a result file speaks for itself. Of one that does not, its scheduler is asked: what waits or runs is
//! left alone, what has ended is recorded as the scheduler has it, and what nobody knows any more is lost. Where the
//! scheduler cannot be asked, nothing is concluded.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::hooks::take_problems;
use super::schedulers::{Said, ask};
use super::settle::settle;
use crate::command::quote;
use crate::executor::{Phase, TaskState};
use crate::git::Repository;
use crate::submission::Submission;
use crate::sweep::found::find::list;
use crate::sweep::found::standing::{Searcher, Standings};

/// What following has found.
#[derive(Debug)]
pub struct Followed {
    /// Where every point is, with what schedulers say of those that they have.
    pub standings: Standings,
    /// What could not be asked or read; the points concerned stay as they were.
    pub problems: Vec<String>,
    /// How long outcomes are still waited for of jobs that nobody has a word of, if there are any: whoever looks then knows.
    pub awaited: Option<Duration>,
}

/// Reads where every point is, asks the schedulers about those that are in flight, and settles what has ended. Nothing is
/// folded into notes.
///
/// # Errors
/// If the notes cannot be read.
pub fn follow(repository: &Repository) -> Result<Followed> {
    let mut standings = Standings::read(repository)?;
    let mut problems = std::mem::take(&mut standings.damage);
    let (mut answers, mut awaited) = (Vec::new(), None);
    // Judging may settle what the next look then finds done; before that, outcomes may be taken over.
    for _ in 0..3 {
        answers = ask(repository, &standings, &mut problems);
        let settled = settle(repository, &standings, &answers, &mut problems)?;
        awaited = settled.awaited;
        if !settled.has_changed {
            break;
        }
        standings = Standings::read(repository)?;
        problems.append(&mut standings.damage);
    }
    for flight in standings.flights.values_mut() {
        let answer = answers.iter().find(|(executor, _)| *executor == flight.submission.header.executor);
        if let Some((_, Said::Known(answer))) = answer
            && !flight.submission.is_shared()
        {
            flight.state = answer.of(&flight.submission.name, flight.task.number).cloned();
        }
    }
    for submission in standings.submissions.iter().filter(|submission| submission.is_searching()) {
        let answer = answers.iter().find(|(executor, _)| *executor == submission.header.executor);
        let Some((_, Said::Known(answer))) = answer else { continue };
        for number in 1..=submission.searchers() {
            let state = answer.of(&submission.name, number).filter(|state| !matches!(state.phase, Phase::Ended(_)));
            let job = submission.job_of(number);
            if let (Some(state), Some(job)) = (state.cloned(), job) {
                standings.searchers.push(Searcher { submission: Arc::clone(submission), job, state });
            }
        }
    }
    for submission in standings.submissions.iter().filter(|submission| submission.is_shared()) {
        let answer = answers.iter().find(|(executor, _)| *executor == submission.header.executor);
        let Some((_, Said::Known(answer))) = answer.filter(|_| submission.known_job().is_some()) else { continue };
        if !answer.leaves_out(&submission.name) {
            let states = submission.numbers().into_iter().filter_map(|number| answer.of(&submission.name, number));
            let there = states.filter(|state| !matches!(state.phase, Phase::Ended(_))).count() as u64;
            standings.workers.insert(submission.name.clone(), there);
        }
    }
    for submission in &standings.submissions {
        let answer = answers.iter().find(|(executor, _)| *executor == submission.header.executor);
        let Some((_, Said::Known(answer))) = answer else { continue };
        let is_ending = |number: &u64| answer.of(&submission.name, *number).is_some_and(TaskState::is_ending);
        let ending = submission.numbers().into_iter().filter(is_ending);
        standings.ending.extend(ending.map(|number| (submission.name.clone(), number)));
    }
    problems.extend(orphans(repository, &standings));
    problems.extend(take_problems(repository));
    problems.sort();
    problems.dedup();
    Ok(Followed { standings, problems, awaited })
}

/// What is to be said of submissions whose branches have gone, since no sweep tells of their jobs any more.
fn orphans(repository: &Repository, standings: &Standings) -> Vec<String> {
    let is_away = |submission: &&Arc<Submission>| repository.branch_tip(submission.header.branch()).is_none();
    let mut away = standings.submissions.iter().filter(is_away).peekable();
    if away.peek().is_none() {
        return Vec::new();
    }
    // They may be called otherwise by now.
    let Ok(known) = list(repository) else { return Vec::new() };
    let orphans = away.filter(|submission| !known.iter().any(|sweep| sweep.is_of(&submission.header.sweep)));
    orphans.filter_map(|submission| in_words(submission)).collect()
}

fn in_words(submission: &Submission) -> Option<String> {
    let newest = submission.tasks.iter().max_by_key(|task| task.index)?.commit.short();
    let job = submission.known_job().map_or_else(String::new, |job| format!(" {job}"));
    let branch = quote(submission.header.branch());
    Some(format!(
        "the job{job} is for {branch}, whose branch is gone; git branch {branch} {newest} brings it back, gitsweep cancel {branch} then ends what is in flight"
    ))
}
