//! Extractions: metrics that were read of an attempt after it had ended, and the line of JSON that says so in the commit's
//! note.
//!
//! The attempt's own line stays as it is: notes only get longer, and merge by sorting their lines. Whoever reads a note
//! lays its extractions over the attempts' records, the newest last.

use std::collections::HashMap;

use anyhow::{Context as _, Result, bail};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::record::{Late, Metric, Record, VERSION};
use crate::spec::{MetricSource, Readings};

/// Metrics of one attempt that were read later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extraction {
    /// The version of this form.
    pub v: u32,
    /// The attempt's number.
    pub attempt: u64,
    /// When they were read (RFC 3339).
    pub extracted: String,
    /// When the attempt started, and where it ran: two machines may have made attempts of the same number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// The machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What they are; null takes away what an older definition had found.
    pub metrics: IndexMap<String, Option<Metric>>,
    /// `[metrics]` and `[series]` by which they were read.
    pub definition: String,
}

impl Extraction {
    /// Of that attempt, nothing yet.
    pub fn of(record: &Record, extracted: &str, definition: &str) -> Self {
        Self {
            v: VERSION,
            attempt: record.attempt,
            extracted: extracted.to_owned(),
            start: record.start.clone(),
            host: record.host.clone(),
            metrics: IndexMap::new(),
            definition: definition.to_owned(),
        }
    }

    /// True for a line that may be one.
    pub fn is_line(line: &str) -> bool {
        line.contains("\"extracted\":\"") && line.contains("\"definition\":\"")
    }

    /// The line that stands in a note.
    ///
    /// # Errors
    /// Never in practice: every field can be written as JSON.
    pub fn to_line(&self) -> Result<String> {
        serde_json::to_string(self).context("cannot write an extraction")
    }

    /// Reads a line.
    ///
    /// # Errors
    /// If it is no extraction, or one of a later version. What says how an attempt has ended is the attempt's own record,
    /// whatever else it says.
    pub fn from_line(line: &str) -> Result<Self> {
        if line.contains("\"status\":") && Record::from_line(line).is_ok() {
            bail!("the record of an attempt");
        }
        let extraction: Self = serde_json::from_str(line).context("a damaged extraction")?;
        if extraction.v != VERSION {
            bail!("an extraction of version {}, which a later gitsweep wrote", extraction.v);
        }
        Ok(extraction)
    }

    /// True if it is of this attempt.
    pub fn is_of(&self, record: &Record) -> bool {
        self.attempt == record.attempt && self.start == record.start && self.host == record.host
    }

    /// Lays the metrics over those of the record. A reason that said that one of them is missing is settled.
    pub fn apply(self, record: &mut Record) {
        let lack = record.lack();
        for (name, metric) in &self.metrics {
            match metric {
                Some(metric) => {
                    record.metrics.insert(name.clone(), metric.clone());
                    record.reason.take_if(|_| lack.as_ref().is_some_and(|lack| lack.is_of(name)));
                }
                None => {
                    record.metrics.shift_remove(name);
                }
            }
        }
        let metrics = self.metrics.into_keys().collect();
        record.late.push(Late { extracted: self.extracted, metrics, definition: self.definition });
    }
}

/// Puts the ways in which metrics were read later among those of a definition, in place of those of the same metrics, the
/// newest last. A definition that many attempts were read by is read once.
pub fn overlay(later: impl IntoIterator<Item = Late>, metrics: &mut Vec<MetricSource>) {
    let mut newest = HashMap::<String, String>::new();
    for Late { extracted, definition, .. } in later {
        let known = newest.entry(definition).or_default();
        if *known < extracted {
            *known = extracted;
        }
    }
    let mut ways: Vec<(String, String)> = newest.into_iter().map(|(definition, when)| (when, definition)).collect();
    ways.sort();
    for (_, definition) in ways {
        if let Ok(newer) = Readings::read(&definition, "a note", &[]) {
            newer.overlay(metrics);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Status;

    fn ran() -> Record {
        let mut record = Record::bare(1, Status::Ok);
        record.start = Some("2026-11-21T09:30:00Z".to_owned());
        record.metrics.insert("loss".to_owned(), Metric::from_f64(1.5));
        record.reason = Some("metric rate: the log has no line that matches".to_owned());
        record
    }

    #[test]
    fn a_line_reads_back_and_is_no_record() {
        let mut extraction = Extraction::of(&ran(), "2026-11-25T10:00:00Z", "[metrics]\nrate = { stdout = '(.)' }");
        extraction.metrics.insert("rate".to_owned(), Some(Metric::from_f64(f64::NAN)));
        extraction.metrics.insert("loss".to_owned(), None);
        let line = extraction.to_line().unwrap();
        assert!(Extraction::is_line(&line) && !line.contains('\n'), "{line}");
        let read = Extraction::from_line(&line).unwrap();
        assert_eq!(read.to_line().unwrap(), line);
        assert!(Record::from_line(&line).is_err());
        assert!(!Extraction::is_line(&ran().to_line().unwrap()));
        assert!(Extraction::from_line(&line.replace("\"v\":1", "\"v\":2")).is_err());
    }

    #[test]
    fn it_is_laid_over_its_own_attempt() {
        let mut record = ran();
        let mut extraction = Extraction::of(&record, "later", "[metrics]");
        extraction.metrics.insert("rate".to_owned(), Some(Metric::from_f64(0.25)));
        extraction.metrics.insert("loss".to_owned(), None);
        let mut other = ran();
        other.host = Some("elsewhere".to_owned());
        assert!(extraction.is_of(&record) && !extraction.is_of(&other));
        extraction.apply(&mut record);
        assert_eq!(record.metrics.keys().collect::<Vec<_>>(), ["rate"]);
        assert_eq!((record.reason.as_deref(), record.late[0].metrics.len()), (None, 2));
    }

    #[test]
    fn the_newest_way_of_reading_a_metric_counts() {
        let metrics = |text: &str| Readings::read(&format!("[metrics]\n{text}"), "a definition", &[]).unwrap().metrics;
        let late = |extracted: &str, text: &str| {
            let definition = format!("[metrics]\n{text}");
            Late { extracted: extracted.to_owned(), metrics: Vec::new(), definition }
        };
        let mut known = metrics("rate = 'r (.)'\nloss = 'l (.)'");
        let newest = "rate = 'rate (.)'\npeak = 'p (.)'";
        let later = [
            late("2026-11-25T11:00:00Z", newest),
            late("2026-11-25T09:00:00Z", newest),
            late("2026-11-25T10:00:00Z", "rate = 'older (.)'"),
            late("2026-11-25T12:00:00Z", "rate = 3"),
        ];
        overlay(later, &mut known);
        assert_eq!(known, metrics("rate = 'rate (.)'\nloss = 'l (.)'\npeak = 'p (.)'"));
    }
}
