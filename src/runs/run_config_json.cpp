// A run's config.json.
#include "core/files.h"
#include "core/json.h"
#include "runs/run_config.h"

namespace seed {

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
