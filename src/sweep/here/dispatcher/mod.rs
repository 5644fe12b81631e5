//! The dispatcher runs points in places side by side, claiming them one by one, until none is left or something says stop.

mod ending;
mod folding;
mod starting;
mod stopping;

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Error, Result};

use self::folding::Folding;
use super::growth::Growth;
use super::inbox::Inbox;
use super::job_end::JobEnd;
use super::observer::Observer;
use super::room::keep_in_time;
use super::run_context::RunContext;
use super::select::Limits;
use super::summary::QueueSummary;
use super::watch::Watch;
use crate::executor::Pool;
use crate::file_server::Wait;
use crate::git::CommitId;
use crate::ledger::{self, Ledger};
use crate::record::{Record, Status};
use crate::submission::FailureLimit;
use crate::sweep::followed::hooks::HookRunner;
use crate::sweep::found::standing::{Standings, newest_good};
use crate::sweep::stop_request::StopRequest;
use crate::trial::Trial;

/// The outcomes of shorter runs are not synced one by one but when they are folded in.
const SHORT: Duration = Duration::from_secs(1);

/// What a queue does.
#[derive(Clone, Debug, Default)]
pub struct QueueOptions {
    /// What it takes.
    pub limits: Limits,
    /// Runs at a time.
    pub jobs: usize,
    /// Time between two starts.
    pub spacing: Duration,
    /// No new runs after so many failures.
    pub max_failures: Option<u64>,
    /// The same of a queue whose jobs count together, each by itself.
    pub failure_limit: Option<FailureLimit>,
    /// A point whose code, command and parameters have a result already gets that.
    pub reuse: bool,
}

/// What a dispatcher may and may not do.
#[derive(Clone, Copy, Debug)]
pub(in crate::sweep) struct Rules {
    /// Whether outcomes are folded into notes as they come; jobs on a cluster never touch a ref.
    pub(in crate::sweep) folds: bool,
    /// When it has to be done: no run begins that would not end before.
    pub(in crate::sweep) ends_at: Option<Instant>,
}

/// What a dispatcher is to do.
pub(in crate::sweep) struct Work<'a> {
    pub(in crate::sweep) context: &'a RunContext<'a>,
    pub(in crate::sweep) standings: &'a Standings,
    /// The points that are to be run, in order.
    pub(in crate::sweep) waiting: VecDeque<&'a Trial>,
    /// How a search that grows brings more of them.
    pub(in crate::sweep) growth: Growth,
    pub(in crate::sweep) options: &'a QueueOptions,
    pub(in crate::sweep) rules: Rules,
}

impl Work<'_> {
    /// Does it.
    ///
    /// # Errors
    /// If gitsweep itself cannot go on. Runs that fail are no error.
    pub(in crate::sweep) fn carry_out(self, summary: &mut QueueSummary, observer: &mut dyn Observer) -> Result<()> {
        let mut dispatcher = Dispatcher::gather(self, summary, observer)?;
        loop {
            dispatcher.obey();
            dispatcher.obey_others();
            dispatcher.mind_the_time();
            dispatcher.grow();
            dispatcher.start_runs();
            dispatcher.hand_over_ahead();
            if dispatcher.pool.active() == 0 && (dispatcher.waiting.is_empty() || !dispatcher.may_start()) {
                let has_more = !dispatcher.is_stopping && dispatcher.growth.is_due();
                if !has_more {
                    break;
                }
                if !dispatcher.is_away() {
                    continue;
                }
            }
            dispatcher.end_hopeless_runs();
            dispatcher.await_event();
            dispatcher.fold_now_and_then();
        }
        dispatcher.disband()
    }
}

/// A dispatcher at work.
struct Dispatcher<'a, 't> {
    context: &'a RunContext<'a>,
    standings: &'a Standings,
    options: &'a QueueOptions,
    rules: Rules,
    growth: Growth,
    pool: Pool,
    hooks: HookRunner,
    inbox: Inbox,
    watch: Option<Watch<'a>>,
    /// Points that are to be run; a search that grows brings more of them.
    waiting: VecDeque<Cow<'a, Trial>>,
    /// Those that a place has or is to have, by the attempt's number too: a point may be run twice at once.
    handed: HashMap<(CommitId, u64), Cow<'a, Trial>>,
    /// The number of the last attempt at points that have been tried here.
    attempts: HashMap<CommitId, u64>,
    /// Results of the same code with the same parameters, by key.
    reusable: HashMap<String, (CommitId, Record)>,
    /// The strongest request of the user's so far.
    request: StopRequest,
    /// True once that is to end what runs. Shared with those who keep the outcomes: of a worker the scheduler knows why.
    is_told: Arc<AtomicBool>,
    /// True once what runs is to end, whoever asks for it: nothing waits for room on the disk.
    is_ending: Arc<AtomicBool>,
    /// What is to be said of a full disk, for which outcomes wait.
    full: Arc<Mutex<Option<String>>>,
    is_stopping: bool,
    /// The wait for a file server that was away when points were claimed or laid, and when that is tried again.
    away: Option<(Wait, Instant)>,
    /// What gitsweep itself cannot go on for.
    broken: Option<Error>,
    /// When a job was last handed over.
    last_start: Option<Instant>,
    last_look: Instant,
    /// How long the longest run took.
    longest: Duration,
    /// How long the run took that ended last.
    latest: Option<Duration>,
    folding: Folding,
    summary: &'t mut QueueSummary,
    observer: &'t mut dyn Observer,
}

impl<'a, 't> Dispatcher<'a, 't> {
    /// Sets up a place for each run at a time.
    fn gather(work: Work<'a>, summary: &'t mut QueueSummary, observer: &'t mut dyn Observer) -> Result<Self> {
        let Work { context, standings, waiting, growth, options, rules } = work;
        let reusable = if options.reuse { reusable(&standings.ledger) } else { HashMap::new() };
        let most = if growth.goes_on() { usize::MAX } else { waiting.len() + growth.untried() };
        let size = options.jobs.max(1).min(most);
        let places = (0..size).map(|slot| context.place(slot)).collect::<Result<Vec<_>>>()?;
        let keep_in = context.state.clone();
        let is_told = Arc::new(AtomicBool::new(false));
        let (full, is_ending) = (Arc::new(Mutex::new(None)), Arc::new(AtomicBool::new(false)));
        let ends = Arc::clone(&is_ending);
        let (told, said, end) = (Arc::clone(&is_told), Arc::clone(&full), OnceLock::new());
        let executor = context.errand.as_ref().map(|errand| errand.executor.clone());
        let pool = Pool::new(places, move |job, record| {
            if let Some(executor) = executor.as_ref().filter(|_| told.load(Ordering::Relaxed)) {
                end.get_or_init(|| JobEnd::ask(executor)).explain_of_worker(record);
            }
            let is_short = rules.folds && record.seconds.is_some_and(|seconds| seconds < SHORT.as_secs_f64());
            let leave = if is_short { ledger::leave_result_for_now } else { ledger::leave_result };
            let keep = || leave(&keep_in, job.commit, record).map(drop);
            let tell = |full: &str| *said.lock().unwrap_or_else(PoisonError::into_inner) = Some(full.to_owned());
            keep_in_time(record, &keep_in, keep, || !ends.load(Ordering::Relaxed), tell)
        });
        let hooks = HookRunner::new(context.repository, context.sweep);
        let inbox = Inbox::open(&context.state, &context.sweep.name);
        Ok(Self {
            context,
            standings,
            options,
            rules,
            growth,
            pool,
            hooks,
            inbox,
            watch: Watch::over(context.repository, context.sweep, standings),
            waiting: waiting.into_iter().map(Cow::Borrowed).collect(),
            handed: HashMap::new(),
            attempts: HashMap::new(),
            reusable,
            request: StopRequest::None,
            is_told,
            is_ending,
            full,
            is_stopping: false,
            away: None,
            broken: None,
            last_start: None,
            last_look: Instant::now(),
            longest: Duration::ZERO,
            latest: None,
            folding: Folding::new(),
            summary,
            observer,
        })
    }

    /// True while a file server is waited for.
    fn is_away(&self) -> bool {
        self.away.as_ref().is_some_and(|(_, until)| Instant::now() < *until)
    }

    /// True if runs may begin.
    fn may_start(&self) -> bool {
        !self.is_stopping && !self.growth.is_held()
    }

    /// Leaves the places, and says what there is to say in the end.
    fn disband(mut self) -> Result<()> {
        self.summary.points.left += (self.waiting.len() + self.growth.untried()) as u64;
        let has_stopped = !self.may_start();
        let ending = &mut self.summary.ending;
        ending.is_over |= self.growth.is_over();
        ending.stopped |= has_stopped;
        if !ending.interrupted {
            self.growth.tell_of_end(self.observer);
        }
        drop(self.pool);
        self.folding.close(self.observer);
        self.context.clear_checkouts();
        let problems = self.hooks.close(&mut || self.observer.stop_request());
        self.observer.warn_of(&problems);
        self.broken.map_or(Ok(()), Err)
    }
}

fn reusable(ledger: &Ledger) -> HashMap<String, (CommitId, Record)> {
    let mut known = HashMap::new();
    for (commit, records) in ledger.iter() {
        if let Some(record) = newest_good(records).filter(|record| record.status == Status::Ok)
            && let Some(key) = &record.key
        {
            known.insert(key.clone(), (commit, record.clone()));
        }
    }
    known
}
