// Linear layers against their formulas, summed up in double.
#include "transformer/matmul.h"

#include "tests/support/error_of.h"
#include "tests/support/test_array.h"
#include "tests/support/thread_count.h"
#include "transformer/few_rows.h"

using namespace seed;

namespace {

struct Sizes {
    Index n, o, i;
};

// 1; a prime each; around the pieces of 96 and 64 rows; the model's own
Sizes any_sizes() {
    return GENERATE(Sizes{1, 1, 1}, Sizes{13, 7, 5}, Sizes{95, 65, 97}, Sizes{97, 63, 2},
                    Sizes{384, 384, 128});
}

template <class T>
struct Linear {
    explicit Linear(Sizes s)
        : x(TestArray<T>::random(test_key("x"), s.n, s.i)),
          weight(TestArray<T>::random(test_key("weight"), s.o, s.i)),
          dy(TestArray<T>::random(test_key("dy"), s.n, s.o)) {}
    TestArray<T> x, weight, dy;
};

}  // namespace

TEMPLATE_TEST_CASE("matmul_forward is the product with the transposed weight", "", float, double) {
    const Sizes s = any_sizes();
    const Linear<TestType> a(s);
    TestArray<TestType> y(s.n, s.o);
    matmul_forward(y.view(), a.x.view(), a.weight.view());
    check_close("matmul_forward", y, [&](Index n, Index o) {
        BoundedSum sum;
        for (Index i = 0; i < s.i; ++i) sum.add(a.x(n, i) * a.weight(o, i));
        return sum.within(roundoff<TestType>);
    });
    CHECK(unchanged(a.x, a.weight));
}

TEMPLATE_TEST_CASE("matmul_few_rows is the same product", "", float, double) {
    // Around 4 rows of either factor, 8 numbers of a register (4 in double), 64 rows in cache
    const Sizes s = GENERATE(Sizes{1, 1, 1}, Sizes{2, 3, 7}, Sizes{3, 5, 8}, Sizes{4, 4, 9},
                             Sizes{5, 6, 31}, Sizes{16, 13, 33}, Sizes{64, 8, 5}, Sizes{67, 9, 17},
                             Sizes{1, 593, 128}, Sizes{130, 3, 512});
    const Linear<TestType> a(s);
    TestArray<TestType> y(s.n, s.o);
    matmul_few_rows(y.view(), a.x.view(), a.weight.view());
    check_close("matmul_few_rows", y, [&](Index n, Index o) {
        BoundedSum sum;
        for (Index i = 0; i < s.i; ++i) sum.add(a.x(n, i) * a.weight(o, i));
        return sum.within(roundoff<TestType>);
    });
    CHECK(unchanged(a.x, a.weight));
}

TEMPLATE_TEST_CASE(
    "rows of matmul_few_rows have the same bits whoever is beside them, and with two threads", "",
    float, double) {
    for (const Sizes& s :
         {Sizes{70, 701, 1031}, Sizes{70, 593, 128}, Sizes{67, 21, 16}, Sizes{66, 3, 40}}) {
        const Linear<TestType> a(s);
        HostMatrix<TestType> all(s.n, s.o);
        {
            const ThreadCount two(2);
            matmul_few_rows(all.view(), a.x.view(), a.weight.view());
        }
        const ThreadCount one(1);
        for (const Index count : {1, 2, 3, 4, 5, 6, 7}) {
            HostMatrix<TestType> some(count, s.o);
            for (Index n = 0; n + count <= s.n; ++n) {
                matmul_few_rows(some.view(), a.x.view().row_range(n, count), a.weight.view());
                CHECK(std::equal(some.view().data, some.view().data + some.size(),
                                 all.view().row(n)));
            }
        }
    }
}

TEMPLATE_TEST_CASE("a row of matmul_forward has the same bits however many rows there are", "",
                   float, double) {
    for (const Sizes& s : {Sizes{40, 3, 5}, Sizes{40, 1, 2}, Sizes{40, 7, 8}, Sizes{40, 21, 16}}) {
        const Linear<TestType> a(
            s);  // the first three are small enough for another product of Eigen
        HostMatrix<TestType> all(s.n, s.o);
        matmul_forward(all.view(), a.x.view(), a.weight.view());
        for (const Index count : {1, 2, 3, 5, 8, 13}) {
            HostMatrix<TestType> some(count, s.o);
            matmul_forward(some.view(), a.x.view().row_range(0, count), a.weight.view());
            CHECK(std::equal(some.view().data, some.view().data + some.size(), all.view().data));
        }
    }
}

TEMPLATE_TEST_CASE("matmul_backward_input adds dy W", "", float, double) {
    const Sizes s = any_sizes();
    const Linear<TestType> a(s);
    const auto dx = TestArray<TestType>::random(test_key("dx"), s.n, s.i);
    matmul_backward_input(dx.view(), a.dy.view(), a.weight.view());
    check_close("matmul_backward_input", dx, [&](Index n, Index i) {
        BoundedSum sum;
        sum.add(dx.start(n, i));
        for (Index o = 0; o < s.o; ++o) sum.add(a.dy(n, o) * a.weight(o, i));
        return sum.within(roundoff<TestType>);
    });
    CHECK(unchanged(a.dy, a.weight));
}

TEMPLATE_TEST_CASE("matmul_backward_weight adds the transposed dy times x", "", float, double) {
    const Sizes s = any_sizes();
    const Linear<TestType> a(s);
    const auto dweight = TestArray<TestType>::random(test_key("dweight"), s.o, s.i);
    matmul_backward_weight(dweight.view(), a.dy.view(), a.x.view());
    check_close("matmul_backward_weight", dweight, [&](Index o, Index i) {
        BoundedSum sum;
        sum.add(dweight.start(o, i));
        for (Index n = 0; n < s.n; ++n) sum.add(a.dy(n, o) * a.x(n, i));
        return sum.within(roundoff<TestType>);
    });
    CHECK(unchanged(a.dy, a.x));
}

TEMPLATE_TEST_CASE("add_bias adds the bias to every row, rounded once", "", float, double) {
    const Sizes s = any_sizes();
    const auto y = TestArray<TestType>::random(test_key("y"), s.n, s.o);
    const auto bias = TestArray<TestType>::random(test_key("bias"), 1, s.o);
    add_bias(y.view(), bias.view());
    check_close("add_bias", y, [&](Index n, Index o) {
        const double sum = y.start(n, o) + bias(0, o);
        return Bounded{sum, roundoff<TestType> * std::abs(sum)};
    });
    CHECK(unchanged(bias));
}

TEMPLATE_TEST_CASE("add_bias_backward adds the column sums", "", float, double) {
    const Sizes s = any_sizes();
    const Linear<TestType> a(s);
    const auto dbias = TestArray<TestType>::random(test_key("dbias"), 1, s.o);
    add_bias_backward(dbias.view(), a.dy.view());
    check_close("add_bias_backward", dbias, [&](Index, Index o) {
        BoundedSum sum;
        sum.add(dbias.start(0, o));
        for (Index n = 0; n < s.n; ++n) sum.add(a.dy(n, o));
        return sum.within(roundoff<TestType>);
    });
    CHECK(unchanged(a.dy));
}

TEST_CASE("a linear layer whose shapes do not fit names the argument") {
    const TestArray<float> y(2, 3), x(2, 4), weight(3, 5);
    CHECK(error_of([&] { matmul_forward(y.view(), x.view(), weight.view()); }) ==
          "matmul_forward: x: expected shape (2, 5), got (2, 4)");
    CHECK(error_of([&] { matmul_few_rows(y.view(), x.view(), weight.view()); }) ==
          "matmul_few_rows: x: expected shape (2, 5), got (2, 4)");
    const TestArray<float> fits(4, 4);
    CHECK(error_of([&] { matmul_few_rows(y.view(), x.view(), fits.view()); }) ==
          "matmul_few_rows: weight: expected shape (3, 4), got (4, 4)");
    CHECK(error_of([&] { add_bias(y.view(), x.view()); }) ==
          "add_bias: bias: expected shape (1, 3), got (2, 4)");
}
