"""Run the network once, measure its activity, write output.json and spikes.csv."""

import json
import math
import os

from src.model import BalancedNetwork

SEED = 2016
DURATION = 4000.0  # ms
SETTLE = 300.0  # ms at the start that are not measured
BIN = 5.0  # ms, for the population count
RASTER = 500.0  # ms at the end whose spikes are written to spikes.csv
MIN_INTERVALS = 5  # a neuron with fewer interspike intervals has no usable CV
MIN_NEURONS = 16  # and fewer neurons than this with a CV say nothing about the network
RATE_AI = 5.0  # Hz, the excitatory rate that the score takes as ideal


def mean(x):
    return sum(x) / len(x)


def variance(x):
    m = mean(x)
    return sum((v - m) ** 2 for v in x) / len(x)


def irregularity(times_by_neuron):
    """Coefficient of variation of the interspike intervals, mean over neurons.

    0 is a clock, 1 a Poisson process. None where too few neurons spiked enough.
    """
    cvs = []
    for times in times_by_neuron:
        intervals = [b - a for a, b in zip(times, times[1:])]
        if len(intervals) >= MIN_INTERVALS:
            cvs.append(math.sqrt(variance(intervals)) / mean(intervals))
    return mean(cvs) if len(cvs) >= MIN_NEURONS else None


def synchrony(times, start, stop):
    """Fano factor (variance / mean) of the number of spikes per bin.

    1 for independent Poisson neurons, far more where neurons fire together,
    less than 1 where they fire like clocks out of step. None without spikes.
    """
    counts = [0] * round((stop - start) / BIN)
    for t in times:
        counts[min(int((t - start) / BIN), len(counts) - 1)] += 1
    return variance(counts) / mean(counts) if times else None


def score(rate, cv, fano):
    """How far from asynchronous irregular activity: 0 is ideal, less is better.

    The distance from CV = 1, Fano factor = 1 and RATE_AI, where a factor of
    ten in the Fano factor or the rate weighs as much as a CV of 0 does. The
    definition is this example's own. None where the network is too quiet for
    a CV: it is not in that state, and there is no telling how far from it.
    """
    if cv is None or fano is None:
        return None
    return math.sqrt((cv - 1) ** 2 + math.log10(fano) ** 2 + math.log10(rate / RATE_AI) ** 2)


def main():
    net = BalancedNetwork(SEED)
    spikes = net.simulate(DURATION)

    measured = [(t, i) for t, i in spikes if t > SETTLE]
    seconds = (DURATION - SETTLE) / 1000.0
    times = [[] for _ in range(net.n_exc + net.n_inh)]
    for t, i in measured:
        times[i].append(t)
    exc = times[: net.n_exc]
    n_exc_spikes = sum(len(x) for x in exc)
    n_inh_spikes = len(measured) - n_exc_spikes

    rate_exc = n_exc_spikes / net.n_exc / seconds
    rate_inh = n_inh_spikes / net.n_inh / seconds
    cv = irregularity(exc)
    fano = synchrony([t for t, i in measured if i < net.n_exc], SETTLE, DURATION)
    metrics = {
        "score": score(rate_exc, cv, fano),
        "rate_exc": rate_exc,
        "rate_inh": rate_inh,
        "cv": cv,
        "fano": fano,
    }
    # What could not be measured is left out.
    metrics = {k: round(v, 4) for k, v in metrics.items() if v is not None}

    rate = len(measured) / len(times) / seconds
    print("rate: {:.2f} Hz, all neurons".format(rate))
    print("rate_exc: {:.2f} Hz, rate_inh: {:.2f} Hz".format(rate_exc, rate_inh))
    for name in ("cv", "fano", "score"):
        print("{}: {}".format(name, metrics.get(name, "not measurable, too few spikes")))

    with open(os.environ.get("GITSWEEP_OUTPUT", "output.json"), "w") as f:
        json.dump(metrics, f, indent=2)
        f.write("\n")
    with open("spikes.csv", "w") as f:
        f.write("time_ms,neuron\n")
        for t, i in spikes:
            if t > DURATION - RASTER:
                f.write("{:.1f},{}\n".format(t, i))


if __name__ == "__main__":
    main()
