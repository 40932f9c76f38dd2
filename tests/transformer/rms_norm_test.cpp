// Root-mean-square normalisation against its formulas in double.
#include "transformer/rms_norm.h"

#include "tests/support/test_array.h"

using namespace seed;

namespace {

struct Sizes {
    Index n, c;
};

Sizes any_sizes() {
    return GENERATE(Sizes{1, 1}, Sizes{13, 7}, Sizes{96, 5}, Sizes{97, 65}, Sizes{384, 128});
}

// Between 0.5 and 1: a mean square that is not near eps.
template <class T>
TestArray<T> random_rows(Sizes s) {
    auto x = TestArray<T>::random_between(test_key("x"), s.n, s.c, 0.5f, 1);
    for (Index i = 0; i < s.n * s.c; i += 2) x.view().data[i] = -x.view().data[i];
    return x;
}

double mean_square(const auto& x, Index n) {
    double sum = 0;
    for (Index c = 0; c < x.cols(); ++c) sum += x(n, c) * x(n, c);
    return sum / double(x.cols());
}

}  // namespace

TEMPLATE_TEST_CASE("rms_norm_forward divides by the root mean square", "", float, double) {
    const Sizes s = any_sizes();
    const auto x = random_rows<TestType>(s);
    const auto gain = TestArray<TestType>::random(test_key("gain"), 1, s.c);
    const TestArray<TestType> y(s.n, s.c), rstd(s.n, 1);
    const TestType eps = TestType(0.125);  // so large that forgetting it is seen
    rms_norm_forward(y.view(), rstd.view(), x.view(), gain.view(), eps);
    // The sum's relative error, halved by the root; a division, an addition, a root, a division
    const double error = (sum_error(s.c) / 2 + 4) * roundoff<TestType>;
    const auto r = [&](Index n) { return 1 / std::sqrt(mean_square(x, n) + eps); };
    check_close("rstd", rstd, [&](Index n, Index) { return Bounded{r(n), error * r(n)}; });
    check_close("rms_norm_forward", y, [&](Index n, Index c) {
        const double value = gain(0, c) * r(n) * x(n, c);
        return Bounded{value, (error + 2 * roundoff<TestType>) * std::abs(value)};
    });
    CHECK(gain.unchanged());
}

TEMPLATE_TEST_CASE("rms_norm_backward adds the gradients of its formula", "", float, double) {
    const Sizes s = any_sizes();
    const auto x = random_rows<TestType>(s);
    const auto gain = TestArray<TestType>::random(test_key("gain"), 1, s.c);
    const auto dy = TestArray<TestType>::random(test_key("dy"), s.n, s.c);
    const auto rstd = TestArray<TestType>::random_between(test_key("rstd"), s.n, 1, 0.5f, 2);
    const auto dx = TestArray<TestType>::random(test_key("dx"), s.n, s.c);
    const auto dgain = TestArray<TestType>::random(test_key("dgain"), 1, s.c);
    rms_norm_backward(dx.view(), dgain.view(), dy.view(), x.view(), rstd.view(), gain.view());
    check_close("dx", dx, [&](Index n, Index c) {
        const double r = rstd(n, 0), g = gain(0, c) * dy(n, c);
        BoundedSum mean;  // s[n], times C
        for (Index k = 0; k < s.c; ++k) mean.add(gain(0, k) * dy(n, k) * r * x(n, k));
        const double inner = r * x(n, c) / double(s.c);
        // Errors: of the sum s, and eight roundings around it
        const double magnitude = std::abs(dx.start(n, c)) + r * std::abs(g) +
                                 r * std::abs(inner) * mean.magnitude;
        return Bounded{dx.start(n, c) + r * (g - mean.value * inner),
                       (sum_error(s.c) + 8) * roundoff<TestType> * magnitude};
    });
    check_close("dgain", dgain, [&](Index, Index c) {
        BoundedSum sum;
        sum.add(dgain.start(0, c));
        for (Index n = 0; n < s.n; ++n) sum.add(dy(n, c) * rstd(n, 0) * x(n, c));
        return sum.within(roundoff<TestType>, 2);
    });
    CHECK(unchanged(dy, rstd, gain));
}

TEST_CASE("rms_norm of (3, 4) with gain 1, by hand") {
    TestArray<double> x(1, 2), gain(1, 2), y(1, 2), rstd(1, 1);
    x.view()(0, 0) = 3, x.view()(0, 1) = 4;
    fill(gain.view(), 1);
    rms_norm_forward(y.view(), rstd.view(), x.view(), gain.view(), 0.0);
    // mean square 12.5, r = 0.28284...
    CHECK(std::abs(y(0, 0) - 0.848528137423857) < 1e-15);
    CHECK(std::abs(y(0, 1) - 1.131370849898476) < 1e-15);
}
