#include "core/grid.h"
#include "mask_corruption/denoise_device.h"
#include "mask_corruption/texts_on_device.cuh"
#include "simt/simt.h"

namespace seed {
namespace {

constexpr int threads = 128;

// What a text's positions are revealed with by chance.
struct Chance {
    RandomKey key;
    Index step;
    double probability;
};

}  // namespace

// [reveal.thread_per_text]
// The first of the most probable rows that are not yet revealed; -1 if all are.
static __device__ Index most_probable(const std::int32_t* revealed, const double* p, Index begin,
                                      Index end) {
    Index best = -1;
    for (Index i = begin; i < end; ++i) {
        if (revealed[i] == 0 && (best < 0 || p[i] > p[best])) best = i;
    }
    return best;
}

static __global__ void reveal_above_in_thread(std::int32_t* revealed, const double* p,
                                              const Index* first_row, Index texts,
                                              double threshold) {
    const Index b = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (b >= texts) return;
    const Index begin = first_row[b], end = first_row[b + 1];
    bool any = false;
    for (Index i = begin; i < end; ++i) {
        revealed[i] = p[i] > threshold;
        any = any || p[i] > threshold;
    }
    if (!any && begin < end) revealed[most_probable(revealed, p, begin, end)] = 1;
}

// Takes the most probable row, counts[b] times.
static __global__ void reveal_count_in_thread(std::int32_t* revealed, const double* p,
                                              const Index* first_row, Index texts,
                                              const Index* counts) {
    const Index b = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (b >= texts) return;
    const Index begin = first_row[b], end = first_row[b + 1];
    for (Index i = begin; i < end; ++i) revealed[i] = 0;
    for (Index k = 0; k < counts[b]; ++k) {
        const Index best = most_probable(revealed, p, begin, end);
        if (best < 0) return;
        revealed[best] = 1;
    }
}
// [/reveal.thread_per_text]

// [reveal.rank]
// Where row i would stand if the text's rows were sorted: how many go before it. No thread needs
// another's result, so a text of n rows is sorted by n threads with no barrier between them.
static __device__ Index rank_of(Index i, const double* p, Index begin, Index end) {
    Index before = 0;
    // [exercise rank_of]
    for (Index j = begin; j < end; ++j) before += p[j] > p[i] || (p[j] == p[i] && j < i);
    // [/exercise rank_of]
    return before;
}

static __global__ void reveal_count_by_rank(std::int32_t* revealed, const double* p,
                                            const Index* first_row, const Index* counts) {
    const Index b = blockIdx.x;
    const Index begin = first_row[b], end = first_row[b + 1];
    for (Index i = begin + threadIdx.x; i < end; i += blockDim.x) {
        revealed[i] = rank_of(i, p, begin, end) < counts[b];
    }
}
// [/reveal.rank]

// [reveal.block_per_text]
static __global__ void reveal_above_in_block(std::int32_t* revealed, const double* p,
                                             const Index* first_row, double threshold) {
    const Index b = blockIdx.x;
    const Index begin = first_row[b], end = first_row[b + 1];
    bool any = false;
    for (Index i = begin + threadIdx.x; i < end; i += blockDim.x) {
        revealed[i] = p[i] > threshold;
        any = any || p[i] > threshold;
    }
    // A barrier that also tells whether any thread of the block found a row above
    if (__syncthreads_or(any)) return;
    for (Index i = begin + threadIdx.x; i < end; i += blockDim.x) {
        revealed[i] = rank_of(i, p, begin, end) == 0;
    }
}

static __global__ void reveal_at_random(std::int32_t* revealed, const Index* first_row,
                                        const Chance* chances) {
    const Chance chance = chances[blockIdx.x];
    const Index begin = first_row[blockIdx.x], end = first_row[blockIdx.x + 1];
    for (Index i = begin + threadIdx.x; i < end; i += blockDim.x) {
        const double u =
            uniform_double(chance.key, std::uint64_t(chance.step), std::uint32_t(i - begin));
        revealed[i] = u < chance.probability;
    }
}
// [/reveal.block_per_text]

static void require_one_each(std::size_t got, Index texts, const char* what) {
    require(Index(got) == texts, "reveal: expected {} {}, got {}", texts, what, got);
}

void reveal_above_thread_per_text(DeviceView<std::int32_t> revealed,
                                  DeviceView<const double> probabilities,
                                  std::span<const Index> first_row, double threshold) {
    const TextsOnDevice texts(revealed, probabilities, first_row);
    if (texts.count == 0) return;
    simt::launch<reveal_above_in_thread>({blocks_for(texts.count, threads), threads}, revealed.data,
                                         probabilities.data, texts.first_row.data(), texts.count,
                                         threshold);
}

void reveal_above_block_per_text(DeviceView<std::int32_t> revealed,
                                 DeviceView<const double> probabilities,
                                 std::span<const Index> first_row, double threshold) {
    const TextsOnDevice texts(revealed, probabilities, first_row);
    if (texts.count == 0) return;
    simt::launch<reveal_above_in_block>({texts.count, threads}, revealed.data, probabilities.data,
                                        texts.first_row.data(), threshold);
}

void reveal_count_thread_per_text(DeviceView<std::int32_t> revealed,
                                  DeviceView<const double> probabilities,
                                  std::span<const Index> first_row, std::span<const Index> counts) {
    const TextsOnDevice texts(revealed, probabilities, first_row);
    require_one_each(counts.size(), texts.count, "counts");
    if (texts.count == 0) return;
    const DeviceBuffer<Index> device_counts(counts);
    simt::launch<reveal_count_in_thread>({blocks_for(texts.count, threads), threads}, revealed.data,
                                         probabilities.data, texts.first_row.data(), texts.count,
                                         device_counts.data());
}

void reveal_count_rank_per_thread(DeviceView<std::int32_t> revealed,
                                  DeviceView<const double> probabilities,
                                  std::span<const Index> first_row, std::span<const Index> counts) {
    const TextsOnDevice texts(revealed, probabilities, first_row);
    require_one_each(counts.size(), texts.count, "counts");
    if (texts.count == 0) return;
    const DeviceBuffer<Index> device_counts(counts);
    simt::launch<reveal_count_by_rank>({texts.count, threads}, revealed.data, probabilities.data,
                                       texts.first_row.data(), device_counts.data());
}

void reveal_at_random_block_per_text(DeviceView<std::int32_t> revealed,
                                     std::span<const Index> first_row,
                                     std::span<const double> chances, std::span<const Index> steps,
                                     std::span<const RandomKey> keys) {
    const TextsOnDevice texts(revealed, first_row);
    require_one_each(chances.size(), texts.count, "chances");
    require_one_each(steps.size(), texts.count, "steps");
    require_one_each(keys.size(), texts.count, "keys");
    if (texts.count == 0) return;
    std::vector<Chance> all;
    for (std::size_t b = 0; b < keys.size(); ++b) all.push_back({keys[b], steps[b], chances[b]});
    const DeviceBuffer<Chance> device_chances(all);
    simt::launch<reveal_at_random>({texts.count, threads}, revealed.data, texts.first_row.data(),
                                   device_chances.data());
}

}  // namespace seed
