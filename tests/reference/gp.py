"""Kernel matrices, log marginal likelihoods and predictions of scikit-learn's GaussianProcessRegressor.

    python3 tests/reference/gp.py > tests/reference/gp.json

What src/search/learn/gp computes is held against them by the test in its file reference.rs.
"""

import json
import math

import numpy
import sklearn
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, RationalQuadratic, WhiteKernel

LENGTHS = [0.3, 0.8, 1.7]
VARIANCE, NOISE, SHAPE = 1.3, 0.01, 0.9

random = numpy.random.RandomState(7)
x = random.uniform(size=(12, 3)).round(6)
y = (numpy.sin(5 * x[:, 0]) + x[:, 1] * x[:, 2] + 0.1 * random.normal(size=12)).round(6)
at = random.uniform(size=(4, 3)).round(6)

cases = []
for name, kernel, scaling in [
    ("ExpQuad", RBF(LENGTHS), [1, 1, 1]),
    ("Matern52", Matern(LENGTHS, nu=2.5), [1, 1, 1]),
    # scikit-learn's has one length scale: the coordinates are scaled instead.
    ("RatQuad", RationalQuadratic(length_scale=1, alpha=SHAPE), LENGTHS),
]:
    kernel = ConstantKernel(VARIANCE) * kernel + WhiteKernel(NOISE)
    model = GaussianProcessRegressor(kernel, alpha=0, optimizer=None).fit(x / scaling, y)
    mean, deviation = model.predict(at / scaling, return_std=True)
    likelihood, gradient = model.log_marginal_likelihood(model.kernel_.theta, eval_gradient=True)
    names = [hyper.name for hyper in model.kernel_.hyperparameters for _ in range(hyper.n_elements)]
    by = {}
    for key, value in zip(names, gradient):
        by.setdefault(key.rsplit("__", 1)[1], []).append(value)
    cases.append(
        {
            "kernel": name,
            "matrix": model.kernel_(x / scaling).tolist(),
            "log_marginal": likelihood,
            "by_variance": by["constant_value"][0],
            "by_noise": by["noise_level"][0],
            "by_lengths": by["length_scale"] if name != "RatQuad" else None,
            "by_shape": by["alpha"][0] if name == "RatQuad" else None,
            "mean": mean.tolist(),
            # Without the noise, which scikit-learn's kernel holds.
            "deviation": [math.sqrt(d * d - NOISE) for d in deviation],
        }
    )
print(
    json.dumps(
        {
            "sklearn": sklearn.__version__,
            "lengths": LENGTHS,
            "variance": VARIANCE,
            "noise": NOISE,
            "shape": SHAPE,
            "x": x.tolist(),
            "y": y.tolist(),
            "at": at.tolist(),
            "cases": cases,
        },
    )
)
