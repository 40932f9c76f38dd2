"""Block-parallel decoding: seed decode --block, seed eval --block and seed bench decode."""
import json
import math
import statistics
import subprocess
import unittest

from program import LUA_MODEL, SEED, ProgramTest

TRAIN = ["train", *LUA_MODEL, *"--steps 8 --evaluation-texts 2".split()]
PROMPT = "-- sum for each item if even: squared"
BENCH = "--blocks 1,16 --batches 1,3 --tasks 4 --replay-tasks 4 --rounds 1 --threshold 0.5".split()


class WithBaseline(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.diffusion, cls.baseline = cls.shared / "diffusion", cls.shared / "baseline"
        for out, objective in ((cls.diffusion, "diffusion"), (cls.baseline, "autoregressive")):
            subprocess.run([SEED, *TRAIN, "--objective", objective, "--out", out], check=True,
                           capture_output=True)


class Blocks(WithBaseline):
    def decode(self, *options):
        """What is printed, and the record."""
        file = self.folder / "record.json"
        options = ["--threshold", "0.05", *options]
        printed = self.succeed("decode", self.diffusion, PROMPT, *options, "--json", file).stdout
        return printed, json.loads(file.read_text())

    def test_the_blocks_that_are_printed_are_the_whole_completion(self):
        for block in (1, 5, 16, 96):
            for attention in ([], ["--full-attention"]):
                printed, record = self.decode("--block", block, *attention)
                self.assertEqual(printed, record["completion"])
                self.assertEqual(record["calls"], len(record["steps"]))

    def test_one_block_is_the_whole_canvas(self):
        printed, record = self.decode("--block", 96)
        whole, steps = self.decode()
        self.assertEqual(printed, whole)
        self.assertEqual([step["tokens"] for step in record["steps"]],
                         [step["tokens"] for step in steps["steps"]])

    def test_blocks_are_rewritten_as_the_whole_canvas_is(self):
        # Of a model that was hardly trained some token is always surer than 0.01
        edit = ["--tau-edit", "0.01", "--passes", "3"]
        whole, steps = self.decode(*edit)
        printed, record = self.decode("--block", 96, "--full-attention", *edit)
        self.assertEqual(printed, whole)
        self.assertEqual(record["rewrites"], steps["rewrites"])
        self.assertEqual(record["steps"], steps["steps"])
        # Block by block, each is printed when nothing in it changes any more
        for attention in ([], ["--full-attention"]):
            printed, record = self.decode("--block", 8, *attention, *edit)
            self.assertEqual(printed, record["completion"])
            for before, after in zip(record["steps"], record["steps"][1:]):
                changed = {i // 8 for i, (a, b) in enumerate(zip(before["tokens"],
                                                                  after["tokens"])) if a != b}
                self.assertLessEqual(len(changed - {11}), 1)  # behind an eos all is eos
        report = self.written_json("eval", self.diffusion, *"--texts 0 --repair-texts 0".split(),
                                   "--tasks", 4, "--block", 8, *edit)["decoding"]
        self.assertIn("rewrites_per_sample", report)

    def test_blocks_are_filled_one_after_the_other(self):
        record = self.decode("--block", 8)[1]
        for step in record["steps"]:
            masked = [i for i, token in enumerate(step["tokens"]) if token is None]
            if masked:
                end = (masked[0] // 8 + 1) * 8
                self.assertEqual([i for i in masked if i >= end], list(range(end, 96)))

    def test_a_prompt_outside_the_world_gets_a_note(self):
        for prompt, noted in ((PROMPT, False), ("-- sum for each prime", True)):
            result = self.seed("decode", self.diffusion, prompt)
            self.assertEqual(result.returncode, 0)
            self.assertEqual("note: no prompt of the model's world" in result.stderr, noted)

    def test_blocks_that_cannot_be_written_are_refused(self):
        decode = ("decode", self.diffusion, PROMPT)
        for size in (0, -1, 97):
            says = f"--block: expected 1 ... 96, the canvas, got {size}"
            self.refuse(*decode, "--block", size, says=says)
            self.refuse("eval", self.diffusion, "--block", size, says=says)
        self.refuse(*decode, "--full-attention", says="expected a --block beside it")
        self.refuse(*decode, "--block", 4, "--tau-edit", 1.1, says="--tau-edit: expected 0 ... 1")
        self.refuse("eval", self.diffusion, "--block", 4, "--family", "edit",
                    says="--block: expected programs to write, got edits")
        self.refuse("decode", self.baseline, PROMPT, "--block", 4,
                    says="--block: expected a diffusion model")
        self.refuse("decode", self.diffusion, "", says="got an empty one")
        self.refuse("decode", self.diffusion, PROMPT * 100, "--block", 4,
                    says="shorter than the canvas")

    def test_an_evaluation_in_blocks_is_the_same_for_every_batch_and_thread(self):
        reports = []
        for options in ("--batch 1", "--batch 7", "--batch 7 --threads 1"):
            report = self.written_json(
                "eval", self.diffusion, *"--texts 0 --repair-texts 0 --tasks 8 --block 8".split(),
                *options.split())["decoding"]
            del report["tokens_per_second"]
            reports.append(report)
        self.assertEqual(reports[0], reports[1])
        self.assertEqual(reports[0], reports[2])


class BenchDecode(WithBaseline):
    def bench(self, *options):
        return ["bench", "decode", "--checkpoint", self.diffusion, *BENCH, *options]

    def test_every_row_says_what_was_timed(self):
        figures = self.written_json(*self.bench("--baseline", self.baseline, "--sizes", "1M",
                                                "--max-length", 256))
        rows = {(r["model"], r["block"], r["batch"], r["cache"]): r for r in figures["rows"]}
        expected = {("checkpoint", block, batch, cache) for block in (1, 16) for batch in (1, 3)
                    for cache in (True, False)}
        expected |= {("checkpoint", 96, batch, False) for batch in (1, 3)}
        expected |= {("baseline", None, batch, cache) for batch in (1, 3)
                     for cache in (True, False)}
        expected |= {("1M random", block, 1, True) for block in (None, 1, 16)}
        self.assertEqual(set(rows), expected)
        for (model, block, batch, cache), row in rows.items():
            self.assertGreater(row["tokens_per_second"], 0)
            other = rows.get((model, block, batch, not cache), row)
            for same in ("calls_per_sample", "tokens_per_call", "pass_at_1"):
                self.assertEqual(row[same], other[same], (model, block, batch))
            self.assertEqual(row["pass_at_1"] is None, model == "1M random")
            self.assertEqual(row["times_baseline"] is None, block is None)
            if model == "checkpoint" and cache:
                self.assertGreater(row["limit_share"], 0)
        # Random weights go the checkpoint's way
        for block in (1, 16):
            self.assertEqual(rows["1M random", block, 1, True]["calls_per_sample"],
                             rows["checkpoint", block, 1, True]["calls_per_sample"])
        self.assertEqual({(r["model"], r["block"]) for r in figures["calls"]},
                         {(m, b) for m in ("checkpoint", "1M random") for b in (1, 16)})
        for row in figures["calls"]:
            self.assertEqual(row["times_one_token"] == 1, row["block"] == 1)
            for products in ("products_milliseconds", "eigen_products_milliseconds"):
                self.assertGreater(row[products], 0)
        self.assertEqual([r["positions"] for r in figures["lengths"]], [128, 256])
        one, two = (r["seconds"] for r in figures["lengths"])
        for exponent in figures["exponents"].values():
            self.assertAlmostEqual(exponent, math.log2(two / one))

    def test_what_cannot_be_timed_is_refused(self):
        for options, says in ((["--blocks", "0"], "--blocks: expected 1 ... 96"),
                              (["--blocks", "4,97"], "--blocks: expected 1 ... 96"),
                              (["--sizes", "3M"], "--sizes: expected 1M"),
                              (["--threshold", "2"], "--threshold: expected 0 ... 1"),
                              (["--batches", "0"], ""), (["--tasks", "0"], ""),
                              (["--rounds", "0"], ""), (["--max-length", "-1"], ""),
                              (["--baseline", self.diffusion], "expected an autoregressive model"),
                              (["--baseline", self.run_folder], "expected an autoregressive"),
                              (["--baseline", self.folder], "")):
            command = [word for word in self.bench() if word not in BENCH]
            self.refuse(*command, *options, says=says)
        self.refuse("bench", "decode", says="--checkpoint")
        self.refuse("bench", "decode", "--checkpoint", self.baseline,
                    says="expected a diffusion model")
        self.refuse("bench", "decode", "--checkpoint", self.run_folder,
                    says="expected a model of Lua tasks")


class BenchGreedy(WithBaseline):
    def bench(self, *options):
        return ["bench", "greedy", "--checkpoint", self.baseline, "--rounds", "3", *options]

    def test_it_writes_so_many_tokens_in_every_round(self):
        short, long = (self.written_json(*self.bench("--tokens", count)) for count in (5, 120))
        self.assertEqual([len(short["written"]), len(long["written"])], [5, 120])
        self.assertEqual(short["written"], long["written"][:5])
        self.assertEqual(short["prompt"], long["prompt"])
        self.assertEqual(len(long["seconds"]), 3)
        self.assertAlmostEqual(long["tokens_per_second"] * statistics.median(long["seconds"]), 120)

    def test_what_cannot_be_timed_is_refused(self):
        self.refuse(*self.bench("--tokens", "0"), says="--tokens")
        self.refuse(*self.bench("--rounds", "0"), says="--rounds")
        self.refuse("bench", "greedy", says="--checkpoint")
        self.refuse("bench", "greedy", "--checkpoint", self.diffusion,
                    says="expected an autoregressive model")
        self.refuse("bench", "greedy", "--checkpoint", self.run_folder)


if __name__ == "__main__":
    unittest.main()
