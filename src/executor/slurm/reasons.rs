//! Slurm's reasons: which of them pass by themselves, and what a person has to do about the others.

use crate::executor::scheduler::WayOut;

/// What stands in the names of limits that a job alone is beyond, however empty the cluster is.
const OF_ONE_JOB: &[&str] = &["PerJob", "PerNodeLimit", "QOSMin"];

/// True if a refusal names a limit that the job itself is beyond: it would be refused at any time.
pub(super) fn is_of_one_job(said: &str) -> bool {
    OF_ONE_JOB.iter().any(|text| said.contains(text))
}

/// What a person has to do that a job that waits for this reason begins; nothing where it is only a matter of time.
pub(super) fn way_out(reason: &str) -> Option<WayOut> {
    const TOO_MUCH: WayOut = WayOut::Cancel("it asks for more than it can get:", "with other options after --");
    const NOT_ALLOWED: WayOut = WayOut::Cancel("it never begins:", "with another one after --");
    Some(match reason.trim() {
        "JobHeldUser" | "JobHoldMaxRequeue" => WayOut::Do("it is held: scontrol release, with the job's id"),
        "job requeued in held state" => WayOut::Do("it is held: scontrol release, with the job's id"),
        "JobHeldAdmin" => WayOut::Do("an administrator holds it, and can let it go"),
        reason if reason.starts_with("launch failed requeued held") => {
            WayOut::Do("a node could not start it, so it is held: scontrol release, with the job's id")
        }
        "DependencyNeverSatisfied" => WayOut::Cancel("it never begins:", "without that dependency"),
        "PartitionDown" | "PartitionInactive" => {
            WayOut::Cancel("that partition takes none now: wait, or", "with another one after --")
        }
        "PartitionConfig" => {
            WayOut::Cancel("no node of its partition has that much, at least now:", "with other options after --")
        }
        reason if reason.starts_with("Nodes required for job are DOWN") || reason.starts_with("ReqNodeNotAvail") => {
            WayOut::Do(
                "the nodes that it needs are down or drained, and it begins once they are not: sinfo -R says why",
            )
        }
        "PartitionNodeLimit" | "PartitionTimeLimit" | "BadConstraints" | "QOSTimeLimit" => TOO_MUCH,
        "InvalidAccount" | "InvalidQOS" | "AccountNotAllowed" | "QOSNotAllowed" => NOT_ALLOWED,
        // In words: the partition lets only some accounts and qualities of service in.
        reason if reason.contains("not permitted to use this partition") => NOT_ALLOWED,
        reason if is_of_one_job(reason) => TOO_MUCH,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_needs_nobody() {
        for reason in ["None", "Priority", "Resources", "QOSMaxJobsPerUserLimit", "AssocGrpCpuLimit", "Dependency"] {
            assert_eq!(way_out(reason), None, "{reason}");
            assert!(!is_of_one_job(reason), "{reason}");
        }
        for reason in ["QOSMaxCpuPerJobLimit", "AssocMaxWallDurationPerJobLimit", "QOSMinCpuNotSatisfied"] {
            assert!(is_of_one_job(reason) && way_out(reason).is_some(), "{reason}");
        }
        assert!(way_out("JobHeldUser").unwrap().in_words("a;b").contains("scontrol release"));
        let way_out = way_out("DependencyNeverSatisfied").unwrap().in_words("a;b");
        assert_eq!(way_out, "it never begins: gitsweep cancel 'a;b', and queue without that dependency");
    }
}
