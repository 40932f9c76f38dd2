"""Checks a tour's report: every documented field, and the quality that a model must reach.

    python3 tests/app/check_tour.py out/tour.json

Fails where a field is missing, or a goal is not reached: pass@1 of the best diffusion model, and of
stage 2 what it repairs, what it spoils, and how many edit tasks it solves. What stage 2 costs in
likelihood is printed alone: at this number of texts the difference is mostly noise.
"""
import json
import sys

NUMBERS = ["nelbo_nats_per_token", "pass_at_1", "restore_rate", "false_edit_rate",
           "edit_pass_at_1", "calls_per_sample", "tokens_per_call", "tokens_per_second", "seconds"]
CONTROL = ["control_restore_rate", "control_false_edit_rate", "control_edit_pass_at_1",
           "control_nelbo_nats_per_token", "control_pass_at_1"]
DIFFUSION = ["stage_1", "mask_only", "stage_2"]
OTHERS = ["tokenizer", "stage_1_fixed_steps", "autoregressive"]
# Numbers that a row must have
EXPECTED = {**{stage: set(NUMBERS) for stage in DIFFUSION},
            "tokenizer": {"seconds"},
            "stage_1_fixed_steps": {"pass_at_1", *NUMBERS[5:]},
            "autoregressive": {"nelbo_nats_per_token", "pass_at_1", *NUMBERS[5:]}}


def check_fields(report):
    rows = {row["stage"]: row for row in report["rows"]}
    for stage in DIFFUSION + OTHERS:
        if stage not in rows:
            sys.exit(f"error: expected a row {stage}, got {', '.join(rows)}")
        fields = NUMBERS + (CONTROL if stage == "stage_2" else [])
        missing = [name for name in fields if name not in rows[stage]]
        if missing:
            sys.exit(f"error: {stage}: expected the fields {', '.join(missing)}, got none")
        for name in sorted(EXPECTED[stage]):
            if not isinstance(rows[stage][name], (int, float)):
                sys.exit(f"error: {stage}: expected a number as {name}, got {rows[stage][name]}")
    for name in CONTROL:
        if rows["stage_2"][name] != rows["mask_only"][name.removeprefix("control_")]:
            sys.exit(f"error: stage_2: expected the value of mask_only as {name}")
    return rows


def goals_of(rows):
    """(name, reached, goal, is it reached?)"""
    best = max(DIFFUSION, key=lambda stage: rows[stage]["pass_at_1"])
    row = rows["stage_2"]
    at_least = [(f"pass@1 of {best}", rows[best]["pass_at_1"], 0.80),
                ("restore rate, one edit", row["restore_rate"], 0.80),
                ("pass@1 of edit tasks", row["edit_pass_at_1"], 0.70),
                ("restore rate above control's", row["restore_rate"] - row["control_restore_rate"],
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
    row = rows["stage_2"]
    cost = row["nelbo_nats_per_token"] / row["control_nelbo_nats_per_token"] - 1
    print(f"{'NELBO above the control':<28} {cost:7.3f}   goal <= 0.03, or more by chance")
    missed = [f"{name} {goal}, got {reached:.3f}" for name, reached, goal, ok in goals if not ok]
    if missed:
        sys.exit(f"error: expected {'; '.join(missed)}")


main(sys.argv[1])
