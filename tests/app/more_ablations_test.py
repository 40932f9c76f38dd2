"""The ablations of chapters 3 and 5 in miniature: their arms, rows and runs, what a kill leaves."""
import json
import signal
import subprocess
import time
import unittest

from program import FIGURES, LUA_MODEL, SEED, ProgramTest, contents

OPTIONS = [*LUA_MODEL, *"--steps 12 --edit-begin 0.5 --seeds 1".split()]
DISTILL = "--distill-texts 40 --distill-steps 3".split()


def without_speed(value):
    if isinstance(value, dict):
        return {k: without_speed(v) for k, v in value.items() if k != "tokens_per_second"}
    return value


def weights_in(file):
    """The bytes of a safetensors file without its header, which tells the step as well."""
    data = file.with_suffix(".safetensors").read_bytes()
    return data[8 + int.from_bytes(data[:8], "little"):]


class MoreAblations(ProgramTest):
    def ablate(self, name, *options, file="rows.json"):
        return ["ablate", name, "--json", self.folder / file, "--folder", self.folder / "runs",
                *OPTIONS, *([] if "--tasks" in options else ["--tasks", "2"]), *options]

    def rows(self, name, *options):
        result = self.succeed(*self.ablate(name, *options))
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 100)
        return json.loads((self.folder / "rows.json").read_text())["rows"]

    def rows_of_arms(self, name, *parts, options):
        """Part after part, into one file that grows: no command takes long, whatever the build."""
        wanted = []
        for arms in parts:
            wanted += arms
            rows = self.rows(name, "--arms", ",".join(arms), *options)
            self.assertEqual([row["arm"] for row in rows], wanted)
        return rows

    def test_mask_corruption_trains_three_losses_in_the_world_that_is_asked_for(self):
        for choices in ("free", "fixed"):
            rows = self.rows("mask-corruption", "--choices", choices)
            self.assertEqual([row["arm"] for row in rows], ["bound", "level", "capped"])
            for row in rows:
                self.assertEqual(row["choices"], choices)
                self.assertAlmostEqual(
                    row["above_limit_nats_per_token"],
                    row["nelbo_nats_per_token"] - row["limit_nats_per_token"], places=12)
                self.assertEqual(list(row["curve"]),
                                 ["4 steps", "32 steps", "threshold 0.9", "threshold 0.98"])
                self.assertEqual(row["curve"]["4 steps"]["calls_per_sample"], 4)
                config = json.loads((self.folder / "runs/seed_1" / choices / row["arm"] /
                                     "config.json").read_text())["training"]
                self.assertEqual((config["masks"], config["max_weight"], config["edit_begin"]),
                                 ("level" if row["arm"] == "level" else "count",
                                  1 if row["arm"] == "capped" else 2000, 1))
            self.assertEqual(len({row["nelbo_nats_per_token"] for row in rows}), 3)
            (self.folder / "rows.json").unlink()
        self.refuse(*self.ablate("mask-corruption", "--masks", "level"), says="which its arms")
        self.refuse(*self.ablate("mask-corruption", "--max-weight", "1"), says="which its arms")

    def test_trajectory_selection_compares_one_start_with_what_became_of_it(self):
        arms = ["start", "selected", "random", "elbo", "unselected", "baseline"]
        rows = self.rows_of_arms("trajectory-selection", arms[:2], arms[2:4], arms[4:],
                                 options=DISTILL)
        runs = self.folder / "runs" / "seed_1"
        weights = {(runs / folder / "model.safetensors").read_bytes()
                   for folder in ("stage_2", "selected", "random", "elbo", "unselected")}
        self.assertEqual(len(weights), 5)
        pools = {(runs / arm / "pool.safetensors").read_bytes()
                 for arm in ("selected", "random", "unselected")}
        self.assertEqual(len(pools), 1)
        for row in rows:
            self.assertEqual(row["family"], "generation")
            self.assertEqual([name for name in FIGURES if name not in row], [])
            if row["arm"] == "baseline":
                continue
            self.assertEqual(row["curve"]["8 steps"]["calls_per_sample"], 8)
            self.assertIn("threshold 0.9, block 16", row["curve"])
            self.assertEqual(row["orders"]["own"]["trajectories"], 2)
            self.assertEqual("pool" in row, row["arm"] in ("selected", "random", "unselected"))
        start, selected = rows[:2]
        self.assertNotEqual(start["chain_rule_selected"], start["chain_rule_random"])
        self.assertNotEqual(start["chain_rule_selected"], selected["chain_rule_selected"])
        self.refuse(*self.ablate("trajectory-selection", "--distill-texts", "41"),
                    says="choose another --json")
        for option in ("--distill-texts", "--distill-steps"):
            self.refuse(*self.ablate("trajectory-selection", option, "0", file="other.json"),
                        says=f"{option}: expected 1 ...")

    def test_step_reduction_measures_what_is_gained_and_what_is_paid(self):
        arms = ["start", "threshold_only", "own_samples", "on_policy", "group", "kl_3"]
        options = "--tasks 1 --distill-texts 40 --distill-steps 2 --speedup-steps 2".split()
        rows = self.rows_of_arms("step-reduction", arms[:2], *([arm] for arm in arms[2:]),
                                 options=options)
        runs = self.folder / "runs" / "seed_1"
        options = {arm: json.loads((runs / arm / "config.json").read_text())["step_reduction"]
                   for arm in arms[2:]}
        weights = {arm: (runs / arm / "model.safetensors").read_bytes()
                   for arm in ("selected", *arms[2:])}
        # A model that is never right learns nothing from its own samples
        self.assertEqual(weights.pop("own_samples"), weights["selected"])
        self.assertEqual(len(set(weights.values())), 4)
        self.assertEqual(
            [(o["baseline"], o["group"], o["prompts"] * o["group"], o["kl"], o["temperature"])
             for o in options.values()],
            [("none", 1, 16, 0, 0), ("none", 2, 16, 0, 0.5), ("group", 8, 16, 0, 0.5),
             ("none", 2, 16, 3, 0.5)])
        self.assertEqual([o["elbo_weight"] > 0 and o["edit_term"] for o in options.values()],
                         [False, True, True, True])
        for row in rows:
            name = "threshold 0.5" if row["arm"] == "threshold_only" else "threshold 0.9"
            for figure, value in row["curve"][name].items():
                self.assertEqual(row[figure], value)
            self.assertEqual([name for name in FIGURES if name not in row], [])
            self.assertEqual(f"threshold {row['threshold']}", name)
            self.assertEqual(row["curve"]["1 steps"]["calls_per_sample"], 1)
            self.assertEqual(row["left_alone"], row["repair"]["clean"]["exact_rate"])
            self.assertEqual(row["diversity"], row["samples"]["distinct"])
            self.assertGreater(row["samples"]["world_distinct"], 7)  # of 8
            self.assertEqual("speedup" in row, row["arm"] in arms[2:])
            self.assertIsNone(row["stopped"])
        start, lower = rows[:2]
        for figure in ("nelbo_nats_per_token", "restore_rate", "curve"):
            self.assertEqual(start[figure], lower[figure])
        self.refuse(*self.ablate("step-reduction", "--arms", "start,none", file="other.json"),
                    says="--arms: expected start, threshold_only")

    def test_block_decoding_trains_for_blocks_and_measures_all_of_them(self):
        arms = ["stage_2", "blocks_8"]
        rows = self.rows("block-decoding", *DISTILL, "--tasks", 1, "--arms", ",".join(arms),
                         "--speedup-steps", "2")
        self.assertEqual([row["arm"] for row in rows], arms)
        for row, own in zip(rows, ("threshold 0.9", "threshold 0.9, block 8")):
            self.assertEqual(list(row["curve"]), ["threshold 0.9", *(
                f"threshold 0.9, block {size}" for size in (4, 8, 16, 32, 64))])
            for figure, value in row["curve"][own].items():
                self.assertEqual(row[figure], value)
        self.assertNotIn("speedup", rows[0])
        self.assertIn("speedup", rows[1])
        runs = self.folder / "runs" / "seed_1"
        config = json.loads((runs / "blocks_8" / "config.json").read_text())
        self.assertEqual(config["step_reduction"]["block"], 8)
        weights = {name: weights_in(runs / name) for name in (
            "stage_2/model", "on_policy/model", "blocks_8/start", "blocks_8/model")}
        self.assertEqual(weights.pop("blocks_8/start"), weights["on_policy/model"])
        self.assertEqual(len(set(weights.values())), 3)
        self.refuse(*self.ablate("block-decoding", "--canvas", "31", file="other.json"),
                    says="--canvas: expected at least 32")

    def test_an_ablation_killed_in_a_distillation_is_completed(self):
        options = [*DISTILL, "--tasks", "1"]
        command = self.ablate("trajectory-selection", *options)
        runs = self.folder / "runs" / "seed_1"
        for moment in ("selected/config.json", "selected/pool.safetensors",
                       "selected/record.jsonl", "random/config.json", "random/record.jsonl",
                       "elbo/model.safetensors", "unselected/pool.safetensors"):
            process = subprocess.Popen([SEED, *map(str, command)], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            while process.poll() is None and not (runs / moment).exists():
                time.sleep(0.0005)
            process.send_signal(signal.SIGKILL)
            process.wait()
        killed = self.rows("trajectory-selection", *options)
        left = contents(runs)
        self.folder = self.folder / "whole"
        self.folder.mkdir()
        whole = self.rows("trajectory-selection", *options)
        self.assertEqual([without_speed(row) for row in killed],
                         [without_speed(row) for row in whole])
        self.assertEqual(left, contents(self.folder / "runs" / "seed_1"))


if __name__ == "__main__":
    unittest.main()
