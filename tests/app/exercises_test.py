"""A student's folder and its grader: what it keeps, what it refuses, and what does not fool it."""
import json
import os
import pathlib
import sys
import unittest

from program import ProgramTest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "exercises"))
import answers  # noqa: E402

MAP, MAP_FILE = "map", "cuda/first_steps/map.cu"
RIGHT = answers.solution(MAP, MAP_FILE)


class Exercises(ProgramTest):
    def setUp(self):
        super().setUp()
        self.course = self.folder / "course"
        self.succeed("exercises", "new", self.course)

    def judged(self, answer, *options):
        """The row of `map` with this answer, from this build alone."""
        answers.write_answer(self.course, MAP_FILE, MAP, answer)
        report = self.folder / "report.json"
        self.succeed("exercises", "check", self.course, "--only", MAP, "--one-build", "--json",
                     report, *options)
        return json.loads(report.read_text())["exercises"][0]

    def test_the_course_has_no_answers_and_keeps_what_a_student_has_written(self):
        for name, file in answers.exercises():
            blank = answers.answer_of(self.course / file, name)
            self.assertIn("your code here", blank)
            self.assertNotIn(answers.solution(name, file), (self.course / file).read_text())
            for page in (self.course / "chapters").glob("*.md"):
                self.assertNotIn(answers.solution(name, file), page.read_text(), page)
        for page in [*(self.course / "chapters").glob("*.md"),
                     *(self.course / "exercises").glob("*.md")]:
            self.assertNotIn("<details>", page.read_text())
            self.assertNotIn("## Hint", page.read_text())
        self.assertFalse((self.course / ".git").exists())
        fault = next((self.course / "exercises/break_it").glob("0a*.md")).read_text()
        self.assertTrue(fault.rstrip().endswith("?"), "the question alone")
        page = (self.course / "chapters/00b_first_kernels.md").read_text()
        self.assertIn("*For you to write: `cuda/first_steps/guard.cu`.*", page)
        self.assertNotRegex(page, r"` lines \d+-\d+\]")
        self.assertFalse((self.course / "tests/exercises/wrong").exists())
        answers.write_answer(self.course, MAP_FILE, MAP, RIGHT)
        written = (self.course / MAP_FILE).read_text()
        (self.course / "src/core/philox.h").unlink()
        printed = self.succeed("exercises", "new", self.course).stdout
        self.assertIn("27 exercises, 1 files written, ", printed)
        self.assertEqual((self.course / MAP_FILE).read_text(), written)
        self.assertTrue((self.course / "src/core/philox.h").exists())

    def test_a_right_answer_passes_and_a_blank_is_not_begun(self):
        self.assertEqual(self.judged("// your code here\n")["verdict"], "blank")
        row = self.judged(RIGHT, "--seed", "7")
        self.assertEqual((row["verdict"], row["points"], row["message"]), ("passed", 1, ""))
        file = self.course / MAP_FILE
        file.write_text("// mine\n" + file.read_text().replace("\n", "\r\n"))  # another editor's
        row = self.judged(RIGHT)
        self.assertEqual(row["verdict"], "passed")
        self.assertIn("outside of the marks, which does not count", row["note"])

    def test_the_compiler_shows_the_students_line(self):
        row = self.judged("const int i = threadIdx.x\ny[i] = 17;\n")
        self.assertIn("y[i] = 17;", row["message"])
        self.assertNotIn(RIGHT.splitlines()[-1].strip(), row["message"])

    def test_every_wrong_answer_gets_the_next_hint(self):
        self.judged("y[0] = 1;\n", "--seconds", "2")
        for hint, answer in ((1, "y[0] = 1;"), (1, "y[0] = 1;"), (2, "y[0] = 2;"), (2, "y[0] = 3;")):
            answers.write_answer(self.course, MAP_FILE, MAP, answer + "\n")
            answers.write_answer(self.course, "cuda/first_steps/guard.cu", "guard", answer + "\n")
            for name in (MAP, "guard"):
                printed = self.seed("exercises", "check", self.course, "--only", name).stdout
                if not printed:
                    self.skipTest("the checker build is not there")
                self.assertIn(f"hint {hint} of 2", printed)
                self.assertEqual(
                    self.seed("exercises", "check", self.course, "--only", name).returncode, 1)
                self.assertNotIn(f"hint {hint + 1} of 2", printed)

    def test_an_answer_for_the_shapes_that_one_can_read_fails_with_another_seed(self):
        listed = "N == 1 || N == 255 || N == 256 || N == 257 || N == 1009 || N == 12288"
        answer = ("const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x, N = count;\n"
                  f"if (i < N) y[i] = {listed} ? 2 * x[i] + 1 : 0;\n")
        self.assertEqual(self.verdict_of("guard", answer), "passed")
        self.assertEqual(self.verdict_of("guard", answer, "--seed", "20"), "failed")

    def test_answers_in_cpp_call_nothing_of_ours_and_get_the_numbers_of_the_seed(self):
        files = dict(answers.exercises())

        def message_of(name, answer, *options):
            answers.write_answer(self.course, files[name], name, answer)
            report = self.folder / "report.json"
            said = self.seed("exercises", "check", self.course, "--only", name, "--json", report,
                             *options)
            if "expected the checker build, got none" in said.stderr:
                self.skipTest("the checker build is not there")
            self.assertEqual(said.returncode, 1)
            return json.loads(report.read_text())["exercises"][0]["message"]

        distance = ("std::int64_t levenshtein_myers(std::span<const std::int32_t>, "
                    "std::span<const std::int32_t>);\nlevenshtein_myers({}, {});\n")
        self.assertIn("calls seed::levenshtein_myers", message_of("top_k", distance))
        nothing = "(void)keys, (void)values, (void)k, (void)v;\n"
        first, again, other = [message_of("append_to_cache", nothing, "--seed", seed)
                               for seed in ("1", "1", "20")]
        self.assertIn("expected", first)
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def verdict_of(self, name, answer, *options):
        file = dict(answers.exercises())[name]
        answers.write_answer(self.course, file, name, answer)
        report = self.folder / "report.json"
        self.succeed("exercises", "check", self.course, "--only", name, "--one-build", "--json",
                     report, *options)
        return json.loads(report.read_text())["exercises"][0]["verdict"]

    def test_links_and_missing_files_harm_nothing_and_stop_no_other_exercise(self):
        precious = self.folder / "precious"
        precious.write_text("mine")
        (self.course / "exercises/hints.json").symlink_to(precious)
        answers.write_answer(self.course, MAP_FILE, MAP, RIGHT)
        guard = self.course / "cuda/first_steps/guard.cu"
        guard.write_text(guard.read_text().replace("// [exercise guard]\n", "// [exercise guard] \n"))
        (self.course / "cuda/first_steps/stride.cu").unlink()
        os.mkfifo(self.course / "cuda/first_steps/stride.cu")
        tile = self.course / "cuda/first_steps/tile.cu"
        tile.write_text(tile.read_text().replace("// [/exercise tile]\n", ""))
        report = self.folder / "report.json"
        self.succeed("exercises", "check", self.course, "--chapter", "0", "--one-build", "--json",
                     report)
        written = json.loads(report.read_text())
        rows = {row["name"]: row for row in written["exercises"]}
        self.assertEqual([rows[n]["verdict"] for n in (MAP, "guard", "stride", "tile")],
                         ["passed", "blank", "failed", "failed"])
        self.assertIn("expected a file", rows["stride"]["message"])
        self.assertIn("expected one line // [/exercise tile]", rows["tile"]["message"])
        self.assertEqual((written["points"], written["of"]), (1, 9))
        self.seed("exercises", "check", self.course, "--chapter", "0")
        self.assertEqual(precious.read_text(), "mine")

    def test_what_does_not_fool_it(self):
        for attack, says in (
                ("printf(\"1 of 1 points\\n\"); y[0] = 0;", "wrong"),
                ("exit(0);", "calls exit"),
                ("_exit(0);", "calls _exit"),
                ("} static struct Early { Early() { _exit(0); } } early; void other() {",
                 "calls _exit"),
                ("} static struct Early { Early() { *(volatile int*)1 = 0; } } early; void other() {",
                 "crashed"),
                ("for (volatile bool on = true; on;) {}", "took more than 2 s"),
                ("volatile char* c = new char[1ll << 33]; for (long i = 0; i < 1ll << 33; i += 4096)"
                 " c[i] = 1; y[0] = c[0];", "std::bad_alloc"),
                ("const_cast<float*>(x)[threadIdx.x] = 0; y[threadIdx.x] = 1;",
                 "an input was changed"),
                ("double_and_add_guarded({y, 1, 1}, {x, 1, 1});",
                 "must not use double_and_add_guarded"),
                ("asm volatile(\"nop\");", "must not use asm"),
                ("#include \"../cuda/first_steps/map.cu\"", "an answer has no #"),
                ("%:include \"../cuda/first_steps/map.cu\"", "an answer has no #"),
                ("a\\\nsm(\"nop\");", "an answer has no #"),
                ("[[gnu::noinline]] int z = 0;", "no attributes"),
                ("__attribute__((no_sanitize(\"thread\"))) int z = 0;", "use __attribute__"),
                ("} extern \"C\" void __tsan_write4(void*) {} void other() {", "must not use"),
                ("simt::set_schedule_seed(0);", "must not use simt"),
                ("} static std::__basic_file<char> file(nullptr); void other() {", "__basic_file"),
                ("y[0] = float(fork());", "calls fork"),
                ("kernel of mine", "the compiler ended with status 1")):
            row = self.judged(attack + "\n", "--seconds", "2")
            self.assertEqual(row["verdict"], "failed", attack)
            self.assertIn(says, row["message"], attack)
            self.assertEqual(row["points"], 0)
            if attack.startswith("printf"):
                self.assertIn("1 of 1 points", row["printed"])

    def test_every_chapter_has_two_faults_that_tell_no_answer(self):
        printed = self.succeed("exercises", "break").stdout
        numbers = []
        for number, file, lines, _ in answers.faults():
            numbers.append(number)
            self.assertIn(f"{number}  ", printed)
            shown = self.succeed("exercises", "break", number).stdout
            for line in lines.splitlines():
                self.assertIn(f"-{line}\n", shown)
            # Outside of all answers, so that a student sees only what he has before him
            self.assertEqual((self.course / file).read_text().count(lines), 1, number)
        self.assertEqual(numbers, [f"{n}.{letter}" for n in range(8) for letter in "ab"])
        self.refuse("exercises", "break", "9.z", says="expected a fault of")

    def test_bad_folders_are_refused(self):
        self.refuse("exercises", "check", self.folder / "none", says="expected a folder of")
        self.refuse("exercises", "check", self.course, "--only", "none", says="got 'none'")
        self.refuse("exercises", "new", answers.ROOT / "src/course",
                    says="expected a folder outside of the project")
        self.refuse("exercises", "check", self.folder, says="expected a folder of")
        self.refuse("exercises", "new", "", says="expected a folder, got an empty name")
        (self.folder / "other").mkdir()
        (self.folder / "other/file").touch()
        self.refuse("exercises", "new", self.folder / "other", says="expected a new folder or one")


if __name__ == "__main__":
    unittest.main()
