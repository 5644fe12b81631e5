//! What a queue is asked for and cannot do: refused before anything is done.

use anyhow::Result;

use super::Options;
use crate::cli::Context;
use crate::cli::program;
use crate::usage;
use gitsweep::command::quote;
use gitsweep::git::Repository;
use gitsweep::hint;
use gitsweep::spec::ExecutorName;
use gitsweep::sweep::{self, Draft};

impl Options {
    /// Refuses what the executor does not take; `sweep` is its branch, once it is laid.
    pub(super) fn check_executor(
        &self,
        executor: &ExecutorName,
        arguments: &[String],
        sweep: Option<&str>,
    ) -> Result<()> {
        let sweep = sweep.map_or_else(|| "SWEEP".to_owned(), quote);
        if let (Some(jobs), Some(most), None) = (self.jobs, self.max_active, self.workers)
            && jobs != most
        {
            return Err(hint::error(
                format!("-j {jobs} and --max-active {most} say the same thing, how many runs there are at a time"),
                "say one of them; with --workers, -j is how many runs each of these makes at a time",
            ));
        }
        if *executor != ExecutorName::Local {
            return self.check_submission(&sweep);
        }
        if let Some(word) = arguments.first() {
            return Err(hint::error(
                format!("nothing takes the argument {word}: runs happen on this machine"),
                "what follows -- is for sbatch (-e slurm) or a submit script (-e ./script)",
            ));
        }
        if self.coordinator {
            return Err(hint::error(
                "a coordinator is a job on a cluster, and runs happen on this machine",
                format!(
                    "gitsweep queue {sweep} goes on with the search until it is over; with -e slurm, --coordinator does so in a job"
                ),
            ));
        }
        if self.workers.is_some() {
            return Err(hint::error(
                "workers are jobs on a cluster, and runs happen on this machine",
                "-j N says how many runs there are at a time; with -e slurm, --workers N how many jobs share the points",
            ));
        }
        Ok(())
    }

    fn check_submission(&self, sweep: &str) -> Result<()> {
        if self.reuse {
            return Err(hint::error(
                "--reuse is for runs on this machine, and these go to a scheduler",
                format!("gitsweep queue {sweep} -e local --reuse takes known results first, and runs the others here"),
            ));
        }
        Ok(())
    }

    /// Refuses what cannot be run of a sweep that is not laid yet.
    pub fn check(&self, context: &Context<'_>, repository: &Repository, draft: &Draft) -> Result<()> {
        let plan = draft.plan();
        let executor = self.executor(context, repository, plan)?;
        self.check_executor(&executor, &[], None)?;
        sweep::check_ready(repository, plan)?;
        if let Some((problem, way_out)) = program::unrunnable(repository, draft) {
            if executor == ExecutorName::Local {
                return Err(usage::wrong(problem, way_out));
            }
            // What the nodes of a cluster know is not known here.
            context.ui.warning(&format!("{problem}: {way_out}"));
        }
        if executor == ExecutorName::Local
            && let Some((problem, way_out)) = program::unknown(repository, draft)
        {
            return Err(usage::wrong(problem, way_out));
        }
        let total = draft.total();
        if let Some(point) = self.points.as_ref().and_then(|points| points.beyond(total)) {
            return Err(hint::error(
                format!("--points: there would be no point {point}"),
                format!("the points are 1 to {total}"),
            ));
        }
        if executor != ExecutorName::Local {
            let executor = executor.to_string();
            sweep::check_scheduler(repository, &executor)?;
            if self.coordinator {
                sweep::check_coordinator(plan, &executor)?;
            }
        }
        Ok(())
    }
}
