//! `gitsweep status`

use std::io::{IsTerminal as _, Write};
use std::mem::ManuallyDrop;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Context, DONE, SOME_FAILED, remote, results};
use crate::ui::{self, Interrupts, Look, Ui, visible};
use gitsweep::executor::Phase;
use gitsweep::git::Repository;
use gitsweep::record::{Gravity, Status};
use gitsweep::sweep::{self, Outlook, Remotes, Searcher, Standing, Standings, Sweep, result_of};
use gitsweep::trial::Trial;

/// How many failed or running points are named before the rest is counted.
const NAMED: usize = 20;
const WATCH_EVERY: Duration = Duration::from_secs(2);

/// How far a sweep is: pending, running, ok, failed, and why
#[derive(clap::Args)]
pub struct Args {
    /// A sweep: its branch or an unambiguous part of the name [default: the current branch, else the newest sweep]
    #[arg(value_name = "SWEEP")]
    sweep: Option<String>,
    /// Show it again every two seconds, until nothing is left to run; a search that learns until it is over
    #[arg(short, long)]
    watch: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn run(context: &Context<'_>, args: &Args) -> Result<u8> {
    let repository = context.repository()?;
    // It ends with the process.
    let found = ManuallyDrop::new(sweep::find(&repository, args.sweep.as_deref())?);
    remote::tell_of_more(context, &repository, &Remotes::read(&repository)?, &found.branch, found.tip);
    if !args.watch {
        return Ok(once(context, &repository, &found, args.json, &mut std::io::stdout().lock())?.code);
    }
    let interrupts = Interrupts::watch()?;
    let mut grown = Vec::new();
    loop {
        let mut screen = Vec::new();
        // A search that learns may have grown meanwhile, in packs that are found once the repository is opened afresh.
        if found.plan.search.learning.is_some() {
            grown = vec![(context.repository()?, sweep::find(&repository, Some(&found.branch))?)];
        }
        let (repository, found) = grown.first().map_or((&repository, &*found), |(fresh, grown)| (fresh, grown));
        let seen = once(context, repository, found, args.json, &mut screen)?;
        let mut out = std::io::stdout().lock();
        if out.is_terminal() && !args.json {
            out.write_all(b"\x1b[H\x1b[2J")?;
        }
        out.write_all(&screen)?;
        out.flush()?;
        drop(out);
        for _ in 0..20 {
            if seen.is_over || interrupts.count() > 0 {
                return Ok(seen.code);
            }
            std::thread::sleep(WATCH_EVERY / 20);
        }
    }
}

/// What one look has found.
struct Seen {
    code: u8,
    /// Nothing runs, and nothing is left to run.
    is_over: bool,
}

fn once(
    context: &Context<'_>,
    repository: &Repository,
    sweep: &Sweep,
    as_json: bool,
    out: &mut dyn Write,
) -> Result<Seen> {
    results::fold_quietly(context, repository);
    let followed = sweep::follow(repository)?;
    results::fold_quietly(context, repository);
    followed.problems.iter().for_each(|problem| context.ui.warning(problem));
    let standings = followed.standings;
    results::report_damage(context, &standings, sweep);
    let mut groups = [Standing::Ok, Standing::Failed, Standing::Running, Standing::Queued, Standing::Pending]
        .map(|standing| (standing, Vec::new()));
    for trial in &sweep.trials {
        let standing = standings.of(trial.commit);
        groups.iter_mut().filter(|(known, _)| *known == standing).for_each(|(_, trials)| trials.push(trial));
    }
    let seconds = mean_seconds(sweep, &standings);
    let left = time_left(&groups, &standings, seconds);
    let outlook = sweep::outlook(repository, sweep, &standings).unwrap_or_else(|error| {
        context.ui.warning(&format!("{error:#}"));
        None
    });
    if as_json {
        write_json(out, sweep, &standings, &groups, left, outlook.as_ref())?;
    } else {
        write_text(out, context.ui, repository, sweep, &standings, &groups, seconds, left, outlook.as_ref())?;
    }
    let [_, (_, failed), (_, running), (_, queued), (_, pending)] = &groups;
    let code = if failed.is_empty() { DONE } else { SOME_FAILED };
    // A search goes on as long as more is to be proposed.
    let goes_on = outlook.is_some_and(|outlook| outlook.end.is_none());
    Ok(Seen { code, is_over: running.is_empty() && queued.is_empty() && pending.is_empty() && !goes_on })
}

type Groups<'a> = [(Standing, Vec<&'a Trial>); 5];

fn mean_seconds(sweep: &Sweep, standings: &Standings) -> Option<f64> {
    let times: Vec<f64> = sweep
        .trials
        .iter()
        .map(|trial| standings.ledger.summary(trial.commit))
        .filter(|summary| summary.gravity() != Some(Gravity::Void))
        .filter_map(|summary| summary.seconds)
        .collect();
    (!times.is_empty()).then(|| times.iter().sum::<f64>() / times.len() as f64)
}

/// What is left, at the pace of the points that run now; nothing is said where nothing runs.
fn time_left(groups: &Groups<'_>, standings: &Standings, seconds: Option<f64>) -> Option<Duration> {
    let [_, _, (_, running), (_, queued), (_, pending)] = groups;
    let seconds = seconds.filter(|_| !running.is_empty())?;
    let begun: f64 =
        running.iter().filter_map(|trial| since(standings, trial)).map(|time| time.as_secs_f64().min(seconds)).sum();
    let work = seconds * (running.len() + queued.len() + pending.len()) as f64 - begun;
    Some(Duration::from_secs_f64((work / running.len() as f64).max(0.0)))
}

/// How long a point has been running.
fn since(standings: &Standings, trial: &Trial) -> Option<Duration> {
    let (_, claim) = standings.running(trial.commit)?;
    let start = OffsetDateTime::parse(&claim.since, &Rfc3339).ok()?;
    Duration::try_from(OffsetDateTime::now_utc() - start).ok()
}

#[expect(clippy::too_many_arguments, reason = "one screen, put together from all that is known")]
fn write_text(
    out: &mut dyn Write,
    ui: &Ui,
    repository: &Repository,
    sweep: &Sweep,
    standings: &Standings,
    groups: &Groups<'_>,
    seconds: Option<f64>,
    left: Option<Duration>,
    outlook: Option<&Outlook>,
) -> Result<()> {
    let total = ui::count(sweep.trials.len() as u64, "point");
    writeln!(out, "{}  {total} from {}", ui.paint(Look::Strong, &sweep.branch), repository.abbreviate(sweep.base))?;
    let counts: Vec<String> = groups
        .iter()
        .filter(|(standing, trials)| !trials.is_empty() || *standing == Standing::Ok)
        .map(|(standing, trials)| {
            let stopped = |trial: &&&Trial| standings.ledger.summary(trial.commit).status == Some(Status::Stopped);
            let early = if *standing == Standing::Ok { trials.iter().filter(stopped).count() } else { 0 };
            let early = if early > 0 { format!(" ({early} of them stopped early)") } else { String::new() };
            let text = format!("{} {}{early}", trials.len(), standing.as_str());
            ui.paint(look(*standing), &text).into_owned()
        })
        .collect();
    writeln!(out, "  {}", counts.join("   "))?;
    if let Some(seconds) = seconds {
        let left = left.map_or_else(String::new, |left| format!(", about {} left", ui::span(left)));
        writeln!(out, "  {} a run on average{left}", ui::span(Duration::from_secs_f64(seconds)))?;
    }
    for line in outlook.map(how_far).into_iter().flatten().chain(searchers(sweep, standings)) {
        writeln!(out, "  {}", visible(&line))?;
    }
    for (standing, trials) in groups {
        let lines: Vec<String> = match standing {
            Standing::Queued => waiting(standings, trials),
            _ => trials.iter().filter_map(|trial| line(*standing, standings, trial)).collect(),
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
    }
    Ok(())
}

/// How far a search that learns is, what is best, and what has ended it.
fn how_far(outlook: &Outlook) -> Vec<String> {
    let mut lines = vec![match outlook.trials {
        Some(trials) => format!("{} of {} laid", outlook.points, ui::count(trials, "trial")),
        None => format!("{} laid", ui::count(outlook.points, "trial")),
    }];
    lines.extend(outlook.best.as_ref().map(|best| {
        let label = &best.trial.label;
        format!("best {} {}, point {}: {}", best.objective, best.text, label.index, label.point)
    }));
    // That all trials are laid has been said.
    let end = outlook.end.as_ref().filter(|why| !why.ends_with(" trials are laid"));
    lines.extend(end.map(|why| format!("no more points: {why}")));
    lines
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

/// What there is to say about one point; nothing about one that is simply done or simply pending.
fn line(standing: Standing, standings: &Standings, trial: &Trial) -> Option<String> {
    let summary = standings.ledger.summary(trial.commit);
    match standing {
        Standing::Ok if !summary.has_reason => return None,
        Standing::Pending if summary.attempts == 0 && standings.open_claims(trial.commit).next().is_none() => {
            return None;
        }
        _ => {}
    }
    let record = result_of(standings.ledger.of(trial.commit));
    let what = match standing {
        Standing::Ok => record.filter(|record| record.status == Status::Ok)?.reason.clone().filter(|_| {
            // A point that is ok has something to say only if something is missing.
            record.is_some_and(|record| record.executor.as_deref() != Some("reuse"))
        })?,
        Standing::Failed => {
            let record = record?;
            format!("{}: {}", record.status, record.reason.as_deref().unwrap_or("no reason is known"))
        }
        Standing::Running => {
            let Some((attempt, claim)) = standings.running(trial.commit) else {
                let flight = standings.flight(trial.commit)?;
                let job = flight.submission.job_of(flight.task.number).unwrap_or_default();
                let words = flight.state.as_ref().map_or("", |state| state.words.as_str());
                return Some(format!("{:>4}  {}   job {job}: {words}", trial.label.index, trial.label.point));
            };
            let time = since(standings, trial).map_or_else(String::new, |time| format!(" for {}", ui::span(time)));
            let again = if *attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
            let place = claim.job.as_ref().map_or_else(|| claim.owner_in_words(), |job| format!("job {job}"));
            let state = standings.flight(trial.commit).and_then(|flight| flight.state.as_ref());
            let node =
                state.and_then(|state| state.node.as_ref()).map_or_else(String::new, |node| format!(" on {node}"));
            let left = state.and_then(|state| state.left).map(ui::span);
            let left = left.map_or_else(String::new, |left| format!(", {left} left"));
            format!("{place}{node}{time}{left}{again}")
        }
        Standing::Queued => return None,
        Standing::Pending => match (standings.open_claims(trial.commit).next(), record) {
            (Some((_, claim)), _) => format!("lost: the gitsweep that ran it ({}) was killed", claim.owner_in_words()),
            (None, Some(record)) => format!("{}: {}", record.status, record.reason.as_deref().unwrap_or_default()),
            (None, None) => return None,
        },
    };
    Some(format!("{:>4}  {}   {what}", trial.label.index, trial.label.point))
}

/// The scheduler's id of the job that has a point.
fn job(standings: &Standings, trial: &Trial) -> Option<String> {
    let claimed = standings.running(trial.commit).and_then(|(_, claim)| claim.job.clone());
    claimed.or_else(|| {
        let flight = standings.flight(trial.commit).filter(|flight| !flight.submission.is_shared())?;
        flight.submission.job_of(flight.task.number)
    })
}

/// What waits with schedulers, a line for all that wait in the same job for the same reason.
fn waiting(standings: &Standings, trials: &[&Trial]) -> Vec<String> {
    let mut groups = indexmap::IndexMap::<(Option<String>, String), Vec<u64>>::new();
    for trial in trials {
        let Some(flight) = standings.flight(trial.commit) else { continue };
        let submission = &flight.submission;
        let words = match &flight.state {
            Some(state) => state.words.clone(),
            None if submission.job.is_none() => "being submitted".to_owned(),
            None if submission.known_job().is_none() => "submitted; result files will tell".to_owned(),
            None if submission.is_shared() => {
                format!("for one of {}", ui::count(submission.header.workers.unwrap_or(0), "worker"))
            }
            None => "submitted".to_owned(),
        };
        groups.entry((submission.known_job().cloned(), words)).or_default().push(trial.label.index);
    }
    let line = |((job, words), mut points): ((Option<String>, String), Vec<u64>)| {
        points.sort_unstable();
        let job = job.map_or_else(String::new, |job| format!("job {job}: "));
        format!("{}   {job}{words}", gitsweep::executor::ranges(&points))
    };
    groups.into_iter().map(line).collect()
}

fn write_json(
    out: &mut dyn Write,
    sweep: &Sweep,
    standings: &Standings,
    groups: &Groups<'_>,
    left: Option<Duration>,
    outlook: Option<&Outlook>,
) -> Result<()> {
    let points: Vec<_> = sweep
        .trials
        .iter()
        .map(|trial| {
            let standing = standings.of(trial.commit);
            let records = standings.ledger.glance(trial.commit);
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
        groups.iter().map(|(standing, trials)| (standing.as_str().to_owned(), json!(trials.len()))).collect();
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
        "search": outlook.map(outlook_json),
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
    })
}
