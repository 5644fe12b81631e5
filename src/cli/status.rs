//! `gitsweep status`

mod json;
mod text;

use std::io::{IsTerminal as _, Write};
use std::mem::ManuallyDrop;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::{Context, DONE, INTERRUPTED, SOME_FAILED, outcomes, remote};
use crate::ui::Interrupts;
use gitsweep::git::Repository;
use gitsweep::ledger::Summary;
use gitsweep::record::Gravity;
use gitsweep::submission::FailureLimit;
use gitsweep::sweep::{self, Followed, Outlook, Remotes, Standing, Standings, Sweep};
use gitsweep::trial::Trial;

const WATCH_EVERY: Duration = Duration::from_secs(2);

/// How far a sweep is: pending, queued, running, ok, failed, and why
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
    let choice = sweep::find_choice(&repository, args.sweep.as_deref());
    let choice = choice.inspect_err(|_| outcomes::tell_of_flights(context, &repository))?;
    // Points, and where they are: each takes half of the time where there are many.
    let load = |repository: &Repository| Sweep::load(repository, &choice.branch, choice.tip);
    let (followed, found) = repository.read_beside(load, || follow(context, &repository))?;
    // It ends with the process.
    let found = ManuallyDrop::new(found);
    remote::tell_of_more(context, &repository, &Remotes::read(&repository)?, &found.branch, found.tip);
    remote::tell_of_results(context, &repository, [found.branch.as_str()]);
    if !args.watch {
        return Ok(once(context, &repository, &found, followed, args.json, &mut std::io::stdout().lock())?.code);
    }
    let interrupts = Interrupts::watch()?;
    let mut grown = Vec::new();
    let mut followed = Some(followed);
    loop {
        let mut screen = Vec::new();
        // A search that learns may have grown meanwhile, in packs that are found once the repository is opened afresh.
        if found.plan.search.growing.is_some() {
            grown = vec![(context.repository()?, sweep::find(&repository, Some(&found.branch))?)];
        }
        let (repository, found) = grown.first().map_or((&repository, &*found), |(fresh, grown)| (fresh, grown));
        let now = followed.take().map_or_else(|| follow(context, repository), Ok)?;
        let seen = once(context, repository, found, now, args.json, &mut screen)?;
        let mut out = std::io::stdout().lock();
        if out.is_terminal() && !args.json {
            out.write_all(b"\x1b[H\x1b[2J")?;
        }
        out.write_all(&screen)?;
        out.flush()?;
        drop(out);
        for _ in 0..20 {
            if seen.is_over {
                return Ok(seen.code);
            }
            if interrupts.count() > 0 {
                return Ok(INTERRUPTED);
            }
            thread::sleep(WATCH_EVERY / 20);
        }
    }
}

fn follow(context: &Context<'_>, repository: &Repository) -> Result<Followed> {
    outcomes::fold_quietly(context, repository);
    let followed = sweep::follow(repository)?;
    outcomes::fold_quietly(context, repository);
    Ok(followed)
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
    followed: Followed,
    as_json: bool,
    out: &mut dyn Write,
) -> Result<Seen> {
    followed.problems.iter().for_each(|problem| context.ui.warning(problem));
    let standings = followed.standings;
    outcomes::report_damage(context, &standings, sweep);
    let mut groups = [Standing::Ok, Standing::Failed, Standing::Running, Standing::Queued, Standing::Pending]
        .map(|standing| (standing, Vec::new()));
    for trial in sweep.trials.iter() {
        // Looked up once: of many points, each waits for memory.
        let summary = standings.ledger.summary(trial.commit);
        let standing = standings.of_summary(trial.commit, &summary);
        let group = groups.iter_mut().find(|(known, _)| *known == standing);
        group.into_iter().for_each(|(_, points)| points.push((trial, summary)));
    }
    let seconds = mean_seconds(&groups);
    let left = time_left(&groups, &standings, seconds);
    let outlook = sweep::outlook(repository, sweep, &standings).unwrap_or_else(|error| {
        context.ui.warning(&format!("{error:#}"));
        None
    });
    let limits = FailureLimit::reached(&repository.state_dir(), &sweep.name);
    let [_, _, _, (_, queued), (_, pending)] = &groups;
    let has_more = !pending.is_empty() || outlook.as_ref().is_some_and(|outlook| outlook.end.is_none());
    let limit = limits.last().filter(|_| queued.is_empty() && has_more);
    let stopped = limit.map(|limit| limit.in_words(&repository.state_dir()));
    let view = View { sweep, standings: &standings, groups, seconds, left, outlook, stopped };
    if as_json {
        json::write(out, &view)?;
    } else {
        text::write(out, context.ui, repository, &view)?;
    }
    let [_, (_, failed), (_, running), (_, queued), (_, pending)] = &view.groups;
    let code = if failed.is_empty() { DONE } else { SOME_FAILED };
    // A search goes on as long as more is to be proposed.
    let goes_on = view.outlook.as_ref().is_some_and(|outlook| outlook.end.is_none());
    let has_more = view.stopped.is_none() && (!pending.is_empty() || goes_on);
    Ok(Seen { code, is_over: running.is_empty() && queued.is_empty() && !has_more })
}

/// What is known of a sweep at one moment.
struct View<'a> {
    sweep: &'a Sweep,
    standings: &'a Standings,
    groups: Groups<'a>,
    /// What a run takes on average.
    seconds: Option<f64>,
    /// What is left until all is done.
    left: Option<Duration>,
    /// How far a search that learns is.
    outlook: Option<Outlook>,
    /// Why a queue on a cluster begins no more points, if it does not.
    stopped: Option<String>,
}

/// The points by where they stand, in short.
type Groups<'a> = [(Standing, Vec<(&'a Trial, Summary)>); 5];

fn mean_seconds(groups: &Groups<'_>) -> Option<f64> {
    let summaries = groups.iter().flat_map(|(_, points)| points).map(|(_, summary)| summary);
    let times = summaries.filter(|summary| summary.gravity() != Some(Gravity::Void)).filter_map(|it| it.seconds);
    let (count, sum) = times.fold((0, 0.0), |(count, sum), seconds| (count + 1, sum + seconds));
    (count > 0).then(|| sum / f64::from(count))
}

/// What is left, at the pace of the points that run now; nothing is said where nothing runs, or where all that is left
/// has been running for longer than a run takes on average.
fn time_left(groups: &Groups<'_>, standings: &Standings, seconds: Option<f64>) -> Option<Duration> {
    let [_, _, (_, running), (_, queued), (_, pending)] = groups;
    let seconds = seconds.filter(|_| !running.is_empty())?;
    let begun: f64 = running
        .iter()
        .filter_map(|(trial, _)| since(standings, trial))
        .map(|time| time.as_secs_f64().min(seconds))
        .sum();
    let work = seconds * (running.len() + queued.len() + pending.len()) as f64 - begun;
    Duration::try_from_secs_f64(work / running.len() as f64).ok().filter(|left| left.as_millis() > 0)
}

/// How long a point has been running.
fn since(standings: &Standings, trial: &Trial) -> Option<Duration> {
    standings.held_for(&standings.running(trial.commit)?.1)
}
