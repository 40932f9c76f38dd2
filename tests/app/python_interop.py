"""Python's `safetensors` and `tokenizers` read what `seed train` writes.

    python3 python_interop.py path/to/seed      (PyPI: safetensors, tokenizers, numpy)
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import tokenizers
from safetensors import safe_open

SEED = pathlib.Path(sys.argv[1]).resolve()
HERE = pathlib.Path(__file__).resolve().parent
TRAIN = ("--layers 2 --hidden-size 32 --heads 4 --kv-heads 2 --head-size 16 --intermediate 48 "
         "--vocab-size 600 --batch 4 --canvas 32 --steps 3 --evaluation-texts 2").split()


def seed(*arguments):
    return subprocess.run([SEED, *arguments], check=True, capture_output=True).stdout


def expected_shapes(config):
    """The tensors of a Qwen2 checkpoint, by the sizes in its config.json."""
    hidden, head = config["hidden_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
    inner = config["intermediate_size"]
    shapes = {"model.embed_tokens.weight": [config["vocab_size"], hidden],
              "model.norm.weight": [hidden]}
    if not config["tie_word_embeddings"]:
        shapes["lm_head.weight"] = [config["vocab_size"], hidden]
    for number in range(config["num_hidden_layers"]):
        layer = {"input_layernorm.weight": [hidden], "post_attention_layernorm.weight": [hidden],
                 "self_attn.q_proj.weight": [q, hidden], "self_attn.k_proj.weight": [kv, hidden],
                 "self_attn.v_proj.weight": [kv, hidden], "self_attn.o_proj.weight": [hidden, q],
                 "mlp.gate_proj.weight": [inner, hidden], "mlp.up_proj.weight": [inner, hidden],
                 "mlp.down_proj.weight": [hidden, inner]}
        if config["attention_bias"]:
            layer |= {f"self_attn.{name}_proj.bias": [size]
                      for name, size in (("q", q), ("k", kv), ("v", kv))}
        shapes |= {f"model.layers.{number}.{name}": shape for name, shape in layer.items()}
    return shapes


def check_tensors(run, config):
    shapes = expected_shapes(config)
    with safe_open(run / "model.safetensors", framework="np") as model:
        assert set(model.keys()) == set(shapes), set(model.keys()) ^ set(shapes)
        assert model.metadata()["step"] == str(config["training"]["steps"])
        weights = {name: model.get_tensor(name) for name in shapes}
    for name, shape in shapes.items():
        tensor = weights[name]
        assert list(tensor.shape) == shape and tensor.dtype == np.float32, (name, tensor.shape)
        assert np.isfinite(tensor).all(), name
        assert tensor.ndim == 1 or tensor.std() > 0, name
    with safe_open(run / "training.safetensors", framework="np") as state:
        moments = {f"adamw.{moment}.{name}" for moment in "mv" for name in shapes}
        assert set(state.keys()) == set(shapes) | moments
        for name in shapes:
            assert np.array_equal(state.get_tensor(name), weights[name]), name
            assert (state.get_tensor("adamw.v." + name) >= 0).all(), name
    return len(shapes)


def check_tokenizer(run, config, files):
    tokenizer = tokenizers.Tokenizer.from_file(str(run / "tokenizer.json"))
    tokenizer.encode_special_tokens = True  # text is data: "<|eos|>" in it is plain characters
    assert tokenizer.get_vocab_size() == config["vocab_size"]
    assert tokenizer.token_to_id("<|mask|>") == config["mask_token_id"]
    for file in files:
        printed = seed("tokenize", "encode", "--tokenizer", run / "tokenizer.json", file)
        ids = tokenizer.encode(file.read_text(encoding="utf-8")).ids
        assert ids == [int(word) for word in printed.split()], file
    return len(files)


def main():
    with tempfile.TemporaryDirectory(prefix="seed_interop_") as folder:
        run = pathlib.Path(folder) / "run"
        seed("train", "--corpus", HERE, "--out", run, *TRAIN)
        config = json.loads((run / "config.json").read_text())
        tensors = check_tensors(run, config)
        files = check_tokenizer(run, config, sorted(HERE.glob("*.py")))
    print(f"{tensors} tensors and the ids of {files} files are as Python's libraries read them")


if __name__ == "__main__":
    main()
