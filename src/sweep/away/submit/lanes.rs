//! Lanes: how a limit on jobs that run at a time is held over several arrays.

use super::options::SubmitOptions;
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;

/// As many lanes as jobs may run at a time. A job takes as many as it has tasks (all, if it has more) and waits for the jobs
/// that are in them, so that the limit holds for all jobs together.
#[derive(Clone, Debug, Default)]
pub(super) struct Lanes {
    last: Vec<Option<String>>,
    next: usize,
}

impl Lanes {
    pub(super) fn new(max_active: Option<usize>) -> Self {
        Self { last: vec![None; max_active.unwrap_or(0)], next: 0 }
    }

    /// The lanes as the jobs of the sweep that are in flight leave them, the oldest first.
    pub(super) fn filled(
        options: &SubmitOptions,
        sweep: &Sweep,
        standings: &Standings,
        cluster: Option<&String>,
    ) -> Self {
        let mut lanes = Self::new(options.max_active);
        for submission in &standings.submissions {
            let header = &submission.header;
            // No cluster can wait for the jobs of another one.
            let is_here = header.cluster.as_ref().is_none_or(|known| Some(known) == cluster);
            let is_ours = is_here && header.sweep == sweep.name && header.executor == options.executor;
            let open = submission.tasks.iter().filter(|task| standings.is_open(submission, task)).count();
            let width = header.workers.map_or(open, |workers| usize::try_from(workers).unwrap_or(usize::MAX));
            if let Some(job) = submission.known_job().filter(|_| is_ours && open > 0) {
                lanes.take(width, job);
            }
        }
        lanes
    }

    fn of(&self, width: usize) -> impl Iterator<Item = usize> {
        let (count, next) = (self.last.len(), self.next);
        (0..width.min(count)).map(move |at| (next + at) % count)
    }

    /// The jobs that one of so many tasks has to wait for.
    pub(super) fn ahead_of(&self, width: usize) -> Vec<String> {
        let mut jobs: Vec<String> = self.of(width).filter_map(|lane| self.last[lane].clone()).collect();
        jobs.sort();
        jobs.dedup();
        jobs
    }

    pub(super) fn take(&mut self, width: usize, job: &str) {
        let lanes: Vec<usize> = self.of(width).collect();
        self.next = lanes.last().map_or(0, |lane| (lane + 1) % self.last.len());
        for lane in lanes {
            self.last[lane] = Some(job.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_wait_for_those_in_their_lanes() {
        let mut lanes = Lanes::new(Some(3));
        let mut waits = Vec::new();
        for (job, width) in [("a", 1), ("b", 1), ("c", 2), ("d", 5), ("e", 1), ("f", 2)] {
            waits.push(lanes.ahead_of(width).join(" "));
            lanes.take(width, job);
        }
        assert_eq!(waits, ["", "", "a", "b c", "d", "d"]);
        assert!(Lanes::new(None).ahead_of(7).is_empty());
    }
}
