//! `[queue]`: where runs go and how many at a time, as typed and as meant.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::Result;
use serde::Deserialize;

use super::duration::parse_duration;
use super::one_or_many::OneOrMany;
use super::resources::{Resources, TypedSlurm};
use super::toml_text::{toml_list, toml_text};
use crate::hint;
use crate::liveness::LEASE;

/// `[queue]`, word for word.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedQueue {
    executor: Option<String>,
    jobs: Option<usize>,
    max_active: Option<usize>,
    workers: Option<u64>,
    spacing: Option<String>,
    max_failures: Option<u64>,
    scratch: Option<String>,
    lease: Option<String>,
    patience: Option<String>,
    arguments: Option<OneOrMany>,
    #[serde(default)]
    slurm: TypedSlurm,
}

/// What runs points.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ExecutorName {
    /// This machine.
    #[default]
    Local,
    /// Slurm.
    Slurm,
    /// A submit script, by its path: from the top of the repository, or absolute.
    Script(String),
}

impl ExecutorName {
    /// The submit script at this path, spelt as `-e` takes it: with a `/`.
    pub fn script(path: String) -> Self {
        Self::Script(if path.contains('/') { path } else { format!("./{path}") })
    }
}

impl FromStr for ExecutorName {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> Result<Self> {
        match word {
            "local" => Ok(Self::Local),
            "slurm" => Ok(Self::Slurm),
            path if path.contains('/') => Ok(Self::Script(path.to_owned())),
            other => Err(hint::error(
                format!("there is no executor `{other}`"),
                hint::near_miss(other, ["local", "slurm"]).map_or_else(
                    || format!("it is local, slurm or the path of a submit script, such as ./{other}"),
                    |near| format!("did you mean {near}? A submit script is named by a path, such as ./{other}"),
                ),
            )),
        }
    }
}

impl fmt::Display for ExecutorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local => "local",
            Self::Slurm => "slurm",
            Self::Script(path) => path,
        })
    }
}

/// What `queue` does where its flags are silent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueDefaults {
    /// What runs the points.
    pub executor: ExecutorName,
    /// Runs at a time on one machine.
    pub jobs: Option<usize>,
    /// Jobs that run at a time on a cluster.
    pub max_active: Option<usize>,
    /// Jobs that share the points instead of one job a point.
    pub workers: Option<u64>,
    /// Time between starts.
    pub spacing: Option<Duration>,
    /// Stop after so many failures.
    pub max_failures: Option<u64>,
    /// The folder for checkouts, with variables of the environment in it.
    pub scratch: Option<String>,
    /// How long a gitsweep on another machine may give no sign of life before it is taken for dead.
    pub lease: Duration,
    /// How long a refusal of the scheduler's that may pass is tried again.
    pub patience: Duration,
    /// Words that a submit script gets after the commit.
    pub arguments: Vec<String>,
    /// What a job on Slurm asks for.
    pub slurm: Resources,
}

const PATIENCE: Duration = Duration::from_secs(120);

impl Default for QueueDefaults {
    fn default() -> Self {
        Self {
            executor: ExecutorName::Local,
            jobs: None,
            max_active: None,
            workers: None,
            spacing: None,
            max_failures: None,
            scratch: None,
            lease: LEASE,
            patience: PATIENCE,
            arguments: Vec::new(),
            slurm: Resources::default(),
        }
    }
}

impl QueueDefaults {
    /// What `[queue]` means; `known` are the parameters, and `join` makes a path as seen from the top of the repository.
    pub(super) fn resolve(typed: TypedQueue, known: &[&str], join: &dyn Fn(&str) -> String) -> Result<Self> {
        let span = |text: Option<String>| text.as_deref().map(parse_duration).transpose();
        let executor = match typed.executor.as_deref().map(str::parse).transpose()?.unwrap_or_default() {
            ExecutorName::Script(path) if !path.starts_with('/') => ExecutorName::script(join(&path)),
            other => other,
        };
        let lease = span(typed.lease)?.unwrap_or(LEASE);
        if lease < Duration::from_secs(1) {
            return Err(hint::error("lease: it is a second at least", "such as lease = \"2m\" under [queue]"));
        }
        for (key, is_zero) in [
            ("jobs", typed.jobs == Some(0)),
            ("max_active", typed.max_active == Some(0)),
            ("workers", typed.workers == Some(0)),
        ] {
            if is_zero {
                return Err(hint::error(format!("{key} = 0 under [queue]: nothing could run"), "take 1 or more"));
            }
        }
        Ok(Self {
            executor,
            jobs: typed.jobs,
            max_active: typed.max_active,
            workers: typed.workers,
            spacing: span(typed.spacing)?,
            max_failures: typed.max_failures,
            scratch: typed.scratch,
            lease,
            patience: span(typed.patience)?.unwrap_or(PATIENCE),
            arguments: typed.arguments.map(OneOrMany::into_vec).unwrap_or_default(),
            slurm: Resources::resolve(typed.slurm, known)?,
        })
    }

    /// The lines of `[queue]` that read back as this.
    pub(super) fn to_toml(&self, line: &mut dyn FnMut(String)) {
        let quote = toml_text;
        let span = |span| quote(&humantime::format_duration(span).to_string());
        line("\n[queue]".to_owned());
        line(format!("executor = {}", quote(&self.executor.to_string())));
        for (key, number) in [
            ("jobs", self.jobs.map(|number| number as u64)),
            ("max_active", self.max_active.map(|number| number as u64)),
            ("workers", self.workers),
            ("max_failures", self.max_failures),
        ] {
            if let Some(number) = number {
                line(format!("{key} = {number}"));
            }
        }
        if let Some(spacing) = self.spacing {
            line(format!("spacing = {}", span(spacing)));
        }
        if let Some(scratch) = &self.scratch {
            line(format!("scratch = {}", quote(scratch)));
        }
        line(format!("lease = {}", span(self.lease)));
        line(format!("patience = {}", span(self.patience)));
        if !self.arguments.is_empty() {
            line(format!("arguments = {}", toml_list(&self.arguments)));
        }
        self.slurm.to_toml(line);
    }
}
