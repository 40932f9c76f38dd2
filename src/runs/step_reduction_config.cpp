#include "runs/step_reduction_config.h"

#include <cmath>

#include "core/json.h"
#include "core/number.h"
#include "step_reduction/rollout.h"

namespace seed {

Verifier verifier_from(std::string_view name) {
    if (name == "execution") return Verifier::execution;
    require(name == "model", "verifier: expected execution or model, got {}", name);
    return Verifier::model;
}

std::string_view verifier_name(Verifier verifier) {
    return verifier == Verifier::execution ? "execution" : "model";
}

Baseline baseline_from(std::string_view name) {
    if (name == "group") return Baseline::group;
    require(name == "none", "baseline: expected group or none, got {}", name);
    return Baseline::none;
}

std::string_view baseline_name(Baseline baseline) {
    return baseline == Baseline::group ? "group" : "none";
}

double threshold_of_step(const StepReduction& r, Index step, Index steps) {
    const double done = steps > 1 ? double(step) / double(steps - 1) : 0;
    return r.first_threshold + done * (r.last_threshold - r.first_threshold);
}

void check_step_reduction(const StepReduction& r) {
    const auto in_range = [](const char* option, double value, double least, double most) {
        require(value >= least && value <= most, "{}: expected {} ... {}, got {}", option, least,
                most, value);
    };
    require(r.first_text >= 0, "first_text: expected a number >= 0, got {}", r.first_text);
    in_range("--prompts", double(r.prompts), 1, 1024);
    in_range("--group", double(r.group), 1, 1024);
    in_range("--temperature", r.temperature, 0, 100);
    require(fits_float(r.temperature),
            "--temperature: expected 0 or a number > 0 that a float holds, got {}", r.temperature);
    in_range("--first-threshold", r.first_threshold, 0, 1);
    in_range("--last-threshold", r.last_threshold, 0, 1);
    in_range("--beta", r.beta, 0, 1000);
    in_range("--kl", r.kl, 0, 1000);
    require(r.baseline == Baseline::none || r.group > 1,
            "--group: expected at least 2 rollouts, whose mean is the baseline, got {}", r.group);
    check_policy_sample(r.sample);
    require(
        r.sample.block == 0 || (r.verifier == Verifier::execution && r.kl == 0),
        "--block: expected the verifier execution and no --kl: the start scores whole canvases");
    in_range("--elbo-weight", r.elbo_weight, 0, 1000);
    in_range("--floor", r.floor, 0, 1);
}

nlohmann::ordered_json step_reduction_json(const StepReduction& r) {
    return {{"model", r.model},
            {"first_text", r.first_text},
            {"prompts", r.prompts},
            {"group", r.group},
            {"temperature", r.temperature},
            {"first_threshold", r.first_threshold},
            {"last_threshold", r.last_threshold},
            {"verifier", verifier_name(r.verifier)},
            {"cost", speed_cost_name(r.cost)},
            {"reward", reward_shape_name(r.shape)},
            {"beta", r.beta},
            {"kl", r.kl},
            {"baseline", baseline_name(r.baseline)},
            {"normalise", r.normalise},
            {"states", r.sample.states},
            {"block", r.sample.block},
            {"first_states", r.sample.first},
            {"targets", step_targets_name(r.sample.targets)},
            {"elbo_weight", r.elbo_weight},
            {"edit_term", r.edit_term},
            {"floor", r.floor}};
}

StepReduction step_reduction_from(const nlohmann::json& json) {
    StepReduction r;
    std::string verifier, cost, shape, baseline, targets;
    read_member(json, "model", r.model);
    read_member(json, "first_text", r.first_text);
    read_member(json, "prompts", r.prompts);
    read_member(json, "group", r.group);
    read_member(json, "temperature", r.temperature);
    read_member(json, "first_threshold", r.first_threshold);
    read_member(json, "last_threshold", r.last_threshold);
    read_member(json, "verifier", verifier);
    r.verifier = verifier_from(verifier);
    read_member(json, "cost", cost);
    r.cost = speed_cost_from(cost);
    read_member(json, "reward", shape);
    r.shape = reward_shape_from(shape);
    read_member(json, "beta", r.beta);
    read_member(json, "kl", r.kl);
    read_member(json, "baseline", baseline);
    r.baseline = baseline_from(baseline);
    read_member(json, "normalise", r.normalise);
    read_member(json, "states", r.sample.states);
    read_member(json, "block", r.sample.block);
    read_member(json, "first_states", r.sample.first);
    read_member(json, "targets", targets);
    r.sample.targets = step_targets_from(targets);
    read_member(json, "elbo_weight", r.elbo_weight);
    read_member(json, "edit_term", r.edit_term);
    read_member(json, "floor", r.floor);
    check_step_reduction(r);
    return r;
}

}  // namespace seed
