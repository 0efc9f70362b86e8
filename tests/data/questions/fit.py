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
RANK = ["likeness", "ask_cover", "breadth", "whole_cover", "whole_score", "misfit"]
SURE = ["always", "lead", "score", "ask_cover", "breadth", "unknown", "misfit", "length"]
LARGEST_LEAD = 0.4


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


def features(c):
    own = dict(c, misfit=0.0 if c["fits"] else 1.0)
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


def ranked(weights, told, candidates):
    """The best documented candidate and what speaks for it; whether a known unknown stands before it."""
    scored = [(sum(w * x for w, x in zip(weights, features(c))), c) for c in candidates]
    known = [pair for pair in scored if not pair[1]["undocumented"]]
    if not known:
        return None
    score, best = max(known, key=lambda pair: pair[0])
    unknown = max((pair[0] for pair in scored if pair[1]["undocumented"]), default=0.0)
    lead = (score - unknown) / max(score, 1e-6)
    row = [1.0, max(-1.0, min(lead, LARGEST_LEAD)), score, best["ask_cover"], best["breadth"],
           told["unknown"] / max(told["weight"], 1e-6), 0.0 if best["fits"] else 1.0, math.log(max(told["weight"], 0.3))]
    return best, row, lead < 0


def main():
    data = [item for item in load(sys.argv[1]) if item[2]]
    known = entries()
    items = [([features(c) for c in candidates], right, 1.0) for _, _, candidates, right in data]
    random.Random(1).shuffle(order := list(range(len(items))))
    folds = [[order[n] for n in range(len(order)) if n % 5 == fold] for fold in range(5)]
    chance = {}
    for held in folds:
        learn = [i for i in order if i not in held]
        weights = normal(fit_rank([items[i] for i in learn]))
        sure = fit_sure(weights, [data[i] for i in learn], known)
        for i in held:
            chance[i] = judge(weights, sure, data[i], known)
    weights = normal(fit_rank(items))
    print("score:", {name: round(w, 3) for name, w in zip(RANK, weights)})
    print("confidence:", {name: round(w, 2) for name, w in zip(SURE, fit_sure(weights, data, known))})
    asked = [i for i in order if data[i][0]["accept"]]
    out = [i for i in order if not data[i][0]["accept"]]
    print("cross-validated, by threshold:  right  wrong  out of scope answered")
    for threshold in (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7):
        given = {i for i in order if chance[i][0] >= threshold}
        right = sum(chance[i][1] for i in asked if i in given) / len(asked)
        wrong = sum(not chance[i][1] for i in asked if i in given) / len(asked)
        print(f"{threshold:>30.2f} {right:7.3f}{wrong:7.3f}{sum(i in given for i in out) / len(out):7.3f}")


def normal(weights):
    total = sum(abs(w) for w in weights)
    return [w / total for w in weights]


def fit_sure(weights, data, known):
    rows, labels = [], []
    for question, told, candidates, _ in data:
        best = ranked(weights, told, candidates)
        # Where a known unknown wins nothing is answered, so the model need not learn that.
        if best and not best[2]:
            rows.append(best[1])
            labels.append(float(is_right(question, known[best[0]["id"]][0])))
    return fit_logistic(rows, labels)


def judge(weights, sure, item, known):
    question, told, candidates, _ = item
    best = ranked(weights, told, candidates)
    if not best or best[2]:
        return 0.0, False
    chance = 1 / (1 + math.exp(-sum(w * x for w, x in zip(sure, best[1]))))
    return chance, is_right(question, known[best[0]["id"]][0])


if __name__ == "__main__":
    main()
