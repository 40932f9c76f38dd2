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
import math
import pathlib
import sys
import time

from mutant_build import KILLERS, ROOT, Build, CommandFailed, Controls, try_out
from mutation_list import MutationError, read_all


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
