// `seed bench train`: the speed of a training step, beside Eigen's own matrix product. The other
// benchmarks have files of their own (bench_levenshtein.h).
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

// JSON of train: tokens_per_second, flops_per_second, gemm_flops_per_second, fraction_of_gemm (the
// second over the third), seconds_per_step, flops_per_step (medians of the rounds), threads, batch,
// canvas, parameters.
void add_bench_command(CLI::App& app);

}  // namespace seed
