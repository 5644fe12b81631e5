//! Standings: where each point is between pending and done.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Result;

use super::origin;
use crate::claim::{Claim, Claims};
use crate::executor::{Phase, SLURM, TaskState, suspended};
use crate::git::{CommitId, Repository};
use crate::ledger::{Ledger, Summary};
use crate::liveness::Census;
use crate::process::Owner;
use crate::record::Gravity;
pub use crate::record::{newest_good, result_of};
use crate::submission::{FailureLimit, Submission, Submissions, Task};

/// Where a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// It is to be run.
    Pending,
    /// A scheduler has it, and it has not begun.
    Queued,
    /// Somebody runs it now.
    Running,
    /// It has a result.
    Ok,
    /// The program did not manage, the last time that it ran.
    Failed,
}

impl Standing {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Ok => "ok",
            Self::Failed => "failed",
        }
    }
}

/// A point that a scheduler has.
#[derive(Clone, Debug)]
pub struct Flight {
    /// What it was handed over with.
    pub submission: Arc<Submission>,
    /// Which of its tasks it is.
    pub task: Task,
    /// What the scheduler says of it, where it has been asked.
    pub state: Option<TaskState>,
}

/// A job that looks for points as long as it runs: a worker of a search that grows, or a coordinator.
#[derive(Clone, Debug)]
pub struct Searcher {
    /// What it was handed over with.
    pub submission: Arc<Submission>,
    /// What the scheduler calls it.
    pub job: String,
    /// What the scheduler says of it.
    pub state: TaskState,
}

/// What is known of all points: outcomes, who runs what, and what schedulers have.
#[derive(Debug)]
pub struct Standings {
    /// The outcomes.
    pub ledger: Arc<Ledger>,
    /// Every submission there is, the oldest first.
    pub submissions: Vec<Arc<Submission>>,
    /// What could not be read of them, or is not this repository's.
    pub damage: Vec<String>,
    pub(in crate::sweep) flights: HashMap<CommitId, Flight>,
    /// What schedulers say of the jobs that look for points as long as they run, where they have been asked.
    pub(in crate::sweep) searchers: Vec<Searcher>,
    /// How many workers of a submission that shares a list wait or run, by its name, where its scheduler has said so.
    pub(in crate::sweep) workers: HashMap<String, u64>,
    /// The tasks that are just ending, by submission and number, where their schedulers have said so.
    pub(in crate::sweep) ending: HashSet<(String, u64)>,
    claims: HashMap<CommitId, Vec<(u64, Claim)>>,
    /// Those of them whose owner was known to be gone before the outcomes were read, so that all that it left is among these.
    gone: HashSet<Claim>,
    census: Census,
    /// The workers that Slurm has suspended, by submission and task; it is asked when one gives no sign of life.
    suspended: OnceLock<HashSet<(String, u64)>>,
}

impl Standings {
    /// Reads outcomes, claims and submissions. No scheduler is asked, but later for a worker that gives no sign of life.
    ///
    /// # Errors
    /// If the notes cannot be read.
    pub fn read(repository: &Repository) -> Result<Self> {
        let state = repository.state_dir();
        // Submissions and claims first: an outcome that comes in between is then known, and they are old news.
        let (mut submissions, mut damage) = Submissions::new(&state).list();
        let mut claims = Claims::new(&state).list()?;
        damage.extend(origin::part(repository, &mut submissions, &mut claims));
        let census = Census::take(&state);
        let gone = claims.values().flatten().map(|(_, claim)| claim).filter(|claim| claim.is_dead(&census)).cloned();
        let gone = gone.collect();
        let mut standings = Self {
            ledger: Arc::new(Ledger::read(repository)?),
            submissions: submissions.into_iter().map(Arc::new).collect(),
            damage,
            flights: HashMap::new(),
            searchers: Vec::new(),
            workers: HashMap::new(),
            ending: HashSet::new(),
            claims,
            gone,
            census,
            suspended: OnceLock::new(),
        };
        standings.flights = standings.find_flights();
        Ok(standings)
    }

    /// True if nothing runs or waits to be noted, and all could be read: then the notes say everything.
    pub fn is_settled(&self) -> bool {
        self.ledger.is_settled() && self.claims.is_empty() && self.submissions.is_empty() && self.damage.is_empty()
    }

    fn find_flights(&self) -> HashMap<CommitId, Flight> {
        let mut flights = HashMap::new();
        for submission in &self.submissions {
            for task in submission.tasks.iter().filter(|task| self.is_open(submission, task)) {
                let flight = Flight { submission: Arc::clone(submission), task: *task, state: None };
                flights.insert(task.commit, flight);
            }
        }
        flights
    }

    /// True if a task has no result and no failure yet, and its scheduler may still start it: an attempt that came to
    /// nothing may be followed by another, since schedulers put jobs back into the queue.
    pub(in crate::sweep) fn is_open(&self, submission: &Submission, task: &Task) -> bool {
        if submission.closed.contains(&task.number) {
            return false;
        }
        let is_own = |(_, claim): &&(u64, Claim)| claim.submission.as_ref() == Some(&submission.name);
        let runs_on = || self.open_claims(task.commit).any(|claim| is_own(&claim));
        if submission.is_stopped {
            return runs_on();
        }
        let records = self.ledger.of(task.commit).iter();
        let Some(last) = records.rev().find(|record| record.attempt >= task.attempt) else { return true };
        !submission.is_shared() && (last.status.gravity() == Gravity::Void || runs_on())
    }

    /// Where a point is.
    pub fn of(&self, commit: CommitId) -> Standing {
        self.of_summary(commit, &self.ledger.summary(commit))
    }

    /// Where a point is whose outcome has been looked up.
    pub fn of_summary(&self, commit: CommitId, outcome: &Summary) -> Standing {
        if self.running(commit).is_some() {
            return Standing::Running;
        }
        if let Some(flight) = self.flights.get(&commit) {
            let is_running = flight.state.as_ref().is_some_and(|state| state.phase == Phase::Running);
            return if is_running { Standing::Running } else { Standing::Queued };
        }
        match outcome.gravity() {
            Some(Gravity::Good) => Standing::Ok,
            Some(Gravity::Bad) => Standing::Failed,
            Some(Gravity::Void) | None => Standing::Pending,
        }
    }

    /// What has a point with a scheduler, if anything does.
    pub fn flight(&self, commit: CommitId) -> Option<&Flight> {
        self.flights.get(&commit)
    }

    /// True if the job that has a point is just ending: the point is that job's until its scheduler is through with it.
    pub fn is_ending(&self, commit: CommitId) -> bool {
        self.ending_task(commit).is_some()
    }

    /// The submission and the number of the task that has a point and is just ending.
    pub(in crate::sweep) fn ending_task(&self, commit: CommitId) -> Option<&(String, u64)> {
        let find = |name: &str, number: u64| self.ending.get(&(name.to_owned(), number));
        if self.ending.is_empty() {
            return None;
        }
        match self.flights.get(&commit).filter(|flight| !flight.submission.is_shared()) {
            Some(flight) => find(&flight.submission.name, flight.task.number),
            None => {
                let (_, claim) = self.running(commit)?;
                find(claim.submission.as_ref()?, claim.task?)
            }
        }
    }

    /// The jobs of a sweep's that look for points as long as they run.
    pub fn searchers(&self, sweep: &str) -> impl Iterator<Item = &Searcher> {
        self.searchers.iter().filter(move |searcher| searcher.submission.header.sweep == sweep)
    }

    /// How many jobs share the points of a sweep that does not grow. Those that nobody can be asked about are taken to be there.
    pub fn workers(&self, sweep: &str) -> u64 {
        let sharing = self.submissions.iter().filter(|it| it.header.sweep == sweep && !it.is_searching());
        sharing.filter_map(|it| Some(self.workers.get(&it.name).copied().unwrap_or(it.header.workers?))).sum()
    }

    /// What these know from having asked the schedulers, on top of what was read later.
    pub(in crate::sweep) fn keep_answers(&mut self, earlier: Self) {
        for (commit, flight) in &mut self.flights {
            flight.state = earlier.flights.get(commit).and_then(|known| known.state.clone());
        }
        self.searchers = earlier.searchers;
        self.workers = earlier.workers;
        self.ending = earlier.ending;
    }

    /// The claims on attempts at a point that have no outcome.
    pub fn open_claims(&self, commit: CommitId) -> impl Iterator<Item = &(u64, Claim)> {
        self.claims
            .get(&commit)
            .into_iter()
            .flatten()
            .filter(move |(attempt, _)| !self.ledger.of(commit).iter().any(|record| record.attempt == *attempt))
    }

    /// The claims on attempts at any points that have no outcome.
    pub(in crate::sweep) fn all_open_claims(&self) -> impl Iterator<Item = (CommitId, &Claim)> {
        self.claims.keys().flat_map(|commit| self.open_claims(*commit).map(|(_, claim)| (*commit, claim)))
    }

    /// Attempts at a point that have an outcome and are claimed still, by a gitsweep that was killed before it let go.
    pub fn settled_claims(&self, commit: CommitId) -> impl Iterator<Item = u64> {
        let claims = self.claims.get(&commit).into_iter().flatten();
        claims
            .filter(move |(attempt, claim)| {
                self.is_dead(claim) && self.ledger.of(commit).iter().any(|record| record.attempt == *attempt)
            })
            .map(|(attempt, _)| *attempt)
    }

    /// Who runs a point now, and which attempt it is.
    pub fn running(&self, commit: CommitId) -> Option<&(u64, Claim)> {
        self.open_claims(commit).find(|(_, claim)| !self.is_dead(claim) && !self.waits_again(commit, claim))
    }

    /// For how long a claim's owner has had it.
    pub fn held_for(&self, claim: &Claim) -> Option<Duration> {
        claim.held_for(&self.census)
    }

    /// True if nobody can be working on a claim any more. Of a job whose scheduler can be asked, only that one says so.
    pub fn is_dead(&self, claim: &Claim) -> bool {
        let submission = claim.submission.as_ref().and_then(|name| self.submission(name));
        // Of one that was given up nobody asks any more.
        let is_closed = |submission: &Submission| claim.task.is_some_and(|number| submission.closed.contains(&number));
        match submission {
            Some(submission)
                if submission.known_job().is_some() && !submission.is_shared() && !is_closed(submission) =>
            {
                false
            }
            Some(submission) => self.gives_no_sign(claim) && !self.is_suspended(submission, claim),
            None => self.gives_no_sign(claim),
        }
    }

    /// True if the worker that took a claim is stopped for now, and goes on with it later.
    fn is_suspended(&self, submission: &Submission, claim: &Claim) -> bool {
        let can_be_asked = |known: &&Arc<Submission>| {
            known.header.executor == SLURM && known.is_shared() && known.known_job().is_some()
        };
        let asked = self.suspended.get_or_init(|| {
            let workers: Vec<&Submission> =
                self.submissions.iter().filter(can_be_asked).map(|known| &**known).collect();
            if workers.is_empty() { HashSet::new() } else { suspended(&workers) }
        });
        claim.task.is_some_and(|number| asked.contains(&(submission.name.clone(), number)))
    }

    /// True if the process that took a claim was gone when these were read, as far as its machine or its signs of life tell.
    pub(in crate::sweep) fn gives_no_sign(&self, claim: &Claim) -> bool {
        self.gone.contains(claim)
    }

    /// True if a process gives no sign of life and has nothing that it, or a scheduler on its behalf, could go on with; one that
    /// has never given a sign is judged by `age`, that of what it has left.
    pub(in crate::sweep) fn has_left(&self, owner: &Owner, age: Duration) -> bool {
        let name = owner.to_string();
        self.census.is_dead(owner, age) && self.claims.values().flatten().all(|(_, claim)| claim.owner != name)
    }

    /// True if whoever took a claim that is not dead may be gone, though that is not known yet. A worker that is known to be
    /// suspended is not.
    pub(in crate::sweep) fn is_doubtful(&self, claim: &Claim) -> bool {
        claim.owner.parse().is_ok_and(|owner| self.census.is_doubtful(&owner)) && !self.gives_no_sign(claim)
    }

    /// True for the claim of a job that its scheduler has put back into the queue.
    fn waits_again(&self, commit: CommitId, claim: &Claim) -> bool {
        self.flights.get(&commit).is_some_and(|flight| {
            claim.submission.as_ref() == Some(&flight.submission.name)
                && flight.state.as_ref().is_some_and(|state| state.phase == Phase::Queued)
                && !flight.submission.is_shared()
        })
    }

    /// The submission of that name.
    pub fn submission(&self, name: &str) -> Option<&Arc<Submission>> {
        self.submissions.iter().find(|submission| submission.name == name)
    }

    /// True if a gitsweep runs or submits points of any sweep here; it may be between two of them.
    pub fn is_anybody_at_work(&self) -> bool {
        self.census.has_anybody()
    }

    /// The limit of failures for which a scheduler's job of a point is not to begin it.
    pub(in crate::sweep) fn stopped(&self, commit: CommitId) -> Option<&FailureLimit> {
        let has = |known: &&Arc<Submission>| {
            let is_waiting = |task: &Task| task.commit == commit && !known.closed.contains(&task.number);
            known.is_stopped && !known.is_shared() && known.tasks.iter().any(is_waiting)
        };
        let is_free = self.flight(commit).is_none();
        self.submissions.iter().filter(|_| is_free).find(has)?.header.max_failures.as_ref()
    }

    /// Forgets that queues of a sweep ended since too many of their runs had failed: it is queued again.
    pub(in crate::sweep) fn forget_failures(&self, state: &Path, sweep: &str) {
        let limits: Vec<_> = self.submissions.iter().filter_map(|known| known.header.max_failures.as_ref()).collect();
        FailureLimit::forget(state, sweep, |limit| limits.contains(&limit));
    }

    pub(in crate::sweep) fn tidy(&self, repository: &Repository) {
        self.census.tidy(&repository.state_dir());
    }

    /// The number that the next attempt at a point gets.
    pub fn next_attempt(&self, commit: CommitId) -> u64 {
        let recorded = self.ledger.of(commit).iter().map(|record| record.attempt);
        let claimed = self.claims.get(&commit).into_iter().flatten().map(|(attempt, _)| *attempt);
        recorded.chain(claimed).max().unwrap_or(0) + 1
    }
}
