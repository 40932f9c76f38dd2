"""Damaged runs: one line on stderr, exit status 1, and the damaged run stays as it is."""
import json
import os
import struct
import subprocess
import unittest

from program import ProgramTest, contents

HUGE = (1 << 63) - 1


class BadFiles(ProgramTest):
    def refuse_run(self, folder, says="", resume=True):
        """Neither decoded nor evaluated nor, where it matters there, resumed."""
        before = contents(folder)
        self.refuse("decode", folder, "def f", says=says)
        self.refuse("eval", folder, "--texts", "1", says=says)
        if resume:
            self.refuse("train", "--resume", folder, says=says)
        self.assertEqual(contents(folder), before)

    def change_config(self, folder, section, **changes):
        """Rewrites values of a run's config.json; None takes the key away."""
        config = json.loads((self.run_folder / "config.json").read_text())
        target = config["training"] if section == "training" else config
        for key, value in changes.items():
            target[key] = value
            if value is None:
                del target[key]
        (folder / "config.json").write_text(json.dumps(config))

    def test_a_folder_without_a_run_is_refused(self):
        self.refuse_run(self.folder, "config.json")
        self.refuse("train", "--resume", "", says="config.json")
        self.refuse("decode", self.folder / "missing", "def f", says="missing")

    def test_a_folder_that_holds_a_run_is_not_trained_in(self):
        before = contents(self.run_folder)
        self.refuse(*self.train("--out", self.run_folder), says="--resume")
        for kept in ("config.json", "model.safetensors", "tokenizer.json"):
            folder = self.folder / kept
            folder.mkdir()
            (folder / kept).write_text("something else")
            self.refuse(*self.train("--out", folder))
            self.assertEqual(contents(folder), {kept: b"something else"})
        (self.folder / "file").write_text("a file")
        self.refuse(*self.train("--out", self.folder / "file"))
        self.assertEqual((self.folder / "file").read_text(), "a file")
        self.assertEqual(contents(self.run_folder), before)

    def test_a_run_killed_before_its_first_checkpoint_says_so(self):
        folder = self.copy_of_run()
        (folder / "model.safetensors").unlink()
        (folder / "training.safetensors").unlink()
        self.refuse_run(folder, "without a checkpoint", resume=False)
        self.succeed("train", "--resume", folder)
        self.assertEqual(contents(folder), contents(self.run_folder))

    def test_options_that_resuming_would_ignore_are_refused(self):
        for option in (["--steps", "9"], ["--out", "x"], ["--seed", "2"], ["--layers", "1"]):
            self.refuse("train", "--resume", self.run_folder, *option, says=option[0])

    def test_truncated_checkpoints_are_refused(self):
        folder = self.copy_of_run()
        for name in ("model.safetensors", "training.safetensors"):
            whole = (folder / name).read_bytes()
            header = struct.unpack("<Q", whole[:8])[0] + 8
            lengths = [0, 1, 7, 8, 9, header // 2, header - 1, header, header + 1,
                       *range(header, len(whole), len(whole) // 7), len(whole) - 1]
            for length in lengths:
                (folder / name).write_bytes(whole[:length])
                if name == "model.safetensors":
                    self.refuse("decode", folder, "def f", says=name)
                else:
                    self.refuse("train", "--resume", folder, says=name)
                self.assertEqual((folder / name).read_bytes(), whole[:length])
            (folder / name).write_bytes(whole)

    def test_lying_headers_are_refused(self):
        folder = self.copy_of_run()
        file = folder / "model.safetensors"
        whole = file.read_bytes()
        length = struct.unpack("<Q", whole[:8])[0]
        header, data = json.loads(whole[8:8 + length]), whole[8 + length:]
        name = "model.norm.weight"
        begin, end = header[name]["data_offsets"]

        def write(header, data=data):
            text = json.dumps(header).encode()
            file.write_bytes(struct.pack("<Q", len(text)) + text + data)

        for lie in (length + 1, length - 1, len(whole), 1 << 40, HUGE, (1 << 64) - 1):
            file.write_bytes(struct.pack("<Q", lie) + whole[8:])
            self.refuse("decode", folder, "def f", says="safetensors")
        for change in ({"shape": [16]}, {"shape": [-32]}, {"shape": [HUGE, HUGE]},
                       {"shape": [2, 16]}, {"dtype": "F64"}, {"dtype": "BF16"}, {"dtype": 1},
                       {"data_offsets": [begin - 4, end - 4]}, {"data_offsets": [end, begin]},
                       {"data_offsets": [begin, HUGE]}, {"data_offsets": [-1, end]},
                       {"data_offsets": [begin + len(data), end + len(data)]}):
            write({**header, name: {**header[name], **change}})
            self.refuse("decode", folder, "def f", says="safetensors")
        # Well-formed files that are not this model
        renamed = {("other" if key == name else key): value for key, value in header.items()}
        write(renamed)
        self.refuse("decode", folder, "def f", says=name)
        write({**header, "more": {"dtype": "U8", "shape": [1], "data_offsets": [len(data)] * 2}})
        self.refuse("decode", folder, "def f")
        extra = {"dtype": "U8", "shape": [1], "data_offsets": [len(data), len(data) + 1]}
        write({**header, "more": extra}, data + b"x")
        self.refuse("decode", folder, "def f", says="tensors")
        for number in (float("nan"), float("inf")):
            write(header, data[:begin] + struct.pack("<f", number) + data[begin + 4:])
            self.refuse("decode", folder, "def f", says="finite")

    def test_a_broken_configuration_is_refused(self):
        folder = self.copy_of_run()
        text = (folder / "config.json").read_text()
        for broken in ("", "{", text[:100], "[]", "null", "{}", "\0", "[" * 100000, "\xff" * 9):
            (folder / "config.json").write_text(broken, encoding="latin-1")
            self.refuse_run(folder, "config.json")
        (folder / "config.json").write_text("{\n 1}")
        self.refuse_run(folder, "config.json: expected JSON, got a syntax error at line 2, column")
        self.change_config(folder, "training", batch=[4])
        self.refuse_run(folder, "config.json: batch: expected a whole number, got [4]")
        self.change_config(folder, "model", head_dim=None)
        self.refuse_run(folder, "config.json: head_dim: expected a whole number, got none")
        for key in ("hidden_size", "num_hidden_layers", "vocab_size", "head_dim",
                    "num_attention_heads", "intermediate_size"):
            for value in (-1, 0, HUGE, 1 << 20, "32", [32], None, 1e300):
                self.change_config(folder, "model", **{key: value})
                self.refuse_run(folder)
        for keys, other in (("steps batch canvas learning_rate objective corpus", 0),
                           ("edit_begin edit_end max_alpha mask_on_top substitutions", 2)):
            for key in keys.split():
                for value in (-1, other, [], None):
                    self.change_config(folder, "training", **{key: value})
                    self.refuse_run(folder)
        self.change_config(folder, "training", batch=HUGE, canvas=HUGE)
        self.refuse_run(folder)

    def test_a_checkpoint_of_another_shape_is_refused(self):
        folder = self.copy_of_run()
        for shape in ({"hidden_size": 64}, {"num_hidden_layers": 2}, {"intermediate_size": 16},
                      {"head_dim": 32}, {"num_key_value_heads": 2}, {"attention_bias": False},
                      {"tie_word_embeddings": False}, {"vocab_size": 299}):
            self.change_config(folder, "model", **shape)
            self.refuse_run(folder)
        self.change_config(folder, "training", steps=5)
        self.refuse("train", "--resume", folder, says="step")

    def test_another_tokenizer_is_refused(self):
        folder = self.copy_of_run()
        file = folder / "tokenizer.json"
        text = file.read_text()
        other = json.loads(text)
        broken = ["", "{", "{}", "[]", text[:len(text) // 2], text[:-3], "7", "\0"]
        for key, value in (("type", "WordPiece"), ("vocab", {}), ("merges", [["q", "zz"]])):
            broken.append(json.dumps({**other, "model": {**other["model"], key: value}}))
        for content in broken:
            file.write_text(content)
            self.refuse_run(folder, "tokenizer.json")
        file.write_text("{\n\"a\": b}")
        self.refuse_run(folder, "tokenizer.json: expected JSON, got a syntax error at line 2, col")
        file.unlink()
        self.refuse_run(folder, "tokenizer.json")
        self.succeed("tokenize", "train", "--corpus", self.corpus, "--vocab-size", "270",
                     "--out", file)
        self.refuse_run(folder, "tokens")

    def test_a_damaged_record_is_refused_and_kept(self):
        folder = self.copy_of_run()
        record = folder / "record.jsonl"
        record.write_text("a shopping list\n")
        self.refuse("train", "--resume", folder, says="record.jsonl")
        self.assertEqual(record.read_text(), "a shopping list\n")

    def test_a_corpus_that_changed_or_went_is_refused_on_resume(self):
        corpus = self.folder / "corpus"
        corpus.mkdir()
        (corpus / "a.py").write_bytes((self.corpus / "a.py").read_bytes())
        out = self.folder / "out"
        self.succeed("train", "--corpus", corpus, "--out", out, *self.train()[3:])
        with open(corpus / "a.py", "a") as file:
            file.write("#")
        self.refuse_run_after("changed", out)
        os.rename(corpus, self.folder / "elsewhere")
        self.refuse_run_after("corpus", out)

    def refuse_run_after(self, says, out):
        before = contents(out)
        self.refuse("train", "--resume", out, says=says)
        self.refuse("eval", out, says=says)
        self.assertEqual(contents(out), before)


if __name__ == "__main__":
    unittest.main()
