"""Checks a tour's report: every documented field, and the quality that the README promises.

    python3 tests/app/check_tour.py out/tour.json
"""
import json
import sys

FIELDS = {"stage", "nelbo_nats_per_token", "pass_at_1", "calls_per_sample", "tokens_per_call",
          "tokens_per_second", "seconds"}
PROMISED_PASS_AT_1 = 0.80


def main(path):
    with open(path, encoding="utf-8") as file:
        rows = {row["stage"]: row for row in json.load(file)["rows"]}
    for stage in ("tokenizer", "stage_1", "stage_1_fixed_steps", "autoregressive"):
        missing = FIELDS - rows[stage].keys()
        if missing:
            sys.exit(f"error: {stage}: expected the fields {sorted(missing)}, got none")
    reached = rows["stage_1"]["pass_at_1"]
    if not reached >= PROMISED_PASS_AT_1:
        sys.exit(f"error: pass@1: expected at least {PROMISED_PASS_AT_1}, got {reached}")
    print(f"pass@1 {reached:.3f} >= {PROMISED_PASS_AT_1}")


main(sys.argv[1])
