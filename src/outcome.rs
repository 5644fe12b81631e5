//! Outcomes: what a run reported, read from its `output.json` and its log.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::record::Metric;
use crate::spec::MetricSource;

/// What a run reported, and what stood in the way of more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The numbers.
    pub metrics: IndexMap<String, Metric>,
    /// Why something is missing, if it is.
    pub problem: Option<String>,
}

/// Reports are small; nobody is to run out of memory over one that is not.
const LARGEST: u64 = 64 << 20;

/// The text of a file, if there is one; a pipe or device is never opened, since that may not come back.
fn read_text(path: &Path) -> Result<Option<String>, String> {
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
        Ok(metadata) if !metadata.is_file() => Err("it is no file".to_owned()),
        Ok(metadata) if metadata.len() > LARGEST => Err(format!("it is larger than {} MB", LARGEST >> 20)),
        Ok(_) => fs::read_to_string(path).map(Some).map_err(|error| error.to_string()),
    }
}

/// The last `length` bytes of a file, as text.
fn tail(path: &Path, length: u64) -> Option<String> {
    let mut file = fs::File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(length))).ok()?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail).ok()?;
    Some(String::from_utf8_lossy(&tail).into_owned())
}

/// The name of the metric in an `output.json` that is only a number, where no objective is named.
pub const OBJECTIVE: &str = "objective";

impl Report {
    /// Reads what the run reported. An `output.json` that is not there is no problem: not every program writes one.
    pub fn read(output: &Path, log: &Path, sources: &[MetricSource], objective: Option<&str>) -> Self {
        let mut report = Self::default();
        match read_text(output) {
            Ok(Some(text)) => report.read_output(&text, objective),
            Ok(None) => {}
            Err(problem) => report.problem = Some(format!("output.json cannot be read: {problem}")),
        }
        if !sources.is_empty() {
            report.read_log(&tail(log, LARGEST).unwrap_or_default(), sources);
        }
        report
    }

    fn read_output(&mut self, text: &str, objective: Option<&str>) {
        let json = match parse_lenient(text.trim_start_matches('\u{feff}')) {
            Ok(json) => json,
            Err(problem) => {
                self.problem = Some(format!("output.json is no JSON: {problem}"));
                return;
            }
        };
        let bare = objective.unwrap_or(OBJECTIVE);
        match &json {
            Json::Object(fields) => {
                for (name, field) in fields {
                    self.add(name, field);
                }
                // The key `objective` is the objective, whatever name the definition has for it.
                if let Some(metric) = self.metrics.get(OBJECTIVE).cloned() {
                    self.metrics.entry(bare.to_owned()).or_insert(metric);
                }
            }
            Json::Array(items) => match items.first() {
                Some(first) => self.add(bare, first),
                None => self.problem = Some("output.json is an empty list".to_owned()),
            },
            single => self.add(bare, single),
        }
        if self.metrics.is_empty() && self.problem.is_none() {
            self.problem = Some("output.json holds no number".to_owned());
        }
    }

    fn add(&mut self, name: &str, field: &Json) {
        match field {
            Json::Object(fields) => {
                for (below, field) in fields {
                    self.add(&format!("{name}.{below}"), field);
                }
            }
            field => {
                if let Some(metric) = metric(field) {
                    self.metrics.insert(name.to_owned(), metric);
                }
            }
        }
    }

    fn read_log(&mut self, log: &str, sources: &[MetricSource]) {
        for source in sources {
            let Some(found) = source.stdout.captures_iter(log).last() else {
                self.problem.get_or_insert_with(|| format!("metric {}: the log has no line that matches", source.name));
                continue;
            };
            let text = found.iter().skip(1).flatten().next().map_or("", |group| group.as_str().trim());
            match number(text) {
                Some(metric) => {
                    self.metrics.insert(source.name.clone(), metric);
                }
                None => {
                    self.problem.get_or_insert_with(|| format!("metric {}: `{text}` is no number", source.name));
                }
            }
        }
    }
}

fn metric(field: &Json) -> Option<Metric> {
    match field {
        Json::Number(number) => Some(Metric::Number(number.clone())),
        Json::Bool(truth) => Some(Metric::Number(u8::from(*truth).into())),
        Json::String(word) => word.strip_prefix(NOT_FINITE).and_then(not_finite).map(Metric::NotFinite),
        _ => None,
    }
}

fn not_finite(word: &str) -> Option<f64> {
    match word.to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "infinity" | "+inf" => Some(f64::INFINITY),
        "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn number(text: &str) -> Option<Metric> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(Metric::Number(number.into()));
    }
    // Fortran writes 1.5D-3.
    let text = text.replace(['d', 'D'], "e");
    not_finite(&text).or_else(|| text.parse::<f64>().ok()).map(Metric::from_f64)
}

/// Marks a word that stood bare in the text, since JSON has no place for it.
const NOT_FINITE: &str = "\0not finite: ";

/// JSON with the bare words `NaN`, `Infinity` and `-Infinity`, which Python, R and JavaScript write.
fn parse_lenient(text: &str) -> Result<Json, String> {
    let strict = match serde_json::from_str(text) {
        Ok(json) => return Ok(json),
        Err(error) if text.trim().is_empty() => return Err(format!("it is empty ({error})")),
        Err(error) => error,
    };
    let mut quoted = String::with_capacity(text.len() + 32);
    let mut rest = text;
    let mut in_string = false;
    while let Some(c) = rest.chars().next() {
        let word =
            ["NaN", "-Infinity", "Infinity", "-inf", "inf", "nan"].into_iter().find(|word| rest.starts_with(word));
        match (in_string, word) {
            (false, Some(word)) => {
                quoted.push_str(&Json::from(format!("{NOT_FINITE}{word}")).to_string());
                rest = &rest[word.len()..];
                continue;
            }
            (false, None) if c == '-' || c.is_ascii_digit() => {
                let length =
                    rest.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')).unwrap_or(rest.len());
                match rest[..length].parse::<f64>() {
                    // JSON has no number so large, but a program may well print 1e999.
                    Ok(number) if number.is_infinite() => {
                        let word = if number > 0.0 { "inf" } else { "-inf" };
                        quoted.push_str(&Json::from(format!("{NOT_FINITE}{word}")).to_string());
                    }
                    _ => quoted.push_str(&rest[..length]),
                }
                rest = &rest[length..];
                continue;
            }
            (true, _) if c == '\\' => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                quoted.push_str(&rest[..length]);
                rest = &rest[length..];
                continue;
            }
            _ => in_string ^= c == '"',
        }
        quoted.push(c);
        rest = &rest[c.len_utf8()..];
    }
    serde_json::from_str(&quoted).map_err(|_| strict.to_string())
}

/// The last line of a log that is not blank, shortened and without control characters; how most programs say what
/// went wrong.
pub fn last_line(log: &Path) -> Option<String> {
    const TAIL: u64 = 4096;
    const LONGEST: usize = 160;
    let tail = tail(log, TAIL)?;
    let line = tail.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    let visible: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if visible.chars().count() <= LONGEST {
        return Some(visible);
    }
    Some(visible.chars().take(LONGEST - 1).chain(['…']).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, objective: Option<&str>) -> Report {
        let mut report = Report::default();
        report.read_output(text, objective);
        report
    }

    fn shown(report: &Report) -> String {
        report.metrics.iter().map(|(name, metric)| format!("{name}={metric}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_form_of_output() {
        for (text, expected) in [
            ("0.25", "score=0.25"),
            ("[3, 4]", "score=3"),
            (r#"{"objective": 1.5, "rate": 2}"#, "objective=1.5 rate=2 score=1.5"),
            (r#"{"score": 1.5, "note": "fine", "ok": true, "e": {"rate": 2}, "list": [1]}"#, "score=1.5 ok=1 e.rate=2"),
            (r#"{"score": NaN, "a": -Infinity, "b": "NaN"}"#, "score=nan a=-inf"),
            ("NaN", "score=nan"),
            (r#"{"score": NaN, "a": 1e999, "b": -1e999, "c": 2e5, "d": "1e999"}"#, "score=nan a=inf b=-inf c=200000.0"),
            ("\u{feff}3", "score=3"),
        ] {
            let report = read(text, Some("score"));
            assert_eq!(shown(&report), expected, "{text}");
            assert_eq!(report.problem, None, "{text}");
        }
        assert_eq!(shown(&read("7", None)), "objective=7");
    }

    #[test]
    fn nonsense_is_a_reason_and_no_metric() {
        for (text, problem) in [
            ("score: 3", "no JSON"),
            ("", "empty"),
            ("[]", "empty list"),
            (r#"{"note": "fine"}"#, "no number"),
            (r#"{"score": "#, "no JSON"),
        ] {
            let report = read(text, None);
            assert!(report.metrics.is_empty());
            assert!(report.problem.as_deref().unwrap_or_default().contains(problem), "{text}: {:?}", report.problem);
        }
    }

    #[test]
    fn the_log_s_last_match_counts() {
        let source =
            |pattern: &str| MetricSource { name: "rate".to_owned(), stdout: regex::Regex::new(pattern).unwrap() };
        let mut report = Report::default();
        report.read_log("rate: 1.5\nrate: 2.5e1\n", &[source("rate: ([-+0-9.eE]+)")]);
        assert_eq!(shown(&report), "rate=25.0");
        let mut report = Report::default();
        report.read_log("rate: 1.5D-3", &[source(r"rate: (\S+)")]);
        assert_eq!(shown(&report), "rate=0.0015");
        let mut report = Report::default();
        report.read_log("nothing", &[source("rate: (.*)")]);
        assert!(report.problem.unwrap().contains("no line"));
    }
}
