"""Bad options, prompts and corpora: one line on stderr, exit status 1, nothing overwritten."""
import os
import pathlib
import shutil
import unittest

from program import SEED, ProgramTest, contents


class BadOptions(ProgramTest):
    def test_an_unknown_option_or_subcommand_is_refused(self):
        commands = "tokenize train,tokenize encode,tasks,train,eval,decode,bench train,"
        commands += "bench levenshtein,bench decode,bench greedy,tour,ablate"
        for command in ["", *commands.split(",")]:
            self.refuse(*command.split(), "--no-such-option")
            self.refuse(*command.split(), "no", "such", "words", "at", "all")
        self.refuse()
        self.refuse("no-such-command")

    def test_numbers_out_of_range_are_refused_before_anything_is_written(self):
        out = self.folder / "out"
        for option in ("--steps 0", "--steps -3", "--steps 1e99", "--steps many", "--threads -1",
                       "--batch 0", "--batch 5000", "--canvas 1", "--canvas -9", "--layers 0",
                       "--layers 1000000", "--hidden-size -32", "--heads 3 --kv-heads 2",
                       "--head-size 15", "--vocab-size 100", "--vocab-size 99999999999",
                       "--learning-rate nan", "--learning-rate 0", "--beta1 1", "--seed -1",
                       "--clip-norm -1", "--warmup-fraction 2", "--evaluation-texts 0",
                       "--checkpoint-every 0", "--objective chess", "--schedule square",
                       "--preset enormous", "--corpus=", "--batch 0", "--edited 0",
                       "--asked-edits 2", "--decay-fraction 2", "--edit-begin 1.5",
                       "--edit-begin -0.1", "--edit-begin nan", "--edit-end 0.5", "--edit-end 2",
                       "--max-alpha 1.1", "--max-alpha -1", "--max-alpha nan",
                       "--substitutions chess", "--substitutions="):
            corpus = [] if "corpus" in option else ["--corpus", self.corpus]
            self.refuse("train", "--out", out, *corpus, *option.split())
            self.assertEqual(contents(self.folder), {}, option)
        for option in ("--steps 0", "--autoregressive-steps 0", "--tasks 0", "--canvas 1"):
            self.refuse("tour", "--out", out, *option.split())
            self.assertEqual(contents(self.folder), {}, option)

    def test_denoising_options_out_of_range_are_refused(self):
        for option in ("--threshold 2", "--threshold -0.1", "--threshold nan", "--steps 0",
                       "--temperature -1", "--rule guess", "--threads -1", "--delay -1",
                       "--tau-edit 1.1", "--tau-edit -1", "--tau-edit nan", "--passes -1"):
            self.refuse("decode", self.run_folder, "def f", *option.split())
        for option, rule in (("--steps 3", "threshold"), ("--entropy-bound 1", "threshold"),
                             ("--rule count --threshold 0.5", "count"),
                             ("--rule entropy --steps 3", "entropy")):
            for command in (("decode", self.run_folder, "def f"), ("eval", self.run_folder)):
                self.refuse(*command, *option.split(), says=f"beside it, got {rule}")
        for option in ("--samples 0", "--window 30", "--window 0", "--chain-texts 0", "--texts -1",
                       "--texts 99999999999", "--tasks -1", "--batch 0", "--repair-texts -1",
                       "--family chess", "--tau-edit 7", "--texts 0 --repair-texts 0"):
            self.refuse("eval", self.run_folder, *option.split())

        for option in ("--rounds 0", "--rounds -1", "--seed -1"):
            self.refuse("bench", "levenshtein", *option.split())

    def test_sizes_beyond_all_memory_are_refused_and_leave_nothing_behind(self):
        for sizes in ("--batch 4096 --canvas 4096 --heads 64 --kv-heads 64",
                      "--hidden-size 1000000 --intermediate 1000000 --layers 1000",
                      "--heads 1000000 --kv-heads 1000000 --head-size 1000000"):
            self.refuse("train", "--out", self.folder / "out", *sizes.split(), says="memory")
            self.assertEqual(contents(self.folder), {})

    def test_prompts_that_leave_no_room_are_refused(self):
        for objective in ("diffusion", "autoregressive"):
            out = self.folder / objective
            self.succeed(*self.train("--objective", objective, "--out", out))
            self.refuse("decode", out, "x + y * z; " * 100, says="shorter than the canvas")

    def test_odd_prompts_are_decoded_or_refused_but_never_crash(self):
        for prompt in ("", " ", "\n\n", b"\xff\xfe\x80 latin", "\x1b[31mred",
                       "<|mask|><|eos|>", "\U0001f600" * 3, "-"):
            result = self.seed("decode", self.run_folder, prompt)
            self.assertIn(result.returncode, (0, 1), result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), result.returncode, result.stderr)

    def test_a_report_that_cannot_be_written_is_an_error(self):
        for target in ("/dev/full", "/no/such/folder/x.json", self.folder):
            self.refuse("decode", self.run_folder, "def f", "--json", target, says="cannot write")
            self.refuse("tasks", "--show", "1", "--json", target, says="cannot write")
            self.refuse("eval", self.run_folder, "--texts", "1", "--repair-texts", "0", "--json",
                        target)

    def test_a_report_that_cannot_be_written_is_refused_before_any_work(self):
        before = contents(self.run_folder)
        program = self.folder / "program.lua"
        program.write_text("return 1\n")
        tokenizer = ("--tokenizer", self.run_folder / "tokenizer.json")
        commands = (["tasks"], ["tasks", "--count"], ["tasks", "--judge", program],
                    ["decode", self.run_folder, "def f"], ["eval", self.run_folder],
                    ["edit", self.run_folder, program, "--prompt", "x"],
                    ["train", "--resume", self.run_folder], ["verify"],
                    self.train("--out", self.folder / "out"), ["bench", "train"],
                    ["bench", "levenshtein"],
                    ["bench", "decode", "--checkpoint", self.run_folder],
                    ["tokenize", "curve", "--corpus", self.corpus],
                    ["tokenize", "show", *tokenizer, "--text", "x"])
        for command in commands:
            for target in (self.folder / "missing" / "report.json", self.folder):
                result = self.seed(*command, "--json", target)
                self.assertEqual(result.stdout, "", command)
                self.refuse(*command, "--json", target, says="cannot write")
        self.refuse("tokenize", "train", "--corpus", self.corpus, "--out", self.folder,
                    says="cannot write")
        self.refuse("bench", "levenshtein", "--pairs", self.folder, says="cannot write")
        self.assertEqual(contents(self.folder), {"program.lua": b"return 1\n"})
        self.assertEqual(contents(self.run_folder), before)

    def test_a_report_of_an_earlier_run_stays_until_there_is_another(self):
        report = self.folder / "report.json"
        report.write_text("earlier")
        self.refuse("eval", self.folder / "no run", "--json", report)
        self.assertEqual(contents(self.folder), {"report.json": b"earlier"})
        link = self.folder / "link.json"
        link.symlink_to(report)
        self.succeed("tasks", "--count", "--json", link)
        self.assertIn("held_out", report.read_text())
        self.assertTrue(link.is_symlink())

    def test_a_report_may_lie_in_the_folder_of_its_run(self):
        out = self.folder / "out"
        self.succeed(*self.train("--out", out, "--json", out / "likelihood.json"))
        self.assertIn("likelihood.json", contents(out))

    def test_output_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "w") as full:
            self.refuse("tasks", "--show", "2", stdout=full, says="cannot write")
            self.refuse("--help", stdout=full, says="cannot write")


class BadCorpora(ProgramTest):
    def refuse_corpus(self, corpus, says):
        self.refuse("train", "--corpus", corpus, "--out", self.folder / "out", says=says)
        self.refuse("tokenize", "train", "--corpus", corpus, "--out", self.folder / "t.json")
        self.assertFalse((self.folder / "out").exists() or (self.folder / "t.json").exists())

    def test_a_corpus_without_text_is_refused(self):
        self.refuse_corpus(self.folder / "missing", "expected a folder")
        file = self.folder / "file"
        file.write_text("text\n" * 1000)
        self.refuse_corpus(file, "expected a folder")
        empty = self.folder / "empty"
        empty.mkdir()
        self.refuse_corpus(empty, "empty")
        (empty / "zeros").write_bytes(bytes(1000))
        (empty / "latin").write_bytes(b"caf\xe9 " * 1000)
        self.refuse_corpus(empty, "2 binary")

    def test_a_corpus_too_small_for_a_canvas_is_refused(self):
        small = self.folder / "small"
        small.mkdir()
        (small / "x.py").write_text("x = 1\n")
        self.refuse("train", "--corpus", small, "--out", self.folder / "out", says="tokens")
        self.assertFalse((self.folder / "out").exists())

    def mixed_corpus(self):
        return shutil.copytree(self.corpus, self.folder / "mixed")

    def test_a_mixed_corpus_trains_and_counts_what_it_skips(self):
        mixed = self.mixed_corpus()
        (mixed / "picture.png").write_bytes(b"\x89PNG\x00\x01")
        (mixed / "nowhere.py").symlink_to("/no/such/file")
        os.mkfifo(mixed / "pipe.py")
        result = self.succeed("train", "--corpus", mixed, *self.train("--out", "out")[3:],
                              cwd=self.folder)
        self.assertIn("3 files, 1 skipped", result.stdout)

    def test_an_unreadable_file_is_skipped_with_a_count(self):
        mixed = self.mixed_corpus()
        (mixed / "secret.py").write_text("x = 1\n")
        (mixed / "secret.py").chmod(0)
        options = {}
        if os.geteuid() == 0:  # root reads everything: run as nobody
            options["user"] = 65534
            if not all(os.stat(p).st_mode & 1 for p in pathlib.Path(SEED).parents):
                self.skipTest("the program lies in a folder that nobody else may enter")
        self.folder.chmod(0o777)
        result = self.succeed("train", "--corpus", mixed,
                              *self.train("--out", self.folder / "out")[3:], **options)
        self.assertIn("3 files, 1 skipped", result.stdout)

    def test_a_run_inside_its_own_corpus_is_refused(self):
        inside = self.corpus / "run"
        self.refuse(*self.train("--out", inside), says="outside of the corpus")
        self.assertFalse(inside.exists())


if __name__ == "__main__":
    unittest.main()
