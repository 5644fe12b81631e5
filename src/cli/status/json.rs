//! The state of a sweep for programs.

use std::io::Write;

use anyhow::Result;
use serde_json::json;

use super::{View, since};
use gitsweep::sweep::{Outlook, Searcher, Standings, result_of};
use gitsweep::trial::Trial;

/// Writes the object.
pub(super) fn write(out: &mut dyn Write, view: &View<'_>) -> Result<()> {
    let View { sweep, standings, groups, left, outlook, stopped, .. } = view;
    let points: Vec<_> = sweep
        .trials
        .iter()
        .map(|trial| {
            let entry = standings.ledger.find(trial.commit);
            let standing = standings.of_summary(trial.commit, &entry.summary());
            let records = entry.glance();
            let record = result_of(&records);
            json!({
                "point": trial.label.index,
                "commit": trial.commit.to_string(),
                "standing": standing.as_str(),
                "status": record.map(|record| record.status.as_str()),
                "attempts": records.len(),
                "reason": record.and_then(|record| record.reason.clone()),
                "running_for": since(standings, trial).map(|time| time.as_secs_f64()),
                "job": job(standings, trial),
                "scheduler": standings.flight(trial.commit).and_then(|flight| flight.state.as_ref()).map(|state| json!({
                    "state": state.words,
                    "node": state.node,
                    "seconds_left": state.left.map(|left| left.as_secs_f64()),
                })),
            })
        })
        .collect();
    let counts: serde_json::Map<String, serde_json::Value> =
        groups.iter().map(|(standing, points)| (standing.as_str().to_owned(), json!(points.len()))).collect();
    let searchers: Vec<_> = standings
        .searchers(&sweep.name)
        .map(|Searcher { submission, job, state }| {
            json!({
                "role": if submission.header.coordinates.is_some() { "coordinator" } else { "worker" },
                "job": job,
                "state": state.words,
                "node": state.node,
                "seconds_left": state.left.map(|left| left.as_secs_f64()),
            })
        })
        .collect();
    let whole = json!({
        "sweep": sweep.branch,
        "base": sweep.base.to_string(),
        "total": sweep.trials.len(),
        "counts": counts,
        "seconds_left": left.map(|left| left.as_secs_f64()),
        "search": outlook.as_ref().map(outlook_json),
        "stopped": stopped,
        "searchers": searchers,
        "points": points,
    });
    writeln!(out, "{}", serde_json::to_string_pretty(&whole)?)?;
    Ok(())
}

fn outlook_json(outlook: &Outlook) -> serde_json::Value {
    let best = outlook.best.as_ref().map(|best| {
        json!({
            "objective": best.objective,
            "value": best.value,
            "point": best.trial.label.index,
            "params": best.trial.label.point.to_json(),
        })
    });
    json!({
        "laid": outlook.points,
        "trials": outlook.trials,
        "more": outlook.more,
        "end": outlook.end,
        "best": best,
        "front": outlook.front,
    })
}

/// The scheduler's id of the job that has a point.
fn job(standings: &Standings, trial: &Trial) -> Option<String> {
    let claimed = standings.running(trial.commit).and_then(|(_, claim)| claim.job.clone());
    claimed.or_else(|| {
        let flight = standings.flight(trial.commit).filter(|flight| !flight.submission.is_shared())?;
        flight.submission.job_of(flight.task.number)
    })
}
