#include "simt/simt.h"
#include "transformer/attention_device.h"
#include "transformer/attention_layout.cuh"
#include "transformer/reduce.cuh"

namespace seed {

static constexpr int attention_threads = 64;

// [attention_device.thread_per_row]
// The CPU's loops over sequences, heads and queries are the digits of the thread's number.
static __global__ void attention_forward_thread_per_row_kernel(float* y, float* p, const float* q,
                                                               const float* k, const float* v,
                                                               AttentionLayout s) {
    const Index row = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (row >= s.rows()) return;
    const Index i = row % s.positions, head = row / s.positions % s.heads;
    const Index b = row / s.positions / s.heads, kv_head = s.kv_head_of(head);
    const Index visible = s.visible(b, i);
    const float* q_i = q + s.query(b, i, head);  // (D)
    float* y_i = y + s.query(b, i, head);        // (D)
    float* p_i = p + row * s.positions;          // (T)
    // Score the visible keys
    float largest = -INFINITY;
    for (Index j = 0; j < visible; ++j) {
        p_i[j] = s.scale * dot(q_i, k + s.key(b, j, kv_head), s.head_size);
        largest = fmaxf(largest, p_i[j]);
    }
    // Softmax over the visible keys, 0 for the others
    float sum = 0;
    for (Index j = 0; j < visible; ++j) sum += p_i[j] = expf(p_i[j] - largest);
    for (Index j = 0; j < visible; ++j) p_i[j] /= sum;
    for (Index j = visible; j < s.positions; ++j) p_i[j] = 0;
    // Average the values
    for (Index d = 0; d < s.head_size; ++d) {
        float average = 0;
        for (Index j = 0; j < visible; ++j) average += p_i[j] * v[s.key(b, j, kv_head) + d];
        y_i[d] = average;
    }
}
// [/attention_device.thread_per_row]

// [attention_device.backward_thread_per_row]
// The mask is in P: where a key is not seen, P is 0, and so is all that comes of it.
static __global__ void attention_dq_thread_per_row_kernel(float* dq, float* means, const float* dy,
                                                          const float* p, const float* k,
                                                          const float* v, AttentionLayout s) {
    const Index row = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (row >= s.rows()) return;
    const Index i = row % s.positions, head = row / s.positions % s.heads;
    const Index b = row / s.positions / s.heads, kv_head = s.kv_head_of(head);
    const float* dy_i = dy + s.query(b, i, head);  // (D)
    float* dq_i = dq + s.query(b, i, head);        // (D)
    const float* p_i = p + row * s.positions;      // (T)
    float mean = 0;                                // sum_j P dP
    for (Index j = 0; j < s.positions; ++j) {
        mean += p_i[j] * dot(dy_i, v + s.key(b, j, kv_head), s.head_size);
    }
    means[row] = mean;
    for (Index j = 0; j < s.positions; ++j) {
        const float dp = dot(dy_i, v + s.key(b, j, kv_head), s.head_size);
        const float ds = s.scale * p_i[j] * (dp - mean);
        for (Index d = 0; d < s.head_size; ++d) dq_i[d] += ds * k[s.key(b, j, kv_head) + d];
    }
}

// A key's thread collects from all queries of all heads of its group, so that nobody else adds to
// its dk and dv.
static __global__ void attention_dk_dv_thread_per_row_kernel(float* dk, float* dv,
                                                             const float* means, const float* dy,
                                                             const float* p, const float* q,
                                                             const float* v, AttentionLayout s) {
    const Index thread = Index(blockIdx.x) * blockDim.x + threadIdx.x;
    if (thread >= s.keys()) return;
    const Index j = thread % s.positions, kv_head = thread / s.positions % s.kv_heads;
    const Index b = thread / s.positions / s.kv_heads, group = s.heads / s.kv_heads;
    const Index at_key = s.key(b, j, kv_head);
    for (Index head = kv_head * group; head < (kv_head + 1) * group; ++head) {
        for (Index i = 0; i < s.positions; ++i) {
            const Index row = s.row(b, i, head), at_query = s.query(b, i, head);
            const float p_ij = p[row * s.positions + j];
            const float dp = dot(dy + at_query, v + at_key, s.head_size);
            const float ds = s.scale * p_ij * (dp - means[row]);
            for (Index d = 0; d < s.head_size; ++d) {
                dv[at_key + d] += p_ij * dy[at_query + d];
                dk[at_key + d] += ds * q[at_query + d];
            }
        }
    }
}
// [/attention_device.backward_thread_per_row]

void attention_forward_thread_per_row(DeviceView<float> y, DeviceView<float> probabilities,
                                      DeviceView<const float> q, DeviceView<const float> k,
                                      DeviceView<const float> v, const AttentionShape& shape) {
    const AttentionOnDevice on_device(shape, q, k, v);
    const AttentionLayout& s = on_device.layout();
    require_attention_outputs(s, y, probabilities, q);
    if (y.size() == 0) return;
    simt::launch<attention_forward_thread_per_row_kernel>(
        {blocks_for(s.rows(), attention_threads), attention_threads}, y.data, probabilities.data,
        q.data, k.data, v.data, s);
}

void attention_backward_thread_per_row(DeviceView<float> dq, DeviceView<float> dk,
                                       DeviceView<float> dv, DeviceView<const float> dy,
                                       DeviceView<const float> probabilities,
                                       DeviceView<const float> q, DeviceView<const float> k,
                                       DeviceView<const float> v, const AttentionShape& shape) {
    const AttentionOnDevice on_device(shape, q, k, v);
    const AttentionLayout& s = on_device.layout();
    require_shape(probabilities, s.rows(), s.positions, "attention: P");
    require_attention_gradients(dq, dk, dv, dy, q, k);
    if (dq.size() == 0) return;
    const DeviceBuffer<float> means(s.rows());
    simt::launch<attention_dq_thread_per_row_kernel>(
        {blocks_for(s.rows(), attention_threads), attention_threads}, dq.data, means.data(),
        dy.data, probabilities.data, k.data, v.data, s);
    simt::launch<attention_dk_dv_thread_per_row_kernel>(
        {blocks_for(s.keys(), attention_threads), attention_threads}, dk.data, dv.data,
        means.data(), dy.data, probabilities.data, q.data, v.data, s);
}

void attention_forward(DeviceView<float> y, DeviceView<float> probabilities,
                       DeviceView<const float> q, DeviceView<const float> k,
                       DeviceView<const float> v, const AttentionShape& shape) {
    attention_forward_kernel_per_step(y, probabilities, q, k, v, shape);
}

void attention_backward(DeviceView<float> dq, DeviceView<float> dk, DeviceView<float> dv,
                        DeviceView<const float> dy, DeviceView<const float> probabilities,
                        DeviceView<const float> q, DeviceView<const float> k,
                        DeviceView<const float> v, const AttentionShape& shape) {
    attention_backward_kernel_per_step(dq, dk, dv, dy, probabilities, q, k, v, shape);
}

}  // namespace seed
