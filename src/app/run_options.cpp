#include "app/run_options.h"

namespace seed {

void RunOptions::add_to(CLI::App& command) {
    command.add_option("--preset", preset, "model size: tiny (1 M parameters) or small (10 M)")
        ->capture_default_str();
    command.add_option("--schedule", schedule, "noise schedule: linear or cosine")
        ->capture_default_str();
    command.add_option("--batch", values.batch, "sequences per step")->capture_default_str();
    command.add_option("--canvas", values.canvas, "tokens per sequence")->capture_default_str();
    command.add_option("--seed", values.seed, "of every random choice")->capture_default_str();

    const std::string model = "Model (instead of the preset's value)";
    command.add_option("--vocab-size", vocab_size, "tokens, V")->group(model);
    command.add_option("--hidden-size", hidden_size, "channels, C")->group(model);
    command.add_option("--layers", layers, "L")->group(model);
    command.add_option("--heads", heads, "query heads, H")->group(model);
    command.add_option("--kv-heads", kv_heads, "key/value heads, K")->group(model);
    command.add_option("--head-size", head_size, "D")->group(model);
    command.add_option("--intermediate", intermediate, "feed-forward width, F")->group(model);

    const std::string optimiser = "AdamW";
    AdamW& a = values.adamw;
    const auto number = [&](const char* name, double& value, const char* what) {
        command.add_option(name, value, what)->capture_default_str()->group(optimiser);
    };
    number("--learning-rate", a.learning_rate, "at the top of the schedule");
    number("--beta1", a.beta1, "decay of the first moment");
    number("--beta2", a.beta2, "decay of the second moment");
    number("--eps", a.eps, "added to the root of the second moment");
    number("--weight-decay", a.weight_decay, "decoupled, on matrices only");
    number("--clip-norm", a.clip_norm, "largest norm of the gradient, 0 for none");
    number("--warmup-fraction", a.warmup_fraction, "of the steps");
    number("--final-fraction", a.final_fraction, "of the learning rate, at the last step");
}

namespace {

void check(const RunConfig& c) {
    require(c.steps >= 1, "--steps: expected at least 1, got {}", c.steps);
    require(c.batch >= 1 && c.batch <= 4096, "--batch: expected 1 ... 4096, got {}", c.batch);
    require(c.canvas >= 2 && c.canvas <= 4096, "--canvas: expected 2 ... 4096, got {}", c.canvas);
    require(c.checkpoint_every >= 1, "--checkpoint-every: expected at least 1, got {}",
            c.checkpoint_every);
    const AdamW& a = c.adamw;
    const auto is_share = [](double x) { return x >= 0 && x < 1; };
    require(a.learning_rate > 0 && a.eps > 0, "AdamW: expected learning rate, eps > 0, got {}, {}",
            a.learning_rate, a.eps);
    require(is_share(a.beta1) && is_share(a.beta2), "AdamW: expected betas in [0, 1), got {}, {}",
            a.beta1, a.beta2);
    require(a.weight_decay >= 0 && a.clip_norm >= 0,
            "AdamW: expected weight decay and clip norm >= 0, got {}, {}", a.weight_decay,
            a.clip_norm);
    require(is_share(a.warmup_fraction) && a.final_fraction >= 0 && a.final_fraction <= 1,
            "AdamW: expected fractions in [0, 1], got {}, {}", a.warmup_fraction,
            a.final_fraction);
}

}  // namespace

RunConfig RunOptions::resolve() const {
    RunConfig config = values;
    config.model = preset_config(preset);
    config.objective = objective_from(objective);
    config.schedule = noise_schedule(schedule);
    config.model.vocab_size = vocab_size.value_or(config.model.vocab_size);
    config.model.hidden_size = hidden_size.value_or(config.model.hidden_size);
    config.model.layers = layers.value_or(config.model.layers);
    config.model.heads = heads.value_or(config.model.heads);
    config.model.kv_heads = kv_heads.value_or(config.model.kv_heads);
    config.model.head_size = head_size.value_or(config.model.head_size);
    config.model.intermediate = intermediate.value_or(config.model.intermediate);
    check_config(config.model);
    check(config);
    return config;
}

}  // namespace seed
