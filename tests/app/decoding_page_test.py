"""`--html` of seed decode and seed edit: the page holds every state that the JSON holds."""
import json
import re
import shutil
import subprocess
import unittest

from program import RESTLESS, ProgramTest
import trajectory_test  # its parser of pages

BROWSER = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)


class DecodingPage(ProgramTest):
    train_options = RESTLESS

    def replayed(self, *command):
        """The data in the page of a decoding, and its record, which say the same."""
        page, report = self.folder / "page.html", self.folder / "report.json"
        self.succeed(*command, "--html", page, "--json", report)
        record = json.loads(report.read_text())
        view = json.loads(trajectory_test.Page(page.read_text()).texts["view"])
        self.assertEqual(view["steps"], record["calls"])
        self.assertEqual(view["prompt"], record["prompt"])
        for step in record["steps"]:
            tokens, written = self.state(view, step["call"])
            self.assertEqual(tokens, step["tokens"], step["call"])
            for i, confidence in written.items():
                self.assertEqual(confidence, step["probability"][i])
        return view, record

    def state(self, view, at):
        """What stands at every position in a step, None while it is masked; and the confidence of
        what that step wrote."""
        tokens, now = [], {}
        for i, step in enumerate(view["step"]):
            written = [(step, view["tokens"][i], view["confidence"][i])]
            written += [(r["step"], r["token"], r["confidence"])
                        for r in view["rewrites"] if r["position"] == i]
            there = [w for w in written if w[0] <= at]
            self.assertEqual(there, written[:len(there)])  # in the order of the steps
            tokens.append(there[-1][1] if there else None)
            if there and there[-1][0] == at > 0:
                now[i] = there[-1][2]
        return tokens, now

    def test_a_page_replays_a_decoding(self):
        view, record = self.replayed("decode", self.run_folder, "if a", "--rule", "count",
                                     "--steps", "4")
        self.assertEqual(sorted(set(view["step"])), [0, 1, 2, 3, 4])
        self.assertEqual(view["step"].count(0), record["prompt_tokens"])
        self.assertEqual(view["rewrites"], [])
        self.assertEqual(view["completion"], record["completion"])

    def test_a_page_replays_what_is_rewritten_and_blocks(self):
        self.replayed("decode", self.run_folder, "if a", "--tau-edit", "0", "--passes", "2",
                      "--steps", "3", "--rule", "count")
        self.replayed("decode", self.run_folder, "if a", "--block", "8")
        program = self.folder / "p.lua"
        program.write_text("return a\n")
        view, record = self.replayed("edit", self.run_folder, program, "--instruction", "-- b",
                                     "--tau-edit", "0", "--passes", "2")
        self.assertEqual(set(view["step"]), {0})
        self.assertEqual(len(view["rewrites"]), record["rewrites"])

    @unittest.skipUnless(BROWSER, "no browser is there")
    def test_a_browser_shows_the_last_step(self):
        page = self.folder / "page.html"
        self.succeed("decode", self.run_folder, "if a", "--rule", "count", "--steps", "4",
                     "--html", page)
        for step in (0, 2, 4):
            now = self.folder / "now.html"
            now.write_text(page.read_text().replace("\ngo(n);\n", f"\ngo({step});\n"))
            shown = subprocess.run([BROWSER, "--headless", "--no-sandbox", "--dump-dom",
                                    now.as_uri()], capture_output=True, text=True,
                                   timeout=120).stdout
            came, left = re.search(rf"step {step} of 4: (\d+) revealed, (\d+) of \d+ masked",
                                   shown).groups()
            self.assertEqual(int(came) > 0, step > 0)
            self.assertEqual(int(left) > 0, step < 4)
            self.assertEqual(len(re.findall('<span class="mask"', shown)), int(left))
            self.assertEqual(len(re.findall('<span class="(?:given|new|mask|)"', shown)), 32)

    def test_files_that_it_must_not_write_are_refused(self):
        for file, says in ((self.run_folder / "config.json", "--html"),
                           ("/no/such/folder/x.html", "--html")):
            self.refuse("decode", self.run_folder, "if a", "--html", file, says=says)
        both = self.folder / "both"
        self.refuse("decode", self.run_folder, "if a", "--html", both, "--json", both, says="both")
        program = self.folder / "p.lua"
        program.write_text("return a\n")
        self.refuse("edit", self.run_folder, program, "--instruction", "-- b", "--html", program,
                    says="p.lua")
        self.assertEqual(program.read_text(), "return a\n")
        self.assertFalse(both.exists())


if __name__ == "__main__":
    unittest.main()
