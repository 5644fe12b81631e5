//! The parameters of a definition: those of the file, of the flags, of the columns of given points, and the one that counts
//! repeats.

use std::collections::HashSet;

use anyhow::{Result, bail};
use indexmap::IndexMap;

use super::parameter::{Parameter, Place, SitePlan, Source, hint_of_domain, resolve_parameter};
use super::rows::Rows;
use super::toml_text::toml_text;
use super::typed::{Flags, TypedParameter};
use crate::hint;
use crate::point::ParamName;
use crate::source::Occurrences;
use crate::space::Domain;
use crate::value::{Kind, Value};

/// A parameter that is given its values beside the definition.
#[derive(Clone, Debug)]
pub struct Given {
    /// Its name.
    pub name: ParamName,
    /// Where it stands, from the top of the repository; in no file, if it is not said.
    file: Option<String>,
    domain: Domain,
}

impl Given {
    /// Reads what `-p NAME=DOMAIN` says.
    ///
    /// # Errors
    /// If the name or the domain is none.
    pub fn read(name: &str, file: Option<String>, domain: &str) -> Result<Self> {
        let domain = Domain::parse(domain).map_err(|error| hint_of_domain(name, &error))?;
        let named = ParamName::new(name).map_err(|error| match &file {
            Some(file) if name.contains(['[', '/']) => {
                let short = name.rsplit(['.', '/', ']']).next().filter(|short| ParamName::new(short).is_ok());
                let short = short.unwrap_or("g");
                hint::error(
                    error,
                    format!(
                        "a key of a configuration file stands in gitsweep.toml: [params.{short}] with file = \"{file}\" \
                         and key = \"{name}\""
                    ),
                )
            }
            _ => error,
        })?;
        Ok(Self { name: named, file, domain })
    }
}

/// The parameters of the definition, with what the flags say instead and beside.
///
/// # Errors
/// If a word means nothing, naming its parameter.
pub(super) fn resolve_parameters(
    typed: IndexMap<String, TypedParameter>,
    folder: &str,
    flags: &Flags,
) -> Result<Vec<Parameter>> {
    let mut parameters = Vec::with_capacity(typed.len() + flags.parameters.len());
    for (name, parameter) in typed {
        parameters.push(resolve_parameter(&name, parameter, folder)?);
    }
    for parameter in &flags.parameters {
        add_given(&mut parameters, parameter);
    }
    add_columns(&mut parameters, flags)?;
    Ok(parameters)
}

/// The parameter that counts the repeats, in the definition or outside of the code.
pub(super) const REPEAT: &str = "seed";

/// Gives that parameter its values.
///
/// # Errors
/// If it has values of its own.
pub(super) fn add_repeats(parameters: &mut Vec<Parameter>) -> Result<()> {
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

/// Refuses parameters without values, and two with one variable.
///
/// # Errors
/// If there are such.
pub(super) fn check_parameters(parameters: &[Parameter]) -> Result<()> {
    let mut own_variables = HashSet::new();
    for parameter in parameters {
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
    Ok(())
}

/// Adds a parameter, or gives one of the definition another domain.
fn add_given(parameters: &mut Vec<Parameter>, given: &Given) {
    let Given { name, file, domain } = given;
    let source = Source::Domain(domain.clone());
    let site = |file: &str| SitePlan {
        file: file.to_owned(),
        place: Place::Line(name.to_string()),
        occurrences: Occurrences::Only,
        format: None,
        expr: None,
    };
    if let Some(known) = parameters.iter_mut().find(|parameter| parameter.name == *name) {
        known.source = source;
        // A file that is named and is another than the definition's is meant to be the place.
        if let Some(file) = file.as_ref().filter(|file| known.sites.iter().all(|site| site.file != **file)) {
            known.sites = vec![site(file)];
        }
        return;
    }
    let sites = file.as_deref().map(site).into_iter().collect();
    parameters.push(Parameter { name: name.clone(), source, when: None, group: None, base: None, sites, env: None });
}

/// Parameters for the columns of given points that the definition does not have.
fn add_columns(parameters: &mut Vec<Parameter>, flags: &Flags) -> Result<()> {
    let Some(rows) = &flags.points else { return Ok(()) };
    for (name, mut values) in columns(rows) {
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
        add_given(parameters, &Given::read(name, flags.file.clone(), &list_of(&values))?);
    }
    Ok(())
}

/// The different values that given points have of each parameter.
fn columns(rows: &Rows) -> IndexMap<&str, Vec<Value>> {
    let mut columns = IndexMap::<&str, Vec<Value>>::new();
    for (name, text) in rows.iter().flatten() {
        let (values, value) = (columns.entry(name).or_default(), Value::guess(text));
        if !values.iter().any(|known| known.same(&value)) {
            values.push(value);
        }
    }
    columns
}

/// Values as a list of a definition.
fn list_of(values: &[Value]) -> String {
    let quoted = values.iter().map(|value| match value.kind() {
        Kind::Text => toml_text(value.as_str()),
        _ => value.to_string(),
    });
    format!("[{}]", quoted.collect::<Vec<_>>().join(", "))
}

/// Gives parameters whose values the definition leaves to a list of points those that the list has.
pub(super) fn take_values(parameters: &mut IndexMap<String, TypedParameter>, rows: &Rows) {
    let columns = columns(rows);
    for (name, typed) in parameters.iter_mut().filter(|(_, typed)| typed.lacks_values()) {
        typed.domain = columns.get(name.as_str()).map(|values| list_of(values));
    }
}
