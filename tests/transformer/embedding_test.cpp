// Rows looked up and gradients scattered back: embedding and gather.
#include "transformer/embedding.h"

#include "tests/support/error_of.h"
#include "tests/support/test_array.h"
#include "transformer/residual.h"

using namespace seed;

namespace {

struct Sizes {
    Index n, v, c;
};

Sizes any_sizes() {
    return GENERATE(Sizes{1, 1, 1}, Sizes{13, 5, 7}, Sizes{97, 11, 65}, Sizes{384, 512, 128});
}

// Tokens with repetitions.
std::vector<std::int32_t> random_ids(Sizes s) {
    std::vector<std::int32_t> ids;
    for (Index n = 0; n < s.n; ++n) {
        ids.push_back(std::int32_t(uniform_double(test_key("ids"), n, 0) * double(s.v)));
    }
    return ids;
}

// n rows of `available`, each at most once, in no order.
std::vector<Index> random_rows(Index selected, Index available) {
    std::vector<Index> rows(available);
    for (Index i = 0; i < available; ++i) rows[i] = i;
    RandomStream random(test_key("rows"), 0);
    for (Index i = available - 1; i > 0; --i) {
        std::swap(rows[i], rows[random.below(std::uint32_t(i + 1))]);
    }
    rows.resize(selected);
    return rows;
}

}  // namespace

TEMPLATE_TEST_CASE("embedding_forward copies the rows of its tokens", "", float, double) {
    const Sizes s = any_sizes();
    const auto ids = random_ids(s);
    const auto tokens = TestArray<TestType>::random(test_key("table"), s.v, s.c);
    const TestArray<TestType> x(s.n, s.c);
    embedding_forward(x.view(), ids, tokens.view());
    check_close("embedding_forward", x,
                [&](Index n, Index c) { return Bounded{tokens(ids[n], c), 0}; });
    CHECK(tokens.unchanged());
}

TEMPLATE_TEST_CASE("a token that occurs twice collects both gradients", "", float, double) {
    const Sizes s = any_sizes();
    const auto ids = random_ids(s);
    const auto dx = TestArray<TestType>::random(test_key("dx"), s.n, s.c);
    const auto dtable = TestArray<TestType>::random(test_key("dtable"), s.v, s.c);
    embedding_backward(dtable.view(), ids, dx.view());
    check_close("embedding_backward", dtable, [&](Index v, Index c) {
        BoundedSum sum;
        sum.add(dtable.start(v, c));
        for (Index n = 0; n < s.n; ++n) {
            if (ids[n] == v) sum.add(dx(n, c));
        }
        return sum.within(roundoff<TestType>);
    });
    CHECK(dx.unchanged());
}

TEMPLATE_TEST_CASE("gather_rows copies, its backward adds to those rows alone", "", float, double) {
    const Sizes s = any_sizes();
    const Index selected = (s.n + 1) / 2;
    const auto rows = random_rows(selected, s.n);
    const auto x = TestArray<TestType>::random(test_key("x"), s.n, s.c);
    const TestArray<TestType> y(selected, s.c);
    gather_rows(y.view(), x.view(), rows);
    check_close("gather_rows", y, [&](Index m, Index c) { return Bounded{x(rows[m], c), 0}; });
    CHECK(x.unchanged());

    const auto dy = TestArray<TestType>::random(test_key("dy"), selected, s.c);
    const auto dx = TestArray<TestType>::random(test_key("dx"), s.n, s.c);
    gather_rows_backward(dx.view(), dy.view(), rows);
    check_close("gather_rows_backward", dx, [&](Index n, Index c) {
        const auto found = std::find(rows.begin(), rows.end(), n);
        if (found == rows.end()) return Bounded{dx.start(n, c), 0};
        const double sum = dx.start(n, c) + dy(found - rows.begin(), c);
        return Bounded{sum, roundoff<TestType> * std::abs(sum)};
    });
    CHECK(dy.unchanged());
}

TEST_CASE("tokens outside the table are refused") {
    const TestArray<float> x(2, 3), table(5, 3);
    for (const std::int32_t wrong : {-1, 5}) {
        const std::vector<std::int32_t> ids = {0, wrong};
        CHECK(error_of([&] { embedding_forward(x.view(), ids, table.view()); }) ==
              "embedding: expected ids in [0, 5), got " + std::to_string(wrong));
    }
    const std::vector<std::int32_t> one = {4};
    CHECK(error_of([&] { embedding_forward(x.view(), one, table.view()); }) ==
          "embedding: expected 2 ids and 3 columns, got 1 and 3");
}

TEST_CASE("rows outside the array are refused") {
    const TestArray<float> y(2, 3), x(5, 3);
    for (const Index wrong : {-1, 5}) {
        const std::vector<Index> rows = {0, wrong};
        const std::string message =
            "gather_rows: expected rows in [0, 5), got " + std::to_string(wrong);
        CHECK(error_of([&] { gather_rows(y.view(), x.view(), rows); }) == message);
        CHECK(error_of([&] { gather_rows_backward(x.view(), y.view(), rows); }) == message);
    }
    const std::vector<Index> one = {4};
    CHECK(error_of([&] { gather_rows(y.view(), x.view(), one); }) ==
          "gather_rows: expected 2 rows, got 1");
}
