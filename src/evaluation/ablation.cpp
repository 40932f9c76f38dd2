#include "evaluation/ablation.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "core/text.h"
#include "evaluation/block_decoding_ablation.h"
#include "evaluation/edit_corruption_ablation.h"
#include "evaluation/mask_corruption_ablation.h"
#include "evaluation/step_reduction_ablation.h"
#include "evaluation/trajectory_selection_ablation.h"

namespace seed {
namespace {

using Json = Ablation::Json;

// What decides the rows of all seeds.
Json options_json(const Ablation& ablation, const AblationOptions& options) {
    Json run = config_json(options.config);
    run["training"].erase("seed");
    Json json{{"experiment", ablation.name}, {"tasks", options.tasks}, {"run", std::move(run)}};
    if (ablation.distils) {
        json["distill_texts"] = options.distillation.texts;
        json["distill_steps"] = options.distillation.steps;
    }
    if (ablation.reduces_steps) json["speedup_steps"] = options.speedup_steps;
    return json;
}

}  // namespace

const std::vector<Ablation>& ablations() {
    static const std::vector<Ablation> all{mask_corruption_ablation(), edit_corruption_ablation(),
                                           trajectory_selection_ablation(),
                                           step_reduction_ablation(), block_decoding_ablation()};
    return all;
}

const Ablation& ablation_named(const std::string& name) {
    std::string names;
    for (const Ablation& ablation : ablations()) {
        if (ablation.name == name) return ablation;
        names += (names.empty() ? "" : ", ") + ablation.name;
    }
    fail("experiment: expected one of {}, got {}", names, in_quotes(name));
}

ReportFile run_ablation(const Ablation& ablation, const AblationOptions& options, Index seeds,
                        const std::filesystem::path& file, const std::vector<std::string>& arms) {
    require(seeds >= 1 && seeds <= 1000, "--seeds: expected 1 ... 1000, got {}", seeds);
    for (const std::string& arm : arms) {
        require(std::find(ablation.arms.begin(), ablation.arms.end(), arm) != ablation.arms.end(),
                "--arms: expected {}, got {}", fmt::join(ablation.arms, ", "), in_quotes(arm));
    }
    ablation.check(options);
    ReportFile report(file, {"the report of an ablation", "--json", {"arm", "seed"}},
                      options_json(ablation, options));
    for (Index i = 0; i < seeds; ++i) {
        AblationOptions with_seed = options;
        with_seed.config.seed += std::uint64_t(i);
        for (const std::string& arm : arms.empty() ? ablation.arms : arms) {
            Json row{{"arm", arm}, {"seed", with_seed.config.seed}};
            if (report.find(row)) continue;
            row.update(ablation.make_row(with_seed, arm));
            report.add(std::move(row));
        }
    }
    return report;
}

std::optional<Spread> spread_of(const Json& rows, const std::string& arm, const Figure& figure) {
    const Json::json_pointer place(figure.place);
    std::vector<double> values;
    for (const Json& row : rows) {
        if (row.at("arm") != arm || !row.contains(place)) continue;
        if (row.at(place).is_number()) values.push_back(row.at(place).get<double>());
    }
    if (values.empty()) return std::nullopt;
    double sum = 0;
    for (const double value : values) sum += value;
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    return Spread{Index(values.size()), sum / double(values.size()), *least, *greatest};
}

}  // namespace seed
