//! `gitsweep exec`

use anyhow::Result;

use super::{Context, DONE, INTERRUPTED, SOME_FAILED};
use crate::ui::{self, Interrupts, Ui};
use gitsweep::hint;
use gitsweep::names;
use gitsweep::record::{Gravity, Record};
use gitsweep::sweep::{self, Executed, Observer, QueueEvent, QueueSummary, StopRequest, find_point};
use gitsweep::trial::Trial;

/// Run one commit here and leave its outcome: what a cluster's job calls
///
/// No ref is written; the next gitsweep command that looks at the sweep puts the outcome into a note.
#[derive(clap::Args)]
#[command(override_usage = "gitsweep exec [OPTIONS] <COMMIT>")]
pub struct Args {
    /// A point's commit (or its number, or SWEEP:NUMBER)
    #[arg(value_name = "COMMIT", required_unless_present_any = ["submission", "sweep_end"])]
    commit: Option<String>,
    /// The submission that this job belongs to
    #[arg(long, value_name = "NAME", conflicts_with = "commit", hide = true)]
    submission: Option<String>,
    /// Which of its tasks this is [default: $GITSWEEP_TASK]
    #[arg(long, value_name = "N", requires = "submission", hide = true)]
    task: Option<u64>,
    /// Tell the sweep's hooks of its end, if it has come
    #[arg(long, value_name = "SWEEP", conflicts_with_all = ["commit", "submission"], hide = true)]
    sweep_end: Option<String>,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    let ui = context.ui;
    let mut log = Log { ui, interrupts: Interrupts::watch()?, is_job: args.submission.is_some() };
    if let Some(branch) = &args.sweep_end {
        let sweep = sweep::find(&repository, Some(branch))?;
        sweep::exec_sweep_end(&repository, &sweep, &mut log)?;
        return Ok(DONE);
    }
    if let Some(name) = &args.submission {
        let told = std::env::var(names::ENV_TASK).ok().and_then(|task| task.trim().parse().ok());
        let number = args.task.or(told).ok_or_else(|| {
            hint::error(
                "which task of the submission this is, is not said",
                format!("the job's script sets {}: export {}=$PBS_ARRAY_INDEX", names::ENV_TASK, names::ENV_TASK),
            )
        })?;
        return Ok(match sweep::exec_task(&repository, name, number, &mut log)? {
            Executed::Ran(trial, record) => tell_record(ui, &trial, &record),
            Executed::Nothing(why) => {
                ui.note(&why);
                DONE
            }
            Executed::Worked(QueueSummary { runs, .. }) => {
                ui.note(&format!("{} ok, {} failed, {} cancelled", runs.ok, runs.failed, runs.cancelled));
                DONE
            }
            Executed::Coordinated(why) => {
                ui.note(&why);
                DONE
            }
        });
    }
    let (found, trial) = find_point(&repository, args.commit.as_deref().unwrap_or_default())?;
    let record = sweep::exec(&repository, &found, &trial, &mut log)?;
    Ok(tell_record(ui, &trial, &record))
}

/// Who looks on at one run: the log of the job, mostly.
struct Log<'a> {
    ui: &'a Ui,
    interrupts: Interrupts,
    /// True if a scheduler has started this.
    is_job: bool,
}

impl Observer for Log<'_> {
    fn tell(&mut self, event: &QueueEvent<'_>) {
        match event {
            QueueEvent::Warning(warning) => self.ui.warning(warning),
            QueueEvent::Lost(trial, ..) => {
                self.ui.note(&format!("point {} was lost by an earlier gitsweep", trial.label.index));
            }
            _ => {}
        }
    }

    fn stop_request(&mut self) -> StopRequest {
        // Schedulers end a job by TERM, which counts for two, to the shell and its programs, and by KILL soon after.
        match (self.interrupts.count(), self.is_job) {
            (0, _) => StopRequest::None,
            (1, false) | (1..=3, true) => StopRequest::End,
            _ => StopRequest::Kill,
        }
    }
}

fn tell_record(ui: &Ui, trial: &Trial, record: &Record) -> u8 {
    let reason = record.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
    let seconds = ui::seconds(record.seconds.unwrap_or(0.0));
    ui.note(&format!("point {} {} in {}{reason}", trial.label.index, record.status, seconds));
    match record.status.gravity() {
        Gravity::Good => DONE,
        Gravity::Bad => SOME_FAILED,
        Gravity::Void => INTERRUPTED,
    }
}
