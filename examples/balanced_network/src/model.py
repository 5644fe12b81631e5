"""A sparse random network of excitatory (E) and inhibitory (I) neurons.

Leaky integrate-and-fire neurons with conductance-based synapses, after
Vogels & Abbott (2005), J Neurosci 25:10786 (the neuron and the synapses), and
Brunel (2000), J Comput Neurosci 8:183 (Poisson input from outside, and the
words for the states: asynchronous irregular, synchronous, ...). Much smaller
than either, so that a run takes a second.

Units: ms, mV, nS, pF. A weight is the step that one spike makes in a
conductance. As in NEST, a negative weight means the inhibitory conductance.

The names of the weights say from where to where: weightEI is from E to I.
"""

import random


class BalancedNetwork:
    def __init__(self, seed):
        # Population sizes, and the probability that two neurons are connected.
        self.n_exc = 160
        self.n_inh = 40
        self.p_connect = 0.2

        # Synaptic weights.
        self.weightEE = 3.0  # nS
        self.weightEI = 2.0  # nS
        self.weightIE = -30.0  # nS, keeps E in balance
        self.weightII = -15.0  # nS
        self.delay = 1.5  # ms

        # Input from outside: an independent Poisson train for each neuron.
        self.weight_ext = 3.0  # nS
        self.rate_ext_E = 0.10  # spikes per ms
        self.rate_ext_I = 0.20  # spikes per ms

        # The neuron: C dV/dt = g_leak (E_leak - V) + g_e (E_exc - V) + g_i (E_inh - V)
        self.C = 200.0  # pF; with g_leak a membrane time constant of 20 ms
        self.g_leak = 10.0  # nS
        self.E_leak = -60.0  # mV
        self.E_exc = 0.0  # mV
        self.E_inh = -80.0  # mV
        self.V_threshold = -50.0  # mV
        self.V_reset = -60.0  # mV
        self.t_refractory = 5.0  # ms
        self.tau_exc = 5.0  # ms, decay of g_e
        self.tau_inh = 10.0  # ms, decay of g_i

        # Only random() is called: Python promises the same sequence from it in
        # every version, which it does not promise for choice, sample or gauss.
        self.rng = random.Random(seed)
        self.connect()

    def connect(self):
        """Draw who is connected to whom: self.targets[i] is a list of neurons."""
        n = self.n_exc + self.n_inh
        draw = self.rng.random
        self.targets = [
            [j for j in range(n) if j != i and draw() < self.p_connect] for i in range(n)
        ]

    def weight(self, source, target):
        from_exc = source < self.n_exc
        to_exc = target < self.n_exc
        if from_exc:
            return self.weightEE if to_exc else self.weightEI
        return self.weightIE if to_exc else self.weightII

    def simulate(self, duration, dt=0.5):
        """Simulate `duration` ms in steps of `dt` ms.

        Returns the spikes, a list of (time in ms, neuron); the neurons below
        n_exc are the excitatory ones.

        Between spikes everything decays linearly, and is stepped by the
        trapezoidal rule, which is stable whatever the conductance. It needs
        only + - * /, so the numbers are the same on every machine; exp() may
        differ in the last digit, and a chaotic network turns that digit into
        different spikes.
        """
        n = self.n_exc + self.n_inh
        draw = self.rng.random
        synapses = [[(j, self.weight(i, j)) for j in self.targets[i]] for i in range(n)]

        decay_exc = (1 - dt / (2 * self.tau_exc)) / (1 + dt / (2 * self.tau_exc))
        decay_inh = (1 - dt / (2 * self.tau_inh)) / (1 + dt / (2 * self.tau_inh))
        half = dt / (2 * self.C)  # ms / pF; times nS it has no unit
        leak = self.g_leak
        leak_drive = self.g_leak * self.E_leak
        E_exc, E_inh = self.E_exc, self.E_inh
        threshold, reset = self.V_threshold, self.V_reset
        weight_ext = self.weight_ext
        p_ext = [self.rate_ext_E * dt] * self.n_exc + [self.rate_ext_I * dt] * self.n_inh
        refractory_steps = round(self.t_refractory / dt)
        delay_steps = round(self.delay / dt)

        V = [reset + (threshold - reset) * draw() for _ in range(n)]
        g_exc = [0.0] * n
        g_inh = [0.0] * n
        ready = [0] * n  # the step from which the neuron may integrate again
        under_way = [[] for _ in range(delay_steps)]  # spikes that have not arrived yet
        spikes = []

        for step in range(round(duration / dt)):
            # Spikes that arrive now. Only these cost a loop over synapses.
            slot = step % delay_steps
            for source in under_way[slot]:
                for target, w in synapses[source]:
                    if w > 0:
                        g_exc[target] += w
                    else:
                        g_inh[target] -= w
            fired = []
            for i in range(n):
                ge = g_exc[i]
                if draw() < p_ext[i]:
                    ge += weight_ext
                gi = g_inh[i]
                g_exc[i] = ge * decay_exc
                g_inh[i] = gi * decay_inh
                if step < ready[i]:
                    continue
                a = half * (leak + ge + gi)
                b = half * (leak_drive + ge * E_exc + gi * E_inh)
                v = (V[i] * (1 - a) + 2 * b) / (1 + a)
                if v >= threshold:
                    fired.append(i)
                    v = reset
                    ready[i] = step + 1 + refractory_steps
                V[i] = v
            under_way[slot] = fired
            t = (step + 1) * dt
            for i in fired:
                spikes.append((t, i))
        return spikes
