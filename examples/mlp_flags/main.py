"""Train a small multi-layer perceptron to tell two interleaved half circles apart.

Plain backpropagation (Rumelhart, Hinton & Williams 1986, Nature 323:533) with
stochastic gradient descent, one example at a time. Everything that a search
might vary is a flag: see --help.
"""

import argparse
import json
import math
import os
import random
import sys

DATA_SEED = 1986  # the data are the same in every run, whatever --seed is
N_TRAIN = 200
N_VALIDATION = 400
NOISE = 0.25  # standard deviation; the half circles have radius 1


def two_moons(n, rng):
    """n points ((x, y), label) from two half circles, with Gaussian noise."""
    data = []
    for i in range(n):
        label = i % 2
        angle = math.pi * rng.random()
        x, y = math.cos(angle), math.sin(angle)
        if label == 1:
            x, y = 1.0 - x, 0.5 - y
        data.append(((x + rng.gauss(0.0, NOISE), y + rng.gauss(0.0, NOISE)), label))
    return data


# An activation: the function, and its slope as a function of its output.
ACTIVATIONS = {
    "tanh": (math.tanh, lambda out: 1.0 - out * out),
    "relu": (lambda x: x if x > 0.0 else 0.0, lambda out: 1.0 if out > 0.0 else 0.0),
}


class Perceptron:
    def __init__(self, sizes, activation, rng):
        self.activate, self.slope = ACTIVATIONS[activation]
        # layers[k][j] holds the weights into unit j of layer k, its bias last.
        # Uniform start after Glorot & Bengio (2010).
        self.layers = []
        for n_in, n_out in zip(sizes, sizes[1:]):
            bound = math.sqrt(6.0 / (n_in + n_out))
            self.layers.append(
                [[bound * (2.0 * rng.random() - 1.0) for _ in range(n_in)] + [0.0] for _ in range(n_out)]
            )

    def forward(self, x):
        """The outputs of all layers, the input first; the last is the logit of label 1."""
        outputs = [list(x)]
        for k, units in enumerate(self.layers):
            before = outputs[-1] + [1.0]
            sums = [sum(map(float.__mul__, w, before)) for w in units]
            last = k == len(self.layers) - 1
            outputs.append(sums if last else [self.activate(s) for s in sums])
        return outputs

    def learn(self, x, label, rate):
        """One step down the gradient of the cross-entropy."""
        outputs = self.forward(x)
        deltas = [sigmoid(outputs[-1][0]) - label]
        for k in reversed(range(len(self.layers))):
            units = self.layers[k]
            before = outputs[k]
            if k > 0:
                deltas_before = [
                    self.slope(out) * sum(d * w[i] for d, w in zip(deltas, units))
                    for i, out in enumerate(before)
                ]
            for d, w in zip(deltas, units):
                step = rate * d
                for i, out in enumerate(before):
                    w[i] -= step * out
                w[-1] -= step
            if k > 0:
                deltas = deltas_before


def sigmoid(x):
    # Two forms, so that exp() never overflows.
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    return math.exp(x) / (1.0 + math.exp(x))


def evaluate(net, data):
    """Mean cross-entropy in nats, and the share of right answers."""
    loss = 0.0
    right = 0
    for x, label in data:
        logit = net.forward(x)[-1][0]
        loss += max(logit, 0.0) - logit * label + math.log1p(math.exp(-abs(logit)))
        right += (logit > 0.0) == (label == 1)
    return loss / len(data), right / len(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=8, help="units in each hidden layer")
    parser.add_argument("--depth", type=int, default=2, help="number of hidden layers")
    parser.add_argument("--learning_rate", type=float, default=0.05)
    parser.add_argument("--activation", choices=sorted(ACTIVATIONS), default="tanh")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the order of examples")
    parser.add_argument("--decay", action="store_true", help="let the learning rate fall to zero, linearly")
    args = parser.parse_args()

    data_rng = random.Random(DATA_SEED)
    train = two_moons(N_TRAIN, data_rng)
    validation = two_moons(N_VALIDATION, data_rng)

    rng = random.Random(args.seed)
    net = Perceptron([2] + [args.layers] * args.depth + [1], args.activation, rng)

    with open("learning_curve.csv", "w") as curve:
        curve.write("epoch,training_loss,validation_loss\n")
        for epoch in range(1, args.epochs + 1):
            rate = args.learning_rate
            if args.decay:
                rate *= 1.0 - (epoch - 1) / args.epochs
            rng.shuffle(train)
            for x, label in train:
                net.learn(x, label, rate)
            training_loss, _ = evaluate(net, train)
            validation_loss, accuracy = evaluate(net, validation)
            if not math.isfinite(training_loss + validation_loss):
                sys.exit("diverged in epoch {}: the learning rate is too high".format(epoch))
            curve.write("{},{:.5f},{:.5f}\n".format(epoch, training_loss, validation_loss))

    metrics = {
        "validation_loss": round(validation_loss, 5),
        "validation_accuracy": round(accuracy, 5),
        "training_loss": round(training_loss, 5),
    }
    for name, value in metrics.items():
        print("{}: {}".format(name, value))
    with open(os.environ.get("GITSWEEP_OUTPUT", "output.json"), "w") as f:
        json.dump(metrics, f, indent=2)
        f.write("\n")


if __name__ == "__main__":
    main()
