"""Plants a fault in the kernels, one at a time, and asks who notices.

    mutate.py                         every mutation of the lists beside this file
    mutate.py --sample 12 [--seed 5]  twelve of them; seeds one after the other (by default the
                                      number of the day) go through all
    mutate.py --only rms_norm.cu      those of the files whose path ends so
    mutate.py --list                  names them; runs nothing
    mutate.py --check                 that each applies to the sources as they are; runs nothing

A mutant is compiled as the checker build compiles its file, linked in front of that build's
libraries, and run against the cases of the kernel file until one fails. It is killed by the
comparison with the reference, by the checker (races, bounds, memory never written), by the emulator
(barriers, masks, launches), by a crash, or by the time limit of a case. The case that killed it must
pass without the mutation. The working tree and the build stay as they are: a mutant lives in a
temporary folder. The exit status is 1 if one survives, does not compile or no longer applies.
"""
import argparse
import concurrent.futures
import datetime
import json
import math
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time

from mutation_list import CUDA, MutationError, read_all

ROOT = CUDA.parent
KILLERS = ("comparison", "checker", "emulator", "crash", "timeout")
CHECKER = re.compile(r"race in |invalid (read|write|atomic)|memory that was never written")
COMPARISON = re.compile(r" wrong, |: (written outside|an input was changed|two runs on equal)|"
                        r"expected .* got ")
EMULATOR = re.compile(r": kernel \w+: |cuda\w+\(|cublas\w+\(|emulat")


class Build:
    """The checker build, its compiler and its linker."""

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
        return run([command[0], f"-I{scratch}", "-w", *command[1:]], cwd=self.folder)

    def link(self, scratch):
        """The first definition counts: the library's own file is not even looked at."""
        command = list(self.linker)
        at = command.index("-o")
        command[at:at + 2] = ["-o", str(scratch / "mutant"), str(scratch / "mutant.o")]
        run(command, cwd=self.folder)


class CommandFailed(Exception):
    pass


def run(command, **options):
    result = subprocess.run(command, capture_output=True, text=True, **options)
    if result.returncode != 0:
        raise CommandFailed(f"{shlex.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


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
    if code == -signal.SIGPROF:
        return "timeout", cases[-1], said
    if code < 0:
        return "crash", cases[-1], f"signal {-code} {said}"
    if code != 1 or not cases:
        raise CommandFailed(f"{shlex.join(map(str, command))}\n{text}")
    return next((who for who, pattern in (("checker", CHECKER), ("comparison", COMPARISON),
                                          ("emulator", EMULATOR)) if pattern.search(said)),
                "emulator"), cases[-1], said


class Controls:
    """The cases that killed a mutant, run without a mutation, once each."""

    def __init__(self, build, seconds):
        self.build, self.seconds = build, seconds
        self.passed, self.lock = set(), threading.Lock()

    def check(self, source, case):
        with self.lock:
            if (source, case) in self.passed:
                return
            who, _, said = judge(self.build.program, source, self.seconds, case)
            if who is not None:
                raise CommandFailed(f"cuda/{source} fails without any mutation:\n{said}")
            self.passed.add((source, case))


def try_out(mutation, build, controls):
    """(killer or what is wrong, seconds, what was said)"""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="seed_mutant_") as folder:
        scratch = pathlib.Path(folder)
        try:
            build.compile(mutation, scratch)
        except CommandFailed as error:
            return "DOES NOT COMPILE", time.monotonic() - begin, str(error)
        build.link(scratch)
        who, case, said = judge(scratch / "mutant", mutation.through, controls.seconds)
    if who is not None:
        controls.check(mutation.through, case)
    return who or "SURVIVED", time.monotonic() - begin, said


def run_all(mutations, arguments):
    build = Build(arguments.build.resolve(), arguments.jobs)
    controls = Controls(build, arguments.seconds)
    verdicts, begin = [], time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for mutation, (who, seconds, said) in zip(
                mutations, pool.map(lambda m: try_out(m, build, controls), mutations)):
            verdicts.append(who)
            print(f"{len(verdicts):4}/{len(mutations)}  {who:11} {seconds:5.1f} s  "
                  f"{mutation.summary()}", flush=True)
            if arguments.verbose or who not in KILLERS:
                print("\n".join(f"        {line}" for line in said.splitlines()[:12]), flush=True)
    killed = sum(who in KILLERS for who in verdicts)
    parts = ", ".join(f"{who} {verdicts.count(who)}" for who in KILLERS if who in verdicts)
    print(f"killed {killed} / {len(mutations)} in {time.monotonic() - begin:.0f} s: {parts}")
    return killed == len(mutations)


def chosen(mutations, arguments):
    if arguments.only:
        mutations = [m for m in mutations if m.file.endswith(arguments.only)]
        if not mutations:
            raise MutationError(f"--only: no mutation of a file {arguments.only}")
    if not arguments.sample:
        return mutations
    # In steps that share no factor with their number, so that a sample spreads over the files
    count, size = len(mutations), min(arguments.sample, len(mutations))
    step = next(s for s in range(int(0.382 * count) + 1, 2 * count + 2) if math.gcd(s, count) == 1)
    return [mutations[(arguments.seed * size + i) * step % count] for i in range(size)]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="FILE")
    parser.add_argument("--sample", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=datetime.date.today().toordinal())
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "checker")
    parser.add_argument("--seconds", type=int, default=30, help="processor time for a case")
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("-v", "--verbose", action="store_true", help="print what was said")
    arguments = parser.parse_args()
    try:
        mutations = chosen(read_all(), arguments)
        if arguments.check:
            print(f"{len(mutations)} mutations apply")
        elif arguments.list:
            print("\n".join(m.summary() for m in mutations))
        elif not run_all(mutations, arguments):
            sys.exit(1)
    except (CommandFailed, MutationError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
