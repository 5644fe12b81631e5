//! Batches: the points that are to be run, in as few orders as the scheduler takes them in.

use std::collections::{HashMap, VecDeque};

use anyhow::Result;

use super::options::SubmitOptions;
use crate::executor::{Capacity, SLURM, ranges};
use crate::git::CommitId;
use crate::hint;
use crate::submission::Task;
use crate::sweep::Sweep;
use crate::sweep::found::standing::{Standing, Standings};
use crate::trial::Trial;

/// A list of tasks longer than this is replaced by one without gaps.
const LONGEST_LIST: usize = 4000;
/// Tasks that one order has, and what the job asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) options: Vec<String>,
    pub(super) tasks: Vec<Task>,
}

/// The points in orders: what asks for the same goes together, as much as the scheduler takes at once. Slurm begins the tasks of
/// an array by their numbers, so that points which failed and are tried again have arrays of their own, behind the others.
pub(super) fn plan(
    sweep: &Sweep,
    standings: &Standings,
    waiting: &VecDeque<&Trial>,
    options: &SubmitOptions,
    capacity: &Capacity,
) -> Result<VecDeque<Batch>> {
    let is_slurm = options.executor == SLURM;
    let mut attempts = HashMap::<CommitId, u64>::new();
    let mut groups: Vec<Batch> = Vec::new();
    let mut places = HashMap::<(bool, Vec<String>), usize>::new();
    let is_plain = options.limits.rerun.is_none() && options.limits.repeat.is_none() && options.workers.is_none();
    let is_again = |trial: &Trial| is_slurm && is_plain && standings.of(trial.commit) == Standing::Failed;
    for trial in waiting {
        let attempt = *attempts
            .entry(trial.commit)
            .and_modify(|attempt| *attempt += 1)
            .or_insert_with(|| standings.next_attempt(trial.commit));
        let task = Task { number: 0, index: trial.label.index, attempt, commit: trial.commit };
        let asked = if is_slurm { sweep.plan.queue.slurm.options(&trial.label.point)? } else { Vec::new() };
        let place = *places.entry((is_again(trial), asked)).or_insert_with_key(|(_, asked)| {
            groups.push(Batch { options: asked.clone(), tasks: Vec::new() });
            groups.len() - 1
        });
        groups[place].tasks.push(task);
    }
    if options.workers.is_some() {
        if groups.len() > 1 {
            return Err(hint::error(
                "workers share the points, and these points ask for different resources",
                "take the expressions out of [queue.slurm], or leave --workers out",
            ));
        }
        for (number, task) in (1..).zip(groups.iter_mut().flat_map(|group| &mut group.tasks)) {
            task.number = number;
        }
        return Ok(groups.into());
    }
    let mut batches = VecDeque::new();
    for group in groups {
        for tasks in group.tasks.chunks(capacity.tasks.max(1)) {
            batches.push_back(Batch { options: group.options.clone(), tasks: number(tasks.to_vec(), capacity) });
        }
    }
    Ok(batches)
}

/// Numbers the tasks: by their points where those are small enough, so that the scheduler's lists speak of points.
pub(super) fn number(mut tasks: Vec<Task>, capacity: &Capacity) -> Vec<Task> {
    tasks.sort_by_key(|task| (task.index, task.attempt));
    let has_doubles = tasks.windows(2).any(|pair| pair[0].index == pair[1].index);
    let indices: Vec<u64> = tasks.iter().map(|task| task.index).collect();
    let fits = capacity.has_gaps && indices.last().is_some_and(|last| *last <= capacity.largest);
    let by_point = fits && !has_doubles && ranges(&indices).len() <= LONGEST_LIST;
    for (number, task) in (1..).zip(&mut tasks) {
        task.number = if by_point { task.index } else { number };
    }
    tasks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks(indices: &[u64]) -> Vec<Task> {
        let commit = "1234567890123456789012345678901234567890".parse().unwrap();
        indices.iter().map(|index| Task { number: 0, index: *index, attempt: 1, commit }).collect()
    }

    #[test]
    fn tasks_are_numbered_by_their_points_where_that_goes() {
        let capacity = Capacity { tasks: 10, largest: 10, is_array: true, has_gaps: true, cluster: None };
        let numbers = |indices: &[u64]| number(tasks(indices), &capacity).iter().map(|t| t.number).collect::<Vec<_>>();
        assert_eq!(numbers(&[3, 7, 10]), [3, 7, 10]);
        assert_eq!(numbers(&[3, 7, 11]), [1, 2, 3]);
        assert_eq!(numbers(&[3, 3]), [1, 2]);
        let counted = Capacity { has_gaps: false, ..capacity };
        assert_eq!(number(tasks(&[3, 7]), &counted).iter().map(|t| t.number).collect::<Vec<_>>(), [1, 2]);
    }
}
