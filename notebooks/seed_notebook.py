"""What the notebooks share: calling the program `seed`, short settings, colours.

Settings come from environment variables:
    SEED_PROGRAM         the program; default ../build/release/seed, as ./run.sh builds it
    SEED_NOTEBOOK_SHORT  1: fewer steps and smaller models, for a quick check
    SEED_RUN             folder of a trained diffusion model; default ../out/stage_2
    SEED_CONTROL         in notebook 4, a model to compare with; default
                         ../out/ablate/edit-corruption/seed_1/mask_only
"""
import json
import os
import subprocess
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

PROGRAM = os.environ.get("SEED_PROGRAM", "../build/release/seed")
SHORT = os.environ.get("SEED_NOTEBOOK_SHORT") == "1"
SOURCE = "../src"  # a corpus that every machine has: the project's own source

# Okabe and Ito's colours: everyone can tell them apart
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
GRAY, LIGHT_GRAY = "#777777", "#DDDDDD"

plt.rcParams.update({
    "axes.prop_cycle": plt.cycler(color=[BLUE, ORANGE, GREEN, PURPLE]),
    "axes.spines.right": False, "axes.spines.top": False,
    "figure.dpi": 100, "figure.constrained_layout.use": True,
    "font.size": 10, "legend.frameon": False,
})

# Models that train in seconds
SMALL_MODEL = ["--hidden-size", 64, "--layers", 2, "--heads", 2, "--kv-heads", 1, "--head-size", 32,
               "--intermediate", 192, "--batch", 16]

_folder = tempfile.TemporaryDirectory(prefix="seed_notebook_")  # goes when the kernel stops


def temporary(name):
    """A path in a folder that goes when the notebook's kernel stops."""
    return Path(_folder.name) / name


def run(*arguments):
    """What `seed arguments` prints. If the program fails, its error stops the notebook."""
    command = [PROGRAM, *(str(argument) for argument in arguments)]
    try:
        result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    except OSError as error:
        raise RuntimeError(f"SEED_PROGRAM: expected the program, got {PROGRAM!r} "
                           f"({error.strerror}); ./run.sh builds it") from None
    if result.returncode != 0:
        raise RuntimeError(f"seed {arguments[0]}: exit status {result.returncode}\n{result.stderr}")
    return result.stdout


def run_json(*arguments):
    """What `seed arguments --json FILE` writes."""
    file = temporary("answer.json")
    run(*arguments, "--json", file)
    return json.loads(file.read_text(encoding="utf-8"))


def train_small(name, steps, *options, edit_begin=1):
    """Trains a small model on Lua tasks, without stage 2 unless told, and returns its folder."""
    folder = temporary(name)
    run("train", "--out", folder, "--steps", steps, "--evaluation-texts", 1,
        "--edit-begin", edit_begin, *SMALL_MODEL, *options)
    return folder


def read_record(folder):
    """The training record: a list of {step, loss, gradient_norm, learning_rate}."""
    with open(folder / "record.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def trained_run(run="stage_2", variable="SEED_RUN", edit_begin=0.8):
    """The folder of a trained diffusion model: the variable's, or what ./run.sh or `seed ablate`
    left below out/, or a short run."""
    folder = Path(os.environ.get(variable, f"../out/{run}"))
    if not (folder / "model.safetensors").exists():
        steps = 5 if SHORT else 600
        print(f"No trained run in {variable} or out/{run}: training a small model for {steps} "
              "steps instead.\nIts programs will be poor; ./run.sh trains a better one.")
        return train_small(Path(run).name, steps, edit_begin=edit_begin)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config["training"]["objective"] != "diffusion":
        raise RuntimeError(f"{variable}: expected a diffusion model, "
                           f"got objective {config['training']['objective']}")
    print(f"A trained run: {config['num_hidden_layers']} layers, {config['hidden_size']} channels, "
          f"{read_record(folder)[-1]['step']} steps.")
    return folder


def show_order(axes, record, title):
    """The program, each token on the colour of its step: lines as the program has them."""
    first = next(i for i, step in enumerate(record["step"]) if step > 0)
    steps = max(record["steps"], 2)
    row, column, widest = 0, 0, 1
    for token, step in zip(record["tokens"][first:], record["step"][first:]):
        if token == record["eos"]:
            break
        for piece in token.splitlines(keepends=True):
            text = piece.rstrip("\n")
            if text.strip():
                colour = plt.cm.viridis((step - 1) / (steps - 1))
                dark = np.mean(colour[:3]) < 0.5
                axes.text(column, row, text, family="monospace", fontsize=9, va="center",
                          color="white" if dark else "black", parse_math=False,
                          bbox={"facecolor": colour, "edgecolor": "none", "pad": 1.5})
            column += len(text)
            widest = max(widest, column)
            if piece.endswith("\n"):
                row, column = row + 1, 0
    axes.set_xlim(-1, max(widest, 36) + 1)
    axes.set_ylim(row + 0.7, -0.7)
    axes.set_axis_off()
    axes.set_title(f"{title}: {record['steps']} steps, {record['score']:.2f} nats\n"
                   f"{record['verdict']}", loc="left", fontsize=10)
