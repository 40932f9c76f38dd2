"""`seed eval`: what a model makes of the programs that it wrote in few steps."""
import unittest

from program import LUA_MODEL, ProgramTest

FIELDS = ["family", "tasks", "steps", "tau_edit", "passes", "pass_at_1_before", "pass_at_1_after",
          "mended", "spoilt", "calls_before", "calls_after", "rewrites_per_sample"]
ALONE = ["--texts", "0", "--repair-texts", "0", "--tasks", "3"]


class SelfCorrection(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lua_run = cls.shared / "lua_run"
        # So large a step leaves a model that contradicts what it has just written
        cls.succeed(cls(), "train", "--out", cls.lua_run, *LUA_MODEL, "--learning-rate", "0.1",
                    "--decay-fraction", "1", "--steps", "2", "--evaluation-texts", "1")

    def measure(self, *options):
        report = self.written_json("eval", self.lua_run, *ALONE, *options)
        self.assertEqual(list(report), ["decoding", "self_correction"])
        return report["self_correction"]

    def test_eval_counts_the_calls_and_rewrites_of_few_steps_and_their_repair(self):
        report = self.measure("--tau-edit", "0", "--passes", "5")
        self.assertEqual(list(report), FIELDS)
        self.assertEqual([report[name] for name in FIELDS[:5]], ["generation", 3, 4, 0, 5])
        self.assertEqual(report["calls_before"], 4)
        self.assertGreater(report["calls_after"], 4)
        self.assertLessEqual(report["calls_after"], 9)
        self.assertGreater(report["rewrites_per_sample"], 0)
        gained = (report["mended"] - report["spoilt"]) / report["tasks"]
        self.assertAlmostEqual(report["pass_at_1_after"] - report["pass_at_1_before"], gained)
        self.assertEqual(self.measure("--tau-edit", "0", "--passes", "5", "--batch", "2"), report)

    def test_a_model_that_may_not_rewrite_changes_nothing(self):
        report = self.measure("--few-steps", "3", "--tau-edit", "1")
        self.assertEqual((report["steps"], report["calls_before"], report["calls_after"]),
                         (3, 3, 3))
        self.assertEqual(report["rewrites_per_sample"], 0)
        self.assertEqual(report["pass_at_1_before"], report["pass_at_1_after"])
        shown = self.succeed("eval", self.lua_run, *ALONE, "--few-steps", "3").stdout
        self.assertIn("decoded in 3 steps", shown)
        self.assertIn("tau_edit 0.9, at most 8 passes", shown)

    def test_it_is_left_out_where_it_is_not_wanted_or_not_possible(self):
        report = self.written_json("eval", self.lua_run, *ALONE, "--few-steps", "0")
        self.assertEqual(list(report), ["decoding"])
        other = self.folder / "autoregressive"
        self.succeed("train", "--out", other, *LUA_MODEL, "--steps", "1", "--objective",
                     "autoregressive", "--evaluation-texts", "1")
        self.assertEqual(list(self.written_json("eval", other, *ALONE)), ["decoding"])
        for value in ("-1", "1000001", "many"):
            self.refuse("eval", self.lua_run, *ALONE, "--few-steps", value, says="--few-steps")


if __name__ == "__main__":
    unittest.main()
