//! From the definition as it is typed to the plan that is meant.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Result, bail};

use super::learning::{self, Learning};
use super::metric::Readings;
use super::objective::{check_metric, resolve_objectives};
use super::plan::{
    Direction, Objective, Parameter, Place, Plan, RunDefinition, Search, SitePlan, Source, StrategyPlan, parse_duration,
};
use super::queue::QueueDefaults;
use super::series::Artifacts;
use super::stopping::Stopping;
use super::typed::{
    Flags, OneOrMany, Typed, TypedOccurrences, TypedParameter, TypedSearch, TypedSite, TypedStrategy, Where,
};
use super::written::toml_text;
use crate::expr::Expression;
use crate::hint;
use crate::point::ParamName;
use crate::search::StrategyKind;
use crate::source::{Format, Occurrences};
use crate::space::Domain;
use crate::value::{Kind, Value};

/// Left behind by every Python program, and of no use to anybody.
const DISCARDED: &[&str] = &["__pycache__", "*.pyc"];
const GRACE: Duration = Duration::from_secs(10);

impl Plan {
    /// What the typed definition and the flags mean. `folder` is where the definition lies, from the top of the
    /// repository: the files that it names are looked for there.
    ///
    /// # Errors
    /// If a word means nothing, naming it.
    pub fn resolve(mut typed: Typed, folder: &str, flags: &Flags) -> Result<Self> {
        let mut parameters = Vec::with_capacity(typed.params.len() + flags.parameters.len());
        for (name, parameter) in typed.params {
            parameters.push(resolve_parameter(&name, parameter, folder)?);
        }
        let mut given = HashSet::new();
        for (name, place, domain) in &flags.parameters {
            if !given.insert(name) {
                bail!("parameter {name} is given twice");
            }
            let file = match place {
                Where::Default => flags.file.as_deref(),
                Where::File(file) => Some(file.as_str()),
                Where::Outside => None,
            };
            add_flag(&mut parameters, name, domain, file)?;
        }
        add_columns(&mut parameters, flags)?;
        let strategy = resolve_strategy(flags.strategy.as_deref(), &mut typed.search)?;
        let repeats = flags.repeats.or(typed.search.repeats);
        if repeats == Some(0) {
            bail!("repeats = 0: every point is run at least once");
        }
        add_repeats(&mut parameters, repeats)?;
        let is_one_run = flags.takes_one_run && strategy.is(StrategyKind::Grid);
        if parameters.is_empty() && !strategy.is(StrategyKind::List) && !is_one_run {
            return Err(hint::error(
                "there is no parameter to vary",
                "give one by -f FILE -p 'NAME=[1, 2, 3]', or write a definition: gitsweep init FILE",
            ));
        }
        let mut own_variables = HashSet::new();
        for parameter in &parameters {
            if let Some(env) = parameter.env.as_ref().filter(|env| !own_variables.insert(*env)) {
                bail!("two parameters have the variable {env}");
            }
            if let Source::Missing = parameter.source {
                return Err(hint::error(
                    format!("parameter {} has no values", parameter.name),
                    format!(
                        "values = [1, 2, 3] under [params.{}], or expr = \"...\" if it follows from others",
                        parameter.name
                    ),
                ));
            }
        }
        let constraints = typed.search.constraints.take().map(OneOrMany::into_vec).unwrap_or_default();
        let constraints = constraints.iter().chain(&flags.constraints);
        let mut kept = Vec::new();
        for text in constraints {
            let constraint = parse_expression(text, "where")?;
            if !kept.contains(&constraint) {
                kept.push(constraint);
            }
        }
        let objectives = resolve_objectives(flags, &typed.search)?;
        let metric = flags.objective.clone().or_else(|| typed.search.objective.clone());
        let direction = flags.direction.as_deref().or(typed.search.direction.as_deref());
        if let Some(metric) = &metric {
            check_metric(metric)?;
        }
        let objective = match (metric, direction.map(str::parse).transpose()?) {
            (Some(metric), direction) => {
                Some(Objective { metric, direction: direction.unwrap_or(Direction::Minimize) })
            }
            (None, Some(_)) => bail!("a direction without an objective: say which metric is the objective"),
            (None, None) => objectives.first().cloned(),
        };
        let all = if objectives.is_empty() { objective.as_slice() } else { &objectives[..] };
        let learning = Learning::resolve(&typed.search, flags, &strategy, all)?;
        let stop = typed.search.stop.as_ref().map(|stop| Stopping::resolve(stop, objective.as_ref())).transpose()?;
        let grid_points = flags.grid_points.or(typed.search.grid_points);
        if grid_points == Some(0) {
            return Err(hint::error("grid_points is 0, which leaves no value", "leave it out, or say 1 or more"));
        }
        let command = flags.command.clone().or(typed.run.command);
        if command.as_deref().is_some_and(|command| command.trim().is_empty()) {
            bail!("the command is empty");
        }
        let known: Vec<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let queue = QueueDefaults::resolve(typed.queue, &known, &|path| join(folder, path))?;
        let Readings { metrics, series } = Readings::resolve(typed.metrics, typed.series, &[])?;
        let name = flags.name.clone().or(typed.name).unwrap_or_else(|| strategy.search_name());
        check_branch_stem(&name)?;
        Ok(Self {
            name,
            search: Search {
                strategy,
                objective,
                objectives,
                learning,
                stop,
                trials: flags.trials.or(typed.search.trials),
                seed: flags.seed.or(typed.search.seed),
                repeats,
                constraints: kept,
                grid_points,
                points: typed.search.points.as_deref().map(|path| join(folder, path)),
            },
            run: RunDefinition {
                command,
                timeout: flags.timeout.as_deref().or(typed.run.timeout.as_deref()).map(parse_duration).transpose()?,
                grace: typed.run.grace.as_deref().map(parse_duration).transpose()?.unwrap_or(GRACE),
                link: typed.run.link.iter().map(|path| check_link(&join(folder, path))).collect::<Result<_>>()?,
                discard: typed.run.discard.unwrap_or_else(|| DISCARDED.iter().map(|&path| path.to_owned()).collect()),
            },
            rows: flags.points.clone(),
            parameters,
            metrics,
            series,
            artifacts: Artifacts::resolve(typed.artifacts)?,
            queue,
            hooks: typed.hooks.into(),
        })
    }

    /// Reads the definition that a sweep's commit holds.
    ///
    /// # Errors
    /// If it is damaged, or was written by a later version.
    pub fn read_back(text: &str, label: &str) -> Result<Self> {
        Self::resolve(Typed::read(text, label)?, "", &Flags { takes_one_run: true, ..Flags::default() })
    }
}

fn resolve_strategy(flag: Option<&str>, typed: &mut TypedSearch) -> Result<StrategyPlan> {
    match (flag, typed.strategy.take()) {
        (Some(word), _) => Ok(StrategyPlan::One(word.parse()?)),
        (None, Some(TypedStrategy::Word(word))) => Ok(StrategyPlan::One(word.parse()?)),
        (None, Some(TypedStrategy::Mixture(shares))) => {
            let shares =
                shares.into_iter().map(|(word, share)| Ok((word.parse()?, share))).collect::<Result<Vec<_>>>()?;
            let Some((kind, grid, random)) = learning::mixed_in(&shares)? else {
                return Ok(StrategyPlan::Mixture(shares));
            };
            if typed.grid_probability.is_some() || typed.random_probability.is_some() {
                bail!("the mixture says already how likely grid and random points are");
            }
            (typed.grid_probability, typed.random_probability) = (Some(grid), Some(random));
            Ok(StrategyPlan::One(kind))
        }
        (None, None) => Ok(StrategyPlan::One(StrategyKind::Grid)),
    }
}

/// Parameters for the columns of given points that the definition does not have.
fn add_columns(parameters: &mut Vec<Parameter>, flags: &Flags) -> Result<()> {
    let Some(rows) = &flags.points else { return Ok(()) };
    let mut columns = indexmap::IndexMap::<&str, Vec<&str>>::new();
    for (name, text) in rows.iter().flatten() {
        let values = columns.entry(name).or_default();
        if !values.iter().any(|known| Value::guess(known).same(&Value::guess(text))) {
            values.push(text);
        }
    }
    for (name, values) in columns {
        let mut values: Vec<Value> = values.into_iter().map(Value::guess).collect();
        let known = parameters.iter().find(|parameter| parameter.name.as_str() == name);
        match known.map(|known| known.domain().and_then(Domain::values)) {
            None => {}
            // An extension may bring values that the first points did not have.
            Some(Some(known)) if flags.widens => {
                values.retain(|value| !known.iter().any(|known| known.same(value)));
                values.splice(0..0, known.iter().cloned());
            }
            Some(_) => continue,
        }
        let quoted = values.iter().map(|value| match value.kind() {
            Kind::Text => toml_text(value.as_str()),
            _ => value.to_string(),
        });
        let domain = format!("[{}]", quoted.collect::<Vec<_>>().join(", "));
        add_flag(parameters, name, &domain, flags.file.as_deref())?;
    }
    Ok(())
}

/// The parameter that counts the repeats, in the definition or outside of the code.
pub(super) const REPEAT: &str = "seed";

fn add_repeats(parameters: &mut Vec<Parameter>, repeats: Option<u64>) -> Result<()> {
    if repeats.is_none() {
        return Ok(());
    }
    match parameters.iter_mut().find(|parameter| parameter.name.as_str() == REPEAT) {
        Some(seed) if seed.source == Source::Missing => seed.source = Source::Repeat,
        Some(_) => {
            return Err(hint::error(
                format!("repeats give the parameter {REPEAT} its values, and it has values of its own"),
                format!("take its values out, or the repeats: values of {REPEAT} are repeats already"),
            ));
        }
        None => parameters.push(Parameter {
            name: ParamName::new(REPEAT)?,
            source: Source::Repeat,
            when: None,
            group: None,
            base: None,
            sites: Vec::new(),
            env: None,
        }),
    }
    Ok(())
}

fn resolve_parameter(name: &str, typed: TypedParameter, folder: &str) -> Result<Parameter> {
    let source = match (&typed.domain, &typed.expr) {
        (Some(_), Some(_)) => bail!("parameter {name} has both values and expr: it is either chosen or derived"),
        (Some(domain), None) => {
            Source::Domain(Domain::parse_toml(domain).map_err(|error| hint_of_domain(name, &error))?)
        }
        (None, Some(expr)) => Source::Derived(parse_expression(expr, &format!("parameter {name}, expr"))?),
        (None, None) => Source::Missing,
    };
    let name = ParamName::new(name)?;
    let base = typed.base_text.as_deref().map(|text| resolve_base(&name, text)).transpose()?;
    let own = TypedSite {
        file: typed.file.clone(),
        name: typed.name,
        pattern: typed.pattern,
        key: typed.key,
        format: typed.format,
        occurrences: typed.occurrences,
        expr: None,
    };
    let has_template = own.name.is_some() || own.pattern.is_some() || own.key.is_some() || own.format.is_some();
    let mut sites = Vec::new();
    // Beside places that all name their files, the parameter's own file is a place too; else it is what they share.
    let is_shared = typed.at.iter().any(|site| site.file.is_none());
    if typed.at.is_empty() || has_template || (own.file.is_some() && !is_shared) {
        match own.file {
            Some(_) => sites.push(resolve_site(&name, own, None, folder)?),
            None if has_template => {
                return Err(hint::error(
                    format!("{name} has a template but no file"),
                    format!("say which: file = \"src/model.py\" under [params.{name}]"),
                ));
            }
            None => {}
        }
    }
    for site in typed.at {
        sites.push(resolve_site(&name, site, typed.file.as_deref(), folder)?);
    }
    let when =
        typed.when.as_deref().map(|when| parse_expression(when, &format!("parameter {name}, when"))).transpose()?;
    if let Some(env) = &typed.env
        && !is_free_variable(env)
    {
        return Err(hint::error(
            format!("{name}: env = \"{env}\" cannot be a variable of its own"),
            "take letters, digits and `_`, and no name that every program needs",
        ));
    }
    Ok(Parameter { name, source, when, group: typed.group, base, sites, env: typed.env })
}

/// True for a name that a shell could give a value to without breaking what runs.
fn is_free_variable(name: &str) -> bool {
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    starts_well && is_plain && !name.starts_with("GITSWEEP_") && !matches!(name, "PATH" | "HOME" | "PWD" | "IFS")
}

fn resolve_base(name: &ParamName, text: &str) -> Result<Value> {
    let domain = Domain::parse_toml(text).map_err(|error| hint_of_domain(name.as_str(), &error))?;
    match domain.values() {
        Some([value]) => Ok(value.clone()),
        _ => bail!("{name}: base is one value"),
    }
}

fn resolve_site(name: &ParamName, typed: TypedSite, file: Option<&str>, folder: &str) -> Result<SitePlan> {
    let occurrences = match typed.occurrences {
        None => Occurrences::Only,
        Some(TypedOccurrences::Number(0)) => bail!("{name}: occurrences are counted from 1"),
        Some(TypedOccurrences::Number(number)) => Occurrences::Nth(number),
        Some(TypedOccurrences::Word(word)) if word == "all" => Occurrences::All,
        Some(TypedOccurrences::Word(word)) => bail!("{name}: occurrences is \"all\" or a number, not `{word}`"),
    };
    let format = typed
        .format
        .map(|format| Format::parse(&format))
        .transpose()
        .map_err(|error| hint::error(format!("{name}: {error}"), "such as \"%.3e\" or \"{:.3}\""))?;
    let Some(file) = typed.file.as_deref().or(file) else {
        return Err(hint::error(
            format!("a place of {name} has no file"),
            format!("say which: file = \"src/model.py\" under [[params.{name}.at]] or [params.{name}]"),
        ));
    };
    let place = match (typed.name, typed.pattern, typed.key) {
        (None, None, None) => Place::Line(name.to_string()),
        (Some(name), None, None) => Place::Line(name),
        (None, Some(pattern), None) => Place::Pattern(pattern),
        (None, None, Some(key)) => Place::Key(key),
        _ => bail!("{name}: a place is found by one of name, pattern and key"),
    };
    let expr = typed
        .expr
        .as_deref()
        .map(|expr| parse_expression(expr, &format!("parameter {name}, a place's expr")))
        .transpose()?;
    Ok(SitePlan { file: join(folder, file), place, occurrences, format, expr })
}

fn parse_expression(text: &str, label: &str) -> Result<Expression> {
    Expression::parse(text).map_err(|error| {
        let message = format!("{label}: {error}");
        error.hint().map_or_else(|| anyhow::anyhow!("{message}"), |way_out| hint::error(&message, way_out))
    })
}

/// Adds `-p name=domain`, or gives a parameter of the definition another domain.
fn add_flag(parameters: &mut Vec<Parameter>, name: &str, domain: &str, file: Option<&str>) -> Result<()> {
    let source = Source::Domain(Domain::parse(domain).map_err(|error| hint_of_domain(name, &error))?);
    let site = |file: &str| SitePlan {
        file: file.to_owned(),
        place: Place::Line(name.to_owned()),
        occurrences: Occurrences::Only,
        format: None,
        expr: None,
    };
    if let Some(known) = parameters.iter_mut().find(|parameter| parameter.name.as_str() == name) {
        known.source = source;
        // A file that is named and is another than the definition's is meant to be the place.
        if let Some(file) = file.filter(|file| known.sites.iter().all(|site| site.file != **file)) {
            known.sites = vec![site(file)];
        }
        return Ok(());
    }
    let sites = file.map(site).into_iter().collect();
    let name = ParamName::new(name).map_err(|error| match file {
        Some(file) if name.contains(['[', '/']) => {
            let short = name.rsplit(['.', '/', ']']).next().filter(|short| ParamName::new(short).is_ok());
            let short = short.unwrap_or("g");
            hint::error(
                error,
                format!(
                    "a key of a configuration file stands in gitsweep.toml: [params.{short}] with file = \"{file}\" and \
                     key = \"{name}\""
                ),
            )
        }
        _ => error,
    })?;
    parameters.push(Parameter { name, source, when: None, group: None, base: None, sites, env: None });
    Ok(())
}

fn hint_of_domain(name: &str, error: &crate::space::DomainError) -> anyhow::Error {
    let hint = error.hint().unwrap_or("such as [1, 2, 3], 0.5 to 3.0 step 0.5, (1, 10, 2), linspace(0, 1, 11)");
    hint::error(format!("parameter {name}: {error}"), hint)
}

fn check_branch_stem(name: &str) -> Result<()> {
    if crate::git::Repository::is_branch_name(name) && !name.contains(':') {
        return Ok(());
    }
    Err(hint::error(format!("`{name}` cannot start a branch's name"), "take letters, digits, `_`, `-` and `/`"))
}

fn check_link(path: &str) -> Result<String> {
    if path.is_empty() || path.starts_with('/') || path.split('/').any(|segment| segment == "..") {
        bail!("link = \"{path}\": a link is a path inside the repository");
    }
    Ok(path.trim_end_matches('/').to_owned())
}

/// `path` as seen from the top of the repository, `.` and `..` resolved.
fn join(folder: &str, path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in folder.split('/').chain(path.split('/')) {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}
