#include <cmath>

#include "core/grid.h"
#include "simt/simt.h"
#include "transformer/adamw_device.h"

namespace seed {
namespace {

constexpr int threads = 256;
constexpr Index piece_size = 4096;  // 4096 / 256 = 16 elements per thread of a block

Index piece_count(DeviceView<const float> gradient) {
    return blocks_for(gradient.size(), piece_size);
}

// The pieces' sums are added up in their order.
double root_of_sum(const DeviceBuffer<double>& partial) {
    double sum = 0;
    for (double p : partial.download()) sum += p;
    return std::sqrt(sum);
}

}  // namespace

// [adamw_device.norm_thread_per_piece]
static __global__ void global_norm_thread_per_piece_kernel(double* partial, const float* gradient,
                                                           Index size, Index pieces) {
    const Index piece = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (piece >= pieces) return;
    double sum = 0;
    for (Index i = piece * piece_size; i < (piece + 1) * piece_size && i < size; ++i) {
        sum += double(gradient[i]) * double(gradient[i]);
    }
    partial[piece] = sum;
}
// [/adamw_device.norm_thread_per_piece]

// [adamw_device.norm_block_per_piece]
static __global__ void global_norm_block_per_piece_kernel(double* partial, const float* gradient,
                                                          Index size) {
    SIMT_SHARED(double, sums, [threads]);
    const Index begin = Index(blockIdx.x) * piece_size;
    double sum = 0;
    for (Index i = begin + threadIdx.x; i < begin + piece_size && i < size; i += threads) {
        sum += double(gradient[i]) * double(gradient[i]);
    }
    sums[threadIdx.x] = sum;
    __syncthreads();
    // Half of the threads add the other half's sums to theirs, until one is left
    for (unsigned half = threads / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
        __syncthreads();
    }
    if (threadIdx.x == 0) partial[blockIdx.x] = sums[0];
}
// [/adamw_device.norm_block_per_piece]

double global_norm_thread_per_piece(DeviceView<const float> gradient) {
    const Index pieces = piece_count(gradient);
    if (pieces == 0) return 0;
    const DeviceBuffer<double> partial(pieces);
    simt::launch<global_norm_thread_per_piece_kernel>({blocks_for(pieces, threads), threads},
                                                      partial.data(), gradient.data,
                                                      gradient.size(), pieces);
    return root_of_sum(partial);
}

double global_norm_block_per_piece(DeviceView<const float> gradient) {
    const Index pieces = piece_count(gradient);
    if (pieces == 0) return 0;
    const DeviceBuffer<double> partial(pieces);
    simt::launch<global_norm_block_per_piece_kernel>({pieces, threads}, partial.data(),
                                                     gradient.data, gradient.size());
    return root_of_sum(partial);
}

double global_norm(DeviceView<const float> gradient) {
    return global_norm_block_per_piece(gradient);
}

namespace {

// What is the same for all elements.
struct AdamCoefficients {
    float b1, b2, eps, scale, keep, step_size, v_correction;
};

}  // namespace

// [adamw_device.update]
static __global__ void adamw_update_kernel(float* p, float* m, float* v, const float* gradient,
                                           AdamCoefficients a, Index size) {
    const Index i = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= size) return;
    const float g = a.scale * gradient[i];
    const float m_next = a.b1 * m[i] + (1 - a.b1) * g;
    const float v_next = a.b2 * v[i] + (1 - a.b2) * (g * g);
    m[i] = m_next;
    v[i] = v_next;
    p[i] = a.keep * p[i] - a.step_size * m_next / (sqrtf(v_next) * a.v_correction + a.eps);
}
// [/adamw_device.update]

void adamw_update(DeviceView<float> p, DeviceView<float> m, DeviceView<float> v,
                  DeviceView<const float> gradient, const AdamW& options, double learning_rate,
                  double decay, double gradient_scale, Index step) {
    require_shape(m, p.rows, p.cols, "adamw_update: m");
    require_shape(v, p.rows, p.cols, "adamw_update: v");
    require_shape(gradient, p.rows, p.cols, "adamw_update: gradient");
    if (p.size() == 0) return;
    const AdamCoefficients coefficients{
        .b1 = float(options.beta1),
        .b2 = float(options.beta2),
        .eps = float(options.eps),
        .scale = float(gradient_scale),
        .keep = float(1 - learning_rate * decay),
        .step_size = float(learning_rate / (1 - std::pow(options.beta1, double(step)))),
        .v_correction = float(1 / std::sqrt(1 - std::pow(options.beta2, double(step))))};
    simt::launch<adamw_update_kernel>({blocks_for(p.size(), threads), threads}, p.data, m.data,
                                      v.data, gradient.data, coefficients, p.size());
}

}  // namespace seed
