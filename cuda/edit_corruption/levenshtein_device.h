// edit_corruption/levenshtein.h on the device, for a batch of pairs at once.
#pragma once

#include <span>

#include "core/device_array.h"

namespace seed {

// distances[p] (P, 1) is the Levenshtein distance of the first a_lengths[p] tokens of row p of a
// (P, N) and the first b_lengths[p] of row p of b (P, M). Any tokens, any lengths. Throws Error
// where the sizes do not fit or a length lies outside its row.
void levenshtein(DeviceView<std::int32_t> distances, DeviceView<const std::int32_t> a,
                 DeviceView<const std::int32_t> b, std::span<const Index> a_lengths,
                 std::span<const Index> b_lengths);

// The ladder of the table: Wagner-Fischer by one thread, then a thread for each cell of an
// anti-diagonal, for at most 4,000 tokens of a (three diagonals in 48 KiB; else it throws).
void levenshtein_wagner_fischer_thread_per_pair(DeviceView<std::int32_t> distances,
                                                DeviceView<const std::int32_t> a,
                                                DeviceView<const std::int32_t> b,
                                                std::span<const Index> a_lengths,
                                                std::span<const Index> b_lengths);
void levenshtein_anti_diagonal_block_per_pair(DeviceView<std::int32_t> distances,
                                              DeviceView<const std::int32_t> a,
                                              DeviceView<const std::int32_t> b,
                                              std::span<const Index> a_lengths,
                                              std::span<const Index> b_lengths);

// The ladder of Myers' bit vectors: levenshtein uses the last.
void levenshtein_myers_thread_per_pair(DeviceView<std::int32_t> distances,
                                       DeviceView<const std::int32_t> a,
                                       DeviceView<const std::int32_t> b,
                                       std::span<const Index> a_lengths,
                                       std::span<const Index> b_lengths);
void levenshtein_myers_warp_per_pair(DeviceView<std::int32_t> distances,
                                     DeviceView<const std::int32_t> a,
                                     DeviceView<const std::int32_t> b,
                                     std::span<const Index> a_lengths,
                                     std::span<const Index> b_lengths);

}  // namespace seed
