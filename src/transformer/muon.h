// Muon (Jordan et al., 2024, kellerjordan.github.io/posts/muon), for the weight matrices between
// the embedding and the head: the step is the momentum with all its singular values brought near 1.
//
//   m = b m + (1 - b) g;  u = b m + (1 - b) g        b = momentum (u: Nesterov's)
//   p = p - lr decay p - lr 0.2 sqrt(max(rows, cols)) orthogonalize(u)
//
// A gradient's few large directions decide a step of plain gradient descent; here a direction
// counts by how often it comes back, not by how large it is. An orthogonal (R, C) matrix has
// elements of root mean square 1 / sqrt(max(R, C)), so the factor gives steps of 0.2 lr per
// element, about AdamW's (Liu et al., 2025, arXiv 2502.16982): both optimisers share one learning
// rate.
#pragma once

#include <optional>
#include <string_view>

#include "core/array.h"

namespace seed {

struct Muon {
    double momentum = 0.95;
};

// What "muon" and "adamw" say about the layers' matrices: Muon, or none. Throws Error for another.
std::optional<Muon> muon_from(std::string_view optimizer);

// y = a x + b z, all of one shape. y may be x, or z.
template <class T>
void linear_combination(HostView<T> y, double a, In<T> x, double b, In<T> z);

// x (R, C) = U S Vᵀ becomes about U Vᵀ: five steps of Newton and Schulz's iteration take every
// singular value s > 0 of x / |x| to f(f(f(f(f(s))))), f(s) = 3.4445 s - 4.7750 s^3 + 2.0315 s^5.
// That is within 0.68 ... 1.21 from s = 0.0016 on; a matrix of zeros stays one. No more than
// products of matrices is needed: with n = min(R, C), 5 (4 n^2 max(R, C) + 2 n^3) operations.
template <class Space>
void orthogonalize(typename Space::View x);

// One step on p with momentum m and the gradient, all of one shape (R, C).
template <class Space>
void muon_update(typename Space::View p, typename Space::View m, typename Space::ConstView gradient,
                 const Muon& options, double learning_rate, double decay, double gradient_scale);

}  // namespace seed
