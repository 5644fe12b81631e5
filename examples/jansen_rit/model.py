"""The neural mass model of a cortical column.

Jansen & Rit (1995), Electroencephalogram and visual evoked potential generation
in a mathematical model of coupled cortical columns, Biol Cybern 73:357-366: a
single column, with the parameter values given there.

Pyramidal cells (P), excitatory interneurons (EIN) and inhibitory interneurons
(IIN). A population turns potentials (mV) into firing rates (1/s) by a sigmoid,
and a synapse turns rates into potentials by a second-order linear filter.
"""

import math
import random

# Synapses: maximal postsynaptic potential and inverse time constant.
A = 3.25  # mV, excitatory
B = 22.0  # mV, inhibitory
a = 100.0  # 1/s
b = 50.0  # 1/s

# Sigmoid: half of the maximal firing rate, potential at half, and slope.
e0 = 2.5  # 1/s
v0 = 6.0  # mV
r = 0.56  # 1/mV

# Mean numbers of synapses. All go back to one constant C = 135.
C1 = 135.0  # P to EIN: C
C2 = 108.0  # EIN to P: 0.8 C
C3 = 33.75  # P to IIN: 0.25 C
C4 = 33.75  # IIN to P: 0.25 C

# Input from other columns, drawn anew in each time step.
p_low, p_high = 120.0, 320.0  # 1/s


def firing_rate(v):
    """Firing rate (1/s) of a population at the mean potential v (mV)."""
    return 2 * e0 / (1 + math.exp(r * (v0 - v)))


def derivatives(y, p):
    """The six first-order equations of Jansen & Rit (1995); p is the input in 1/s."""
    y0, y1, y2, y3, y4, y5 = y
    return (
        y3,
        y4,
        y5,
        A * a * firing_rate(y1 - y2) - 2 * a * y3 - a * a * y0,
        A * a * (p + C2 * firing_rate(C1 * y0)) - 2 * a * y4 - a * a * y1,
        B * b * C4 * firing_rate(C3 * y0) - 2 * b * y5 - b * b * y2,
    )


def simulate(duration, dt, seed):
    """Heun's method. Yields (time in s, potential of the pyramidal cells in mV).

    The input is constant within a step, uniform between p_low and p_high, so
    its power depends on dt, as in the usual implementations of this model.
    """
    draw = random.Random(seed).random
    y = (0.0,) * 6
    for step in range(1, round(duration / dt) + 1):
        p = p_low + (p_high - p_low) * draw()
        k1 = derivatives(y, p)
        k2 = derivatives([x + dt * k for x, k in zip(y, k1)], p)
        y = tuple(x + dt / 2 * (m + n) for x, m, n in zip(y, k1, k2))
        yield step * dt, y[1] - y[2]
