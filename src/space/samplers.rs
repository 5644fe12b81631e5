//! The distributions by their names in numpy.random and in randopt, and what their arguments must be.
//!
//! Names are read in any case. Where both libraries have a name, the arguments and their defaults are numpy's, and
//! randopt's names of them are understood too: `Normal(mean, std)` is `normal(loc, scale)`, standard normal without
//! arguments. Where the two mean different things, the names differ as well: `exponential` takes the scale and
//! `ExpoVariate` the rate, `pareto` starts at 0 and `ParetoVariate` at 1, `weibull` has unit scale and
//! `WeibullVariate` takes scale and shape. `Uniform` has numpy's defaults, 0 and 1.

use std::sync::Arc;

use super::Domain;
use super::choosing;
use super::distribution::{Distribution, Shape};
use super::drawn::{Drawn, Replacement};
use super::error::Fault;
use super::given::Given;
use super::interval::{Interval, Spelling, Transformation};
use super::law::{self, Law, Ratio, Unimodal};
use super::signature::{Parameter, Signature, default, needed};
use super::tree::Call;
use super::writing::call_text;
use crate::value::Value;

/// A distribution that can be named.
struct Sampler {
    name: &'static str,
    parameters: &'static [Parameter],
    shape: fn(&Given<'_>) -> Result<Shape, Fault>,
}

/// The size, which comes after a distribution's own parameters.
pub(super) const SIZE: &[Parameter] = &[default("size", "None")];
/// How values are rounded.
const ROUNDING: &[Parameter] = &[default("step", "None"), default("digits", "None")];
const LOC_SCALE: &[Parameter] = &[default("loc", "0").or("mean"), default("scale", "1").or("std")];
const MEAN_SIGMA: &[Parameter] = &[default("mean", "0"), default("sigma", "1").or("std")];

const SAMPLERS: &[Sampler] = &[
    Sampler {
        name: "beta",
        parameters: &[needed("a"), needed("b")],
        shape: |g| g.law(law::Beta { a: g.shape("a")?, b: g.shape("b")? }),
    },
    Sampler {
        name: "betavariate",
        parameters: &[default("alpha", "1"), default("beta", "1")],
        shape: |g| g.law(law::Beta { a: g.shape("alpha")?, b: g.shape("beta")? }),
    },
    Sampler {
        name: "binomial",
        parameters: &[needed("n"), needed("p")],
        shape: |g| {
            let (n, p) = (g.whole("n")?, g.probability("p")?);
            g.narrow(libm::sqrt(n * p * (1.0 - p)))?;
            g.law(Unimodal::new(Ratio::Binomial { n, odds: p / (1.0 - p) }))
        },
    },
    Sampler {
        name: "chisquare",
        parameters: &[needed("df")],
        shape: |g| g.law(law::Gamma { shape: g.shape("df")? / 2.0, scale: 2.0 }),
    },
    Sampler {
        name: "exponential",
        parameters: &[default("scale", "1")],
        shape: |g| g.law(law::Exponential { scale: g.positive("scale")? }),
    },
    Sampler {
        name: "expovariate",
        parameters: &[needed("lam").or("lambd")],
        shape: |g| g.law(law::Exponential { scale: 1.0 / g.positive("lam")? }),
    },
    Sampler {
        name: "f",
        parameters: &[needed("dfnum"), needed("dfden")],
        shape: |g| g.law(law::F { over: g.shape("dfnum")?, under: g.shape("dfden")? }),
    },
    Sampler {
        name: "gamma",
        parameters: &[needed("shape"), default("scale", "1")],
        shape: |g| g.law(law::Gamma { shape: g.shape("shape")?, scale: g.positive("scale")? }),
    },
    Sampler { name: "gaussian", parameters: LOC_SCALE, shape: normal },
    Sampler {
        name: "geometric",
        parameters: &[needed("p")],
        shape: |g| g.law(law::Geometric { p: g.nonzero_probability("p")? }),
    },
    Sampler {
        name: "gumbel",
        parameters: LOC_SCALE,
        shape: |g| g.law(law::Gumbel { loc: g.number("loc")?, scale: g.positive("scale")? }),
    },
    Sampler {
        name: "hypergeometric",
        parameters: &[needed("ngood"), needed("nbad"), needed("nsample")],
        shape: |g| {
            let (good, bad, sample) = (g.whole("ngood")?, g.whole("nbad")?, g.whole("nsample")?);
            if sample > good + bad {
                return Err(g.fault("nsample", "nsample must not be larger than ngood + nbad"));
            }
            g.narrow(libm::sqrt(sample) / 2.0)?;
            g.law(Unimodal::new(Ratio::Hypergeometric { good, bad, sample }))
        },
    },
    Sampler {
        name: "laplace",
        parameters: LOC_SCALE,
        shape: |g| g.law(law::Laplace { loc: g.number("loc")?, scale: g.positive("scale")? }),
    },
    Sampler {
        name: "logistic",
        parameters: LOC_SCALE,
        shape: |g| g.law(law::Logistic { loc: g.number("loc")?, scale: g.positive("scale")? }),
    },
    Sampler { name: "lognormal", parameters: MEAN_SIGMA, shape: log_normal },
    Sampler { name: "lognormvariate", parameters: MEAN_SIGMA, shape: log_normal },
    Sampler {
        name: "logseries",
        parameters: &[needed("p")],
        shape: |g| {
            let p = g.nonzero_probability("p")?;
            if p > 1.0 - 1e-6 {
                return Err(g.fault("p", "p must be at most 0.999999"));
            }
            g.law(law::Logseries { p })
        },
    },
    Sampler {
        name: "loguniform",
        parameters: &[needed("low"), needed("high")],
        shape: |g| interval(g, Transformation::Log),
    },
    Sampler {
        name: "negative_binomial",
        parameters: &[needed("n"), needed("p")],
        shape: |g| {
            let (n, p) = (g.positive("n")?, g.nonzero_probability("p")?);
            g.narrow(libm::sqrt(n * (1.0 - p)) / p + 1.0 / p)?;
            g.law(Unimodal::new(Ratio::NegativeBinomial { n, failure: 1.0 - p }))
        },
    },
    Sampler {
        name: "noncentral_chisquare",
        parameters: &[needed("df"), needed("nonc")],
        shape: |g| g.law(law::NoncentralChiSquare { df: g.shape("df")?, nonc: g.noncentrality()? }),
    },
    Sampler {
        name: "noncentral_f",
        parameters: &[needed("dfnum"), needed("dfden"), needed("nonc")],
        shape: |g| {
            let (over, under) = (g.shape("dfnum")?, g.shape("dfden")?);
            g.law(law::NoncentralF { over, under, nonc: g.noncentrality()? })
        },
    },
    Sampler { name: "normal", parameters: LOC_SCALE, shape: normal },
    Sampler { name: "pareto", parameters: &[needed("a")], shape: |g| g.law(law::Lomax { a: g.positive("a")? }) },
    Sampler {
        name: "paretovariate",
        parameters: &[default("alpha", "1")],
        shape: |g| g.law(law::Pareto { a: g.positive("alpha")? }),
    },
    Sampler {
        name: "poisson",
        parameters: &[default("lam", "1")],
        shape: |g| {
            let mean = g.at_least_zero("lam")?;
            g.narrow(libm::sqrt(mean))?;
            g.law(Unimodal::new(Ratio::Poisson { mean }))
        },
    },
    Sampler { name: "power", parameters: &[needed("a")], shape: |g| g.law(law::Power { a: g.positive("a")? }) },
    Sampler { name: "rand", parameters: &[], shape: unit },
    Sampler { name: "randint", parameters: &[needed("low"), default("high", "None")], shape: whole_numbers },
    Sampler { name: "randn", parameters: &[], shape: standard_normal },
    Sampler { name: "random", parameters: &[], shape: unit },
    Sampler { name: "random_sample", parameters: &[], shape: unit },
    Sampler {
        name: "rayleigh",
        parameters: &[default("scale", "1")],
        shape: |g| g.law(law::Rayleigh { scale: g.positive("scale")? }),
    },
    Sampler { name: "standard_cauchy", parameters: &[], shape: |g| g.law(law::Cauchy) },
    Sampler { name: "standard_exponential", parameters: &[], shape: |g| g.law(law::Exponential { scale: 1.0 }) },
    Sampler {
        name: "standard_gamma",
        parameters: &[needed("shape")],
        shape: |g| g.law(law::Gamma { shape: g.shape("shape")?, scale: 1.0 }),
    },
    Sampler { name: "standard_normal", parameters: &[], shape: standard_normal },
    Sampler { name: "standard_t", parameters: &[needed("df")], shape: |g| g.law(law::StudentT { df: g.shape("df")? }) },
    Sampler {
        name: "triangular",
        parameters: &[needed("left"), needed("mode"), needed("right")],
        shape: |g| {
            let (left, mode, right) = (g.number("left")?, g.number("mode")?, g.number("right")?);
            if left >= right || !(right - left).is_finite() {
                return Err(g.fault("right", "left must be below right, at a finite distance"));
            }
            if !(left..=right).contains(&mode) {
                return Err(g.fault("mode", "mode must lie between left and right"));
            }
            g.law(law::Triangular { left, mode, right })
        },
    },
    Sampler {
        name: "uniform",
        parameters: &[default("low", "0"), default("high", "1")],
        shape: |g| interval(g, Transformation::Linear),
    },
    Sampler {
        name: "vonmises",
        parameters: &[needed("mu"), needed("kappa")],
        shape: |g| g.law(law::VonMises::new(g.number("mu")?, g.at_least_zero("kappa")?)),
    },
    Sampler {
        name: "wald",
        parameters: &[needed("mean"), needed("scale")],
        shape: |g| g.law(law::Wald { mean: g.positive("mean")?, scale: g.positive("scale")? }),
    },
    Sampler {
        name: "weibull",
        parameters: &[needed("a")],
        shape: |g| g.law(law::Weibull { shape: g.positive("a")?, scale: 1.0 }),
    },
    Sampler {
        name: "weibullvariate",
        parameters: &[needed("alpha"), needed("beta")],
        shape: |g| g.law(law::Weibull { shape: g.positive("beta")?, scale: g.positive("alpha")? }),
    },
    Sampler {
        name: "zipf",
        parameters: &[needed("a")],
        shape: |g| {
            let a = g.number("a")?;
            if a <= 1.0 {
                return Err(g.fault("a", "a must be above one"));
            }
            g.law(law::Zipf::new(a))
        },
    },
];

/// numpy.random's other names, and why they are no domain.
const REFUSED: &[(&[&str], &str)] = &[
    (
        &["dirichlet", "multinomial", "multivariate_normal", "multivariate_hypergeometric"],
        "draws vectors, and a parameter is a single value",
    ),
    (&["permutation", "permuted", "shuffle"], "draws whole orders, and a parameter is a single value"),
    (&["bytes"], "draws bytes, and a parameter is a number or text"),
    (&["seed", "get_state", "set_state", "default_rng", "randomstate"], "is no distribution; the seed is the sweep's"),
];

/// The names of all distributions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SAMPLERS.iter().map(|sampler| sampler.name).chain(choosing::NAMES)
}

/// The domain that a call stands for; `None` if `name` is no distribution's.
pub(super) fn domain(call: &Call, name: &str) -> Result<Option<Domain>, Fault> {
    if let Some(domain) = choosing::domain(call, name)? {
        return Ok(Some(domain));
    }
    if let Some((_, reason)) = REFUSED.iter().find(|(names, _)| names.contains(&name)) {
        return Err(Fault::new(call.at, format!("{name} {reason}")));
    }
    let Some(sampler) = SAMPLERS.iter().find(|sampler| sampler.name == name) else {
        return Ok(None);
    };
    let signature = Signature { name: sampler.name, parameters: sampler.parameters, tail: SIZE, options: ROUNDING };
    let given = Given::new(call, signature)?;
    let shape = (sampler.shape)(&given)?;
    sized(&given, shape, call).map(Some)
}

/// The values or the distribution, as there is a size or not.
pub(super) fn sized(given: &Given<'_>, shape: Shape, call: &Call) -> Result<Domain, Fault> {
    let distribution = Distribution::new(shape, call_text(call));
    Ok(match given.size()? {
        Some(size) => Domain::Drawn(Drawn::new(distribution, size, Replacement::PutBack)),
        None => Domain::Sampled(distribution),
    })
}

impl Given<'_> {
    /// The shape of a law, its values rounded as the call says.
    fn law(&self, law: impl Law + 'static) -> Result<Shape, Fault> {
        let spelling = if law.is_discrete() {
            self.no_rounding(&["step", "digits"])?;
            Spelling::Shortest
        } else {
            self.spelling(None)?
        };
        Ok(Shape::Law { law: Arc::new(law), spelling })
    }
}

fn normal(given: &Given<'_>) -> Result<Shape, Fault> {
    given.law(law::Normal { loc: given.number("loc")?, scale: given.positive("scale")? })
}

fn standard_normal(given: &Given<'_>) -> Result<Shape, Fault> {
    given.law(law::Normal { loc: 0.0, scale: 1.0 })
}

fn log_normal(given: &Given<'_>) -> Result<Shape, Fault> {
    given.law(law::LogNormal { mean: given.number("mean")?, sigma: given.positive("sigma")? })
}

/// Between 0 and 1.
fn unit(given: &Given<'_>) -> Result<Shape, Fault> {
    let (low, high) = (Value::integer(0), Value::integer(1));
    let spelling = given.spelling(Some((&low, &high)))?;
    Ok(Shape::Interval(Interval::new(low, high, Transformation::Linear, spelling)))
}

fn interval(given: &Given<'_>, transformation: Transformation) -> Result<Shape, Fault> {
    let (low, high) = given.ordered_bounds("low", "high")?;
    if transformation == Transformation::Log && given.number("low")? <= 0.0 {
        return Err(given.fault("low", "the logarithm needs bounds above zero"));
    }
    let spelling = given.spelling(Some((&low, &high)))?;
    Ok(Shape::Interval(Interval::new(low, high, transformation, spelling)))
}

/// numpy's `randint`: whole numbers from `low`, or else zero, up to but without the last.
fn whole_numbers(given: &Given<'_>) -> Result<Shape, Fault> {
    let (first, stop, stop_name) = match given.integer("high")? {
        Some(high) => (given.integer("low")?.unwrap_or(0), high, "high"),
        None => (0, given.integer("low")?.unwrap_or(0), "low"),
    };
    if first >= stop {
        return Err(given.fault(stop_name, format!("there is no whole number from {first} to below {stop}")));
    }
    given.no_rounding(&["digits"])?;
    let step = given.step()?.unwrap_or(Value::integer(1));
    let (low, high) = (Value::integer(first), Value::integer(stop - 1));
    let spelling = given.lattice(&low, &high, &step).map(Spelling::Lattice)?;
    Ok(Shape::Interval(Interval::new(low, high, Transformation::Linear, spelling)))
}
