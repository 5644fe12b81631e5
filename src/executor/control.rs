//! The processes that run now, by which they can be told to end.

use std::collections::{HashMap, HashSet};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::memory::Peak;
use crate::git::CommitId;
use crate::job::Job;
use crate::process::{is_group_alive, signal_group};

/// Why a run is being ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Timeout,
    Cancelled,
    /// It was not going to be any good; the step at which that was seen.
    Stopped(u64),
}

/// How often a run that is ending is looked at.
const GRACE_TICK: Duration = Duration::from_millis(10);

/// How much later than a program gitsweep may learn that both are to end, where nobody can be asked.
const TOLD_WITHIN: Duration = Duration::from_millis(150);
/// How much later gitsweep may hear of an end that Slurm has confirmed.
const HEARD_WITHIN: Duration = Duration::from_secs(5);

struct Running {
    commit: CommitId,
    deadline: Option<Instant>,
    grace: Duration,
    ending: Option<(Ending, Instant)>,
    killed: bool,
    peak: Peak,
}

#[derive(Default)]
struct Runs {
    by_leader: HashMap<u32, Running>,
    /// The signal that everything was told to end by, and when first. A run whose checkout was still being made gets it when
    /// it starts.
    ended_by: Option<(i32, Instant)>,
    /// When a run has ended last.
    last_end: Option<Instant>,
    /// Slurm has said that it is.
    is_confirmed: bool,
    /// The commits whose runs were told to end, for those whose checkout was still being made.
    ended: HashSet<CommitId>,
}

/// The processes that run now, by which they can be told to end. Shared between the threads that run them and the one
/// that watches the clock.
#[derive(Default)]
pub struct Control {
    runs: Mutex<Runs>,
}

impl Control {
    fn lock(&self) -> MutexGuard<'_, Runs> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the run that `leader` leads since `started` onto the list.
    pub(super) fn add(&self, leader: u32, job: &Job, started: Instant) {
        let mut run = Running {
            commit: job.commit,
            deadline: job.timeout.map(|timeout| started + timeout),
            grace: job.grace,
            ending: None,
            killed: false,
            peak: Peak::new(started),
        };
        let mut runs = self.lock();
        let told = runs.ended.contains(&job.commit).then_some(libc::SIGTERM);
        if let Some(signal) = runs.ended_by.map(|(signal, _)| signal).or(told) {
            run.cancel(leader, signal);
        }
        runs.by_leader.insert(leader, run);
    }

    /// Takes it off the list, when it has ended and before it is reaped: why it was told to end, if it was, and what its
    /// processes have taken.
    pub(super) fn remove(&self, leader: u32) -> (Option<Ending>, Option<Peak>) {
        let mut runs = self.lock();
        runs.last_end = Some(Instant::now());
        let run = runs.by_leader.remove(&leader);
        drop(runs);
        let (ending, mut peak) = run.map(|run| (run.ending, run.peak)).unzip();
        peak.iter_mut().for_each(|peak| peak.close(leader));
        (ending.flatten().map(|(ending, _)| ending), peak)
    }

    /// Waits for the processes that outlive the leader of a run that was told to end: the grace is theirs too.
    pub(super) fn grant_grace(&self, leader: u32) {
        let is_granted = || self.lock().by_leader.get(&leader).is_some_and(|run| run.ending.is_some() && !run.killed);
        while is_granted() && is_group_alive(leader) {
            std::thread::sleep(GRACE_TICK);
        }
    }

    /// True if a run that has failed was to end, of which only its program knew yet: schedulers send TERM to all processes of
    /// a job, and the program may be the first to act on it. Where a machine is slow, gitsweep may hear of it much later: of a
    /// program that TERM has ended Slurm is asked, which has it written down before it sends the first signal.
    pub(super) fn is_told_too(&self, status: ExitStatus, job: &Job) -> bool {
        if status.success() || job.executor == super::LOCAL {
            return !status.success() && self.lock().ended_by.is_some();
        }
        if self.hears_within(TOLD_WITHIN) {
            return true;
        }
        let is_by_term = status.signal() == Some(libc::SIGTERM) || status.code() == Some(128 + libc::SIGTERM);
        if job.executor != super::SLURM || !is_by_term || !super::slurm::is_own_job_ended() {
            return self.lock().ended_by.is_some();
        }
        self.lock().is_confirmed = true;
        self.hears_within(HEARD_WITHIN);
        true
    }

    /// True if everything was told to end, or the run of this commit.
    pub(super) fn is_to_end(&self, commit: CommitId) -> bool {
        let runs = self.lock();
        runs.ended_by.is_some() || runs.ended.contains(&commit)
    }

    /// Waits until everything was told to end, for so long at most; true if it was.
    fn hears_within(&self, span: Duration) -> bool {
        let until = Instant::now() + span;
        while self.lock().ended_by.is_none() && Instant::now() < until {
            std::thread::sleep(GRACE_TICK);
        }
        self.lock().ended_by.is_some()
    }

    /// True if the run that has ended last may have ended because everything was to end, and not long before that.
    pub fn was_told(&self) -> bool {
        let runs = self.lock();
        if runs.is_confirmed {
            return true;
        }
        let told = runs.ended_by.zip(runs.last_end);
        told.is_some_and(|((_, told), end)| told.saturating_duration_since(end) <= TOLD_WITHIN)
    }

    /// Ends what has run for too long: TERM to the whole process group, KILL when its grace is over. It also looks what the others
    /// take of memory.
    pub fn check_clock(&self) {
        let now = Instant::now();
        for (leader, run) in &mut self.lock().by_leader {
            match run.ending {
                None if run.deadline.is_some_and(|deadline| now >= deadline) => {
                    run.ending = Some((Ending::Timeout, now));
                    signal_group(*leader, libc::SIGTERM);
                }
                Some((_, since)) if !run.killed && now >= since + run.grace => {
                    run.killed = true;
                    signal_group(*leader, libc::SIGKILL);
                }
                _ => run.peak.look(*leader, now),
            }
        }
    }

    /// Gives all that runs so much more time, and all that is ending so much more grace: it was stopped that long.
    pub fn put_off(&self, halted: Duration) {
        for run in self.lock().by_leader.values_mut() {
            run.deadline = run.deadline.map(|deadline| deadline + halted);
            run.ending = run.ending.map(|(ending, since)| (ending, since + halted));
        }
    }

    /// Tells everything that runs to end; what does not within its grace is killed by [`Control::check_clock`].
    pub fn end_all(&self) {
        self.cancel_all(libc::SIGTERM);
    }

    /// Kills everything that runs.
    pub fn kill_all(&self) {
        self.cancel_all(libc::SIGKILL);
    }

    /// Tells the run of a commit to end because it is not going to be any good.
    pub fn stop(&self, commit: CommitId, step: u64) {
        for (leader, run) in &mut self.lock().by_leader {
            if run.commit == commit && run.ending.is_none() {
                run.ending = Some((Ending::Stopped(step), Instant::now()));
                signal_group(*leader, libc::SIGTERM);
            }
        }
    }

    /// Tells the runs of these commits to end, also those that have not begun yet.
    pub fn end(&self, commits: &[CommitId]) {
        let mut runs = self.lock();
        runs.ended.extend(commits);
        for (leader, run) in &mut runs.by_leader {
            if commits.contains(&run.commit) {
                run.cancel(*leader, libc::SIGTERM);
            }
        }
    }

    fn cancel_all(&self, signal: i32) {
        let mut runs = self.lock();
        let since = runs.ended_by.map_or_else(Instant::now, |(_, since)| since);
        runs.ended_by = Some((signal, since));
        for (leader, run) in &mut runs.by_leader {
            run.cancel(*leader, signal);
        }
    }
}

impl Running {
    fn cancel(&mut self, leader: u32, signal: i32) {
        if self.ending.is_none() || signal == libc::SIGKILL {
            self.ending.get_or_insert((Ending::Cancelled, Instant::now()));
            self.killed |= signal == libc::SIGKILL;
            signal_group(leader, signal);
        }
    }
}
