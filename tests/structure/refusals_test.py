"""Every refusal of the launchers in cuda/ is heard in a test.

    refusals_test.py PROGRAM...     the programs of the kernel tests

Runs the tests tagged [refusals], which note down each message that they have compared whole. Then
takes all `require` and `fail` of cuda/ (the emulator in cuda/simt has tests of its own) and looks
for a message of each.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CUDA = pathlib.Path(__file__).resolve().parents[2] / "cuda"
CALL = re.compile(r"\b(require|require_shape|require_one_each|blocks_down|fail)\(")
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*')
# Checks that are told a name: what they then say
NAMED = {"require_shape": "{}: expected shape ({{}}, {{}}), got ({{}}, {{}})",
         "blocks_down": "{}: expected at most {{}}, got {{}}",
         "require_one_each": "reveal: expected {{}} {}, got {{}}"}


def arguments(text, at):
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] in "({") - (text[i] in ")}")
        if depth == 0:
            return text[at:i]
    sys.exit(f"error: no bracket closes {text[at:at + 40]!r}")


def refusals():
    """(FILE:LINE, what is said) of each in cuda/."""
    for path in sorted(CUDA.rglob("*.*")):
        if path.parent.name == "simt" or path.suffix not in (".cu", ".cuh", ".h", ".cpp"):
            continue
        text = path.read_text()
        for call in CALL.finditer(text):
            said = STRINGS.search(arguments(text, call.end() - 1))
            if said is None:
                continue  # the definition of one that is told a name
            words = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', said[0]))
            line = text.count("\n", 0, call.start()) + 1
            yield (f"cuda/{path.relative_to(CUDA)}:{line}",
                   NAMED[call[1]].format(words) if call[1] in NAMED else words)


def messages(programs):
    heard = []
    for program in programs:
        with tempfile.NamedTemporaryFile("r") as notes:
            environment = {**os.environ, "SEED_REFUSALS": notes.name}
            result = subprocess.run([program, "[refusals]"], env=environment, capture_output=True,
                                    text=True)
            if result.returncode == 77:
                print(result.stdout)
                sys.exit(77)
            if result.returncode != 0:
                sys.exit(f"error: {program} [refusals]\n{result.stdout}{result.stderr}")
            heard += notes.read().splitlines()
    return heard


def main():
    heard, known, missing = messages(sys.argv[1:]), list(refusals()), []
    for place, words in known:
        pattern = "(.+)".join(re.escape(part) for part in re.split(r"\{[^}]*\}", words))
        if not any(re.fullmatch(pattern, message) for message in heard):
            missing.append(f"error: {place}: no test hears \"{words}\"")
    if missing or not known:
        sys.exit("\n".join(missing) or "error: found no refusals in cuda/")
    print(f"{len(known)} refusals of the launchers are heard")


if __name__ == "__main__":
    main()
