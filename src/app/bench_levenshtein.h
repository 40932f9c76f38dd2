// `seed bench levenshtein`: pairs per second of every way to the Levenshtein distance, on one core.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

// Adds the subcommand to `bench`. JSON: rounds and a list of rows, each with length, alphabet,
// related (b is a after floor(length / 10) edits), pairs, variant (wagner_fischer, anti_diagonal,
// myers) and pairs_per_second (best round, processor time).
//
// --pairs FILE writes the pairs as safetensors, for others to be timed on: under
// LENGTH.ALPHABET.related or .unrelated the arrays .a (P, length), .b (P, 2 length) with -1 behind
// its end, .distances (P), all of them I32.
void add_bench_levenshtein(CLI::App& bench);

}  // namespace seed
