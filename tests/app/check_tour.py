"""Checks a tour's report: every documented field, and the quality that a model must reach.

    python3 tests/app/check_tour.py out/tour.json

Fails where a field is missing, or a goal is not reached: pass@1 of the finished diffusion model,
what it repairs, also beside the model before stage 2, what it spoils, and how many edit tasks it
solves.
"""
import json
import sys

NUMBERS = ["nelbo_nats_per_token", "limit_nats_per_token", "above_limit_nats_per_token",
           "pass_at_1", "threshold", "restore_rate", "false_edit_rate", "edit_pass_at_1", "calls_per_sample",
           "tokens_per_call", "tokens_per_second", "seconds"]
COSTS = NUMBERS[-4:]
# Numbers that a row must have; the limit of a likelihood may be unknown
DIFFUSION = set(NUMBERS) - {"limit_nats_per_token", "above_limit_nats_per_token"}
EXPECTED = {"tokenizer": {"seconds"},
            "stage_1": DIFFUSION,
            "stage_2": DIFFUSION,
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


def goals_of(rows):
    """(name, reached, goal, is it reached?)"""
    row, before = rows["stage_2"], rows["stage_1"]
    at_least = [("pass@1 of stage_2", row["pass_at_1"], 0.80),
                ("restore rate, one edit", row["restore_rate"], 0.80),
                ("pass@1 of edit tasks", row["edit_pass_at_1"], 0.70),
                ("restore rate above stage 1's", row["restore_rate"] - before["restore_rate"],
                 0.50)]
    return [(name, reached, f">= {goal:.2f}", reached >= goal) for name, reached, goal in at_least
            ] + [("false-edit rate", row["false_edit_rate"], "<= 0.02",
                  row["false_edit_rate"] <= 0.02)]


def main(path):
    with open(path, encoding="utf-8") as file:
        rows = check_fields(json.load(file))
    goals = goals_of(rows)
    for name, reached, goal, is_reached in goals:
        print(f"{name:<28} {reached:7.3f}   goal {goal} {'' if is_reached else 'not reached'}")
    missed = [f"{name} {goal}, got {reached:.3f}" for name, reached, goal, ok in goals if not ok]
    if missed:
        sys.exit(f"error: expected {'; '.join(missed)}")


main(sys.argv[1])
