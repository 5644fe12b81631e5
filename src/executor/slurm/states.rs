//! What Slurm's commands print, read without a Slurm at hand.

use std::time::Duration;

use anyhow::anyhow;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

use super::super::scheduler::{End, Phase, Refusal, TaskState};
use super::reasons;
use crate::command::quote;
use crate::hint;

/// Name, array's id, task, state, node, time left, reason; the reason comes last since it may hold anything.
pub(super) const FORMAT: &str = "%j|%F|%K|%T|%N|%L|%r";
/// The columns that accounting is asked for.
pub(super) const ACCOUNT_FORMAT: &str = "JobID,JobName,State,ExitCode,NodeList";

/// A job or task as squeue has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) job: String,
    pub(super) task: u64,
    pub(super) state: TaskState,
}

/// A job or task as sacct has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Accounted {
    pub(super) name: String,
    pub(super) job: String,
    pub(super) task: u64,
    pub(super) state: TaskState,
}

/// Where a job in one of Slurm's states is; `None` for a word that is not known.
fn phase(state: &str) -> Option<Phase> {
    Some(match state {
        "PENDING" | "CONFIGURING" | "REQUEUED" | "REQUEUE_FED" | "REQUEUE_HOLD" | "RESV_DEL_HOLD" | "SPECIAL_EXIT" => {
            Phase::Queued
        }
        "RUNNING" | "SUSPENDED" | "STOPPED" | "SIGNALING" | "STAGE_OUT" | "RESIZING" | "COMPLETING" => Phase::Running,
        "COMPLETED" => Phase::Ended(End::Ok),
        "FAILED" => Phase::Ended(End::Failed),
        "TIMEOUT" | "DEADLINE" => Phase::Ended(End::Timeout),
        "CANCELLED" | "REVOKED" => Phase::Ended(End::Cancelled),
        "OUT_OF_MEMORY" => Phase::Ended(End::Memory),
        "NODE_FAIL" | "BOOT_FAIL" => Phase::Ended(End::Node),
        "PREEMPTED" => Phase::Ended(End::Preempted),
        _ => return None,
    })
}

/// State and reason, without a reason that says nothing.
fn words(state: &str, reason: &str) -> String {
    match reason.trim() {
        "" | "None" | "(null)" => state.to_owned(),
        reason => format!("{state}, {reason}"),
    }
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !matches!(text.as_str(), "" | "(null)" | "None assigned" | "N/A"))
}

/// The lines of squeue that are jobs. A state that is not known counts as running: nothing is concluded from it.
pub(super) fn read_squeue(text: &str) -> Vec<Line> {
    text.lines()
        .filter_map(|line| {
            let mut fields = line.splitn(7, '|');
            let mut field = || fields.next().map(str::trim);
            let (name, job, task, state) = (field()?, field()?, field()?, field()?);
            let (node, left, reason) = (field()?, field()?, field().unwrap_or_default());
            let state = TaskState {
                phase: phase(state).unwrap_or(Phase::Running),
                words: words(state, reason),
                node: given(node),
                left: span(left),
                way_out: reasons::way_out(reason).filter(|_| phase(state) == Some(Phase::Queued)),
            };
            Some(Line { name: name.to_owned(), job: job.to_owned(), task: task.parse().unwrap_or(1), state })
        })
        .collect()
}

/// The rows of sacct that are tasks of their own; those that wait are one row that says nothing of them.
pub(super) fn read_sacct(text: &str) -> Vec<Accounted> {
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split('|').map(str::trim);
            let (id, name, state) = (fields.next()?, fields.next()?, fields.next()?);
            let (exit, node) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
            let (job, task) = match id.split_once('_') {
                Some((job, task)) => (job, task.parse().ok()?),
                None => (id, 1),
            };
            // `CANCELLED by 1000`
            let word = state.split(' ').next().unwrap_or_default();
            let exit = if matches!(exit, "" | "0:0") { "" } else { exit };
            let state = TaskState {
                phase: phase(word).unwrap_or(Phase::Running),
                words: words(state, exit),
                node: given(node),
                left: None,
                way_out: None,
            };
            Some(Accounted { name: name.to_owned(), job: job.to_owned(), task, state })
        })
        .collect()
}

/// Slurm's way to write a span: `1-02:03:04`, `02:03:04`, `03:04`, `UNLIMITED`.
fn span(text: &str) -> Option<Duration> {
    let (days, clock) = text.split_once('-').unwrap_or(("0", text));
    let mut seconds = 0;
    for part in clock.split(':') {
        seconds = seconds * 60 + part.parse::<u64>().ok()?;
    }
    if !clock.contains(':') {
        return None;
    }
    Some(Duration::from_secs(days.parse::<u64>().ok()? * 86_400 + seconds))
}

/// The value of a line `Key = value` of `scontrol show config`.
pub(super) fn read_config<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (known, value) = line.split_once('=')?;
        (known.trim() == key).then(|| value.trim())
    })
}

/// How often a job has been put back into the queue, by `scontrol show job`.
pub(super) fn restarts(text: &str) -> Option<u64> {
    text.split_whitespace().find_map(|word| word.strip_prefix("Restarts="))?.parse().ok()
}

/// The cluster's name, if it has one.
pub(super) fn cluster(config: &str) -> Option<String> {
    read_config(config, "ClusterName").filter(|name| !name.is_empty()).map(str::to_owned)
}

/// True if people see no jobs but their own.
pub(super) fn hides_jobs(config: &str) -> bool {
    read_config(config, "PrivateData").is_some_and(|what| what.split(',').any(|one| one.trim() == "jobs"))
}

/// The most tasks of an array, where that is fewer than its indices would let.
pub(super) fn most_array_tasks(config: &str) -> Option<usize> {
    let parameters = read_config(config, "SchedulerParameters")?.split(',');
    parameters.filter_map(|one| one.trim().strip_prefix("max_array_tasks=")).find_map(|number| number.parse().ok())
}

/// The day before an instant, so that no difference of time zones hides a job from sacct.
pub(super) fn day_before(since: &str) -> Option<String> {
    let day: Date = OffsetDateTime::parse(since, &Rfc3339).ok()?.date().previous_day()?;
    Some(day.to_string())
}

/// What sbatch says when it may have done its work all the same, or not yet been able to.
const UNCLEAR: &[&str] = &[
    "Socket timed out",
    "Unable to contact slurm controller",
    "Zero Bytes were transmitted",
    "Message receive failure",
    "Communication connection failure",
    "Connection refused",
    "Connection timed out",
    "Transport endpoint",
    "Slurm backup controller in standby mode",
    "temporarily unable to accept job",
    "I/O error writing script",
];
/// What sbatch says when there is too much already.
const FULL: &[&str] = &[
    "MaxSubmitJob",
    "SubmitLimit",
    "MaxJobCount",
    "Resource temporarily unavailable",
    "job submit limit",
    "too many requests",
    "rate limit",
    "Job violates accounting/QOS policy",
];

/// What a refusal means. `Job violates accounting policy` names its limit in brackets or not at all; it may pass.
pub(super) fn refusal(said: &str, branch: &str) -> Refusal {
    let has = |texts: &[&str]| texts.iter().any(|text| said.to_ascii_lowercase().contains(&text.to_ascii_lowercase()));
    let words = said.replace("sbatch: error: ", "");
    if has(FULL) && !reasons::is_of_one_job(said) {
        return Refusal::Full(words);
    }
    if has(UNCLEAR) {
        return Refusal::Unclear(words);
    }
    Refusal::Final(if said.is_empty() {
        anyhow!("sbatch refused without a word")
    } else {
        hint::error(
            format!("Slurm refuses the job: {words}"),
            format!(
                "see [queue.slurm] of the sweep's definition; `gitsweep queue {} --dry-run -e slurm` shows what is submitted, and \
                 options after -- win",
                quote(branch)
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_how_often_a_job_was_put_back() {
        let shown = "JobId=7 ArrayJobId=7 ArrayTaskId=1 JobName=gs-a\n   JobState=COMPLETING Reason=None Dependency=(null)\n   \
                     Requeue=1 Restarts=1 BatchFlag=1 Reboot=0 ExitCode=0:0\n";
        assert_eq!((restarts(shown), restarts("slurm_load_jobs error: Invalid job id specified")), (Some(1), None));
    }

    #[test]
    fn squeue_is_read() {
        // As Slurm 22.05 prints it.
        let text = "gs-abcdefgh|47|3|RUNNING|n1|59:58|None\n\
                    gs-abcdefgh|47|4|PENDING||1:00:00|JobArrayTaskLimit\n\
                    gs-abcdefgh|47|5|PENDING||UNLIMITED|Nodes required for job are DOWN, DRAINED or reserved|x\n\
                    gs-abcdefgh|47|6|TIMEOUT|n2|0:00|TimeLimit\n\
                    other|48|N/A|PENDING||1-02:00:00|Resources\n";
        let lines = read_squeue(text);
        assert_eq!(lines.len(), 5);
        let state = |at: usize| &lines[at].state;
        assert_eq!((lines[0].job.as_str(), lines[0].task, state(0).phase), ("47", 3, Phase::Running));
        assert_eq!((state(0).node.as_deref(), state(0).left), (Some("n1"), Some(Duration::from_secs(3598))));
        assert_eq!((state(1).words.as_str(), state(1).phase), ("PENDING, JobArrayTaskLimit", Phase::Queued));
        assert_eq!(state(2).words, "PENDING, Nodes required for job are DOWN, DRAINED or reserved|x");
        assert_eq!((state(2).left, state(3).phase), (None, Phase::Ended(End::Timeout)));
        assert_eq!((lines[4].task, state(4).left), (1, Some(Duration::from_secs(93_600))));
    }

    #[test]
    fn sacct_is_read() {
        let text = "47_3|gs-a|CANCELLED by 0|0:15|n1\n47_[4-10]|gs-a|PENDING|0:0|None assigned\n48|b|FAILED|3:0|n2\n";
        let rows = read_sacct(text);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].state.phase, Phase::Ended(End::Cancelled));
        assert_eq!(rows[0].state.words, "CANCELLED by 0, 0:15");
        assert_eq!((rows[1].job.as_str(), rows[1].state.words.as_str()), ("48", "FAILED, 3:0"));
    }

    #[test]
    fn refusals_are_told_apart() {
        let of = |text: &str| refusal(&format!("sbatch: error: Batch job submission failed: {text}"), "a");
        assert!(matches!(of("Socket timed out on send/recv operation"), Refusal::Unclear(_)));
        assert!(matches!(of("Unable to contact slurm controller (connect failure)"), Refusal::Unclear(_)));
        assert!(matches!(
            of("Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"),
            Refusal::Full(_)
        ));
        assert!(matches!(refusal("sbatch: error: QOSMaxSubmitJobPerUserLimit", "a"), Refusal::Full(_)));
        assert!(matches!(of("Resource temporarily unavailable"), Refusal::Full(_)));
        let too_large = "sbatch: error: QOSMaxCpuPerJobLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy";
        assert!(matches!(refusal(too_large, "a"), Refusal::Final(_)), "it would never be taken");
        let Refusal::Final(error) = of("Invalid partition name specified") else { panic!("it is final") };
        assert!(error.to_string().ends_with("Invalid partition name specified"));
    }

    #[test]
    fn configuration_and_days() {
        assert_eq!(read_config("ClusterName = a\nMaxArraySize            = 1001\n", "MaxArraySize"), Some("1001"));
        assert_eq!(most_array_tasks("SchedulerParameters     = bf_continue,max_array_tasks=300\n"), Some(300));
        assert_eq!(most_array_tasks("SchedulerParameters     = (null)\n"), None);
        assert_eq!(day_before("2026-03-01T00:10:00Z").as_deref(), Some("2026-02-28"));
    }
}
