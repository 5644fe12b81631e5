//! `[metrics]`: where numbers beside `output.json` stand.

use std::fmt;

use anyhow::{Result, bail};
use indexmap::IndexMap;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::series::{NameOrNumber, SeriesPlan, TypedSeries, check_inside};
use super::toml_text::{toml_key, toml_text};
use super::typed::Typed;
use crate::hint;
use crate::names;
use crate::series::Reduce;
use crate::source::KeyPath;

/// A metric as it is typed: a table, or the pattern of the log alone.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(super) struct TypedMetric {
    pub(super) stdout: Option<String>,
    pub(super) file: Option<String>,
    pub(super) pattern: Option<String>,
    pub(super) json: Option<String>,
    pub(super) key: Option<String>,
    pub(super) series: Option<String>,
    pub(super) column: Option<NameOrNumber>,
    pub(super) reduce: Option<String>,
    pub(super) at: Option<f64>,
}

impl<'de> Deserialize<'de> for TypedMetric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct PatternOrTable;
        impl<'de> Visitor<'de> for PatternOrTable {
            type Value = TypedMetric;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("TypedMetric")
            }

            fn visit_str<E: de::Error>(self, pattern: &str) -> std::result::Result<TypedMetric, E> {
                Ok(TypedMetric { stdout: Some(pattern.to_owned()), ..TypedMetric::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<TypedMetric, A::Error> {
                TypedMetric::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_any(PatternOrTable)
    }
}

/// A metric beside those of `output.json`.
#[derive(Clone, Debug)]
pub struct MetricSource {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub origin: Origin,
}

/// Where the number of a metric stands.
#[derive(Clone, Debug)]
pub enum Origin {
    /// In the run's log: the first group of the last match.
    Stdout(Regex),
    /// In a file of the run folder, found in the same way.
    File(String, Regex),
    /// At a key of a JSON file of the run folder.
    Json(String, KeyPath),
    /// In a series, of which a column (the only one if none is named) is reduced to a number.
    Series(SeriesPlan, Option<String>, Reduce),
}

impl PartialEq for MetricSource {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.written() == other.written() && self.series() == other.series()
    }
}

impl MetricSource {
    /// The series that it is read from, if it is.
    pub fn series(&self) -> Option<&SeriesPlan> {
        match &self.origin {
            Origin::Series(series, ..) => Some(series),
            Origin::Stdout(_) | Origin::File(..) | Origin::Json(..) => None,
        }
    }

    /// The file of the run folder that it stands in.
    pub fn file(&self) -> &str {
        match &self.origin {
            Origin::Stdout(_) => names::LOG_FILE,
            Origin::File(file, _) | Origin::Json(file, _) => file,
            Origin::Series(series, ..) => &series.layout.file,
        }
    }

    /// The inline table that defines it.
    pub fn written(&self) -> String {
        match &self.origin {
            Origin::Stdout(pattern) => format!("{{ stdout = {} }}", toml_text(pattern.as_str())),
            Origin::File(file, pattern) => {
                format!("{{ file = {}, pattern = {} }}", toml_text(file), toml_text(pattern.as_str()))
            }
            Origin::Json(file, key) => {
                format!("{{ json = {}, key = {} }}", toml_text(file), toml_text(&key.to_string()))
            }
            Origin::Series(series, column, reduce) => {
                let column = column.as_ref().map_or_else(String::new, |it| format!(", column = {}", toml_text(it)));
                let how = match reduce {
                    Reduce::At(x) => format!("at = {x:?}"),
                    reduce => format!("reduce = \"{}\"", reduce.as_str()),
                };
                format!("{{ series = {}{column}, {how} }}", toml_text(&series.name))
            }
        }
    }

    fn resolve(name: String, typed: TypedMetric, known: &[SeriesPlan]) -> Result<Self> {
        let TypedMetric { stdout, file, pattern, json, key, series, column, reduce, at } = typed;
        let is_reduced = column.is_some() || reduce.is_some() || at.is_some();
        let origin = match (stdout, file, json, series) {
            (Some(stdout), None, None, None) if pattern.is_none() && key.is_none() && !is_reduced => {
                Origin::Stdout(resolve_pattern(&name, &stdout)?)
            }
            (None, Some(file), None, None) if key.is_none() && !is_reduced => {
                let Some(pattern) = pattern else {
                    return Err(hint::error(
                        format!("metric {name}: nothing says what to look for in {file}"),
                        "pattern = 'rate: ([-+0-9.eE]+)'",
                    ));
                };
                Origin::File(check_inside(&file, &format!("metric {name}: file"))?, resolve_pattern(&name, &pattern)?)
            }
            (None, None, Some(json), None) if pattern.is_none() && !is_reduced => {
                let key = key.as_deref().unwrap_or(&name);
                let path = KeyPath::parse(key).map_err(|error| {
                    hint::error(format!("metric {name}: {error}"), "such as key = \"results.loss[0]\"")
                })?;
                Origin::Json(check_inside(&json, &format!("metric {name}: json"))?, path)
            }
            (None, None, None, Some(series)) if pattern.is_none() && key.is_none() => {
                let plan = find_series(&name, &series, known)?;
                let column = column.map(NameOrNumber::into_name);
                Origin::Series(plan.clone(), column, resolve_reduce(&name, reduce.as_deref(), at)?)
            }
            _ => {
                return Err(hint::error(
                    format!("metric {name}: where does the number stand?"),
                    "one of { stdout = 'REGEX' }, { file = \"FILE\", pattern = 'REGEX' }, { json = \"FILE\", key = \"a.b[0]\" } \
                     and { series = \"NAME\", column = \"COLUMN\", reduce = \"max\" }",
                ));
            }
        };
        Ok(Self { name, origin })
    }
}

/// Logs are read line by line: `^` and `$` stand for the ends of a line, whatever ends it.
fn resolve_pattern(name: &str, pattern: &str) -> Result<Regex> {
    let pattern = match RegexBuilder::new(pattern).multi_line(true).crlf(true).build() {
        Ok(pattern) => pattern,
        Err(error) => bail!("metric {name}: {error}"),
    };
    if pattern.captures_len() < 2 {
        return Err(hint::error(
            format!("metric {name}: the regular expression has no group that holds the number"),
            "put the number in parentheses: 'rate: ([-+0-9.eE]+)'",
        ));
    }
    Ok(pattern)
}

fn find_series<'a>(metric: &str, name: &str, known: &'a [SeriesPlan]) -> Result<&'a SeriesPlan> {
    known.iter().find(|series| series.name == name).ok_or_else(|| {
        let near = hint::near_miss(name, known.iter().map(|series| series.name.as_str()));
        let hint = near.map_or_else(
            || format!("define it: [series.{}] with file = \"trace.csv\" and x = \"t\" below it", toml_key(name)),
            |near| format!("did you mean {near}?"),
        );
        hint::error(format!("metric {metric}: there is no series `{name}`"), hint)
    })
}

fn resolve_reduce(name: &str, reduce: Option<&str>, at: Option<f64>) -> Result<Reduce> {
    match (reduce, at) {
        (None | Some("at"), Some(x)) if !x.is_finite() => bail!("metric {name}: at = {x} is no place in a series"),
        (None | Some("at"), Some(x)) => Ok(Reduce::At(x)),
        (Some(_), Some(_)) => {
            bail!("metric {name}: a series is reduced in one way: by reduce, or to the value at an x")
        }
        (Some("at"), None) => {
            Err(hint::error(format!("metric {name}: nothing says at which x"), "at = 0.5 beside reduce = \"at\""))
        }
        (Some(word), None) => word.parse::<Reduce>().map_err(|error| {
            let way_out = hint::hints(&error).first().map_or_else(String::new, |hint| (*hint).to_owned());
            hint::error(format!("metric {name}: {error}"), way_out)
        }),
        (None, None) => Err(hint::error(
            format!("metric {name}: nothing says which number of the series it is"),
            "reduce = \"max\" (or min, mean, std, first, last), or at = X",
        )),
    }
}

/// What is read of a run beside `output.json`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    /// Numbers.
    pub metrics: Vec<MetricSource>,
    /// Tables of numbers.
    pub series: Vec<SeriesPlan>,
}

impl Readings {
    /// Reads `[metrics]` and `[series]` of a definition, of which the rest may say anything that a definition may; metrics
    /// may name the series of `known` too.
    ///
    /// # Errors
    /// If it is no definition, or a word of these tables means nothing.
    pub fn read(text: &str, label: &str, known: &[SeriesPlan]) -> Result<Self> {
        let typed = Typed::read(text, label)?;
        Self::resolve(typed.metrics, typed.series, known)
    }

    /// Puts these metrics among others, in place of those of the same names.
    pub fn overlay(self, metrics: &mut Vec<MetricSource>) {
        for source in self.metrics {
            match metrics.iter_mut().find(|older| older.name == source.name) {
                Some(older) => *older = source,
                None => metrics.push(source),
            }
        }
    }

    /// Reads metrics that are given one by one, as `NAME={ stdout = '...' }`; a regular expression alone is of the log.
    ///
    /// # Errors
    /// If a text is of another form, or means nothing.
    pub fn of_flags(flags: &[String], known: &[SeriesPlan]) -> Result<Self> {
        let mut text = "[metrics]\n".to_owned();
        for flag in flags {
            let Some((key, value)) = split_flag(flag) else {
                return Err(hint::error(
                    format!("--metric {flag} is no NAME=WHERE"),
                    "such as 'rate={ stdout = \"rate: (.*)\" }' or 'peak={ series = \"trace\", reduce = \"max\" }'; a name \
                     with = in it is quoted: '\"a=b\"=rate: (.*)'",
                ));
            };
            let table =
                if value.starts_with('{') { value.to_owned() } else { format!("{{ stdout = {} }}", toml_text(value)) };
            text.push_str(&format!("{key} = {table}\n"));
        }
        Self::read(&text, "--metric", known)
    }

    /// The same with the metrics of the command line, which go before those of their names.
    pub(super) fn with_flags(mut self, flags: &[String]) -> Result<Self> {
        for metric in Self::of_flags(flags, &self.series)?.metrics {
            match self.metrics.iter_mut().find(|known| known.name == metric.name) {
                Some(known) => *known = metric,
                None => self.metrics.push(metric),
            }
        }
        Ok(self)
    }

    /// What the typed tables mean; metrics may name the series of `known` too.
    pub(super) fn resolve(
        metrics: IndexMap<String, TypedMetric>,
        series: IndexMap<String, TypedSeries>,
        known: &[SeriesPlan],
    ) -> Result<Self> {
        let series: Vec<SeriesPlan> =
            series.into_iter().map(|(name, typed)| SeriesPlan::resolve(name, typed)).collect::<Result<_>>()?;
        let older = known.iter().filter(|known| series.iter().all(|series| series.name != known.name));
        let all: Vec<SeriesPlan> = series.iter().chain(older).cloned().collect();
        let metrics = metrics.into_iter().map(|(name, typed)| MetricSource::resolve(name, typed, &all));
        Ok(Self { metrics: metrics.collect::<Result<_>>()?, series })
    }

    /// The definition of these metrics alone, with the series that they name.
    pub fn definition(metrics: &[&MetricSource]) -> String {
        let mut series: Vec<SeriesPlan> = Vec::new();
        for plan in metrics.iter().filter_map(|metric| metric.series()) {
            if !series.contains(plan) {
                series.push(plan.clone());
            }
        }
        let metrics: Vec<MetricSource> = metrics.iter().map(|metric| (*metric).clone()).collect();
        Self::written(&metrics, &series).trim_start().to_owned()
    }

    /// The tables as they stand in a definition, each after a blank line.
    pub(super) fn written(metrics: &[MetricSource], series: &[SeriesPlan]) -> String {
        let mut text = String::new();
        if !metrics.is_empty() {
            text.push_str("\n[metrics]");
        }
        for metric in metrics {
            text.push_str(&format!("\n{} = {}", toml_key(&metric.name), metric.written()));
        }
        for (index, series) in series.iter().enumerate() {
            if index > 0 || !metrics.is_empty() {
                text.push('\n');
            }
            text.push_str(&series.written());
        }
        text
    }
}

/// The name in `NAME=WHERE`, as a key of TOML, and where its value is found. A name may be quoted, as in TOML.
fn split_flag(flag: &str) -> Option<(String, &str)> {
    let is_quoted = flag.trim_start().starts_with(['"', '\'']);
    let read = |key: &str| toml::from_str::<toml::Table>(&format!("{key} = 0"));
    let is_key = |key: &str| read(key).is_ok_and(|table| table.values().all(toml::Value::is_integer));
    let mut parts = flag.match_indices('=').map(|(at, _)| (flag[..at].trim(), flag[at + 1..].trim()));
    let (key, value) = parts.find(|(key, _)| !is_quoted || is_key(key)).filter(|(key, _)| !key.is_empty())?;
    Some((if is_quoted { key.to_owned() } else { toml_key(key) }, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Flags, Plan, Typed};

    fn plan(text: &str) -> Result<Plan> {
        Plan::resolve(Typed::read(&format!("{text}\n[params.x]\nvalues = [1, 2]\n"), "spec")?, "", &Flags::default())
    }

    const ALL: &str = r#"
        [series.trace]
        file = "./out/trace.csv"
        x = "t"
        ["series"."odd 'name'"]
        file = "a.dat"
        x = 2
        header = false
        [metrics]
        rate = { stdout = 'rate: (\S+)' }
        loss = { file = "result.txt", pattern = 'loss "(.*)"' }
        acc = { json = "out.json", key = 'a."b.c"[0]' }
        bare = { json = "out.json" }
        peak = { series = "trace", column = "V", reduce = "max" }
        half = { series = "trace", column = 2, at = 0.5 }
        end = { series = "odd 'name'", reduce = "final" }
        [artifacts]
        images = ["*.png", "plots/*.svg"]
    "#;

    #[test]
    fn everything_reads_back() {
        let plan = plan(ALL).unwrap();
        let written = plan.to_toml();
        let again = Plan::read_back(&written, "written").unwrap();
        assert_eq!((&again, again.to_toml()), (&plan, written.clone()), "{written}");
        let written: Vec<String> = plan.metrics.iter().map(MetricSource::written).collect();
        assert_eq!(written[3], r#"{ json = "out.json", key = "bare" }"#);
        assert_eq!(written[5], r#"{ series = "trace", column = "2", at = 0.5 }"#);
        assert_eq!(plan.series[0].layout.file, "out/trace.csv");
        assert_eq!(plan.artifacts.images, ["*.png", "plots/*.svg"]);
    }

    #[test]
    fn what_means_nothing_is_refused_with_the_way_out() {
        let trace = "[series.trace]\nfile = \"t.csv\"\n";
        for (text, message, way_out) in [
            ("[series.trace]\nx = \"t\"", "series trace has no file", "file = \"trace.csv\""),
            ("[series.trace]\nfil = \"t.csv\"", "unknown key `fil`", "did you mean `file`?"),
            ("[series.trace]\nfile = \"../t.csv\"", "is no path in the run folder", "checkout"),
            ("[series.trace]\nfile = \"/t.csv\"", "is no path in the run folder", "checkout"),
            ("[artifacts]\nimage = []", "unknown key `image`", "did you mean `images`?"),
            ("[artifacts]\nimages = [\"\"]", "artifacts: images = \"\"", "checkout"),
            (
                "[metrics]\nm = { series = \"trac\", reduce = \"max\" }",
                "metric m: there is no series `trac`",
                "did you mean trace?",
            ),
            ("[metrics]\nm = { series = \"spikes\", reduce = \"max\" }", "no series `spikes`", "[series.spikes]"),
            ("[metrics]\nm = { series = \"trace\", reduce = \"maxx\" }", "`maxx` is no way", "did you mean max?"),
            ("[metrics]\nm = { series = \"trace\" }", "which number of the series", "reduce = \"max\""),
            ("[metrics]\nm = { series = \"trace\", reduce = \"at\" }", "at which x", "at = 0.5"),
            ("[metrics]\nm = { series = \"trace\", reduce = \"max\", at = 1 }", "reduced in one way", ""),
            ("[metrics]\nm = { stdout = 'a' }", "no group", "parentheses"),
            ("[metrics]\nm = { file = 'a' }", "what to look for in a", "pattern ="),
            ("[metrics]\nm = { stdout = '(a)', column = 1 }", "where does the number stand", "one of"),
            ("[metrics]\nm = { }", "where does the number stand", "one of"),
            ("[metrics]\nm = { stdot = '(a)' }", "unknown key `stdot`", "did you mean `stdout`?"),
            ("[metrics]\nm = { json = 'a', key = 'b[x]' }", "metric m: ", "results.loss[0]"),
        ] {
            let text = if text.starts_with("[metrics]") { format!("{text}\n{trace}") } else { text.to_owned() };
            let error = plan(&text).unwrap_err();
            let hints = hint::hints(&error).concat();
            assert!(error.to_string().contains(message), "{text}: {error}");
            assert!(hints.contains(way_out), "{text}: {hints}");
        }
    }
}
