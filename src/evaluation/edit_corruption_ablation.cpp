#include "evaluation/edit_corruption_ablation.h"

#include "evaluation/model_figures.h"
#include "runs/stage.h"

namespace seed {
namespace {

Ablation::Json edit_corruption_row(const AblationOptions& options, const std::string& arm) {
    const std::uint64_t seed = options.config.seed;
    const std::filesystem::path folder = options.folder / fmt::format("seed_{}", seed);
    RunConfig config = options.config;
    const Tokenizer tokenizer =
        train_task_tokenizer(int(config.model.vocab_size), config.world, RandomKey{config.seed});
    config.model.vocab_size = tokenizer.vocab_size();
    config.model.mask_token = tokenizer.mask_id();
    const auto source = make_source(config, {}, tokenizer);
    const auto title = [&](const char* what) { return fmt::format("seed {}: {}", seed, what); };

    train_stage({folder / "stage_1", title("stage 1"), config, steps_of_stage_1(config)}, *source);
    const bool edits = arm == "stage_2";
    if (!edits) config.edit_stage = {1, 1};
    CpuTransformer model = train_stage({folder / arm, title(edits ? "stage 2" : "more masks"),
                                        config, config.steps, folder / "stage_1"},
                                       *source);
    return measure_figures(model, config, *source, options.tasks);
}

}  // namespace

Ablation edit_corruption_ablation() {
    return {"edit-corruption",
            "stage 2 beside a control that goes on with masks alone",
            {"mask_only", "stage_2"},
            {{"NELBO, nats per token", "/nelbo_nats_per_token"},
             {"... above its limit", "/above_limit_nats_per_token"},
             {"pass@1, no rewriting", "/pass_at_1"},
             {"model calls per sample", "/calls_per_sample"},
             {"tokens per call", "/tokens_per_call"},
             {"restored, one edit", "/repair/one_edit/restore_rate"},
             {"whole programs, one edit", "/repair/one_edit/exact_rate"},
             {"restored, floor(n / 10) edits", "/repair/tenth/restore_rate"},
             {"whole programs, floor(n / 10)", "/repair/tenth/exact_rate"},
             {"false edits, clean programs", "/repair/clean/false_edit_rate"},
             {"pass@1 of edit tasks", "/edit_decoding/pass_at_1"},
             {"pass@1 of 4 fixed steps", "/self_correction/pass_at_1_before"},
             {"... and after a repair", "/self_correction/pass_at_1_after"}},
            [](const AblationOptions& options) { steps_of_stage_1(options.config); },
            edit_corruption_row};
}

}  // namespace seed
