//! The local executor: a number of places on this machine, each running one job at a time.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Error, Result};

use super::attempt::{Place, run};
use super::control::Control;
use crate::git::CommitId;
use crate::job::Job;
use crate::record::Record;

/// What a place has to say.
#[derive(Debug)]
pub enum Event {
    /// A job ended.
    Ended(Box<Job>, Box<Record>),
    /// A job could not be run at all, by no fault of the program.
    Broken(Box<Job>, Error),
    /// Something that the user should know.
    Warning(String),
}

/// Places that run jobs side by side.
pub struct Pool {
    jobs: Option<Sender<Job>>,
    events: Receiver<Event>,
    control: Arc<Control>,
    threads: Vec<JoinHandle<()>>,
    size: usize,
    active: usize,
}

impl Pool {
    /// A pool of these places. `keep` stores an outcome before anybody is told of it.
    pub fn new(places: Vec<Place>, keep: impl Fn(&Job, &Record) -> Result<()> + Send + Sync + 'static) -> Self {
        let (jobs, queue) = channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        let (tell, events) = channel();
        let control = Arc::new(Control::default());
        let keep = Arc::new(keep);
        let size = places.len();
        let threads = places
            .into_iter()
            .map(|mut place| {
                let (queue, tell, control, keep) =
                    (Arc::clone(&queue), tell.clone(), Arc::clone(&control), Arc::clone(&keep));
                std::thread::spawn(move || {
                    loop {
                        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok(job) = next else { break };
                        let mut warn = |warning| drop(tell.send(Event::Warning(warning)));
                        let outcome = run(&mut place, &job, &control, &mut warn)
                            .and_then(|record| keep(&job, &record).map(|()| record));
                        let event = match outcome {
                            Ok(record) => Event::Ended(Box::new(job), Box::new(record)),
                            Err(error) => Event::Broken(Box::new(job), error),
                        };
                        if tell.send(event).is_err() {
                            break;
                        }
                    }
                })
            })
            .collect();
        Self { jobs: Some(jobs), events, control, threads, size, active: 0 }
    }

    /// True if a place is free.
    pub fn is_free(&self) -> bool {
        self.active < self.size
    }

    /// The number of places that are free.
    pub fn free(&self) -> usize {
        self.size - self.active
    }

    /// The number of jobs that run.
    pub fn active(&self) -> usize {
        self.active
    }

    /// Hands a job to a free place.
    pub fn start(&mut self, job: Job) {
        if let Some(jobs) = &self.jobs
            && jobs.send(job).is_ok()
        {
            self.active += 1;
        }
    }

    /// What a place has to say, `None` if nothing happens within `patience`. Runs whose time is over are ended here.
    pub fn next_event(&mut self, patience: Duration) -> Option<Event> {
        self.control.check_clock();
        match self.events.recv_timeout(patience) {
            Ok(event) => {
                if !matches!(event, Event::Warning(_)) {
                    self.active -= 1;
                }
                Some(event)
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => None,
        }
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
        self.jobs = None;
        if self.active > 0 {
            self.control.kill_all();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
