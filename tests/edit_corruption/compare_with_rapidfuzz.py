"""Holds our Levenshtein distances, and their speed, against rapidfuzz on the same pairs.

    python compare_with_rapidfuzz.py --seed build/release/seed [--rounds N]

`seed bench levenshtein` times its ways on one core and writes the pairs; then rapidfuzz is timed on
them, in the same run and by the same clock (processor time, best of N rounds). rapidfuzz is given
strings, its fastest input, and counts by the faster of two calls: `distance` pair by pair, and
`process.cpdist` for all pairs at once.

Exits with status 1 where a distance differs. The times are a report: a busy machine fails nothing.
Needs: pip install rapidfuzz safetensors numpy
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
from rapidfuzz import __version__, process
from rapidfuzz.distance import Levenshtein
from safetensors.numpy import load_file

GOAL = 2.0


def text(tokens):
    """A string with one character for each token that is no padding."""
    return "".join(chr(token + 1) for token in tokens if token >= 0)


def best_rate(pairs, rounds, work):
    """Pairs per second of the best round; a round repeats the work until 20 ms have passed."""
    best = 0.0
    for _ in range(rounds):
        start, done, seconds = time.process_time(), 0, 0.0
        while seconds < 0.02:
            work()
            done += pairs
            seconds = time.process_time() - start
        best = max(best, done / seconds)
    return best


def rapidfuzz_rate(a, b, rounds):
    def one_by_one():
        for x, y in zip(a, b):
            Levenshtein.distance(x, y)

    def all_at_once():
        process.cpdist(a, b, scorer=Levenshtein.distance, workers=1, dtype=np.int32)

    return max(best_rate(len(a), rounds, one_by_one), best_rate(len(a), rounds, all_at_once))


def run_ours(seed, rounds):
    with tempfile.TemporaryDirectory() as folder:
        report, pairs = (pathlib.Path(folder) / name for name in ("report", "pairs"))
        command = [seed, "bench", "levenshtein", "--rounds", str(rounds), "--json", str(report),
                   "--pairs", str(pairs)]
        subprocess.run(command, check=True)
        return json.loads(report.read_text())["rows"], load_file(pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", required=True, help="the program")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    rows, arrays = run_ours(options.seed, options.rounds)
    print(f"\n{'length':>6} {'alphabet':>8} {'related':>7} {'Myers':>10} {'rapidfuzz':>10} "
          f"{'time ratio':>10}   (rapidfuzz {__version__}, pairs per second)")
    worst = 0.0
    for row in rows:
        if row["variant"] != "myers":
            continue
        kind = "related" if row["related"] else "unrelated"
        name = f"{row['length']}.{row['alphabet']}.{kind}"
        a, b = ([text(tokens) for tokens in arrays[f"{name}.{side}"].tolist()] for side in "ab")
        theirs = [Levenshtein.distance(x, y) for x, y in zip(a, b)]
        if theirs != arrays[f"{name}.distances"].tolist():
            sys.exit(f"{name}: the distances differ")
        rate = rapidfuzz_rate(a, b, options.rounds)
        ratio = rate / row["pairs_per_second"]
        worst = max(worst, ratio)
        print(f"{row['length']:>6} {row['alphabet']:>8} {'yes' if row['related'] else 'no':>7} "
              f"{row['pairs_per_second']:>10.0f} {rate:>10.0f} {ratio:>10.2f}")
    print(f"same distances; at worst ours takes {worst:.2f} times as long as rapidfuzz")
    print(f"the goal, at most {GOAL} times, is {'met' if worst <= GOAL else 'NOT met in this run'}")


if __name__ == "__main__":
    main()
