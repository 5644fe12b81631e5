//! What a run is judged by: the objective's value, or a fitness that is computed from metrics and parameters.

use crate::expr::Expression;
use crate::point::Point;
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

/// The fitness of a run of a point; nothing if a metric or parameter that it is made of is missing. A name that both have
/// is the metric.
pub fn fitness(expression: &Expression, point: &Point, record: &Record) -> Option<f64> {
    let lookup = |name: &str| number(record, name).map(Value::float).or_else(|| point.get(name).cloned());
    expression.value(&lookup).ok()?.as_f64()
}

/// What a run of a point is judged by: its fitness if the search has one, else the objective's value.
pub(in crate::sweep) fn score(search: &Search, objective: &Objective, point: &Point, record: &Record) -> Option<f64> {
    match search.fitness() {
        Some(expression) => fitness(expression, point, record),
        None => number(record, &objective.metric),
    }
}
