#!/usr/bin/env python3
"""How near other optimisers come to the minima of the functions of the benchmark.

    python3 -m venv ../peers && ../peers/bin/pip install optuna cmaes torch scikit-optimize egobox
    ../peers/bin/python benches/search/peers.py                  # all that can be imported; hours, one thread
    ../peers/bin/python benches/search/peers.py --tools tpe,egobox --functions levy4 --seeds 5

or beside ours: cargo bench --bench search -- --live ../peers/bin/python

Prints, for each tool and function, the median and the 90th percentile of the regret after 20, 40, 60 and 100 evaluations
(of the noiseless value at the point with the best result so far), and CPU milliseconds an evaluation. With --json a line
of JSON for each as it is done, which is how peers.jsonl was made; --check reads lines of JSON {function, point, value} and fails where a value differs.
"""

import os

# One thread each: what is compared is CPU time.
for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"]:
    os.environ.setdefault(name, "1")

import argparse
import datetime
import importlib.metadata
import json
import math
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
MARKS = [20, 40, 60, 100]
# Where the seeds begin that nothing is developed on.
HELD_OUT = 10_000


# Parameters: (name, kind, low, high) with kind "linear", "log", "log integer" or "integer"; or (name, "choice", words).


def numbered(bounds):
    return [(f"x{at}", "linear", low, high) for at, (low, high) in enumerate(bounds, 1)]


def x_of(point):
    return [point[name] for name in sorted(point)]


def branin(point):
    a, b = x_of(point)
    return (b - 5.1 / (4 * math.pi**2) * a * a + 5 / math.pi * a - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10


def hartmann(x, a, p):
    alpha = [1.0, 1.2, 3.0, 3.2]
    return -sum(
        alpha[i] * math.exp(-sum(a[i][j] * (x[j] - 1e-4 * p[i][j]) ** 2 for j in range(len(x)))) for i in range(4)
    )


def hartmann3(point):
    a = [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]]
    p = [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]]
    return hartmann(x_of(point), a, p)


def hartmann6(point):
    a = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
    p = [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
    return hartmann(x_of(point), a, p)


def ackley(point):
    x = np.array(x_of(point))
    squares, waves = np.mean(x * x), np.mean(np.cos(2 * np.pi * x))
    return float(-20 * math.exp(-0.2 * math.sqrt(squares)) - math.exp(waves) + 20 + math.e)


def rosenbrock(point):
    x = x_of(point)
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def levy(point):
    w = [1 + (x - 1) / 4 for x in x_of(point)]
    inner = sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
    return math.sin(math.pi * w[0]) ** 2 + inner + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)


def mlsurr(point):
    w, v = math.log2(point["width"]), math.log10(point["wd"])
    t = math.log10(point["lr"]) + 2 + 0.25 * (w - 6)
    return (
        0.08
        + 0.045 * t * t / (1 + 0.15 * t * t)
        + 0.5 / (1 + math.exp(-6 * (t - 1.3)))
        + 0.012 * max(0.0, 8.5 - w) ** 1.5
        + 0.06 * (2.2 * point["dropout"] + 0.07 * (v + 6) - 0.5 - 0.13 * (w - 6)) ** 2
    )


OPT, ACT = ["sgd", "adam", "rmsprop", "adagrad"], ["relu", "tanh", "gelu"]


def mixed6(point):
    opt, act = OPT.index(point["opt"]), ACT.index(point["act"])
    lr, mom, aug = math.log10(point["lr"]), point["mom"], point["aug"]
    return (
        [0.25, 0, 0.12, 0.45][opt]
        + [0.03, 0.18, 0][act]
        + 0.015 * (point["layers"] - [5, 3, 7][act]) ** 2
        + 1
        - math.exp(-0.25 * (lr - [-1, -3, -2.7, -1.7][opt]) ** 2)
        + 0.6 * (mom - [0.9, 0.5, 0.7, 0.2][opt]) ** 2
        + 0.12 * (1 - math.cos(3 * math.pi * (aug - 0.35)))
        + 0.3 * (aug - 0.35) ** 2
    )


# Name: function, parameters, minimum, standard deviation of the noise, evaluations.
FUNCTIONS = {
    "branin": (branin, numbered([(-5, 10), (0, 15)]), 0.39788735772973816, 0, 60),
    "hartmann3": (hartmann3, numbered([(0, 1)] * 3), -3.8627797869493365, 0, 60),
    "hartmann6": (hartmann6, numbered([(0, 1)] * 6), -3.322368011415515, 0, 100),
    "ackley5": (ackley, numbered([(-5, 10)] * 5), 0.0, 0, 60),
    "rosenbrock4": (rosenbrock, numbered([(-5, 10)] * 4), 0.0, 0, 60),
    "levy4": (levy, numbered([(-10, 10)] * 4), 0.0, 0, 60),
    "mlsurr": (
        mlsurr,
        [("lr", "log", 1e-5, 1), ("width", "log integer", 8, 1024), ("dropout", "linear", 0, 0.8), ("wd", "log", 1e-6, 0.1)],
        0.08019702224579742,
        0.004,
        60,
    ),
    "mixed6": (
        mixed6,
        [
            ("opt", "choice", OPT),
            ("act", "choice", ACT),
            ("layers", "integer", 1, 10),
            ("lr", "log", 1e-5, 1),
            ("mom", "linear", 0, 1),
            ("aug", "linear", 0, 1),
        ],
        0.0,
        0,
        60,
    ),
}


def optuna_by(sampler):
    def run(parameters, objective, evaluations, seed):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)

        def suggest(trial, name, kind, *domain):
            if kind == "choice":
                return trial.suggest_categorical(name, domain[0])
            low, high = domain
            if "integer" in kind:
                return trial.suggest_int(name, low, high, log="log" in kind)
            return trial.suggest_float(name, low, high, log=kind == "log")

        study = optuna.create_study(sampler=sampler(optuna.samplers, seed))
        study.optimize(lambda trial: objective({p[0]: suggest(trial, *p) for p in parameters}), n_trials=evaluations)

    return run


def scikit_optimize(parameters, objective, evaluations, seed):
    import skopt
    from skopt.space import Categorical, Integer, Real

    def dimension(name, kind, *domain):
        if kind == "choice":
            return Categorical(domain[0], name=name)
        prior = "log-uniform" if "log" in kind else "uniform"
        low, high = domain
        if "integer" in kind:
            return Integer(low, high, prior=prior, name=name)
        return Real(float(low), float(high), prior=prior, name=name)

    names = [parameter[0] for parameter in parameters]
    skopt.gp_minimize(
        lambda row: objective(dict(zip(names, row))),
        [dimension(*parameter) for parameter in parameters],
        n_calls=evaluations,
        random_state=seed % 2**31,
    )


def egobox(parameters, objective, evaluations, seed):
    import egobox as egx

    # It knows no logarithmic scales: they are given to it as their logarithms, whole numbers among them rounded.
    def spec(name, kind, *domain):
        if kind == "choice":
            return egx.XSpec(egx.XType.ENUM, tags=domain[0])
        low, high = domain
        if kind == "integer":
            return egx.XSpec(egx.XType.INT, [low, high])
        if "log" in kind:
            return egx.XSpec(egx.XType.FLOAT, [math.log10(low), math.log10(high)])
        return egx.XSpec(egx.XType.FLOAT, [low, high])

    def read(x, kind, *domain):
        if kind == "choice":
            return domain[0][int(round(x))]
        if kind == "integer":
            return int(round(x))
        if kind == "linear":
            return float(x)
        value = min(max(10.0 ** float(x), domain[0]), domain[1])
        return int(round(value)) if "integer" in kind else value

    def many(rows):
        return np.array([[objective({p[0]: read(x, *p[1:]) for p, x in zip(parameters, row)})] for row in np.atleast_2d(rows)])

    first = max(5, len(parameters) + 1)
    egor = egx.Egor([spec(*parameter) for parameter in parameters], n_doe=first, seed=seed % 2**31)
    egor.minimize(many, max_iters=evaluations - first)


TOOLS = {
    "Optuna-GP": ("optuna", optuna_by(lambda samplers, seed: samplers.GPSampler(seed=seed))),
    "TPE": ("optuna", optuna_by(lambda samplers, seed: samplers.TPESampler(seed=seed))),
    "CMA-ES": ("optuna", optuna_by(lambda samplers, seed: samplers.CmaEsSampler(seed=seed))),
    "egobox": ("egobox", egobox),
    "scikit-optimize": ("scikit-optimize", scikit_optimize),
}


class Enough(Exception):
    """A tool asks for more than it was allowed."""


def trial(run, function, seed):
    """The regret after each evaluation."""
    value, parameters, minimum, noise, evaluations = FUNCTIONS[function]
    draws = np.random.default_rng(seed)
    best, regret = (math.inf, math.nan), []

    def objective(point):
        nonlocal best
        if len(regret) >= evaluations:
            raise Enough
        exact = value(point)
        result = exact + noise * draws.standard_normal() if noise else exact
        if result < best[0]:
            best = (result, exact)
        regret.append(max(0.0, best[1] - minimum))
        return float(result)

    try:
        run(parameters, objective, evaluations, seed)
    except Enough:
        pass
    except BaseException as error:  # A panic of Rust code, too.
        if len(regret) < evaluations:
            print(f"{function}, seed {seed}: ended after {len(regret)}: {error!r}"[:300], file=sys.stderr)
            if not regret or isinstance(error, KeyboardInterrupt):
                raise
    # A tool that gives up early keeps what it has.
    return regret + regret[-1:] * (evaluations - len(regret))


def measure(tool, function, seeds, first):
    package, run = TOOLS[tool]
    before, regrets = time.process_time(), []
    for seed in range(first, first + seeds):
        regrets.append(trial(run, function, seed))
    evaluations = FUNCTIONS[function][4]
    cpu = (time.process_time() - before) / seeds / evaluations
    figures = {}
    for mark in [mark for mark in MARKS if mark <= evaluations]:
        ends = sorted(regret[mark - 1] for regret in regrets)
        # As the Rust side counts: the place at or above nine tenths.
        both = (float(np.median(ends)), ends[math.ceil((len(ends) - 1) * 0.9)])
        figures[mark] = [float(f"{regret:.3g}") for regret in both]
    version = importlib.metadata.version(package)
    date = datetime.date.today().isoformat()
    told = {"tool": tool, "version": version, "function": function, "seeds": seeds, "date": date}
    return {**told, "cpu_ms": round(cpu * 1e3, 1), "regret": figures}


def check():
    for line in sys.stdin:
        told = json.loads(line)
        own = FUNCTIONS[told["function"]][0](told["point"])
        if not math.isclose(own, told["value"], rel_tol=1e-9, abs_tol=1e-9):
            sys.exit(f"{told['function']} at {told['point']} is {own} here and {told['value']} there")


def words(name, known):
    chosen = [word for word in known if word.lower() in [n.lower() for n in name.split(",")]]
    if len(chosen) != len(name.split(",")):
        sys.exit(f"{name}: known are {', '.join(known)}")
    return chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--functions", default=",".join(FUNCTIONS))
    parser.add_argument("--tools", default=None)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--from", type=int, default=HELD_OUT, dest="first")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    if given.check:
        return check()
    tools = words(given.tools, TOOLS) if given.tools else []
    for tool, (package, _) in TOOLS.items():
        try:
            __import__({"scikit-optimize": "skopt"}.get(package, package))
            if not given.tools:
                tools.append(tool)
        except Exception as error:
            if not given.tools or tool in tools:
                print(f"without {tool}: {error}", file=sys.stderr)
            tools = [known for known in tools if known != tool]
    if not given.json:
        print(f"{'regret':<12} {'tool':<22} {'cpu ms':>7}" + "".join(f" {f'{m} median':>10} {'p90':>8}" for m in MARKS))
    for tool in tools:
        for function in words(given.functions, FUNCTIONS):
            row = measure(tool, function, given.seeds, given.first)
            if given.json:
                print(json.dumps(row), flush=True)
            else:
                name = f"{row['tool']} {row['version']}"
                figures = "".join(f" {median:>10.1e} {ninth:>8.1e}" for median, ninth in row["regret"].values())
                print(f"{function:<12} {name:<22} {row['cpu_ms']:>7.1f}{figures}", flush=True)


if __name__ == "__main__":
    main()
