"""Simulate the column once; write the measures to output.json, a piece to trace.csv."""

import json
import math
import os

import model

SEED = 1995
DT = 1e-4  # s
CUTOFF = 1.0  # s, left out: the model starts from rest
MEASURED = 10.0  # s
TRACE = 2.0  # s after the cutoff that trace.csv holds
EVERY = 50  # steps between samples: 5 ms, 200 Hz


def spectrum(x, rate, low, high):
    """Power of x at the frequencies (Hz) from low to high that fit into its length.

    The definition of the discrete Fourier transform, for those frequencies alone.
    """
    n = len(x)
    power = {}
    for k in range(round(low * n / rate), round(high * n / rate) + 1):
        w = 2 * math.pi * k / n
        re = sum(v * math.cos(w * j) for j, v in enumerate(x))
        im = sum(v * math.sin(w * j) for j, v in enumerate(x))
        power[k * rate / n] = re * re + im * im
    return power


def main():
    times, V = [], []
    for step, (t, v) in enumerate(model.simulate(CUTOFF + MEASURED, DT, SEED), start=1):
        if t > CUTOFF and step % EVERY == 0:
            times.append(t)
            V.append(v)

    mean = sum(V) / len(V)
    sd = math.sqrt(sum((v - mean) ** 2 for v in V) / len(V))

    power = spectrum([v - mean for v in V], 1 / (DT * EVERY), 1.0, 40.0)
    peak = max(power, key=power.get)
    near_peak = sum(p for f, p in power.items() if abs(f - peak) <= 1.0)

    # The slope of the sigmoid at V over its steepest slope, which is 1 for
    # V = v0 and 0 where the cells are silent or at their maximal rate.
    activation = [model.firing_rate(v) / (2 * model.e0) for v in V]
    slope = sum(4 * s * (1 - s) for s in activation) / len(activation)

    metrics = {
        "frequency": peak,  # Hz, where the spectrum from 1 to 40 Hz is highest
        "peak_share": near_peak / sum(power.values()),  # of the power, within 1 Hz of it
        "mean": mean,  # mV
        "sd": sd,  # mV
        "minimum": min(V),  # mV
        "maximum": max(V),  # mV
        "saturation": 1 - slope,
    }
    metrics = {name: round(value, 3) for name, value in metrics.items()}
    for name, value in metrics.items():
        print("{}: {}".format(name, value))

    with open(os.environ.get("GITSWEEP_OUTPUT", "output.json"), "w") as f:
        json.dump(metrics, f, indent=2)
        f.write("\n")
    with open("trace.csv", "w") as f:
        f.write("t,V\n")  # s, mV
        for t, v in zip(times, V):
            if t <= CUTOFF + TRACE:
                f.write("{:.3f},{:.4f}\n".format(t, v))


if __name__ == "__main__":
    main()
