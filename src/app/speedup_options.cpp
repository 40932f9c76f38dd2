#include "app/speedup_options.h"

namespace seed {
namespace {

// Adds options of one group.
struct Adder {
    CLI::App& command;
    std::string group;

    template <class T>
    void value(const char* name, T& value, const char* what) const {
        command.add_option(name, value, what)->capture_default_str()->group(group);
    }
    void word(const char* name, std::string& value, const char* what,
              const std::vector<std::string>& words) const {
        command.add_option(name, value, what)
            ->check(CLI::IsMember(words))
            ->capture_default_str()
            ->group(group);
    }
    void flag(const char* name, bool& value, const char* what) const {
        command.add_flag(name, value, what)->group(group);
    }
};

void add_rollout_options(const Adder& add, SpeedupOptions& o) {
    add.value("--prompts", o.values.prompts, "training prompts per step");
    add.value("--group", o.values.group, "rollouts of each");
    add.value("--temperature", o.values.temperature, "of their tokens");
    add.value("--block", o.values.sample.block,
              "write and learn block after block of so many tokens; 0: the whole canvas");
    add.value("--first-threshold", o.values.first_threshold, "of their confidences, first step");
    add.value("--last-threshold", o.values.last_threshold, "last step; in between on a line");
}

void add_reward_options(const Adder& add, SpeedupOptions& o) {
    add.word("--verifier", o.verifier, "who says what is right", {"execution", "model"});
    add.word("--cost", o.cost, "E[1/d] over pairs of states, or their number",
             {"surrogate", "steps"});
    add.word("--reward", o.reward, "V (1 - beta cost), or V - beta cost",
             {"multiplicative", "additive"});
    add.value("--beta", o.values.beta, "weight of the cost");
    add.value("--kl", o.values.kl, "times the log-ratio to the start, per token, is taken off");
    add.word("--baseline", o.baseline, "what is taken off a reward", {"group", "none"});
    add.flag("--normalise", o.values.normalise, "divide by the group's standard deviation");
}

void add_training_options(const Adder& add, SpeedupOptions& o) {
    add.value("--steps", o.training.steps, "training steps");
    add.value("--states", o.values.sample.states, "of the rollouts, trained on in a step");
    add.value("--first-states", o.values.sample.first, "share of them that is all masked");
    add.word("--targets", o.targets, "what a state learns", {"revealed", "jump", "masked"});
    add.value("--kept-texts", o.training.batch, "further texts per step, for the next two");
    add.value("--elbo-weight", o.values.elbo_weight, "of their ELBO; 0: without it");
    add.flag("--no-edit-term", o.no_edit_term, "without the edit term of stage 2");
    add.value("--learning-rate", o.training.adamw.learning_rate, "at the top of the schedule");
    add.value("--warmup-fraction", o.training.adamw.warmup_fraction, "of the steps");
    add.value("--decay-fraction", o.training.adamw.decay_fraction, "of the steps, the last ones");
    add.value("--final-fraction", o.training.adamw.final_fraction,
              "of the learning rate, at the end");
    add.value("--checkpoint-every", o.training.checkpoint_every, "steps");
    add.value("--floor", o.values.floor,
              "stop below this part of the first steps' share of right rollouts; 0: never");
}

}  // namespace

void SpeedupOptions::add_to(CLI::App& command) {
    add_rollout_options({command, "Rollouts"}, *this);
    add_reward_options({command, "Reward"}, *this);
    add_training_options({command, "Training"}, *this);
}

RunConfig SpeedupOptions::resolve(const RunConfig& origin) const {
    RunConfig config = step_reduction_training(origin);
    config.steps = training.steps, config.batch = training.batch;
    config.adamw = training.adamw;
    config.checkpoint_every = training.checkpoint_every;
    StepReduction& r = *config.step_reduction = values;
    r.verifier = verifier_from(verifier);
    r.cost = speed_cost_from(cost);
    r.shape = reward_shape_from(reward);
    r.baseline = baseline_from(baseline);
    r.sample.targets = step_targets_from(targets);
    r.edit_term = !no_edit_term;
    check_run_config(config);
    return config;
}

}  // namespace seed
