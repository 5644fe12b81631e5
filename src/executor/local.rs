//! The local executor: a number of places on this machine, each running one job at a time.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Error, Result};

use super::attempt::{Place, run};
use super::control::Control;
use super::line::Line;
use crate::git::CommitId;
use crate::job::Job;
use crate::record::Record;

/// What a place has to say.
#[derive(Debug)]
pub enum Event {
    /// An attempt at a commit has begun.
    Began(CommitId, u64),
    /// A job ended.
    Ended(Box<Job>, Box<Record>),
    /// A job could not be run at all, by no fault of the program.
    Broken(Box<Job>, Error),
    /// Something that the user should know.
    Warning(String),
}

/// Places that run jobs side by side. A place that becomes free takes the next job at once, where one waits.
pub struct Pool {
    line: Arc<Line<Job>>,
    events: Receiver<Event>,
    control: Arc<Control>,
    threads: Vec<JoinHandle<()>>,
    size: usize,
    active: usize,
}

impl Pool {
    /// A pool of these places. `keep` puts an outcome right and stores it before anybody is told of it.
    pub fn new(places: Vec<Place>, keep: impl Fn(&Job, &mut Record) -> Result<()> + Send + Sync + 'static) -> Self {
        let line = Arc::new(Line::<Job>::new());
        let (tell, events) = channel();
        let control = Arc::new(Control::default());
        let keep = Arc::new(keep);
        let size = places.len();
        let threads = places
            .into_iter()
            .map(|mut place| {
                let (line, tell, control, keep) =
                    (Arc::clone(&line), tell.clone(), Arc::clone(&control), Arc::clone(&keep));
                std::thread::spawn(move || {
                    let mut is_broken = false;
                    while !is_broken && let Some(job) = line.next() {
                        let _ = tell.send(Event::Began(job.commit, job.attempt));
                        let mut warn = |warning| drop(tell.send(Event::Warning(warning)));
                        let outcome = run(&mut place, &job, &control, &mut warn)
                            .and_then(|mut record| keep(&job, &mut record).map(|()| record));
                        is_broken = outcome.is_err();
                        let event = match outcome {
                            Ok(record) => Event::Ended(Box::new(job), Box::new(record)),
                            Err(error) => Event::Broken(Box::new(job), error),
                        };
                        let _ = tell.send(event);
                    }
                })
            })
            .collect();
        Self { line, events, control, threads, size, active: 0 }
    }

    /// True if a place is free.
    pub fn is_free(&self) -> bool {
        self.active < self.size
    }

    /// The number of places that are free.
    pub fn free(&self) -> usize {
        self.size.saturating_sub(self.active)
    }

    /// The number of jobs that wait for a place to become free.
    pub fn ahead(&self) -> usize {
        self.active.saturating_sub(self.size)
    }

    /// True if no place is free, and not every one has a job to go on with.
    pub fn lacks_next(&self) -> bool {
        !self.is_free() && self.ahead() < self.size
    }

    /// The number of jobs that run or wait for a place.
    pub fn active(&self) -> usize {
        self.active
    }

    /// Hands over a job; it waits for a place where none is free.
    pub fn start(&mut self, job: Job) {
        self.line.push(job);
        self.active += 1;
    }

    /// Takes back those jobs of which `is_wanted` is true and that no place has taken.
    pub fn take_back(&mut self, is_wanted: impl Fn(&Job) -> bool) -> Vec<Job> {
        let jobs = self.line.take_back(is_wanted);
        self.active -= jobs.len();
        jobs
    }

    /// What a place has to say, `None` if nothing happens within `patience`. Runs whose time is over are ended here.
    pub fn next_event(&mut self, patience: Duration) -> Option<Event> {
        self.control.check_clock();
        match self.events.recv_timeout(patience) {
            Ok(event) => {
                if matches!(event, Event::Ended(..) | Event::Broken(..)) {
                    self.active -= 1;
                }
                Some(event)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Gives all that runs so much more time: it was stopped that long.
    pub fn put_off(&self, halted: Duration) {
        self.control.put_off(halted);
    }

    /// Tells the run of a commit to end because it is not going to be any good.
    pub fn stop(&self, commit: CommitId, step: u64) {
        self.control.stop(commit, step);
    }

    /// Tells the runs of these commits to end. Their outcomes come as events.
    pub fn end_these(&self, commits: &[CommitId]) {
        self.control.end(commits);
    }

    /// Tells everything that runs to end, by TERM, and KILL when its grace is over. The outcomes come as events.
    pub fn end_all(&self) {
        self.control.end_all();
    }

    /// Ends everything that runs by KILL. The outcomes come as events.
    pub fn kill_all(&self) {
        self.control.kill_all();
    }
}

impl Drop for Pool {
    /// Waits for the places, which then remove their checkouts. Nothing runs any more unless something went wrong.
    fn drop(&mut self) {
        self.line.close();
        if self.active > 0 {
            self.control.kill_all();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
