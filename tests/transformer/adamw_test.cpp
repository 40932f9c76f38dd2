// AdamW: its schedule, its norm, and its update against the formula in double.
#include "transformer/adamw.h"

#include "tests/support/error_of.h"
#include "tests/support/test_array.h"

using namespace seed;

TEST_CASE("the learning rate rises in a line and falls along half a cosine") {
    AdamW options;
    options.learning_rate = 2;
    options.warmup_fraction = 0.4;
    options.final_fraction = 0.1;
    // Ten steps, four of them warm-up; then the cosine of 0, 30 ... 150 degrees
    const double expected[] = {0.5, 1, 1.5, 2, 2};
    for (Index step = 0; step < 5; ++step) {
        CHECK(near(learning_rate_at(options, step, 10), expected[step], 1e-14));
    }
    CHECK(near(learning_rate_at(options, 6, 10), 2 * (0.1 + 0.9 * 0.75), 1e-14));
    CHECK(near(learning_rate_at(options, 7, 10), 2 * (0.1 + 0.9 * 0.5), 1e-14));
    CHECK(near(learning_rate_at(options, 8, 10), 2 * (0.1 + 0.9 * 0.25), 1e-14));
}

TEST_CASE("a schedule without warm-up starts at the top") {
    AdamW options;
    options.warmup_fraction = 0;
    CHECK(learning_rate_at(options, 0, 1) == options.learning_rate);
    CHECK(learning_rate_at(options, 0, 7) == options.learning_rate);
}

TEST_CASE("a step outside the schedule is refused") {
    CHECK(error_of([] { learning_rate_at(AdamW{}, 10, 10); }) ==
          "learning rate: expected a step in [0, 10), got 10");
    CHECK(error_of([] { learning_rate_at(AdamW{}, -1, 10); }) ==
          "learning rate: expected a step in [0, 10), got -1");
}

TEMPLATE_TEST_CASE("global_norm is the root of the sum of squares", "", float, double) {
    const Index size = GENERATE(1, 16383, 16384, 40001);
    const auto gradient = TestArray<TestType>::random(test_key("gradient"), 1, size);
    double squares = 0;
    for (Index i = 0; i < size; ++i) squares += gradient(0, i) * gradient(0, i);
    const double norm = global_norm<TestType>(gradient.view());
    CHECK(near(norm, std::sqrt(squares), sum_error(size) * roundoff<double>));
    CHECK(gradient.unchanged());
}

namespace {

constexpr double learning_rate = 0.01, decay = 0.1, scale = 0.25;
constexpr Index step = 3;

template <class T>
struct Adam {
    explicit Adam(Index size)
        : p(TestArray<T>::random(test_key("p"), 1, size)),
          m(TestArray<T>::random(test_key("m"), 1, size)),
          v(TestArray<T>::random_between(test_key("v"), 1, size, 0.01f, 1)),
          gradient(TestArray<T>::random(test_key("gradient"), 1, size, 3)) {}
    TestArray<T> p, m, v, gradient;
    AdamW options;

    // 1 - beta is a difference of a rounded number: off by u beta / (1 - beta), relatively
    Bounded m_next(Index i) const {
        const double keep = options.beta1 * m.start(0, i);
        const double add = (1 - options.beta1) * scale * gradient(0, i);
        const double error = 3 * std::abs(keep) + (4 + 1 / (1 - options.beta1)) * std::abs(add);
        return {keep + add, roundoff<T> * error};
    }
    Bounded v_next(Index i) const {
        const double g = scale * gradient(0, i), keep = options.beta2 * v.start(0, i);
        const double add = (1 - options.beta2) * g * g;
        const double error = 3 * keep + (6 + 1 / (1 - options.beta2)) * add;
        return {keep + add, roundoff<T> * error};
    }
    Bounded p_next(Index i) const {
        const Bounded m1 = m_next(i), v1 = v_next(i);
        const double m_hat = m1.value / (1 - std::pow(options.beta1, double(step)));
        const double v_hat = v1.value / (1 - std::pow(options.beta2, double(step)));
        const double per_m = learning_rate / (std::sqrt(v_hat) + options.eps);
        const double kept = p.start(0, i) * (1 - learning_rate * decay), move = per_m * m_hat;
        const double error = roundoff<T> * (3 * std::abs(kept) + 9 * std::abs(move)) +
                             std::abs(move) * 0.5 * v1.allowed / v1.value +
                             std::abs(move) * m1.allowed / std::abs(m1.value);
        return {kept - move, error};
    }
};

}  // namespace

TEMPLATE_TEST_CASE("adamw_update follows its formula", "", float, double) {
    const Index size = GENERATE(1, 7, 16384, 16397);
    const Adam<TestType> a(size);
    adamw_update(a.p.view(), a.m.view(), a.v.view(), a.gradient.view(), a.options, learning_rate,
                 decay, scale, step);
    check_close("m", a.m, [&](Index, Index i) { return a.m_next(i); });
    check_close("v", a.v, [&](Index, Index i) { return a.v_next(i); });
    check_close("p", a.p, [&](Index, Index i) { return a.p_next(i); });
    CHECK(a.gradient.unchanged());
}

TEST_CASE("the first step of AdamW moves by the learning rate against the gradient's sign") {
    TestArray<double> p(1, 2), m(1, 2), v(1, 2), g(1, 2);
    fill(p.view(), 1), fill(m.view(), 0), fill(v.view(), 0);
    g.view()(0, 0) = 5, g.view()(0, 1) = -0.01;
    adamw_update(p.view(), m.view(), v.view(), g.view(), AdamW{}, 0.1, 0, 1, 1);
    CHECK(near(p(0, 0), 0.9, 1e-8));
    CHECK(near(p(0, 1), 1.1, 1e-6));  // eps is 1e-6 of this gradient
}

TEST_CASE("a parameter without a gradient only decays") {
    TestArray<double> p(1, 1), m(1, 1), v(1, 1), g(1, 1);
    fill(p.view(), 2), fill(m.view(), 0), fill(v.view(), 0), fill(g.view(), 0);
    adamw_update(p.view(), m.view(), v.view(), g.view(), AdamW{}, 0.5, 0.1, 1, 1);
    CHECK(near(p(0, 0), 2 * 0.95, 1e-15));
}
