//! Slurm: job arrays by sbatch, one squeue for everything, sacct where there is accounting, scancel.

mod dependency;
mod inherited;
mod own_job;
mod reasons;
mod script;
mod sight;
mod states;

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use anyhow::{Result, anyhow, bail};

use self::sight::{Whose, out_of_sight};
use self::states::{Accounted, Line};
use super::scheduler::{Answer, Cancellation, Capacity, Left, Order, Phase, Reach, Refusal, Scheduler, Sought};
use super::tool::{NoAnswer, call, said};
use crate::command::quote;
use crate::hint;
use crate::submission::Submission;

pub(super) use self::own_job::is_own_job_ended;
pub use self::own_job::own_job;
pub use self::script::ranges;

/// The name that records have for it.
pub const NAME: &str = "slurm";

/// How long one question may take. A controller that is down is noticed by Slurm's commands after some ten seconds.
const QUESTION: Duration = Duration::from_secs(60);
/// How long a question may take that is asked on a compute node, by a job that is being ended or has other work to do.
const SHORT_QUESTION: Duration = Duration::from_secs(3);
/// How long a submission may take: a full controller holds sbatch for two minutes before it refuses.
const SUBMISSION: Duration = Duration::from_secs(300);
/// The most names that one squeue is asked for; beyond that all jobs of the user's are listed.
const MOST_NAMES: usize = 200;
const ANY_STATE: &str = "all";
const NOT_NOW: &str = "Slurm cannot be asked for its configuration";
const NO_SLURM: &str =
    "run this on a machine that can submit to Slurm (often: module load slurm), or choose another executor with -e";

/// Slurm, by its commands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slurm;

impl Slurm {
    fn run(self, program: &str, arguments: &[String], patience: Duration) -> Result<Output, NoAnswer> {
        let mut command = Command::new(program);
        command.args(arguments);
        // What the user has set for these commands' looks would change what they print.
        for (variable, _) in std::env::vars_os() {
            let name = variable.to_string_lossy();
            let is_looks = ["SQUEUE_", "SACCT_", "SCANCEL_", "SLURM_TIME_FORMAT", "SLURM_BITSTR_LEN"];
            if is_looks.iter().any(|prefix| name.starts_with(prefix)) {
                command.env_remove(&variable);
            }
        }
        if program == "sbatch" {
            // These would override what stands in the script.
            for variable in script::OVERRIDES {
                command.env_remove(variable);
            }
            let names: Vec<String> = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
            for variable in inherited::of_this_job(&names) {
                command.env_remove(variable);
            }
        }
        command.env("LC_ALL", "C");
        call(&mut command, patience)
    }

    fn question(self, program: &str, arguments: &[String]) -> Result<Output> {
        self.run(program, arguments, QUESTION).map_err(|error| error.explain(program, NO_SLURM))
    }

    /// What Slurm is set to.
    fn config(self) -> Result<String, Refusal> {
        let output = match self.run("scontrol", &["show".to_owned(), "config".to_owned()], QUESTION) {
            Ok(output) => output,
            Err(NoAnswer::TooSlow(_)) => return Err(Refusal::Unclear(format!("{NOT_NOW}: scontrol gave no answer"))),
            Err(error) => return Err(Refusal::Final(error.explain("scontrol", NO_SLURM))),
        };
        if !output.status.success() {
            return Err(Refusal::Unclear(format!("{NOT_NOW}: {}", said(&output))));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The jobs of these submissions that are in one of these states.
    fn squeue(self, submissions: &[&Submission], states: &str, patience: Duration) -> Result<Vec<Line>> {
        let mut arguments = vec![
            "--noheader".to_owned(),
            "--array".to_owned(),
            format!("--states={states}"),
            format!("--format={}", states::FORMAT),
        ];
        arguments.extend(users(submissions).map(|users| format!("--user={users}")));
        if submissions.len() <= MOST_NAMES {
            arguments.push(format!("--name={}", names(submissions)));
        }
        let output = self.run("squeue", &arguments, patience).map_err(|error| error.explain("squeue", NO_SLURM))?;
        if !output.status.success() {
            bail!("squeue: {}", said(&output));
        }
        Ok(states::read_squeue(&String::from_utf8_lossy(&output.stdout)))
    }

    /// What accounting knows of these submissions; nothing where there is no accounting.
    fn sacct(self, submissions: &[&Submission]) -> Option<Vec<Accounted>> {
        let since = submissions.iter().map(|submission| submission.header.since.as_str()).min()?;
        let mut arguments = vec![
            "--noheader".to_owned(),
            "--parsable2".to_owned(),
            "--allocations".to_owned(),
            "--array".to_owned(),
            format!("--starttime={}", states::day_before(since)?),
            users(submissions).map_or_else(|| "--allusers".to_owned(), |users| format!("--user={users}")),
            format!("--name={}", names(submissions)),
            format!("--format={}", states::ACCOUNT_FORMAT),
        ];
        let ask = |arguments: &[String]| self.run("sacct", arguments, QUESTION).ok();
        let mut output = ask(&arguments)?;
        if !output.status.success() && said(&output).contains("--array") {
            arguments.retain(|argument| argument != "--array");
            output = ask(&arguments)?;
        }
        output.status.success().then(|| states::read_sacct(&String::from_utf8_lossy(&output.stdout)))
    }
}

fn names(submissions: &[&Submission]) -> String {
    submissions.iter().map(|submission| submission.name.as_str()).collect::<Vec<_>>().join(",")
}

/// Whose jobs these are; `None` if that is not known of all.
fn users(submissions: &[&Submission]) -> Option<String> {
    let users: Option<BTreeSet<u32>> = submissions.iter().map(|submission| submission.header.user).collect();
    Some(users?.iter().map(u32::to_string).collect::<Vec<_>>().join(","))
}

/// The tasks of these submissions that Slurm has stopped for now, each by name and number: they give no sign of life, and go
/// on. None if it does not answer at once.
pub fn suspended(submissions: &[&Submission]) -> HashSet<(String, u64)> {
    let lines = Slurm.squeue(submissions, "SUSPENDED,STOPPED", SHORT_QUESTION).unwrap_or_default();
    lines.into_iter().map(|line| (line.name, line.task)).collect()
}

impl Scheduler for Slurm {
    fn name(&self) -> String {
        NAME.to_owned()
    }

    fn capacity(&self) -> Result<Capacity, Refusal> {
        let text = self.config()?;
        let size = states::read_config(&text, "MaxArraySize").and_then(|size| size.parse::<u64>().ok());
        let cluster = states::cluster(&text);
        Ok(match size {
            // The size bounds the index, which is smaller.
            Some(size) if size >= 2 => {
                let largest = size - 1;
                let tasks = usize::try_from(largest).unwrap_or(usize::MAX).min(script::MOST_TASKS);
                Capacity {
                    tasks: tasks.min(states::most_array_tasks(&text).unwrap_or(tasks)).max(1),
                    largest,
                    is_array: true,
                    has_gaps: true,
                    cluster,
                }
            }
            _ => Capacity { tasks: 1, largest: 1, is_array: false, has_gaps: false, cluster },
        })
    }

    fn show(&self, order: &Order<'_>) -> Result<String> {
        let words: Vec<String> = script::arguments(order)?.iter().map(|word| quote(word)).collect();
        Ok(format!("$ sbatch {}\n{}", words.join(" "), script::text(order)))
    }

    fn submit(&self, order: &Order<'_>) -> Result<String, Refusal> {
        if let Some(word) = script::clash(order.options.iter().chain(order.arguments)) {
            return Err(Refusal::Final(hint::error(
                format!("{word} cannot be given to sbatch: gitsweep sets it, to know its jobs by"),
                "take it out of [queue.slurm] extra, or of what follows --",
            )));
        }
        if order.logs.to_string_lossy().contains('\\') {
            return Err(Refusal::Final(hint::error(
                format!("Slurm cannot write logs to {}: it takes backslashes out of their names", order.logs.display()),
                "move the repository to a path without a backslash",
            )));
        }
        let arguments = script::arguments(order).map_err(Refusal::Final)?;
        std::fs::write(&order.script, script::text(order)).map_err(|error| {
            Refusal::Final(anyhow!(error).context(format!("cannot write {}", order.script.display())))
        })?;
        let output = match self.run("sbatch", &arguments, SUBMISSION) {
            Ok(output) => output,
            Err(NoAnswer::TooSlow(patience)) => {
                let patience = humantime::format_duration(patience);
                return Err(Refusal::Unclear(format!("sbatch gave no answer within {patience}")));
            }
            Err(error) => return Err(Refusal::Final(error.explain("sbatch", NO_SLURM))),
        };
        let out = String::from_utf8_lossy(&output.stdout);
        // A site's own sbatch may say more than the id.
        let is_id = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        let id = out.lines().filter_map(|line| line.trim().split(';').next()).find(is_id);
        match id {
            Some(id) if output.status.success() => Ok(id.to_owned()),
            None if output.status.success() => {
                Err(Refusal::Unclear(format!("sbatch printed no id: {}", said(&output))))
            }
            _ => Err(states::refusal(&said(&output), order.submission.header.branch())),
        }
    }

    fn find(&self, submission: &Submission) -> Result<Sought> {
        let known = (&submission.name, Whose::of(submission));
        if let Some(reason) = out_of_sight(std::iter::once(known), || self.config())?.remove(&submission.name) {
            return Err(reason.explain(submission.header.branch()));
        }
        let lines = self.squeue(&[submission], ANY_STATE, QUESTION)?;
        let mut ids: Vec<u64> =
            lines.iter().filter(|line| line.name == submission.name).filter_map(|line| line.job.parse().ok()).collect();
        if ids.is_empty() {
            let accounted = self.sacct(&[submission]).unwrap_or_default();
            ids.extend(
                accounted
                    .iter()
                    .filter(|row| row.name == submission.name)
                    .filter_map(|row| row.job.parse::<u64>().ok()),
            );
        }
        ids.sort_unstable();
        ids.dedup();
        let Some((first, others)) = ids.split_first() else { return Ok(Sought::NotThere) };
        // Taken twice, since an answer was lost: one is enough.
        let double = |id: &u64| Cancellation {
            submission: submission.name.clone(),
            sweep: submission.header.branch().to_owned(),
            job: id.to_string(),
            tasks: None,
            reach: Reach::All,
            cluster: None,
        };
        let doubles: Vec<Cancellation> = others.iter().map(double).collect();
        if !doubles.is_empty() {
            self.cancel(&doubles)?;
        }
        Ok(Sought::Job(first.to_string()))
    }

    fn ask(&self, submissions: &[&Submission]) -> Result<Option<Answer>> {
        let mut answer = Answer::default();
        for line in self.squeue(submissions, ANY_STATE, QUESTION)? {
            answer.add(&line.name, line.task, line.state);
        }
        let is_gone = |submission: &&&Submission| {
            submission.numbers().iter().any(|number| answer.of(&submission.name, *number).is_none())
        };
        let gone: Vec<&Submission> = submissions.iter().filter(is_gone).copied().collect();
        if !gone.is_empty() {
            let hidden = out_of_sight(gone.iter().map(|one| (&one.name, Whose::of(one))), || self.config())?;
            for Submission { name, header, .. } in &gone {
                if let Some(reason) = hidden.get(name) {
                    answer.leave_out(name, &reason.explain(header.branch()));
                }
            }
            let is_here = |submission: &&Submission| !answer.leaves_out(&submission.name);
            let gone: Vec<&Submission> = gone.into_iter().filter(is_here).collect();
            let is_asked = |name: &str| submissions.iter().any(|submission| submission.name == name);
            for row in self.sacct(&gone).unwrap_or_default() {
                // What squeue does not know has ended, even if the accounts have never heard of it.
                let has_ended = matches!(row.state.phase, Phase::Ended(_));
                if has_ended && answer.of(&row.name, row.task).is_none() && is_asked(&row.name) {
                    answer.add(&row.name, row.task, row.state);
                }
            }
        }
        Ok(Some(answer))
    }

    fn follow_up(&self, jobs: &[String], options: &[String], program: &Path, top: &Path, sweep: &str) -> Result<()> {
        let line = script::end_line(program, top, sweep);
        let mut arguments = vec![
            "--parsable".to_owned(),
            "--job-name=gs-end".to_owned(),
            "--output=/dev/null".to_owned(),
            format!("--dependency=afterany:{}", jobs.join(":")),
            format!("--chdir={}", top.display()),
        ];
        let mut options = options.to_vec();
        // The jobs have waited for what the user has them wait for.
        dependency::take(&mut options);
        arguments.append(&mut options);
        arguments.push(format!("--wrap={line}"));
        let output = self.run("sbatch", &arguments, SUBMISSION).map_err(|error| error.explain("sbatch", NO_SLURM))?;
        if !output.status.success() {
            bail!("the job that tells of the sweep's end was not taken: {}", said(&output));
        }
        Ok(())
    }

    fn cancel(&self, what: &[Cancellation]) -> Result<Vec<Left>> {
        // That a job is another user's scancel says itself.
        let known = what.iter().map(|one| (&one.submission, Whose { cluster: one.cluster.as_ref(), user: None }));
        let elsewhere = out_of_sight(known, || self.config())?;
        let (left, here): (Vec<&Cancellation>, Vec<&Cancellation>) =
            what.iter().partition(|one| elsewhere.contains_key(&one.submission));
        let id = |one: &&Cancellation| match &one.tasks {
            None => one.job.clone(),
            Some(tasks) => format!("{}_[{}]", one.job, ranges(tasks)),
        };
        for reach in [Reach::All, Reach::Waiting] {
            let ids: Vec<String> = here.iter().filter(|one| one.reach == reach).map(id).collect();
            for chunk in ids.chunks(MOST_NAMES) {
                let mut words = chunk.to_vec();
                if reach == Reach::Waiting {
                    words.insert(0, "--state=PENDING".to_owned());
                }
                let output = self.question("scancel", &words)?;
                // An unknown job is one that has ended.
                if !output.status.success() && !said(&output).contains("Invalid job id") {
                    bail!("scancel: {}", said(&output));
                }
            }
        }
        let left = left.into_iter().map(|one| Left {
            submission: one.submission.clone(),
            job: one.job.clone(),
            why: elsewhere[&one.submission].explain(&one.sweep),
        });
        Ok(left.collect())
    }
}
