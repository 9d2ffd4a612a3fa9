"""The program of the field's guide over a file of 64-bit floats, column after column, with the `value` column it lacks.

Arguments: the file, and `n_init` of KMeans: `default`, as the guide has it, or a number.
"""

import json
import sys
import time

started = time.perf_counter()
import numpy
import pandas
from sklearn.cluster import KMeans
from sklearn.linear_model import LinearRegression

STARTS = {} if sys.argv[2] == "default" else {"n_init": int(sys.argv[2])}
NAMES = ["posts", "replies", "likes", "events", "retention_rate", "payment", "value"]


def build_user_profile(data):
    data = pandas.get_dummies(data.fillna(0))
    data["profile"] = KMeans(n_clusters=5, **STARTS).fit(data).labels_
    return data


def calculate_activity(data):
    data = data.fillna(0)
    data["activity"] = data["posts"] + data["replies"] + data["likes"] + data["events"]
    return data


def evaluate_user_value(data):
    data = data.fillna(0)
    x = data[["activity", "retention_rate", "payment"]]
    return LinearRegression().fit(x, data["value"]).predict(x)


columns = dict(zip(NAMES, numpy.fromfile(sys.argv[1]).reshape(len(NAMES), -1)))
value = columns.pop("value")
frame = pandas.DataFrame(columns)
begun = time.perf_counter()
frame = build_user_profile(frame)
frame = calculate_activity(frame)
frame["value"] = value
frame["value"] = evaluate_user_value(frame)
ended = time.perf_counter()
spread = 1 - ((value - frame["value"]) ** 2).sum() / ((value - value.mean()) ** 2).sum()
print(
    json.dumps(
        {
            "workMs": 1000 * (ended - begun),
            "startMs": 1000 * (begun - started),
            "profiles": int(frame["profile"].nunique()),
            "r2": float(spread),
        }
    )
)
