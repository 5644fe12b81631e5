//! Held against scikit-learn: see tests/reference/gp.py.

use serde_json::Value;

use super::posterior::covariance;
use super::{Form, Gp, Hyper, Kernel, Likelihood, Scratch, Training};

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

fn close(own: f64, known: &Value) -> bool {
    let known = known.as_f64().unwrap();
    (own - known).abs() <= 1e-9 * known.abs().max(1.0)
}

#[test]
fn matrices_likelihoods_and_predictions_are_scikit_learns() {
    let known: Value = serde_json::from_str(include_str!("../../../../tests/reference/gp.json")).unwrap();
    let number = |name: &str| known[name].as_f64().unwrap();
    let lengths = numbers(&known["lengths"]);
    let training = Training::new(&rows(&known["x"]), vec![false; 3], numbers(&known["y"]));
    let cases = known["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 3);
    for case in cases {
        let kernel = match case["kernel"].as_str().unwrap() {
            "ExpQuad" => Kernel::ExpQuad,
            "RatQuad" => Kernel::RatQuad,
            _ => Kernel::Matern52,
        };
        let hyper = Hyper::new(kernel, &lengths, number("variance"), number("noise"), number("shape"));
        let matrix = covariance(&hyper, &training, 0.0);
        for (i, row) in case["matrix"].as_array().unwrap().iter().enumerate() {
            for (j, own) in matrix.row(i).iter().enumerate() {
                assert!(close(*own, &row[j]), "{kernel:?} {i} {j}");
            }
        }

        let form = Form::plain(kernel, 3);
        let mut gradient = vec![0.0; form.parameters()];
        let likelihood = Likelihood::new(&training, form).log_marginal(&hyper, &mut gradient);
        assert!(close(likelihood, &case["log_marginal"]), "{kernel:?} {likelihood}");
        assert!(close(gradient[3], &case["by_variance"]) && close(gradient[4], &case["by_noise"]), "{kernel:?}");
        if kernel.has_shape() {
            assert!(close(gradient[5], &case["by_shape"]));
        } else {
            assert!((0..3).all(|d| close(gradient[d], &case["by_lengths"][d])), "{kernel:?} {gradient:?}");
        }

        let gp = Gp::new(hyper, training.clone());
        let mut scratch = Scratch::default();
        for (at, x) in rows(&known["at"]).iter().enumerate() {
            let expected = gp.predict(x, &mut scratch);
            assert!(close(expected.mean, &case["mean"][at]), "{kernel:?} {at}");
            assert!(close(expected.deviation, &case["deviation"][at]), "{kernel:?} {at}");
        }
    }
}
