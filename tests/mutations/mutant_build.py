"""Compiles, links and judges one mutant of cuda/; the working tree and the build stay as they are."""
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import tempfile
import threading
import time

from mutation_list import CUDA, ROOT

CHECKER = re.compile(r"race in |invalid (read|write|atomic)|memory that was never written")
EMULATOR = re.compile(r"^\s*\S+\.\w+:\d+: ", re.M)  # FILE:LINE: kernel NAME: ...


class CommandFailed(Exception):
    pass


def run(command, **options):
    result = subprocess.run(command, capture_output=True, text=True, **options)
    if result.returncode != 0:
        raise CommandFailed(f"{shlex.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


class KernelBuild:
    """The checker build: its compiler, its linker, and the program without a mutation."""

    def __init__(self, folder, jobs):
        if not (folder / "build.ninja").exists():
            run(["cmake", "--preset", "checker", "-B", folder], cwd=ROOT)
        run(["cmake", "--build", folder, "--target", "first_failure", "-j", str(jobs)], cwd=ROOT)
        self.folder = folder
        entries = json.loads((folder / "compile_commands.json").read_text())
        self.compilers = {e["file"]: shlex.split(e["command"]) for e in entries}
        commands = run(["ninja", "-C", folder, "-t", "commands", "first_failure"])
        link = shlex.split(commands.strip().splitlines()[-1])
        self.linker = [word for word in link if word not in (":", "&&")]
        self.program = folder / self.linker[self.linker.index("-o") + 1]

    def compile(self, mutation, scratch):
        """The object of the mutated kernel file, or of the one that includes the mutated header."""
        changed = scratch / mutation.file
        changed.parent.mkdir(parents=True)
        changed.write_text(mutation.mutated()[1])
        unit = mutation.file if mutation.file.endswith(".cu") else mutation.through
        command = list(self.compilers[str(CUDA / unit)])
        if unit == mutation.file:
            command[command.index("-c") + 1] = str(changed)
        command[command.index("-o") + 1] = str(scratch / "mutant.o")
        run([command[0], f"-I{scratch}", "-w", *command[1:]], cwd=self.folder)

    def link(self, scratch):
        """The first definition counts: the library's own file is not even looked at."""
        command = list(self.linker)
        at = command.index("-o")
        command[at:at + 2] = ["-o", str(scratch / "mutant"), str(scratch / "mutant.o")]
        run(command, cwd=self.folder)


def judge(program, source, seconds, *number):
    """Who found a fault (None: nobody), in which case, and what was said."""
    command = [program, source, str(seconds), *number]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryFile("w+", errors="replace") as out:
        try:
            code = subprocess.run(command, stdout=out, stderr=out, env=environment,
                                  timeout=100 * seconds).returncode
        except subprocess.TimeoutExpired:
            code = -signal.SIGPROF
        out.seek(0)
        text = out.read(1 << 20)
    cases = re.findall(r"^case (\d+)$", text, re.M)
    said = re.split(r"^case \d+\n", text, flags=re.M)[-1].strip()
    if code == 0:
        return None, None, said
    if code not in (1, -signal.SIGPROF) and code > 0 or not cases:
        raise CommandFailed(f"{shlex.join(map(str, command))}\n{text}")
    if code == -signal.SIGPROF:
        return "timeout", cases[-1], said
    if code < 0:
        return "crash", cases[-1], f"signal {-code} {said}"
    who = "checker" if CHECKER.search(said) else \
        "emulator" if EMULATOR.search(said) else "comparison"
    return who, cases[-1], said


class KernelJudge:
    """Tries mutants; the case that killed one must pass without a mutation."""

    def __init__(self, build, seconds):
        self.build, self.seconds = build, seconds
        self.passed, self.lock = set(), threading.Lock()

    def check(self, source, case):
        with self.lock:
            if (source, case) in self.passed:
                return
            who, _, said = judge(self.build.program, source, self.seconds, case)
            if who is not None:
                raise CommandFailed(f"cuda/{source} fails without a mutation:\n{said}")
            self.passed.add((source, case))

    def try_out(self, mutation):
        """Its killer or what is wrong, the seconds that it took, and what was said."""
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="seed_mutant_") as folder:
            scratch = pathlib.Path(folder)
            try:
                self.build.compile(mutation, scratch)
            except CommandFailed as error:
                return "DOES NOT COMPILE", time.monotonic() - begin, str(error)
            self.build.link(scratch)
            who, case, said = judge(scratch / "mutant", mutation.through, self.seconds)
        if who is not None:
            self.check(mutation.through, case)
        return who or "SURVIVED", time.monotonic() - begin, said
