"""Statistics of made-up sweeps, worked out by pandas, statsmodels and Optuna: the numbers that ours are compared with.

    python3 statistics.py > statistics.json

Made with pandas 3.1.1, statsmodels 0.15.0, scipy 1.17.1 and Optuna 5.0.0 (pip install optuna statsmodels pandas). tests/statistics.rs reads
the recorded output; nothing of this has to be installed for that.
"""

import itertools
import json
import math
import warnings

import numpy as np
import optuna
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.formula.api import ols

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
rng = np.random.default_rng(20261125)


def summaries():
    cases = [[3.5], [1.0, 2.0], list(rng.normal(1e6, 1e-3, 9)), list(rng.lognormal(0, 2, 40))]
    told = []
    for numbers in cases:
        series = pd.Series(numbers)
        sd, se = series.std(), stats.sem(series) if len(series) > 1 else math.nan
        told.append({
            "numbers": numbers, "mean": series.mean(), "median": series.median(), "min": series.min(), "max": series.max(),
            "sd": None if math.isnan(sd) else sd, "se": None if math.isnan(se) else se,
        })
    return told


def anovas():
    told = []
    for sizes, repeats in [((3, 4), 1), ((2, 3, 4), 1), ((3, 2, 2), 3), ((5,), 4), ((2, 2, 2, 3), 2)]:
        names = [f"p{index}" for index in range(len(sizes))]
        rows = [levels for levels in itertools.product(*(range(size) for size in sizes)) for _ in range(repeats)]
        data = pd.DataFrame(rows, columns=names)
        main = [rng.normal(0, 2 / (index + 1), size) for index, size in enumerate(sizes)]
        data["y"] = sum(main[index][data[name]] for index, name in enumerate(names)) + rng.normal(0, 0.7, len(data))
        if len(sizes) > 1:
            data["y"] += 1.5 * (data["p0"] == 1) * (data["p1"] == 0)
        factors = [f"C({name}, Sum)" for name in names]
        # In a balanced design the sequential sums of squares are the same in any order.
        table = sm.stats.anova_lm(ols("y ~ (" + " + ".join(factors) + ")**2", data).fit(), typ=1)
        effects = []
        for chosen in [[i] for i in range(len(sizes))] + [list(pair) for pair in itertools.combinations(range(len(sizes)), 2)]:
            row = table.loc[":".join(factors[index] for index in chosen)]
            effects.append({"factors": chosen, "df": int(row["df"]), "sum": float(row["sum_sq"])})
        within = data.groupby(names)["y"].transform(lambda y: y - y.mean())
        told.append({
            "levels": rows, "values": list(data["y"]), "repeats": repeats, "effects": effects,
            "total": float(((data["y"] - data["y"].mean()) ** 2).sum()), "within": float((within**2).sum()),
        })
    return told


def fronts():
    told = []
    for columns in (2, 3):
        points = rng.normal(size=(60, columns)).round(1)
        front = [i for i, p in enumerate(points) if not any((q <= p).all() and (q < p).any() for q in points)]
        told.append({"points": points.tolist(), "front": front})
    return told


def ped_anovas():
    distributions = {
        "x": optuna.distributions.FloatDistribution(-2, 3),
        "lr": optuna.distributions.FloatDistribution(1e-5, 1e-1, log=True),
        "layers": optuna.distributions.IntDistribution(1, 8),
        "act": optuna.distributions.CategoricalDistribution(["relu", "tanh", "gelu"]),
        "noise": optuna.distributions.FloatDistribution(0, 1),
    }
    told = []
    for n, share in [(40, 0.1), (200, 0.1), (200, 0.25), (1000, 0.05)]:
        study = optuna.create_study(direction="minimize")
        columns = {name: [] for name in distributions}
        values = []
        for _ in range(n):
            params = {
                "x": float(rng.uniform(-2, 3)), "lr": float(10 ** rng.uniform(-5, -1)), "layers": int(rng.integers(1, 9)),
                "act": str(rng.choice(["relu", "tanh", "gelu"])), "noise": float(rng.uniform()),
            }
            value = (params["x"] - 1) ** 2 + 0.4 * (math.log10(params["lr"]) + 3) ** 2 + 0.1 * params["layers"]
            value += {"relu": 0.0, "tanh": 0.5, "gelu": 0.2}[params["act"]] + 0.05 * float(rng.normal())
            study.add_trial(optuna.trial.create_trial(params=params, distributions=distributions, value=value))
            for name in columns:
                columns[name].append(params[name])
            values.append(value)
        evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=share)
        importance = evaluator.evaluate(study)
        best = math.ceil(share * n)
        # Optuna multiplies by the square of the part that is best, which is the same for all.
        told.append({
            "share": share, "values": values, "columns": columns,
            "divergences": {name: importance[name] / (best / n) ** 2 for name in distributions},
        })
    return told


print(json.dumps({"summaries": summaries(), "anovas": anovas(), "fronts": fronts(), "ped_anovas": ped_anovas()}, indent=None))
