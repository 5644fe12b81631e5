//! What the definitions of sweeps say of their parameters, for a table.

use indexmap::IndexMap;

use crate::space::{Distribution, Domain, Transformation};
use crate::spec::{Parameter, Source};
use crate::sweep::Sweep;
use crate::table::{Factor, Origin};

/// More values than these are not looked at one by one.
const MOST_VALUES: usize = 10_000;

/// The parameters of the sweeps and what is known of them; bounds are those of all sweeps together.
pub(in crate::sweep) fn factors(sweeps: &[&Sweep]) -> IndexMap<String, Factor> {
    let mut factors: IndexMap<String, Factor> = IndexMap::new();
    for parameter in sweeps.iter().flat_map(|sweep| &sweep.plan.parameters) {
        let factor = factor(parameter);
        factors
            .entry(parameter.name.as_str().to_owned())
            .and_modify(|known| *known = both(*known, factor))
            .or_insert(factor);
    }
    factors
}

fn both(a: Factor, b: Factor) -> Factor {
    let bounds = a.bounds.zip(b.bounds).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1)));
    Factor {
        origin: if a.origin == b.origin { a.origin } else { Origin::Searched },
        bounds: bounds.or(a.bounds).or(b.bounds),
        is_continuous: a.is_continuous || b.is_continuous,
        is_log: a.is_log && b.is_log,
        is_category: a.is_category || b.is_category,
    }
}

fn factor(parameter: &Parameter) -> Factor {
    let origin = match &parameter.source {
        Source::Domain(_) | Source::Missing => Origin::Searched,
        Source::Derived(_) => Origin::Derived,
        Source::Repeat => Origin::Repeat,
    };
    let Some(domain) = parameter.domain() else { return Factor { origin, ..Factor::default() } };
    let is_log = match domain {
        Domain::Finite(finite) => finite.transformation() == Transformation::Log,
        Domain::Continuous(continuous) => continuous.transformation() == Transformation::Log,
        Domain::Sampled(distribution) => even(distribution).is_some_and(|(_, is_log)| is_log),
        Domain::Drawn(_) => false,
    };
    Factor {
        origin,
        bounds: bounds(domain).filter(|(low, high)| low.is_finite() && high.is_finite()),
        is_continuous: match domain {
            Domain::Continuous(continuous) => continuous.count().is_none(),
            Domain::Sampled(_) => true,
            Domain::Finite(_) | Domain::Drawn(_) => false,
        },
        is_log,
        is_category: !domain.is_ordered(),
    }
}

fn bounds(domain: &Domain) -> Option<(f64, f64)> {
    if !domain.is_ordered() {
        return None;
    }
    match domain {
        Domain::Finite(finite) if finite.count() <= MOST_VALUES => {
            let numbers = finite.values().iter().map(crate::value::Value::as_f64);
            let numbers = numbers.collect::<Option<Vec<f64>>>()?;
            Some((numbers.iter().copied().reduce(f64::min)?, numbers.iter().copied().reduce(f64::max)?))
        }
        Domain::Finite(finite) => {
            let ends = [finite.get(0)?.as_f64()?, finite.get(finite.count() - 1)?.as_f64()?];
            Some((ends[0].min(ends[1]), ends[0].max(ends[1])))
        }
        Domain::Continuous(continuous) => Some(continuous.bounds()),
        Domain::Sampled(distribution) => even(distribution).map(|(bounds, _)| bounds),
        // What was drawn has no end that anybody set.
        Domain::Drawn(_) => None,
    }
}

/// The ends of a distribution that is even between them, on a linear or, as is then said, on a logarithmic scale.
fn even(distribution: &Distribution) -> Option<((f64, f64), bool)> {
    let at = |u: f64| distribution.from_unit(u).as_f64().filter(|number| number.is_finite());
    let [low, quarter, middle, high] = [at(0.0)?, at(0.25)?, at(0.5)?, at(1.0)?];
    let is_even = |[low, quarter, middle, high]: [f64; 4]| {
        let near = |number: f64, part: f64| (number - low - part * (high - low)).abs() <= 1e-6 * (high - low);
        high > low && near(quarter, 0.25) && near(middle, 0.5)
    };
    if is_even([low, quarter, middle, high]) {
        return Some(((low, high), false));
    }
    (low > 0.0 && is_even([low, quarter, middle, high].map(f64::ln))).then_some(((low, high), true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_that_somebody_set_are_bounds() {
        let bounds = |text: &str| bounds(&Domain::parse(text).unwrap());
        assert_eq!(bounds("[3, 1.5, 2]"), Some((1.5, 3.0)));
        assert_eq!(bounds("3 to 1 step -0.5"), Some((1.0, 3.0)));
        assert_eq!(bounds("uniform(-1, 2)"), Some((-1.0, 2.0)));
        assert_eq!(bounds("{ type = continuous, domain = [10, 1000], transformation = log }"), Some((10.0, 1000.0)));
        assert_eq!(bounds("['relu', 'tanh']"), None);
        assert_eq!(bounds("normal(0, 1)"), None);
    }

    #[test]
    fn even_on_a_logarithmic_scale_is_logarithmic() {
        let is_log = |text: &str| match Domain::parse(text).unwrap() {
            Domain::Sampled(distribution) => even(&distribution).map(|(_, is_log)| is_log),
            _ => None,
        };
        assert_eq!(
            [is_log("uniform(1, 10)"), is_log("loguniform(1e-5, 1e-1)"), is_log("normal(5, 1)")],
            [Some(false), Some(true), None]
        );
    }
}
