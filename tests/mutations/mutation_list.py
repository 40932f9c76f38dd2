"""Reads the lists of mutations, those of cuda/ beside this file and those of src/ in src/, and finds
each one's place in the sources.

    file transformer/rms_norm.cu
    file transformer/reduce.cuh through transformer/rms_norm.cu

    [kind] the function that holds the text, or `anywhere` in the file
    - the old text, in that function exactly once
    + the new text; nothing deletes

A mutation may take several lines, each behind its `- ` or `+ `. What stands `through` another file
is compiled with that one: a kernel file, whose kernels judge it, or a .cpp file of src/. A mutation
of src/ is judged by the tests of its folder.
"""
import dataclasses
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CUDA, SRC = ROOT / "cuda", ROOT / "src"
KINDS = {
    CUDA: {"missing barrier", "race", "divergent barrier", "missing guard", "off by one",
           "wrong stride", "swapped index", "lost mask", "lost work", "= for +=", "lane mask",
           "reduction width", "lost reduction", "uninitialised read", "wrong formula",
           "wrong launch", "wrong view", "ignored parameter", "wrong start", "wrong tie",
           "wrong key", "narrow type"},
    SRC: {"wrong figure", "wrong field", "wrong route", "wrong split", "wrong key", "wrong tie",
          "wrong bound", "off by one", "ignored parameter", "wrong start", "wrong formula",
          "lost work", "exchanged", "missing check", "wrong state"},
}
AT_LEAST = {CUDA: 3, SRC: 6}  # for each kernel file, for each folder of src/
NO_TESTS = {"app", "exercises"}  # folders of src/ that tests/*/*_test.cpp do not see


class MutationError(Exception):
    pass


@dataclasses.dataclass
class Mutation:
    place: str    # where it is listed: "transformer.txt:12"
    root: pathlib.Path  # cuda/ or src/
    file: str     # below it
    through: str  # the file that it is compiled with
    kind: str
    function: str
    old: str = ""
    new: str = ""

    def mutated(self):
        """The line of the change, and the whole file with it."""
        text = (self.root / self.file).read_text()
        begin, end = (0, len(text)) if self.function == "anywhere" else self.body(text)
        count = text.count(self.old, begin, end)
        if count != 1:
            raise MutationError(f"{self.place}: expected once in {self.function} of "
                                f"{self.shown()}, found {count} times:\n{self.old}")
        at = text.index(self.old, begin, end)
        after = text[:at] + self.new + text[at + len(self.old):]
        return text.count("\n", 0, at) + 1, after

    def body(self, text):
        """Where the definition of the function begins and ends."""
        found = []
        for match in re.finditer(rf"\b{re.escape(self.function)}\(", text):
            close = closing(text, match.end() - 1)
            opening = re.compile(r"(\s*const)?(\s*override)?(\s*:[^;{}]*)?\s*\{").match(text, close + 1)
            if opening:
                found.append((match.start(), closing(text, opening.end() - 1)))
        if len(found) != 1:
            raise MutationError(f"{self.place}: expected one definition of {self.function} in "
                                f"{self.shown()}, found {len(found)}")
        return found[0]

    def list_name(self):
        return self.place.partition(".txt:")[0]

    def shown(self):
        return f"{self.root.name}/{self.file}"

    def summary(self):
        """On one line, with the line number that it has in the source."""
        line, _ = self.mutated()
        old, new = (" ".join(text.split()) for text in (self.old, self.new))
        return f"{self.shown()}:{line} [{self.kind}] {old} -> {new or '(nothing)'}"


# What may hold brackets that close nothing: a comment, a string, a character
QUOTED = re.compile(r"""//[^\n]*|"(?:\\.|[^"\\\n])*"|(?<!\w)'(?:\\.|[^'\\])'""")


def closing(text, at):
    """The bracket that closes the one at text[at]."""
    depth, i = 0, at
    while i < len(text):
        if quoted := QUOTED.match(text, i):
            i = quoted.end()
            continue
        depth += (text[i] in "({") - (text[i] in ")}")
        if depth == 0:
            return i
        i += 1
    raise MutationError(f"no bracket closes the one at {text[at:at + 40]!r}")


def read(file, root):
    mutations, source, through = [], None, None
    for number, line in enumerate(file.read_text().splitlines(), 1):
        place = f"{file.name}:{number}"
        if not line or line.startswith("#"):
            continue
        if match := re.fullmatch(r"file (\S+)(?: through (\S+))?", line):
            source, through = match[1], match[2] or match[1]
        elif match := re.fullmatch(r"\[(.+)\] (\w+)", line):
            mutations.append(Mutation(place, root, source, through, match[1], match[2]))
        elif match := re.fullmatch(r"([-+])(?: (.*))?", line):
            field, text = "old" if match[1] == "-" else "new", match[2] or ""
            before = getattr(mutations[-1], field)
            setattr(mutations[-1], field, f"{before}\n{text}" if before else text)
        else:
            raise MutationError(f"{place}: expected file, [kind], - or +, got {line!r}")
    return mutations


def read_all():
    """All mutations; throws MutationError where one no longer applies or a source has few."""
    mutations = [m for root, folder in ((CUDA, HERE), (SRC, HERE / "src"))
                 for file in sorted(folder.glob("*.txt")) for m in read(file, root)]
    seen = set()
    for m in mutations:
        if m.kind not in KINDS[m.root]:
            raise MutationError(f"{m.place}: unknown kind {m.kind!r}")
        _, text = m.mutated()
        if (m.root, m.file, text) in seen or m.old == m.new:
            raise MutationError(f"{m.place}: changes nothing, or what another one changes")
        seen.add((m.root, m.file, text))
    for root, kinds in KINDS.items():
        if unused := kinds - {m.kind for m in mutations if m.root == root}:
            raise MutationError(f"{root.name}: no mutation of the kinds {', '.join(sorted(unused))}")
    require_enough(mutations)
    return mutations


def require_enough(mutations):
    kernels = [file.relative_to(CUDA).as_posix() for file in sorted(CUDA.glob("*/*.cu"))]
    folders = sorted({file.parent.name for file in SRC.glob("*/*.cpp")} - NO_TESTS)
    for root, names in ((CUDA, kernels), (SRC, [f"{folder}/" for folder in folders])):
        for name in names:
            count = sum(m.root == root and m.file.startswith(name) for m in mutations)
            if count < AT_LEAST[root]:
                raise MutationError(f"{root.name}/{name}: expected {AT_LEAST[root]} mutations, "
                                    f"found {count}")
