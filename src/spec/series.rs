//! `[series.NAME]` and `[artifacts]`: files of the run folder that are more than a number.

use anyhow::{Result, bail};
use indexmap::IndexMap;
use serde::Deserialize;

use super::expression::parse_expression;
use super::toml_text::{toml_key, toml_list, toml_text};
use crate::expr::Expression;
use crate::hint;
use crate::series::Layout;

/// A series as it is typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedSeries {
    pub(super) file: Option<String>,
    pub(super) x: Option<NameOrNumber>,
    pub(super) header: Option<bool>,
    #[serde(default)]
    pub(super) expr: IndexMap<String, String>,
}

/// A column, by its name or by its number from 1.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum NameOrNumber {
    Name(String),
    Number(u32),
}

impl NameOrNumber {
    pub(super) fn into_name(self) -> String {
        match self {
            Self::Name(name) => name,
            Self::Number(number) => number.to_string(),
        }
    }
}

/// `[artifacts]` as it is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedArtifacts {
    #[serde(default)]
    pub(super) images: Vec<String>,
}

/// A table of numbers that every run leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesPlan {
    /// Its name.
    pub name: String,
    /// Where it stands, and how it is read.
    pub layout: Layout,
}

impl SeriesPlan {
    pub(super) fn resolve(name: String, typed: TypedSeries) -> Result<Self> {
        if name.trim().is_empty() {
            bail!("a series without a name: [series.trace]");
        }
        let Some(file) = typed.file else {
            return Err(hint::error(
                format!("series {name} has no file"),
                format!("say which file of the run folder it is: file = \"trace.csv\" under [series.{name}]"),
            ));
        };
        let file = check_inside(&file, &format!("series {name}: file"))?;
        let x = typed.x.map(NameOrNumber::into_name);
        if x.as_deref().is_some_and(|x| x.is_empty() || x == "0") {
            bail!("series {name}: x is the name of a column, or its number from 1");
        }
        let derived = typed.expr.into_iter().map(|(column, text)| {
            let expr = parse_expression(&text, &format!("series {name}: expr of {column}"))?;
            Ok((column, expr))
        });
        let derived = derived.collect::<Result<_>>()?;
        Ok(Self { name, layout: Layout { file, x, header: typed.header, derived } })
    }

    /// The series that a file of the run folders is, if it is left to itself.
    ///
    /// # Errors
    /// If the path leads out of the run folder.
    pub fn of_file(path: &str) -> Result<Self> {
        let file = check_inside(path, "series")?;
        Ok(Self { name: path.to_owned(), layout: Layout { file, ..Layout::default() } })
    }

    pub(super) fn written(&self) -> String {
        let Layout { file, x, header, derived } = &self.layout;
        let mut text = format!("\n[series.{}]\nfile = {}", toml_key(&self.name), toml_text(file));
        if let Some(x) = x {
            text.push_str(&format!("\nx = {}", toml_text(x)));
        }
        if let Some(header) = header {
            text.push_str(&format!("\nheader = {header}"));
        }
        if !derived.is_empty() {
            let pair =
                |(name, expr): &(String, Expression)| format!("{} = {}", toml_key(name), toml_text(expr.as_str()));
            text.push_str(&format!("\nexpr = {{ {} }}", derived.iter().map(pair).collect::<Vec<_>>().join(", ")));
        }
        text
    }
}

/// What else runs leave that is worth looking at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Artifacts {
    /// Pictures: paths in the run folder, with `*` and `?` as in `[run] discard`.
    pub images: Vec<String>,
}

impl Artifacts {
    pub(super) fn resolve(typed: TypedArtifacts) -> Result<Self> {
        let check = |pattern: String| check_inside(&pattern, "artifacts: images");
        Ok(Self { images: typed.images.into_iter().map(check).collect::<Result<_>>()? })
    }

    /// As it stands in a definition; nothing if there is nothing.
    pub(super) fn written(&self) -> String {
        if self.images.is_empty() {
            return String::new();
        }
        format!("\n[artifacts]\nimages = {}", toml_list(&self.images))
    }
}

/// A path that stays in the run folder.
pub(super) fn check_inside(path: &str, what: &str) -> Result<String> {
    let path = path.trim_start_matches("./");
    if path.is_empty() || path.starts_with('/') || path.split('/').any(|segment| segment == "..") {
        return Err(hint::error(
            format!("{what} = \"{path}\" is no path in the run folder"),
            "what a run leaves behind is kept there under the path that it had in the run's checkout",
        ));
    }
    Ok(path.to_owned())
}
