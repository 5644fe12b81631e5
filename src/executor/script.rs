//! Submit scripts: any other scheduler, through a program of the user's (or one of those in `hooks/`).
//!
//! The contract is in `hooks/README.md`: called with a commit it submits a job and prints its id; what else it can do
//! (`array`, `status`, `cancel`) it says in a comment `# gitsweep-can: ...` near its top.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use anyhow::{Result, bail};

use super::scheduler::{Answer, Cancellation, Capacity, Left, Order, Phase, Refusal, Scheduler, Sought, TaskState};
use super::shipped::shipped_scripts;
use super::tool::{NoAnswer, call, said};
use crate::command::quote;
use crate::hint;
use crate::names;
use crate::submission::{NO_ID, Submission};

/// How many lines of a script are looked at for what it can do.
const HEAD: usize = 40;
/// The most ids that a verb gets at once.
const MOST_IDS: usize = 500;
/// The most tasks of one array.
const MOST_TASKS: u64 = 1000;
const QUESTION: Duration = Duration::from_secs(120);
/// How long a job that is told to end asks what for.
const SHORT_QUESTION: Duration = Duration::from_secs(2);
const SUBMISSION: Duration = Duration::from_secs(600);

/// A submit script and what it can do.
#[derive(Clone, Debug)]
pub struct Script {
    path: PathBuf,
    top: PathBuf,
    can_array: bool,
    can_status: bool,
    can_cancel: bool,
    patience: Duration,
}

impl Script {
    /// The script at `path`, which is called in the folder `top`.
    ///
    /// # Errors
    /// If it is not there or cannot be executed.
    pub fn open(path: &Path, top: &Path) -> Result<Self> {
        let shown = path.display();
        let Ok(metadata) = std::fs::metadata(path) else {
            let near = near_script(path);
            return Err(hint::error(
                format!("there is no submit script {shown}"),
                near.map_or_else(
                    || {
                        let brought: Vec<String> = shipped_scripts().collect();
                        format!("the path is seen from where you are; gitsweep brings {}", brought.join(", "))
                    },
                    |near| format!("did you mean {near}?"),
                ),
            ));
        };
        if metadata.is_dir() {
            return Err(hint::error(format!("{shown} is a folder, and no submit script"), "name a file in it"));
        }
        if metadata.permissions().mode() & 0o111 == 0 {
            return Err(hint::error(
                format!("the submit script {shown} cannot be executed"),
                format!("chmod +x {}", quote(&shown.to_string())),
            ));
        }
        let text = std::fs::read(path).unwrap_or_default();
        let head = String::from_utf8_lossy(&text[..text.len().min(1 << 14)]).into_owned();
        let words: Vec<&str> = head
            .lines()
            .take(HEAD)
            .filter_map(|line| line.split_once(names::SCRIPT_CAN))
            .flat_map(|(_, words)| words.split_whitespace())
            .collect();
        if let Some(unknown) = words.iter().find(|word| !["array", "status", "cancel"].contains(word)) {
            return Err(hint::error(
                format!("{shown} says that it can `{unknown}`, which gitsweep does not know"),
                "after gitsweep-can: stand array, status and cancel, as far as the script can do that",
            ));
        }
        let can = |word| words.contains(&word);
        Ok(Self {
            path: path.to_owned(),
            top: top.to_owned(),
            can_array: can("array"),
            can_status: can("status"),
            can_cancel: can("cancel"),
            patience: QUESTION,
        })
    }

    /// The same, which has to answer at once.
    pub fn hurried(self) -> Self {
        Self { patience: SHORT_QUESTION, ..self }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.current_dir(&self.top);
        for variable in names::GIT_LOCAL_ENV {
            command.env_remove(variable);
        }
        command
    }

    fn verb(&self, verb: &str, ids: &[String]) -> Result<Output> {
        let shown = self.path.display();
        let output = call(self.command().arg(verb).args(ids), self.patience)
            .map_err(|error| error.explain(&shown.to_string(), "is its first line (#!) right?"))?;
        if !output.status.success() {
            bail!("{shown} {verb}: {}", said(&output));
        }
        Ok(output)
    }

    /// What the script finds in its environment beside the run's.
    fn environment(&self, order: &Order<'_>) -> Vec<(String, String)> {
        let mut variables = order.environment.clone();
        let mut add = |name: &str, value: String| variables.push((name.to_owned(), value));
        let name = &order.submission.name;
        let program = quote(&order.program.display().to_string());
        let top = quote(&order.top.display().to_string());
        let task = if order.submission.header.is_array { "" } else { " --task 1" };
        add(names::ENV_EXEC, format!("{program} -C {top} exec --submission {name}{task}"));
        add(names::ENV_JOB, name.clone());
        add(names::ENV_JOB_LOG, order.logs.join("job").display().to_string());
        if order.submission.header.is_array {
            add(names::ENV_TASKS, order.numbers.len().to_string());
        }
        if let Some(most) = order.max_active {
            add(names::ENV_MAX_ACTIVE, most.to_string());
        }
        variables
    }

    fn first_commit(order: &Order<'_>) -> String {
        order.submission.tasks.first().map_or_else(String::new, |task| task.commit.to_string())
    }
}

/// An executable beside the one that is not there, with a name like it.
fn near_script(path: &Path) -> Option<String> {
    let folder = path.parent()?;
    let names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let near = hint::near_miss(&path.file_name()?.to_string_lossy(), names.iter().map(String::as_str))?;
    Some(folder.join(near).display().to_string())
}

/// The job's id: the last word alone on the last line that is not blank. Prose is no id.
fn read_id(text: &str) -> Option<&str> {
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    (!line.contains(char::is_whitespace)).then_some(line)
}

/// The lines `ID[:TASK] STATE [words]` of `status`.
fn read_states(text: &str, submissions: &[&Submission]) -> Result<Answer, String> {
    let mut answer = Answer::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let (id, state) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let phase: Phase = state.parse().map_err(|()| format!("`{line}` has no state that gitsweep knows"))?;
        let (mut rest, mut node, mut left) = (Vec::new(), None, None);
        for word in words {
            if let Some(name) = word.strip_prefix("node=") {
                node = Some(name.to_owned());
            } else if let Some(seconds) = word.strip_prefix("left=").and_then(|seconds| seconds.parse().ok()) {
                left = Some(Duration::from_secs(seconds));
            } else {
                rest.push(word);
            }
        }
        let said = if rest.is_empty() { state.to_owned() } else { format!("{state}, {}", rest.join(" ")) };
        let state = TaskState { phase, words: said, node, left, way_out: None };
        let of = |job: &str| submissions.iter().find(|known| known.job.as_deref() == Some(job));
        match (of(id), id.rsplit_once(':')) {
            (Some(submission), _) if submission.header.is_array => answer.add_whole(&submission.name, state),
            (Some(submission), _) => answer.add(&submission.name, 1, state),
            (None, Some((job, number))) => {
                if let (Some(submission), Ok(number)) = (of(job), number.parse()) {
                    answer.add(&submission.name, number, state);
                }
            }
            (None, None) => {}
        }
    }
    Ok(answer)
}

impl Scheduler for Script {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn capacity(&self) -> Result<Capacity, Refusal> {
        let largest = if self.can_array { MOST_TASKS } else { 1 };
        Ok(Capacity { tasks: largest as usize, largest, is_array: self.can_array, has_gaps: false, cluster: None })
    }

    fn show(&self, order: &Order<'_>) -> Result<String> {
        let mut text = String::new();
        for (name, value) in self.environment(order) {
            text.push_str(&format!("{name}={} \\\n", quote(&value)));
        }
        let words = [self.path.display().to_string(), Self::first_commit(order)];
        let words = words.iter().chain(order.arguments).map(|word| quote(word)).collect::<Vec<_>>();
        Ok(format!("$ {text}  {}\n", words.join(" ")))
    }

    fn submit(&self, order: &Order<'_>) -> Result<String, Refusal> {
        let shown = self.path.display();
        let mut command = self.command();
        command.arg(Self::first_commit(order)).args(order.arguments).envs(self.environment(order));
        let output = match call(&mut command, SUBMISSION) {
            Ok(output) => output,
            Err(NoAnswer::TooSlow(patience)) => {
                let patience = humantime::format_duration(patience);
                return Err(Refusal::Unclear(format!("{shown} did not come to its end within {patience}")));
            }
            Err(error) => {
                return Err(Refusal::Final(error.explain(&shown.to_string(), "is its first line (#!) right?")));
            }
        };
        if !output.status.success() {
            let code =
                output.status.code().map_or_else(|| output.status.to_string(), |code| format!("exit code {code}"));
            return Err(Refusal::Final(hint::error(
                format!("the submit script {shown} failed, {code}: {}", said(&output)),
                format!(
                    "the point stays to be run; gitsweep queue {} --dry-run -e {} shows how it is called",
                    quote(order.submission.header.branch()),
                    quote(&shown.to_string())
                ),
            )));
        }
        match read_id(&String::from_utf8_lossy(&output.stdout)) {
            Some(id) => Ok(id.to_owned()),
            // Without an id nobody can be asked; the result file will tell.
            None if !self.can_status && !self.can_cancel && !self.can_array => Ok(NO_ID.to_owned()),
            None => Err(Refusal::Final(hint::error(
                format!("the submit script {shown} printed no job id: {}", said(&output)),
                "its last line is the job's id and nothing else; a script that has no id says nothing of status, cancel and array",
            ))),
        }
    }

    fn find(&self, _submission: &Submission) -> Result<Sought> {
        Ok(Sought::CannotTell)
    }

    fn ask(&self, submissions: &[&Submission]) -> Result<Option<Answer>> {
        if !self.can_status {
            return Ok(None);
        }
        let ids: Vec<String> = submissions.iter().filter_map(|submission| submission.known_job().cloned()).collect();
        let mut text = String::new();
        for chunk in ids.chunks(MOST_IDS) {
            text.push_str(&String::from_utf8_lossy(&self.verb("status", chunk)?.stdout));
            text.push('\n');
        }
        let shown = self.path.display();
        read_states(&text, submissions).map(Some).map_err(|problem| {
            hint::error(
                format!("{shown} status: {problem}"),
                "it prints lines ID STATE, STATE being queued, held, running, ending, ok, failed, timeout, cancelled, memory, node, preempted or unknown",
            )
        })
    }

    fn cancel(&self, what: &[Cancellation]) -> Result<Vec<Left>> {
        if !self.can_cancel {
            return Err(hint::error(
                format!("{} does not say that it can cancel", self.path.display()),
                format!(
                    "cancel the jobs by your scheduler's own command; then gitsweep cancel {} --forget frees the points",
                    what.first().map_or_else(String::new, |one| quote(&one.sweep))
                ),
            ));
        }
        let ids: Vec<String> = what
            .iter()
            .flat_map(|cancellation| match &cancellation.tasks {
                None => vec![cancellation.job.clone()],
                Some(tasks) => tasks.iter().map(|task| format!("{}:{task}", cancellation.job)).collect(),
            })
            .collect();
        ids.chunks(MOST_IDS).try_for_each(|chunk| self.verb("cancel", chunk).map(drop))?;
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submission::Header;

    #[test]
    fn an_id_stands_alone_on_the_last_line() {
        for (text, id) in [
            ("submitting\n123.server\n\n", Some("123.server")),
            ("Submitted batch job 12\n", None),
            ("", None),
            ("7", Some("7")),
        ] {
            assert_eq!(read_id(text), id, "{text}");
        }
    }

    #[test]
    fn states_are_read_by_task_and_by_job() {
        let header = |is_array| Header { is_array, ..Header::new("s", "/x", String::new(), String::new()) };
        let made = |name: &str, is_array, job: &str| Submission {
            name: name.to_owned(),
            header: header(is_array),
            tasks: Vec::new(),
            job: Some(job.to_owned()),
            closed: std::collections::HashSet::new(),
            is_stopped: false,
        };
        let (array, single) = (made("gs-a", true, "12[].server"), made("gs-b", false, "13.server"));
        let text = "12[].server queued\n12[].server:3 running node=n1 left=90 fine\n13.server failed exit 2\n99 ok\n";
        let answer = read_states(text, &[&array, &single]).unwrap();
        assert_eq!(answer.of("gs-a", 1).unwrap().phase, Phase::Queued);
        let third = answer.of("gs-a", 3).unwrap();
        assert_eq!((third.node.as_deref(), third.left), (Some("n1"), Some(Duration::from_secs(90))));
        assert_eq!(third.words, "running, fine");
        assert_eq!(answer.of("gs-b", 1).unwrap().words, "failed, exit 2");
        let answer = read_states("13.server unknown host down", &[&single]).unwrap();
        assert_eq!(answer.of("gs-b", 1).unwrap().phase, Phase::Running, "nothing is concluded");
        assert!(read_states("12[].server sleeping", &[&array]).is_err());
    }
}
