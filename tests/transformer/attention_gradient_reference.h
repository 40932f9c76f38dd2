// The gradients of attention by their formulas in double, with the errors that a kernel may make.
#pragma once

#include "tests/transformer/attention_reference.h"

namespace seed {

struct AttentionInputs {
    const float *q, *k, *v, *dy;
};

//   dP[i,j] = dy[i] . v[j];  dS = P (dP - mean[i]) / sqrt(D);  mean[i] = sum_j P dP
//   dq = dS k;  dk = dSᵀ q;  dv = Pᵀ dy
struct GradientReference {
    // P as it is given to the kernels.
    GradientReference(const AttentionProblem& problem, const AttentionInputs& in_,
                      HostView<const float> given)
        : GradientReference(problem, in_) {
        for (Index row = 0; row < problem.rows(); ++row) {
            const std::vector<Bounded> dp = value_gradients(row);
            BoundedSum mean;
            double from_dp = 0;
            for (Index j = 0; j < s.positions; ++j) {
                p.view()(row, j) = given(row, j);
                mean.add(p.view()(row, j) * dp[j].value);
                from_dp += p.view()(row, j) * dp[j].allowed;
            }
            score_gradients(row, dp, {mean.value, from_dp + mean.within(attention_u).allowed});
        }
    }

    // P = exp(S - lse) where the query sees the key, and mean = dy . y. What is below the smallest
    // normal number may be 0.
    GradientReference(const AttentionProblem& problem, const AttentionInputs& in_,
                      HostView<const float> lse, const float* y)
        : GradientReference(problem, in_) {
        const double u = attention_u;
        for (Index row = 0; row < problem.rows(); ++row) {
            const AttentionRow at(s, row);
            for (Index j = 0; j < s.positions && at.sees(j); ++j) {
                const Bounded score = score_of(at, in.q, in.k, j);
                const double difference = score.value - double(lse(row, 0));
                p.view()(row, j) = std::exp(difference);
                p_error.view()(row, j) =
                    p.view()(row, j) *
                        (score.allowed + u * std::abs(difference) + attention_exp_error) +
                    0x1p-126;
            }
            const BoundedSum mean = product_of(in.dy + at.query(), y + at.query(), s.head_size);
            score_gradients(row, value_gradients(row), mean.within(u));
        }
    }

    Bounded dq(Index n, Index column, double start) const {
        const Index head = column / s.head_size, d = column % s.head_size;
        const Index row = row_of(n / s.positions, head, n % s.positions);
        const AttentionRow at(s, row);
        Total total(start);
        for (Index j = 0; j < s.positions; ++j)
            total.add(ds, ds_error, row, j, in.k[at.key(j) + d]);
        return total.bounded();
    }
    Bounded dk(Index n, Index column, double start) const {
        return over_queries(ds, ds_error, in.q, n, column, start);
    }
    Bounded dv(Index n, Index column, double start) const {
        return over_queries(p, p_error, in.dy, n, column, start);
    }

private:
    // A sum of products whose first factors are off by known amounts.
    struct Total {
        explicit Total(double start) { sum.add(start); }
        void add(const HostMatrix<double>& a, const HostMatrix<double>& a_error, Index row, Index j,
                 double b) {
            sum.add(a.view()(row, j) * b);
            from_a += a_error.view()(row, j) * std::abs(b);
        }
        Bounded bounded() const { return {sum.value, from_a + sum.within(attention_u).allowed}; }
        BoundedSum sum;
        double from_a = 0;
    };

    GradientReference(const AttentionProblem& problem, const AttentionInputs& in_)
        : s(problem.shape),
          in(in_),
          p(zeros(problem)),
          p_error(zeros(problem)),
          ds(zeros(problem)),
          ds_error(zeros(problem)) {}

    static HostMatrix<double> zeros(const AttentionProblem& problem) {
        return {problem.rows(), problem.shape.positions};
    }
    Index row_of(Index b, Index head, Index i) const {
        return (b * s.heads + head) * s.positions + i;
    }
    std::vector<Bounded> value_gradients(Index row) const {
        const AttentionRow at(s, row);
        std::vector<Bounded> dp;
        for (Index j = 0; j < s.positions; ++j) {
            dp.push_back(
                product_of(in.dy + at.query(), in.v + at.key(j), s.head_size).within(attention_u));
        }
        return dp;
    }
    // Roundings: the difference, two products, and 2 u for 1 / sqrt(D).
    void score_gradients(Index row, const std::vector<Bounded>& dp, Bounded mean) {
        const double scale = 1 / std::sqrt(double(s.head_size));
        for (Index j = 0; j < s.positions; ++j) {
            const double p_ij = p.view()(row, j), difference = dp[j].value - mean.value;
            ds.view()(row, j) = scale * p_ij * difference;
            ds_error.view()(row, j) = scale * p_ij * (dp[j].allowed + mean.allowed) +
                                      scale * p_error.view()(row, j) * std::abs(difference) +
                                      5 * attention_u * std::abs(ds.view()(row, j)) + 0x1p-126;
        }
    }
    // Over the queries of all heads of the group, for column d of key n's head.
    Bounded over_queries(const HostMatrix<double>& a, const HostMatrix<double>& a_error,
                         const float* x, Index n, Index column, double start) const {
        const Index kv_head = column / s.head_size, d = column % s.head_size;
        const Index b = n / s.positions, j = n % s.positions, group = s.heads / s.kv_heads;
        Total total(start);
        for (Index head = kv_head * group; head < (kv_head + 1) * group; ++head) {
            for (Index i = 0; i < s.positions; ++i) {
                const Index row = row_of(b, head, i);
                total.add(a, a_error, row, j, x[AttentionRow(s, row).query() + d]);
            }
        }
        return total.bounded();
    }

    const AttentionShape& s;
    const AttentionInputs in;
    HostMatrix<double> p, p_error, ds, ds_error;  // (B * H * T, T); the errors absolutely
};

}  // namespace seed
