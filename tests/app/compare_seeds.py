"""Stage 2 beside its control, over the reports of several tours: mean, smallest and largest.

    python3 tests/app/compare_seeds.py out/tour.json out/seed_2/tour.json out/seed_3/tour.json
"""
import json
import sys

ROWS = [("NELBO, nats per token", ("nelbo_nats_per_token",)),
        ("pass@1, no rewriting", ("pass_at_1",)),
        ("model calls per sample", ("calls_per_sample",)),
        ("restored, one edit", ("repair", "one_edit", "restore_rate")),
        ("whole programs, one edit", ("repair", "one_edit", "exact_rate")),
        ("restored, floor(n / 10) edits", ("repair", "tenth", "restore_rate")),
        ("whole programs, floor(n / 10)", ("repair", "tenth", "exact_rate")),
        ("false edits, clean programs", ("repair", "clean", "false_edit_rate")),
        ("pass@1 of edit tasks", ("edit_decoding", "pass_at_1")),
        ("pass@1 of 4 fixed steps", ("self_correction", "pass_at_1_before")),
        ("... and after a repair", ("self_correction", "pass_at_1_after"))]


def read(path):
    """The rows stage_2 and mask_only of a report."""
    try:
        with open(path, encoding="utf-8") as file:
            rows = {row["stage"]: row for row in json.load(file)["rows"]}
        return rows["stage_2"], rows["mask_only"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"error: {path}: expected the report of a whole tour, got {error!r}")


def value(row, keys):
    for key in keys:
        row = row[key]
    return row


def summary(values):
    return f"{sum(values) / len(values):.3f} ({min(values):.3f} ... {max(values):.3f})"


def main(paths):
    if not paths:
        sys.exit("error: expected the tour.json of a tour or more, got none")
    reports = [read(path) for path in paths]
    print(f"{len(reports)} seeds" + " " * 23 + f"{'stage 2':<27}control")
    for name, keys in ROWS:
        stage_2, control = ([value(row, keys) for row in side] for side in zip(*reports))
        print(f"{name:<30}{summary(stage_2):<27}{summary(control)}")
    cost = [stage_2["nelbo_nats_per_token"] / control["nelbo_nats_per_token"] - 1
            for stage_2, control in reports]
    print(f"{'NELBO above the control':<30}{summary(cost)}")


main(sys.argv[1:])
