#include "app/run_options.h"

namespace seed {

namespace {

void add_stage_options(CLI::App& command, RunOptions& o) {
    RunConfig& c = o.values;
    const std::string stage = "Stage 2 (of a diffusion run)";
    command
        .add_option("--edit-begin", c.edit_stage.begin,
                    "share of the steps after which the loss gains its edit term; 1: never")
        ->capture_default_str()
        ->group(stage);
    command.add_option("--edit-end", c.edit_stage.end, "share after which it loses it again")
        ->capture_default_str()
        ->group(stage);
    command
        .add_option("--max-alpha", c.edit_loss.max_alpha,
                    "edits per token of a program: U[0, max-alpha]")
        ->capture_default_str()
        ->group(stage);
    command
        .add_option("--edited", c.edit_loss.share,
                    "share of a step's texts that the edit term sees, besides the mask term")
        ->capture_default_str()
        ->group(stage);
    command
        .add_option("--asked-edits", c.asked_edits,
                    "share of those that are edit tasks, not random edits; none of a corpus")
        ->capture_default_str()
        ->group(stage);
    command.add_flag("--mask-on-top", c.edit_loss.mask_on_top, "mask the edited texts as well")
        ->group(stage);
    command
        .add_option("--substitutions", o.substitutions,
                    "new tokens of substitutions: uniform, or samples of the model that is trained")
        ->capture_default_str()
        ->group(stage);
}

void add_model_options(CLI::App& command, RunOptions& o) {
    const std::string model = "Model (instead of the preset's value)";
    command.add_option("--vocab-size", o.vocab_size, "tokens, V")->group(model);
    command.add_option("--hidden-size", o.hidden_size, "channels, C")->group(model);
    command.add_option("--layers", o.layers, "L")->group(model);
    command.add_option("--heads", o.heads, "query heads, H")->group(model);
    command.add_option("--kv-heads", o.kv_heads, "key/value heads, K")->group(model);
    command.add_option("--head-size", o.head_size, "D")->group(model);
    command.add_option("--rope-theta", o.rope_theta, "base of the rotary angles")->group(model);
    command.add_option("--intermediate", o.intermediate, "feed-forward width, F")->group(model);
}

void add_optimiser_options(CLI::App& command, RunOptions& o) {
    AdamW& a = o.values.adamw;
    const std::string optimiser = "Optimiser";
    command
        .add_option("--optimizer", o.optimizer,
                    "of the layers' matrices: adamw or muon; all else is AdamW's")
        ->capture_default_str()
        ->group(optimiser);
    const auto number = [&](const char* name, double& value, const char* what) {
        command.add_option(name, value, what)->capture_default_str()->group(optimiser);
    };
    command.add_option("--momentum", o.momentum, "Muon's, 0.95 if not given")->group(optimiser);
    number("--learning-rate", a.learning_rate, "at the top of the schedule");
    number("--beta1", a.beta1, "decay of the first moment");
    number("--beta2", a.beta2, "decay of the second moment");
    number("--eps", a.eps, "added to the root of the second moment");
    number("--weight-decay", a.weight_decay, "decoupled, on matrices only");
    number("--clip-norm", a.clip_norm, "largest norm of the gradient, 0 for none");
    number("--warmup-fraction", a.warmup_fraction, "of the steps");
    number("--decay-fraction", a.decay_fraction, "of the steps, the last ones; constant before");
    number("--final-fraction", a.final_fraction, "of the learning rate, at the last step");
}

}  // namespace

void RunOptions::add_to(CLI::App& command) {
    command.add_option("--preset", preset, "model size: tiny (1 M parameters) or small (10 M)")
        ->capture_default_str();
    command.add_option("--family", family, "programs to learn: generation, or long ones")
        ->check(CLI::IsMember({"generation", "long"}))
        ->capture_default_str();
    command.add_option("--choices", choices, "may programs be written in many ways: free or fixed")
        ->check(CLI::IsMember({"free", "fixed"}))
        ->capture_default_str();
    command.add_option("--schedule", schedule, "noise schedule: linear or cosine")
        ->capture_default_str();
    command
        .add_option("--max-weight", values.loss.max_weight,
                    "largest weight gamma'/gamma in the loss; the default is above them all")
        ->capture_default_str();
    command
        .add_option("--masks", masks,
                    "draw their count, or a noise level and each mask by itself: count or level")
        ->capture_default_str();
    command.add_option("--batch", values.batch, "sequences per step")->capture_default_str();
    command.add_option("--canvas", values.canvas, "tokens per sequence")->capture_default_str();
    command.add_option("--seed", values.seed, "of every random choice")->capture_default_str();
    add_stage_options(command, *this);
    add_model_options(command, *this);
    add_optimiser_options(command, *this);
}

RunConfig RunOptions::resolve() const {
    RunConfig config = values;
    config.model = preset_config(preset);
    config.objective = objective_from(objective);
    config.muon = muon_from(optimizer);
    require(config.muon || !momentum, "--momentum: expected --optimizer muon beside it, got {}",
            optimizer);
    if (config.muon) config.muon->momentum = momentum.value_or(config.muon->momentum);
    config.world = {family_from(family), choices_from(choices)};
    config.loss.schedule = noise_schedule(schedule);
    config.loss.draw = mask_draw_from(masks);
    config.edit_loss.schedule = config.loss.schedule;
    config.edit_loss.substitutions = substitutions_from(substitutions);
    config.model.vocab_size = vocab_size.value_or(config.model.vocab_size);
    config.model.hidden_size = hidden_size.value_or(config.model.hidden_size);
    config.model.layers = layers.value_or(config.model.layers);
    config.model.heads = heads.value_or(config.model.heads);
    config.model.kv_heads = kv_heads.value_or(config.model.kv_heads);
    config.model.head_size = head_size.value_or(config.model.head_size);
    config.model.rope_theta = rope_theta.value_or(config.model.rope_theta);
    config.model.intermediate = intermediate.value_or(config.model.intermediate);
    check_run_config(config);
    return config;
}

}  // namespace seed
