"""Plants a fault in the sources, one at a time, and asks who notices.

    mutate.py                         every mutation of the lists beside this file and in src/
    mutate.py --sample 12 [--seed 5]  twelve of them; seeds one after the other (by default the
                                      number of the day) go through all
    mutate.py --in src                those of src/ alone, or of cuda/
    mutate.py --only rms_norm         those of the files that have this in their path
    mutate.py --from unseen           those of one list: cuda/'s *.txt beside this file, src/*.txt
    mutate.py --list                  names them; runs nothing
    mutate.py --check                 that each applies to the sources as they are; runs nothing

A mutant of a kernel is compiled as the checker build compiles its file, linked in front of that
build's libraries, and run against the cases of the kernel file until one fails. It is killed by the
comparison with the reference, by the checker (races, bounds, memory never written), by the emulator
(barriers, masks, launches), by a crash, or by the time limit of a case. The case that killed it must
pass without the mutation.

A mutant of src/ is compiled as the build "mutants" compiles its file, linked in front of that
build's libraries with the tests of its folder, and these run until one fails. It is killed by an
assertion, a crash, or the time limit of the program. The tests must pass without the mutation.

The working tree and the builds stay as they are: a mutant lives in a temporary folder. The exit
status is 1 if one survives, does not compile or no longer applies.
"""
import argparse
import concurrent.futures
import datetime
import math
import os
import pathlib
import sys
import time

from mutant_build import CommandFailed, KernelBuild, KernelJudge
from mutation_list import CUDA, ROOT, SRC, MutationError, read_all
from source_build import SourceBuild, SourceJudge, module_of

# Mutants run side by side: threads that wait must not spin
os.environ["OMP_WAIT_POLICY"] = "passive"
KILLERS = ("comparison", "checker", "emulator", "assertion", "crash", "timeout")


def judges_of(mutations, arguments):
    judges = {}
    if any(m.root == CUDA for m in mutations):
        build = KernelBuild(arguments.build / "checker", arguments.jobs)
        judges[CUDA] = KernelJudge(build, arguments.seconds)
    if modules := sorted({module_of(m) for m in mutations if m.root == SRC}):
        build = SourceBuild(arguments.build / "mutants", arguments.build / "release", modules,
                            arguments.jobs)
        judges[SRC] = SourceJudge(build, 10 * arguments.seconds)
    return judges


def run_all(mutations, arguments):
    judges = judges_of(mutations, arguments)
    verdicts, begin = [], time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for mutation, (who, seconds, said) in zip(
                mutations, pool.map(lambda m: judges[m.root].try_out(m), mutations)):
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
    mutations = [m for m in mutations if m.root.name in (arguments.folder or m.root.name) and
                 (arguments.only or "") in m.shown() and
                 (arguments.list_name or m.list_name()) == m.list_name()]
    if not mutations:
        raise MutationError("--in, --only, --from: no such mutation")
    if not arguments.sample:
        return mutations
    # In steps that share no factor with their number, so that a sample spreads over the files
    count, size = len(mutations), min(arguments.sample, len(mutations))
    step = next(s for s in range(int(0.382 * count) + 1, 2 * count + 2) if math.gcd(s, count) == 1)
    return [mutations[(arguments.seed * size + i) * step % count] for i in range(size)]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--in", choices=("cuda", "src"), dest="folder")
    parser.add_argument("--only", metavar="PATH")
    parser.add_argument("--from", metavar="LIST", dest="list_name")
    parser.add_argument("--sample", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=datetime.date.today().toordinal())
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", metavar="FOLDER",
                        help="of the builds")
    parser.add_argument("--seconds", type=int, default=30,
                        help="processor time for a case; ten times as much for a test program")
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("-v", "--verbose", action="store_true", help="print what was said")
    arguments = parser.parse_args()
    arguments.build = arguments.build.resolve()
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
