#include "evaluation/mask_corruption_ablation.h"

#include "evaluation/likelihood_report.h"
#include "evaluation/speed_curve.h"
#include "runs/stage.h"

namespace seed {
namespace {

using Json = Ablation::Json;

const std::vector<Budget>& budgets() {
    static const std::vector<Budget> all{{RevealRule::count, 4},
                                         {RevealRule::count, 32},
                                         {RevealRule::threshold, 0.9},
                                         {RevealRule::threshold, 0.98}};
    return all;
}

Json mask_corruption_row(const AblationOptions& options, const std::string& arm) {
    RunConfig config = options.config;
    const Tokenizer tokenizer =
        train_task_tokenizer(int(config.model.vocab_size), config.world, RandomKey{config.seed});
    config.model.vocab_size = tokenizer.vocab_size();
    config.model.mask_token = tokenizer.mask_id();
    config = mask_corruption_training(config, arm);
    const std::string choices(choices_name(config.world.choices));
    const auto source = make_source(config, {}, tokenizer);
    CpuTransformer model = train_stage(
        {options.folder / fmt::format("seed_{}", config.seed) / choices / arm,
         fmt::format("seed {}, {}: {}", config.seed, choices, arm), config, config.steps},
        *source);
    const Likelihood bound =
        *evaluate_likelihood(model, config, *source, {.chain_texts = 1, .window_texts = 1}).nelbo;
    return {{"choices", choices},
            {"nelbo_nats_per_token", bound.nats_per_token},
            {"limit_nats_per_token", *bound.limit_nats_per_token},
            {"above_limit_nats_per_token", *bound.above_limit()},
            {"curve", to_json(speed_curve(model, config, tokenizer,
                                          {config.world.family, options.tasks}, budgets()))}};
}

}  // namespace

RunConfig mask_corruption_training(RunConfig config, const std::string& arm) {
    config.edit_stage = {1, 1};
    if (arm == "level") config.loss.draw = MaskDraw::by_level;
    if (arm == "capped") config.loss.max_weight = 1;
    return config;
}

Ablation mask_corruption_ablation() {
    std::vector<Figure> figures{{"NELBO, nats per token", "/nelbo_nats_per_token"},
                                {"... above its limit", "/above_limit_nats_per_token"}};
    for (const Budget& budget : budgets()) {
        figures.push_back(
            {"pass@1, " + budget.name(), fmt::format("/curve/{}/pass_at_1", budget.name())});
        if (budget.rule == RevealRule::count) continue;
        figures.push_back(
            {"model calls per sample", fmt::format("/curve/{}/calls_per_sample", budget.name())});
    }
    return {"mask-corruption",
            "the weights of eq. 5 and the draw of the masks",
            {"bound", "level", "capped"},
            figures,
            [](const AblationOptions& options) {
                require(options.config.loss.max_weight > 1 &&
                            options.config.loss.draw == MaskDraw::by_count,
                        "mask-corruption: expected the default --masks and a --max-weight above 1, "
                        "which its arms change, got others");
            },
            mask_corruption_row};
}

}  // namespace seed
