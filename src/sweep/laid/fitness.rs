//! What a run is judged by: the objective's value, or a fitness that is computed from several metrics.

use crate::expr::Expression;
use crate::record::Record;
use crate::spec::{Objective, Search};
use crate::value::Value;

/// A metric of a run, or what is known of every run.
pub(in crate::sweep) fn number(record: &Record, name: &str) -> Option<f64> {
    match (record.metrics.get(name), name) {
        (Some(metric), _) => Some(metric.as_f64()),
        (None, "seconds") => record.seconds,
        (None, "memory") => record.memory.map(|bytes| bytes as f64),
        (None, _) => None,
    }
}

/// A run's fitness; nothing if a metric that it is made of is missing.
pub fn fitness(expression: &Expression, record: &Record) -> Option<f64> {
    let lookup = |name: &str| number(record, name).map(Value::float);
    expression.value(&lookup).ok()?.as_f64()
}

/// What a run of a search is judged by: its fitness if the search has one, else the objective's value.
pub(in crate::sweep) fn score(search: &Search, objective: &Objective, record: &Record) -> Option<f64> {
    match search.fitness() {
        Some(expression) => fitness(expression, record),
        None => number(record, &objective.metric),
    }
}
