// `seed bench greedy`: the autoregressive baseline with its cache, one text of a given length, to be
// held against another program on the same weights (tests/block_decoding/compare_with_llama_cpp.py).
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

// The JSON holds threads, parameters, prompt and written (token ids; no eos ends the text), seconds
// (of every round) and tokens_per_second (of the median round; the prompt's call counts as one).
void add_bench_greedy(CLI::App& bench);

}  // namespace seed
