"""Files and folders by any name, reports that cannot be written, any standard input."""
import json
import os
import shutil
import socket
import subprocess
import unittest

from program import SEED, TINY, ProgramTest, contents, write_corpus

STAY = ("--instruction", "-- a", "--tau-edit", "1")  # nothing is rewritten


class Places(ProgramTest):
    def test_a_run_is_resumed_from_another_folder(self):
        corpus = write_corpus(self.folder / "corpus")
        self.succeed("train", "--corpus", "corpus/", "--out", "run/", *TINY, cwd=self.folder)
        (self.folder / "elsewhere").mkdir()
        self.succeed("train", "--resume", "../run/", cwd=self.folder / "elsewhere")
        self.assertEqual(json.loads((self.folder / "run/config.json").read_text())["training"]
                         ["corpus"].rstrip("/"), str(corpus))

    def test_a_run_inside_its_corpus_is_refused_whatever_the_names(self):
        corpus = write_corpus(self.folder / "corpus")
        for place, out, cwd in (("corpus/", "corpus/run", self.folder), (".", "run", corpus),
                                ("./", "./a/../run/", corpus), (corpus, "corpus/", self.folder)):
            self.refuse("train", "--corpus", place, "--out", out, *TINY, cwd=cwd,
                        says="outside of the corpus")
        self.assertEqual(len(contents(corpus)), 3)

    def test_a_report_may_lie_in_the_folder_of_its_run_whatever_its_name(self):
        self.succeed(*self.train("--out", "out/", "--json", "out/x.json"), cwd=self.folder)
        self.succeed(*self.train("--out", "more", "--json", "./more/x.json"), cwd=self.folder)

    def test_names_that_are_not_utf8_work_or_leave_nothing_behind(self):
        name = os.fsencode(self.folder) + b"/\xff\xfe"
        corpus = shutil.copytree(os.fsencode(self.corpus), name + b"corpus")
        error = self.refuse("train", "--corpus", corpus, "--out", self.folder / "out", *TINY,
                            says="--corpus: expected a path in UTF-8")
        self.assertNotIn("type_error", error)
        self.assertFalse((self.folder / "out").exists())
        self.succeed(*self.train("--out", name + b"run"))
        self.succeed("decode", name + b"run", "def f", "--json", name + b"report.json")
        self.succeed("train", "--resume", name + b"run", "--json", name + b"likelihood.json")
        self.succeed("tokenize", "train", "--corpus", corpus, "--out", name + b"t.json")
        self.succeed("tokenize", "encode", "--tokenizer", name + b"t.json",
                     os.path.join(corpus, b"a.py"))
        for missing in (name + b"none", name + b"none/x"):
            for command in (("decode", missing, "x"), ("edit", missing, missing, *STAY),
                            ("tasks", "--judge", missing), ("train", "--resume", missing)):
                self.refuse(*command)

    def test_a_folder_that_cannot_be_made_is_refused_before_any_work(self):
        file = self.folder / "file"
        file.write_text("")
        for out in (file, file / "run", "/proc/run", ""):
            line = self.refuse(*self.train("--out", out))
            self.assertRegex(line, "folder")
        self.assertEqual(list(contents(self.folder)), ["file"])

    def test_a_report_over_what_is_read_is_refused(self):
        tokenizer = self.copy_of_run() / "tokenizer.json"
        text = self.folder / "text.lua"
        text.write_text("x = 1\n")
        show = ("tokenize", "show", "--tokenizer", tokenizer, text)
        before = contents(self.folder)
        for command in ((*show, "--json", tokenizer), (*show, "--json", text),
                        ("tasks", "--judge", text, "--json", text)):
            self.refuse(*command, says="--json: expected another file")
        self.assertEqual(contents(self.folder), before)

    def test_a_report_to_a_full_device_is_refused_before_any_work(self):
        for command in (("decode", self.folder / "no run", "x"), ("eval", self.folder / "no run"),
                        self.train("--out", self.folder / "out"), ("bench", "levenshtein")):
            self.refuse(*command, "--json", "/dev/full", says="/dev/full")
        self.assertEqual(contents(self.folder), {})

    def decode_from(self, stdin):
        command = [SEED, "tokenize", "decode", "--tokenizer", self.run_folder / "tokenizer.json"]
        return subprocess.run(command, stdin=stdin, capture_output=True, timeout=20)

    def test_the_standard_input_may_be_anything_that_ends(self):
        ids = self.folder / "ids"
        ids.write_text("75 76 77\n")
        with open(ids) as file:
            whole = self.decode_from(file).stdout
        with open(ids, "rb", buffering=0) as half:
            half.read(3)
            rest = self.decode_from(half).stdout
        self.assertEqual(rest, whole[1:])
        self.assertTrue(rest)
        ours, theirs = socket.socketpair()
        ours.sendall(b"75 76 77\n")
        ours.close()
        with theirs:
            self.assertEqual(self.decode_from(theirs).stdout, whole)
        self.assertEqual(self.decode_from(subprocess.DEVNULL).returncode, 0)
        with open("/dev/zero", "rb") as endless:
            result = self.decode_from(endless)
        self.assertEqual((result.returncode, result.stderr.count(b"\n")), (1, 1))


if __name__ == "__main__":
    unittest.main()
