#include "core/grid.h"
#include "simt/simt.h"
#include "trajectory_selection/segments.cuh"
#include "trajectory_selection/selection_device.h"

namespace seed {
namespace {

constexpr int threads = 128;

}  // namespace

// [selection.before]
// Whether row a goes before row b: a greater score, or the same and the smaller row. A score that
// is NaN is neither greater than another nor equal to it.
static __device__ bool goes_before(Index a, Index b, const double* scores) {
    return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
}
// [/selection.before]

// [selection.thread_per_segment]
// Instead of sorting: the best row, then the best of those that it goes before, and so on.
static __global__ void top_k_in_thread(std::int32_t* best, const double* scores,
                                       const Index* first_row, Index parts, Index k) {
    const Index s = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (s >= parts) return;
    Index last = -1;
    for (Index j = 0; j < k; ++j) {
        Index next = -1;
        for (Index m = first_row[s]; m < first_row[s + 1]; ++m) {
            const bool is_left =
                scores[m] == scores[m] && (last < 0 || goes_before(last, m, scores));
            if (is_left && (next < 0 || goes_before(m, next, scores))) next = m;
        }
        if (next < 0) {
            for (; j < k; ++j) best[s * k + j] = -1;
            return;
        }
        best[s * k + j] = std::int32_t(next);
        last = next;
    }
}
// [/selection.thread_per_segment]

// [selection.rank_per_thread]
// A block for each part. A thread counts the rows that go before its own: that is the place of its
// row, found without the others. Places that no row comes to stay -1.
static __global__ void top_k_by_rank(std::int32_t* best, const double* scores,
                                     const Index* first_row, Index k) {
    const Index s = blockIdx.x, begin = first_row[s], end = first_row[s + 1];
    // [exercise top_k_by_rank]
    for (Index j = threadIdx.x; j < k; j += blockDim.x) best[s * k + j] = -1;
    __syncthreads();
    for (Index m = begin + threadIdx.x; m < end; m += blockDim.x) {
        if (scores[m] != scores[m]) continue;
        Index rank = 0;
        for (Index other = begin; other < end; ++other) rank += goes_before(other, m, scores);
        if (rank < k) best[s * k + rank] = std::int32_t(m);
    }
    // [/exercise top_k_by_rank]
}
// [/selection.rank_per_thread]

// The parts' bounds on the device, for arrays that fit them.
static DeviceBuffer<Index> checked_parts(DeviceView<std::int32_t> best,
                                         DeviceView<const double> scores,
                                         std::span<const Index> first_row) {
    require_shape(scores, scores.rows, 1, "top k: scores");
    require(best.cols >= 1, "top k: expected k >= 1, got {}", best.cols);
    return checked_segments(scores.rows, best.rows, first_row, "top k", "scores");
}

void segmented_top_k_thread_per_segment(DeviceView<std::int32_t> best,
                                        DeviceView<const double> scores,
                                        std::span<const Index> first_row) {
    const DeviceBuffer<Index> segments = checked_parts(best, scores, first_row);
    if (best.rows == 0) return;
    simt::launch<top_k_in_thread>({blocks_for(best.rows, threads), threads}, best.data, scores.data,
                                  segments.data(), best.rows, best.cols);
}

void segmented_top_k_rank_per_thread(DeviceView<std::int32_t> best, DeviceView<const double> scores,
                                     std::span<const Index> first_row) {
    const DeviceBuffer<Index> segments = checked_parts(best, scores, first_row);
    if (best.rows == 0) return;
    simt::launch<top_k_by_rank>({best.rows, threads}, best.data, scores.data, segments.data(),
                                best.cols);
}

void segmented_top_k(DeviceView<std::int32_t> best, DeviceView<const double> scores,
                     std::span<const Index> first_row) {
    segmented_top_k_rank_per_thread(best, scores, first_row);
}

}  // namespace seed
