// What the arms of an ablation change, and what they leave as it is.
#include <nlohmann/json.hpp>

#include "evaluation/mask_corruption_ablation.h"
#include "evaluation/trajectory_selection_ablation.h"
#include "tests/evaluation/known_models.h"
#include "tests/support/catch.h"
#include "tests/support/error_of.h"

using namespace seed;

namespace {

RunConfig arms_config() {
    RunConfig config = task_config();
    config.loss.max_weight = 12.5, config.steps = 70, config.edit_stage = {0.5, 0.75};
    return config;
}

}  // namespace

TEST_CASE("the arms of chapter 3 differ in the draw of the masks or in their weights alone") {
    const Ablation ablation = mask_corruption_ablation();
    CHECK(ablation.arms == std::vector<std::string>{"bound", "level", "capped"});
    RunConfig masks_only = arms_config();
    masks_only.edit_stage = {1, 1};
    RunConfig level = masks_only, capped = masks_only;
    level.loss.draw = MaskDraw::by_level;
    capped.loss.max_weight = 1;
    for (const auto& [arm, expected] :
         {std::pair{"bound", masks_only}, {"level", level}, {"capped", capped}}) {
        CHECK(config_json(mask_corruption_training(arms_config(), arm)) == config_json(expected));
    }
}

TEST_CASE("the arms of chapter 5 that distil differ in the orders that they are trained on alone") {
    const DistillationSize size{.texts = 33, .steps = 21};
    const std::vector<std::pair<const char*, Orders>> arms{{"selected", Orders::selected},
                                                           {"random", Orders::random},
                                                           {"elbo", Orders::none},
                                                           {"unselected", Orders::unselected}};
    for (const auto& [arm, orders] : arms) {
        RunConfig expected = distillation_training(arms_config(), size);
        expected.distillation->orders = orders;
        const RunConfig config = distillation_of_arm(arms_config(), size, arm);
        CHECK(config_json(config) == config_json(expected));
        CHECK(config.distillation->orders == orders);
    }
    CHECK(!error_of([&] { distillation_of_arm(arms_config(), size, "baseline"); }).empty());
}
