// Attention with a kernel for each line of its formulas: the rows of P are no longer the only
// thing to share out among threads.
#include "simt/simt.h"
#include "transformer/attention_device.h"
#include "transformer/attention_layout.cuh"
#include "transformer/reduce.cuh"

namespace seed {

static constexpr int step_threads = 128;
static constexpr int step_rows = step_threads / warp_size;  // 128 / 32 = 4

// [attention_steps.scores]
// S[i,j] = q[i] . k[j] / sqrt(D): a thread per element of S (B * H * T, T).
static __global__ void attention_scores_kernel(float* scores, const float* q, const float* k,
                                               AttentionLayout s) {
    const Index thread = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    const Index row = thread / s.positions, j = thread % s.positions;
    if (row >= s.rows()) return;
    const Index i = row % s.positions, head = row / s.positions % s.heads;
    const Index b = row / s.positions / s.heads;
    if (j >= s.visible(b, i)) return;  // the softmax writes these
    scores[thread] =
        s.scale * dot(q + s.query(b, i, head), k + s.key(b, j, s.kv_head_of(head)), s.head_size);
}
// [/attention_steps.scores]

// [attention_steps.softmax]
// In place: a warp per row.
static __global__ void attention_softmax_kernel(float* p, AttentionLayout s) {
    const Index row = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / warp_size;
    const Index lane = threadIdx.x % warp_size;
    if (row >= s.rows()) return;
    const Index visible = s.visible(row / s.positions / s.heads, row % s.positions);
    float* p_i = p + row * s.positions;  // (T)
    float largest = -INFINITY, sum = 0;
    for (Index j = lane; j < visible; j += warp_size) largest = fmaxf(largest, p_i[j]);
    largest = warp_max(largest);
    for (Index j = lane; j < visible; j += warp_size) sum += p_i[j] = expf(p_i[j] - largest);
    sum = warp_sum(sum);
    for (Index j = lane; j < s.positions; j += warp_size) p_i[j] = j < visible ? p_i[j] / sum : 0;
}
// [/attention_steps.softmax]

// [attention_steps.average]
// y[i] = sum_j P[i,j] v[j]: a thread per element of y (N, H * D).
static __global__ void attention_average_kernel(float* y, const float* p, const float* v,
                                                AttentionLayout s) {
    const Index thread = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    const Index d = thread % s.head_size, head = thread / s.head_size % s.heads;
    const Index n = thread / s.head_size / s.heads, b = n / s.positions, i = n % s.positions;
    if (b >= s.batch) return;
    const float* p_i = p + s.row(b, i, head) * s.positions;  // (T)
    const Index visible = s.visible(b, i), kv_head = s.kv_head_of(head);
    float average = 0;
    for (Index j = 0; j < visible; ++j) average += p_i[j] * v[s.key(b, j, kv_head) + d];
    y[thread] = average;
}
// [/attention_steps.average]

// [attention_steps.score_gradients]
// dS = P (dP - sum_j P dP) / sqrt(D): a warp per row of dS (B * H * T, T).
static __global__ void attention_score_gradients_kernel(float* ds, const float* dy, const float* p,
                                                        const float* v, AttentionLayout s) {
    const Index row = (Index(blockIdx.x) * blockDim.x + threadIdx.x) / warp_size;
    const Index lane = threadIdx.x % warp_size;
    if (row >= s.rows()) return;
    const Index i = row % s.positions, head = row / s.positions % s.heads;
    const Index b = row / s.positions / s.heads, kv_head = s.kv_head_of(head);
    const float* p_i = p + row * s.positions;  // (T)
    float* ds_i = ds + row * s.positions;      // (T)
    float mean = 0;
    for (Index j = lane; j < s.positions; j += warp_size) {
        ds_i[j] = dot(dy + s.query(b, i, head), v + s.key(b, j, kv_head), s.head_size);
        mean += p_i[j] * ds_i[j];
    }
    mean = warp_sum(mean);
    for (Index j = lane; j < s.positions; j += warp_size) {
        ds_i[j] = s.scale * p_i[j] * (ds_i[j] - mean);
    }
}
// [/attention_steps.score_gradients]

// [attention_steps.gradients]
// dq = dS k: a thread per element of dq (N, H * D).
static __global__ void attention_dq_kernel(float* dq, const float* ds, const float* k,
                                           AttentionLayout s) {
    const Index thread = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    const Index d = thread % s.head_size, head = thread / s.head_size % s.heads;
    const Index n = thread / s.head_size / s.heads, b = n / s.positions, i = n % s.positions;
    if (b >= s.batch) return;
    const float* ds_i = ds + s.row(b, i, head) * s.positions;  // (T)
    float sum = 0;
    for (Index j = 0; j < s.positions; ++j) sum += ds_i[j] * k[s.key(b, j, s.kv_head_of(head)) + d];
    dq[thread] += sum;
}

// dk = dSᵀ q and dv = Pᵀ dy, over the heads of the group: a thread per element of both (N, K * D).
static __global__ void attention_dk_dv_kernel(float* dk, float* dv, const float* ds,
                                              const float* dy, const float* p, const float* q,
                                              AttentionLayout s) {
    const Index thread = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    const Index d = thread % s.head_size, kv_head = thread / s.head_size % s.kv_heads;
    const Index n = thread / s.head_size / s.kv_heads, b = n / s.positions, j = n % s.positions;
    if (b >= s.batch) return;
    const Index group = s.heads / s.kv_heads;
    float dk_sum = 0, dv_sum = 0;
    for (Index head = kv_head * group; head < (kv_head + 1) * group; ++head) {
        for (Index i = 0; i < s.positions; ++i) {
            const Index at = s.row(b, i, head) * s.positions + j;
            dk_sum += ds[at] * q[s.query(b, i, head) + d];
            dv_sum += p[at] * dy[s.query(b, i, head) + d];
        }
    }
    dk[thread] += dk_sum;
    dv[thread] += dv_sum;
}
// [/attention_steps.gradients]

void attention_forward_kernel_per_step(DeviceView<float> y, DeviceView<float> probabilities,
                                       DeviceView<const float> q, DeviceView<const float> k,
                                       DeviceView<const float> v, const AttentionShape& shape) {
    const AttentionOnDevice on_device(shape, q, k, v);
    const AttentionLayout& s = on_device.layout();
    require_attention_outputs(s, y, probabilities, q);
    if (y.size() == 0) return;
    simt::launch<attention_scores_kernel>(
        {blocks_for(probabilities.size(), step_threads), step_threads}, probabilities.data, q.data,
        k.data, s);
    simt::launch<attention_softmax_kernel>({blocks_for(s.rows(), step_rows), step_threads},
                                           probabilities.data, s);
    simt::launch<attention_average_kernel>({blocks_for(y.size(), step_threads), step_threads},
                                           y.data, probabilities.data, v.data, s);
}

void attention_backward_kernel_per_step(DeviceView<float> dq, DeviceView<float> dk,
                                        DeviceView<float> dv, DeviceView<const float> dy,
                                        DeviceView<const float> probabilities,
                                        DeviceView<const float> q, DeviceView<const float> k,
                                        DeviceView<const float> v, const AttentionShape& shape) {
    const AttentionOnDevice on_device(shape, q, k, v);
    const AttentionLayout& s = on_device.layout();
    require_shape(probabilities, s.rows(), s.positions, "attention: P");
    require_attention_gradients(dq, dk, dv, dy, q, k);
    if (dq.size() == 0) return;
    const DeviceBuffer<float> ds(s.rows() * s.positions);
    simt::launch<attention_score_gradients_kernel>({blocks_for(s.rows(), step_rows), step_threads},
                                                   ds.data(), dy.data, probabilities.data, v.data,
                                                   s);
    simt::launch<attention_dq_kernel>({blocks_for(dq.size(), step_threads), step_threads}, dq.data,
                                      ds.data(), k.data, s);
    simt::launch<attention_dk_dv_kernel>({blocks_for(dk.size(), step_threads), step_threads},
                                         dk.data, dv.data, ds.data(), dy.data, probabilities.data,
                                         q.data, s);
}

}  // namespace seed
