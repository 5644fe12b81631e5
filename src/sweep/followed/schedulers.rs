//! The schedulers by the names that definitions, flags and submissions have for them, and what they say when they are asked.

use std::path::PathBuf;

use anyhow::Result;

use crate::executor::{Answer, SLURM, Scheduler, Script, Slurm, TaskState, unpack_script};
use crate::git::Repository;
use crate::submission::{Submission, Submissions};
use crate::sweep::found::origin::top_of;
use crate::sweep::found::standing::Standings;

/// The scheduler of that name: `slurm`, or the path of a submit script.
///
/// # Errors
/// If it is a script that is not there or cannot be executed.
pub(in crate::sweep) fn scheduler_of(repository: &Repository, name: &str) -> Result<Box<dyn Scheduler>> {
    if name == SLURM {
        return Ok(Box::new(Slurm));
    }
    Ok(Box::new(script_of(repository, name)?))
}

fn script_of(repository: &Repository, name: &str) -> Result<Script> {
    let top = top_of(repository);
    // Without the dot of `./queue.sh`.
    let path: PathBuf = top.join(name).components().collect();
    // The user's own script of that name comes first.
    let brought = if path.exists() { None } else { unpack_script(&path, &repository.state_dir())? };
    Script::open(&brought.unwrap_or(path), &top)
}

/// What a submit script says at once of the job in which this process does a task.
pub(in crate::sweep) fn own_state(repository: &Repository, submission: &Submission, number: u64) -> Option<TaskState> {
    let script = script_of(repository, &submission.header.executor).ok()?.hurried();
    // The id may have been written down since the job began.
    let submission = Submissions::new(&repository.state_dir()).find(&submission.name).ok()??;
    submission.known_job()?;
    script.ask(&[&submission]).ok()??.of(&submission.name, number).cloned()
}

/// What a scheduler has said.
pub(in crate::sweep) enum Said {
    /// Where its jobs are.
    Known(Answer),
    /// That it cannot tell, by its nature.
    CannotTell,
    /// Nothing, this time.
    Nothing,
}

/// What each has said, by the name of its executor.
pub(in crate::sweep) type Answers = Vec<(String, Said)>;

/// One question to each scheduler that has anything.
pub(in crate::sweep) fn ask(repository: &Repository, standings: &Standings, problems: &mut Vec<String>) -> Answers {
    let mut by_executor = Vec::<(&str, Vec<&Submission>)>::new();
    for submission in &standings.submissions {
        let executor = submission.header.executor.as_str();
        match by_executor.iter_mut().find(|(known, _)| *known == executor) {
            Some((_, known)) => known.push(submission),
            None => by_executor.push((executor, vec![submission])),
        }
    }
    let ask = |(executor, submissions): &(&str, Vec<&Submission>)| {
        let confirmed: Vec<&Submission> =
            submissions.iter().filter(|submission| submission.known_job().is_some()).copied().collect();
        let scheduler = scheduler_of(repository, executor)?;
        Ok::<Said, anyhow::Error>(scheduler.ask(&confirmed)?.map_or(Said::CannotTell, Said::Known))
    };
    by_executor
        .iter()
        .map(|asked| {
            let answer = ask(asked).unwrap_or_else(|error| {
                problems.push(format!("what {} has is not known now: {error:#}", asked.0));
                Said::Nothing
            });
            if let Said::Known(answer) = &answer {
                problems.extend(answer.omissions().map(|why| format!("what {} has is not known here: {why}", asked.0)));
            }
            (asked.0.to_owned(), answer)
        })
        .collect()
}
