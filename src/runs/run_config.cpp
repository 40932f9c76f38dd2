#include "runs/run_config.h"

#include "core/files.h"
#include "core/json.h"
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

nlohmann::ordered_json config_json(const RunConfig& c) {
    nlohmann::ordered_json json = config_to_json(c.model);
    json["training"] = {{"objective", objective_name(c.objective)},
                        {"schedule", noise_schedule_name(c.loss.schedule)},
                        {"max_weight", c.loss.max_weight},
                        {"masks", mask_draw_name(c.loss.draw)},
                        {"steps", c.steps},
                        {"batch", c.batch},
                        {"canvas", c.canvas},
                        {"edit_begin", c.edit_stage.begin},
                        {"edit_end", c.edit_stage.end},
                        {"max_alpha", c.edit_loss.max_alpha},
                        {"edited", c.edit_loss.share},
                        {"asked_edits", c.asked_edits},
                        {"mask_on_top", c.edit_loss.mask_on_top},
                        {"substitutions", substitutions_name(c.edit_loss.substitutions)},
                        {"family", family_name(c.world.family)},
                        {"choices", choices_name(c.world.choices)},
                        {"seed", c.seed},
                        {"corpus", c.corpus},
                        {"corpus_digest", c.corpus_digest},
                        {"checkpoint_every", c.checkpoint_every},
                        {"optimizer", c.muon ? "muon" : "adamw"},
                        {"learning_rate", c.adamw.learning_rate},
                        {"beta1", c.adamw.beta1},
                        {"beta2", c.adamw.beta2},
                        {"eps", c.adamw.eps},
                        {"weight_decay", c.adamw.weight_decay},
                        {"clip_norm", c.adamw.clip_norm},
                        {"warmup_fraction", c.adamw.warmup_fraction},
                        {"decay_fraction", c.adamw.decay_fraction},
                        {"final_fraction", c.adamw.final_fraction}};
    if (c.muon) json["training"]["momentum"] = c.muon->momentum;
    if (c.distillation) json["distillation"] = distillation_json(*c.distillation);
    if (c.step_reduction) json["step_reduction"] = step_reduction_json(*c.step_reduction);
    return json;
}

void save_config(const std::filesystem::path& folder, const RunConfig& config) {
    write_file_atomically(folder / "config.json", config_json(config).dump(2) + "\n");
}

namespace {

void read_training(RunConfig& c, const nlohmann::json& json) {
    std::string objective, schedule, masks, substitutions, family, choices, optimizer;
    read_member(json, "objective", objective);
    read_member(json, "schedule", schedule);
    c.objective = objective_from(objective);
    c.loss.schedule = noise_schedule(schedule);
    c.edit_loss.schedule = c.loss.schedule;
    read_member(json, "max_weight", c.loss.max_weight);
    read_member(json, "masks", masks);
    c.loss.draw = mask_draw_from(masks);
    read_member(json, "steps", c.steps);
    read_member(json, "batch", c.batch);
    read_member(json, "canvas", c.canvas);
    read_member(json, "edit_begin", c.edit_stage.begin);
    read_member(json, "edit_end", c.edit_stage.end);
    read_member(json, "max_alpha", c.edit_loss.max_alpha);
    read_member(json, "edited", c.edit_loss.share);
    read_member(json, "asked_edits", c.asked_edits);
    read_member(json, "mask_on_top", c.edit_loss.mask_on_top);
    read_member(json, "substitutions", substitutions);
    c.edit_loss.substitutions = substitutions_from(substitutions);
    read_member(json, "family", family);
    read_member(json, "choices", choices);
    c.world = {family_from(family), choices_from(choices)};
    read_member(json, "seed", c.seed);
    read_member(json, "corpus", c.corpus);
    read_member(json, "corpus_digest", c.corpus_digest);
    read_member(json, "checkpoint_every", c.checkpoint_every);
    read_member(json, "optimizer", optimizer);
    c.muon = muon_from(optimizer);
    if (c.muon) read_member(json, "momentum", c.muon->momentum);
    read_member(json, "learning_rate", c.adamw.learning_rate);
    read_member(json, "beta1", c.adamw.beta1);
    read_member(json, "beta2", c.adamw.beta2);
    read_member(json, "eps", c.adamw.eps);
    read_member(json, "weight_decay", c.adamw.weight_decay);
    read_member(json, "clip_norm", c.adamw.clip_norm);
    read_member(json, "warmup_fraction", c.adamw.warmup_fraction);
    read_member(json, "decay_fraction", c.adamw.decay_fraction);
    read_member(json, "final_fraction", c.adamw.final_fraction);
}

}  // namespace

RunConfig load_config(const std::filesystem::path& folder) {
    const std::string name = (folder / "config.json").string();
    const std::string text = read_file(name);
    RunConfig config;
    try {
        const auto json = parse_json(text);
        config.model = config_from_json(json);
        require(json.contains("training"), "training: expected the options of a run, got none");
        read_training(config, json["training"]);
        if (json.contains("distillation")) {
            config.distillation = distillation_from(json["distillation"]);
        }
        if (json.contains("step_reduction")) {
            config.step_reduction = step_reduction_from(json["step_reduction"]);
        }
        check_run_config(config);
    } catch (const Error& error) {
        fail("{}: {}", name, error.what());
    }
    return config;
}

}  // namespace seed
