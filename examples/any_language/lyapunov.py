"""Lyapunov exponent and period of the logistic map x -> r x (1 - x).

The exponent, per step, is the mean of log |r (1 - 2 x)| along an orbit.
Negative: periodic; positive: chaotic. (May 1976, Nature 261:459, for the map.)

Usage: python3 lyapunov.py input.json
Writes an object to output.json.
"""

import json
import math
import os
import sys

LONGEST_PERIOD = 64
SAME = 1e-6  # orbits that come back this close are called periodic


def main():
    with open(sys.argv[1]) as f:
        given = json.load(f)
    r, x = given["r"], given["x0"]

    for _ in range(given["discard"]):
        x = r * x * (1 - x)
    orbit = []
    total = 0.0
    for _ in range(given["measure"]):
        slope = abs(r * (1 - 2 * x))
        if slope == 0:
            sys.exit("the orbit meets x = 1/2: the exponent is minus infinity")
        total += math.log(slope)
        orbit.append(x)
        x = r * x * (1 - x)

    result = {
        "objective": round(total / len(orbit), 4),
        "minimum": round(min(orbit), 4),
        "maximum": round(max(orbit), 4),
    }
    tail = orbit[-2 * LONGEST_PERIOD :]
    for period in range(1, LONGEST_PERIOD + 1):
        if all(abs(a - b) < SAME for a, b in zip(tail, tail[period:])):
            result["period"] = period  # left out where there is none
            break

    print(json.dumps(result))
    with open(os.environ.get("GITSWEEP_OUTPUT", "output.json"), "w") as f:
        json.dump(result, f, indent=2)
        f.write("\n")


if __name__ == "__main__":
    main()
