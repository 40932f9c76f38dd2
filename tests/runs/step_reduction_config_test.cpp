// What config.json keeps of a step reduction, each value under its own name.
#include "runs/step_reduction_config.h"

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "tests/runs/numbered_texts.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;
using Json = nlohmann::ordered_json;

namespace {

// No value is a default, and no two fields that could be exchanged have the same.
StepReduction unusual_reduction() {
    return {.model = "abc",
            .first_text = 5,
            .prompts = 3,
            .group = 7,
            .temperature = 0.625,
            .first_threshold = 0.8,
            .last_threshold = 0.2,
            .verifier = Verifier::model,
            .cost = SpeedCost::steps,
            .shape = RewardShape::additive,
            .beta = 0.3,
            .kl = 0.1,
            .baseline = Baseline::group,
            .normalise = true,
            .sample = {9, 0.75, StepTargets::revealed, 11},
            .elbo_weight = 2,
            .edit_term = false,
            .floor = 0.15};
}

Json expected_reduction() {
    return {{"model", "abc"},        {"first_text", 5},
            {"prompts", 3},          {"group", 7},
            {"temperature", 0.625},  {"first_threshold", 0.8},
            {"last_threshold", 0.2}, {"verifier", "model"},
            {"cost", "steps"},       {"reward", "additive"},
            {"beta", 0.3},           {"kl", 0.1},
            {"baseline", "group"},   {"normalise", true},
            {"states", 9},           {"block", 11},
            {"first_states", 0.75},  {"targets", "revealed"},
            {"elbo_weight", 2.0},    {"edit_term", false},
            {"floor", 0.15}};
}

}  // namespace

TEST_CASE("config.json has every value of a step reduction under its name") {
    CHECK(step_reduction_json(unusual_reduction()) == expected_reduction());
}

TEST_CASE("a step reduction is read back field by field") {
    Json json = expected_reduction();
    json["verifier"] = "execution";  // rollouts by blocks are executed,
    json["kl"] = 0.0;                // and have no reference
    const StepReduction r = step_reduction_from(json), saved = unusual_reduction();
    CHECK(r.model == saved.model);
    CHECK(r.first_text == saved.first_text);
    CHECK(r.prompts == saved.prompts);
    CHECK(r.group == saved.group);
    CHECK(r.temperature == saved.temperature);
    CHECK(r.first_threshold == saved.first_threshold);
    CHECK(r.last_threshold == saved.last_threshold);
    CHECK(r.verifier == Verifier::execution);
    CHECK(r.cost == saved.cost);
    CHECK(r.shape == saved.shape);
    CHECK(r.beta == saved.beta);
    CHECK(r.kl == 0);
    CHECK(r.baseline == saved.baseline);
    CHECK(r.normalise == saved.normalise);
    CHECK(r.sample.states == saved.sample.states);
    CHECK(r.sample.first == saved.sample.first);
    CHECK(r.sample.targets == saved.sample.targets);
    CHECK(r.sample.block == saved.sample.block);
    CHECK(r.elbo_weight == saved.elbo_weight);
    CHECK(r.edit_term == saved.edit_term);
    CHECK(r.floor == saved.floor);
    json = expected_reduction();
    json["block"] = 0;
    CHECK(step_reduction_from(json).verifier == Verifier::model);
    CHECK(step_reduction_from(json).kl == saved.kl);
}

TEST_CASE("a step reduction that lacks any one of its values is refused by that name") {
    const Json whole = expected_reduction();
    for (const auto& [name, value] : whole.items()) {
        Json json = whole;
        json.erase(name);
        CHECK(error_of([&] { step_reduction_from(json); }).starts_with(name + ": expected"));
    }
}

TEST_CASE("the threshold goes from the first step's to the last step's in equal parts") {
    StepReduction r;
    r.first_threshold = 0.75, r.last_threshold = 0.25;
    for (Index step = 0; step < 5; ++step) {
        CHECK(threshold_of_step(r, step, 5) == 0.75 - 0.125 * double(step));
    }
    CHECK(threshold_of_step(r, 0, 1) == 0.75);
}

TEST_CASE("what no step reduction can be is refused") {
    const auto refused = [&](const std::function<void(StepReduction&)>& change) {
        RunConfig config = small_run();
        config.step_reduction = unusual_reduction();
        config.step_reduction->sample.block = 0;
        change(*config.step_reduction);
        return error_of([&] { check_run_config(config); });
    };
    using R = StepReduction;
    CHECK(refused([](R&) {}).empty());
    CHECK(refused([](R& r) { r.prompts = 0; }) == "--prompts: expected 1 ... 1024, got 0");
    CHECK(refused([](R& r) { r.group = 1; }) ==
          "--group: expected at least 2 rollouts, whose mean is the baseline, got 1");
    CHECK(refused([](R& r) { r.temperature = -1; }) == "--temperature: expected 0 ... 100, got -1");
    CHECK(refused([](R& r) { r.temperature = 1e-320; }) ==
          "--temperature: expected 0 or a number > 0 that a float holds, got 1e-320");
    CHECK(refused([](R& r) { r.first_threshold = 2; }) ==
          "--first-threshold: expected 0 ... 1, got 2");
    CHECK(refused([](R& r) { r.last_threshold = NAN; }) ==
          "--last-threshold: expected 0 ... 1, got nan");
    CHECK(refused([](R& r) { r.beta = -1; }) == "--beta: expected 0 ... 1000, got -1");
    CHECK(refused([](R& r) { r.kl = NAN; }) == "--kl: expected 0 ... 1000, got nan");
    CHECK(refused([](R& r) { r.elbo_weight = -1; }) ==
          "--elbo-weight: expected 0 ... 1000, got -1");
    CHECK(refused([](R& r) { r.floor = 1.5; }) == "--floor: expected 0 ... 1, got 1.5");
    CHECK(refused([](R& r) { r.sample.block = -1; }) == "--block: expected a number >= 0, got -1");
    CHECK(refused([](R& r) { r.sample.block = 9, r.verifier = Verifier::execution, r.kl = 0; }) ==
          "--block: expected 1 ... 8, the canvas, got 9");
    const std::string scores =
        "--block: expected the verifier execution and no --kl: the start scores whole canvases";
    CHECK(refused([](R& r) { r.sample.block = 4, r.verifier = Verifier::execution; }) == scores);
    CHECK(refused([](R& r) { r.sample.block = 4, r.kl = 0; }) == scores);
    RunConfig both = small_run();
    both.distillation.emplace(), both.step_reduction.emplace();
    CHECK(error_of([&] { check_run_config(both); }) ==
          "expected a distillation or a step reduction, got both");
    CHECK(error_of([] { verifier_from("me"); }) == "verifier: expected execution or model, got me");
    CHECK(error_of([] { baseline_from("me"); }) == "baseline: expected group or none, got me");
}
