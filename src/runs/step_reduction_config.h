// How a run reduces its model's steps (step_reduction/), as its config.json keeps it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "step_reduction/policy_batch.h"
#include "step_reduction/reward.h"

namespace seed {

// Who says whether a rollout is right.
//   execution  the hidden tests of its task: 0 or 1
//   model      the model that the run starts from: exp(its mean log-probability of the rollout's
//              tokens, along the rollout's own trajectory), in [0, 1]
enum class Verifier { execution, model };

Verifier verifier_from(std::string_view name);  // throws Error on an unknown name
std::string_view verifier_name(Verifier verifier);

// What a rollout's reward becomes before it weights the rollout's states.
//   group    minus the mean of its group (reward.h)
//   none     nothing: what is right is made more likely, and nothing less
enum class Baseline { group, none };

Baseline baseline_from(std::string_view name);  // throws Error on an unknown name
std::string_view baseline_name(Baseline baseline);

struct StepReduction {
    std::string model;     // digest of the weights that it starts from
    Index first_text = 0;  // number of the first training text that the model has not seen
    // The rollouts of a step
    Index prompts = 8, group = 2;
    double temperature = 0.5;                            // of their tokens
    double first_threshold = 0.9, last_threshold = 0.9;  // linear from the first step to the last
    // Their reward
    Verifier verifier = Verifier::execution;
    SpeedCost cost = SpeedCost::surrogate;
    RewardShape shape = RewardShape::multiplicative;
    double beta = 1;
    double kl = 0;  // times log p(tau) - log p_start(tau), in nats per token, is taken off
    Baseline baseline = Baseline::none;
    bool normalise = false;
    // What is trained on
    PolicySample sample;
    double elbo_weight = 0.3;  // of the ELBO of the run's `batch` further texts; 0: without it
    bool edit_term = true;     // stage 2's, of those texts
    // Where the share of right rollouts over the last window of steps falls below this part of what
    // it was over the first one, the run stops; 0: never
    double floor = 0.7;
};

// Steps between two looks at the floor.
inline constexpr Index floor_window = 20;

// The threshold of a step of a run of `steps`, counted from 0.
double threshold_of_step(const StepReduction& reduction, Index step, Index steps);

// Throws Error for numbers that no step reduction can have.
void check_step_reduction(const StepReduction& reduction);

nlohmann::ordered_json step_reduction_json(const StepReduction& reduction);
StepReduction step_reduction_from(const nlohmann::json& json);  // throws Error

}  // namespace seed
