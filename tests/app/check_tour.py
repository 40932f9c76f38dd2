"""Checks a tour's report: every documented field, and the quality that a model must reach.

    python3 tests/app/check_tour.py out/tour.json

Fails where a field is missing or the best diffusion model solves fewer tasks than the goal. The
other goals are printed beside what was reached.
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
GOAL_PASS_AT_1 = 0.80


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


def print_goals(row):
    """The other goals of stage 2, without judgement: (name, reached, goal, is it reached?)."""
    cost = row["nelbo_nats_per_token"] / row["control_nelbo_nats_per_token"] - 1
    goals = [("restore rate, one edit", row["restore_rate"], ">= 0.80",
              row["restore_rate"] >= 0.80),
             ("restore rate of the control", row["control_restore_rate"], "lower",
              row["control_restore_rate"] < row["restore_rate"]),
             ("false-edit rate", row["false_edit_rate"], "<= 0.02",
              row["false_edit_rate"] <= 0.02),
             ("NELBO above the control's", cost, "<= 0.03", cost <= 0.03),
             ("pass@1 of edit tasks", row["edit_pass_at_1"], ">= 0.70",
              row["edit_pass_at_1"] >= 0.70)]
    for name, reached, goal, is_reached in goals:
        print(f"{name:<28} {reached:7.3f}   goal {goal:<8} {'' if is_reached else 'not reached'}")


def main(path):
    with open(path, encoding="utf-8") as file:
        rows = check_fields(json.load(file))
    best = max(DIFFUSION, key=lambda stage: rows[stage]["pass_at_1"])
    reached = rows[best]["pass_at_1"]
    print(f"{'pass@1 of ' + best:<28} {reached:7.3f}   goal >= {GOAL_PASS_AT_1:.2f}")
    print_goals(rows["stage_2"])
    if reached < GOAL_PASS_AT_1:
        sys.exit(f"error: expected pass@1 >= {GOAL_PASS_AT_1:.2f} of the best diffusion model, got "
                 f"{reached:.3f} of {best}")


main(sys.argv[1])
