#include "simt/simt.h"
#include "transformer/reduce.cuh"
#include "transformer/rope_device.h"

namespace seed {

static constexpr int rope_threads = 128;

// [rope_device.table]
static __global__ void rope_table_thread_per_pair_kernel(float* cos_sin, Index positions,
                                                         Index half, double theta) {
    const Index thread = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    const Index p = thread / half, i = thread % half;
    if (p >= positions) return;
    const double angle = double(p) * pow(theta, -double(i) / double(half));
    cos_sin[p * 2 * half + i] = float(cos(angle));
    cos_sin[p * 2 * half + half + i] = float(sin(angle));
}
// [/rope_device.table]

// [rope_device.thread_per_pair]
// The CPU's three loops, over rows, heads and pairs, are the digits of the thread's number.
static __global__ void rope_thread_per_pair_kernel(float* x, const float* cos_sin, Index rows,
                                                   Index positions, Index heads, Index half,
                                                   float direction) {
    const Index thread = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    const Index i = thread % half, head = thread / half % heads, n = thread / half / heads;
    if (n >= rows) return;
    const float* cosine = cos_sin + n % positions * 2 * half;  // (D/2), then the sines
    const float c = cosine[i], s = direction * cosine[half + i];
    float* x_head = x + (n * heads + head) * 2 * half;  // (D)
    const float a = x_head[i], b = x_head[half + i];
    x_head[i] = a * c - b * s;
    x_head[half + i] = b * c + a * s;
}
// [/rope_device.thread_per_pair]

static void rotate_pairs(DeviceView<float> x, DeviceView<const float> cos_sin, float direction) {
    const Index head_size = cos_sin.cols;
    require(cos_sin.rows > 0 && head_size > 0 && head_size % 2 == 0 && x.cols % head_size == 0 &&
                x.rows % cos_sin.rows == 0,
            "rope: expected whole sequences of {} rows and heads of {} columns, got ({}, {})",
            cos_sin.rows, head_size, x.rows, x.cols);
    if (x.size() == 0) return;
    simt::launch<rope_thread_per_pair_kernel>(
        {blocks_for(x.size() / 2, rope_threads), rope_threads}, x.data, cos_sin.data, x.rows,
        cos_sin.rows, x.cols / head_size, head_size / 2, direction);
}

void rope_table_thread_per_pair(DeviceView<float> cos_sin, double theta) {
    const Index half = cos_sin.cols / 2;
    require(cos_sin.cols == 2 * half, "rope: expected an even head size, got {}", cos_sin.cols);
    if (cos_sin.size() == 0) return;
    simt::launch<rope_table_thread_per_pair_kernel>(
        {blocks_for(cos_sin.rows * half, rope_threads), rope_threads}, cos_sin.data, cos_sin.rows,
        half, theta);
}

void rope_forward_thread_per_pair(DeviceView<float> x, DeviceView<const float> cos_sin) {
    rotate_pairs(x, cos_sin, 1);
}

void rope_backward_thread_per_pair(DeviceView<float> dx, DeviceView<const float> cos_sin) {
    rotate_pairs(dx, cos_sin, -1);
}

void rope_table(DeviceView<float> cos_sin, double theta) {
    rope_table_thread_per_pair(cos_sin, theta);
}

void rope_forward(DeviceView<float> x, DeviceView<const float> cos_sin) {
    rope_forward_thread_per_pair(x, cos_sin);
}

void rope_backward(DeviceView<float> dx, DeviceView<const float> cos_sin) {
    rope_backward_thread_per_pair(dx, cos_sin);
}

}  // namespace seed
