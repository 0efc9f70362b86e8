"""Fits the weights of `domain/answers/evidence.rs` and `outcome.rs` on the question files beside this one.

    cargo build && python3 tests/data/questions/fit.py target/debug/firstmate

Reads what `ask --json --explain` says of every question and fits two small logistic models by gradient ascent: which
candidate is right (weights of the score), and whether the best one is (confidence). Prints the weights, which are rounded
by hand before they enter the source, and what five-fold cross-validation says of them. Standard library only.
"""

import json
import math
import pathlib
import random
import re
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[2]
RANK = ["likeness", "ask_cover", "whole_cover", "breadth", "ask_score", "whole_score", "misfit"]


def entries():
    found = {}
    for path in (ROOT / "commands/onboard/answers").glob("*.md"):
        _, front, text = path.read_text().split("+++\n", 2)
        front = tomllib.loads(front)
        links = [source["url"] for source in front.get("sources", [])]
        found[path.stem] = ("\n".join([front["title"], text, *links]), front.get("undocumented", False))
    return found


def is_right(question, text):
    return bool(question["accept"]) and all(any(re.search(p, text, re.I) for p in group) for group in question["accept"])


def likeness(c):
    total = c["ask_cover"] + c["ask_focus"]
    return 2 * c["ask_cover"] * c["ask_focus"] / total + 0.1 * c["order"] if total else 0.0


def features(c):
    own = dict(c, likeness=likeness(c), misfit=0.0 if c["fits"] else 1.0)
    return [float(own[name]) for name in RANK]


def softmax(weights, rows):
    scores = [sum(w * x for w, x in zip(weights, row)) for row in rows]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def fit_rank(items, steps=400, rate=0.5, decay=0.002):
    weights = [1.0] * len(RANK)
    for _ in range(steps):
        slope = [-decay * w for w in weights]
        for rows, right, share in items:
            given = softmax(weights, rows)
            good = sum(p for p, ok in zip(given, right) if ok)
            if not good:
                continue
            for p, ok, row in zip(given, right, rows):
                pull = share * ((p / good if ok else 0.0) - p) / len(items)
                for i, x in enumerate(row):
                    slope[i] += pull * x
        weights = [w + rate * s for w, s in zip(weights, slope)]
    return weights


def fit_logistic(rows, labels, steps=3000, rate=0.3, decay=0.001):
    weights = [0.0] * len(rows[0])
    for _ in range(steps):
        slope = [-decay * w for w in weights]
        for row, label in zip(rows, labels):
            error = label - 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, row))))
            for i, x in enumerate(row):
                slope[i] += error * x / len(rows)
        weights = [w + rate * s for w, s in zip(weights, slope)]
    return weights


def load(binary):
    known = entries()
    questions = [json.loads(line) for name in ("dev", "held-out") for line in (HERE / f"{name}.jsonl").open()]
    lines = "\n".join(question["q"].replace("\n", " ") for question in questions)
    out = subprocess.run([binary, "ask", "--json", "--explain", "--commands", ROOT / "commands", "-"], input=lines,
                         capture_output=True, text=True, check=True).stdout
    for question, line in zip(questions, out.splitlines(), strict=True):
        told = json.loads(line)["explain"]
        candidates = told["candidates"]
        if question["accept"]:
            right = [not known[c["id"]][1] and is_right(question, known[c["id"]][0]) for c in candidates]
        else:
            right = [known[c["id"]][1] for c in candidates]
        yield question, told, candidates, right


def main():
    data = [item for item in load(sys.argv[1]) if item[2]]
    items = [([features(c) for c in candidates], right, 1.0) for _, _, candidates, right in data]
    random.Random(1).shuffle(order := list(range(len(items))))
    hits = {"in": 0, "out": 0}
    sizes = {"in": 0, "out": 0}
    for fold in range(5):
        weights = fit_rank([items[i] for n, i in enumerate(order) if n % 5 != fold])
        for i in (i for n, i in enumerate(order) if n % 5 == fold):
            given = softmax(weights, items[i][0])
            side = "in" if data[i][0]["accept"] else "out"
            sizes[side] += 1
            hits[side] += items[i][1][given.index(max(given))]
    weights = fit_rank(items)
    total = sum(abs(w) for w in weights)
    print("rank weights:", {name: round(w / total, 3) for name, w in zip(RANK, weights)})
    print("first right, cross-validated:", {side: f"{hits[side]}/{sizes[side]}" for side in hits})


if __name__ == "__main__":
    main()
