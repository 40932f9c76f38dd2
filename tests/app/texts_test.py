"""Texts as people have them: line ends, byte order marks, what stands before a program; corpora."""
import json
import shutil
import subprocess
import unittest

from program import LUA_MODEL, SEED, TINY, ProgramTest, contents, write_corpus

STAY = ("--instruction", "-- a", "--tau-edit", "1")  # nothing is rewritten
BOM = b"\xef\xbb\xbf"
LUA = b"x = a_1\ny = b\n"


class Texts(ProgramTest):
    def edited(self, content):
        program = self.folder / "program.lua"
        program.write_bytes(content)
        command = [SEED, "edit", self.run_folder, program, *STAY]
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_a_program_comes_back_from_edit_whatever_its_line_ends(self):
        for content in (LUA, LUA.replace(b"\n", b"\r\n"), LUA.replace(b"\n", b"\r"), BOM + LUA,
                        BOM + LUA.replace(b"\n", b"\r\n"), LUA.rstrip()):
            self.assertEqual(self.edited(content), LUA, content)

    def test_what_stands_before_a_program_comes_back_as_it_was(self):
        for head in (b"#!/usr/bin/lua\n", b"\n\n", b"#!/usr/bin/lua\n\n  \n"):
            self.assertEqual(self.edited(head + LUA), head + LUA)
            self.assertEqual(self.edited(BOM + head.replace(b"\n", b"\r\n") + LUA), head + LUA)
        report = self.written_json("edit", self.run_folder, self.folder / "program.lua", *STAY)
        self.assertEqual((report["program"], report["distance"]),
                         ((head + LUA).decode(), 0))
        self.assertEqual(report["completion"], report["program"])
        tokens = report["steps"][0]["tokens"] if report["steps"] else []
        self.assertNotIn("#!", "".join(token or "" for token in tokens))

    def test_a_file_that_holds_no_program_is_refused(self):
        for content in (BOM, b"#!/usr/bin/lua", b"#!/usr/bin/lua\r\n\r\n", b"\r\r"):
            (self.folder / "program.lua").write_bytes(content)
            self.refuse("edit", self.run_folder, self.folder / "program.lua", *STAY,
                        says="empty file")

    def test_the_judge_takes_programs_as_lua_does(self):
        task = self.written_json("tasks", "--show", "1", "--task", "7")[0]
        program = task["program"].encode()
        file = self.folder / "program.lua"
        for content in (program.replace(b"\n", b"\r\n"), BOM + program,
                        b"#!/usr/bin/lua\n\n" + program, b"\n" + program):
            file.write_bytes(content)
            self.succeed("tasks", "--judge", file, "--task", "7")
        file.write_bytes(b"#!/usr/bin/lua\r\n\r\nfunction f() return nil + 1 end")
        result = self.seed("tasks", "--judge", file)
        self.assertIn("program:3: attempt", result.stdout)

    def test_a_prompt_is_decoded_the_same_whatever_its_line_ends(self):
        plain = self.written_json("decode", self.run_folder, "def f\nx")
        for prompt in ("def f\r\nx\r\n", "\ufeffdef f\nx", "\n\n \ndef f\rx"):
            self.assertEqual(self.written_json("decode", self.run_folder, prompt), plain)
        self.assertEqual(plain["prompt"], "def f\nx\n")

    def test_a_corpus_is_the_same_whatever_its_line_ends(self):
        other = self.folder / "other"
        other.mkdir()
        for file in self.corpus.iterdir():
            (other / file.name).write_bytes(BOM + file.read_bytes().replace(b"\n", b"\r\n"))
        runs = {}
        for corpus in (self.corpus, other):
            out = self.folder / "out"
            self.succeed("train", "--corpus", corpus, "--out", out, *TINY)
            runs[corpus] = (out / "model.safetensors").read_bytes()
            shutil.rmtree(out)
        self.assertEqual(runs[self.corpus], runs[other])

    def test_tokenize_keeps_every_byte(self):
        file = self.folder / "text"
        file.write_bytes(BOM + b"a\r\nb\r")
        tokenizer = ("--tokenizer", self.run_folder / "tokenizer.json")
        ids = self.succeed("tokenize", "encode", *tokenizer, file).stdout
        command = [SEED, "tokenize", "decode", *map(str, tokenizer)]
        back = subprocess.run(command, input=ids.encode(), capture_output=True).stdout
        self.assertEqual(back, file.read_bytes())


class Corpora(ProgramTest):
    def test_a_git_clone_resumes_after_an_empty_commit(self):
        clone = shutil.copytree(self.corpus, self.folder / "clone")
        (clone / ".git").mkdir()
        (clone / ".git" / "log").write_text("first\n")
        out = self.folder / "out"
        shown = self.succeed("train", "--corpus", clone, "--out", out, *TINY).stdout
        self.assertIn("3 files", shown)
        (clone / ".git" / "log").write_text("first\nsecond\n")
        (clone / ".gitignore").write_text("*.o\n")
        self.succeed("train", "--resume", out)

    def test_a_corpus_that_was_moved_is_named_when_the_run_resumes(self):
        old = write_corpus(self.folder / "old")
        out = self.folder / "out"
        self.succeed("train", "--corpus", old, "--out", out, *TINY)
        new = shutil.move(old, self.folder / "new")
        before = contents(out)
        self.refuse("train", "--resume", out, says="--corpus")
        self.refuse("eval", out, says="--corpus")
        self.refuse("train", "--resume", out, "--corpus", self.folder / "no", says="no folder")
        changed = shutil.copytree(new, self.folder / "changed")
        (changed / "a.py").write_text("x = 1\n" * 1000)
        self.refuse("train", "--resume", out, "--corpus", changed, says="changed")
        self.assertEqual(contents(out), before)
        self.succeed("train", "--resume", out, "--corpus", new)
        self.succeed("train", "--resume", out)
        self.succeed("eval", out, "--texts", "1", "--repair-texts", "0")
        self.assertEqual(json.loads((out / "config.json").read_text())["training"]["corpus"],
                         str(new))

    def test_a_distilled_run_names_its_moved_corpus_as_well(self):
        old = write_corpus(self.folder / "old")
        out, distilled = self.folder / "out", self.folder / "distilled"
        self.succeed("train", "--corpus", old, "--out", out, *TINY)
        distill = ("distill", "--from", out, "--out", distilled, "--texts", "2", "--members", "1",
                   "--steps", "2", "--batch", "2", "--order-steps", "4", "--order-thresholds",
                   "0.5")
        new = shutil.move(old, self.folder / "new")
        self.refuse(*distill, says="train --resume RUN --corpus FOLDER")
        self.assertFalse(distilled.exists())
        self.refuse(*distill, "--corpus", new, says="--corpus: expected --resume beside it")
        self.succeed("train", "--resume", out, "--corpus", new)
        self.succeed(*distill)
        newer = shutil.move(new, self.folder / "newer")
        self.refuse("distill", "--resume", distilled, says="distill --resume RUN --corpus FOLDER")
        self.succeed("distill", "--resume", distilled, "--corpus", newer)
        self.succeed("distill", "--resume", distilled)

    def test_a_run_of_tasks_has_no_corpus_to_move(self):
        out = self.folder / "out"
        self.succeed("train", "--out", out, *LUA_MODEL, "--steps", "1", "--evaluation-texts", "1")
        self.refuse("train", "--resume", out, "--corpus", self.corpus, says="Lua tasks")


if __name__ == "__main__":
    unittest.main()
