#include "app/distill_options.h"

namespace seed {
namespace {

void add_pool_options(CLI::App& command, DistillOptions& o) {
    const std::string pool = "Pool";
    PoolOptions& p = o.values.pool;
    command.add_option("--texts", o.values.texts, "training texts")
        ->capture_default_str()
        ->group(pool);
    command.add_option("--members", p.members, "trajectories drawn for each text")
        ->capture_default_str()
        ->group(pool);
    command.add_option("--order-temperatures", p.temperatures, "of the noise on the confidences")
        ->capture_default_str()
        ->group(pool);
    command.add_option("--order-steps", p.steps, "numbers of steps, revealing equal shares")
        ->capture_default_str()
        ->group(pool);
    command.add_option("--order-thresholds", p.thresholds, "confidences above which to reveal")
        ->capture_default_str()
        ->group(pool);
    command.add_option("--order-blocks", p.blocks, "block after block of so many; 0: anywhere")
        ->capture_default_str()
        ->group(pool);
}

void add_selection_options(CLI::App& command, DistillOptions& o) {
    const std::string selection = "Selection";
    command.add_option("--keep", o.values.selection.keep, "the best so many of each text")
        ->capture_default_str()
        ->group(selection);
    command
        .add_option("--max-nats", o.values.selection.max_nats,
                    "per token: none that is worse; 0: no limit")
        ->capture_default_str()
        ->group(selection);
    command
        .add_option("--orders", o.orders,
                    "train on those selected, or on a control: random, unselected or none")
        ->check(CLI::IsMember({"selected", "random", "unselected", "none"}))
        ->capture_default_str()
        ->group(selection);
}

void add_training_options(CLI::App& command, DistillOptions& o) {
    const std::string training = "Fine-tuning";
    const auto number = [&](const char* name, auto& value, const char* what) {
        command.add_option(name, value, what)->capture_default_str()->group(training);
    };
    number("--steps", o.training.steps, "training steps");
    number("--batch", o.training.batch, "states per step");
    number("--learning-rate", o.training.adamw.learning_rate, "at the top of the schedule");
    number("--warmup-fraction", o.training.adamw.warmup_fraction, "of the steps");
    number("--decay-fraction", o.training.adamw.decay_fraction, "of the steps, the last ones");
    number("--final-fraction", o.training.adamw.final_fraction, "of the learning rate, at the end");
    command
        .add_option("--lambda", o.lambda, "what counts the same: every state, or every position")
        ->check(CLI::IsMember({"state", "position"}))
        ->capture_default_str()
        ->group(training);
    number("--edited-states", o.values.loss.edited, "share of the states that f edits (eq. 9)");
    number("--state-alpha", o.values.loss.max_alpha, "edits per token in f: U[0, state-alpha]");
    command.add_flag("--no-edit-term", o.no_edit_term, "without the edit term of stage 2")
        ->group(training);
}

}  // namespace

void DistillOptions::add_to(CLI::App& command) {
    add_pool_options(command, *this);
    add_selection_options(command, *this);
    add_training_options(command, *this);
}

void add_distillation_size(CLI::App& command, DistillationSize& size) {
    command.add_option("--distill-texts", size.texts, "texts whose trajectories are drawn")
        ->capture_default_str();
    command.add_option("--distill-steps", size.steps, "training steps on the best of them")
        ->capture_default_str();
}

void check_distillation_size(const DistillationSize& size) {
    const auto in_range = [](const char* option, Index value, Index most) {
        require(value >= 1 && value <= most, "{}: expected 1 ... {}, got {}", option, most, value);
    };
    in_range("--distill-texts", size.texts, 1'000'000);
    in_range("--distill-steps", size.steps, 1'000'000'000);
}

RunConfig DistillOptions::resolve(const RunConfig& origin) const {
    RunConfig config = distillation_training(origin);
    config.steps = training.steps, config.batch = training.batch;
    config.adamw = training.adamw;
    config.distillation = values;
    config.distillation->orders = orders_from(orders);
    config.distillation->loss.weight = state_weight_from(lambda);
    config.distillation->edit_term = !no_edit_term;
    check_run_config(config);
    return config;
}

}  // namespace seed
