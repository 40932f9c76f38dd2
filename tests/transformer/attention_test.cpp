// Attention forward and backward against its formulas, for every mask.
#include "transformer/attention.h"

#include "tests/support/error_of.h"
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

AttentionShape shape_of(const Case& c, AttentionMask mask) {
    return {c.batch, c.positions, c.heads, c.kv_heads, c.head_size, mask, c.lengths};
}

AttentionMask any_mask() {
    return GENERATE(AttentionMask::full(), AttentionMask::block_causal(1),
                    AttentionMask::block_causal(3));
}

}  // namespace

TEST_CASE("visible counts the keys of each mask") {
    const AttentionMask full = AttentionMask::full(), causal = AttentionMask::block_causal(1);
    const AttentionMask threes = AttentionMask::block_causal(3);
    // Query i          0  1  2  3  4  5  6, in a sequence of 7 tokens and of 5
    const Index expected[6][7] = {{7, 7, 7, 7, 7, 7, 7}, {5, 5, 5, 5, 5, 5, 5},
                                  {1, 2, 3, 4, 5, 6, 7}, {1, 2, 3, 4, 5, 5, 5},
                                  {3, 3, 3, 6, 6, 6, 7}, {3, 3, 3, 5, 5, 5, 5}};
    for (Index i = 0; i < 7; ++i) {
        CHECK(full.visible(i, 7) == expected[0][i]);
        CHECK(full.visible(i, 5) == expected[1][i]);
        CHECK(causal.visible(i, 7) == expected[2][i]);
        CHECK(causal.visible(i, 5) == expected[3][i]);
        CHECK(threes.visible(i, 7) == expected[4][i]);
        CHECK(threes.visible(i, 5) == expected[5][i]);
    }
    CHECK(error_of([] { AttentionMask::block_causal(0); }) ==
          "attention mask: expected a block size >= 1, got 0");
}

TEMPLATE_TEST_CASE("attention_forward averages the visible values", "", float, double) {
    const Case c = GENERATE(from_range(cases));
    const AttentionShape s = shape_of(c, any_mask());
    const AttentionArrays<TestType> a(s);
    const TestArray<TestType> y(a.q.rows(), a.q.cols());
    const TestArray<TestType> p(s.batch * s.heads * s.positions, s.positions);
    attention_forward(y.view(), p.view(), a.q.view(), a.k.view(), a.v.view(), s);
    std::vector<std::vector<Bounded>> rows;
    for (Index row = 0; row < p.rows(); ++row) rows.push_back(probability_row(s, a, row));
    check_close("P", p, [&](Index row, Index j) { return rows[row][j]; });
    check_close("y", y, [&](Index n, Index column) {
        const Index b = n / s.positions, head = column / s.head_size;
        const Index kv_column = head / (s.heads / s.kv_heads) * s.head_size + column % s.head_size;
        const auto& row = rows[(b * s.heads + head) * s.positions + n % s.positions];
        BoundedSum sum;
        double from_p = 0;
        for (Index j = 0; j < s.positions; ++j) {
            const double v = a.v(b * s.positions + j, kv_column);
            sum.add(row[j].value * v);
            from_p += row[j].allowed * std::abs(v);
        }
        return Bounded{sum.value, from_p + sum.within(roundoff<TestType>).allowed};
    });
    CHECK(unchanged(a.q, a.k, a.v));
}

TEST_CASE("grouped heads equal heads whose keys and values are repeated") {
    const Case c = cases[2];
    const AttentionShape grouped = shape_of(c, AttentionMask::block_causal(3));
    AttentionShape repeated = grouped;
    repeated.kv_heads = repeated.heads;
    const AttentionArrays<float> a(grouped);
    const Index n = a.q.rows(), width = a.q.cols();
    const TestArray<float> k(n, width), v(n, width), y(n, width), y_repeated(n, width);
    for (Index row = 0; row < n; ++row) {
        for (Index head = 0; head < c.heads; ++head) {
            for (Index d = 0; d < c.head_size; ++d) {
                const Index from = head / 3 * c.head_size + d, to = head * c.head_size + d;
                k.view()(row, to) = a.k.view()(row, from);
                v.view()(row, to) = a.v.view()(row, from);
            }
        }
    }
    const TestArray<float> p(c.batch * c.heads * c.positions, c.positions);
    attention_forward(y.view(), p.view(), a.q.view(), a.k.view(), a.v.view(), grouped);
    attention_forward(y_repeated.view(), p.view(), a.q.view(), k.view(), v.view(), repeated);
    CHECK(same_bits(y.view(), y_repeated.view()));
}

TEST_CASE("a uniform query averages the keys that it sees, by hand") {
    // One head of two, three positions, q = 0: P is 1 / visible
    const std::int32_t lengths[] = {3};
    const AttentionShape s{1, 3, 1, 1, 2, AttentionMask::block_causal(1), lengths};
    TestArray<double> q(3, 2), k(3, 2), v(3, 2), y(3, 2), p(3, 3);
    fill(q.view(), 0), fill(k.view(), 1);
    for (Index i = 0; i < 6; ++i) v.view().data[i] = double(i);  // (0 1), (2 3), (4 5)
    attention_forward(y.view(), p.view(), q.view(), k.view(), v.view(), s);
    const double expected[] = {0, 1, 1, 2, 2, 3};
    for (Index i = 0; i < 6; ++i) CHECK(std::abs(y.view().data[i] - expected[i]) < 1e-15);
    CHECK(p(0, 1) == 0);
    CHECK(p(1, 1) == 0.5);
}

TEST_CASE("attention refuses lengths and heads that do not fit") {
    const TestArray<float> q(4, 8), kv(4, 4), y(4, 8), p(16, 2);
    const auto message = [&](Index heads, std::vector<std::int32_t> lengths) {
        const AttentionShape s{2, 2, heads, 2, 2, AttentionMask::full(), lengths};
        return error_of([&] {
            attention_forward(y.view(), p.view(), q.view(), kv.view(), kv.view(), s);
        });
    };
    CHECK(message(4, {2, 2}).empty() == true);
    CHECK(message(4, {2, 0}) == "attention: expected lengths in 1 ... 2, got 0");
    CHECK(message(4, {2, 3}) == "attention: expected lengths in 1 ... 2, got 3");
    CHECK(message(3, {2, 2}) == "attention: expected heads in whole groups, got 3 over 2");
    CHECK(message(4, {2}) ==
          "attention: shapes do not fit: 4 rows, 8 and 4 columns, 1 lengths");
}
