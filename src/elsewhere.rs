//! Commands and flags of other programs, and what does here what they do there.

/// What has another name here, by the names that it has elsewhere.
const COMMANDS: [(&[&str], &str); 18] = [
    (
        &["sweep", "optimize", "optimise", "tune", "new", "launch"],
        "gitsweep create lays a sweep, gitsweep run runs it, too",
    ),
    (
        &["start", "agent", "resume", "continue", "submit", "execute", "worker"],
        "gitsweep queue runs what has no result yet, also after an interruption",
    ),
    (
        &["exp", "experiment", "experiments", "study", "multirun", "repro"],
        "gitsweep run lays a sweep and runs it, gitsweep results shows it: gitsweep run -- python3 main.py 'lr=[0.1, 0.2]'",
    ),
    (&["compare"], "gitsweep diff POINT POINT; gitsweep results has all points side by side"),
    (&["retry", "rerun"], "gitsweep queue --rerun failed"),
    (&["stop", "kill", "abort"], "gitsweep cancel ends what runs"),
    (&["best", "top"], "gitsweep show best, or gitsweep results --best 5"),
    (
        &["plot", "chart", "graph", "heatmap"],
        "gitsweep results --plot score:g_e or heatmap:g_e,g_i,score; gitsweep report has all charts on a page",
    ),
    (
        &["table", "export", "summary", "csv", "download", "metrics", "trials", "dataframe"],
        "gitsweep results, and gitsweep results -o results.csv",
    ),
    (&["open", "ui", "dashboard", "html", "view", "server"], "gitsweep report writes a page to open in a browser"),
    (
        &["branch", "checkout", "apply", "use", "pick"],
        "gitsweep show POINT names its commit, and how to have that on a branch",
    ),
    (
        &["clean", "gc", "prune", "purge"],
        "gitsweep delete SWEEP removes a sweep; to make room alone, run folders below sweeps/ may go: results stay in git",
    ),
    (&["rm", "remove"], "gitsweep delete SWEEP"),
    (&["ls", "ps", "sweeps", "history"], "gitsweep list has the sweeps, gitsweep status the runs"),
    (&["log", "tail", "output"], "gitsweep logs POINT, with -f as it grows"),
    (&["watch", "progress", "monitor"], "gitsweep status --watch"),
    (&["pull", "sync", "upload"], "gitsweep fetch and gitsweep push"),
    (&["version"], "gitsweep --version"),
];

/// What a flag of a command has for a name here: the commands, the names elsewhere, and what is said.
const FLAGS: [(&[&str], &[&str], &str); 22] = [
    (
        &["results"],
        &["--csv", "--json", "--latex", "--markdown", "--tsv", "-f"],
        "--format json (csv, latex, markdown, ...), or -o results.json",
    ),
    (&["list", "status", "show"], &["--format", "--output", "-o"], "--json"),
    (
        &["create", "run"],
        &["-m", "--multirun"],
        "lists among the words after -- are what varies: gitsweep run -- python3 main.py 'lr=[0.1, 0.2]'",
    ),
    (&["results"], &["--limit", "--head", "-n", "--first"], "--best 5 by the objective, --points 1-5 by number"),
    (&["results"], &["--filter", "--query", "--only"], "--where 'status == \"ok\" and g_e > 1'"),
    (&["results", "queue"], &["--failed", "--ok", "--status", "--state"], "--where 'status == \"failed\"'"),
    (
        &["results"],
        &["--mean", "--std", "--mean-std", "--stats", "--stat", "--agg", "--aggregate", "--average"],
        "--over seed has mean and sd of what differs in nothing but the seed, --group-by g_e of each value",
    ),
    (&["results"], &["--heatmap", "--scatter", "--chart"], "--plot score:g_e, or --plot heatmap:g_e,g_i,score"),
    (&["report"], &["--open", "--browser", "--serve"], "a browser opens the page that is written: -o report.html"),
    (
        &["queue", "run"],
        &["--parallel", "--threads", "--n-jobs", "--cores", "--procs", "--cpus", "--processes", "-p", "-P"],
        "-j N runs N at a time",
    ),
    (
        &["queue", "run"],
        &["--force", "--again", "--retry", "--all", "--retries"],
        "gitsweep queue --rerun all, or failed",
    ),
    (&["queue", "run"], &["--slurm", "--cluster", "--sbatch"], "-e slurm"),
    (
        &["queue", "run"],
        &["--partition", "--time", "--mem", "--account", "--gpus", "--gres", "--qos", "--walltime"],
        "[queue.slurm] in gitsweep.toml, or behind --: gitsweep queue -e slurm -- --time=01:00:00",
    ),
    (
        &["queue", "run"],
        &["--background", "--detach", "--daemon", "-d"],
        "nohup gitsweep queue & outlives its terminal; status --watch looks on",
    ),
    (
        &["create", "run"],
        &["--seeds", "--n-seeds", "--replicates", "--repetitions", "--n-repeats"],
        "--repeats N runs each point with the parameter seed from 1 to N",
    ),
    (
        &["create", "run"],
        &["--minimize", "--minimise", "--maximize", "--maximise", "--min", "--max", "--goal"],
        "--objective METRIC --direction minimize or maximize",
    ),
    (
        &["create", "run"],
        &["--metrics"],
        "--objective METRIC is what is optimised; how a metric is read: --metric 'rate=rate: ([0-9.]+)', or [metrics] in gitsweep.toml",
    ),
    (&["create", "run"], &["--score", "--loss"], "--objective METRIC"),
    (
        &["create", "run", "extend"],
        &[
            "--samples",
            "--n-trials",
            "--num-trials",
            "--num-samples",
            "--count",
            "--max-trials",
            "--budget",
            "--run-cap",
            "--points",
            "--n-samples",
        ],
        "--trials N",
    ),
    (
        &["create", "run"],
        &["--method", "--sampler", "--algorithm", "--search", "--grid", "--random", "--bayes", "--bayesian"],
        "--strategy grid, random, bayesian, ...",
    ),
    (
        &["create", "run"],
        &["--set", "--set-param", "-s", "--values", "--sweep", "--range", "--parameter", "--vary"],
        "-p 'NAME=[1, 2, 3]', with -f FILE for the file it stands in",
    ),
    (
        &["extend"],
        &["--step", "--finer", "--add", "--refine", "--resolution"],
        "say the values anew, those that are there are not laid twice: -p 'g_e=0.5 to 3.0 step 0.25'",
    ),
];

/// What does here what the command `typed` does elsewhere.
pub fn command(typed: &str) -> Option<&'static str> {
    let typed = typed.to_lowercase();
    COMMANDS.iter().find(|(names, _)| names.contains(&typed.as_str())).map(|(_, said)| *said)
}

/// What does here what the flag `typed` of `command` does elsewhere.
pub fn flag(command: &str, typed: &str) -> Option<&'static str> {
    let bare = typed.split(['=', ' ']).next().unwrap_or(typed).to_lowercase().replace('_', "-");
    FLAGS
        .iter()
        .find(|(commands, names, _)| commands.contains(&command) && names.contains(&bare.as_str()))
        .map(|(_, _, said)| *said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_call_otherwise() {
        assert_eq!(command("Sweep"), Some("gitsweep create lays a sweep, gitsweep run runs it, too"));
        assert!(command("exp").is_some_and(|said| said.starts_with("gitsweep run lays a sweep and runs it")));
        assert_eq!(command("create"), None);
        assert_eq!(flag("create", "-S"), flag("create", "--set"));
        assert_eq!(flag("results", "--limit=3"), Some("--best 5 by the objective, --points 1-5 by number"));
        assert_eq!(flag("create", "--n_trials"), Some("--trials N"));
        assert_eq!(flag("queue", "--n-trials"), None);
        assert_eq!(flag("status", "--format"), Some("--json"));
        assert_eq!(flag("results", "--format"), None);
    }
}
