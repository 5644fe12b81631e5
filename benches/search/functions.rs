//! Functions to minimise: the eight of the benchmark, and others to develop on.

use std::f64::consts::PI;

use anyhow::{Context as _, Result};
use gitsweep::expr::Expression;
use gitsweep::point::{ParamName, Point};
use gitsweep::search::{Origin, Parameter, Space};
use gitsweep::space::Domain;
use gitsweep::value::Value;

/// A function over a space.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    /// Name, domain and condition of each parameter.
    parameters: Vec<(String, String, Option<&'static str>)>,
    constraint: Option<&'static str>,
    pub(crate) minimum: f64,
    /// The standard deviation of the noise.
    pub(crate) noise: f64,
    pub(crate) evaluations: usize,
    value: fn(&Point) -> f64,
}

impl Function {
    pub(crate) fn space(&self) -> Result<Space> {
        let parameter = |(name, domain, when): &(String, String, Option<&str>)| {
            let parameter = Parameter::new(ParamName::new(name)?, Origin::free(Domain::parse(domain)?));
            Ok(match when {
                Some(when) => parameter.when(Expression::parse(when).ok().context("a condition")?),
                None => parameter,
            })
        };
        let constraints = self.constraint.map(|text| Expression::parse(text).ok().context("a constraint"));
        Space::new(
            self.parameters.iter().map(parameter).collect::<Result<_>>()?,
            constraints.into_iter().collect::<Result<_>>()?,
        )
    }

    /// The value without noise.
    pub(crate) fn value(&self, point: &Point) -> f64 {
        (self.value)(point)
    }
}

/// The functions of the benchmark.
pub(crate) fn benchmark() -> Vec<Function> {
    vec![
        plain("branin", &[(-5.0, 10.0), (0.0, 15.0)], 0.397_887_357_729_738_16, 60, branin),
        plain("hartmann3", &[(0.0, 1.0); 3], -3.862_779_786_949_336_5, 60, hartmann3),
        plain("hartmann6", &[(0.0, 1.0); 6], -3.322_368_011_415_515, 100, hartmann6),
        plain("ackley5", &[(-5.0, 10.0); 5], 0.0, 60, ackley),
        plain("rosenbrock4", &[(-5.0, 10.0); 4], 0.0, 60, rosenbrock),
        plain("levy4", &[(-10.0, 10.0); 4], 0.0, 60, levy),
        Function {
            name: "mlsurr",
            parameters: vec![
                log("lr", "1e-5", "1"),
                named("width", "{ type = 'integer', domain = [8, 1024], transformation = 'log' }"),
                linear("dropout", "0", "0.8"),
                log("wd", "1e-6", "0.1"),
            ],
            constraint: None,
            minimum: 0.080_197_022_242_797_42,
            noise: 0.004,
            evaluations: 60,
            value: mlsurr,
        },
        Function {
            name: "mixed6",
            parameters: vec![
                named("opt", "['sgd', 'adam', 'rmsprop', 'adagrad']"),
                named("act", "['relu', 'tanh', 'gelu']"),
                named("layers", "{ type = 'integer', domain = [1, 10] }"),
                log("lr", "1e-5", "1"),
                linear("mom", "0", "1"),
                linear("aug", "0", "1"),
            ],
            constraint: None,
            minimum: 0.0,
            noise: 0.0,
            evaluations: 60,
            value: mixed,
        },
    ]
}

/// Functions that the strategies are developed on, so that nothing is fitted to the benchmark.
pub(crate) fn others() -> Vec<Function> {
    vec![
        plain("griewank3", &[(-30.0, 40.0); 3], 0.0, 60, griewank),
        plain("styblinski4", &[(-5.0, 5.0); 4], -39.166_165_703_771_41 * 4.0, 60, styblinski),
        plain("sphere5", &[(-3.0, 7.0); 5], 0.0, 60, sphere),
        plain("rastrigin3", &[(-4.0, 6.0); 3], 0.0, 60, rastrigin),
        plain("dixon4", &[(-8.0, 10.0); 4], 0.0, 60, dixon),
        plain("alpine5", &[(-6.0, 9.0); 5], 0.0, 60, alpine),
        plain("camel", &[(-3.0, 3.0), (-2.0, 2.0)], -1.031_628_453_489_877, 60, camel),
        plain("wells5", &[(0.0, 1.0); 5], -1.861_907_851_452_698, 60, |point| wells(&x(point), 4, 4000.0)),
        plain("wells6", &[(0.0, 1.0); 6], -1.528_094_469_011_903_6, 100, |point| wells(&x(point), 4, 1000.0)),
        plain("shekel", &[(0.0, 10.0); 4], -10.402_940_566_818_66, 60, shekel),
        plain("michalewicz4", &[(0.0, PI); 4], -3.720_441_386_608_794, 60, michalewicz),
        plain("rotated4", &[(-4.0, 6.0); 4], 0.0, 60, rotated),
        plain("corner4", &[(0.0, 1.0); 4], 0.0, 60, |point| corner(&x(point), &[1.0, 0.0, 1.0, 0.0])),
        plain("edge6", &[(0.0, 1.0); 6], 0.0, 60, |point| corner(&x(point), &[0.0, 0.3, 1.0, 0.55, 0.0, 0.8])),
        Function {
            noise: 1.0,
            ..plain("noisy3", &[(-3.0, 7.0); 3], 0.0, 60, |point| sphere(point) + 0.5 * griewank(point))
        },
        Function {
            noise: 0.02,
            ..plain("noisywells4", &[(0.0, 1.0); 4], -2.029_176_615_946_987, 60, |point| wells(&x(point), 3, 2000.0))
        },
        Function {
            name: "noisyvalley4",
            parameters: vec![
                log("a", "1e-5", "1"),
                log("b", "1e-3", "10"),
                linear("c", "0", "1"),
                linear("d", "0", "1"),
            ],
            constraint: None,
            minimum: 0.0,
            noise: 0.01,
            evaluations: 60,
            value: valley,
        },
        Function {
            name: "integers5",
            parameters: (1..=5).map(|d| named(&format!("x{d}"), "{ type = 'integer', domain = [-20, 25] }")).collect(),
            constraint: None,
            minimum: 0.0,
            noise: 0.0,
            evaluations: 60,
            value: |point| x(point).iter().zip(1..).map(|(x, d)| f64::from(d) * (x - 3.0 * f64::from(d)).abs()).sum(),
        },
        Function {
            name: "conditional",
            parameters: vec![
                named("model", "['linear', 'tree', 'net']"),
                (s("depth"), s("{ type = 'integer', domain = [1, 12] }"), Some("model == 'tree'")),
                (
                    s("lr"),
                    s("{ type = 'continuous', domain = [1e-5, 1], transformation = 'log' }"),
                    Some("model == 'net'"),
                ),
                (s("width"), s("[16, 32, 64, 128, 256]"), Some("model == 'net'")),
                linear("reg", "0", "1"),
            ],
            constraint: None,
            minimum: 0.0,
            noise: 0.0,
            evaluations: 60,
            value: conditional,
        },
        Function {
            name: "categories5",
            parameters: (1..=3)
                .map(|d| named(&format!("c{d}"), "['a', 'b', 'c', 'd', 'e']"))
                .chain([linear("u", "0", "1"), linear("v", "0", "1")])
                .collect(),
            constraint: None,
            minimum: 0.0,
            noise: 0.0,
            evaluations: 60,
            value: categories,
        },
        Function {
            name: "constrained",
            parameters: vec![linear("x1", "-2", "3"), linear("x2", "-2", "3"), linear("x3", "-2", "3")],
            constraint: Some("x1 + x2 + x3 > 1"),
            minimum: 1.0 / 3.0,
            noise: 0.0,
            evaluations: 60,
            value: |point| x(point).iter().map(|x| x * x).sum(),
        },
    ]
}

fn s(text: &str) -> String {
    text.to_owned()
}

fn named(name: &str, domain: &str) -> (String, String, Option<&'static str>) {
    (s(name), s(domain), None)
}

fn linear(name: &str, low: &str, high: &str) -> (String, String, Option<&'static str>) {
    named(name, &format!("{{ type = 'continuous', domain = [{low}, {high}] }}"))
}

fn log(name: &str, low: &str, high: &str) -> (String, String, Option<&'static str>) {
    named(name, &format!("{{ type = 'continuous', domain = [{low}, {high}], transformation = 'log' }}"))
}

fn plain(
    name: &'static str,
    bounds: &[(f64, f64)],
    minimum: f64,
    evaluations: usize,
    value: fn(&Point) -> f64,
) -> Function {
    let parameters = bounds
        .iter()
        .zip(1..)
        .map(|((low, high), d)| linear(&format!("x{d}"), &format!("{low:?}"), &format!("{high:?}")))
        .collect();
    Function { name, parameters, constraint: None, minimum, noise: 0.0, evaluations, value }
}

fn number(point: &Point, name: &str) -> f64 {
    point.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

fn word<'a>(point: &'a Point, name: &str) -> &'a str {
    point.get(name).map_or("", |value| value.as_str())
}

fn x(point: &Point) -> Vec<f64> {
    point.iter().filter_map(|(_, value)| value.as_f64()).collect()
}

fn branin(point: &Point) -> f64 {
    let [a, b] = x(point)[..] else { return f64::NAN };
    (b - 5.1 / (4.0 * PI * PI) * a * a + 5.0 / PI * a - 6.0).powi(2) + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * a.cos() + 10.0
}

fn hartmann(x: &[f64], a: &[&[f64]; 4], p: &[&[f64]; 4]) -> f64 {
    let part = |i: usize| -> f64 {
        let sum: f64 = x.iter().enumerate().map(|(j, x)| a[i][j] * (x - 1e-4 * p[i][j]).powi(2)).sum();
        [1.0, 1.2, 3.0, 3.2][i] * (-sum).exp()
    };
    -(0..4).map(part).sum::<f64>()
}

fn hartmann3(point: &Point) -> f64 {
    let a: [&[f64]; 4] = [&[3.0, 10.0, 30.0], &[0.1, 10.0, 35.0], &[3.0, 10.0, 30.0], &[0.1, 10.0, 35.0]];
    let p: [&[f64]; 4] =
        [&[3689.0, 1170.0, 2673.0], &[4699.0, 4387.0, 7470.0], &[1091.0, 8732.0, 5547.0], &[381.0, 5743.0, 8828.0]];
    hartmann(&x(point), &a, &p)
}

fn hartmann6(point: &Point) -> f64 {
    let a: [&[f64]; 4] = [
        &[10.0, 3.0, 17.0, 3.5, 1.7, 8.0],
        &[0.05, 10.0, 17.0, 0.1, 8.0, 14.0],
        &[3.0, 3.5, 1.7, 10.0, 17.0, 8.0],
        &[17.0, 8.0, 0.05, 10.0, 0.1, 14.0],
    ];
    let p: [&[f64]; 4] = [
        &[1312.0, 1696.0, 5569.0, 124.0, 8283.0, 5886.0],
        &[2329.0, 4135.0, 8307.0, 3736.0, 1004.0, 9991.0],
        &[2348.0, 1451.0, 3522.0, 2883.0, 3047.0, 6650.0],
        &[4047.0, 8828.0, 8732.0, 5743.0, 1091.0, 381.0],
    ];
    hartmann(&x(point), &a, &p)
}

fn ackley(point: &Point) -> f64 {
    let x = x(point);
    let n = x.len() as f64;
    let squares = x.iter().map(|x| x * x).sum::<f64>() / n;
    let waves = x.iter().map(|x| (2.0 * PI * x).cos()).sum::<f64>() / n;
    -20.0 * (-0.2 * squares.sqrt()).exp() - waves.exp() + 20.0 + 1_f64.exp()
}

fn rosenbrock(point: &Point) -> f64 {
    x(point).windows(2).map(|pair| 100.0 * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2)).sum()
}

fn levy(point: &Point) -> f64 {
    let w: Vec<f64> = x(point).iter().map(|x| 1.0 + (x - 1.0) / 4.0).collect();
    let last = w[w.len() - 1];
    let inner: f64 =
        w[..w.len() - 1].iter().map(|w| (w - 1.0).powi(2) * (1.0 + 10.0 * (PI * w + 1.0).sin().powi(2))).sum();
    (PI * w[0]).sin().powi(2) + inner + (last - 1.0).powi(2) * (1.0 + (2.0 * PI * last).sin().powi(2))
}

fn mlsurr(point: &Point) -> f64 {
    let w = number(point, "width").log2();
    let v = number(point, "wd").log10();
    let t = number(point, "lr").log10() + 2.0 + 0.25 * (w - 6.0);
    let dropout = number(point, "dropout");
    0.08 + 0.045 * t * t / (1.0 + 0.15 * t * t)
        + 0.5 / (1.0 + (-6.0 * (t - 1.3)).exp())
        + 0.012 * (8.5 - w).max(0.0).powf(1.5)
        + 0.06 * (2.2 * dropout + 0.07 * (v + 6.0) - 0.5 - 0.13 * (w - 6.0)).powi(2)
}

fn mixed(point: &Point) -> f64 {
    let opt = ["sgd", "adam", "rmsprop", "adagrad"].iter().position(|name| *name == word(point, "opt")).unwrap_or(0);
    let act = ["relu", "tanh", "gelu"].iter().position(|name| *name == word(point, "act")).unwrap_or(0);
    let lr = number(point, "lr").log10();
    let (layers, mom, aug) = (number(point, "layers"), number(point, "mom"), number(point, "aug"));
    [0.25, 0.0, 0.12, 0.45][opt] + [0.03, 0.18, 0.0][act] + 0.015 * (layers - [5.0, 3.0, 7.0][act]).powi(2) + 1.0
        - (-0.25 * (lr - [-1.0, -3.0, -2.7, -1.7][opt]).powi(2)).exp()
        + 0.6 * (mom - [0.9, 0.5, 0.7, 0.2][opt]).powi(2)
        + 0.12 * (1.0 - (3.0 * PI * (aug - 0.35)).cos())
        + 0.3 * (aug - 0.35).powi(2)
}

fn griewank(point: &Point) -> f64 {
    let x = x(point);
    let product: f64 = x.iter().zip(1..).map(|(x, d)| (x / f64::from(d).sqrt()).cos()).product();
    x.iter().map(|x| x * x / 4000.0).sum::<f64>() - product + 1.0
}

fn styblinski(point: &Point) -> f64 {
    x(point).iter().map(|x| 0.5 * (x.powi(4) - 16.0 * x * x + 5.0 * x)).sum()
}

fn sphere(point: &Point) -> f64 {
    x(point).iter().zip(1..).map(|(x, d)| f64::from(d) * (x - 1.3).powi(2)).sum()
}

fn rastrigin(point: &Point) -> f64 {
    x(point).iter().map(|x| (x - 0.7).powi(2) + 4.0 * (1.0 - (2.0 * PI * (x - 0.7)).cos())).sum()
}

fn dixon(point: &Point) -> f64 {
    let x = x(point);
    (x[0] - 1.0).powi(2)
        + x.windows(2).zip(2..).map(|(pair, d)| f64::from(d) * (2.0 * pair[1] * pair[1] - pair[0]).powi(2)).sum::<f64>()
}

fn alpine(point: &Point) -> f64 {
    x(point).iter().map(|x| ((x - 2.0) * (x - 2.0).sin() + 0.1 * (x - 2.0)).abs()).sum()
}

/// A few wells of random places and widths, the last of them the deepest.
fn wells(x: &[f64], count: usize, seed: f64) -> f64 {
    let unit = |k: f64| ((k * 12.9898).sin() * 43_758.545_3).fract().abs();
    let well = |i: usize| {
        let at = |j: usize| seed + (i * 37 + j) as f64;
        let square = |(j, x): (usize, &f64)| (2.0 + 16.0 * unit(500.0 + at(j)).powi(2)) * (x - unit(at(j))).powi(2);
        let depth = 1.0 + 0.5 * i as f64 / (count - 1) as f64;
        -depth * (-x.iter().enumerate().map(square).sum::<f64>()).exp()
    };
    (0..count).map(well).sum()
}

fn shekel(point: &Point) -> f64 {
    let x = x(point);
    let term = |(a, c): &([f64; 4], f64)| 1.0 / (c + x.iter().zip(a).map(|(x, a)| (x - a).powi(2)).sum::<f64>());
    let all = [
        ([4.0; 4], 0.1),
        ([1.0; 4], 0.2),
        ([8.0; 4], 0.2),
        ([6.0; 4], 0.4),
        ([3.0, 7.0, 3.0, 7.0], 0.4),
        ([2.0, 9.0, 2.0, 9.0], 0.6),
        ([5.0, 5.0, 3.0, 3.0], 0.3),
    ];
    -all.iter().map(term).sum::<f64>()
}

fn michalewicz(point: &Point) -> f64 {
    -x(point).iter().zip(1..).map(|(x, d)| x.sin() * (f64::from(d) * x * x / PI).sin().powi(4)).sum::<f64>()
}

/// The least value at `at`, which may be on the edge: steep there, wavy elsewhere.
fn corner(x: &[f64], at: &[f64]) -> f64 {
    let away: Vec<f64> = x.iter().zip(at).map(|(x, at)| (x - at).abs()).collect();
    let both: f64 = away.windows(2).map(|pair| pair[0] * pair[1]).sum();
    away.iter().map(|away| away.powf(1.3) + 0.1 * (1.0 - (9.0 * away).cos())).sum::<f64>() + 2.0 * both
}

/// Two logarithms that make up for one another, and steps beyond which nothing is learnt.
fn valley(point: &Point) -> f64 {
    let [a, b, c, d] = x(point)[..] else { return f64::NAN };
    let along = a.log10() + 0.5 * b.log10() + 2.0;
    0.3 * along.abs().powf(1.5) / (1.0 + 0.2 * along.abs())
        + 0.2 * (b.log10() + 1.0).max(0.0)
        + 0.4 * (c - 0.25 - 0.3 * d).powi(2)
        + 0.3 * (0.2 - d).max(0.0)
}

/// A long ellipsoid with ripples, not along the axes.
fn rotated(point: &Point) -> f64 {
    let [a, b, c, d] = x(point)[..] else { return f64::NAN };
    let turned = [a + b + c + d - 4.0, a - b + c - d, a + b - c - d, a - b - c + d - 1.0];
    let ellipsoid: f64 = turned.iter().zip([1.0, 4.0, 0.3, 2.0]).map(|(t, weight)| weight * t * t / 4.0).sum();
    ellipsoid + 2.0 * (1.0 - turned[0].cos())
}

fn camel(point: &Point) -> f64 {
    let [a, b] = x(point)[..] else { return f64::NAN };
    (4.0 - 2.1 * a * a + a.powi(4) / 3.0) * a * a + a * b + (-4.0 + 4.0 * b * b) * b * b
}

fn conditional(point: &Point) -> f64 {
    let reg = number(point, "reg");
    match word(point, "model") {
        "linear" => 0.4 + 0.5 * (reg - 0.2).powi(2),
        "tree" => 0.1 + 0.01 * (number(point, "depth") - 7.0).powi(2) + 0.4 * (reg - 0.6).powi(2),
        _ => {
            let lr = number(point, "lr").log10();
            0.2 * (lr + 2.5).powi(2) / (1.0 + 0.3 * (lr + 2.5).powi(2))
                + 0.05 * (number(point, "width").log2() - 6.0).abs()
                + 0.6 * (reg - 0.35).powi(2)
        }
    }
}

fn categories(point: &Point) -> f64 {
    let letter = |name: &str| "abcde".find(word(point, name)).unwrap_or(0) as f64;
    let (a, b, c) = (letter("c1"), letter("c2"), letter("c3"));
    let (u, v) = (number(point, "u"), number(point, "v"));
    let wanted = [0.3, 0.8, 0.5, 0.1, 0.6];
    [0.3, 0.1, 0.5, 0.0, 0.2][a as usize]
        + [0.0, 0.4, 0.3, 0.1, 0.2][b as usize]
        + [0.2, 0.3, 0.0, 0.5, 0.1][c as usize]
        + (u - wanted[a as usize]).powi(2)
        + (v - wanted[b as usize]).powi(2) * 2.0
        + 0.2 * (u * v * 12.0).sin().powi(2) * (u - wanted[3]).powi(2)
}
