"""The tour in miniature: its rows, its table, its runs, and what a kill leaves of it."""
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

from program import FIGURES, LUA_MODEL, REPORTS, SEED, ProgramTest, contents

CHECK = pathlib.Path(__file__).with_name("check_tour.py")
STAGES = ["tokenizer", "stage_1", "stage_2", "trajectories", "speedup", "blocks", "autoregressive"]
VERDICT = (r"(?m)^(passed its \d+ hidden tests|(wrong answer|syntax error|runtime error|"
           r"instruction limit|memory limit): .+)$")
OPTIONS = [*LUA_MODEL,
           *"--steps 10 --edit-begin 0.6 --autoregressive-steps 3 --tasks 2"
          " --distill-texts 3 --distill-steps 2 --speedup-steps 2".split()]


def changed(option, value):
    """The options of the tour with another value of one, or with one more."""
    words = list(OPTIONS)
    if option not in words:
        return [*words, option, value]
    words[words.index(option) + 1] = value
    return words


class Tour(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.out = cls.shared / "tour"
        result = subprocess.run([SEED, "tour", "--out", cls.out, *OPTIONS], check=True,
                                capture_output=True, text=True)
        cls.printed, cls.progress = result.stdout, result.stderr

    def check_rows(self, folder):
        report = json.loads((folder / "tour.json").read_text())
        self.assertEqual(set(report), {"options", "rows"})
        self.assertEqual([row["stage"] for row in report["rows"]], STAGES)
        for row in report["rows"]:
            stage = row["stage"]
            self.assertEqual(list(row)[:1 + len(FIGURES)], ["stage", *FIGURES])
            self.assertGreater(row["seconds"], 0)
            repairs = stage not in ("tokenizer", "autoregressive")
            reports = {"autoregressive": {"likelihood", "decoding"}, "tokenizer": set()}
            self.assertEqual(set(row) - {"stage", "seconds", *FIGURES},
                             reports.get(stage, REPORTS))
            for name in ("threshold", "restore_rate", "false_edit_rate", "edit_pass_at_1"):
                self.assertEqual(row[name] is not None, repairs, stage)
        stage_1, stage_2 = report["rows"][1:3]
        self.assertNotEqual(stage_2["nelbo_nats_per_token"], stage_1["nelbo_nats_per_token"])
        return report["rows"]

    def table_of(self, printed):
        table = printed.splitlines()[-len(STAGES) - 2:]
        self.assertTrue(table[0].startswith("stage") and set(table[1]) == {"-"}, table)
        self.assertEqual([line.split()[0] for line in table[2:]], STAGES)
        for column in ("NELBO", "limit", "above", "pass@1", "at", "mend", "false", "time"):
            self.assertIn(column, table[0])
        self.assertLessEqual(max(map(len, table)), 100)
        return table

    def test_a_tour_ends_with_its_table_and_is_not_run_twice(self):
        self.check_rows(self.out)
        table = self.table_of(self.printed)
        self.assertNotIn("\x1b", self.printed + self.progress)
        before = contents(self.out)
        again = self.succeed("tour", "--out", self.out, *OPTIONS)
        self.assertEqual(self.table_of(again.stdout), table)
        for other in (("--seed", "2"), ("--edit-begin", "0.7"), ("--max-alpha", "0.2"),
                      ("--asked-edits", "0.1"), ("--substitutions", "model")):
            self.refuse("tour", "--out", self.out, *changed(*other), says="another --out")
        (self.out / "tour.json").write_text("[]")
        self.refuse("tour", "--out", self.out, *OPTIONS, says="tour.json")
        (self.out / "tour.json").write_bytes(before["tour.json"])
        self.assertEqual(contents(self.out), before)

    def test_each_sample_ends_with_its_verdict(self):
        denoised, repaired = self.printed.split("Another one with a random edit, repaired:")
        for sample in (denoised, repaired.split("\nstage ")[0]):
            self.assertEqual(len(re.findall(VERDICT, sample)), 1, sample)
            self.assertRegex(sample.rstrip().splitlines()[-1], VERDICT)

    def test_the_table_of_large_numbers_fits_a_hundred_columns(self):
        folder = shutil.copytree(self.out, self.folder / "tour")
        report = json.loads((folder / "tour.json").read_text())
        for row in report["rows"]:
            row.update({name: 0.123 for name in FIGURES}, calls_per_sample=123.4,
                       tokens_per_call=123.4, tokens_per_second=123456, seconds=754)
        (folder / "tour.json").write_text(json.dumps(report))
        table = self.table_of(self.succeed("tour", "--out", folder, *OPTIONS).stdout)
        self.assertEqual(table[-1].split()[1:], "0.123 0.123 0.123 0.123 0.12 0.123 0.123 0.123 "
                         "123.4 123.4 123456 12:34".split())

    def test_stage_2_is_a_run_in_one_go_bit_for_bit(self):
        run = self.folder / "stage_2"
        self.succeed("train", "--out", run, *LUA_MODEL, "--steps", "10", "--edit-begin", "0.6",
                     "--evaluation-texts", "1")
        self.assertEqual(contents(run), contents(self.out / "stage_2"))
        stage_1, stage_2 = [(self.out / stage / "record.jsonl").read_bytes().splitlines()
                            for stage in ("stage_1", "stage_2")]
        self.assertEqual((len(stage_1), len(stage_2)), (6, 10))
        self.assertEqual(stage_1, stage_2[:6])

    def test_a_branch_of_stage_1_becomes_stage_2_or_what_other_options_make_of_it(self):
        def branch(out, *options):
            return ("train", "--branch", self.out / "stage_1", "--out", self.folder / out,
                    *LUA_MODEL, "--evaluation-texts", "1", "--steps", "10", *options)

        self.succeed(*branch("same", "--edit-begin", "0.6"))
        self.assertEqual(contents(self.folder / "same"), contents(self.out / "stage_2"))
        weights = {(self.folder / "same/model.safetensors").read_bytes()}
        for out, options in (("on_top", ["--mask-on-top"]), ("random", ["--asked-edits", "0"]),
                             ("more", ["--edited", "1"])):
            self.succeed(*branch(out, "--edit-begin", "0.6", *options))
            weights.add((self.folder / out / "model.safetensors").read_bytes())
        self.assertEqual(len(weights), 4)
        before = contents(self.folder)
        self.refuse(*branch("same"), says="expected a folder without a run")
        self.refuse(*branch("new", "--rope-theta", "7"), says="--branch")
        self.refuse(*branch("new", "--objective", "autoregressive"), says="--branch")
        self.refuse(*branch("new", "--corpus", self.folder), says="--corpus")
        self.refuse("train", "--branch", self.folder, "--out", self.folder / "new",
                    says="config.json")
        self.refuse("train", "--branch", self.out / "stage_2", "--out", self.folder / "new",
                    *LUA_MODEL, "--steps", "10", says="less than 10 steps")
        self.refuse(*[*branch("new")[:-1], "5"], says="expected a step in 0 ... 5, got 6")
        self.assertEqual(contents(self.folder), before)

    def test_a_tour_without_stage_1_or_stage_2_is_refused_before_anything_is_written(self):
        for other in (("--edit-begin", "0"), ("--edit-begin", "1"), ("--edit-end", "0.6"),
                      ("--steps", "1"), ("--edited", "0")):
            self.refuse("tour", "--out", self.folder / "out", *changed(*other))
            self.assertEqual(contents(self.folder), {}, other)

    def check_goals(self, folder, says=None):
        result = subprocess.run([sys.executable, "-B", CHECK, folder / "tour.json"],
                                capture_output=True, text=True)
        self.assertEqual(result.returncode, 1 if says else 0, result.stderr)
        if says:
            self.assertIn(says, result.stderr)

    def test_the_check_of_a_tour_wants_every_field_and_no_figure_below_its_floor(self):
        self.check_goals(self.out, "expected pass@1 of ")
        report = json.loads((self.out / "tour.json").read_text())

        def check_changed(change, says=None):
            copy = json.loads(json.dumps(report))
            # Just above every floor
            copy["rows"][1].update(restore_rate=0.2)
            copy["rows"][2].update(pass_at_1=0.31, restore_rate=0.69, false_edit_rate=0.019,
                                   edit_pass_at_1=0.19)
            copy["rows"][3].update(pass_at_1=0.41, restore_rate=0.61, edit_pass_at_1=0.16)
            copy["rows"][4].update(pass_at_1=0.41, restore_rate=0.41, edit_pass_at_1=0.11)
            copy["rows"][4]["decoding"].update(pass_at_1=0.41)
            copy["rows"][4]["other_decoding"].update(pass_at_1=0.3)
            copy["rows"][5].update(pass_at_1=0.27, tokens_per_second=1100)
            copy["rows"][6].update(tokens_per_second=10000)
            copy["rows"][4]["other_decoding"].update(calls_per_sample=1)
            copy["rows"][3]["calls_per_sample"] = (
                1.51 * copy["rows"][4]["decoding"]["calls_per_sample"])
            change(copy["rows"])
            (self.folder / "tour.json").write_text(json.dumps(copy))
            self.check_goals(self.folder, says)

        check_changed(lambda rows: None)
        for field in [*FIGURES, "seconds"]:
            check_changed(lambda rows: rows[2].pop(field), field)
        for stage in range(len(STAGES)):
            check_changed(lambda rows: rows.pop(stage), STAGES[stage])
        check_changed(lambda rows: rows[2].update(restore_rate=None), "restore_rate")
        check_changed(lambda rows: rows[1].update(restore_rate=0.30), "above stage 1's >= 0.40")
        for missed, says in (({"restore_rate": 0.59}, "restore rate, one edit >= 0.60, got 0.590"),
                             ({"pass_at_1": 0.29}, "pass@1 of stage_2 >= 0.30, got 0.290"),
                             ({"false_edit_rate": 0.021}, "left alone >= 0.98, got 0.979"),
                             ({"edit_pass_at_1": 0.17}, "pass@1 of edit tasks >= 0.18, got 0.170")):
            check_changed(lambda rows: rows[2].update(missed), says)
        for missed, says in (({"restore_rate": 0.59}, "restore rate, trajectories >= 0.60, got"),
                             ({"pass_at_1": 0.39}, "pass@1 of trajectories >= 0.40, got 0.390"),
                             ({"edit_pass_at_1": 0.14}, "edit tasks, trajectories >= 0.15, got")):
            check_changed(lambda rows: rows[3].update(missed), says)
        for missed, says in (({"pass_at_1": 0.30}, "pass@1 of speedup >= 0.31, got 0.300"),
                             ({"restore_rate": 0.39}, "restore rate, speedup >= 0.40, got 0.390"),
                             ({"edit_pass_at_1": 0.09}, "edit tasks, speedup >= 0.10, got")):
            check_changed(lambda rows: rows[4].update(missed), says)

        for missed, says in (({"pass_at_1": 0.25}, "pass@1 of blocks >= 0.26, got 0.250"),
                             ({"tokens_per_second": 999}, "over baseline >= 0.10, got 0.100")):
            check_changed(lambda rows: rows[5].update(missed), says)

        def slower(rows):  # of the two settings, the one that is as good counts
            rows[4]["decoding"]["calls_per_sample"] *= 1.01
        check_changed(slower, "times fewer calls >= 1.50, got 1.49")

    def test_a_tour_killed_in_every_stage_is_completed(self):
        killed = self.folder / "killed"
        for moment in ("tokenizer.json", "stage_1/record.jsonl", "stage_1/model.safetensors",
                       "stage_2/tokenizer.json", "stage_2/record.jsonl", "stage_2/config.json",
                       "stage_2/model.safetensors", "trajectories/pool.safetensors",
                       "trajectories/record.jsonl", "speedup/config.json", "speedup/record.jsonl",
                       "blocks/config.json", "blocks/record.jsonl",
                       "autoregressive/config.json", "autoregressive/model.safetensors"):
            process = subprocess.Popen([SEED, "tour", "--out", killed, *OPTIONS],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while process.poll() is None and not (killed / moment).exists():
                time.sleep(0.0005)
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.table_of(self.succeed("tour", "--out", killed, *OPTIONS).stdout)
        self.check_rows(killed)
        for name, bytes_of_whole in contents(self.out).items():
            if name != "tour.json":  # it holds seconds
                self.assertEqual((killed / name).read_bytes(), bytes_of_whole, name)


if __name__ == "__main__":
    unittest.main()
