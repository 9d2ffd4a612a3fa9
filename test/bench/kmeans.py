"""scikit-learn's KMeans over a file of 64-bit floats, row after row: path, width, k, n_init, seed."""

import json
import resource
import sys
import time

import numpy
from sklearn.cluster import KMeans

path, width, k, n_init, seed = sys.argv[1], *map(int, sys.argv[2:6])
rows = numpy.fromfile(path).reshape(-1, width)
start = time.perf_counter()
model = KMeans(n_clusters=k, n_init=n_init, random_state=seed).fit(rows)
print(
    json.dumps(
        {
            "ms": 1000 * (time.perf_counter() - start),
            "inertia": model.inertia_,
            "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
