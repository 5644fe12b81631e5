"""A regression whose hyperparameters are tuned: reads input.json, writes its validation error to output.json.

Python 3, no packages. Usage: python3 analysis.py input.json
"""

import csv
import json
import math
import sys


def features(x, degree, basis):
    if basis == "cosine":
        return [math.cos(math.pi * k * x) for k in range(degree + 1)]
    if basis == "step":
        return [1.0] + [float(x > k / degree) for k in range(1, degree)]
    return [(2.0 * x - 1.0) ** k for k in range(degree + 1)]


def solve(matrix, vector):
    """Gauss's elimination with pivots."""
    rows = [row + [value] for row, value in zip(matrix, vector)]
    n = len(rows)
    for column in range(n):
        pivot = max(range(column, n), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(column + 1, n):
            factor = rows[row][column] / rows[column][column]
            rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column])]
    solution = [0.0] * n
    for row in reversed(range(n)):
        known = sum(rows[row][k] * solution[k] for k in range(row + 1, n))
        solution[row] = (rows[row][n] - known) / rows[row][row]
    return solution


def main(path):
    with open(path) as file:
        setting = json.load(file)
    degree, ridge, basis = setting["degree"], setting["ridge"], setting["basis"]
    with open(setting["data_file"]) as file:
        points = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(file)]
    # Every third point is for validation.
    train = [point for index, point in enumerate(points) if index % 3]
    validation = points[::3]
    rows = [features(x, degree, basis) for x, _ in train]
    n = len(rows[0])
    gram = [[sum(row[i] * row[j] for row in rows) + ridge * (i == j) for j in range(n)] for i in range(n)]
    weights = solve(gram, [sum(row[i] * y for row, (_, y) in zip(rows, train)) for i in range(n)])
    error = 0.0
    for x, y in validation:
        predicted = sum(w * f for w, f in zip(weights, features(x, degree, basis)))
        error += (predicted - y) ** 2
    with open("output.json", "w") as file:
        json.dump({"objective": error / len(validation), "weights": n}, file)


if __name__ == "__main__":
    main(sys.argv[1])
