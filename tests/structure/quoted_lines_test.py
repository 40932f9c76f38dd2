"""The FILE:LINE of a message pasted into a chapter still leads to what the message speaks of.

A message names a launch, and the places that its kernel touched:

    my_loss.cu:81: kernel add_in_one_block: ... write of 8 bytes at my_loss.cu:29, unordered ...

The chapters make my_loss.cu from a source of ours by a `sed` that they print: here it is made in
the same way. The launch must launch that kernel, the places must be code of it or of a function
that is no kernel, and hold the operation that the message names. A row of `--counts` names its
kernel too. A file without a recipe is the reader's own: of it only the kernel is known. What has
moved is to be run and pasted again.
"""
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLACE = r"([\w./]+\.cuh?):(\d+)"
MESSAGE = re.compile(PLACE + r": kernel (\w+): (.*)")
COUNT = re.compile(r"(\w+) +" + PLACE + r" +(read|write) +\d+ +[\d.]+ +\d+ %")


def shown_blocks(text):
    """Every indented block of a chapter, on one line: messages are folded there."""
    for block in re.findall(r"(?:^ {4,}\S.*\n)+", text, re.M):
        yield re.sub(r"\s*\n\s*", " ", block).strip()


def made_files(text):
    """The files that the chapter makes: name -> lines."""
    made = {}
    unfolded = re.sub(r"\\\n\s*", "", text)
    for command, name in re.findall(r"^ +sed (.*) > (\w+\.cu)$", unfolded, re.M):
        result = subprocess.run(["sed", *shlex.split(command)], cwd=ROOT, check=True,
                                capture_output=True, text=True)
        made[name] = result.stdout.splitlines()
    return made


def functions(lines):
    """(first, last) line, from 1, of everything in braces that begins at the left margin."""
    first = None
    for number, line in enumerate(lines, 1):
        if line.startswith("}"):
            if first:
                yield first, number
            first = None
        elif not line.strip() or line.startswith(("namespace", "#", "//", "using")):
            first = first if any("{" in l for l in lines[(first or number) - 1:number]) else None
        elif not line[0].isspace() and first is None:
            first = number


def is_code_of(lines, number, kernel):
    """Whether a line is code of this kernel, or of a function that is not a kernel."""
    if not 1 <= number <= len(lines) or re.fullmatch(r"[\s{}]*|\s*//.*", lines[number - 1]):
        return False
    for first, last in functions(lines):
        if first < number < last:
            head = " ".join(lines[first - 1:last]).split("{")[0]
            return "__global__" not in head or re.search(rf"\b{kernel}\b", head) is not None
    return False


def launches(lines, number, kernel):
    """Whether the statement that a line belongs to launches this kernel, or any Kernel that a
    launcher's template is given, this one among them."""
    before = " ".join(lines[max(0, number - 3):number]).rstrip("; ")
    given = re.search(rf"\w<{kernel}\b", " ".join(lines)) is not None
    return re.search(rf"launch<{kernel}\b[^;]*$", before) is not None or \
        given and re.search(r"launch<Kernel>[^;]*$", before) is not None


class Chapter:
    def __init__(self, path):
        self.name, self.text = path.name, path.read_text()
        self.made = made_files(self.text)
        self.seen, self.problems = 0, []

    def lines_of(self, file):
        """The lines of a file that the chapter makes, or of the one of that name in cuda/."""
        if file in self.made:
            return self.made[file]
        found = [p for p in (ROOT / "cuda").rglob("*.cu*") if str(p).endswith("/" + file)]
        return found[0].read_text().splitlines() if len(found) == 1 else None

    def check(self, holds, file, number, what):
        self.seen += 1
        if not holds:
            self.problems.append(f"{self.name}: {file}:{number}: {what}")

    def check_message(self, file, number, kernel, rest):
        known = self.lines_of(file)
        if known is not None:
            self.check(launches(known, number, kernel), file, number, f"no launch of {kernel}")
        for word, place, at in re.findall(r"(\w+) at " + PLACE, rest):
            lines = self.lines_of(place)
            self.check(lines is not None and is_code_of(lines, int(at), kernel) and
                       (not word.startswith("__shfl") or "__shfl" in lines[int(at) - 1]), place, at,
                       f"no code of {kernel}")
        everything = [p.read_text() for p in (ROOT / "cuda").rglob("*.cu")]
        self.check(any(re.search(rf"\b{kernel}\(", text) for text in everything), file, number,
                   f"no kernel {kernel} in cuda/")

    def check_all(self):
        for block in shown_blocks(self.text):
            for file, number, kernel, rest in MESSAGE.findall(block):
                self.check_message(file, int(number), kernel, rest)
            for kernel, file, number, _ in COUNT.findall(block):
                lines = self.lines_of(file)
                self.check(lines is not None and is_code_of(lines, int(number), kernel), file,
                           number, f"no code of {kernel}")


def main():
    chapters = [Chapter(path) for path in sorted((ROOT / "chapters").glob("*.md"))]
    for chapter in chapters:
        chapter.check_all()
    problems = [problem for chapter in chapters for problem in chapter.problems]
    seen = sum(chapter.seen for chapter in chapters)
    if seen == 0:
        problems.append("chapters: expected messages with lines of kernels, found none")
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f"{seen} quoted lines lead to their kernels")


if __name__ == "__main__":
    main()
