// tokenizer/pair_counts.h on the device: integers, so that the order of the atomic additions cannot
// show in the result.
#pragma once

#include "core/device_array.h"
#include "tokenizer/pair_counts.h"

namespace seed {

// symbols (1, S), weights (1, S). As on the host: the pairs in ascending order.
std::vector<PairCount> count_pairs(DeviceView<const TokenId> symbols,
                                   DeviceView<const std::int64_t> weights);

// The ladder: count_pairs uses the last.
std::vector<PairCount> count_pairs_global_table(DeviceView<const TokenId> symbols,
                                                DeviceView<const std::int64_t> weights);
std::vector<PairCount> count_pairs_block_table(DeviceView<const TokenId> symbols,
                                               DeviceView<const std::int64_t> weights);

}  // namespace seed
