"""Checks a tour's report: every documented field, and the quality that a model must reach.

    python3 tests/app/check_tour.py out/tour.json

Fails where a field is missing, or a figure is below its floor: what this version is known to reach,
less the spread. Beside it stands the goal, which is not reached yet where the line says so.
"""
import json
import sys

NUMBERS = ["nelbo_nats_per_token", "limit_nats_per_token", "above_limit_nats_per_token",
           "pass_at_1", "threshold", "restore_rate", "false_edit_rate", "edit_pass_at_1",
           "calls_per_sample", "tokens_per_call", "tokens_per_second", "seconds"]
COSTS = NUMBERS[-4:]
DIFFUSION = set(NUMBERS)
EXPECTED = {"tokenizer": {"seconds"},
            "stage_1": DIFFUSION,
            "stage_2": DIFFUSION,
            "trajectories": DIFFUSION,
            "speedup": DIFFUSION,
            "blocks": DIFFUSION,
            "autoregressive": {"nelbo_nats_per_token", "pass_at_1", *COSTS}}


def check_fields(report):
    rows = {row["stage"]: row for row in report["rows"]}
    for stage, numbers in EXPECTED.items():
        if stage not in rows:
            sys.exit(f"error: expected a row {stage}, got {', '.join(rows)}")
        missing = [name for name in NUMBERS if name not in rows[stage]]
        if missing:
            sys.exit(f"error: {stage}: expected the fields {', '.join(missing)}, got none")
        for name in sorted(numbers):
            if not isinstance(rows[stage][name], (int, float)):
                sys.exit(f"error: {stage}: expected a number as {name}, got {rows[stage][name]}")
    return rows


def fewer_calls(before, after):
    """How many times fewer calls a model needs, at the best threshold of the one before it, and at
    the one of its own two with the fewest calls that solves as many tasks, less 0.02."""
    settings = [(after[name]["pass_at_1"], after[name]["calls_per_sample"])
                for name in ("decoding", "other_decoding")]
    as_good = [calls for solved, calls in settings if solved >= before["pass_at_1"] - 0.02]
    best = (after["pass_at_1"], after["calls_per_sample"])
    return before["calls_per_sample"] / min(as_good, default=best[1])


def figures_of(rows):
    """(name, reached, floor, goal)"""
    row, before, selected = rows["stage_2"], rows["stage_1"], rows["trajectories"]
    fast, blocks, baseline = rows["speedup"], rows["blocks"], rows["autoregressive"]
    return [("pass@1 of stage_2", row["pass_at_1"], 0.30, 0.78),
            ("restore rate, one edit", row["restore_rate"], 0.60, 0.88),
            ("pass@1 of edit tasks", row["edit_pass_at_1"], 0.18, 0.70),
            ("restore rate above stage 1's", row["restore_rate"] - before["restore_rate"], 0.40,
             0.50),
            ("right tokens left alone", 1 - row["false_edit_rate"], 0.98, 0.98),
            ("pass@1 of trajectories", selected["pass_at_1"], 0.40, 0.85),
            ("restore rate, trajectories", selected["restore_rate"],
             max(0.60, row["restore_rate"] - 0.10), row["restore_rate"] - 0.05),
            ("edit tasks, trajectories", selected["edit_pass_at_1"], 0.15,
             row["edit_pass_at_1"] - 0.05),
            ("pass@1 of speedup", fast["pass_at_1"], min(0.40, selected["pass_at_1"] - 0.10),
             selected["pass_at_1"] - 0.02),
            ("times fewer calls", fewer_calls(selected, fast), 1.5, 5.2),
            ("restore rate, speedup", fast["restore_rate"], 0.40, 0.80),
            ("edit tasks, speedup", fast["edit_pass_at_1"], 0.10, 0.65),
            ("pass@1 of blocks", blocks["pass_at_1"], min(0.40, fast["pass_at_1"] - 0.15),
             fast["pass_at_1"] - 0.02),
            ("tokens/s, blocks over baseline",
             blocks["tokens_per_second"] / baseline["tokens_per_second"], 0.1, 1.0)]


def main(path):
    with open(path, encoding="utf-8") as file:
        rows = check_fields(json.load(file))
    figures = figures_of(rows)
    for name, reached, floor, goal in figures:
        print(f"{name:<28} {reached:7.3f}   floor {floor:.2f}   goal {goal:.2f}"
              f"{'' if reached >= goal else '   not reached yet'}")
    missed = [f"{name} >= {floor:.2f}, got {reached:.3f}"
              for name, reached, floor, _ in figures if reached < floor]
    if missed:
        sys.exit(f"error: expected {'; '.join(missed)}")


main(sys.argv[1])
