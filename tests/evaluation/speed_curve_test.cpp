// The ways to reveal that a curve goes through, and what it says of them.
#include "evaluation/speed_curve.h"

#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/catch.h"

using namespace seed;

TEST_CASE("a budget decodes by its own rule") {
    const Budget steps{RevealRule::count, 8}, threshold{RevealRule::threshold, 0.7};
    CHECK(steps.name() == "8 steps");
    CHECK(threshold.name() == "threshold 0.7");
    CHECK(steps.options().rule == RevealRule::count);
    CHECK(steps.options().steps == 8);
    CHECK(threshold.options().rule == RevealRule::threshold);
    CHECK(threshold.options().threshold == 0.7);
    CHECK(Budget{RevealRule::threshold, 0.9, 8}.name() == "threshold 0.9, block 8");
    const Budget entropy{RevealRule::entropy, 1.5};
    CHECK(entropy.name() == "entropy 1.5");
    CHECK(entropy.options().rule == RevealRule::entropy);
    CHECK(entropy.options().entropy_bound == 1.5);
}

TEST_CASE("a curve's JSON has a member for each budget, with numbers of its own") {
    std::set<std::string> names;
    for (const Budget& budget : usual_budgets()) names.insert(budget.name());
    CHECK(names.size() == usual_budgets().size());
    SpeedPoint first{usual_budgets()[0], {}}, second{usual_budgets()[7], {}};
    first.decoding.pass_at_1 = 0.25, first.decoding.calls_per_sample = 2;
    first.decoding.tokens_per_call = 30;
    second.decoding.pass_at_1 = 0.5;
    const auto json = to_json({first, second});
    CHECK(json.size() == 2);
    CHECK(json["2 steps"] == nlohmann::ordered_json{{"pass_at_1", 0.25},
                                                    {"calls_per_sample", 2.0},
                                                    {"tokens_per_call", 30.0}});
    CHECK(json["threshold 0.9"]["pass_at_1"] == 0.5);
}
