"""`seed edit`, rewriting in `seed decode`, and the measure of repairs."""
import unittest

from program import RESTLESS, ProgramTest, seen_on_a_terminal

GREEN, YELLOW = "\x1b[1;32m", "\x1b[1;33m"
VIEW = {"prompt", "prompt_tokens", "calls", "rewrites", "steps"}


class Edit(ProgramTest):
    train_options = RESTLESS

    def setUp(self):
        super().setUp()
        self.program = self.folder / "program.lua"
        self.program.write_text("x = a_1 + 2\n")

    def edit(self, *options):
        return self.written_json("edit", self.run_folder, self.program, *options)

    def test_a_program_behind_an_instruction_is_rewritten_and_the_rewrites_are_counted(self):
        record = self.edit("--instruction", "-- a", "--tau-edit", "0", "--passes", "3")
        self.assertEqual(set(record), VIEW | {"program", "completion", "distance"})
        self.assertEqual((record["prompt"], record["program"]), ("-- a\n", "x = a_1 + 2\n"))
        self.assertEqual(record["calls"], len(record["steps"]))
        self.assertLessEqual(record["calls"], 3)
        self.assertGreater(record["rewrites"], 0)
        self.assertEqual(record["rewrites"], sum(len(s["rewritten"]) for s in record["steps"]))
        self.assertGreater(record["distance"], 0)
        for step in record["steps"]:
            self.assertEqual(step["masked"], 0)
            self.assertNotIn(None, step["tokens"])
            self.assertTrue(all(i >= record["prompt_tokens"] for i in step["rewritten"]))

    def test_a_program_that_nothing_may_rewrite_comes_back(self):
        record = self.edit("--instruction", "-- a", "--tau-edit", "1")
        self.assertEqual(record["completion"], record["program"])
        self.assertEqual((record["rewrites"], record["distance"]), (0, 0))
        printed = self.succeed("edit", self.run_folder, self.program, "--instruction", "-- a",
                               "--tau-edit", "1")
        self.assertEqual((printed.stdout, printed.stderr), ("x = a_1 + 2\n", ""))

    def test_the_dashes_of_an_instruction_may_be_left_out(self):
        record = self.edit("--instruction", "a")
        self.assertEqual(record, self.edit("--instruction", "-- a"))
        self.assertEqual(record["prompt"], "-- a\n")
        shown = self.succeed("edit", self.run_folder, self.program, "--instruction", "a")
        self.assertEqual((shown.stdout, shown.stderr), (record["completion"], ""))

    def test_bad_input_is_refused(self):
        run, prompt = self.run_folder, ["--instruction", "-- a"]
        self.refuse("edit", run, self.program, says="--instruction")
        self.refuse("edit", run, self.program, "--instruction=", says="--instruction")
        for name, content in (("empty", b""), ("blank", b" \n\t\n")):
            (self.folder / name).write_bytes(content)
            self.refuse("edit", run, self.folder / name, *prompt, says="expected a program")
        self.refuse("edit", run, self.folder / "missing.lua", *prompt, says="missing.lua")
        self.refuse("edit", run, self.folder, *prompt)
        long = self.folder / "long.lua"
        long.write_text("x = a_1 + 2\n" * 30)
        self.refuse("edit", run, long, *prompt, says="canvas of 32 tokens")
        for content in (b"x\0y", b"\xff\xfe", bytes(range(256))):
            (self.folder / "binary").write_bytes(content)
            self.refuse("edit", run, self.folder / "binary", *prompt, says="binary")
        for two_lines in ("a\nb", "\n\n", "a\n\n"):
            self.refuse("edit", run, self.program, "--instruction", two_lines, says="one line")
        before = self.program.read_bytes(), (run / "config.json").read_bytes()
        self.refuse("edit", run, self.program, *prompt, "--json", self.program, says="--json")
        for command in (("edit", run, self.program, *prompt), ("decode", run, "x"),
                        ("eval", run, "--texts", "1"), ("train", "--resume", run)):
            self.refuse(*command, "--json", run / "config.json", says="--json")
        self.assertEqual((self.program.read_bytes(), (run / "config.json").read_bytes()), before)
        self.refuse("edit", self.folder, self.program, *prompt, says="config.json")
        for option in ("--tau-edit 2", "--tau-edit -0.1", "--tau-edit nan", "--passes -1",
                       "--delay -1", "--threads -1", "--json /no/such/folder/x.json",
                       "--device gpu", "--threshold 3"):
            self.refuse("edit", run, self.program, *prompt, *option.split())

    def test_odd_programs_are_edited_or_refused_but_never_crash(self):
        for content in (b"\xff\xfe", b"\0", b"<|mask|><|eos|>", b"\x1b[31m", "☃\r\n".encode()):
            self.program.write_bytes(content)
            result = self.seed("edit", self.run_folder, self.program, "--instruction", "-- a")
            self.assertIn(result.returncode, (0, 1), result.stderr)

    def test_an_autoregressive_model_rewrites_nothing(self):
        out = self.folder / "run"
        self.succeed(*self.train("--objective", "autoregressive", "--out", out))
        self.refuse("edit", out, self.program, "--instruction", "-- a",
                    says="expected a diffusion model")
        self.refuse("decode", out, "x", "--tau-edit", "0.5", says="expected a diffusion model")
        self.refuse("eval", out, "--tau-edit", "0.5", says="expected a diffusion model")
        self.refuse("eval", out, "--family", "edit", says="expected a diffusion model")

    def test_fills_are_green_and_rewrites_are_yellow_on_a_terminal(self):
        watch = ["--watch", "--delay", "0"]
        filled = seen_on_a_terminal("decode", self.run_folder, "def f", *watch)
        self.assertIn(GREEN, filled)
        self.assertNotIn(YELLOW, filled)
        repaired = seen_on_a_terminal("edit", self.run_folder, self.program, "--instruction",
                                      "-- a", "--tau-edit", "0", *watch)
        self.assertIn(YELLOW, repaired)
        self.assertNotIn(GREEN, repaired)
        piped = self.succeed("edit", self.run_folder, self.program, "--instruction", "-- a",
                             "--tau-edit", "0", *watch).stdout
        self.assertNotIn("\x1b", piped)
        self.assertIn("call 0: 0 of ", piped)
        self.assertRegex(piped, "call 1: .* [1-9][0-9]* rewritten")


class Rewriting(ProgramTest):
    train_options = RESTLESS

    def decode(self, *options):
        return self.written_json("decode", self.run_folder, "def f", *options)

    def test_decoding_rewrites_where_it_is_asked_to_and_only_there(self):
        plain = self.decode()
        self.assertEqual(plain["rewrites"], 0)
        self.assertEqual(self.decode("--tau-edit", "1", "--passes", "0"), plain)
        restless = self.decode("--tau-edit", "0", "--passes", "4", "--rule", "count", "--steps",
                               "5")
        self.assertGreater(restless["rewrites"], 0)
        self.assertLessEqual(restless["calls"], 9)
        self.assertEqual(restless["steps"][-1]["masked"], 0)

    def test_eval_measures_repairs(self):
        few = ["--texts", "0", "--repair-texts", "5"]
        repair = self.written_json("eval", self.run_folder, *few)["repair"]
        self.assertEqual(set(repair), {"texts", "tau_edit", "passes", "clean", "one_edit",
                                       "tenth"})
        self.assertEqual((repair["texts"], repair["tau_edit"], repair["passes"]), (5, 0.9, 8))
        rates = {"restore_rate", "false_edit_rate", "exact_rate"}
        self.assertEqual(set(repair["clean"]), rates - {"restore_rate"})
        for name in ("one_edit", "tenth"):
            self.assertEqual(set(repair[name]), rates)
        shown = self.succeed("eval", self.run_folder, *few, "--tau-edit", "1").stdout
        self.assertIn("restored", shown)
        still = self.written_json("eval", self.run_folder, *few, "--tau-edit", "1")["repair"]
        self.assertEqual(still["clean"], {"false_edit_rate": 0, "exact_rate": 1})
        self.assertEqual(still["one_edit"], {"restore_rate": 0, "false_edit_rate": 0,
                                             "exact_rate": 0})
        restless = self.written_json("eval", self.run_folder, *few, "--tau-edit", "0")["repair"]
        self.assertGreater(restless["clean"]["false_edit_rate"], 0)


if __name__ == "__main__":
    unittest.main()
