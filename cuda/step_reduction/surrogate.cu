#include "core/grid.h"
#include "mask_corruption/log_softmax.cuh"
#include "simt/simt.h"
#include "step_reduction/surrogate_device.h"
#include "trajectory_selection/segments.cuh"

namespace seed {
namespace {

constexpr int warp = 32;
constexpr int threads_per_block = 128;
constexpr int warps_per_block = threads_per_block / warp;
constexpr Index most_positions = 1023;  // 4 warps x 3 diagonals x 1,024 x 4 = 49,152 bytes

// States i < j of a trajectory.
struct StatePair {
    Index trajectory;
    std::int32_t i, j;
};

// The distances before those of trajectory p, for every p and the end.
std::vector<Index> first_pairs(std::span<const Index> steps) {
    std::vector<Index> first{0};
    for (const Index n : steps) first.push_back(first.back() + n * (n + 1) / 2);
    return first;
}

// What the kernels are given beside the tokens.
struct DevicePairs {
    DeviceBuffer<Index> first_row;
    DeviceBuffer<StatePair> pairs;  // (Q)
    Index longest;                  // positions of a trajectory
};

DevicePairs checked_pairs(DeviceView<std::int32_t> distances, const StateBatch& batch) {
    const Index rows = batch.tokens.rows;
    require_shape(batch.tokens, rows, 1, "state distances: tokens");
    require_shape(batch.reveal, rows, 1, "state distances: reveal");
    DeviceBuffer<Index> first_row = checked_segments(rows, batch.trajectories(), batch.first_row,
                                                     "state distances", "positions");
    std::vector<StatePair> pairs;
    Index longest = 0;
    for (Index p = 0; p < batch.trajectories(); ++p) {
        const Index positions = batch.first_row[p + 1] - batch.first_row[p], n = batch.steps[p];
        require(n >= 1 && n <= positions,
                "state distances: expected 1 ... {} steps of as many positions, got {}", positions,
                n);
        longest = std::max(longest, positions);
        for (std::int32_t i = 0; i < n; ++i) {
            for (std::int32_t j = i + 1; j <= n; ++j) pairs.push_back({p, i, j});
        }
    }
    require_shape(distances, Index(pairs.size()), 1, "state distances: result");
    return {std::move(first_row), DeviceBuffer<StatePair>(pairs), longest};
}

}  // namespace

// [surrogate.token]
// What stands at a position before step s.
static __device__ std::int32_t token_before(std::int32_t token, std::int32_t reveal, std::int32_t s,
                                            std::int32_t mask_token) {
    return reveal >= s ? mask_token : token;
}
// [/surrogate.token]

static __device__ std::int32_t smaller(std::int32_t a, std::int32_t b) { return a < b ? a : b; }

// [surrogate.thread_per_pair]
// The table row by row, as chapter 4's first kernel: row[j] is D[a-1][j] before cell j is
// rewritten, `diagonal` keeps D[a-1][j-1].
static __global__ void distance_in_thread(std::int32_t* distances, const std::int32_t* tokens,
                                          const std::int32_t* reveal, const Index* first_row,
                                          const StatePair* pairs, Index count, Index longest,
                                          std::int32_t mask_token, std::int32_t* rows) {
    const Index q = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (q >= count) return;
    const StatePair pair = pairs[q];
    const Index begin = first_row[pair.trajectory], m = first_row[pair.trajectory + 1] - begin;
    std::int32_t* const row = rows + q * (longest + 1);  // (m + 1)
    for (Index j = 0; j <= m; ++j) row[j] = std::int32_t(j);
    for (Index a = 1; a <= m; ++a) {
        const Index above = begin + a - 1;
        const std::int32_t left = token_before(tokens[above], reveal[above], pair.i, mask_token);
        std::int32_t diagonal = row[0];
        row[0] = std::int32_t(a);
        for (Index j = 1; j <= m; ++j) {
            const Index at = begin + j - 1;
            const bool differ = left != token_before(tokens[at], reveal[at], pair.j, mask_token);
            const std::int32_t beside = smaller(row[j], row[j - 1]) + 1;
            const std::int32_t across = diagonal + differ;
            diagonal = row[j];
            row[j] = smaller(beside, across);
        }
    }
    distances[q] = row[m];
}
// [/surrogate.thread_per_pair]

// [surrogate.warp_per_pair]
// A warp fills an anti-diagonal a + j = s at a time, 32 cells at once; three of them take turns in
// shared memory. A warp needs no barrier of the block: its lanes wait for each other alone.
static __global__ void distance_in_warp(std::int32_t* distances, const std::int32_t* tokens,
                                        const std::int32_t* reveal, const Index* first_row,
                                        const StatePair* pairs, Index count, Index longest,
                                        std::int32_t mask_token) {
    SIMT_DYNAMIC_SHARED(std::int32_t, diagonals);  // (4, 3, longest + 1)
    const Index q = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / warp;
    const Index lane = threadIdx.x % warp;
    if (q >= count) return;  // all lanes of the warp or none
    const StatePair pair = pairs[q];
    const Index begin = first_row[pair.trajectory], m = first_row[pair.trajectory + 1] - begin;
    std::int32_t* older = diagonals + Index(threadIdx.x / warp) * 3 * (longest + 1);
    std::int32_t *old = older + longest + 1, *now = old + longest + 1;
    // [exercise distance_in_warp]
    for (Index s = 0; s <= 2 * m; ++s) {
        const Index first = s > m ? s - m : 0, last = s < m ? s : m;
        for (Index a = first + lane; a <= last; a += warp) {
            const Index j = s - a;
            if (a == 0 || j == 0) {
                now[a] = std::int32_t(s);
                continue;
            }
            const Index above = begin + a - 1, beside = begin + j - 1;
            const bool differ = token_before(tokens[above], reveal[above], pair.i, mask_token) !=
                                token_before(tokens[beside], reveal[beside], pair.j, mask_token);
            now[a] = smaller(smaller(old[a - 1], old[a]) + 1, older[a - 1] + differ);
        }
        __syncwarp();
        std::int32_t* const free = older;
        older = old, old = now, now = free;
    }
    // [/exercise distance_in_warp]
    if (lane == 0) distances[q] = old[m];
}
// [/surrogate.warp_per_pair]

// [surrogate.mean]
static __global__ void mean_inverse_in_thread(double* means, const std::int32_t* distances,
                                              const Index* first_row, Index parts) {
    const Index p = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (p >= parts) return;
    double sum = 0;
    for (Index q = first_row[p]; q < first_row[p + 1]; ++q) {
        sum += 1.0 / double(distances[q] > 1 ? distances[q] : 1);
    }
    means[p] = sum / double(first_row[p + 1] - first_row[p]);
}

static __global__ void mean_inverse_in_warp(double* means, const std::int32_t* distances,
                                            const Index* first_row, Index parts) {
    const Index p = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / warp;
    const Index lane = threadIdx.x % warp;
    if (p >= parts) return;  // a whole warp
    double sum = 0;
    for (Index q = first_row[p] + lane; q < first_row[p + 1]; q += warp) {
        sum += 1.0 / double(distances[q] > 1 ? distances[q] : 1);
    }
    sum = warp_sum(sum);
    if (lane == 0) means[p] = sum / double(first_row[p + 1] - first_row[p]);
}
// [/surrogate.mean]

Index StateBatch::pairs() const { return first_pairs(steps).back(); }

void state_distances_thread_per_pair(DeviceView<std::int32_t> distances, const StateBatch& batch) {
    const DevicePairs on_device = checked_pairs(distances, batch);
    if (distances.rows == 0) return;
    const DeviceBuffer<std::int32_t> rows(distances.rows * (on_device.longest + 1));
    simt::launch<distance_in_thread>(
        {blocks_for(distances.rows, threads_per_block), threads_per_block}, distances.data,
        batch.tokens.data, batch.reveal.data, on_device.first_row.data(), on_device.pairs.data(),
        distances.rows, on_device.longest, batch.mask_token, rows.data());
}

void state_distances_warp_per_pair(DeviceView<std::int32_t> distances, const StateBatch& batch) {
    const DevicePairs on_device = checked_pairs(distances, batch);
    require(on_device.longest <= most_positions,
            "state distances: expected at most {} positions, got {}", most_positions,
            on_device.longest);
    if (distances.rows == 0) return;
    const std::size_t bytes = std::size_t(warps_per_block) * 3 *
                              std::size_t(on_device.longest + 1) * sizeof(std::int32_t);
    simt::launch<distance_in_warp>(
        {blocks_for(distances.rows, warps_per_block), threads_per_block, bytes}, distances.data,
        batch.tokens.data, batch.reveal.data, on_device.first_row.data(), on_device.pairs.data(),
        distances.rows, on_device.longest, batch.mask_token);
}

void state_distances(DeviceView<std::int32_t> distances, const StateBatch& batch) {
    Index longest = 0;
    for (std::size_t p = 1; p < batch.first_row.size(); ++p) {
        longest = std::max(longest, batch.first_row[p] - batch.first_row[p - 1]);
    }
    longest <= most_positions ? state_distances_warp_per_pair(distances, batch)
                              : state_distances_thread_per_pair(distances, batch);
}

// Launches a kernel whose blocks take `parts_of_block` parts each.
template <auto Kernel>
static void launch_mean(Index parts_of_block, DeviceView<double> means,
                        DeviceView<const std::int32_t> distances,
                        std::span<const Index> first_row) {
    require_shape(means, means.rows, 1, "mean inverse: means");
    require_shape(distances, distances.rows, 1, "mean inverse: distances");
    const DeviceBuffer<Index> parts =
        checked_segments(distances.rows, means.rows, first_row, "mean inverse", "distances");
    for (Index p = 0; p < means.rows; ++p) {
        require(first_row[p] < first_row[p + 1],
                "mean inverse: expected a distance in every part, got none in part {}", p);
    }
    if (means.rows == 0) return;
    simt::launch<Kernel>({blocks_for(means.rows, parts_of_block), threads_per_block}, means.data,
                         distances.data, parts.data(), means.rows);
}

void mean_inverse_thread_per_trajectory(DeviceView<double> means,
                                        DeviceView<const std::int32_t> distances,
                                        std::span<const Index> first_row) {
    launch_mean<mean_inverse_in_thread>(threads_per_block, means, distances, first_row);
}

void mean_inverse_warp_per_trajectory(DeviceView<double> means,
                                      DeviceView<const std::int32_t> distances,
                                      std::span<const Index> first_row) {
    launch_mean<mean_inverse_in_warp>(warps_per_block, means, distances, first_row);
}

std::vector<double> edit_surrogates(const StateBatch& batch) {
    const std::vector<Index> first = first_pairs(batch.steps);
    const Index pairs = first.back(), trajectories = batch.trajectories();
    const DeviceBuffer<std::int32_t> distances(pairs);
    const DeviceBuffer<double> means(trajectories);
    const DeviceView<std::int32_t> column{distances.data(), pairs, 1};
    state_distances(column, batch);
    mean_inverse_warp_per_trajectory({means.data(), trajectories, 1}, column, first);
    return means.download();
}

}  // namespace seed
