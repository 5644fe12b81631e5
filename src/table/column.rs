//! Columns, and the names by which they are found.
//!
//! A parameter and a metric may bear the same name, or that of one of our own columns. Each then shows as `param.NAME`
//! or `metric.NAME`, and a number that we computed as `stat.NAME`, beside which a parameter or metric keeps its own name; these
//! forms find a parameter or metric whether or not its name is shared.

use std::collections::HashSet;

use super::TableError;
use crate::hint::near_miss;

const PARAMETER: &str = "param.";
const METRIC: &str = "metric.";
const STATISTIC: &str = "stat.";

/// What a column is about; it decides whether the column shows when nobody asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The index of the point.
    Point,
    /// The sweep that the point belongs to.
    Sweep,
    /// A parameter.
    Parameter,
    /// A number that the runs report.
    Metric,
    /// What became of the point, `ok` or otherwise.
    Status,
    /// Anything else about the attempts at it: how many, seconds, host, job, memory, commit and the like.
    Attempt,
    /// Why the point is not `ok`.
    Reason,
    /// A number that we computed from others.
    Statistic,
    /// Such a number that only programs want if nobody asked for it.
    Detail,
}

/// A column's name and role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name, without a prefix.
    pub name: String,
    /// What the column is about.
    pub role: Role,
}

impl Column {
    /// A column of that name and role.
    pub fn new(name: impl Into<String>, role: Role) -> Self {
        Self { name: name.into(), role }
    }

    /// The part of a label that tells a parameter from a metric; our own columns have none.
    fn prefix(&self) -> Option<&'static str> {
        match self.role {
            Role::Parameter => Some(PARAMETER),
            Role::Metric => Some(METRIC),
            Role::Statistic | Role::Detail => Some(STATISTIC),
            _ => None,
        }
    }

    /// The name with its prefix, by which the column is found whatever the others are called.
    pub(super) fn qualified(&self) -> String {
        format!("{}{}", self.prefix().unwrap_or_default(), self.name)
    }
}

/// A unique name for each column: the bare one, or the qualified one where the bare one could mean another column.
pub(super) fn labels(columns: &[Column]) -> Result<Vec<String>, TableError> {
    // The name of a column that we computed gives way.
    let (computed, given): (Vec<&Column>, Vec<&Column>) =
        columns.iter().partition(|column| column.prefix() == Some(STATISTIC));
    let mut seen = HashSet::new();
    let shared: HashSet<&str> =
        given.iter().map(|column| column.name.as_str()).filter(|&name| !seen.insert(name)).collect();
    let computed_too: HashSet<&str> =
        computed.iter().map(|column| column.name.as_str()).filter(|&name| !seen.insert(name)).collect();
    let labels: Vec<String> = columns
        .iter()
        .map(|column| {
            let name = column.name.as_str();
            let misleading = [PARAMETER, METRIC, STATISTIC].iter().any(|prefix| name.starts_with(prefix));
            let is_shared = shared.contains(name) || column.prefix() == Some(STATISTIC) && computed_too.contains(name);
            if misleading || is_shared { column.qualified() } else { name.to_owned() }
        })
        .collect();
    let mut taken = HashSet::new();
    match labels.iter().find(|label| !taken.insert(label.as_str())) {
        Some(label) => Err(TableError::Duplicate { label: label.clone() }),
        None => Ok(labels),
    }
}

/// The one column that `name` means.
pub(super) fn find(columns: &[Column], labels: &[String], name: &str) -> Result<usize, TableError> {
    if let Some(index) = labels.iter().position(|label| label == name) {
        return Ok(index);
    }
    if let Some(index) = columns.iter().position(|column| column.prefix().is_some() && column.qualified() == name) {
        return Ok(index);
    }
    let bearers: Vec<usize> = (0..columns.len()).filter(|&index| columns[index].name == name).collect();
    match *bearers {
        [] => Err(unknown(labels, name)),
        [index] => Ok(index),
        _ => Err(TableError::Ambiguous {
            name: name.to_owned(),
            candidates: bearers.iter().map(|&index| labels[index].clone()).collect(),
        }),
    }
}

/// The error for a name that no column bears.
pub(super) fn unknown(labels: &[String], name: &str) -> TableError {
    TableError::UnknownColumn {
        name: name.to_owned(),
        near: near_miss(name, labels.iter().map(String::as_str)).map(str::to_owned),
        columns: labels.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(named: &[(&str, Role)]) -> Vec<Column> {
        named.iter().map(|&(name, role)| Column::new(name, role)).collect()
    }

    #[test]
    fn a_shared_name_is_qualified_and_ours_stays_bare() {
        let columns = columns(&[
            ("point", Role::Point),
            ("g", Role::Parameter),
            ("status", Role::Parameter),
            ("g", Role::Metric),
            ("rate", Role::Metric),
            ("status", Role::Status),
        ]);
        let labels = labels(&columns).unwrap();
        assert_eq!(labels, ["point", "param.g", "param.status", "metric.g", "rate", "status"]);
        let find = |name| find(&columns, &labels, name);
        assert_eq!(
            [find("param.g"), find("metric.g"), find("metric.rate"), find("rate")],
            [Ok(1), Ok(3), Ok(4), Ok(4)]
        );
        assert_eq!([find("status"), find("param.status")], [Ok(5), Ok(2)]);
        let error = find("g").unwrap_err();
        assert_eq!(error.to_string(), "`g` names more than one column: say `param.g` or `metric.g`");
    }

    #[test]
    fn a_name_that_we_computed_gives_way_to_that_of_a_parameter() {
        let columns = columns(&[("n", Role::Parameter), ("n", Role::Statistic), ("mean", Role::Statistic)]);
        let labels = labels(&columns).unwrap();
        assert_eq!(labels, ["n", "stat.n", "mean"]);
        let find = |name| find(&columns, &labels, name);
        assert_eq!([find("n"), find("param.n"), find("stat.n"), find("stat.mean")], [Ok(0), Ok(0), Ok(1), Ok(2)]);
    }

    #[test]
    fn a_parameter_called_like_a_prefixed_metric_cannot_be_taken_for_it() {
        let columns = columns(&[("metric.g", Role::Parameter), ("g", Role::Parameter), ("g", Role::Metric)]);
        let labels = labels(&columns).unwrap();
        assert_eq!(labels, ["param.metric.g", "param.g", "metric.g"]);
        assert_eq!(find(&columns, &labels, "metric.g"), Ok(2));
        assert_eq!(find(&columns, &labels, "param.metric.g"), Ok(0));
    }

    #[test]
    fn a_column_that_is_there_twice_is_refused() {
        let twice = columns(&[("g", Role::Metric), ("g", Role::Metric)]);
        assert_eq!(labels(&twice), Err(TableError::Duplicate { label: "metric.g".to_owned() }));
        let ours = columns(&[("host", Role::Attempt), ("host", Role::Attempt)]);
        assert_eq!(labels(&ours), Err(TableError::Duplicate { label: "host".to_owned() }));
    }

    #[test]
    fn an_unknown_column_gets_the_near_miss_and_the_list() {
        let columns = columns(&[("point", Role::Point), ("g_e", Role::Parameter), ("score", Role::Metric)]);
        let labels = labels(&columns).unwrap();
        let message = |name| find(&columns, &labels, name).unwrap_err().to_string();
        assert_eq!(message("scroe"), "no column `scroe`; did you mean `score`? The columns are point, g_e, score");
        assert_eq!(message("voltage"), "no column `voltage`; the columns are point, g_e, score");
    }
}
