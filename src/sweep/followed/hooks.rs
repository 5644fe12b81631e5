//! Event hooks: the user's own commands are told of runs that end and of a sweep that does. What becomes of them changes
//! nothing.

use std::fs;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value as Json, json};
use sha1::{Digest as _, Sha1};

use crate::command::quote;
use crate::executor::{unpack_script, wait_within};
use crate::git::Repository;
use crate::names;
use crate::outcome::last_line;
use crate::process::{signal_group, users_umask};
use crate::record::{Record, Status};
use crate::spec::{Parameter, Source};
use crate::sweep::Sweep;
use crate::sweep::found::origin::top_of;
use crate::sweep::found::standing::{Standing, Standings, result_of};
use crate::sweep::laid::fitness::score;
use crate::sweep::laid::learn::{grown, is_search_over};
use crate::sweep::stop_request::StopRequest;
use crate::table::{BestSetting, Spread};
use crate::trial::Trial;

/// How long a hook may take: others wait for it.
const PATIENCE: Duration = Duration::from_secs(600);

/// How long they are waited for once gitsweep is to end what runs, and how often that is looked for.
const GRACE: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_millis(5);

/// Runs hooks one after the other, beside everything else; waits for the last when it is closed.
#[derive(Debug)]
pub(in crate::sweep) struct HookRunner {
    events: Option<Sender<(Vec<String>, String)>>,
    problems: Receiver<String>,
    /// Set once nobody waits for hooks any more.
    is_given_up: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    on_run_end: Vec<String>,
    repository: PathBuf,
}

impl HookRunner {
    pub(in crate::sweep) fn new(repository: &Repository, sweep: &Sweep) -> Self {
        let top = top_of(repository);
        let (events, queue) = channel::<(Vec<String>, String)>();
        let (tell, problems) = channel();
        let hooks = &sweep.plan.hooks;
        let has_any = !hooks.on_run_end.is_empty() || !hooks.on_sweep_end.is_empty();
        let (folder, state) = (top.clone(), repository.state_dir());
        let is_given_up = Arc::new(AtomicBool::new(false));
        let given_up = Arc::clone(&is_given_up);
        let thread = has_any.then(|| {
            std::thread::spawn(move || {
                for (lines, event) in queue {
                    for line in lines {
                        if let Some(problem) = call(&folder, &state, &line, &event, &given_up) {
                            let _ = tell.send(problem);
                        }
                    }
                }
            })
        });
        Self {
            events: Some(events),
            problems,
            is_given_up,
            thread,
            on_run_end: hooks.on_run_end.clone(),
            repository: top,
        }
    }

    /// Tells of a run that ended.
    pub(in crate::sweep) fn run_ended(&self, sweep: &Sweep, trial: &Trial, record: &Record) {
        if self.on_run_end.is_empty() {
            return;
        }
        let event = json!({
            "event": "run_end",
            "repository": self.repository,
            "sweep": sweep.branch,
            "point": trial.label.index,
            "commit": trial.commit.to_string(),
            "params": trial.label.point.to_json(),
            "record": record,
        });
        self.send(self.on_run_end.clone(), &event);
    }

    /// Tells that no point is left to be run, once for each time that this comes to be so.
    pub(in crate::sweep) fn sweep_ended(&self, repository: &Repository, sweep: &Sweep, standings: &Standings) {
        let lines = &sweep.plan.hooks.on_sweep_end;
        if lines.is_empty() {
            return;
        }
        // A search that grows may have grown. One that cannot be read has come to no end.
        let grown = grown(repository, sweep).ok().flatten();
        let sweep = grown.as_ref().unwrap_or(sweep);
        let is_over = is_over(repository, sweep, standings).unwrap_or(false);
        if is_over && is_news(repository, sweep, standings) {
            self.send(lines.clone(), &summary(&self.repository, sweep, standings));
        }
    }

    fn send(&self, lines: Vec<String>, event: &Json) {
        if let Some(events) = &self.events {
            let _ = events.send((lines, format!("{event}\n")));
        }
    }

    /// What has gone wrong with hooks so far.
    pub(in crate::sweep) fn problems(&self) -> Vec<String> {
        self.problems.try_iter().collect()
    }

    /// Waits for the hooks that are still to run, for no longer than `patience`; what has gone wrong, or nothing
    /// if they were ended since it took them longer.
    pub(in crate::sweep) fn close_within(self, patience: Duration) -> Option<Vec<String>> {
        let (since, mut has_hung) = (Instant::now(), false);
        let problems = self.close(&mut || {
            has_hung = since.elapsed() > patience;
            if has_hung { StopRequest::Kill } else { StopRequest::None }
        });
        (!has_hung).then_some(problems)
    }

    /// Waits for the hooks that are still to run; what has gone wrong since the last look. Somebody who wants to end what runs
    /// waits for them a little longer, and one who wants to kill it not at all.
    pub(in crate::sweep) fn close(mut self, request: &mut dyn FnMut() -> StopRequest) -> Vec<String> {
        self.events = None;
        let mut wanted_since = None;
        while self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            let is_over = match request() {
                StopRequest::None | StopRequest::StartNothing => false,
                StopRequest::End => wanted_since.get_or_insert_with(Instant::now).elapsed() > GRACE,
                StopRequest::Kill => true,
            };
            self.is_given_up.store(is_over, Ordering::Relaxed);
            std::thread::sleep(TICK);
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let mut problems = self.problems();
        problems.dedup();
        problems
    }
}

/// Keeps what went wrong with hooks in a job for the next command that a person sees.
pub(in crate::sweep) fn keep_problems(repository: &Repository, problems: &[String]) {
    let path = repository.state_dir().join(names::HOOK_PROBLEMS_FILE);
    let lines: String = problems.iter().map(|problem| problem.replace('\n', " ") + "\n").collect();
    if !lines.is_empty() {
        let file = fs::OpenOptions::new().append(true).create(true).open(path);
        let _ = file.and_then(|mut file| file.write_all(lines.as_bytes()));
    }
}

/// What jobs have kept, each once. It is told once.
pub(in crate::sweep) fn take_problems(repository: &Repository) -> Vec<String> {
    let path = repository.state_dir().join(names::HOOK_PROBLEMS_FILE);
    let Ok(text) = fs::read_to_string(&path) else { return Vec::new() };
    let _ = fs::remove_file(path);
    let mut problems: Vec<String> = text.lines().map(str::to_owned).collect();
    problems.sort();
    problems.dedup();
    problems
}

/// Runs one hook; what went wrong, if anything.
fn call(folder: &Path, state: &Path, line: &str, event: &str, is_given_up: &AtomicBool) -> Option<String> {
    let is_given_up = || is_given_up.load(Ordering::Relaxed);
    if is_given_up() {
        return Some(format!("the hook `{line}` was not told of all: gitsweep was ended"));
    }
    let run = || -> Result<(Option<ExitStatus>, String)> {
        // A job may have been given the name of a folder for temporary files that only the submitting machine has.
        let said = tempfile::NamedTempFile::new().or_else(|_| tempfile::NamedTempFile::new_in(state))?;
        let mut command = Command::new("sh");
        command
            .args(["-c", &users_umask(&with_ours(folder, state, line)?)])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(said.reopen()?)
            // What ends runs by a key does not end hooks, and what they have started ends with them.
            .process_group(0);
        for variable in names::GIT_LOCAL_ENV {
            command.env_remove(variable);
        }
        let mut child = command.spawn()?;
        if let Some(mut pipe) = child.stdin.take() {
            // A hook need not read what it is told.
            let event = event.to_owned();
            std::thread::spawn(move || pipe.write_all(event.as_bytes()));
        }
        let ended = wait_within(&mut child, PATIENCE, is_given_up)?;
        if ended.is_none() {
            signal_group(child.id(), libc::SIGKILL);
            child.wait()?;
        }
        Ok((ended, last_line(said.path(), None, None).unwrap_or_else(|| "it said nothing".to_owned())))
    };
    match { run }() {
        Ok((Some(status), _)) if status.success() => None,
        Ok((Some(status), last)) => Some(format!("the hook `{line}` failed, {status}: {last}")),
        Ok((None, _)) if is_given_up() => Some(format!("the hook `{line}` was ended with gitsweep")),
        Ok((None, last)) => Some(format!(
            "the hook `{line}` was ended: it took longer than {} minutes: {last}",
            PATIENCE.as_secs() / 60
        )),
        Err(error) => Some(format!("the hook `{line}` cannot be run: {error:#}")),
    }
}

/// The line with the place of a script that gitsweep brings along, where the repository has none of its name.
fn with_ours(folder: &Path, state: &Path, line: &str) -> Result<String> {
    let line = line.trim_start();
    let (script, rest) = line.split_at(line.find(char::is_whitespace).unwrap_or(line.len()));
    let path = folder.join(script);
    let ours = if path.exists() { None } else { unpack_script(&path, state)? };
    Ok(match ours {
        Some(ours) => format!("{}{rest}", quote(&ours.display().to_string())),
        None => line.to_owned(),
    })
}

/// True if nothing runs and nothing is left to be run.
fn is_over(repository: &Repository, sweep: &Sweep, standings: &Standings) -> Result<bool> {
    if sweep.plan.search.growing.is_some() {
        return is_search_over(repository, sweep, standings);
    }
    Ok(sweep.trials.iter().all(|trial| matches!(standings.of(trial.commit), Standing::Ok | Standing::Failed)))
}

/// Takes note of the end that has come; false if it has been told already, by whomever.
fn is_news(repository: &Repository, sweep: &Sweep, standings: &Standings) -> bool {
    let mut hasher = Sha1::new();
    for trial in sweep.trials.iter() {
        let records = standings.ledger.find(trial.commit).gist();
        let attempts = records.iter().filter(|record| record.status != Status::Lost).count();
        hasher.update(format!("{} {attempts}\n", trial.commit));
    }
    let digest: [u8; 20] = hasher.finalize().into();
    let name: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = repository.state_dir().join(names::ENDS_DIR);
    let made = fs::create_dir_all(&folder)
        .and_then(|()| fs::OpenOptions::new().write(true).create_new(true).open(folder.join(name)));
    // Where nothing can be noted it is better told twice than never.
    !made.is_err_and(|error| error.kind() == std::io::ErrorKind::AlreadyExists)
}

fn summary(repository: &Path, sweep: &Sweep, standings: &Standings) -> Json {
    let count = |wanted: Standing| sweep.trials.iter().filter(|trial| standings.of(trial.commit) == wanted).count();
    let best = sweep.plan.search.objective.as_ref().and_then(|objective| {
        let value = |trial: &Trial| {
            let record = result_of(standings.ledger.of(trial.commit)).filter(|record| record.status == Status::Ok)?;
            let value = score(&sweep.plan.search, objective, &trial.label.point, record)?;
            value.is_finite().then(|| (objective.direction.signed(value), value))
        };
        let known = sweep.trials.iter().filter_map(|trial| Some((value(trial)?, trial)));
        let ((_, value), trial) = known.min_by(|a, b| a.0.0.total_cmp(&b.0.0))?;
        Some(json!({ "point": trial.label.index, "value": value, "params": trial.label.point.to_json() }))
    });
    // Of points that were repeated the best run is a lucky one. Without any, no table is made to find that.
    let is_repeat = |parameter: &Parameter| parameter.source == Source::Repeat;
    let has_several = |trial: &Trial| standings.ledger.summary(trial.commit).attempts > 1;
    let is_repeated = sweep.plan.parameters.iter().any(is_repeat) || sweep.trials.iter().any(has_several);
    let table = is_repeated.then(|| sweep.table(standings).ok()).flatten();
    let best_mean = table.as_ref().and_then(|table| {
        let BestSetting { rows, summary: Spread { n, mean, sd }, .. } = table.best_setting()?;
        let points: Vec<u64> = rows.iter().map(|&row| sweep.trials[row].label.index).collect();
        Some(json!({ "mean": mean, "sd": sd, "n": n, "points": points }))
    });
    json!({
        "event": "sweep_end",
        "repository": repository,
        "sweep": sweep.branch,
        "total": sweep.trials.len(),
        "counts": { "ok": count(Standing::Ok), "failed": count(Standing::Failed), "pending": count(Standing::Pending) },
        "best": best,
        "best_mean": best_mean,
    })
}
