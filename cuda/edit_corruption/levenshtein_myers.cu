// Myers' bit vectors in strips of 64 rows, as in src/edit_corruption/levenshtein_myers.cpp, without
// its band: in a batch the other pairs would wait for those that need the whole table anyway.
#include "core/grid.h"
#include "edit_corruption/levenshtein_device.h"
#include "edit_corruption/pair_lengths.cuh"
#include "simt/simt.h"

namespace seed {
namespace {

constexpr int warp = 32;
constexpr unsigned all_lanes = 0xffffffffu;
constexpr int threads_per_block = 128;
constexpr int pairs_per_block = threads_per_block / warp;  // 128 / 32 = 4
constexpr Index word_bits = 64;

// One column of a strip: bit i of `plus` says that D grows by 1 from the row above to row i of the
// strip, of `minus` that it falls.
struct StripColumn {
    std::uint64_t plus = ~std::uint64_t{0}, minus = 0;
};

// D[i][j] - D[i][j-1] along a row, as two bits: grows, falls.
using Difference = std::uint8_t;
constexpr Difference grows_by_one = 1;

}  // namespace

// [levenshtein_myers.next_column]
// Moves one column on. `match` has a bit where the strip's token is the column's; `above` is the
// difference along the row above the strip, and the one along its row `last` is returned.
static __device__ Difference next_column(StripColumn& column, std::uint64_t match, Difference above,
                                         Index last) {
    const std::uint64_t plus = column.plus, minus = column.minus;
    const std::uint64_t above_up = above & 1, above_down = above >> 1;
    const std::uint64_t vertical = match | minus, start = match | above_down;
    const std::uint64_t horizontal = (((start & plus) + plus) ^ plus) | start;
    std::uint64_t grows = minus | ~(horizontal | plus), falls = plus & horizontal;
    const Difference below = Difference((grows >> last & 1) | (falls >> last & 1) << 1);
    grows = grows << 1 | above_up;
    falls = falls << 1 | above_down;
    column.plus = falls | ~(vertical | grows);
    column.minus = grows & vertical;
    return below;
}
// [/levenshtein_myers.next_column]

static __device__ std::int32_t change(Difference difference) {
    return std::int32_t(difference & 1) - std::int32_t(difference >> 1);
}

// [levenshtein_myers.thread_per_pair]
// The CPU's loop over strips; without a hash table a thread looks for the column's token in the
// whole strip.
static __global__ void myers_thread_per_pair_kernel(std::int32_t* distances, const std::int32_t* a,
                                                    const std::int32_t* b,
                                                    const PairLengths* lengths, Index pairs,
                                                    Index a_cols, Index b_cols, Difference* rows) {
    const Index p = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (p >= pairs) return;
    const Index n = lengths[p].a, m = lengths[p].b;
    const std::int32_t *const pattern = a + p * a_cols, *const text = b + p * b_cols;
    Difference* const row = rows + p * b_cols;  // (m) along the row above the strip
    for (Index j = 0; j < m; ++j) row[j] = grows_by_one;
    for (Index top = 0; top < n; top += word_bits) {
        const Index strip = n - top < word_bits ? n - top : word_bits;
        StripColumn column;
        for (Index j = 0; j < m; ++j) {
            std::uint64_t match = 0;
            for (Index i = 0; i < strip; ++i) {
                match |= std::uint64_t(pattern[top + i] == text[j]) << i;
            }
            row[j] = next_column(column, match, row[j], strip - 1);
        }
    }
    std::int32_t distance = std::int32_t(n);  // D[n][0]
    for (Index j = 0; j < m; ++j) distance += change(row[j]);
    distances[p] = distance;
}
// [/levenshtein_myers.thread_per_pair]

// [levenshtein_myers.warp_per_pair]
// A warp takes a pair. Each lane keeps two tokens of the strip, and two votes tell all lanes where
// the column's token stands: no table, no memory. Text and differences are read 32 columns at a
// time, a column per lane, and handed round by shuffles; every lane computes the same bit vectors.
static __device__ std::uint64_t match_by_vote(std::int32_t token, std::int32_t low,
                                              std::int32_t high, Index lane, Index strip) {
    const unsigned low_bits = __ballot_sync(all_lanes, lane < strip && low == token);
    const unsigned high_bits = __ballot_sync(all_lanes, lane + warp < strip && high == token);
    return low_bits | std::uint64_t{high_bits} << 32;
}

static __global__ void myers_warp_per_pair_kernel(std::int32_t* distances, const std::int32_t* a,
                                                  const std::int32_t* b, const PairLengths* lengths,
                                                  Index pairs, Index a_cols, Index b_cols,
                                                  Difference* rows) {
    const Index p = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / warp;
    const Index lane = threadIdx.x % warp;
    if (p >= pairs) return;  // all lanes of the warp or none
    const Index n = lengths[p].a, m = lengths[p].b;
    const std::int32_t *const pattern = a + p * a_cols, *const text = b + p * b_cols;
    Difference* const row = rows + p * b_cols;
    std::int32_t distance = std::int32_t(n == 0 ? m : n);  // D[0][m], or D[n][0] to go on from
    for (Index top = 0; top < n; top += word_bits) {
        const Index strip = n - top < word_bits ? n - top : word_bits;
        const std::int32_t low = lane < strip ? pattern[top + lane] : 0;
        const std::int32_t high = lane + warp < strip ? pattern[top + lane + warp] : 0;
        StripColumn column;
        for (Index begin = 0; begin < m; begin += warp) {
            const Index columns = m - begin < warp ? m - begin : warp, mine = begin + lane;
            const std::int32_t my_token = lane < columns ? text[mine] : 0;
            int my_row = grows_by_one;  // D[0][j] = j above the first strip
            if (top > 0 && lane < columns) my_row = row[mine];
            for (int c = 0; c < columns; ++c) {
                const std::int32_t token = __shfl_sync(all_lanes, my_token, c);
                const int above = __shfl_sync(all_lanes, my_row, c);
                const std::uint64_t match = match_by_vote(token, low, high, lane, strip);
                const Difference below = next_column(column, match, Difference(above), strip - 1);
                if (c == lane) my_row = below;
                if (top + strip == n) distance += change(below);
            }
            if (lane < columns) row[mine] = Difference(my_row);
        }
    }
    if (lane == 0) distances[p] = distance;
}
// [/levenshtein_myers.warp_per_pair]

template <auto Kernel>
static void launch_myers(Index pairs_of_block, DeviceView<std::int32_t> distances,
                         DeviceView<const std::int32_t> a, DeviceView<const std::int32_t> b,
                         std::span<const Index> a_lengths, std::span<const Index> b_lengths) {
    const auto lengths = checked_lengths(distances, a, b, a_lengths, b_lengths);
    if (a.rows == 0) return;
    const DeviceBuffer<Difference> rows(b.size());  // (P, M)
    simt::launch<Kernel>({blocks_for(a.rows, pairs_of_block), threads_per_block}, distances.data,
                         a.data, b.data, lengths.data(), a.rows, a.cols, b.cols, rows.data());
}

void levenshtein_myers_thread_per_pair(DeviceView<std::int32_t> distances,
                                       DeviceView<const std::int32_t> a,
                                       DeviceView<const std::int32_t> b,
                                       std::span<const Index> a_lengths,
                                       std::span<const Index> b_lengths) {
    launch_myers<myers_thread_per_pair_kernel>(threads_per_block, distances, a, b, a_lengths,
                                               b_lengths);
}

void levenshtein_myers_warp_per_pair(DeviceView<std::int32_t> distances,
                                     DeviceView<const std::int32_t> a,
                                     DeviceView<const std::int32_t> b,
                                     std::span<const Index> a_lengths,
                                     std::span<const Index> b_lengths) {
    launch_myers<myers_warp_per_pair_kernel>(pairs_per_block, distances, a, b, a_lengths,
                                             b_lengths);
}

}  // namespace seed
