#include "evaluation/block_decoding_ablation.h"

#include "evaluation/experiment.h"
#include "evaluation/speed_curve.h"

namespace seed {
namespace {

using Json = Ablation::Json;

constexpr double decoding_threshold = 0.9;

// The block of an arm blocks_b; 0 for the others.
Index block_of(const std::string& arm) {
    const std::string prefix = "blocks_";
    return arm.starts_with(prefix) ? std::stol(arm.substr(prefix.size())) : 0;
}

// The model of chapter 6; with a block, that one trained as long again, by blocks.
SpeedupOutcome reduced(const Experiment& e, Index block) {
    selected_model(e);
    const RunConfig config = step_reduction_training(e.config, e.speedup_steps);
    SpeedupOutcome whole = reduced_model(e, "selected", "on_policy", config);
    if (block == 0) return whole;
    RunConfig by_blocks = config;
    by_blocks.step_reduction->sample.block = block;
    return reduced_model(e, "on_policy", fmt::format("blocks_{}", block), by_blocks);
}

CpuTransformer decoded_model(const Experiment& e, const std::string& arm, Json& row) {
    if (arm == "stage_2") return stage_2_model(e);
    if (arm == "selected") return selected_model(e);
    SpeedupOutcome outcome = reduced(e, block_of(arm));
    row["speedup"] = to_json(speedup_report(e.folder / arm));
    if (!outcome.stopped.empty()) row["stopped"] = outcome.stopped;
    return std::move(outcome.model);
}

std::vector<Budget> budgets_of(Index canvas) {
    std::vector<Budget> budgets{{RevealRule::threshold, decoding_threshold}};
    for (const Index block : {4, 8, 16, 32, 64}) {
        if (block <= canvas) budgets.push_back({RevealRule::threshold, decoding_threshold, block});
    }
    return budgets;
}

Json block_decoding_row(const AblationOptions& options, const std::string& arm) {
    const Experiment e = experiment_of(options);
    Json extra{{"stopped", nullptr}};
    CpuTransformer model = decoded_model(e, arm, extra);
    Json row{{"family", family_name(e.config.world.family)}};
    row["curve"] =
        to_json(speed_curve(model, e.config, e.tokenizer, {e.config.world.family, e.tasks},
                            budgets_of(e.config.canvas)));
    const Index block = block_of(arm);
    const Json own = row["curve"][Budget{RevealRule::threshold, decoding_threshold, block}.name()];
    for (const char* figure : {"pass_at_1", "calls_per_sample", "tokens_per_call"}) {
        row[figure] = own[figure];
    }
    row.update(extra);
    return row;
}

std::vector<Figure> figures_by_block() {
    std::vector<Figure> all{{"pass@1, whole canvas", "/curve/threshold 0.9/pass_at_1"},
                            {"model calls per sample", "/curve/threshold 0.9/calls_per_sample"}};
    for (const Index block : {4, 8, 16, 32, 64}) {
        const std::string place = fmt::format("/curve/threshold 0.9, block {}", block);
        all.push_back({fmt::format("pass@1, blocks of {}", block), place + "/pass_at_1"});
        all.push_back({"model calls per sample", place + "/calls_per_sample"});
    }
    return all;
}

}  // namespace

Ablation block_decoding_ablation() {
    return {"block-decoding",
            "decoding block by block, without and with training for it",
            {"stage_2", "selected", "on_policy", "blocks_8", "blocks_16", "blocks_32"},
            figures_by_block(),
            [](const AblationOptions& options) {
                steps_of_stage_1(options.config);
                require(options.config.canvas >= 32,
                        "--canvas: expected at least 32, the largest block that an arm learns, "
                        "got {}",
                        options.config.canvas);
            },
            block_decoding_row,
            true,
            true};
}

}  // namespace seed
