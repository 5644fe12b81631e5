//! How much of what can be dominated searches for several objectives dominate, beside random search.
//!
//!     cargo bench --bench fronts                      # median over 10 seeds, after 30 and 60 evaluations
//!     cargo bench --bench fronts -- --seeds 20 --in-flight 4 --fail 10
//!
//! ZDT1 and ZDT2 are those of E. Zitzler, K. Deb and L. Thiele (Evol. Comput. 8, 2000), with three parameters; Fonseca and
//! Fleming's is of 1995. In November 2026, median after 60 evaluations (random, evolutionary, tpe, bayesian): .79 .75 .44 .06 on
//! zdt1, 1.0 1.0 .91 .05 on zdt2, .76 .59 .32 .07 on fonseca. What is told is the hypervolume that is missing to that of the
//! whole front, in parts of it.

use std::f64::consts::E;

use anyhow::{Context as _, Result, bail};
use gitsweep::point::{ParamName, Point};
use gitsweep::search::learn::{
    Bayesian, CmaEs, Evolution, History, Learner, Observation, Ranked, Scalarised, State, Tpe, hypervolume, initial,
    leftover,
};
use gitsweep::search::{Origin, Parameter, Proposal, Space};
use gitsweep::space::{Domain, Stream};

/// Two objectives of three numbers.
struct Problem {
    name: &'static str,
    bounds: (f64, f64),
    reference: [f64; 2],
    objectives: fn(&[f64]) -> Vec<f64>,
    /// A point of the front, from 0 to 1 along it.
    front: fn(f64) -> Vec<f64>,
}

fn problems() -> Vec<Problem> {
    vec![
        Problem {
            name: "zdt1",
            bounds: (0.0, 1.0),
            reference: [1.1, 1.1],
            objectives: |x| {
                let g = 1.0 + 4.5 * (x[1] + x[2]);
                vec![x[0], g * (1.0 - (x[0] / g).sqrt())]
            },
            front: |t| vec![t, 1.0 - t.sqrt()],
        },
        Problem {
            name: "zdt2",
            bounds: (0.0, 1.0),
            reference: [1.1, 1.1],
            objectives: |x| {
                let g = 1.0 + 4.5 * (x[1] + x[2]);
                vec![x[0], g * (1.0 - (x[0] / g).powi(2))]
            },
            front: |t| vec![t, 1.0 - t * t],
        },
        Problem {
            name: "fonseca",
            bounds: (-4.0, 4.0),
            reference: [1.1, 1.1],
            objectives: |x| {
                let shift = 1.0 / 3f64.sqrt();
                let part = |sign: f64| 1.0 - E.powf(-x.iter().map(|x| (x - sign * shift).powi(2)).sum::<f64>());
                vec![part(1.0), part(-1.0)]
            },
            front: |t| {
                let (x, shift) = ((2.0 * t - 1.0) / 3f64.sqrt(), 1.0 / 3f64.sqrt());
                vec![1.0 - E.powf(-3.0 * (x - shift).powi(2)), 1.0 - E.powf(-3.0 * (x + shift).powi(2))]
            },
        },
    ]
}

/// Random points.
#[derive(Debug)]
struct Random;

impl Learner for Random {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        leftover(space, history, seed, count)
    }
}

/// Ten points of a sequence that fills the space, as `create` lays them, and then as `inner` says.
#[derive(Debug)]
struct Opened(Ranked);

impl Learner for Opened {
    fn propose(&self, space: &Space, history: &History, seed: u64, count: usize) -> Result<Vec<Proposal>> {
        if history.len() < 10 {
            initial(space, history, seed, count)
        } else {
            self.0.propose(space, history, seed, count)
        }
    }
}

fn learners() -> Vec<(&'static str, Box<dyn Learner>)> {
    vec![
        ("random", Box::new(Random)),
        ("tpe", Box::new(Ranked::new(Box::new(Tpe { min_initial_points: 10 })))),
        ("tpe by weights", Box::new(Scalarised::new(Box::new(Tpe { min_initial_points: 10 })))),
        ("cma-es", Box::new(Ranked::new(Box::new(CmaEs::default())))),
        ("evolutionary", Box::new(evolution(Evolution::CROSSOVER))),
        ("one parent", Box::new(evolution(0.0))),
        ("bayesian", Box::new(Scalarised::new(Box::new(Bayesian::default())))),
    ]
}

/// Children of two parents so often.
fn evolution(crossover: f64) -> Opened {
    Opened(Ranked::new(Box::new(Evolution { elite_size: 10, crossover })))
}

/// What is asked for.
struct Options {
    seeds: u64,
    in_flight: usize,
    /// One point in so many fails.
    fail: Option<usize>,
    evaluations: usize,
}

fn main() -> Result<()> {
    let mut options = Options { seeds: 10, in_flight: 1, fail: None, evaluations: 60 };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut next = || words.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--bench" => {}
            "--seeds" => options.seeds = next()?.parse()?,
            "--in-flight" => options.in_flight = next()?.parse()?,
            "--fail" => options.fail = Some(next()?.parse()?),
            "--evaluations" => options.evaluations = next()?.parse()?,
            _ => bail!("what is {word}?"),
        }
    }
    let marks = [options.evaluations / 2, options.evaluations];
    println!("{:<10} {:<12} {:>14} {:>14}", "missing", "", format!("at {}", marks[0]), format!("at {}", marks[1]));
    for problem in problems() {
        let whole: Vec<Vec<f64>> = (0..=2000).map(|at| (problem.front)(f64::from(at) / 2000.0)).collect();
        let whole = hypervolume(&whole, &problem.reference);
        for (name, learner) in learners() {
            let mut missing = marks.map(|_| Vec::new());
            for seed in 0..options.seeds {
                let results = run(&problem, &*learner, seed, &options)?;
                for (mark, missing) in marks.into_iter().zip(&mut missing) {
                    let known: Vec<Vec<f64>> = results[..mark].iter().flatten().cloned().collect();
                    missing.push(1.0 - hypervolume(&known, &problem.reference) / whole);
                }
            }
            let told = missing.map(|mut missing| {
                missing.sort_by(f64::total_cmp);
                let last = missing.len() - 1;
                format!("{:.3} {:.3}", 0.5 * (missing[last / 2] + missing[last.div_ceil(2)]), missing[last])
            });
            println!("{:<10} {name:<12} {:>14} {:>14}", problem.name, told[0], told[1]);
        }
    }
    println!("median and worst over {} seeds", options.seeds);
    Ok(())
}

/// The objectives of each point in turn, of those that do not fail.
fn run(problem: &Problem, learner: &dyn Learner, seed: u64, options: &Options) -> Result<Vec<Option<Vec<f64>>>> {
    let (low, high) = problem.bounds;
    let domain = format!("{{ type = 'continuous', domain = [{low:?}, {high:?}] }}");
    let axis = |name| anyhow::Ok(Parameter::new(ParamName::new(name)?, Origin::free(Domain::parse(&domain)?)));
    let space = Space::new(vec![axis("x1")?, axis("x2")?, axis("x3")?], vec![])?;
    let chance = Stream::new(seed, "failures");
    let (mut laid, mut results) = (Vec::<Point>::new(), Vec::<Option<Vec<f64>>>::new());
    while results.len() < options.evaluations {
        while laid.len() < results.len() + options.in_flight {
            let history = History::new(laid.iter().enumerate().map(|(index, point)| Observation {
                index: index as u64,
                point: point.clone(),
                state: match results.get(index) {
                    None => State::InFlight,
                    Some(None) => State::Failed,
                    Some(Some(objectives)) => State::Done(objectives.clone()),
                },
                by: None,
            }));
            laid.extend(learner.propose(&space, &history, seed, 1)?.into_iter().map(|proposal| proposal.point));
        }
        let x: Vec<f64> = laid[results.len()].iter().filter_map(|(_, value)| value.as_f64()).collect();
        let has_failed = options.fail.is_some_and(|one_in| chance.below(results.len() as u64, one_in) == 0);
        results.push((!has_failed).then(|| (problem.objectives)(&x)));
    }
    Ok(results)
}
