//! How near the searches that learn come to the minima of functions, and what a proposal costs.
//!
//!     cargo bench --bench search                          # the benchmark: held-out seeds, beside the peers' recorded figures
//!     cargo bench --bench search -- --cost                # CPU milliseconds a proposal
//!     cargo bench --bench search -- --functions levy4 --seeds 5 --from 0 --in-flight 4 --exact --each
//!     cargo bench --bench search -- --mcmc                # or --lists: kernels, acquisitions and estimations drawn, as hp_search does
//!     cargo bench --bench search -- --live ../peers/bin/python   # the peers as they are now; see peers.py
//!     cargo bench --bench search -- --other               # functions that are not in the benchmark
//!
//! Regret is the noiseless value at the point with the best result so far, minus the minimum.

mod functions;
mod options;
mod peers;
mod report;
mod trial;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result};

use functions::Function;
use options::Options;
use peers::Peers;

fn main() -> Result<()> {
    let options = Options::read(std::env::args().skip(1))?;
    if options.cost {
        return cost(&options);
    }
    let jobs: Vec<(&Function, u64)> = options
        .functions
        .iter()
        .flat_map(|function| (0..options.seeds).map(move |seed| (function, options.from + seed)))
        .collect();
    let run = |(function, seed): &(&Function, u64)| {
        trial::run(function, &*options.learner(function), *seed, options.in_flight)
    };
    let trials = all(&jobs, run)?;
    let by_function = trials.chunks(options.seeds as usize);
    let peers = Peers::of(&options)?;
    report::print(&options.functions.iter().zip(by_function).collect::<Vec<_>>(), &peers, options.each);
    Ok(())
}

/// Prints CPU milliseconds a proposal: of a search in a repository that knows nothing of its models, as a new clone, and of one
/// that was asked before, by this process or another.
fn cost(options: &Options) -> Result<()> {
    let function =
        functions::benchmark().into_iter().find(|function| function.name == "hartmann6").context("hartmann6")?;
    println!("CPU milliseconds a proposal, {} parameters", 6);
    println!("{:>6} {:>10} {:>10}", "n", "first", "next");
    for count in [20, 60, 100, 300, 500, 1000] {
        let repeats = if count <= 100 { 11 } else { 3 };
        let mut times = (0..repeats)
            .map(|seed| trial::cost(&function, &*options.learner(&function), seed, count))
            .collect::<Result<Vec<_>>>()?;
        let mut median = |which: fn(&(f64, f64)) -> f64| {
            times.sort_by(|a, b| which(a).total_cmp(&which(b)));
            which(&times[times.len() / 2]) * 1e3
        };
        let (first, next) = (median(|time| time.0), median(|time| time.1));
        println!("{count:>6} {first:>10.1} {next:>10.1}");
    }
    Ok(())
}

/// What `work` makes of each job, on two threads.
fn all<J: Sync, T: Send>(jobs: &[J], work: impl Fn(&J) -> Result<T> + Sync) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<Result<T>>>> = Mutex::new(jobs.iter().map(|_| None).collect());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else {
                        break;
                    };
                    let result = work(job);
                    if let Ok(mut done) = done.lock() {
                        done[at] = Some(result);
                    }
                }
            });
        }
    });
    let done = done.into_inner().ok().context("a thread died")?;
    done.into_iter().map(|result| result.context("a job was left out")?).collect()
}
