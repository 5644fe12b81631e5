//! What has come of a dispatcher's runs is folded into notes now and then, beside the runs.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Dispatcher;
use crate::git::Repository;
use crate::ledger;
use crate::sweep::here::observer::Observer;

/// Outcomes are folded in at most this often, and seldom enough to take a small part of the time.
const FOLD_EVERY: Duration = Duration::from_secs(1);
const FOLD_SHARE: u32 = 20;

/// When outcomes were last folded in, and at what cost.
pub(super) struct Folding {
    last: Instant,
    cost: Duration,
    /// How many have come since that was begun.
    unfolded: u64,
    /// What is at it now; how long it took comes with what became of it.
    thread: Option<JoinHandle<(Duration, Result<()>)>>,
}

impl Folding {
    pub(super) fn new() -> Self {
        Self { last: Instant::now(), cost: Duration::ZERO, unfolded: 0, thread: None }
    }

    /// An outcome has come.
    pub(super) fn count(&mut self) {
        self.unfolded += 1;
    }

    fn is_due(&self) -> bool {
        self.thread.is_none() && self.unfolded > 0 && self.last.elapsed() > FOLD_EVERY.max(self.cost * FOLD_SHARE)
    }

    /// Folds in what there is, in a thread of its own.
    fn begin(&mut self, repository: &Repository) -> Result<()> {
        (self.last, self.unfolded) = (Instant::now(), 0);
        let repository = repository.reopen()?;
        self.thread = Some(std::thread::spawn(move || {
            let start = Instant::now();
            let folded = ledger::fold(&repository).map(drop);
            (start.elapsed(), folded)
        }));
        Ok(())
    }

    /// Waits for what is being folded in.
    pub(super) fn close(&mut self, observer: &mut dyn Observer) {
        let Some(thread) = self.thread.take() else { return };
        let (cost, folded) = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (self.last, self.cost) = (Instant::now(), cost);
        if let Err(error) = folded {
            observer.warn(&format!("{error:#}"));
        }
    }
}

impl Dispatcher<'_, '_> {
    /// Folds outcomes into notes, if that is allowed and worth while.
    pub(super) fn fold_now_and_then(&mut self) {
        if self.folding.thread.as_ref().is_some_and(JoinHandle::is_finished) {
            self.folding.close(self.observer);
        }
        if self.rules.folds
            && self.folding.is_due()
            && let Err(error) = self.folding.begin(self.context.repository)
        {
            self.observer.warn(&format!("{error:#}"));
        }
    }
}
