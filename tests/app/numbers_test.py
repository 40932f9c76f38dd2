"""Numbers at the edge of the type that uses them: refused at the start, by the option's name."""
import unittest

from program import ProgramTest, contents


class Numbers(ProgramTest):
    def test_numbers_that_no_float_holds_are_refused_by_name(self):
        out = self.folder / "out"
        for option, values in {
                "--rope-theta": "inf nan 0 -1", "--eps": "1e-50 0 inf nan 1e39 -1",
                "--learning-rate": "1e-50 1e39 inf 3e38", "--beta1": "0.999999999999 1 -0.1 nan",
                "--beta2": "0.99999999999", "--weight-decay": "1e-50 inf -1 1e39",
                "--clip-norm": "1e-50 inf", "--max-weight": "1e-60 0 inf 1e300",
                "--warmup-fraction": "1 -0.1 nan", "--decay-fraction": "nan -1",
                "--final-fraction": "1.5 nan", "--hidden-size": "0 9999999",
                "--intermediate": "-1", "--layers": "1025", "--head-size": "7",
                "--threads": "1025"}.items():
            for value in values.split():
                self.refuse("train", "--corpus", self.corpus, "--out", out, option, value,
                            says=option)
                self.assertEqual(contents(self.folder), {}, (option, value))
        for value in "0.999999999999 1 -0.1 nan".split():
            self.refuse("train", "--corpus", self.corpus, "--out", out, "--optimizer", "muon",
                        "--momentum", value, says="--momentum")
        self.refuse("train", "--corpus", self.corpus, "--out", out, "--optimizer", "sgd",
                    says="optimizer: expected adamw or muon, got sgd")
        self.refuse("train", "--corpus", self.corpus, "--out", out, "--momentum", "0.9",
                    says="--momentum: expected --optimizer muon beside it")
        self.refuse("train", "--corpus", self.corpus, "--out", out, "--learning-rate", "1e30",
                    "--weight-decay", "1e30", says="--weight-decay: expected")
        self.succeed(*self.train("--out", out, "--eps", "1.2e-38", "--rope-theta", "1e300"))
        self.succeed("decode", out, "def f")
        for option, values in {
                "--temperature": "1e-320 1e-50 -1 nan inf 1e39", "--threshold": "1.01 nan",
                "--steps": "0 1000001", "--passes": "-1 1000001", "--tau-edit": "nan",
                "--threads": "-1"}.items():
            for value in values.split():
                self.refuse("decode", self.folder / "no run", "x", option, value, says=option)
        self.assertTrue(self.succeed("decode", self.run_folder, "def f", "--temperature",
                                     "1.2e-38").stdout)
        for option in ("--vocab-size 258", "--vocab-size 9999999", "--min-count 0"):
            self.refuse("tokenize", "train", "--corpus", self.corpus, "--out", out / "t.json",
                        *option.split(), says=option.split()[0])
        for command in (f"decode {self.run_folder} x --seed {2 ** 64}",
                        f"eval {self.run_folder} --seed 99999999999999999999999",
                        f"tasks --seed {2 ** 64}", f"verify --seed {2 ** 64}",
                        f"tokenize train --corpus {self.corpus} --out t --max-bytes {2 ** 64}",
                        f"speedup --from {self.run_folder} --checkpoint-every {2 ** 63}"):
            option = command.split()[-2]
            self.refuse(*command.split(), says=f"{option}: expected a whole number from ")
        for value in ("-1", " -1", "\t-1", "1 ", "0x1", "1e3", ""):
            for command in ("tasks --seed", f"decode {self.run_folder} x --seed",
                            f"train --out {out}2 --checkpoint-every"):
                self.refuse(*command.split(), value, says=command.split()[-1])
        self.assertIn("task 18446744073709551614", self.succeed(
            "tasks", "--task", 2 ** 64 - 2, "--show", "1").stdout)
        for command in ("bench train --rounds 0", "bench train --steps 99999",
                        "bench levenshtein --rounds -1", "tour --steps 0", "tour --tasks 0",
                        "tour --autoregressive-steps -1"):
            self.refuse(*command.split(), says=command.split()[-2])


if __name__ == "__main__":
    unittest.main()
