"""`seed trajectory show`: which token came when, on the terminal, as a page, as JSON."""
import html.parser
import json
import math
import re
import unittest

from program import LUA_MODEL, ProgramTest, seen_on_a_terminal

FIELDS = ["origin", "prompt", "completion", "verdict", "passed", "steps", "score",
          "nats_per_token", "stored_score", "eos", "tokens", "step", "confidence"]
BY_COUNT = ["--rule", "count", "--steps", "5"]
POOL = ("--texts 3 --members 2 --order-temperatures 0 --order-steps 3 5 --order-thresholds 0.5 "
        "--steps 1").split()


class Page(html.parser.HTMLParser):
    """Which tags were opened and never closed, every attribute, the text of every script."""
    VOID = {"meta", "input"}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.texts = [], [], [], {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(dict(attrs).get("id", tag) if tag in ("script", "pre") else tag)

    def handle_endtag(self, tag):
        name = self.open.pop()
        assert tag == name or tag in ("script", "pre"), (tag, name)

    def handle_data(self, data):
        if self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


class Trajectory(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lua_run, cls.distilled = cls.shared / "lua_run", cls.shared / "distilled"
        small = ["--threads", "1"]
        cls.succeed(cls(), "train", "--out", cls.lua_run, *LUA_MODEL, "--steps", "2",
                    "--evaluation-texts", "1", *small)
        cls.succeed(cls(), "distill", "--from", cls.lua_run, "--out", cls.distilled, *POOL, *small)
        cls.pool = cls.distilled / "pool.safetensors"

    def show(self, *arguments):
        record = self.written_json("trajectory", "show", *arguments)
        self.assertEqual(list(record), FIELDS)
        self.check_sums(record)
        return record

    def check_sums(self, record):
        places = range(len(record["tokens"]))
        revealed = [i for i in places if record["step"][i] > 0]
        for i in places:
            self.assertEqual(i in revealed, i >= revealed[0])
            self.assertTrue(0 <= record["confidence"][i] <= 1)
        self.assertLessEqual(max(record["step"]), record["steps"])
        score = sum(math.log(record["confidence"][i]) for i in revealed)
        self.assertAlmostEqual(record["score"], score, places=6)
        self.assertAlmostEqual(record["nats_per_token"], -score / len(revealed), places=6)

    def test_a_held_out_task_is_decoded_and_judged(self):
        record = self.show(self.lua_run, *BY_COUNT)
        self.assertEqual((record["origin"], record["steps"]), ("held-out task 0", 5))
        self.assertEqual(set(record["step"]), set(range(6)))
        self.assertIsNone(record["stored_score"])
        self.assertFalse(record["passed"])
        self.assertTrue(record["verdict"])
        other = self.show(self.lua_run, *BY_COUNT, "--task", "1")
        self.assertEqual(other["origin"], "held-out task 1")
        self.assertNotEqual(record["prompt"], other["prompt"])
        plain = self.written_json("decode", self.lua_run, record["prompt"], *BY_COUNT)
        self.assertEqual(plain["completion"], record["completion"])
        for number, step in enumerate(plain["steps"], 1):
            visible = [token is not None for token in step["tokens"]]
            self.assertEqual(visible, [s <= number for s in record["step"]])
        self.assertEqual(plain["steps"][-1]["probability"], record["confidence"])

    def test_a_prompt_of_ones_own_is_not_judged(self):
        for run in (self.lua_run, self.run_folder):  # the second one is of a corpus
            record = self.show(run, "--prompt", "\n-- a <b>&amp;", *BY_COUNT)
            self.assertEqual(record["prompt"], "-- a <b>&amp;\n")
            self.assertIsNone(record["verdict"])
            self.assertIsNone(record["passed"])

    def test_a_file_is_of_the_run_that_drew_it_or_of_the_distilled_one(self):
        shown = [self.show(self.pool, "--run", self.lua_run, "--row", row) for row in range(6)]
        for row, record in enumerate(shown):
            self.assertEqual(record["origin"], f"row {row} of pool.safetensors, text {row // 2}")
            # The model that drew it says what the file says
            self.assertAlmostEqual(record["score"], record["stored_score"], places=3)
            self.assertIsNone(record["verdict"])
        self.assertEqual(shown[0]["tokens"], shown[1]["tokens"])
        later = self.show(self.pool, "--run", self.distilled, "--row", "2")
        self.assertEqual(later["step"], shown[2]["step"])
        self.assertEqual(later["stored_score"], shown[2]["stored_score"])
        self.assertNotEqual(later["score"], shown[2]["score"])
        kept = self.show(self.distilled / "selected.safetensors", "--run", self.distilled)
        self.assertEqual(kept["stored_score"], max(r["stored_score"] for r in shown[:2]))

    def test_without_colours_the_steps_are_numbers_under_the_tokens(self):
        record = self.show(self.lua_run, *BY_COUNT)
        shown = self.succeed("trajectory", "show", self.lua_run, *BY_COUNT).stdout
        self.assertNotIn("\x1b", shown)
        self.assertTrue(shown.startswith("held-out task 0\n\n--"), shown)
        self.assertLessEqual(max(map(len, shown.splitlines()[:-1])), 80)
        picture = shown.split("\n\n")[1]
        numbers = [int(word) for line in picture.splitlines()
                   if re.fullmatch("[0-9 ]+", line) for word in line.split()]
        self.assertEqual(numbers, [s for s in record["step"] if s > 0])
        counts = " ".join(str(record["step"].count(s)) for s in range(1, 6))
        self.assertIn(f" tokens in 5 steps, {(len(numbers)) / 5:.1f} per step: {counts}\n", shown)
        self.assertTrue(shown.endswith(record["verdict"] + "\n"))

    def test_no_color_leaves_a_terminal_without_colours(self):
        plain = self.succeed("trajectory", "show", self.lua_run, *BY_COUNT).stdout
        seen = seen_on_a_terminal("trajectory", "show", self.lua_run, *BY_COUNT, NO_COLOR="1")
        self.assertEqual(seen.replace("\r", ""), plain)

    def test_on_a_terminal_every_step_has_a_colour(self):
        record = self.show(self.lua_run, *BY_COUNT)
        shown = seen_on_a_terminal("trajectory", "show", self.lua_run, *BY_COUNT)
        picture, legend = shown.replace("\r", "").split("\n\n")[1:3]
        colours = re.findall(r"48;5;(\d+)m (\d+) \x1b", legend.splitlines()[0])
        self.assertEqual([int(step) for _, step in colours], [1, 2, 3, 4, 5])
        step_of = {colour: int(step) for colour, step in colours}
        self.assertEqual(len(step_of), 5)
        painted = re.findall(r"\x1b\[(2|38;5;\d+;48;5;(\d+))m[^\x1b]+\x1b\[0m", picture)
        steps = [0 if whole == "2" else step_of[colour] for whole, colour in painted]
        self.assertEqual(steps, record["step"])
        seen = re.sub(r"\x1b\[[0-9;]*m|\n", "", picture)
        spaces = "".join(record["tokens"]).count(" ")
        self.assertEqual((seen.count(" "), seen.count("·")), (0, spaces))

    def page(self, *arguments):
        """The page, which must need nothing but itself, and its data, which must be the JSON."""
        file = self.folder / "page.html"
        record = self.show(*arguments, "--html", file)
        text = file.read_text(encoding="utf-8")
        self.assertNotRegex(text, "https?:|//[a-z]|@import|url[(]|[<]link|<img|<iframe|src=")
        page = Page(text)
        self.assertEqual(page.open, [])
        self.assertEqual(page.tags.count("script"), 2)
        self.assertFalse([name for name, _ in page.attributes if name in ("src", "href", "style")])
        self.assertTrue(any("default-src 'none'" in (value or "") for _, value in page.attributes))
        data = page.texts["view"]
        self.assertTrue(data.isascii())
        self.assertNotRegex(data, "[<>&]")
        self.assertEqual(json.loads(data), record)
        self.assertLess(len(text) - len(data), 16_000)
        return page, record, text

    def test_a_page_is_whole_in_itself_and_holds_what_the_json_holds(self):
        page, record, _ = self.page(self.lua_run, *BY_COUNT)
        self.assertEqual(page.texts["title"], record["prompt"].strip())
        self.assertEqual(page.texts["canvas"], record["prompt"] + record["completion"])

    def test_nothing_in_a_prompt_becomes_a_tag(self):
        prompt = "-- </script><!--<b x='y' z=\"&lt;\">&\u2028\u202e]]>\\u003c`${a}"
        page, record, text = self.page(self.lua_run, "--prompt", prompt, *BY_COUNT)
        self.assertEqual(page.texts["title"], prompt)
        self.assertEqual(record["prompt"], prompt + "\n")
        self.assertNotIn("<b ", text)


if __name__ == "__main__":
    unittest.main()
