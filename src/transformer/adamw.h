// AdamW (Loshchilov and Hutter, 2017, arXiv 1711.05101): Adam with decoupled weight decay, the
// schedule of its learning rate, and the clipping of the gradient's global norm.
#pragma once

#include "core/array.h"

namespace seed {

struct AdamW {
    double learning_rate = 1e-3;  // at the top of the schedule
    double beta1 = 0.9;
    double beta2 = 0.98;
    double eps = 1e-8;
    double weight_decay = 0.05;
    double clip_norm = 1.0;          // 0: no clipping
    double warmup_fraction = 0.05;   // of all steps
    double decay_fraction = 1;       // of all steps, at the end; what is left between is constant
    double final_fraction = 0.02;    // of learning_rate, one step after the last
};

// The learning rate of step 0 ... steps-1: linear warm-up, constant, half a cosine down to the end.
double learning_rate_at(const AdamW& options, Index step, Index steps);

// Euclidean norm over all elements, added up in double in a fixed order.
template <class T>
double global_norm(HostView<const T> gradient);

// One step, counted from 1, on parameters p with moments m, v and the gradient, all of one shape:
//   g = gradient_scale * gradient;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
//   p = p - lr decay p - lr (m / (1 - b1^step)) / (sqrt(v / (1 - b2^step)) + eps)
// `decay` is 0 for gains and biases.
template <class T>
void adamw_update(HostView<T> p, Out<T> m, Out<T> v, In<T> gradient, const AdamW& options,
                  double learning_rate, double decay, double gradient_scale, Index step);

}  // namespace seed
