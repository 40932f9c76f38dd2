// The bodies of muon.h that are one for all spaces.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "transformer/adamw.h"
#include "transformer/matmul.h"
#include "transformer/muon.h"

namespace seed {

// [muon.orthogonalize]
// With G = x xᵀ a step is x <- a x + (b G + c G G) x: a singular value s becomes a s + b s^3 + c
// s^5, its singular vectors stay. Of a matrix with more rows than columns, G = xᵀ x stands on the
// right.
template <class Space>
void orthogonalize(typename Space::View x) {
    using Const = typename Space::ConstView;
    constexpr double a = 3.4445, b = -4.7750, c = 2.0315;
    const double norm = global_norm(Const(x));
    if (norm == 0) return;
    linear_combination(x, 1 / norm, Const(x), 0, Const(x));
    const bool is_wide = x.rows <= x.cols;
    const Index n = std::min(x.rows, x.cols);
    const typename Space::Matrix gram(n, n), polynomial(n, n), other(x.rows, x.cols);
    const auto g = gram.view(), p = polynomial.view(), y = other.view();
    for (int step = 0; step < 5; ++step) {
        if (is_wide) {
            matmul_forward(g, Const(x), Const(x));
        } else {
            fill(g, 0);
            matmul_backward_weight(g, Const(x), Const(x));
        }
        matmul_forward(p, Const(g), Const(g));  // g gᵀ, and g is symmetric
        linear_combination(p, b, Const(g), c, Const(p));
        linear_combination(y, a, Const(x), 0, Const(x));
        // y += p x, or y += x p
        matmul_backward_input(y, is_wide ? Const(p) : Const(x), is_wide ? Const(x) : Const(p));
        copy(x, Const(y));
    }
}
// [/muon.orthogonalize]

// [muon.update]
template <class Space>
void muon_update(typename Space::View p, typename Space::View m, typename Space::ConstView gradient,
                 const Muon& options, double learning_rate, double decay, double gradient_scale) {
    using Const = typename Space::ConstView;
    const double b = options.momentum, fresh = (1 - b) * gradient_scale;
    linear_combination(m, b, Const(m), fresh, gradient);
    const typename Space::Matrix step(p.rows, p.cols);
    linear_combination(step.view(), b, Const(m), fresh, gradient);
    orthogonalize<Space>(step.view());
    const double size = learning_rate * 0.2 * std::sqrt(double(std::max(p.rows, p.cols)));
    linear_combination(p, 1 - learning_rate * decay, Const(p), -size, Const(step.view()));
}
// [/muon.update]

}  // namespace seed
