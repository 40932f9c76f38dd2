// The numbers that chapters/02_transformer.md works out by hand.
#include <cmath>
#include <limits>
#include <vector>

#include "tests/support/catch.h"
#include "transformer/attention.h"
#include "transformer/cross_entropy.h"
#include "transformer/rms_norm.h"

using namespace seed;

namespace {

// A matrix and its expected values agree to 1e-14: a few roundings of numbers around 1.
void check_values(HostView<double> actual, const std::vector<double>& expected) {
    REQUIRE(actual.size() == Index(expected.size()));
    for (Index i = 0; i < actual.size(); ++i) {
        INFO("element " << i << ": expected " << expected[std::size_t(i)] << ", got "
                        << actual.data[i]);
        CHECK(std::abs(actual.data[i] - expected[std::size_t(i)]) <= 1e-14);
    }
}

HostView<double> view(std::vector<double>& values, Index rows, Index cols) {
    REQUIRE(Index(values.size()) == rows * cols);
    return {values.data(), rows, cols};
}

// Gradients of causal attention over two positions: equal query heads, one key/value head.
struct AttentionGradients {
    std::vector<double> dq, dk, dv;
};

AttentionGradients equal_heads(Index heads) {
    const Index t = 2, d = 4;
    std::vector<double> q, dy;
    for (Index n = 0; n < t; ++n) {
        for (Index i = 0; i < heads * d; ++i) {
            q.push_back(n == 1 && i % d == 0 ? 1 : 0);
            dy.push_back(q.back());
        }
    }
    std::vector<double> k{0, 0, 0, 0, 2 * std::log(3.0), 0, 0, 0}, v{0, 0, 0, 0, 1, 0, 0, 0};
    std::vector<double> y(q.size()), p(std::size_t(heads * t * t));
    AttentionGradients g{std::vector<double>(q.size()), std::vector<double>(8),
                         std::vector<double>(8)};
    const std::vector<std::int32_t> lengths{std::int32_t(t)};
    const AttentionShape shape{1, t, heads, 1, d, AttentionMask::block_causal(1), lengths};
    attention_forward(view(y, t, heads * d), view(p, heads * t, t), view(q, t, heads * d),
                      view(k, t, d), view(v, t, d), shape);
    attention_backward(view(g.dq, t, heads * d), view(g.dk, t, d), view(g.dv, t, d),
                       view(dy, t, heads * d), view(p, heads * t, t), view(q, t, heads * d),
                       view(k, t, d), view(v, t, d), shape);
    return g;
}

}  // namespace

TEST_CASE("RMSNorm of two rows by hand, forward") {
    std::vector<double> x{1, -1, 5, 7, 5, -1}, gain{1, 2, 3}, y(6), r(2);
    rms_norm_forward(view(y, 2, 3), view(r, 2, 1), view(x, 2, 3), view(gain, 1, 3), 0.0);
    check_values(view(r, 2, 1), {1. / 3, 1. / 5});
    check_values(view(y, 2, 3), {1. / 3, -2. / 3, 5, 7. / 5, 2, -3. / 5});
}

TEST_CASE("RMSNorm of two rows by hand, backward") {
    std::vector<double> x{1, -1, 5, 7, 5, -1}, gain{1, 2, 3}, dy{1, 1, 1, 0, 1, -1};
    std::vector<double> y(6), r(2), dx(6), dgain(3);
    rms_norm_forward(view(y, 2, 3), view(r, 2, 1), view(x, 2, 3), view(gain, 1, 3), 0.0);
    rms_norm_backward(view(dx, 2, 3), view(dgain, 1, 3), view(dy, 2, 3), view(x, 2, 3),
                      view(r, 2, 1), view(gain, 1, 3));
    check_values(view(dx, 2, 3), {13. / 81, 68. / 81, 11. / 81,  //
                                  -91. / 375, 85. / 375, -212. / 375});
    check_values(view(dgain, 1, 3), {1. / 3, 2. / 3, 28. / 15});
    // A gradient is orthogonal to its row: stretching a row changes nothing
    CHECK(std::abs(dx[0] * 1 + dx[1] * -1 + dx[2] * 5) <= 1e-14);
    CHECK(std::abs(dx[3] * 7 + dx[4] * 5 + dx[5] * -1) <= 1e-14);
}

TEST_CASE("the number of visible keys in six positions") {
    const auto row = [](AttentionMask mask, Index length) {
        std::vector<Index> visible;
        for (Index i = 0; i < 6; ++i) visible.push_back(mask.visible(i, length));
        return visible;
    };
    CHECK(row(AttentionMask::full(), 6) == std::vector<Index>{6, 6, 6, 6, 6, 6});
    CHECK(row(AttentionMask::block_causal(1), 6) == std::vector<Index>{1, 2, 3, 4, 5, 6});
    CHECK(row(AttentionMask::block_causal(2), 6) == std::vector<Index>{2, 2, 4, 4, 6, 6});
    CHECK(row(AttentionMask::block_causal(3), 6) == std::vector<Index>{3, 3, 3, 6, 6, 6});
    CHECK(row(AttentionMask::block_causal(3), 5) == std::vector<Index>{3, 3, 3, 5, 5, 5});
}

TEST_CASE("attention over two positions by hand") {
    const AttentionGradients g = equal_heads(1);
    CHECK(std::abs(g.dq[4] - 3. / 16 * std::log(3.0)) <= 1e-14);
    CHECK(std::abs(g.dk[0] + 3. / 32) <= 1e-14);
    CHECK(std::abs(g.dk[4] - 3. / 32) <= 1e-14);
    CHECK(std::abs(g.dv[0] - 1. / 4) <= 1e-14);
    CHECK(std::abs(g.dv[4] - 3. / 4) <= 1e-14);
}

TEST_CASE("two equal query heads give their shared key and value head twice the gradient") {
    const AttentionGradients one = equal_heads(1), two = equal_heads(2);
    for (std::size_t i = 0; i < 8; ++i) {
        CHECK(two.dk[i] == 2 * one.dk[i]);
        CHECK(two.dv[i] == 2 * one.dv[i]);
    }
}

TEST_CASE("cross entropy of two rows by hand, the mask token forbidden") {
    const double log3 = std::log(3.0), none = -std::numeric_limits<double>::infinity();
    std::vector<double> z{0, log3, 7, 2, 2, 7}, w{0.5, 2}, losses(2), lse(2), dz(6);
    const std::vector<std::int32_t> targets{0, 1};
    forbid_token(view(z, 2, 3), 2);
    CHECK(z == std::vector<double>{0, log3, none, 2, 2, none});
    cross_entropy_forward(view(losses, 2, 1), view(lse, 2, 1), view(z, 2, 3), targets,
                          view(w, 2, 1));
    check_values(view(losses, 2, 1), {std::log(2.0), 2 * std::log(2.0)});
    cross_entropy_backward(view(dz, 2, 3), view(z, 2, 3), view(lse, 2, 1), targets, view(w, 2, 1));
    check_values(view(dz, 2, 3), {-3. / 8, 3. / 8, 0, 1, -1, 0});
}
