"""What seed distill refuses, and what it leaves as it was."""
import json
import shutil
import struct
import unittest

from distillation import SMALL, TRAIN, DistillTest, tensors_of
from program import contents


class DistillRefusals(DistillTest):
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

    def test_what_was_written_for_another_run_is_refused(self):
        out = self.folder / "out"
        self.succeed(*self.distill("--out", out))
        other = self.folder / "other"
        self.succeed(*self.distill("--out", other, "--texts", "20"))
        shutil.copy(other / "pool.safetensors", out)  # fewer texts, and the weights have moved on
        self.refuse("distill", "--resume", out, says="expected the weights that the pool is drawn")
        seed = self.folder / "seed"
        longer = [word if word != "8" else "9" for word in TRAIN]
        self.succeed(*longer, "--branch", self.start, "--out", seed)
        moved = self.folder / "moved"
        self.succeed("distill", "--from", seed, "--out", moved, *SMALL)
        header, values = tensors_of(moved / "pool.safetensors")
        data = (moved / "pool.safetensors").read_bytes().replace(
            header["__metadata__"]["model"].encode(),
            tensors_of(out / "pool.safetensors")[0]["__metadata__"]["model"].encode())
        (out / "pool.safetensors").write_bytes(data)
        self.refuse("distill", "--resume", out, says="expected the texts of this run, got another")
        (out / "config.json").unlink()
        self.refuse(*self.distill("--out", out), says="expected a folder without a run")

    def test_a_report_is_never_written_over_a_model_or_a_pool(self):
        before, out = contents(self.shared), self.folder / "out"
        for file in (self.start / "model.safetensors", self.start / "config.json",
                     out / "pool.safetensors", out / "selected.safetensors"):
            out.mkdir(exist_ok=True)
            self.refuse(*self.distill("--out", out, "--json", file),
                        says="--json: expected another file than those of the run")
            self.assertEqual(contents(self.folder), {})
        self.refuse("distill", "--resume", self.whole, "--json", self.whole / "pool.safetensors",
                    says="--json: expected another file")
        self.assertEqual(contents(self.shared), before)

    def test_by_count_alone_every_trajectory_has_a_number_of_steps_that_was_asked_for(self):
        out = self.folder / "out"
        self.succeed(*self.distill("--out", out, "--no-order-thresholds"))
        _, pool = tensors_of(out / "pool.safetensors")
        steps = {max(pool["reveal"][96 * p:96 * p + 96]) + 1 for p in range(80)}
        self.assertEqual(steps, {2, 5})

    def test_bad_options_are_refused_and_leave_nothing(self):
        out = self.folder / "out"
        for options, says in (
                (["--texts", "0"], "--texts: expected 1 ... 1,000,000, got 0"),
                (["--members", "0"], "expected 1 ... 1000 trajectories per text, got 0"),
                (["--keep", "3"], "--keep: expected 1 ... 2, the trajectories of a text, got 3"),
                (["--order-temperatures", "-1"], "expected a temperature in 0 ... 10, got -1"),
                (["--order-temperatures", "nan"], "expected a temperature in 0 ... 10, got nan"),
                (["--order-steps", "0"], "expected 1 ... 1000000 steps, got 0"),
                (["--order-steps", "99999999999999999999"],
                 "--order-steps: expected a whole number from"),
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

    def test_a_selection_that_keeps_nothing_says_what_to_do(self):
        out = self.folder / "out"
        self.refuse(*self.distill("--out", out, "--max-nats", "1e-9"),
                    says="got a selection that keeps none of 80, 0 of them without a score; start "
                         "again in another folder, with more --max-nats", after_progress=True)

    def test_an_autoregressive_model_is_refused(self):
        run = self.folder / "run"
        self.succeed(*TRAIN, "--objective", "autoregressive", "--out", run)
        self.refuse("distill", "--from", run, "--out", self.folder / "out", *SMALL,
                    says="expected a diffusion model to fine-tune, got an autoregressive one")


if __name__ == "__main__":
    unittest.main()
