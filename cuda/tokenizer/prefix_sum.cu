#include "core/grid.h"
#include "simt/simt.h"
#include "tokenizer/prefix_sum_device.h"

namespace seed {
namespace {

constexpr int threads = 256;  // of a block, and values that it adds up at a time

}  // namespace

// [prefix_sum.one_thread]
static __global__ void add_up_in_one_thread(Index* sums, const Index* values, Index count) {
    Index sum = 0;
    for (Index i = 0; i < count; ++i) {
        sums[i] = sum;
        sum += values[i];
    }
    sums[count] = sum;
}
// [/prefix_sum.one_thread]

// [prefix_sum.one_block]
// The sum of this thread's value and those of all threads before it in the block. After the round
// with distance d a sum covers 2 d values; 256 threads need 8 rounds.
// Source: Hillis, Steele, "Data parallel algorithms" (CACM 1986).
static __device__ Index sum_up_to_thread(Index value) {
    SIMT_SHARED(Index, sums, [threads]);
    const int t = int(threadIdx.x);
    sums[t] = value;
    for (int d = 1; d < threads; d *= 2) {
        __syncthreads();
        const Index before = t >= d ? sums[t - d] : 0;
        __syncthreads();
        sums[t] += before;
    }
    return sums[t];
}

// 256 values at a time; `before` is the sum of the rounds that are done.
static __global__ void add_up_in_one_block(Index* sums, const Index* values, Index count) {
    SIMT_SHARED(Index, round_sum, [1]);
    Index before = 0;
    for (Index first = 0; first < count; first += threads) {
        const Index i = first + threadIdx.x;
        const Index value = i < count ? values[i] : 0;
        const Index sum = sum_up_to_thread(value);
        if (i < count) sums[i] = before + sum - value;
        if (threadIdx.x == threads - 1) round_sum[0] = sum;
        __syncthreads();
        before += round_sum[0];  // written again only behind the next round's barriers
    }
    if (threadIdx.x == 0) sums[count] = before;
}
// [/prefix_sum.one_block]

// [prefix_sum.many_blocks]
// Three launches: sums within blocks of 256, prefix sums of the blocks' totals (by the kernel
// above), and those added to every element of the block.
static __global__ void add_up_in_blocks(Index* sums, Index* block_totals, const Index* values,
                                        Index count) {
    const Index i = Index(blockIdx.x) * threads + threadIdx.x;
    const Index value = i < count ? values[i] : 0;
    const Index sum = sum_up_to_thread(value);
    if (i < count) sums[i] = sum - value;
    if (threadIdx.x == threads - 1) block_totals[blockIdx.x] = sum;
}

static __global__ void add_block_offsets(Index* sums, const Index* block_offsets, Index count) {
    const Index i = Index(blockIdx.x) * threads + threadIdx.x;
    if (i < count) sums[i] += block_offsets[blockIdx.x];
    if (i == count - 1) sums[count] = block_offsets[gridDim.x];
}
// [/prefix_sum.many_blocks]

static void check_sums(DeviceView<Index> sums, DeviceView<const Index> values) {
    require_shape(values, 1, values.cols, "prefix_sum: values");
    require_shape(sums, 1, values.cols + 1, "prefix_sum: sums");
}

void prefix_sum_one_thread(DeviceView<Index> sums, DeviceView<const Index> values) {
    check_sums(sums, values);
    simt::launch<add_up_in_one_thread>({1, 1}, sums.data, values.data, values.cols);
}

void prefix_sum_one_block(DeviceView<Index> sums, DeviceView<const Index> values) {
    check_sums(sums, values);
    simt::launch<add_up_in_one_block>({1, threads}, sums.data, values.data, values.cols);
}

void prefix_sum_many_blocks(DeviceView<Index> sums, DeviceView<const Index> values) {
    check_sums(sums, values);
    const Index count = values.cols, blocks = blocks_for(count, threads);
    if (count == 0) return prefix_sum_one_block(sums, values);
    const DeviceBuffer<Index> totals(blocks), offsets(blocks + 1);
    simt::launch<add_up_in_blocks>({blocks, threads}, sums.data, totals.data(), values.data, count);
    simt::launch<add_up_in_one_block>({1, threads}, offsets.data(), totals.data(), blocks);
    simt::launch<add_block_offsets>({blocks, threads}, sums.data, offsets.data(), count);
}

void prefix_sum(DeviceView<Index> sums, DeviceView<const Index> values) {
    prefix_sum_many_blocks(sums, values);
}

}  // namespace seed
