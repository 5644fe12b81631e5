//! `gitsweep exec`

use anyhow::Result;

use super::{Context, DONE, INTERRUPTED, SOME_FAILED};
use crate::ui::{self, Interrupts};
use gitsweep::record::Gravity;
use gitsweep::sweep::{self, QueueEvent, find_point};

/// Run one commit here and leave its outcome: what a cluster's job calls
///
/// No ref is written; the next gitsweep command that looks at the sweep puts the outcome into a note.
#[derive(clap::Args)]
pub struct Args {
    /// A point's commit (or its number, or SWEEP:NUMBER)
    #[arg(value_name = "COMMIT")]
    commit: String,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    let (found, trial) = find_point(&repository, &args.commit)?;
    let interrupts = Interrupts::watch()?;
    let ui = context.ui;
    let record = sweep::exec(&repository, &found, &trial, &|| interrupts.count(), &mut |event| match event {
        QueueEvent::Warning(warning) => ui.warning(warning),
        QueueEvent::Lost(trial, ..) => ui.note(&format!("point {} was lost by an earlier gitsweep", trial.label.index)),
        _ => {}
    })?;
    let reason = record.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
    let seconds = std::time::Duration::from_secs_f64(record.seconds.unwrap_or(0.0));
    ui.note(&format!("point {} {} in {}{reason}", trial.label.index, record.status, ui::span(seconds)));
    Ok(match record.status.gravity() {
        Gravity::Good => DONE,
        Gravity::Bad => SOME_FAILED,
        Gravity::Void => INTERRUPTED,
    })
}
