//! Records: what became of one attempt at one point, and the line of JSON that says so in the commit's note.

use std::borrow::Cow;
use std::fmt;
use std::hash::Hash;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail};
use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::lack::Lack;

/// The version of the line's form. A line of a later version is reported and left alone.
pub const VERSION: u32 = 1;

/// What is measured of every run, and may be the objective without being reported.
pub const MEASURED: [&str; 2] = ["seconds", "memory"];

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The program ended with exit code 0.
    Ok,
    /// It ended with another exit code, or could not be started.
    Failed,
    /// It took longer than it may.
    Timeout,
    /// A signal ended it.
    Killed,
    /// The user ended it; the point stays to be run.
    Cancelled,
    /// It was ended early because it was not going to be any good. A result, not a failure.
    Stopped,
    /// Nobody knows: the gitsweep or the machine that ran it is gone; the point stays to be run.
    Lost,
}

/// How grave a status is: what counts, what is to be run again, how it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// There is a result.
    Good,
    /// The program did not manage.
    Bad,
    /// Nothing was learned about the point.
    Void,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Ok, Self::Failed, Self::Timeout, Self::Killed, Self::Cancelled, Self::Stopped, Self::Lost];

    /// How grave it is; everything that counts or colours asks here.
    pub fn gravity(self) -> Gravity {
        match self {
            Self::Ok | Self::Stopped => Gravity::Good,
            Self::Failed | Self::Timeout | Self::Killed => Gravity::Bad,
            Self::Cancelled | Self::Lost => Gravity::Void,
        }
    }

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Killed => "killed",
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
            Self::Lost => "lost",
        }
    }
}

impl FromStr for Status {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> Result<Self> {
        match Self::ALL.into_iter().find(|status| status.as_str() == word) {
            Some(status) => Ok(status),
            None => bail!("`{word}` is no status"),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A number that a run reported: a 64-bit integer or a double, or one that JSON cannot spell.
#[derive(Clone, Debug, PartialEq)]
pub enum Metric {
    /// An integer or a finite double.
    Number(serde_json::Number),
    /// `nan`, `inf` or `-inf`.
    NotFinite(f64),
}

impl Metric {
    /// The number as a double.
    pub fn as_f64(&self) -> f64 {
        match self {
            Self::Number(number) => number.as_f64().unwrap_or(f64::NAN),
            Self::NotFinite(number) => *number,
        }
    }

    /// A double, as a metric.
    pub fn from_f64(number: f64) -> Self {
        serde_json::Number::from_f64(number).map_or(Self::NotFinite(number), Self::Number)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::NotFinite(number) if number.is_nan() => f.write_str("nan"),
            Self::NotFinite(number) => f.write_str(if *number > 0.0 { "inf" } else { "-inf" }),
        }
    }
}

impl Serialize for Metric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => number.serialize(serializer),
            Self::NotFinite(_) => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Metric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Number(number) => Ok(Self::Number(number)),
            serde_json::Value::String(word) => match word.as_str() {
                "nan" => Ok(Self::NotFinite(f64::NAN)),
                "inf" => Ok(Self::NotFinite(f64::INFINITY)),
                "-inf" => Ok(Self::NotFinite(f64::NEG_INFINITY)),
                _ => Err(serde::de::Error::custom(format!("`{word}` is no metric"))),
            },
            other => Err(serde::de::Error::custom(format!("`{other}` is no metric"))),
        }
    }
}

/// A text of a line of JSON: a part of the line where it stands there as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub(crate) struct Text<'line>(#[serde(borrow)] Cow<'line, str>);

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// What became of one attempt. Its texts are its own, or those of the line that it was read from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(serialize = "S: Serialize + Eq + Hash", deserialize = "S: Deserialize<'de> + Eq + Hash"))]
pub struct Record<S: Eq + Hash = String> {
    /// The version of this form.
    pub v: u32,
    /// The attempt's number, from 1.
    pub attempt: u64,
    /// How it ended.
    pub status: Status,
    /// What it reported.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub metrics: IndexMap<S, Metric>,
    /// Wall time in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// When it started (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<S>,
    /// When it ended (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<S>,
    /// The machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<S>,
    /// What ran it: `local`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executor: Option<S>,
    /// The scheduler's id of the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<S>,
    /// The exit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
    /// The signal that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// Peak memory of its largest process, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// The command as it ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<S>,
    /// What tells runs of the same code with the same parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<S>,
    /// The run folder, from the top of the main checkout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<S>,
    /// The last step that it reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u64>,
    /// What it reported as it went of the metric by which runs are ended early: steps and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub curve: Vec<(u64, Metric)>,
    /// Why it failed, or why a metric is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<S>,
    /// Who says so, if it is not the gitsweep that ran it: `slurm`. If that one speaks up after all, its word counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_by: Option<S>,
    /// Which of its metrics were read after it had ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<Late>,
}

/// Where and when metrics come from that were read after an attempt had ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// When they were read (RFC 3339).
    pub extracted: String,
    /// Their names.
    pub metrics: Vec<String>,
    /// `[metrics]` and `[series]` by which they were read.
    pub definition: String,
}

impl<S: Eq + Hash + AsRef<str>> Record<S> {
    /// When it ended, in seconds since 1970.
    pub fn ended(&self) -> Option<i64> {
        let end = self.end.as_ref()?.as_ref();
        OffsetDateTime::parse(end, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp)
    }
}

impl<'line> Record<Text<'line>> {
    /// Reads a line without copying its texts; `None` if it is not a record of this version.
    pub(crate) fn view(line: &'line str) -> Option<Self> {
        serde_json::from_str(line).ok().filter(|record: &Self| record.v == VERSION)
    }
}

impl Record {
    /// A record with nothing but its attempt and status.
    pub fn bare(attempt: u64, status: Status) -> Self {
        Self {
            v: VERSION,
            attempt,
            status,
            metrics: IndexMap::new(),
            seconds: None,
            start: None,
            end: None,
            host: None,
            executor: None,
            job: None,
            exit: None,
            signal: None,
            memory: None,
            command: None,
            key: None,
            folder: None,
            steps: None,
            curve: Vec::new(),
            reason: None,
            told_by: None,
            late: Vec::new(),
        }
    }

    /// What it has not reported, if it was ok and the reason says so.
    pub fn lack(&self) -> Option<Lack> {
        let Ok(lack) = self.reason.as_ref().filter(|_| self.status == Status::Ok)?.parse();
        Some(lack)
    }

    /// The line that stands in a note.
    ///
    /// # Errors
    /// Never in practice: every field can be written as JSON.
    pub fn to_line(&self) -> Result<String> {
        serde_json::to_string(self).context("cannot write a record")
    }

    /// Reads a line.
    ///
    /// # Errors
    /// If it is not a record, or one of a later version.
    pub fn from_line(line: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Version {
            v: u32,
        }
        let read = serde_json::from_str::<Self>(line);
        if let Ok(record) = read
            && record.v == VERSION
        {
            return Ok(record);
        }
        let version: Version = serde_json::from_str(line).context("it is no record of gitsweep's")?;
        if version.v != VERSION {
            bail!("a record of version {}, which a later gitsweep wrote", version.v);
        }
        serde_json::from_str(line).context("a damaged record")
    }
}

/// The newest record with a result.
pub fn newest_good<S: Eq + Hash>(records: &[Record<S>]) -> Option<&Record<S>> {
    records.iter().rev().find(|record| record.status.gravity() == Gravity::Good)
}

/// The record that stands for a point: its newest result, else its newest failure, else its newest attempt.
pub fn result_of<S: Eq + Hash>(records: &[Record<S>]) -> Option<&Record<S>> {
    newest_good(records)
        .or_else(|| records.iter().rev().find(|record| record.status.gravity() == Gravity::Bad))
        .or_else(|| records.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_back_and_leaves_out_what_is_not_known() {
        let mut record = Record::bare(2, Status::Timeout);
        record.metrics.insert("score".to_owned(), Metric::from_f64(0.25));
        record.metrics.insert("loss".to_owned(), Metric::from_f64(f64::INFINITY));
        record.metrics.insert("spikes".to_owned(), Metric::Number(7.into()));
        let line = record.to_line().unwrap();
        assert_eq!(line, r#"{"v":1,"attempt":2,"status":"timeout","metrics":{"score":0.25,"loss":"inf","spikes":7}}"#);
        assert_eq!(Record::from_line(&line).unwrap(), record);
    }

    #[test]
    fn a_view_of_a_line_says_the_same_and_copies_nothing_that_stands_there() {
        let mut record = Record::bare(1, Status::Ok);
        record.metrics.insert("score".to_owned(), Metric::from_f64(0.25));
        record.host = Some("node1".to_owned());
        record.command = Some("echo \"ü\"\n".to_owned());
        record.end = Some("2026-11-21T09:30:00Z".to_owned());
        let line = record.to_line().unwrap();
        let view = Record::view(&line).unwrap();
        assert_eq!((view.ended(), result_of(std::slice::from_ref(&view)).is_some()), (record.ended(), true));
        assert!(matches!(view.host, Some(Text(Cow::Borrowed("node1")))));
        let text = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.as_ref().to_owned());
        assert_eq!((text(&view.command), text(&view.end)), (record.command, record.end));
        assert_eq!(view.metrics.keys().map(AsRef::as_ref).collect::<Vec<_>>(), ["score"]);
        assert!(Record::view(r#"{"v":2,"attempt":1,"status":"ok"}"#).is_none());
        assert!(Record::view("reviewed by Bob").is_none());
    }

    #[test]
    fn foreign_and_later_lines_are_refused_by_name() {
        assert!(Record::from_line("reviewed by Bob").unwrap_err().to_string().contains("no record"));
        let later = r#"{"v":2,"attempt":1,"status":"exploded"}"#;
        assert!(Record::from_line(later).unwrap_err().to_string().contains("version 2"));
    }
}
