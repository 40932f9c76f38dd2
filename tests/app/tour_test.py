"""The tour in miniature: its rows, its table, its runs, and what a kill leaves of it."""
import json
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from program import LUA_MODEL, SEED, ProgramTest, contents

CHECK = pathlib.Path(__file__).with_name("check_tour.py")
STAGES = ["tokenizer", "stage_1", "mask_only", "stage_2", "stage_1_fixed_steps", "autoregressive"]
ROW = ["stage", "nelbo_nats_per_token", "pass_at_1", "restore_rate", "false_edit_rate",
       "edit_pass_at_1", "calls_per_sample", "tokens_per_call", "tokens_per_second", "seconds"]
CONTROL = [f"control_{name}" for name in ("restore_rate", "false_edit_rate", "edit_pass_at_1",
                                          "nelbo_nats_per_token", "pass_at_1")]
DETAILS = {"likelihood", "decoding", "repair", "self_correction", "edit_decoding"}
OPTIONS = [*LUA_MODEL,
           *"--steps 10 --edit-begin 0.6 --autoregressive-steps 3 --tasks 2".split()]


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
            fields = ROW + (CONTROL if stage == "stage_2" else [])
            self.assertEqual(list(row)[:len(fields)], fields)
            self.assertLessEqual(set(row) - set(fields), DETAILS)
            repairs = stage in ("stage_1", "mask_only", "stage_2")
            self.assertEqual(row["restore_rate"] is not None, repairs, stage)
            self.assertEqual(row["edit_pass_at_1"] is not None, repairs, stage)
            self.assertEqual("edit_decoding" in row, repairs, stage)
        control, stage_2 = report["rows"][2:4]
        for name in CONTROL:
            self.assertEqual(stage_2[name], control[name.removeprefix("control_")])
        self.assertNotEqual(stage_2["nelbo_nats_per_token"], control["nelbo_nats_per_token"])
        return report["rows"]

    def table_of(self, printed):
        table = printed.splitlines()[-len(STAGES) - 2:]
        self.assertTrue(table[0].startswith("stage") and set(table[1]) == {"-"}, table)
        self.assertEqual([line.split()[0] for line in table[2:]], STAGES)
        for column in ("pass@1", "restored", "false edits"):
            self.assertIn(column, table[0])
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
            self.refuse("tour", "--out", self.out, *changed(*other), says="--out")
        (self.out / "tour.json").write_text("[]")
        self.refuse("tour", "--out", self.out, *OPTIONS, says="tour.json")
        (self.out / "tour.json").write_bytes(before["tour.json"])
        self.assertEqual(contents(self.out), before)

    def test_stage_2_and_its_control_are_runs_in_one_go_bit_for_bit(self):
        for stage, options in (("stage_2", ["--edit-begin", "0.6"]),
                               ("mask_only", ["--edit-begin", "1"])):
            run = self.folder / stage
            self.succeed("train", "--out", run, *LUA_MODEL, "--steps", "10", *options,
                         "--evaluation-texts", "1")
            self.assertEqual(contents(run), contents(self.out / stage), stage)
        steps = [(self.out / stage / "record.jsonl").read_bytes().splitlines()
                 for stage in ("stage_1", "mask_only", "stage_2")]
        self.assertEqual([len(lines) for lines in steps], [6, 10, 10])
        self.assertEqual(steps[0], steps[1][:6])
        self.assertEqual(steps[0], steps[2][:6])
        self.assertNotEqual(steps[1][6:], steps[2][6:])

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

    def test_the_check_of_a_tour_wants_every_field_and_the_goal(self):
        self.check_goals(self.out, "expected pass@1 of ")
        report = json.loads((self.out / "tour.json").read_text())

        def check_changed(change, says=None):
            copy = json.loads(json.dumps(report))
            copy["rows"][2].update(pass_at_1=0.9, restore_rate=0.3)
            copy["rows"][3].update(control_pass_at_1=0.9, control_restore_rate=0.3,
                                   restore_rate=0.8, false_edit_rate=0.02, edit_pass_at_1=0.7)
            change(copy["rows"])
            (self.folder / "tour.json").write_text(json.dumps(copy))
            self.check_goals(self.folder, says)

        check_changed(lambda rows: None)
        for field in ROW[1:] + CONTROL:
            check_changed(lambda rows: rows[3].pop(field), field)
        for stage in range(len(STAGES)):
            check_changed(lambda rows: rows.pop(stage), STAGES[stage])
        check_changed(lambda rows: rows[3].update(restore_rate=None), "restore_rate")
        check_changed(lambda rows: rows[3].update(control_pass_at_1=0.5), "control_pass_at_1")
        for missed, says in (({"restore_rate": 0.79}, "restore rate, one edit >= 0.80, got 0.790"),
                             ({"false_edit_rate": 0.021}, "false-edit rate <= 0.02, got 0.021"),
                             ({"edit_pass_at_1": 0.69}, "pass@1 of edit tasks >= 0.70, got 0.690")):
            check_changed(lambda rows: rows[3].update(missed), says)

    def test_a_tour_killed_in_every_stage_is_completed(self):
        killed = self.folder / "killed"
        for moment in ("tokenizer.json", "stage_1/record.jsonl", "stage_1/model.safetensors",
                       "mask_only/tokenizer.json", "mask_only/model.safetensors",
                       "stage_2/record.jsonl", "stage_2/config.json", "stage_2/model.safetensors",
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
