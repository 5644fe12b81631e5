//! `[queue.slurm]`: what a job asks the scheduler for. A setting may depend on the point: `mem = "{2 * n}G"`.

use std::fmt;

use anyhow::{Context as _, Result, anyhow, bail};
use serde::Deserialize;

use super::one_or_many::OneOrMany;
use super::toml_text::{toml_list, toml_text};
use crate::expr::Expression;
use crate::hint;
use crate::point::Point;
use crate::value::Value;

/// A number or a text: `cpus = 4`, `mem = "4G"`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Word {
    Number(i64),
    Text(String),
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// Declares the keys of `[queue.slurm]` and the options of sbatch that they stand for, in one place.
macro_rules! settings {
    ($($key:ident => $option:literal),* $(,)?) => {
        /// `[queue.slurm]`, word for word.
        #[derive(Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct TypedSlurm {
            $($key: Option<Word>,)*
            setup: Option<OneOrMany>,
            #[serde(default)]
            extra: Vec<String>,
            coordinator: Option<Box<TypedSlurm>>,
        }

        impl TypedSlurm {
            fn take(&mut self) -> Vec<(&'static str, &'static str, Word)> {
                let mut given = Vec::new();
                $(if let Some(word) = self.$key.take() {
                    given.push((stringify!($key), $option, word));
                })*
                given
            }
        }
    };
}

settings! {
    partition => "partition",
    account => "account",
    qos => "qos",
    time => "time",
    mem => "mem",
    mem_per_cpu => "mem-per-cpu",
    mem_per_gpu => "mem-per-gpu",
    cpus => "cpus-per-task",
    cpus_per_gpu => "cpus-per-gpu",
    gpus => "gpus",
    gpus_per_node => "gpus-per-node",
    gres => "gres",
    nodes => "nodes",
    ntasks => "ntasks",
    ntasks_per_node => "ntasks-per-node",
    constraint => "constraint",
    nodelist => "nodelist",
    exclude => "exclude",
    reservation => "reservation",
    licenses => "licenses",
    tmp => "tmp",
    nice => "nice",
    begin => "begin",
    mail_user => "mail-user",
    mail_type => "mail-type",
}

/// Text with expressions in braces: `{2 * n}G`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Template {
    text: String,
    /// Alternately text and an expression, beginning with text.
    parts: Vec<(String, Option<Expression>)>,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Setting {
    key: &'static str,
    option: &'static str,
    template: Template,
}

/// What a job asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    settings: Vec<Setting>,
    /// Lines that the job's script runs first.
    pub setup: Vec<String>,
    extra: Vec<Template>,
    /// What the job asks for that proposes and submits the points of a search that learns.
    coordinator: Option<Box<Self>>,
}

impl Template {
    fn parse(text: &str, key: &str, known: &[&str]) -> Result<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, beyond) = after.split_once('}').ok_or_else(|| {
                hint::error(
                    format!("{key} = \"{text}\" under [queue.slurm]: a brace is not closed"),
                    "an expression stands in braces, such as mem = \"{2 * n}G\"",
                )
            })?;
            let explain = |error: crate::expr::ExpressionError| {
                hint::with(format!("{key} under [queue.slurm]: {error}"), error.hint())
            };
            let expression = Expression::parse(inside).map_err(explain)?;
            expression.check(known).map_err(explain)?;
            parts.push((before.to_owned(), Some(expression)));
            rest = beyond;
        }
        parts.push((rest.to_owned(), None));
        Ok(Self { text: text.to_owned(), parts })
    }

    fn fill(&self, key: &str, point: &Point) -> Result<String> {
        let mut filled = String::new();
        for (text, expression) in &self.parts {
            filled.push_str(text);
            if let Some(expression) = expression {
                let value = expression
                    .value(&|name: &str| point.get(name).cloned())
                    .map_err(|error| anyhow!("{key} under [queue.slurm]: {error}"))?;
                filled.push_str(&plain(&value));
            }
        }
        Ok(filled)
    }
}

/// A value as an option of sbatch takes it: whole numbers without a fraction.
fn plain(value: &Value) -> String {
    match value.to_string() {
        whole if whole.ends_with(".0") => whole[..whole.len() - 2].to_owned(),
        other => other,
    }
}

impl Resources {
    pub(super) fn resolve(mut typed: TypedSlurm, known: &[&str]) -> Result<Self> {
        let settings = typed.take().into_iter().map(|(key, option, word)| {
            let text = word.to_string();
            if text.trim().is_empty() || text.contains('\n') {
                return Err(hint::error(
                    format!("{key} under [queue.slurm] has nothing that could be asked for"),
                    "give it a value, or take it out",
                ));
            }
            Ok(Setting { key, option, template: Template::parse(&text, key, known)? })
        });
        let extra = typed.extra.iter().map(|text| {
            if !text.starts_with('-') || text.contains('\n') {
                return Err(hint::error(
                    format!("extra = [\"{text}\"] under [queue.slurm] is no option of sbatch"),
                    "an option starts with a dash, such as \"--exclusive\" or \"--gres=gpu:a100:1\"",
                ));
            }
            Template::parse(text, "extra", known)
        });
        let (settings, extra) = (settings.collect::<Result<_>>()?, extra.collect::<Result<_>>()?);
        let coordinator = typed.coordinator.map(|typed| Self::of_coordinator(*typed).map(Box::new)).transpose()?;
        Ok(Self { settings, extra, setup: typed.setup.map(OneOrMany::into_vec).unwrap_or_default(), coordinator })
    }

    fn of_coordinator(typed: TypedSlurm) -> Result<Self> {
        if typed.coordinator.is_some() {
            bail!("[queue.slurm.coordinator] has no coordinator of its own");
        }
        let resources = Self::resolve(typed, &[])
            .context("[queue.slurm.coordinator] is one job for all points, which depends on none of them")?;
        Ok(resources)
    }

    /// The options of sbatch for the job that coordinates a search, of which this is one point: what the site asks of every
    /// job, and what is said for this one.
    ///
    /// # Errors
    /// If an expression has no value there.
    pub fn coordinator_options(&self, point: &Point) -> Result<Vec<String>> {
        let own = self.coordinator.as_ref().map_or_else(|| Ok(Vec::new()), |own| own.options(point))?;
        let is_said = |option: &String| {
            let key = option.split('=').next().unwrap_or_default();
            own.iter().any(|said| said.split('=').next() == Some(key))
        };
        let site = self.site_options(point)?.into_iter().filter(|option| !is_said(option)).collect::<Vec<_>>();
        Ok(site.into_iter().chain(own.clone()).collect())
    }

    /// The lines that the coordinator's script runs first: its own, or those of all jobs.
    pub fn coordinator_setup(&self) -> &[String] {
        match &self.coordinator {
            Some(own) if !own.setup.is_empty() => &own.setup,
            _ => &self.setup,
        }
    }

    /// The options of sbatch for a point, in a fixed order.
    ///
    /// # Errors
    /// If an expression has no value there.
    pub fn options(&self, point: &Point) -> Result<Vec<String>> {
        let mut options = Vec::with_capacity(self.settings.len() + self.extra.len());
        for setting in &self.settings {
            options.push(format!("--{}={}", setting.option, setting.template.fill(setting.key, point)?));
        }
        for extra in &self.extra {
            options.push(extra.fill("extra", point)?);
        }
        Ok(options)
    }

    /// The options that a site may ask of every job, however small: who pays and where it may run.
    ///
    /// # Errors
    /// If an expression has no value there.
    pub fn site_options(&self, point: &Point) -> Result<Vec<String>> {
        let is_site = |setting: &&Setting| ["partition", "account", "qos", "reservation"].contains(&setting.key);
        let option =
            |setting: &Setting| Ok(format!("--{}={}", setting.option, setting.template.fill(setting.key, point)?));
        self.settings.iter().filter(is_site).map(option).collect()
    }

    pub(super) fn to_toml(&self, line: &mut dyn FnMut(String)) {
        if *self != Self::default() {
            self.table("queue.slurm", line);
        }
    }

    fn table(&self, name: &str, line: &mut dyn FnMut(String)) {
        line(format!("\n[{name}]"));
        for setting in &self.settings {
            line(format!("{} = {}", setting.key, toml_text(&setting.template.text)));
        }
        if !self.setup.is_empty() {
            line(format!("setup = {}", toml_list(&self.setup)));
        }
        if !self.extra.is_empty() {
            let extra: Vec<&str> = self.extra.iter().map(|extra| extra.text.as_str()).collect();
            line(format!("extra = {}", toml_list(&extra)));
        }
        if let Some(coordinator) = &self.coordinator {
            coordinator.table(&format!("{name}.coordinator"), line);
        }
    }
}
