//! One attempt: the program is run in a checkout of its commit, what it leaves behind is kept, and its outcome is told.

use std::fs::{self, File};
use std::io::Seek as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Error, Result};
use regex::RegexSet;
use time::OffsetDateTime;
use time::macros::format_description;
use wait4::Wait4 as _;

use super::control::{Control, Ending};
use super::guard::Guard;
use crate::file_server::{NO_ANSWER, Wait, is_out_of_reach, outwait, way_out};
use crate::git::{Checkout, Repository, remove_folder};
use crate::hint::{self, DISK_FULL, hints};
use crate::job::Job;
use crate::lack::Lack;
use crate::names;
use crate::outcome::{Report, last_line};
use crate::process::{end_strays, host, out_of_memory_kills, signal_group, signal_name, users_umask};
use crate::record::{MEASURED, Record, Status};
use crate::spec::MetricSource;
use crate::steps::Summary;

/// Where runs happen, one after another: the checkout is made for the first and brought up to date for the others.
pub struct Place {
    repository: Repository,
    folder: PathBuf,
    /// Those that it had before and that could not be removed.
    left: Vec<PathBuf>,
    name: String,
    links: Vec<(PathBuf, PathBuf)>,
    discard: RegexSet,
    slot: usize,
    checkout: Option<Checkout>,
    /// Where the clock of an earlier checkout in this place stood.
    clock: u64,
}

impl Place {
    /// A place in the new folder `folder`; nothing is made until the first run. `name` is what the working tree's folder
    /// is called, `slot` its number among those that are used side by side.
    pub fn new(
        repository: Repository,
        folder: PathBuf,
        name: String,
        links: Vec<(PathBuf, PathBuf)>,
        discard: RegexSet,
        slot: usize,
    ) -> Self {
        Self { repository, folder, left: Vec::new(), name, links, discard, slot, checkout: None, clock: 0 }
    }

    fn prepare(&mut self, job: &Job, warn: &mut dyn FnMut(String)) -> Result<&mut Checkout> {
        if let Some(checkout) = &mut self.checkout
            && !checkout.switch(job.commit)?
        {
            self.give_up_checkout();
        }
        if self.checkout.is_none() {
            self.clear_folder(warn)?;
            let mut made = Checkout::create(&self.repository, &self.folder, &self.name, self.links.clone())?;
            made.start_after(self.clock);
            made.switch(job.commit)?;
            self.checkout = Some(made);
        }
        let checkout = self.checkout.as_mut().context("no checkout")?;
        checkout.take_warnings().into_iter().for_each(warn);
        Ok(checkout)
    }

    /// Removes what is in the folder; where that cannot be, another is taken, and `warn` is told the first time.
    fn clear_folder(&mut self, warn: &mut dyn FnMut(String)) -> Result<()> {
        let Err(error) = remove_folder(&self.folder) else { return Ok(()) };
        let error = Error::from(error);
        if is_out_of_reach(&error) {
            return Err(error.context(format!("cannot remove {}", self.folder.display())));
        }
        if self.left.is_empty() {
            warn(format!(
                "cannot remove the checkout {}: {error}; the next runs get another one, and a later queue removes what is left, once it can",
                self.folder.display()
            ));
        }
        let another = self.folder.with_file_name(format!("{}~{}", self.slot, self.left.len() + 1));
        self.left.push(std::mem::replace(&mut self.folder, another));
        Ok(())
    }

    /// Gives up the checkout, which may hold anything now; the next run gets a new one.
    fn give_up_checkout(&mut self) {
        self.clock = self.checkout.take().map_or(self.clock, |checkout| checkout.clock());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.checkout = None;
        self.left.iter().chain([&self.folder]).for_each(|folder| drop(remove_folder(folder)));
    }
}

/// Runs a job to its end and returns what became of it. What goes wrong in the program is in the record.
///
/// # Errors
/// If gitsweep itself cannot go on: no checkout can be made, no run folder, no log.
pub fn run(place: &mut Place, job: &Job, control: &Control, warn: &mut dyn FnMut(String)) -> Result<Record> {
    let discard = place.discard.clone();
    let Some(begun) = begin(place, job, control, warn)? else { return Ok(never_begun(job)) };
    let Begun { mut record, child, started, log, root, killed_before } = begun;
    let ended = wait(child, job, started, control);
    record.seconds = Some((started.elapsed().as_secs_f64() * 1e6).round() / 1e6);
    record.end = Some(now());
    let (status, memory, ending) = ended?;
    let ending = ending.or_else(|| control.is_told_too(status, job).then_some(Ending::Cancelled));
    record.memory = memory;
    tell_status(&mut record, status, ending, job);
    // Others of the group may have been killed meanwhile, but nobody else sends this signal to a run that is not to end.
    if record.status == Status::Killed
        && record.signal == Some(libc::SIGKILL)
        && killed_before.is_some_and(|before| out_of_memory_kills().is_some_and(|now| now > before))
    {
        record.reason = Some("out of memory".to_owned());
    }

    // What it reported is read when the file server answers again (NFS mounted `soft`).
    outwait([&root, &job.run_folder], || !control.is_to_end(job.commit), warn);
    let checkout = place.checkout.as_mut().context("no checkout")?;
    let (stuck, trouble) = match checkout.collect(&job.run_folder, &discard) {
        Ok(leftovers) => (leftovers.stuck, leftovers.trouble),
        Err(error) => (Vec::new(), Some(error)),
    };
    tell_report(&mut record, job, &log, &root, &stuck);
    if let Some(error) = trouble {
        place.give_up_checkout();
        let reason = record.reason.take().map_or_else(String::new, |reason| format!("{reason}; "));
        record.reason = Some(format!("{reason}not all that it left behind could be kept: {error:#}"));
    }
    Ok(record)
}

/// A run that has begun.
struct Begun {
    record: Record,
    child: Child,
    started: Instant,
    log: Log,
    /// The top of its checkout.
    root: PathBuf,
    /// How often the system had killed for want of memory by then.
    killed_before: Option<u64>,
}

/// Begins a run, which is tried again while the server of what it takes is away; none if it is told to end meanwhile.
fn begin(place: &mut Place, job: &Job, control: &Control, warn: &mut dyn FnMut(String)) -> Result<Option<Begun>> {
    let above = |folder: &Path| folder.parent().map(Path::to_owned);
    let folders = [Some(place.repository.common_dir().to_owned()), above(&place.folder), above(&job.run_folder)];
    let mut away = Wait::over(folders.into_iter().flatten().collect());
    loop {
        let error = match try_to_begin(place, job, warn) {
            Ok(begun) => return Ok(Some(begun)),
            Err(error) => error,
        };
        // It may hold anything now.
        place.give_up_checkout();
        if !away.is_worth(&error, warn) {
            let what = format!("cannot start point {} ({})", job.index, job.commit.short());
            let way_out = if away.has_begun() { NO_ANSWER } else { DISK_FULL };
            // What knows its own way out is no full disk.
            let knows = !hints(&error).is_empty();
            return Err(if knows { error.context(what) } else { hint::wrap(error, what, way_out) });
        }
        if control.is_to_end(job.commit) {
            return Ok(None);
        }
        thread::sleep(away.pause());
    }
}

/// What becomes of a run that is told to end while it waits to begin.
fn never_begun(job: &Job) -> Record {
    let mut record = begun(job);
    record.status = Status::Cancelled;
    record.reason = Some("it was cancelled while the file system did not answer, before it began".to_owned());
    record.end.clone_from(&record.start);
    record.folder = None;
    record
}

fn try_to_begin(place: &mut Place, job: &Job, warn: &mut dyn FnMut(String)) -> Result<Begun> {
    let slot = place.slot;
    let root = place.prepare(job, warn)?.root().to_owned();
    set_aside(&job.run_folder)?;
    let folder = &job.run_folder;
    fs::create_dir_all(folder).with_context(|| format!("cannot make the run folder {}", folder.display()))?;
    let path = job.run_folder.join(names::LOG_FILE);
    let (output, errors) = open_log(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let log = Log { path, errors };
    let record = begun(job);
    let started = Instant::now();
    let mut command = command(job, &root, slot, output, log.errors.try_clone().context("cannot write the log")?);
    let killed_before = out_of_memory_kills();
    let child = command.spawn().map_err(|error| {
        // Nothing has begun that the folder would belong to, and the next try makes it anew.
        let _ = fs::remove_file(&log.path).and_then(|()| fs::remove_dir(folder));
        let error = Error::from(error);
        let way_out = way_out(&error, "are there too many processes (ulimit -u), or is the command too long?");
        hint::wrap(error, "cannot start sh", way_out)
    })?;
    Ok(Begun { record, child, started, log, root, killed_before })
}

/// The record of a run that begins now.
fn begun(job: &Job) -> Record {
    let mut record = Record::bare(job.attempt, Status::Failed);
    record.start = Some(now());
    record.host = Some(host().to_owned());
    record.executor = Some(job.executor.clone());
    record.job = job.job.clone();
    record.command = Some(job.command.clone());
    record.key = Some(job.key.clone());
    record.folder = Some(job.run_folder_name.clone());
    record
}

/// The program, in a checkout and with the environment that runs are promised.
fn command(job: &Job, root: &Path, slot: usize, log: File, errors: File) -> Command {
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(&*users_umask(&job.command))
        .current_dir(root)
        .env("PWD", root)
        .envs(job.environment(slot))
        .env(names::ENV_MARK, &job.run_folder)
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .process_group(0);
    for variable in names::GIT_LOCAL_ENV {
        command.env_remove(variable);
    }
    command
}

/// The log of a run.
struct Log {
    path: PathBuf,
    /// What its standard error is.
    errors: File,
}

impl Log {
    /// What the program said last, as far as it tells what went wrong.
    fn last_words(&self, root: &Path, status: Status) -> Option<String> {
        // In a file that is appended to, a write leaves the position at its end. Only a program that ends by itself writes then
        // what it has kept back; what one that was ended has written last is how far it came.
        let end = || (&self.errors).stream_position().unwrap_or_default();
        last_line(&self.path, Some(root), (status == Status::Failed).then(end))
    }
}

/// A new log, opened for standard output and for standard error: one file, to which both append, and a position for each.
fn open_log(path: &Path) -> std::io::Result<(File, File)> {
    let mut options = File::options();
    options.append(true);
    let log = options.clone().create(true).open(path)?;
    Ok((log, options.open(path)?))
}

/// Puts what a run reported into its record, and of one that came to nothing good the program's last words. What is `stuck` in
/// the checkout is read there.
fn tell_report(record: &mut Record, job: &Job, log: &Log, root: &Path, stuck: &[PathBuf]) {
    let objective = job.objective.as_deref();
    let mut problem = read_report(record, &job.run_folder, &job.metrics, objective, job.watched.as_deref());
    if !stuck.is_empty() {
        let is_stuck = |file: &str| stuck.iter().any(|path| Path::new(file).starts_with(path));
        for (name, metric) in Report::read_some(root, &job.metrics, objective, &is_stuck).metrics {
            record.metrics.entry(name).or_insert(metric);
        }
        problem = problem.filter(|lack| !record.metrics.keys().any(|name| lack.is_of(name)));
    }
    if record.status == Status::Stopped {
        // The step says it all; what the program wrote when it was told to end does not.
    } else if record.status == Status::Ok {
        let missing = job
            .objective
            .as_ref()
            .filter(|objective| !record.metrics.contains_key(*objective) && !MEASURED.contains(&objective.as_str()));
        let lack = problem.or_else(|| missing.cloned().map(Lack::Objective));
        record.reason = lack.map(|lack| lack.to_string());
    } else if let Some(line) = log.last_words(root, record.status) {
        record.reason = Some(format!("{}: {line}", record.reason.take().unwrap_or_default()));
    }
}

/// Puts what a run has reported into its record: `metrics` and `output.json`, in which `objective` is what a bare number is, and
/// the last values of what it told as it went, all of them of the metric `watched`. Tells what stood in the way of more.
pub fn read_report(
    record: &mut Record,
    run_folder: &Path,
    metrics: &[MetricSource],
    objective: Option<&str>,
    watched: Option<&str>,
) -> Option<Lack> {
    let report = Report::read(run_folder, metrics, objective);
    record.metrics = report.metrics;
    let told = Summary::read(&run_folder.join(names::METRICS_FILE), watched);
    for (name, metric) in told.metrics {
        record.metrics.entry(name).or_insert(metric);
    }
    (record.steps, record.curve) = (told.step, told.curve);
    report.problem.or(told.problem.map(Lack::Other))
}

/// Renames a run folder that stands where a new one is to be: what is in it belongs to a run that was never recorded. One with
/// nothing in it goes.
fn set_aside(folder: &Path) -> Result<()> {
    if fs::remove_dir(folder).is_ok() {
        return Ok(());
    }
    let mut number = 1;
    while folder.exists() {
        let mut name = folder.file_name().unwrap_or_default().to_owned();
        name.push(format!("~{number}"));
        number += 1;
        let aside = folder.with_file_name(name);
        if !aside.exists() {
            fs::rename(folder, &aside).with_context(|| format!("cannot set {} aside", folder.display()))?;
        }
    }
    Ok(())
}

/// Waits for the leader of a process group, ends what is left of the group (and, if the run was told to end, what has left
/// the group), and tells exit status and peak memory.
fn wait(
    child: Child,
    job: &Job,
    started: Instant,
    control: &Control,
) -> Result<(ExitStatus, Option<u64>, Option<Ending>)> {
    let leader = child.id();
    // A person who kills gitsweep finds its processes ended by the next one; a scheduler leaves no time for that.
    let guard = job.job.is_some().then(|| Guard::over(leader)).flatten();
    control.add(leader, job, started);
    // The leader is seen to end before it is reaped, so that its id cannot belong to another process when it is taken
    // off the list, nor when what it left running is killed.
    let seen = wait_without_reaping(leader);
    control.grant_grace(leader);
    drop(guard);
    let (ending, peak) = control.remove(leader);
    signal_group(leader, libc::SIGKILL);
    if ending.is_some() {
        end_strays(names::ENV_MARK, &job.run_folder.display().to_string());
    }
    seen?;
    let used = child.wait4().context("cannot wait for the program")?;
    Ok((used.status, peak.and_then(|peak| peak.end(used.rusage.maxrss)), ending))
}

fn wait_without_reaping(leader: u32) -> Result<()> {
    loop {
        // SAFETY: siginfo_t is plain data that waitid fills in.
        let answer = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            libc::waitid(libc::P_PID, leader, &raw mut info, libc::WEXITED | libc::WNOWAIT)
        };
        if answer == 0 {
            return Ok(());
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(error).context("cannot wait for the program");
        }
    }
}

fn tell_status(record: &mut Record, status: ExitStatus, ending: Option<Ending>, job: &Job) {
    record.exit = status.code();
    // A shell says 128 + n when a signal ended its last command.
    record.signal =
        status.signal().or_else(|| status.code().filter(|code| (129..=192).contains(code)).map(|code| code - 128));
    let (status, reason) = match (ending, status.code(), record.signal) {
        (Some(Ending::Timeout), ..) => {
            let timeout = humantime::format_duration(job.timeout.unwrap_or_default());
            (Status::Timeout, Some(format!("it took longer than {timeout}")))
        }
        (Some(Ending::Stopped(step)), ..) => (Status::Stopped, Some(format!("stopped at step {step}"))),
        (Some(Ending::Cancelled), ..) => (Status::Cancelled, Some("it was cancelled".to_owned())),
        (None, Some(0), _) => (Status::Ok, None),
        // Only a person sends that one; it reaches a process that has not left our group yet.
        (None, _, Some(libc::SIGINT)) => (Status::Cancelled, Some("it was interrupted".to_owned())),
        (None, _, Some(signal)) => (Status::Killed, Some(format!("ended by {}", signal_name(signal)))),
        (None, Some(code), None) => (Status::Failed, Some(format!("exit code {code}"))),
        (None, None, None) => (Status::Failed, Some("it ended without an exit code".to_owned())),
    };
    record.status = status;
    record.reason = reason;
}

/// This instant, to the millisecond (RFC 3339).
pub fn now() -> String {
    stamp(OffsetDateTime::now_utc())
}

/// An instant, as long as any other, so that text sorts as time does.
fn stamp(instant: OffsetDateTime) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    instant.format(form).unwrap_or_default()
}

/// The regular expressions for left-behind paths that are removed: `*` is anything but `/`, and a pattern without `/`
/// fits a name at any depth.
///
/// # Errors
/// If there are too many.
pub fn discard_set(patterns: &[String]) -> Result<RegexSet> {
    let expressions = patterns.iter().map(|pattern| {
        let body = regex::escape(pattern.trim_end_matches('/')).replace(r"\*", "[^/]*").replace(r"\?", "[^/]");
        if pattern.trim_end_matches('/').contains('/') { format!("^{body}$") } else { format!("(^|/){body}$") }
    });
    RegexSet::new(expressions).context("cannot read the list of what to discard")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_as_long_each_time() {
        assert_eq!(stamp(OffsetDateTime::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
        let later = OffsetDateTime::UNIX_EPOCH + std::time::Duration::from_micros(1_120_900);
        assert_eq!(stamp(later), "1970-01-01T00:00:01.120Z");
    }
}
