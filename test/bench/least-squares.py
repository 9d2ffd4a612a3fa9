"""scikit-learn's LinearRegression on columns of 64-bit floats, one after the other, y last: path, columns, rounds."""

import json
import sys
import time

import numpy
from sklearn.linear_model import LinearRegression

path, columns, rounds = sys.argv[1], *map(int, sys.argv[2:4])
data = numpy.fromfile(path).reshape(columns, -1)
x, y = numpy.ascontiguousarray(data[:-1].T), data[-1].copy()
# Since 1.7 the default tolerance cuts off what is a millionth of the largest column; with this one nothing is.
exact = {"tol": numpy.finfo(float).eps} if "tol" in LinearRegression().get_params() else {}
times = []
for _ in range(rounds + 1):
    start = time.perf_counter()
    model = LinearRegression(**exact).fit(x, y)
    times.append(1000 * (time.perf_counter() - start))
default = LinearRegression().fit(x, y)
# The first one warms up.
print(json.dumps({"ms": times[1:], "coefficients": model.coef_.tolist(), "byDefault": default.coef_.tolist()}))
