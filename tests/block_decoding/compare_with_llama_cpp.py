"""Holds our autoregressive baseline, and its speed, against llama.cpp on the same weights.

    python compare_with_llama_cpp.py --seed build/release/seed [--run out/autoregressive] [--long]

The checkpoint is written as a GGUF file in 32-bit floats (a Qwen2 model). llama.cpp and
`seed bench greedy` then write the same number of tokens behind the same prompt, one text, greedily,
with a KV cache and as many threads, in turns; of each the median round counts. Without --run a model
is trained for one step in a temporary folder. --long also times random weights of 17 M and 91 M
parameters.

Exits with status 1 where a trained model's texts differ. The times are a report: a busy machine
fails nothing. Needs: pip install llama-cpp-python gguf safetensors numpy (the first compiles
llama.cpp for this processor, which takes some minutes)
"""

import argparse
import ctypes
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import gguf
import llama_cpp
import numpy as np
from safetensors.numpy import load_file

GOAL = 1.3  # times the time that llama.cpp takes
SIZES = {"17M": "--hidden-size 512 --layers 6 --heads 8 --kv-heads 4 --head-size 64 --intermediate 1344",
         "91M": "--hidden-size 1024 --layers 8 --heads 16 --kv-heads 4 --head-size 64 "
                "--intermediate 2816"}
NAMES = {"input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
         "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
         "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
         "mlp.down_proj": "ffn_down"}


def gguf_name(name):
    if name == "model.embed_tokens.weight":
        return "token_embd.weight"
    if name == "model.norm.weight":
        return "output_norm.weight"
    if name == "lm_head.weight":
        return "output.weight"
    number, rest = name.removeprefix("model.layers.").split(".", 1)
    stem, kind = rest.rsplit(".", 1)
    return f"blk.{number}.{NAMES[stem]}.{kind}"


def write_gguf(run, file):
    """The run's weights for llama.cpp, without a vocabulary: it is given ids and gives ids."""
    config = json.loads((run / "config.json").read_text())
    writer = gguf.GGUFWriter(file, "qwen2")
    writer.add_context_length(4096)
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_tokenizer_model("no_vocab")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    for name, tensor in load_file(run / "model.safetensors").items():
        writer.add_tensor(gguf_name(name), np.ascontiguousarray(tensor, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return config


class LlamaCpp:
    """A model of llama.cpp that writes greedily; -inf is what our models have for the mask token."""

    def __init__(self, file, positions, threads, mask):
        silent = llama_cpp.llama_log_callback(lambda *_: None)
        self.keep = silent
        llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(
            str(file).encode(), llama_cpp.llama_model_default_params())
        assert self.model, f"llama.cpp does not read {file}"
        options = llama_cpp.llama_context_default_params()
        options.n_ctx = positions
        options.n_threads = options.n_threads_batch = threads
        # Keys and values in 32 bits, as ours are
        options.type_k = options.type_v = 0
        self.context = llama_cpp.llama_init_from_model(self.model, options)
        self.sampler = llama_cpp.llama_sampler_chain_init(
            llama_cpp.llama_sampler_chain_default_params())
        bias = (llama_cpp.llama_logit_bias * 1)(llama_cpp.llama_logit_bias(mask, -float("inf")))
        vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.model))
        llama_cpp.llama_sampler_chain_add(
            self.sampler, llama_cpp.llama_sampler_init_logit_bias(vocabulary, 1, bias))
        llama_cpp.llama_sampler_chain_add(self.sampler, llama_cpp.llama_sampler_init_greedy())

    def write(self, prompt, count):
        """So many token ids behind the prompt, and the seconds that they took."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), True)
        begin, written = time.perf_counter(), []
        step = (llama_cpp.llama_token * len(prompt))(*prompt)
        one = (llama_cpp.llama_token * 1)()
        while True:
            batch = llama_cpp.llama_batch_get_one(step, len(step))
            assert llama_cpp.llama_decode(self.context, batch) == 0
            one[0] = llama_cpp.llama_sampler_sample(self.sampler, self.context, -1)
            written.append(one[0])
            if len(written) == count:
                return written, time.perf_counter() - begin
            step = one


def ours(seed, run, tokens, threads, folder):
    report = folder / "greedy.json"
    subprocess.run([seed, "bench", "greedy", "--checkpoint", run, "--tokens", str(tokens), "--rounds",
                    "1", "--threads", str(threads), "--json", report], check=True,
                   stdout=subprocess.DEVNULL)
    return json.loads(report.read_text())


def common_prefix(a, b):
    return next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), len(a))


def compare(name, run, arguments, folder):
    """One row of the table; whether all tokens are the same."""
    file = folder / "model.gguf"
    config = write_gguf(run, file)
    first = ours(arguments.seed, run, arguments.tokens, arguments.threads, folder)
    prompt, positions = first["prompt"], len(first["prompt"]) + arguments.tokens
    llama = LlamaCpp(file, positions, arguments.threads, config["mask_token_id"])
    theirs, _ = llama.write(prompt, arguments.tokens)
    seconds = {"ours": [], "llama.cpp": []}
    for _ in range(arguments.rounds):
        seconds["ours"] += ours(arguments.seed, run, arguments.tokens, arguments.threads,
                                folder)["seconds"]
        seconds["llama.cpp"].append(llama.write(prompt, arguments.tokens)[1])
    rates = {who: arguments.tokens / statistics.median(s) for who, s in seconds.items()}
    same = common_prefix(first["written"], theirs)
    print(f"{name:<10} {first['parameters']:>11,} {rates['ours']:>9.0f} {rates['llama.cpp']:>10.0f}"
          f" {rates['llama.cpp'] / rates['ours']:>6.2f} {same:>5} of {arguments.tokens}", flush=True)
    return same == arguments.tokens


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", required=True, type=pathlib.Path)
    parser.add_argument("--run", type=pathlib.Path, help="of an autoregressive model")
    parser.add_argument("--tokens", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--long", action="store_true")
    arguments = parser.parse_args()
    arguments.seed = arguments.seed.resolve()
    print(f"llama-cpp-python {llama_cpp.__version__}, {arguments.threads} threads; tokens per second,"
          f" the ratio (goal: at most {GOAL}), and how many tokens are the same")
    print(f"{'model':<10} {'parameters':>11} {'ours':>9} {'llama.cpp':>10} {'ratio':>6}   same")
    with tempfile.TemporaryDirectory(prefix="seed_llama_") as name:
        folder = pathlib.Path(name)

        def untrained(size, options):
            run = folder / size
            subprocess.run([arguments.seed, "train", "--objective", "autoregressive", "--steps", "1",
                            "--batch", "1", "--evaluation-texts", "1", "--out", run,
                            *options.split()], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            return run

        good = compare("trained" if arguments.run else "1M",
                       arguments.run or untrained("1M", ""), arguments, folder)
        for size, options in SIZES.items() if arguments.long else ():
            compare(size, untrained(size, options), arguments, folder)
    if arguments.run and not good:
        sys.exit("the texts of a trained model differ")


if __name__ == "__main__":
    main()
