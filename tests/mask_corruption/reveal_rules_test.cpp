// Which masked positions a step reveals: the rules, without a model.
#include <cmath>

#include "mask_corruption/denoise.h"
#include "mask_corruption/entropy.h"
#include "tests/support/error_of.h"
#include "tests/support/test_array.h"

using namespace seed;
using Chosen = std::vector<Index>;

namespace {

std::vector<TokenChoice> choices_of(const std::vector<double>& probabilities) {
    std::vector<TokenChoice> choices;
    for (const double p : probabilities) choices.push_back({0, p});
    return choices;
}

DenoiseOptions options_of(RevealRule rule) {
    DenoiseOptions options;
    options.rule = rule;
    return options;
}

}  // namespace

TEST_CASE("threshold reveals what is above it, and at least the surest") {
    DenoiseOptions options = options_of(RevealRule::threshold);
    options.threshold = 0.5;
    const auto chosen = [&](const std::vector<double>& p) {
        return positions_to_reveal(choices_of(p), 0, options, {});
    };
    CHECK(chosen({0.6, 0.4, 0.9, 0.5}) == Chosen{0, 2});  // 0.5 is not above 0.5
    CHECK(chosen({0.1, 0.3, 0.2}) == Chosen{1});
    CHECK(chosen({0.3, 0.3, 0.3}) == Chosen{0});  // ties to the left
    options.threshold = 0;
    CHECK(chosen({0.1, 0.3, 0.2}) == Chosen{0, 1, 2});
    options.threshold = 1;
    CHECK(chosen({1.0, 1.0, 0.2}) == Chosen{0});
}

TEST_CASE("count spreads the positions over its steps, the surest first") {
    DenoiseOptions options = options_of(RevealRule::count);
    options.steps = 3;
    const std::vector<double> p = {0.1, 0.7, 0.3, 0.9, 0.5, 0.2, 0.4};
    CHECK(positions_to_reveal(choices_of(p), 0, options, {}) == Chosen{1, 3, 4});  // ceil(7 / 3)
    CHECK(positions_to_reveal(choices_of({0.1, 0.3, 0.2, 0.4}), 1, options, {}) == Chosen{1, 3});
    CHECK(positions_to_reveal(choices_of({0.1, 0.2}), 2, options, {}) == Chosen{0, 1});
    CHECK(positions_to_reveal(choices_of({0.1, 0.2}), 7, options, {}) == Chosen{0, 1});  // overdue
    CHECK(positions_to_reveal(choices_of({0.5, 0.5, 0.5}), 0, options, {}) == Chosen{0});
}

TEST_CASE("ancestral reveals each position with probability (gamma(t) - gamma(s)) / gamma(t)") {
    const NoiseSchedule schedule = GENERATE(NoiseSchedule::linear, NoiseSchedule::cosine);
    DenoiseOptions options = options_of(RevealRule::ancestral);
    options.steps = 10, options.schedule = schedule;
    const Index n = 20000;
    const std::vector<TokenChoice> choices(n);
    for (Index step = 0; step < 10; ++step) {
        const double t = 1 - double(step) / 10, s = std::max(0.0, 1 - double(step + 1) / 10);
        const double p = 1 - gamma(schedule, s) / gamma(schedule, t);
        const Chosen chosen = positions_to_reveal(choices, step, options, test_key("positions"));
        INFO("step " << step);
        CHECK(std::abs(double(chosen.size()) - p * n) <= 6 * std::sqrt(p * (1 - p) * n) + 1e-6);
        CHECK(std::is_sorted(chosen.begin(), chosen.end()));
    }
}

TEST_CASE("ancestral steps of one key are independent of each other") {
    DenoiseOptions options = options_of(RevealRule::ancestral);
    options.steps = 2;  // probability 1/2, then 1
    const std::vector<TokenChoice> choices(5000);
    const Chosen first = positions_to_reveal(choices, 0, options, test_key("a"));
    CHECK(first != positions_to_reveal(choices, 0, options, test_key("b")));
    CHECK(first == positions_to_reveal(choices, 0, options, test_key("a")));
    options.steps = 100000;
    CHECK(positions_to_reveal(std::vector<TokenChoice>(3), 0, options, test_key("a")).empty());
    CHECK(positions_to_reveal(choices, 99999, options, test_key("a")).size() == 5000);
}

TEST_CASE("entropy reveals what the surer positions leave room for, and at least the surest") {
    DenoiseOptions options = options_of(RevealRule::entropy);
    const auto chosen = [&](const std::vector<double>& entropies, double bound) {
        options.entropy_bound = bound;
        const std::vector<TokenChoice> choices(entropies.size());
        return positions_to_reveal(choices, 0, options, {}, entropies);
    };
    const std::vector<double> h{0.75, 0.25, 2, 0.5};  // surer ones: 0.75, 0, 1.5, 0.25
    CHECK(chosen(h, 0) == Chosen{1});
    CHECK(chosen(h, 0.25) == Chosen{1, 3});  // equal to the bound
    CHECK(chosen(h, 0.74) == Chosen{1, 3});
    CHECK(chosen(h, 0.75) == Chosen{0, 1, 3});
    CHECK(chosen(h, 1.5) == Chosen{0, 1, 2, 3});
    CHECK(chosen({1, 1, 1}, 0) == Chosen{0});  // ties to the left
    CHECK(chosen({1, 1, 1}, 1) == Chosen{0, 1});
    CHECK(chosen({0, 0, 0, 1}, 0) == Chosen{0, 1, 2, 3});  // what is certain costs nothing
    CHECK(error_of([&] { positions_to_reveal(choices_of({1, 1}), 0, options, {}); }) ==
          "reveal: expected 2 entropies, got 0");
    CHECK(error_of([] { within_entropy_bound({}, -1); }) ==
          "entropy bound: expected a number >= 0, got -1");
}

TEST_CASE("entropies are those of the probabilities, and a token that cannot be adds nothing") {
    const double inf = std::numeric_limits<double>::infinity();
    const std::vector<double> logits{0,           0,    -inf, -inf,  // ln 2
                                     0,           0,    0,    0,     // ln 4
                                     std::log(3), 0,    -inf, -inf,  // 3/4 and 1/4
                                     5,           -inf, -inf, -inf};
    const std::vector<double> h = row_entropies(HostView<const double>{logits.data(), 4, 4});
    REQUIRE(h.size() == 4);
    CHECK(h[0] == Approx(std::log(2)));
    CHECK(h[1] == Approx(std::log(4)));
    CHECK(h[2] == Approx(std::log(4) - 0.75 * std::log(3)));
    CHECK(h[3] == 0);
}

TEST_CASE("reveal rules have names") {
    CHECK(reveal_rule("ancestral") == RevealRule::ancestral);
    CHECK(reveal_rule("count") == RevealRule::count);
    CHECK(reveal_rule("threshold") == RevealRule::threshold);
    CHECK(reveal_rule("entropy") == RevealRule::entropy);
    CHECK(error_of([] { reveal_rule("greedy"); }) ==
          "reveal rule: expected ancestral, count, threshold or entropy, got greedy");
}
