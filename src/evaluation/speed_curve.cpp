#include "evaluation/speed_curve.h"

#include <nlohmann/json.hpp>

namespace seed {

std::string Budget::name() const {
    std::string name = rule == RevealRule::count     ? fmt::format("{} steps", value)
                       : rule == RevealRule::entropy ? fmt::format("entropy {}", value)
                                                     : fmt::format("threshold {}", value);
    if (block > 0) name += fmt::format(", block {}", block);
    if (!block_causal) name += ", full attention";
    return name;
}

DenoiseOptions Budget::options() const {
    DenoiseOptions options;
    options.rule = rule;
    if (rule == RevealRule::count) {
        options.steps = Index(value);
    } else if (rule == RevealRule::entropy) {
        options.entropy_bound = value;
    } else {
        options.threshold = value;
    }
    return options;
}

const std::vector<Budget>& usual_budgets() {
    static const std::vector<Budget> all = [] {
        std::vector<Budget> budgets;
        for (const double steps : {2, 4, 8, 16, 32}) budgets.push_back({RevealRule::count, steps});
        for (const double threshold : {0.5, 0.7, 0.9, 0.98}) {
            budgets.push_back({RevealRule::threshold, threshold});
        }
        for (const Index block : {8, 16, 32}) {
            budgets.push_back({RevealRule::threshold, 0.9, block});
            budgets.push_back({RevealRule::threshold, 0.9, block, false});
        }
        return budgets;
    }();
    return all;
}

nlohmann::ordered_json to_json(const std::vector<SpeedPoint>& curve) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& [budget, decoding] : curve) {
        json[budget.name()] = {{"pass_at_1", decoding.pass_at_1},
                               {"calls_per_sample", decoding.calls_per_sample},
                               {"tokens_per_call", decoding.tokens_per_call}};
    }
    return json;
}

}  // namespace seed
