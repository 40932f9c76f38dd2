"""Holds our tokenizer against Hugging Face's `tokenizers` on a folder of source files.

    python compare_with_huggingface.py --seed build/release/seed --corpus DIR [--vocab-size N]

1. `seed tokenize train` and their BpeTrainer learn the same merges in the same order.
2. Their library loads our tokenizer.json and gives the ids of `seed tokenize encode`, file by file
   and on a text of many scripts.
3. `seed tokenize decode` gives back the bytes of each file, as their decoder does, and
   `seed tokenize encode` gives the same ids with the tokenizer.json that their library saves.

Exits with status 1 at the first difference. Needs: pip install tokenizers
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL_TOKENS = ["<|mask|>", "<|eos|>", "<|pad|>"]
MANY_SCRIPTS = """naïve café 12½ ½x 日本語のテキスト Привет, мир! مرحبا 🙂👩‍👩‍👧 e\u0301
don't DON'T I'll we'Ve \u00a0\u2003x\t\ty  \r\n\r\n  z\n\n   if (a<=b){return -1;}//~~~\u2028end <|eos|>
"""


def program(seed, *arguments):
    command = [seed, "tokenize", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed: {done.stderr.decode()}")
    return done.stdout


def encode(seed, tokenizer, path):
    return [int(word) for word in program(seed, "encode", "--tokenizer", tokenizer, path).split()]


def read_corpus(folder):
    """The files that `seed` reads: regular, no NUL, valid UTF-8, sorted by path."""
    texts = {}
    for path in sorted(p for p in pathlib.Path(folder).rglob("*") if p.is_file()):
        data = path.read_bytes()
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        if b"\0" not in data:
            texts[path] = text
    return texts


def train_theirs(texts, pattern, vocab_size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, min_frequency=2, special_tokens=SPECIAL_TOKENS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def compare_merges(ours, theirs):
    for rank, (a, b) in enumerate(zip(ours["model"]["merges"], theirs["model"]["merges"])):
        if a != b:
            sys.exit(f"merge {rank}: ours {a}, theirs {b}")
    if ours["model"]["vocab"] != theirs["model"]["vocab"]:
        sys.exit("the vocabularies differ")
    if len(ours["model"]["merges"]) != len(theirs["model"]["merges"]):
        sys.exit("one list of merges is longer")
    print(f"same {len(ours['model']['merges'])} merges in the same order, same ids")


def compare_ids(seed, files, texts, library):
    """Compares every text; `files` are where the program finds tokenizers and texts."""
    tokens = 0
    for path, text in texts.items():
        ours = encode(seed, files["ours"], path)
        if ours != library.encode(text, add_special_tokens=False).ids:
            sys.exit(f"{path}: the ids differ")
        if ours != encode(seed, files["theirs"], path):
            sys.exit(f"{path}: the ids differ between our tokenizer.json and theirs")
        files["ids"].write_text(" ".join(map(str, ours)))
        decoded = program(seed, "decode", "--tokenizer", files["ours"], files["ids"])
        if decoded != text.encode() or library.decode(ours) != text:
            sys.exit(f"{path}: decoding does not give the text back")
        tokens += len(ours)
    print(f"same {tokens} ids on {len(texts)} files, and back")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", required=True, help="the program")
    parser.add_argument("--corpus", required=True, help="a folder of text files")
    parser.add_argument("--vocab-size", type=int, default=2048)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        files = {name: folder / f"{name}.json" for name in ("ours", "theirs", "ids")}
        program(options.seed, "train", "--corpus", options.corpus, "--vocab-size",
                options.vocab_size, "--out", files["ours"])
        ours = json.loads(files["ours"].read_text())
        pattern = ours["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"]

        texts = read_corpus(options.corpus)
        theirs = train_theirs(texts.values(), pattern, options.vocab_size)
        theirs.save(str(files["theirs"]))
        compare_merges(ours, json.loads(files["theirs"].read_text()))

        library = Tokenizer.from_file(str(files["ours"]))
        library.encode_special_tokens = True  # text is data, as in `seed`
        scripts = folder / "many_scripts.txt"
        scripts.write_bytes(MANY_SCRIPTS.encode())
        texts[scripts] = MANY_SCRIPTS
        compare_ids(options.seed, files, texts, library)


if __name__ == "__main__":
    main()
