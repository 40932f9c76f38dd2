// `seed bench decode`: tokens per second of block-parallel decoding beside an autoregressive model.
#pragma once

#include <CLI/CLI.hpp>

namespace seed {

// The JSON holds
//   rows       of each decoder: model, parameters, block (null: autoregressive), batch, cache,
//              tokens_per_second (the median round's; without a cache there is only one),
//              calls_per_sample, tokens_per_call,
//              pass_at_1 (null where texts are replayed), limit_share (what the matrix products of
//              its calls would take alone, over what it took; null without a cache), times_baseline
//              (against the cached baseline of the same size and batch, timed beside it)
//   calls      T(b) / T(1): model, parameters, block, milliseconds, times_one_token,
//              products_milliseconds (of its matrix products alone), eigen_products_milliseconds
//   lengths    time of a text against its length: positions, seconds
//   exponents  of seconds ~ positions^e, fitted up to 1,024 positions and to all
void add_bench_decode(CLI::App& bench);

}  // namespace seed
