//! The last word of a queue: what it has done, what is to be done next, and the exit code.

use super::progress::Progress;
use super::{DONE, INTERRUPTED, NOTHING, SOME_FAILED, uncommitted};
use crate::ui;
use gitsweep::command::quote;
use gitsweep::executor::LOCAL;
use gitsweep::report::early_in_words;
use gitsweep::sweep::{MOST_FAILURES, Points, QueueSummary, Sweep};

/// Says what a queue has done with this executor; the exit code that goes with it.
pub fn conclude(shown: &Progress<'_>, sweep: &Sweep, executor: &str, summary: QueueSummary) -> u8 {
    let ui = shown.context.ui;
    let queue = command_of_queue(sweep, executor);
    let QueueSummary { points, runs, handed, ending } = summary;
    let ran = runs.ok + runs.failed + runs.cancelled + runs.lost + handed.submitted;
    if ending.interrupted && points.selected == 0 {
        let what = if executor == LOCAL { "run" } else { "submitted" };
        ui.note(&format!("{}: ended before anything was {what}; {queue} goes on", sweep.branch));
        return INTERRUPTED;
    }
    if points.selected == 0 {
        ui.note("no point matches");
        return NOTHING;
    }
    let mut parts = Vec::new();
    for (number, word) in [
        (runs.ok, "ok"),
        (runs.failed, "failed"),
        (runs.cancelled, "cancelled"),
        (runs.lost, "lost"),
        (handed.submitted, "submitted"),
        (points.elsewhere, if ending.interrupted { "still in flight" } else { "in flight already" }),
        (points.left, "left"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    if let Some(ok) = parts.first_mut() {
        ok.push_str(&early_in_words(runs.stopped));
    }
    if handed.workers > 0 {
        parts.push(format!("with {} more", ui::count(handed.workers, "worker")));
    } else if handed.sharing > 0 {
        parts.push(format!("shared by {}", ui::count(handed.sharing, "worker")));
    }
    if let Some(ok) = parts.first_mut().filter(|_| runs.reused > 0) {
        let reused = if runs.reused == runs.ok { "all".to_owned() } else { runs.reused.to_string() };
        ok.push_str(&format!(" ({reused} taken from earlier runs)"));
    }
    if ran == 0 && handed.searchers > 0 {
        let jobs = ui::count(handed.searchers, "job");
        ui.note(&format!("{}: {jobs} of the search at work; nothing more is submitted", sweep.branch));
        return DONE;
    }
    if ran == 0 && points.elsewhere == 0 && points.left == 0 {
        ui.note(&format!("{}: nothing to run, {}", sweep.branch, why_nothing(sweep, &points, &queue)));
        return if ending.has_no_usable_result { SOME_FAILED } else { DONE };
    }
    ui.note(&format!("{}: {} in {}", sweep.branch, parts.join(", "), ui::span(shown.started.elapsed())));
    shown.unreported.tell(ui, &sweep.branch);
    shown.alike.tell(ui, sweep);
    let repository = shown.first_failed.as_ref().and_then(|_| shown.context.repository().ok());
    if let (Some((commit, record)), Some(repository)) = (&shown.first_failed, repository)
        && let Some(way_out) = uncommitted::way_out(&repository, sweep, *commit, record)
    {
        ui.hint(&ui::visible(&way_out));
    }
    if ending.interrupted && (points.left > 0 || runs.cancelled + runs.lost > 0) {
        ui.note(&format!("next: {queue} goes on"));
    } else if ending.is_over && points.left > 0 {
        ui.note(&format!("what is left is run by: {queue}"));
    }
    if handed.submitted > 0 {
        ui.note(&format!("next: gitsweep status {}", quote(&sweep.branch)));
    }
    if runs.failed > 0 || ending.lacks_results {
        ui.note(&format!("why: gitsweep status {}", quote(&sweep.branch)));
    } else if runs.ok > 0 && !ending.interrupted {
        ui.note(&format!("next: gitsweep results {}", quote(&sweep.branch)));
    }
    if ending.interrupted {
        INTERRUPTED
    } else if runs.failed > 0 || ending.enough_failed || ending.has_no_usable_result || ending.lacks_results {
        SOME_FAILED
    } else {
        DONE
    }
}

/// The command that goes on with this executor: one that the definition does not name is to be said again.
fn command_of_queue(sweep: &Sweep, executor: &str) -> String {
    let is_said = executor != sweep.plan.queue.executor.to_string();
    let said = if is_said { format!(" -e {}", quote(executor)) } else { String::new() };
    format!("gitsweep queue {}{said}", quote(&sweep.branch))
}

/// Why none of the points that were selected is to be run.
fn why_nothing(sweep: &Sweep, points: &Points, queue: &str) -> String {
    match (points.only_failed, points.worn_out) {
        (true, _) => "none of these points failed".to_owned(),
        (false, 0) if points.selected < sweep.trials.len() => "every point that is chosen has a result".to_owned(),
        (false, 0) => "every point has a result".to_owned(),
        (false, count) => {
            let points = ui::count(count, "point");
            format!("{points} failed {MOST_FAILURES} times or more; {queue} --rerun failed tries again")
        }
    }
}
