//! How a queue's progress is shown: a bar on a terminal, lines for what is worth telling.

mod alike;
mod unreported;

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::ProgressBar;

use self::alike::Alike;
use self::unreported::Unreported;
use super::Context;
use crate::ui::{self, Interrupts, Look};
use gitsweep::git::CommitId;
use gitsweep::record::{Gravity, Record};
use gitsweep::sweep::{Observer, QueueEvent, StopRequest, Sweep};
use gitsweep::trial::Trial;

/// What is shown while a queue works.
pub struct Progress<'a> {
    pub context: &'a Context<'a>,
    interrupts: Interrupts,
    pub bar: ProgressBar,
    objective: Option<String>,
    /// The parameter that tells repeats from each other.
    repeat: Option<String>,
    pub started: Instant,
    is_terminal: bool,
    total: usize,
    done: usize,
    submitted: usize,
    /// What the scheduler last refused an order by, and when that was said.
    refused: Option<(String, Instant)>,
    failed: usize,
    /// What was warned of.
    pub warnings: Vec<String>,
    /// Why a search has no more points, as it was said.
    over: String,
    /// The first run that failed.
    pub first_failed: Option<(CommitId, Record)>,
    /// What the runs have not reported.
    pub unreported: Unreported,
    /// Whether their results are the same.
    pub alike: Alike,
}

/// How long a refusal in the same words goes without saying.
const SAME_REFUSAL: Duration = Duration::from_secs(60);

/// Before anything has ended nobody can tell how long it takes.
const AT_FIRST: &str = "[{bar:30}] {pos}/{len} {msg} {elapsed_precise}";
const THEN: &str = "[{bar:30}] {pos}/{len} {msg} {elapsed_precise} left {eta}";

impl<'a> Progress<'a> {
    /// Shows a queue from now on, and counts what the user interrupts it by.
    pub fn watch(context: &'a Context<'a>, sweep: &Sweep) -> Result<Self> {
        let interrupts = Interrupts::watch()?;
        let bar = context.ui.bar(0, AT_FIRST);
        Ok(Self {
            context,
            interrupts,
            bar,
            objective: sweep.plan.search.reported_objectives().next().map(|objective| objective.metric.clone()),
            repeat: sweep.plan.repeat().map(|repeat| repeat.name.to_string()),
            started: Instant::now(),
            is_terminal: std::io::stderr().is_terminal(),
            total: 0,
            done: 0,
            submitted: 0,
            refused: None,
            failed: 0,
            warnings: Vec::new(),
            over: String::new(),
            first_failed: None,
            unreported: Unreported::default(),
            alike: Alike::default(),
        })
    }

    fn say(&self, text: &str) {
        self.bar.suspend(|| self.context.ui.note(text));
    }

    fn say_if_verbose(&self, text: impl FnOnce() -> String) {
        if self.context.ui.verbose {
            self.say(&text());
        }
    }

    /// Says what has become of an attempt whose gitsweep died, and of so many processes of it.
    fn lost(&self, trial: &Trial, record: &Record, processes: usize) {
        let ended = match processes {
            0 => String::new(),
            1 => "; ended its process, which was still running".to_owned(),
            number => format!("; ended its {number} processes, which were still running"),
        };
        let reason = record.reason.as_deref().unwrap_or("it is lost");
        self.say(&format!("point {}: {reason}{ended}; the point is to be run again", trial.label.index));
    }

    /// Says why the scheduler does not take more now. At a limit of a site's each order may be refused many times before there
    /// is room.
    fn refused(&mut self, why: &str, pause: Duration) {
        let is_known = |(known, said): &(String, Instant)| known == why && said.elapsed() < SAME_REFUSAL;
        if self.context.ui.verbose || !self.refused.as_ref().is_some_and(is_known) {
            self.refused = Some((why.to_owned(), Instant::now()));
            self.say(&format!("not taken now: {why}; trying again in {}", ui::span(pause)));
        }
    }

    /// Says how many points were submitted before something went wrong.
    pub fn tell_submitted(&self) {
        if self.submitted > 0 {
            let (done, total) = (self.submitted, self.total);
            self.context.ui.note(&format!("{done} of {total} points were submitted, {} were not", total - done));
        }
    }

    fn step(&mut self) {
        self.done += 1;
        if self.done == 1 {
            self.bar.set_style(ui::bar_style(THEN));
        }
        self.bar.set_position(self.done as u64);
        if self.failed > 0 {
            let failed = format!("{} failed", self.failed);
            self.bar.set_message(self.context.ui.paint_note(Look::Bad, &failed).into_owned());
        }
    }

    fn ended(&mut self, trial: &Trial, record: &Record) {
        let gravity = record.status.gravity();
        self.failed += usize::from(gravity == Gravity::Bad);
        self.step();
        if gravity == Gravity::Bad {
            self.first_failed.get_or_insert_with(|| (trial.commit, record.clone()));
        }
        self.unreported.remember(record);
        self.alike.remember(trial, record, self.objective.as_deref(), self.repeat.as_deref());
        if gravity == Gravity::Good && !self.context.ui.verbose && (self.is_terminal || record.reason.is_none()) {
            return;
        }
        let metric = self.objective.as_ref().and_then(|name| Some((name.as_str(), record.metrics.get(name)?)));
        let metric = metric.or_else(|| record.metrics.iter().next().map(|(name, metric)| (name.as_str(), metric)));
        let metric = metric.map_or_else(String::new, |(name, metric)| format!(" {name}={metric}"));
        let look = match gravity {
            Gravity::Good => Look::Good,
            Gravity::Bad => Look::Bad,
            Gravity::Void => Look::Fair,
        };
        let status = self.context.ui.paint_note(look, record.status.as_str()).into_owned();
        let reason = record.reason.as_deref().map_or_else(String::new, |reason| format!(" ({})", ui::visible(reason)));
        // How long it took nobody knows of one that was killed before it could tell.
        let took = record.seconds.map_or_else(String::new, |seconds| format!(" in {}", ui::seconds(seconds)));
        let line = format!("point {} {status}{metric}{took}: {}{reason}", trial.label.index, trial.label.point);
        self.bar.suspend(|| {
            if !self.context.ui.quiet || gravity == Gravity::Bad {
                // A terminal or a reader that has gone is no reason to end what runs.
                let _ = writeln!(std::io::stderr(), "{line}");
            }
        });
    }
}

impl Observer for Progress<'_> {
    fn tell(&mut self, event: &QueueEvent<'_>) {
        match event {
            QueueEvent::Planned(total) => {
                self.total = *total;
                self.bar.set_length(*total as u64);
                self.bar.enable_steady_tick(Duration::from_millis(200));
            }
            QueueEvent::Started(trial) => {
                self.say_if_verbose(|| format!("point {} started: {}", trial.label.index, trial.label.point));
            }
            QueueEvent::Ended(trial, record) => self.ended(trial, record),
            QueueEvent::Reused(trial) => {
                self.step();
                self.say_if_verbose(|| format!("point {} reused: {}", trial.label.index, trial.label.point));
            }
            QueueEvent::Lost(trial, record, strays) => self.lost(trial, record, *strays),
            QueueEvent::Elsewhere(trial) => {
                self.say_if_verbose(|| format!("point {} is in flight already", trial.label.index));
            }
            QueueEvent::Submitted(number, job) => {
                self.submitted += number;
                self.bar.set_position(self.submitted as u64);
                self.say_if_verbose(|| format!("submitted {} as job {job}", ui::count(*number as u64, "point")));
            }
            QueueEvent::Refused(why, pause) => self.refused(why, *pause),
            QueueEvent::Ending(0) => self.say("jobs of the search are just ending: waiting until they have"),
            QueueEvent::Ending(number) => {
                let (points, are) = (ui::count(*number as u64, "point"), if *number == 1 { "is" } else { "are" });
                self.say(&format!("{points} {are} just ending: waiting until the scheduler is through"));
            }
            QueueEvent::InFlight(queued, running) => {
                self.bar.set_length((self.done + queued + running) as u64);
                self.bar.set_position(self.done as u64);
                self.bar.set_message(format!("{queued} queued, {running} running"));
            }
            QueueEvent::Grown(count) => {
                self.say_if_verbose(|| format!("laid {}", ui::count(*count as u64, "new point")));
            }
            QueueEvent::Over(why) => {
                (*why).clone_into(&mut self.over);
                self.say(&format!("no more points: {why}"));
            }
            QueueEvent::NotOver => self.say("the search goes on after all, by what was in flight"),
            QueueEvent::NoUsableResult(nothing) => self.bar.suspend(|| {
                if !self.over.starts_with(&nothing.why) {
                    self.context.ui.warning(&nothing.why);
                }
                self.context.ui.hint(&nothing.way_out);
            }),
            QueueEvent::Stopping(why) => self.say(why),
            QueueEvent::Warning(warning) => {
                self.warnings.push((*warning).to_owned());
                self.bar.suspend(|| self.context.ui.warning(warning));
            }
            QueueEvent::Tick => {}
        }
    }

    fn stop_request(&mut self) -> StopRequest {
        match self.interrupts.count() {
            0 => StopRequest::None,
            1 => StopRequest::StartNothing,
            2 => StopRequest::End,
            _ => StopRequest::Kill,
        }
    }
}
