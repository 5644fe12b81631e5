"""A leaky integrate-and-fire neuron with noise: how far is its rate from 20 spikes a second? Python 3, no packages."""

import json
import math
import random

current = 1.0  # nA
tau = 20.0  # ms
seed = 1

TARGET = 20.0  # Hz
SECONDS = 2.0
STEP = 0.1  # ms
NOISE = 0.4  # of the threshold, at rest


def spikes():
    draws = random.Random(seed)
    voltage, count, resting = 0.0, 0, 0.0
    for _ in range(int(SECONDS * 1000.0 / STEP)):
        if resting > 0.0:
            resting -= STEP
            continue
        voltage += STEP / tau * (current - voltage) + NOISE * math.sqrt(2.0 * STEP / tau) * draws.gauss(0.0, 1.0)
        if voltage >= 1.0:
            voltage, resting = 0.0, 2.0
            count += 1
    return count


rate = spikes() / SECONDS
with open("output.json", "w") as output:
    json.dump({"error": (rate / TARGET - 1.0) ** 2, "rate": rate}, output)
