"""Compiles, links and judges one mutant of src/; the working tree and the builds stay as they are.

The build "mutants" compiles a folder of src/ file by file. A mutant is one object more, linked in front
of the test objects and libraries of the build "release", but for the folder's own library, which is that
of the build "mutants".
"""
import json
import os
import pathlib
import re
import resource
import shlex
import signal
import subprocess
import tempfile
import threading
import time

from mutant_build import ROOT, CommandFailed, run
from mutation_list import SRC

MEMORY = 16 << 30  # bytes of addresses for a test program
CASE = re.compile(r'<TestCase name="([^"]*)"')


def module_of(mutation):
    return mutation.through.split("/")[0]


class SourceBuild:
    """The test programs of the folders that are mutated, object by object."""

    def __init__(self, mutants, tests, modules, jobs):
        for folder, preset in ((mutants, "mutants"), (tests, "release")):
            if not (folder / "build.ninja").exists():
                run(["cmake", "--preset", preset, "-B", folder], cwd=ROOT)
            run(["ninja", "-C", folder, "build.ninja"])  # files may have come and gone
        self.mutants, self.tests = mutants, tests
        links = {module: self.link_command(module) for module in modules}
        objects = {word for link in links.values() for word in link
                   if word.startswith("tests/") and word.endswith((".o", ".a"))}
        run(["ninja", "-C", tests, "-j", str(jobs), *sorted(objects)])
        needed = {word for link in links.values() for word in link
                  if re.fullmatch(r"libseed_\w+\.a", word)}
        run(["ninja", "-C", tests, "-j", str(jobs), *sorted(needed)])
        own = {module: f"libseed_{module}.a" for module in modules}
        run(["ninja", "-C", mutants, "-j", str(jobs), *sorted(own.values())])
        self.links = {module: [str(mutants / word) if word == own[module] else word
                               for word in link] for module, link in links.items()}
        entries = json.loads((mutants / "compile_commands.json").read_text())
        self.compilers = {entry["file"]: shlex.split(entry["command"]) for entry in entries}

    def link_command(self, module):
        commands = run(["ninja", "-C", self.tests, "-t", "commands", f"test_{module}"])
        link = shlex.split(commands.strip().splitlines()[-1])
        return [word for word in link if word not in (":", "&&")]

    def compile(self, mutation, scratch):
        """The object of the mutated file, or of the one that it is compiled with."""
        changed = scratch / mutation.file
        changed.parent.mkdir(parents=True)
        changed.write_text(mutation.mutated()[1])
        command = list(self.compilers[str(SRC / mutation.through)])
        if mutation.through == mutation.file:
            command[command.index("-c") + 1] = str(changed)
        command[command.index("-o") + 1] = str(scratch / "mutant.o")
        run([command[0], f"-I{scratch}", "-w", *command[1:]], cwd=self.mutants)

    def link(self, module, program, *mutant):
        """The first definition counts: the library's own file is not even looked at."""
        command = list(self.links[module])
        command[command.index("-o") + 1] = str(program)
        first = next(i for i, word in enumerate(command) if word.endswith(".o"))
        command[first:first] = mutant
        run(command, cwd=self.tests)


def limits(seconds):
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def judge(program, seconds, *cases):
    """Who found a fault (None: nobody), in which test, and what was said."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    with tempfile.TemporaryDirectory(prefix="seed_mutant_run_") as folder:
        result = subprocess.run([program, "--abort", "--reporter", "xml", *cases], cwd=folder,
                                capture_output=True, text=True, errors="replace", env=environment,
                                preexec_fn=lambda: limits(seconds))
    code, text = result.returncode, result.stdout
    name = (CASE.findall(text) or [None])[-1]
    if code == 0:
        return None, None, text
    if code < 0:
        killed = code in (-signal.SIGXCPU, -signal.SIGKILL)
        return "timeout" if killed else "crash", name, f"signal {-code} in {name}"
    return "assertion", name, f"{name}\n{failure_in(text)}{result.stderr}"


def failure_in(text):
    found = re.findall(r"<(Original|Expanded|Exception|Failure)[^>]*>\s*(.*?)\s*</\1>", text, re.S)
    return "".join(f"{what}: {said}\n" for what, said in found[-2:])


class SourceJudge:
    """Tries mutants; the tests must pass without a mutation, once for each folder."""

    def __init__(self, build, seconds):
        self.build, self.seconds = build, seconds
        self.passed, self.lock = set(), threading.Lock()

    def check(self, module):
        with self.lock:
            if module in self.passed:
                return
            with tempfile.TemporaryDirectory(prefix="seed_mutant_") as folder:
                program = pathlib.Path(folder) / f"test_{module}"
                self.build.link(module, program)
                who, name, said = judge(program, self.seconds)
            if who is not None:
                raise CommandFailed(f"test_{module} fails without a mutation:\n{said}")
            self.passed.add(module)

    def try_out(self, mutation):
        """Its killer or what is wrong, the seconds that it took, and what was said."""
        begin, module = time.monotonic(), module_of(mutation)
        self.check(module)
        with tempfile.TemporaryDirectory(prefix="seed_mutant_") as folder:
            scratch = pathlib.Path(folder)
            try:
                self.build.compile(mutation, scratch)
            except CommandFailed as error:
                return "DOES NOT COMPILE", time.monotonic() - begin, str(error)
            program = scratch / f"test_{module}"
            self.build.link(module, program, str(scratch / "mutant.o"))
            who, name, said = judge(program, self.seconds)
        return who or "SURVIVED", time.monotonic() - begin, said
