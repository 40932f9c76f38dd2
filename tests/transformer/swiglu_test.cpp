// The gated unit and the residual sum against their formulas in double.
#include "transformer/swiglu.h"

#include "tests/support/test_array.h"
#include "transformer/residual.h"

using namespace seed;

namespace {

struct Sizes {
    Index n, f;
};

Sizes any_sizes() {
    return GENERATE(Sizes{1, 1}, Sizes{13, 7}, Sizes{97, 3}, Sizes{96, 384});
}

double sigma(double g) { return 1 / (1 + std::exp(-g)); }

}  // namespace

TEMPLATE_TEST_CASE("swiglu_forward is silu(gate) up, to four ulp", "", float, double) {
    const Sizes s = any_sizes();
    const auto gate = TestArray<TestType>::random(test_key("gate"), s.n, s.f, 8);
    const auto up = TestArray<TestType>::random(test_key("up"), s.n, s.f);
    const TestArray<TestType> y(s.n, s.f);
    swiglu_forward(y.view(), gate.view(), up.view());
    check_close("swiglu_forward", y, [&](Index n, Index f) {
        const double value = gate(n, f) * sigma(gate(n, f)) * up(n, f);
        return Bounded{value, 8 * roundoff<TestType> * std::abs(value)};
    });
    CHECK(unchanged(gate, up));
}

TEMPLATE_TEST_CASE("swiglu_backward adds both gradients", "", float, double) {
    const Sizes s = any_sizes();
    const auto gate = TestArray<TestType>::random(test_key("gate"), s.n, s.f, 8);
    const auto up = TestArray<TestType>::random(test_key("up"), s.n, s.f);
    const auto dy = TestArray<TestType>::random(test_key("dy"), s.n, s.f);
    const auto dgate = TestArray<TestType>::random(test_key("dgate"), s.n, s.f);
    const auto dup = TestArray<TestType>::random(test_key("dup"), s.n, s.f);
    swiglu_backward(dgate.view(), dup.view(), dy.view(), gate.view(), up.view());
    // sigma is off by 6 u, 1 - sigma by 7 u absolutely, and |g| multiplies that
    check_close("dgate", dgate, [&](Index n, Index f) {
        const double g = gate(n, f), outer = dy(n, f) * up(n, f) * sigma(g);
        const double magnitude =
            std::abs(dgate.start(n, f)) + std::abs(outer) * (1 + std::abs(g));
        return Bounded{dgate.start(n, f) + outer * (1 + g * (1 - sigma(g))),
                       16 * roundoff<TestType> * magnitude};
    });
    check_close("dup", dup, [&](Index n, Index f) {
        const double value = dy(n, f) * gate(n, f) * sigma(gate(n, f));
        return Bounded{dup.start(n, f) + value, 9 * roundoff<TestType> * std::abs(value) +
                                                    roundoff<TestType> *
                                                        std::abs(dup.start(n, f) + value)};
    });
    CHECK(unchanged(gate, up, dy));
}

TEST_CASE("swiglu reaches its limits at large gates without a NaN") {
    TestArray<float> gate(1, 2), up(1, 2), y(1, 2), dgate(1, 2), dup(1, 2);
    gate.view()(0, 0) = 1000, gate.view()(0, 1) = -1000;
    fill(up.view(), 2), fill(dgate.view(), 0), fill(dup.view(), 0);
    swiglu_forward(y.view(), gate.view(), up.view());
    CHECK(y(0, 0) == 2000);
    CHECK(std::abs(y(0, 1)) < 1e-30);
    swiglu_backward(dgate.view(), dup.view(), up.view(), gate.view(), up.view());
    CHECK(dgate(0, 0) == 4);
    CHECK(std::abs(dgate(0, 1)) < 1e-30);
    CHECK(dup(0, 0) == 2000);
    CHECK(std::abs(dup(0, 1)) < 1e-30);
}

TEMPLATE_TEST_CASE("add_forward rounds every sum once", "", float, double) {
    const Sizes s = any_sizes();
    const auto a = TestArray<TestType>::random(test_key("a"), s.n, s.f);
    const auto b = TestArray<TestType>::random(test_key("b"), s.n, s.f);
    const TestArray<TestType> y(s.n, s.f);
    add_forward(y.view(), a.view(), b.view());
    check_close("add_forward", y, [&](Index n, Index f) {
        const double sum = a(n, f) + b(n, f);
        return Bounded{sum, roundoff<TestType> * std::abs(sum)};
    });
    CHECK(unchanged(a, b));
}
