"""Runs the commands that the chapters print, and compares what they print with what stands there.

    chapter_commands.py --build build --out out [--only 03b] [--long] [--list]

An indented block that begins with a command (build/..., python3, sed, ...) is run in a copy of the
tree, block by block, page by page. `build` is a folder with the builds release and checker; `out`
is what ./run.sh has left, and is copied too. The next indented block, if no heading or command comes
before it, is the output. Of it

- words and whole numbers must be there, in this order; a line `...` leaves something out;
- other numbers, percentages, times and addresses may differ: another processor rounds otherwise;
  so may the signal that ends a kernel with a planted fault.

A comment in the command says what is not run: `# 4 min`, `# 2 h`, `# some minutes` (--long runs it).
A comment <!-- ... --> in the line before a block says more:

    not run: WHY         the command, for example because it needs an edit first
    output shortened     the words must be there in this order, others may stand between
    output of a trained model       nothing is compared: each training ends elsewhere
    output of the sources as they are       nor here: they change from commit to commit

A command whose output is not compared must end with status 0.
"""
import argparse
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = re.compile(r"(build/|cat > |cmake |ctest |python3 |sed |awk |cmp |git |\./|SIMT_SEED=|seed )")
LONG = re.compile(r"#.*?\b(\d+ (?:min|h|minutes|hours)\b|some minutes)")
PLACEHOLDER = re.compile(r"\b(NAME|FILE|DIR|KERNEL)\b")
SECONDS = 300  # for a block
VARIABLE = re.compile(r"(?<!\w)0x[0-9a-f]+|signal \d+, [A-Z][a-z ]+|\d+:\d\d\b|\d+(\.\d+)?(?=\s*%)"
                      r"|-?\d*\.\d+(e[+-]?\d+)?|\d+e[+-]?\d+|-?\bnan\b|-?\binf\b")


@dataclasses.dataclass
class Block:
    page: str
    line: int
    lines: list
    notes: list            # of <!-- ... --> before it
    output: "Block" = None

    def why_not(self, long):
        for note in self.notes:
            if note.startswith("not run: "):
                return note[9:]
        if any(PLACEHOLDER.search(line.partition("#")[0]) for line in self.lines):
            return "a placeholder"
        times = [m[1] for line in self.lines if (m := LONG.search(line))]
        return times[0] if times and not long else None

    def is_compared(self):
        notes = self.notes + (self.output.notes if self.output else [])
        return self.output and not any(note.startswith("output of ") for note in notes)

    def name(self):
        return f"{self.page}:{self.line}"


def blocks_of(page):
    """The indented blocks of a page; indents within list items count from the item."""
    blocks, block, notes, fence, blank, indent = [], None, [], False, True, 4
    for number, line in enumerate(page.read_text().split("\n"), 1):
        if line.lstrip().startswith("```"):
            fence = not fence
        if fence:
            block = None
            continue
        space = len(line) - len(line.lstrip())
        if not line.strip():
            if block:
                block.lines.append("")
            blank = True
            continue
        if block and space >= indent:
            block.lines.append(line[indent:])
        elif blank and space >= 4 and not line.lstrip().startswith(("- ", "<")):
            item = space == 7 or space == 6  # within "1. " or "- "
            indent = space if item or space == 4 else 4
            block = Block(page.name, number, [line[indent:]], notes)
            blocks.append(block)
            notes = []
        else:
            block = None
            note = re.fullmatch(r"\s*<!-- (.*) -->", line)
            notes = [*notes, note[1]] if note else []
            if line.startswith("#"):
                blocks.append(None)  # an output belongs to a command of its own section
            blank = note is not None
            continue
        blank = False
    return blocks


def paragraphs(block):
    """Its parts between blank lines, each a block."""
    parts, begin = [], None
    for i, line in enumerate([*block.lines, ""]):
        if line and begin is None:
            begin = i
        if not line and begin is not None:
            parts.append(dataclasses.replace(block, line=block.line + begin,
                                             lines=block.lines[begin:i]))
            begin = None
    return parts


def commands_of(page):
    """The blocks of commands, each with its output: what follows before the next one."""
    found, last = [], None
    for block in blocks_of(page):
        if block is None:
            last = None
            continue
        open_output = None  # an output may have blank lines, but ends with its block
        for part in paragraphs(block):
            if COMMAND.match(part.lines[0]):
                found.append(part)
                last, open_output = part, None
            elif open_output is not None:
                open_output.lines += part.lines
            elif last is not None and last.output is None:
                last.output = open_output = part
    return found


def words(text):
    return re.sub(r"-{5,}", "-", VARIABLE.sub("#", text)).split()


def missing(output, *streams):
    """The first part of an output that was not printed; None if all was. Progress on the standard
    error may come between the lines of the standard output."""
    found = [missing_in(output, printed) for printed in
             (*streams, "\n".join(streams), "\n".join(reversed(streams)))]
    return None if None in found else found[0]


def missing_in(output, printed):
    said = words(printed)
    if "output shortened" in output.notes:
        rest = iter(said)
        return next((word for word in words(" ".join(output.lines)) if word not in rest), None)
    parts = [[]]
    for line in output.lines:
        if line.strip() == "...":
            parts.append([])
        else:
            parts[-1] += words(line)
    at = 0
    for part in parts:
        found = next((i for i in range(at, len(said) - len(part) + 1)
                      if said[i:i + len(part)] == part), None)
        if found is None:
            return " ".join(part)
        at = found + len(part)
    return None


def run(block, folder):
    """What is wrong with it, and the seconds that it took."""
    begin, lines = time.monotonic(), "\n".join(block.lines)
    environment = {**os.environ, "PATH": f"{folder}/build/release:{os.environ['PATH']}"}
    process = subprocess.Popen(["bash", "-c", lines], cwd=folder,
                               env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, errors="replace",
                               start_new_session=True)
    try:
        streams = [text.replace(f"{folder}/", "")
                   for text in process.communicate(timeout=SECONDS)]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        return f"took more than {SECONDS} s: say so behind the command, or shorten it", SECONDS
    seconds = time.monotonic() - begin
    printed = "".join(streams)
    if process.returncode < 0:
        return f"ended by signal {-process.returncode}\n{printed[-2000:]}", seconds
    if not block.is_compared():
        wrong = process.returncode != 0
        return (f"status {process.returncode}\n{printed[-2000:]}" if wrong else None), seconds
    part = missing(block.output, *streams)
    if part is None:
        return None, seconds
    return (f"expected in line {block.output.line}:\n{part}\n--- printed:\n{printed[-4000:]}",
            seconds)


def copy_of_tree(folder, build, out):
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    for name in files.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    (folder / "build").symlink_to(build.resolve())
    if (ROOT / ".venv").exists():
        (folder / ".venv").symlink_to(ROOT / ".venv")
    if out is not None:
        shutil.copytree(out, folder / "out")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--only", default="", metavar="PAGE", help="pages with this in their path")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--list", action="store_true")
    a = parser.parse_args()
    pages = [p for p in [ROOT / "README.md", *sorted((ROOT / "chapters").glob("*.md")),
                         ROOT / "exercises/README.md", ROOT / "exercises/teaching.md"]
             if a.only in str(p.relative_to(ROOT))]
    blocks = [block for page in pages for block in commands_of(page)]
    if not blocks:
        sys.exit(f"error: --only {a.only}: no page with commands")
    failures, skipped = [], 0
    with tempfile.TemporaryDirectory(prefix="seed_chapters_") as name:
        folder = pathlib.Path(name)
        if not a.list:
            copy_of_tree(folder, a.build, a.out)
        for block in blocks:
            first = block.lines[0] + (" ..." if len(block.lines) > 1 else "")
            if why := block.why_not(a.long):
                skipped += 1
                print(f"{block.name():28} not run ({why}): {first}")
                continue
            if a.list:
                print(f"{block.name():28} {'compared' if block.is_compared() else 'status'}: {first}")
                continue
            problem, seconds = run(block, folder)
            print(f"{block.name():28} {'FAILED' if problem else 'ok'} {seconds:.0f} s: {first}",
                  flush=True)
            if problem:
                failures.append(block.name())
                print("    " + problem.replace("\n", "\n    "), flush=True)
    if failures:
        sys.exit(f"error: {len(failures)} of {len(blocks) - skipped} blocks failed: "
                 + ", ".join(failures))
    print(f"{len(blocks) - skipped} blocks of commands as printed, {skipped} not run")


if __name__ == "__main__":
    main()
