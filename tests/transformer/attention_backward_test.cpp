// The three gradients of attention against their formulas, for every mask.
#include "tests/transformer/attention_oracle.h"

using namespace seed;

namespace {

struct Case {
    Index batch, positions, heads, kv_heads, head_size;
    std::vector<std::int32_t> lengths;
};

const std::vector<Case> cases = {{1, 1, 1, 1, 2, {1}},
                                 {3, 7, 4, 2, 6, {7, 1, 5}},
                                 {2, 13, 6, 2, 4, {13, 11}},
                                 {1, 96, 4, 2, 32, {96}}};

// dS = P (dP - sum_j P dP) / sqrt(D) of one query, and for each element the sum of the magnitudes.
template <class T>
struct ScoreGradients {
    ScoreGradients(const AttentionShape& s, const TestArray<T>& p, const TestArray<T>& dy,
                   const TestArray<T>& v)
        : value(p.rows(), p.cols()), magnitude(p.rows(), p.cols()) {
        const double scale = 1 / std::sqrt(double(s.head_size));
        for (Index row = 0; row < p.rows(); ++row) {
            const QueryOf query(s, row);
            const Index first = query.b * s.positions;
            std::vector<BoundedSum> dp;
            double mean = 0, mean_magnitude = 0;
            for (Index j = 0; j < s.positions; ++j) {
                dp.push_back(head_product(s, dy, first + query.i, query.head, v, first + j,
                                          query.kv_head));
                mean += p(row, j) * dp[j].value;
                mean_magnitude += p(row, j) * dp[j].magnitude;
            }
            for (Index j = 0; j < s.positions; ++j) {
                value.view()(row, j) = scale * p(row, j) * (dp[j].value - mean);
                magnitude.view()(row, j) = scale * p(row, j) * (dp[j].magnitude + mean_magnitude);
            }
        }
        // The products over D and over T, and six roundings
        error = sum_error(s.head_size) + sum_error(s.positions) + 6;
    }
    HostMatrix<double> value, magnitude;
    double error;  // in u, of the magnitude
};

// A sum over terms that are off by `error` u of their magnitudes themselves.
struct SumOfGradients {
    double value = 0, magnitude = 0;
    Index terms = 0;
    void add(double term, double size) { value += term, magnitude += size, ++terms; }
    Bounded within(double u, double error) const {
        return {value, (sum_error(terms) + error) * u * magnitude};
    }
};

template <class T>
struct Gradients {
    explicit Gradients(const AttentionArrays<T>& a)
        : dq(TestArray<T>::random(test_key("dq"), a.q.rows(), a.q.cols())),
          dk(TestArray<T>::random(test_key("dk"), a.k.rows(), a.k.cols())),
          dv(TestArray<T>::random(test_key("dv"), a.v.rows(), a.v.cols())) {}
    TestArray<T> dq, dk, dv;
};

// The first row of P of the h-th query head that shares a key/value head.
Index first_row(const AttentionShape& s, Index b, Index kv_head, Index h) {
    return (b * s.heads + kv_head * (s.heads / s.kv_heads) + h) * s.positions;
}

template <class T>
void check_dq(const AttentionShape& s, const ScoreGradients<T>& ds, const AttentionArrays<T>& a,
              const Gradients<T>& g) {
    check_close("dq", g.dq, [&](Index n, Index column) {
        const Index b = n / s.positions, head = column / s.head_size, d = column % s.head_size;
        const Index kv_head = head / (s.heads / s.kv_heads);
        const Index row = (b * s.heads + head) * s.positions + n % s.positions;
        SumOfGradients sum;
        sum.add(g.dq.start(n, column), std::abs(g.dq.start(n, column)));
        for (Index j = 0; j < s.positions; ++j) {
            const double k = a.k(b * s.positions + j, kv_head * s.head_size + d);
            sum.add(ds.value.view()(row, j) * k, ds.magnitude.view()(row, j) * std::abs(k));
        }
        return sum.within(roundoff<T>, ds.error);
    });
}

template <class T>
void check_dk(const AttentionShape& s, const ScoreGradients<T>& ds, const AttentionArrays<T>& a,
              const Gradients<T>& g) {
    const Index group = s.heads / s.kv_heads;
    check_close("dk", g.dk, [&](Index n, Index column) {
        const Index b = n / s.positions, j = n % s.positions;
        const Index kv_head = column / s.head_size, d = column % s.head_size;
        SumOfGradients sum;
        sum.add(g.dk.start(n, column), std::abs(g.dk.start(n, column)));
        for (Index h = 0; h < group; ++h) {
            const Index row = first_row(s, b, kv_head, h);
            for (Index i = 0; i < s.positions; ++i) {
                const double q = a.q(b * s.positions + i, (kv_head * group + h) * s.head_size + d);
                sum.add(ds.value.view()(row + i, j) * q,
                        ds.magnitude.view()(row + i, j) * std::abs(q));
            }
        }
        return sum.within(roundoff<T>, ds.error);
    });
}

template <class T>
void check_dv(const AttentionShape& s, const TestArray<T>& p, const TestArray<T>& dy,
              const Gradients<T>& g) {
    const Index group = s.heads / s.kv_heads;
    check_close("dv", g.dv, [&](Index n, Index column) {
        const Index b = n / s.positions, j = n % s.positions;
        const Index kv_head = column / s.head_size, d = column % s.head_size;
        BoundedSum sum;
        sum.add(g.dv.start(n, column));
        for (Index h = 0; h < group; ++h) {
            const Index row = first_row(s, b, kv_head, h);
            for (Index i = 0; i < s.positions; ++i) {
                sum.add(p(row + i, j) *
                        dy(b * s.positions + i, (kv_head * group + h) * s.head_size + d));
            }
        }
        return sum.within(roundoff<T>);
    });
}

}  // namespace

TEMPLATE_TEST_CASE("attention_backward adds its three gradients", "", float, double) {
    const Case c = GENERATE(from_range(cases));
    const AttentionMask mask = GENERATE(AttentionMask::full(), AttentionMask::block_causal(1),
                                        AttentionMask::block_causal(3));
    const AttentionShape s{c.batch, c.positions, c.heads, c.kv_heads, c.head_size, mask, c.lengths};
    const AttentionArrays<TestType> a(s);
    const auto dy = AttentionArrays<TestType>::random("dy", s, s.heads);
    TestArray<TestType> p(s.batch * s.heads * s.positions, s.positions);
    for (Index row = 0; row < p.rows(); ++row) {
        const std::vector<Bounded> exact = probability_row(s, a, row);
        for (Index j = 0; j < p.cols(); ++j) p.view()(row, j) = TestType(exact[j].value);
    }
    const Gradients<TestType> g(a);
    attention_backward(g.dq.view(), g.dk.view(), g.dv.view(), dy.view(), p.view(), a.q.view(),
                       a.k.view(), a.v.view(), s);
    const ScoreGradients<TestType> ds(s, p, dy, a.v);
    check_dq(s, ds, a, g);
    check_dk(s, ds, a, g);
    check_dv(s, p, dy, g);
    CHECK(unchanged(a.q, a.k, a.v, dy));
}
