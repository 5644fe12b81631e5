//! Points as coordinates in the unit cube.

use anyhow::Result;

use super::coordinate::Coordinate;
use crate::point::Point;
use crate::search::axis::{Axes, Axis};
use crate::search::{Draft, Space};
use crate::space::{Domain, Finite, Transformation};
use crate::value::Value;

/// Beyond so many values an ordered axis is treated as one that has no end of them.
const MANY: usize = 2_000;

/// Where a parameter that does not apply is put: in the middle, so that points that lack it are equal in it, and no further
/// than half the way from those that have it.
const ABSENT: f64 = 0.5;

/// The unit cube over the parameters that vary; those that go through their values together share a coordinate.
///
/// ```
/// use gitsweep::point::ParamName;
/// use gitsweep::search::learn::{Coordinate, Encoding};
/// use gitsweep::search::{Origin, Parameter, Space};
/// use gitsweep::space::Domain;
///
/// let axis = |name, domain| anyhow::Ok(Parameter::new(ParamName::new(name)?, Origin::free(Domain::parse(domain)?)));
/// let log = "{ type = 'continuous', domain = [1e-4, 1], transformation = 'log', digits = 3 }";
/// let space = Space::new(vec![axis("lr", log)?, axis("act", "['relu', 'tanh']")?, axis("fixed", "3")?], vec![])?;
/// let encoding = Encoding::new(&space);
/// assert_eq!(encoding.coordinates(), [Coordinate::Continuous, Coordinate::Categories(2)]);
/// let point = encoding.decode(&[0.25, 0.75])?.unwrap();
/// assert_eq!(point.to_string(), "lr=0.001 act=tanh fixed=3");
/// let back = encoding.encode(&point).unwrap();
/// assert!((back[0] - 0.25).abs() < 1e-15, "but for the rounding of a logarithm");
/// assert_eq!(back[1], 0.75);
/// # anyhow::Ok(())
/// ```
#[derive(Clone, Debug)]
pub struct Encoding<'a> {
    space: &'a Space,
    axes: Axes,
    scales: Vec<Scale>,
    coordinates: Vec<Coordinate>,
}

/// How the values of an axis are told from its coordinate.
#[derive(Clone, Debug)]
enum Scale {
    /// The domain says.
    Unit(Domain),
    /// Each step or category is the item at this place of a choice.
    Items(Domain, Vec<Value>),
    /// Each step or category is the axis's value number so and so.
    Rows(Vec<usize>),
}

impl<'a> Encoding<'a> {
    /// The coordinates of this space.
    pub fn new(space: &'a Space) -> Self {
        let axes = Axes::whole(space);
        let domains: Vec<&Domain> = space.free().map(|(_, free)| &free.domain).collect();
        let (scales, coordinates) = axes
            .varying()
            .map(|axis| {
                let own: Vec<&Domain> = axis.members.iter().map(|&member| domains[member]).collect();
                match axis.len() {
                    None => endless(own[0]),
                    Some(count) => finite(axis, &own, count),
                }
            })
            .unzip();
        Self { space, axes, scales, coordinates }
    }

    /// The space.
    pub fn space(&self) -> &'a Space {
        self.space
    }

    /// What each coordinate can be.
    pub fn coordinates(&self) -> &[Coordinate] {
        &self.coordinates
    }

    /// The number of coordinates.
    pub fn dimensions(&self) -> usize {
        self.coordinates.len()
    }

    /// The number of points there would be if all parameters applied to all and none were excluded, where there is an end
    /// of them.
    pub fn size(&self) -> Option<u64> {
        let is_drawn = |domain: &Domain| matches!(domain, Domain::Sampled(_));
        let of_each = || self.coordinates.iter().map(|coordinate| coordinate.count().map(|count| count as u64));
        self.axes.size().or_else(|| {
            let is_any_drawn = self.space.free().any(|(_, free)| is_drawn(&free.domain));
            if is_any_drawn { None } else { of_each().try_fold(1_u64, |size, count| size.checked_mul(count?)) }
        })
    }

    /// Where `point` lies; a parameter that does not apply to it is in the middle. `None` if a value is not in its domain,
    /// as after a change of the definition.
    pub fn encode(&self, point: &Point) -> Option<Vec<f64>> {
        self.axes
            .varying()
            .zip(self.scales.iter().zip(&self.coordinates))
            .map(|(axis, (scale, coordinate))| {
                let row: Option<Vec<Value>> = axis.names.iter().map(|name| point.get(name.as_str()).cloned()).collect();
                let Some(row) = row else {
                    return Some(ABSENT);
                };
                match scale {
                    Scale::Unit(domain) => domain.to_unit(&row[0]).map(|u| coordinate.snap(u)),
                    Scale::Items(_, items) => Some(coordinate.at(items.iter().position(|item| item.same(&row[0]))?)),
                    Scale::Rows(rows) => {
                        let position = axis.position(&row)?;
                        Some(coordinate.at(rows.iter().position(|&row| row == position)?))
                    }
                }
            })
            .collect()
    }

    /// Moves each coordinate to the nearest that can be; a category's to the middle of the part in which it is.
    pub fn snap(&self, unit: &mut [f64]) {
        for (u, coordinate) in unit.iter_mut().zip(&self.coordinates) {
            *u = coordinate.snap(*u);
        }
    }

    /// The point nearest to `unit`; `None` if a constraint excludes it.
    ///
    /// # Errors
    /// If an expression of the space has no value.
    pub fn decode(&self, unit: &[f64]) -> Result<Option<Point>> {
        self.space.complete(self.draft(unit), 1)
    }

    /// The choice of all parameters, whether they apply or not, that is nearest to `unit`.
    pub fn draft(&self, unit: &[f64]) -> Draft {
        let mut draft = self.axes.blank();
        for ((axis, &u), (scale, coordinate)) in
            self.axes.varying().zip(unit).zip(self.scales.iter().zip(&self.coordinates))
        {
            match (scale, coordinate.index(u)) {
                (Scale::Rows(rows), Some(index)) => axis.put(&mut draft, rows[index]),
                (Scale::Items(domain, items), Some(index)) => {
                    axis.put_unit(&mut draft, domain.to_unit(&items[index]).unwrap_or(u));
                }
                _ => axis.put_unit(&mut draft, coordinate.snap(u)),
            }
        }
        draft
    }
}

/// The coordinate of a domain that has no end of values, or computes them.
fn endless(domain: &Domain) -> (Scale, Coordinate) {
    let unit = |coordinate| (Scale::Unit(domain.clone()), coordinate);
    match domain {
        Domain::Continuous(continuous) => match continuous.count() {
            Some(count) if count <= MANY as u64 => unit(Coordinate::steps(continuous.units())),
            _ => unit(Coordinate::Continuous),
        },
        Domain::Sampled(distribution) => match distribution.items() {
            Some(items) => {
                let mut items = items.to_vec();
                let coordinate = if domain.is_ordered() {
                    items.sort_by(ascending);
                    Coordinate::even(items.len())
                } else {
                    Coordinate::Categories(items.len())
                };
                (Scale::Items(domain.clone(), items), coordinate)
            }
            None => unit(Coordinate::Continuous),
        },
        Domain::Finite(_) | Domain::Drawn(_) => unit(Coordinate::Continuous),
    }
}

/// The coordinate of `count` values in order.
fn finite(axis: &Axis, domains: &[&Domain], count: usize) -> (Scale, Coordinate) {
    let mut rows: Vec<usize> = (0..count).collect();
    if !domains.iter().all(|domain| domain.is_ordered()) {
        return (Scale::Rows(rows), Coordinate::Categories(count));
    }
    if let [Domain::Finite(finite)] = domains {
        let values: Vec<Value> = rows.iter().filter_map(|&row| axis.row(row).pop()).collect();
        rows.sort_by(|&a, &b| ascending(&values[a], &values[b]));
        if let Some(steps) = scaled(finite, &values, &rows) {
            return (Scale::Rows(rows), Coordinate::steps(steps));
        }
    }
    (Scale::Rows(rows), Coordinate::even(count))
}

/// Where values lie between the least and the greatest, on the scale that the definition says they have.
fn scaled(finite: &Finite, values: &[Value], rows: &[usize]) -> Option<Vec<f64>> {
    let scale = finite.scale()?;
    let numbers = rows.iter().map(|&row| {
        let number = values[row].as_f64().filter(|number| number.is_finite())?;
        match scale {
            Transformation::Linear => Some(number),
            Transformation::Log => (number > 0.0).then(|| libm::log(number)),
        }
    });
    let numbers: Vec<f64> = numbers.collect::<Option<_>>()?;
    let (first, last) = (*numbers.first()?, *numbers.last()?);
    let steps: Vec<f64> = numbers.iter().map(|number| (number - first) / (last - first)).collect();
    steps.windows(2).all(|pair| pair[0] < pair[1]).then_some(steps)
}

fn ascending(a: &Value, b: &Value) -> std::cmp::Ordering {
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    number(a).total_cmp(&number(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Expression;
    use crate::point::ParamName;
    use crate::search::{Free, Origin, Parameter};
    use crate::space::Stream;

    fn axis(name: &str, domain: &str) -> Parameter {
        Parameter::new(ParamName::new(name).unwrap(), Origin::free(Domain::parse(domain).unwrap()))
    }

    fn zipped(name: &str, domain: &str) -> Parameter {
        let free = Free { domain: Domain::parse(domain).unwrap(), zip: Some("z".to_owned()), base: None };
        Parameter::new(ParamName::new(name).unwrap(), Origin::Free(free))
    }

    #[test]
    fn all_kinds_lead_back() {
        let space = Space::new(
            vec![
                axis("lr", "{ type = 'continuous', domain = [1e-5, 10], transformation = 'log' }"),
                axis("width", "{ type = 'integer', domain = [8, 1024], transformation = 'log' }"),
                axis("layers", "{ type = 'discrete', domain = [10, 1, 2, 5], transformation = 'log' }"),
                axis("mixed", "[1, 'auto', 3]"),
                axis("flag", "{ type = 'boolean' }"),
                axis("weighted", "choice(['a', 'b', 'c'], p=[0.1, 0.7, 0.2])"),
                axis("gauss", "normal(0, 1)"),
                axis("constant", "7"),
                axis("range", "0.5 to 3.0 step 0.5"),
                zipped("u", "[1, 2, 3]"),
                zipped("v", "['x', 'y', 'z']"),
                axis("only_deep", "uniform(0, 1)").when(Expression::parse("layers > 2").unwrap()),
            ],
            vec![Expression::parse("lr < 5").unwrap()],
        )
        .unwrap();
        let encoding = Encoding::new(&space);
        assert_eq!(encoding.dimensions(), 11 - 1);
        assert_eq!(encoding.coordinates()[5], Coordinate::Categories(3));
        let Coordinate::Steps(layers) = &encoding.coordinates()[2] else { panic!() };
        assert_eq!((layers[0], layers[3]), (0.0, 1.0));
        assert!((layers[1] - std::f64::consts::LOG10_2).abs() < 1e-12, "{layers:?}");
        let stream = Stream::new(1, "test");
        let (mut excluded, mut absent) = (0, 0);
        for k in 0..500 {
            let unit: Vec<f64> = (0..10).map(|d| stream.unit(k * 10 + d)).collect();
            let Some(point) = encoding.decode(&unit).unwrap() else {
                excluded += 1;
                continue;
            };
            let canonical = encoding.encode(&point).unwrap();
            if point.get("only_deep").is_none() {
                absent += 1;
                assert_eq!(canonical[9], ABSENT);
            }
            let back = encoding.decode(&canonical).unwrap().unwrap();
            for ((name, a), (_, b)) in back.iter().zip(point.iter()) {
                let close = a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| (a - b).abs() <= 1e-9 * b.abs());
                assert!(a == b || close, "{name}: {a} {b}");
            }
            let mut snapped = unit.clone();
            encoding.snap(&mut snapped);
            for (d, (a, b)) in canonical.iter().zip(&snapped).enumerate().filter(|&(d, _)| d != 9) {
                assert!((a - b).abs() < 1e-9, "{d}: {a} {b}");
            }
        }
        assert!(excluded > 0 && absent > 0);
    }

    #[test]
    fn what_is_not_in_the_domain_has_no_place() {
        let space = Space::new(vec![axis("a", "[1, 2]"), axis("x", "uniform(0, 1)")], vec![]).unwrap();
        let encoding = Encoding::new(&space);
        let point = |a: &str| {
            Point::new(vec![
                (ParamName::new("a").unwrap(), Value::guess(a)),
                (ParamName::new("x").unwrap(), Value::guess("0.5")),
            ])
        };
        assert_eq!(encoding.encode(&point("2.0")), Some(vec![0.75, 0.5]));
        assert_eq!(encoding.encode(&point("3")), None);
    }
}
