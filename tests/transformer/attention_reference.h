// Attention by its formulas in double, one row of P at a time, with the errors that a kernel may
// make: u = 2^-24 for each rounding, 4 u for an exponential and 2 u for a logarithm (2 and 1 ulp).
#pragma once

#include <vector>

#include "core/philox.h"
#include "tests/support/kernel_report.h"
#include "transformer/attention.h"

namespace seed {

// Sizes "B T H K D block"; block 0 is the full mask. Owns the lengths that the shape looks at.
struct AttentionProblem {
    AttentionProblem(const std::vector<Index>& sizes, RandomKey key) {
        RandomStream random(key.fork("lengths"), 0);
        for (Index b = 0; b < sizes[0]; ++b) {
            // The first sequence is whole, the others end anywhere
            lengths.push_back(b == 0 ? int(sizes[1]) : random.between(1, int(sizes[1])));
        }
        shape = {sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], {sizes[5]}, lengths};
    }
    AttentionProblem(const AttentionProblem&) = delete;

    Index tokens() const { return shape.batch * shape.positions; }              // N
    Index rows() const { return shape.batch * shape.heads * shape.positions; }  // of P
    Index q_cols() const { return shape.heads * shape.head_size; }
    Index k_cols() const { return shape.kv_heads * shape.head_size; }

    std::vector<std::int32_t> lengths;
    AttentionShape shape;
};

// The queries of a forward pass. Those of every seventh token are so large that the exponential of
// a score overflows where the largest score is not taken off first.
inline KernelArray<float> queries(Report& report, const AttentionProblem& problem) {
    HostMatrix<float> q(problem.tokens(), problem.q_cols());
    for (Index i = 0; i < q.size(); ++i) {
        const double u = uniform_double(report.key().fork("q"), std::uint64_t(i), 0);
        q.view().data[i] = float((i / problem.q_cols() % 7 == 0 ? 256 : 4) * (u - 0.5));
    }
    return report.given<float>("q", q.view());
}

// The query that a row of P (B * H * T, T) belongs to.
struct AttentionRow {
    AttentionRow(const AttentionShape& s_, Index row)
        : s(s_),
          b(row / s.positions / s.heads),
          head(row / s.positions % s.heads),
          i(row % s.positions) {}

    // Offset in q, y (N, H * D) and in k, v (N, K * D)
    Index query() const { return ((b * s.positions + i) * s.heads + head) * s.head_size; }
    Index key(Index j) const {
        const Index kv_head = head / (s.heads / s.kv_heads);
        return ((b * s.positions + j) * s.kv_heads + kv_head) * s.head_size;
    }
    // The masks' definition, not the formula that the kernels use
    bool sees(Index j) const {
        const Index block = s.mask.block;
        return j < s.lengths[b] && (block == 0 || j / block <= i / block);
    }

    const AttentionShape& s;
    Index b, head, i;
};

inline constexpr double attention_u = roundoff<float>;
inline constexpr double attention_exp_error = 4 * attention_u;

inline BoundedSum product_of(const float* a, const float* b, Index size) {
    BoundedSum sum;
    for (Index d = 0; d < size; ++d) sum.add(double(a[d]) * double(b[d]));
    return sum;
}

// S = scale q . k. scale = 1 / sqrt(D) is off by 2 u, and its product is rounded.
inline Bounded score_of(const AttentionRow& row, const float* q, const float* k, Index j) {
    const double scale = 1 / std::sqrt(double(row.s.head_size));
    const BoundedSum sum = product_of(q + row.query(), k + row.key(j), row.s.head_size);
    return {scale * sum.value, scale * sum.within(attention_u, 3).allowed};
}

// What the forward kernels make of q and k.
struct SoftmaxReference {
    // A kernel that goes through the keys in tiles rescales its sums at each; naive kernels: 0.
    SoftmaxReference(const AttentionProblem& problem, const float* q, const float* k,
                     Index rescalings = 0)
        : p(problem.rows(), problem.shape.positions),
          relative(problem.rows(), problem.shape.positions),
          lse(problem.rows()) {
        for (Index row = 0; row < problem.rows(); ++row) {
            fill_row(AttentionRow(problem.shape, row), row, q, k, rescalings);
        }
    }

    HostMatrix<double> p, relative;  // P and its relative error (B * H * T, T)
    std::vector<Bounded> lse;        // (B * H * T)

private:
    // A score's error, and the rounding of its difference from the largest, are relative errors of
    // its exponential; a rescaling is an exponential and a product, and all of them together take
    // off that same difference.
    void fill_row(const AttentionRow& at, Index row, const float* q, const float* k,
                  Index rescalings) {
        const double u = attention_u;
        std::vector<Bounded> scores;
        double largest = -INFINITY;
        for (Index j = 0; j < p.view().cols && at.sees(j); ++j) {
            scores.push_back(score_of(at, q, k, j));
            largest = std::max(largest, scores[j].value);
        }
        double sum = 0, error = 0;
        for (Index j = 0; j < Index(scores.size()); ++j) {
            const double term = std::exp(scores[j].value - largest);
            relative.view()(row, j) = scores[j].allowed + u * (largest - scores[j].value) +
                                      attention_exp_error +
                                      double(rescalings) * (attention_exp_error + u);
            p.view()(row, j) = term;
            sum += term, error += term * relative.view()(row, j);
        }
        // The same errors in the sum below the fraction bar, and the division's own
        const double of_sum = error / sum + sum_error(Index(scores.size())) * u;
        for (Index j = 0; j < Index(scores.size()); ++j) {
            p.view()(row, j) /= sum, relative.view()(row, j) += of_sum + u;
        }
        const double value = largest + std::log(sum);
        lse[row] = {value, of_sum + 2 * u * std::log(sum) + u * std::abs(value)};
    }
};

// y[i,d] = sum_j P[i,j] v[j,d], with the errors of P and of the sum. A P below the smallest normal
// number may be 0.
inline Bounded average_of(const SoftmaxReference& softmax, const AttentionRow& at, Index row,
                          const float* v, Index d) {
    BoundedSum sum;
    double from_p = 0;
    for (Index j = 0; j < at.s.positions; ++j) {
        const double value = v[at.key(j) + d], term = softmax.p.view()(row, j) * value;
        sum.add(term);
        from_p += softmax.relative.view()(row, j) * std::abs(term) + 0x1p-126 * std::abs(value);
    }
    return {sum.value, from_p + sum.within(attention_u).allowed};
}

}  // namespace seed
