// Attention by its formulas, one query at a time, in double, with the bounds of its errors.
#pragma once

#include "tests/support/test_array.h"
#include "transformer/attention.h"

namespace seed {

template <class T>
struct AttentionArrays {
    explicit AttentionArrays(const AttentionShape& s)
        : q(random("q", s, s.heads)),
          k(random("k", s, s.kv_heads)),
          v(random("v", s, s.kv_heads)) {}

    static TestArray<T> random(std::string_view name, const AttentionShape& s, Index heads) {
        return TestArray<T>::random(test_key(name), s.batch * s.positions, heads * s.head_size, 2);
    }
    TestArray<T> q, k, v;
};

// Which head and which query a row of the probabilities (B * H * T, T) belongs to.
struct QueryOf {
    QueryOf(const AttentionShape& s, Index row)
        : b(row / s.positions / s.heads),
          head(row / s.positions % s.heads),
          kv_head(head / (s.heads / s.kv_heads)),
          i(row % s.positions) {}
    Index b, head, kv_head, i;
};

// Is key j visible to query i? The definition, not the function under test.
inline bool sees(const AttentionShape& s, Index b, Index i, Index j) {
    const Index block = s.mask.block;
    return j < s.lengths[b] && (block == 0 || j / block <= i / block);
}

// a[i, head] . b[j, other head] of one sequence.
template <class T>
BoundedSum head_product(const AttentionShape& s, const TestArray<T>& a, Index row, Index head,
                        const TestArray<T>& b, Index other_row, Index other_head) {
    BoundedSum sum;
    for (Index d = 0; d < s.head_size; ++d) {
        sum.add(a(row, head * s.head_size + d) * b(other_row, other_head * s.head_size + d));
    }
    return sum;
}

// The row of P that belongs to a query: exp(S) / sum exp(S). A score is off by the error of its
// sum and two roundings; the exponential turns that into a relative error, twice: above and below
// the fraction bar. Then exp (4 u), the sum's own error and the division.
template <class T>
std::vector<Bounded> probability_row(const AttentionShape& s, const AttentionArrays<T>& a,
                                     Index row) {
    const QueryOf query(s, row);
    const double scale = 1 / std::sqrt(double(s.head_size)), u = roundoff<T>;
    std::vector<Bounded> p(s.positions);
    double sum = 0, score_error = 0, range = 0;
    for (Index j = 0; j < s.positions; ++j) {
        if (!sees(s, query.b, query.i, j)) continue;
        const Index first = query.b * s.positions;
        const BoundedSum score = head_product(s, a.q, first + query.i, query.head, a.k, first + j,
                                              query.kv_head);
        p[j].value = std::exp(scale * score.value);
        sum += p[j].value;
        score_error = std::max(score_error, scale * score.within(u, 2).allowed);
        range = std::max(range, scale * score.magnitude);
    }
    const double relative = 2 * (score_error + u * range) + (8 + sum_error(s.positions)) * u;
    for (Bounded& element : p) {
        element.value /= sum;
        element.allowed = relative * element.value;
    }
    return p;
}

}  // namespace seed
