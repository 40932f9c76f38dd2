"""Reads the lists of mutations beside this file, and finds each one's place in the kernels.

    file transformer/rms_norm.cu
    file transformer/reduce.cuh through transformer/rms_norm.cu

    [kind] the function that holds the text, or `anywhere` in the file
    - the old text, in that function exactly once
    + the new text; nothing deletes

A mutation may take several lines, each behind its `- ` or `+ `. What stands `through` a kernel file
is judged by the kernels of that one.
"""
import dataclasses
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
CUDA = HERE.parents[1] / "cuda"
KINDS = {"missing barrier", "race", "divergent barrier", "missing guard", "off by one",
         "wrong stride", "swapped index", "lost mask", "lost work", "= for +=", "lane mask",
         "reduction width", "lost reduction", "uninitialised read", "wrong formula",
         "wrong launch", "wrong view", "ignored parameter", "wrong start", "wrong tie", "wrong key",
         "narrow type"}
AT_LEAST = 3  # for each kernel file


class MutationError(Exception):
    pass


@dataclasses.dataclass
class Mutation:
    place: str    # where it is listed: "transformer.txt:12"
    file: str     # below cuda/
    through: str  # the kernel file whose cases judge it
    kind: str
    function: str
    old: str = ""
    new: str = ""

    def mutated(self):
        """The line of the change, and the whole file with it."""
        text = (CUDA / self.file).read_text()
        begin, end = (0, len(text)) if self.function == "anywhere" else self.body(text)
        count = text.count(self.old, begin, end)
        if count != 1:
            raise MutationError(f"{self.place}: expected once in {self.function} of "
                                f"cuda/{self.file}, found {count} times:\n{self.old}")
        at = text.index(self.old, begin, end)
        after = text[:at] + self.new + text[at + len(self.old):]
        return text.count("\n", 0, at) + 1, after

    def body(self, text):
        """Where the definition of the function begins and ends."""
        found = []
        for match in re.finditer(rf"\b{re.escape(self.function)}\(", text):
            close = closing(text, match.end() - 1)
            opening = re.compile(r"(\s*const)?(\s*:[^;{}]*)?\s*\{").match(text, close + 1)
            if opening:
                found.append((match.start(), closing(text, opening.end() - 1)))
        if len(found) != 1:
            raise MutationError(f"{self.place}: expected one definition of {self.function} in "
                                f"cuda/{self.file}, found {len(found)}")
        return found[0]

    def summary(self):
        """On one line, with the line number that it has in the source."""
        line, _ = self.mutated()
        old, new = (" ".join(text.split()) for text in (self.old, self.new))
        return f"{self.file}:{line} [{self.kind}] {old} -> {new or '(nothing)'}"


def closing(text, at):
    """The bracket that closes the one at text[at]."""
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] in "({") - (text[i] in ")}")
        if depth == 0:
            return i
    raise MutationError(f"no bracket closes the one at {text[at:at + 40]!r}")


def read(file):
    mutations, source, through = [], None, None
    for number, line in enumerate(file.read_text().splitlines(), 1):
        place = f"{file.name}:{number}"
        if not line or line.startswith("#"):
            continue
        if match := re.fullmatch(r"file (\S+)(?: through (\S+))?", line):
            source, through = match[1], match[2] or match[1]
        elif match := re.fullmatch(r"\[(.+)\] (\w+)", line):
            mutations.append(Mutation(place, source, through, match[1], match[2]))
        elif match := re.fullmatch(r"([-+])(?: (.*))?", line):
            field, text = "old" if match[1] == "-" else "new", match[2] or ""
            before = getattr(mutations[-1], field)
            setattr(mutations[-1], field, f"{before}\n{text}" if before else text)
        else:
            raise MutationError(f"{place}: expected file, [kind], - or +, got {line!r}")
    return mutations


def read_all():
    """All mutations; throws MutationError where one no longer applies or a kernel file has few."""
    mutations = [m for file in sorted(HERE.glob("*.txt")) for m in read(file)]
    seen = set()
    for m in mutations:
        if m.kind not in KINDS:
            raise MutationError(f"{m.place}: unknown kind {m.kind!r}")
        _, text = m.mutated()
        if (m.file, text) in seen or m.old == m.new:
            raise MutationError(f"{m.place}: changes nothing, or what another one changes")
        seen.add((m.file, text))
    if unused := KINDS - {m.kind for m in mutations}:
        raise MutationError(f"no mutation of the kinds {', '.join(sorted(unused))}")
    for file in sorted(CUDA.glob("*/*.cu")):
        name = file.relative_to(CUDA).as_posix()
        count = sum(m.file == name for m in mutations)
        if count < AT_LEAST:
            raise MutationError(f"cuda/{name}: expected {AT_LEAST} mutations, found {count}")
    return mutations
