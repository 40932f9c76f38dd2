// The bodies of repair_score.h.
#pragma once

#include "edit_corruption/repair_score.h"

namespace seed {

// Throws Error unless there are as many of what is called `name` as there are canvases.
void require_canvas_count(std::size_t actual, std::size_t expected, const char* name);

template <class Space>
RepairScore measure_repair(Transformer<Space>& model, const std::vector<Canvas>& clean,
                           const std::vector<std::vector<std::int32_t>>& corrupted,
                           const RefineOptions& options, Index batch,
                           const std::function<void(Index)>& on_texts) {
    require_canvas_count(corrupted.size(), clean.size(), "corrupted texts");
    require(batch >= 1, "repair: expected a batch >= 1, got {}", batch);
    std::vector<std::vector<std::int32_t>> repaired;
    for (Index begin = 0; begin < Index(clean.size()); begin += batch) {
        std::vector<Canvas> canvases;
        for (Index s = begin; s < std::min(begin + batch, Index(clean.size())); ++s) {
            canvases.push_back({corrupted[s], clean[s].prompt_length, clean[s].content_length});
        }
        for (RefiningState& state : repair(model, canvases, options)) {
            repaired.push_back(std::move(state.text.ids));
        }
        if (on_texts) on_texts(Index(canvases.size()));
    }
    return score_repair(clean, corrupted, repaired);
}

}  // namespace seed
