"""Keeps the chapters in step with the sources.

    sync_chapters.py [--write]      excerpts, index and links; --write mends the first two

A chapter's excerpt stands between `<!-- code: PATH NAME -->` and `<!-- /code -->` and is the text
between `// [NAME]` and `// [/NAME]` of that file. Links to files of the project, and to headings, must
lead somewhere.
"""
import argparse
import pathlib
import re
import sys

import header_index

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARK = re.compile(r"^\s*// \[/?[\w.]+( [\w.]+)?\]$")


class ChapterError(Exception):
    pass


def region(path, name):
    """Line numbers, from 1, of the first and last line of a region, and its text."""
    file = ROOT / path
    if not file.is_file():
        raise ChapterError(f"{path}: no such file")
    lines = file.read_text().split("\n")
    begin = [i for i, line in enumerate(lines) if line.strip() == f"// [{name}]"]
    end = [i for i, line in enumerate(lines) if line.strip() == f"// [/{name}]"]
    if len(begin) != 1 or len(end) != 1 or end[0] <= begin[0] + 1:
        raise ChapterError(f"{path}: expected one region [{name}], got {len(begin)} that begin "
                           f"and {len(end)} that end")
    body = lines[begin[0] + 1:end[0]]
    return begin[0] + 2, end[0], [line for line in body if not MARK.match(line)]


def excerpt(path, name):
    first, last, body = region(path, name)
    link = f"[`{path}` lines {first}-{last}](../{path}#L{first}-L{last})"
    return [link, "```cpp", *body, "```"]


def synchronised(chapter):
    """The chapter's lines with every excerpt as the sources have it, and how many there are."""
    lines, out, count, i = chapter.read_text().split("\n"), [], 0, 0
    while i < len(lines):
        out.append(lines[i])
        opening = re.fullmatch(r"<!-- code: (\S+) (\S+) -->", lines[i])
        i += 1
        if not opening:
            continue
        count += 1
        out += excerpt(*opening.groups())
        while i < len(lines) and lines[i] != "<!-- /code -->":
            i += 1
        if i == len(lines):
            raise ChapterError(f"{chapter.name}: {opening.group(2)} has no <!-- /code -->")
    return out, count


def anchors(markdown):
    """The anchors that a Markdown viewer makes of a file's headings."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", markdown, re.M):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(slug)
    return found


def dead_links(page):
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            yield f"{page.relative_to(ROOT)}: link to {target}: no such file"
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text()):
            yield f"{page.relative_to(ROOT)}: link to {target}: no such heading"


def check_index(write):
    page, text = ROOT / "chapters/index.md", header_index.index_page()
    if page.is_file() and page.read_text() == text:
        return []
    if write:
        page.write_text(text)
        print("index.md: made from the headers")
        return []
    return ["index.md: differs from the headers; tests/structure/sync_chapters.py --write mends it"]


def check(write):
    problems, count = check_index(write), 0
    for chapter in sorted((ROOT / "chapters").glob("*.md")):
        try:
            lines, excerpts = synchronised(chapter)
        except ChapterError as error:
            problems.append(str(error))
            continue
        count += excerpts
        text = "\n".join(lines)
        if text == chapter.read_text():
            continue
        if write:
            chapter.write_text(text)
            print(f"{chapter.name}: excerpts updated")
        else:
            problems.append(f"{chapter.name}: excerpts differ from the sources; "
                            f"tests/structure/sync_chapters.py --write mends them")
    for page in [ROOT / "README.md", *sorted((ROOT / "chapters").glob("*.md")),
                 *sorted((ROOT / "exercises").rglob("*.md"))]:
        problems += dead_links(page)
    if count == 0:
        problems.append("chapters: expected excerpts, found none")
    return problems, count


def main():
    parser = argparse.ArgumentParser(description="Keeps the chapters in step with the sources.")
    parser.add_argument("--write", action="store_true", help="mend excerpts and index")
    arguments = parser.parse_args()
    try:
        problems, count = check(arguments.write)
    except ChapterError as error:
        problems, count = [str(error)], 0
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f"{count} excerpts, the index and all links agree with the sources")


if __name__ == "__main__":
    main()
