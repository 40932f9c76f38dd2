"""`seed trajectory show` of files that are damaged or made by hand, and other bad input."""
import json
import shutil
import struct
import unittest

from program import ProgramTest
from trajectory_test import POOL, Page


def read_tensors(file):
    """The header of a safetensors file, and the bytes behind it."""
    content = file.read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8:8 + length]), bytearray(content[8 + length:])


def write_tensors(file, header, values):
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(struct.pack("<Q", len(text)) + text + values)


class TrajectoryFiles(ProgramTest):
    """The run is of a corpus: its texts have no prompt."""
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.distilled = cls.shared / "distilled"
        cls.succeed(cls(), "distill", "--from", cls.run_folder, "--out", cls.distilled, *POOL,
                    "--threads", "1")
        cls.pool = cls.distilled / "pool.safetensors"

    def changed(self, change):
        """A copy of the pool; `change` is given its header and its bytes."""
        header, values = read_tensors(self.pool)
        change(header, values)
        write_tensors(self.folder / "changed.safetensors", header, values)
        return self.folder / "changed.safetensors"

    def refuse_file(self, file, *options, says, run=None):
        before = file.read_bytes()
        line = self.refuse("trajectory", "show", file, "--run", run or self.run_folder, *options,
                           says=says)
        self.assertEqual(file.read_bytes(), before)
        return line

    def test_odd_tokens_are_safe_on_a_page_and_on_the_terminal(self):
        vocabulary = json.loads((self.run_folder / "tokenizer.json").read_text())["model"]["vocab"]
        # The printable code points of the bytes, as GPT-2 numbers them
        printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
        others = [b for b in range(256) if b not in printable]
        sign_of = {b: chr(b) for b in printable}
        sign_of.update({b: chr(256 + k) for k, b in enumerate(others)})
        odd = "</script>&\"'\u2028\t".encode() + b"\xff\x00\x1b\x7f\xc3" + b"\r\n"

        def write_odd(header, values):
            begin = header["ids"]["data_offsets"][0]
            ids = [vocabulary[sign_of[byte]] for byte in odd]
            struct.pack_into(f"<{len(ids)}i", values, begin, *ids)

        file, page, written = (self.changed(write_odd), self.folder / "p.html",
                               self.folder / "p.json")
        shown = self.succeed("trajectory", "show", file, "--run", self.run_folder, "--html", page,
                             "--json", written)
        self.assertNotRegex(shown.stdout, "[\x00-\x09\x0b-\x1f\x7f]")
        record = json.loads(written.read_text(encoding="utf-8"))
        expected = [chr(b) if b < 128 else "\ufffd" for b in odd]
        self.assertEqual(record["tokens"][:len(odd)], expected)
        self.assertEqual(record["prompt"], "")
        parsed = Page(page.read_text(encoding="utf-8"))
        self.assertEqual(json.loads(parsed.texts["view"]), record)
        self.assertEqual(parsed.texts["title"], "row 0 of changed.safetensors, text 0")
        self.assertEqual(parsed.tags.count("script"), 2)

    def test_rows_that_are_not_there_are_refused(self):
        for row in ("6", "18446744073709551615"):
            self.refuse_file(self.pool, "--row", row, says="--row: expected 0 ... 5")
        for row in ("-1", "one", "1.5", "18446744073709551616"):
            self.refuse_file(self.pool, "--row", row, says="--row")

    def test_files_of_others_are_refused(self):
        def other(name, change=lambda text: "0" * 16):
            def write(header, _):
                header["__metadata__"][name] = change(header["__metadata__"][name])
            return self.changed(write)

        for run in (self.run_folder, self.distilled):
            self.refuse_file(other("model"), run=run, says="trajectories of the model")
            self.refuse_file(other("tokenizer"), run=run, says="trajectories of the tokenizer")
        self.refuse_file(other("format"), says="seed trajectories 1")
        run = self.folder / "run"
        self.succeed(*self.train("--seed", "2", "--out", run))
        self.refuse_file(self.pool, run=run, says="trajectories of the model")

    def test_a_file_of_another_canvas_is_refused(self):
        run = self.copy_of_run()
        config = json.loads((run / "config.json").read_text())
        config["training"]["canvas"] = 24
        (run / "config.json").write_text(json.dumps(config))
        self.refuse_file(self.pool, run=run, says="canvas of 24 tokens, got 32")

    def test_damaged_and_empty_files_are_refused(self):
        whole = self.pool.read_bytes()
        damaged = self.folder / "damaged.safetensors"
        for content in (b"", whole[:100], whole[:-1], whole + b"x", b"not a file of tensors"):
            damaged.write_bytes(content)
            self.refuse_file(damaged, says="damaged.safetensors")
        self.refuse_file(self.run_folder / "model.safetensors", says="model.safetensors")
        self.refuse_file(self.run_folder / "config.json", says="config.json")

        def no_rows(header, values):
            del values[:]
            for name in ("ids", "reveal", "score", "text"):
                header[name]["shape"][0] = 0
                header[name]["data_offsets"] = [0, 0]

        def far_step(header, values):
            struct.pack_into("<i", values, header["reveal"]["data_offsets"][0], 31)

        self.refuse_file(self.changed(no_rows), says="empty pool")
        self.refuse_file(self.changed(far_step), says="reveal, row 0")

    def test_options_that_do_not_fit_are_refused(self):
        run, show = self.run_folder, ["trajectory", "show"]
        for option in ("--task 0", "--prompt x", "--threshold 0.5", "--rule count", "--steps 3",
                       "--temperature 1", "--seed 1"):
            self.refuse_file(self.pool, *option.split(), says=option.split()[0])
        self.refuse(*show, run, "--row", "0", says="--row")
        self.refuse(*show, self.pool, says="--run")
        self.refuse(*show, self.folder / "missing", says="missing")
        self.refuse(*show, self.folder / "missing", "--run", run, says="missing")
        self.refuse(*show, run, says="--task: expected a model of Lua tasks")
        self.refuse(*show, run, "--task", "1", "--prompt", "x")
        for option in ("--threshold 3", "--rule none", "--steps 0", "--threads -1",
                       "--html /no/such/folder/x.html", "--json /no/such/folder/x.json",
                       "--tau-edit 0.5"):
            self.refuse(*show, run, "--prompt", "x", *option.split())
        self.refuse(*show, run, "--prompt", "x y " * 40)
        self.refuse(*show, self.folder, says="config.json")
        self.refuse("trajectory")
        for help_of in (["trajectory"], show):
            self.assertIn("Usage:", self.succeed(*help_of, "--help").stdout)

    def test_an_autoregressive_model_has_no_order(self):
        out = self.folder / "run"
        self.succeed(*self.train("--objective", "autoregressive", "--out", out))
        self.refuse("trajectory", "show", out, "--prompt", "x", says="expected a diffusion model")

    def test_nothing_that_is_read_is_written_over(self):
        run = shutil.copytree(self.distilled, self.folder / "copy")
        pool = shutil.copy(self.pool, self.folder / "pool.safetensors")
        for option in ("--html", "--json"):
            for name in ("config.json", "model.safetensors", "selected.safetensors"):
                self.refuse_file(self.pool, option, run / name, run=run, says=option)
            self.refuse_file(pool, option, pool, run=run, says=option)
        both = self.folder / "both"
        self.refuse("trajectory", "show", pool, "--run", run, "--html", both, "--json", both,
                    says="expected two files")
        self.assertFalse(both.exists())
        self.refuse("distill", "--resume", run, "--json", run / "pool.safetensors", says="--json")


if __name__ == "__main__":
    unittest.main()
