#include "core/grid.h"
#include "mask_corruption/elbo_loss_device.h"
#include "simt/simt.h"

namespace seed {
namespace {

constexpr int threads = 256;             // of a block; a power of two
constexpr Index terms_per_block = 2048;  // 8 of each thread: 2048 / 256

}  // namespace

// [elbo_loss.one_thread]
static __global__ void add_in_one_thread(double* loss, const float* losses, const double* weights,
                                         Index count) {
    double sum = 0;
    for (Index m = 0; m < count; ++m) sum += weights[m] * double(losses[m]);
    *loss = sum;
}
// [/elbo_loss.one_thread]

// [elbo_loss.tree]
// The block's sum, in thread 0: in each round the lower half of the threads takes over what the
// upper half has. 256 numbers need 8 rounds.
static __device__ double block_sum(double mine) {
    SIMT_SHARED(double, sums, [threads]);
    sums[threadIdx.x] = mine;
    for (int half = threads / 2; half > 0; half /= 2) {
        __syncthreads();
        if (int(threadIdx.x) < half) sums[threadIdx.x] += sums[threadIdx.x + half];
    }
    return threadIdx.x == 0 ? sums[0] : 0;  // to the others sums[0] may still change
}

static __global__ void add_in_one_block(double* loss, const float* losses, const double* weights,
                                        Index count) {
    double sum = 0;
    for (Index m = threadIdx.x; m < count; m += threads) sum += weights[m] * double(losses[m]);
    sum = block_sum(sum);
    if (threadIdx.x == 0) *loss = sum;
}
// [/elbo_loss.tree]

// [elbo_loss.many_blocks]
// A block for every 2048 terms; a second launch adds up the blocks' sums.
static __global__ void add_in_blocks(double* block_sums, const float* losses, const double* weights,
                                     Index count) {
    const Index begin = blockIdx.x * terms_per_block;
    const Index end = count < begin + terms_per_block ? count : begin + terms_per_block;
    double sum = 0;
    for (Index m = begin + threadIdx.x; m < end; m += threads) {
        sum += weights[m] * double(losses[m]);
    }
    sum = block_sum(sum);
    if (threadIdx.x == 0) block_sums[blockIdx.x] = sum;
}

static __global__ void add_block_sums(double* loss, const double* block_sums, Index count) {
    double sum = 0;
    for (Index m = threadIdx.x; m < count; m += threads) sum += block_sums[m];
    sum = block_sum(sum);
    if (threadIdx.x == 0) *loss = sum;
}
// [/elbo_loss.many_blocks]

static void check_shapes(DeviceView<double> loss, DeviceView<const float> losses,
                         DeviceView<const double> weights) {
    require_shape(loss, 1, 1, "elbo_loss: loss");
    require_shape(losses, weights.rows, 1, "elbo_loss: losses");
    require_shape(weights, weights.rows, 1, "elbo_loss: weights");
}

void elbo_loss_one_thread(DeviceView<double> loss, DeviceView<const float> losses,
                          DeviceView<const double> weights) {
    check_shapes(loss, losses, weights);
    simt::launch<add_in_one_thread>({1, 1}, loss.data, losses.data, weights.data, losses.rows);
}

void elbo_loss_one_block(DeviceView<double> loss, DeviceView<const float> losses,
                         DeviceView<const double> weights) {
    check_shapes(loss, losses, weights);
    simt::launch<add_in_one_block>({1, threads}, loss.data, losses.data, weights.data, losses.rows);
}

void elbo_loss_many_blocks(DeviceView<double> loss, DeviceView<const float> losses,
                           DeviceView<const double> weights) {
    check_shapes(loss, losses, weights);
    const Index blocks = blocks_for(losses.rows, terms_per_block);
    const DeviceBuffer<double> block_sums(blocks);
    if (blocks > 0) {
        simt::launch<add_in_blocks>({blocks, threads}, block_sums.data(), losses.data, weights.data,
                                    losses.rows);
    }
    simt::launch<add_block_sums>({1, threads}, loss.data, block_sums.data(), blocks);
}

double elbo_loss(DeviceView<const float> losses, std::span<const double> weights) {
    const DeviceBuffer<double> loss(1), device_weights(weights);
    elbo_loss_many_blocks({loss.data(), 1, 1}, losses,
                          DeviceView<double>{device_weights.data(), device_weights.size(), 1});
    return loss.download()[0];
}

}  // namespace seed
