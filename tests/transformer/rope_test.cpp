// Rotary positions: the rotation itself, its inverse, and the property it exists for.
#include "transformer/rope.h"

#include "tests/support/error_of.h"
#include "tests/support/test_array.h"

using namespace seed;

namespace {

struct Sizes {
    Index batch, positions, heads, head_size;
};

Sizes any_sizes() {
    return GENERATE(Sizes{1, 1, 1, 2}, Sizes{3, 7, 2, 6}, Sizes{2, 97, 3, 4}, Sizes{4, 96, 4, 32});
}

template <class T>
TestArray<T> table(Index positions, Index head_size) {
    TestArray<T> cos_sin(positions, head_size);
    rope_table(cos_sin.view(), 10000);
    return cos_sin;
}

double angle(Index position, Index pair, Index head_size) {
    return double(position) * std::pow(10000.0, -2.0 * double(pair) / double(head_size));
}

}  // namespace

TEMPLATE_TEST_CASE("rope_table holds the cosines and sines of p theta^(-2i/D)", "", float, double) {
    const Sizes s = any_sizes();
    const auto cos_sin = table<TestType>(s.positions, s.head_size);
    check_close("rope_table", cos_sin, [&](Index p, Index i) {
        const Index half = s.head_size / 2;
        const double a = angle(p, i % half, s.head_size);
        // The angle itself is a rounded product in double
        return Bounded{i < half ? std::cos(a) : std::sin(a),
                       2 * roundoff<TestType> + 8 * 0x1p-53 * a};
    });
}

TEMPLATE_TEST_CASE("rope_forward turns every pair by its position's angle", "", float, double) {
    const Sizes s = any_sizes();
    const auto cos_sin = table<TestType>(s.positions, s.head_size);
    const auto x =
        TestArray<TestType>::random(test_key("x"), s.batch * s.positions, s.heads * s.head_size);
    rope_forward(x.view(), cos_sin.view());
    check_close("rope_forward", x, [&](Index n, Index column) {
        const Index half = s.head_size / 2, i = column % s.head_size, p = n % s.positions;
        const double c = cos_sin(p, i % half), sine = cos_sin(p, i % half + half);
        BoundedSum sum;
        sum.add(x.start(n, column) * c);
        if (i < half) {
            sum.add(-x.start(n, column + half) * sine);
        } else {
            sum.add(x.start(n, column - half) * sine);
        }
        return Bounded{sum.value, 3 * roundoff<TestType> * sum.magnitude};
    });
}

TEST_CASE("a quarter turn by hand: (1, 0) at angle 1 becomes (cos 1, sin 1)") {
    const auto cos_sin = table<double>(2, 2);
    TestArray<double> x(2, 2);
    x.view()(0, 0) = x.view()(1, 0) = 1;
    x.view()(0, 1) = x.view()(1, 1) = 0;
    rope_forward(x.view(), cos_sin.view());
    CHECK(x(0, 0) == 1);
    CHECK(x(0, 1) == 0);
    CHECK(x(1, 0) == std::cos(1.0));
    CHECK(x(1, 1) == std::sin(1.0));
}

TEMPLATE_TEST_CASE("rope_backward undoes rope_forward", "", float, double) {
    const Sizes s = any_sizes();
    const auto cos_sin = table<TestType>(s.positions, s.head_size);
    const auto x =
        TestArray<TestType>::random(test_key("x"), s.batch * s.positions, s.heads * s.head_size);
    rope_forward(x.view(), cos_sin.view());
    rope_backward(x.view(), cos_sin.view());
    // Two rotations, each off by 3 u of at most |a| + |b|; the table's own pair has norm 1 + 2 u
    check_close("there and back", x, [&](Index n, Index column) {
        const Index half = s.head_size / 2;
        const Index other = column % s.head_size < half ? column + half : column - half;
        const double norm = std::abs(x.start(n, column)) + std::abs(x.start(n, other));
        return Bounded{x.start(n, column), 10 * roundoff<TestType> * norm};
    });
}

TEST_CASE("the product of a turned query and key depends on their distance alone") {
    const Index positions = 40, head_size = 8;
    const auto cos_sin = table<double>(positions, head_size);
    const auto query = TestArray<double>::random(test_key("query"), 1, head_size);
    const auto key = TestArray<double>::random(test_key("key"), 1, head_size);
    TestArray<double> q(positions, head_size), k(positions, head_size);
    for (Index p = 0; p < positions; ++p) {
        copy(q.view().row_range(p, 1), query.view());
        copy(k.view().row_range(p, 1), key.view());
    }
    rope_forward(q.view(), cos_sin.view());
    rope_forward(k.view(), cos_sin.view());
    const auto product = [&](Index i, Index j) {
        double sum = 0;
        for (Index d = 0; d < head_size; ++d) sum += q(i, d) * k(j, d);
        return sum;
    };
    for (Index i = 7; i < positions; ++i) {
        CHECK(std::abs(product(i, i - 7) - product(7, 0)) < 1e-13);
    }
    CHECK(std::abs(product(7, 0) - product(0, 7)) > 1e-9);  // and on its sign
}

TEST_CASE("rope refuses odd heads and broken sequences") {
    const TestArray<float> odd(3, 5), cos_sin(3, 4), x(7, 8);
    CHECK(error_of([&] { rope_table(odd.view(), 10000); }) ==
          "rope: expected an even head size, got 5");
    CHECK(error_of([&] { rope_forward(x.view(), cos_sin.view()); }) ==
          "rope: expected whole sequences of 3 rows and heads of 4 columns, got (7, 8)");
}
