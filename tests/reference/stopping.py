"""Runs that are ended early by Optuna's pruner for asynchronous successive halving: what ours is compared with.

    python3 stopping.py > stopping.json

Made with Optuna 5.0.0 (pip install optuna). tests/statistics.rs reads the recorded output; nothing of this has to be installed for
that. Each case has the reports in the order in which they come, [run, step, value], null for NaN, and the steps at which runs are ended.
"""

import json
import math

import numpy as np
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
rng = np.random.default_rng(20261127)


def curves(count):
    """Losses that fall at their own pace, some with steps that are missing, with NaN or with an early end. None jumps over a whole rung:
    of a run that was ended at the lower one nobody can tell whether it has come to the upper one."""
    for run in range(count):
        last, level, pace = int(rng.integers(3, 40)), rng.lognormal(0, 1), rng.uniform(0.02, 0.4)
        steps = [step for step in range(1, last + 1) if step < 5 or run % 3 != 1 or rng.random() < 0.6]
        diverges = rng.integers(1, last + 1) if run % 5 == 2 else math.inf
        yield [(step, math.nan if step >= diverges else level * math.exp(-pace * step) + 0.05 * rng.normal()) for step in steps]


def case(direction, least, reduction, in_flight, count=40):
    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=least, reduction_factor=reduction)
    study = optuna.create_study(direction=direction, pruner=pruner, sampler=optuna.samplers.RandomSampler(seed=1))
    waiting = [(number, list(curve)) for number, curve in enumerate(curves(count)) if curve]
    running, reports, ended, before = [], [], {}, {}
    while waiting or running:
        while waiting and len(running) < in_flight:
            running.append((*waiting.pop(0), study.ask()))
        # One report of each that runs, in turn.
        for entry in list(running):
            number, curve, trial = entry
            step, value = curve.pop(0)
            value = -value if direction == "maximize" else value
            # A run that has diverged has come to its rung as the last; of NaN Optuna would keep no count.
            trial.report((1 if direction == "minimize" else -1) * 1e300 if math.isnan(value) else value, step)
            reports.append([number, step, None if math.isnan(value) else value])
            rungs = (least * reduction ** power for power in range(20))
            comes_to_rung = any(before.get(number, 0) < rung <= step for rung in rungs)
            before[number] = step
            # As of NaN, which it ends also where nothing better has come so far.
            if trial.should_prune() or (math.isnan(value) and comes_to_rung):
                ended[number] = step
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
                running.remove(entry)
            elif not curve:
                study.tell(trial, 0.0)
                running.remove(entry)
    return {
        "direction": direction, "least": least, "reduction": reduction, "reports": reports,
        "ended": sorted([number, step] for number, step in ended.items()),
    }


cases = [
    case(direction, least, reduction, in_flight)
    for direction in ["minimize", "maximize"]
    for least, reduction in [(1, 2), (2, 3), (3, 4)]
    for in_flight in [1, 4, 40]
]
print(json.dumps(cases))
