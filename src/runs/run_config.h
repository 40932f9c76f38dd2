// Everything that decides a training run, as it is kept in the run's config.json.
//
// A run folder holds
//   config.json            this
//   tokenizer.json         Hugging Face format
//   training.safetensors   weights, AdamW's moments and the step: what --resume goes on from
//   model.safetensors      the weights of the same step alone
//   record.jsonl           one line per step or so: step, loss, gradient_norm, learning_rate
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "edit_corruption/edit_batch.h"
#include "lua_tasks/surface.h"
#include "lua_tasks/task.h"
#include "mask_corruption/mask_tokens.h"
#include "runs/distillation_config.h"
#include "runs/step_reduction_config.h"
#include "transformer/config.h"
#include "transformer/optimizer.h"

namespace seed {

// The world that a run learns: whose programs, and how free their writing is.
struct World {
    TaskFamily family = TaskFamily::generation;  // or long
    Choices choices = Choices::free;
    bool operator==(const World&) const = default;
};

enum class Objective { diffusion, autoregressive };

Objective objective_from(std::string_view name);  // throws Error on an unknown name
std::string_view objective_name(Objective objective);

struct RunConfig {
    ModelConfig model;
    Objective objective = Objective::diffusion;
    LossWeight loss;
    // The learning rate falls in the last fifth alone: stage 2 begins with all of it
    AdamW adamw{.decay_fraction = 0.2};
    std::optional<Muon> muon;  // for the layers' matrices; none: AdamW alone
    Index steps = 6000;
    Index batch = 8;            // sequences per step, B
    Index canvas = 96;          // tokens per sequence, T
    StageSchedule edit_stage;   // stage 2: of diffusion only
    EditLoss edit_loss;         // its masks on top have the schedule of `loss`
    double asked_edits = 0.5;   // share of the edit term's texts, in [0, 1]: edits of Lua tasks
    World world;                // of Lua tasks
    std::uint64_t seed = 1;     // of every random choice of the run
    std::string corpus;         // folder of source files; empty: Lua tasks
    std::string corpus_digest;  // of its contents; a resumed run checks it
    Index checkpoint_every = 200;
    std::optional<Distillation> distillation;     // of a run that fine-tunes on trajectories
    std::optional<StepReduction> step_reduction;  // of one that trains on its own rollouts

    Optimizer optimizer() const { return {adamw, muon}; }
};

// How much a distillation does.
struct DistillationSize {
    Index texts = Distillation{}.texts;
    Index steps = 400;
};

// The configuration of a distillation of that run: its world, text and edit term, and a short
// training of its own.
RunConfig distillation_training(RunConfig origin, const DistillationSize& size = {});

// The configuration of a step reduction of that run, likewise.
RunConfig step_reduction_training(RunConfig origin, Index steps = 200);

// Throws Error for a size or a number that no run can have.
void check_run_config(const RunConfig& config);

nlohmann::ordered_json config_json(const RunConfig& config);  // what config.json holds
void save_config(const std::filesystem::path& folder, const RunConfig& config);
RunConfig load_config(const std::filesystem::path& folder);  // throws Error, naming the file

}  // namespace seed
