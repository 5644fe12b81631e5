//! One parameter of a definition: its domain, and where its values go.

use anyhow::{Result, bail};

use super::expression::parse_expression;
use super::path::join;
use super::typed::{TypedOccurrences, TypedParameter, TypedSite};
use crate::expr::Expression;
use crate::hint;
use crate::point::ParamName;
use crate::source::{Format, Occurrences};
use crate::space::{Domain, DomainError};
use crate::value::Value;

/// Where a parameter's values come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The strategy takes them from a domain.
    Domain(Domain),
    /// They follow from other parameters.
    Derived(Expression),
    /// They count the repeats of a point, from 1.
    Repeat,
    /// Nothing says.
    Missing,
}

/// What finds a value's place in a committed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The line that gives this name its value.
    Line(String),
    /// The user's own regular expression.
    Pattern(String),
    /// A key of a configuration file.
    Key(String),
}

/// One place of a committed file that a parameter is written to.
#[derive(Clone, Debug, PartialEq)]
pub struct SitePlan {
    /// The file, from the top of the repository.
    pub file: String,
    /// What finds the value there.
    pub place: Place,
    /// Which of several.
    pub occurrences: Occurrences,
    /// How a number is written.
    pub format: Option<Format>,
    /// What is written, if it is not the parameter's value itself.
    pub expr: Option<Expression>,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: ParamName,
    /// Where its values come from.
    pub source: Source,
    /// When it applies; where it does not, points do not have it and its lines stay as they are.
    pub when: Option<Expression>,
    /// The group in which it advances together with others.
    pub group: Option<String>,
    /// The value that a line search goes around.
    pub base: Option<Value>,
    /// Where it is written; without any it reaches the program by the environment and by `{name}` in the command.
    pub sites: Vec<SitePlan>,
    /// A variable of the environment that has the value too.
    pub env: Option<String>,
}

impl Parameter {
    /// True if no committed line holds it.
    pub fn is_outside(&self) -> bool {
        self.sites.is_empty()
    }

    /// Its domain, if it has one.
    pub fn domain(&self) -> Option<&Domain> {
        match &self.source {
            Source::Domain(domain) => Some(domain),
            Source::Derived(_) | Source::Repeat | Source::Missing => None,
        }
    }
}

/// What `[params.NAME]` means.
///
/// # Errors
/// If a word means nothing, or a place cannot be found by what is said of it.
pub(super) fn resolve_parameter(name: &str, typed: TypedParameter, folder: &str) -> Result<Parameter> {
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

/// What is wrong with a parameter's domain.
pub(super) fn hint_of_domain(name: &str, error: &DomainError) -> anyhow::Error {
    let hint = error.hint().unwrap_or("such as [1, 2, 3], 0.5 to 3.0 step 0.5, (1, 10, 2), linspace(0, 1, 11)");
    hint::error(format!("parameter {name}: {error}"), hint)
}
