"""seed distill: pool, selection, fine-tuning; kills and controls."""
import json
import random
import signal
import subprocess
import time
import unittest

from distillation import DistillTest, tensors_of
from program import LUA_MODEL, SEED, contents


class Distill(DistillTest):
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
        self.assertEqual(config["distillation"]["first_text"], 32)
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


if __name__ == "__main__":
    unittest.main()
