"""What each subcommand prints and writes, with the documented fields."""
import json
import math
import unittest

from program import LUA_MODEL, ProgramTest

DECODING = {"family", "tasks", "pass_at_1", "calls_per_sample", "tokens_per_call",
            "tokens_per_second", "rewrites_per_sample", "verdicts"}
LIKELIHOOD = {"texts", "nelbo_nats_per_token", "nelbo_bits_per_byte", "nelbo_standard_error",
              *(f"{order}_{unit}" for order in ("left_to_right", "confidence")
                for unit in ("nats_per_token", "bits_per_byte", "limit_nats_per_token")),
              "nelbo_limit_nats_per_token", "window_tokens",
              *(f"window_{kind}_nats_per_token"
                for kind in ("exact", "monte_carlo", "left_to_right", "confidence"))}
SMALL_EVALUATION = "--texts 2 --samples 2 --chain-texts 1 --window-texts 1 --window 3".split()


class Commands(ProgramTest):
    def test_every_subcommand_has_help(self):
        for command in ("", "tokenize", "tokenize train", "tokenize encode", "tokenize decode",
                        "tokenize show", "tokenize curve", "tasks", "train", "eval", "decode",
                        "edit", "bench", "bench train", "bench levenshtein", "tour", "ablate",
                        "verify", "distill", "speedup", "bench decode", "bench greedy",
                        "trajectory", "trajectory show"):
            for flag in ("--help", "-h"):
                result = self.succeed(*command.split(), flag)
                self.assertIn("Usage:", result.stdout)
                self.assertEqual(result.stderr, "")

    def test_tokens_decode_to_the_bytes_they_came_from(self):
        tokenizer, ids = self.folder / "tokenizer.json", self.folder / "ids"
        self.succeed("tokenize", "train", "--corpus", self.corpus, "--out", tokenizer)
        text = self.folder / "text"
        for sample in (b"", b"x\n", b"\0\xff\xfe", "naïve ☃\r\n".encode(), bytes(range(256)),
                       (self.corpus / "a.py").read_bytes(), b"<|mask|><|eos|>"):
            text.write_bytes(sample)
            encoded = self.succeed("tokenize", "encode", "--tokenizer", tokenizer, text)
            ids.write_text(encoded.stdout)
            decoded = self.seed("tokenize", "decode", "--tokenizer", tokenizer, ids,
                                encoding=None, errors=None)
            self.assertEqual(decoded.stdout, sample)
        for bad in ("99999", "-1", "1.5", "one", "99999999999999999999", "3,4"):
            ids.write_text(bad)
            self.refuse("tokenize", "decode", "--tokenizer", tokenizer, ids)

    def test_tokenize_show_and_curve_write_the_documented_fields(self):
        tokenizer = self.run_folder / "tokenizer.json"
        shown = self.written_json("tokenize", "show", "--tokenizer", tokenizer, "--text", "return")
        self.assertEqual(set(shown), {"vocab_size", "bytes", "steps"})
        self.assertEqual(set(shown["steps"][0]), {"rank", "left", "right", "product", "tokens"})
        curve = self.written_json("tokenize", "curve", "--corpus", self.corpus)
        printed = self.succeed("tokenize", "curve", "--corpus", self.corpus).stdout
        self.assertTrue(all(line.endswith(" -") for line in printed.splitlines()[2:]), printed)
        self.assertEqual(set(curve), {"train_bytes", "held_out_bytes", "rows"})
        self.assertEqual(set(curve["rows"][0]),
                         {"vocab_size", "merges", "train_tokens", "train_tokens_per_byte",
                          "held_out_tokens", "held_out_tokens_per_byte"})

    def test_tasks_are_shown_counted_and_judged(self):
        tasks = self.written_json("tasks", "--show", "3", "--family", "edit")
        self.assertEqual(len(tasks), 3)
        self.assertEqual(set(tasks[0]), {"index", "family", "split", "composition", "prompt",
                                         "original", "program", "tests"})
        self.assertNotEqual(tasks[0]["original"], tasks[0]["program"])
        self.assertEqual(set(tasks[0]["tests"][0]), {"arguments", "expected"})
        count = self.written_json("tasks", "--count")
        self.assertEqual(set(count), {"compositions", "held_out", "programs", "nats_per_program",
                                      "nats_per_token", "tokens_per_program", "one_step_loss"})
        self.assertGreaterEqual(count["compositions"], 100_000)
        self.assertAlmostEqual(count["nats_per_token"] * count["tokens_per_program"],
                               count["nats_per_program"])
        self.assertGreater(count["one_step_loss"], 10)
        fixed = self.written_json("tasks", "--count", "--choices", "fixed")
        self.assertEqual(fixed["programs"], fixed["compositions"])
        self.assertEqual((fixed["nats_per_program"], fixed["one_step_loss"]), (0, 0))
        for option in ("--choices", "--family"):
            self.refuse("tasks", option, "some", says=option)
        task = self.written_json("tasks", "--show", "1", "--task", "7")[0]
        program = self.folder / "program.lua"
        program.write_text(task["program"])
        judged = self.written_json("tasks", "--judge", program, "--task", "7")
        self.assertEqual(judged, {"task": 7, "verdict": "passed", "message": ""})

    def test_wrong_and_hostile_programs_fail_the_judge_with_status_1(self):
        program, file = self.folder / "program.lua", self.folder / "verdict.json"
        for text, verdict in (("", "runtime error"), ("while true do end", "instruction limit"),
                              ("function f() return f() + 1 end", "memory limit"),
                              ("s = 'x' while true do s = s .. s end", "memory limit"),
                              ("error('\\n\\27[31m\\255')", "runtime error"),
                              ("function f( return", "syntax error")):
            program.write_text(text)
            result = self.seed("tasks", "--judge", program, "--json", file)
            self.assertEqual((result.returncode, result.stderr), (1, ""), text)
            self.assertEqual(len(result.stdout.splitlines()), 1)
            self.assertNotIn("\x1b", result.stdout)
            self.assertEqual(json.loads(file.read_text())["verdict"], verdict, text)
        self.refuse("tasks", "--judge", self.folder / "missing.lua")

    def test_decode_writes_every_step_and_no_escape_codes_into_a_pipe(self):
        plain = self.succeed("decode", self.run_folder, "def f")
        watched = self.succeed("decode", self.run_folder, "def f", "--watch")
        self.assertNotIn("\x1b", plain.stdout + watched.stdout + watched.stderr)
        self.assertIn("of", watched.stdout)
        record = self.written_json("decode", self.run_folder, "def f")
        self.assertEqual(set(record), {"prompt", "prompt_tokens", "calls", "rewrites", "steps",
                                       "completion"})
        self.assertEqual((record["prompt"], record["completion"]), ("def f\n", plain.stdout))
        self.assertEqual(set(record["steps"][0]), {"call", "masked", "rewritten", "tokens",
                                                   "probability"})
        self.assertEqual(record["steps"][-1]["masked"], 0)
        self.assertEqual(record["calls"], len(record["steps"]))

    def test_eval_and_train_write_three_estimators(self):
        report = self.written_json("eval", self.run_folder, *SMALL_EVALUATION)
        self.assertEqual(set(report), {"likelihood", "repair"})  # a corpus has no tasks
        self.assertEqual(set(report["likelihood"]), LIKELIHOOD)
        trained = self.written_json(*self.train("--out", self.folder / "run"))
        self.assertEqual(set(trained), LIKELIHOOD)
        for name, value in trained.items():  # nobody knows the limit of a corpus
            self.assertTrue(value is None if "limit" in name else math.isfinite(value), name)

    def test_the_benchmark_writes_its_fields(self):
        report = self.written_json("bench", "train", "--rounds", "1", "--steps", "1", *LUA_MODEL)
        self.assertEqual(set(report), {"tokens_per_second", "flops_per_second",
                                       "gemm_flops_per_second", "fraction_of_gemm",
                                       "seconds_per_step", "flops_per_step", "threads", "batch",
                                       "canvas", "parameters"})
        self.assertTrue(all(value > 0 for value in report.values()))

    def test_what_takes_more_than_two_seconds_says_how_far_it_is(self):
        # 48 figures of 20 ms of processor time each, or more, per round
        slow = self.succeed("bench", "levenshtein", "--rounds", "4").stderr.splitlines()
        self.assertRegex(slow[-1], r"^distances  100 %  \d+:\d\d$")
        self.assertGreater(len(slow), 1)
        for before in slow[:-1]:
            self.assertRegex(before, r"^distances  +\d+ %  ")

    def test_the_levenshtein_benchmark_writes_its_fields_and_its_pairs(self):
        pairs = self.folder / "pairs.safetensors"
        report = self.written_json("bench", "levenshtein", "--rounds", "1", "--pairs", pairs)
        self.assertEqual(set(report), {"rounds", "rows"})
        self.assertEqual({(row["length"], row["alphabet"], row["related"], row["variant"])
                          for row in report["rows"]},
                         {(length, alphabet, related, variant)
                          for length in (16, 64, 256, 1024) for alphabet in (4, 512)
                          for related in (False, True)
                          for variant in ("wagner_fischer", "anti_diagonal", "myers")})
        for row in report["rows"]:
            self.assertEqual(set(row), {"length", "alphabet", "related", "pairs", "variant",
                                        "pairs_per_second"})
            self.assertGreater(row["pairs_per_second"], 0)
        header = pairs.read_bytes()[8:8 + int.from_bytes(pairs.read_bytes()[:8], "little")]
        arrays = json.loads(header)
        self.assertEqual(len(arrays), 48)
        self.assertEqual(arrays["64.4.related.b"]["shape"], [512, 128])


if __name__ == "__main__":
    unittest.main()
