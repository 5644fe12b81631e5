//! Statistics against those of pandas, statsmodels and Optuna, recorded in tests/reference/statistics.json by the script beside it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is to panic")]

use std::collections::BTreeMap;

use gitsweep::search::learn::{Asha, Curve, EarlyStop, Verdict, front, hypervolume};
use gitsweep::spec::Direction;
use gitsweep::stats::{Axis, Summary, anova, non_dominated, top};
use serde_json::Value;

fn recorded(part: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("reference/statistics.json")).unwrap();
    all[part].as_array().unwrap().clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[track_caller]
fn assert_close(ours: f64, theirs: f64, what: &str) {
    assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1e-3), "{what}: {ours} and {theirs}");
}

#[test]
fn summaries_are_those_of_pandas() {
    for case in recorded("summaries") {
        let summary = Summary::of(numbers(&case["numbers"])).unwrap();
        for (what, ours) in
            [("mean", summary.mean), ("median", summary.median), ("min", summary.min), ("max", summary.max)]
        {
            assert_close(ours, case[what].as_f64().unwrap(), what);
        }
        for (what, ours) in [("sd", summary.sd), ("se", summary.se())] {
            assert_eq!(ours.is_none(), case[what].is_null());
            // The spread of numbers that agree in their first nine digits has fewer of its own.
            if let Some(ours) = ours {
                let theirs = case[what].as_f64().unwrap();
                assert!((ours - theirs).abs() <= 1e-6 * theirs, "{what}: {ours} and {theirs}");
            }
        }
    }
}

#[test]
fn sums_of_squares_are_those_of_statsmodels() {
    let cases = recorded("anovas");
    assert_eq!(cases.len(), 5);
    for case in cases {
        let levels: Vec<Vec<usize>> = case["levels"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                row.as_array().unwrap().iter().map(|level| usize::try_from(level.as_u64().unwrap()).unwrap()).collect()
            })
            .collect();
        let found = anova(&levels, &numbers(&case["values"])).unwrap();
        assert_eq!(found.repeats as u64, case["repeats"].as_u64().unwrap());
        assert_close(found.total, case["total"].as_f64().unwrap(), "total");
        assert_close(found.within.sum, case["within"].as_f64().unwrap(), "within");
        let effects = case["effects"].as_array().unwrap();
        assert_eq!(found.effects.len(), effects.len());
        for (ours, theirs) in found.effects.iter().zip(effects) {
            assert_eq!(serde_json::json!(ours.factors), theirs["factors"]);
            assert_eq!(ours.df as u64, theirs["df"].as_u64().unwrap());
            assert_close(ours.sum, theirs["sum"].as_f64().unwrap(), "effect");
        }
        let parts: f64 = found.effects.iter().chain([&found.higher, &found.within]).map(|effect| effect.part).sum();
        assert_close(parts, 1.0, "all parts");
    }
}

#[test]
fn fronts_are_what_nothing_dominates() {
    for case in recorded("fronts") {
        let points: Vec<Vec<f64>> = case["points"].as_array().unwrap().iter().map(numbers).collect();
        assert_eq!(serde_json::json!(non_dominated(&points)), case["front"]);
    }
}

#[test]
fn divergences_are_those_of_optuna() {
    let cases = recorded("ped_anovas");
    assert_eq!(cases.len(), 4);
    for case in cases {
        let best = top(&numbers(&case["values"]), case["share"].as_f64().unwrap());
        let column = |name: &str| case["columns"][name].clone();
        let acts = ["relu", "tanh", "gelu"];
        let act = |act: &Value| acts.iter().position(|known| act == known).unwrap() as f64;
        let logarithms = numbers(&column("lr")).into_iter().map(f64::ln).collect();
        let layers = numbers(&column("layers")).into_iter().map(|layers| layers - 1.0).collect();
        let categories = column("act").as_array().unwrap().iter().map(act).collect();
        for (name, axis, coordinates) in [
            ("x", Axis::Continuous { low: -2.0, high: 3.0 }, numbers(&column("x"))),
            ("noise", Axis::Continuous { low: 0.0, high: 1.0 }, numbers(&column("noise"))),
            ("lr", Axis::Continuous { low: 1e-5_f64.ln(), high: 0.1_f64.ln() }, logarithms),
            ("layers", Axis::Steps { count: 8, is_ordered: true }, layers),
            ("act", Axis::Steps { count: 3, is_ordered: false }, categories),
        ] {
            let ours = axis.importance(&coordinates, &best).divergence;
            let theirs = case["divergences"][name].as_f64().unwrap();
            assert!((ours - theirs).abs() <= 1e-6 * theirs, "{name}: {ours} and {theirs}");
        }
    }
}

/// Whichever runs are ended, and at which step: one at a time, four and all at once, to be small and to be large, with steps
/// that are missing, NaN and runs that come to their end. The runs of a case are all compared with each other.
#[test]
fn runs_are_ended_early_as_by_optuna() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("reference/stopping.json")).unwrap();
    assert_eq!(cases.len(), 18);
    for case in cases {
        let whole = |key: &str| case[key].as_u64().unwrap();
        let rule = EarlyStop::Asha(Asha { min_steps: whole("least"), max_steps: None, reduction: whole("reduction") });
        let direction: Direction = case["direction"].as_str().unwrap().parse().unwrap();
        let (mut curves, mut ended) = (BTreeMap::<u64, Curve>::new(), Vec::new());
        for report in case["reports"].as_array().unwrap() {
            let [run, step] = [0, 1].map(|at| report[at].as_u64().unwrap());
            let mut own = curves.remove(&run).unwrap_or_default();
            own.push(step, direction.signed(report[2].as_f64().unwrap_or(f64::NAN)));
            let others: Vec<Curve> = curves.values().cloned().collect();
            if rule.judge(&others, &own) == Verdict::Stop {
                ended.push((run, step));
            }
            curves.insert(run, own);
        }
        ended.sort_unstable();
        assert!(ended.len() > 10);
        assert_eq!(serde_json::json!(ended), case["ended"], "{direction:?} {} {}", whole("least"), whole("reduction"));
    }
}

/// With ties, with an objective that is the same everywhere, and where all points are on the front.
#[test]
fn fronts_and_volumes_are_those_of_pymoo() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("reference/fronts.json")).unwrap();
    assert_eq!(cases.len(), 12);
    for case in cases {
        let points: Vec<Vec<f64>> = case["points"].as_array().unwrap().iter().map(numbers).collect();
        assert_eq!(serde_json::json!(front(&points)), case["front"]);
        assert_close(hypervolume(&points, &numbers(&case["reference"])), case["volume"].as_f64().unwrap(), "volume");
    }
}
