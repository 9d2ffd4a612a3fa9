"""The way of the field guide's program, online: load the fitted models, put one member's features in a row, predict."""

import json
import os
import pickle
import statistics
import sys
import tempfile
import time

import numpy
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

members, features, calls = 5_000, 17, int(sys.argv[1])
rng = numpy.random.default_rng(1)
rows = rng.lognormal(1.0, 1.0, (members, features))
scaler = StandardScaler().fit(rows)
scaled = scaler.transform(rows)
models = {
    "scaler": scaler,
    "profiles": KMeans(n_clusters=5, n_init=1, random_state=1).fit(scaled),
    "lifecycle": RandomForestClassifier(n_estimators=25, max_depth=8, random_state=1).fit(scaled, rows[:, 0] > 3),
    "value": LinearRegression().fit(rows, rows @ rng.random(features)),
}
path = os.path.join(tempfile.mkdtemp(), "models.pickle")
with open(path, "wb") as file:
    pickle.dump(models, file)


def score(loaded, row):
    own = row.reshape(1, -1)
    scaled_row = loaded["scaler"].transform(own)
    return (
        int(loaded["profiles"].predict(scaled_row)[0]),
        float(loaded["lifecycle"].predict_proba(scaled_row)[0, 1]),
        float(loaded["value"].predict(own)[0]),
    )


def load():
    with open(path, "rb") as file:
        return pickle.load(file)


def seconds(once):
    took = []
    for i in range(calls):
        began = time.perf_counter()
        once(rows[i])
        took.append(time.perf_counter() - began)
    return statistics.median(took)


loaded = load()
score(loaded, rows[0])
cached = seconds(lambda row: score(loaded, row))
reloaded = seconds(lambda row: score(load(), row))
os.remove(path)
os.rmdir(os.path.dirname(path))
print(json.dumps({"cached": cached, "reloaded": reloaded}))
