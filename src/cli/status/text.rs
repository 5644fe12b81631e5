//! The state of a sweep for people.

use std::io::Write;

use anyhow::Result;

use super::{View, since};
use crate::cli::results::command_of_front;
use crate::cli::{code, uncommitted};
use crate::ui::{self, Look, Ui, visible};
use gitsweep::command::quote;
use gitsweep::executor::Phase;
use gitsweep::git::Repository;
use gitsweep::ledger::Summary;
use gitsweep::record::{Gravity, Record, Status};
use gitsweep::report::early_in_words;
use gitsweep::sweep::{Outlook, Searcher, Standing, Standings, Sweep, newest_good, result_of, silence_of};
use gitsweep::trial::Trial;

/// How many failed or running points are named before the rest is counted.
const NAMED: usize = 20;
/// So many points of which the same is to be said have a line each.
const FEW: usize = 3;

/// Writes the screen.
pub(super) fn write(out: &mut dyn Write, ui: &Ui, repository: &Repository, view: &View<'_>) -> Result<()> {
    let View { sweep, standings, groups, seconds, left, outlook, stopped } = view;
    let total = ui::count(sweep.trials.len() as u64, "point");
    writeln!(out, "{}  {total} from {}", ui.paint(Look::Strong, &sweep.branch), repository.abbreviate(sweep.base))?;
    let counts: Vec<String> = groups
        .iter()
        .filter(|(standing, points)| !points.is_empty() || *standing == Standing::Ok)
        .map(|(standing, points)| {
            let stopped = |(_, summary): &&(&Trial, Summary)| summary.status == Some(Status::Stopped);
            let early = if *standing == Standing::Ok { points.iter().filter(stopped).count() } else { 0 };
            let text = format!("{} {}{}", points.len(), standing.as_str(), early_in_words(early as u64));
            ui.paint(look(*standing), &text).into_owned()
        })
        .collect();
    writeln!(out, "  {}", counts.join("   "))?;
    if let Some(seconds) = *seconds {
        let left = left.map_or_else(String::new, |left| format!(", about {} left", ui::span(left)));
        writeln!(out, "  {} a run on average{left}", ui::seconds(seconds))?;
    }
    let searchers = searchers(sweep, standings);
    let [_, _, (_, running), (_, queued), _] = groups;
    let is_idle = running.is_empty() && queued.is_empty() && searchers.is_empty() && !standings.is_anybody_at_work();
    let idle = outlook.as_ref().filter(|outlook| is_idle && outlook.end.is_none());
    let goes_on = || format!("{} goes on", command_of_queue(sweep, standings));
    let idle = match stopped {
        Some(why) => Some(format!("no more points are started: {why}; {}", goes_on())),
        None => idle.map(|_| format!("nothing runs: {}", goes_on())),
    };
    let search = outlook.as_ref().map(|outlook| how_far(sweep, outlook)).into_iter().flatten();
    for line in search.chain(searchers).chain(silence_of(sweep, standings)).chain(idle) {
        writeln!(out, "  {}", visible(&line))?;
    }
    for (standing, points) in groups {
        let lines: Vec<String> = match standing {
            Standing::Queued => waiting(sweep, standings, points.iter().map(|(trial, _)| *trial)),
            Standing::Running => points
                .iter()
                .filter_map(|(trial, summary)| Some(line(trial, &what(*standing, standings, trial, summary)?)))
                .collect(),
            _ => grouped(*standing, standings, points),
        };
        if lines.is_empty() {
            continue;
        }
        writeln!(out, "\n{}:", standing.as_str())?;
        for line in lines.iter().take(NAMED) {
            writeln!(out, "  {}", visible(line))?;
        }
        if lines.len() > NAMED {
            writeln!(out, "  and {} more", lines.len() - NAMED)?;
        }
        let first = points.first().filter(|_| *standing == Standing::Failed);
        let record = first.and_then(|(trial, _)| Some((trial, result_of(standings.ledger.of(trial.commit))?)));
        let way_out = record.and_then(|(trial, record)| uncommitted::way_out(repository, sweep, trial.commit, record));
        if let Some(way_out) = way_out {
            writeln!(out, "  {}", visible(&way_out))?;
        }
        if *standing == Standing::Failed
            // In a shallow clone there may be no history to tell it by.
            && let Ok(Some(line)) = newer_code(repository, sweep)
        {
            writeln!(out, "  {line}")?;
        }
    }
    if let Some(next) = next(view) {
        writeln!(out, "{}", ui.paint(Look::Faint, &format!("next: {next}")))?;
    }
    Ok(())
}

/// What to do next where nothing happens by itself.
fn next(view: &View<'_>) -> Option<String> {
    let View { sweep, standings, groups, outlook, stopped, .. } = view;
    let [(_, ok), (_, failed), (_, running), (_, queued), (_, pending)] = groups;
    // What goes on with these stands above.
    let goes_on = stopped.is_some() || outlook.as_ref().is_some_and(|outlook| outlook.end.is_none());
    if !running.is_empty() || !queued.is_empty() || standings.is_anybody_at_work() || goes_on {
        return None;
    }
    let branch = quote(&sweep.branch);
    Some(match (&pending[..], &failed[..], &ok[..]) {
        ([_, ..], ..) => command_of_queue(sweep, standings),
        ([], [(trial, _), ..], _) => format!("gitsweep logs {branch}:{} has all that it printed", trial.label.index),
        ([], [], [_, ..]) => format!("gitsweep results {branch}, gitsweep report {branch}"),
        ([], [], []) => return None,
    })
}

/// How points are had with what has been committed since they were laid, which may be what mends them.
fn newer_code(repository: &Repository, sweep: &Sweep) -> Result<Option<String>> {
    let Some(head) = code::newer(repository, sweep)? else { return Ok(None) };
    let [base, head] = [sweep.base, head].map(|commit| repository.abbreviate(commit));
    let command = format!("gitsweep create {}", quote(&sweep.branch));
    Ok(Some(format!("their code is that of {base}; the same points with that of HEAD, {head}: {command}")))
}

/// How far a search that learns is, what is best, and what has ended it.
fn how_far(sweep: &Sweep, outlook: &Outlook) -> Vec<String> {
    let mut lines = vec![match outlook.trials {
        Some(trials) => format!("{} of {} laid", outlook.points, ui::count(trials, "trial")),
        None => format!("{} laid", ui::count(outlook.points, "trial")),
    }];
    lines.extend(outlook.best.as_ref().map(|best| {
        let label = &best.trial.label;
        let (objective, text, index) = (&best.objective, &best.text, label.index);
        let Some(repeat) = sweep.plan.repeat() else {
            return format!("best {objective} {text}, point {index}: {}", label.point);
        };
        let values = label.point.iter().filter(|(name, _)| **name != repeat.name);
        let values: Vec<String> = values.map(|(name, value)| format!("{name}={}", value.to_trailer())).collect();
        format!("best mean {objective} {text}, point {index} and its repeats: {}", values.join(" "))
    }));
    lines.extend(outlook.sameness.clone());
    lines.extend(
        outlook
            .front
            .filter(|count| *count > 0)
            .map(|count| format!("{} on the front: {}", ui::count(count as u64, "point"), command_of_front(sweep))),
    );
    // That all trials are laid has been said.
    let end = outlook.end.as_ref().filter(|why| !why.ends_with(" trials are laid"));
    lines.extend(end.map(|why| format!("no more points: {why}")));
    lines
}

/// The command that goes on with a sweep where the newest of its points were run.
fn command_of_queue(sweep: &Sweep, standings: &Standings) -> String {
    let newest =
        |trial: &Trial| result_of(standings.ledger.of(trial.commit)).and_then(|record| record.executor.clone());
    let executors = sweep.trials.iter().rev().filter_map(newest).find(|executor| executor != "reuse");
    let unsaid = executors.filter(|executor| *executor != sweep.plan.queue.executor.to_string());
    let executor = unsaid.map_or_else(String::new, |executor| format!(" -e {}", quote(&executor)));
    format!("gitsweep queue {}{executor}", quote(&sweep.branch))
}

/// The jobs that look for points as long as they run.
fn searchers(sweep: &Sweep, standings: &Standings) -> Vec<String> {
    standings
        .searchers(&sweep.name)
        .map(|Searcher { submission, job, state }| {
            let what = if submission.header.coordinates.is_some() { "coordinator" } else { "worker" };
            let node = state.node.as_ref().map_or_else(String::new, |node| format!(" on {node}"));
            let left = state.left.filter(|_| state.phase == Phase::Running);
            let left = left.map_or_else(String::new, |left| format!(", {} left", ui::span(left)));
            format!("{what}: job {job}, {}{node}{left}", state.words.to_lowercase())
        })
        .collect()
}

fn look(standing: Standing) -> Look {
    match standing {
        Standing::Ok => Look::Good,
        Standing::Failed => Look::Bad,
        Standing::Running => Look::Fair,
        Standing::Queued | Standing::Pending => Look::Faint,
    }
}

/// A point with its values, and what there is to say about it.
fn line(trial: &Trial, what: &str) -> String {
    format!("{:>4}  {}   {what}", trial.label.index, trial.label.point)
}

/// The points of which there is something to say; many of which the same is to be said stand in one line.
fn grouped(standing: Standing, standings: &Standings, points: &[(&Trial, Summary)]) -> Vec<String> {
    let mut groups = indexmap::IndexMap::<String, Vec<&Trial>>::new();
    for (trial, summary) in points {
        if let Some(what) = what(standing, standings, trial, summary) {
            groups.entry(what).or_default().push(trial);
        }
    }
    let lines = |(what, trials): (String, Vec<&Trial>)| match &trials[..] {
        few if few.len() <= FEW => few.iter().map(|trial| line(trial, &what)).collect(),
        many => vec![together(many.iter().map(|trial| trial.label.index).collect(), &what)],
    };
    groups.into_iter().flat_map(lines).collect()
}

/// Points of which the same is to be said.
fn together(mut points: Vec<u64>, what: &str) -> String {
    points.sort_unstable();
    format!("{}   {what}", gitsweep::executor::ranges(&points))
}

/// What there is to say about one point; nothing about one that is simply done or simply pending.
fn what(standing: Standing, standings: &Standings, trial: &Trial, summary: &Summary) -> Option<String> {
    match standing {
        Standing::Ok if !summary.has_reason && summary.attempts < 2 => return None,
        Standing::Pending if summary.attempts == 0 && standings.open_claims(trial.commit).next().is_none() => {
            return None;
        }
        _ => {}
    }
    let record = || result_of(standings.ledger.of(trial.commit));
    Some(match standing {
        Standing::Ok => later_failure(&standings.ledger.find(trial.commit).gist()).or_else(|| {
            // Else a point that is ok has something to say only if something is missing.
            let record = record().filter(|record| record.status == Status::Ok)?;
            record.reason.clone().filter(|_| record.executor.as_deref() != Some("reuse"))
        })?,
        Standing::Failed => {
            let record = record()?;
            format!("{}: {}", record.status, record.reason.as_deref().unwrap_or("no reason is known"))
        }
        Standing::Running => {
            let Some((attempt, claim)) = standings.running(trial.commit) else {
                let flight = standings.flight(trial.commit)?;
                let job = flight.submission.job_of(flight.task.number).unwrap_or_default();
                let words = flight.state.as_ref().map_or("", |state| state.words.as_str());
                return Some(format!("job {job}: {words}"));
            };
            let time = since(standings, trial).map_or_else(String::new, |time| format!(" for {}", ui::span(time)));
            let again = if *attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
            let place = claim.job.as_ref().map_or_else(|| claim.owner_in_words(), |job| format!("job {job}"));
            let state = standings.flight(trial.commit).and_then(|flight| flight.state.as_ref());
            let node =
                state.and_then(|state| state.node.as_ref()).map_or_else(String::new, |node| format!(" on {node}"));
            let is_ending = standings.is_ending(trial.commit);
            let left = state.and_then(|state| state.left).filter(|_| !is_ending).map(ui::span);
            let left = left.map_or_else(String::new, |left| format!(", {left} left"));
            let ending = if is_ending { ", ending" } else { "" };
            let is_stopped = |words: &&str| words.starts_with("SUSPENDED") || words.starts_with("STOPPED");
            let stopped = state.map(|state| state.words.as_str()).filter(is_stopped);
            let stopped = stopped.map_or_else(String::new, |words| format!(", {}", words.to_lowercase()));
            format!("{place}{node}{time}{stopped}{ending}{left}{again}")
        }
        Standing::Queued => return None,
        Standing::Pending => match (standings.open_claims(trial.commit).next(), record()) {
            (Some((_, claim)), _) => format!("lost: {}", claim.loss()),
            (None, Some(record)) => format!("{}: {}", record.status, record.reason.as_deref().unwrap_or_default()),
            (None, None) => return None,
        },
    })
}

/// That the newest run of a point failed, which takes no result away that there is.
fn later_failure(records: &[Record]) -> Option<String> {
    let (good, last) = (newest_good(records)?, records.last()?);
    let reason = last.reason.as_deref().unwrap_or("no reason is known");
    (last.status.gravity() == Gravity::Bad).then(|| {
        format!("attempt {} {}: {reason}; the result is that of attempt {}", last.attempt, last.status, good.attempt)
    })
}

/// What waits with schedulers, a line for all that wait in the same job for the same reason.
fn waiting<'a>(sweep: &Sweep, standings: &Standings, trials: impl Iterator<Item = &'a Trial>) -> Vec<String> {
    let mut groups = indexmap::IndexMap::<(Option<String>, String), Vec<u64>>::new();
    for trial in trials {
        let Some(flight) = standings.flight(trial.commit) else { continue };
        let submission = &flight.submission;
        let words = match &flight.state {
            Some(state) => {
                let way_out =
                    state.way_out.map_or_else(String::new, |way_out| format!(" ({})", way_out.in_words(&sweep.branch)));
                format!("{}{way_out}", state.words)
            }
            None if submission.job.is_none() => "being submitted".to_owned(),
            None if submission.known_job().is_none() => {
                "submitted without a job id: over once the job has called gitsweep exec".to_owned()
            }
            None if submission.is_shared() => {
                format!("for one of {}", ui::count(standings.workers(&sweep.name), "worker"))
            }
            None => "submitted".to_owned(),
        };
        groups.entry((submission.known_job().cloned(), words)).or_default().push(trial.label.index);
    }
    let line = |((job, words), points): ((Option<String>, String), Vec<u64>)| {
        let job = job.map_or_else(String::new, |job| format!("job {job}: "));
        together(points, &format!("{job}{words}"))
    };
    groups.into_iter().map(line).collect()
}
