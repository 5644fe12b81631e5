"""Fronts and hypervolumes by pymoo: what ours are compared with.

    python3 fronts.py > fronts.json

Made with pymoo 0.6 (pip install pymoo). tests/statistics.rs reads the recorded output; nothing of this has to be installed for that.
"""

import json

import numpy as np
from pymoo.indicators.hv import HV
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

rng = np.random.default_rng(20261128)


def case(objectives, count, kind):
    points = rng.random((count, objectives))
    if kind == "ties":
        points = np.round(points, 1)
    if kind == "constant":
        points[:, 0] = 0.5
    if kind == "front":
        points = points / np.linalg.norm(points, axis=1, keepdims=True)
    front = NonDominatedSorting().do(points, only_non_dominated_front=True)
    return {
        "points": points.tolist(), "front": sorted(int(at) for at in front),
        "reference": [0.9] * objectives, "volume": float(HV(ref_point=np.full(objectives, 0.9))(points)),
    }


cases = [
    case(objectives, count, kind)
    for objectives, count in [(2, 30), (3, 25), (4, 20)]
    for kind in ["random", "ties", "constant", "front"]
]
print(json.dumps(cases))
