// From logits to tokens: probabilities, ties, and the frequencies of Gumbel sampling.
#include "mask_corruption/sampling.h"

#include "tests/support/error_of.h"
#include "tests/support/test_array.h"

using namespace seed;

namespace {

// The distribution of logits / temperature, where -inf stays impossible.
std::vector<double> softmax(const std::vector<double>& log_p, double temperature) {
    std::vector<double> p;
    double sum = 0;
    for (const double x : log_p) {
        p.push_back(std::exp(x / temperature));
        sum += p.back();
    }
    for (double& x : p) x /= sum;
    return p;
}

// log p of five tokens, the fourth of them impossible.
std::vector<double> five_tokens() {
    std::vector<double> logits = {1.0, 2.5, -0.5, -INFINITY, 0.25};
    return log_softmax(HostView<const double>{logits.data(), 1, 5});
}

}  // namespace

TEMPLATE_TEST_CASE("log_softmax is the logarithm of the softmax, in double", "", float, double) {
    const auto logits = TestArray<TestType>::random(test_key("logits"), 1, 97, 40);
    logits.view()(0, 7) = -std::numeric_limits<TestType>::infinity();
    const std::vector<double> log_p = log_softmax(HostView<const TestType>(logits.view()));
    double sum = 0;
    for (const double x : log_p) sum += std::exp(x);
    CHECK(std::abs(sum - 1) < 1e-13);
    CHECK(log_p[7] == -INFINITY);
    for (Index v = 1; v < 7; ++v) {
        CHECK(std::abs(log_p[v] - log_p[0] - (logits(0, v) - logits(0, 0))) < 1e-13);
    }
}

TEST_CASE("log_softmax of (0, log 3) is (log 1/4, log 3/4), also far from zero") {
    for (const double shift : {0.0, 1e4, -1e4}) {
        const std::vector<double> logits = {shift, shift + std::log(3.0)};
        const auto log_p = log_softmax(HostView<const double>{logits.data(), 1, 2});
        CHECK(std::abs(log_p[0] - std::log(0.25)) < 1e-11);
        CHECK(std::abs(log_p[1] - std::log(0.75)) < 1e-11);
    }
}

TEST_CASE("temperature 0 takes the most probable token, ties go to the smaller id") {
    const TokenChoice best = choose_token(five_tokens(), 0, test_key("any"), 0);
    CHECK(best.token == 1);
    CHECK(near(best.probability, std::exp(five_tokens()[1]), 1e-15));
    const std::vector<double> tied = {std::log(0.2), std::log(0.4), std::log(0.4)};
    for (std::uint64_t row = 0; row < 20; ++row) {
        CHECK(choose_token(tied, 0, test_key("any"), row).token == 1);
    }
    CHECK(choose_token({-INFINITY, -INFINITY, 0.0}, 0, test_key("any"), 0).token == 2);
}

TEST_CASE("tokens are sampled as often as the softmax at each temperature says") {
    const std::vector<double> log_p = five_tokens();
    const int draws = 40000;
    for (const double temperature : {0.25, 1.0, 3.0}) {
        const std::vector<double> p = softmax(log_p, temperature);
        std::vector<int> counts(5);
        for (int i = 0; i < draws; ++i) {
            const TokenChoice choice = choose_token(log_p, temperature, test_key("gumbel"), i);
            ++counts[choice.token];
            // The probability that is reported is the one at temperature 1
            REQUIRE(choice.probability == std::exp(log_p[choice.token]));
        }
        double chi_square = 0;
        for (int v = 0; v < 5; ++v) {
            INFO("token " << v << " at temperature " << temperature);
            const double expected = p[v] * draws;
            CHECK(std::abs(counts[v] - expected) <= 6 * std::sqrt(expected * (1 - p[v])));
            if (expected > 0) chi_square += std::pow(counts[v] - expected, 2) / expected;
        }
        CHECK(chi_square < 27.9);  // 3 degrees of freedom: exceeded once in 260,000 seeds
        CHECK(counts[3] == 0);
    }
}

TEST_CASE("two rows of a key are independent, and equal rows give equal tokens") {
    const std::vector<double> coin = {std::log(0.5), std::log(0.5)};
    const int draws = 20000;
    int agree = 0;
    for (int i = 0; i < draws; ++i) {
        const auto token = [&](std::uint64_t row) {
            return choose_token(coin, 1, test_key("coin"), row).token;
        };
        agree += token(2 * i) == token(2 * i + 1);
        REQUIRE(token(i) == token(i));
    }
    CHECK(std::abs(agree - draws / 2) < 6 * std::sqrt(draws * 0.25));
}

TEST_CASE("a negative temperature is refused") {
    CHECK(error_of([] { choose_token({0.0}, -1, {}, 0); }) ==
          "temperature: expected a value >= 0, got -1");
    CHECK(error_of([] { choose_token({0.0}, std::nan(""), {}, 0); }) ==
          "temperature: expected a value >= 0, got nan");
}
