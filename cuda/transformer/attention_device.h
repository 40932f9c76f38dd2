// Grouped-query attention on the device: formulas, masks and shapes as in transformer/attention.h.
#pragma once

#include "core/device_array.h"
#include "transformer/attention.h"

namespace seed {

// y (N, H * D); probabilities (B * H * T, T) keeps P for the backward pass; q (N, H * D),
// k and v (N, K * D).
void attention_forward(DeviceView<float> y, DeviceView<float> probabilities,
                       DeviceView<const float> q, DeviceView<const float> k,
                       DeviceView<const float> v, const AttentionShape& shape);

// dq, dk and dv are added to.
void attention_backward(DeviceView<float> dq, DeviceView<float> dk, DeviceView<float> dv,
                        DeviceView<const float> dy, DeviceView<const float> probabilities,
                        DeviceView<const float> q, DeviceView<const float> k,
                        DeviceView<const float> v, const AttentionShape& shape);

// The ladder. The functions above use kernel_per_step.
//   thread_per_row   one thread per query and head does all of a row of P; in the backward pass,
//                    one thread per query and one per key
//   kernel_per_step  scores, softmax and averages are kernels of their own, each with a thread (or
//                    a warp) for every element (or row) of what it makes
void attention_forward_thread_per_row(DeviceView<float> y, DeviceView<float> probabilities,
                                      DeviceView<const float> q, DeviceView<const float> k,
                                      DeviceView<const float> v, const AttentionShape& shape);
void attention_forward_kernel_per_step(DeviceView<float> y, DeviceView<float> probabilities,
                                       DeviceView<const float> q, DeviceView<const float> k,
                                       DeviceView<const float> v, const AttentionShape& shape);
void attention_backward_thread_per_row(DeviceView<float> dq, DeviceView<float> dk,
                                       DeviceView<float> dv, DeviceView<const float> dy,
                                       DeviceView<const float> probabilities,
                                       DeviceView<const float> q, DeviceView<const float> k,
                                       DeviceView<const float> v, const AttentionShape& shape);
void attention_backward_kernel_per_step(DeviceView<float> dq, DeviceView<float> dk,
                                        DeviceView<float> dv, DeviceView<const float> dy,
                                        DeviceView<const float> probabilities,
                                        DeviceView<const float> q, DeviceView<const float> k,
                                        DeviceView<const float> v, const AttentionShape& shape);

// The last step: P (T x T per head) is never stored. The softmax of a row is built up while the
// keys pass by in tiles (Milakov and Gimelshein, 2018, arXiv 1805.02867; Dao et al., 2022,
// arXiv 2205.14135): whenever a larger score turns up, what has been summed so far is scaled down.
// For the backward pass it leaves one number per row, lse (B * H * T, 1), with which
// P[i,j] = exp(S[i,j] - lse[i]). Heads of at most 128.
void attention_forward_online_softmax(DeviceView<float> y, DeviceView<float> lse,
                                      DeviceView<const float> q, DeviceView<const float> k,
                                      DeviceView<const float> v, const AttentionShape& shape);

// sum_j P[i,j] dP[i,j] of the softmax's gradient equals dy[i] . y[i]. dq, dk and dv are added to.
void attention_backward_online_softmax(DeviceView<float> dq, DeviceView<float> dk,
                                       DeviceView<float> dv, DeviceView<const float> dy,
                                       DeviceView<const float> y, DeviceView<const float> lse,
                                       DeviceView<const float> q, DeviceView<const float> k,
                                       DeviceView<const float> v, const AttentionShape& shape);

}  // namespace seed
