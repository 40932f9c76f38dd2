#include <algorithm>
#include <bit>

#include "core/grid.h"
#include "simt/simt.h"
#include "tokenizer/pair_counts_device.h"
#include "tokenizer/pair_table.cuh"

namespace seed {
namespace {

constexpr int threads = 256;
constexpr Index symbols_per_block = 4096;  // 16 of each thread: 4096 / 256
constexpr int block_slots = 1024;          // of 16 bytes: 16 KiB of shared memory
constexpr int block_probes = 8;

using Count = unsigned long long;

// A table of counts in device memory, with a slot free at the end of every search.
struct CountTable {
    PairWord* pairs;
    Count* counts;
    unsigned last_slot;
};

}  // namespace

// [pair_counts.global_table]
// Adds to the pair's slot. A free slot belongs to whoever writes his pair there first, and
// compare-and-swap lets exactly one do so.
static __device__ void add_to_table(const CountTable& table, PairWord pair, Count count) {
    // [exercise add_to_table]
    unsigned slot = first_slot(pair, table.last_slot);
    while (true) {
        const PairWord found = atomicCAS(&table.pairs[slot], no_pair, pair);
        if (found == no_pair || found == pair) break;
        slot = (slot + 1) & table.last_slot;
    }
    atomicAdd(&table.counts[slot], count);
    // [/exercise add_to_table]
}

// The CPU's loop over the symbols. Frequent pairs make thousands of threads wait for one slot.
static __global__ void count_in_global_table(CountTable table, const TokenId* symbols,
                                             const std::int64_t* weights, Index size) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= size || weights[i] == 0) return;
    add_to_table(table, pair_word(symbols[i], symbols[i + 1]), Count(weights[i]));
}
// [/pair_counts.global_table]

// [pair_counts.block_table]
// False if none of the first few slots is free or the pair's.
static __device__ bool add_to_block_table(PairWord* pairs, Count* counts, PairWord pair,
                                          Count count) {
    unsigned slot = first_slot(pair, block_slots - 1);
    for (int probe = 0; probe < block_probes; ++probe) {
        const PairWord found = atomicCAS(&pairs[slot], no_pair, pair);
        if (found == no_pair || found == pair) {
            atomicAdd(&counts[slot], count);
            return true;
        }
        slot = (slot + 1) & (block_slots - 1);
    }
    return false;
}

// A block counts 4096 symbols in a table of its own, in shared memory, and then adds each of its
// pairs to the global table once. What finds no place goes to the global table directly.
static __global__ void count_in_block_table(CountTable table, const TokenId* symbols,
                                            const std::int64_t* weights, Index size) {
    SIMT_SHARED(PairWord, pairs, [block_slots]);
    SIMT_SHARED(Count, counts, [block_slots]);
    for (int slot = int(threadIdx.x); slot < block_slots; slot += threads) {
        pairs[slot] = no_pair, counts[slot] = 0;
    }
    __syncthreads();

    const Index begin = blockIdx.x * symbols_per_block;
    const Index end = size < begin + symbols_per_block ? size : begin + symbols_per_block;
    for (Index i = begin + threadIdx.x; i < end; i += threads) {
        if (weights[i] == 0) continue;
        const PairWord pair = pair_word(symbols[i], symbols[i + 1]);
        const Count count = Count(weights[i]);
        if (!add_to_block_table(pairs, counts, pair, count)) add_to_table(table, pair, count);
    }
    __syncthreads();

    for (int slot = int(threadIdx.x); slot < block_slots; slot += threads) {
        if (pairs[slot] != no_pair) add_to_table(table, pairs[slot], counts[slot]);
    }
}
// [/pair_counts.block_table]

// A table on the device for at most `pairs` distinct pairs.
class DeviceCounts {
public:
    explicit DeviceCounts(Index pairs)
        : slots_(Index(std::bit_ceil(std::uint64_t(2 * pairs + 1)))),
          pairs_(slots_),
          counts_(slots_) {
        SIMT_CHECK_CALL(cudaMemset(pairs_.data(), 0xFF, std::size_t(slots_) * sizeof(PairWord)));
        SIMT_CHECK_CALL(cudaMemset(counts_.data(), 0, std::size_t(slots_) * sizeof(Count)));
    }

    CountTable table() const { return {pairs_.data(), counts_.data(), unsigned(slots_ - 1)}; }

    std::vector<PairCount> sorted() const {
        const std::vector<PairWord> pairs = pairs_.download();
        const std::vector<Count> counts = counts_.download();
        std::vector<PairCount> result;
        for (std::size_t slot = 0; slot < pairs.size(); ++slot) {
            if (pairs[slot] == no_pair) continue;
            const TokenPair pair(TokenId(pairs[slot] >> 32), TokenId(pairs[slot]));
            result.push_back({pair, std::int64_t(counts[slot])});
        }
        std::ranges::sort(result, {}, &PairCount::pair);
        return result;
    }

private:
    Index slots_;
    DeviceBuffer<PairWord> pairs_;
    DeviceBuffer<Count> counts_;
};

// Launches a kernel whose blocks take `symbols_of_block` symbols each.
template <auto Kernel>
static std::vector<PairCount> launch_count(Index symbols_of_block,
                                           DeviceView<const TokenId> symbols,
                                           DeviceView<const std::int64_t> weights) {
    const Index size = symbols.cols;
    require_shape(symbols, 1, size, "count_pairs: symbols");
    require_shape(weights, 1, size, "count_pairs: weights");
    require(size <= Index{1} << 30, "count_pairs: expected at most 2^30 symbols, got {}", size);
    if (size == 0) return {};
    std::int64_t last = 0;
    copy_from_device(&last, weights.data + size - 1, sizeof last);
    require(last == 0, "count_pairs: expected 0 as the last symbol's weight, got {}", last);
    const DeviceCounts counts(size);
    simt::launch<Kernel>({blocks_for(size, symbols_of_block), threads}, counts.table(),
                         symbols.data, weights.data, size);
    return counts.sorted();
}

std::vector<PairCount> count_pairs_global_table(DeviceView<const TokenId> symbols,
                                                DeviceView<const std::int64_t> weights) {
    return launch_count<count_in_global_table>(threads, symbols, weights);
}

std::vector<PairCount> count_pairs_block_table(DeviceView<const TokenId> symbols,
                                               DeviceView<const std::int64_t> weights) {
    return launch_count<count_in_block_table>(symbols_per_block, symbols, weights);
}

std::vector<PairCount> count_pairs(DeviceView<const TokenId> symbols,
                                   DeviceView<const std::int64_t> weights) {
    return count_pairs_block_table(symbols, weights);
}

}  // namespace seed
