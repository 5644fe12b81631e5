//! Reading: finds metrics in what a run has left in its folder: the log, files, JSON, series.

use std::collections::HashMap;
use std::path::Path;

use crate::lenient::{self, LARGEST};
use crate::names;
use crate::record::Metric;
use crate::series::{Layout, Reduce, Series};
use crate::source::KeyPath;
use crate::spec::{MetricSource, Origin};

/// A run folder that is being read; what several metrics stand in is read once.
pub struct Reading<'a> {
    folder: &'a Path,
    texts: HashMap<String, Result<String, String>>,
    series: HashMap<Layout, Result<Series, String>>,
}

impl<'a> Reading<'a> {
    /// Of that run folder; nothing is read yet.
    pub fn of(folder: &'a Path) -> Self {
        Self { folder, texts: HashMap::new(), series: HashMap::new() }
    }

    /// The number that a metric is, or why there is none.
    ///
    /// # Errors
    /// A sentence for the record's reason.
    pub fn metric(&mut self, source: &MetricSource) -> Result<Metric, String> {
        match &source.origin {
            Origin::Stdout(pattern) => last_match(self.log(), pattern, "the log"),
            Origin::File(file, pattern) => last_match(self.text(file)?, pattern, file),
            Origin::Json(file, key) => json(self.text(file)?, key, file),
            Origin::Series(series, column, reduce) => self.reduced(&series.layout, column.as_deref(), *reduce),
        }
    }

    /// A table of numbers, or why there is none.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub fn series(&mut self, layout: &Layout) -> Result<&Series, String> {
        if !self.series.contains_key(layout) {
            let series = Series::read(self.folder, layout).map_err(|error| in_one_line(&error));
            self.series.insert(layout.clone(), series);
        }
        self.series[layout].as_ref().map_err(Clone::clone)
    }

    /// The end of the log: as much of it as anybody should read.
    fn log(&mut self) -> &str {
        let read = || Ok(lenient::tail(&self.folder.join(names::LOG_FILE), LARGEST).unwrap_or_default());
        self.texts.entry(names::LOG_FILE.to_owned()).or_insert_with(read).as_deref().unwrap_or_default()
    }

    fn text(&mut self, file: &str) -> Result<&str, String> {
        let read = || match lenient::read_text(&self.folder.join(file), LARGEST) {
            Ok(Some(text)) => Ok(text),
            Ok(None) => Err(format!("there is no {file}")),
            Err(problem) => Err(format!("{file} cannot be read: {problem}")),
        };
        self.texts.entry(file.to_owned()).or_insert_with(read).as_deref().map_err(Clone::clone)
    }

    fn reduced(&mut self, layout: &Layout, column: Option<&str>, reduce: Reduce) -> Result<Metric, String> {
        let series = self.series(layout)?;
        let number = reduce.of(series, column).map_err(|error| format!("{}: {}", layout.file, in_one_line(&error)))?;
        // A count of spikes stays a whole number.
        let whole = reduce.chooses() && series.column(column).is_ok_and(|column| column.whole);
        if whole && number.abs() < MOST_EXACT {
            Ok(Metric::Number((number as i64).into()))
        } else {
            Ok(Metric::from_f64(number))
        }
    }
}

/// Below this, every whole number is a double.
const MOST_EXACT: f64 = 9e15;

fn in_one_line(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn last_match(text: &str, pattern: &regex::Regex, place: &str) -> Result<Metric, String> {
    let Some(found) = pattern.captures_iter(text).last() else {
        return Err(format!("{place} has no line that matches"));
    };
    let text = found.iter().skip(1).flatten().next().map_or("", |group| group.as_str().trim());
    lenient::number(text).ok_or_else(|| format!("`{text}` is no number"))
}

fn json(text: &str, key: &KeyPath, file: &str) -> Result<Metric, String> {
    let document = lenient::parse_json(text.trim_start_matches('\u{feff}'));
    let document = document.map_err(|problem| format!("{file} is no JSON: {problem}"))?;
    let value = key.find_in(&document).ok_or_else(|| format!("{file} has no {key}"))?;
    let spelt = value.as_str().and_then(lenient::number);
    lenient::metric(value).or(spelt).ok_or_else(|| format!("{key} of {file} is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Flags, Plan, Typed};

    fn sources(text: &str) -> Vec<MetricSource> {
        let text = format!("{text}\n[params.x]\nvalues = [1]\n");
        Plan::resolve(Typed::read(&text, "spec").unwrap(), "", &Flags::default()).unwrap().metrics
    }

    fn shown(folder: &Path, text: &str) -> Vec<String> {
        let mut reading = Reading::of(folder);
        let value = |source: &MetricSource| match reading.metric(source) {
            Ok(metric) => format!("{}={metric}", source.name),
            Err(problem) => format!("{}: {problem}", source.name),
        };
        sources(text).iter().map(value).collect()
    }

    #[test]
    fn every_place_of_a_metric() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(names::LOG_FILE, "rate: 1.5\nrate: 2.5e1\nloss 1.5D-3\n");
        write("result.txt", "n = 3\nn = 4 (last)\n");
        write("out.json", r#"{"a": {"b": [0.25, NaN, "7"]}, "ok": true}"#);
        write("trace.csv", "t,V,n\n0,-65.5,1\n1,20,3\n2,-70,2\n");
        let found = shown(
            folder.path(),
            r#"
            [metrics]
            rate = { stdout = 'rate: ([-+0-9.eE]+)' }
            loss = { stdout = 'loss (\S+)' }
            n = { file = "result.txt", pattern = 'n = (\d+)' }
            b0 = { json = "out.json", key = "a.b[0]" }
            b1 = { json = "out.json", key = "a.b[1]" }
            b2 = { json = "out.json", key = "a.b[2]" }
            ok = { json = "out.json" }
            peak = { series = "trace", column = "V", reduce = "max" }
            most = { series = "trace", column = "n", reduce = "max" }
            half = { series = "trace", column = "V", at = 0.5 }
            [series.trace]
            file = "trace.csv"
            "#,
        );
        let expected = [
            "rate=25.0",
            "loss=0.0015",
            "n=4",
            "b0=0.25",
            "b1=nan",
            "b2=7",
            "ok=1",
            "peak=20.0",
            "most=3",
            "half=-22.75",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn patterns_are_about_lines_whatever_ends_them() {
        let folder = tempfile::tempdir().unwrap();
        let log = "start\nrate: 3 Hz\nrate: 4 Hz\r\n 10%\r 50%\r 99%\r\nlast: 5";
        std::fs::write(folder.path().join(names::LOG_FILE), log).unwrap();
        let found = shown(
            folder.path(),
            r#"
            [metrics]
            rate = '^rate: (\S+) Hz$'
            done = '^ (\d+)%$'
            last = '^last: (\d)$'
            first = '(?-m)^start\nrate: (\d)'
            "#,
        );
        assert_eq!(found, ["rate=4", "done=99", "last=5", "first=3"]);
    }

    #[test]
    fn what_is_not_there_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(names::LOG_FILE, "nothing\n");
        write("bad.csv", "t,V\n0,1\n1\n");
        write("out.json", r#"{"a": "b"}"#);
        let found = shown(
            folder.path(),
            r#"
            [metrics]
            a = { stdout = 'rate: (.*)' }
            b = { stdout = '(not.*)' }
            c = { file = "absent.txt", pattern = '(.)' }
            d = { json = "out.json", key = "a" }
            e = { json = "out.json", key = "c" }
            f = { series = "gone", reduce = "max" }
            g = { series = "bad", reduce = "max" }
            [series]
            gone = { file = "gone.csv" }
            bad = { file = "bad.csv" }
            "#,
        );
        let expected = [
            "a: the log has no line that matches",
            "b: `nothing` is no number",
            "c: there is no absent.txt",
            "d: a of out.json is no number",
            "e: out.json has no c",
            "f: there is no gone.csv",
            "g: bad.csv is damaged: line 3 has 1 field where the first has 2",
        ];
        assert_eq!(found, expected);
    }
}
