// The bodies of repair_report.h.
#pragma once

#include "core/progress.h"
#include "evaluation/repair_report.h"

namespace seed {

template <class Space>
RepairReport evaluate_repair(Transformer<Space>& model, const RunConfig& config,
                             const TextSource& source, Index texts, const RefineOptions& options,
                             Index batch) {
    require(texts >= 1, "repair: expected at least one text, got {}", texts);
    require(config.objective == Objective::diffusion,
            "repair: expected a diffusion model, got an autoregressive one");
    std::vector<Canvas> clean;
    for (EvaluationText& text : source.held_out(texts)) clean.push_back(std::move(text.canvas));
    const EditVocabulary vocabulary = edit_vocabulary(source.tokenizer());
    const RandomKey key = RandomKey{config.seed}.fork("repair");
    const auto corrupted = [&](const std::vector<Index>& edits, std::string_view name) {
        return edit_canvases(clean, edits, vocabulary, key.fork(name));
    };
    Progress progress("repair held-out texts", 3 * texts);
    Index done = 0;
    const auto measure = [&](const std::vector<std::vector<std::int32_t>>& given) {
        return measure_repair(model, clean, given, options, batch,
                              [&](Index count) { progress.update(done += count); });
    };
    RepairReport report{options.tau_edit, options.passes, {}, {}, {}};
    report.clean = measure(corrupted(std::vector<Index>(clean.size(), 0), "clean"));
    report.one_edit = measure(corrupted(std::vector<Index>(clean.size(), 1), "one edit"));
    report.tenth = measure(corrupted(edit_counts(clean, 0.1, vocabulary), "tenth"));
    progress.finish();
    return report;
}

}  // namespace seed
