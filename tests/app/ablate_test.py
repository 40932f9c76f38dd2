"""An ablation in miniature: its rows, its table, its runs, what a kill leaves, what is refused."""
import json
import re
import shutil
import signal
import subprocess
import time
import unittest

from program import FIGURES, LUA_MODEL, REPORTS, SEED, ProgramTest, contents

ARMS = ["mask_only", "stage_2"]
OPTIONS = [*LUA_MODEL, *"--steps 10 --edit-begin 0.6 --tasks 2 --threads 1".split()]


def ablate(file, folder, *options, name="edit-corruption"):
    return ["ablate", name, "--json", file, "--folder", folder, *OPTIONS, *options]


def without_speed(text):
    """The rows of a report but for what the clock says."""
    def strip(value):
        if isinstance(value, dict):
            return {k: strip(v) for k, v in value.items() if k != "tokens_per_second"}
        return value
    return [strip(row) for row in json.loads(text)["rows"]]


class Ablate(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file, cls.runs = cls.shared / "rows.json", cls.shared / "runs"
        command = [SEED, *ablate(cls.file, cls.runs, "--seeds", "2")]
        cls.printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def test_every_arm_and_seed_has_a_row_with_the_figures_and_the_reports(self):
        report = json.loads(self.file.read_text())
        self.assertEqual(list(report), ["options", "rows"])
        self.assertEqual([(row["arm"], row["seed"]) for row in report["rows"]],
                         [(arm, seed) for seed in (1, 2) for arm in ARMS])
        for row in report["rows"]:
            self.assertEqual(list(row)[:2 + len(FIGURES)], ["arm", "seed", *FIGURES])
            self.assertEqual(set(row) - {"arm", "seed", *FIGURES}, REPORTS)
            self.assertEqual(row["nelbo_nats_per_token"], row["likelihood"]["nelbo_nats_per_token"])
            self.assertEqual(row["restore_rate"], row["repair"]["one_edit"]["restore_rate"])
            self.assertEqual(row["false_edit_rate"], row["repair"]["clean"]["false_edit_rate"])
            self.assertEqual(row["pass_at_1"], row["decoding"]["pass_at_1"])
            self.assertEqual(row["edit_pass_at_1"], row["edit_decoding"]["pass_at_1"])
            self.assertEqual((row["decoding"]["family"], row["edit_decoding"]["family"]),
                             ("generation", "edit"))
            self.assertEqual(row["self_correction"]["steps"], 4)
        values = {row["nelbo_nats_per_token"] for row in report["rows"]}
        self.assertEqual(len(values), 4)

    def test_the_table_has_mean_and_spread_of_both_arms(self):
        lines = self.printed.splitlines()
        for arm in ARMS:
            self.assertIn(f"{arm}, 2 seeds", lines[0])
        self.assertLessEqual(max(map(len, lines)), 100)
        rows = json.loads(self.file.read_text())["rows"]
        for column, arm in enumerate(ARMS):
            values = [row["nelbo_nats_per_token"] for row in rows if row["arm"] == arm]
            told = f"{sum(values) / 2:.3f} ({min(values):.3f} ... {max(values):.3f})"
            self.assertEqual(re.split(r" {2,}", lines[2])[1 + column], told)

    def test_the_arms_are_the_runs_that_train_makes_of_the_same_options(self):
        for seed in ("1", "2"):
            for arm, begin in (("mask_only", "1"), ("stage_2", "0.6")):
                run = self.folder / (arm + seed)
                self.succeed("train", "--out", run, *LUA_MODEL, "--steps", "10", "--seed", seed,
                             "--edit-begin", begin, "--evaluation-texts", "1")
                self.assertEqual(contents(run), contents(self.runs / f"seed_{seed}" / arm))

    def test_rows_that_are_there_are_not_made_again_and_seeds_can_be_added(self):
        file, before = shutil.copy(self.file, self.folder / "rows.json"), self.file.read_bytes()
        again = self.succeed(*ablate(file, self.folder / "runs", "--seeds", "2"))
        self.assertEqual((again.stdout, again.stderr), (self.printed, ""))
        self.assertEqual(contents(self.folder), {"rows.json": before})
        self.succeed(*ablate(file, self.folder / "runs", "--seeds", "1", "--seed", "7"))
        rows = json.loads(file.read_text())["rows"]
        self.assertEqual(rows[:4], json.loads(before)["rows"])
        self.assertEqual([(row["arm"], row["seed"]) for row in rows[4:]], [(a, 7) for a in ARMS])

    def test_an_ablation_killed_in_every_run_is_completed(self):
        file, runs = self.folder / "rows.json", self.folder / "runs"
        command = ablate(file, runs, "--seeds", "1")
        moments = [runs / "seed_1" / run / name for run in ("stage_1", *ARMS)
                   for name in ("tokenizer.json", "record.jsonl", "model.safetensors")]
        for moment in [*moments, file]:
            process = subprocess.Popen([SEED, *command], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            while process.poll() is None and not moment.exists():
                time.sleep(0.0005)
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.succeed(*command)
        self.assertEqual(without_speed(file.read_text()),
                         without_speed(self.file.read_text())[:2])
        self.assertEqual(contents(runs / "seed_1"), contents(self.runs / "seed_1"))

    def test_other_options_and_other_files_are_refused_and_nothing_is_lost(self):
        before = contents(self.shared)

        def refuse(*options, says, **named):
            self.refuse(*ablate(self.file, self.runs, *options, **named), says=says)
            self.assertEqual(contents(self.shared), before)

        for other in ("--max-alpha 0.2", "--learning-rate 0.01", "--canvas 100", "--mask-on-top"):
            refuse(*other.split(), says="choose another --json")
        self.refuse(*[w if w != "10" else "11" for w in ablate(self.file, self.runs)],
                    says="choose another --json")
        refuse(name="no-such-experiment", says="expected one of mask-corruption, edit-corruption")
        refuse(name="", says="expected one of mask-corruption, edit-corruption")
        for seeds in ("0", "-1", "x"):
            refuse("--seeds", seeds, says="--seeds")
        other_rows = self.folder / "rows.json"
        self.refuse(*ablate(other_rows, self.runs, "--max-alpha", "0.2"), says="seed_1/stage_1")
        for text in ("", "[]", '{"rows": []}', '{"options": {}, "rows": [1]}'):
            other_rows.write_text(text)
            self.refuse(*ablate(other_rows, self.folder / "runs"), says="rows.json")
            self.assertEqual(contents(self.folder), {"rows.json": text.encode()})
        self.assertEqual(contents(self.shared), before)

    def test_what_cannot_be_trained_is_refused_before_anything_is_written(self):
        file, runs = self.folder / "rows.json", self.folder / "runs"
        self.refuse("ablate", "edit-corruption", *OPTIONS, says="--json")
        self.refuse(*ablate(self.folder / "missing" / "rows.json", runs), says="cannot write")
        words = ablate(file, runs)
        for option, value in (("--edit-begin", "1"), ("--edit-begin", "0"), ("--steps", "1"),
                              ("--steps", "0"), ("--tasks", "0"), ("--layers", "0")):
            changed = list(words)
            changed[changed.index(option) + 1] = value
            self.refuse(*changed)
            self.assertEqual(contents(self.folder), {}, (option, value))


if __name__ == "__main__":
    unittest.main()
