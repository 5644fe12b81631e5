//! Outcomes: what a run reported, read from its `output.json` and its log.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::lack::Lack;
use crate::lenient::{LARGEST, metric, parse_json, read_text, tail};
use crate::names;
use crate::reading::Reading;
use crate::record::Metric;
use crate::spec::MetricSource;

/// What a run reported, and what stood in the way of more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The numbers.
    pub metrics: IndexMap<String, Metric>,
    /// Why something is missing, if it is.
    pub problem: Option<Lack>,
}

/// The name of the metric in an `output.json` that is only a number, where no objective is named.
pub const OBJECTIVE: &str = "objective";

impl Report {
    /// Reads what the run reported, from its folder. An `output.json` that is not there is no problem: not every program
    /// writes one.
    pub fn read(folder: &Path, sources: &[MetricSource], objective: Option<&str>) -> Self {
        Self::read_some(folder, sources, objective, &|_| true)
    }

    /// The same from those files alone of which `is_wanted` is true.
    pub fn read_some(
        folder: &Path,
        sources: &[MetricSource],
        objective: Option<&str>,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Self {
        let mut report = Self::default();
        if is_wanted(names::OUTPUT_FILE) {
            match read_text(&folder.join(names::OUTPUT_FILE), LARGEST) {
                Ok(Some(text)) => report.read_output(&text, objective),
                Ok(None) => {}
                Err(problem) => report.tell(format!("output.json cannot be read: {problem}")),
            }
        }
        let mut reading = Reading::of(folder);
        for source in sources.iter().filter(|source| is_wanted(source.file())) {
            match reading.metric(source) {
                Ok(metric) => {
                    report.metrics.insert(source.name.clone(), metric);
                }
                Err(why) => {
                    report.problem.get_or_insert_with(|| Lack::Metric { name: source.name.clone(), why });
                }
            }
        }
        report
    }

    fn read_output(&mut self, text: &str, objective: Option<&str>) {
        let json = match parse_json(text.trim_start_matches('\u{feff}')) {
            Ok(json) => json,
            Err(problem) => {
                self.tell(format!("output.json is no JSON: {problem}"));
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
                None => self.tell("output.json is an empty list".to_owned()),
            },
            single => self.add(bare, single),
        }
        if self.metrics.is_empty() && self.problem.is_none() {
            self.tell("output.json holds no number".to_owned());
        }
    }

    fn tell(&mut self, problem: String) {
        self.problem = Some(Lack::Other(problem));
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
                    // No column and no expression could call it by its name.
                    if name.trim().is_empty() {
                        self.tell("a number that is reported has no name: it is left out".to_owned());
                        return;
                    }
                    self.metrics.insert(name.to_owned(), metric);
                }
            }
        }
    }
}

/// The numbers of an object in JSON.
///
/// # Errors
/// If it is none.
pub(crate) fn metrics_of(line: &str) -> Result<IndexMap<String, Metric>, String> {
    let json = parse_json(line).map_err(|problem| format!("is no JSON: {problem}"))?;
    let fields = json.as_object().ok_or("is no object, such as {\"step\": 200, \"loss\": 0.31}")?;
    let mut report = Report::default();
    for (name, field) in fields {
        report.add(name, field);
    }
    if report.metrics.is_empty() { Err("holds no number with a name".to_owned()) } else { Ok(report.metrics) }
}

/// The last line of a log that is not blank, shortened and without control characters; how most programs say what
/// went wrong. What the program's runner says after it is passed over, and so is output that a program kept back until it ended,
/// where `errors` tells the byte of the log behind what came last on standard error. Paths in `checkout`, which is gone by the
/// time that somebody reads the line, are seen from its top: so the same failure has the same words in every run.
pub fn last_line(log: &Path, checkout: Option<&Path>, errors: Option<u64>) -> Option<String> {
    const LONGEST: usize = 160;
    let tail = tail(log, TAIL)?;
    let said = errors.and_then(|end| last_error(log, end));
    let line = without(last_words(&tail, said.as_deref())?, checkout);
    let visible: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if visible.chars().count() <= LONGEST {
        return Some(visible);
    }
    Some(visible.chars().take(LONGEST - 1).chain(['…']).collect())
}

/// How much of a log is looked at for the last words.
const TAIL: u64 = 16_384;

/// The last line on standard error, which ends at byte `end` of the log, where no more follows it than programs keep back of their
/// output until they end. A warning or a progress bar does not count: with those a program ends well, too.
fn last_error(log: &Path, end: u64) -> Option<String> {
    /// The buffer of most C libraries' output to a file is one block, of Python and gfortran two.
    const BLOCK: u64 = 4096;
    let mut file = File::open(log).ok()?;
    let size = file.metadata().ok()?.len();
    if end == 0 || end >= size || size - end > 2 * BLOCK {
        return None;
    }
    let start = end.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut text = Vec::new();
    file.take(end - start).read_to_end(&mut text).ok()?;
    let lines = text.trim_ascii_end();
    if lines.is_empty() {
        return None;
    }
    let begin = lines.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    // Whole blocks of output that went to the log before it end in the middle of a line.
    let block = ((start + lines.len() as u64 - 1) / BLOCK * BLOCK).saturating_sub(start) as usize;
    let line = String::from_utf8_lossy(&lines[begin.max(block)..]).trim().to_owned();
    let is_idle = line.is_empty() || line.contains('\r') || is_of_runner(&line) || is_chatter(&line);
    (!is_idle).then_some(line)
}

/// The line without the folder in its paths, by the name that is known and by the real one, if links lead there.
fn without(line: &str, folder: Option<&Path>) -> String {
    let Some(folder) = folder else { return line.to_owned() };
    let names = [Some(folder.to_path_buf()), folder.canonicalize().ok()];
    names.iter().flatten().fold(line.to_owned(), |line, name| line.replace(&format!("{}/", name.display()), ""))
}

/// The last words of a log, of which `said` came last on standard error, with other output below it.
fn last_words<'a>(text: &'a str, said: Option<&'a str>) -> Option<&'a str> {
    let lines = || text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let last = lines().next()?;
    // Julia's trace of calls stands between what went wrong and its last line.
    if last.starts_with("in expression starting at ") {
        return lines().find(|line| line.starts_with("ERROR: ")).or(Some(last));
    }
    let last = lines().find(|line| !is_of_runner(line)).unwrap_or(last);
    if tells_of_error(last) {
        return Some(last);
    }
    // What Python has printed and kept back it writes once it ends, below the exception that ends it.
    // Other programs, too.
    python_exception(text).or(said).or(Some(last))
}

/// True for a line that tells of an error by itself.
fn tells_of_error(line: &str) -> bool {
    const WORDS: [&str; 9] =
        ["error", "exception", "fatal", "fail", "abort", "not found", "no such", "denied", "fault"];
    let line = line.to_lowercase();
    WORDS.iter().any(|word| line.contains(word))
}

/// The first line of the exception that the last traceback in the text ends with.
fn python_exception(text: &str) -> Option<&str> {
    let (_, traceback) = text.rsplit_once("Traceback (most recent call last):\n")?;
    let mut lines = traceback.lines();
    let exception = lines.find(|line| !line.starts_with("  "))?.trim_end();
    let name = exception.split(':').next()?;
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    (!name.is_empty() && name.chars().all(is_name)).then_some(exception)
}

/// True for a line that a program writes as it goes on.
fn is_chatter(line: &str) -> bool {
    line.to_lowercase().contains("warn") || line.contains("INFO") || line.contains("DEBUG")
}

/// True if `line` only tells that a program failed: Rscript's, make's, srun's.
fn is_of_runner(line: &str) -> bool {
    let of_make = |rest: &str| rest.contains(": *** [") || rest.contains(": Leaving directory ");
    line == "Execution halted"
        || ["make", "gmake"]
            .iter()
            .any(|make| line.strip_prefix(make).is_some_and(|rest| rest.starts_with([':', '[']) && of_make(rest)))
        || line.starts_with("srun: ")
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
            (r#"{"": 5}"#, "has no name"),
        ] {
            let report = read(text, None);
            assert!(report.metrics.is_empty());
            assert!(report.problem.as_ref().unwrap().to_string().contains(problem), "{text}: {:?}", report.problem);
        }
    }

    #[test]
    fn the_program_has_the_last_word_and_not_what_runs_it() {
        for (text, expected) in [
            ("Error in f(1) : a\nExecution halted\n", "Error in f(1) : a"),
            ("ERROR: blew up\nmake: *** [Makefile:2: run] Error 1\n", "ERROR: blew up"),
            ("x\nmake[1]: *** [run] Error 1\nmake[1]: Leaving directory '/m'\nmake: *** [all] Error 2\n", "x"),
            ("boom\nsrun: error: n1: task 0: Exited with exit code 1\n\n", "boom"),
            (
                "ERROR: LoadError: boom\nStacktrace:\n [1] error\nin expression starting at /m.jl:3\n",
                "ERROR: LoadError: boom",
            ),
            ("make: *** No rule to make target 'run'.  Stop.\n", "make: *** No rule to make target 'run'.  Stop."),
            ("makes: *** 3\n", "makes: *** 3"),
            (
                "Traceback (most recent call last):\n  File \"m.py\", line 2, in <module>\n    f()\nValueError: x\nepoch 1\nloss 0.3\n",
                "ValueError: x",
            ),
            (
                "Traceback (most recent call last):\n  File \"m.py\", line 2\nmy.Diverged: at step 3\nSee the manual\n",
                "my.Diverged: at step 3",
            ),
            (
                "Traceback (most recent call last):\n  File \"m.py\", line 2\nKeyError: 'a'\nmodel.sh: 3: a.csv: not found\n",
                "model.sh: 3: a.csv: not found",
            ),
            ("Traceback (most recent call last):\n  File \"m.py\", line 2\nepoch 3 of 5\n", "epoch 3 of 5"),
        ] {
            assert_eq!(last_words(text, None), Some(expected), "{text}");
        }
        assert_eq!(last_words("\n \n", None), None);
    }

    #[test]
    fn what_came_last_on_standard_error_stands_above_output_that_was_kept_back() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let block = "step 1 v=-0.25\n".repeat(4096 / 15) + "s";
        assert_eq!(block.len(), 4096);
        let kept_back = "tep 2\nstep 3\n";
        let long = "step 4\n".repeat(1200);
        for (before, errors, after, expected) in [
            ("", "diverged: v=-4\n", "step 1\nstep 2\n", "diverged: v=-4"),
            ("", "diverged: v=-4\n", "", "diverged: v=-4"),
            ("", "", "step 1\nstep 2\n", "step 2"),
            ("", "\n \n", "step 1\n", "step 1"),
            // The block of output before it ends in the middle of a line.
            (&block, "diverged: v=-4\n", kept_back, "diverged: v=-4"),
            ("step 1\n", "reading a.csv\nno convergence", "\nstep 2\n", "no convergence"),
            // What came last says itself what went wrong, or what stands above it does not.
            ("", "reading a.csv\n", "ERROR: no such column\n", "ERROR: no such column"),
            ("", "UserWarning: old format\n", "it does not converge\n", "it does not converge"),
            ("", " 50%|#####     |\r 60%|######    |\n", "it does not converge\n", "it does not converge"),
            ("", "INFO:root:epoch 3\n", "it does not converge\n", "it does not converge"),
            ("", "boom\nmake: *** [Makefile:2: run] Error 1\n", "step 1\n", "step 1"),
            // More than a program keeps back.
            ("", "reading a.csv\n", &long, "step 4"),
        ] {
            std::fs::write(&log, [before, errors, after].concat()).unwrap();
            let end = if errors.is_empty() { 0 } else { before.len() + errors.len() };
            let last = last_line(&log, None, Some(end as u64));
            assert_eq!(last.as_deref(), Some(expected), "{errors}");
        }
    }
}
