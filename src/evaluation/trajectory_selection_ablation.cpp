#include "evaluation/trajectory_selection_ablation.h"

#include "core/files.h"
#include "evaluation/experiment.h"
#include "evaluation/held_out_orders.h"
#include "evaluation/model_figures.h"
#include "evaluation/order_report.h"
#include "evaluation/speed_curve.h"
#include "runs/distillation.h"
#include "runs/fine_tuning.h"

namespace seed {
namespace {

namespace fs = std::filesystem;
using Json = Ablation::Json;

CpuTransformer baseline_of(const Experiment& e) {
    RunConfig config = e.config;
    config.objective = Objective::autoregressive;
    config.steps = std::max<Index>(1, config.steps / 6);
    return train_stage({e.folder / "autoregressive", e.title("baseline"), config, config.steps},
                       *e.source);
}

// All arms draw the same pool, so that one of them may draw it for all.
CpuTransformer distilled_by(const Experiment& e, const std::string& arm, Json& row) {
    RunConfig config = distillation_of_arm(e.config, e.size, arm);
    const fs::path folder = e.folder / arm, from = e.folder / "stage_2";
    const fs::path drawn = e.folder / "selected" / "pool.safetensors";
    if (!fs::exists(folder / "config.json")) config = start_fine_tuning(from, folder, config);
    if (arm != "elbo" && fs::exists(drawn) && !fs::exists(folder / "pool.safetensors")) {
        write_file_atomically(folder / "pool.safetensors", read_file(drawn));
    }
    CpuTransformer model = distill_stage(from, folder, config, *e.source, e.title(arm));
    if (arm == "elbo") return model;
    const TrajectoryFile pool =
        read_trajectories(folder / "pool.safetensors", config.model.vocab_size);
    const TrajectoryFile kept =
        read_trajectories(folder / "selected.safetensors", config.model.vocab_size);
    std::vector<std::vector<std::int32_t>> ids;
    for (const Index s : kept.text) ids.push_back(kept.ids[s]);
    row["pool"] = to_json(selection_report(pool, config));
    row["orders"]["trained_on"] = to_json(measure_orders(e.tokenizer, ids, kept.trajectories));
    return model;
}

void enter_chain_rules(const Experiment& e, CpuTransformer& model, CpuTransformer& start,
                       Json& row) {
    const HeldOutTexts held_out = held_out_texts(*e.source, std::min<Index>(64, e.tasks));
    const Distillation d = *distillation_training(e.config).distillation;
    const RandomKey key = RandomKey{e.config.seed}.fork("held-out pool");
    row.update(to_json(chain_rules(model, start, held_out, d.pool, key)));
}

// The order that the model takes by itself, one token per step.
void enter_own_orders(const Experiment& e, CpuTransformer& model, Json& row) {
    const HeldOutTexts held_out = held_out_texts(*e.source, std::min<Index>(32, e.tasks));
    const PoolOptions own{
        .members = 1, .temperatures = {0}, .steps = {e.config.canvas}, .thresholds = {}};
    const auto trajectories = held_out_pool(model, held_out, own, RandomKey{e.config.seed});
    row["orders"]["own"] = to_json(measure_orders(e.tokenizer, held_out.ids, trajectories));
}

Json trajectory_selection_row(const AblationOptions& options, const std::string& arm) {
    const Experiment e = experiment_of(options);
    CpuTransformer start = stage_2_model(e);
    Json row{{"family", family_name(e.config.world.family)}};
    RunConfig config = e.config;
    if (arm == "baseline") {
        config.objective = Objective::autoregressive;
        CpuTransformer model = baseline_of(e);
        row.update(measure_figures(model, config, *e.source, e.tasks));
        return row;
    }
    CpuTransformer model = arm == "start" ? copy_of<Host<float>>(start) : distilled_by(e, arm, row);
    row.update(measure_figures(model, config, *e.source, e.tasks));
    row["curve"] = to_json(speed_curve(model, config, e.tokenizer, {config.world.family, e.tasks}));
    enter_chain_rules(e, model, start, row);
    enter_own_orders(e, model, row);
    return row;
}

}  // namespace

RunConfig distillation_of_arm(const RunConfig& origin, const DistillationSize& size,
                              const std::string& arm) {
    RunConfig config = distillation_training(origin, size);
    config.distillation->orders = arm == "elbo" ? Orders::none : orders_from(arm);
    return config;
}

Ablation trajectory_selection_ablation() {
    const auto curve = [](const char* budget, const char* figure) {
        return fmt::format("/curve/{}/{}", budget, figure);
    };
    return {"trajectory-selection",
            "fine-tuning on selected orders beside three controls",
            {"start", "selected", "random", "elbo", "unselected", "baseline"},
            {{"NELBO, nats per token", "/nelbo_nats_per_token"},
             {"... above its limit", "/above_limit_nats_per_token"},
             {"along selected trajectories", "/chain_rule_selected"},
             {"along the same, shuffled", "/chain_rule_random"},
             {"pass@1, best threshold", "/pass_at_1"},
             {"model calls per sample", "/calls_per_sample"},
             {"pass@1, threshold 0.9", curve("threshold 0.9", "pass_at_1")},
             {"model calls per sample", curve("threshold 0.9", "calls_per_sample")},
             {"pass@1, 8 steps", curve("8 steps", "pass_at_1")},
             {"pass@1, 16 steps", curve("16 steps", "pass_at_1")},
             {"pass@1, 32 steps", curve("32 steps", "pass_at_1")},
             {"pass@1, blocks of 8", curve("threshold 0.9, block 8", "pass_at_1")},
             {"pass@1, blocks of 16", curve("threshold 0.9, block 16", "pass_at_1")},
             {"pass@1, blocks of 32", curve("threshold 0.9, block 32", "pass_at_1")},
             {"restored, one edit", "/restore_rate"},
             {"false edits, clean programs", "/false_edit_rate"},
             {"pass@1 of edit tasks", "/edit_pass_at_1"},
             {"own order, left to right", "/orders/own/left_to_right"},
             {"own order, names declared first", "/orders/own/names_before"},
             {"own order, headers first", "/orders/own/headers_before"}},
            [](const AblationOptions& options) { steps_of_stage_1(options.config); },
            trajectory_selection_row,
            true};
}

}  // namespace seed
