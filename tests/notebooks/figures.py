"""Keeps the figures of the chapters in step with the notebooks.

    figures.py            fails where chapters/figures is not what the executed notebooks show
    figures.py --write    makes it so

A code cell that begins with `# Figure: NAME` shows the figure chapters/figures/NN_NAME.png, with the
number of its notebook; the second one of a cell is NN_NAME_2.png. Every figure is shown in a chapter of
that number, and every chapter with a notebook shows at least two.
"""
import argparse
import base64
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURES = ROOT / "chapters" / "figures"
AT_LEAST = 2


def figures_of(notebook):
    """{file name: bytes} of the marked cells' pictures."""
    figures = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        mark = re.match(r"# Figure: (\w+)\n", "".join(cell["source"]))
        if cell["cell_type"] != "code" or mark is None:
            continue
        pictures = [output["data"]["image/png"] for output in cell["outputs"]
                    if "image/png" in output.get("data", {})]
        if not pictures:
            sys.exit(f"error: {notebook.name}: {mark[1]} shows no picture; execute the notebook")
        for i, picture in enumerate(pictures):
            suffix = f"_{i + 1}" if i else ""
            figures[f"{notebook.name[:2]}_{mark[1]}{suffix}.png"] = base64.b64decode(picture)
    return figures


def problems(figures):
    shown = {}
    for page in sorted((ROOT / "chapters").glob("*.md")):
        for text, name in re.findall(r"!\[([^\]]*)\]\(figures/([^)]+)\)", page.read_text()):
            shown.setdefault(name, []).append(page.name)
            if len(text) < 20:
                yield f"{page.name}: {name}: say what it shows to those who do not see it"
    for name, picture in figures.items():
        file = FIGURES / name
        if not file.is_file() or file.read_bytes() != picture:
            yield f"{name}: not as the notebook shows it; tests/notebooks/figures.py --write"
        if not any(page[:2] == name[:2] for page in shown.get(name, [])):
            yield f"{name}: expected it in a chapter {name[:2]}, is in {shown.get(name, 'none')}"
    for name in shown.keys() - figures.keys():
        yield f"{name}: shown in {shown[name]}, but no notebook makes it"
    for file in FIGURES.glob("*"):
        if file.name not in figures:
            yield f"{file.name}: no notebook makes it"
    for number in sorted({notebook.name[:2] for notebook in (ROOT / "notebooks").glob("*.ipynb")}):
        count = sum(name.startswith(number) for name in figures)
        if count < AT_LEAST:
            yield f"chapter {number}: expected at least {AT_LEAST} figures, got {count}"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    figures = {}
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        figures |= figures_of(notebook)
    if parser.parse_args().write:
        FIGURES.mkdir(exist_ok=True)
        for file in FIGURES.glob("*.png"):
            file.unlink()
        for name, picture in figures.items():
            (FIGURES / name).write_bytes(picture)
    found = list(problems(figures))
    for problem in found:
        print(f"error: {problem}", file=sys.stderr)
    if found:
        sys.exit(1)
    print(f"{len(figures)} figures are as the notebooks show them")


if __name__ == "__main__":
    main()
