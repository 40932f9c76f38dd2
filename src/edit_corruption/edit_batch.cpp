#include "edit_corruption/edit_batch.h"

#include <cmath>

namespace seed {
namespace {

void append(TrainingBatch& batch, const TrainingBatch& other) {
    const auto add = [](auto& to, const auto& from) {
        to.insert(to.end(), from.begin(), from.end());
    };
    batch.input.batch += other.input.batch;
    add(batch.input.ids, other.input.ids);
    add(batch.targets, other.targets);
    add(batch.weights, other.weights);
}

// Masks every canvas at a noise level of its own.
void mask_on_top(TokenBatch& batch, const std::vector<Canvas>& canvases, NoiseSchedule schedule,
                 std::int32_t mask_token, RandomKey key) {
    const std::vector<double> levels =
        stratified_noise_levels(batch.batch, uniform_double(key.fork("noise levels"), 0, 0));
    for (Index b = 0; b < batch.batch; ++b) {
        const auto row = batch.ids.begin() + b * batch.positions;  // (1, T)
        const std::vector<std::int32_t> masked =
            mask_tokens({row, std::size_t(batch.positions)}, canvases[b].prompt_length,
                        gamma(schedule, levels[b]), mask_token,
                        key.fork("edits").fork(std::uint64_t(b)).fork("masks"));
        std::copy(masked.begin(), masked.end(), row);
    }
}

}  // namespace

// [edit_batch.edit_term]
TrainingBatch edited_batch(const std::vector<Canvas>& canvases, const EditLoss& loss,
                           const EditVocabulary& vocabulary, RandomKey key,
                           const Proposals& proposals) {
    TrainingBatch batch{batch_of(canvases), {}, {}};
    batch.targets = batch.input.ids;
    batch.weights.assign(batch.targets.size(), 0);
    const Index positions = batch.input.positions;
    double editable = 0;
    for (const Canvas& canvas : canvases) editable += double(positions - canvas.prompt_length);
    require(editable > 0, "edit corruption: expected a position behind a prompt, got none");
    std::vector<Index> substituted;  // rows b * T + t
    for (Index b = 0; b < batch.input.batch; ++b) {
        const Index prompt = canvases[b].prompt_length;
        const EditedTokens xt =
            edit_tokens_up_to(canvases[b].ids, prompt, loss.max_alpha, vocabulary,
                              key.fork("edits").fork(std::uint64_t(b)));
        std::copy(xt.ids.begin(), xt.ids.end(), batch.input.ids.begin() + b * positions);
        for (const Index t : substituted_positions(xt.operations, prompt, positions)) {
            substituted.push_back(b * positions + t);
        }
        std::fill(batch.weights.begin() + b * positions + prompt,
                  batch.weights.begin() + (b + 1) * positions, 1 / editable);
    }
    if (loss.substitutions == Substitutions::model) {
        substitute(batch.input, substituted, vocabulary.mask, proposals, key.fork("proposals"));
    }
    if (loss.mask_on_top) {
        mask_on_top(batch.input, canvases, loss.schedule, vocabulary.mask, key);
    }
    return batch;
}
// [/edit_batch.edit_term]

// [edit_batch.two_terms]
TrainingBatch two_term_batch(const std::vector<Canvas>& canvases, const EditLoss& edit_loss,
                             const LossWeight& mask_loss, const EditVocabulary& vocabulary,
                             RandomKey key, const Proposals& proposals) {
    require(canvases.size() >= 2, "two-term batch: expected at least two canvases, got {}",
            canvases.size());
    const auto half = canvases.begin() + std::ptrdiff_t(canvases.size() / 2);
    TrainingBatch batch = edited_batch({canvases.begin(), half}, edit_loss, vocabulary,
                                       key.fork("edit term"), proposals);
    const TrainingBatch masked =
        masked_batch({half, canvases.end()}, mask_loss, vocabulary.mask, key.fork("mask term"));
    require(masked.input.positions == batch.input.positions,
            "two-term batch: expected canvases of {} tokens, got {}", batch.input.positions,
            masked.input.positions);
    append(batch, masked);
    return batch;
}
// [/edit_batch.two_terms]

// [edit_batch.stage]
bool is_edit_stage(const StageSchedule& schedule, Index step, Index steps) {
    require(schedule.begin >= 0 && schedule.begin <= schedule.end && schedule.end <= 1,
            "edit stage: expected 0 <= begin <= end <= 1, got {} and {}", schedule.begin,
            schedule.end);
    require(step >= 0 && step < steps, "edit stage: expected a step in [0, {}), got {}", steps,
            step);
    const auto at = [&](double fraction) { return Index(std::llround(fraction * double(steps))); };
    return step >= at(schedule.begin) && step < at(schedule.end);
}
// [/edit_batch.stage]

}  // namespace seed
