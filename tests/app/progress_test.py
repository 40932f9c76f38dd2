"""A sign of life from all that may take long. What is short shows nothing, so these ask for all."""
import os
import unittest

from program import ProgramTest


class SignsOfLife(ProgramTest):
    def shown(self, *arguments):
        return self.succeed(*arguments, env={**os.environ, "SEED_PATIENCE": "0"}).stderr

    def test_every_long_loop_says_how_far_it_is(self):
        tokenizer = self.folder / "t.json"
        for command, titles in (
                (("tokenize", "train", "--corpus", self.corpus, "--vocab-size", "300", "--out",
                  tokenizer), "read the corpus|count words|learn tokens|count tokens"),
                (("tokenize", "curve", "--corpus", self.corpus, "--vocab-size", "300"),
                 "count words|learn tokens|count tokens"),
                (("tasks", "--count"), "count the programs|measure the world"),
                (("eval", self.run_folder, "--texts", "2", "--repair-texts", "2"),
                 "likelihood|repair held-out texts"),
                (("trajectory", "show", self.run_folder, "--prompt", "x"), "decode"),
                (("verify", "--kernel", "fill"), "verify")):
            shown = self.shown(*command)
            for title in titles.split("|"):
                self.assertIn(f"\n{title}  ", "\n" + shown, command)
        quick = self.succeed("tokenize", "train", "--corpus", self.corpus, "--vocab-size", "300",
                             "--out", self.folder / "u.json")
        self.assertEqual(quick.stderr, "")


if __name__ == "__main__":
    unittest.main()
