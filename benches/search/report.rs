//! The table.

use crate::functions::Function;
use crate::peers::Peers;
use crate::trial::Trial;

/// Where regret is told.
const MARKS: [usize; 4] = [20, 40, 60, 100];
/// Regrets below this are alike in the means of logarithms.
const FLOOR: f64 = 1e-7;

/// Prints what came of each function's trials.
pub(crate) fn print(all: &[(&Function, &[Trial])], peers: &Peers, each: bool) {
    println!(
        "{:<12} {:>4} {:>8} {:>8} {:>8} {:>8} {:>6} {:>7}  peers' medians and 90th percentiles",
        "regret", "n", "median", "p90", "least", "most", "<1e-3", "cpu ms"
    );
    for (function, trials) in all {
        for mark in MARKS.into_iter().filter(|mark| *mark <= function.evaluations) {
            row(function, trials, peers, mark);
        }
        if each {
            let regrets = trials.iter().filter_map(|trial| trial.regret.last());
            println!("    {}", regrets.map(|regret| format!("{regret:.1e}")).collect::<Vec<_>>().join(" "));
        }
    }
    let mean = |logs: Vec<f64>| logs.iter().sum::<f64>() / logs.len().max(1) as f64;
    let log = |regret: &f64| regret.max(FLOOR).log10();
    let trials = || all.iter().flat_map(|(_, trials)| trials.iter());
    print!("mean log10, {FLOOR:.0e} at least:");
    for mark in MARKS {
        let known: Vec<f64> = trials().filter_map(|trial| trial.regret.get(mark - 1).map(log)).collect();
        if !known.is_empty() {
            print!("  {:.2} at {mark}", mean(known));
        }
    }
    println!("  {:.2} at the end", mean(trials().filter_map(|trial| trial.regret.last().map(log)).collect()));
    peers.print_versions();
}

fn row(function: &Function, trials: &[Trial], peers: &Peers, mark: usize) {
    let mut regrets: Vec<f64> = trials.iter().map(|trial| trial.regret[mark - 1]).collect();
    regrets.sort_by(f64::total_cmp);
    let last = regrets.len() - 1;
    let median = 0.5 * (regrets[last / 2] + regrets[last.div_ceil(2)]);
    let ninth = regrets[(last as f64 * 0.9).ceil() as usize];
    let near = regrets.iter().filter(|regret| **regret < 1e-3).count();
    let cpu = trials.iter().map(|trial| trial.cpu[mark - 1]).sum::<f64>() / trials.len() as f64 * 1e3;
    println!(
        "{:<12} {mark:>4} {median:>8.1e} {ninth:>8.1e} {:>8.1e} {:>8.1e} {near:>6} {cpu:>7.1}  {}",
        function.name,
        regrets[0],
        regrets[last],
        peers.at(function.name, mark),
    );
}
