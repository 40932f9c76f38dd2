#include "app/run_config.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/files.h"

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

}  // namespace

void check_run_config(const RunConfig& c) {
    check_config(c.model);
    require(c.steps >= 1 && c.steps <= 1'000'000'000, "--steps: expected 1 ... 10^9, got {}",
            c.steps);
    require(c.batch >= 1 && c.batch <= 4096, "--batch: expected 1 ... 4096, got {}", c.batch);
    require(c.canvas >= 2 && c.canvas <= 4096, "--canvas: expected 2 ... 4096, got {}", c.canvas);
    check_edit_stage(c);
    require(c.loss.max_weight > 0 && std::isfinite(c.loss.max_weight),
            "--max-weight: expected a positive number, got {}", c.loss.max_weight);
    require(c.checkpoint_every >= 1, "--checkpoint-every: expected at least 1, got {}",
            c.checkpoint_every);
    const AdamW& a = c.adamw;
    for (double x : {a.learning_rate, a.eps, a.weight_decay, a.clip_norm}) {
        require(std::isfinite(x), "AdamW: expected finite numbers, got {}", x);
    }
    const auto is_share = [](double x) { return x >= 0 && x < 1; };
    require(a.learning_rate > 0 && a.eps > 0, "AdamW: expected learning rate, eps > 0, got {}, {}",
            a.learning_rate, a.eps);
    require(is_share(a.beta1) && is_share(a.beta2), "AdamW: expected betas in [0, 1), got {}, {}",
            a.beta1, a.beta2);
    require(a.weight_decay >= 0 && a.clip_norm >= 0,
            "AdamW: expected weight decay and clip norm >= 0, got {}, {}", a.weight_decay,
            a.clip_norm);
    const auto is_fraction = [](double x) { return x >= 0 && x <= 1; };
    require(is_share(a.warmup_fraction) && is_fraction(a.decay_fraction) &&
                is_fraction(a.final_fraction),
            "AdamW: expected fractions in [0, 1], got {}, {}, {}", a.warmup_fraction,
            a.decay_fraction, a.final_fraction);
}

nlohmann::ordered_json config_json(const RunConfig& c) {
    nlohmann::ordered_json json = config_to_json(c.model);
    json["training"] = {{"objective", objective_name(c.objective)},
                        {"schedule", noise_schedule_name(c.loss.schedule)},
                        {"max_weight", c.loss.max_weight},
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
                        {"seed", c.seed},
                        {"corpus", c.corpus},
                        {"corpus_digest", c.corpus_digest},
                        {"checkpoint_every", c.checkpoint_every},
                        {"learning_rate", c.adamw.learning_rate},
                        {"beta1", c.adamw.beta1},
                        {"beta2", c.adamw.beta2},
                        {"eps", c.adamw.eps},
                        {"weight_decay", c.adamw.weight_decay},
                        {"clip_norm", c.adamw.clip_norm},
                        {"warmup_fraction", c.adamw.warmup_fraction},
                        {"decay_fraction", c.adamw.decay_fraction},
                        {"final_fraction", c.adamw.final_fraction}};
    return json;
}

void save_config(const std::filesystem::path& folder, const RunConfig& config) {
    write_file_atomically(folder / "config.json", config_json(config).dump(2) + "\n");
}

namespace {

void read_training(RunConfig& c, const nlohmann::json& json) {
    c.objective = objective_from(json.at("objective").get<std::string>());
    c.loss.schedule = noise_schedule(json.at("schedule").get<std::string>());
    c.edit_loss.schedule = c.loss.schedule;
    json.at("max_weight").get_to(c.loss.max_weight);
    json.at("steps").get_to(c.steps);
    json.at("batch").get_to(c.batch);
    json.at("canvas").get_to(c.canvas);
    json.at("edit_begin").get_to(c.edit_stage.begin);
    json.at("edit_end").get_to(c.edit_stage.end);
    json.at("max_alpha").get_to(c.edit_loss.max_alpha);
    json.at("edited").get_to(c.edit_loss.share);
    json.at("asked_edits").get_to(c.asked_edits);
    json.at("mask_on_top").get_to(c.edit_loss.mask_on_top);
    c.edit_loss.substitutions = substitutions_from(json.at("substitutions").get<std::string>());
    json.at("seed").get_to(c.seed);
    json.at("corpus").get_to(c.corpus);
    json.at("corpus_digest").get_to(c.corpus_digest);
    json.at("checkpoint_every").get_to(c.checkpoint_every);
    json.at("learning_rate").get_to(c.adamw.learning_rate);
    json.at("beta1").get_to(c.adamw.beta1);
    json.at("beta2").get_to(c.adamw.beta2);
    json.at("eps").get_to(c.adamw.eps);
    json.at("weight_decay").get_to(c.adamw.weight_decay);
    json.at("clip_norm").get_to(c.adamw.clip_norm);
    json.at("warmup_fraction").get_to(c.adamw.warmup_fraction);
    json.at("decay_fraction").get_to(c.adamw.decay_fraction);
    json.at("final_fraction").get_to(c.adamw.final_fraction);
}

}  // namespace

RunConfig load_config(const std::filesystem::path& folder) {
    const std::string name = (folder / "config.json").string();
    const std::string text = read_file(name);
    RunConfig config;
    try {
        const nlohmann::json json = nlohmann::json::parse(text);
        config.model = config_from_json(json, name);
        read_training(config, json.at("training"));
        check_run_config(config);
    } catch (const Error& error) {
        fail("{}: expected the configuration of a run, got: {}", name, error.what());
    } catch (const nlohmann::json::exception& error) {
        fail("{}: expected the configuration of a run, got: {}", name, error.what());
    }
    return config;
}

}  // namespace seed
