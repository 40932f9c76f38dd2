"""Runs the program `seed` for the tests beside this file, with settings that take no time.

    python3 commands_test.py path/to/seed [unittest's options]
"""
import json
import os
import pathlib
import pty
import shutil
import subprocess
import sys
import tempfile
import unittest

SEED = os.path.abspath(sys.argv.pop(1) if len(sys.argv) > 1 else os.environ["SEED_PROGRAM"])
# Threads that wait without spinning: the tests share their cores with other tests
os.environ["OMP_WAIT_POLICY"] = "passive"
MODEL = ("--layers 1 --hidden-size 32 --heads 2 --kv-heads 1 --head-size 16 --intermediate 32 "
         "--vocab-size 300 --batch 4").split()
LUA_MODEL = [word.replace("300", "640") for word in MODEL]  # so that every task fits its canvas
# What src/evaluation/model_figures.h says of a model, and the reports beside it
FIGURES = ["nelbo_nats_per_token", "limit_nats_per_token", "above_limit_nats_per_token",
           "pass_at_1", "threshold", "restore_rate", "false_edit_rate", "edit_pass_at_1",
           "calls_per_sample", "tokens_per_call", "tokens_per_second"]
REPORTS = {"likelihood", "decoding", "other_decoding", "repair", "self_correction", "edit_decoding"}
TINY = [*MODEL, *"--canvas 32 --steps 6 --evaluation-texts 2".split()]


def write_corpus(folder):
    """Three small source files, two tokens per line that no other line has."""
    folder.mkdir()
    for name in ("a", "b", "c"):
        lines = [f"    if {name}_{i} in items: return {name} + {i * i}\n" for i in range(200)]
        (folder / f"{name}.py").write_text("def f(items):\n" + "".join(lines))
    return folder


def contents(folder):
    """Every file below a folder: path -> bytes."""
    files = (path for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def seen_on_a_terminal(*arguments, **environment):
    """What the program sends to a terminal."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.pop("NO_COLOR", None)
        os.environ.update(environment)
        os.execv(SEED, [SEED, *map(str, arguments)])
    text = b""
    try:
        while part := os.read(terminal, 65536):
            text += part
    except OSError:  # the program has ended
        pass
    os.close(terminal)
    assert os.waitpid(child, 0)[1] == 0, text
    return text.decode(errors="replace")


# After a few large steps a model no longer believes the tokens it sees, and rewrites them
RESTLESS = ["--learning-rate", "0.05", "--decay-fraction", "1"]


class ProgramTest(unittest.TestCase):
    """Each test has an empty folder; all tests of a class share a corpus and a trained run."""
    train_options = []  # of that run, besides TINY

    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="seed_test_"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.corpus = write_corpus(cls.shared / "corpus")
        cls.run_folder = cls.shared / "run"
        command = [SEED, "train", "--corpus", cls.corpus, "--out", cls.run_folder, *TINY,
                   *cls.train_options]
        subprocess.run(command, check=True, capture_output=True)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="seed_test_"))
        self.folder.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def copy_of_run(self):
        return shutil.copytree(self.run_folder, self.folder / "copy")

    def seed(self, *arguments, **options):
        """Runs the program; text that is not UTF-8 stays readable."""
        command = [SEED, *(os.fsencode(str(a)) if not isinstance(a, bytes) else a
                           for a in arguments)]
        return subprocess.run(command, stdin=subprocess.DEVNULL, timeout=300,
                              **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                                 "encoding": "utf-8", "errors": "replace", **options})

    def succeed(self, *arguments, **options):
        result = self.seed(*arguments, **options)
        self.assertEqual(result.returncode, 0, (arguments, result.stderr))
        return result

    def refuse(self, *arguments, says="", after_progress=False, **options):
        """The program must exit with 1 and one line on stderr (below its progress, if any)."""
        result = self.seed(*arguments, **options)
        self.assertEqual(result.returncode, 1, (arguments, result.stdout, result.stderr))
        lines = result.stderr.splitlines()
        if after_progress:
            progress = ("train ", "decode ", "repair ", "verify ", "likelihood ", "distill")
            lines = [line for line in lines if not line.startswith(progress)]
        self.assertEqual(len(lines), 1, (arguments, result.stderr))
        self.assertTrue(result.stderr.endswith("\n"))
        self.assertTrue(lines[0].startswith("error: "), lines)
        self.assertIn(says, lines[0])
        return lines[0]

    def train(self, *arguments):
        return ["train", "--corpus", self.corpus, *TINY, *arguments]

    def written_json(self, *arguments):
        file = self.folder / "written.json"
        self.succeed(*arguments, "--json", file)
        return json.loads(file.read_text())
