//! Steps: what a run reports as it goes, a line of JSON a report in the file that `$GITSWEEP_METRICS` names.
//!
//! `{"step": 200, "loss": 0.31}`: any language can append that, and `gitsweep metric loss=0.31 step=200` does. A line
//! without a step has the one after the line before it.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use indexmap::IndexMap;

use crate::outcome::metrics_of;
use crate::record::Metric;

/// The key of a line that says how far the run is.
pub const STEP: &str = "step";
/// A report is a line; what is longer is no report.
const LONGEST: usize = 1 << 20;
/// So much is read at a time.
const AT_A_TIME: u64 = 16 << 20;

/// One report.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// How far the run was.
    pub step: u64,
    /// The numbers.
    pub metrics: IndexMap<String, Metric>,
}

/// Reads a file of reports as it grows; whole lines only.
#[derive(Clone, Debug)]
pub struct Reader {
    path: PathBuf,
    offset: u64,
    next_step: u64,
    /// How many lines have been read.
    lines: usize,
    /// What was wrong with the first that is no report.
    problem: Option<String>,
}

/// Who writes reports.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writer {
    /// More is to come.
    AtWork,
    Gone,
}

impl Reader {
    /// The reports of the file at `path`, which need not be there yet.
    pub fn new(path: PathBuf) -> Self {
        Self { path, offset: 0, next_step: 1, lines: 0, problem: None }
    }

    /// The reports that have come since the last time. Lines that are none are passed over.
    pub fn read(&mut self) -> Vec<Report> {
        self.read_lines(Writer::AtWork)
    }

    /// The same, and of a writer that is gone what stands after the last end of a line is one too.
    fn read_lines(&mut self, writer: Writer) -> Vec<Report> {
        let mut bytes = Vec::new();
        let is_file = std::fs::metadata(&self.path).is_ok_and(|metadata| metadata.is_file());
        let mut read = || -> std::io::Result<()> {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(self.offset))?;
            file.take(AT_A_TIME).read_to_end(&mut bytes)?;
            Ok(())
        };
        if !is_file || read().is_err() {
            return Vec::new();
        }
        let whole = match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => last + 1,
            None if writer == Writer::Gone || bytes.len() > LONGEST => bytes.len(),
            None => 0,
        };
        self.offset += whole as u64;
        String::from_utf8_lossy(&bytes[..whole]).lines().filter_map(|line| self.parse(line)).collect()
    }

    fn parse(&mut self, line: &str) -> Option<Report> {
        self.lines += 1;
        if line.trim().is_empty() {
            return None;
        }
        let mut metrics = match metrics_of(line) {
            Ok(metrics) => metrics,
            Err(problem) => {
                self.problem.get_or_insert_with(|| format!("line {} of $GITSWEEP_METRICS {problem}", self.lines));
                return None;
            }
        };
        let step = metrics.shift_remove(STEP).map(|step| step.as_f64()).filter(|step| *step >= 0.0);
        // The conversion saturates.
        let step = step.map_or(self.next_step, |step| step as u64);
        self.next_step = step.saturating_add(1);
        (!metrics.is_empty()).then_some(Report { step, metrics })
    }
}

/// What a run has reported: the last value of each metric, the last step, and all values of the metric `watched`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The last values.
    pub metrics: IndexMap<String, Metric>,
    /// The largest step.
    pub step: Option<u64>,
    /// Steps and values, at most [`POINTS`] of them and the last among them.
    pub curve: Vec<(u64, Metric)>,
    /// Why something is missing, if it is.
    pub problem: Option<String>,
}

/// The points of a curve that is kept.
pub const POINTS: usize = 100;

impl Summary {
    /// Sums up the file at `path`, to which nothing more is to come; nothing if there is none.
    pub fn read(path: &Path, watched: Option<&str>) -> Self {
        let mut summary = Self::default();
        let mut reader = Reader::new(path.to_owned());
        loop {
            let before = reader.offset;
            let reports = reader.read_lines(Writer::Gone);
            if reader.offset == before {
                break;
            }
            for Report { step, metrics } in reports {
                summary.step = summary.step.max(Some(step));
                if let Some(value) = watched.and_then(|name| metrics.get(name)) {
                    summary.curve.push((step, value.clone()));
                }
                summary.metrics.extend(metrics);
            }
        }
        summary.problem = reader.problem;
        summary.curve.sort_by_key(|(step, _)| *step);
        // The early part is where runs are told apart: further on, steps are kept at ever larger distances, each in the same
        // proportion to the one before.
        let mut finer = 0.01;
        while summary.curve.len() > POINTS {
            let last = summary.curve.len() - 1;
            let (mut at, mut kept) = (0, None::<u64>);
            summary.curve.retain(|(step, _)| {
                let is_far = kept.is_none_or(|kept| *step > kept && *step as f64 >= kept as f64 * (1.0 + finer));
                at += 1;
                if is_far {
                    kept = Some(*step);
                }
                is_far || at - 1 == last
            });
            finer *= 1.5;
        }
        summary
    }
}

/// Appends a report to a file in one write, so that lines of several processes stay apart.
///
/// # Errors
/// If it cannot be written.
pub fn append(path: &Path, report: &IndexMap<String, Metric>) -> Result<()> {
    let spelt = |metric: &Metric| match metric {
        Metric::Number(number) => number.to_string(),
        // As Python writes them.
        Metric::NotFinite(number) if number.is_nan() => "NaN".to_owned(),
        Metric::NotFinite(number) => if *number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned(),
    };
    let field =
        |(name, metric): (&String, &Metric)| format!("{}: {}", serde_json::Value::from(name.as_str()), spelt(metric));
    let line = format!("{{{}}}\n", report.iter().map(field).collect::<Vec<_>>().join(", "));
    let file = OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(line.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_curve_is_kept_at_even_proportions() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        let lines: String =
            (1..=10_000).map(|step| format!("{{\"step\": {step}, \"loss\": {}}}\n", 1.0 / f64::from(step))).collect();
        std::fs::write(&path, lines).unwrap();
        let curve = Summary::read(&path, Some("loss")).curve;
        assert!(curve.len() <= POINTS && curve.len() > POINTS / 2, "{}", curve.len());
        assert_eq!((curve[0].0, curve[curve.len() - 1].0), (1, 10_000));
        for pair in curve.windows(2) {
            let (a, b) = (pair[0].0 as f64, pair[1].0 as f64);
            assert!(b <= (a * 1.25).max(a + 1.0), "from {a} to {b}");
        }
    }

    #[test]
    fn a_line_that_is_no_report_is_told_of_and_the_last_needs_no_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            let summary = Summary::read(&path, Some("loss"));
            let curve: Vec<String> = summary.curve.iter().map(|(step, loss)| format!("{step}: {loss}")).collect();
            (curve.join(" "), summary.problem.unwrap_or_default())
        };
        assert_eq!(read("{\"loss\": 2}\n\n{\"loss\": 1}"), ("1: 2 2: 1".to_owned(), String::new()));
        for (line, problem) in [
            ("{\"loss\": 1", "is no JSON: "),
            ("{\"loss\": 1} {\"loss\": 2}", "is no JSON: trailing characters"),
            ("{\"loss\": \"2.5\"}", "holds no number"),
            ("[1]", "is no object"),
        ] {
            let (curve, found) = read(&format!("{{\"loss\": 2}}\n{line}\n{{\"loss\": 0.5}}\nno\n"));
            assert_eq!(curve, "1: 2 2: 0.5", "{line}");
            assert!(found.starts_with(&format!("line 2 of $GITSWEEP_METRICS {problem}")), "{found}");
        }
    }

    fn shown(reports: &[Report]) -> String {
        let one = |report: &Report| {
            let metrics = report.metrics.iter().map(|(name, metric)| format!(" {name}={metric}")).collect::<String>();
            format!("{}:{metrics}", report.step)
        };
        reports.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn whole_lines_are_read_once_as_they_come() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        let mut reader = Reader::new(path.clone());
        assert!(reader.read().is_empty());
        let report = |pairs: &[(&str, f64)]| {
            pairs.iter().map(|(name, number)| ((*name).to_owned(), Metric::from_f64(*number))).collect()
        };
        append(&path, &report(&[("step", 5.0), ("loss", 0.5)])).unwrap();
        append(&path, &report(&[("loss", 0.25), ("bad", f64::NEG_INFINITY)])).unwrap();
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + "junk\n{\"loss\": NaN}\n{\"lo").unwrap();
        assert_eq!(shown(&reader.read()), "5: loss=0.5; 6: loss=0.25 bad=-inf; 7: loss=nan");
        assert!(reader.read().is_empty());
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + "ss\": 1, \"step\": 20}\n{\"step\": 21}\n")
            .unwrap();
        assert_eq!(shown(&reader.read()), "20: loss=1");
    }
}
