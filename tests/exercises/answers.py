"""Answers put into a student's folder: the project's own, and the wrong ones of tests/exercises/wrong.

A file wrong/NAME.txt holds typical wrong answers to the exercise NAME:

    === what is wrong
    --- part of the grader's message
    code
"""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = re.compile(r"^- file: (\S+)$", re.M)


def exercises():
    """Name and file of each, in the order of their numbers."""
    texts = sorted((ROOT / "exercises").glob("[0-9]*.md"))
    return [(text.stem.partition("_")[2], FILE.search(text.read_text())[1]) for text in texts]


def region(name):
    return re.compile(rf"(?<=// \[exercise {name}\]\n).*?(?=^[ \t]*// \[/exercise {name}\]\n)",
                      re.S | re.M)


def answer_of(path, name):
    return region(name).search(path.read_text())[0]


def write_answer(course, file, name, answer):
    path = course / file
    text, count = region(name).subn(lambda _: answer, path.read_text())
    assert count == 1, f"{file}: no region {name}"
    path.write_text(text)


def solution(name, file):
    return answer_of(ROOT / file, name)


def faults():
    """Number, file, lines and what comes in their place of each fault in exercises/break_it."""
    for text in sorted((ROOT / "exercises/break_it").glob("*.md")):
        page = text.read_text()
        lines = {sign: "".join(re.findall(rf"^    [{sign}](.*\n)", page, re.M)) for sign in "-+"}
        yield re.match(r"# (\S+) ", page)[1], FILE.search(page)[1], lines["-"], lines["+"]


def wrong_answers(name):
    """(what is wrong, part of the message, code) of each."""
    text = (ROOT / "tests/exercises/wrong" / f"{name}.txt").read_text()
    parts = re.split(r"^=== ", text, flags=re.M)[1:]
    return [re.fullmatch(r"(.*?)\n--- (.*?)\n(.*)", part, re.S).groups() for part in parts]
