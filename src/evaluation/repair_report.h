// How well a model repairs what was edited.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "edit_corruption/repair_score.h"
#include "runs/text_source.h"

namespace seed {

// JSON: texts, tau_edit, passes, and of the same held-out texts, given to the model
//   clean      as they are: false_edit_rate, exact_rate
//   one_edit   with one edit each: restore_rate, false_edit_rate, exact_rate
//   tenth      with floor(|x0| / 10) edits each: the same
// The rates are those of edit_corruption/repair_score.h.
struct RepairReport {
    double tau_edit = 0;
    Index passes = 0;
    RepairScore clean, one_edit, tenth;
};

// A diffusion model alone can repair.
template <class Space>
RepairReport evaluate_repair(Transformer<Space>& model, const RunConfig& config,
                             const TextSource& source, Index texts,
                             const RefineOptions& options = {}, Index batch = 64);

nlohmann::ordered_json to_json(const RepairReport& report);

}  // namespace seed
