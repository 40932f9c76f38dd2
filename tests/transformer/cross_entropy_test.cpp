// Weighted cross entropy against its formulas in double.
#include "transformer/cross_entropy.h"

#include "tests/support/error_of.h"
#include "tests/support/test_array.h"

using namespace seed;

namespace {

struct Sizes {
    Index n, v;
};

Sizes any_sizes() {
    return GENERATE(Sizes{1, 2}, Sizes{13, 7}, Sizes{97, 5}, Sizes{96, 512});
}

template <class T>
struct Scored {
    explicit Scored(Sizes s)
        : logits(TestArray<T>::random(test_key("logits"), s.n, s.v, 6)),
          weights(TestArray<T>::random(test_key("weights"), s.n, 1)) {
        for (Index n = 0; n < s.n; ++n) targets.push_back(std::int32_t(n * 5 % s.v));
    }
    TestArray<T> logits, weights;
    std::vector<std::int32_t> targets;
};

// log sum exp of a row. Relative error of the sum: its terms are off by the exponential (4 u) and
// by the rounding of their exponent (u times its size); the logarithm makes it absolute.
template <class T>
Bounded lse_of(const TestArray<T>& logits, Index n) {
    double largest = logits(n, 0), sum = 0, range = 0;
    for (Index v = 0; v < logits.cols(); ++v) largest = std::max(largest, logits(n, v));
    for (Index v = 0; v < logits.cols(); ++v) {
        sum += std::exp(logits(n, v) - largest);
        range = std::max(range, largest - logits(n, v));
    }
    const double value = largest + std::log(sum);
    const double error = sum_error(logits.cols()) + 4 + range;
    return {value, roundoff<T> * (error + 4 * std::log(sum) + std::abs(value))};
}

}  // namespace

TEMPLATE_TEST_CASE("cross_entropy_forward is w (lse - z[target])", "", float, double) {
    const Sizes s = any_sizes();
    const Scored<TestType> a(s);
    const TestArray<TestType> losses(s.n, 1), lse(s.n, 1);
    cross_entropy_forward(losses.view(), lse.view(), a.logits.view(), a.targets, a.weights.view());
    check_close("lse", lse, [&](Index n, Index) { return lse_of(a.logits, n); });
    check_close("losses", losses, [&](Index n, Index) {
        const Bounded exact = lse_of(a.logits, n);
        const double loss = exact.value - a.logits(n, a.targets[n]);
        return Bounded{a.weights(n, 0) * loss,
                       std::abs(a.weights(n, 0)) *
                           (exact.allowed + 2 * roundoff<TestType> * std::abs(loss))};
    });
    CHECK(unchanged(a.logits, a.weights));
}

TEMPLATE_TEST_CASE("cross_entropy_backward adds w (p - [target])", "", float, double) {
    const Sizes s = any_sizes();
    const Scored<TestType> a(s);
    TestArray<TestType> lse(s.n, 1);
    for (Index n = 0; n < s.n; ++n) lse.view()(n, 0) = TestType(lse_of(a.logits, n).value);
    const auto dlogits = TestArray<TestType>::random(test_key("dlogits"), s.n, s.v);
    cross_entropy_backward(dlogits.view(), a.logits.view(), lse.view(), a.targets,
                           a.weights.view());
    check_close("dlogits", dlogits, [&](Index n, Index v) {
        const double exponent = a.logits(n, v) - lse(n, 0), w = a.weights(n, 0);
        const double p = std::exp(exponent), is_target = v == a.targets[n] ? 1 : 0;
        // p's exponent is rounded, then exp, a product and two sums
        const double magnitude = 2 * std::abs(dlogits.start(n, v)) +
                                 std::abs(w) * (p * (std::abs(exponent) + 7) + is_target);
        return Bounded{dlogits.start(n, v) + w * (p - is_target), roundoff<TestType> * magnitude};
    });
    CHECK(unchanged(a.logits, a.weights));
}

TEMPLATE_TEST_CASE("the mask token has probability 0 and no gradient", "", float, double) {
    const Index rows = 5, vocabulary = 9, mask = 4;
    const Scored<TestType> a({rows, vocabulary});
    const std::vector<std::int32_t> targets = {0, 1, 2, 3, 5};
    forbid_token(a.logits.view(), mask);
    const TestArray<TestType> losses(rows, 1), lse(rows, 1);
    const auto dlogits = TestArray<TestType>::random(test_key("dlogits"), rows, vocabulary);
    cross_entropy_forward(losses.view(), lse.view(), a.logits.view(), targets, a.weights.view());
    cross_entropy_backward(dlogits.view(), a.logits.view(), lse.view(), targets, a.weights.view());
    for (Index n = 0; n < rows; ++n) {
        CHECK(a.logits(n, mask) == -INFINITY);
        CHECK(dlogits(n, mask) == dlogits.start(n, mask));
        double sum = 0;  // over the others, the probabilities are whole
        for (Index v = 0; v < vocabulary; ++v) {
            if (v != mask) sum += std::exp(a.logits(n, v) - lse(n, 0));
        }
        CHECK(std::abs(sum - 1) < 1e-5);
    }
}

TEST_CASE("two equal logits cost log 2, by hand") {
    TestArray<double> logits(1, 2), weights(1, 1), losses(1, 1), lse(1, 1), dlogits(1, 2);
    fill(logits.view(), 1000), fill(weights.view(), 3), fill(dlogits.view(), 0);
    const std::vector<std::int32_t> targets = {1};
    cross_entropy_forward(losses.view(), lse.view(), logits.view(), targets, weights.view());
    CHECK(near(losses(0, 0), 3 * std::log(2.0), 1e-12));
    cross_entropy_backward(dlogits.view(), logits.view(), lse.view(), targets, weights.view());
    CHECK(near(dlogits(0, 0), 1.5, 1e-12));
    CHECK(near(dlogits(0, 1), -1.5, 1e-12));
}

TEST_CASE("targets and tokens outside the vocabulary are refused") {
    const Scored<float> a({2, 5});
    const TestArray<float> losses(2, 1), lse(2, 1);
    for (const std::int32_t wrong : {-1, 5}) {
        const std::vector<std::int32_t> targets = {0, wrong};
        CHECK(error_of([&] {
                  cross_entropy_forward(losses.view(), lse.view(), a.logits.view(), targets,
                                        a.weights.view());
              }) == "cross entropy: expected targets in [0, 5), got " + std::to_string(wrong));
        CHECK(error_of([&] { forbid_token(a.logits.view(), wrong); }) ==
              "forbid_token: expected a token in [0, 5), got " + std::to_string(wrong));
    }
}
