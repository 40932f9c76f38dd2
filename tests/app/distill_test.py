"""seed distill: pool, selection, fine-tuning; kills, controls, and what is refused."""
import json
import random
import shutil
import signal
import struct
import subprocess
import time
import unittest

from program import LUA_MODEL, SEED, ProgramTest, contents

TRAIN = ["train", *LUA_MODEL, *"--steps 8 --edit-begin 0.5 --evaluation-texts 2".split()]
SMALL = ("--texts 40 --members 2 --order-steps 2 5 --steps 12 --threads 2").split()


def tensors_of(file):
    """The header of a safetensors file, and its integers by name."""
    data = file.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    values = {}
    for name, tensor in header.items():
        if name == "__metadata__":
            continue
        begin, end = tensor["data_offsets"]
        code = {"I32": "i", "F64": "d"}[tensor["dtype"]]
        raw = data[8 + size + begin:8 + size + end]
        values[name] = struct.unpack(f"<{len(raw) // struct.calcsize(code)}{code}", raw)
    return header, values


class Distill(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start = cls.shared / "start"
        cls.whole = cls.shared / "whole"
        for command in ([*TRAIN, "--out", cls.start],
                        ["distill", "--from", cls.start, "--out", cls.whole, *SMALL,
                         "--json", cls.shared / "selection.json"]):
            subprocess.run([SEED, *command], check=True, capture_output=True)

    def distill(self, *options):
        """The options given replace those of SMALL."""
        small = list(SMALL)
        if options[-2] in small:
            at = small.index(options[-2])
            end = next((i for i in range(at + 1, len(small)) if small[i].startswith("--")), None)
            del small[at:end]
        return ["distill", "--from", self.start, *small, *options]

    def test_the_pool_has_trajectories_of_every_text_and_the_best_of_each_is_kept(self):
        header, pool = tensors_of(self.whole / "pool.safetensors")
        _, kept = tensors_of(self.whole / "selected.safetensors")
        self.assertEqual(header["reveal"]["shape"], [80, 96])
        self.assertEqual(header["ids"]["shape"], [40, 96])
        self.assertEqual(list(pool["text"]), [p // 2 for p in range(80)])
        self.assertEqual(list(kept["text"]), list(range(40)))
        best = [max(pool["score"][2 * s:2 * s + 2]) for s in range(40)]
        self.assertEqual(list(kept["score"]), best)
        report = json.loads((self.shared / "selection.json").read_text())
        tokens = [sum(step >= 0 for step in pool["reveal"][96 * p:96 * p + 96]) for p in range(80)]
        nats = [-score / n for score, n in zip(pool["score"], tokens)]
        self.assertAlmostEqual(report["pool_nats_per_token"], sum(nats) / 80, places=9)
        self.assertAlmostEqual(report["best_nats_per_token"],
                               sum(min(nats[2 * s:2 * s + 2]) for s in range(40)) / 40, places=9)
        self.assertEqual((report["drawn"], report["kept"]), (80, 40))

    def test_the_texts_are_none_that_the_model_was_trained_on(self):
        _, pool = tensors_of(self.whole / "pool.safetensors")
        config = json.loads((self.whole / "config.json").read_text())
        self.assertEqual(config["distillation"]["first_step"], 8)
        self.assertEqual(len({pool["ids"][96 * s:96 * s + 96] for s in range(40)}), 40)

    def test_a_run_killed_many_times_ends_with_the_same_bytes(self):
        killed, kills, chance = self.folder / "killed", 0, random.Random(3)
        command = self.distill("--out", killed)
        while kills < 12:
            process = subprocess.Popen([SEED, *map(str, command)], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.02, 0.35))
            process.send_signal(signal.SIGKILL)
            if process.wait() != -signal.SIGKILL:
                break
            kills += 1
            if (killed / "config.json").exists():
                command = ["distill", "--resume", killed, "--threads", "1"]
        if (killed / "config.json").exists():
            command = ["distill", "--resume", killed, "--threads", "1"]
        self.succeed(*command)
        self.assertGreater(kills, 2)
        self.assertEqual(contents(killed), contents(self.whole))

    def test_the_controls_are_trained_on_something_else(self):
        kept, weights = {}, {(self.whole / "model.safetensors").read_bytes()}
        for orders in ("random", "unselected", "none"):
            folder = self.folder / orders
            self.succeed(*self.distill("--orders", orders, "--out", folder))
            weights.add((folder / "model.safetensors").read_bytes())
            if orders != "none":
                self.assertEqual((folder / "pool.safetensors").read_bytes(),
                                 (self.whole / "pool.safetensors").read_bytes())
                kept[orders] = tensors_of(folder / "selected.safetensors")[1]
        self.assertEqual(len(weights), 4)
        self.assertFalse((self.folder / "none" / "pool.safetensors").exists())
        _, selected = tensors_of(self.whole / "selected.safetensors")
        for s in range(40):  # as many positions in each step, at other places
            row = slice(96 * s, 96 * s + 96)
            self.assertEqual(sorted(kept["random"]["reveal"][row]), sorted(selected["reveal"][row]))
        self.assertNotEqual(kept["random"]["reveal"], selected["reveal"])
        self.assertNotEqual(kept["unselected"]["reveal"], selected["reveal"])

    def test_a_distilled_run_decodes_and_is_evaluated_like_any_other(self):
        self.succeed("eval", self.whole, *"--texts 2 --chain-texts 1 --window-texts 1 --tasks 2"
                     " --repair-texts 2".split())
        self.refuse("train", "--resume", self.whole, says="got one of seed distill")
        self.refuse("train", "--branch", self.whole, "--out", self.folder / "b", *LUA_MODEL,
                    says="got one of seed distill")

    def test_trajectories_of_another_model_tokenizer_or_canvas_are_refused(self):
        def with_pool(change):
            folder = shutil.copytree(self.whole, self.folder / "changed", dirs_exist_ok=True)
            change(folder / "pool.safetensors")
            return folder

        def metadata(name, value):
            def change(file):
                data = file.read_bytes()
                size = struct.unpack("<Q", data[:8])[0]
                header = json.loads(data[8:8 + size])
                header["__metadata__"][name] = value
                text = json.dumps(header).encode()
                file.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + size:])
            return change

        for change, says in ((metadata("model", "0" * 16), "expected trajectories of the model"),
                             (metadata("tokenizer", "0" * 16),
                              "expected trajectories of the tokenizer"),
                             (lambda f: f.write_bytes(f.read_bytes()[:-5]),
                              "pool.safetensors is not a valid")):
            line = self.refuse("distill", "--resume", with_pool(change), says=says)
            self.assertIn("pool.safetensors", line)

    def test_bad_options_are_refused_and_leave_nothing(self):
        out = self.folder / "out"
        for options, says in (
                (["--texts", "0"], "--texts: expected 1 ... 1,000,000, got 0"),
                (["--members", "0"], "expected 1 ... 1000 trajectories per text, got 0"),
                (["--keep", "3"], "--keep: expected 1 ... 2, the trajectories of a text, got 3"),
                (["--order-temperatures", "-1"], "expected a temperature in 0 ... 10, got -1"),
                (["--order-temperatures", "nan"], "expected a temperature in 0 ... 10, got nan"),
                (["--order-steps", "0"], "expected at least one step, got 0"),
                (["--order-thresholds", "2"], "expected a threshold in 0 ... 1, got 2"),
                (["--max-nats", "-1"], "--max-nats: expected 0 ... 10^6 nats per token, got -1"),
                (["--edited-states", "2"], "--edited-states: expected 0 ... 1, got 2"),
                (["--state-alpha", "nan"], "--state-alpha: expected 0 ... 1, got nan"),
                (["--steps", "0"], "--steps: expected 1 ... 10^9, got 0"),
                (["--learning-rate", "0"], "--learning-rate: expected"),
                (["--orders", "best"], "--orders: best not in"),
                (["--lambda", "one"], "--lambda: one not in")):
            self.refuse(*self.distill("--out", out, *options), says=says)
            self.assertFalse(out.exists(), options)
        self.refuse("distill", "--out", out, says="--from: expected the folder of a trained run")
        self.refuse("distill", "--from", self.folder / "none", "--out", out, says="config.json")
        self.refuse(*self.distill("--out", self.whole), says="expected a folder without a run")
        self.refuse("distill", "--resume", self.start, says="expected a run of seed distill")
        self.refuse("distill", "--resume", self.whole, "--steps", "3",
                    says="--resume: expected no option that the run was started with, got --steps")

    def test_a_selection_that_keeps_nothing_is_an_error_that_can_be_gone_on_from(self):
        out = self.folder / "out"
        self.refuse(*self.distill("--out", out, "--max-nats", "1e-9"),
                    says="got a selection that keeps none", after_progress=True)

    def test_an_autoregressive_model_is_refused(self):
        run = self.folder / "run"
        self.succeed(*TRAIN, "--objective", "autoregressive", "--out", run)
        self.refuse("distill", "--from", run, "--out", self.folder / "out", *SMALL,
                    says="expected a diffusion model to distil, got an autoregressive one")


if __name__ == "__main__":
    unittest.main()
