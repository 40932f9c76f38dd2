// AdamW: its schedule, its norm, and its update against the formula in double.
#include "transformer/adamw.h"

#include "tests/support/error_of.h"
#include "tests/support/test_array.h"
#include "tests/transformer/adamw_oracle.h"

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

TEST_CASE("the learning rate is constant before a decay of the last steps") {
    AdamW options;
    options.learning_rate = 2, options.final_fraction = 0.1;
    options.warmup_fraction = 0.2, options.decay_fraction = 0.4;
    // Ten steps: two rise, four stay, four fall along the cosine of 0, 45, 90 and 135 degrees
    CHECK(near(learning_rate_at(options, 0, 10), 1, 1e-14));
    for (Index step = 1; step <= 6; ++step) CHECK(learning_rate_at(options, step, 10) == 2);
    CHECK(near(learning_rate_at(options, 7, 10), 2 * (0.1 + 0.45 * (1 + std::sqrt(0.5))), 1e-14));
    CHECK(near(learning_rate_at(options, 8, 10), 2 * (0.1 + 0.45), 1e-14));
    options.decay_fraction = 0;
    CHECK(learning_rate_at(options, 9, 10) == 2);
}

TEST_CASE("a decay that begins within a step begins with the next one") {
    AdamW options;
    options.learning_rate = 2, options.warmup_fraction = 0;
    options.decay_fraction = 0.25;  // of ten steps: from 7.5 on
    CHECK(learning_rate_at(options, 8, 10) == 2);
    CHECK(learning_rate_at(options, 9, 10) < 1.5);
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

TEMPLATE_TEST_CASE("adamw_update follows its formula", "", float, double) {
    const Index size = GENERATE(1, 7, 16384, 16397);
    AdamW options;
    options.eps = 0.25;  // large enough to see where it is added
    const AdamWOracle oracle{options, 0.01, 0.1, 0.25, 3, roundoff<TestType>};
    const auto p = TestArray<TestType>::random(test_key("p"), 1, size);
    const auto m = TestArray<TestType>::random(test_key("m"), 1, size);
    const auto v = TestArray<TestType>::random_between(test_key("v"), 1, size, 0.01f, 1);
    const auto g = TestArray<TestType>::random(test_key("gradient"), 1, size, 3);
    adamw_update(p.view(), m.view(), v.view(), g.view(), oracle.options, oracle.learning_rate,
                 oracle.decay, oracle.scale, oracle.step);
    check_close("m", m, [&](Index, Index i) { return oracle.m_next(m.start(0, i), g(0, i)); });
    check_close("v", v, [&](Index, Index i) { return oracle.v_next(v.start(0, i), g(0, i)); });
    check_close("p", p, [&](Index, Index i) {
        return oracle.p_next(p.start(0, i), m.start(0, i), v.start(0, i), g(0, i));
    });
    CHECK(g.unchanged());
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
