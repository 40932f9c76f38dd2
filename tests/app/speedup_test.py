"""seed speedup in miniature: its files, its record, what a kill leaves, what it refuses."""
import json
import shutil
import signal
import subprocess
import time
import unittest

from program import LUA_MODEL, SEED, ProgramTest, contents

TRAIN = ["train", *LUA_MODEL, *"--steps 8 --edit-begin 0.5 --evaluation-texts 2".split()]
SMALL = ("--steps 5 --prompts 2 --group 2 --states 4 --kept-texts 2 --first-threshold 0.02 "
         "--last-threshold 0.01 --checkpoint-every 2 --threads 2").split()
FIELDS = ["step", "loss", "gradient_norm", "learning_rate", "right", "calls", "cost", "reward",
          "distinct", "log_ratio", "threshold", "skipped"]


class Speedup(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start = cls.shared / "start"
        cls.whole = cls.shared / "whole"
        for command in ([*TRAIN, "--out", cls.start],
                        ["speedup", "--from", cls.start, "--out", cls.whole, *SMALL,
                         "--json", cls.shared / "windows.json"]):
            cls.printed = subprocess.run([SEED, *command], check=True, capture_output=True,
                                         text=True).stdout

    def speedup(self, *options):
        return ["speedup", "--from", self.start, *SMALL, *options]

    def test_a_run_has_its_files_its_record_and_a_table(self):
        self.assertEqual(sorted(path.name for path in self.whole.iterdir()),
                         ["best.safetensors", "config.json", "model.safetensors", "record.jsonl",
                          "start.safetensors", "tokenizer.json", "training.safetensors"])
        lines = [json.loads(line) for line in (self.whole / "record.jsonl").read_text().split("\n")
                 if line]
        self.assertEqual([line["step"] for line in lines], [1, 2, 3, 4, 5])
        for line in lines:
            self.assertEqual(sorted(line), sorted(FIELDS))
            self.assertGreaterEqual(line["calls"], 1)
            self.assertEqual(line["skipped"], 0)
        self.assertEqual([round(line["threshold"], 6) for line in lines],
                         [0.02, 0.0175, 0.015, 0.0125, 0.01])
        report = json.loads((self.shared / "windows.json").read_text())
        mean = sum(line["calls"] for line in lines) / 5
        for window in ("first", "last"):
            self.assertAlmostEqual(report[window]["calls"], mean)
            self.assertEqual((report[window]["first_step"], report[window]["last_step"]), (1, 5))
        self.assertIn(f"{mean:.3f}", self.printed)
        self.assertLessEqual(max(map(len, self.printed.splitlines())), 100)
        config = json.loads((self.whole / "config.json").read_text())
        self.assertEqual(config["step_reduction"]["first_text"], 8 * 4)
        self.succeed("eval", self.whole, *"--tasks 2 --texts 2 --repair-texts 2".split())

    def test_by_blocks_the_rollouts_and_what_is_learned_of_them_are_others(self):
        blocks = self.folder / "blocks"
        self.succeed(*self.speedup("--block", 16, "--out", blocks))
        config = json.loads((blocks / "config.json").read_text())
        self.assertEqual(config["step_reduction"]["block"], 16)
        self.assertNotEqual((blocks / "model.safetensors").read_bytes(),
                            (self.whole / "model.safetensors").read_bytes())
        record = [json.loads(line) for line in (blocks / "record.jsonl").read_text().splitlines()]
        self.assertGreaterEqual(min(line["calls"] for line in record), 1)
        new = ("--out", self.folder / "other")
        for size in (-1, 97):
            self.refuse(*self.speedup("--block", size, *new), says="--block: expected")
        for other in (("--kl", 1), ("--verifier", "model")):
            self.refuse(*self.speedup("--block", 16, *other, *new),
                        says="--block: expected the verifier execution and no --kl")
        self.assertFalse((self.folder / "other").exists())

    def test_threads_do_not_matter_and_a_resumed_run_ends_with_the_same_bits(self):
        expected = contents(self.whole)
        one = self.folder / "one"
        words = [word if word != "2" or SMALL[i - 1] != "--threads" else "1"
                 for i, word in enumerate(SMALL)]
        self.succeed("speedup", "--from", self.start, "--out", one, *words)
        self.assertEqual(contents(one), expected)
        killed = self.folder / "killed"
        command = list(map(str, self.speedup("--out", killed)))
        for moment in ("training.safetensors", "config.json", "record.jsonl", "best.safetensors"):
            if (killed / "config.json").exists():
                command = [*"speedup --threads 1 --resume".split(), str(killed)]
            process = subprocess.Popen([SEED, *command], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            while process.poll() is None and not (killed / moment).exists():
                time.sleep(0.0005)
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.succeed("speedup", "--resume", killed)
        self.assertEqual(contents(killed), expected)
        self.succeed("speedup", "--resume", killed)
        self.assertEqual(contents(killed), expected)

    def test_bad_options_are_refused_and_leave_nothing(self):
        out = self.folder / "out"
        for option, value, says in (
                ("--prompts", "0", "--prompts: expected 1 ... 1024, got 0"),
                ("--states", "0", "--states: expected 1 ... 4096, got 0"),
                ("--first-states", "2", "--first-states: expected 0 ... 1, got 2"),
                ("--temperature", "nan", "--temperature: expected 0 ... 100, got nan"),
                ("--temperature", "1e-320", "--temperature: expected 0 or a number > 0 that"),
                ("--first-threshold", "-1", "--first-threshold: expected 0 ... 1, got -1"),
                ("--last-threshold", "1.5", "--last-threshold: expected 0 ... 1, got 1.5"),
                ("--beta", "-1", "--beta: expected 0 ... 1000, got -1"),
                ("--kl", "inf", "--kl: expected 0 ... 1000, got inf"),
                ("--elbo-weight", "-1", "--elbo-weight: expected 0 ... 1000, got -1"),
                ("--floor", "2", "--floor: expected 0 ... 1, got 2"),
                ("--steps", "0", "--steps: expected 1 ... 10^9, got 0"),
                ("--verifier", "me", "--verifier: me not in"),
                ("--cost", "me", "--cost: me not in"),
                ("--reward", "me", "--reward: me not in"),
                ("--baseline", "me", "--baseline: me not in"),
                ("--targets", "me", "--targets: me not in")):
            words = list(SMALL)
            if option in words:
                words[words.index(option) + 1] = value
            else:
                words += [option, value]
            self.refuse("speedup", "--from", self.start, "--out", out, *words, says=says)
            self.assertFalse(out.exists(), option)
        self.refuse(*self.speedup("--out", out, "--group", "1", "--baseline", "group"),
                    says="--group")
        self.refuse("speedup", "--out", out, says="--from: expected the folder of a trained run")
        self.refuse("speedup", "--from", self.folder / "none", "--out", out, says="config.json")
        self.refuse(*self.speedup("--out", self.whole), says="expected a folder without a run")
        self.refuse("speedup", "--resume", self.start, says="expected a run of seed speedup")
        self.refuse("speedup", "--resume", self.whole, "--steps", "3",
                    says="--resume: expected no option that the run was started with, got --steps")
        self.refuse("train", "--resume", self.whole, says="got one of seed speedup")
        self.refuse("distill", "--resume", self.whole, says="expected a run of seed distill")
        self.assertFalse(out.exists())

    def test_models_that_cannot_write_lua_are_refused(self):
        out = self.folder / "out"
        left_to_right = self.folder / "left_to_right"
        self.succeed(*TRAIN, "--objective", "autoregressive", "--out", left_to_right)
        self.refuse("speedup", "--from", left_to_right, "--out", out, *SMALL,
                    says="expected a diffusion model to fine-tune, got an autoregressive one")
        self.refuse("speedup", "--from", self.run_folder, "--out", out, *SMALL,
                    says="expected a run on Lua tasks, got one on a corpus")
        self.assertFalse(out.exists())

    def test_damaged_files_are_refused_by_name(self):
        for name, change, says in (
                ("start.safetensors", lambda data: data[:-3], "start.safetensors"),
                ("start.safetensors", lambda data: data[:-1] + bytes([data[-1] ^ 1]),
                 "expected the weights that the run starts from, got others"),
                ("record.jsonl", lambda data: b"[]\n" + data, "record.jsonl"),
                ("training.safetensors", lambda data: data[:-3], "training.safetensors")):
            copy = shutil.copytree(self.whole, self.folder / "copy")
            (copy / name).write_bytes(change((copy / name).read_bytes()))
            self.refuse("speedup", "--resume", copy, says=says)
            shutil.rmtree(copy)

    def test_a_report_is_never_written_over_a_file_of_the_run(self):
        before = contents(self.whole)
        for name in ("best.safetensors", "start.safetensors", "model.safetensors"):
            self.refuse("speedup", "--resume", self.whole, "--json", self.whole / name,
                        says="--json: expected another file")
        self.assertEqual(contents(self.whole), before)


if __name__ == "__main__":
    unittest.main()
