//! Coordinating: a small job proposes and submits the points of a search that grows, until that is over. Before its own
//! time is, it submits its successor. It keeps nothing in mind: killed at any moment, the next one goes on.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::submit::{Coordinator, SubmitOptions, SubmittedBy, margin, submit_by, submit_coordinator};
use super::turn::{Turn, tell_of_end};
use crate::executor::own_job;
use crate::git::Repository;
use crate::liveness::Heartbeat;
use crate::sweep::Sweep;
use crate::sweep::found::standing::Standings;
use crate::sweep::here::event::QueueEvent;
use crate::sweep::here::inbox::UntilCancelled;
use crate::sweep::here::observer::Observer;
use crate::sweep::laid::learn::{grown, is_search_over};
use crate::sweep::stop_request::StopRequest;

/// Slurm is asked often after something has happened, and less often while nothing does.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// After so many rounds in a row that came to nothing a coordinator gives up.
const MOST_PROBLEMS: usize = 20;

/// Coordinates the search of a submission until it is over, or this job's time nearly is; what it has come to, in words.
///
/// # Errors
/// If the sweep cannot be read, no run reports the objective, or submitting fails again and again.
pub(in crate::sweep) fn coordinate(turn: &Turn<'_>, observer: &mut dyn Observer) -> Result<String> {
    let Turn { repository, submission, .. } = *turn;
    let with = submission.header.coordinates.as_ref().context("a coordinator that does not know its search")?;
    let sweep = turn.load_whole()?;
    let state = repository.state_dir();
    let _alive = Heartbeat::start(&state, sweep.plan.queue.lease)?;
    let mut observer = UntilCancelled::new(observer, &state, &sweep.name);
    let mut options =
        SubmitOptions { is_coordinated: true, ..SubmitOptions::of_job(&submission.header.executor, with) };
    let left = own_job().and_then(|state| state.left);
    let hands_over_at = left.map(|left| Instant::now() + left.saturating_sub(margin(left)));
    let (mut pause, mut problems) = (FIRST_PAUSE, 0);
    loop {
        if let Some(limit) = options.max_failures.as_ref().filter(|limit| limit.is_reached(&state)) {
            return Ok(limit.in_words(&state));
        }
        if hands_over_at.is_some_and(|at| Instant::now() >= at) {
            match hand_over(repository, &sweep, &options, &submission.name, &mut observer) {
                Ok(why) => return Ok(why),
                // There is some time left to try again in.
                Err(error) => observer.warn(&format!("no successor is submitted yet: {error:#}")),
            }
            pause = FIRST_PAUSE;
        }
        match round(repository, &sweep, &options, &mut observer) {
            Ok(Round::Over(why)) => return Ok(why),
            Ok(Round::Submitted) => (pause, problems, options.is_going_on) = (FIRST_PAUSE, 0, true),
            Ok(Round::Nothing) => (problems, options.is_going_on) = (0, true),
            Err(error) if problems + 1 >= MOST_PROBLEMS => return Err(error),
            Err(error) => {
                problems += 1;
                observer.warn(&format!("{error:#}"));
            }
        }
        let until = Instant::now() + pause;
        while Instant::now() < until {
            if observer.observer.has_enough() {
                return Ok("it was told to end".to_owned());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        if observer.has_enough() {
            return Ok("the sweep was cancelled".to_owned());
        }
        pause = pause.mul_f64(1.3).min(LONGEST_PAUSE);
    }
}

/// Submits the job that is to go on; what has become of it, in words.
fn hand_over(
    repository: &Repository,
    sweep: &Sweep,
    options: &SubmitOptions,
    own: &str,
    observer: &mut dyn Observer,
) -> Result<String> {
    Ok(match submit_coordinator(&repository.reopen()?, sweep, options, Some(own), observer)? {
        Coordinator::Submitted(job) => format!("this job's time is nearly over: job {job} goes on"),
        Coordinator::AtWork(_) => "this job's time is nearly over, and another coordinator is there".to_owned(),
        Coordinator::Stopped => "it was told to end".to_owned(),
    })
}

/// What a round has come to.
enum Round {
    /// Points were submitted.
    Submitted,
    /// There was no room for more.
    Nothing,
    /// There are to be no more points, why, and none is in flight.
    Over(String),
}

fn round(
    repository: &Repository,
    sweep: &Sweep,
    options: &SubmitOptions,
    observer: &mut dyn Observer,
) -> Result<Round> {
    // What jobs and others have laid and left is found once the repository is opened afresh.
    let fresh = repository.reopen()?;
    let mut listener = EndListener { observer, over: None };
    let summary = submit_by(SubmittedBy::Job, &fresh, sweep, options, &mut listener)?;
    if summary.handed.submitted > 0 {
        return Ok(Round::Submitted);
    }
    let Some(why) = listener.over else { return Ok(Round::Nothing) };
    let standings = Standings::read(&fresh)?;
    let grown = grown(&fresh, sweep)?.context("the branch is gone")?;
    if !is_search_over(&fresh, &grown, &standings)? {
        return Ok(Round::Nothing);
    }
    tell_of_end(&fresh, &grown, &standings, observer);
    Ok(Round::Over(why))
}

/// An observer who keeps to himself why there are to be no more points: that the search is over is told once it is.
struct EndListener<'a> {
    observer: &'a mut dyn Observer,
    over: Option<String>,
}

impl Observer for EndListener<'_> {
    fn tell(&mut self, event: &QueueEvent<'_>) {
        match event {
            QueueEvent::Over(why) => self.over = Some((*why).to_owned()),
            other => self.observer.tell(other),
        }
    }

    fn stop_request(&mut self) -> StopRequest {
        self.observer.stop_request()
    }
}
