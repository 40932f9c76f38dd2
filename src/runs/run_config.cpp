#include "runs/run_config.h"

#include "core/number.h"

namespace seed {

Objective objective_from(std::string_view name) {
    if (name == "diffusion") return Objective::diffusion;
    require(name == "autoregressive", "objective: expected diffusion or autoregressive, got {}",
            name);
    return Objective::autoregressive;
}

std::string_view objective_name(Objective objective) {
    return objective == Objective::diffusion ? "diffusion" : "autoregressive";
}

RunConfig distillation_training(RunConfig origin, const DistillationSize& size) {
    origin.steps = size.steps;
    origin.adamw.learning_rate = 5e-4;
    origin.adamw.decay_fraction = 1;
    origin.distillation.emplace().texts = size.texts;
    return origin;
}

RunConfig step_reduction_training(RunConfig origin, Index steps) {
    origin.steps = steps;
    origin.batch = 4;
    origin.checkpoint_every = 50;
    origin.adamw.learning_rate = 5e-4;
    origin.adamw.decay_fraction = 1;
    origin.distillation.reset();
    origin.step_reduction.emplace();
    return origin;
}

namespace {

void check_edit_stage(const RunConfig& c) {
    const StageSchedule& stage = c.edit_stage;
    require(stage.begin >= 0 && stage.begin <= stage.end && stage.end <= 1,
            "--edit-begin, --edit-end: expected 0 <= begin <= end <= 1, got {} and {}", stage.begin,
            stage.end);
    require(c.edit_loss.max_alpha >= 0 && c.edit_loss.max_alpha <= 1,
            "--max-alpha: expected 0 ... 1, got {}", c.edit_loss.max_alpha);
    require(c.edit_loss.share > 0 && c.edit_loss.share <= 1,
            "--edited: expected more than 0, at most 1, got {}", c.edit_loss.share);
    require(c.asked_edits >= 0 && c.asked_edits <= 1, "--asked-edits: expected 0 ... 1, got {}",
            c.asked_edits);
}

// The numbers of the optimiser, which works in float.
void check_numbers(const RunConfig& c) {
    const auto check = [](bool is_right, const char* option, double value, const char* expected) {
        require(is_right, "{}: expected {}, got {}", option, expected, value);
    };
    const auto positive = [&](const char* option, double x) {
        check(x > 0 && fits_float(x), option, x, "a number > 0 that a float holds");
    };
    const auto not_negative = [&](const char* option, double x) {
        check(x >= 0 && fits_float(x), option, x, "a number >= 0 that a float holds");
    };
    const auto share = [&](const char* option, double x) {
        check(x >= 0 && x <= 1, option, x, "0 ... 1");
    };
    const auto below_1 = [&](const char* option, double x) {
        check(x >= 0 && x < 1 && float(x) < 1, option, x, "0 ... 1, less than 1 as a float");
    };
    const AdamW& a = c.adamw;
    positive("--max-weight", c.loss.max_weight);
    below_1("--beta1", a.beta1);
    below_1("--beta2", a.beta2);
    positive("--learning-rate", a.learning_rate);
    check(fits_float(a.learning_rate / (1 - a.beta1)), "--learning-rate", a.learning_rate,
          "a number whose first step, divided by 1 - beta1, a float holds");
    positive("--eps", a.eps);
    not_negative("--weight-decay", a.weight_decay);
    check(a.learning_rate * a.weight_decay <= 1, "--weight-decay", a.weight_decay,
          "at most 1 / --learning-rate: a step multiplies the weights by 1 minus their product");
    not_negative("--clip-norm", a.clip_norm);
    if (c.muon) below_1("--momentum", c.muon->momentum);
    below_1("--warmup-fraction", a.warmup_fraction);
    share("--decay-fraction", a.decay_fraction);
    share("--final-fraction", a.final_fraction);
}

}  // namespace

void check_run_config(const RunConfig& c) {
    check_config(c.model);
    require(c.steps >= 1 && c.steps <= 1'000'000'000, "--steps: expected 1 ... 10^9, got {}",
            c.steps);
    require(c.batch >= 1 && c.batch <= 4096, "--batch: expected 1 ... 4096, got {}", c.batch);
    require(c.canvas >= 2 && c.canvas <= 4096, "--canvas: expected 2 ... 4096, got {}", c.canvas);
    check_edit_stage(c);
    require(c.checkpoint_every >= 1, "--checkpoint-every: expected at least 1, got {}",
            c.checkpoint_every);
    check_numbers(c);
    if (c.distillation) check_distillation(*c.distillation);
    require(!c.distillation || !c.step_reduction,
            "expected a distillation or a step reduction, got both");
    if (!c.step_reduction) return;
    check_step_reduction(*c.step_reduction);
    require(c.step_reduction->sample.block <= c.canvas,
            "--block: expected 1 ... {}, the canvas, got {}", c.canvas,
            c.step_reduction->sample.block);
}

}  // namespace seed
