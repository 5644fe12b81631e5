//! How much each parameter matters for each metric, for the page's script.

use serde_json::{Map, Value as Json, json};

use super::head::grouped;
use crate::table::{Importances, Method, Role, Table};

/// Metrics beyond these are not looked at.
const MOST_METRICS: usize = 20;

/// For each metric that can be looked at: what its numbers are, and a share for each parameter and pair, the largest first.
pub(super) fn importance(table: &Table) -> Option<Json> {
    let metrics = (0..table.columns().len()).filter(|&column| table.columns()[column].role == Role::Metric);
    let told: Map<String, Json> = metrics
        .take(MOST_METRICS)
        .filter_map(|metric| Some((table.label(metric).to_owned(), told(&table.importance(metric).ok()?))))
        .collect();
    (!told.is_empty()).then(|| told.into())
}

fn told(found: &Importances) -> Json {
    let n = grouped(found.n);
    let mut said = match found.method {
        Method::Anova => format!(
            "The part of the variation of {n} values that each parameter, and each pair beyond the two by themselves, \
             accounts for (analysis of variance: exact)."
        ),
        Method::PedAnova { best } => format!(
            "How much each parameter matters for being among the best {best} of {n} values, in parts of the sum \
             (PED-ANOVA: an estimate)."
        ),
    };
    for caution in &found.cautions {
        said.push(' ');
        said.extend(caution.chars().next().map(|c| c.to_ascii_uppercase()));
        said.extend(caution.chars().skip(1));
        said.push('.');
    }
    let bars: Vec<Json> = found.terms.iter().map(|term| json!([term.name, term.part])).collect();
    json!({ "said": said, "bars": bars })
}
