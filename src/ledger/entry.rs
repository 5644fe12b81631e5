//! What is known of one commit.

use std::borrow::Cow;

use super::book::Noted;
use super::packed::Part;
use super::summary::Summary;
use crate::record::{Record, result_of};

/// What is known of one commit, where that stands.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'l>(pub(super) Place<'l>);

#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'l> {
    Nowhere,
    /// There are result files: all records.
    Files(&'l [Record]),
    Note(Noted<'l>),
}

impl<'l> Entry<'l> {
    /// The records, attempts in order; they stay in memory.
    pub fn records(self) -> &'l [Record] {
        match self.0 {
            Place::Nowhere => &[],
            Place::Files(records) => records,
            Place::Note(note) => note.records(),
        }
    }

    /// The same, not kept in memory: for those who look at each of a million commits once.
    pub fn glance(self) -> Cow<'l, [Record]> {
        self.read(Part::All)
    }

    /// The same without what few people ask for: records have only attempt, status, metrics, seconds and reason.
    pub fn gist(self) -> Cow<'l, [Record]> {
        self.read(Part::Gist)
    }

    /// The same without metrics: records have all else. Those of result files have both.
    pub fn without_metrics(self) -> Cow<'l, [Record]> {
        self.read(Part::WithoutMetrics)
    }

    fn read(self, part: Part) -> Cow<'l, [Record]> {
        match self.0 {
            Place::Nowhere => Cow::Borrowed(&[]),
            Place::Files(records) => Cow::Borrowed(records),
            Place::Note(note) => Cow::Owned(note.unpack(part)),
        }
    }

    /// All in short, without the records being read.
    pub fn summary(self) -> Summary {
        match self.0 {
            Place::Nowhere => Summary::default(),
            Place::Files(records) => Summary::of(records),
            Place::Note(note) => note.summary(),
        }
    }

    /// Tells the names of the metrics that the result has.
    pub fn each_metric(self, tell: &mut dyn FnMut(&str)) {
        match self.0 {
            Place::Note(note) if note.summary().attempts == 1 => note.each_metric_of_first(tell),
            _ => result_of(&self.gist()).into_iter().flat_map(|it| it.metrics.keys()).for_each(|name| tell(name)),
        }
    }

    /// True if the result says how often its run reported.
    pub fn has_steps(self) -> bool {
        match self.0 {
            Place::Note(note) if note.summary().attempts == 1 => note.has_steps(),
            _ => result_of(&self.without_metrics()).is_some_and(|record| record.steps.is_some()),
        }
    }
}
