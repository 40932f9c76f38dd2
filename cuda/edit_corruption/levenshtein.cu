#include "core/grid.h"
#include "edit_corruption/levenshtein_device.h"
#include "edit_corruption/pair_lengths.cuh"
#include "simt/simt.h"

namespace seed {
namespace {

constexpr int threads_per_block = 128;
constexpr Index most_tokens = 4000;  // of a: 3 x 4,001 x 4 = 48,012 bytes of 49,152

}  // namespace

static __device__ std::int32_t smaller(std::int32_t a, std::int32_t b) { return a < b ? a : b; }

// [levenshtein.thread_per_pair]
// The CPU's two loops, one row of the table in memory: before cell j is rewritten, row[j] is
// D[i-1][j], row[j-1] is D[i][j-1], and `diagonal` keeps D[i-1][j-1].
static __global__ void levenshtein_thread_per_pair_kernel(
    std::int32_t* distances, const std::int32_t* a, const std::int32_t* b,
    const PairLengths* lengths, Index pairs, Index a_cols, Index b_cols, std::int32_t* rows) {
    const Index p = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (p >= pairs) return;
    const Index n = lengths[p].a, m = lengths[p].b;
    std::int32_t* const row = rows + p * (b_cols + 1);  // (m + 1)
    for (Index j = 0; j <= m; ++j) row[j] = std::int32_t(j);
    for (Index i = 1; i <= n; ++i) {
        std::int32_t diagonal = row[0];
        row[0] = std::int32_t(i);
        for (Index j = 1; j <= m; ++j) {
            const bool differ = a[p * a_cols + i - 1] != b[p * b_cols + j - 1];
            const std::int32_t beside = smaller(row[j], row[j - 1]) + 1;
            const std::int32_t across = diagonal + differ;
            diagonal = row[j];
            row[j] = smaller(beside, across);
        }
    }
    distances[p] = row[m];
}
// [/levenshtein.thread_per_pair]

// [levenshtein.block_per_pair]
// All cells of an anti-diagonal i + j = s at once, a thread each, with a barrier between diagonals;
// three of them take turns in shared memory. A pair whose a is longer than the block has threads
// takes several rounds for a diagonal.
static __global__ void levenshtein_block_per_pair_kernel(std::int32_t* distances,
                                                         const std::int32_t* a,
                                                         const std::int32_t* b,
                                                         const PairLengths* lengths, Index a_cols,
                                                         Index b_cols) {
    SIMT_DYNAMIC_SHARED(std::int32_t, diagonals);  // (3, N + 1)
    const Index p = blockIdx.x, n = lengths[p].a, m = lengths[p].b;
    const std::int32_t *const left = a + p * a_cols, *const right = b + p * b_cols;
    std::int32_t *older = diagonals, *old = older + a_cols + 1, *now = old + a_cols + 1;
    // [exercise anti_diagonals]
    for (Index s = 0; s <= n + m; ++s) {
        const Index first = s > m ? s - m : 0, last = s < n ? s : n;
        for (Index i = first + threadIdx.x; i <= last; i += blockDim.x) {
            const Index j = s - i;
            if (i == 0 || j == 0) {
                now[i] = std::int32_t(s);
            } else {
                const std::int32_t beside = smaller(old[i - 1], old[i]) + 1;
                now[i] = smaller(beside, older[i - 1] + (left[i - 1] != right[j - 1]));
            }
        }
        __syncthreads();
        std::int32_t* const free = older;
        older = old, old = now, now = free;
    }
    // [/exercise anti_diagonals]
    if (threadIdx.x == 0) distances[p] = old[n];
}
// [/levenshtein.block_per_pair]

void levenshtein_wagner_fischer_thread_per_pair(DeviceView<std::int32_t> distances,
                                                DeviceView<const std::int32_t> a,
                                                DeviceView<const std::int32_t> b,
                                                std::span<const Index> a_lengths,
                                                std::span<const Index> b_lengths) {
    const auto lengths = checked_lengths(distances, a, b, a_lengths, b_lengths);
    if (a.rows == 0) return;
    const DeviceBuffer<std::int32_t> rows(a.rows * (b.cols + 1));  // (P, M + 1)
    simt::launch<levenshtein_thread_per_pair_kernel>(
        {blocks_for(a.rows, threads_per_block), threads_per_block}, distances.data, a.data, b.data,
        lengths.data(), a.rows, a.cols, b.cols, rows.data());
}

void levenshtein_anti_diagonal_block_per_pair(DeviceView<std::int32_t> distances,
                                              DeviceView<const std::int32_t> a,
                                              DeviceView<const std::int32_t> b,
                                              std::span<const Index> a_lengths,
                                              std::span<const Index> b_lengths) {
    const auto lengths = checked_lengths(distances, a, b, a_lengths, b_lengths);
    require(a.cols <= most_tokens, "levenshtein: expected at most {} tokens of a, got {}",
            most_tokens, a.cols);
    if (a.rows == 0) return;
    const std::size_t bytes = 3 * std::size_t(a.cols + 1) * sizeof(std::int32_t);
    simt::launch<levenshtein_block_per_pair_kernel>({a.rows, threads_per_block, bytes},
                                                    distances.data, a.data, b.data, lengths.data(),
                                                    a.cols, b.cols);
}

void levenshtein(DeviceView<std::int32_t> distances, DeviceView<const std::int32_t> a,
                 DeviceView<const std::int32_t> b, std::span<const Index> a_lengths,
                 std::span<const Index> b_lengths) {
    levenshtein_myers_warp_per_pair(distances, a, b, a_lengths, b_lengths);
}

}  // namespace seed
