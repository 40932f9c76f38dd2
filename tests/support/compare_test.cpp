// The tester is tested: every planted mistake must be reported.
#include "tests/support/compare.h"

#include "tests/support/error_of.h"
#include "tests/support/test_array.h"

using namespace seed;
using Catch::Matchers::Contains;

namespace {

// y[i,j] = sum_k x[i,k] w[j,k] over the first `depth` k, written `shift` columns further on.
void product(HostView<float> y, const TestArray<float>& x, const TestArray<float>& w, Index depth,
             Index shift) {
    for (Index i = 0; i < y.rows; ++i) {
        for (Index j = 0; j < y.cols; ++j) {
            float sum = 0;
            for (Index k = 0; k < depth; ++k) sum += float(x(i, k)) * float(w(j, k));
            y(i, (j + shift) % y.cols) = sum;
        }
    }
}

struct Product {
    TestArray<float> x = TestArray<float>::random(test_key("x"), 5, 7);
    TestArray<float> w = TestArray<float>::random(test_key("w"), 4, 7);
    TestArray<float> y{5, 4};
    HostMatrix<double> expected{5, 4}, allowed{5, 4};

    Product() {
        product(y.view(), x, w, 7, 0);
        for (Index i = 0; i < 5; ++i) {
            for (Index j = 0; j < 4; ++j) {
                BoundedSum sum;
                for (Index k = 0; k < 7; ++k) sum.add(x(i, k) * w(j, k));
                const Bounded bounded = sum.within(roundoff<float>);
                expected.view()(i, j) = bounded.value, allowed.view()(i, j) = bounded.allowed;
            }
        }
    }
    Comparison compared() const {
        return compare<float>("product", y.view(), expected.view(), allowed.view());
    }
};

}  // namespace

TEST_CASE("a right result passes and says how much of the bound it used") {
    const Comparison comparison = Product().compared();
    CHECK(comparison.passed());
    CHECK(comparison.share > 0);
    CHECK(comparison.share <= 1);
    CHECK_THAT(comparison.report, Contains("product (5, 4): 0 of 20 wrong"));
}

TEST_CASE("a NaN is reported with its place") {
    Product p;
    p.y.view()(3, 2) = std::nanf("");
    CHECK(p.compared().wrong == 1);
    CHECK_THAT(p.compared().report, Contains("rows 3 ... 3, columns 2 ... 2"));
    CHECK_THAT(p.compared().report, !Contains("never written"));
}

TEST_CASE("a bound that is NaN lets nothing pass") {
    Product p;
    p.allowed.view()(0, 0) = std::nan("");
    CHECK(p.compared().wrong == 1);
}

TEST_CASE("a row that was never written is named so") {
    Product p;
    poison(p.y.view().row_range(4, 1));
    CHECK(p.compared().wrong == 4);
    CHECK_THAT(p.compared().report, Contains("rows 4 ... 4, columns 0 ... 3"));
    CHECK_THAT(p.compared().report, Contains("(never written)"));
}

TEST_CASE("a sum without its last term is wrong everywhere, and five are listed") {
    Product p;
    product(p.y.view(), p.x, p.w, 6, 0);
    const std::string report = p.compared().report;
    CHECK(p.compared().wrong == 20);
    CHECK(std::count(report.begin(), report.end(), '\n') == 5);
}

TEST_CASE("columns shifted by one are wrong") {
    Product p;
    product(p.y.view(), p.x, p.w, 7, 1);
    CHECK(p.compared().wrong == 20);
}

TEST_CASE("one unit in the last place too many is wrong where the bound is exact") {
    HostMatrix<float> one(1, 1);
    HostMatrix<double> expected(1, 1), allowed(1, 1);
    fill(one.view(), std::nextafter(1.0f, 2.0f));
    fill(expected.view(), 1.0);
    CHECK(!compare<float>("one", one.view(), expected.view(), allowed.view()).passed());
}

TEST_CASE("minus infinity equals itself and nothing else") {
    HostMatrix<float> actual(1, 2);
    HostMatrix<double> expected(1, 2), allowed(1, 2);
    fill(actual.view(), -INFINITY);
    fill(expected.view(), -INFINITY);
    CHECK(compare<float>("inf", actual.view(), expected.view(), allowed.view()).passed());
    expected.view()(0, 1) = 3;
    CHECK(compare<float>("inf", actual.view(), expected.view(), allowed.view()).wrong == 1);
}

TEST_CASE("empty comparisons, other shapes and bounds that say nothing are refused") {
    const HostMatrix<float> none(0, 3), y(2, 3);
    const HostMatrix<double> zero(0, 3), expected(2, 3), other(3, 2);
    CHECK_THAT(error_of([&] { compare<float>("y", none.view(), zero.view(), zero.view()); }),
               Contains("nothing to compare"));
    CHECK_THAT(error_of([&] { compare<float>("y", y.view(), other.view(), other.view()); }),
               Contains("expected shape (3, 2), got (2, 3)"));
    HostMatrix<double> loose(2, 3);
    fill(expected.view(), 1.0);
    fill(loose.view(), 1.5);
    CHECK_THAT(error_of([&] { compare<float>("y", y.view(), expected.view(), loose.view()); }),
               Contains("so loose"));
}

TEST_CASE("a test array notices a write beside it and a change of an input") {
    TestArray<float> array = TestArray<float>::random(test_key("array"), 3, 5);
    CHECK(array.unchanged());
    array.view()(2, 4) += 1;
    CHECK(!array.unchanged());
    CHECK(array.guards_intact());
    array.view().data[15] = 0;
    CHECK(!array.guards_intact());
    TestArray<double> before(2, 2);
    before.view().data[-1] = 0;
    CHECK(!before.guards_intact());
}
