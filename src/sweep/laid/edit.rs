//! One file that a sweep rewrites: where its parameters stand in the base commit, and what is written there for a point.

use std::rc::Rc;

use anyhow::{Result, anyhow, bail};
use hashbrown::HashMap;

use super::missing::missing_file;
use crate::expr::Expression;
use crate::git::{CommitId, FileEdit, Repository};
use crate::hint;
use crate::point::Point;
use crate::source::{self, ConfigFormat, KeyError, KeyPath, Language, PlaceError, Rewrite, RewriteError, Template};
use crate::space::Domain;
use crate::spec::{Parameter, Place, Plan, SitePlan};
use crate::value::{Kind, Value};

/// What is written to a site: a parameter's value, or what an expression makes of the point.
struct Slot {
    parameter: usize,
    expr: Option<Expression>,
}

/// A file of the base commit with its sites found.
pub(in crate::sweep) struct Edit {
    path: String,
    rewrite: Rewrite,
    slots: Vec<Slot>,
    /// The slot of each site, in the order of the file.
    sites: Vec<usize>,
}

/// For each site of a file, the text of each value that has occurred of late; nothing stands for what is there now.
pub(in crate::sweep) type Rendered = Vec<HashMap<Option<Value>, Text>>;

/// What stands at a site.
pub(in crate::sweep) type Text = Rc<[u8]>;

/// So many values of a site are kept: a grid has fewer, and of values that are drawn none comes twice.
const KEPT: usize = 4096;

/// How a file begins that stands for one which Git LFS has.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

impl Edit {
    /// Finds the sites of all parameters that stand in the file `path` of the base commit.
    pub(in crate::sweep) fn find(repository: &Repository, base: CommitId, path: &str, plan: &Plan) -> Result<Self> {
        let Some(file) = repository.read_file(base, path)? else { return Err(missing_file(repository, base, path)) };
        if file.bytes.starts_with(LFS_POINTER) {
            return Err(hint::error(
                format!("{path} is kept by Git LFS: its commit holds a pointer to the file, and no line of it"),
                format!(
                    "keep it in git itself (git lfs untrack {path}, git add --renormalize {path}, git commit), or leave out the \
                     file and let the program take the value from {{name}} or $GITSWEEP_PARAM_<NAME>"
                ),
            ));
        }
        let mut bindings = Vec::new();
        let mut slots = Vec::new();
        for (index, parameter) in plan.parameters.iter().enumerate() {
            for site in parameter.sites.iter().filter(|site| site.file == path) {
                bindings.push(source::Binding {
                    parameter: slots.len(),
                    name: parameter.name.to_string(),
                    place: place(path, &file.bytes, parameter, site)?,
                    occurrences: site.occurrences,
                    format: site.format.clone(),
                });
                slots.push(Slot { parameter: index, expr: site.expr.clone() });
            }
        }
        let rewrite = Rewrite::new(file.bytes, bindings).map_err(|error| explain(path, &error))?;
        let sites = rewrite.sites().map(|(slot, _)| slot).collect();
        Ok(Self { path: path.to_owned(), rewrite, slots, sites })
    }

    pub(in crate::sweep) fn path(&self) -> &str {
        &self.path
    }

    pub(in crate::sweep) fn committed(&self) -> &[u8] {
        self.rewrite.base()
    }

    /// The value of a parameter that stands here now: that of its first site without an expression, read as one of
    /// `domain` where it can be.
    pub(in crate::sweep) fn value_in_source(&self, parameter: usize, domain: &Domain) -> Option<Value> {
        let literal = &self.sites_of(parameter).next()?.literal;
        // A list or table is not one value, unless it is among those of the domain.
        let stays = |value: &Value| {
            literal.render(value, None).is_ok_and(|text| text == literal.text())
                && (!literal.is_collection() || domain.contains(value))
        };
        let mut readings = literal.readings();
        readings.retain(|value| value.is_number() || stays(value));
        let known = readings.iter().position(|value| domain.contains(value)).unwrap_or(0);
        readings.into_iter().nth(known)
    }

    /// The places of a parameter's own value.
    pub(in crate::sweep) fn sites_of(&self, parameter: usize) -> impl Iterator<Item = &source::Site> {
        let is_its = move |slot: usize| self.slots[slot].parameter == parameter && self.slots[slot].expr.is_none();
        self.rewrite.sites().filter(move |(slot, _)| is_its(*slot)).map(|(_, site)| site)
    }

    pub(in crate::sweep) fn site_count(&self) -> usize {
        self.sites.len()
    }

    /// The parts of the file that stay.
    pub(in crate::sweep) fn file_edit(&self) -> FileEdit {
        let constants = self.rewrite.constants().map(|range| self.rewrite.base()[range].to_vec()).collect();
        FileEdit { path: self.path.clone(), constants }
    }

    /// What a point has for each site; nothing where its parameter does not apply.
    pub(in crate::sweep) fn values(&self, plan: &Plan, point: &Point) -> Result<Vec<Option<Value>>> {
        let of_slot = |slot: &Slot| {
            let name = plan.parameters[slot.parameter].name.as_str();
            let Some(value) = point.get(name) else { return Ok(None) };
            match &slot.expr {
                None => Ok(Some(value.clone())),
                Some(expr) => {
                    let known = expr.value(&|name: &str| point.get(name).cloned());
                    known.map(Some).map_err(|error| anyhow!("parameter {name}, {}: {error}", self.path))
                }
            }
        };
        self.sites.iter().map(|slot| of_slot(&self.slots[*slot])).collect()
    }

    /// The text of every value. Each is read back before it is used.
    pub(in crate::sweep) fn texts(&self, rendered: &mut Rendered, values: &[Option<Value>]) -> Result<Vec<Text>> {
        let mut texts = Vec::with_capacity(values.len());
        for (site, (known, value)) in rendered.iter_mut().zip(values).enumerate() {
            if let Some(text) = known.get(value) {
                texts.push(text.clone());
                continue;
            }
            let text = match value {
                None => self.now(site),
                Some(value) => {
                    let text = self.rewrite.replacement(site, value).map_err(|error| explain(&self.path, &error))?;
                    self.rewrite.verify_site(site, value, &text).map_err(|error| explain(&self.path, &error))?;
                    text.into_bytes()
                }
            };
            if known.len() >= KEPT {
                known.clear();
            }
            let text = Text::from(text);
            known.insert(value.clone(), text.clone());
            texts.push(text);
        }
        Ok(texts)
    }

    /// The whole file of a point, read back where every site is written.
    pub(in crate::sweep) fn render(&self, values: &[Option<Value>]) -> Result<Vec<u8>> {
        let texts = self.texts(&mut vec![HashMap::new(); self.sites.len()], values)?;
        let mut file = Vec::with_capacity(self.rewrite.base().len() + 64);
        for (site, constant) in self.rewrite.constants().enumerate() {
            file.extend_from_slice(&self.rewrite.base()[constant]);
            if let Some(text) = texts.get(site) {
                file.extend_from_slice(text);
            }
        }
        let all: Option<Vec<Value>> = values.iter().cloned().collect();
        if let Some(by_site) = all {
            let mut by_slot = vec![Value::integer(0); self.slots.len()];
            for (slot, value) in self.sites.iter().zip(by_site) {
                by_slot[*slot] = value;
            }
            self.rewrite.verify(&file, &by_slot).map_err(|error| explain(&self.path, &error))?;
        }
        Ok(file)
    }

    /// True if `file` has around the sites what the base commit has there, whatever stands at them.
    pub(in crate::sweep) fn is_around(&self, file: &[u8]) -> bool {
        let constants: Vec<&[u8]> = self.rewrite.constants().map(|range| &self.rewrite.base()[range]).collect();
        let Some((last, others)) = constants.split_last() else { return file == self.committed() };
        let mut rest = file;
        for (number, constant) in others.iter().enumerate() {
            let at = if number == 0 { Some(0) } else { find(rest, constant) };
            let after = at.and_then(|at| rest[at..].strip_prefix(*constant));
            let Some(after) = after else { return false };
            rest = after;
        }
        if others.is_empty() { rest == *last } else { rest.ends_with(last) }
    }

    /// What stands at a site in the base commit.
    fn now(&self, site: usize) -> Vec<u8> {
        let span = self.rewrite.sites().nth(site).map_or(0..0, |(_, site)| site.span.clone());
        self.rewrite.base()[span].to_vec()
    }
}

/// Where `part` begins in `whole` for the first time.
fn find(whole: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() { Some(0) } else { whole.windows(part.len()).position(|window| window == part) }
}

fn place(path: &str, bytes: &[u8], parameter: &Parameter, site: &SitePlan) -> Result<source::Place> {
    let language = Language::of_file(path, bytes);
    Ok(match &site.place {
        Place::Line(name) => key_of_name(path, bytes, name)
            .unwrap_or_else(|| source::Place::Template(Template::assignment(name, language))),
        Place::Pattern(pattern) => source::Place::Template(
            Template::pattern(pattern, language)
                .map_err(|error| hint::with(format!("parameter {}: {error}", parameter.name), error.hint()))?,
        ),
        Place::Key(key) => {
            let format = ConfigFormat::of_file(path, bytes).ok_or_else(|| {
                hint::error(
                    format!("parameter {}: {path} is no configuration file whose keys are known", parameter.name),
                    "keys are found in .toml, .json, .yaml, .yml, .ini, .cfg, .conf and XML files; elsewhere use name or pattern",
                )
            })?;
            let key = KeyPath::parse(key).map_err(|error| anyhow!("parameter {}: {error}", parameter.name))?;
            source::Place::Key(format, key)
        }
    })
}

/// The key that a name such as `optim.lr` is, if no line gives just that name a value: one that the file has, were it with a
/// value that cannot be written, or one of a table that it has.
fn key_of_name(path: &str, bytes: &[u8], name: &str) -> Option<source::Place> {
    let format = ConfigFormat::of_file(path, bytes).filter(|_| name.contains('.'))?;
    let line = source::Place::Template(Template::assignment(name, Language::of_file(path, bytes)));
    let key = source::Place::Key(format, KeyPath::parse(name).ok()?);
    let is_meant = match key.find(bytes, source::Occurrences::Only) {
        Err(PlaceError::Key(KeyError::Unreadable { .. } | KeyError::Empty)) => false,
        Err(PlaceError::Key(KeyError::NoKey { table, .. })) => !table.is_empty(),
        _ => true,
    };
    (is_meant && line.find(bytes, source::Occurrences::All).is_err()).then_some(key)
}

fn explain(path: &str, error: &RewriteError) -> anyhow::Error {
    hint::with(error.in_file(path), error.hint())
}

/// Refuses values that can stand in no line.
pub(in crate::sweep) fn check_value(name: &str, value: &Value) -> Result<()> {
    if value.as_str().chars().any(|c| matches!(c, '\n' | '\r' | '\0')) {
        bail!("parameter {name}: the value {} has a line break, which can stand in no line", value.to_trailer());
    }
    Ok(())
}

/// The files that a plan rewrites, each once, in the order in which they are named.
pub(in crate::sweep) fn files(plan: &Plan) -> Vec<&str> {
    let mut files = Vec::new();
    for site in plan.parameters.iter().flat_map(|parameter| &parameter.sites) {
        if !files.contains(&site.file.as_str()) {
            files.push(&site.file);
        }
    }
    files
}

/// True if there are parameters that no line of the code holds.
pub(in crate::sweep) fn has_point_file(plan: &Plan) -> bool {
    plan.parameters.iter().any(Parameter::is_outside)
}

/// The values as TOML, for parameters that no line of the code holds.
pub(in crate::sweep) fn point_file(plan: &Plan, point: &Point) -> Option<String> {
    let mut lines = String::new();
    for parameter in plan.parameters.iter().filter(|parameter| parameter.is_outside()) {
        if let Some(value) = point.get(parameter.name.as_str()) {
            lines.push_str(&format!("{} = {}\n", crate::spec::toml_key(parameter.name.as_str()), to_toml(value)));
        }
    }
    has_point_file(plan).then(|| format!("# The parameters of this point that no line of the code holds.\n{lines}"))
}

fn to_toml(value: &Value) -> String {
    let is_toml = value.kind() != Kind::Text
        && format!("x = {value}").parse::<toml::Table>().is_ok_and(|table| !table["x"].is_str());
    if is_toml { value.to_string() } else { toml::Value::from(value.as_str()).to_string() }
}
