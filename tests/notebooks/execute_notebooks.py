"""Executes all notebooks on their short settings, in a temporary copy: the tree stays as it is.

    python3 tests/notebooks/execute_notebooks.py --seed build/release/seed
"""
import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).resolve().parents[2]
SECONDS_PER_CELL = 120
COLOUR = r"\x1b\[[0-9;]*m"  # of the terminal, in Python's tracebacks


def failure(client, notebook):
    """Executes a notebook: None, or the cell and its error as text."""
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        executed = [cell.get("execution_count") or 0 for cell in notebook.cells]
        cell = executed.index(max(executed)) if any(executed) else 0
        return f"cell {cell} (from 0): {re.sub(COLOUR, '', str(error))}"
    return None


def execute(file, folder):
    """Whether a notebook runs without an error; prints the seconds that it took."""
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(execution_count=None, outputs=[])
    client = NotebookClient(notebook, timeout=SECONDS_PER_CELL, kernel_name="python3",
                            resources={"metadata": {"path": str(folder)}})
    begin = time.monotonic()
    error = failure(client, notebook)
    print(f"{file.name}: {'failed' if error else 'ok'}, {time.monotonic() - begin:.0f} s")
    if error:
        print(f"error: {file.name}, {error}", file=sys.stderr)
    return error is None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", required=True, help="the program")
    program = Path(parser.parse_args().seed).resolve()
    if not program.is_file():
        sys.exit(f"error: --seed: expected the program, got {program}")
    os.environ.update(SEED_PROGRAM=str(program), SEED_NOTEBOOK_SHORT="1")
    for variable in ["SEED_RUN", "SEED_CONTROL"]:  # every machine runs the same
        os.environ.pop(variable, None)

    files = sorted((ROOT / "notebooks").glob("*.ipynb"))
    if not files:
        sys.exit("error: expected notebooks in notebooks/, got none")
    with tempfile.TemporaryDirectory(prefix="seed_notebooks_") as copy:
        shutil.copytree(ROOT / "notebooks", Path(copy) / "notebooks")
        shutil.copytree(ROOT / "src", Path(copy) / "src")
        passed = [execute(file, Path(copy) / "notebooks") for file in files]
    sys.exit(0 if all(passed) else 1)


main()
